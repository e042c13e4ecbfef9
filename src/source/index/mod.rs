//! The index: what the next commit would hold. `$GIT_INDEX_FILE` names it, as in every hook.

mod file;

use rustc_hash::{FxHashMap, FxHashSet};

use super::base::{held_before, renamed};
use super::git::{Index, Repository};
use super::{At, BlobId, Content, Entry, Kind, Size, Snapshot, Source, SourceError, checkout, disk};
use crate::path::RepoPath;

pub use file::parse;

/// A larger file of an index is not read here: git lists it.
const MOST_BYTES: u64 = 1 << 30;

/// The trees of no files, in either of git's hashes.
const EMPTY_TREES: [&str; 2] =
    ["4b825dc642cb6eb9a060e54bf8d69288fbee4904", "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"];

#[derive(Debug)]
pub struct IndexSource {
    repository: Repository,
}

impl IndexSource {
    /// The index of a work tree; in a bare repository only one that is there: else nothing would pass for clean.
    pub fn new(repository: Repository) -> Result<Self, SourceError> {
        if repository.top().is_none() && !repository.index()?.path.exists() {
            return Err(SourceError::Bare);
        }
        Ok(Self { repository })
    }
}

impl Source for IndexSource {
    fn snapshot(&self) -> Snapshot {
        Snapshot::Index
    }

    fn entries(&self) -> Result<Vec<Entry>, SourceError> {
        let Staged { mut entries, unmerged, announced } = staged(&self.repository)?;
        if let Some(first) = unmerged.iter().min() {
            return Err(SourceError::Unmerged { count: unmerged.len(), first: first.clone() });
        }
        let is_empty = |entry: &Entry| matches!(&entry.at, At::Blob(blob) if blob.is_empty_blob());
        let announced = match announced {
            Some(announced) => announced,
            None if entries.iter().any(is_empty) => Announced::ask(&self.repository)?.paths(&entries),
            None => FxHashSet::default(),
        };
        if !announced.is_empty() {
            entries.retain(|entry| !(is_empty(entry) && announced.contains(&entry.path)));
        }
        Ok(entries)
    }

    fn sizes(&self, wanted: &[&Entry]) -> Result<Vec<Size>, SourceError> {
        let blobs: Vec<_> = wanted.iter().copied().zip(blob_ids(wanted)).collect();
        checkout::sizes(&self.repository, self.repository.top(), &blobs)
    }

    fn is_within(&self, entry: &Entry, most: u64) -> bool {
        checkout::is_within(&self.repository, entry, most)
    }

    fn read(&self, wanted: &[&Entry], each: &(dyn Fn(usize, Content<'_>) + Sync)) -> Result<(), SourceError> {
        let blobs = wanted.iter().zip(blob_ids(wanted)).enumerate();
        let numbered: Vec<_> = blobs.map(|(number, (entry, blob))| (number, *entry, blob)).collect();
        checkout::read(&self.repository, self.repository.top(), &numbered, each)
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
        Ok(changes(&self.repository, "--ita-invisible-in-index")?.into_iter().map(|change| change.path).collect())
    }
}

/// The blobs of entries that all lie in the object store.
pub(super) fn blob_ids<'e>(wanted: &[&'e Entry]) -> Vec<&'e BlobId> {
    let blob = |entry: &&'e Entry| match &entry.at {
        At::Blob(blob) => Some(blob),
        At::Disk => None,
    };
    wanted.iter().filter_map(blob).collect()
}

/// What an index holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Staged {
    pub entries: Vec<Entry>,
    /// The paths in conflict.
    pub unmerged: FxHashSet<RepoPath>,
    /// Which entries `git add -N` announced; none where that was not told.
    pub announced: Option<FxHashSet<RepoPath>>,
}

/// The entries of the index, from its file where that is plain, and else from git.
pub(super) fn staged(repository: &Repository) -> Result<Staged, SourceError> {
    let Index { path, hash } = repository.index()?;
    let bytes = disk::read_named(&path, MOST_BYTES).ok();
    match bytes.zip(hash).and_then(|(bytes, hash)| parse(&bytes, hash)) {
        Some(staged) => Ok(staged),
        None => listed(repository),
    }
}

/// The entries of the index as git lists them.
fn listed(repository: &Repository) -> Result<Staged, SourceError> {
    let (mut entries, mut unmerged) = (Vec::new(), FxHashSet::default());
    let (mut place, mut last) = (Vec::new(), Vec::new());
    repository.records(&["ls-files", "-s", "-z"], Vec::new(), |record| {
        let tab = memchr::memchr(b'\t', record)?;
        let mut words = record.get(..tab)?.split(|byte| *byte == b' ');
        let (kind, blob, stage) = (kind(mode(words.next()?)?)?, BlobId::from_hex(words.next()?)?, words.next()?);
        let path = path(record.get(tab + 1..)?)?;
        place.clear();
        [path.as_bytes(), b"\0", stage].into_iter().for_each(|part| place.extend_from_slice(part));
        rises(&mut last, &place)?;
        if stage == b"0" {
            entries.push(Entry::new(path, kind, At::Blob(blob)));
        } else {
            unmerged.insert(path);
        }
        Some(())
    })?;
    Ok(Staged { entries, unmerged, announced: None })
}

/// A mode of git as it is printed.
pub(super) fn mode(octal: &[u8]) -> Option<u32> {
    let digit = |mode: u32, byte: &u8| matches!(byte, b'0'..=b'7').then(|| mode << 3 | u32::from(byte - b'0'));
    (octal.len() == 6).then_some(octal)?.iter().try_fold(0, digit)
}

/// The kind that a mode of git stands for; none for a folder or what is no mode.
pub(super) fn kind(mode: u32) -> Option<Kind> {
    match mode {
        0o100_644 | 0o100_755 | 0o100_664 => Some(Kind::File),
        0o120_000 => Some(Kind::Symlink),
        0o160_000 => Some(Kind::Submodule),
        _ => None,
    }
}

/// A path that git may hold: not empty, not absolute, nothing that leaves the repository.
pub(super) fn path(bytes: &[u8]) -> Option<RepoPath> {
    let sound = !bytes.is_empty() && bytes.split(|byte| *byte == b'/').all(|part| !matches!(part, b"" | b"." | b".."));
    sound.then(|| RepoPath::new(bytes))
}

/// Git lists in order, each once: what does not would have no end, or two meanings.
pub(super) fn rises(last: &mut Vec<u8>, next: &[u8]) -> Option<()> {
    let rises = last.as_slice() < next;
    last.clear();
    last.extend_from_slice(next);
    rises.then_some(())
}

/// One path of a raw diff.
pub(super) struct Change {
    pub path: RepoPath,
    pub status: u8,
}

/// Reads the output of `--raw -z --no-renames`.
pub(super) fn raw_diff(repository: &Repository, words: &[&str]) -> Result<Vec<Change>, SourceError> {
    let (mut changes, mut status) = (Vec::new(), None);
    repository.records(words, Vec::new(), |record| {
        match status.take() {
            None => status = Some(*record.strip_prefix(b":")?.rsplit(|byte| *byte == b' ').next()?.first()?),
            Some(status) => {
                // What is unmerged and modified is listed as both.
                let path = path(record)?;
                let again = |last: &Change| last.path == path && last.status == status;
                if changes.last().is_some_and(again) {
                    return None;
                }
                changes.push(Change { path, status });
            }
        }
        Some(())
    })?;
    Ok(changes)
}

/// What the index changes against the commit that is checked out, or against nothing before the first.
pub(super) fn changes(repository: &Repository, ita: &str) -> Result<Vec<Change>, SourceError> {
    changes_since(repository, repository.head()?.as_deref(), ita)
}

pub(super) fn changes_since(
    repository: &Repository,
    head: Option<&str>,
    ita: &str,
) -> Result<Vec<Change>, SourceError> {
    let words =
        |base| ["diff-index", "--cached", "--raw", "-z", "--no-renames", "--ignore-submodules=dirty", ita, base];
    match head {
        Some(head) => raw_diff(repository, &words(head)),
        None => raw_diff(repository, &words(EMPTY_TREES[0])).or_else(|_| raw_diff(repository, &words(EMPTY_TREES[1]))),
    }
}

/// What tells which paths `git add -N` announced. A diff that is told not to see them shows them as deleted where the
/// base holds them, and else not at all; one that is told to see them shows them as added.
struct Announced {
    visible: Vec<Change>,
    invisible: Vec<Change>,
}

impl Announced {
    fn ask(repository: &Repository) -> Result<Self, SourceError> {
        let head = repository.head()?;
        let ask = |ita| changes_since(repository, head.as_deref(), ita);
        std::thread::scope(|scope| {
            let visible = scope.spawn(|| ask("--ita-visible-in-index"));
            let invisible = ask("--ita-invisible-in-index")?;
            Ok(Self { visible: finished(visible.join())?, invisible })
        })
    }

    /// Which of the paths of `held` were only announced.
    fn paths(self, held: &[Entry]) -> FxHashSet<RepoPath> {
        let added = self.visible.into_iter().filter(|change| change.status == b'A');
        let mut intended: FxHashSet<_> = added.map(|change| change.path).collect();
        let mut deleted = FxHashSet::default();
        for change in self.invisible {
            intended.remove(&change.path);
            if change.status == b'D' {
                deleted.insert(change.path);
            }
        }
        intended.extend(held.iter().map(|entry| &entry.path).filter(|path| deleted.contains(path)).cloned());
        intended
    }
}

/// The result of a thread; one that panicked is an error, not a pass.
pub(super) fn finished<T>(joined: std::thread::Result<Result<T, SourceError>>) -> Result<T, SourceError> {
    joined.unwrap_or_else(|_| {
        let error = std::io::Error::other("a thread that asked git panicked");
        Err(SourceError::Disk { path: "git".to_owned(), error })
    })
}
