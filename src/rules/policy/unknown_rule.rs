//! # unknown-rule
//!
//! ## What it does
//! Flags an `ssot: allow(…)` comment that names no rule, or one that does not exist. (In the policy an unknown
//! rule is refused outright.)
//!
//! ## Why is this bad?
//! It lets nothing through, though it looks as if it did.
//!
//! ## Example
//! ```python
//! # ssot: allow(to-many-lines) generated table
//! ```
//!
//! ## What to do instead
//! Name the rule as the finding names it; `ssot rules` lists them.
//!
//! ## Fix
//! None.

use crate::finding::Level;
use crate::path::printable;
use crate::policy::error::nearest;
use crate::rules::policy::{AllowRule, AllowUse};
use crate::rules::{ANY_HOOK, Found, RULES, RuleDef, Sink, Stage, find};

pub static RULE: RuleDef = RuleDef {
    hook: ANY_HOOK,
    name: "unknown-rule",
    summary: "an allow that names no known rule",
    source: include_str!("unknown_rule.rs"),
    level: Some(Level::Error),
    compile: |_| Ok(vec![Stage::Allows(Box::new(UnknownRule))]),
};

struct UnknownRule;

impl AllowRule for UnknownRule {
    fn check(&self, allow: &AllowUse, out: &mut Sink) {
        if find(&allow.rule).is_some() {
            return;
        }
        let (message, help) = if allow.rule.is_empty() {
            let help = "write `ssot: allow(rule) reason`; `ssot rules` lists the rules".to_owned();
            ("this allow names no rule".to_owned(), help)
        } else {
            let meant = nearest(&allow.rule, RULES.iter().map(|rule| rule.name));
            let help = meant.map(|rule| format!("did you mean `{rule}`?"));
            (
                format!("there is no rule `{}`", printable(&allow.rule)),
                help.unwrap_or_else(|| "`ssot rules` lists the rules".to_owned()),
            )
        };
        out.report(Found::site(&allow.site, allow.rule.as_str(), message, help));
    }
}
