//! What was found in candidates, as it is kept between runs: under what stands in them where it does, and under what
//! stands in them wherever it does.

use super::candidates::Candidate;
use super::{Alike, Kind, Stretch, parts};
use crate::cache::{Cache, Folder, Key};
use crate::policy::clones::Clones as Settings;

/// What is kept of a class: its digest, and of each place the number of the candidate among those that are compared,
/// whether it is in the second file of the text, where it starts, and its tokens and lines.
type Kept = (u64, Vec<(usize, usize, u32, u32, (u32, u32))>);

/// From which token and which line on a candidate, by its number, is counted.
type From<'f> = dyn Fn(usize) -> (u32, u32) + 'f;

/// From the start of its text.
pub fn as_it_stands(_: usize) -> (u32, u32) {
    (0, 0)
}

pub struct Memory<'m, 't> {
    candidates: &'m [Candidate<'t>],
    pub settings: &'m Settings,
    /// None where nothing is kept.
    cache: Option<Cache<Vec<Kept>>>,
}

impl<'m, 't> Memory<'m, 't> {
    pub fn open(candidates: &'m [Candidate<'t>], settings: &'m Settings, folder: Option<&Folder>) -> Self {
        Self { candidates, settings, cache: folder.map(|folder| folder.open("repeats")) }
    }

    /// A key for what stands in candidates where it does; none where nothing is kept.
    pub fn key(&self, numbers: &[usize]) -> Option<Key> {
        self.cache.as_ref()?;
        let candidates = numbers.iter().filter_map(|number| self.candidates.get(*number));
        parts::key_of(candidates, (self.settings.min_tokens, self.settings.min_lines))
    }

    /// What is alike in candidates, if it is kept under that key.
    pub fn known(&self, key: Option<Key>, numbers: &[usize], from: &From<'_>) -> Option<Vec<Alike>> {
        let kept = self.cache.as_ref()?.get(key?)?;
        kept.into_iter().map(|kept| restored(kept, numbers, self.candidates, from)).collect()
    }

    pub fn keep(&self, key: Option<Key>, numbers: &[usize], found: &[Alike], from: &From<'_>) {
        if let (Some(cache), Some(key)) = (&self.cache, key) {
            cache.put(key, &found.iter().map(|alike| kept(alike, numbers, self.candidates, from)).collect());
        }
    }

    /// Writes what is new. That it cannot be written is told by whoever judges the files.
    pub fn save(self) {
        let _ = self.cache.map(|mut cache| cache.save());
    }
}

/// As it is kept; `numbers` are those of the candidates that are compared.
fn kept(alike: &Alike, numbers: &[usize], candidates: &[Candidate<'_>], from: &From<'_>) -> Kept {
    let place = |place: &Stretch| {
        let is_before = |number: &usize| {
            let candidate = &candidates[*number];
            (candidate.text, candidate.stretch.end) <= (place.text, place.start)
        };
        let at = numbers.partition_point(is_before);
        let (start, line) = numbers.get(at).map_or((0, 0), |number| from(*number));
        let lines = (place.lines.0.wrapping_sub(line), place.lines.1.wrapping_sub(line));
        (at, place.twin, place.start.wrapping_sub(start), place.tokens, lines)
    };
    (alike.digest, alike.places.iter().map(place).collect())
}

/// None where it does not fit, as what is kept always does.
fn restored((digest, places): Kept, numbers: &[usize], candidates: &[Candidate<'_>], from: &From<'_>) -> Option<Alike> {
    let place = |(number, twin, start, tokens, lines): (usize, usize, u32, u32, (u32, u32))| {
        let number = *numbers.get(number)?;
        let (first, line) = from(number);
        let (start, lines) = (start.wrapping_add(first), (lines.0.wrapping_add(line), lines.1.wrapping_add(line)));
        Some(Stretch { text: candidates.get(number)?.text, twin, start, tokens, lines })
    };
    let mut places: Vec<Stretch> = places.into_iter().map(place).collect::<Option<_>>()?;
    // Two stretches of one text may stand in two texts now.
    places.sort_unstable();
    Some(Alike { kind: Kind::Exact, digest, similarity: 100, places })
}
