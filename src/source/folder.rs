//! A folder without git: all files but what ignore files name.

use std::collections::HashSet;
use std::path::PathBuf;

use bstr::ByteSlice;
use ignore::WalkBuilder;

use super::{At, Content, Entry, Size, Snapshot, Source, SourceError, disk};
use crate::path::RepoPath;

#[derive(Debug)]
pub struct FolderSource {
    root: PathBuf,
}

impl FolderSource {
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }
}

impl Source for FolderSource {
    fn snapshot(&self) -> Snapshot {
        Snapshot::Worktree
    }

    fn entries(&self) -> Result<Vec<Entry>, SourceError> {
        let walk = WalkBuilder::new(&self.root)
            .hidden(false)
            .require_git(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .build();
        let mut entries = Vec::new();
        for found in walk {
            let found = found.map_err(|error| SourceError::Disk {
                path: self.root.display().to_string(),
                error: error.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of folders")),
            })?;
            let Some(kind) = disk::kind(found.path()) else { continue };
            let Some(bytes) = found.path().strip_prefix(&self.root).ok().and_then(<[u8]>::from_path) else { continue };
            let path = RepoPath::new(bytes.replace(std::path::MAIN_SEPARATOR_STR, "/"));
            entries.push(Entry { path, kind, at: At::Disk });
        }
        Ok(entries)
    }

    fn sizes(&self, wanted: &[&Entry]) -> Result<Vec<Size>, SourceError> {
        Ok(wanted.iter().map(|entry| disk::size(&self.root, entry)).collect())
    }

    fn read(&self, wanted: &[&Entry], each: &(dyn Fn(usize, Content<'_>) + Sync)) -> Result<(), SourceError> {
        let numbered: Vec<_> = wanted.iter().copied().enumerate().collect();
        disk::read(&self.root, &numbered, each);
        Ok(())
    }

    /// Without git, all is as new.
    fn changed(&self) -> Result<HashSet<RepoPath>, SourceError> {
        Ok(self.entries()?.into_iter().map(|entry| entry.path).collect())
    }
}
