//! The shim by itself: which ssot it runs, what it says where there is none, and how it is skipped.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::super::repository::binary;
use super::*;

/// A folder for PATH that holds git, and nothing else.
fn only_git() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let path = std::env::var_os("PATH").expect("PATH");
    let git = std::env::split_paths(&path).map(|folder| folder.join("git")).find(|git| git.is_file());
    symlink(git.expect("git on PATH"), folder.path().join("git")).expect("a link");
    folder
}

/// Runs git with nothing but `path` on PATH.
fn git_with(path: &Path, repository: &Repository, words: &[&str]) -> Run {
    command("git", repository.path()).env("PATH", path).args(words).output().expect("git starts").into()
}

/// A repository into which a copy of ssot with an unruly path installed itself.
fn installed_by_a_copy() -> (Repository, TempDir) {
    let repository = repository();
    let folder = tempfile::tempdir().expect("a folder");
    let unruly: &[u8] = b"it's \"a\" $HOME `x` \\n\n folder";
    // Its file systems take UTF-8 alone.
    let name = if cfg!(target_os = "macos") { unruly.to_vec() } else { [unruly, b"\xff"].concat() };
    let name = std::ffi::OsStr::from_bytes(&name);
    let copy = folder.path().join(name).join("ssot");
    fs::create_dir(copy.parent().expect("a folder")).expect("a folder");
    let cp: Run = command("cp", folder.path()).arg(binary("ssot")).arg(&copy).output().expect("cp starts").into();
    cp.status(0);
    let run: Run = command(&copy, repository.path()).arg("install").output().expect("it starts").into();
    run.status(0);
    (repository, folder)
}

#[test]
fn the_recorded_binary_runs_whatever_its_path_holds_then_the_one_on_the_path_then_the_commit_fails() {
    let (repository, copy) = installed_by_a_copy();
    let path = only_git();
    repository.write("a.py", BAD);
    let before = head(repository.path());
    let found = |run: Run| assert!(run.stderr.contains("max-file-size/too-many-lines"), "{}", run.stderr);
    found(git_with(path.path(), &repository, &["commit", "-a", "-m", "bad"]).status(1));

    copy.close().expect("it is gone");
    let said = git_with(path.path(), &repository, &["commit", "-a", "-m", "bad"]).status(1).stderr;
    assert!(said.contains("none on PATH, so nothing was checked and pre-commit fails"), "{said}");
    for way in ["install ssot again", "SSOT=0", "ssot uninstall"] {
        assert!(said.contains(way), "{said}");
    }
    let remove = format!("rm '{}'", repository.path().canonicalize().expect("a path").join(HOOKS[0]).display());
    assert!(said.contains(&remove), "{said}");
    assert_eq!(head(repository.path()), before);

    symlink(binary("ssot"), path.path().join("ssot")).expect("a link");
    found(git_with(path.path(), &repository, &["commit", "-a", "-m", "bad"]).status(1));
    repository.write("a.py", "a = 2\n");
    git_with(path.path(), &repository, &["commit", "-a", "-m", "good"]).status(0);
}

#[test]
fn a_merge_fails_too_where_there_is_no_ssot() {
    let (repository, copy) = installed_by_a_copy();
    copy.close().expect("it is gone");
    repository.git(&["switch", "-q", "-c", "side"]);
    repository.write("b.py", GOOD);
    repository.commit_all("side");
    repository.git(&["switch", "-q", "main"]);
    let run = git_with(only_git().path(), &repository, &["merge", "--no-ff", "--no-edit", "side"]).status(1);
    assert!(run.stderr.contains("nothing was checked and pre-merge-commit fails"), "{}", run.stderr);
}

#[test]
fn ssot_0_skips_the_check_and_says_so_in_one_line() {
    let repository = installed();
    repository.write("a.py", BAD);
    let commit = |value: &str, message: &str| -> Run {
        let mut git = command("git", repository.path());
        git.env("SSOT", value).args(["commit", "--quiet", "-a", "-m", message]).output().expect("git starts").into()
    };
    for value in ["", "1", "false"] {
        commit(value, "not skipped").status(1);
    }
    assert_eq!(commit("0", "skipped").status(0).stderr, "ssot: skipped, because SSOT=0\n");
}

#[test]
fn the_removal_that_the_message_names_ends_the_check() {
    let (repository, copy) = installed_by_a_copy();
    copy.close().expect("it is gone");
    let path = only_git();
    repository.write("a.py", BAD);
    let said = git_with(path.path(), &repository, &["commit", "-a", "-m", "bad"]).status(1).stderr;
    let (_, remove) = said.trim_end().rsplit_once("without ssot: ").expect("a way out");
    run_in(repository.path(), "sh", &["-c", remove]).status(0);
    git_with(path.path(), &repository, &["commit", "-a", "-m", "bad"]).status(0);
}

#[test]
fn a_push_around_the_commit_does_not_change_what_is_judged() {
    let repository = installed();
    repository.write("a.py", BAD);
    let before = head(repository.path());
    let mut git = command("git", repository.path());
    git.envs([("PRE_COMMIT_TO_REF", "HEAD"), ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main")]);
    let run: Run = git.args(["commit", "-a", "-m", "bad"]).output().expect("git starts").into();
    assert!(run.status(1).stderr.contains("max-file-size/too-many-lines"));
    assert_eq!(head(repository.path()), before);
}
