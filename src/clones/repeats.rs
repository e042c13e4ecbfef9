//! What stands more than once in a sequence: every longest repeat, each once, with all its places.
//!
//! What always stands together is one block. The suffixes of the rows of blocks are sorted by doubling (Larsson, Sadakane
//! 1999) and their common beginnings measured in one pass (Kasai and others 2001); what stands nowhere else is in no block.
//! A repeat that starts within a block is part of the one that starts with the block.

use std::cmp::Ordering;
use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::blocks::{Blocks, END};
use super::windows::Windows;

/// A stretch of so many tokens that starts at each of the places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    pub tokens: usize,
    /// Sorted; no two overlap.
    pub places: Vec<usize>,
}

/// Stretches of `sequence` in which repeats are looked for; no repeat reaches across the end of one.
#[derive(Debug, Default)]
pub struct Sequence {
    /// Behind each stretch stands one more, which is part of none.
    tokens: Vec<u32>,
    parts: Vec<Range<usize>>,
}

impl Sequence {
    /// Adds a stretch; returns where its tokens are.
    pub fn add(&mut self, tokens: impl Iterator<Item = u32>) -> Range<usize> {
        let start = self.tokens.len();
        self.tokens.extend(tokens);
        let part = start..self.tokens.len();
        self.parts.push(part.clone());
        self.tokens.push(0);
        part
    }

    pub fn tokens(&self, range: Range<usize>) -> &[u32] {
        self.tokens.get(range).unwrap_or_default()
    }

    /// The longest repeats of `least` tokens or more: those with at least one place that is no part of a longer one.
    pub fn repeats(&self, least: usize) -> Vec<Repeat> {
        let least = least.max(1);
        // A place is a number of 32 bits.
        if self.tokens.len() >= END as usize {
            return Vec::new();
        }
        // What repeats itself in place is cut to its first tokens.
        let (parts, windows) = self.straight(least);
        if windows.places.is_empty() {
            return Vec::new();
        }
        let blocks = Blocks::of(self.tokens.len(), &parts, &windows);
        drop((parts, windows));
        Suffixes::sort(blocks).repeats(least)
    }

    /// The stretches without what stands again before it is over, and the windows in them that stand elsewhere too.
    fn straight(&self, least: usize) -> (Vec<Range<usize>>, Windows) {
        let windows = Windows::find(&self.tokens, &self.parts, least);
        let mut dead: Vec<Range<usize>> = windows
            .groups()
            .flat_map(|places| places.windows(2))
            .filter(|pair| ((pair[1] - pair[0]) as usize) < least)
            .map(|pair| pair[0] as usize + least..pair[1] as usize + least)
            .collect();
        if dead.is_empty() {
            return (self.parts.clone(), windows);
        }
        dead.par_sort_unstable_by_key(|range| range.start);
        let mut dead = dead.into_iter().peekable();
        let mut parts = Vec::new();
        for part in &self.parts {
            let mut start = part.start;
            while let Some(cut) = dead.next_if(|cut| cut.start < part.end) {
                if cut.start > start {
                    parts.push(start..cut.start);
                }
                start = start.max(cut.end);
            }
            if part.end > start {
                parts.push(start..part.end);
            }
        }
        drop(windows);
        let windows = Windows::find(&self.tokens, &parts, least);
        (parts, windows)
    }
}

/// The suffixes of the rows of blocks.
struct Suffixes {
    blocks: Blocks,
    /// Where in the rows the suffixes start, sorted by what they read.
    order: Vec<u32>,
    /// For each block: where in the order its suffix and its equals start; of the end of a row [`END`].
    rank: Vec<u32>,
}

/// So many groups of suffixes are sorted in one go.
const GROUPS: usize = 1 << 10;

/// Some of the groups at these places of the order, which do not overlap and are in order, with the slice of it that they
/// are in; then the next ones.
fn slices<'o>(mut order: &'o mut [u32], groups: &'o [Range<u32>]) -> Vec<(&'o [Range<u32>], &'o mut [u32])> {
    let mut at = 0;
    let slice = |groups: &'o [Range<u32>]| {
        let (start, end) = (groups.first()?.start, groups.last()?.end);
        let (slice, behind) = std::mem::take(&mut order).split_at_mut((end - at) as usize);
        let slice = &mut slice[(start - at) as usize..];
        (order, at) = (behind, end);
        Some((groups, slice))
    };
    groups.chunks(GROUPS).filter_map(slice).collect()
}

impl Suffixes {
    fn sort(blocks: Blocks) -> Self {
        let mut ends = vec![0_u32; blocks.count];
        let kinds = || (0..).zip(&blocks.kinds).filter(|(_, kind)| **kind != END);
        kinds().for_each(|(_, kind)| ends[*kind as usize] += 1);
        let mut sum = 0;
        let mut tied: Vec<Range<u32>> = Vec::with_capacity(ends.len());
        for end in &mut ends {
            tied.push(sum..sum + *end);
            sum += *end;
            *end = sum;
        }
        let (mut order, mut rank) = (vec![0; sum as usize], vec![END; blocks.kinds.len()]);
        for (at, kind) in kinds() {
            let end = &mut ends[*kind as usize];
            *end -= 1;
            order[*end as usize] = at;
            rank[at as usize] = tied[*kind as usize].start;
        }
        tied.retain(|tied| tied.len() > 1);
        let mut far = 1;
        while !tied.is_empty() {
            // What comes `far` behind two places that are alike so far. Where both are at the ends of their rows nothing
            // tells them apart but their places.
            let compare = |a: &u32, b: &u32| {
                let (a, b) = (*a as usize + far, *b as usize + far);
                let of_ends = || if rank[a] == END { a.cmp(&b) } else { Ordering::Equal };
                rank[a].cmp(&rank[b]).then_with(of_ends)
            };
            let split = slices(&mut order, &tied).into_par_iter().map(|(groups, slice)| {
                let (mut runs, start) = (Vec::with_capacity(groups.len()), groups[0].start);
                for group in groups {
                    let places = &mut slice[(group.start - start) as usize..(group.end - start) as usize];
                    places.sort_unstable_by(compare);
                    let mut first = group.start;
                    for run in places.chunk_by(|a, b| compare(a, b) == Ordering::Equal) {
                        runs.push(first..first + run.len() as u32);
                        first += run.len() as u32;
                    }
                }
                runs
            });
            let split: Vec<Vec<Range<u32>>> = split.collect();
            tied.clear();
            for run in split.into_iter().flatten() {
                let places = &order[run.start as usize..run.end as usize];
                places.iter().for_each(|place| rank[*place as usize] = run.start);
                tied.extend(Some(run).filter(|run| run.len() > 1));
            }
            far *= 2;
        }
        Self { blocks, order, rank }
    }

    /// For each suffix in the order how many tokens of it the one before it shares.
    fn shared(&self, least: usize) -> Vec<u32> {
        let Blocks { kinds, starts, .. } = &self.blocks;
        let mut shared = vec![0_u32; self.order.len() + 1];
        let mut known = 0_usize;
        for (at, rank) in self.rank.iter().enumerate() {
            if matches!(*rank, 0 | END) {
                known = 0;
                continue;
            }
            let before = self.order[*rank as usize - 1] as usize;
            let mut blocks = known.saturating_sub(1);
            while kinds[at + blocks] != END && kinds[at + blocks] == kinds[before + blocks] {
                blocks += 1;
            }
            if blocks > 0 {
                // The last window that both share reaches as far behind its start as all do.
                let windows = (starts[at + blocks] - starts[at]) as usize;
                shared[*rank as usize] = u32::try_from(windows + least - 1).unwrap_or(u32::MAX);
            }
            known = blocks;
        }
        shared
    }

    fn repeats(&self, least: usize) -> Vec<Repeat> {
        let shared = self.shared(least);
        let mut repeats = Vec::new();
        let mut told = Told { ranks: vec![false; self.order.len()], classes: FxHashSet::default() };
        let mut reached = 0;
        for (rank, place) in self.rank.iter().zip(&self.blocks.starts).filter(|(rank, _)| **rank != END) {
            let (rank, place) = (*rank as usize, *place as usize);
            let length = shared[rank].max(shared[rank + 1]) as usize;
            // A repeat that ends where one from further left ends is a part of it.
            if length < least || place + length <= reached {
                continue;
            }
            reached = place + length;
            if told.ranks[rank] {
                continue;
            }
            repeats.extend(self.class(&shared, rank, length, least, &mut told));
        }
        repeats
    }

    /// All places of what stands in the order at `rank`, `length` tokens of it; fewer where the places overlap.
    fn class(&self, shared: &[u32], rank: usize, mut length: usize, least: usize, told: &mut Told) -> Option<Repeat> {
        loop {
            let enough = |at: usize| shared[at] as usize >= length;
            let start = (1..=rank).rev().find(|at| !enough(*at)).unwrap_or(0);
            let end = (rank + 1..self.order.len()).find(|at| !enough(*at)).unwrap_or(self.order.len());
            if !told.classes.insert((start, length)) {
                return None;
            }
            for at in start..end {
                told.ranks[at] |= shared[at].max(shared[at + 1]) as usize == length;
            }
            let mut places: Vec<usize> =
                self.order[start..end].iter().map(|at| self.blocks.starts[*at as usize] as usize).collect();
            places.sort_unstable();
            let closest = places.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap < length).min();
            match closest {
                Some(gap) if gap >= least => length = gap,
                Some(_) => return None,
                None if places.len() > 1 => return Some(Repeat { tokens: length, places }),
                None => return None,
            }
        }
    }
}

/// Which repeats are found already.
struct Told {
    /// By the order, those whose longest repeat it is.
    ranks: Vec<bool>,
    /// By where they start in the order, and their length.
    classes: FxHashSet<(usize, usize)>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Sequence;

    type Found = BTreeSet<(usize, Vec<usize>)>;

    fn found(parts: &[&str], least: usize) -> Found {
        let mut sequence = Sequence::default();
        for part in parts {
            sequence.add(part.bytes().map(|byte| u32::from(byte).wrapping_mul(0x9abc_def1)));
        }
        sequence.repeats(least).into_iter().map(|repeat| (repeat.tokens, repeat.places)).collect()
    }

    #[test]
    fn longest_ones() {
        assert_eq!(found(&["xabcdy", "zabcdw"], 3), [(4, vec![1, 8])].into());
        assert_eq!(found(&["abcd", "abcd", "bcd"], 3), [(4, vec![0, 5]), (3, vec![1, 6, 10])].into());
        // Nothing reaches across the end of a part.
        assert_eq!(found(&["ab", "cd", "abcd"], 3), [].into());
        assert_eq!(found(&["abc", "abd"], 3), [].into());
    }

    #[test]
    fn what_repeats_itself() {
        assert_eq!(found(&["aaaaaaaaaaaaaaaaaaaa"], 3), [].into());
        assert_eq!(found(&["aaaaaaaa", "aaaaaaaaaaaa"], 3), [(3, vec![0, 9])].into());
        assert_eq!(found(&["abcdeabcdeabcdeabcde"], 3), [(5, vec![0, 5, 10, 15])].into());
    }

    /// All repeats by comparing everything with everything, as the words above define them.
    fn slow(parts: &[Vec<u8>], least: usize) -> Found {
        let mut all: Vec<(usize, &[u8])> = Vec::new();
        let mut start = 0;
        for part in parts {
            all.extend((0..part.len()).map(|at| (start + at, &part[at..])));
            start += part.len() + 1;
        }
        let common = |a: &[u8], b: &[u8]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
        let longest: Vec<usize> = all
            .iter()
            .map(|(at, text)| all.iter().filter(|(other, _)| other != at).map(|(_, other)| common(text, other)).max())
            .map(Option::unwrap_or_default)
            .collect();
        let mut found = Found::new();
        for (number, (place, text)) in all.iter().enumerate().filter(|(number, _)| longest[*number] >= least) {
            let length = longest[number];
            let in_part = |before: &usize| all[*before].1.len() == text.len() + place - all[*before].0;
            if (0..number)
                .filter(in_part)
                .any(|before| all[before].0 + longest[before] >= place + length && longest[before] >= least)
            {
                continue;
            }
            let places = all.iter().filter(|(_, other)| common(text, other) >= length).map(|(at, _)| *at).collect();
            found.insert((length, places));
        }
        found
    }

    #[test]
    fn the_same_as_by_comparing_all() {
        let mut state = 7_u64;
        let mut below = move |end: usize| {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            (state >> 33) as usize % end
        };
        let mut seen = 0;
        for _ in 0..400 {
            // Words of a few that never repeat in place, so that no repeat overlaps itself.
            let words: Vec<Vec<u8>> =
                (0..6).map(|_| (0..3 + below(6)).map(|_| 1 + below(200) as u8).collect()).collect();
            let part = |below: &mut dyn FnMut(usize) -> usize| -> Vec<u8> {
                let mut picked: Vec<usize> = (0..6).filter(|_| below(3) > 0).collect();
                picked.iter_mut().for_each(|word| *word = (*word + below(2)) % 6);
                picked.dedup();
                let noise = 201 + below(54) as u8;
                picked.iter().flat_map(|word| words[*word].clone()).chain([noise]).collect()
            };
            let parts: Vec<Vec<u8>> = (0..4).map(|_| part(&mut below)).collect();
            let mut sequence = Sequence::default();
            for part in &parts {
                sequence.add(part.iter().map(|byte| u32::from(*byte)));
            }
            let fast: Found = sequence.repeats(4).into_iter().map(|repeat| (repeat.tokens, repeat.places)).collect();
            let slow = slow(&parts, 4);
            let overlaps =
                |(length, places): &(usize, Vec<usize>)| places.windows(2).any(|pair| pair[1] - pair[0] < *length);
            if slow.iter().any(overlaps) {
                continue;
            }
            seen += slow.len();
            assert_eq!(fast, slow, "{parts:?}");
        }
        assert!(seen > 400, "{seen}");
    }
}
