//! Files in batches, each of which is looked up at once: of most repositories nearly all files are what they were.
//!
//! Where a batch ends is told by paths alone. So a file that changes makes one batch another, and one that comes or goes two
//! at most (content-defined chunking; Muthitacharoen, Chen, Mazières, "A Low-bandwidth Network File System", SOSP 2001).

use std::hash::{BuildHasher, BuildHasherDefault};
use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHasher;

use crate::cache::{Key, key};
use crate::lang::LANGUAGES;
use crate::source::{At, Entry};

/// So many files are in a batch, more or less.
const FILES: u64 = 64;

/// A run of entries, and its key; none where one of them lies on disk, or none was asked for.
pub struct Batch {
    pub entries: Range<usize>,
    pub key: Option<Key>,
}

/// All of `entries`, in batches; without `keys` they have none.
pub fn of(entries: &[&Entry], keys: bool) -> Vec<Batch> {
    let is_first = |entry: &Entry| {
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(entry.path.as_bytes());
        (hash >> 32) % FILES == 0
    };
    let firsts: Vec<usize> = (1..entries.len()).into_par_iter().filter(|number| is_first(entries[*number])).collect();
    let ends = firsts.iter().copied().chain((!entries.is_empty()).then_some(entries.len()));
    let starts = std::iter::once(0).chain(firsts.iter().copied());
    let ranges: Vec<Range<usize>> = starts.zip(ends).map(|(start, end)| start..end).collect();
    let revisions: Vec<u8> = LANGUAGES.iter().flat_map(|language| language.revision().to_le_bytes()).collect();
    let key = |range: &Range<usize>| if keys { key_of(&entries[range.clone()], &revisions) } else { None };
    ranges.into_par_iter().map(|entries| Batch { key: key(&entries), entries }).collect()
}

/// The key of what stands at which paths.
fn key_of(entries: &[&Entry], revisions: &[u8]) -> Option<Key> {
    let mut all = Vec::with_capacity(entries.len() * 128);
    for entry in entries {
        let At::Blob(blob) = &entry.at else { return None };
        let (path, blob) = (entry.path.as_bytes(), blob.as_bytes());
        all.extend_from_slice(&(path.len() as u64).to_le_bytes());
        all.extend_from_slice(path);
        all.push(u8::try_from(blob.len()).ok()?);
        all.extend_from_slice(blob);
    }
    Some(key(&[revisions, &all]))
}
