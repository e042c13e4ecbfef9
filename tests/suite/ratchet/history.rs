//! A history of commits over a baseline, with the verdict of each.

use std::path::Path;

use super::{BROKEN, MENDED, POLICY, staged};
use crate::repository::{Repository, command};

const STALE: &str = "stale-baseline .ssot-baseline";

/// The made files, each with what the baseline will accept.
fn made(repository: &Repository) {
    repository.write("history/__init__.py", "");
    repository.write("history/clock.py", "import time\n\n\ndef now():\n    return time.time()\n");
    for name in ["a", "b", "c", "d", "e", "f", "p", "q", "r", "s"] {
        repository.write(&format!("history/{name}.py"), BROKEN.replace("now", &format!("now_{name}")));
    }
    repository.write("history/big.py", lines(12));
}

fn lines(count: usize) -> String {
    (0..count).map(|number| format!("x{number} = {number}\n")).collect()
}

struct History {
    repository: Repository,
    commits: usize,
}

impl History {
    /// Judges what `edit` does and commits it.
    fn step(&mut self, edit: impl Fn(&Repository), expected: &[&str]) {
        edit(&self.repository);
        assert_eq!(staged(&self.repository, &[]), expected, "commit {}", self.commits + 1);
        self.repository.git(&["commit", "--quiet", "--no-verify", "--allow-empty", "--message", "step"]);
        self.commits += 1;
    }

    /// Judges what `edit` does, commits it, and takes it back with another commit.
    fn refused(&mut self, edit: impl Fn(&Repository), expected: &[&str]) {
        self.step(edit, expected);
        assert!(expected.iter().any(|told| told.starts_with('!')), "nothing stops this");
        self.step(|repository| drop(repository.git(&["revert", "--no-commit", "HEAD"])), &[]);
        let _ = self.repository.try_git(&["revert", "--quit"]);
    }

    /// Judges what `edit` does and commits it, then updates the baseline, which ends what was told.
    fn mended(&mut self, edit: impl Fn(&Repository), expected: &[&str]) {
        self.step(edit, expected);
        self.step(update, &[]);
    }
}

fn update(repository: &Repository) {
    repository.ssot(&["baseline", "update"]).status(0);
}

fn rename(repository: &Repository, old: &str, new: &str) {
    let folder = repository.path().join(new);
    std::fs::create_dir_all(folder.parent().expect("a folder")).expect("a folder");
    std::fs::rename(repository.path().join(old), repository.path().join(new)).expect("a rename");
}

/// The files of the folder that `SSOT_HISTORY` names, else few.
fn start() -> Repository {
    let repository = Repository::without_git();
    let mut limits = String::new();
    if let Some(folder) = std::env::var_os("SSOT_HISTORY") {
        let source = Path::new(&folder).join(".");
        let copied = command("cp", repository.path()).arg("-r").arg(source).arg(".").status().expect("cp starts");
        assert!(copied.success());
        // With the history that it is given here alone.
        let _ = std::fs::remove_dir_all(repository.path().join(".git"));
        limits.push_str("  { files = \"**/*.py\", lines = 500, function-lines = 100 },\n");
    }
    repository.git(&["init", "--quiet", "--initial-branch=main"]);
    let own = "  { files = \"history/**\", lines = 10, function-lines = \"off\" },\n";
    made(&repository);
    let limited =
        POLICY.replace("limits = [{ files = \"history/**\", lines = 10 }]", &format!("limits = [\n{limits}{own}]"));
    repository.write("ssot.toml", limited);
    repository
}

#[test]
fn thirty_commits() {
    let repository = start();
    let started = std::time::Instant::now();
    let said = repository.ssot(&["baseline", "create"]).status(0).stdout;
    let size = std::fs::metadata(repository.path().join(".ssot-baseline")).expect("a baseline").len();
    println!("{said}{size} bytes, {:.2} s", started.elapsed().as_secs_f64());
    let mut history = History { repository, commits: 0 };
    // Green from the first commit on.
    history.step(|_| {}, &[]);
    // One is mended: nobody is stopped, and the line goes with the next update.
    history.mended(|repository| repository.write("history/a.py", MENDED), &[STALE]);
    // One mended, one new: not the same.
    history.refused(
        |repository| {
            repository.write("history/b.py", MENDED.replace("now", "now_b"));
            repository.write("history/n.py", BROKEN.replace("now", "now_n"));
        },
        &[STALE, "!wrapped-import history/n.py"],
    );
    // A file with an entry is renamed, first as it is, then with an edit beside what was found.
    history.mended(|repository| rename(repository, "history/c.py", "history/moved/c.py"), &[STALE]);
    history.mended(
        |repository| {
            rename(repository, "history/d.py", "history/moved/d.py");
            repository.write("history/moved/d.py", format!("# moved\n{}", BROKEN.replace("now", "now_d")));
        },
        &[STALE],
    );
    // Only the case of a name changes.
    history.mended(|repository| rename(repository, "history/e.py", "history/E.py"), &[STALE]);
    // An oversize file grows by a line; shrinks; may not grow back; falls below its limit; may not rise over it.
    let big = |count: usize| move |repository: &Repository| repository.write("history/big.py", lines(count));
    history.refused(big(13), &["!oversize-growth history/big.py"]);
    history.mended(big(11), &[STALE]);
    history.refused(big(12), &["!oversize-growth history/big.py"]);
    history.mended(big(10), &[STALE]);
    history.refused(big(11), &["!too-many-lines history/big.py"]);
    // A second violation, equal to a known one: both are shown.
    history.refused(
        |repository| repository.write("history/f.py", format!("{BROKEN}\n\ndef then():\n    return time.time()\n")),
        &["!wrapped-import history/f.py", "!wrapped-import history/f.py"],
    );
    // Its line changes, and moves down: the same finding.
    history.step(
        |repository| repository.write("history/f.py", "import time\n\nSTART = 1\n\n\nNOW = time.time() + START\n"),
        &[],
    );
    // A copy is new, and the only one that is told.
    history.refused(
        |repository| repository.write("history/g.py", "import time\n\nSTART = 1\n\n\nNOW = time.time() + START\n"),
        &["!wrapped-import history/g.py"],
    );
    // A file is deleted.
    history.mended(|repository| std::fs::remove_file(repository.path().join("history/E.py")).expect("gone"), &[STALE]);
    two_branches_that_each_mended_something(&mut history);
    assert!(history.commits >= 30, "{}", history.commits);
}

/// Each took a line out, next to each other or not: the merge has neither conflict nor stale line.
fn two_branches_that_each_mended_something(history: &mut History) {
    history.repository.git(&["checkout", "--quiet", "-b", "side"]);
    history.mended(|repository| repository.write("history/p.py", MENDED.replace("now", "now_p")), &[STALE]);
    history.repository.git(&["checkout", "--quiet", "main"]);
    history.mended(|repository| repository.write("history/q.py", MENDED.replace("now", "now_q")), &[STALE]);
    history.repository.git(&["merge", "--quiet", "--no-verify", "--no-edit", "side"]);
    history.commits += 1;
    // Where the lines stood side by side, both sides keep what the other took out, and an update ends it.
    let told = staged(&history.repository, &[]);
    assert!(told.iter().all(|told| told == STALE), "{told:?}");
    history.step(update, &[]);
}
