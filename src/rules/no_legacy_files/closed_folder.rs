//! # closed-folder
//!
//! ## What it does
//! Flags a file in a closed folder that the folder's list does not name. The list holds globs relative to the
//! folder and covers all that lies below it. `__init__.py`, `__init__.pyi` and `py.typed` need no mention.
//!
//! ## Why is this bad?
//! A folder that is closed has one file for each thing. A file beside them is most often the same thing again,
//! written by somebody who did not find the first.
//!
//! ## Example
//! ```toml
//! [no-legacy-files.closed]
//! "backend/app/websocket" = ["manager.py", "heartbeat.py", "batch/**"]
//! ```
//! A file `backend/app/websocket/manager_v2.py` is then flagged.
//!
//! ## What to do instead
//! Put the code into the file of the list that it belongs to. Where the folder really gained a new part, add
//! the file to the list: the change of the policy is then seen in review.
//!
//! ## Fix
//! None: only a person knows where the code belongs.

use crate::finding::Level;
use crate::policy::legacy_files::ClosedFolder;
use crate::rules::{Found, PathRule, RuleDef, Sink, Stage};
use crate::source::{Entry, Tree};

/// Part of every package, whatever its list says.
const ALWAYS_ALLOWED: [&[u8]; 3] = [b"__init__.py", b"__init__.pyi", b"py.typed"];

/// A longer list is read where it is written.
const MOST_NAMES: usize = 6;

pub static RULE: RuleDef = RuleDef {
    hook: "no-legacy-files",
    name: "closed-folder",
    summary: "a file that a closed folder's list does not name",
    source: include_str!("closed_folder.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let closed = policy.legacy_files.closed.iter().cloned();
        Ok(closed.map(|folder| Stage::Path(Box::new(Closed { folder }))).collect())
    },
};

struct Closed {
    folder: ClosedFolder,
}

impl PathRule for Closed {
    fn check(&self, entry: &Entry, _tree: &Tree, out: &mut Sink) {
        let folder = &self.folder.folder;
        if !entry.path.is_under(folder.value.as_bytes())
            || ALWAYS_ALLOWED.contains(&entry.path.name())
            || self.folder.names.iter().any(|name| name.value.matches(&entry.path))
        {
            return;
        }
        let names: Vec<_> = self.folder.names.iter().map(|name| format!("`{}`", name.value.text)).collect();
        let message = match folder.value.as_str() {
            "" => format!("`{}` is not on the list of the root, which is closed", entry.path),
            folder => format!("`{}` is not on the list of the closed folder `{folder}`", entry.path),
        };
        let help = match names.as_slice() {
            [] => "move it elsewhere: nothing may lie in this folder".to_owned(),
            names if names.len() > MOST_NAMES => "put its code where it belongs, or add it to the list".to_owned(),
            names => format!("put its code where it belongs ({}), or add it to the list", names.join(", ")),
        };
        out.report(Found::file(&entry.path, message, help).by(Some(&folder.site)));
    }
}
