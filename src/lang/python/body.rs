//! A hash, a number of lines and the words for any stretch of tokens, from one pass over all: definitions stand in
//! each other.

use std::num::NonZeroU32;
use std::sync::LazyLock;

use ruff_python_ast::token::{Token, TokenKind, Tokens};
use ruff_text_size::{Ranged, TextRange, TextSize};
use thin_vec::ThinVec;

use super::places::Places;
use crate::facts::{Definition, Detail};
use crate::lang::tokens::hash;
use crate::words;

/// A prime, so that no product of what is not 0 is 0.
const PRIME: u64 = (1 << 61) - 1;

/// What a hash is multiplied by for each token behind it; any large number.
const BASE: u64 = 0x0bf5_8476_d1ce_4e5b;

/// A longer string is no name.
const LONGEST_NAME: usize = 40;

/// All tokens, comments and line breaks in brackets aside.
pub struct Bodies {
    marks: Vec<Mark>,
    /// The hash of all of them.
    whole: u64,
    /// The words of each name, and where it starts.
    words: Vec<(TextSize, u32)>,
}

/// What is known where a token starts.
struct Mark {
    start: TextSize,
    /// How many lines with code there are up to its own; none where it is layout.
    lines: Option<NonZeroU32>,
    /// The hash of all before it.
    before: u64,
}

impl Bodies {
    /// Of a detail that is not looked into nothing is told later.
    pub fn new(tokens: &Tokens, places: &Places, detail: Detail) -> Self {
        let tokens: &[Token] = if detail >= Detail::Bodies { tokens } else { &[] };
        let (mut marks, mut whole) = (Vec::with_capacity(tokens.len()), 0);
        let (mut words, mut lines, mut last) = (Vec::new(), 0, 0);
        let mut places_in_order = places.in_order();
        let kinds = &*KINDS;
        for token in tokens {
            let kind = token.kind();
            if matches!(kind, TokenKind::Comment | TokenKind::NonLogicalNewline) {
                continue;
            }
            let is_code = !is_layout(kind) && kind != TokenKind::Semi;
            if is_code {
                let line = places_in_order.line(token.start());
                lines += u32::from(line != last);
                last = line;
            }
            let lines = NonZeroU32::new(lines).filter(|_| is_code);
            marks.push(Mark { start: token.start(), lines, before: whole });
            let own = if is_more_than_its_kind(kind) {
                let text = places.slice(token.range());
                if detail >= Detail::Words
                    && let Some(name) = named(kind, text)
                {
                    words.extend(words::cut(name).map(|word| (token.start(), words::hash(word))));
                }
                hash(kind as u64, text.as_bytes())
            } else {
                kinds[kind as usize]
            };
            // Never 0.
            whole = add(multiply(whole, BASE), own % (PRIME - 1) + 1);
        }
        Self { marks, whole, words }
    }

    /// The hash of the tokens that start in `range`, which begins at one. The end of what was indented before stands
    /// at that place too, and is no part of it.
    pub fn hash(&self, range: TextRange) -> u64 {
        let first = self.marks.partition_point(|mark| mark.start <= range.start()).saturating_sub(1);
        let end = self.marks.partition_point(|mark| mark.start < range.end());
        let hash = |number: usize| self.marks.get(number).map_or(self.whole, |mark| mark.before);
        let moved = multiply(hash(first), power(end.saturating_sub(first)));
        add(hash(end), PRIME - moved)
    }

    /// The number of tokens that start in `range`.
    pub fn count(&self, range: TextRange) -> usize {
        self.within(range).len()
    }

    fn within(&self, range: TextRange) -> &[Mark] {
        let first = self.marks.partition_point(|mark| mark.start < range.start());
        let end = self.marks.partition_point(|mark| mark.start < range.end());
        self.marks.get(first..end).unwrap_or_default()
    }

    /// The lines on which a token of `range` starts that is code.
    pub fn lines(&self, range: TextRange) -> u32 {
        let marks = self.within(range);
        let lines = |mark: &Mark| mark.lines.map(NonZeroU32::get);
        let (first, last) = (marks.iter().find_map(lines), marks.iter().rev().find_map(lines));
        first.zip(last).map_or(0, |(first, last)| last - first + 1)
    }

    /// A sample of the words of the names in `range`, sorted.
    pub fn words(&self, range: TextRange) -> ThinVec<u32> {
        let first = self.words.partition_point(|(start, _)| *start < range.start());
        let end = self.words.partition_point(|(start, _)| *start < range.end());
        let found = self.words.get(first..end).unwrap_or_default();
        let mut words: Vec<u32> = found.iter().map(|(_, word)| *word).collect();
        words.sort_unstable();
        words.dedup();
        words.truncate(Definition::MOST_WORDS);
        words.into_iter().collect()
    }
}

/// A name, or a string that can be one: the keys of a dictionary say what it holds. What every method is given says
/// nothing.
fn named(kind: TokenKind, text: &str) -> Option<&str> {
    let name = match kind {
        TokenKind::Name => text,
        TokenKind::String => text.trim_matches(['"', '\'']),
        _ => return None,
    };
    let is_name = name.len() <= LONGEST_NAME && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    (is_name && !matches!(name, "self" | "cls")).then_some(name)
}

/// Whether two tokens of the kind may differ. Of layout only the kind counts, not its width.
pub fn is_more_than_its_kind(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringStart
            | TokenKind::FStringMiddle
            | TokenKind::FStringEnd
            | TokenKind::TStringStart
            | TokenKind::TStringMiddle
            | TokenKind::TStringEnd
            | TokenKind::IpyEscapeCommand
            | TokenKind::Unknown
    )
}

pub fn is_layout(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Comment | TokenKind::NonLogicalNewline | TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent
    )
}

/// The hash of a token of each kind that is not more than that: most tokens are.
pub static KINDS: LazyLock<[u64; 256]> = LazyLock::new(|| std::array::from_fn(|kind| hash(kind as u64, b"")));

fn add(a: u64, b: u64) -> u64 {
    let sum = a + b;
    if sum >= PRIME { sum - PRIME } else { sum }
}

/// The product of two numbers below the prime: 2^61 is 1 more than it, so that what stands above the lowest 61 bits counts
/// once.
fn multiply(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let sum = (product as u64 & PRIME) + (product >> 61) as u64;
    if sum >= PRIME { sum - PRIME } else { sum }
}

/// [`BASE`] multiplied by itself.
fn power(mut times: usize) -> u64 {
    let (mut whole, mut square) = (1, BASE);
    while times > 0 {
        if times % 2 == 1 {
            whole = multiply(whole, square);
        }
        square = multiply(square, square);
        times /= 2;
    }
    whole
}
