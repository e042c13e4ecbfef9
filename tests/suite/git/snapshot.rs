//! The three snapshots: the same of a clean checkout, and nothing written whichever is judged.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use super::{LONG, SHORT, git_in, ssot_in};
use crate::repository::{Repository, Run};

const SNAPSHOTS: [&[&str]; 3] = [&["--staged"], &["--rev", "HEAD"], &["--worktree"]];

const POLICY: &str = r#"version = 1
[max-file-size]
limits = [{ files = "**", bytes = "40 B", lines = 2 }, { files = "/ssot.toml", bytes = "off", lines = "off" }]
"#;

/// Findings of all kinds, and files that git converts on their way to disk.
fn mixed() -> Repository {
    let repository = Repository::with(&[
        ("ssot.toml", POLICY),
        (".gitattributes", "*.up filter=up\n*.gen linguist-generated\n"),
        ("lines.py", LONG),
        ("exact.txt", "thirteen byte\nthirteen byte\n"),
        ("a.py", SHORT),
        ("a_old.py", SHORT),
        ("sub/copy of b.py", ""),
        ("file.up", "lower case\n"),
        ("long.up", "lower case, and more than forty bytes of it\n"),
        ("big.gen", "x = 1 # and more than forty bytes of what a program wrote\n"),
    ]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("lines.py", repository.path().join("link.py")).expect("a link");
    repository.commit_all("more");
    repository
}

/// Checks all files out anew, as these settings say.
fn checkout(repository: &Repository, settings: &[(&str, &str)]) {
    for (name, value) in settings {
        repository.git(&["config", name, value]);
    }
    repository.git(&["rm", "--quiet", "-r", "--cached", "."]);
    repository.git(&["reset", "--quiet", "--hard"]);
    assert_eq!(repository.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_clean_checkout_has_the_same_findings_in_each_snapshot() {
    let crlf = ("core.autocrlf", "true");
    let smudge = ("filter.up.smudge", "sed 's/^/a line in upper case, by itself over all limits: /'");
    let clean = ("filter.up.clean", "sed 's/^a line in upper case, by itself over all limits: //'");
    for settings in [&[][..], &[crlf], &[smudge, clean], &[crlf, smudge, clean]] {
        let repository = mixed();
        checkout(&repository, settings);
        let [staged, commit, worktree] = SNAPSHOTS.map(|words| {
            repository.ssot(&[&["check", "--format", "json"], words].concat()).status(1).json()["findings"].clone()
        });
        let rules: Vec<_> = staged.as_array().expect("findings").iter().map(|found| &found["rule"]).collect();
        assert_eq!(rules, ["legacy-name", "too-many-lines", "too-many-bytes", "legacy-name"], "{settings:?}");
        assert_eq!(staged, commit, "{settings:?}");
        assert_eq!(staged, worktree, "{settings:?}");
    }
}

#[test]
fn a_checkout_that_was_copied_has_the_same_findings() {
    let repository = mixed();
    checkout(&repository, &[("core.autocrlf", "true")]);
    let place = tempfile::tempdir().expect("a temporary folder");
    copy(repository.path(), place.path());
    let staged = ssot_in(place.path(), &["check", "--format", "json", "--staged"]).status(1).json();
    let worktree = ssot_in(place.path(), &["check", "--format", "json", "--worktree"]).status(1).json();
    assert_eq!(staged["findings"], worktree["findings"]);
    git_in(place.path(), &["diff", "--quiet"]).status(0);
}

fn copy(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).expect("a folder").map(|file| file.expect("a file")) {
        let (kind, to) = (file.file_type().expect("a kind"), to.join(file.file_name()));
        if kind.is_dir() {
            std::fs::create_dir(&to).expect("a folder");
            copy(&file.path(), &to);
        } else if kind.is_symlink() {
            #[cfg(unix)]
            std::os::unix::fs::symlink(std::fs::read_link(file.path()).expect("a link"), to).expect("a link");
        } else {
            std::fs::copy(file.path(), to).expect("a copy");
        }
    }
}

/// Times and contents of all that lies in a folder, the cache aside.
fn listing(folder: &Path) -> BTreeMap<String, (SystemTime, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for file in std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file")) {
        let (path, metadata) = (file.path(), file.metadata().expect("a file's data"));
        if path.ends_with(".git/ssot") {
            continue;
        }
        let content = if metadata.is_dir() {
            found.extend(listing(&path));
            Vec::new()
        } else {
            std::fs::read(&path).unwrap_or_default()
        };
        // The cache is made in the git folder, whose time changes with it.
        let time = if path.ends_with(".git") { SystemTime::UNIX_EPOCH } else { metadata.modified().expect("a time") };
        found.insert(path.to_string_lossy().into_owned(), (time, content));
    }
    found
}

#[test]
fn a_check_writes_nothing_but_its_cache() {
    let repository = mixed();
    repository.write("untracked.py", LONG);
    repository.write("a.py", LONG);
    repository.write("exact.txt", "thirteen byte\nthirteen byte\n");
    repository.write("staged.py", SHORT);
    repository.git(&["add", "staged.py"]);
    let before = listing(repository.path());
    let check = |words: &[&str]| -> Run { repository.ssot(&[&["check"], words].concat()).status(1) };
    for words in SNAPSHOTS {
        check(&[words, &["--no-cache"]].concat());
    }
    assert!(!repository.path().join(".git/ssot").exists(), "a cache in spite of --no-cache");
    for words in SNAPSHOTS {
        check(words);
    }
    assert!(repository.path().join(".git/ssot").is_dir());
    let after = listing(repository.path());
    let changed: Vec<_> = after.iter().filter(|(path, state)| before.get(*path) != Some(state)).collect();
    assert_eq!(changed, [], "written");
    assert_eq!(before.len(), after.len());
}
