//! What stands in candidates, wherever it does: after a change that moves copies, or leaves them where they are, what was
//! found in them before still holds.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::candidates::Candidate;
use super::part::Part;
use super::parts::{Parts, key_of};
use crate::cache::{Cache, Folder, Key, key};
use crate::policy::clones::Clones as Settings;

/// What stands in one candidate, and the first line of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Stamp {
    digest: Key,
    line: u32,
}

impl Stamp {
    fn of(candidate: &Candidate<'_>, parts: &[Part]) -> Self {
        let line = parts.iter().find_map(Part::first_line).unwrap_or_default();
        let mut told = Vec::new();
        parts.iter().for_each(|part| part.tell(candidate.stretch.start, line, &mut told));
        Self { digest: key(&[&told]), line }
    }
}

/// Those of all candidates, as far as they are known.
pub struct Stamps<'c, 't> {
    candidates: &'c [Candidate<'t>],
    least: u32,
    /// None where nothing is kept: then nobody asks.
    cache: Option<Cache<Stamp>>,
    known: Vec<Option<Stamp>>,
}

impl<'c, 't> Stamps<'c, 't> {
    /// Those that are kept of the candidates that are `wanted`; `least` is the least number of tokens of a part.
    pub fn open(candidates: &'c [Candidate<'t>], wanted: &[bool], least: u32, folder: Option<&Folder>) -> Self {
        let cache: Option<Cache<Stamp>> = folder.map(|folder| folder.open("stamps"));
        let kept = candidates.par_iter().zip(wanted).map(|(candidate, is_wanted)| {
            let cache = cache.as_ref().filter(|_| *is_wanted)?;
            cache.get(key_of([candidate], (least, 0))?)
        });
        let known = kept.collect();
        Self { candidates, least, cache, known }
    }

    /// Whether that of a candidate is known.
    pub fn knows(&self, number: usize) -> bool {
        self.known[number].is_some()
    }

    /// Learns and keeps those of what was read.
    pub fn learn(&mut self, read: &Parts) {
        let Some(cache) = &mut self.cache else { return };
        let fresh = self.candidates.par_iter().zip(read);
        let fresh = fresh.map(|(candidate, parts)| Some(Stamp::of(candidate, parts.as_deref()?)));
        let fresh: Vec<Option<Stamp>> = fresh.collect();
        for ((candidate, known), fresh) in self.candidates.iter().zip(&mut self.known).zip(fresh) {
            let Some(fresh) = fresh else { continue };
            *known = Some(fresh);
            if let Some(key) = key_of([candidate], (self.least, 0)) {
                cache.put(key, &fresh);
            }
        }
        // That it cannot be written is told by whoever judges the files.
        let _ = cache.save();
    }

    /// A key for all that hangs on what stands in some candidates; none where that is not known of all.
    pub fn key(&self, numbers: &[usize], settings: &Settings) -> Option<Key> {
        let mut all = [settings.min_tokens, settings.min_lines].map(u32::to_le_bytes).concat();
        for number in numbers {
            all.push(self.candidates[*number].twins as u8);
            all.extend(self.known[*number]?.digest);
        }
        Some(key(&[b"stamps", &all]))
    }

    /// The token and the line of its text from which a candidate is counted.
    pub fn from(&self, number: usize) -> (u32, u32) {
        (self.candidates[number].stretch.start, self.known[number].map_or(0, |stamp| stamp.line))
    }
}
