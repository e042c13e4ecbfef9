//! What always stands together. Windows that follow each other wherever one of them stands are one block, so that repeats
//! are looked for in rows of blocks, of which there are few, and not in tokens.
//!
//! Source: the unitigs of a de Bruijn graph, as in Chikhi, Limasset, Medvedev, "Compacting de Bruijn graphs from sequencing
//! data quickly and in low memory" (Bioinformatics 2016).

use std::ops::Range;

use rayon::prelude::*;

use super::windows::Windows;

/// The end of a row, where a kind is expected; no group, where one is.
pub const END: u32 = u32::MAX;

/// The rows of blocks in a sequence, one behind the other.
#[derive(Debug, Default)]
pub struct Blocks {
    /// Which block stands there; [`END`] behind the last one of a row.
    pub kinds: Vec<u32>,
    /// Where it starts in the sequence, and with the end of a row, where that is: a block ends where the next one starts.
    pub starts: Vec<u32>,
    /// How many kinds there are.
    pub count: usize,
}

impl Blocks {
    /// Those that `windows` of a sequence of so many tokens make up; none reaches across the end of a part.
    pub fn of(tokens: usize, parts: &[Range<usize>], windows: &Windows) -> Self {
        let groups: Vec<&[u32]> = windows.groups().collect();
        let mut group_at = vec![END; tokens];
        for (number, places) in (0..).zip(&groups) {
            places.iter().for_each(|place| group_at[*place as usize] = number);
        }
        let behind = |place: &u32| group_at.get(*place as usize + 1).copied().unwrap_or(END);
        // The group that follows one in all its places, and stands nowhere else.
        let next = |places: &&[u32]| {
            let next = behind(places.first()?);
            let is_one = groups.get(next as usize)?.len() == places.len() && places.iter().all(|at| behind(at) == next);
            is_one.then_some(next)
        };
        let next: Vec<Option<u32>> = groups.par_iter().map(next).collect();
        let mut is_first = vec![true; groups.len()];
        next.iter().flatten().for_each(|next| is_first[*next as usize] = false);
        // Of each group that a block starts with: which one, and how many windows it has.
        let mut known: Vec<(u32, usize)> = vec![(END, 0); groups.len()];
        let mut count = 0;
        for first in (0..groups.len()).filter(|group| is_first[*group]) {
            let windows = std::iter::successors(Some(first), |group| next[*group].map(|next| next as usize)).count();
            known[first] = (count, windows);
            count += 1;
        }
        let mut blocks = Self { count: count as usize, ..Self::default() };
        for part in parts {
            let mut place = part.start;
            while place < part.end {
                let Some((kind, windows)) = known.get(group_at[place] as usize) else {
                    blocks.end(place);
                    place += 1;
                    continue;
                };
                blocks.push(*kind, place);
                place += windows;
            }
            blocks.end(part.end);
        }
        blocks
    }

    fn push(&mut self, kind: u32, start: usize) {
        self.kinds.push(kind);
        self.starts.push(u32::try_from(start).unwrap_or(END));
    }

    /// At a place where no window starts that stands elsewhere too.
    fn end(&mut self, place: usize) {
        if self.kinds.last().is_some_and(|kind| *kind != END) {
            self.push(END, place);
        }
    }
}
