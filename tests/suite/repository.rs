//! A temporary git repository with pinned settings, and the binaries run in it.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Where cargo put the binary of that name.
pub fn binary(name: &str) -> PathBuf {
    let ssot = PathBuf::from(env!("CARGO_BIN_EXE_ssot"));
    ssot.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// What a process said, and how it ended.
#[derive(Debug)]
pub struct Run {
    /// The exit status; none where a signal ended it.
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Run {
    /// Fails the test unless the process ended with `status`.
    #[track_caller]
    pub fn status(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }
}

/// A command in a folder, away from the configuration and the environment of whoever runs the tests.
pub fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if ["GIT_", "PREK", "PRE_COMMIT", "SKIP", "SSOT"].iter().any(|start| name.starts_with(start)) {
            command.env_remove(&*name);
        }
    }
    command.current_dir(folder).envs([
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "A"),
        ("GIT_AUTHOR_EMAIL", "a@example.com"),
        ("GIT_COMMITTER_NAME", "A"),
        ("GIT_COMMITTER_EMAIL", "a@example.com"),
        ("NO_COLOR", "1"),
    ]);
    command
}

/// Writes a program. Another process does it: a file that this one has open for writing stays busy in what a
/// test beside this one has just started, and what is busy cannot be run.
pub fn script(path: &Path, text: &str) {
    let mut shell = Command::new("sh")
        .args(["-c", r#"mkdir -p "$(dirname "$0")" && cat >"$0" && chmod +x "$0""#])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .expect("sh starts");
    shell.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("sh reads");
    assert!(shell.wait().expect("sh ends").success(), "{} is not written", path.display());
}

/// A repository that is gone with the value.
pub struct Repository {
    folder: TempDir,
}

impl Repository {
    /// An empty repository on the branch `main`.
    pub fn new() -> Self {
        let repository = Self::without_git();
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    /// A plain folder.
    pub fn without_git() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A repository with these files, committed.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let repository = Self::new();
        for (path, text) in files {
            repository.write(path, text);
        }
        repository.commit_all("start");
        repository
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, with the folders above it.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder above")).expect("folders");
        std::fs::write(path, content).expect("a file");
    }

    /// Runs git, which must succeed; returns what it printed.
    #[track_caller]
    pub fn git(&self, words: &[&str]) -> String {
        let run: Run = command("git", self.path()).args(words).output().expect("git starts").into();
        run.status(0).stdout
    }

    /// Runs git, whatever comes of it.
    pub fn try_git(&self, words: &[&str]) -> Run {
        command("git", self.path()).args(words).output().expect("git starts").into()
    }

    #[track_caller]
    pub fn commit_all(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--no-verify", "--message", message]);
    }

    /// `ssot` in the repository's top folder.
    pub fn ssot(&self, words: &[&str]) -> Run {
        self.command("ssot").args(words).output().expect("ssot starts").into()
    }

    /// One of the binaries, to be given arguments and environment.
    pub fn command(&self, name: &str) -> Command {
        command(binary(name), self.path())
    }

    /// `hook/rule path` of every finding, from the JSON verdict.
    #[track_caller]
    pub fn findings(&self, words: &[&str]) -> Vec<String> {
        findings(&self.ssot(&[&["check", "--format", "json"], words].concat()))
    }

    /// The JSON verdict of `ssot check` as it was printed, but for the time that it took.
    #[track_caller]
    pub fn verdict(&self, words: &[&str], environment: &[(&str, &str)]) -> String {
        let mut check = self.command("ssot");
        check.args(["check", "--format", "json"]).args(words).envs(environment.iter().copied());
        let said: Run = check.output().expect("ssot starts").into();
        let time = "    \"seconds\": ";
        let (before, after) = said.stdout.split_once(time).unwrap_or_else(|| panic!("no time: {said:?}"));
        let end = after.find('\n').expect("more lines");
        format!("{before}{time}0{}", &after[end..])
    }

    /// Makes every `git commit` run `ssot check --staged` with these further words.
    pub fn hook(&self, words: &str) {
        let hook = format!("#!/bin/sh\nexec '{}' check --staged {words}\n", binary("ssot").display());
        for name in ["pre-commit", "pre-merge-commit"] {
            script(&self.path().join(format!(".git/hooks/{name}")), &hook);
        }
    }
}

/// `hook/rule path` of every finding of a JSON verdict.
#[track_caller]
pub fn findings(run: &Run) -> Vec<String> {
    let verdict = run.json();
    let found = verdict["findings"].as_array().expect("findings");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    found
        .iter()
        .map(|found| format!("{}/{} {}", text(&found["hook"]), text(&found["rule"]), text(&found["path"])))
        .collect()
}
