//! What is left as it is, with the reason.

use super::{POLICY, USER, moved, read};
use crate::repository::Repository;

/// Nothing of these files is written, and the reason is said.
#[track_caller]
fn is_left(repository: &Repository, path: &str, why: &str) {
    let before = std::fs::read(repository.path().join(path)).expect("a file");
    for words in [&["fix"][..], &["fix", "--diff"]] {
        let run = repository.ssot(words).status(1);
        let said = run.stdout.clone() + &run.stderr;
        assert!(
            said.lines().any(|line| line.starts_with("left ") && line.contains(path) && line.ends_with(why)),
            "{said}"
        );
    }
    assert_eq!(std::fs::read(repository.path().join(path)).expect("a file"), before);
}

#[test]
fn a_file_that_is_partly_staged() {
    let repository = moved(&[("app/a.py", "x = 1\n"), ("app/b.py", USER)]);
    repository.write("app/a.py", USER);
    repository.git(&["add", "app/a.py"]);
    repository.write("app/a.py", USER.to_owned() + "x = 2\n");
    is_left(&repository, "app/a.py", "it is partly staged: commit or unstage it first");
    assert_eq!(read(&repository, "app/b.py"), "from app.new import Manager\nprint(Manager)\n", "the other is mended");
    repository.git(&["add", "app/a.py"]);
    repository.ssot(&["fix"]).status(0);
    assert_eq!(repository.git(&["status", "--porcelain", "app/a.py"]), "MM app/a.py\n");
}

#[test]
fn a_file_that_is_only_meant_to_be_added_is_mended() {
    let repository = moved(&[]);
    repository.write("app/a.py", USER);
    repository.git(&["add", "--intent-to-add", "app/a.py"]);
    repository.ssot(&["fix"]).status(0);
    assert_eq!(read(&repository, "app/a.py"), "from app.new import Manager\nprint(Manager)\n");
    assert_eq!(repository.git(&["status", "--porcelain", "app/a.py"]), " A app/a.py\n");
}

#[test]
fn a_file_that_is_not_on_disk_as_it_was_judged() {
    let repository = moved(&[("app/a.py", USER), (".gitattributes", "a.py filter=mark\n")]);
    repository.git(&["config", "filter.mark.smudge", "sed 's/^print/# marked\\nprint/'"]);
    repository.git(&["config", "filter.mark.clean", "sed '/^# marked$/d'"]);
    std::fs::remove_file(repository.path().join("app/a.py")).expect("it goes");
    repository.git(&["checkout", "app/a.py"]);
    assert!(read(&repository, "app/a.py").contains("# marked\n"), "the filter runs");
    let why = "it is not on disk as it was judged: it changed meanwhile, or a filter of git's changes it";
    is_left(&repository, "app/a.py", why);
}

#[test]
fn a_file_that_is_not_utf_8() {
    let repository = moved(&[]);
    repository.write("app/a.py", b"# coding: latin-1\n# \xe4\nfrom app.old import Manager\n");
    is_left(&repository, "app/a.py", "it is not UTF-8");
}

#[test]
fn a_file_with_a_syntax_error() {
    let repository = moved(&[("app/a.py", "from app.old import Manager\nx = (\n")]);
    is_left(&repository, "app/a.py", "the file has a syntax error");
}

#[cfg(unix)]
#[test]
fn a_file_that_became_a_link_is_no_file() {
    let repository = moved(&[("app/a.py", USER), ("app/b.py", USER)]);
    std::fs::remove_file(repository.path().join("app/a.py")).expect("it goes");
    std::os::unix::fs::symlink("b.py", repository.path().join("app/a.py")).expect("a link");
    repository.ssot(&["fix"]).status(0);
    assert_eq!(std::fs::read_link(repository.path().join("app/a.py")).expect("a link").to_str(), Some("b.py"));
}

#[test]
fn an_edit_that_would_break_the_file() {
    // Of test code the policy is not asked whether a name is there.
    let policy = POLICY.to_owned() + "\"app.gone:Thing\" = \"tests.things:Thing\"\n";
    let user = "import app.gone as g\nfrom app.gone import Thing\n";
    let repository = moved(&[("app/a.py", user), ("app/b.py", USER), ("tests/things.py", "")]);
    repository.write("ssot.toml", policy);
    let before = read(&repository, "app/a.py");
    let run = repository.ssot(&["fix"]);
    assert_eq!(read(&repository, "app/a.py"), before, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("left     app/a.py:") && run.stdout.contains("it would break: "), "{}", run.stdout);
    assert_eq!(read(&repository, "app/b.py"), "from app.new import Manager\nprint(Manager)\n", "the other is mended");
}

#[test]
fn what_cannot_be_judged() {
    let repository = moved(&[("app/a.py", USER)]);
    repository.write("ssot.toml", POLICY.to_owned() + "colour = 1\n");
    let run = repository.ssot(&["fix"]).status(2);
    assert!(run.stderr.contains("colour"), "{}", run.stderr);
    assert_eq!(read(&repository, "app/a.py"), USER);
    for words in [&["fix", "--rule", "same-name"][..], &["fix", "--staged"], &["fix", "nowhere"]] {
        repository.ssot(words).status(2);
    }
    let bare = Repository::without_git();
    bare.git(&["init", "--quiet", "--bare"]);
    assert!(bare.ssot(&["fix"]).status(2).stderr.contains("work tree"));
}

#[test]
fn one_string_of_several_that_would_lead_nowhere() {
    let tests = "from unittest.mock import patch\n\npatch(\"app.old.Manager\")\npatch(\"app.old.Nope\")\npatch(\"app.old.Manager.run\")\n";
    let repository = moved(&[("tests/test_a.py", tests)]);
    let run = repository.ssot(&["fix"]).status(1);
    assert!(run.stdout.contains("left     tests/test_a.py:4:8: legacy-import: it would break: "), "{}", run.stdout);
    assert!(run.stdout.ends_with("2 edits in 1 file; 2 of 3 findings mended\n"), "{}", run.stdout);
    let nope = "patch(\"app.old.Nope\")";
    assert_eq!(
        read(&repository, "tests/test_a.py"),
        tests.replace("app.old", "app.new").replace("patch(\"app.new.Nope\")", nope)
    );
}
