//! Every command and option of ssot that the documents show exists.

use std::collections::BTreeSet;

use super::{Document, documents, root};
use crate::repository::Repository;

/// Options of other programs.
const FOREIGN: [&str; 3] = ["--amend", "--hook-type", "--no-verify"];

/// The arguments of ssot where `code` calls it.
fn arguments(code: &str) -> Option<Vec<&str>> {
    let code = code.trim();
    let line = ["$ ", "- run: ", "- "].iter().find_map(|start| code.strip_prefix(start)).unwrap_or(code);
    let line = line.split([';', '|', '#']).next().unwrap_or_default();
    let rest = match line.strip_prefix("ssot ") {
        Some(rest) => rest,
        None => line.strip_prefix("cargo run ")?.split_once("-- ")?.1,
    };
    Some(rest.split_whitespace().collect())
}

/// What a reader would put in place of a word in capitals.
fn filled_in(word: &str) -> &str {
    match word {
        "DUPLICATE" => "b.py",
        "FILE" => "policy.toml",
        "FILE[:LINE-LINE]" => "draft.py",
        "NAME" => "WebSocketManager",
        "PATH" => "a.py",
        "REV" => "HEAD",
        "RULE" => "legacy-name",
        word => word,
    }
}

fn commands(document: &Document) -> Vec<Vec<String>> {
    let blocks = document.blocks();
    let in_blocks = blocks.iter().filter(|block| block.language != "toml").flat_map(|block| block.text.lines());
    let inline = document.inline();
    let found = in_blocks.chain(inline.iter().map(String::as_str)).filter_map(arguments);
    found.map(|words| words.into_iter().map(|word| filled_in(word).to_owned()).collect()).collect()
}

/// What every command finds something in.
const NAMED: &str = "class WebSocketManager: ...\n";
const DRAFT: &str = "def a(b):\n    return [c.name for c in b.lines if c.price * c.count > b.least]\n";

#[test]
fn every_command_runs_in_a_clean_repository() {
    let found: BTreeSet<Vec<String>> = documents().iter().flat_map(commands).collect();
    for expected in ["check", "check --rev HEAD", "explain legacy-name", "init", "install --chain", "uninstall"] {
        assert!(found.iter().any(|words| words.join(" ") == expected), "`ssot {expected}` is not shown");
    }
    for words in found {
        let repository = Repository::with(&[
            ("a.py", NAMED),
            ("b.py", NAMED),
            ("draft.py", &DRAFT.repeat(2)),
            ("policy.toml", "version = 1\n"),
        ]);
        let fingerprint = accepted(&repository, &words);
        let fill = |word: &'_ String| if word == "FINGERPRINT" { fingerprint.clone() } else { word.clone() };
        let words: Vec<_> = words.iter().map(fill).collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let run = repository.ssot(&words);
        assert_eq!(run.status, Some(0), "`ssot {}`\n{}{}", words.join(" "), run.stdout, run.stderr);
    }
}

/// Makes the baseline that a command works on; the fingerprint of a finding that is not in it.
fn accepted(repository: &Repository, words: &[String]) -> String {
    if words[0] != "baseline" || words[1] == "create" {
        return String::new();
    }
    assert_eq!(repository.ssot(&["baseline", "create"]).status, Some(0));
    repository.write("b.py.bak", "");
    let verdict: serde_json::Value =
        serde_json::from_str(&repository.ssot(&["check", "--format", "json"]).stdout).unwrap();
    verdict["findings"][0]["fingerprint"].as_str().unwrap().to_owned()
}

#[test]
fn every_script_exists() {
    let mut seen = BTreeSet::new();
    for document in documents() {
        let blocks = document.blocks();
        let lines = blocks.iter().filter(|block| block.language == "sh").flat_map(|block| block.text.lines());
        let inline = document.inline();
        for line in lines.chain(inline.iter().map(String::as_str)) {
            let words: Vec<_> = line.split_whitespace().skip_while(|word| word.contains('=')).collect();
            let ["bash" | "sh", script, ..] = words.as_slice() else { continue };
            assert!(root().join(script).is_file(), "{}: `{line}`", document.name);
            seen.insert((*script).to_owned());
        }
    }
    assert!(seen.contains("tests/run.sh") && seen.contains("hooks/install.sh"), "{seen:?}");
}

#[test]
fn every_option_exists() {
    let repository = Repository::new();
    let help = |command: &&str| repository.ssot(&[*command, "--help"]).status(0).stdout;
    let help: String = ["check", "fix", "init", "install", "parity", "where"].iter().map(help).collect();
    let known: BTreeSet<&str> = help.split(|c: char| c != '-' && !c.is_alphanumeric()).collect();
    let mut seen = 0;
    for document in documents() {
        for code in document.inline().iter().filter(|code| code.starts_with("--")) {
            let option = code.split_whitespace().next().unwrap_or_default();
            assert!(known.contains(option) || FOREIGN.contains(&option), "{}: `{option}`", document.name);
            seen += 1;
        }
    }
    assert!(seen > 0, "no option is shown");
}

#[test]
fn a_command_is_told_from_what_is_none() {
    for (code, expected) in [
        ("ssot check --rev REV", Some(vec!["check", "--rev", "REV"])),
        ("$ ssot check; echo $?", Some(vec!["check"])),
        ("  - ssot check --rev HEAD", Some(vec!["check", "--rev", "HEAD"])),
        ("- run: ssot check", Some(vec!["check"])),
        ("cargo run --release -- check", Some(vec!["check"])),
        ("cargo test --locked", None),
        ("ssot.toml", None),
        ("ssot: allow(rule) why", None),
        ("- id: ssot", None),
    ] {
        assert_eq!(arguments(code), expected, "{code}");
    }
}
