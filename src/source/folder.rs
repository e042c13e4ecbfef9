//! A folder without git: all files but what ignore files name.

use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;

use bstr::ByteSlice;
use ignore::WalkBuilder;
use rustc_hash::FxHashSet;

use super::{At, Content, Entry, Size, Snapshot, Source, SourceError, disk};
use crate::path::RepoPath;

/// The names that the walk takes patterns from.
const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];

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
        let (stuck, found) = channel();
        let walk = WalkBuilder::new(&self.root)
            .hidden(false)
            .require_git(false)
            // What lies above, and what one user ignores everywhere, says nothing of this folder.
            .parents(false)
            .git_global(false)
            .git_exclude(false)
            .filter_entry(move |entry| {
                if let Some(path) = endless_ignore_file(entry.path()) {
                    let _ = stuck.send(path);
                    return false;
                }
                entry.file_name() != ".git"
            })
            .build();
        if let Some(path) = endless_ignore_file(&self.root) {
            return Err(no_plain_file(&path));
        }
        let mut entries = Vec::new();
        for found in walk {
            let found = found.map_err(|error| SourceError::Disk {
                path: self.root.display().to_string(),
                error: error.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of folders")),
            })?;
            let Some(kind) = disk::kind(found.path()) else { continue };
            let Some(bytes) = found.path().strip_prefix(&self.root).ok().and_then(<[u8]>::from_path) else { continue };
            let path = RepoPath::new(bytes.replace(std::path::MAIN_SEPARATOR_STR, "/"));
            entries.push(Entry::new(path, kind, At::Disk));
        }
        found.try_recv().map_or(Ok(entries), |path| Err(no_plain_file(&path)))
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
    fn changed(&self) -> Result<FxHashSet<RepoPath>, SourceError> {
        Ok(self.entries()?.into_iter().map(|entry| entry.path).collect())
    }
}

/// An ignore file in `folder` that the walk would wait for, or read without end: a FIFO, a device.
fn endless_ignore_file(folder: &Path) -> Option<PathBuf> {
    let endless = |path: &PathBuf| path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir());
    IGNORE_FILES.iter().map(|name| folder.join(name)).find(endless)
}

fn no_plain_file(path: &Path) -> SourceError {
    SourceError::Disk { path: path.display().to_string(), error: std::io::Error::other("not a plain file") }
}
