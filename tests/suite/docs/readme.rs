//! What README.md says of the tool is what the tool says.

use std::fmt::Write as _;

use ssot::finding::Level;
use ssot::rules::{ANY_HOOK, HOOKS, RULES, RuleDef};

use super::read;
use super::transcripts::assert_between;

#[test]
fn the_table_is_the_list_of_rules() {
    let mut table = String::new();
    let any = (ANY_HOOK, "reported by whichever hook meets it");
    for (hook, summary) in HOOKS.iter().map(|hook| (hook.id, hook.summary)).chain([any]) {
        let title = if hook == ANY_HOOK { "Any hook".to_owned() } else { format!("`{hook}`") };
        writeln!(table, "**{title}**: {summary}\n\n| rule | level | flags |\n|---|---|---|").expect("a string");
        for rule in RULES.iter().filter(|rule| rule.hook == hook) {
            let RuleDef { name, summary, .. } = rule;
            let summary = summary.replace('|', "\\|");
            writeln!(table, "| [`{name}`](tests/rules/{name}.md) | {} | {summary} |", level(rule)).expect("a string");
        }
        table.push('\n');
    }
    assert_between("README.md", "rules", &table[..table.len() - 1]);
}

fn level(rule: &RuleDef) -> &'static str {
    match rule.level {
        Some(Level::Error) => "error",
        Some(Level::Warning) => "warning",
        None => "off",
    }
}

#[test]
fn every_hook_is_told_of_before_all_else() {
    let readme = read("README.md");
    let head = readme.split("\n## ").next().expect("a head");
    for hook in HOOKS {
        assert!(head.contains(&format!("`{}`", hook.id)), "README.md: its head does not tell of `{}`", hook.id);
    }
}
