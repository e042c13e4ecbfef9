//! A git that is missing, is not git, or fails: exit status 2 with one message, never a pass.

use std::os::unix::fs::PermissionsExt;

use super::bounded::{MEMORY, finish, judge_by, ssot};
use crate::repository::{Repository, Run, binary, command};

/// A repository with something to find, and a program `git` that stands before the real one on `PATH`.
struct Broken {
    repository: Repository,
    bin: Repository,
}

impl Broken {
    fn new() -> Self {
        let policy = "[max-file-size]\nlimits = [{ files = \"**\", lines = 1 }]\n";
        // What git converts on its way to the disk has to come from git.
        let repository = Repository::with(&[("ssot.toml", policy), (".gitattributes", "src/* text eol=crlf\n")]);
        for number in 0..400 {
            repository.write(&format!("src/{number}.txt"), format!("{number}\r\n2\r\n"));
        }
        repository.commit_all("more");
        Self { repository, bin: Repository::without_git() }
    }

    /// `script` sees the subcommand in `$word`; what it does not answer, the real git does, but for which hash names
    /// objects: who does not know it has to ask what the index lists.
    fn by(&self, script: &str) -> &Self {
        let path = std::env::var("PATH").expect("PATH");
        let words = "rev-parse|config|ls-files|ls-tree|cat-file|diff-files|diff-index";
        let text = format!(
            "#!/bin/sh\nPATH='{path}'\nfor word; do case $word in {words}) break;; esac; done\n{script}\n\
             case $* in *--show-object-format*) git \"$@\" | sed 's/^sha1$/unknown/'; exit;; esac\nexec git \"$@\"\n"
        );
        self.bin.write("git", text);
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.bin.path().join("git"), mode).expect("an executable file");
        self
    }

    #[track_caller]
    fn check(&self, snapshot: &[&str]) -> Run {
        let mut command = ssot(self.repository.path(), MEMORY, &[&["check", "--no-cache"], snapshot].concat());
        command.env("PATH", format!("{}:{}", self.bin.path().display(), std::env::var("PATH").expect("PATH")));
        judge_by(&self.repository, command)
    }
}

/// The first line of what is said, which must be an error of git's, and nothing is found.
#[track_caller]
fn refusal(run: Run) -> String {
    let run = run.status(2);
    let errors: Vec<_> = run.stderr.lines().filter(|line| line.starts_with("error")).collect();
    assert!(errors.len() == 1 && run.stdout.is_empty(), "{}\n{}", run.stdout, run.stderr);
    errors[0].to_owned()
}

const SNAPSHOTS: [&[&str]; 3] = [&["--worktree"], &["--staged"], &["--rev", "HEAD"]];

#[test]
fn without_git_a_repository_is_not_judged() {
    let repository = Repository::with(&[("a.txt", "a")]);
    for path in ["", "/nowhere", ":", "."] {
        let mut command = command(binary("ssot"), repository.path());
        command.arg("check").env("PATH", path);
        let said = refusal(finish(command));
        assert!(said.starts_with("error[git]: git could not be started"), "{path:?}: {said}");
    }
}

#[test]
fn a_program_called_git_in_the_repository_is_not_run() {
    let repository = Repository::with(&[("a.bak", "a")]);
    repository.write("git", "#!/bin/sh\ntouch ran\n");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(repository.path().join("git"), mode).expect("an executable file");
    let path = std::env::var("PATH").expect("PATH");
    for path in [format!(":{path}"), format!(".:{path}"), String::new()] {
        let mut command = command(binary("ssot"), repository.path());
        command.arg("check").env("PATH", &path);
        let expected = if path.is_empty() { 2 } else { 1 };
        finish(command).status(expected);
        assert!(!repository.path().join("ran").exists(), "PATH={path}");
    }
}

#[test]
fn what_git_does_not_print_is_refused() {
    let broken = Broken::new();
    let valid = "100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 0";
    let rows: &[(&str, &str)] = &[
        ("without an end", "yes"),
        ("NULs without an end", "yes | tr '\\n' '\\0'"),
        ("NULs alone without an end", "cat /dev/zero"),
        ("no NUL without an end", "tr '\\0' x < /dev/zero"),
        ("random bytes", "head -c 300000 /dev/urandom"),
        ("nothing but a newline", "echo"),
        ("a usage text", "echo usage: git ; echo '   -v'"),
        ("a record cut in the middle", &format!("printf '{valid}\\tsrc/0.t'")),
        ("a record without a tab", &format!("printf '{valid} a\\0'")),
        ("a record of an unknown mode", "printf '100000 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 0\\ta\\0'"),
        ("a short name of a blob", "printf '100644 e69de 0\\ta\\0'"),
        ("a path out of the repository", &format!("printf '{valid}\\t../a\\0'")),
        ("an absolute path", &format!("printf '{valid}\\t/etc/passwd\\0'")),
        ("an empty path", &format!("printf '{valid}\\t\\0'")),
        ("the same record without an end", &format!("yes '{valid}\ta' | tr '\\n' '\\0'")),
    ];
    for (what, prints) in rows {
        for (subcommand, snapshot) in
            [("ls-files", "--staged"), ("ls-tree", "--rev=HEAD"), ("diff-files", "--worktree")]
        {
            let script = format!("if [ $word = {subcommand} ]; then {prints}; exit 0; fi");
            let said = refusal(broken.by(&script).check(&[snapshot]));
            assert!(said.contains("printed what git does not print"), "{subcommand}, {what}: {said}");
        }
    }
}

#[test]
fn what_cat_file_does_not_print_is_refused() {
    let broken = Broken::new();
    for (what, prints) in [
        ("without an end", "yes"),
        ("sizes without an end", "yes 'blob 5'"),
        ("contents without an end", "yes 'blob 1\na'"),
        ("nothing", ":"),
        ("a size beyond all", "yes 'blob 99999999999999999999999'"),
        ("a size below nothing", "yes 'blob -1'"),
        (
            "a size that changes",
            "case $* in *--batch-check*) yes 'blob 4' | head -401;; *) yes 'blob 99999999999';; esac",
        ),
        ("a tree", "yes 'tree 5'"),
        ("ambiguity", "yes 'e69d ambiguous'"),
        ("too few", "yes 'blob 0' | head -3"),
    ] {
        broken.by(&format!("if [ $word = cat-file ]; then {prints}; exit 0; fi"));
        for snapshot in SNAPSHOTS {
            let said = refusal(broken.check(snapshot));
            assert!(said.contains("`git cat-file` printed what git does not print"), "{what}: {said}");
        }
    }
}

#[test]
fn what_rev_parse_does_not_print_is_refused() {
    let broken = Broken::new();
    for prints in ["yes", "head -c 90000 /dev/urandom", "echo", ":", "echo true", "printf 'maybe\\n\\n.git\\n'"] {
        broken.by(&format!("if [ $word = rev-parse ]; then {prints}; exit 0; fi"));
        for snapshot in SNAPSHOTS {
            let said = refusal(broken.check(snapshot));
            assert!(said.contains("`git rev-parse` printed what git does not print"), "{prints}: {said}");
        }
    }
}

#[test]
fn a_git_that_dies_midway_is_told_with_its_last_words() {
    let broken = Broken::new();
    for (subcommand, snapshot) in
        [("ls-files", "--staged"), ("ls-tree", "--rev=HEAD"), ("diff-files", "--worktree"), ("cat-file", "--staged")]
    {
        for (ends, expected) in [
            ("echo 'fatal: disk on fire' >&2; exit 1", "fatal: disk on fire"),
            ("exit 128", "exit status: 128"),
            ("kill -9 $$", "signal: 9"),
            ("head -c 900000 /dev/urandom >&2; exit 1", "failed"),
        ] {
            for keeps in ["head -c 0", "head -c 3000", "cat"] {
                let script = format!("if [ $word = {subcommand} ]; then git \"$@\" | {keeps}; {ends}; fi");
                let said = refusal(broken.by(&script).check(&[snapshot]));
                assert!(said.contains(&format!("`git {subcommand}` failed")), "{subcommand}, {keeps}: {said}");
                assert!(said.contains(expected), "{subcommand}, {keeps}: {said}");
            }
        }
    }
}

#[test]
fn a_git_that_complains_without_an_end_is_no_trouble() {
    let broken = Broken::new();
    broken.by("if [ $word = ls-files ]; then head -c 3000000 /dev/zero >&2; fi");
    assert!(broken.check(&["--staged"]).status(1).stdout.contains("too-many-lines"));
}

#[test]
fn a_git_that_is_silent_for_30_s_is_ended() {
    let broken = Broken::new();
    broken.by("if [ $word = ls-files ]; then echo $$ > \"${0%/*}/id\"; printf 100644; exec sleep 600; fi");
    let said = refusal(broken.check(&["--staged"]));
    assert_eq!(said, "error[git]: `git ls-files` gave no answer for 30 s");
    let id = std::fs::read_to_string(broken.bin.path().join("id")).expect("it ran");
    let left = command("kill", broken.bin.path()).args(["-0", id.trim()]).output().expect("kill starts");
    assert!(!left.status.success(), "process {id} is left behind");
}
