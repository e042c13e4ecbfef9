//! # expired-shim
//!
//! ## What it does
//! Flags a shim that still stands after its last day (`shim-until`, that day included, in UTC), and lists who
//! still imports it. Within `warn-days` of `[project]` before that day it is a warning.
//!
//! ## Why is this bad?
//! It was to live for 30 days. As long as it stands, new code imports it.
//!
//! ## Example
//! ```toml
//! [concept.websocket-manager]
//! home = "backend.app.websocket"
//!
//! [concept.websocket-manager.legacy]
//! "backend.app.ws_manager" = { new = "backend.app.websocket", shim-until = 2026-12-31, reason = "mobile gateway" }
//! ```
//! from 1 January 2027 on, while `backend/app/ws_manager.py` exists.
//!
//! ## What to do instead
//! Change the importers that it lists to the new path, then delete the shim. Where more time is right, say so
//! with a later date.
//!
//! ## Fix
//! `ssot fix --unsafe` deletes it once no module uses it, no other file but prose names it, and a commit holds it as
//! it stands.

use crate::finding::Level;
use crate::policy::asked::Asked;
use crate::policy::concept::{Concept, Legacy};
use crate::policy::day::Day;
use crate::repo::{ModuleId, Repo};
use crate::rules::{Found, RepoRule, RuleDef, Sink, Stage};

/// More importers than this are counted, not named.
const MOST_NAMED: usize = 5;

pub static RULE: RuleDef = RuleDef {
    hook: "no-duplicate-concepts",
    name: "expired-shim",
    summary: "a shim past its day, with who still imports it",
    source: include_str!("expired_shim.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let dated = |concept: &&Concept| concept.legacy.iter().any(|legacy| legacy.shim_until.is_some());
        let concepts: Vec<_> = policy.concepts.iter().filter(dated).cloned().collect();
        let rule = ExpiredShim { concepts, warn_days: policy.project.warn_days };
        Ok(if rule.concepts.is_empty() { vec![] } else { vec![Stage::Repo(Box::new(rule))] })
    },
};

struct ExpiredShim {
    concepts: Vec<Concept>,
    warn_days: u32,
}

impl RepoRule for ExpiredShim {
    fn check(&self, repo: &Repo, today: Day, out: &mut Sink) {
        for concept in &self.concepts {
            for legacy in &concept.legacy {
                for (id, _) in repo.retired(concept, legacy) {
                    out_of_date(concept, legacy, id, repo, (today, self.warn_days), out);
                }
            }
        }
    }
}

fn out_of_date(
    concept: &Concept,
    legacy: &Legacy,
    id: ModuleId,
    repo: &Repo,
    (today, warn_days): (Day, u32),
    out: &mut Sink,
) {
    let Some(until) = legacy.shim_until else { return };
    let left = today.days_until(until);
    if left > i64::from(warn_days) {
        return;
    }
    let module = repo.module(id);
    let importers = repo.importers_of(id);
    let who = match importers.len() {
        0 => "nothing imports it any more".to_owned(),
        1 => "1 module still imports it".to_owned(),
        count => format!("{count} modules still import it"),
    };
    let name = module.name();
    let message = match left {
        ..0 => format!("the shim `{name}` ended on {until}; {who}"),
        0 => format!("the shim `{name}` ends today; {who}"),
        1 => format!("the shim `{name}` ends tomorrow; {who}"),
        left => format!("the shim `{name}` ends in {left} days, on {until}; {who}"),
    };
    let help = match &legacy.new {
        _ if importers.is_empty() => "delete it: git keeps what was committed".to_owned(),
        Some(new) if importers.len() == 1 => format!("change it to `{new}`, then delete the shim"),
        Some(new) => format!("change them to `{new}`, then delete the shim"),
        None => "remove what uses it, then delete it".to_owned(),
    };
    let mut found = Found::file(&module.path, message, help)
        .by(Some(&legacy.site))
        .asked(Asked::concept(concept, module.service.as_deref()));
    found.subject = name;
    for (importer, span) in importers.into_iter().take(MOST_NAMED) {
        found = found.see(&repo.module(importer).path, span, "imports it");
    }
    out.report(if left >= 0 { found.level(Level::Warning) } else { found.deletable() });
}
