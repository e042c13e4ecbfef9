//! `ssot explain`: the page of a rule.

use clap::Args;

use super::check::rule_names;
use super::{ColorArgs, output, rules};
use crate::rules::find_shown;

#[derive(Args)]
pub struct ExplainArgs {
    /// The rule; all are listed when absent
    #[arg(value_name = "RULE", value_parser = rule_names(), hide_possible_values = true)]
    rule: Option<String>,
    #[command(flatten)]
    color: ColorArgs,
}

pub fn run(args: &ExplainArgs) -> anyhow::Result<u8> {
    let text = match args.rule.as_deref().and_then(find_shown) {
        Some(rule) => {
            let family = if rule.hook == crate::rules::ANY_HOOK { "any hook".to_owned() } else { rule.hook.to_owned() };
            format!("{}\n\nReported by {family}. Level: {}.\n", rule.page(), rules::level(rule.level))
        }
        None => rules::table() + "\n`ssot explain RULE` shows the page of one.\n",
    };
    output::print(&text, args.color.color)?;
    Ok(0)
}
