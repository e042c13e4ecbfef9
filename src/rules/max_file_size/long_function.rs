//! # long-function
//!
//! ## What it does
//! Flags a function with more lines than `function-lines` in `limits` of `[max-file-size]` allows, from `def` to
//! its last line. Nested functions and methods count for themselves, and within what holds them. Without a
//! limit nothing is flagged.
//!
//! ## Why is this bad?
//! What happens in it cannot be seen at once, called in parts, or found again.
//!
//! ## Example
//! ```toml
//! [max-file-size]
//! limits = [{ files = "**/*.py", function-lines = 100 }]
//! ```
//!
//! ## What to do instead
//! Move a step with a name of its own into a function of that name.
//!
//! ## Fix
//! None: only a person knows the steps.

use crate::facts::{DefinitionKind, Facts};
use crate::finding::Level;
use crate::path::RepoPath;
use crate::policy::file_size::FileSize;
use crate::rules::{FactsRule, Found, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: "max-file-size",
    name: "long-function",
    summary: "a function over its limit of lines",
    source: include_str!("long_function.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let limits = policy.file_size.clone();
        Ok(if limits.limits_functions() { vec![Stage::Facts(Box::new(LongFunction { limits }))] } else { vec![] })
    },
};

struct LongFunction {
    limits: FileSize,
}

impl FactsRule for LongFunction {
    fn needs_code(&self) -> bool {
        true
    }

    fn wants(&self, path: &RepoPath) -> bool {
        self.limits.function_lines(path).is_some()
    }

    fn check(&self, path: &RepoPath, facts: &Facts, out: &mut Sink) {
        let (Some(limit), Some(code)) = (self.limits.function_lines(path), facts.code.as_deref()) else { return };
        for function in code.definitions.iter().filter(|definition| definition.kind == DefinitionKind::Function) {
            let lines = u64::from(function.lines.1 - function.lines.0 + 1);
            if lines > limit.most {
                let message = format!("`{}` has {lines} lines, over the limit of {}", function.name, limit.most);
                let help = "move a step with a name of its own into a function of that name";
                let found = Found::place(path, function.span, function.name.as_str(), message, help);
                out.report(found.size(lines).by(limit.site.as_ref()));
            }
        }
    }
}
