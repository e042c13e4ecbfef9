//! Entries that are no plain files: links, programs, submodules.

use super::{LONG, SHORT, commit, git_in, limited, passes, refused, ssot_in};
use crate::repository::{Repository, binary, findings, script};

#[cfg(unix)]
#[test]
fn a_file_that_becomes_a_link_is_judged_by_its_name_and_not_followed() {
    let repository = limited();
    repository.write("long.txt", LONG);
    std::fs::remove_file(repository.path().join("a.py")).expect("a.py goes");
    std::os::unix::fs::symlink("long.txt", repository.path().join("a.py")).expect("a link");
    repository.git(&["add", "--all"]);
    passes(&commit(&repository, &[]));
    assert_eq!(repository.findings(&["--worktree"]), [] as [&str; 0]);

    std::os::unix::fs::symlink("nowhere", repository.path().join("a_old.py")).expect("a link");
    repository.git(&["add", "--all"]);
    refused(&commit(&repository, &[]), &["a_old.py:1:1: no-legacy-files/legacy-name"]);
}

#[cfg(unix)]
#[test]
fn a_link_that_becomes_a_file_is_judged_by_its_content() {
    let repository = Repository::with(&[("ssot.toml", super::TWO_LINES)]);
    repository.hook("--format concise");
    std::os::unix::fs::symlink("nowhere", repository.path().join("a.py")).expect("a link");
    repository.git(&["add", "a.py"]);
    passes(&commit(&repository, &[]));
    std::fs::remove_file(repository.path().join("a.py")).expect("the link goes");
    repository.write("a.py", LONG);
    assert_eq!(repository.findings(&["--worktree"]), ["max-file-size/too-many-lines a.py"]);
    repository.git(&["add", "a.py"]);
    refused(&commit(&repository, &[]), &["a.py:3:1: max-file-size/too-many-lines"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_becomes_a_link_is_not_followed() {
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(elsewhere.path().join("b.py"), LONG).expect("a long file");
    let repository = limited();
    repository.write("sub/b.py", SHORT);
    repository.commit_all("a folder");
    std::fs::remove_dir_all(repository.path().join("sub")).expect("the folder goes");
    std::os::unix::fs::symlink(elsewhere.path(), repository.path().join("sub")).expect("a link");
    assert_eq!(repository.findings(&["--worktree"]), [] as [&str; 0]);
    passes(&commit(&repository, &["--all"]));
}

#[cfg(unix)]
#[test]
fn a_policy_that_is_a_link_is_refused() {
    let repository = Repository::with(&[("real.toml", "version = 1\n")]);
    repository.hook("");
    std::os::unix::fs::symlink("real.toml", repository.path().join("ssot.toml")).expect("a link");
    repository.git(&["add", "ssot.toml"]);
    refused(&commit(&repository, &[]), &["a link is never followed"]);
    repository.ssot(&["check", "--staged"]).status(2);
}

#[cfg(unix)]
#[test]
fn attributes_that_are_a_link_are_passed_over() {
    let repository = Repository::with(&[("big.txt", &"x".repeat(600 << 10))]);
    repository.hook("--format concise");
    // The link's target, taken for attributes, would call every file generated.
    std::os::unix::fs::symlink("* linguist-generated", repository.path().join(".gitattributes")).expect("a link");
    repository.git(&["add", ".gitattributes"]);
    refused(&commit(&repository, &[]), &["big.txt:1:1: max-file-size/too-many-bytes"]);
}

#[test]
fn a_file_that_becomes_a_program_is_judged_as_before() {
    let repository = limited();
    repository.git(&["update-index", "--chmod=+x", "a.py"]);
    passes(&commit(&repository, &[]));
    repository.write("a.py", LONG);
    repository.git(&["add", "a.py"]);
    repository.git(&["update-index", "--chmod=+x", "a.py"]);
    refused(&commit(&repository, &[]), &["a.py:3:1: max-file-size/too-many-lines"]);
}

#[test]
fn a_submodule_is_judged_by_its_name_alone() {
    let inner = Repository::with(&[("inner_old.py", LONG), ("inner.py", "")]);
    let url = format!("file://{}", inner.path().display());
    let repository = limited();
    let add = ["-c", "protocol.file.allow=always", "submodule", "add", "--quiet", &url];
    repository.git(&[&add[..], &["lib.py"]].concat());
    passes(&commit(&repository, &[]));
    assert_eq!(repository.findings(&["--worktree"]), [] as [&str; 0]);

    repository.write("lib.py/more_old.py", LONG);
    assert_eq!(repository.findings(&["--worktree"]), [] as [&str; 0], "what lies in it is another repository's");

    repository.git(&[&add[..], &["copies/lib.py.bak"]].concat());
    refused(&commit(&repository, &[]), &["copies/lib.py.bak:1:1: no-legacy-files/legacy-name"]);
}

#[test]
fn a_submodule_named_as_attributes_is_not_read() {
    let repository = limited();
    let head = repository.git(&["rev-parse", "HEAD"]);
    let entry = format!("160000,{},sub/.gitattributes", head.trim());
    repository.git(&["update-index", "--add", "--cacheinfo", &entry]);
    passes(&commit(&repository, &[]));
}

#[test]
fn a_commit_in_a_submodule_is_judged_by_its_own_policy() {
    let inner = Repository::with(&[("ssot.toml", super::TWO_LINES), ("a.py", SHORT), ("sub/b.txt", "")]);
    let url = format!("file://{}", inner.path().display());
    let repository = Repository::with(&[("b.py", LONG)]);
    repository.git(&["-c", "protocol.file.allow=always", "submodule", "add", "--quiet", &url, "lib"]);
    repository.commit_all("a submodule");
    let hook = format!("#!/bin/sh\nexec '{}' check --staged --format concise\n", binary("ssot").display());
    script(&repository.path().join(".git/modules/lib/hooks/pre-commit"), &hook);

    let lib = repository.path().join("lib");
    std::fs::write(lib.join("a.py"), LONG).expect("a long file");
    let said = git_in(&lib.join("sub"), &["commit", "--quiet", "--all", "--message", "change"]);
    refused(&said, &["a.py:3:1: max-file-size/too-many-lines"]);
    assert_eq!(
        findings(&ssot_in(&lib.join("sub"), &["check", "--format", "json"])),
        ["max-file-size/too-many-lines a.py"]
    );
    std::fs::write(lib.join("a.py"), "short = 2\n").expect("a short file");
    passes(&git_in(&lib.join("sub"), &["commit", "--quiet", "--all", "--message", "change"]));
    assert!(repository.path().join(".git/modules/lib/ssot").is_dir(), "the cache lies with the submodule's git folder");
}

#[test]
fn what_took_the_place_of_something_of_another_kind_is_judged_before_it_is_staged() {
    let inner = Repository::with(&[("a.py", SHORT)]);
    let url = format!("file://{}", inner.path().display());
    let repository = limited();
    let add = ["-c", "protocol.file.allow=always", "submodule", "add", "--quiet", &url];
    repository.git(&[&add[..], &["lib.py"]].concat());
    repository.write("thing.d", SHORT);
    repository.commit_all("a submodule and a file");
    std::fs::remove_dir_all(repository.path().join("lib.py")).expect("the submodule goes");
    assert_eq!(repository.findings(&["--worktree"]), [] as [&str; 0], "one that is not there is judged by its name");
    repository.write("lib.py", LONG);
    assert_eq!(repository.findings(&["--worktree"]), ["max-file-size/too-many-lines lib.py"]);

    repository.write("ssot.toml", "version = 1\n[no-legacy-files]\nforbidden = [\"/thing.d\"]\n");
    std::fs::remove_file(repository.path().join("thing.d")).expect("the file goes");
    assert_eq!(repository.findings(&["--worktree"]), [] as [&str; 0]);
    let place = repository.path().join("thing.d").display().to_string();
    repository.git(&["clone", "--quiet", &url, &place]);
    assert_eq!(repository.findings(&["--worktree"]), ["no-legacy-files/forbidden-file thing.d"]);
}
