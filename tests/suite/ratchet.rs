//! What stood is accepted, and what is new is not.

mod commands;
mod history;
mod new_only;

use crate::repository::{Repository, Run};

/// A concept that only `clock.py` may use, and a limit of ten lines.
pub const POLICY: &str = "\
version = 1

[max-file-size]
limits = [{ files = \"history/**\", lines = 10 }]

[concept.clock]
home = \"history.clock\"
wraps = [\"time.time\"]
";

/// Breaks the concept once.
pub const BROKEN: &str = "import time\n\n\ndef now():\n    return time.time()\n";

/// Does not.
pub const MENDED: &str = "import history.clock\n\n\ndef now():\n    return history.clock.now()\n";

/// `rule path` of every finding, with a `!` where it is an error.
pub fn told(run: &Run) -> Vec<String> {
    let verdict = run.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let tell = |found: &serde_json::Value| {
        let mark = if text(&found["level"]) == "error" { "!" } else { "" };
        format!("{mark}{} {}", text(&found["rule"]), text(&found["path"]))
    };
    assert_eq!(verdict["errors"].as_array().map(Vec::len), Some(0), "{}", run.stdout);
    verdict["findings"].as_array().expect("findings").iter().map(tell).collect()
}

/// What is told of what is staged.
pub fn staged(repository: &Repository, words: &[&str]) -> Vec<String> {
    repository.git(&["add", "--all"]);
    told(&repository.ssot(&[&["check", "--staged", "--format", "json"], words].concat()))
}
