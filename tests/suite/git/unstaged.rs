//! What is staged is judged; where the file on disk is another, that is said, for a `git add` may be all that is missing.

use super::{LONG, SHORT, limited};
use crate::repository::Repository;

/// The notes of a check of what is staged, which finds something.
#[track_caller]
fn notes(repository: &Repository, words: &[&str]) -> Vec<String> {
    let run = repository.ssot(&[&["check", "--format", "json"], words].concat()).status(1);
    let notes = run.json()["notes"].clone();
    notes.as_array().expect("notes").iter().map(|note| note.as_str().expect("a text").to_owned()).collect()
}

#[test]
fn a_file_that_was_changed_since_is_named() {
    let repository = limited();
    repository.write("a.py", LONG);
    repository.git(&["add", "a.py"]);
    assert_eq!(notes(&repository, &["--staged"]), [""; 0], "it is on disk as it is staged");
    repository.write("a.py", SHORT);
    let note = "a.py was changed since it was staged: where that mends it, `git add a.py`";
    assert_eq!(notes(&repository, &["--staged"]), [note]);
    std::fs::remove_file(repository.path().join("a.py")).expect("it goes");
    assert_eq!(notes(&repository, &["--staged"]), [note], "to delete it may mend it too");
    repository.write("a.py", LONG);
    assert_eq!(notes(&repository, &["--staged"]), [""; 0], "only the time of the file is another");
}

#[test]
fn several_are_named_as_a_shell_takes_them_and_many_are_counted() {
    let repository = limited();
    for count in [2, 7] {
        for number in 0..count {
            repository.write(&format!("it's {number}.py"), LONG);
        }
        repository.git(&["add", "."]);
        for number in 0..count {
            repository.write(&format!("it's {number}.py"), SHORT);
        }
        let expected = match count {
            2 => {
                r"it's 0.py, it's 1.py were changed since they were staged: where that mends them, `git add 'it'\''s 0.py' 'it'\''s 1.py'`"
            }
            _ => "7 of these files were changed since they were staged: where that mends them, `git add --update`",
        };
        assert_eq!(notes(&repository, &["--staged"]), [expected]);
    }
}

#[test]
fn files_without_findings_and_other_snapshots_are_no_matter() {
    let repository = limited();
    repository.write("b.py", LONG);
    repository.git(&["add", "b.py"]);
    repository.write("a.py", "other = 1\n");
    assert_eq!(notes(&repository, &["--staged"]), [""; 0]);
    repository.write("b.py", LONG.to_owned() + "fourth = 4\n");
    assert_eq!(notes(&repository, &["--worktree"]), [""; 0]);
}

#[cfg(unix)]
#[test]
fn what_goes_through_a_filter_is_not_compared_and_no_filter_runs() {
    let repository = limited();
    repository.write(".gitattributes", "*.py filter=mark\n");
    repository.write("a.py", LONG);
    repository.git(&["add", "."]);
    repository.git(&["config", "filter.mark.clean", "touch ran; cat"]);
    repository.write("a.py", SHORT);
    assert_eq!(notes(&repository, &["--staged"]), [""; 0]);
    assert!(!repository.path().join("ran").exists());
}
