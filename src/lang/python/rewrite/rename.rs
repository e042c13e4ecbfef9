//! Names that change: their uses change with them where that is sure to keep the meaning.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{ExprStringLiteral, Stmt};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;

use super::super::calls::inside_quotes;
use super::draft::Draft;
use super::survey::{Reference, occurrences};
use super::{File, Moved};

/// By scope and old name: the new one.
pub type Renames<'a> = FxHashMap<(usize, &'a str), &'a str>;

/// What is asked for one name in one scope: the new names, by which moves, and whether the old one must stay.
#[derive(Default)]
struct Asked<'m> {
    names: Vec<&'m str>,
    causes: Vec<usize>,
    keep: bool,
}

impl<'f> File<'f, '_> {
    /// Decides which names change in the whole file, and writes their uses.
    pub fn renames<'m: 'f>(&self, moved: &FxHashMap<usize, Vec<Moved<'m>>>, draft: &mut Draft) -> Renames<'f> {
        let mut asked: FxHashMap<(usize, &str), Asked> = FxHashMap::default();
        for (number, names) in moved {
            let Some(statement) = self.survey.statements.get(*number) else { continue };
            let Stmt::ImportFrom(import) = statement.stmt else { continue };
            for moved in names {
                let (Some(alias), Some(name)) = (import.names.get(moved.alias), moved.name) else { continue };
                if alias.asname.is_none() && name != "*" && name != alias.name.as_str() {
                    let asked = asked.entry((statement.scope, alias.name.as_str())).or_default();
                    asked.names.push(name);
                    asked.causes.push(moved.cause);
                    asked.keep |= moved.keep;
                }
            }
        }
        let mut renames = Renames::default();
        for ((scope, old), Asked { names, causes, keep }) in asked {
            let Some((new, others)) = names.split_first() else { continue };
            if keep || others.iter().any(|other| other != new) {
                continue;
            }
            let Some(uses) = self.all_uses(scope, old, names.len()) else { continue };
            if occurrences(self.tokens, self.places, new) > 0 {
                continue;
            }
            for range in uses.iter().filter_map(|found| found.first(1)) {
                draft.replace_for(range, new, &causes);
            }
            for export in self.survey.exports.iter().filter(|export| scope == 0 && is_plainly(export, old)) {
                let literal = self.places.slice(export.range());
                draft.replace_for(inside_quotes(literal, export.range()), new, &causes);
            }
            renames.insert((scope, old), new);
        }
        renames
    }

    /// All uses of an imported name, where it is certain that they are all: the name is bound by `imports` imports in
    /// that scope and by nothing else in the file, and no string speaks of it.
    fn all_uses(&self, scope: usize, name: &str, imports: usize) -> Option<Vec<&Reference<'_>>> {
        let uses = self.survey.references.iter().filter(|found| found.root() == name && found.scope == Some(scope));
        let uses: Vec<_> = uses.collect();
        let is_known = occurrences(self.tokens, self.places, name) == uses.len() + imports;
        (is_known && !self.is_said(name)).then_some(uses)
    }

    /// Whether a string that is neither a docstring nor in `__all__` holds the word.
    fn is_said(&self, word: &str) -> bool {
        let mut before = TokenKind::Newline;
        self.tokens.iter().any(|token| {
            let is_text =
                matches!(token.kind(), TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle);
            let starts = matches!(before, TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent);
            if !matches!(token.kind(), TokenKind::Comment | TokenKind::NonLogicalNewline) {
                before = token.kind();
            }
            let is_export = || self.survey.exports.iter().any(|export| export.range().contains_range(token.range()));
            is_text && !starts && holds(self.places.slice(token.range()), word) && !is_export()
        })
    }
}

fn is_plainly(text: &ExprStringLiteral, name: &str) -> bool {
    text.value.to_str() == name && !text.value.is_implicit_concatenated()
}

/// Whether a text holds a dotted name, with no letter of another on either side.
pub fn holds(text: &str, dotted: &str) -> bool {
    places(text, dotted).next().is_some()
}

/// Where a text holds a dotted name.
pub fn places<'t>(text: &'t str, dotted: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(dotted).map(|(at, _)| at).filter(move |at| {
        let before = text.get(..*at).and_then(|text| text.chars().next_back());
        let after = text.get(at + dotted.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(|letter| is_part(letter) || letter == '.') && !after.is_some_and(is_part)
    })
}
