//! Runs of the binaries within bounds of memory and time, on a repository that must stay as it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, SystemTime};

use crate::repository::{Repository, Run, binary, command};

/// What one process may allocate, in KiB: rules run beside each other, each with a text of a megabyte. The system enforces
/// it on Linux; elsewhere it may be no limit.
pub const MEMORY: u32 = 400 << 10;

/// After this a run hangs: the slowest row takes 30 s by design.
const PATIENCE: Duration = Duration::from_secs(300);

/// `ssot` with these words, bounded; a test may add to its environment.
pub fn ssot(folder: &Path, memory: u32, words: &[&str]) -> Command {
    shell(folder, &format!("ulimit -d {memory}; exec \"$0\" \"$@\""), words)
}

/// A shell script in which `"$0" "$@"` is `ssot` with these words.
pub fn shell(folder: &Path, script: &str, words: &[&str]) -> Command {
    let mut shell = command("/bin/sh", folder);
    // Each thread has its stack: the bound must not hang on the machine.
    shell.args(["-c", script]).arg(binary("ssot")).args(words).env("RAYON_NUM_THREADS", "2");
    shell
}

/// Runs to the end, which must come, and without a panic.
#[track_caller]
pub fn finish(mut command: Command) -> Run {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let id = child.id();
    let (send, output) = channel();
    thread::spawn(move || send.send(child.wait_with_output()));
    let Ok(output) = output.recv_timeout(PATIENCE) else {
        let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        panic!("it hangs: {command:?}");
    };
    let run: Run = output.expect("its output").into();
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

/// Runs `ssot` with these words in the repository, in which nothing but the cache may change.
#[track_caller]
pub fn judge(repository: &Repository, words: &[&str]) -> Run {
    judge_by(repository, ssot(repository.path(), MEMORY, words))
}

#[track_caller]
pub fn judge_by(repository: &Repository, command: Command) -> Run {
    let before = state(repository.path());
    let run = finish(command);
    assert_eq!(state(repository.path()), before, "something was written");
    run
}

/// All that lies in a folder but the cache: path, size, time of change.
fn state(folder: &Path) -> BTreeMap<PathBuf, Option<(u64, SystemTime)>> {
    let (mut found, mut open) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (path, metadata) = (entry.path(), entry.metadata().expect("what lies there"));
            if path.ends_with(".git/ssot") {
                continue;
            }
            let file = (!metadata.is_dir()).then(|| (metadata.len(), metadata.modified().expect("its time")));
            if metadata.is_dir() {
                open.push(path.clone());
            }
            found.insert(path, file);
        }
    }
    found
}
