//! What findings are about, hashed: by it one is known again at another path.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bstr::ByteSlice;

use crate::finding::Finding;
use crate::lang::text::lines;
use crate::path::RepoPath;
use crate::source::{Content, Source, SourceError, Tree};

/// How many lines with something on them count on either side: one line alone is written in many places.
const AROUND: usize = 2;

/// What a finding is about, hashed, blanks and carriage returns aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hash {
    /// Of its lines, or of its file where it is about that.
    pub own: u64,
    /// Of its lines with [`AROUND`] lines on either side.
    pub whole: u64,
}

/// What each of `findings` is about. None where the content cannot be read.
pub(super) fn hashes(
    source: &dyn Source,
    tree: &Tree,
    findings: &[&Finding],
) -> Result<Vec<Option<Hash>>, SourceError> {
    let mut by_path: BTreeMap<&RepoPath, Vec<usize>> = BTreeMap::new();
    for (number, finding) in findings.iter().enumerate() {
        by_path.entry(&finding.path).or_default().push(number);
    }
    let (entries, numbers): (Vec<_>, Vec<_>) =
        by_path.into_iter().filter_map(|(path, numbers)| Some((tree.get(path.as_bytes())?, numbers))).unzip();
    let hashes = Mutex::new(vec![None; findings.len()]);
    source.read(&entries, &|entry, content| {
        let Content::Bytes(bytes) = content else { return };
        let lines: Vec<&[u8]> = lines(bytes).collect();
        if bytes.trim_ascii().is_empty() {
            // What is empty is like all that is empty, and no evidence of a move.
            return;
        }
        let found = numbers[entry].iter().map(|number| (*number, of(findings[*number], bytes, &lines)));
        let found: Vec<_> = found.collect();
        let mut hashes = hashes.lock().unwrap_or_else(PoisonError::into_inner);
        found.into_iter().for_each(|(number, hash)| hashes[number] = Some(hash));
    })?;
    Ok(hashes.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// One hash for equal findings: of their hashes in any order; none where one of them has none.
pub(super) fn of_equals(hashes: &[Option<Hash>]) -> Option<u64> {
    let mut hashes: Vec<Option<u64>> = hashes.iter().map(|hash| hash.map(|hash| hash.whole)).collect();
    hashes.sort_unstable();
    match hashes.as_slice() {
        [one] => *one,
        many => {
            let mut hasher = blake3::Hasher::new();
            for hash in many {
                hasher.update(&(*hash)?.to_le_bytes());
            }
            Some(first_half(&hasher))
        }
    }
}

fn of(finding: &Finding, bytes: &[u8], lines: &[&[u8]]) -> Hash {
    if finding.whole_file {
        let mut hasher = blake3::Hasher::new();
        for part in bytes.split(|byte| *byte == b'\r') {
            hasher.update(part);
        }
        let hash = first_half(&hasher);
        return Hash { own: hash, whole: hash };
    }
    let first = (finding.span.start.line.max(1) as usize - 1).min(lines.len());
    if let Some(size) = finding.size {
        // A function with so many lines: what stands around it does not matter.
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let hash = of_lines(lines[first..first.saturating_add(size).min(lines.len())].iter());
        return Hash { own: hash, whole: hash };
    }
    let last = (finding.span.end.line as usize).clamp(first, lines.len());
    let has_text = |line: &&&[u8]| !line.trim_ascii().is_empty();
    let before = lines[..first].iter().rev().filter(has_text).take(AROUND);
    let after = lines[last..].iter().filter(has_text).take(AROUND);
    let own = &lines[first..last];
    Hash { own: of_lines(own.iter()), whole: of_lines(before.chain(own).chain(after)) }
}

fn of_lines<'l>(lines: impl Iterator<Item = &'l &'l [u8]>) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for line in lines {
        for word in line.fields() {
            hasher.update(word).update(b" ");
        }
        hasher.update(b"\n");
    }
    first_half(&hasher)
}

fn first_half(hasher: &blake3::Hasher) -> u64 {
    let mut half = [0; 8];
    hasher.finalize_xof().fill(&mut half);
    u64::from_le_bytes(half)
}
