//! How much two definitions have in common.

use rustc_hash::FxHashMap;

use super::{ModuleId, Repo};
use crate::facts::Definition;

/// A sample of the words of some code: the smallest hashes, sorted.
pub type Sample = Vec<u32>;

/// What each word says: the rarer it is in the repository, the more.
#[derive(Debug)]
pub struct Rarity {
    holders: FxHashMap<u32, u32>,
    definitions: f64,
}

impl Repo {
    pub fn rarity(&self) -> Rarity {
        let mut holders: FxHashMap<u32, u32> = FxHashMap::default();
        let mut definitions = 0;
        for definition in self.modules.iter().flat_map(|module| module.code()).flat_map(|code| &code.definitions) {
            definitions += u32::from(!definition.words.is_empty());
            for word in &definition.words {
                *holders.entry(*word).or_default() += 1;
            }
        }
        Rarity { holders, definitions: f64::from(definitions) }
    }

    /// The words of all that a module defines.
    pub fn sample_of(&self, id: ModuleId) -> Sample {
        let definitions = self.module(id).code().into_iter().flat_map(|code| &code.definitions);
        let most = definitions.clone().map(|definition| definition.words.len()).max().unwrap_or_default();
        let mut words: Sample = definitions.flat_map(|definition| definition.words.iter().copied()).collect();
        words.sort_unstable();
        words.dedup();
        words.truncate(most.max(Definition::MOST_WORDS));
        words
    }
}

impl Rarity {
    /// The share of their words that two samples have in common, each weighed by its rarity: from 0 to 1.
    pub fn alike(&self, one: &[u32], other: &[u32]) -> f64 {
        // Of a sample that is cut off nothing is known behind its end.
        let end = |sample: &[u32]| match sample.len() {
            Definition::MOST_WORDS.. => sample.last().copied().unwrap_or(u32::MAX),
            _ => u32::MAX,
        };
        let end = end(one).min(end(other));
        let (one, other) = (up_to(one, end), up_to(other, end));
        let weigh = |words: &mut dyn Iterator<Item = &u32>| words.map(|word| self.weight(*word)).sum::<f64>();
        let both = weigh(&mut one.iter().filter(|word| other.binary_search(word).is_ok()));
        let all = weigh(&mut one.iter()) + weigh(&mut other.iter()) - both;
        if both > 0.0 { both / all } else { 0.0 }
    }

    fn weight(&self, word: u32) -> f64 {
        let holders = f64::from(self.holders.get(&word).copied().unwrap_or(1));
        (1.0 + self.definitions / holders).ln()
    }
}

fn up_to(sample: &[u32], end: u32) -> &[u32] {
    &sample[..sample.partition_point(|word| *word <= end)]
}
