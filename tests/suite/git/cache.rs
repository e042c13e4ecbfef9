//! The cache: where it lies, that it is shared, and that nothing depends on it.

use std::path::{Path, PathBuf};

use super::{LONG, SHORT, TWO_LINES, git_in, limited, run, ssot_in};
use crate::repository::{Repository, binary, command, findings};

const FOUND: [&str; 1] = ["max-file-size/too-many-lines a.py"];

/// A repository with one finding, and where its cache will be.
fn with_finding() -> (Repository, PathBuf) {
    let repository = Repository::with(&[("ssot.toml", TWO_LINES), ("a.py", LONG), ("b.py", SHORT)]);
    let cache = repository.path().join(".git/ssot");
    (repository, cache)
}

/// The names of the cache's files, and their bytes.
fn files(cache: &Path) -> Vec<(String, Vec<u8>)> {
    let listed = std::fs::read_dir(cache).expect("a cache").map(|file| file.expect("a file"));
    let mut files: Vec<_> = listed
        .map(|file| (file.file_name().to_string_lossy().into_owned(), std::fs::read(file.path()).expect("a file")))
        .collect();
    files.sort();
    files
}

#[test]
fn the_cache_of_all_worktrees_lies_in_the_common_git_folder() {
    let (repository, cache) = with_finding();
    let place = tempfile::tempdir().expect("a temporary folder");
    let linked = place.path().join("linked");
    repository.git(&["worktree", "add", "--quiet", "-b", "other", &linked.to_string_lossy()]);
    assert_eq!(findings(&ssot_in(&linked, &["check", "--staged", "--format", "json"])), FOUND);
    let written = files(&cache);
    let names: Vec<_> = written.iter().map(|(name, _)| name.split('-').next().unwrap_or_default()).collect();
    assert_eq!(names, ["batches", "facts", "modules", "verdicts", "whole"]);
    assert_eq!(git_in(&linked, &["status", "--porcelain", "--ignored"]).status(0).stdout, "");

    // The same contents under the same policy: there is nothing to add.
    assert_eq!(repository.findings(&["--staged"]), FOUND);
    assert_eq!(files(&cache), written);
}

#[test]
fn what_a_check_kept_serves_other_commands() {
    let (repository, cache) = with_finding();
    repository.write("c.py", "def clear():\n    return 1\n");
    for policy in [TWO_LINES.to_owned(), format!("{TWO_LINES}[no-duplicate-concepts]\nsimilar-name = {{}}\n")] {
        repository.write("ssot.toml", policy);
        repository.git(&["add", "--all"]);
        let _ = std::fs::remove_dir_all(&cache);
        repository.ssot(&["check", "--staged"]).status(1);
        let written = files(&cache);
        repository.ssot(&["where", "clear", "--staged"]).status(0);
        repository.ssot(&["check", "--staged", "--hook", "import-path-policy"]).status(0);
        let facts = |files: Vec<(String, Vec<u8>)>| -> Vec<_> {
            files.into_iter().filter(|(name, _)| name.starts_with("facts")).collect()
        };
        assert_eq!(facts(files(&cache)), facts(written));
    }
}

#[test]
fn a_damaged_cache_is_ignored_and_made_anew() {
    let (repository, cache) = with_finding();
    repository.ssot(&["check", "--staged"]).status(1);
    let whole = files(&cache);
    for damage in 0..5 {
        for (name, bytes) in &whole {
            let damaged = match damage {
                0 => Vec::new(),
                1 => bytes[..bytes.len() / 2].to_vec(),
                2 => [bytes, &b"more"[..]].concat(),
                3 => bytes.iter().map(|byte| byte ^ 0x55).collect(),
                _ => vec![0xff; 1 << 20],
            };
            std::fs::write(cache.join(name), damaged).expect("a damaged cache");
        }
        let said = repository.ssot(&["check", "--staged", "--format", "json"]).status(1);
        assert_eq!(
            (findings(&said), said.json()["notes"].clone()),
            (FOUND.map(String::from).to_vec(), serde_json::json!([]))
        );
        // What is whole but for what stands behind it is taken as it is, and what is not asked for is not looked at.
        if damage != 2 {
            assert_eq!(files(&cache), whole);
        }
    }
}

#[test]
fn facts_that_are_read_when_they_are_asked_for_may_be_spoilt() {
    let files_of = [
        ("a.py", "from b import one\n"),
        ("b.py", "from c import *\n"),
        ("c.py", "one = 1\n"),
        ("d.py", "def two():\n    return 2\n"),
    ];
    let repository = Repository::with(&files_of);
    let cache = repository.path().join(".git/ssot");
    const ROUNDS: usize = 40;
    for round in 0..ROUNDS {
        let _ = std::fs::remove_dir_all(&cache);
        repository.git(&["add", "--all"]);
        repository.ssot(&["check", "--staged"]);
        for (name, mut bytes) in files(&cache) {
            // Of the second half, where values lie, each byte in its turn, or one near it.
            let half = bytes.len() / 2;
            bytes[half + round * half / ROUNDS] ^= 1;
            let is_facts = name == "facts";
            if is_facts || round % 2 == 0 {
                std::fs::write(cache.join(name), bytes).expect("a kept file");
            }
        }
        // What `a.py` is asked leads through `b.py` to `c.py`, which are not read otherwise.
        repository.write("a.py", format!("from b import one, gone{round}\n"));
        repository.git(&["add", "--all"]);
        let kept = repository.verdict(&["--staged"], &[]);
        assert!(kept.contains(&format!("gone{round}")), "round {round}: {kept}");
        assert_eq!(kept, repository.verdict(&["--staged", "--no-cache"], &[]), "round {round}");
    }
}

#[test]
fn what_is_kept_of_modules_is_written_anew_where_much_is_new() {
    let importer = |number: usize, more: &str| {
        (format!("m{number}.py"), format!("from base import one\n\n\ndef f{number}():\n    return one{more}\n"))
    };
    let repository = Repository::with(&[("base.py", "one = 1\n")]);
    (0..60).map(|number| importer(number, "")).for_each(|(path, text)| repository.write(&path, text));
    let kept = || -> Vec<_> {
        let files = files(&repository.path().join(".git/ssot"));
        files.into_iter().filter(|(name, _)| name.starts_with("modules")).collect()
    };
    let judged = || {
        repository.git(&["add", "--all"]);
        let verdict = repository.verdict(&["--staged"], &[]);
        assert_eq!(verdict, repository.verdict(&["--staged", "--no-cache"], &[]));
    };
    judged();
    let written = kept();
    for number in 0..3 {
        let (path, text) = importer(number, " + 1");
        repository.write(&path, text);
        judged();
        assert_eq!(kept(), written, "after {number} more files");
    }
    // What was judged before those changes still tells who has to be judged again.
    repository.write("base.py", "two = 2\n");
    judged();
    assert_eq!(repository.findings(&["--staged"]).len(), 60);
    // Who only asked which names a module binds need not be judged again where it binds the same.
    repository.write("base.py", "one = 2\n");
    judged();
    assert_eq!(kept(), written);
    repository.write("base.py", "one = 2\nmore = 3\n");
    judged();
    assert_ne!(kept(), written);
}

#[test]
fn a_cache_that_cannot_be_written_is_a_note() {
    let (repository, cache) = with_finding();
    std::fs::write(&cache, "a file where the folder should be").expect("a file");
    for _ in 0..2 {
        let said = repository.ssot(&["check", "--staged", "--format", "json"]).status(1);
        assert_eq!(findings(&said), FOUND);
        let verdict = said.json();
        let notes = verdict["notes"].as_array().expect("notes");
        let note = notes[0].as_str().expect("a note");
        assert!(note.starts_with("the cache could not be written and is off: "), "{note}");
        assert_eq!(notes.len(), 1, "{notes:?}");
    }
    let said = repository.ssot(&["check", "--staged", "--no-cache", "--format", "json"]).status(1);
    assert_eq!(said.json()["notes"], serde_json::json!([]));
}

#[test]
fn a_verdict_is_not_kept_beyond_what_it_depends_on() {
    let (repository, _) = with_finding();
    for _ in ["cold", "warm"] {
        assert_eq!(repository.findings(&[]), FOUND);
    }
    repository.write("ssot.toml", TWO_LINES.replace("lines = 2", "lines = 3"));
    assert_eq!(repository.findings(&[]), [] as [&str; 0], "another policy");
    repository.write("ssot.toml", TWO_LINES.replace("**/*.py", "**/*.txt"));
    repository.git(&["mv", "a.py", "a.txt"]);
    assert_eq!(repository.findings(&["--worktree"]), ["max-file-size/too-many-lines a.txt"], "another path");
    assert_eq!(repository.findings(&["--hook", "no-legacy-files"]), [] as [&str; 0], "other hooks");
    assert_eq!(repository.findings(&["--worktree"]), ["max-file-size/too-many-lines a.txt"]);
    repository.write("big.bin", vec![0; 600 << 10]);
    repository.git(&["add", "--all"]);
    let big = "max-file-size/too-many-bytes big.bin";
    assert_eq!(repository.findings(&["--rule", "too-many-bytes", "--staged"]), [big]);
    repository.write(".gitattributes", "*.bin linguist-generated\n");
    assert_eq!(repository.findings(&["--rule", "too-many-bytes"]), [] as [&str; 0], "other attributes");
    assert_eq!(repository.findings(&["--rule", "too-many-bytes", "--staged"]), [big]);
}

#[test]
fn a_verdict_is_not_kept_where_its_folder_becomes_test_code() {
    let repository = Repository::with(&[("app/test/data.py", "def\n")]);
    let level = || repository.ssot(&["check", "--format", "json"]).json()["findings"][0]["level"].to_string();
    assert_eq!([level(), level()], [r#""error""#; 2]);
    repository.write("app/test/test_a.py", "x = 1\n");
    repository.git(&["add", "--all"]);
    assert_eq!(level(), r#""warning""#, "data among tests");
}

#[test]
fn what_is_said_of_all_code_is_kept_until_something_changes_that_it_hangs_on() {
    let repository = Repository::with(&[
        ("ssot.toml", "version = 1\n"),
        ("app/__init__.py", ""),
        ("app/a.py", "from app.gone import x\nfrom app.b import y\n"),
        ("app/b.py", "y = 1\n"),
        ("NOTES.md", "a\n"),
    ]);
    let lost = ["import-path-policy/unresolved-import"];
    // Whether all code was judged, as the steps tell.
    let judged = |words: &[&str], found: &[&str]| {
        let run = repository.ssot(&[&["check", "--verbose", "--format", "concise"], words].concat());
        let said: Vec<&str> = run.stdout.lines().filter_map(|line| line.split(": ").nth(1)).collect();
        assert_eq!(said, found, "{words:?}");
        assert!(run.stderr.contains(" ms  contents"), "{}", run.stderr);
        run.stderr.contains(" ms  repository")
    };
    let staged = |change: &dyn Fn()| {
        change();
        repository.git(&["add", "--all"]);
    };
    assert!(judged(&["--staged"], &lost));
    assert!(!judged(&["--staged"], &lost), "the same again");
    assert!(!judged(&["--rev", "HEAD"], &lost), "a commit that holds the same");
    assert!(judged(&["--staged", "--hook", "import-path-policy"], &lost), "other rules");
    assert!(judged(&["--staged", "--no-cache"], &lost));
    staged(&|| repository.write("NOTES.md", "b\n"));
    assert!(!judged(&["--staged"], &lost), "no code changed");
    staged(&|| repository.write("app/b.py", "z = 1\n"));
    assert!(judged(&["--staged"], &[lost[0], lost[0]]), "code changed");
    assert!(!judged(&["--staged"], &[lost[0], lost[0]]));
    staged(&|| repository.write("app/b.py", "y = 1\n"));
    assert!(!judged(&["--staged"], &lost), "as it was before");
    staged(&|| repository.write(".gitignore", "/app/gone.py\n"));
    assert!(judged(&["--staged"], &[]), "a file is said to be made");
    assert!(!judged(&["--staged"], &[]));
    staged(&|| repository.write(".gitignore", "/app/other.py\n"));
    assert!(judged(&["--staged"], &lost), "another is");
    staged(&|| repository.write(".gitignore", "/app/gone.py\n"));
    assert!(!judged(&["--staged"], &[]), "the first again: both are kept");
    staged(&|| repository.write(".gitignore", "/app/other.py\n"));
    assert!(!judged(&["--staged"], &lost));
    staged(&|| repository.write("app/gone.py", "x = 1\n"));
    assert!(judged(&["--staged"], &[]), "a file came");
    repository.write("app/b.py", "nothing = 1\n");
    assert!(judged(&["--worktree"], &lost), "what lies on disk only");
    assert!(judged(&["--worktree"], &lost));
    assert!(!judged(&["--staged"], &[]));
}

#[test]
fn what_was_judged_as_a_change_need_not_be_judged_as_its_base() {
    let repository = Repository::with(&[("ssot.toml", "version = 1\n"), ("a.py", "from b import x\n"), ("b.py", "")]);
    let lost = ["import-path-policy/unresolved-import a.py"];
    repository.ssot(&["check", "--staged"]).status(1);
    let kept = || {
        let all = files(&repository.path().join(".git/ssot"));
        all.into_iter().filter(|(name, _)| name.starts_with("whole-")).collect::<Vec<_>>()
    };
    let before = kept();
    assert_eq!(repository.findings(&["--staged", "--new-only"]), [] as [&str; 0]);
    assert_eq!(kept(), before, "nothing was judged anew");
    repository.write("a.py", "from b import x\nfrom b import y\n");
    repository.git(&["add", "--all"]);
    assert_eq!(repository.findings(&["--staged", "--new-only"]), lost);
    assert_eq!(kept().len(), before.len() + 1, "only the change was");
}

#[test]
fn several_checks_at_once_give_the_verdict_and_leave_a_whole_cache() {
    let (repository, cache) = with_finding();
    for number in 0..300 {
        repository.write(&format!("more/c{number}.py"), format!("c = {number}\n"));
    }
    repository.git(&["add", "--all"]);
    for round in 0..3 {
        let start = |number: usize| {
            let mut check = command(binary("ssot"), repository.path());
            // Some of them write, each round, what others read.
            let snapshot = if usize::is_multiple_of(number + round, 2) { "--staged" } else { "--worktree" };
            check.args(["check", "--format", "json", snapshot]);
            check.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
            check.spawn().expect("ssot starts")
        };
        let running: Vec<_> = (0..6).map(start).collect();
        for child in running {
            let said = child.wait_with_output().expect("ssot ends").into();
            assert_eq!(findings(&said), FOUND);
            assert_eq!(said.json()["notes"], serde_json::json!([]));
        }
        repository.write("more/c0.py", format!("c = \"round {round}\"\n"));
        repository.git(&["add", "--all"]);
    }
    let names: Vec<_> = files(&cache).into_iter().map(|(name, _)| name).collect();
    let kinds = ["batches", "facts", "modules", "verdicts", "whole"];
    assert!(names.iter().all(|name| kinds.contains(&name.split('-').next().unwrap_or_default())), "{names:?}");
    repository.ssot(&["check", "--staged"]).status(1);
    // What is whole is read again, and so need not be written again.
    let written = files(&cache);
    repository.ssot(&["check", "--staged"]).status(1);
    assert_eq!(files(&cache), written);
}

#[test]
fn commits_that_are_judged_at_once_in_two_worktrees_are_judged_right() {
    let repository = limited();
    let place = tempfile::tempdir().expect("a temporary folder");
    let linked = place.path().join("linked");
    repository.git(&["worktree", "add", "--quiet", "-b", "other", &linked.to_string_lossy()]);
    std::fs::write(linked.join("a.py"), LONG).expect("a long file");
    repository.write("a.py", "short = 2\n");
    let commit = |folder: &Path| {
        let mut commit = command("git", folder);
        run(commit.args(["commit", "--quiet", "--all", "--message", "change"]))
    };
    let (good, bad) = std::thread::scope(|scope| {
        let bad = scope.spawn(|| commit(&linked));
        (commit(repository.path()), bad.join().expect("a commit"))
    });
    super::passes(&good);
    super::refused(&bad, &["a.py:3:1: max-file-size/too-many-lines"]);
}
