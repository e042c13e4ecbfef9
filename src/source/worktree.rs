//! The work tree: tracked files, and untracked ones that are not ignored.
//!
//! A tracked file that `git diff-files` does not name, or names for another time on it alone, is judged from
//! its blob, so that filters and line endings make no difference to a clean checkout; only what is modified or
//! untracked is read from disk.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::base::{held_before, renamed};
use super::git::Repository;
use super::index::{Change, Staged, changes, finished, path, raw_diff, staged};
use super::{At, BlobId, Content, Entry, Kind, MAX_CONTENT, Size, Snapshot, Source, SourceError, checkout, disk};
use crate::path::RepoPath;

#[derive(Debug)]
pub struct WorktreeSource {
    repository: Repository,
    top: PathBuf,
    has_filters: bool,
    filtered: OnceLock<usize>,
}

impl WorktreeSource {
    pub fn new(mut repository: Repository) -> Result<Self, SourceError> {
        let top = repository.top().ok_or(SourceError::Bare)?.to_owned();
        let has_filters = repository.disarm_filters()?;
        Ok(Self { repository, top, has_filters, filtered: OnceLock::new() })
    }

    /// What the work tree changes against the index: of `paths`, or of all where none is named.
    fn modified(&self, paths: &[String]) -> Result<Vec<Change>, SourceError> {
        let mut words = vec!["diff-files", "--raw", "-z", "--no-renames", "--ignore-submodules=dirty", "--"];
        words.extend(paths.iter().map(String::as_str));
        raw_diff(&self.repository, &words)
    }

    /// Which of some files of an index are not on disk as they are staged. What goes through a filter is not told.
    pub fn unstaged(repository: Repository, staged: &[&Entry]) -> Result<Vec<RepoPath>, SourceError> {
        let top = repository.top().ok_or(SourceError::Bare)?;
        let is_other = |entry: &&&Entry| !checkout::is_there(top, entry, &mut Vec::new());
        let others: Vec<&Entry> = staged.par_iter().filter(is_other).copied().collect();
        // Most are; else git knows what it converts.
        if others.is_empty() { Ok(Vec::new()) } else { Self::new(repository)?.modified_of(&others) }
    }

    fn modified_of(&self, staged: &[&Entry]) -> Result<Vec<RepoPath>, SourceError> {
        let path = |entry: &&Entry| {
            std::str::from_utf8(entry.path.as_bytes()).ok().map(|path| format!(":(top,literal){path}"))
        };
        let paths: Vec<String> = staged.iter().filter_map(path).collect();
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let changed: FxHashSet<RepoPath> = self.modified(&paths)?.into_iter().map(|change| change.path).collect();
        let changed: Vec<&Entry> = staged.iter().copied().filter(|entry| changed.contains(&entry.path)).collect();
        let filtered = self.through_filter(&changed.iter().map(|entry| &entry.path).collect::<Vec<_>>())?;
        let unchanged = self.unchanged(changed.iter().filter_map(|entry| with_blob(entry)))?;
        let is_other = |path: &RepoPath| !filtered.contains(path) && !unchanged.contains(path);
        Ok(changed.into_iter().map(|entry| &entry.path).filter(|path| is_other(path)).cloned().collect())
    }

    fn untracked(&self) -> Result<Vec<Entry>, SourceError> {
        let mut entries = Vec::new();
        self.repository.records(&["ls-files", "-o", "--exclude-standard", "-z"], Vec::new(), |record| {
            let (bytes, nested) = match record.strip_suffix(b"/") {
                Some(folder) => (folder, true),
                None => (record, false),
            };
            let path = path(bytes)?;
            let kind = if nested { Some(Kind::Submodule) } else { disk::kind(&self.top.join(path.to_os())) };
            if let Some(kind) = kind {
                entries.push(Entry::new(path, kind, At::Disk));
            }
            Some(())
        })?;
        Ok(entries)
    }

    /// Which of `paths` git would send through a filter: what it would store of them is not known here.
    fn through_filter(&self, paths: &[&RepoPath]) -> Result<FxHashSet<RepoPath>, SourceError> {
        let mut found = FxHashSet::default();
        if !self.has_filters || paths.is_empty() {
            return Ok(found);
        }
        let input = paths.iter().flat_map(|path| path.as_bytes().iter().copied().chain([0])).collect();
        let (mut record_path, mut number) = (None, 0);
        self.repository.records(&["check-attr", "-z", "--stdin", "filter"], input, |record| {
            match number % 3 {
                0 => record_path = path(record),
                2 if !matches!(record, b"unspecified" | b"unset" | b"set" | b"") => {
                    found.insert(record_path.take()?);
                }
                _ => {}
            }
            number += 1;
            Some(())
        })?;
        Ok(found)
    }

    /// Which of `suspects` would be stored just as they are staged: only the time of the file, or line endings
    /// that git converts, are others.
    fn unchanged<'e>(
        &self,
        suspects: impl Iterator<Item = (&'e Entry, &'e BlobId)>,
    ) -> Result<FxHashSet<RepoPath>, SourceError> {
        let is_readable =
            |entry: &Entry| matches!(disk::size(&self.top, entry), Size::Bytes(size) if size <= MAX_CONTENT);
        let suspects: Vec<_> = suspects.filter(|(entry, _)| entry.kind == Kind::File && is_readable(entry)).collect();
        if suspects.is_empty() {
            return Ok(FxHashSet::default());
        }
        let input = suspects.iter().flat_map(|(entry, _)| quoted(&entry.path)).collect();
        let mut answer = self.repository.ask(&["hash-object", "--stdin-paths"], input)?;
        let mut found = FxHashSet::default();
        for (entry, blob) in suspects {
            match answer.until(b'\n') {
                Ok(Some(name)) if name == blob.to_hex().as_bytes() => drop(found.insert(entry.path.clone())),
                Ok(Some(_)) => {}
                // A file that went or changed meanwhile: what is not known to be unchanged is read from disk.
                Ok(None) | Err(SourceError::Git { .. }) => return Ok(found),
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }
}

fn with_blob(entry: &Entry) -> Option<(&Entry, &BlobId)> {
    match &entry.at {
        At::Blob(blob) => Some((entry, blob)),
        At::Disk => None,
    }
}

/// A path on a line of its own, as git reads it whatever is in it.
fn quoted(path: &RepoPath) -> Vec<u8> {
    let mut line = vec![b'"'];
    for byte in path.as_bytes() {
        match byte {
            b'"' | b'\\' => line.extend([b'\\', *byte]),
            b'\n' => line.extend(b"\\n"),
            b'\r' => line.extend(b"\\r"),
            _ => line.push(*byte),
        }
    }
    line.extend(b"\"\n");
    line
}

impl Source for WorktreeSource {
    fn snapshot(&self) -> Snapshot {
        Snapshot::Worktree
    }

    fn entries(&self) -> Result<Vec<Entry>, SourceError> {
        let (staged, modified, untracked) = std::thread::scope(|scope| {
            let modified = scope.spawn(|| self.modified(&[]));
            let untracked = scope.spawn(|| self.untracked());
            (staged(&self.repository), modified.join(), untracked.join())
        });
        let (Staged { entries, unmerged, .. }, mut untracked) = (staged?, finished(untracked)?);
        let modified = finished(modified)?;
        // What took the place of a file may be a repository of its own.
        let on_disk = |path: &RepoPath| {
            let path = self.top.join(path.to_os());
            disk::kind(&path).or_else(|| path.join(".git").exists().then_some(Kind::Submodule))
        };
        // What git calls deleted may still be found on disk, through a link that a folder above has become.
        let kind = |change: &Change| if change.status == b'D' { None } else { on_disk(&change.path) };
        let touched: FxHashMap<&RepoPath, Option<Kind>> = unmerged
            .iter()
            .map(|path| (path, on_disk(path)))
            .chain(modified.iter().filter(|change| change.status != b'U').map(|change| (&change.path, kind(change))))
            .collect();
        let present = touched.iter().filter(|(_, kind)| **kind == Some(Kind::File)).map(|(path, _)| *path);
        let new = untracked.iter().filter(|entry| entry.kind == Kind::File).map(|entry| &entry.path);
        let filtered = self.through_filter(&present.chain(new).collect::<Vec<_>>())?;
        let _ = self.filtered.set(filtered.len());
        let is_file = |entry: &&Entry| touched.get(&entry.path) == Some(&Some(Kind::File));
        let unchanged = self.unchanged(
            entries.iter().filter(is_file).filter(|entry| !filtered.contains(&entry.path)).filter_map(with_blob),
        )?;
        let mut all = Vec::with_capacity(entries.len() + untracked.len());
        for entry in entries {
            match touched.get(&entry.path) {
                None => all.push(entry),
                Some(None | Some(Kind::Submodule)) if entry.kind == Kind::Submodule => all.push(entry),
                Some(Some(_)) if filtered.contains(&entry.path) || unchanged.contains(&entry.path) => all.push(entry),
                Some(Some(kind)) => all.push(Entry::new(entry.path, *kind, At::Disk)),
                Some(None) => {}
            }
        }
        for path in &unmerged {
            if let Some(Some(kind)) = touched.get(path) {
                all.push(Entry::new(path.clone(), *kind, At::Disk));
            }
        }
        for entry in &mut untracked {
            if filtered.contains(&entry.path) {
                entry.kind = Kind::Opaque;
            }
        }
        all.append(&mut untracked);
        Ok(all)
    }

    fn sizes(&self, wanted: &[&Entry]) -> Result<Vec<Size>, SourceError> {
        mixed_sizes(&self.repository, &self.top, wanted)
    }

    fn is_within(&self, entry: &Entry, most: u64) -> bool {
        checkout::is_within(&self.repository, entry, most)
    }

    fn read(&self, wanted: &[&Entry], each: &(dyn Fn(usize, Content<'_>) + Sync)) -> Result<(), SourceError> {
        let (mut stored, mut on_disk) = (Vec::new(), Vec::new());
        for (number, entry) in wanted.iter().enumerate() {
            match &entry.at {
                At::Blob(blob) => stored.push((number, *entry, blob)),
                At::Disk => on_disk.push((number, *entry)),
            }
        }
        disk::read(&self.top, &on_disk, each);
        checkout::read(&self.repository, Some(&self.top), &stored, each)
    }

    fn is_partial(&self) -> Result<bool, SourceError> {
        self.repository.is_partial()
    }

    fn held_before(&self, paths: &[RepoPath]) -> Result<FxHashMap<RepoPath, Vec<u8>>, SourceError> {
        held_before(&self.repository, &self.snapshot(), paths)
    }

    fn renames(&self) -> Result<FxHashMap<RepoPath, RepoPath>, SourceError> {
        renamed(&self.repository, &self.snapshot())
    }

    fn changed(&self) -> Result<FxHashSet<RepoPath>, SourceError> {
        Ok(changes(&self.repository, "--ita-visible-in-index")?.into_iter().map(|change| change.path).collect())
    }

    fn notes(&self) -> Vec<String> {
        match self.filtered.get() {
            None | Some(0) => Vec::new(),
            Some(count) => vec![format!(
                "{count} changed or new file(s) go through a filter of git's: of them only what is staged was judged"
            )],
        }
    }
}

fn mixed_sizes(repository: &Repository, top: &Path, wanted: &[&Entry]) -> Result<Vec<Size>, SourceError> {
    let stored: Vec<_> = wanted.iter().filter_map(|entry| with_blob(entry)).collect();
    let mut stored = checkout::sizes(repository, Some(top), &stored)?.into_iter();
    let size = |entry: &&Entry| match &entry.at {
        At::Blob(_) => stored.next().unwrap_or(Size::Absent),
        At::Disk => disk::size(top, entry),
    };
    Ok(wanted.iter().map(size).collect())
}
