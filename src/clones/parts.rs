//! The stretches that are compared token by token: kept from this run or the one before, or read again.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::Text;
use super::candidates::Candidate;
use super::held::{self, parts};
use super::part::Part;
use crate::cache::{Cache, Folder, Key, key};
use crate::lang;
use crate::source::{At, Content, Entry, Source, SourceError};

/// The parts of candidates, by their numbers: none of those that are not wanted, or could not be read.
pub type Parts = Vec<Option<Vec<Part>>>;

/// A key for all that hangs on what stands in candidates, and on the least number of tokens and of lines of a copy; none
/// where some of it lies on disk.
pub fn key_of<'c, 't: 'c>(
    candidates: impl IntoIterator<Item = &'c Candidate<'t>>,
    (tokens, lines): (u32, u32),
) -> Option<Key> {
    let mut all = [tokens, lines].map(u32::to_le_bytes).concat();
    for Candidate { stretch, group, twins, entry, .. } in candidates {
        let At::Blob(blob) = &entry.at else { return None };
        let language = lang::of(&entry.path);
        let numbers = [language.revision(), stretch.start, stretch.end, *group];
        all.extend(numbers.map(u32::to_le_bytes).concat());
        all.push(*twins as u8);
        all.extend(language.id().bytes().chain([0]).chain(blob.as_bytes().iter().copied()));
    }
    Some(key(&[&all]))
}

/// Reads parts of candidates, each of `least` tokens or more: what is left out lies between them.
pub struct Reader<'r, 't> {
    pub source: &'r dyn Source,
    pub texts: &'r [Text<'t>],
    /// Tokens of texts that need not be read again.
    pub held: held::Texts,
    pub candidates: &'r [Candidate<'t>],
    pub least: u32,
    pub folder: Option<&'r Folder>,
}

impl Reader<'_, '_> {
    /// The parts of those that are `wanted`.
    pub fn read(&mut self, wanted: &[bool]) -> Result<Parts, SourceError> {
        if !wanted.contains(&true) {
            return Ok(vec![None; self.candidates.len()]);
        }
        let Self { source, texts, ref mut held, candidates, least, folder } = *self;
        let cache: Option<Cache<Vec<Part>>> = folder.map(|folder| folder.open_packed("copies"));
        let key = |candidate: &Candidate<'_>| key_of([candidate], (least, 0));
        let keep = |candidate: &Candidate<'_>, parts: &Vec<Part>| {
            if let (Some(cache), Some(key)) = (&cache, key(candidate)) {
                cache.put(key, parts);
            }
        };
        let numbered: Vec<(usize, &Candidate<'_>)> =
            candidates.iter().enumerate().filter(|(number, _)| wanted[*number]).collect();
        let of_texts: Vec<_> = numbered
            .chunk_by(|(_, a), (_, b)| a.text == b.text)
            .map(|numbered| (held.remove(&texts[numbered[0].1.text].sketch.id()), numbered))
            .collect();
        let found: Vec<Mutex<Option<Vec<Part>>>> = candidates.iter().map(|_| Mutex::default()).collect();
        let set = |number: usize, parts| *found[number].lock().unwrap_or_else(PoisonError::into_inner) = Some(parts);
        // The candidates of each text that are known from nowhere.
        let unknown = of_texts.into_par_iter().map(|(held, numbered)| {
            let is_unknown = |(number, candidate): &&(usize, &Candidate<'_>)| {
                let kept = cache.as_ref().and_then(|cache| cache.get(key(candidate)?));
                let known = kept.or_else(|| {
                    let parts = held.as_ref()?.parts(&candidate.stretch, least)?;
                    keep(candidate, &parts);
                    Some(parts)
                });
                known.map(|parts| set(*number, parts)).is_none()
            };
            numbered.iter().filter(is_unknown).copied().collect::<Vec<_>>()
        });
        let unknown: Vec<Vec<(usize, &Candidate<'_>)>> = unknown.filter(|numbered| !numbered.is_empty()).collect();
        let entries: Vec<&Entry> = unknown.iter().map(|numbered| numbered[0].1.entry).collect();
        source.read(&entries, &|at, content| {
            let Content::Bytes(bytes) = content else { return };
            let tokens = lang::of(&entries[at].path).tokens(bytes);
            for (number, candidate) in &unknown[at] {
                let parts = parts(&tokens, &candidate.stretch, least);
                keep(candidate, &parts);
                set(*number, parts);
            }
        })?;
        // That it cannot be written is told by whoever judges the files.
        let _ = cache.map(|mut cache| cache.save());
        Ok(found.into_iter().map(|found| found.into_inner().unwrap_or_else(PoisonError::into_inner)).collect())
    }
}
