//! Where the repository lies, and where in it one stands: the verdict is the same.

use std::path::Path;

use super::{LONG, SHORT, TWO_LINES, git_in, limited, passes, refused, run, ssot_in};
use crate::repository::{Repository, Run, binary, command, findings, script};

const FOUND: &str = "max-file-size/too-many-lines sub/b.py";

/// A repository with a long file below `sub`, committed.
fn nested() -> Repository {
    Repository::with(&[("ssot.toml", TWO_LINES), ("a.py", SHORT), ("sub/b.py", LONG), ("sub/deep/c.py", SHORT)])
}

/// Each snapshot, asked for in `folder`, gives the one finding.
#[track_caller]
fn all_find_it(folder: &Path, environment: &[(&str, &str)]) {
    for words in [&["--staged"][..], &["--rev", "HEAD"], &["--worktree"]] {
        let mut check = command(binary("ssot"), folder);
        let said = run(check.args(["check", "--format", "json"]).args(words).envs(environment.iter().copied()));
        assert_eq!(findings(&said), [FOUND], "{words:?}: {}", said.stderr);
    }
}

#[test]
fn a_subfolder_gives_the_same_verdict_with_paths_to_click() {
    let repository = nested();
    all_find_it(repository.path(), &[]);
    all_find_it(&repository.path().join("sub/deep"), &[]);
    let said = ssot_in(&repository.path().join("sub/deep"), &["check", "--format", "concise"]);
    assert!(said.stdout.starts_with("../b.py:3:1: "), "{}", said.stdout);
}

#[test]
fn a_commit_from_a_subfolder_is_judged_whole() {
    let repository = limited();
    repository.write("sub/b.py", SHORT);
    repository.write("a.py", LONG);
    repository.git(&["add", "--all"]);
    let said = git_in(&repository.path().join("sub"), &["commit", "--quiet", "--message", "change"]);
    refused(&said, &["a.py:3:1: max-file-size/too-many-lines"]);
}

#[test]
fn a_commit_in_a_linked_worktree_is_judged_by_its_index() {
    let repository = limited();
    repository.write("sub/b.txt", "");
    repository.commit_all("a folder");
    let place = tempfile::tempdir().expect("a temporary folder");
    let linked = place.path().join("linked");
    repository.git(&["worktree", "add", "--quiet", "-b", "other", &linked.to_string_lossy()]);

    std::fs::write(linked.join("a.py"), LONG).expect("a long file");
    for folder in [linked.clone(), linked.join("sub")] {
        let said = git_in(&folder, &["commit", "--quiet", "--all", "--message", "change"]);
        refused(&said, &["a.py:3:1: max-file-size/too-many-lines"]);
    }
    assert_eq!(findings(&ssot_in(&linked, &["check", "--format", "json"])), ["max-file-size/too-many-lines a.py"]);
    repository.ssot(&["check"]).status(0);
    std::fs::write(linked.join("a.py"), "short = 2\n").expect("a short file");
    passes(&git_in(&linked, &["commit", "--quiet", "--all", "--message", "change"]));
}

/// A hook that goes elsewhere first, where `GIT_DIR` alone would make that folder the whole tree.
#[test]
fn a_hook_that_starts_ssot_in_a_subfolder_gives_the_same_verdict() {
    let repository = nested();
    let place = tempfile::tempdir().expect("a temporary folder");
    let linked = place.path().join("linked");
    repository.git(&["worktree", "add", "--quiet", "-b", "other", &linked.to_string_lossy()]);
    for words in ["--staged", "--worktree"] {
        let hook = format!("#!/bin/sh\ncd sub && exec '{}' check {words} --format concise\n", binary("ssot").display());
        script(&repository.path().join(".git/hooks/pre-commit"), &hook);
        for folder in [repository.path(), &linked] {
            let said = git_in(folder, &["commit", "--quiet", "--allow-empty", "--message", "change"]);
            refused(&said, &["b.py:3:1: max-file-size/too-many-lines"]);
            assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
        }
    }
}

#[test]
fn a_bare_repository_with_a_linked_worktree_judges_that() {
    let source = nested();
    let place = tempfile::tempdir().expect("a temporary folder");
    let (bare, linked) = (place.path().join("bare.git"), place.path().join("linked"));
    source.git(&["clone", "--quiet", "--bare", ".", &bare.to_string_lossy()]);
    git_in(&bare, &["worktree", "add", "--quiet", &linked.to_string_lossy(), "main"]).status(0);
    all_find_it(&linked, &[]);
    all_find_it(&linked.join("sub"), &[]);

    assert_eq!(findings(&ssot_in(&bare, &["check", "--rev", "main", "--format", "json"])), [FOUND]);
    for words in [&["check"][..], &["check", "--staged"]] {
        let said = ssot_in(&bare, words).status(2);
        assert!(said.stderr.contains("has no work tree") && said.stderr.contains("--rev HEAD"), "{}", said.stderr);
    }
}

/// A git folder here, a work tree there.
fn apart() -> (tempfile::TempDir, Repository) {
    let repository = nested();
    let place = tempfile::tempdir().expect("a temporary folder");
    std::fs::rename(repository.path().join(".git"), place.path().join("git")).expect("the git folder moves");
    (place, repository)
}

#[test]
fn a_work_tree_named_by_the_configuration_is_judged() {
    let (place, repository) = apart();
    let git = place.path().join("git");
    git_in(&git, &["config", "core.worktree", &repository.path().to_string_lossy()]).status(0);
    let environment = [("GIT_DIR", &*git.to_string_lossy())];
    for folder in ["", "sub", "sub/deep"] {
        all_find_it(&repository.path().join(folder), &environment);
    }
    all_find_it(place.path(), &environment);
}

#[test]
fn a_work_tree_named_by_the_environment_is_judged() {
    let (place, repository) = apart();
    let git = place.path().join("git");
    git_in(&git, &["config", "core.bare", "true"]).status(0);
    let (git, tree) = (git.to_string_lossy().into_owned(), repository.path().to_string_lossy().into_owned());
    for folder in ["", "sub", "sub/deep"] {
        all_find_it(&repository.path().join(folder), &[("GIT_DIR", &git), ("GIT_WORK_TREE", &tree)]);
    }
    all_find_it(place.path(), &[("GIT_DIR", &git), ("GIT_WORK_TREE", &tree)]);
    all_find_it(place.path(), &[("GIT_DIR", "git"), ("GIT_WORK_TREE", &tree)]);

    let plain = nested();
    all_find_it(&plain.path().join("sub"), &[("GIT_DIR", "../.git"), ("GIT_WORK_TREE", "..")]);
    all_find_it(&plain.path().join("sub"), &[("GIT_WORK_TREE", "..")]);
}

#[test]
fn a_commit_with_the_git_folder_elsewhere_is_judged() {
    let (place, repository) = apart();
    let git = place.path().join("git");
    let hook = format!("#!/bin/sh\nexec '{}' check --staged --format concise\n", binary("ssot").display());
    script(&git.join("hooks/pre-commit"), &hook);
    let commit = |folder: &str| -> Run {
        let mut git = command("git", &repository.path().join(folder));
        git.arg(format!("--git-dir={}", place.path().join("git").display()));
        git.arg(format!("--work-tree={}", repository.path().display()));
        run(git.args(["commit", "--quiet", "--all", "--allow-empty", "--message", "change"]))
    };
    for folder in ["", "sub/deep"] {
        refused(&commit(folder), &["sub/b.py:3:1: max-file-size/too-many-lines"]);
    }
    repository.write("sub/b.py", SHORT);
    passes(&commit("sub"));
}

#[test]
fn a_repository_of_sha_256_works() {
    let repository = Repository::without_git();
    repository.git(&["init", "--quiet", "--initial-branch=main", "--object-format=sha256"]);
    repository.hook("--format concise");
    repository.write("ssot.toml", TWO_LINES);
    repository.write("sub/b.py", LONG);
    repository.write("announced_old.py", "");
    repository.git(&["add", "ssot.toml", "sub"]);
    repository.git(&["add", "--intent-to-add", "announced_old.py"]);
    let said = super::commit(&repository, &[]);
    refused(&said, &["sub/b.py:3:1: max-file-size/too-many-lines"]);
    assert!(!said.stderr.contains("announced_old.py"), "{}", said.stderr);
    repository.git(&["commit", "--quiet", "--no-verify", "--message", "start"]);
    std::fs::remove_file(repository.path().join("announced_old.py")).expect("a file less");
    repository.git(&["reset", "--quiet", "--hard"]);
    all_find_it(repository.path(), &[]);
    repository.write("sub/b.py", SHORT);
    passes(&super::commit(&repository, &["--all"]));
}

#[test]
fn without_git_what_is_ignored_above_the_folder_is_judged() {
    let above = Repository::without_git();
    above.write(".gitignore", "*\n");
    above.write("shop/ssot.toml", "version = 1\n");
    above.write("shop/a.py.bak", "x\n");
    above.write("shop/.gitignore", "b.*\n");
    above.write("shop/b.py.bak", "x\n");
    let found = ssot_in(&above.path().join("shop"), &["check", "--format", "concise"]).status(1).stdout;
    assert_eq!(found.lines().count(), 1, "{found}");
    assert!(found.starts_with("a.py.bak:"), "{found}");
}
