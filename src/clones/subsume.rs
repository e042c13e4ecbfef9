//! One copy is told once: by the largest class that it is a part of.

use std::collections::BTreeMap;

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
    let mut by_text: BTreeMap<(usize, usize), Vec<(usize, usize)>> = BTreeMap::new();
    for (number, class) in classes.iter().enumerate() {
        for (at, place) in class.places.iter().enumerate() {
            by_text.entry((place.text, place.twin)).or_default().push((number, at));
        }
    }
    let stretch = |(class, at): (usize, usize)| &classes[class].places[at];
    let mut around: FxHashMap<(usize, usize), Vec<(usize, usize)>> = FxHashMap::default();
    for places in by_text.values_mut() {
        places.sort_by_key(|of| (stretch(*of).start, *of));
        let mut open: Vec<(usize, usize)> = Vec::new();
        for of in places.iter() {
            open.retain(|other| stretch(*other).end() > stretch(*of).start);
            for other in &open {
                let (small, large) = if of.0 > other.0 { (of, other) } else { (other, of) };
                let (one, two) = (&classes[small.0], &classes[large.0]);
                if small.0 != large.0 && one.is_place_of(stretch(*small), two, stretch(*large)) {
                    around.entry(*small).or_default().push(*large);
                }
            }
            open.push(*of);
        }
    }
    around
}
