//! The cases of `tests/rules/<rule>.md`: a policy, files, and the findings expected of them.
//!
//! A case is a `## heading` with its fenced blocks:
//!
//! - `toml ssot.toml`, or any other `language path`, or a `path` alone: a file. A path with spaces stands in
//!   quotes. Words behind it make it special: `repeat=3000` (the content so many times), `no-newline` (the last
//!   newline is cut), `binary` (a NUL stands first), `symlink`, `submodule`, `unreadable`, `absent` (its blob
//!   is not in this clone), `absent-unchanged` (nor does the snapshot change it).
//! - `text files`: empty files, one path a line.
//! - `text options`: words of `ssot check`; `--today` is 2026-11-21 where it is not given. `--with-help` shows
//!   each finding's help, owner and page below it.
//! - `text findings`: what `--format concise` prints, whatever the rule; empty where nothing is found. A mistake
//!   of the policy is shown as `ssot.toml:line:column: message`.
//!
//! In `tests/fixes/<topic>.md` a case ends in `diff fix` in place of the findings: the patch of `ssot fix`, and what is
//! left.
//!
//! `UPDATE_CASES=1 cargo test --test suite rules::` rewrites the findings.

mod case;
mod run;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ssot::rules::RULES;

use case::{Case, read};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")
}

fn topics() -> Vec<String> {
    let folder = std::fs::read_dir(folder().with_file_name("fixes")).expect("a folder");
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut topics: Vec<_> =
        folder.map(name).map(|name| name.strip_suffix(".md").expect("a case file").to_owned()).collect();
    topics.sort();
    topics
}

#[test]
fn every_case_gives_its_findings() {
    let files = RULES.iter().map(|rule| (rule.name, folder().join(format!("{}.md", rule.name))));
    check(files, run::findings, "text findings");
}

#[test]
fn every_case_gives_its_fix() {
    let topics = topics();
    let files = topics.iter().map(|topic| (topic.as_str(), folder().join(format!("../fixes/{topic}.md"))));
    check(files, run::fix, "diff fix");
}

/// Compares what each case gives with what stands there, or writes it there.
fn check<'n>(files: impl Iterator<Item = (&'n str, PathBuf)>, give: fn(&Case) -> String, block: &str) {
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let mut wrong = String::new();
    for (title, path) in files {
        let mut text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let cases = read(title, &text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let found: Vec<String> = cases.iter().map(give).collect();
        for (case, found) in cases.iter().zip(&found).filter(|(case, found)| case.findings != **found) {
            let Case { heading, line, findings, .. } = case;
            writeln!(wrong, "\n{title}.md:{line}: {heading}\n{}", diff(findings, found)).unwrap();
        }
        if update {
            for (case, found) in cases.iter().zip(&found).rev() {
                text.replace_range(case.findings_range.clone(), &format!("```{block}\n{found}```"));
            }
            std::fs::write(&path, text).unwrap();
        }
    }
    assert!(wrong.is_empty() || update, "{wrong}\nUPDATE_CASES=1 writes what is found into the files");
}

#[test]
fn every_file_is_named_for_a_rule() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = name.strip_suffix(".md").is_some_and(|name| RULES.iter().any(|rule| rule.name == name));
        assert!(known, "tests/rules/{name} is named for no rule");
    }
}

#[test]
fn every_rule_has_a_case_that_flags_and_one_that_does_not() {
    for rule in RULES {
        let text = std::fs::read_to_string(folder().join(format!("{}.md", rule.name))).unwrap();
        let cases = read(rule.name, &text).unwrap();
        let flags = |case: &Case| case.findings.contains(&format!("/{}: ", rule.name));
        assert!(cases.iter().any(flags), "{}: no case flags", rule.name);
        assert!(!cases.iter().all(flags), "{}: every case flags", rule.name);
    }
}

#[test]
fn a_file_of_cases_with_a_mistake_is_refused() {
    let findings = "```text findings\n```\n";
    for (text, expected) in [
        (String::new(), "no `# stale-entry` at its head"),
        (format!("# other\n## a\n{findings}"), "no `# stale-entry` at its head"),
        ("# stale-entry\n".to_owned(), "no cases"),
        ("# stale-entry\n## a\n".to_owned(), "line 2: `a` has no findings"),
        (format!("# stale-entry\n## a\n## b\n{findings}"), "line 2: `a` has no findings"),
        (format!("# stale-entry\n{findings}"), "line 2: a block before the first case"),
        (format!("# stale-entry\n## a\n{findings}{findings}"), "line 5: the findings of `a` stand twice"),
        (format!("# stale-entry\n## a\n{findings}## a\n{findings}"), "line 5: a second case `a`"),
        (format!("# stale-entry\n## a\n```\nx\n```\n{findings}"), "line 3: a block without a name"),
        (format!("# stale-entry\n## a\n    x\n\n{findings}"), "line 3: a block without a fence"),
        (format!("# stale-entry\n## a\n```python x.py much\n```\n{findings}"), "line 3: unknown word `much`"),
        (format!("# stale-entry\n## a\n```x.py binary\n```\n{findings}"), "line 3: `x.py` is no language"),
        (
            format!("# stale-entry\n## a\n```x.py\n```\n```x.py\n```\n{findings}"),
            "line 5: the file `x.py` stands twice",
        ),
        (format!("# stale-entry\n## a\n```text option\n```\n{findings}"), "line 3: unknown block `text option`"),
        (format!("# stale-entry\n## a\n```text options\n--fast\n```\n{findings}"), "line 3: unknown option `--fast`"),
    ] {
        assert_eq!(read("stale-entry", &text).map(|cases| cases.len()), Err(expected.to_owned()), "{text}");
    }
}

/// The lines of both, marked where only one has them: `-` is expected, `+` is found.
fn diff(expected: &str, found: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    let mut out = String::new();
    let mut from = 0;
    for line in &old {
        match new[from..].iter().position(|other| other == line) {
            Some(at) => {
                new[from..from + at].iter().for_each(|line| writeln!(out, "  + {line}").unwrap());
                writeln!(out, "    {line}").unwrap();
                from += at + 1;
            }
            None => writeln!(out, "  - {line}").unwrap(),
        }
    }
    new[from..].iter().for_each(|line| writeln!(out, "  + {line}").unwrap());
    out
}
