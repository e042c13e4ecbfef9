//! A commit: what `--rev` names, or what is pushed.

use rustc_hash::{FxHashMap, FxHashSet};

use super::base::{held_before, renamed};
use super::git::Repository;
use super::index::{blob_ids, kind, mode, path, raw_diff, rises};
use super::{At, BlobId, Content, Entry, Size, Snapshot, Source, SourceError, blobs};
use crate::path::RepoPath;

/// More paths than this are not named on a command line.
const MOST_NAMED: usize = 256;

#[derive(Debug)]
pub struct CommitSource {
    repository: Repository,
    commit: String,
}

impl CommitSource {
    /// The commit that `revision` names.
    pub fn new(repository: Repository, revision: &str) -> Result<Self, SourceError> {
        let commit = repository.commit(revision)?;
        Ok(Self { repository, commit })
    }

    /// The entries that are called `paths`, and perhaps others.
    pub fn entries_at<'p>(&self, paths: impl Iterator<Item = &'p RepoPath>) -> Result<Vec<Entry>, SourceError> {
        let paths: Vec<&RepoPath> = paths.collect();
        let words: Option<Vec<&str>> = paths.iter().map(|path| std::str::from_utf8(path.as_bytes()).ok()).collect();
        // One that starts with a colon would be taken for more than a path.
        match words.filter(|words| words.len() <= MOST_NAMED && !words.iter().any(|word| word.starts_with(':'))) {
            Some(words) if words.is_empty() => Ok(Vec::new()),
            Some(words) => self.list(&words),
            None => self.list(&[]),
        }
    }

    /// The entries at `paths`, or all where none is named, sorted by path.
    fn list(&self, paths: &[&str]) -> Result<Vec<Entry>, SourceError> {
        let (mut entries, mut last) = (Vec::new(), Vec::new());
        let words = [&["ls-tree", "-r", "-z", "--full-tree", &self.commit, "--"], paths].concat();
        self.repository.records(&words, Vec::new(), |record| {
            let tab = memchr::memchr(b'\t', record)?;
            let mut words = record.get(..tab)?.split(|byte| *byte == b' ');
            let (kind, _type) = (kind(mode(words.next()?)?)?, words.next()?);
            let blob = BlobId::from_hex(words.next()?)?;
            let path = path(record.get(tab + 1..)?)?;
            rises(&mut last, path.as_bytes())?;
            entries.push(Entry::new(path, kind, At::Blob(blob)));
            Some(())
        })?;
        Ok(entries)
    }
}

impl Source for CommitSource {
    fn snapshot(&self) -> Snapshot {
        Snapshot::Commit(self.commit.clone())
    }

    fn entries(&self) -> Result<Vec<Entry>, SourceError> {
        self.list(&[])
    }

    fn sizes(&self, wanted: &[&Entry]) -> Result<Vec<Size>, SourceError> {
        blobs::sizes(&self.repository, &blob_ids(wanted))
    }

    fn read(&self, wanted: &[&Entry], each: &(dyn Fn(usize, Content<'_>) + Sync)) -> Result<(), SourceError> {
        let numbered: Vec<_> = blob_ids(wanted).into_iter().enumerate().collect();
        blobs::read(&self.repository, &numbered, each)
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
        let parent = format!("{}^", self.commit);
        let changes = match self.repository.commit(&parent) {
            Ok(parent) => {
                let words = ["diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-commit-id", &parent, &self.commit];
                raw_diff(&self.repository, &words)?
            }
            Err(SourceError::Git { .. }) => {
                let words =
                    ["diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-commit-id", "--root", &self.commit];
                raw_diff(&self.repository, &words)?
            }
            Err(error) => return Err(error),
        };
        Ok(changes.into_iter().map(|change| change.path).collect())
    }
}
