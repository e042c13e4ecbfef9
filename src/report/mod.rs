//! Findings as text or data, one file per format. A report reads; it never judges.

pub mod concise;
pub mod frame;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod markdown;
pub mod parity;
pub mod sarif;
pub mod statistics;
pub mod text;

use rustc_hash::FxHashMap;

use crate::engine::Verdict;
use crate::finding::{Level, Span};
use crate::path::RepoPath;
use crate::policy::PolicyFile;
use crate::policy::day::Day;
use crate::source::Snapshot;

/// What a report is made from.
pub struct Outcome {
    /// None where it could not be taken.
    pub snapshot: Option<Snapshot>,
    pub policy: PolicyFile,
    pub today: Day,
    pub verdict: Verdict,
    /// Why there is no verdict, or not a whole one.
    pub troubles: Vec<Trouble>,
    /// Whether the exit status is 0 in spite of findings.
    pub exit_zero: bool,
    /// The texts that frames quote.
    pub texts: FxHashMap<RepoPath, String>,
    /// Seconds from start to end.
    pub seconds: f64,
}

/// A reason why there is no verdict.
#[derive(Clone, Debug)]
pub struct Trouble {
    pub kind: TroubleKind,
    pub place: Option<(RepoPath, Span)>,
    pub message: String,
    /// What to do; empty where the message says it.
    pub help: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TroubleKind {
    Policy,
    Git,
    Io,
}

impl TroubleKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Git => "git",
            Self::Io => "io",
        }
    }
}

impl Outcome {
    /// What is said where there is no verdict.
    pub fn refused(policy: PolicyFile, troubles: Vec<Trouble>) -> Self {
        Self {
            snapshot: None,
            policy,
            today: Day::today(),
            verdict: Verdict::default(),
            troubles,
            exit_zero: false,
            texts: FxHashMap::default(),
            seconds: 0.0,
        }
    }

    /// 2 where there is no verdict, 1 where an error stands, else 0.
    pub fn exit_status(&self) -> u8 {
        match (self.troubles.is_empty(), self.verdict.count(Level::Error)) {
            (false, _) => 2,
            (true, 0) => 0,
            (true, _) => u8::from(!self.exit_zero),
        }
    }
}

/// How paths are shown: relative to the folder where the tool was started, so that they can be clicked.
#[derive(Clone, Debug, Default)]
pub struct Here {
    /// The current folder, from the root; empty at the root.
    pub folder: Vec<u8>,
}

impl Here {
    /// A policy that was named may lie outside the repository, with an absolute path.
    pub fn show(&self, path: &RepoPath) -> String {
        if path.as_bytes().starts_with(b"/") {
            return path.to_string();
        }
        let mut folder = self.folder.as_slice();
        let mut up = String::new();
        while !path.is_under(folder) {
            up.push_str("../");
            folder = memchr::memrchr(b'/', folder).map_or(b"", |slash| &folder[..slash]);
        }
        let rest = path.as_bytes().get(folder.len()..).unwrap_or_default();
        let shown = crate::path::printable(rest.strip_prefix(b"/").unwrap_or(rest));
        // At the start of a line, `::error …` and `##[…]` are commands to the logs of some CI services.
        let command = ["::", "##"].iter().any(|start| shown.trim_start().starts_with(start));
        if up.is_empty() && command {
            up.push_str("./");
        }
        up + &shown
    }
}

/// Text for a log in which no `##[…]` is a command: older CI services, and GitHub to this day, take it for one
/// anywhere in a line.
pub fn without_commands(text: &str) -> String {
    text.replace("##[", "##\\[")
}

/// `2 errors`, `1 warning`.
pub fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::Here;

    #[test]
    fn paths_from_here() {
        let shown = |folder: &str, path: &str| Here { folder: folder.as_bytes().to_vec() }.show(&path.into());
        assert_eq!(shown("", "a/b.py"), "a/b.py");
        assert_eq!(shown("a", "a/b.py"), "b.py");
        assert_eq!(shown("a/c", "a/b.py"), "../b.py");
        assert_eq!(shown("x/y", "a/b.py"), "../../a/b.py");
        assert_eq!(shown("aa", "a/b.py"), "../a/b.py");
        assert_eq!(shown("a", "../b.toml"), "../../b.toml");
        assert_eq!(shown("a", "/b.toml"), "/b.toml");
        assert_eq!(shown("", "::error ::x"), "./::error ::x");
        assert_eq!(shown("a", "a/ ##[group]x"), "./ ##[group]x");
    }
}
