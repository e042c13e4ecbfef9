//! # shim-with-logic
//!
//! ## What it does
//! Flags a declared shim (`shim-until`) that is more than a re-export. A shim may hold a docstring, imports from
//! the new path, `__all__`, `Old = New`, `warnings.warn`, a module `__getattr__`, and imports under
//! `TYPE_CHECKING`.
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

use crate::finding::Level;
use crate::policy::concept::Concept;
use crate::policy::day::Day;
use crate::repo::Repo;
use crate::rules::{Asked, Found, RepoRule, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: "no-duplicate-concepts",
    name: "shim-with-logic",
    summary: "a declared shim that is more than a re-export",
    source: include_str!("shim_with_logic.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let concepts: Vec<_> = policy.concepts.iter().filter(|concept| has_shim(concept)).cloned().collect();
        Ok(if concepts.is_empty() { vec![] } else { vec![Stage::Repo(Box::new(ShimWithLogic { concepts }))] })
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
            let shims = concept.legacy.iter().filter(|legacy| legacy.shim_until.is_some() && legacy.old.name.is_none());
            for legacy in shims {
                for id in repo.named(&legacy.old.module) {
                    let module = repo.module(*id);
                    let Some(span) = module.code.as_deref().and_then(|code| code.logic) else { continue };
                    let service = module.service.as_deref();
                    let message = format!("the shim `{}` is more than a re-export", legacy.old);
                    let help = format!("move this to `{}`, and leave the re-export", concept.entrance(service));
                    let found = Found::place(&module.path, span, legacy.old.to_string(), message, help);
                    out.report(found.by(Some(&legacy.site)).asked(Asked::concept(concept, service)));
                }
            }
        }
    }
}
