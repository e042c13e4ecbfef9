//! # oversize-growth
//!
//! ## What it does
//! Flags a file, or a function, that was over its limit when the baseline was made, and has grown since. With
//! `--new-only` it is compared with what it was before the change. At its old size, or below, nothing is said.
//!
//! ## Why is this bad?
//! What is too large already is where the next line is easiest to add. It shall only get smaller.
//!
//! ## Example
//! A file of 600 lines, over a limit of 500, that the baseline accepts with 600: line 601 is flagged.
//!
//! ## What to do instead
//! Put the new code into a module of its own, or move as much out as comes in.
//!
//! ## Fix
//! None: only a person knows what belongs together.

use crate::finding::Level;
use crate::policy::size::{apart, show};
use crate::rules::max_file_size::too_many_bytes;
use crate::rules::{Found, RuleDef};

pub static RULE: RuleDef = RuleDef {
    hook: "max-file-size",
    name: "oversize-growth",
    summary: "a file or function that is accepted as oversize, and grew",
    source: include_str!("oversize_growth.rs"),
    level: Some(Level::Error),
    // What is over a limit is found by the rules on limits; the engine, which knows what was accepted, asks here.
    compile: |_| Ok(vec![]),
};

/// What is said of something over a limit that was accepted with the size `known`.
pub fn grown(rule: &str, found: Found, known: u64) -> Found {
    let size = found.size.unwrap_or_default();
    let (old, now) = match rule == too_many_bytes::RULE.name {
        true => apart(known, size),
        false => (format!("{known} lines"), show(size)),
    };
    // Two sizes that differ by little are told in bytes, both.
    let message = format!("{}, and had {old}", found.message.replacen(&show(size), &now, 1));
    let help = format!("bring it back to {old}, or below: {}", found.help);
    Found { message, help, ..found }
}
