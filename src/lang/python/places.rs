//! Byte offsets to lines and columns.

use ruff_python_ast::Identifier;
use ruff_source_file::{LineIndex, OneIndexed};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::finding::{Position, Span};

pub struct Places<'t> {
    pub text: &'t str,
    index: LineIndex,
}

impl<'t> Places<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, index: LineIndex::from_source_text(text) }
    }

    pub fn slice(&self, range: TextRange) -> &'t str {
        self.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default()
    }

    pub fn line(&self, offset: TextSize) -> u32 {
        u32::try_from(self.index.line_index(offset).get()).unwrap_or(u32::MAX)
    }

    /// For lines of places that are asked for in the order of the text.
    pub fn in_order(&self) -> InOrder<'_> {
        InOrder { starts: self.index.line_starts(), at: 0 }
    }

    fn position(&self, offset: TextSize) -> Position {
        let at = self.index.line_column(offset, self.text);
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Position { line: number(at.line.get()), column: number(at.column.get()) }
    }

    pub fn span(&self, range: TextRange) -> Span {
        let end = TextSize::try_from(self.text.len()).unwrap_or(range.end()).min(range.end());
        let start = range.start().min(end);
        Span { start: self.position(start), end: self.position(end) }
    }

    /// Where a position is, in bytes; none behind the end of the text or of its line.
    pub fn offset(&self, at: Position) -> Option<TextSize> {
        let number = |number: u32| OneIndexed::new(number as usize);
        let (line, column) = (number(at.line)?, number(at.column)?);
        if line.to_zero_indexed() >= self.index.line_count() {
            return None;
        }
        let start = self.index.line_start(line, self.text);
        let rest = self.text.get(start.to_usize()..)?;
        let mut letters = rest.char_indices().map(|(offset, _)| offset).chain([rest.len()]);
        let offset = letters.nth(column.to_zero_indexed())?;
        Some(start + TextSize::try_from(offset).ok()?)
    }

    pub fn of_name(&self, name: &Identifier) -> Span {
        self.span(name.range())
    }
}

/// Lines of places that are asked for in order.
pub struct InOrder<'p> {
    starts: &'p [TextSize],
    at: usize,
}

impl InOrder<'_> {
    pub fn line(&mut self, offset: TextSize) -> u32 {
        while self.starts.get(self.at + 1).is_some_and(|start| *start <= offset) {
            self.at += 1;
        }
        u32::try_from(self.at + 1).unwrap_or(u32::MAX)
    }
}
