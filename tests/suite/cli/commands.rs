//! `ssot rules`, `ssot explain`, `ssot schema`.

use ssot::rules::{HOOKS, RULES};

use super::run;
use crate::repository::Repository;

#[test]
fn rules_lists_each_under_its_hook() {
    let text = Repository::without_git().ssot(&["rules"]).status(0).stdout;
    for hook in HOOKS {
        assert!(text.contains(&format!("{}: {}\n", hook.id, hook.summary)), "{text}");
    }
    for rule in RULES {
        let lines = text.lines().filter(|line| line.trim_start().starts_with(&format!("{} ", rule.name)));
        let lines: Vec<_> = lines.collect();
        assert_eq!(lines.len(), 1, "{}\n{text}", rule.name);
        assert!(lines[0].ends_with(rule.summary), "{}", lines[0]);
    }
    assert!(text.contains("any: reported by whichever hook meets it\n"), "{text}");
}

#[test]
fn rules_as_data() {
    let rules = Repository::without_git().ssot(&["rules", "--format", "json"]).status(0).json();
    let names: Vec<_> = rules.as_array().unwrap().iter().map(|rule| rule["rule"].as_str().unwrap()).collect();
    assert_eq!(names, RULES.iter().map(|rule| rule.name).collect::<Vec<_>>());
    let legacy = rules.as_array().unwrap().iter().find(|rule| rule["rule"] == "legacy-name").unwrap();
    assert_eq!((&legacy["hook"], &legacy["level"]), (&"no-legacy-files".into(), &"error".into()));
    assert!(legacy["summary"].as_str().is_some_and(|summary| summary.starts_with("a leftover")));
}

#[test]
fn explain_shows_the_page_of_each_rule() {
    let nowhere = Repository::without_git();
    for rule in RULES {
        let page = nowhere.ssot(&["explain", rule.name]).status(0).stdout;
        assert!(page.starts_with(&format!("# {}\n\n## What it does\n", rule.name)), "{page}");
        assert!(page.contains("\n## Fix\n") && page.lines().last().is_some_and(|last| last.contains("Level: ")));
        assert!(!page.contains("//!"), "{page}");
    }
    let list = nowhere.ssot(&["explain"]).status(0).stdout;
    let rules = nowhere.ssot(&["rules"]).stdout;
    assert_eq!(list, format!("{rules}\n`ssot explain RULE` shows the page of one.\n"));
}

#[test]
fn every_command_has_help_and_what_is_none_is_refused() {
    let nowhere = Repository::without_git();
    for command in ["check", "explain", "fix", "parity", "policy", "rules", "schema", "where"] {
        let help = nowhere.ssot(&[command, "--help"]).status(0).stdout;
        assert!(help.contains(&format!("Usage: ssot {command}")), "{help}");
    }
    assert!(nowhere.ssot(&["--version"]).status(0).stdout.starts_with("ssot "));
    nowhere.ssot(&[]).status(2);
    nowhere.ssot(&["schema"]).status(2);
    run(nowhere.command("ssot").args(["rules", "extra"])).status(2);
}
