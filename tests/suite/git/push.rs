//! A push: the commit that is pushed is judged, whatever is staged meanwhile.

use super::{LONG, SHORT, TWO_LINES, limited, passes, refused, run};
use crate::repository::{Repository, Run, binary, script};

/// What the pre-commit framework tells a hook of a push.
const HOOK: &str = "#!/bin/sh
while read local_ref local_sha remote_ref remote_sha; do
  case $local_sha$remote_sha in
    *[!0]*) ;;
    *) continue ;;
  esac
  export PRE_COMMIT_LOCAL_BRANCH=$local_ref PRE_COMMIT_REMOTE_BRANCH=$remote_ref
  case $remote_sha in
    *[!0]*) export PRE_COMMIT_FROM_REF=$remote_sha PRE_COMMIT_TO_REF=$local_sha ;;
  esac
  SSOT check --staged --format concise >&2 || exit 1
done
";

/// A repository whose pushes are judged, and where it pushes to.
fn pushing() -> (Repository, Repository) {
    let remote = Repository::without_git();
    remote.git(&["init", "--quiet", "--bare"]);
    let repository = Repository::with(&[("ssot.toml", TWO_LINES), ("a.py", SHORT)]);
    repository.git(&["remote", "add", "origin", &remote.path().to_string_lossy()]);
    let hook = HOOK.replace("SSOT", &format!("'{}'", binary("ssot").display()));
    script(&repository.path().join(".git/hooks/pre-push"), &hook);
    (repository, remote)
}

fn push(repository: &Repository, words: &[&str]) -> Run {
    repository.try_git(&[&["push", "--quiet", "origin"], words].concat())
}

#[test]
fn the_pushed_commit_is_judged_while_something_bad_is_staged() {
    let (repository, _remote) = pushing();
    passes(&push(&repository, &["main"]));
    repository.write("b.py", SHORT);
    repository.commit_all("a good commit");
    repository.write("a.py", LONG);
    repository.git(&["add", "a.py"]);
    let said = push(&repository, &["main"]);
    passes(&said);
    let head = repository.git(&["rev-parse", "HEAD"]);
    assert_eq!(said.stderr, format!("note: judging what is pushed, {head}"));
}

#[test]
fn a_bad_pushed_commit_is_refused_though_it_is_mended_in_the_index() {
    let (repository, _remote) = pushing();
    passes(&push(&repository, &["main"]));
    repository.write("a.py", LONG);
    repository.commit_all("a long file");
    repository.write("a.py", SHORT);
    repository.git(&["add", "a.py"]);
    refused(&push(&repository, &["main"]), &["a.py:3:1: max-file-size/too-many-lines"]);
}

#[test]
fn a_first_push_judges_the_branch_that_it_names() {
    let (repository, _remote) = pushing();
    repository.git(&["checkout", "--quiet", "-b", "other"]);
    repository.write("a.py", LONG);
    repository.commit_all("a long file");
    repository.git(&["checkout", "--quiet", "main"]);
    refused(&push(&repository, &["other"]), &["a.py:3:1: max-file-size/too-many-lines"]);
    refused(&push(&repository, &["other~0:refs/heads/new"]), &["a.py:3:1: max-file-size/too-many-lines"]);

    repository.write("a_old.py", "");
    repository.git(&["add", "a_old.py"]);
    passes(&push(&repository, &["main"]));
    passes(&push(&repository, &["HEAD:refs/heads/again"]));
}

#[test]
fn a_push_that_deletes_a_branch_is_clean() {
    let (repository, remote) = pushing();
    passes(&push(&repository, &["main", "main:doomed"]));
    repository.write("a.py", LONG);
    repository.git(&["add", "a.py"]);
    let said = push(&repository, &["--delete", "doomed"]);
    passes(&said);
    assert!(said.stderr.contains("note: the push deletes a branch: nothing to judge\n"), "{}", said.stderr);
    assert_eq!(remote.git(&["branch", "--format=%(refname:short)"]), "main\n");

    for (name, value) in [("PRE_COMMIT_TO_REF", "0".repeat(40)), ("PRE_COMMIT_TO_REF", "0".repeat(64))] {
        let mut check = repository.command("ssot");
        run(check.args(["check", "--staged"]).env(name, value)).status(0);
    }
}

#[test]
fn a_snapshot_that_is_asked_for_by_name_wins_over_what_is_pushed() {
    let repository = limited();
    repository.write("a.py", LONG);
    repository.commit_all("a long file");
    let old = repository.git(&["rev-parse", "HEAD~1"]);
    let check = |words: &[&str]| -> Run {
        let mut check = repository.command("ssot");
        run(check.args(["check"]).args(words).env("PRE_COMMIT_TO_REF", old.trim()))
    };
    check(&["--staged"]).status(0);
    check(&["--rev", "HEAD"]).status(1);
    check(&["--worktree"]).status(1);
}

#[test]
fn a_pushed_commit_that_is_not_here_is_no_verdict() {
    let repository = limited();
    for value in ["1".repeat(40), "nowhere".to_owned(), "-x".to_owned()] {
        let mut check = repository.command("ssot");
        run(check.args(["check", "--staged"]).env("PRE_COMMIT_TO_REF", value)).status(2);
    }
}
