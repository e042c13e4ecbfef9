//! Paths that are hard to print, and paths that are one on some disks.

use super::{LONG, SHORT, commit, passes, refused};
use crate::repository::Repository;

/// Stages a file under a name that this disk might not take.
fn stage(repository: &Repository, path: &[u8], text: &str) {
    use std::io::Write;
    repository.write("text", text);
    let blob = repository.git(&["hash-object", "-w", "text"]);
    std::fs::remove_file(repository.path().join("text")).expect("it goes");
    let mut record = format!("100644 {}\t", blob.trim()).into_bytes();
    record.extend_from_slice(path);
    record.push(0);
    let mut child = crate::repository::command("git", repository.path())
        .args(["update-index", "-z", "--index-info"])
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("git starts");
    child.stdin.take().expect("a pipe").write_all(&record).expect("git reads");
    assert!(child.wait().expect("git ends").success());
}

#[test]
fn odd_paths_are_judged_by_their_bytes_and_printed_escaped() {
    for (path, printed) in [
        (&b"new\nline_old.py"[..], "new\\nline_old.py"),
        (b"quote\"_old.py", "quote\"_old.py"),
        (b"-n_old.py", "-n_old.py"),
        (b":top_old.py", ":top_old.py"),
        (b"back\\slash_old.py", "back\\slash_old.py"),
        (b"escape\x1b[31m_old.py", "escape\\u{1b}[31m_old.py"),
        (b"raw\xff_old.py", "raw\\xff_old.py"),
    ] {
        let repository = Repository::with(&[("a.py", SHORT)]);
        repository.hook("--format concise --deny-warnings");
        stage(&repository, path, "");
        let said = commit(&repository, &[]);
        refused(&said, &[]);
        let line = format!("{printed}:1:1: no-legacy-files/legacy-name: `{printed}` is named as a leftover\n");
        // What is staged was never on disk.
        let add = match printed {
            _ if printed.contains('\\') => "--update".to_owned(),
            "quote\"_old.py" => format!("'{printed}'"),
            _ => format!("./{printed}"),
        };
        let note = format!("note: {printed} was changed since it was staged: where that mends it, `git add {add}`\n");
        let raw = std::str::from_utf8(path).is_err();
        assert_eq!(said.stderr, if raw { line } else { line + &note });
        let found = &repository.ssot(&["check", "--staged", "--format", "json"]).json()["findings"][0];
        assert_eq!(found["path"], String::from_utf8_lossy(path).as_ref());
        let bytes = if std::str::from_utf8(path).is_ok() { serde_json::Value::Null } else { "cmF3/19vbGQucHk=".into() };
        assert_eq!(found["path_bytes"], bytes);
    }
}

#[cfg(unix)]
#[test]
fn contents_under_odd_paths_are_read_from_every_snapshot() {
    use std::os::unix::ffi::OsStrExt;
    let names = [&b"new\nline.py"[..], b"\"quote\".py", b"-n.py", b":top.py", b" space .py"];
    // A disk may refuse what is not UTF-8; the index above does not.
    let repository = Repository::with(&[("ssot.toml", super::TWO_LINES)]);
    for name in names {
        std::fs::write(repository.path().join(std::ffi::OsStr::from_bytes(name)), LONG).expect("a file");
    }
    let untracked = repository.findings(&["--worktree"]);
    assert_eq!(untracked.len(), names.len());
    repository.git(&["add", "--all"]);
    assert_eq!(repository.findings(&["--staged"]), untracked);
    repository.commit_all("odd names");
    assert_eq!(repository.findings(&["--rev", "HEAD"]), untracked);
}

#[test]
fn code_under_a_path_that_is_not_utf_8_is_judged_as_any_other() {
    let policy = "version = 1\n[concept.db]\nhome = \"app.db\"\nowns = [\"class *Db\"]\nwraps = [\"sqlite3\"]\n";
    let repository = Repository::with(&[("ssot.toml", policy), ("app/__init__.py", ""), ("app/db.py", "")]);
    for path in [&b"app/raw\xff.py"[..], b"raw\xff/a.py"] {
        stage(&repository, path, "import sqlite3\nclass MyDb: ...\n");
    }
    let found = [
        "app/raw\\xff.py:1:8: import-path-policy/wrapped-import: `sqlite3` is wrapped by `db`",
        "app/raw\\xff.py:2:7: no-duplicate-concepts/concept-outside-home: the class `MyDb` is a second `db`",
        "raw\\xff/a.py:1:8: import-path-policy/wrapped-import: `sqlite3` is wrapped by `db`",
        "raw\\xff/a.py:2:7: no-duplicate-concepts/concept-outside-home: the class `MyDb` is a second `db`",
    ];
    let run = repository.ssot(&["check", "--staged", "--format", "concise"]).status(1);
    assert_eq!(run.stdout.lines().collect::<Vec<_>>(), found);
}

#[test]
fn paths_that_differ_by_case_alone_are_a_note() {
    let repository = Repository::with(&[("a.py", SHORT)]);
    repository.hook("");
    stage(&repository, b"README.md", "");
    stage(&repository, b"readme.md", "");
    let said = commit(&repository, &[]);
    passes(&said);
    let note = "paths that differ only by case collide on some disks: `README.md`, `readme.md`";
    assert!(said.stderr.contains(&format!("note: {note}\n")), "{}", said.stderr);
    let verdict = repository.ssot(&["check", "--staged", "--format", "json"]).status(0).json();
    assert_eq!(verdict["notes"], serde_json::json!([note]));
}

#[test]
fn a_rename_that_changes_case_alone_is_judged_under_its_new_name() {
    let repository = Repository::with(&[("a.py", SHORT), ("A_Old.py", SHORT)]);
    repository.hook("--format concise");
    repository.git(&["mv", "A_Old.py", "a_old.py"]);
    let said = commit(&repository, &[]);
    refused(&said, &["a_old.py:1:1: no-legacy-files/legacy-name"]);
    assert!(!said.stderr.contains("A_Old.py"), "{}", said.stderr);
}
