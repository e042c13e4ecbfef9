//! # stale-baseline
//!
//! ## What it does
//! Flags a line of the baseline that accepts more than stands: what it accepts was mended, became fewer or
//! smaller, or moved to another path. It is said only where the rule was judged on the whole repository.
//!
//! ## Why is this bad?
//! It would let the same mistake through the next time, unseen.
//!
//! ## Example
//! A file with an accepted `legacy-import` is mended, and its line stays in the baseline.
//!
//! ## What to do instead
//! `ssot baseline update`: it only takes lines out, lowers their figures, and follows what moved. As a warning
//! this stops nobody who mends something; `--deny stale-baseline` in CI keeps the baseline tidy.
//!
//! ## Fix
//! None: `ssot baseline update` ends it.

use crate::baseline::Entry;
use crate::finding::{Identity, Level, Site, Span};
use crate::path::{RepoPath, printable};
use crate::rules::{ANY_HOOK, Found, RuleDef};

pub static RULE: RuleDef = RuleDef {
    hook: ANY_HOOK,
    name: "stale-baseline",
    summary: "a line of the baseline that accepts more than stands",
    source: include_str!("stale_baseline.rs"),
    level: Some(Level::Warning),
    // The engine, which matches the baseline with what stands, asks here.
    compile: |_| Ok(vec![]),
};

/// What came of an entry that accepts more than stands.
pub enum Left<'l> {
    Nothing,
    Moved(&'l RepoPath),
    Fewer(u32),
    Smaller(u64),
}

pub fn judge(baseline: &RepoPath, entry: &Entry, left: &Left<'_>) -> Found {
    let Identity { rule, path, subject, .. } = &entry.identity;
    let of = if entry.identity.is_of_file() { String::new() } else { format!(" of `{}`", printable(subject)) };
    let what = format!("`{rule}`{of} in `{path}`");
    let message = match left {
        Left::Nothing => format!("{what} no longer stands, and is still in the baseline"),
        Left::Moved(to) => format!("{what} is now in `{to}`"),
        Left::Fewer(stand) => format!("the baseline accepts {} times {what}, and {stand} stand", entry.count),
        Left::Smaller(size) => {
            format!("the baseline accepts {what} up to {}, and it has {size}", entry.size.unwrap_or_default())
        }
    };
    let site = Site { path: baseline.clone(), span: Span::point(entry.line, 1) };
    Found::site(&site, entry.fingerprint(), message, "`ssot baseline update` follows")
}
