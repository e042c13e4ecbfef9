//! # wrapped-import
//!
//! ## What it does
//! Flags an import or a use of what a concept wraps, anywhere but in its home: `os.environ` where the
//! configuration owns it. A dotted name means all below it too. `import os` alone is no use of `os.environ`;
//! after `from os import *`, the use of the name is.
//!
//! ## Why is this bad?
//! The home is the one place that knows how this API is called. Each use beside it is a second way to do the
//! same, which no change of the home reaches.
//!
//! ## Example
//! ```toml
//! [concept.configuration]
//! home  = "backend.app.config"
//! wraps = ["os.environ", "os.getenv"]
//! ```
//! ```python
//! port = os.environ["PORT"]
//! ```
//! anywhere but in `backend.app.config`.
//!
//! ## What to do instead
//! Call what the home offers, or add there what is missing.
//!
//! ## Fix
//! None: only a person knows what of the home to call.

use std::collections::BTreeSet;

use crate::facts::Code;
use crate::finding::{Level, Span};
use crate::policy::Sited;
use crate::policy::asked::Asked;
use crate::policy::concept::Concept;
use crate::policy::day::Day;
use crate::policy::dotted::Dotted;
use crate::policy::python::Imports;
use crate::repo::{Module, ModuleId, Repo};
use crate::rules::{Found, ModuleRule, RuleDef, Sink, Stage};

use super::{imported_names, judged, used_names};

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "wrapped-import",
    summary: "an import or use of what only a home may use",
    source: include_str!("wrapped_import.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let concepts = policy.concepts.iter().filter(|concept| !concept.wraps.is_empty()).cloned();
        let stage = |concept| Stage::Module(Box::new(WrappedImport { concept, imports: policy.imports }) as Box<_>);
        Ok(concepts.map(stage).collect())
    },
};

struct WrappedImport {
    concept: Concept,
    imports: Imports,
}

impl ModuleRule for WrappedImport {
    fn check(&self, id: ModuleId, code: &Code, repo: &Repo, _today: Day, out: &mut Sink) {
        let module = repo.module(id);
        let near = |wrapped: &Sited<Dotted>| may_lead_to(module, code, &wrapped.value.text);
        if !self.concept.wraps.iter().any(near) || !repo.reaches(&self.concept, module) {
            return;
        }
        for wrapped in &self.concept.wraps {
            for (name, span) in self.places(id, code, repo, &wrapped.value) {
                out.report(self.found(module, span, wrapped, &name));
            }
        }
    }
}

/// Whether an import of the file can lead there, told cheaply: it starts with a part of the name, which is a later one
/// inside a root; or it is relative, in what bears the first part.
fn may_lead_to(module: &Module, code: &Code, wrapped: &str) -> bool {
    let first = |dotted: &str| dotted.split('.').next() == wrapped.split('.').next();
    let is_in_it = module.names.iter().any(|name| first(name));
    wrapped.contains('*')
        || code.imports.iter().any(|import| {
            let start = import.module.split('.').next().unwrap_or_default();
            (import.level > 0 && is_in_it) || wrapped.split('.').any(|part| part == start)
        })
}

impl WrappedImport {
    /// Each import and use of `wrapped`, once a line.
    fn places(&self, id: ModuleId, code: &Code, repo: &Repo, wrapped: &Dotted) -> Vec<(String, Span)> {
        let covered = |names: Vec<String>| names.into_iter().find(|name| wrapped.covers(name));
        let mut places: Vec<(String, Span)> = judged(code, &self.imports)
            .filter_map(|import| Some((covered(imported_names(repo, id, import))?, import.span)))
            .collect();
        let uses = used_names(repo, id, code, &self.imports).into_iter();
        places.extend(uses.filter_map(|(names, span)| Some((covered(names)?, span))));
        places.sort_by_key(|(_, span)| *span);
        let mut lines = BTreeSet::new();
        places.retain(|(_, span)| lines.insert(span.start.line));
        places
    }

    fn found(&self, module: &Module, span: Span, wrapped: &Sited<Dotted>, name: &str) -> Found {
        let message = format!("`{name}` is wrapped by `{}`", self.concept.id);
        let help = format!(
            "use what `{}` offers, or add there what is missing",
            self.concept.entrance(module.service.as_deref())
        );
        Found::place(&module.path, span, wrapped.value.text.as_str(), message, help)
            .by(Some(&wrapped.site))
            .asked(Asked::concept(&self.concept, module.service.as_deref()))
    }
}
