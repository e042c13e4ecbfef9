//! Which index a commit is judged by.

use std::io::Write;
use std::process::Stdio;

use super::{LONG, SHORT, commit, limited, passes, refused, run};
use crate::repository::{Repository, command};

#[test]
fn a_bad_part_left_unstaged_passes() {
    let repository = limited();
    repository.write("a.py", "short = 2\n");
    repository.git(&["add", "a.py"]);
    repository.write("a.py", LONG);
    repository.write("a_old.py", "");
    passes(&commit(&repository, &[]));
}

#[test]
fn a_bad_part_staged_and_mended_on_disk_is_refused_with_the_staged_line() {
    let repository = limited();
    repository.hook("");
    repository.write("a.py", LONG);
    repository.git(&["add", "a.py"]);
    repository.write("a.py", SHORT);
    refused(&commit(&repository, &[]), &["`a.py` has 3 lines", "3 | third = 3", "ssot.toml:3"]);
}

#[test]
fn commit_all_and_include_see_what_they_stage() {
    for words in [&["--all"][..], &["--include", "a.py"]] {
        let repository = limited();
        repository.write("a.py", LONG);
        refused(&commit(&repository, words), &["a.py:3:1: max-file-size/too-many-lines"]);
        repository.write("a.py", "short = 2\n");
        passes(&commit(&repository, words));
    }
}

#[test]
fn commit_patch_sees_the_hunks_that_were_chosen() {
    for (answers, bad) in [("n\ny\n", false), ("y\ny\n", true)] {
        let repository = limited();
        let lines: String = (0..20).map(|number| format!("line_{number} = 0\n")).collect();
        repository.write("ssot.toml", super::TWO_LINES.replace("lines = 2", "lines = 20"));
        repository.write("a.py", &lines);
        repository.commit_all("twenty lines");
        repository.write("a.py", format!("added = 1\n{}", lines.replace("line_19 = 0", "line_19 = 1")));
        let mut patch = command("git", repository.path())
            .args(["commit", "--patch", "--quiet", "--message", "a part"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("git starts");
        patch.stdin.take().expect("a pipe").write_all(answers.as_bytes()).expect("git reads");
        let said = patch.wait_with_output().expect("git ends").into();
        if bad { refused(&said, &["a.py:21:1: max-file-size/too-many-lines"]) } else { passes(&said) }
    }
}

#[test]
fn commit_path_judges_head_and_that_path() {
    let repository = limited();
    repository.write("b_old.py", "");
    repository.write("b.py", "");
    repository.git(&["add", "b_old.py", "b.py"]);
    repository.write("a.py", "short = 2\n");
    passes(&commit(&repository, &["a.py"]));
    repository.write("a.py", LONG);
    let only_a = commit(&repository, &["a.py"]);
    refused(&only_a, &["a.py:3:1: max-file-size/too-many-lines"]);
    assert!(!only_a.stderr.contains("b_old.py"), "{}", only_a.stderr);
    refused(&commit(&repository, &["b_old.py", "b.py"]), &["b_old.py:1:1: no-legacy-files/legacy-name"]);
}

#[test]
fn a_file_announced_with_add_n_is_no_part_of_the_commit() {
    let repository = limited();
    repository.write("a_old.py", "");
    repository.git(&["add", "--intent-to-add", "a_old.py"]);
    repository.write("c.py", SHORT);
    repository.git(&["add", "c.py"]);
    passes(&commit(&repository, &[]));
    repository.git(&["add", "a_old.py"]);
    refused(&commit(&repository, &[]), &["a_old.py:1:1: no-legacy-files/legacy-name"]);
}

/// The file of one says which paths were announced; of the other git has to be asked.
#[test]
fn what_add_n_announced_is_told_from_any_form_of_the_index() {
    for form in [&["--index-version", "4"][..], &["--split-index"]] {
        let repository = limited();
        let judged = |count| {
            let said = repository.ssot(&["check", "--staged", "--format", "concise"]);
            assert_eq!(said.stdout.matches("no-legacy-files/legacy-name").count(), count, "{form:?}: {}", said.stdout);
        };
        repository.write("a_old.py", "");
        repository.git(&["add", "--intent-to-add", "a_old.py"]);
        repository.git(&[&["update-index"], form].concat());
        judged(0);
        repository.write("b_old.py", "");
        repository.git(&["add", "b_old.py"]);
        judged(1);
        repository.git(&["add", "a_old.py"]);
        judged(2);
    }
}

#[test]
fn a_first_commit_leaves_out_what_add_n_announced() {
    let repository = Repository::new();
    repository.hook("--format concise");
    repository.write("a.py", SHORT);
    repository.write("a_old.py", "");
    repository.git(&["add", "a.py"]);
    repository.git(&["add", "--intent-to-add", "a_old.py"]);
    passes(&commit(&repository, &[]));
}

#[test]
fn a_file_taken_out_and_announced_again_is_no_part_of_the_commit() {
    for content in [LONG, ""] {
        let repository = Repository::with(&[("a.py", SHORT), ("a_old.py", content)]);
        repository.hook("--format concise");
        repository.git(&["rm", "--quiet", "--cached", "a_old.py"]);
        repository.git(&["add", "--intent-to-add", "a_old.py"]);
        passes(&commit(&repository, &[]));
        assert_eq!(repository.git(&["ls-tree", "--name-only", "HEAD"]), "a.py\n");
    }
}

#[test]
fn a_deletion_only_commit_is_judged() {
    let repository = Repository::with(&[("a.py", SHORT), ("a_old.py", SHORT), ("b.py", SHORT)]);
    repository.hook("--format concise");
    repository.git(&["rm", "--quiet", "b.py"]);
    refused(&commit(&repository, &[]), &["a_old.py:1:1: no-legacy-files/legacy-name"]);
    repository.git(&["rm", "--quiet", "a_old.py"]);
    passes(&commit(&repository, &[]));
}

#[test]
fn deleting_the_folder_that_the_policy_needs_is_a_mistake_of_the_policy() {
    let policy = "version = 1\n[project]\nservices = { auth = \"auth\" }\n";
    let repository = Repository::with(&[("ssot.toml", policy), ("auth/a.py", SHORT), ("b.py", SHORT)]);
    repository.hook("");
    repository.git(&["rm", "--quiet", "-r", "auth"]);
    refused(&commit(&repository, &[]), &["the folder `auth` of the service `auth` does not exist", "ssot.toml:3"]);
    repository.ssot(&["check", "--staged"]).status(2);
}

#[test]
fn deleting_the_policy_lifts_what_it_asked_for() {
    let repository = Repository::with(&[("ssot.toml", super::TWO_LINES), ("a.py", LONG)]);
    repository.hook("--format concise");
    repository.write("b.py", SHORT);
    repository.git(&["add", "b.py"]);
    refused(&commit(&repository, &[]), &["a.py:3:1: max-file-size/too-many-lines"]);
    repository.git(&["rm", "--quiet", "ssot.toml"]);
    passes(&commit(&repository, &[]));
}

#[test]
fn the_policy_too_is_read_from_what_is_staged() {
    let repository = limited();
    repository.write("a.py", LONG);
    repository.git(&["add", "a.py"]);
    repository.write("ssot.toml", "version = 1\n");
    refused(&commit(&repository, &[]), &["a.py:3:1: max-file-size/too-many-lines"]);
    repository.git(&["add", "ssot.toml"]);
    repository.write("ssot.toml", "not TOML");
    passes(&commit(&repository, &[]));
}

#[test]
fn a_first_commit_is_judged() {
    let repository = Repository::new();
    repository.hook("--format concise");
    repository.write("a.py", SHORT);
    repository.write("a_old.py", SHORT);
    repository.git(&["add", "."]);
    refused(&commit(&repository, &[]), &["a_old.py:1:1: no-legacy-files/legacy-name"]);
    repository.git(&["rm", "--quiet", "--cached", "a_old.py"]);
    passes(&commit(&repository, &[]));
}

#[test]
fn an_amend_with_nothing_staged_is_judged() {
    let repository = Repository::with(&[("a.py", SHORT), ("a_old.py", SHORT)]);
    repository.hook("--format concise");
    refused(&commit(&repository, &["--amend"]), &["a_old.py:1:1: no-legacy-files/legacy-name"]);
    repository.git(&["rm", "--quiet", "a_old.py"]);
    passes(&commit(&repository, &["--amend"]));
    repository.write("a_old.py", SHORT);
    repository.git(&["add", "a_old.py"]);
    passes(&commit(&repository, &["--amend", "--only"]));
    refused(&commit(&repository, &["--amend"]), &["a_old.py:1:1: no-legacy-files/legacy-name"]);
}

#[test]
fn an_automatic_merge_is_judged_as_it_will_be() {
    let repository = Repository::with(&[("a.py", SHORT)]);
    repository.git(&["checkout", "--quiet", "-b", "other"]);
    repository.write("b_old.py", SHORT);
    repository.commit_all("a leftover without a twin");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("b.py", SHORT);
    repository.commit_all("its twin");
    repository.hook("--format concise");
    let merge = repository.try_git(&["merge", "--quiet", "--no-edit", "other"]);
    refused(&merge, &["b_old.py:1:1: no-legacy-files/legacy-name"]);
}

#[test]
fn an_unmerged_index_is_no_commit_to_judge() {
    let repository = limited();
    repository.git(&["checkout", "--quiet", "-b", "other"]);
    repository.write("a.py", "short = 2\n");
    repository.commit_all("one way");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("a.py", "short = 3\n");
    repository.commit_all("another way");
    repository.try_git(&["merge", "--quiet", "other"]).status(1);

    let said = repository.ssot(&["check", "--staged"]).status(2);
    assert!(said.stderr.contains("1 path(s) are unmerged, first a.py"), "{}", said.stderr);
    assert!(said.stderr.contains("resolve the conflicts and `git add` the files first"), "{}", said.stderr);

    repository.write("a.py", LONG);
    assert_eq!(repository.findings(&["--worktree"]), ["max-file-size/too-many-lines a.py"]);
    repository.git(&["add", "a.py"]);
    refused(&commit(&repository, &[]), &["a.py:3:1: max-file-size/too-many-lines"]);
    repository.write("a.py", SHORT);
    repository.git(&["add", "a.py"]);
    passes(&commit(&repository, &[]));
}

#[test]
fn an_index_named_by_the_environment_is_the_one_judged() {
    let repository = limited();
    repository.write("a_old.py", SHORT);
    let index = repository.path().join(".git/other-index");
    std::fs::copy(repository.path().join(".git/index"), &index).expect("a second index");
    let mut add = command("git", repository.path());
    run(add.args(["add", "a_old.py"]).env("GIT_INDEX_FILE", &index)).status(0);
    let mut check = repository.command("ssot");
    run(check.args(["check", "--staged"]).env("GIT_INDEX_FILE", &index)).status(1);
    repository.ssot(&["check", "--staged"]).status(0);
}
