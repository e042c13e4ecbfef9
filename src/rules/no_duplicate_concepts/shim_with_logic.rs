//! # shim-with-logic
//!
//! ## What it does
//! Flags a declared shim (`shim-until`) that is more than a re-export. A shim may hold a docstring, imports from
//! the new path and the standard library, `__all__`, `Old = New`, `warnings.warn`, a module `__getattr__` that
//! looks names up, and imports under `TYPE_CHECKING`.
//!
//! ## Why is this bad?
//! Logic in a shim is a second implementation with a date on it, and the date will not hold.
//!
//! ## Example
//! ```python
//! from backend.app.websocket import WebSocketManager
//!
//! class LegacyManager(WebSocketManager):
//!     def connect(self): ...
//! ```
//!
//! ## What to do instead
//! Move the logic to the new place, and leave the re-export.
//!
//! ## Fix
//! None: only a person knows what the logic is for.

use crate::facts::Import;
use crate::finding::Level;
use crate::policy::asked::Asked;
use crate::policy::concept::Concept;
use crate::policy::day::Day;
use crate::repo::{Dependencies, ModuleId, Repo};
use crate::rules::{Found, RepoRule, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: "no-duplicate-concepts",
    name: "shim-with-logic",
    summary: "a declared shim that is more than a re-export",
    source: include_str!("shim_with_logic.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let rule = ShimWithLogic { concepts: policy.concepts.clone() };
        Ok(if policy.concepts.iter().any(has_shim) { vec![Stage::Repo(Box::new(rule))] } else { vec![] })
    },
};

fn has_shim(concept: &Concept) -> bool {
    concept.legacy.iter().any(|legacy| legacy.shim_until.is_some() && legacy.old.name.is_none())
}

struct ShimWithLogic {
    concepts: Vec<Concept>,
}

impl RepoRule for ShimWithLogic {
    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        for concept in &self.concepts {
            for legacy in concept.legacy.iter().filter(|legacy| legacy.shim_until.is_some()) {
                for (id, module) in repo.retired(concept, legacy) {
                    let Some(code) = module.code() else { continue };
                    let elsewhere = || code.imports.iter().find(|import| !self.leads_home(id, import, repo));
                    let Some(span) = code.logic.or_else(|| elsewhere().map(|import| import.span)) else { continue };
                    let (name, service) = (module.name(), module.service.as_deref());
                    let message = format!("the shim `{name}` is more than a re-export");
                    let help = format!("move this to `{}`, and leave the re-export", concept.entrance(service));
                    let found = Found::place(&module.path, span, name, message, help);
                    out.report(found.by(Some(&legacy.site)).asked(Asked::concept(concept, service)));
                }
            }
        }
    }
}

impl ShimWithLogic {
    /// Whether an import gives what a concept has, or what a re-export needs: `warnings`, `typing`. One module
    /// may be the shim of several concepts.
    fn leads_home(&self, id: ModuleId, import: &Import, repo: &Repo) -> bool {
        let first = import.module.split('.').next().unwrap_or_default();
        if import.type_checking
            || (import.level == 0 && (first == "typing_extensions" || Dependencies::is_standard(first)))
        {
            return true;
        }
        let Some(target) = repo.imported(id, import).map(|target| repo.module(target)) else { return false };
        let is_new = |concept: &Concept| {
            let new = concept.legacy.iter().filter_map(|legacy| legacy.new.as_ref()).map(|new| &new.module);
            let public = concept.public.iter().map(|(public, _)| public);
            let old =
                concept.legacy.iter().filter(|legacy| legacy.shim_until.is_some()).map(|legacy| &legacy.old.module);
            repo.is_home(concept, target) || new.chain(public).chain(old).any(|name| target.is_under(name))
        };
        self.concepts.iter().any(is_new)
    }
}
