//! What is kept of one file to find copies by: few of its stretches of tokens, and its functions and classes.
//!
//! Winnowing: of the hashes of all stretches of [`GRAM`] tokens, the smallest of every [`WINDOW`] in a row is kept.
//! Two files that share [`LEAST`] tokens in a row keep one hash in common at least, however far apart those stand.
//! Source: Schleimer, Wilkerson, Aiken, "Winnowing: Local Algorithms for Document Fingerprinting" (SIGMOD 2003).

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::grams::Grams;
use super::held::TextId;
use super::windows;
use crate::lang::text::count_lines;
use crate::lang::tokens::{BASE, NOWHERE, Shape, Tokens, hash_all, lines_of, mix};

/// A copy that is shorter, in tokens, may be missed.
pub const LEAST: u32 = 50;

/// The length of a stretch that is hashed.
pub const GRAM: u32 = 20;

/// Of so many stretches in a row one is kept at least.
pub const WINDOW: u32 = LEAST + 1 - GRAM;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    /// Of all tokens and their lines: what is equal in it is equal, and stands at the same places.
    pub digest: u64,
    pub tokens: u32,
    /// Physical lines of the file.
    pub lines: u32,
    /// The stretches that are kept.
    pub grams: Grams,
    /// Functions and classes of [`LEAST`] tokens or more.
    pub units: Vec<Unit>,
}

/// A function or a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub start: u32,
    pub tokens: u32,
    pub first_line: u32,
    pub last_line: u32,
    /// So many of its first tokens only say what it takes.
    pub head: u32,
    /// Equal where one is the other with other names and literals.
    pub renamed: u64,
    /// The hash and the tokens of each statement, sorted, each hash once; empty where no near copies are asked for.
    pub statements: Vec<(u32, u32)>,
}

impl Sketch {
    pub fn of(tokens: &Tokens, bytes: &[u8], near: bool) -> Self {
        let hashes = &tokens.hashes;
        let mut grams = Vec::with_capacity(hashes.len() / 8);
        for segment in &tokens.segments {
            let (start, end) = (segment.start as usize, segment.end as usize);
            winnow(hashes.get(start..end).unwrap_or_default(), |at, hash| grams.push((segment.start + at, hash)));
        }
        let units = tokens.units.iter().zip(&tokens.heads);
        let all = hashes.iter().zip(&tokens.lines);
        let number = |(hash, (first, last)): (&u64, &(u32, u32))| hash ^ (u64::from(*first) << 32 | u64::from(*last));
        Self {
            digest: hash_all(all.map(number)),
            tokens: u32::try_from(hashes.len()).unwrap_or(u32::MAX),
            lines: count_lines(bytes),
            grams: Grams::of(&grams),
            units: units.filter_map(|(unit, head)| Unit::of(tokens, unit.start..unit.end, *head, near)).collect(),
        }
    }

    /// What is equal in it is one text.
    pub fn id(&self) -> TextId {
        (self.digest, self.tokens)
    }
}

impl Unit {
    fn of(tokens: &Tokens, Range { start, end }: Range<u32>, head: u32, near: bool) -> Option<Self> {
        let shapes = tokens.shapes.get(start as usize..end as usize).filter(|shapes| shapes.len() >= LEAST as usize)?;
        let lines = tokens.lines.get(start as usize..end as usize)?;
        let number = |(shape, at): (&Shape, u32)| match shape {
            Shape::Silent => None,
            Shape::Fixed(kind) => Some(u64::from(*kind) << 1),
            // Two texts have one name at the same places if the one before is as far away in both.
            Shape::Name(before) => {
                let back = before.filter(|before| *before >= start).map_or(0, |before| at - before);
                Some(u64::from(back) << 1 | 1)
            }
        };
        let renamed = hash_all(shapes.iter().zip(start..).filter_map(number));
        let (first_line, last_line) = lines_of(lines)?;
        let statements = if near { statements(tokens, start as usize..end as usize) } else { Vec::new() };
        Some(Self { start, tokens: end - start, first_line, last_line, head, renamed, statements })
    }
}

/// The hashes of the statements in a stretch, literals aside, with their tokens.
fn statements(tokens: &Tokens, stretch: Range<usize>) -> Vec<(u32, u32)> {
    let mut found: Vec<(u32, u32)> = Vec::new();
    let (mut hash, mut count) = (0_u64, 0);
    for at in stretch.clone() {
        let is_end = tokens.lines[at] == NOWHERE;
        match tokens.shapes[at] {
            _ if is_end => {}
            Shape::Silent => count += 1,
            Shape::Fixed(kind) => (hash, count) = (mix(hash ^ u64::from(kind)).wrapping_mul(BASE), count + 1),
            Shape::Name(_) => (hash, count) = (mix(hash ^ tokens.hashes[at]).wrapping_mul(BASE), count + 1),
        }
        if (is_end || at + 1 == stretch.end) && count > 0 {
            found.push(((hash >> 32) as u32, count));
            (hash, count) = (0, 0);
        }
    }
    found.sort_unstable();
    found.dedup_by(|later, first| {
        let is_same = later.0 == first.0;
        first.1 += if is_same { later.1 } else { 0 };
        is_same
    });
    found
}

/// Tells the places and hashes of the stretches that are kept of one segment.
fn winnow(hashes: &[u64], mut keep: impl FnMut(u32, u32)) {
    let (gram, window) = (GRAM as usize, WINDOW as usize);
    if hashes.len() < LEAST as usize {
        return;
    }
    let grams: Vec<u64> = windows::hashes(hashes, gram).collect();
    // Where the smallest in the window is, of equal ones the last; and what was kept.
    let mut least = last_least(&grams[..window]);
    let mut kept: Option<(usize, u64)> = None;
    for (start, in_window) in grams.windows(window).enumerate() {
        let newest = start + window - 1;
        if grams[newest] <= grams[least] {
            least = newest;
        } else if least < start {
            least = start + last_least(in_window);
        }
        // Of equal ones the one that is kept already: where all tokens are equal, few are kept.
        if kept.is_none_or(|(place, hash)| place < start || hash != grams[least]) {
            kept = Some((least, grams[least]));
            keep(u32::try_from(least).unwrap_or(u32::MAX), (grams[least] >> 32) as u32);
        }
    }
}

/// Where the smallest of some numbers is; of equal ones the last.
fn last_least(numbers: &[u64]) -> usize {
    (0..numbers.len()).rev().min_by_key(|at| numbers[*at]).unwrap_or_default()
}
