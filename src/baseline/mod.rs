//! The baseline: the findings that stood when the gate was put up, so that only new ones stop anybody.
//!
//! It is a list, sorted, one line for each identity; see [`text`]. What it accepts is decided in the engine.

pub mod text;

use std::collections::BTreeMap;

use crate::finding::Identity;
use crate::path::RepoPath;

/// Equal findings that are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub identity: Identity,
    /// How many of them.
    pub count: u32,
    /// Up to how many bytes or lines, for what is over a limit.
    pub size: Option<u64>,
    /// A hash of what they are about, by which they are known at another path; none where it cannot be read.
    pub content: Option<u64>,
    /// Why it was accepted; none for what stood from the start.
    pub reason: Option<String>,
    /// Its line in the file, from 1; 0 for one that is not written yet.
    pub line: u32,
}

impl Entry {
    pub fn fingerprint(&self) -> String {
        self.identity.fingerprint(0)
    }
}

/// A baseline and its place in the snapshot.
#[derive(Clone, Debug)]
pub struct Baseline {
    pub path: RepoPath,
    /// Sorted by fingerprint, each identity once.
    pub entries: Vec<Entry>,
}

impl Baseline {
    /// Sorts. Where two branches both lowered an entry, a merge keeps both lines: the lower of each figure holds.
    pub fn new(path: RepoPath, entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut unique: BTreeMap<String, Entry> = BTreeMap::new();
        for entry in entries {
            let fingerprint = entry.fingerprint();
            match unique.get_mut(&fingerprint) {
                Some(first) => {
                    first.count = first.count.min(entry.count);
                    first.size = first.size.min(entry.size);
                    first.reason = first.reason.take().or(entry.reason);
                }
                None => drop(unique.insert(fingerprint, entry)),
            }
        }
        Self { path, entries: unique.into_values().collect() }
    }
}
