//! Disks that are full, and readers that are gone.

use super::bounded::{finish, judge_by, shell};
use crate::repository::{Repository, Run};

/// More findings than any pipe holds.
fn many() -> Repository {
    let repository = Repository::new();
    for number in 0..3000 {
        repository.write(&format!("a/file-with-a-longer-name-{number}.bak"), "");
    }
    repository.commit_all("start");
    repository
}

#[track_caller]
fn run(repository: &Repository, script: &str, words: &[&str]) -> Run {
    judge_by(repository, shell(repository.path(), script, words))
}

const FORMATS: [&[&str]; 5] = [
    &["check", "--format", "text"],
    &["check", "--format", "concise"],
    &["check", "--format", "json"],
    &["check", "--format", "github"],
    &["check", "--statistics"],
];

#[cfg(target_os = "linux")]
#[test]
fn a_verdict_that_cannot_be_written_is_no_verdict() {
    let repository = many();
    let others: [&[&str]; 6] = [
        &["rules"],
        &["policy"],
        &["explain"],
        &["explain", "legacy-name"],
        &["schema", "policy"],
        &["schema", "verdict"],
    ];
    for words in FORMATS.into_iter().chain(others) {
        let run = run(&repository, "exec \"$0\" \"$@\" >/dev/full", words).status(2);
        assert!(run.stderr.contains("error: standard output: No space left on device"), "{words:?}: {}", run.stderr);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_standard_error_does_not_take_changes_nothing() {
    let repository = many();
    run(&repository, "exec \"$0\" \"$@\" 2>/dev/full", &["check", "--verbose"]).status(1);
    run(&repository, "exec \"$0\" \"$@\" 2>/dev/full", &["check", "--rev", "nowhere"]).status(2);
}

#[test]
fn a_closed_stream_changes_no_verdict() {
    let repository = many();
    for words in FORMATS {
        for (script, stream) in [
            ("exec \"$0\" \"$@\" >&-", ">&-"),
            ("exec \"$0\" \"$@\" 2>&-", "2>&-"),
            ("exec \"$0\" \"$@\" <&- >&- 2>&-", "all"),
        ] {
            let run = run(&repository, script, words).status(1);
            assert_eq!(run.stdout.is_empty(), stream != "2>&-", "{words:?} {stream}");
        }
    }
    run(&repository, "exec \"$0\" \"$@\" >&- 2>&-", &["check", "--rev", "nowhere"]).status(2);
}

#[test]
fn a_reader_that_leaves_early_is_no_trouble() {
    let repository = many();
    for words in FORMATS {
        let script = "{ \"$0\" \"$@\"; echo \"status $?\" >&2; } | head -1";
        let run = run(&repository, script, words).status(0);
        assert_eq!(run.stderr.lines().last(), Some("status 1"), "{words:?}: {}", run.stderr);
        assert!(!run.stderr.contains("error"), "{words:?}: {}", run.stderr);
        assert_eq!(run.stdout.lines().count(), 1, "{words:?}");
    }
    run(&repository, "\"$0\" \"$@\" 2>&1 >/dev/null | true", &["check", "--verbose"]).status(0);
}

#[test]
fn a_cache_that_finds_no_room_is_a_note() {
    let repository = many();
    let whole = run(&repository, "exec \"$0\" \"$@\"", &["check", "--no-cache", "--format", "concise"]).status(1);
    // A limit on the size of files stands for a full disk; the signal that comes with it is no part of that.
    let full = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";
    let narrow = run(&repository, full, &["check", "--format", "concise"]).status(1);
    assert_eq!(narrow.stdout, whole.stdout);
    assert!(narrow.stderr.starts_with("note: the cache could not be written and is off: "), "{}", narrow.stderr);
    let left = std::fs::read_dir(repository.path().join(".git/ssot")).into_iter().flatten().count();
    assert_eq!(left, 0, "a part of a cache is left behind");
}

#[test]
fn a_folder_that_is_gone_is_refused() {
    let folder = Repository::without_git();
    let run = finish(shell(folder.path(), "mkdir x && cd x && rmdir ../x && exec \"$0\" \"$@\"", &["check"])).status(2);
    assert!(run.stderr.starts_with("error[io]: the current folder: "), "{}", run.stderr);
}
