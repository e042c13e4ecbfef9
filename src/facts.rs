//! What is known of one file from its bytes alone: plain data, without a path and without a policy.

use serde::{Deserialize, Serialize};

use crate::finding::Span;

/// The facts of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Physical lines: each ends with LF, CRLF or a lone CR; a last one without an end counts.
    pub lines: u32,
    /// Whether it holds a NUL among its first 8,000 bytes, which is how git tells binary content.
    pub binary: bool,
    pub allows: Vec<AllowComment>,
}

/// `# ssot: allow(rule, until=2026-12-31) reason`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowComment {
    /// The comment, from its marker to the end of the line.
    pub span: Span,
    /// The rules that it names; empty where it is malformed.
    pub rules: Vec<String>,
    /// What is written after `until=`.
    pub until: Option<String>,
    pub reason: String,
    /// The lines whose findings it lets through, the last included.
    pub lines: (u32, u32),
    /// Whether only blank and comment lines stand above it: then it speaks for the file as a whole.
    pub heads_file: bool,
}
