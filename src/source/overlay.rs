//! A snapshot as it would be after a change: what is written otherwise lies in memory.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{At, Content, Entry, MAX_CONTENT, Size, Snapshot, Source, SourceError};
use crate::path::RepoPath;

/// Contents in place of those below; none where the file is gone.
pub struct Overlay<'s> {
    below: &'s dyn Source,
    changed: &'s FxHashMap<RepoPath, Option<Vec<u8>>>,
}

impl<'s> Overlay<'s> {
    pub fn new(below: &'s dyn Source, changed: &'s FxHashMap<RepoPath, Option<Vec<u8>>>) -> Self {
        Self { below, changed }
    }

    /// The entries below, as they would be.
    pub fn over<'e>(&self, entries: impl IntoIterator<Item = &'e Entry>) -> Vec<Entry> {
        let changed = |entry: &Entry| match self.changed.get(&entry.path) {
            None => Some(entry.clone()),
            Some(Some(_)) => Some(Entry::new(entry.path.clone(), entry.kind, At::Disk)),
            Some(None) => None,
        };
        entries.into_iter().filter_map(changed).collect()
    }

    fn own(&self, entry: &Entry) -> Option<&[u8]> {
        self.changed.get(&entry.path)?.as_deref()
    }
}

impl Source for Overlay<'_> {
    fn snapshot(&self) -> Snapshot {
        self.below.snapshot()
    }

    fn entries(&self) -> Result<Vec<Entry>, SourceError> {
        Ok(self.over(&self.below.entries()?))
    }

    fn sizes(&self, wanted: &[&Entry]) -> Result<Vec<Size>, SourceError> {
        let below: Vec<&Entry> = wanted.iter().copied().filter(|entry| self.own(entry).is_none()).collect();
        let mut below = self.below.sizes(&below)?.into_iter();
        let size = |entry: &&Entry| match self.own(entry) {
            Some(bytes) => Size::Bytes(bytes.len() as u64),
            None => below.next().unwrap_or(Size::Absent),
        };
        Ok(wanted.iter().map(size).collect())
    }

    fn is_within(&self, entry: &Entry, most: u64) -> bool {
        self.own(entry).is_none() && self.below.is_within(entry, most)
    }

    fn read(&self, wanted: &[&Entry], each: &(dyn Fn(usize, Content<'_>) + Sync)) -> Result<(), SourceError> {
        let (mut numbers, mut below) = (Vec::new(), Vec::new());
        for (number, entry) in wanted.iter().enumerate() {
            match self.own(entry) {
                Some(bytes) if bytes.len() as u64 > MAX_CONTENT => {
                    each(number, Content::TooLarge(bytes.len() as u64));
                }
                Some(bytes) => each(number, Content::Bytes(bytes)),
                None => {
                    numbers.push(number);
                    below.push(*entry);
                }
            }
        }
        self.below.read(&below, &|number, content| {
            if let Some(number) = numbers.get(number) {
                each(*number, content);
            }
        })
    }

    fn changed(&self) -> Result<FxHashSet<RepoPath>, SourceError> {
        let mut changed = self.below.changed()?;
        changed.extend(self.changed.keys().cloned());
        Ok(changed)
    }

    fn held_before(&self, paths: &[RepoPath]) -> Result<FxHashMap<RepoPath, Vec<u8>>, SourceError> {
        self.below.held_before(paths)
    }

    fn renames(&self) -> Result<FxHashMap<RepoPath, RepoPath>, SourceError> {
        self.below.renames()
    }

    fn is_partial(&self) -> Result<bool, SourceError> {
        self.below.is_partial()
    }

    fn notes(&self) -> Vec<String> {
        self.below.notes()
    }
}
