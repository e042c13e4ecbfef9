//! # stale-allow
//!
//! ## What it does
//! Flags an `[[allow]]`, or an `ssot: allow(…)` comment, that lets nothing through: the finding it was for is
//! gone. It is said only where the rule that it names was judged; `--rule stale-allow` alone judges them all for it.
//!
//! ## Why is this bad?
//! It would let the same mistake through the next time, unseen.
//!
//! ## Example
//! ```python
//! # ssot: allow(too-many-lines) generated table
//! x = 1
//! ```
//! in a file that is short again.
//!
//! ## What to do instead
//! Delete it. A comment lets through what is found on its line, or on the line below where it stands alone, and above all
//! code what is found on the file as a whole: where the finding stands elsewhere in the file, put it there. Of two copies
//! it may stand at either.
//!
//! ## Fix
//! None.

use crate::finding::Level;
use crate::rules::policy::{AllowRule, AllowUse, Stand};
use crate::rules::{ANY_HOOK, Found, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: ANY_HOOK,
    name: "stale-allow",
    summary: "an allow that lets nothing through",
    source: include_str!("stale_allow.rs"),
    level: Some(Level::Warning),
    compile: |_| Ok(vec![Stage::Allows(Box::new(StaleAllow))]),
};

struct StaleAllow;

impl AllowRule for StaleAllow {
    fn check(&self, allow: &AllowUse, out: &mut Sink) {
        if allow.judged && allow.matched == 0 {
            let message = format!("this allow of `{}` lets nothing through", allow.rule);
            let help = match allow.elsewhere {
                Some(Stand::Line(line)) => {
                    format!("put it where the finding is, at the end of line {line} or right above it, or delete it")
                }
                Some(Stand::Head) => {
                    "put it above all code, for the finding is about the whole file, or delete it".into()
                }
                None => "delete it".to_owned(),
            };
            out.report(Found::site(&allow.site, allow.rule.as_str(), message, help));
        }
    }
}
