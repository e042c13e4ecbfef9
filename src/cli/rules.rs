//! `ssot rules`: the list of hooks and rules.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::{ColorArgs, output};
use crate::finding::Level;
use crate::rules::{ANY_HOOK, HOOKS, RULES, RuleDef};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Args)]
pub struct RulesArgs {
    /// How the list is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    color: ColorArgs,
}

pub fn run(args: &RulesArgs) -> anyhow::Result<u8> {
    let text = match args.format {
        Format::Text => table(),
        Format::Json => {
            let rule = |rule: &&RuleDef| json!({"hook": rule.hook, "rule": rule.name, "level": level(rule.level), "summary": rule.summary});
            serde_json::to_string_pretty(&RULES.iter().map(rule).collect::<Vec<_>>())? + "\n"
        }
    };
    output::print(&text, args.color.color)?;
    Ok(0)
}

/// A level as the policy writes it; the rule's own where the policy sets none.
pub fn level(level: Option<Level>) -> &'static str {
    match level {
        Some(Level::Error) => "error",
        Some(Level::Warning) => "warning",
        None => "off",
    }
}

/// Rules under their hooks.
pub fn table() -> String {
    let mut out = String::new();
    let any = (ANY_HOOK, "reported by whichever hook meets it");
    for (id, summary) in HOOKS.iter().map(|hook| (hook.id, hook.summary)).chain([any]) {
        out.push_str(&format!("{id}: {summary}\n"));
        for rule in RULES.iter().filter(|rule| rule.hook == id) {
            out.push_str(&format!("  {:<22} {:<8} {}\n", rule.name, level(rule.level), rule.summary));
        }
        out.push('\n');
    }
    out.pop();
    out
}
