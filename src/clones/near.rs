//! Functions and classes that are alike for the most part: some of their statements are added, removed or changed.
//!
//! Two are as similar as the share of their tokens that stand in statements which both have, wherever they stand and
//! whatever their literals are. No more than a few are compared with each: those that share one of its rarest statements.
//! Enough of the rarest ones are looked up that none is missed which is similar enough (prefix filtering: Chaudhuri,
//! Ganti, Kaushik 2006), unless very many hold one and the same statement: then those nearest in length are compared.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::sketch::Unit;
use super::{Alike, Kind, Stretch, Text};
use crate::policy::clones::Clones as Settings;

/// So many of those that hold one statement are compared with each other one.
const MOST: usize = 100;

/// What is equal but for names and literals, and stands once or more often.
struct Block<'t> {
    places: Vec<Stretch>,
    /// The hash and the tokens of each statement, sorted, each hash once.
    statements: &'t [(u32, u32)],
    group: u32,
    /// The tokens of all statements.
    total: u32,
}

pub fn find(texts: &[Text<'_>], settings: &Settings) -> Vec<Alike> {
    let mut blocks = blocks(texts, settings);
    // The longest come first: of what is alike it is the one that the others are compared with.
    blocks.sort_by(|a, b| (a.group, b.total).cmp(&(b.group, a.total)).then_with(|| a.places.cmp(&b.places)));
    let similar = similar(&blocks, settings.min_similarity);
    let mut taken = vec![false; blocks.len()];
    let mut found = Vec::new();
    for (number, others) in similar.into_iter().enumerate() {
        if taken[number] {
            continue;
        }
        let (mut places, mut least) = (blocks[number].places.clone(), 1.0_f64);
        for (other, similarity) in others {
            let overlaps = |place: &Stretch| places.iter().any(|known| known.overlaps(place));
            if !taken[other] && !blocks[other].places.iter().any(overlaps) {
                taken[other] = true;
                least = least.min(similarity);
                places.extend(blocks[other].places.iter().cloned());
            }
        }
        if places.len() > blocks[number].places.len() {
            taken[number] = true;
            places.sort_unstable();
            // Known by where it stands: with each edit of one copy the content is another.
            found.push(Alike { kind: Kind::Near, digest: 0, similarity: (least * 100.0) as u8, places });
        }
    }
    found
}

fn blocks<'t>(texts: &'t [Text<'_>], settings: &'t Settings) -> Vec<Block<'t>> {
    let mut by_hash: BTreeMap<(u32, u64, u32), Block<'t>> = BTreeMap::new();
    for (number, text) in texts.iter().enumerate() {
        let group = text.group();
        for (unit, place) in text.units(number, settings) {
            let Unit { renamed, tokens, statements, .. } = unit;
            let total = statements.iter().map(|(_, tokens)| tokens).sum();
            let block = by_hash.entry((group, *renamed, *tokens));
            let block = block.or_insert_with(|| Block { places: Vec::new(), statements, group, total });
            block.places.push(place);
        }
    }
    by_hash.into_values().collect()
}

/// For each block those behind it that are similar enough, and how similar they are.
fn similar(blocks: &[Block<'_>], least: f64) -> Vec<Vec<(usize, f64)>> {
    let mut held: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    for block in blocks {
        for (hash, _) in block.statements {
            *held.entry((block.group, *hash)).or_default() += 1;
        }
    }
    // A block that is similar shares at least this much of the tokens of each: it shares one of the rarest statements
    // that hold the rest.
    let rest = 1.0 - least / (2.0 - least);
    let rarest: Vec<Vec<u32>> = blocks
        .par_iter()
        .map(|block| {
            let mut statements: Vec<_> = block.statements.to_vec();
            statements.sort_unstable_by_key(|(hash, _)| (held.get(&(block.group, *hash)), *hash));
            let mut seen = 0;
            let needed = |(_, tokens): &&(u32, u32)| {
                let is_needed = f64::from(seen) <= rest * f64::from(block.total);
                seen += tokens;
                is_needed
            };
            let hashes = statements.iter().take_while(needed).map(|(hash, _)| *hash);
            hashes.filter(|hash| held.get(&(block.group, *hash)).is_some_and(|count| *count > 1)).collect()
        })
        .collect();
    let mut holders: FxHashMap<(u32, u32), Vec<usize>> = FxHashMap::default();
    for (number, hashes) in rarest.iter().enumerate() {
        for hash in hashes {
            holders.entry((blocks[number].group, *hash)).or_default().push(number);
        }
    }
    let compare = |number: usize| {
        let block = &blocks[number];
        let behind = rarest[number].iter().filter_map(|hash| holders.get(&(block.group, *hash))).flat_map(|holders| {
            let first = holders.partition_point(|other| *other <= number);
            holders.iter().skip(first).take(MOST)
        });
        let mut others: Vec<usize> = behind.copied().collect();
        others.sort_unstable();
        others.dedup();
        let similarity = |other: usize| (other, block.similarity(&blocks[other]));
        others.into_iter().map(similarity).filter(|(_, similarity)| *similarity >= least).collect()
    };
    (0..blocks.len()).into_par_iter().map(compare).collect()
}

impl Block<'_> {
    /// From 0, nothing in common, to 1.
    fn similarity(&self, other: &Self) -> f64 {
        let (mut common, mut at) = (0, 0);
        for (hash, tokens) in self.statements {
            while other.statements.get(at).is_some_and(|(other, _)| other < hash) {
                at += 1;
            }
            if let Some((_, its)) = other.statements.get(at).filter(|(other, _)| other == hash) {
                common += tokens.min(its);
            }
        }
        2.0 * f64::from(common) / f64::from((self.total + other.total).max(1))
    }
}
