//! Contents that git holds, from the files of the work tree that still hold them. To open a file takes a tenth of the
//! time that git takes to unpack a blob; the name of a blob is a hash of it, and tells whether the file is the same:
//! not where it was changed, and not where git converts it on its way to the disk.

use std::path::Path;

use rayon::prelude::*;
use sha1::{Digest, Sha1};

use super::git::Repository;
use super::{At, BlobId, Content, Entry, Size, SourceError, blobs, disk};

/// One byte of an old encoding may be two characters of three bytes each in UTF-8.
const GROWTH: u64 = 8;

/// A pointer of Git LFS is smaller.
const POINTER: u64 = 1 << 10;

/// Calls `each` with the content of every one of `wanted`, by its number, from several threads. What the work tree at
/// `top` does not hold comes from git.
pub fn read(
    repository: &Repository,
    top: Option<&Path>,
    wanted: &[(usize, &Entry, &BlobId)],
    each: &(dyn Fn(usize, Content<'_>) + Sync),
) -> Result<(), SourceError> {
    let elsewhere = wanted.par_iter().with_max_len(disk::SHARE).map_init(Vec::new, |buffer, &(number, entry, blob)| {
        let content = top.and_then(|top| disk::read_one(&top.join(entry.path.to_os()), buffer).ok());
        match content {
            Some(Content::Bytes(bytes)) if is_of(blob, bytes) => {
                each(number, Content::Bytes(bytes));
                None
            }
            _ => Some((number, blob)),
        }
    });
    let rest: Vec<_> = elsewhere.flatten().collect();
    blobs::read(repository, &rest, each)
}

/// The sizes of all `wanted`, in their order, in the same manner: what git does not hold may lie in the work tree.
pub fn sizes(
    repository: &Repository,
    top: Option<&Path>,
    wanted: &[(&Entry, &BlobId)],
) -> Result<Vec<Size>, SourceError> {
    let blobs: Vec<&BlobId> = wanted.iter().map(|(_, blob)| *blob).collect();
    let mut sizes = blobs::sizes(repository, &blobs)?;
    let absent = sizes.iter_mut().zip(wanted).filter(|(size, _)| **size == Size::Absent);
    let mut buffer = Vec::new();
    for (size, (entry, blob)) in absent {
        let content = top.and_then(|top| disk::read_one(&top.join(entry.path.to_os()), &mut buffer).ok());
        if let Some(Content::Bytes(bytes)) = content
            && is_of(blob, bytes)
        {
            *size = Size::Bytes(bytes.len() as u64);
        }
    }
    Ok(sizes)
}

/// Whether a content that git holds surely has at most `most` bytes, by the size that the index notes of its file. What git
/// itself converts on the way (line endings, encodings, `$Id$`) makes it no more than [`GROWTH`] times as large.
pub fn is_within(repository: &Repository, entry: &Entry, most: u64) -> bool {
    match &entry.at {
        At::Blob(blob) if blob.is_empty_blob() => true,
        At::Blob(_) => {
            let largest = u64::from(entry.noted) * GROWTH + POINTER;
            entry.noted > 0 && largest <= most && !repository.may_enlarge()
        }
        At::Disk => false,
    }
}

/// Whether the work tree holds the content of an entry just as git does.
pub fn is_there(top: &Path, entry: &Entry, buffer: &mut Vec<u8>) -> bool {
    let At::Blob(blob) = &entry.at else { return true };
    let content = disk::read_one(&top.join(entry.path.to_os()), buffer);
    matches!(content, Ok(Content::Bytes(bytes)) if is_of(blob, bytes))
}

/// Whether a content is that of a blob, as SHA-1 tells; of one that SHA-256 names it is not known.
fn is_of(blob: &BlobId, bytes: &[u8]) -> bool {
    let mut hash = Sha1::new_with_prefix(format!("blob {}\0", bytes.len()));
    hash.update(bytes);
    hash.finalize().as_slice() == blob.as_bytes()
}
