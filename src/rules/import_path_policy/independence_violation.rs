//! # independence-violation
//!
//! ## What it does
//! Flags an import from one of a contract's independent modules, or below, to another. `modules = "services"`
//! names the services of `[project]`. Imports in functions and in `try` count. Direct imports are judged.
//!
//! ## Why is this bad?
//! What is independent can be read, tested, released and thrown away alone. One import ends that, and hides
//! best in a function.
//!
//! ## Example
//! ```toml
//! [project]
//! services = { backend = "backend", auth = "auth_service" }
//!
//! [contract.services-apart]
//! type    = "independence"
//! modules = "services"
//! ```
//! ```python
//! def verify(token):
//!     from auth_service.tokens import decode
//! ```
//! in the service `backend`.
//!
//! ## What to do instead
//! Talk to the other side over its interface, or move what both need to a third place that both import.
//!
//! ## Fix
//! None: only a person knows which of them it is.

use std::collections::HashSet;

use crate::facts::Code;
use crate::finding::Level;
use crate::policy::contract::{Contract, Kind, Modules};
use crate::policy::day::Day;
use crate::policy::python::Imports;
use crate::repo::{Module, ModuleId, Repo};
use crate::rules::{Asked, Found, ModuleRule, RuleDef, Sink, Stage};

use super::judged;

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "independence-violation",
    summary: "an import between modules that a contract keeps apart",
    source: include_str!("independence_violation.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let contract = |contract: &Contract| {
            let parts = match &contract.kind {
                Kind::Independence { modules } => Parts::Modules(modules.clone()),
                Kind::IndependentServices => Parts::Services,
                _ => return None,
            };
            let rule = IndependenceViolation { contract: contract.clone(), parts, imports: policy.imports };
            Some(Stage::Module(Box::new(rule)))
        };
        Ok(policy.contracts.iter().filter_map(contract).collect())
    },
};

enum Parts {
    Modules(Modules),
    Services,
}

impl Parts {
    /// The part that a module belongs to.
    fn of<'p>(&'p self, module: &'p Module) -> Option<&'p str> {
        match self {
            Self::Modules(parts) => {
                let part =
                    parts.iter().filter(|(part, _)| module.is_covered(part)).max_by_key(|(part, _)| part.text.len());
                part.map(|(part, _)| part.text.as_str())
            }
            Self::Services => module.service.as_deref(),
        }
    }
}

struct IndependenceViolation {
    contract: Contract,
    parts: Parts,
    imports: Imports,
}

impl ModuleRule for IndependenceViolation {
    fn check(&self, id: ModuleId, code: &Code, repo: &Repo, _today: Day, out: &mut Sink) {
        let module = repo.module(id);
        let Some(own) = self.parts.of(module).filter(|_| !module.is_test || self.contract.shared.tests) else { return };
        let mut told = HashSet::new();
        for import in judged(code, &self.imports) {
            let Some(target) = repo.toward(id, import) else { continue };
            let target = repo.module(target);
            let Some(other) = self.parts.of(target).filter(|other| *other != own) else { continue };
            if !told.insert(target.path.clone()) {
                continue;
            }
            let subject = format!("{} -> {}", module.name(), target.name());
            let message = format!("`{own}` and `{other}` are independent, but this imports `{}`", target.name());
            let help = "talk to it over its interface, or move what both need to a third place";
            let found = Found::place(&module.path, import.span, subject, message, help);
            out.report(found.by(Some(&self.contract.site)).asked(Asked::contract(&self.contract)));
        }
    }
}
