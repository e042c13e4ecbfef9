//! What the suite says: plain data that every report reads and no report judges.

use serde::{Deserialize, Serialize};

use crate::path::RepoPath;

/// How much a finding weighs. Only errors decide the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Warning,
    Error,
}

/// A place in a text. Lines and columns start at 1; columns count Unicode code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// From a place up to, and without, another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub start: Position,
    pub end: Position,
}

impl Span {
    /// The span of a finding about a file as a whole.
    pub const FILE: Self = Self::point(1, 1);

    pub const fn point(line: u32, column: u32) -> Self {
        let at = Position { line, column };
        Self { start: at, end: at }
    }

    /// The span of the bytes `range` of `text`; what lies outside the text is cut.
    pub fn of(text: &str, range: std::ops::Range<usize>) -> Self {
        let start = Position::of(text, range.start);
        Self { start, end: Position::of(text, range.end).max(start) }
    }
}

impl Position {
    /// The place of the byte `offset` of `text`.
    pub fn of(text: &str, offset: usize) -> Self {
        let before = &text.as_bytes()[..offset.min(text.len())];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let line = memchr::memchr_iter(b'\n', before).count() as u32 + 1;
        let column = String::from_utf8_lossy(&before[line_start..]).chars().count() as u32 + 1;
        Self { line, column }
    }
}

/// A span in a named file: the line of the policy that a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Site {
    pub path: RepoPath,
    pub span: Span,
}

/// A second place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Related {
    pub path: RepoPath,
    pub span: Span,
    pub message: String,
}

/// How surely a fix keeps the meaning of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    Safe,
    Unsafe,
}

/// One replacement in one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Edit {
    pub path: RepoPath,
    pub span: Span,
    pub content: String,
}

/// The edits that end a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fix {
    pub applicability: Applicability,
    pub edits: Vec<Edit>,
}

/// One thing that is wrong, where, by which rule and line of the policy, and how to end it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub hook: &'static str,
    pub rule: &'static str,
    pub level: Level,
    pub path: RepoPath,
    pub span: Span,
    /// What the finding is about: the part of its identity that is not its place.
    pub subject: String,
    pub message: String,
    /// The one edit or command that ends it.
    pub help: String,
    /// The concept, or the contract, of the policy that asks for it.
    pub concept: Option<String>,
    pub contract: Option<String>,
    pub owner: Option<String>,
    pub url: Option<String>,
    pub policy: Option<Site>,
    pub related: Vec<Related>,
    pub fix: Option<Fix>,
    /// The identity, hashed; see [`fingerprint`]. Empty until the engine has sorted all findings.
    pub fingerprint: String,
}

/// The identity of a finding: hook and rule, path, subject, and its number among equals, never a line.
/// Returns 32 hexadecimal digits, the first half of a BLAKE3 hash.
pub fn fingerprint(hook: &str, rule: &str, path: &RepoPath, subject: &str, ordinal: u32) -> String {
    let mut hash = blake3::Hasher::new();
    for part in [hook.as_bytes(), rule.as_bytes(), path.as_bytes(), subject.as_bytes()] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(&ordinal.to_le_bytes());
    hash.finalize().to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_code_points() {
        let text = "a\nbïg = 1\n";
        assert_eq!(Position::of(text, 0), Position { line: 1, column: 1 });
        assert_eq!(Position::of(text, 6), Position { line: 2, column: 4 });
        assert_eq!(Position::of(text, 999), Position { line: 3, column: 1 });
    }

    #[test]
    fn identity_has_no_ambiguous_joints() {
        let path = RepoPath::from("a");
        assert_ne!(fingerprint("ab", "c", &path, "d", 0), fingerprint("a", "bc", &path, "d", 0));
        assert_ne!(fingerprint("a", "b", &path, "d", 0), fingerprint("a", "b", &path, "d", 1));
    }
}
