//! # policy-loosened
//!
//! ## What it does
//! Says what a change lets through that was stopped before it: a concept, contract or limit that it removes, a limit
//! or level that it relaxes, any other key that then asks for less, an `exclude`, an allow or a line of the baseline
//! that it adds. It is said only where there is something to compare with: under `--new-only` and `--since`.
//!
//! ## Why is this bad?
//! It need not be. But the quickest way past a gate is to open it in the same change, and whoever reviews the change
//! shall see that.
//!
//! ## Example
//! A commit adds `websocket_manager_v2.py`, and an `[[allow]]` for it.
//!
//! ## What to do instead
//! Loosen the policy in a change of its own, with the reason in its message.
//!
//! ## Fix
//! None: it is for the eyes of a reviewer.

use crate::finding::{Level, Site};
use crate::rules::{ANY_HOOK, Found, RuleDef};

pub static RULE: RuleDef = RuleDef {
    hook: ANY_HOOK,
    name: "policy-loosened",
    summary: "what this change lets through that was stopped before",
    source: include_str!("policy_loosened.rs"),
    level: Some(Level::Warning),
    // The engine, which knows what the change is compared with, asks here.
    compile: |_| Ok(vec![]),
};

/// `what` this change does, and to which `subject`.
pub fn judge(site: &Site, subject: String, what: &str) -> Found {
    let help = "loosen the policy in a change of its own, with the reason in its message";
    Found::site(site, subject, format!("this change {what}"), help)
}
