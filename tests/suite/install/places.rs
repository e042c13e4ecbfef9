//! Where hooks lie: linked work trees, submodules, `core.hooksPath`, bare repositories, no repository.

use std::os::unix::fs::symlink;

use super::super::repository::binary;
use super::*;

#[track_caller]
fn ssot_in(folder: &Path, words: &[&str]) -> Run {
    command(binary("ssot"), folder).args(words).output().expect("ssot starts").into()
}

/// A bad commit in `folder` is stopped, and a good one passes.
#[track_caller]
fn guarded(folder: &Path) {
    fs::write(folder.join("guarded.py"), BAD).expect("a file");
    run_in(folder, "git", &["add", "guarded.py"]).status(0);
    stopped(folder, &["commit", "-m", "bad"]);
    fs::write(folder.join("guarded.py"), GOOD).expect("a file");
    run_in(folder, "git", &["add", "guarded.py"]).status(0);
    passes(folder, &["commit", "-m", "good"]);
}

/// `install` and `uninstall` say this, end with 2, and change nothing.
#[track_caller]
fn refused(repository: &Repository, folder: &Path, message: &str) {
    let before = everything(repository.path());
    for words in [&["install"][..], &["install", "--chain"], &["uninstall"]] {
        let run = ssot_in(folder, words).status(2);
        assert!(run.stderr.contains(message) && run.stderr.contains("= help: "), "{}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    assert_eq!(everything(repository.path()), before);
}

#[test]
fn from_a_subfolder() {
    let repository = repository();
    repository.write("sub/inner/b.py", GOOD);
    ssot_in(&repository.path().join("sub/inner"), &["install"]).status(0);
    guarded(repository.path());
    ssot_in(&repository.path().join("sub"), &["uninstall"]).status(0);
    assert!(HOOKS.iter().all(|hook| !repository.path().join(hook).exists()));
}

#[test]
fn linked_work_trees_share_the_hooks() {
    let repository = repository();
    let linked = tempfile::tempdir().expect("a folder");
    let linked = linked.path().join("linked");
    repository.git(&["worktree", "add", "-q", linked.to_str().expect("UTF-8")]);
    ssot_in(&linked, &["install"]).status(0);
    guarded(&linked);
    guarded(repository.path());
    ssot_in(&linked, &["uninstall"]).status(0);
    assert!(HOOKS.iter().all(|hook| !repository.path().join(hook).exists()));
}

#[test]
fn a_submodule_has_hooks_of_its_own() {
    let library = repository();
    let repository = repository();
    let url = library.path().to_str().expect("UTF-8");
    repository.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "lib"]);
    repository.commit_all("a submodule");
    let inner = repository.path().join("lib");
    ssot_in(&inner, &["install"]).status(0);
    assert!(HOOKS.iter().all(|hook| !repository.path().join(hook).exists()));
    guarded(&inner);
}

#[test]
fn a_work_tree_of_a_bare_repository_is_served_and_the_bare_one_refused() {
    let origin = repository();
    let bare = Repository::without_git();
    bare.git(&["clone", "-q", "--bare", origin.path().to_str().expect("UTF-8"), "bare.git"]);
    let folder = bare.path().join("bare.git");
    refused(&bare, &folder, "this repository has no work tree");
    run_in(&folder, "git", &["worktree", "add", "-q", "../tree", "main"]).status(0);
    ssot_in(&bare.path().join("tree"), &["install"]).status(0);
    assert!(folder.join("hooks/pre-commit").is_file());
    guarded(&bare.path().join("tree"));
}

#[test]
fn inside_the_git_folder_and_outside_any_repository_it_is_refused() {
    let repository = repository();
    refused(&repository, &repository.path().join(".git"), "this repository has no work tree");
    let plain = Repository::without_git();
    refused(&plain, plain.path(), "not a git repository");
}

#[test]
fn a_relative_hooks_path_is_taken_from_the_top() {
    let repository = repository();
    repository.git(&["config", "core.hooksPath", "tools/git hooks"]);
    let config = fs::read(repository.path().join(".git/config")).expect("the configuration");
    repository.write("sub/b.py", GOOD);
    let run = ssot_in(&repository.path().join("sub"), &["install"]).status(0);
    assert!(run.stderr.contains("belongs to the work tree"), "{}", run.stderr);
    assert!(repository.path().join("tools/git hooks/pre-commit").is_file());
    assert!(!repository.path().join(HOOKS[0]).exists());
    guarded(repository.path());
    assert_eq!(fs::read(repository.path().join(".git/config")).expect("the configuration"), config);
}

#[test]
fn an_absolute_hooks_path_is_used_where_it_lies_in_one_of_the_work_trees() {
    let repository = repository();
    let hooks = repository.path().join(".githooks");
    repository.git(&["config", "core.hooksPath", hooks.to_str().expect("UTF-8")]);
    let linked = tempfile::tempdir().expect("a folder");
    let linked = linked.path().join("linked");
    repository.git(&["worktree", "add", "-q", linked.to_str().expect("UTF-8")]);
    ssot_in(&linked, &["install"]).status(0);
    assert!(hooks.join("pre-merge-commit").is_file());
    guarded(&linked);
    guarded(repository.path());
}

#[test]
fn a_hooks_path_out_of_the_repository_is_refused() {
    let repository = repository();
    let shared = tempfile::tempdir().expect("a folder");
    let shared = shared.path().canonicalize().expect("a path");
    let name = shared.file_name().and_then(|name| name.to_str()).expect("UTF-8");
    let out = format!("core.hooksPath leads out of this repository, to {}", shared.display());
    symlink(&shared, repository.path().join("way-out")).expect("a link");
    let relative = format!("../{name}/not-yet");
    for (path, message) in [
        (shared.to_str().expect("UTF-8"), &*out),
        (&relative, &*out),
        ("way-out/hooks", &*out),
        ("/dev/null", "core.hooksPath leads out of this repository, to /dev/null"),
        ("", "core.hooksPath leads out of this repository, to /"),
        ("way-out", "way-out is a symbolic link, and none is written through"),
    ] {
        repository.git(&["config", "core.hooksPath", path]);
        refused(&repository, repository.path(), message);
    }
    assert!(everything(&shared).is_empty());
}

#[test]
fn a_global_hooks_path_is_refused() {
    let repository = repository();
    let home = tempfile::tempdir().expect("a folder");
    let config = home.path().join("config");
    fs::write(&config, "[core]\n\thooksPath = ~/hooks\n").expect("a configuration");
    let mut ssot = repository.command("ssot");
    ssot.env("GIT_CONFIG_GLOBAL", &config).env("HOME", home.path()).arg("install");
    let run: Run = ssot.output().expect("ssot starts").into();
    assert!(run.status(2).stderr.contains("core.hooksPath leads out of this repository"));
    assert!(!home.path().join("hooks").exists());
}

#[test]
fn a_folder_of_hooks_that_is_a_link_is_refused() {
    let repository = repository();
    let hooks = repository.path().join(".git/hooks");
    fs::remove_dir_all(&hooks).expect("git's samples");
    repository.write("shared/keep", "");
    symlink("../shared", &hooks).expect("a link");
    refused(&repository, repository.path(), ".git/hooks is a symbolic link");
}
