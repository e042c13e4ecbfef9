//! # undeclared-shim
//!
//! ## What it does
//! Flags a module, outside the home and the public place of a concept, that does nothing but re-export names
//! which the concept owns, and that the policy does not declare as a legacy path.
//!
//! ## Why is this bad?
//! It is one more path to the same thing, without a date on which it goes.
//!
//! ## Example
//! ```python
//! from backend.app.websocket import WebSocketManager
//! ```
//! as all that `backend/app/services/ws.py` holds.
//!
//! ## What to do instead
//! Change its importers to the public place and delete it; or declare it under `legacy` with `shim-until` and
//! the reason.
//!
//! ## Fix
//! None in this release.

use crate::facts::{Code, Import};
use crate::finding::Level;
use crate::policy::asked::Asked;
use crate::policy::concept::Concept;
use crate::policy::day::Day;
use crate::repo::{Dependencies, ModuleId, Repo};
use crate::rules::{Found, ModuleRule, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: "no-duplicate-concepts",
    name: "undeclared-shim",
    summary: "a module that only re-exports what a concept owns",
    source: include_str!("undeclared_shim.rs"),
    level: Some(Level::Warning),
    compile: |policy| {
        let owning = policy.concepts.iter().filter(|concept| !concept.owns.is_empty()).cloned();
        Ok(owning.map(|concept| Stage::Module(Box::new(UndeclaredShim { concept }) as Box<_>)).collect())
    },
};

struct UndeclaredShim {
    concept: Concept,
}

impl ModuleRule for UndeclaredShim {
    fn check(&self, id: ModuleId, code: &Code, repo: &Repo, _today: Day, out: &mut Sink) {
        if code.logic.is_some() || code.imports.is_empty() {
            return;
        }
        let module = repo.module(id);
        let public = self.concept.public.iter().any(|(public, _)| module.names.contains(public));
        let declared = self.concept.legacy.iter().any(|legacy| module.is_under(&legacy.old.module));
        if public || declared || !repo.reaches(&self.concept, module) {
            return;
        }
        let mut re_exports = code.imports.iter().filter(|import| !is_aid(import)).peekable();
        let Some(import) = re_exports.peek().copied() else { return };
        if !re_exports.all(|import| self.is_owned(id, import, repo)) {
            return;
        }
        let name = import.name.as_deref().unwrap_or_default();
        let message = format!("this module only re-exports `{name}` of `{}`", self.concept.id);
        let entrance = self.concept.entrance(module.service.as_deref());
        // A package may be the home of what only a module below it gives.
        let target = repo.imported(id, import).filter(|_| name != "*" && !repo.may_give(entrance, name));
        let entrance = target.map_or(entrance.to_owned(), |target| repo.imported_as(target));
        let help = if module.is_package {
            format!("import it from `{entrance}` and empty this file; or name this package as `public`")
        } else {
            let declare = "declare it under `legacy` with `shim-until` and a reason";
            format!("import it from `{entrance}` and delete this module; or {declare}")
        };
        let found = Found::place(&module.path, import.span, module.name(), message, help);
        out.report(found.by(Some(&self.concept.site)).asked(Asked::concept(&self.concept, module.service.as_deref())));
    }
}

impl UndeclaredShim {
    /// Whether an import takes what the concept owns from this repository; a star takes it from the home.
    fn is_owned(&self, id: ModuleId, import: &Import, repo: &Repo) -> bool {
        let (Some(name), Some(target)) = (import.name.as_deref(), repo.imported(id, import)) else { return false };
        match name {
            "*" => repo.is_home(&self.concept, repo.module(target)),
            name => self.concept.owns.iter().any(|owned| owned.value.matches(None, name)),
        }
    }
}

/// What a re-export needs beside what it gives: `warnings`, `typing`.
fn is_aid(import: &Import) -> bool {
    let first = import.module.split('.').next().unwrap_or_default();
    import.type_checking || (import.level == 0 && Dependencies::is_standard(first))
}
