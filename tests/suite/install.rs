//! `ssot install` and `ssot uninstall`: what they write, and that they write nothing else.
#![cfg(unix)]

mod chain;
mod commits;
mod frameworks;
mod places;
mod shim;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::repository::{Repository, Run, command};

const HOOKS: [&str; 2] = [".git/hooks/pre-commit", ".git/hooks/pre-merge-commit"];

/// Three lines are one too many.
const POLICY: (&str, &str) =
    ("ssot.toml", "version = 1\n[max-file-size]\nlimits = [{ files = \"**/*.py\", lines = 2 }]\n");
const GOOD: &str = "a = 1\n";
const BAD: &str = "a = 1\nb = 2\nc = 3\n";

fn repository() -> Repository {
    Repository::with(&[POLICY, ("a.py", GOOD)])
}

fn installed() -> Repository {
    let repository = repository();
    repository.ssot(&["install"]).status(0);
    repository
}

/// Writes an executable file. Another process does it: while this one holds a file open to write, a child that
/// another test starts may hold it too, and then it cannot be executed.
fn script(repository: &Repository, path: &str, text: &str) {
    let draft = tempfile::tempdir().expect("a folder");
    fs::write(draft.path().join("draft"), text).expect("a file");
    let path = repository.path().join(path);
    run_in(draft.path(), "install", &["-m", "755", "draft", path.to_str().expect("UTF-8")]).status(0);
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

fn run_in(folder: &Path, program: &str, words: &[&str]) -> Run {
    command(program, folder).args(words).output().expect("it starts").into()
}

fn head(folder: &Path) -> String {
    run_in(folder, "git", &["rev-parse", "HEAD"]).status(0).stdout
}

/// Runs git, which must be stopped by a finding before it makes a commit.
#[track_caller]
fn stopped(folder: &Path, words: &[&str]) {
    let before = head(folder);
    let run = run_in(folder, "git", words).status(1);
    assert!(run.stderr.contains("max-file-size/too-many-lines"), "{}", run.stderr);
    assert_eq!(head(folder), before);
}

/// Runs git, which must make a commit.
#[track_caller]
fn passes(folder: &Path, words: &[&str]) -> Run {
    let before = head(folder);
    let run = run_in(folder, "git", words).status(0);
    assert_ne!(head(folder), before);
    run
}

#[derive(Debug, PartialEq, Eq)]
enum Thing {
    Folder,
    Link(PathBuf),
    File { content: Vec<u8>, mode: u32, written: SystemTime },
}

/// All that is below a folder.
fn everything(folder: &Path) -> BTreeMap<PathBuf, Thing> {
    let mut things = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let metadata = path.symlink_metadata().expect("its kind");
            let thing = if metadata.is_symlink() {
                Thing::Link(path.read_link().expect("a link"))
            } else if metadata.is_dir() {
                open.push(path.clone());
                Thing::Folder
            } else {
                let content = fs::read(&path).expect("a file");
                Thing::File {
                    content,
                    mode: metadata.permissions().mode(),
                    written: metadata.modified().expect("a time"),
                }
            };
            things.insert(path, thing);
        }
    }
    things
}

#[test]
fn two_executable_hooks_are_all_that_is_written() {
    let repository = repository();
    let before = everything(repository.path());
    let said = repository.ssot(&["install"]).status(0).stdout;
    let mut after = everything(repository.path());
    for hook in HOOKS {
        let path = repository.path().join(hook);
        assert!(said.contains(&format!("{hook} is installed")), "{said}");
        match after.remove(&path) {
            Some(Thing::File { mode, .. }) => assert_eq!(mode & 0o7777, 0o755),
            other => panic!("{hook}: {other:?}"),
        }
    }
    assert_eq!(after, before);
}

#[test]
fn uninstall_leaves_the_repository_as_it_was() {
    let repository = repository();
    let before = everything(repository.path());
    repository.ssot(&["install"]).status(0);
    let said = repository.ssot(&["uninstall"]).status(0).stdout;
    assert!(said.contains("pre-commit is removed") && said.contains("pre-merge-commit is removed"), "{said}");
    assert_eq!(everything(repository.path()), before);
    let said = repository.ssot(&["uninstall"]).status(0).stdout;
    assert_eq!(said, "No hook of ssot's is installed here.\n");
}

#[test]
fn a_second_install_writes_nothing() {
    let repository = installed();
    let before = everything(repository.path());
    let said = repository.ssot(&["install"]).status(0).stdout;
    assert_eq!(said.matches("is up to date").count(), 2, "{said}");
    assert_eq!(everything(repository.path()), before);
}

#[test]
fn an_older_shim_and_one_that_is_not_executable_are_renewed() {
    let repository = installed();
    let fresh = HOOKS.map(|hook| fs::read(repository.path().join(hook)).expect("a hook"));
    repository.write(HOOKS[0], "#!/bin/sh\n# Written by `ssot install`.\nexec /gone/ssot check\n");
    set_mode(&repository.path().join(HOOKS[1]), 0o644);
    let said = repository.ssot(&["install"]).status(0).stdout;
    assert_eq!(said.matches("is renewed").count(), 2, "{said}");
    for (hook, fresh) in HOOKS.iter().zip(fresh) {
        let path = repository.path().join(hook);
        assert_eq!(fs::read(&path).expect("a hook"), fresh);
        assert_eq!(path.metadata().expect("a hook").permissions().mode() & 0o777, 0o755);
    }
}

#[test]
fn a_missing_folder_of_hooks_is_made() {
    let repository = repository();
    fs::remove_dir_all(repository.path().join(".git/hooks")).expect("git's samples");
    repository.ssot(&["install"]).status(0);
    repository.write("b.py", BAD);
    repository.git(&["add", "b.py"]);
    stopped(repository.path(), &["commit", "-m", "bad"]);
}

#[test]
fn a_hook_that_cannot_be_written_is_an_error_and_leaves_nothing_behind() {
    let repository = repository();
    fs::remove_dir_all(repository.path().join(".git/hooks")).expect("git's samples");
    repository.write(".git/hooks", "a file in the way\n");
    let before = everything(repository.path());
    let run = repository.ssot(&["install"]).status(2);
    assert!(run.stderr.contains("error[io]") && run.stderr.contains(".git/hooks"), "{}", run.stderr);
    assert_eq!(everything(repository.path()), before);
}

#[test]
fn the_script_of_the_checkout_installs_with_the_ssot_on_the_path() {
    let repository = repository();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/hooks/install.sh");
    let binaries = super::repository::binary("ssot").parent().expect("a folder").to_owned();
    let path = std::env::join_paths([&*binaries, Path::new("/usr/bin"), Path::new("/bin")]).expect("a PATH");
    let run: Run = command("sh", repository.path()).env("PATH", path).arg(script).output().expect("sh starts").into();
    assert!(run.status(0).stdout.contains("pre-commit is installed"));

    let empty = tempfile::tempdir().expect("a folder");
    fs::create_dir(empty.path().join("bin")).expect("a folder");
    for tool in ["dirname", "sh"] {
        let path =
            ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(tool)).into_iter().find(|path| path.exists());
        std::os::unix::fs::symlink(path.expect("the tool"), empty.path().join("bin").join(tool)).expect("a link");
    }
    let mut hint = command("sh", repository.path());
    let run: Run = hint.env("PATH", empty.path().join("bin")).arg(script).output().expect("sh starts").into();
    let hint = format!("cargo install --locked --path '{}'", env!("CARGO_MANIFEST_DIR"));
    assert!(run.status(2).stderr.contains(&hint));
}
