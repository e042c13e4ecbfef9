//! The index is read as git lists it, from its file where that is plain, and else by asking git.

use ssot::path::RepoPath;
use ssot::source::index::{Staged, parse};
use ssot::source::{At, BlobId, Entry, Kind};

#[cfg(unix)]
use super::path_without;
use crate::repository::{Repository, command};

/// An object that need not be there, by the first bytes of its name.
fn object(start: &str, hash: usize) -> String {
    format!("{start}{}", "5a".repeat(hash - start.len() / 2))
}

/// A repository whose index holds all that an index can hold, in `version`, with hashes of so many bytes.
fn full(version: &str, hash: usize) -> Repository {
    let repository = Repository::without_git();
    let format = if hash == 20 { "sha1" } else { "sha256" };
    repository.git(&["init", "--quiet", "--object-format", format]);
    let long = "d/".repeat(3000) + "long.py";
    let paths = ["a.py", "a/b.py", "a-b.py", "a/b c.py", "ä.py", "new\nline.py", "tab\t.py", "\u{1f980}/x", &long];
    let mut lines = Vec::new();
    for (number, path) in paths.iter().enumerate() {
        let mode = ["100644", "100755", "120000", "160000"][number % 4];
        lines.extend(format!("{mode} {} 0\t{path}\0", object(&format!("{number:02}"), hash)).into_bytes());
    }
    lines.extend(format!("100644 {} 0\t", object("aa", hash)).into_bytes());
    lines.extend(b"not \xff utf-8\0");
    for stage in 1..=3 {
        lines.extend(format!("100644 {} {stage}\tconflict.py\0", object("bb", hash)).into_bytes());
    }
    repository.write("lines", &lines);
    let into = "git update-index -z --index-info <lines";
    assert!(command("sh", repository.path()).args(["-c", into]).status().expect("sh starts").success());
    repository.write("new.py", "");
    repository.write("skipped.py", "");
    repository.git(&["add", "--intent-to-add", "new.py"]);
    repository.git(&["add", "skipped.py"]);
    repository.git(&["update-index", "--skip-worktree", "skipped.py"]);
    repository.git(&["update-index", "--index-version", version]);
    repository
}

fn bytes(repository: &Repository) -> Vec<u8> {
    std::fs::read(repository.path().join(".git/index")).expect("an index")
}

/// What `git ls-files` lists; none where it does not.
fn listed(repository: &Repository) -> Option<(Vec<Entry>, Vec<RepoPath>)> {
    let said = command("git", repository.path()).args(["ls-files", "-s", "-z"]).output().expect("git starts");
    let (mut entries, mut unmerged) = (Vec::new(), Vec::new());
    for record in said.stdout.split(|byte| *byte == 0).filter(|record| !record.is_empty()) {
        let (head, path) = record.split_at(record.iter().position(|byte| *byte == b'\t').expect("a tab"));
        let words: Vec<&str> = std::str::from_utf8(head).expect("text").split(' ').collect();
        let path = RepoPath::new(&path[1..]);
        let kind = match words[0] {
            "120000" => Kind::Symlink,
            "160000" => Kind::Submodule,
            _ => Kind::File,
        };
        match words[2] {
            "0" => {
                let blob = BlobId::from_hex(words[1].as_bytes()).expect("a hash");
                entries.push(Entry::new(path, kind, At::Blob(blob)));
            }
            _ => unmerged.push(path),
        }
    }
    unmerged.dedup();
    said.status.success().then_some((entries, unmerged))
}

/// The entries and the unmerged paths; without the sizes of files, which git lists elsewhere.
fn as_listed(staged: Staged) -> (Vec<Entry>, Vec<RepoPath>) {
    let mut unmerged: Vec<RepoPath> = staged.unmerged.into_iter().collect();
    unmerged.sort();
    let entries = staged.entries.into_iter().map(|entry| Entry { noted: 0, ..entry }).collect();
    (entries, unmerged)
}

#[test]
fn every_form_is_read_as_git_lists_it() {
    for hash in [20, 32] {
        for version in ["2", "4"] {
            let repository = full(version, hash);
            let bytes = bytes(&repository);
            // Git takes the third version for the second where it needs its flags.
            assert_eq!(bytes[7], if version == "2" { 3 } else { 4 });
            let staged = parse(&bytes, hash).unwrap_or_else(|| panic!("version {version}, {hash} bytes"));
            assert_eq!(staged.announced, Some([RepoPath::from("new.py")].into_iter().collect()));
            let (entries, unmerged) = as_listed(staged);
            assert_eq!((entries.len(), unmerged.as_slice()), (12, &[RepoPath::from("conflict.py")][..]));
            assert_eq!(Some((entries, unmerged)), listed(&repository), "version {version}, {hash} bytes");
            assert_eq!(parse(&bytes, 52 - hash), None, "read with hashes of another length");
        }
    }
}

#[test]
fn the_sizes_of_files_are_those_that_git_noted() {
    let thousands = "x".repeat(70_001);
    let repository = Repository::with(&[("a.txt", "four"), ("b.txt", thousands.as_str()), ("c.txt", "")]);
    let blob = repository.git(&["rev-parse", ":b.txt"]);
    let info = format!("100644,{},d.txt", blob.trim());
    repository.git(&["update-index", "--add", "--cacheinfo", &info]);
    for version in ["2", "4"] {
        repository.git(&["update-index", "--index-version", version]);
        let staged = parse(&bytes(&repository), 20).expect("a plain index");
        let noted: Vec<u32> = staged.entries.iter().map(|entry| entry.noted).collect();
        let listed = repository.git(&["ls-files", "--debug"]);
        let sizes = listed.lines().filter_map(|line| line.trim_start().strip_prefix("size: "));
        let sizes: Vec<u32> =
            sizes.map(|line| line.split('\t').next().and_then(|size| size.parse().ok()).expect("a size")).collect();
        assert_eq!(noted, sizes, "version {version}");
        assert_eq!(noted, [4, 70_001, 0, 0], "version {version}");
    }
}

#[test]
fn what_is_not_plain_is_left_to_git() {
    let repository = Repository::with(&[("a/b.py", ""), ("c/d.py", ""), ("e.py", "")]);
    assert_eq!(parse(&bytes(&repository), 20).map(as_listed), listed(&repository));
    repository.git(&["update-index", "--split-index"]);
    assert_eq!(parse(&bytes(&repository), 20), None);
    repository.git(&["update-index", "--no-split-index"]);
    repository.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "a"]);
    assert_eq!(parse(&bytes(&repository), 20), None);
    assert_eq!(repository.findings(&["--staged"]), [] as [&str; 0]);
}

/// Where a damaged index is read at all, git lists the same.
#[test]
fn a_damaged_index_is_read_as_git_reads_it_or_not_at_all() {
    for version in ["2", "4"] {
        let repository = full(version, 20);
        let whole = bytes(&repository);
        let mut read = 0;
        // In steps that meet every field of an entry, the long path aside.
        for at in (0..whole.len()).filter(|at| at % 7 == 0 && (*at < 500 || at % 91 == 0)) {
            for flip in [1, 0x20, 0x80] {
                let mut other = whole.clone();
                other[at] ^= flip;
                if let Some(staged) = parse(&other, 20) {
                    repository.write(".git/index", &other);
                    assert_eq!(Some(as_listed(staged)), listed(&repository), "version {version}, {flip} at {at}");
                    read += 1;
                }
            }
            assert_eq!(parse(&whole[..at], 20), None, "cut to {at} bytes");
        }
        assert!(read > 50, "times, sizes and hashes may be any: {read}");
    }
}

#[cfg(unix)]
#[test]
fn a_plain_index_is_judged_without_asking_git_what_it_lists() {
    let repository = Repository::with(&[("a_old.py", ""), ("b.py", "")]);
    let (path, _bin) = path_without("ls-files");
    let check = || {
        let mut check = repository.command("ssot");
        check.args(["check", "--staged", "--format", "json"]);
        let check = check.env("PATH", &path);
        crate::repository::Run::from(check.output().expect("ssot starts"))
    };
    assert_eq!(crate::repository::findings(&check()), ["no-legacy-files/legacy-name a_old.py"]);
    repository.git(&["update-index", "--split-index"]);
    check().status(2);
}
