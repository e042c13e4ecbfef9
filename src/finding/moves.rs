//! What is written elsewhere now: plain data, which a rule says and of which a language makes edits.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::finding::Span;

/// How a finding can be ended by a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Repair {
    /// By these moves in the file of the finding.
    Moves(Vec<Move>),
    /// By deleting the file, where nothing imports it.
    Delete,
}

/// One name, use or string that is to be written otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Move {
    /// What is imported at `span` (the name with its alias) is `name` of `module`; the module itself where there
    /// is no name, `*` for all. `module` may start with dots.
    Import {
        span: Span,
        module: String,
        name: Option<String>,
        /// Whether others take the name from this file, so that it must stay bound here.
        keep: bool,
    },
    /// The dotted use at `span`, its last `rest` parts aside, is `name` of `module`, to be imported from there.
    Use { span: Span, module: String, name: String, rest: usize },
    /// The text between quotes at `span` becomes `content`.
    Text { span: Span, content: String },
}

impl Move {
    /// The whole name that is written.
    pub fn writes(&self) -> String {
        match self {
            Self::Import { module, name: Some(name), .. } | Self::Use { module, name, .. } => {
                format!("{module}.{name}")
            }
            Self::Import { module: whole, name: None, .. } | Self::Text { content: whole, .. } => whole.clone(),
        }
    }

    pub fn span(&self) -> Span {
        match self {
            Self::Import { span, .. } | Self::Use { span, .. } | Self::Text { span, .. } => *span,
        }
    }
}

/// What a language makes of moves in one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rewriting {
    /// By their places; none overlaps another.
    pub edits: Vec<Replacement>,
    /// The moves, by their numbers, that cannot be made without a person, and why.
    pub refused: Vec<(usize, String)>,
}

/// One replacement in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// In bytes.
    pub range: Range<usize>,
    pub content: String,
    /// The moves, by their numbers, that ask for it.
    pub causes: Vec<usize>,
}

impl Rewriting {
    /// The text after all edits.
    pub fn apply(&self, text: &str) -> String {
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for edit in &self.edits {
            out.push_str(text.get(at..edit.range.start).unwrap_or_default());
            out.push_str(&edit.content);
            at = edit.range.end;
        }
        out + text.get(at..).unwrap_or_default()
    }
}
