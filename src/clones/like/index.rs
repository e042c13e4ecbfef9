//! What is kept of one file to be asked what is like a piece of code: hashes of its statements, functions and classes.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::lang::tokens::{NOWHERE, Shape, Tokens, lines_of, mix};

/// With fewer tokens, layout aside, half of all functions are alike.
pub const LEAST: u32 = 20;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    pub statements: Vec<Statement>,
    /// The functions and classes of [`LEAST`] tokens or more, in the order of the text: one in another comes behind it.
    pub units: Vec<Unit>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Of all but literals.
    pub named: u32,
    /// Of all but literals and names.
    pub bare: u32,
    pub tokens: u32,
}

/// A function or a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub statements: Range<u32>,
    pub lines: (u32, u32),
    pub tokens: u32,
    /// The hashes of its names, sorted, each once; of all its tokens in a language whose names are not told.
    pub names: Vec<u32>,
}

impl Index {
    pub fn of(tokens: &Tokens) -> Self {
        let statements = split(tokens);
        let units = tokens.units.iter().filter_map(|unit| Unit::of(tokens, &statements, unit.clone())).collect();
        Self { statements: statements.into_iter().map(|range| Statement::of(tokens, range)).collect(), units }
    }
}

impl Unit {
    fn of(tokens: &Tokens, statements: &[Range<usize>], unit: Range<u32>) -> Option<Self> {
        let range = unit.start as usize..unit.end as usize;
        let within = |end: usize| statements.partition_point(|statement| statement.start < end) as u32;
        let count = tokens_in(tokens, range.clone()).count() as u32;
        if count < LEAST {
            return None;
        }
        let is_name = |at: &usize| matches!(tokens.shapes.get(*at), None | Some(Shape::Name(_)));
        let mut names: Vec<u32> =
            range.clone().filter(is_name).filter_map(|at| Some((tokens.hashes.get(at)? >> 32) as u32)).collect();
        names.sort_unstable();
        names.dedup();
        Some(Self {
            statements: within(range.start)..within(range.end),
            lines: lines_of(tokens.lines.get(range)?)?,
            tokens: count,
            names,
        })
    }
}

impl Statement {
    fn of(tokens: &Tokens, range: Range<usize>) -> Self {
        let (mut named, mut bare, mut count) = (0_u64, 0_u64, 0);
        for at in tokens_in(tokens, range) {
            let hash = tokens.hashes[at];
            let (with, without) = match tokens.shapes.get(at) {
                None => (hash, hash),
                Some(Shape::Name(_)) => (hash, 1),
                Some(Shape::Fixed(kind)) => (u64::from(*kind) << 1, u64::from(*kind) << 1),
                Some(Shape::Silent) => continue,
            };
            named = mix(named.rotate_left(5) ^ with);
            bare = mix(bare.rotate_left(5) ^ without);
            count += 1;
        }
        Self { named: (named >> 32) as u32, bare: (bare >> 32) as u32, tokens: count }
    }
}

/// The tokens in a range that are text.
fn tokens_in(tokens: &Tokens, range: Range<usize>) -> impl Iterator<Item = usize> {
    let tells = |at: &usize| {
        tokens.lines.get(*at).is_some_and(|lines| *lines != NOWHERE) && tokens.shapes.get(*at) != Some(&Shape::Silent)
    };
    range.filter(tells)
}

/// The statements of a file, each with the layout behind it. In a language whose layout is not told a line is one.
pub fn split(tokens: &Tokens) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, lines) in tokens.lines.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| tokens.lines.get(before));
        let is_next = match before {
            None => true,
            Some(before) if tokens.shapes.is_empty() => before.1 != lines.0,
            Some(before) => *before == NOWHERE && *lines != NOWHERE,
        };
        match found.last_mut().filter(|_| !is_next) {
            Some(open) => open.end = at + 1,
            None => found.push(at..at + 1),
        }
    }
    found
}

/// One token, as statements are compared: by its kind, and by its text.
type Sign = (u64, u64);

/// The tokens of a statement, sorted.
pub fn signs(tokens: &Tokens, statement: Range<usize>) -> Vec<Sign> {
    let sign = |at: usize| {
        let hash = tokens.hashes[at];
        match tokens.shapes.get(at) {
            Some(Shape::Fixed(kind)) => (u64::from(*kind) << 1, hash),
            Some(_) => (1, hash),
            None => (hash, hash),
        }
    };
    let mut signs: Vec<Sign> = tokens_in(tokens, statement).map(sign).collect();
    signs.sort_unstable();
    signs
}

/// How alike two lists of statements are, from 0 to 1: the share of their tokens that stand in both, each statement
/// beside the one that is most like it, wherever that stands. A name or a literal beside another one counts half.
pub fn similarity(one: &[Vec<Sign>], other: &[Vec<Sign>]) -> f64 {
    let total: usize = one.iter().chain(other).map(Vec::len).sum();
    let (mut common, mut left, mut right) = (0.0, Vec::new(), other.iter().collect::<Vec<_>>());
    right.sort_unstable();
    let mut taken = vec![false; right.len()];
    for statement in one {
        let first = right.partition_point(|other| *other < statement);
        let equal = (first..right.len()).take_while(|at| right[*at] == statement).find(|at| !taken[*at]);
        match equal {
            Some(at) => {
                taken[at] = true;
                common += statement.len() as f64;
            }
            None => left.push(statement),
        }
    }
    let mut right: Vec<&Vec<Sign>> =
        right.into_iter().zip(taken).filter(|(_, taken)| !taken).map(|(of, _)| of).collect();
    left.truncate(MOST);
    right.truncate(MOST);
    let mut pairs = Vec::new();
    for (number, statement) in left.iter().enumerate() {
        for (at, other) in right.iter().enumerate() {
            let weight = in_common(statement, other);
            if weight >= LEAST_COMMON * (statement.len() + other.len()) as f64 / 2.0 {
                pairs.push((weight, number, at));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut left, mut right) = (vec![true; left.len()], vec![true; right.len()]);
    for (weight, number, at) in pairs {
        if left[number] && right[at] {
            (left[number], right[at]) = (false, false);
            common += weight;
        }
    }
    if total == 0 { 0.0 } else { 2.0 * common / total as f64 }
}

/// Of so many statements that have no equal, each is compared with each.
const MOST: usize = 200;

/// Two statements that have a smaller share in common have nothing in common.
const LEAST_COMMON: f64 = 0.6;

/// How much two sorted statements have in common, in tokens.
fn in_common(one: &[Sign], other: &[Sign]) -> f64 {
    let (mut equal, mut alike, mut at) = (0_usize, 0_usize, 0);
    for kind in one.chunk_by(|a, b| a.0 == b.0) {
        while other.get(at).is_some_and(|sign| sign.0 < kind[0].0) {
            at += 1;
        }
        let start = at;
        while other.get(at).is_some_and(|sign| sign.0 == kind[0].0) {
            at += 1;
        }
        let its = &other[start..at];
        alike += kind.len().min(its.len());
        let mut next = 0;
        for sign in kind {
            while its.get(next).is_some_and(|other| other < sign) {
                next += 1;
            }
            if its.get(next) == Some(sign) {
                (equal, next) = (equal + 1, next + 1);
            }
        }
    }
    (equal + alike) as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::similarity;

    #[test]
    fn from_nothing_to_all() {
        let statement = |text: &str| {
            let mut signs: Vec<_> =
                text.bytes().map(|byte| (u64::from(byte.is_ascii_alphabetic()), u64::from(byte))).collect();
            signs.sort_unstable();
            signs
        };
        let compare = |one: &[&str], other: &[&str]| {
            let of = |texts: &[&str]| texts.iter().map(|text| statement(text)).collect::<Vec<_>>();
            similarity(&of(one), &of(other))
        };
        assert_eq!(compare(&["ab", "cd"], &["cd", "ab"]), 1.0);
        // A name beside another one counts half.
        assert_eq!(compare(&["ab"], &["ac"]), 0.75);
        // Half of it is less than counts.
        assert_eq!(compare(&["abcd"], &["efgh"]), 0.0);
        assert_eq!(compare(&["ab", "cd"], &["ab"]), 2.0 / 3.0);
        // Each statement is taken once.
        assert_eq!(compare(&["ab", "ab"], &["ab"]), 2.0 / 3.0);
        assert_eq!(compare(&[], &[]), 0.0);
    }
}
