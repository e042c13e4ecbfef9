//! Where no verdict can be reached: exit 2 with a hint, and never a pass.

use super::{commit, limited, run};
use crate::repository::{Repository, Run, binary, script};

/// What the same command says for people and for programs: no verdict, this message and this help.
#[track_caller]
fn no_verdict(repository: &Repository, words: &[&str], environment: &[(&str, &str)], message: &str, help: &str) {
    let check = |format: &str| -> Run {
        let mut check = repository.command("ssot");
        run(check.args(["check", "--format", format]).args(words).envs(environment.iter().copied())).status(2)
    };
    let text = check("text");
    assert!(text.stderr.contains("error[git]: ") && text.stderr.contains(message), "{}", text.stderr);
    assert!(text.stderr.contains("help: ") && text.stderr.contains(help), "{}", text.stderr);
    assert_eq!(text.stdout, "");

    let verdict = check("json").json();
    let errors = verdict["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0]["kind"], "git");
    assert!(errors[0]["message"].as_str().is_some_and(|said| said.contains(message)), "{errors:?}");
    assert!(errors[0]["help"].as_str().is_some_and(|said| said.contains(help)), "{errors:?}");
    assert_eq!(verdict["findings"], serde_json::json!([]));
}

const SNAPSHOTS: [&[&str]; 3] = [&["--staged"], &["--rev", "HEAD"], &["--worktree"]];

#[test]
fn no_git_on_path_is_no_verdict_in_a_repository() {
    let repository = limited();
    let empty = tempfile::tempdir().expect("a temporary folder");
    for words in SNAPSHOTS {
        let path = empty.path().to_string_lossy();
        no_verdict(&repository, words, &[("PATH", &path)], "git could not be started", "install git");
    }
}

#[test]
fn a_commit_is_stopped_where_the_hook_finds_no_git() {
    let repository = limited();
    let hook = format!("#!/bin/sh\nPATH=/nowhere exec '{}' check --staged\n", binary("ssot").display());
    script(&repository.path().join(".git/hooks/pre-commit"), &hook);
    let said = commit(&repository, &["--allow-empty"]);
    assert_eq!(said.status, Some(1), "{}", said.stderr);
    assert!(said.stderr.contains("install git, or put it on PATH"), "{}", said.stderr);
}

#[test]
fn what_is_staged_outside_a_repository_is_no_verdict() {
    let folder = Repository::without_git();
    folder.write("a_old.py", "");
    folder.write("a.py", "");
    for words in [&["--staged"][..], &["--rev", "HEAD"]] {
        no_verdict(&folder, words, &[], "not a git repository", "run this inside a git repository");
    }
    assert_eq!(folder.findings(&[]), ["no-legacy-files/legacy-name a_old.py"], "a folder is judged as it is");
    no_verdict(&folder, &[], &[("GIT_DIR", "nowhere")], "not a git repository", "run this inside a git repository");
}

#[test]
fn a_broken_git_folder_is_not_taken_for_a_plain_folder() {
    let repository = limited();
    std::fs::remove_file(repository.path().join(".git/HEAD")).expect("HEAD goes");
    for words in SNAPSHOTS {
        no_verdict(&repository, words, &[], "not a git repository", "run this inside a git repository");
    }
}

#[test]
fn a_repository_of_another_user_is_no_verdict() {
    let repository = limited();
    let folder = repository.path().display();
    let message = format!("git refuses this repository: detected dubious ownership in repository at '{folder}'");
    let help =
        format!("it belongs to another user; if you trust it: `git config --global --add safe.directory {folder}`");
    for words in SNAPSHOTS {
        no_verdict(&repository, words, &[("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")], &message, &help);
    }
}

#[test]
fn a_corrupt_index_is_no_verdict() {
    for damage in ["DIRC", "no index at all, but long enough to have a header", ""] {
        let repository = limited();
        repository.write(".git/index", damage);
        for words in [&["--staged"][..], &["--worktree"]] {
            no_verdict(&repository, words, &[], "index file", "rm \"$(git rev-parse --git-path index)\" && git reset");
        }
        repository.ssot(&["check", "--rev", "HEAD"]).status(0);
    }
    let repository = limited();
    let mut index = std::fs::read(repository.path().join(".git/index")).expect("the index");
    index[7] ^= 0xff;
    let other_version = index.clone();
    index[7] ^= 0xff;
    index.truncate(index.len() / 2);
    // Git does not look whether an index is whole, and prints what it makes of the half.
    for (damaged, message) in [(other_version, "index file corrupt"), (index, "printed what git does not print")] {
        repository.write(".git/index", damaged);
        for words in [&["--staged"][..], &["--worktree"]] {
            no_verdict(&repository, words, &[], message, "rm \"$(git rev-parse --git-path index)\" && git reset");
        }
    }
}

#[test]
fn a_revision_that_is_not_there_is_no_verdict() {
    let repository = limited();
    for revision in ["nowhere", "HEAD~9", "--all", "HEAD:a.py"] {
        let words = [&format!("--rev={revision}")[..]];
        no_verdict(&repository, &words, &[], "`git rev-parse` failed", "check the name of the revision");
    }
}

#[test]
fn a_blob_that_is_gone_is_no_pass() {
    let repository = limited();
    let blob = repository.git(&["rev-parse", "HEAD:a.py"]);
    let (folder, name) = blob.trim().split_at(2);
    std::fs::remove_file(repository.path().join(format!(".git/objects/{folder}/{name}"))).expect("the blob goes");
    // The work tree still holds what it held.
    let words = ["check", "--staged", "--no-cache", "--format", "json"];
    assert_eq!(crate::repository::findings(&repository.ssot(&words).status(0)), [] as [&str; 0]);
    repository.write("a.py", "changed = 1\n");
    let said = repository.ssot(&words).status(1);
    assert_eq!(crate::repository::findings(&said), ["max-file-size/unchecked-file a.py"]);
}

#[test]
fn what_git_tells_of_its_work_is_no_failure() {
    let repository = limited();
    for words in [&["--worktree"][..], &["--staged", "--new-only"], &["--since", "HEAD"]] {
        let traced = repository.verdict(words, &[("GIT_TRACE", "1")]);
        assert_eq!(traced, repository.verdict(words, &[]), "{words:?}");
    }
}

#[test]
fn a_revision_may_be_told_by_its_message() {
    let repository = limited();
    repository.git(&["commit", "--quiet", "--allow-empty", "--message", "the one that is looked for"]);
    let named = repository.verdict(&["--rev", ":/the one that"], &[]);
    assert_eq!(named, repository.verdict(&["--rev", "HEAD"], &[]));
}
