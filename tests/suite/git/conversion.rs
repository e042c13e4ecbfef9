//! Filters and line endings: what git stores is judged, and no program that the repository names runs.

use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::{commit, git_in, passes, refused, run};
use crate::repository::{Repository, Run, findings};

/// At most 20 bytes in a text.
const SMALL: &str = "version = 1\n[max-file-size]\nlimits = [{ files = \"**/*.txt\", bytes = \"20 B\" }]\n";
const OVER: &str = "max-file-size/too-many-bytes a.txt";
const NOTE: &str = "1 changed or new file(s) go through a filter of git's: of them only what is staged was judged";

fn mark(repository: &Repository) -> PathBuf {
    repository.path().join(".git/the-filter-ran")
}

/// A repository whose texts are stored without their first line, by a filter that leaves a mark where it ran.
fn filtered() -> Repository {
    filtered_by("lines")
}

fn filtered_by(filter: &str) -> Repository {
    let attributes = format!("*.txt filter={filter}\n");
    let repository = Repository::with(&[("ssot.toml", SMALL), (".gitattributes", &attributes)]);
    for (name, what) in [("clean", "tail -n +2"), ("smudge", "sed '1i this line is in the work tree alone'")] {
        let script = format!(".git/{name}.sh");
        repository.write(&script, format!("touch '{}'\nexec {what}\n", mark(&repository).display()));
        let command = format!("sh '{}'", repository.path().join(script).display());
        repository.git(&["config", &format!("filter.{filter}.{name}"), &command]);
    }
    repository.git(&["config", &format!("filter.{filter}.required"), "true"]);
    repository.write("a.txt", "this line is in the work tree alone\nstored\n");
    repository.commit_all("a filtered file");
    assert!(mark(&repository).exists());
    assert_eq!(repository.git(&["show", ":a.txt"]), "stored\n");
    repository.hook("--format concise");
    repository
}

/// Runs ssot, in which no filter may run.
#[track_caller]
fn check(repository: &Repository, words: &[&str]) -> Run {
    let _ = std::fs::remove_file(mark(repository));
    let said = repository.ssot(&[&["check", "--format", "json"], words].concat());
    assert!(!mark(repository).exists(), "the filter ran");
    said
}

fn set_modified(repository: &Repository, path: &str, when: SystemTime) {
    let file = File::options().append(true).open(repository.path().join(path)).expect("a file");
    file.set_modified(when).expect("a time");
}

/// Makes the text older than the index, or as old, so that git would have to look whether it changed since.
fn age(repository: &Repository, racy: bool) {
    let past = SystemTime::now() - Duration::from_secs(3600);
    set_modified(repository, "a.txt", past);
    repository.git(&["update-index", "-q", "--refresh"]);
    let minute = Duration::from_secs(60);
    set_modified(repository, ".git/index", if racy { past } else { past + minute });
}

#[test]
fn a_filtered_file_is_judged_by_what_is_stored() {
    for racy in [false, true] {
        let repository = filtered();
        age(&repository, racy);
        for words in [&["--staged"][..], &["--rev", "HEAD"], &["--worktree"]] {
            assert_eq!(findings(&check(&repository, words).status(0)), [] as [&str; 0]);
        }
        age(&repository, racy);
        let _ = std::fs::remove_file(mark(&repository));
        repository.git(&["diff-files", "--raw"]);
        assert_eq!(mark(&repository).exists(), racy, "git runs the filter to see whether the file has changed");
    }
}

#[test]
fn a_commit_of_a_filtered_file_is_judged_by_what_is_stored() {
    let repository = filtered();
    repository.write("a.txt", "a long first line that is not stored\nshort\n");
    passes(&commit(&repository, &["--all"]));
    repository.write("a.txt", "first\na second line that is stored\n");
    refused(&commit(&repository, &["--all"]), &["a.txt:1:1: max-file-size/too-many-bytes"]);
}

#[test]
fn a_modified_filtered_file_is_judged_by_what_is_staged_with_a_note() {
    let repository = filtered();
    repository.write("a.txt", "first\na second line that would be too long\n");
    let said = check(&repository, &["--worktree"]).status(0);
    assert_eq!((findings(&said), said.json()["notes"].clone()), (vec![], serde_json::json!([NOTE])));
    repository.git(&["add", "a.txt"]);
    repository.write("a.txt", "first\nshort\n");
    let said = check(&repository, &["--worktree"]).status(1);
    assert_eq!((findings(&said), said.json()["notes"].clone()), (vec![OVER.to_owned()], serde_json::json!([NOTE])));
}

#[cfg(unix)]
#[test]
fn a_filtered_file_that_is_gone_or_a_link_goes_through_no_filter() {
    let repository = filtered();
    std::fs::remove_file(repository.path().join("a.txt")).expect("a file less");
    let verdict = check(&repository, &["--worktree"]).status(0).json();
    assert_eq!((&verdict["notes"], &verdict["summary"]["files"]), (&serde_json::json!([]), &serde_json::json!(2)));
    std::os::unix::fs::symlink("nowhere", repository.path().join("a.txt")).expect("a link");
    let verdict = check(&repository, &["--worktree"]).status(0).json();
    assert_eq!((&verdict["notes"], &verdict["summary"]["files"]), (&serde_json::json!([]), &serde_json::json!(3)));
}

#[test]
fn a_new_file_that_a_filter_would_change_is_judged_by_its_name() {
    let repository = filtered();
    age(&repository, false);
    repository.write("b_old.txt", "a first line of more than twenty bytes\nshort\n");
    repository.write("b.txt", "");
    let said = check(&repository, &["--worktree"]).status(1);
    assert_eq!(findings(&said), ["no-legacy-files/legacy-name b_old.txt"]);
    assert_eq!(said.json()["notes"], serde_json::json!([NOTE.replace("1 ", "2 ")]));
}

#[test]
fn filters_do_not_run_however_they_are_configured() {
    for name in ["clean", "process"] {
        let repository = filtered();
        age(&repository, true);
        let command = repository.git(&["config", "filter.lines.clean"]).trim().to_owned();
        repository.git(&["config", "--unset-all", "filter.lines.clean"]);
        // As git tells a hook what `git -c` set.
        let setting = format!("'filter.lines.{name}={}'", command.replace('\'', "'\\''"));
        let _ = std::fs::remove_file(mark(&repository));
        let mut with_setting = repository.command("ssot");
        run(with_setting.args(["check", "--worktree"]).env("GIT_CONFIG_PARAMETERS", setting)).status(0);
        assert!(!mark(&repository).exists(), "the filter that `git -c` set as {name} ran");

        repository.git(&["config", &format!("filter.lines.{name}"), &command]);
        check(&repository, &["--worktree"]).status(0);
    }
    let repository = filtered_by("a=b.c");
    age(&repository, true);
    check(&repository, &["--worktree"]).status(0);
}

#[test]
fn a_large_file_stored_as_a_pointer_counts_as_its_pointer() {
    let repository =
        Repository::with(&[("a.py", ""), (".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")]);
    for (name, words) in [("clean", "clean -- %f"), ("smudge", "smudge -- %f"), ("process", "filter-process")] {
        repository.git(&["config", &format!("filter.lfs.{name}"), &format!("no-such-git-lfs {words}")]);
    }
    repository.git(&["config", "filter.lfs.required", "true"]);
    repository.hook("--format concise");
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 2097152\n";
    repository.write("pointer", pointer);
    let blob = repository.git(&["hash-object", "-w", "--no-filters", "pointer"]);
    std::fs::remove_file(repository.path().join("pointer")).expect("a file less");
    repository.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{},a.bin", blob.trim())]);
    passes(&commit(&repository, &[]));
    repository.write("a.bin", vec![1; 2 << 20]);
    repository.ssot(&["check", "--worktree"]).status(0);
}

#[test]
fn sizes_and_lines_are_those_of_the_blob_where_line_endings_are_converted() {
    let converted = [("core.autocrlf", "true", "*.md text\n"), ("core.eol", "lf", "*.txt text eol=crlf\n")];
    for (setting, value, attributes) in converted {
        let repository = Repository::with(&[("ssot.toml", SMALL), (".gitattributes", attributes)]);
        repository.git(&["config", setting, value]);
        repository.hook("--format concise");
        // 20 bytes in git, 22 on disk.
        repository.write("a.txt", "nine ch.\r\nand nine\r\n\r\n");
        repository.git(&["add", "a.txt"]);
        passes(&commit(&repository, &[]));
        assert_eq!(repository.git(&["cat-file", "-s", "HEAD:a.txt"]), "19\n");
        for words in [&["--staged"][..], &["--rev", "HEAD"], &["--worktree"]] {
            assert_eq!(repository.findings(words), [] as [&str; 0], "{setting} {words:?}");
        }
        // Another time, the same content: git calls it clean.
        set_modified(&repository, "a.txt", SystemTime::now() - Duration::from_secs(60));
        assert_eq!(repository.findings(&["--worktree"]), [] as [&str; 0], "{setting}");
        assert_eq!(repository.git(&["status", "--porcelain"]), "");
    }
}

#[test]
fn a_blob_with_crlf_counts_each_byte_and_each_line_once() {
    let policy = "version = 1\n[max-file-size]\nlimits = [{ files = \"**/*.txt\", bytes = \"22 B\", lines = 3 }]\n";
    let repository = Repository::with(&[("ssot.toml", policy)]);
    repository.hook("--format concise");
    repository.write("a.txt", "nine ch.\r\nand nine\r\n\r\n");
    repository.git(&["add", "a.txt"]);
    passes(&commit(&repository, &[]));
    repository.write("a.txt", "nine ch.\r\nand nine\r\n\r\nx");
    let said = git_in(repository.path(), &["commit", "--quiet", "--all", "--message", "change"]);
    refused(&said, &["a.txt:1:1: max-file-size/too-many-bytes", "a.txt:4:1: max-file-size/too-many-lines"]);
}

#[test]
fn comparing_with_what_was_runs_no_filter() {
    let repository = filtered();
    repository.git(&["mv", "a.txt", "b.txt"]);
    repository.write("b.txt", "this line is in the work tree alone\nstored\nmore\n");
    let before = repository.git(&["rev-parse", "HEAD"]);
    for words in [&["--new-only"][..], &["--since", before.trim()], &["--staged", "--new-only"]] {
        check(&repository, words).status(0);
    }
}
