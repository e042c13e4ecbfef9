//! What comments say: allows, with the statement each stands at, and that a program wrote the file.

use ruff_python_ast::token::{Token, TokenKind, Tokens};
use ruff_text_size::Ranged;

use super::body::is_layout;
use super::places::Places;
use crate::facts::AllowComment;
use crate::lang::{allow_comment, generated};

/// Whether a comment above the first statement says that a program wrote the file, or its docstring.
pub fn say_generated(tokens: &Tokens, places: &Places) -> bool {
    let text = |token: &Token| places.slice(token.range());
    let head = tokens.iter().take_while(|token| is_layout(token.kind()));
    let first = tokens.iter().find(|token| !is_layout(token.kind()));
    head.filter(|token| token.kind() == TokenKind::Comment).any(|token| generated::says_so(text(token).as_bytes()))
        || first.is_some_and(|token| {
            token.kind() == TokenKind::String && generated::docstring_says_so(text(token).as_bytes())
        })
}

/// One logical line: a simple statement, or the head of a compound one.
struct Logical {
    first: u32,
    last: u32,
    decorator: bool,
    /// The last line of what a decorator decorates, else of the statement itself.
    whole: u32,
}

pub fn allows(tokens: &Tokens, places: &Places) -> Vec<AllowComment> {
    if memchr::memmem::find(places.text.as_bytes(), b"ssot:").is_none() {
        return Vec::new();
    }
    let comments: Vec<_> = tokens
        .iter()
        .filter(|token| token.kind() == TokenKind::Comment && places.slice(token.range()).contains("ssot:"))
        .collect();
    if comments.is_empty() {
        return Vec::new();
    }
    let logical = logical_lines(tokens, places);
    let allow = |token: &&Token| {
        let text = places.slice(token.range());
        let line = places.line(token.start());
        let heads_file = logical.first().is_none_or(|first| line < first.first);
        allow_comment::parse(
            text.trim_start_matches('#'),
            places.span(token.range()),
            reach(&logical, line),
            heads_file,
        )
    };
    comments.iter().filter_map(allow).collect()
}

/// The lines of the statement that a comment on `line` stands in or above.
fn reach(logical: &[Logical], line: u32) -> (u32, u32) {
    let next = logical.partition_point(|statement| statement.last < line);
    match logical.get(next) {
        None => (line, line),
        Some(statement) if statement.first <= line && !statement.decorator => (statement.first, statement.last),
        // Above a statement, or at a decorator: down to what is decorated.
        Some(statement) => (line.min(statement.first), statement.whole),
    }
}

fn logical_lines(tokens: &Tokens, places: &Places) -> Vec<Logical> {
    let (mut lines, mut open): (Vec<Logical>, Option<Logical>) = (Vec::new(), None);
    for token in tokens.iter() {
        match token.kind() {
            TokenKind::Comment | TokenKind::NonLogicalNewline | TokenKind::Indent | TokenKind::Dedent => {}
            TokenKind::Newline => {
                if let Some(mut line) = open.take() {
                    line.last = places.line(token.start());
                    lines.push(line);
                }
            }
            kind => {
                open.get_or_insert_with(|| {
                    let first = places.line(token.start());
                    Logical { first, last: first, decorator: kind == TokenKind::At, whole: first }
                });
            }
        }
    }
    lines.extend(open);
    // From the end: each decorator takes over what the one below it found.
    let mut decorated = None;
    for line in lines.iter_mut().rev() {
        line.whole = decorated.filter(|_| line.decorator).unwrap_or(line.last);
        decorated = if line.decorator { decorated } else { Some(line.last) };
    }
    lines
}
