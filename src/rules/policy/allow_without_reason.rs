//! # allow-without-reason
//!
//! ## What it does
//! Flags an `ssot: allow(rule)` comment with nothing after it. Without a reason it lets nothing through. (In the
//! policy an allow without a reason is refused outright.)
//!
//! ## Why is this bad?
//! Whoever meets the exception later cannot tell whether it may go.
//!
//! ## Example
//! ```python
//! # ssot: allow(too-many-lines)
//! ```
//!
//! ## What to do instead
//! ```python
//! # ssot: allow(too-many-lines) the table is generated from the specification
//! ```
//!
//! ## Fix
//! None: only a person knows why.

use crate::finding::Level;
use crate::rules::policy::{AllowRule, AllowUse};
use crate::rules::{ANY_HOOK, Found, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: ANY_HOOK,
    name: "allow-without-reason",
    summary: "an allow that does not say why",
    source: include_str!("allow_without_reason.rs"),
    level: Some(Level::Error),
    compile: |_| Ok(vec![Stage::Allows(Box::new(AllowWithoutReason))]),
};

struct AllowWithoutReason;

impl AllowRule for AllowWithoutReason {
    fn check(&self, allow: &AllowUse, out: &mut Sink) {
        if allow.reason.is_empty() && !allow.rule.is_empty() {
            let message = format!("this allow of `{}` gives no reason", allow.rule);
            let help = "write the reason behind it; until then it lets nothing through";
            out.report(Found::site(&allow.site, allow.rule.as_str(), message, help));
        }
    }
}
