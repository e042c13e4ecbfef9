//! The stretches that are compared token by token: kept from this run or the one before, or read again.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Text;
use super::dense::Dense;
use crate::cache::{Cache, Folder, Key, key};
use crate::lang;
use crate::lang::tokens::{NOWHERE, Tokens, mix};
use crate::source::{At, Content, Entry, Source, SourceError};

/// A stretch of one text that is compared with the others.
pub struct Part {
    pub text: usize,
    pub twin: usize,
    pub start: u32,
    pub hashes: Vec<u64>,
    pub lines: Vec<(u32, u32)>,
}

/// What is kept of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    start: u32,
    /// Half of the hash of each token: two tokens that it takes for one hardly stand in the same place of one copy.
    hashes: Vec<[u8; 4]>,
    /// For each token 0 where it is no text, else 1 more than the lines since the text before; and how many more it has.
    lines: Vec<(u32, u32)>,
}

/// A text with stretches that are compared.
pub struct Wanted<'t> {
    pub text: usize,
    entry: &'t Entry,
    stretches: &'t [Range<u32>],
    /// Of what its parts are made; none for what lies on disk.
    key: Option<Key>,
    /// Many files of one text are two: what stands in the second stands in all but the first.
    twins: usize,
    dense: Option<&'t Dense>,
}

/// The texts that have stretches. None of a part of them is to be shorter than `least` tokens.
pub fn wanted<'t>(texts: &'t [Text<'_>], stretches: &'t [Vec<Range<u32>>], least: u32) -> Vec<Wanted<'t>> {
    let with_any = texts.iter().zip(stretches).enumerate().filter(|(_, (_, stretches))| !stretches.is_empty());
    let wanted = with_any.filter_map(|(text, (of, stretches))| {
        let entry = of.files.first()?.entry;
        let (key, dense) = (key_of(entry, stretches, least), of.sketch.dense.as_deref());
        Some(Wanted { text, entry, stretches, key, twins: of.files.len().min(2), dense })
    });
    wanted.collect()
}

/// A key for all that hangs on what is compared; none where some of it lies on disk.
pub fn key_of_all(wanted: &[Wanted<'_>], texts: &[Text<'_>], least_lines: u32) -> Option<Key> {
    let mut all = least_lines.to_le_bytes().to_vec();
    for wanted in wanted {
        all.extend(wanted.key?);
        all.extend(texts[wanted.text].group().to_le_bytes());
        all.push(wanted.twins as u8);
    }
    Some(key(&[&all]))
}

/// Reads of each text its stretches, without what is left out of them. None where one could not be read.
pub fn read(
    source: &dyn Source,
    wanted: &[Wanted<'_>],
    least: u32,
    folder: Option<&Folder>,
) -> Result<Vec<Option<Vec<Part>>>, SourceError> {
    let cache: Option<Cache<Vec<Kept>>> = folder.map(|folder| folder.open("copies"));
    let keep = |key: &Option<Key>, parts: &Vec<Kept>| {
        if let (Some(cache), Some(key)) = (&cache, key) {
            cache.put(*key, parts);
        }
    };
    let known = |wanted: &Wanted<'_>| {
        let kept = wanted.key.and_then(|key| cache.as_ref()?.get(key));
        kept.or_else(|| {
            let parts = parts(&wanted.dense?.tokens(), wanted.stretches, least);
            keep(&wanted.key, &parts);
            Some(parts)
        })
    };
    let found: Vec<Mutex<Option<Vec<Kept>>>> = wanted.par_iter().map(known).map(Mutex::new).collect();
    let is_missing = |at: &usize| found[*at].lock().is_ok_and(|found| found.is_none());
    let missing: Vec<usize> = (0..found.len()).filter(is_missing).collect();
    let entries: Vec<&Entry> = missing.iter().map(|at| wanted[*at].entry).collect();
    source.read(&entries, &|number, content| {
        let Content::Bytes(bytes) = content else { return };
        let at = missing[number];
        let Wanted { entry, stretches, key, .. } = &wanted[at];
        let parts = parts(&lang::of(&entry.path).tokens(bytes), stretches, least);
        keep(key, &parts);
        *found[at].lock().unwrap_or_else(PoisonError::into_inner) = Some(parts);
    })?;
    // That it cannot be written is told by whoever judges the files.
    let _ = cache.map(Cache::save);
    let parts = |(wanted, found): (&Wanted<'_>, Mutex<Option<Vec<Kept>>>)| {
        let kept = found.into_inner().unwrap_or_else(PoisonError::into_inner)?;
        Some(kept.iter().flat_map(|kept| (0..wanted.twins).map(|twin| kept.part(wanted.text, twin))).collect())
    };
    Ok(wanted.iter().zip(found).map(parts).collect())
}

fn key_of(entry: &Entry, stretches: &[Range<u32>], least: u32) -> Option<Key> {
    let At::Blob(blob) = &entry.at else { return None };
    let language = lang::of(&entry.path);
    let places: Vec<u8> =
        stretches.iter().flat_map(|at| [at.start.to_le_bytes(), at.end.to_le_bytes()].concat()).collect();
    let of_language = [language.id().as_bytes(), &language.revision().to_le_bytes()].concat();
    Some(key(&[&of_language, blob.as_bytes(), &least.to_le_bytes(), &places]))
}

/// What of a text is compared: its candidates, without what is left out.
fn parts(tokens: &Tokens, stretches: &[Range<u32>], least: u32) -> Vec<Kept> {
    let mut parts = Vec::new();
    for stretch in stretches {
        let first = tokens.segments.partition_point(|segment| segment.end <= stretch.start);
        for segment in tokens.segments[first..].iter().take_while(|segment| segment.start < stretch.end) {
            let (start, end) = (segment.start.max(stretch.start), segment.end.min(stretch.end));
            let range = start as usize..end as usize;
            if end.saturating_sub(start) >= least
                && let (Some(hashes), Some(lines)) = (tokens.hashes.get(range.clone()), tokens.lines.get(range))
            {
                parts.push(Kept::of(start, hashes, lines));
            }
        }
    }
    parts
}

impl Kept {
    fn of(start: u32, hashes: &[u64], lines: &[(u32, u32)]) -> Self {
        let mut before = 0;
        let line = |(first, last): &(u32, u32)| {
            if (*first, *last) == NOWHERE {
                return (0, 0);
            }
            (first - std::mem::replace(&mut before, *first) + 1, last - first)
        };
        let hashes = hashes.iter().map(|hash| ((hash >> 32) as u32).to_le_bytes());
        Self { start, hashes: hashes.collect(), lines: lines.iter().map(line).collect() }
    }

    fn part(&self, text: usize, twin: usize) -> Part {
        let mut at = 0;
        let line = |(step, more): &(u32, u32)| match step {
            0 => NOWHERE,
            step => {
                at += step - 1;
                (at, at + more)
            }
        };
        let hashes = self.hashes.iter().map(|hash| mix(u32::from_le_bytes(*hash).into()));
        Part { text, twin, start: self.start, hashes: hashes.collect(), lines: self.lines.iter().map(line).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kept, NOWHERE};

    #[test]
    fn lines_come_back() {
        let lines = [(3, 3), (3, 9), NOWHERE, (4, 4), (12, 12), NOWHERE];
        let hashes = [1 << 40, 2 << 40, 1 << 40, 7, 5 << 33, 0];
        let part = Kept::of(5, &hashes, &lines).part(1, 0);
        assert_eq!((part.start, part.lines.as_slice()), (5, &lines[..]));
        assert_eq!(part.hashes[0], part.hashes[2]);
        assert_ne!(part.hashes[0], part.hashes[1]);
    }
}
