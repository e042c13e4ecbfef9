//! What a path may hold: any byte but NUL. What is printed of it is for people, terminals and logs.

use std::io::Write;
use std::process::Stdio;

use base64::Engine as _;
use ssot::path::RepoPath;

use super::bounded::judge;
use crate::repository::{Repository, command};

/// Leftovers by their names.
fn rows() -> Vec<(&'static str, Vec<u8>)> {
    let folders = |count: usize| format!("{}x.bak", format!("{}/", "d".repeat(199)).repeat(count));
    vec![
        ("newline", b"a\n::error::b.bak".to_vec()),
        ("carriage return", b"a\r::error::b.bak".to_vec()),
        ("escape sequence", b"\x1b[2J\x1b]0;title\x07x.bak".to_vec()),
        ("C1 control", "\u{9b}31mx.bak".into()),
        ("right to left", "\u{202e}x.bak".into()),
        ("command", b"::error file=a,line=1::x.bak".to_vec()),
        ("command behind spaces", b"  ::stop-commands::x.bak".to_vec()),
        ("command in a folder", b"::group::x/y.bak".to_vec()),
        ("older command", b"##[error]x.bak".to_vec()),
        ("option", b"--help.bak".to_vec()),
        ("pathspec magic", b":(top)x.bak".to_vec()),
        ("quotes", b"a\"b'c`$(d).bak".to_vec()),
        ("not UTF-8", b"x\xff\xfe.bak".to_vec()),
        ("not UTF-8 in a folder", b"\xc3/\xa4.bak".to_vec()),
        ("4,000 bytes", folders(20).into_bytes()),
    ]
}

/// Puts a path into the index without a file on disk.
fn stage(repository: &Repository, path: &[u8]) {
    let record = [b"100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 0\t", path, b"\0"].concat();
    repository.git(&["hash-object", "-w", "-t", "blob", "/dev/null"]);
    let mut git = command("git", repository.path())
        .args(["update-index", "-z", "--index-info"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git starts");
    git.stdin.take().expect("its input").write_all(&record).expect("it reads");
    assert!(git.wait().expect("it ends").success());
}

/// No line of what people and logs read can move a cursor, hide what it says, or be a command.
#[track_caller]
fn is_tame(text: &str, what: &str) {
    for line in text.lines() {
        let start = line.trim_start();
        assert!(!start.starts_with("::") && !start.starts_with("##"), "{what}: a command: {line:?}");
        let wild = |ch: &char| ch.is_control() || matches!(ch, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert_eq!(line.chars().find(wild), None, "{what}: {line:?}");
    }
}

#[track_caller]
fn is_told(repository: &Repository, path: &[u8], what: &str, snapshot: &[&str]) {
    let what = &format!("{what} {snapshot:?}");
    for format in [&["--format", "text"][..], &["--format", "concise"], &["--statistics"]] {
        let run = judge(repository, &[&["check"], format, snapshot].concat()).status(1);
        is_tame(&run.stdout, what);
        is_tame(&run.stderr, what);
        assert!(run.stdout.contains("legacy-name"), "{what}: {}", run.stdout);
        if format[1..] == ["concise"] {
            assert_eq!(run.stdout.lines().count(), 1, "{what}: {}", run.stdout);
        }
    }
    let run = judge(repository, &[&["check", "--format", "json"], snapshot].concat()).status(1);
    let found = &run.json()["findings"][0];
    let told = match found["path_bytes"].as_str() {
        Some(bytes) => base64::engine::general_purpose::STANDARD.decode(bytes).expect("base64"),
        None => found["path"].as_str().expect("a path").into(),
    };
    assert_eq!(told, path, "{what}");
}

#[test]
fn every_path_is_told_exactly_and_harmlessly() {
    for (what, path) in rows() {
        let repository = Repository::new();
        stage(&repository, &path);
        is_told(&repository, &path, what, &["--staged"]);
        repository.git(&["commit", "--quiet", "--message", "x"]);
        is_told(&repository, &path, what, &["--rev", "HEAD"]);
        // Some disks take no such name; git holds it all the same.
        let on_disk = repository.path().join(RepoPath::new(path.clone()).to_os());
        let folder = on_disk.parent().expect("a folder above");
        if std::fs::create_dir_all(folder).is_ok() && std::fs::write(&on_disk, "changed").is_ok() {
            is_told(&repository, &path, what, &["--worktree"]);
            repository.git(&["rm", "--quiet", "--cached", "-r", "."]);
            is_told(&repository, &path, what, &["--worktree"]);
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_too_long_once_it_is_absolute_is_not_passed_over() {
    let repository = Repository::new();
    let folder = format!("{}/", "d".repeat(199)).repeat(20);
    let name = format!("{folder}{}.bak", "n".repeat(80));
    let script = "mkdir -p \"$1\" && echo text > \"$2\"";
    let made = command("sh", repository.path()).args(["-c", script, "sh", &folder, &name]).status();
    assert!(made.expect("sh starts").success());
    let found = repository.findings(&["--worktree"]);
    let rules: Vec<_> = found.iter().filter_map(|found| found.split(['/', ' ']).nth(1)).collect();
    assert_eq!(rules, ["legacy-name", "unchecked-file"], "{found:?}");
}

#[test]
fn arguments_are_echoed_harmlessly() {
    let repository = Repository::with(&[("a.txt", "a")]);
    for words in [["check", "no\n::error::such"], ["check", "../\u{1b}[31m"]] {
        let run = judge(&repository, &words).status(2);
        is_tame(&run.stderr, words[1]);
    }
}
