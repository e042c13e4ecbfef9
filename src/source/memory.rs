//! A snapshot that lives in memory: for tests, and for a push of nothing.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{At, Content, Entry, Kind, Size, Snapshot, Source, SourceError};
use crate::path::RepoPath;

/// Files by path.
#[derive(Debug)]
pub struct MemorySource {
    snapshot: Snapshot,
    files: BTreeMap<RepoPath, Vec<u8>>,
}

impl MemorySource {
    pub fn new(files: impl IntoIterator<Item = (RepoPath, Vec<u8>)>) -> Self {
        Self { snapshot: Snapshot::Worktree, files: files.into_iter().collect() }
    }

    /// No files at all.
    pub fn nothing(snapshot: Snapshot) -> Self {
        Self { snapshot, files: BTreeMap::new() }
    }
}

impl Source for MemorySource {
    fn snapshot(&self) -> Snapshot {
        self.snapshot.clone()
    }

    fn entries(&self) -> Result<Vec<Entry>, SourceError> {
        Ok(self.files.keys().map(|path| Entry::new(path.clone(), Kind::File, At::Disk)).collect())
    }

    fn sizes(&self, wanted: &[&Entry]) -> Result<Vec<Size>, SourceError> {
        let size =
            |entry: &&Entry| self.files.get(&entry.path).map_or(Size::Absent, |bytes| Size::Bytes(bytes.len() as u64));
        Ok(wanted.iter().map(size).collect())
    }

    fn read(&self, wanted: &[&Entry], each: &(dyn Fn(usize, Content<'_>) + Sync)) -> Result<(), SourceError> {
        for (number, entry) in wanted.iter().enumerate() {
            match self.files.get(&entry.path) {
                Some(bytes) if bytes.len() as u64 > super::MAX_CONTENT => {
                    each(number, Content::TooLarge(bytes.len() as u64))
                }
                Some(bytes) => each(number, Content::Bytes(bytes)),
                None => each(number, Content::Absent),
            }
        }
        Ok(())
    }

    fn changed(&self) -> Result<FxHashSet<RepoPath>, SourceError> {
        Ok(self.files.keys().cloned().collect())
    }
}
