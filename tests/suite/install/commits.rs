//! The commits that the installed hooks stop, and those that they let pass.

use super::*;

#[test]
fn a_good_commit_passes_and_a_bad_one_is_stopped() {
    let repository = installed();
    repository.write("b.py", GOOD);
    repository.git(&["add", "b.py"]);
    passes(repository.path(), &["commit", "-m", "good"]);
    repository.write("b.py", BAD);
    repository.git(&["add", "b.py"]);
    stopped(repository.path(), &["commit", "-m", "bad"]);
}

#[test]
fn only_what_is_staged_counts() {
    let repository = installed();
    repository.write("b.py", GOOD);
    repository.git(&["add", "b.py"]);
    repository.write("b.py", BAD);
    passes(repository.path(), &["commit", "-m", "the bad part is not staged"]);
    repository.git(&["add", "b.py"]);
    repository.write("b.py", GOOD);
    stopped(repository.path(), &["commit", "-m", "mended on disk alone"]);
}

#[test]
fn commit_all_is_judged_with_the_index_that_it_makes() {
    let repository = installed();
    repository.write("a.py", BAD);
    stopped(repository.path(), &["commit", "-a", "-m", "bad"]);
    repository.write("a.py", "a = 2\n");
    passes(repository.path(), &["commit", "-a", "-m", "good"]);
}

#[test]
fn commit_of_a_path_is_judged_without_what_else_is_staged() {
    let repository = installed();
    repository.write("bad.py", BAD);
    repository.git(&["add", "bad.py"]);
    repository.write("a.py", "a = 2\n");
    passes(repository.path(), &["commit", "-m", "good", "a.py"]);
    stopped(repository.path(), &["commit", "-m", "bad", "bad.py"]);
}

#[test]
fn a_commit_from_a_subfolder_is_judged_whole() {
    let repository = installed();
    repository.write("sub/inner/c.py", GOOD);
    repository.write("b.py", BAD);
    repository.git(&["add", "."]);
    stopped(&repository.path().join("sub/inner"), &["commit", "-m", "bad"]);
    repository.git(&["rm", "-q", "-f", "b.py"]);
    passes(&repository.path().join("sub/inner"), &["commit", "-m", "good"]);
}

#[test]
fn an_amend_and_a_deletion_are_judged() {
    let repository = installed();
    repository.write("b.py", BAD);
    repository.commit_all("past the hook");
    stopped(repository.path(), &["commit", "--amend", "-m", "again"]);
    repository.git(&["rm", "-q", "a.py"]);
    stopped(repository.path(), &["commit", "-m", "only a deletion"]);
    repository.git(&["rm", "-q", "b.py"]);
    passes(repository.path(), &["commit", "-m", "the bad one goes too"]);
}

#[test]
fn an_automatic_merge_is_stopped_and_so_is_the_commit_that_would_conclude_it() {
    let repository = installed();
    repository.git(&["switch", "-q", "-c", "side"]);
    repository.write("bad.py", BAD);
    repository.commit_all("past the hook");
    repository.git(&["switch", "-q", "main"]);
    repository.write("a.py", "a = 2\n");
    passes(repository.path(), &["commit", "-a", "-m", "apart"]);
    stopped(repository.path(), &["merge", "--no-edit", "side"]);
    stopped(repository.path(), &["commit", "--no-edit"]);
    repository.write("bad.py", GOOD);
    repository.git(&["add", "bad.py"]);
    passes(repository.path(), &["commit", "--no-edit"]);
}

#[test]
fn a_good_merge_passes() {
    let repository = installed();
    repository.git(&["switch", "-q", "-c", "side"]);
    repository.write("b.py", GOOD);
    repository.git(&["add", "b.py"]);
    passes(repository.path(), &["commit", "-m", "side"]);
    repository.git(&["switch", "-q", "main"]);
    repository.write("a.py", "a = 2\n");
    passes(repository.path(), &["commit", "-a", "-m", "apart"]);
    passes(repository.path(), &["merge", "--no-edit", "side"]);
}

#[test]
fn the_first_commit_of_a_repository_is_judged() {
    let repository = Repository::new();
    repository.ssot(&["install"]).status(0);
    repository.write(POLICY.0, POLICY.1);
    repository.write("a.py", BAD);
    repository.git(&["add", "."]);
    let run = repository.try_git(&["commit", "-m", "first"]).status(1);
    assert!(run.stderr.contains("max-file-size/too-many-lines"), "{}", run.stderr);
    repository.write("a.py", GOOD);
    repository.git(&["add", "."]);
    repository.git(&["commit", "-m", "first"]);
}

#[test]
fn a_policy_that_cannot_be_read_stops_the_commit() {
    let repository = installed();
    repository.write(POLICY.0, "version = 99\n");
    repository.git(&["add", "."]);
    let before = head(repository.path());
    let run = repository.try_git(&["commit", "-m", "no verdict"]).status(1);
    assert!(run.stderr.contains("error[policy]"), "{}", run.stderr);
    assert_eq!(head(repository.path()), before);
}
