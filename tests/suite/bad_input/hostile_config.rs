//! A `.git/config` that names programs for every occasion: a check runs none of them.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use super::bounded::judge;
use crate::repository::{Repository, findings};

const RACY: [&str; 3] = ["racy.txt", "racy.bin", "racy.md"];

/// A repository with findings, modified and racily clean files, and a configuration that makes every program
/// which git may be told to run leave a mark.
fn hostile() -> (Repository, Repository) {
    let (repository, marks) = (Repository::new(), Repository::without_git());
    marks.write("mark", format!("#!/bin/sh\ntouch '{}/ran-'\"$(basename \"$0\")-$1\"\ncat\n", marks.path().display()));
    let program = marks.path().join("mark");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("an executable file");
    repository
        .write(".gitattributes", "*.txt filter=evil diff=evil merge=evil\n*.bin filter=long\n*.md filter=odd.name\n");
    for name in ["a.txt", "b.bin", "c.md", "d.bak", "racy.txt", "racy.bin", "racy.md"] {
        repository.write(name, "1\n");
    }
    for name in RACY {
        set_racy_time(&repository, name);
    }
    repository.git(&["config", "core.trustctime", "false"]);
    repository.git(&["config", "core.checkStat", "minimal"]);
    repository.write("ssot.toml", "[max-file-size]\nlimits = [{ files = \"*.bak\", lines = 5 }]\n");
    repository.commit_all("start");
    let set = |key: &str, word: &str| {
        repository.git(&["config", key, &format!("{} {word}", program.display())]);
    };
    for (key, word) in [
        ("alias.ls-files", "alias"),
        ("core.alternateRefsCommand", "alternates"),
        ("core.askPass", "askpass"),
        ("core.editor", "editor"),
        ("core.fsmonitor", "fsmonitor"),
        ("core.gitProxy", "proxy"),
        ("core.pager", "pager"),
        ("core.sshCommand", "ssh"),
        ("credential.helper", "credential"),
        ("diff.evil.command", "diff-command"),
        ("diff.evil.textconv", "textconv"),
        ("diff.external", "diff-external"),
        ("filter.evil.clean", "clean"),
        ("filter.evil.smudge", "smudge"),
        ("filter.long.process", "process"),
        ("filter.odd.name.clean", "odd"),
        ("gpg.program", "gpg"),
        ("interactive.diffFilter", "interactive"),
        ("merge.evil.driver", "merge"),
        ("pager.ls-files", "pager-ls-files"),
        ("sequence.editor", "sequence"),
        ("uploadpack.packObjectsHook", "pack-objects"),
    ] {
        set(key, word);
    }
    repository.git(&["config", "alias.diff-files", &format!("!{} alias-shell", program.display())]);
    repository.git(&["config", "filter.evil.required", "true"]);
    repository.git(&["config", "filter.long.required", "true"]);
    repository.git(&["config", "extensions.partialClone", "origin"]);
    repository.git(&["config", "core.repositoryFormatVersion", "1"]);
    repository.git(&["config", "remote.origin.promisor", "true"]);
    repository.git(&["config", "protocol.ext.allow", "always"]);
    repository.git(&["config", "remote.origin.url", &format!("ext::{} remote", program.display())]);
    repository.git(&["config", "core.hooksPath", &marks.path().join("hooks").display().to_string()]);
    for hook in ["fsmonitor-watchman", "post-checkout", "post-index-change", "pre-commit", "reference-transaction"] {
        marks.write(&format!("hooks/{hook}"), std::fs::read(&program).expect("the program"));
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(marks.path().join("hooks").join(hook), mode).expect("an executable hook");
    }
    (repository, marks)
}

/// Later than the index: git cannot tell from its time whether a file has changed since.
fn set_racy_time(repository: &Repository, name: &str) {
    let file = std::fs::File::options().write(true).open(repository.path().join(name)).expect("a file");
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000)).expect("its time");
}

/// Changes files so that git has to look into them: some are of another size, some of the same size and time.
fn touch(repository: &Repository) {
    for name in ["a.txt", "b.bin", "c.md"] {
        repository.write(name, "1\n2\n");
    }
    for name in RACY {
        repository.write(name, "2\n");
        set_racy_time(repository, name);
    }
}

fn ran(marks: &Repository) -> Vec<String> {
    let listing = std::fs::read_dir(marks.path()).expect("marks").flatten();
    listing
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("ran-"))
        .collect()
}

#[test]
fn the_programs_would_run() {
    let (repository, marks) = hostile();
    touch(&repository);
    for words in
        [["status", "--short"], ["diff-files", "racy.txt"], ["diff-files", "racy.bin"], ["diff-files", "racy.md"]]
    {
        repository.try_git(&words);
    }
    let ran = ran(&marks);
    for word in ["clean", "fsmonitor", "odd", "process"] {
        assert!(ran.contains(&format!("ran-mark-{word}")), "{word}: {ran:?}");
    }
}

#[test]
fn a_check_runs_no_program_that_the_repository_names() {
    for snapshot in [&["--staged"][..], &["--rev", "HEAD"], &["--worktree"], &["--no-cache"]] {
        let (repository, marks) = hostile();
        touch(&repository);
        let run = judge(&repository, &[&["check", "--format", "json"], snapshot].concat()).status(1);
        assert_eq!(findings(&run), ["no-legacy-files/legacy-name d.bak"], "{snapshot:?}");
        assert_eq!(ran(&marks), [""; 0], "{snapshot:?}");
    }
}

#[test]
fn a_blob_that_a_promisor_holds_is_not_fetched() {
    let (repository, marks) = hostile();
    let id = repository.git(&["rev-parse", "HEAD:d.bak"]);
    let (folder, name) = id.trim().split_at(2);
    std::fs::remove_file(repository.path().join(".git/objects").join(folder).join(name)).expect("it is gone");
    for snapshot in [&["--staged"][..], &["--rev", "HEAD"], &["--worktree"]] {
        judge(&repository, &[&["check"], snapshot].concat()).status(1);
        assert_eq!(ran(&marks), [""; 0], "{snapshot:?}");
    }
}

#[test]
fn a_configuration_that_is_broken_is_refused() {
    for config in [
        &b"[core\n"[..],
        b"\0\0\0\xff",
        b"[core]\n\trepositoryformatversion = 99\n",
        b"[core]\n\tbare = maybe\n",
        b"[extensions]\n\tnoSuchThing = true\n[core]\n\trepositoryformatversion = 1\n",
    ] {
        let repository = Repository::with(&[("a.bak", "a")]);
        repository.write(".git/config", config);
        let run = judge(&repository, &["check"]).status(2);
        assert!(run.stderr.starts_with("error[git]: `git rev-parse` failed: fatal: "), "{}", run.stderr);
        assert!(run.stdout.is_empty(), "{}", run.stdout);
    }
}
