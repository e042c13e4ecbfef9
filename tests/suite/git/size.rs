//! Large files, in the ways in which they get past a hook that looks at names and at the disk.

use super::{SHORT, commit, passes, refused};
use crate::repository::Repository;

const BIG: usize = 2 << 20;

fn judged() -> Repository {
    let repository = Repository::with(&[("a.py", SHORT), ("grows.bin", "small")]);
    repository.hook("--hook max-file-size --format concise");
    repository
}

#[test]
fn a_large_file_whose_name_is_not_ascii_is_refused() {
    let repository = judged();
    repository.write("bïg.bin", vec![0; BIG]);
    repository.git(&["add", "bïg.bin"]);
    let line = "bïg.bin:1:1: max-file-size/too-many-bytes: `bïg.bin` has 2 MiB, over the limit of 500 KiB";
    refused(&commit(&repository, &[]), &[line]);
}

#[test]
fn a_file_that_grows_past_the_limit_is_refused() {
    let repository = judged();
    repository.write("grows.bin", vec![0; 500 << 10]);
    passes(&commit(&repository, &["--all"]));
    repository.write("grows.bin", vec![0; (500 << 10) + 1]);
    let line = "`grows.bin` has 512001 bytes, over the limit of 512000 bytes";
    refused(&commit(&repository, &["--all"]), &["grows.bin:1:1: max-file-size/too-many-bytes", line]);
}

#[test]
fn a_large_file_that_is_renamed_is_refused() {
    let repository = Repository::new();
    repository.write("old.bin", vec![0; BIG]);
    repository.commit_all("a large file");
    repository.hook("--hook max-file-size --format concise");
    repository.git(&["mv", "old.bin", "new.bin"]);
    let said = commit(&repository, &[]);
    refused(&said, &["new.bin:1:1: max-file-size/too-many-bytes"]);
    assert!(!said.stderr.contains("old.bin"), "{}", said.stderr);
}

#[test]
fn a_large_file_that_is_truncated_on_disk_after_staging_is_refused() {
    let repository = judged();
    repository.write("grows.bin", vec![0; BIG]);
    repository.git(&["add", "grows.bin"]);
    repository.write("grows.bin", "");
    refused(&commit(&repository, &[]), &["grows.bin:1:1: max-file-size/too-many-bytes"]);
    assert_eq!(repository.findings(&["--worktree"]), [] as [&str; 0]);
}

#[test]
fn a_large_file_on_disk_that_is_small_where_it_is_staged_passes() {
    let repository = judged();
    repository.write("grows.bin", "other");
    repository.git(&["add", "grows.bin"]);
    repository.write("grows.bin", vec![0; BIG]);
    passes(&commit(&repository, &[]));
    assert_eq!(repository.findings(&["--worktree"]), ["max-file-size/too-many-bytes grows.bin"]);
}
