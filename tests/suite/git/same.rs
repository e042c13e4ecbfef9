//! The same bytes out, whatever the threads, the cache, and the language of whoever asks.

use super::{LONG, SHORT, TWO_LINES};
use crate::repository::Repository;

const FILES: usize = 600;

/// Enough files, in enough folders, for several threads and several calls of git.
fn large() -> Repository {
    let repository = Repository::new();
    repository.write("ssot.toml", TWO_LINES);
    for number in 0..FILES {
        let text = if number % 3 == 0 { LONG } else { SHORT };
        repository.write(&format!("folder{}/a{number}.py", number % 7), format!("{text}# {number}\n"));
    }
    for number in 0..40 {
        repository.write(&format!("folder{}/a{number}_old.py", number % 7), "");
    }
    repository.commit_all("many files");
    repository.write("folder0/untracked.py", LONG);
    repository
}

#[test]
fn threads_cache_and_locale_make_no_difference() {
    let repository = large();
    for words in [&["--staged"][..], &["--rev", "HEAD"], &["--worktree"]] {
        let uncached = repository.verdict(&[words, &["--no-cache"]].concat(), &[("RAYON_NUM_THREADS", "1")]);
        assert!(uncached.lines().count() > FILES);
        let _ = std::fs::remove_dir_all(repository.path().join(".git/ssot"));
        for (environment, how) in [
            (&[("RAYON_NUM_THREADS", "7")][..], "cold, many threads"),
            (&[("RAYON_NUM_THREADS", "1")], "warm, one thread"),
            (&[("RAYON_NUM_THREADS", "7")], "warm, many threads"),
            (&[("LC_ALL", "tr_TR.UTF-8"), ("LANGUAGE", "de"), ("TZ", "Asia/Kathmandu")], "another locale"),
            (&[("LC_ALL", "C"), ("COLUMNS", "40")], "no locale"),
        ] {
            assert_eq!(repository.verdict(words, environment), uncached, "{words:?} {how}");
        }
    }
}

#[test]
fn text_too_is_the_same_cold_and_warm() {
    let repository = large();
    for format in ["text", "concise"] {
        let _ = std::fs::remove_dir_all(repository.path().join(".git/ssot"));
        let [cold, warm] = [(); 2].map(|()| repository.ssot(&["check", "--staged", "--format", format]).status(1));
        assert_eq!((cold.stdout, cold.stderr), (warm.stdout, warm.stderr));
    }
}
