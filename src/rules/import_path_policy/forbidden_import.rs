//! # forbidden-import
//!
//! ## What it does
//! Flags an import in `from` of something in `to`, as a contract of type `forbidden` says. `to` names modules
//! and packages of the repository or of others, or names and attributes in them (`os.environ`). Direct imports
//! are judged.
//!
//! ## Why is this bad?
//! Somebody decided that this code must not know of that. The first import that does is the hardest to see, and
//! the easiest to undo.
//!
//! ## Example
//! ```toml
//! [contract.no-mocks-in-production]
//! type = "forbidden"
//! from = ["backend"]
//! to   = ["tests", "unittest.mock"]
//! ```
//! ```python
//! from unittest.mock import Mock
//! ```
//! in `backend`.
//!
//! ## What to do instead
//! Move the code to where the import is allowed, or what it needs to where it may be imported from.
//!
//! ## Fix
//! None: only a person knows which of them moves.

use std::collections::HashSet;

use crate::facts::Code;
use crate::finding::{Level, Span};
use crate::policy::Sited;
use crate::policy::contract::{Contract, Kind, Modules};
use crate::policy::day::Day;
use crate::policy::dotted::Dotted;
use crate::policy::python::Imports;
use crate::repo::{ModuleId, Repo};
use crate::rules::{Asked, Found, ModuleRule, RuleDef, Sink, Stage};

use super::{imported_names, judged, used_names};

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "forbidden-import",
    summary: "an import that a contract forbids",
    source: include_str!("forbidden_import.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let contract = |contract: &Contract| {
            let Kind::Forbidden { from, to } = &contract.kind else { return None };
            let (from, to) = (from.clone(), to.clone());
            let rule = ForbiddenImport { contract: contract.clone(), from, to, imports: policy.imports };
            Some(Stage::Module(Box::new(rule)))
        };
        Ok(policy.contracts.iter().filter_map(contract).collect())
    },
};

struct ForbiddenImport {
    contract: Contract,
    from: Modules,
    to: Vec<Sited<Dotted>>,
    imports: Imports,
}

impl ModuleRule for ForbiddenImport {
    fn check(&self, id: ModuleId, code: &Code, repo: &Repo, _today: Day, out: &mut Sink) {
        let module = repo.module(id);
        if !self.from.iter().any(|(from, _)| module.is_covered(from)) || (module.is_test && !self.contract.shared.tests)
        {
            return;
        }
        let mut told: HashSet<&str> = HashSet::new();
        let report = |name: &str, span: Span, to: &Sited<Dotted>, out: &mut Sink| {
            let message = format!("`{}` must not import `{name}`", module.name());
            let help = format!("the contract `{}` forbids it: move this code, or what it needs", self.contract.id);
            let subject = format!("{} -> {}", module.name(), to.value.text);
            let found = Found::place(&module.path, span, subject, message, help);
            out.report(found.by(Some(&to.site)).asked(Asked::contract(&self.contract)));
        };
        for import in judged(code, &self.imports) {
            let mut names = imported_names(repo, id, import);
            names.extend(repo.imported(id, import).into_iter().flat_map(|target| repo.module(target).names.clone()));
            for to in &self.to {
                let name = names.iter().find(|name| to.value.covers(name));
                if let Some(name) = name.filter(|_| told.insert(&to.value.text)) {
                    report(name, import.span, to, out);
                }
            }
        }
        for (names, span) in used_names(repo, id, code, &self.imports) {
            for to in &self.to {
                let name = names.iter().find(|name| to.value.covers(name));
                if let Some(name) = name.filter(|_| told.insert(&to.value.text)) {
                    report(name, span, to, out);
                }
            }
        }
    }
}
