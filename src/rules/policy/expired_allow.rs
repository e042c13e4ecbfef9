//! # expired-allow
//!
//! ## What it does
//! Flags an allow whose `until` is past, while there still is something that it would let through. The last day
//! counts, in UTC. What it let through is a finding again. An `until` that is no date holds for no day.
//!
//! ## Why is this bad?
//! The date was a promise. An exception that outlives it is the rule.
//!
//! ## Example
//! ```toml
//! [[allow]]
//! rule   = "too-many-bytes"
//! in     = "docs/demo.mp4"
//! until  = 2026-03-31
//! reason = "moves to the website"
//! ```
//! from 1 April 2026 on.
//!
//! ## What to do instead
//! End what it let through, then delete the allow. Where more time is right, say so with a later date.
//!
//! ## Fix
//! None.

use crate::finding::Level;
use crate::rules::policy::{AllowRule, AllowUse};
use crate::rules::{ANY_HOOK, Found, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: ANY_HOOK,
    name: "expired-allow",
    summary: "an allow past its last day",
    source: include_str!("expired_allow.rs"),
    level: Some(Level::Error),
    compile: |_| Ok(vec![Stage::Allows(Box::new(ExpiredAllow))]),
};

struct ExpiredAllow;

impl AllowRule for ExpiredAllow {
    fn check(&self, allow: &AllowUse, out: &mut Sink) {
        let message = match &allow.until {
            Some(Err(written)) => format!("the last day of this allow of `{}` cannot be read: {written}", allow.rule),
            Some(Ok(until)) if *until < allow.today && allow.matched > 0 => {
                format!("this allow of `{}` ended on {until}", allow.rule)
            }
            _ => return,
        };
        let help = "end what it let through and delete it, or say a later day";
        out.report(Found::site(&allow.site, allow.rule.as_str(), message, help));
    }
}
