//! # forbidden-file
//!
//! ## What it does
//! Flags a path that `forbidden` in `[no-legacy-files]` names.
//!
//! ## Why is this bad?
//! Somebody decided that this file must not exist: it was merged away, or files of its kind lie elsewhere.
//! Without a gate such a file is back within weeks.
//!
//! ## Example
//! ```toml
//! [no-legacy-files]
//! forbidden = ["/test_*.py", "backend/app/db/postgres_core.py"]
//! ```
//! A file `test_login.py` at the root is then flagged.
//!
//! ## What to do instead
//! Move the file to where files of its kind lie, or put its content into the file that replaced it.
//!
//! ## Fix
//! None: only a person knows where the content belongs.

use crate::finding::Level;
use crate::policy::Sited;
use crate::policy::glob::{Glob, Globs};
use crate::rules::{Found, PathRule, RuleDef, Sink, Stage};
use crate::source::{Entry, Tree};

pub static RULE: RuleDef = RuleDef {
    hook: "no-legacy-files",
    name: "forbidden-file",
    summary: "a path that the policy forbids",
    source: include_str!("forbidden_file.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let globs = policy.legacy_files.forbidden.clone();
        Ok(ForbiddenFile::new(globs).map(|rule| Stage::Path(Box::new(rule))).into_iter().collect())
    },
};

struct ForbiddenFile {
    set: Globs,
    globs: Vec<Sited<Glob>>,
}

impl ForbiddenFile {
    fn new(globs: Vec<Sited<Glob>>) -> Option<Self> {
        let set = Globs::of(&globs.iter().map(|glob| glob.value.clone()).collect::<Vec<_>>());
        (!globs.is_empty()).then_some(Self { set, globs })
    }
}

impl PathRule for ForbiddenFile {
    fn check(&self, entry: &Entry, _tree: &Tree, out: &mut Sink) {
        let first = self.set.matching(&entry.path).into_iter().min();
        let Some(glob) = first.and_then(|number| self.globs.get(number)) else { return };
        let message = format!("`{}` is a path that the policy forbids", entry.path);
        let help = "move it to where such files belong, or delete it: git keeps what was committed";
        out.report(Found::file(&entry.path, message, help).by(Some(&glob.site)));
    }
}
