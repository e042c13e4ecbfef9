//! `--new-only` and `--since`: only what the change brings in.

use super::{BROKEN, MENDED, POLICY, staged, told};
use crate::repository::{Repository, Run, binary, script};

/// A repository whose first commit breaks the concept once.
fn old() -> Repository {
    Repository::with(&[
        ("ssot.toml", POLICY),
        ("history/__init__.py", ""),
        ("history/clock.py", ""),
        ("history/a.py", BROKEN),
    ])
}

fn broken(name: &str) -> String {
    BROKEN.replace("now", &format!("now_{name}"))
}

fn new_only(repository: &Repository) -> Vec<String> {
    staged(repository, &["--new-only"])
}

#[test]
fn only_what_is_staged_and_not_in_head() {
    let repository = old();
    assert_eq!(new_only(&repository), [""; 0]);
    repository.write("history/b.py", broken("b"));
    assert_eq!(new_only(&repository), ["!wrapped-import history/b.py"]);
    // One mended, one new.
    repository.write("history/a.py", MENDED);
    assert_eq!(new_only(&repository), ["!wrapped-import history/b.py"]);
    // One of two equal ones is new: the one whose line was not there.
    std::fs::remove_file(repository.path().join("history/b.py")).expect("gone");
    repository.write("history/a.py", BROKEN.replace("def now", "THEN = time.time() - 1\n\n\ndef now"));
    repository.git(&["add", "--all"]);
    let verdict = repository.ssot(&["check", "--staged", "--new-only", "--format", "json"]).json();
    assert_eq!((verdict["findings"][0]["line"].as_u64(), verdict["summary"]["errors"].as_u64()), (Some(4), Some(1)));
}

#[test]
fn a_rename_is_not_new() {
    let repository = old();
    std::fs::create_dir(repository.path().join("history/moved")).expect("a folder");
    repository.git(&["mv", "history/a.py", "history/moved/b.py"]);
    assert_eq!(new_only(&repository), [""; 0]);
    repository.write("history/moved/b.py", format!("{BROKEN}\n\nX = 1\n"));
    assert_eq!(new_only(&repository), [""; 0]);
    repository.git(&["commit", "--quiet", "--message", "moved"]);
    assert_eq!(told(&repository.ssot(&["check", "--rev", "HEAD", "--new-only", "--format", "json"])), [""; 0]);
    repository.git(&["mv", "history/moved/b.py", "history/moved/B.py"]);
    assert_eq!(new_only(&repository), [""; 0]);
    repository.git(&["commit", "--quiet", "--message", "in capitals"]);
    repository.write("history/copy.py", format!("{BROKEN}\n\nX = 1\n"));
    assert_eq!(new_only(&repository), ["!wrapped-import history/copy.py"]);
}

#[test]
fn what_was_oversize_may_not_grow() {
    let repository = old();
    repository.write("history/big.py", "x = 1\n".repeat(11));
    assert_eq!(new_only(&repository), ["!too-many-lines history/big.py"]);
    repository.commit_all("a big file");
    repository.write("history/big.py", "x = 2\n".repeat(11));
    assert_eq!(new_only(&repository), [""; 0]);
    repository.write("history/big.py", "x = 1\n".repeat(12));
    assert_eq!(new_only(&repository), ["!oversize-growth history/big.py"]);
    repository.git(&["mv", "history/big.py", "history/large.py"]);
    assert_eq!(new_only(&repository), ["!oversize-growth history/large.py"]);
}

#[test]
fn the_first_commit_is_all_new() {
    let repository = Repository::new();
    for (path, text) in [("ssot.toml", POLICY), ("history/clock.py", ""), ("history/a.py", BROKEN)] {
        repository.write(path, text);
    }
    assert_eq!(new_only(&repository), ["!wrapped-import history/a.py"]);
    repository.commit_all("first");
    let told = told(&repository.ssot(&["check", "--rev", "HEAD", "--new-only", "--format", "json"]));
    assert_eq!(told, ["!wrapped-import history/a.py"]);
}

#[test]
fn todays_policy_judges_both_sides() {
    let repository = old();
    repository.write("history/b.py", broken("b"));
    repository.commit_all("nobody minds");
    // A stricter policy, and a home that did not exist.
    repository.write("ssot.toml", POLICY.replace("history.clock\"", "history.hour\""));
    repository.git(&["mv", "history/clock.py", "history/hour.py"]);
    assert_eq!(new_only(&repository), [""; 0]);
}

/// `side` adds a violation of its own, which nobody stopped; `main` goes on.
fn two_branches() -> Repository {
    let repository = old();
    repository.git(&["checkout", "--quiet", "-b", "side"]);
    repository.write("history/side.py", broken("side"));
    repository.write("history/both.py", "SIDE = 1\n");
    repository.commit_all("side");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("history/main.py", "X = 1\n");
    repository.commit_all("main");
    repository.hook("--new-only --format concise");
    repository
}

fn merge(repository: &Repository, words: &[&str]) -> Run {
    repository.try_git(&[&["merge", "--quiet", "--no-edit"], words].concat())
}

#[test]
fn nobody_is_blamed_for_the_other_branch_by_an_automatic_merge() {
    let repository = two_branches();
    merge(&repository, &["side"]).status(0);
    assert_eq!(told(&repository.ssot(&["check", "--format", "json"])).len(), 2);
}

#[test]
fn nor_after_a_conflict() {
    let repository = two_branches();
    repository.write("history/both.py", "MAIN = 1\n");
    repository.commit_all("in conflict");
    merge(&repository, &["side"]).status(1);
    repository.write("history/both.py", "SIDE = MAIN = 1\n");
    repository.git(&["add", "--all"]);
    repository.try_git(&["commit", "--quiet", "--no-edit"]).status(0);
}

#[test]
fn nor_by_a_squash() {
    let repository = two_branches();
    merge(&repository, &["--squash", "side"]).status(0);
    repository.try_git(&["commit", "--quiet", "--message", "squashed"]).status(0);
}

#[test]
fn but_for_what_the_merge_itself_brings_in() {
    let repository = two_branches();
    merge(&repository, &["--no-commit", "side"]).status(0);
    repository.write("history/evil.py", broken("evil"));
    repository.git(&["add", "--all"]);
    let run = repository.try_git(&["commit", "--quiet", "--no-edit"]).status(1);
    let found: Vec<_> = run.stderr.lines().filter(|line| line.contains("wrapped-import")).collect();
    assert!(matches!(found.as_slice(), [one] if one.starts_with("history/evil.py:")), "{}", run.stderr);
}

#[test]
fn since_the_branch_left() {
    let repository = old();
    repository.git(&["checkout", "--quiet", "-b", "side"]);
    repository.write("history/b.py", broken("b"));
    repository.commit_all("one");
    repository.write("history/c.py", broken("c"));
    repository.commit_all("two");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("history/d.py", broken("d"));
    repository.commit_all("main goes on");
    repository.git(&["checkout", "--quiet", "side"]);
    let since =
        |revision: &str| told(&repository.ssot(&["check", "--rev", "HEAD", "--since", revision, "--format", "json"]));
    assert_eq!(since("main"), ["!wrapped-import history/b.py", "!wrapped-import history/c.py"]);
    assert_eq!(since("HEAD^"), ["!wrapped-import history/c.py"]);
    assert_eq!(told(&repository.ssot(&["check", "--new-only", "--format", "json"])), [""; 0]);
}

#[test]
fn a_push_is_compared_with_what_is_there() {
    let repository = old();
    let remote = Repository::without_git();
    remote.git(&["init", "--quiet", "--bare"]);
    repository.git(&["remote", "add", "origin", &remote.path().to_string_lossy()]);
    repository.git(&["push", "--quiet", "origin", "main"]);
    let hook = format!(
        "#!/bin/sh\nread ref sha remote there\nexport PRE_COMMIT_FROM_REF=$there PRE_COMMIT_TO_REF=$sha\n\
         exec '{}' check --staged --new-only --format concise >&2\n",
        binary("ssot").display()
    );
    script(&repository.path().join(".git/hooks/pre-push"), &hook);
    repository.write("history/b.py", broken("b"));
    repository.commit_all("bad");
    repository.write("x.txt", "");
    repository.commit_all("good");
    let run = repository.try_git(&["push", "--quiet", "origin", "main"]).status(1);
    assert!(run.stderr.contains("history/b.py:") && !run.stderr.contains("history/a.py:"), "{}", run.stderr);
}

#[test]
fn a_clone_that_does_not_reach_back_is_no_pass() {
    let repository = old();
    repository.write("x.txt", "");
    repository.commit_all("second");
    let shallow = Repository::without_git();
    let from = format!("file://{}", repository.path().display());
    shallow.git(&["clone", "--quiet", "--depth=1", &from, "."]);
    for words in [&["--rev", "HEAD", "--new-only"][..], &["--since", "HEAD^"]] {
        let run = shallow.ssot(&[&["check"], words].concat()).status(2);
        assert!(run.stderr.contains("fetch-depth: 0"), "{}", run.stderr);
    }
    // What is staged has its base.
    assert_eq!(new_only(&shallow), [""; 0]);
}

#[test]
fn without_git_there_is_nothing_to_compare_with() {
    let folder = Repository::without_git();
    folder.write("a.py", "");
    let run = folder.ssot(&["check", "--new-only"]).status(2);
    assert!(run.stderr.contains("nothing to compare with"), "{}", run.stderr);
}

#[test]
fn a_policy_that_is_loosened_is_told() {
    let repository = old();
    repository.ssot(&["baseline", "create"]).status(0);
    repository.commit_all("a baseline");
    let loosened = |repository: &Repository| -> Vec<String> {
        repository.git(&["add", "--all"]);
        let verdict = repository.ssot(&["check", "--staged", "--new-only", "--format", "json"]).json();
        let findings = verdict["findings"].as_array().expect("findings").clone();
        let said = findings.iter().filter(|found| found["rule"] == "policy-loosened");
        said.map(|found| found["message"].as_str().expect("a message").to_owned()).collect()
    };
    for (policy, said) in [
        (POLICY.to_owned(), ""),
        (format!("{POLICY}[levels]\nlegacy-name = \"warning\"\n"), "this change lowers `legacy-name` to a warning"),
        (format!("{POLICY}[levels]\nsame-name = \"off\"\n"), "this change lowers `same-name` to off"),
        (format!("{POLICY}[levels]\nprivate-import = \"error\"\n"), ""),
        (POLICY.replace("lines = 10", "lines = 11"), "this change raises the limit of lines for `history/**`"),
        (POLICY.replace("lines = 10", "lines = 9"), ""),
        (POLICY.replace("lines = 10", "lines = \"off\""), "this change lifts the limit of lines for `history/**`"),
        (
            POLICY.replace("{ files = \"history/**\", lines = 10 }", ""),
            "this change removes the limit of lines for `history/**`",
        ),
        (POLICY[..POLICY.find("[concept").expect("a concept")].to_owned(), "this change removes the concept `clock`"),
        (format!("{POLICY}[project]\nexclude = [\"history/x/**\"]\n"), "this change excludes `history/x/**`"),
        (
            format!("{POLICY}[[allow]]\nrule = \"same-name\"\nin = \"history/a.py\"\nreason = \"why\"\n"),
            "this change adds an allow of `same-name` in `/history/a.py`",
        ),
    ] {
        repository.write("ssot.toml", &policy);
        assert_eq!(loosened(&repository).join("\n"), said);
    }
    repository.write("ssot.toml", POLICY);
    repository.write("history/b.py", format!("# ssot: allow(wrapped-import) why\n{}", broken("b")));
    assert_eq!(loosened(&repository), ["this change adds an allow of `wrapped-import`"]);
    repository.write("history/b.py", broken("b"));
    let verdict = repository.ssot(&["check", "--format", "json"]).json();
    let fingerprint = verdict["findings"][0]["fingerprint"].as_str().expect("a finding").to_owned();
    repository.ssot(&["baseline", "accept", &fingerprint, "--reason", "why"]).status(0);
    assert_eq!(loosened(&repository), ["this change accepts `wrapped-import` in `history/b.py` in the baseline"]);
}
