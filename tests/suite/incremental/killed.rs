//! Killed while it writes what is kept between runs: what is left is right, and no more than it was.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime};

use crate::clones::mutate::Noise;
use crate::repository::Repository;

const FILES: usize = 40;
const KILLS: usize = 100;

const POLICY: &str = r#"version = 1

[concept.reading]
home = "package0.module0"
owns = ["def read_0"]

[contract.apart]
type = "independence"
modules = ["package1", "package2"]

[max-file-size]
limits = [{ files = "**/*.py", lines = 12 }]

[no-duplicate-concepts]
same-name = { kinds = ["def"], bodies = "any" }
similar-name = {}
clones = { mode = "near", min-tokens = 50, min-lines = 3 }
"#;

/// A module that imports another, with a function much like those of others.
fn module(number: usize, round: usize) -> String {
    let other = (number * 7 + 1) % FILES;
    format!(
        "from package{}.module{other} import read_{other}\n\n\ndef read_{number}(path, limit):\n    {}found = []\n    \
         with open(path) as lines:\n        for line in lines:\n            if line.startswith(\"#\") or len(line) > limit:\n                \
         continue\n            found.append(line.strip() + \"{round}\")\n    return sorted(found)[:limit] + read_{other}(path, {number})\n",
        other % 5,
        "limit = max(limit, 1)\n    ".repeat(round % 3),
    )
}

fn path(number: usize) -> String {
    format!("package{}/module{number}.py", number % 5)
}

/// The files that are kept, each with its size and when it was written.
fn kept(folder: &Path) -> BTreeMap<String, (u64, SystemTime)> {
    let Ok(listing) = std::fs::read_dir(folder) else { return BTreeMap::new() };
    let look = |file: std::io::Result<std::fs::DirEntry>| {
        let file = file.ok()?;
        let found = file.metadata().ok()?;
        Some((file.file_name().to_string_lossy().into_owned(), (found.len(), found.modified().ok()?)))
    };
    listing.filter_map(look).collect()
}

fn size(folder: &Path) -> u64 {
    kept(folder).values().map(|(size, _)| size).sum()
}

/// Runs a check and kills it: at a random moment, or as soon as what is kept changes. Says whether it was still
/// running, and had changed something.
fn kill(repository: &Repository, folder: &Path, usual: Duration, on_change: bool, noise: &mut Noise) -> (bool, bool) {
    let mut check = repository.command("ssot");
    check.args(["check", "--staged", "--format", "json"]).stdout(Stdio::null()).stderr(Stdio::null());
    let before = kept(folder);
    let mut child = check.spawn().expect("ssot starts");
    let share = u32::try_from(noise.below(1000)).expect("a small number");
    if on_change {
        while kept(folder) == before && child.try_wait().expect("a child").is_none() {}
        // Somewhere in what follows the first change.
        std::thread::sleep(Duration::from_micros(u64::from(share)));
    } else {
        std::thread::sleep(usual * share / 1000);
    }
    let was_running = child.try_wait().expect("a child").is_none();
    let _ = child.kill();
    child.wait().expect("it ended");
    (was_running, kept(folder) != before)
}

#[test]
fn whatever_a_killed_run_left_is_right_and_does_not_grow() {
    let repository = Repository::new();
    for number in 0..FILES {
        repository.write(&path(number), module(number, 0));
    }
    repository.write("ssot.toml", POLICY);
    repository.commit_all("start");
    let folder = repository.path().join(".git/ssot");
    let started = Instant::now();
    repository.verdict(&["--staged"], &[]);
    let usual = started.elapsed();
    let of_one = |name: &String| name.starts_with("whole-");
    let count = || kept(&folder).keys().filter(|name| !of_one(name)).count();
    let whole = (count(), size(&folder));
    let mut noise = Noise(2026);
    let (mut cut_short, mut writing) = (0, 0);
    for round in 1..=KILLS {
        // Now and then there is nothing yet.
        if round % 20 == 0 {
            std::fs::remove_dir_all(&folder).expect("what is kept");
        }
        for number in [noise.below(FILES), noise.below(FILES)] {
            repository.write(&path(number), module(number, round));
        }
        repository.git(&["add", "--all"]);
        let (was_running, had_written) = kill(&repository, &folder, usual, round % 2 == 0, &mut noise);
        cut_short += usize::from(was_running);
        writing += usize::from(was_running && had_written);
        let fresh = repository.verdict(&["--staged", "--no-cache"], &[]);
        assert_eq!(repository.verdict(&["--staged"], &[]), fresh, "kill {round}");
    }
    println!("{cut_short} of {KILLS} runs were cut short, {writing} of them after they had begun to write");
    assert!(cut_short > KILLS / 3 && writing > KILLS / 10, "{cut_short} and {writing} runs were cut short");

    // What a killed writer left goes once nobody can be writing it any more.
    let days_ago = SystemTime::now() - Duration::from_secs(2 * 24 * 60 * 60);
    for name in kept(&folder).keys() {
        let file = std::fs::OpenOptions::new().append(true).open(folder.join(name)).expect("a file");
        file.set_modified(days_ago).expect("another time");
    }
    repository.write(&path(0), module(0, KILLS + 1));
    repository.git(&["add", "--all"]);
    let fresh = repository.verdict(&["--staged", "--no-cache"], &[]);
    assert_eq!(repository.verdict(&["--staged"], &[]), fresh);
    let left = (count(), size(&folder));
    assert!(kept(&folder).keys().filter(|name| of_one(name)).count() <= 24, "{:?}", kept(&folder).keys());
    assert!(left.0 <= whole.0 && left.1 <= 4 * whole.1, "files and bytes were {whole:?} and are {left:?}");
}
