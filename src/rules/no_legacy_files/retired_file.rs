//! # retired-file
//!
//! ## What it does
//! Flags a concept's legacy module that still stands, unless it is a shim that may live until a day
//! (`shim-until`). A `module:Name` entry never retires the module.
//!
//! ## Why is this bad?
//! The module was merged away. While the file stands, it is found, imported and mended in place of the new one.
//!
//! ## Example
//! ```toml
//! [concept.websocket-manager]
//! home = "backend.app.websocket"
//!
//! [concept.websocket-manager.legacy]
//! "backend.app.ws_manager" = "backend.app.websocket"
//! ```
//! while `backend/app/ws_manager.py` exists.
//!
//! ## What to do instead
//! Change its importers to the new path and delete it. Where it must live for a while as a pure re-export, give
//! it `shim-until` and a reason.
//!
//! ## Fix
//! `ssot fix --unsafe` deletes it once no module uses it, no other file but prose names it, and a commit holds it as
//! it stands.

use crate::finding::Level;
use crate::policy::asked::Asked;
use crate::policy::concept::Concept;
use crate::policy::day::Day;
use crate::repo::Repo;
use crate::rules::{Found, RepoRule, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: "no-legacy-files",
    name: "retired-file",
    summary: "a concept's legacy module that still stands",
    source: include_str!("retired_file.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let concepts: Vec<_> = policy.concepts.iter().filter(|concept| !concept.legacy.is_empty()).cloned().collect();
        Ok(if concepts.is_empty() { vec![] } else { vec![Stage::Repo(Box::new(RetiredFile { concepts }))] })
    },
};

struct RetiredFile {
    concepts: Vec<Concept>,
}

impl RepoRule for RetiredFile {
    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        for concept in &self.concepts {
            for legacy in concept.legacy.iter().filter(|legacy| legacy.shim_until.is_none()) {
                for (id, module) in repo.retired(concept, legacy) {
                    let importers = repo.importers_of(id).len();
                    let message = format!("`{}` was retired, but still stands", module.name());
                    let help = match (&legacy.new, importers) {
                        (_, 0) => "delete it: nothing imports it, and git keeps what was committed".to_owned(),
                        (Some(new), count) => format!("change its {count} importer(s) to `{new}`, then delete it"),
                        (None, count) => format!("remove what its {count} importer(s) use of it, then delete it"),
                    };
                    let mut found = Found::file(&module.path, message, help).by(Some(&legacy.site));
                    found.subject = module.name();
                    out.report(found.deletable().asked(Asked::concept(concept, module.service.as_deref())));
                }
            }
        }
    }
}
