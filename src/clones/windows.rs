//! Stretches of one length that stand more than once in a sequence of tokens.

use std::ops::Range;

use rayon::prelude::*;

use crate::lang::tokens::{BASE, mix};

/// So many windows are sorted at once, or about as many.
const SLICE: u64 = 1 << 20;

/// For each of them all tokens are hashed again.
const MOST_SLICES: u64 = 16;

/// The windows of so many tokens that stand more than once.
#[derive(Default)]
pub struct Windows {
    /// Where they start: of those that are equal one behind the other, sorted.
    pub places: Vec<u32>,
    /// Where in `places` each group of equal ones ends.
    ends: Vec<u32>,
}

impl Windows {
    /// They are sorted in slices, by their hashes: all at once take four times the room of the sequence.
    pub fn find(tokens: &[u32], parts: &[Range<usize>], least: usize) -> Self {
        let slices = (1 + tokens.len() as u64 / SLICE).min(MOST_SLICES);
        let found: Vec<Self> =
            (0..slices).into_par_iter().map(|slice| Self::of_slice(tokens, parts, least, slice, slices)).collect();
        let mut all = Self::default();
        for slice in found {
            let start = all.places.len() as u32;
            all.places.extend(slice.places);
            all.ends.extend(slice.ends.iter().map(|end| start + end));
        }
        all
    }

    fn of_slice(tokens: &[u32], parts: &[Range<usize>], least: usize, slice: u64, slices: u64) -> Self {
        let mut hashed: Vec<(u64, u32)> = Vec::new();
        for part in parts {
            let all = hashes(&tokens[part.clone()], least).zip(part.clone());
            let of_slice = all.filter(|(hash, _)| hash % slices == slice);
            hashed.extend(of_slice.map(|(hash, start)| (hash, u32::try_from(start).unwrap_or(u32::MAX))));
        }
        hashed.par_sort_unstable();
        let mut found = Self::default();
        for group in hashed.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
            found.places.extend(group.iter().map(|(_, place)| *place));
            found.ends.push(found.places.len() as u32);
        }
        found
    }

    /// The places of each window.
    pub fn groups(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).filter_map(|(start, end)| self.places.get(start as usize..*end as usize))
    }
}

/// The hash of each stretch of `length` numbers, which is 1 or more: of a polynomial that rolls (Karp, Rabin 1987).
pub fn hashes<N: Copy + Into<u64>>(numbers: &[N], length: usize) -> impl Iterator<Item = u64> {
    let highest = (1..length).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let add = |sum: u64, number: &N| sum.wrapping_mul(BASE).wrapping_add((*number).into());
    let (before, lasts) = numbers.split_at((length - 1).min(numbers.len()));
    let mut rolling = before.iter().fold(0, add);
    numbers.iter().zip(lasts).map(move |(first, last)| {
        let whole = add(rolling, last);
        rolling = whole.wrapping_sub((*first).into().wrapping_mul(highest));
        mix(whole)
    })
}
