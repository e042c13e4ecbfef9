//! Edits by which imports, uses and strings are written otherwise.
//!
//! An edit changes what moved and nothing else: names that stay keep their statement, comments and line breaks.

mod draft;
mod from_import;
mod plain_import;
mod rename;
mod survey;
mod taken;

use ruff_python_ast::token::Tokens;
use ruff_python_ast::{Alias, PythonVersion, Stmt};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;

use super::deep::on_a_stack_for;
use super::dismantle;
use super::places::Places;
use crate::finding::Span;
use crate::finding::moves::{Move, Rewriting};
use draft::Draft;
use survey::Survey;

/// What the parts of a rewriting ask.
struct File<'a, 't> {
    places: &'a Places<'t>,
    tokens: &'a Tokens,
    survey: Survey<'a, 't>,
}

/// An imported name that moves: its number among the names of its statement, and where it goes.
struct Moved<'m> {
    cause: usize,
    alias: usize,
    module: &'m str,
    name: Option<&'m str>,
    keep: bool,
}

/// Makes the moves in a text.
pub fn rewrite(text: &str, moves: &[Move]) -> Rewriting {
    let places = Places::new(text);
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::PY37);
    let parsed = on_a_stack_for(text, || parse_unchecked(text, options));
    let mut draft = Draft::default();
    if !parsed.errors().is_empty() {
        (0..moves.len()).for_each(|cause| draft.refuse(cause, "the file has a syntax error"));
    } else if let ruff_python_ast::Mod::Module(module) = parsed.syntax() {
        let file = File { places: &places, tokens: parsed.tokens(), survey: Survey::of(&module.body, &places) };
        file.make(moves, &mut draft);
    }
    dismantle::dismantle(parsed.into_syntax());
    draft.finish()
}

impl<'t> File<'_, 't> {
    fn make(&self, moves: &[Move], draft: &mut Draft) {
        for (cause, text) in moves.iter().enumerate() {
            if let Move::Text { span, content } = text {
                self.text(cause, *span, content, draft);
            }
        }
        let moved = self.moved(moves, draft);
        self.move_names(&moved, draft);
        self.move_modules(&moved, draft);
        self.move_uses(moves, &moved, draft);
    }

    /// The names that move, by the numbers of their statements.
    fn moved<'m>(&self, moves: &'m [Move], draft: &mut Draft) -> FxHashMap<usize, Vec<Moved<'m>>> {
        let mut by_span: FxHashMap<Span, (usize, usize)> = FxHashMap::default();
        for (number, statement) in self.survey.statements.iter().enumerate() {
            for (alias, found) in names(statement.stmt).iter().enumerate() {
                by_span.insert(self.places.span(found.range()), (number, alias));
            }
        }
        let mut moved: FxHashMap<usize, Vec<Moved>> = FxHashMap::default();
        for (cause, import) in moves.iter().enumerate() {
            let Move::Import { span, module, name, keep } = import else { continue };
            match by_span.get(span) {
                Some((number, alias)) => moved.entry(*number).or_default().push(Moved {
                    cause,
                    alias: *alias,
                    module,
                    name: name.as_deref(),
                    keep: *keep,
                }),
                None => draft.refuse(cause, "the import is not where it was"),
            }
        }
        for names in moved.values_mut() {
            names.sort_by_key(|moved| moved.alias);
            names.dedup_by_key(|moved| moved.alias);
        }
        moved
    }

    fn text(&self, cause: usize, span: Span, content: &str, draft: &mut Draft) {
        let Some(range) = self.range(span) else { return draft.refuse(cause, "the string is not where it was") };
        let quoted = |at: Option<char>| matches!(at, Some('"' | '\''));
        let text = self.places.text;
        let before = text.get(..range.start().to_usize()).and_then(|text| text.chars().next_back());
        let after = text.get(range.end().to_usize()..).and_then(|text| text.chars().next());
        if quoted(before) && quoted(after) && !self.places.slice(range).contains(['\\', '"', '\'']) {
            draft.replace(range, content, cause);
        } else {
            draft.refuse(cause, "the string is written in parts or with escapes");
        }
    }

    /// The bytes of a span.
    fn range(&self, span: Span) -> Option<TextRange> {
        let (start, end) = (self.places.offset(span.start)?, self.places.offset(span.end)?);
        (start <= end).then(|| TextRange::new(start, end))
    }

    /// Whether a statement has its lines for itself, a comment behind it aside.
    fn is_alone(&self, range: TextRange) -> bool {
        let before = self.line_before(range.start());
        let after = self.line_after(range.end()).trim_start();
        before.trim().is_empty() && (after.is_empty() || after.starts_with('#'))
    }

    /// The comment behind it, on its last line.
    fn comment_behind(&self, range: TextRange) -> Option<&'t str> {
        Some(self.line_after(range.end()).trim()).filter(|comment| comment.starts_with('#'))
    }

    fn line_before(&self, offset: TextSize) -> &'t str {
        let before = self.places.text.get(..offset.to_usize()).unwrap_or_default();
        before.rsplit(['\n', '\r', '\u{c}']).next().unwrap_or_default()
    }

    fn line_after(&self, offset: TextSize) -> &'t str {
        let after = self.places.text.get(offset.to_usize()..).unwrap_or_default();
        after.split(['\n', '\r']).next().unwrap_or_default()
    }

    /// From the start of its first line to the start of the line behind it.
    fn lines(&self, range: TextRange) -> TextRange {
        let start = range.start() - size(self.line_before(range.start()));
        let end = range.end() + size(self.line_after(range.end()));
        TextRange::new(start, end + size(self.line_end(end)))
    }

    /// What ends the line at `offset`: nothing at the end of the text.
    fn line_end(&self, offset: TextSize) -> &'t str {
        let after = self.places.text.get(offset.to_usize()..).unwrap_or_default();
        ["\r\n", "\n", "\r"].into_iter().find(|end| after.starts_with(end)).unwrap_or_default()
    }

    /// How this file ends its lines.
    fn newline(&self) -> &'t str {
        let text = self.places.text;
        text.find(['\n', '\r']).map_or("\n", |at| self.line_end(size(text.get(..at).unwrap_or_default())))
    }

    /// Writes statements behind one, each on a line of its own where that one has one; a comment by which tools are
    /// told to be silent is said of them too.
    fn write_behind(&self, range: TextRange, statements: &[(String, Vec<usize>)], draft: &mut Draft) {
        let is_alone = self.is_alone(range);
        let indent = self.line_before(range.start());
        let comment = self.comment_behind(range).filter(|comment| is_pragma(comment));
        let at = if is_alone { range.end() + size(self.line_after(range.end())) } else { range.end() };
        for (statement, causes) in statements {
            let comment = comment.filter(|_| !statement.contains('#')).map(|comment| format!("  {comment}"));
            let text = match is_alone {
                true => format!("{}{indent}{statement}{}", self.newline(), comment.unwrap_or_default()),
                false => format!("; {}", statement.split("  #").next().unwrap_or(statement)),
            };
            draft.insert(at, &text, causes);
        }
    }
}

fn names(stmt: &Stmt) -> &[Alias] {
    match stmt {
        Stmt::Import(import) => &import.names,
        Stmt::ImportFrom(import) => &import.names,
        _ => &[],
    }
}

/// The name that an imported one is bound to.
fn bound(alias: &Alias) -> &str {
    alias.asname.as_ref().unwrap_or(&alias.name).as_str()
}

/// `name as bound`, or the name alone where it is the same.
fn named_as(name: &str, bound: &str) -> String {
    if name == bound { name.to_owned() } else { format!("{name} as {bound}") }
}

/// Whether a comment speaks to a tool of the line that it stands on.
fn is_pragma(comment: &str) -> bool {
    let said = comment.trim_start_matches('#').trim_start();
    ["noqa", "type:", "pylint:", "pyright:", "mypy:", "ruff:", "isort:", "fmt:", "pragma:", "nosec"]
        .iter()
        .any(|tool| said.get(..tool.len()).is_some_and(|start| start.eq_ignore_ascii_case(tool)))
}

fn size(text: &str) -> TextSize {
    TextSize::try_from(text.len()).unwrap_or_default()
}
