//! Clones and checkouts that hold only a part of the repository.

use super::{LONG, SHORT, TWO_LINES, commit, git_in, passes, refused, run, ssot_in};
use crate::repository::{Repository, binary, command, findings, script};

/// A repository of which only `near` is checked out.
fn sparse(words: &[&str]) -> Repository {
    let repository = Repository::with(&[
        ("ssot.toml", TWO_LINES),
        ("near/a.py", SHORT),
        ("far/deep/b.py", LONG),
        ("far/deep/c.py", SHORT),
    ]);
    repository.git(&[&["sparse-checkout", "set", "--cone"], words, &["near"]].concat());
    assert!(!repository.path().join("far").exists());
    repository.hook("--format concise");
    repository
}

#[test]
fn files_outside_a_sparse_checkout_are_judged() {
    for words in [&["--no-sparse-index"][..], &["--sparse-index"]] {
        let repository = sparse(words);
        for snapshot in [&["--staged"][..], &["--rev", "HEAD"], &["--worktree"]] {
            assert_eq!(repository.findings(snapshot), ["max-file-size/too-many-lines far/deep/b.py"], "{snapshot:?}");
        }
        repository.write("near/a.py", "short = 2\n");
        refused(&commit(&repository, &["--all"]), &["far/deep/b.py:3:1: max-file-size/too-many-lines"]);

        repository.git(&["rm", "--quiet", "--sparse", "far/deep/b.py"]);
        passes(&commit(&repository, &[]));
    }
}

#[test]
fn a_sparse_index_stays_as_it_was() {
    let repository = sparse(&["--sparse-index"]);
    let listed = ["ls-files", "--sparse", "--stage"];
    let before = repository.git(&listed);
    assert!(before.contains("\tfar/\n"), "the index is not sparse: {before}");
    repository.ssot(&["check", "--staged"]).status(1);
    repository.ssot(&["check", "--worktree"]).status(1);
    assert_eq!(repository.git(&listed), before);
}

/// A clone without the contents, and the repository that it could fetch them from.
fn partial() -> (Repository, tempfile::TempDir) {
    let source = Repository::with(&[("a.py", SHORT), ("b.py", LONG), ("sub/c.py", "other = 1\n")]);
    source.git(&["config", "uploadpack.allowFilter", "true"]);
    source.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let place = tempfile::tempdir().expect("a temporary folder");
    let url = format!("file://{}", source.path().display());
    let clone = place.path().join("clone");
    let words = ["clone", "--quiet", "--filter=blob:none", "--no-checkout", &url, &clone.to_string_lossy()];
    git_in(place.path(), &words).status(0);
    git_in(&clone, &["reset", "--quiet", "--no-refresh"]).status(0);
    assert_eq!(missing(&clone), 3);
    (source, place)
}

/// How many objects the clone does not hold.
fn missing(clone: &std::path::Path) -> usize {
    let listed = git_in(clone, &["rev-list", "--objects", "--all", "--missing=print"]).status(0).stdout;
    listed.lines().filter(|line| line.starts_with('?')).count()
}

#[test]
fn contents_that_a_partial_clone_lacks_are_a_note_and_are_not_fetched() {
    let (_source, place) = partial();
    let clone = place.path().join("clone");
    let note = "3 file(s) that this change does not touch are not in this clone and were not checked";
    for words in [&["--staged"][..], &["--staged", "--no-cache"], &["--worktree"]] {
        for _ in ["cold", "warm"] {
            let verdict = ssot_in(&clone, &[&["check", "--format", "json"], words].concat());
            // Without a checkout every file is gone from the work tree.
            let told = if words == ["--worktree"] { serde_json::json!([]) } else { serde_json::json!([note]) };
            assert_eq!(verdict.json()["notes"], told, "{words:?}");
            assert_eq!(findings(&verdict.status(0)), [] as [&str; 0]);
            assert_eq!(missing(&clone), 3, "{words:?} fetched");
        }
    }
    // Against its first parent, which it does not have, a root commit changes everything.
    let verdict = ssot_in(&clone, &["check", "--rev", "HEAD", "--format", "json"]).status(1);
    assert_eq!(findings(&verdict).len(), 3);
    assert_eq!(missing(&clone), 3);
}

#[test]
fn a_content_that_a_partial_clone_lacks_is_refused_where_the_commit_touches_it() {
    let (_source, place) = partial();
    let clone = place.path().join("clone");
    let blob = git_in(&clone, &["rev-parse", "HEAD:b.py"]).status(0).stdout;
    let entry = format!("100644,{},moved.py", blob.trim());
    git_in(&clone, &["update-index", "--add", "--cacheinfo", &entry]).status(0);
    git_in(&clone, &["update-index", "--force-remove", "b.py"]).status(0);
    // What is outside a sparse checkout, git itself does not fetch to commit.
    git_in(&clone, &["update-index", "--skip-worktree", "a.py", "moved.py", "sub/c.py"]).status(0);
    let hook = format!("#!/bin/sh\nexec '{}' check --staged --format concise\n", binary("ssot").display());
    script(&clone.join(".git/hooks/pre-commit"), &hook);

    let mut change = command("git", &clone);
    let said = run(change.args(["commit", "--quiet", "--message", "change"]).env("GIT_ALLOW_PROTOCOL", "none"));
    refused(&said, &["moved.py:1:1: max-file-size/unchecked-file", "its content is not in this clone"]);
    refused(&said, &["note: 2 file(s) that this change does not touch are not in this clone"]);
    assert_eq!(missing(&clone), 3);

    // As the help says.
    assert_eq!(git_in(&clone, &["show", ":moved.py"]).status(0).stdout, LONG);
    ssot_in(&clone, &["check", "--staged"]).status(0);
}

#[test]
fn a_policy_that_a_partial_clone_lacks_is_no_verdict() {
    let source = Repository::with(&[("ssot.toml", TWO_LINES)]);
    source.git(&["config", "uploadpack.allowFilter", "true"]);
    let place = tempfile::tempdir().expect("a temporary folder");
    let (url, clone) = (format!("file://{}", source.path().display()), place.path().join("clone"));
    let words = ["clone", "--quiet", "--filter=blob:none", "--no-checkout", &url, &clone.to_string_lossy()];
    git_in(place.path(), &words).status(0);
    let said = ssot_in(&clone, &["check", "--rev", "HEAD"]).status(2);
    assert!(said.stderr.contains("its content is not in this clone"), "{}", said.stderr);
}

/// Takes a content out of the object store.
fn lose(repository: &Repository, revision: &str) {
    let blob = repository.git(&["rev-parse", revision]);
    let (folder, name) = blob.trim().split_at(2);
    std::fs::remove_file(repository.path().join(".git/objects").join(folder).join(name)).expect("it lies loose");
}

#[test]
fn the_size_of_a_lost_content_is_that_of_the_same_file_in_the_work_tree() {
    let policy = "version = 1\n[max-file-size]\nlimits = [{ files = \"*.txt\", bytes = \"20 B\", lines = 9 }]\n";
    let repository = Repository::with(&[("ssot.toml", policy), ("a.txt", &"x".repeat(21))]);
    lose(&repository, ":a.txt");
    for words in [&["--staged"][..], &["--worktree"], &["--staged"]] {
        assert_eq!(repository.findings(words), ["max-file-size/too-many-bytes a.txt"], "{words:?}");
    }
    repository.write("a.txt", "y");
    assert_eq!(repository.findings(&["--staged", "--no-cache"]), ["max-file-size/unchecked-file a.txt"]);
}

#[test]
fn nothing_is_kept_of_a_file_whose_attributes_were_not_there() {
    let policy = "version = 1\n[max-file-size]\nlimits = [{ files = \"**/*.dat\", bytes = \"20 B\" }]\n";
    let files = [
        ("ssot.toml", policy),
        (".gitattributes", "*.dat linguist-generated\n"),
        ("a/.gitattributes", "*.dat -linguist-generated\n"),
        ("a/big.dat", &"x".repeat(21)),
    ];
    let repository = Repository::with(&files);
    let whole = repository.verdict(&["--rev", "HEAD", "--no-cache"], &[]);
    assert!(whole.contains("too-many-bytes"), "{whole}");
    let text = repository.git(&["show", ":a/.gitattributes"]);
    lose(&repository, ":a/.gitattributes");
    let without = repository.verdict(&["--rev", "HEAD"], &[]);
    assert!(!without.contains("too-many-bytes"), "{without}");
    repository.write("again", text);
    repository.git(&["hash-object", "-w", "--no-filters", "again"]);
    assert_eq!(repository.verdict(&["--rev", "HEAD"], &[]), whole);
}

#[test]
fn a_partial_clone_is_compared_as_far_as_it_goes() {
    let long: String = (0..30).map(|number| format!("v{number} = {number}\n")).collect();
    let source =
        Repository::with(&[("app/__init__.py", ""), ("app/a.py", "from app.gone import x\n"), ("app/old.py", &long)]);
    source.git(&["mv", "app/old.py", "app/new.py"]);
    source.write("app/new.py", format!("{long}z = 2\n"));
    source.write("app/a.py", "from app.gone import x\ny = 1\n");
    source.commit_all("a change");
    source.git(&["config", "uploadpack.allowFilter", "true"]);
    let place = tempfile::tempdir().expect("a temporary folder");
    let (url, clone) = (format!("file://{}", source.path().display()), place.path().join("clone"));
    git_in(place.path(), &["clone", "--quiet", "--filter=blob:none", &url, &clone.to_string_lossy()]).status(0);
    let words = ["check", "--rev", "HEAD", "--format", "json"];
    let found = ["import-path-policy/unresolved-import app/a.py"];
    assert_eq!(findings(&ssot_in(&clone, &words)), found);
    let compared = ssot_in(&clone, &[&words[..], &["--new-only"]].concat());
    let note = "some files of what this is compared with are not in this clone: what is found in them counts as new";
    assert_eq!(compared.json()["notes"], serde_json::json!([note]));
    assert_eq!(findings(&compared), found);
    assert_eq!(source.findings(&["--rev", "HEAD", "--new-only"]), [] as [&str; 0]);
}
