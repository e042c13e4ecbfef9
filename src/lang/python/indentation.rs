//! Tabs and spaces that Python cannot compare: the parser takes some of them, Python takes none.
//!
//! Source: CPython's `Parser/tokenizer`. A column is counted twice, with a tab up to the next multiple of eight and
//! with a tab as wide as a space; whether a line is indented more or less must not hang on which is meant.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::places::Places;

/// A tab as eight, and as one.
type Columns = (u32, u32);

/// The first indentation that Python refuses, and why; `tokens` are those of a text in which the parser found no error.
pub fn inconsistent(tokens: &Tokens, places: &Places) -> Option<(TextRange, &'static str)> {
    memchr::memchr(b'\t', places.text.as_bytes())?;
    let (mut stack, mut depth, mut start, mut in_line) = (Vec::new(), 0_usize, TextSize::default(), false);
    for token in tokens.iter() {
        match token.kind() {
            // Line breaks in brackets are not logical either, but there the line has begun.
            TokenKind::Newline | TokenKind::NonLogicalNewline => {
                in_line &= token.kind() != TokenKind::Newline;
                start = token.end();
            }
            TokenKind::Indent => depth += 1,
            TokenKind::Dedent => depth = depth.saturating_sub(1),
            TokenKind::Comment | TokenKind::EndOfFile => {}
            _ if in_line => {}
            _ => {
                in_line = true;
                let range = TextRange::new(start, token.start());
                let refused = enter(&mut stack, columns(places.slice(range)));
                // Behind a backslash the parser may see another block than Python does.
                if let Some(why) = refused.or((stack.len() != depth).then_some(MIXED)) {
                    return Some((range, why));
                }
            }
        }
    }
    None
}

fn columns(blanks: &str) -> Columns {
    let (mut columns, mut continued) = ((0, 0), None);
    for byte in blanks.bytes() {
        match byte {
            b' ' => columns = (columns.0 + 1, columns.1 + 1),
            b'\t' => columns = ((columns.0 / 8 + 1) * 8, columns.1 + 1),
            b'\x0c' => columns = (0, 0),
            // What stands before the first backslash counts, unless it is nothing; and that with a tab as eight.
            b'\\' if columns.0 > 0 => drop(continued.get_or_insert((columns.0, columns.0))),
            _ => {}
        }
    }
    continued.unwrap_or(columns)
}

/// Goes to the block of a line, unless it is refused; the module's own block is not in the stack.
fn enter(stack: &mut Vec<Columns>, line: Columns) -> Option<&'static str> {
    let top = |stack: &[Columns]| stack.last().copied().unwrap_or_default();
    if line.0 > top(stack).0 {
        let deeper = line.1 > top(stack).1;
        stack.push(line);
        return (!deeper).then_some(MIXED);
    }
    while line.0 < top(stack).0 {
        stack.pop();
    }
    match top(stack) {
        (column, _) if column != line.0 => Some("unindent does not match any outer indentation level"),
        (_, column) => (column != line.1).then_some(MIXED),
    }
}

const MIXED: &str = "inconsistent use of tabs and spaces in indentation";
