//! # expiring-allow
//!
//! ## What it does
//! Warns of an allow that still lets something through and whose last day is near: within `warn-days` of
//! `[project]`, 14 unless it is set.
//!
//! ## Why is this bad?
//! It is not, yet. On the day after, commits are stopped; this is the time to end it in peace.
//!
//! ## Example
//! ```toml
//! [[allow]]
//! rule   = "too-many-bytes"
//! in     = "docs/demo.mp4"
//! until  = 2026-03-31
//! reason = "moves to the website"
//! ```
//! from 17 March 2026 on.
//!
//! ## What to do instead
//! End what it lets through, then delete the allow.
//!
//! ## Fix
//! None.

use crate::finding::Level;
use crate::rules::policy::{AllowRule, AllowUse};
use crate::rules::{ANY_HOOK, Found, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: ANY_HOOK,
    name: "expiring-allow",
    summary: "an allow near its last day",
    source: include_str!("expiring_allow.rs"),
    level: Some(Level::Warning),
    compile: |_| Ok(vec![Stage::Allows(Box::new(ExpiringAllow))]),
};

struct ExpiringAllow;

impl AllowRule for ExpiringAllow {
    fn check(&self, allow: &AllowUse, out: &mut Sink) {
        let (Some(left), Some(Ok(until))) = (allow.days_left(), &allow.until) else { return };
        if allow.matched == 0 || left < 0 || left > i64::from(allow.warn_days) {
            return;
        }
        let when = match left {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            days => format!("in {days} days"),
        };
        let message = format!("this allow of `{}` ends {when}, on {until}", allow.rule);
        out.report(Found::site(&allow.site, allow.rule.as_str(), message, "end what it lets through, then delete it"));
    }
}
