//! One snapshot of a repository: its entries and their contents, from the index, a commit, the work tree,
//! or a plain folder.
//!
//! A source says what there is. What of it is judged, and how, is decided elsewhere; nothing here writes.

mod answer;
mod attributes;
pub mod base;
mod blobs;
mod checkout;
mod commit;
pub mod disk;
mod folder;
pub mod git;
pub mod index;
pub mod memory;
pub mod overlay;
mod past;
mod patterns;
pub mod purpose;
mod tree;
mod worktree;

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

pub use attributes::Attributes;
pub use commit::CommitSource;
pub use folder::FolderSource;
pub use git::Repository;
pub use index::IndexSource;
pub use past::Past;
pub use patterns::Patterns;
pub use tree::Tree;
pub use worktree::WorktreeSource;

use crate::path::RepoPath;

/// A larger content is not read: rules on content pass over it, with a note.
pub const MAX_CONTENT: u64 = 32 << 20;

/// What git takes an entry for. Only files have content that is judged; of the others, the name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    File,
    Symlink,
    Submodule,
    /// A FIFO, a socket or a device; or a new file of which only a filter of git's knows what is stored.
    Opaque,
}

const EMPTY_SHA1: [u8; 20] = [
    0xe6, 0x9d, 0xe2, 0x9b, 0xb2, 0xd1, 0xd6, 0x43, 0x4b, 0x8b, 0x29, 0xae, 0x77, 0x5a, 0xd8, 0xc2, 0xe4, 0x8c, 0x53,
    0x91,
];
const EMPTY_SHA256: [u8; 32] = [
    0x47, 0x3a, 0x0f, 0x4c, 0x3b, 0xe8, 0xa9, 0x36, 0x81, 0xa2, 0x67, 0xe3, 0xb1, 0xe9, 0xa7, 0xdc, 0xda, 0x11, 0x85,
    0x43, 0x6f, 0xe1, 0x41, 0xf7, 0x74, 0x91, 0x20, 0xa3, 0x03, 0x72, 0x18, 0x13,
];

/// The name of a content in git's object store, in binary.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BlobId {
    Sha1([u8; 20]),
    Sha256([u8; 32]),
}

impl BlobId {
    /// Reads 40 or 64 hexadecimal digits.
    pub fn from_hex(hex: &[u8]) -> Option<Self> {
        match hex.len() {
            40 => read_hex(hex).map(Self::Sha1),
            64 => read_hex(hex).map(Self::Sha256),
            _ => None,
        }
    }

    /// Takes the 20 or 32 bytes of a hash.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let sha1 = || bytes.try_into().ok().map(Self::Sha1);
        sha1().or_else(|| bytes.try_into().ok().map(Self::Sha256))
    }

    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Sha1(bytes) => bytes,
            Self::Sha256(bytes) => bytes,
        }
    }

    pub fn to_hex(&self) -> String {
        let digit = |digit: u8| char::from_digit(digit.into(), 16).unwrap_or_default();
        self.as_bytes().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }

    /// Whether this is the content of no bytes, in either of git's hashes.
    pub fn is_empty_blob(&self) -> bool {
        matches!(self, Self::Sha1(EMPTY_SHA1) | Self::Sha256(EMPTY_SHA256))
    }
}

/// As many bytes as there are pairs of digits.
fn read_hex<const BYTES: usize>(hex: &[u8]) -> Option<[u8; BYTES]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    };
    let mut bytes = [0; BYTES];
    for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// Where an entry's content lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    Blob(BlobId),
    /// A file on disk that differs from what git holds, or that git does not hold.
    Disk,
}

/// One path of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub path: RepoPath,
    pub kind: Kind,
    pub at: At,
    /// How many bytes its file had in the work tree when the index was last sure of it; zero where that is not told.
    pub noted: u32,
}

impl Entry {
    pub fn new(path: RepoPath, kind: Kind, at: At) -> Self {
        Self { path, kind, at, noted: 0 }
    }

    /// Whether a commit holds it as it is, given what is staged.
    pub fn is_kept(&self, staged: &FxHashSet<RepoPath>) -> bool {
        matches!(self.at, At::Blob(_)) && !staged.contains(&self.path)
    }
}

/// The size of an entry's content, in bytes, where it can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Size {
    Bytes(u64),
    /// The blob is not in this clone.
    Absent,
    Unreadable(String),
}

/// An entry's content, where it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    Bytes(&'a [u8]),
    /// Over [`MAX_CONTENT`], by its size in bytes.
    TooLarge(u64),
    /// The blob is not in this clone.
    Absent,
    Unreadable(String),
}

/// Which snapshot a source is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Snapshot {
    Index,
    /// With the commit's full name.
    Commit(String),
    Worktree,
}

/// Why a snapshot could not be read: a failure of git or of the disk, never a finding.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("git could not be started: {0}")]
    NoGit(std::io::Error),
    #[error("not a git repository{}", in_parentheses(.0))]
    NotARepository(String),
    /// With what git says, and the command that it advises.
    #[error("git refuses this repository{}", after_colon(.message))]
    Distrusted { message: String, remedy: String },
    #[error("`git {command}` failed{}", after_colon(.message))]
    Git { command: String, message: String, code: Option<i32> },
    #[error("`git {command}` gave no answer for {} s", .after.as_secs())]
    Silent { command: String, after: Duration },
    #[error("`git {command}` printed what git does not print: {what}")]
    Garbled { command: String, what: String },
    #[error("{} path(s) are unmerged, first {}", .count, .first)]
    Unmerged { count: usize, first: RepoPath },
    #[error("this clone does not reach back to `{}`", crate::path::printable(.0))]
    Shallow(String),
    #[error("`{}` and what is judged have no common ancestor", crate::path::printable(.0))]
    Unrelated(String),
    #[error("this repository has no work tree")]
    Bare,
    #[error("{path}: {error}")]
    Disk { path: String, error: std::io::Error },
}

impl SourceError {
    /// What to do about it; empty where the message says it.
    pub fn help(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Distrusted { remedy, .. } => {
                return format!("it belongs to another user; if you trust it: `{remedy}`").into();
            }
            Self::NoGit(_) => "install git, or put it on PATH",
            Self::NotARepository(_) => {
                "run this inside a git repository, or leave out --staged and --rev to judge the folder as it is"
            }
            Self::Git { message, .. } if message.contains("Permission denied") => {
                "git may not read what it needs: look who owns the files below the folder `git rev-parse --git-dir`"
            }
            Self::Git { message, .. } if message.contains("index file") => {
                "the index is damaged: `rm \"$(git rev-parse --git-path index)\" && git reset` makes it anew from HEAD"
            }
            Self::Git { message, .. } if message.contains("Needed a single revision") => {
                "check the name of the revision: this repository has none of that name"
            }
            Self::Git { .. } => "run the command by hand to see more",
            Self::Silent { .. } => "git hangs: look for a lock, a network file system or a waiting helper",
            Self::Garbled { command, .. } if command == "ls-files" => {
                "check that the `git` on PATH is git itself; if it is, the index is damaged: `rm \"$(git rev-parse --git-path index)\" && git reset` \
                 makes it anew from HEAD"
            }
            Self::Garbled { .. } => "check that the `git` on PATH is git itself",
            Self::Unmerged { .. } => "resolve the conflicts and `git add` the files first",
            Self::Shallow(_) => {
                "fetch more of its history: `git fetch --unshallow`, or in CI a checkout with full depth (`fetch-depth: 0`)"
            }
            Self::Unrelated(_) => "name a revision that the judged one grew from",
            Self::Bare => "name the commit to judge: --rev HEAD",
            Self::Disk { .. } => "",
        })
    }

    /// `git` or `io`, as the JSON verdict calls it.
    pub fn kind(&self) -> &'static str {
        if matches!(self, Self::Disk { .. }) { "io" } else { "git" }
    }
}

fn in_parentheses(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}

fn after_colon(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": {text}") }
}

/// One snapshot. Implementations are read-only and give the same answers however often they are asked.
pub trait Source: Sync {
    fn snapshot(&self) -> Snapshot;

    /// All entries; [`Tree::new`] sorts them, and keeps each path once.
    fn entries(&self) -> Result<Vec<Entry>, SourceError>;

    /// The sizes of the contents of `wanted`, in its order.
    fn sizes(&self, wanted: &[&Entry]) -> Result<Vec<Size>, SourceError>;

    /// Whether the content of `entry` surely has at most `most` bytes, as far as that shows without a look at it.
    fn is_within(&self, _entry: &Entry, _most: u64) -> bool {
        false
    }

    /// Calls `each` once for every one of `wanted`, by its number there, in any order, from several threads.
    fn read(&self, wanted: &[&Entry], each: &(dyn Fn(usize, Content<'_>) + Sync)) -> Result<(), SourceError>;

    /// The paths that this snapshot changes against its base: `HEAD`, or a commit's first parent.
    fn changed(&self) -> Result<FxHashSet<RepoPath>, SourceError>;

    /// The files that this snapshot holds at another path than its base, old path to new.
    fn renames(&self) -> Result<FxHashMap<RepoPath, RepoPath>, SourceError> {
        Ok(FxHashMap::default())
    }

    /// What the base held at some of `paths`, by path; nothing where there is no base.
    fn held_before(&self, _paths: &[RepoPath]) -> Result<FxHashMap<RepoPath, Vec<u8>>, SourceError> {
        Ok(FxHashMap::default())
    }

    /// Whether contents may be absent by design: in a partial clone. Elsewhere one that is absent is lost.
    fn is_partial(&self) -> Result<bool, SourceError> {
        Ok(false)
    }

    /// What a reader of the verdict should know of how the snapshot was taken.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The contents of files, by path; of what cannot be read there is none.
pub fn contents<'p>(
    source: &dyn Source,
    tree: &Tree,
    paths: impl IntoIterator<Item = &'p RepoPath>,
) -> Result<FxHashMap<RepoPath, Vec<u8>>, SourceError> {
    let entries: Vec<&Entry> = paths.into_iter().filter_map(|path| tree.get(path.as_bytes())).collect();
    let found = Mutex::new(FxHashMap::default());
    source.read(&entries, &|number, content| {
        if let (Content::Bytes(bytes), Some(entry)) = (content, entries.get(number)) {
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            found.insert(entry.path.clone(), bytes.to_vec());
        }
    })?;
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}
