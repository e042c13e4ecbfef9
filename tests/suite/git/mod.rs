//! What git does around a hook, and what is right there: each situation with a real commit or push.

mod cache;
mod clone;
mod commit;
mod conversion;
mod entries;
mod failure;
mod index;
mod names;
mod place;
mod push;
mod same;
mod size;
mod snapshot;
mod unstaged;
mod written;

use std::path::Path;
use std::process::Command;

#[cfg(unix)]
use crate::repository::script;
use crate::repository::{Repository, Run, binary, command};

/// A limit of two lines for Python files.
const TWO_LINES: &str = "version = 1\n[max-file-size]\nlimits = [{ files = \"**/*.py\", lines = 2 }]\n";
const SHORT: &str = "short = 1\n";
const LONG: &str = "first = 1\nsecond = 2\nthird = 3\n";

/// A repository with that limit and a short `a.py`, whose commits are judged.
fn limited() -> Repository {
    let repository = Repository::with(&[("ssot.toml", TWO_LINES), ("a.py", SHORT)]);
    repository.hook("--format concise");
    repository
}

/// Runs git in any folder.
fn git_in(folder: &Path, words: &[&str]) -> Run {
    command("git", folder).args(words).output().expect("git starts").into()
}

/// A `PATH` with a git before all others that fails where it is asked for `command`, and the folder that holds it.
#[cfg(unix)]
fn path_without(command: &str) -> (String, Repository) {
    let bin = Repository::without_git();
    let path = std::env::var("PATH").expect("PATH");
    let text = format!("#!/bin/sh\nPATH='{path}'\ncase \"$*\" in *{command}*) exit 1;; esac\nexec git \"$@\"\n");
    script(&bin.path().join("git"), &text);
    (format!("{}:{path}", bin.path().display()), bin)
}

/// Runs ssot in any folder.
fn ssot_in(folder: &Path, words: &[&str]) -> Run {
    command(binary("ssot"), folder).args(words).output().expect("ssot starts").into()
}

/// Runs a command that was made elsewhere.
fn run(command: &mut Command) -> Run {
    command.output().expect("it starts").into()
}

/// `git commit` with these further words.
fn commit(repository: &Repository, words: &[&str]) -> Run {
    repository.try_git(&[&["commit", "--quiet", "--message", "change"], words].concat())
}

/// Fails the test unless the hook let the commit through.
#[track_caller]
fn passes(run: &Run) {
    assert_eq!(run.status, Some(0), "{}", run.stderr);
}

/// Fails the test unless the hook stopped the commit and said each of `words`.
#[track_caller]
fn refused(run: &Run, words: &[&str]) {
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    for word in words {
        assert!(run.stderr.contains(word), "no {word:?} in:\n{}", run.stderr);
    }
}
