//! # stale-entry
//!
//! ## What it does
//! Flags an entry of a closed folder's list that no file bears any more, and a closed folder that is gone.
//!
//! ## Why is this bad?
//! The list says what the folder may hold. An entry that nothing bears is a hole: whoever makes a file of that
//! name again is not stopped.
//!
//! ## Example
//! ```toml
//! [no-legacy-files.closed]
//! "backend/app/websocket" = ["manager.py", "heartbeat.py"]   # heartbeat.py was deleted
//! ```
//!
//! ## What to do instead
//! Delete the entry from the list; delete the whole line where the folder is gone.
//!
//! ## Fix
//! None: the policy is for people to edit.

use crate::finding::Level;
use crate::policy::legacy_files::ClosedFolder;
use crate::rules::{Found, RuleDef, Sink, Stage, TreeRule};
use crate::source::Tree;

pub static RULE: RuleDef = RuleDef {
    hook: "no-legacy-files",
    name: "stale-entry",
    summary: "an entry of a closed folder's list that no file bears",
    source: include_str!("stale_entry.rs"),
    level: Some(Level::Warning),
    compile: |policy| {
        let closed = policy.legacy_files.closed.clone();
        Ok(if closed.is_empty() { vec![] } else { vec![Stage::Tree(Box::new(StaleEntry { closed }))] })
    },
};

struct StaleEntry {
    closed: Vec<ClosedFolder>,
}

impl TreeRule for StaleEntry {
    fn check(&self, tree: &Tree, out: &mut Sink) {
        for closed in &self.closed {
            let (folder, site) = (&closed.folder.value, &closed.folder.site);
            let files = tree.below(folder.as_bytes());
            if files.is_empty() {
                let message = format!("the closed folder `{folder}` does not exist");
                out.report(Found::site(site, folder.as_str(), message, "delete this line").by(Some(site)));
                continue;
            }
            for name in &closed.names {
                if !files.iter().any(|entry| name.value.matches(&entry.path)) {
                    let message = format!("no file of {} is `{}`", closed.shown(), name.value.text);
                    let subject = format!("{folder}: {}", name.value.text);
                    out.report(Found::site(&name.site, subject, message, "delete this entry").by(Some(&name.site)));
                }
            }
        }
    }
}
