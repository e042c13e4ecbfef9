//! One copy is told once: by the largest class that it is a part of.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Alike, Stretch};

/// The classes each of whose places is not, or not for the most part, a place of one other class.
pub fn largest(mut classes: Vec<Alike>) -> Vec<Alike> {
    // The largest come first; of two with the same places the one that is alike in more.
    classes.sort_by(|a, b| b.rank().cmp(&a.rank()).then(a.kind.cmp(&b.kind)).then(a.places.cmp(&b.places)));
    let around = around(&classes);
    let is_part = |number: usize| {
        let holders = |at: usize| around.get(&(number, at)).into_iter().flatten();
        holders(0).any(|(other, _)| {
            let mut taken = FxHashSet::default();
            (0..classes[number].places.len()).all(|at| {
                let mut here = holders(at).filter(|(holder, _)| holder == other);
                here.any(|(_, place)| taken.insert(*place))
            })
        })
    };
    let parts: Vec<bool> = (0..classes.len()).map(is_part).collect();
    classes.into_iter().zip(parts).filter(|(_, is_part)| !is_part).map(|(class, _)| class).collect()
}

impl Alike {
    fn rank(&self) -> (usize, u32) {
        (self.places.len(), self.places.iter().map(|place| place.tokens).max().unwrap_or_default())
    }

    /// Whether a place of this class is one of the other's. What is alike in another way need not be so to the last
    /// token: a copy that goes on behind a renamed function, for a line or two, is not told again.
    fn is_place_of(&self, own: &Stretch, other: &Self, its: &Stretch) -> bool {
        let common = own.end().min(its.end()).saturating_sub(own.start.max(its.start));
        if self.kind == other.kind { common == own.tokens } else { common * 4 >= own.tokens * 3 }
    }
}

/// For each place of each class the places of larger classes of which it is a part; all by class and number.
fn around(classes: &[Alike]) -> FxHashMap<(usize, usize), Vec<(usize, usize)>> {
    let places = classes
        .par_iter()
        .enumerate()
        .flat_map_iter(|(number, class)| class.places.iter().enumerate().map(move |(at, place)| (place, (number, at))));
    let mut places: Vec<(&Stretch, (usize, usize))> = places.collect();
    places.par_sort_unstable_by_key(|(stretch, of)| (stretch.text, stretch.twin, stretch.start, *of));
    let mut around: FxHashMap<(usize, usize), Vec<(usize, usize)>> = FxHashMap::default();
    for places in places.chunk_by(|(one, _), (other, _)| (one.text, one.twin) == (other.text, other.twin)) {
        let mut open: Vec<(&Stretch, (usize, usize))> = Vec::new();
        for (stretch, of) in places {
            open.retain(|(other, _)| other.end() > stretch.start);
            for (other_stretch, other) in &open {
                let is_first = of.0 < other.0;
                let (small, large) = if is_first { (other, of) } else { (of, other) };
                let (own, its) = if is_first { (other_stretch, stretch) } else { (stretch, other_stretch) };
                if small.0 != large.0 && classes[small.0].is_place_of(own, &classes[large.0], its) {
                    around.entry(*small).or_default().push(*large);
                }
            }
            open.push((stretch, *of));
        }
    }
    around
}
