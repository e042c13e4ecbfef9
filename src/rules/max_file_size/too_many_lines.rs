//! # too-many-lines
//!
//! ## What it does
//! Flags a file with more physical lines than `limits` in `[max-file-size]` allow. Without a limit of lines,
//! nothing is flagged. The finding stands at the first line over the limit. Binary files have no lines.
//!
//! ## Why is this bad?
//! A file that everybody edits holds many things, and hides that one of them exists already.
//!
//! ## Example
//! ```toml
//! [max-file-size]
//! limits = [
//!   { files = "**/*.py", lines = 500 },
//!   { files = "**/tests/**", lines = 1000 },
//! ]
//! ```
//!
//! ## What to do instead
//! Move what belongs together into a module of its own, named for what it holds.
//!
//! ## Fix
//! None: only a person knows what belongs together.

use crate::facts::Facts;
use crate::finding::{Level, Span};
use crate::path::{RepoPath, printable};
use crate::policy::file_size::FileSize;
use crate::rules::{FactsRule, Found, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: "max-file-size",
    name: "too-many-lines",
    summary: "a file over its limit of physical lines",
    source: include_str!("too_many_lines.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let limits = policy.file_size.clone();
        Ok(if limits.limits_lines() { vec![Stage::Facts(Box::new(TooManyLines { limits }))] } else { vec![] })
    },
};

struct TooManyLines {
    limits: FileSize,
}

impl FactsRule for TooManyLines {
    fn wants(&self, path: &RepoPath) -> bool {
        self.limits.lines(path).is_some()
    }

    fn check(&self, path: &RepoPath, facts: &Facts, out: &mut Sink) {
        let Some(limit) = self.limits.lines(path).filter(|limit| u64::from(facts.lines) > limit.most) else { return };
        let message =
            format!("`{}` has {} lines, over the limit of {}", printable(path.name()), facts.lines, limit.most);
        let help = "move what belongs together into a module of its own";
        let first_over = u32::try_from(limit.most).unwrap_or(u32::MAX).saturating_add(1);
        let found = Found::file(path, message, help).at(Span::point(first_over, 1)).size(facts.lines.into());
        out.report(found.by(limit.site.as_ref()));
    }
}
