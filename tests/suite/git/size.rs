//! Large files, in the ways in which they get past a hook that looks at names and at the disk.

#[cfg(unix)]
use super::path_without;
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

#[test]
fn a_large_file_that_is_staged_without_its_file_is_refused() {
    let repository = judged();
    repository.write("large.bin", vec![0; BIG]);
    let blob = repository.git(&["hash-object", "-w", "large.bin"]);
    std::fs::remove_file(repository.path().join("large.bin")).expect("a file less");
    repository.git(&["update-index", "--cacheinfo", &format!("100644,{},grows.bin", blob.trim())]);
    refused(&commit(&repository, &[]), &["grows.bin:1:1: max-file-size/too-many-bytes"]);
}

#[test]
fn a_small_file_of_which_a_filter_stores_much_is_refused() {
    let repository = judged();
    repository.git(&["config", "filter.wide.clean", &format!("head -c {BIG} /dev/zero")]);
    repository.write(".gitattributes", "*.bin filter=wide\n");
    repository.write("grows.bin", "other");
    repository.git(&["add", "grows.bin"]);
    refused(&commit(&repository, &[]), &["grows.bin:1:1: max-file-size/too-many-bytes"]);
}

#[test]
fn a_file_in_an_encoding_that_takes_less_room_is_refused_by_what_is_stored() {
    let policy = "version = 1\n[max-file-size]\nlimits = [{ files = \"**/*.txt\", bytes = \"20 B\" }]\n";
    let repository =
        Repository::with(&[("ssot.toml", policy), (".gitattributes", "*.txt working-tree-encoding=SHIFT-JIS\n")]);
    repository.hook("--format concise");
    // Katakana of one byte each, and three in UTF-8.
    repository.write("a.txt", [0xb1; 9]);
    repository.git(&["add", "a.txt"]);
    assert_eq!(repository.git(&["cat-file", "-s", ":a.txt"]), "27\n");
    refused(&commit(&repository, &[]), &["a.txt:1:1: max-file-size/too-many-bytes"]);
}

#[cfg(unix)]
#[test]
fn git_is_not_asked_for_sizes_that_the_index_tells_to_be_small() {
    let repository = Repository::with(&[("a.txt", "small"), ("empty.txt", "")]);
    let (path, _bin) = path_without("cat-file");
    for kind in ["--staged", "--worktree"] {
        let mut check = repository.command("ssot");
        check.args(["check", kind, "--no-cache", "--hook", "max-file-size"]);
        check.env("PATH", &path);
        assert_eq!(check.output().expect("ssot starts").status.code(), Some(0), "{kind}");
    }
}
