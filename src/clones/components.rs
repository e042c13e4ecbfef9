//! Which candidates can hold copies of each other: those that share a kept hash, directly or by way of others.
//!
//! Every repeat that is long enough has such a hash in each of its places, so that repeats can be looked for in one
//! component after the other, and looked for again only in those that a change touches.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Text;
use super::candidates::{Candidate, each_gram, in_group};

/// The numbers of the candidates of each component, sorted; the components by their first ones.
pub fn of(texts: &[Text<'_>], candidates: &[Candidate<'_>]) -> Vec<Vec<usize>> {
    let mut sets = Sets((0..candidates.len()).collect());
    let shares = rayon::current_num_threads() as u64;
    let shared: Vec<_> = (0..shares).into_par_iter().map(|share| sharing(texts, candidates, share, shares)).collect();
    for (one, other) in shared.into_iter().flatten() {
        sets.join(one, other);
    }
    let mut components: Vec<Vec<usize>> = vec![Vec::new(); candidates.len()];
    for number in 0..candidates.len() {
        components[sets.find(number)].push(number);
    }
    components.retain(|component| !component.is_empty());
    components
}

/// Candidates that share a hash, each with the first that has it; of the hashes one in `shares`.
fn sharing(texts: &[Text<'_>], candidates: &[Candidate<'_>], share: u64, shares: u64) -> Vec<(usize, usize)> {
    let mut holders: FxHashMap<u64, usize> = FxHashMap::default();
    let mut sharing = Vec::new();
    let mut first = 0;
    for of_text in candidates.chunk_by(|a, b| a.text == b.text) {
        let stretches: Vec<_> = of_text.iter().map(|candidate| candidate.stretch.clone()).collect();
        let text = &texts[of_text[0].text];
        each_gram(&text.sketch, &stretches, |stretch, _, hash| {
            if u64::from(hash) % shares == share {
                let pair = (*holders.entry(in_group(text, hash)).or_insert(first + stretch), first + stretch);
                // The hashes of a copy follow each other.
                if pair.0 != pair.1 && sharing.last() != Some(&pair) {
                    sharing.push(pair);
                }
            }
        });
        first += of_text.len();
    }
    sharing
}

/// Disjoint sets of numbers, each known by its smallest; paths are halved (Tarjan, van Leeuwen 1984).
struct Sets(Vec<usize>);

impl Sets {
    fn find(&mut self, mut number: usize) -> usize {
        while self.0[number] != number {
            self.0[number] = self.0[self.0[number]];
            number = self.0[number];
        }
        number
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        self.0[one.max(other)] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use super::super::grams::Grams;
    use super::super::sketch::Sketch;
    use super::super::{File, Text, candidates};
    use crate::path::RepoPath;
    use crate::source::{At, Entry, Kind};

    #[test]
    fn by_way_of_others() {
        let entry = Entry::new(RepoPath::from("a.py"), Kind::File, At::Disk);
        let text = |group, hashes: [u32; 2]| Text {
            sketch: Sketch { tokens: 200, grams: Grams::of(&[(60, hashes[0]), (120, hashes[1])]), ..Sketch::default() },
            files: vec![File { entry: &entry, group }],
        };
        // The fourth shares a hash with the first only in another group.
        let texts =
            [text(0, [1, 2]), text(0, [3, 9]), text(0, [2, 4]), text(1, [1, 7]), text(0, [4, 8]), text(0, [9, 3])];
        let candidate = |number: usize| candidates::Candidate {
            text: number,
            stretch: 0..200,
            group: texts[number].group(),
            twins: 1,
            entry: &entry,
        };
        let candidates: Vec<_> = (0..texts.len()).map(candidate).collect();
        assert_eq!(super::of(&texts, &candidates), [vec![0, 2, 4], vec![1, 5], vec![3]]);
    }
}
