//! Contents from git's object store, by name.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::answer::{Answer, excerpt};
use super::git::Repository;
use super::{BlobId, Content, MAX_CONTENT, Size, SourceError};

/// Below this many blobs a second git costs more than it saves.
const WORTH_A_GIT: usize = 256;

/// The sizes of `blobs`, in their order.
pub fn sizes(repository: &Repository, blobs: &[&BlobId]) -> Result<Vec<Size>, SourceError> {
    match told_sizes(repository, blobs) {
        // A git before 2.45 that may not fetch what a partial clone left out gives up at the first such blob.
        Err(SourceError::Git { message, .. }) if message.contains("promisor remote") => {
            let present = present(repository, blobs)?;
            let asked: Vec<_> = blobs.iter().copied().filter(|blob| present.contains(blob)).collect();
            let mut told = told_sizes(repository, &asked)?.into_iter();
            let size = |blob| if present.contains(blob) { told.next().unwrap_or(Size::Absent) } else { Size::Absent };
            Ok(blobs.iter().copied().map(size).collect())
        }
        told => told,
    }
}

/// Which of `blobs` this clone holds. Unlike the other ways to ask, this one never fetches, on any git.
fn present(repository: &Repository, blobs: &[&BlobId]) -> Result<FxHashSet<BlobId>, SourceError> {
    let words = ["rev-list", "--objects", "--no-walk", "--ignore-missing", "--missing=allow-any", "--no-object-names"];
    let mut answer = repository.ask(&[&words[..], &["--stdin"]].concat(), names(blobs))?;
    let mut present = FxHashSet::default();
    while let Some(line) = answer.until(b'\n')? {
        let Some(blob) = BlobId::from_hex(line) else {
            let what = excerpt(line);
            return Err(answer.garbled(&what));
        };
        present.insert(blob);
    }
    answer.finish()?;
    Ok(present)
}

fn told_sizes(repository: &Repository, blobs: &[&BlobId]) -> Result<Vec<Size>, SourceError> {
    if blobs.is_empty() {
        return Ok(Vec::new());
    }
    let words = ["cat-file", "--batch-check=%(objecttype) %(objectsize)", "--buffer"];
    let mut answer = repository.ask(&words, names(blobs))?;
    let mut sizes = Vec::with_capacity(blobs.len());
    for blob in blobs {
        sizes.push(match header(&mut answer, blob)? {
            Some(size) => Size::Bytes(size),
            None => Size::Absent,
        });
    }
    answer.finish()?;
    Ok(sizes)
}

/// Calls `each` with the content of every one of `blobs`, by its number, from several threads.
pub fn read(
    repository: &Repository,
    blobs: &[(usize, &BlobId)],
    each: &(dyn Fn(usize, Content<'_>) + Sync),
) -> Result<(), SourceError> {
    if blobs.is_empty() {
        return Ok(());
    }
    let share = blobs.len().div_ceil(rayon::current_num_threads()).max(WORTH_A_GIT);
    blobs.par_chunks(share).try_for_each(|blobs| read_share(repository, blobs, each))
}

fn read_share(
    repository: &Repository,
    blobs: &[(usize, &BlobId)],
    each: &(dyn Fn(usize, Content<'_>) + Sync),
) -> Result<(), SourceError> {
    let ids: Vec<_> = blobs.iter().map(|(_, blob)| *blob).collect();
    let mut small = Vec::with_capacity(blobs.len());
    for (&(number, blob), size) in blobs.iter().zip(sizes(repository, &ids)?) {
        match size {
            Size::Bytes(size) if size > MAX_CONTENT => each(number, Content::TooLarge(size)),
            Size::Bytes(_) => small.push((number, blob)),
            Size::Absent => each(number, Content::Absent),
            Size::Unreadable(why) => each(number, Content::Unreadable(why)),
        }
    }
    if small.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = small.iter().map(|(_, blob)| *blob).collect();
    let mut answer = repository.ask(&["cat-file", "--batch=%(objecttype) %(objectsize)", "--buffer"], names(&ids))?;
    let mut content = Vec::new();
    for (number, blob) in small {
        let Some(size) = header(&mut answer, blob)? else {
            each(number, Content::Absent);
            continue;
        };
        if size > MAX_CONTENT {
            return Err(answer.garbled("a size that it did not tell before"));
        }
        answer.exactly(size as usize + 1, &mut content)?;
        content.pop();
        each(number, Content::Bytes(&content));
    }
    answer.finish()
}

/// One name a line.
fn names(blobs: &[&BlobId]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(blobs.len() * 65);
    for blob in blobs {
        lines.extend_from_slice(blob.to_hex().as_bytes());
        lines.push(b'\n');
    }
    lines
}

/// Reads `blob SIZE`, or `NAME missing`.
fn header(answer: &mut Answer, blob: &BlobId) -> Result<Option<u64>, SourceError> {
    let Some(line) = answer.until(b'\n')? else {
        answer.finish()?;
        return Err(answer.garbled(&format!("nothing about {}", blob.to_hex())));
    };
    if line.ends_with(b" missing") {
        return Ok(None);
    }
    let size = line.strip_prefix(b"blob ").and_then(|size| std::str::from_utf8(size).ok()?.parse().ok());
    let Some(size) = size else {
        let what = excerpt(line);
        return Err(answer.garbled(&what));
    };
    Ok(Some(size))
}
