//! What the suite says: plain data that every report reads and no report judges.

pub mod moves;

use serde::{Deserialize, Serialize};

use crate::path::RepoPath;
use moves::Repair;

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
        Self { line: 1, column: 1 }.after(&text.as_bytes()[..offset.min(text.len())])
    }

    /// The place behind `bytes` of a UTF-8 text, which start at this one. A byte that continues a code point
    /// adds no column.
    fn after(self, bytes: &[u8]) -> Self {
        let code_points = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u32;
        match memchr::memrchr(b'\n', bytes) {
            None => Self { line: self.line, column: self.column + code_points(bytes) },
            Some(newline) => Self {
                line: self.line + memchr::memchr_iter(b'\n', bytes).count() as u32,
                column: 1 + code_points(&bytes[newline + 1..]),
            },
        }
    }
}

/// The places of one text, found without reading it from the start each time: a large policy has as many
/// places as entries.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The place of every [`STEP`]th byte.
    marks: Vec<Position>,
}

const STEP: usize = 1 << 10;

impl Places {
    pub fn of(text: &str) -> Self {
        let mut at = Position { line: 1, column: 1 };
        let mut marks = Vec::with_capacity(text.len() / STEP + 1);
        for chunk in text.as_bytes().chunks(STEP) {
            marks.push(at);
            at = at.after(chunk);
        }
        Self { marks }
    }

    /// The place of the byte `offset` of `text`, which must be the text that this was made of.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = offset.min(text.len());
        let number = (offset / STEP).min(self.marks.len().saturating_sub(1));
        let mark = self.marks.get(number).copied().unwrap_or(Position { line: 1, column: 1 });
        mark.after(text.as_bytes().get(number * STEP..offset).unwrap_or_default())
    }

    /// The span of the bytes `range` of `text`; what lies outside the text is cut.
    pub fn span(&self, text: &str, range: std::ops::Range<usize>) -> Span {
        let start = self.position(text, range.start);
        Span { start, end: self.position(text, range.end).max(start) }
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
    /// How a machine can end it, before a language made edits of it.
    pub repair: Option<Repair>,
    pub fix: Option<Fix>,
    /// Of copies, which is the one to keep, and which could be.
    pub choice: Option<Box<Choice>>,
    /// Whether it is about the file as a whole, wherever its span points.
    pub whole_file: bool,
    /// How much there is of what a limit is about: bytes or lines.
    pub size: Option<u64>,
    pub identity: Identity,
    /// The identity and the number among equals, hashed. Empty until the engine has sorted all findings.
    pub fingerprint: String,
}

/// Which of several copies a finding calls the one to keep: its first related place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub kept: Copied,
    /// Those that could be kept as well, the best first, with what the finding says then.
    pub others: Vec<Alternative>,
}

/// A place of copied code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    pub path: RepoPath,
    /// The definition that is copied, or that it is a part of, as its module calls it; empty where there is none.
    pub name: String,
}

/// What a finding says where another place is the one to keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    pub place: Copied,
    pub message: String,
    pub help: String,
}

/// What makes two findings the same one in two snapshots: never a line number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The hook of the rule's family, whichever hook reported it.
    pub hook: String,
    pub rule: String,
    pub path: RepoPath,
    pub subject: String,
}

impl Identity {
    /// The identity of one among equals, the first of which is 0.
    /// Returns 32 hexadecimal digits, the first half of a BLAKE3 hash.
    pub fn fingerprint(&self, ordinal: u32) -> String {
        let mut hash = blake3::Hasher::new();
        for part in [self.hook.as_bytes(), self.rule.as_bytes(), self.path.as_bytes(), self.subject.as_bytes()] {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.update(&ordinal.to_le_bytes());
        hash.finalize().to_hex()[..32].to_owned()
    }

    /// Whether it is about a file as such: then its subject goes where the file goes.
    pub fn is_of_file(&self) -> bool {
        self.subject == self.path.to_lossy()
    }

    /// Whether its subject is a hash of what it is about: then it is the same wherever that stands.
    pub fn is_of_content(&self) -> bool {
        self.rule == "clone"
    }

    /// The same at another path.
    pub fn moved_to(&self, path: &RepoPath) -> Self {
        let subject = if self.is_of_file() { path.to_lossy() } else { self.subject.clone() };
        Self { path: path.clone(), subject, ..self.clone() }
    }
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
    fn places_are_those_of_the_whole_text() {
        let text = "ä\n".repeat(500) + &"ö".repeat(3000) + "\nx";
        let places = Places::of(&text);
        for offset in (0..text.len() + 2).filter(|offset| offset % 7 == 0 || offset % STEP < 3) {
            assert_eq!(places.position(&text, offset), Position::of(&text, offset), "{offset}");
        }
        assert_eq!(Places::of("").position("", 5), Position { line: 1, column: 1 });
    }

    #[test]
    fn identity_has_no_ambiguous_joints() {
        let of = |hook: &str, rule: &str| Identity {
            hook: hook.to_owned(),
            rule: rule.to_owned(),
            path: "a".into(),
            subject: "d".to_owned(),
        };
        assert_ne!(of("ab", "c").fingerprint(0), of("a", "bc").fingerprint(0));
        assert_ne!(of("a", "b").fingerprint(0), of("a", "b").fingerprint(1));
    }
}
