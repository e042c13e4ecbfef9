//! The file of the index, read without git: a list of paths takes git longer to print than all else that is to be done
//! for a small change.
//!
//! The form is told in gitformat-index(5), versions 2 to 4. What is split, holds folders in place of files, or is
//! anything but plain and whole gives nothing, and git is asked. Like git, this does not compute the hash at the end.

use rustc_hash::FxHashSet;

use super::{Staged, kind, path};
use crate::source::{At, BlobId, Entry};

/// The bytes of an entry before its blob, and where its mode and the size of its file begin in them.
const BEFORE_BLOB: usize = 40;
const MODE: usize = 24;
const SIZE: usize = 36;

/// The flags of an entry: how long its path is, at most; its stage; whether two more bytes of flags follow.
const LENGTH: u16 = 0x0fff;
const STAGE: u16 = 0x3000;
const EXTENDED: u16 = 0x4000;

/// The further flags that git knows: what `git add -N` announced, and what is left out of a sparse checkout.
const ANNOUNCED: u16 = 0x2000;
const SKIPPED: u16 = 0x4000;

/// What an index holds in a repository whose hashes are of `hash` bytes; none where git has to be asked.
pub fn parse(bytes: &[u8], hash: usize) -> Option<Staged> {
    let mut rest = bytes.get(..bytes.len().checked_sub(hash)?)?;
    if take(&mut rest, 4)? != b"DIRC" {
        return None;
    }
    let version = u32(&mut rest).filter(|version| matches!(version, 2..=4))?;
    let count = usize::try_from(u32(&mut rest)?).ok()?;
    let mut staged = Staged { announced: Some(FxHashSet::default()), ..Staged::default() };
    staged.entries.reserve(count.min(rest.len() / (BEFORE_BLOB + hash)));
    // The path and the stage of this entry, and of the one before.
    let (mut name, mut before) = (Vec::new(), (Vec::new(), 0));
    for _ in 0..count {
        let start = rest;
        let fixed = take(&mut rest, BEFORE_BLOB)?;
        let kind = kind(u32(&mut fixed.get(MODE..)?)?)?;
        let noted = u32(&mut fixed.get(SIZE..)?)?;
        let blob = BlobId::from_bytes(take(&mut rest, hash)?)?;
        let flags = u16(&mut rest)?;
        let more = match flags & EXTENDED {
            0 => 0,
            _ if version < 3 => return None,
            _ => u16(&mut rest)?,
        };
        if more & !(ANNOUNCED | SKIPPED) != 0 {
            return None;
        }
        name.clear();
        if version == 4 {
            let kept = before.0.len().checked_sub(offset(&mut rest)?)?;
            name.extend_from_slice(before.0.get(..kept)?);
        }
        name.extend_from_slice(until_nul(&mut rest)?);
        if name.len().min(LENGTH.into()) != usize::from(flags & LENGTH) {
            return None;
        }
        if version < 4 {
            // One NUL was taken; up to seven more let the next entry begin at a multiple of eight.
            let padding = (start.len() - rest.len()).next_multiple_of(8) - (start.len() - rest.len());
            if take(&mut rest, padding)?.iter().any(|byte| *byte != 0) {
                return None;
            }
        }
        let path = path(&name)?;
        let stage = (flags & STAGE) >> 12;
        if (&before.0, before.1) >= (&name, stage) {
            return None;
        }
        std::mem::swap(&mut before.0, &mut name);
        before.1 = stage;
        if stage != 0 {
            staged.unmerged.insert(path);
            continue;
        }
        if more & ANNOUNCED != 0 {
            staged.announced.as_mut()?.insert(path.clone());
        }
        staged.entries.push(Entry { noted, ..Entry::new(path, kind, At::Blob(blob)) });
    }
    only_optional(rest)?;
    Some(staged)
}

/// Whether all that follows the entries may be passed over, which the first letter of its name says.
fn only_optional(mut rest: &[u8]) -> Option<()> {
    while !rest.is_empty() {
        let name = take(&mut rest, 4)?;
        let size = usize::try_from(u32(&mut rest)?).ok()?;
        take(&mut rest, size)?;
        name.first()?.is_ascii_uppercase().then_some(())?;
    }
    Some(())
}

fn take<'b>(rest: &mut &'b [u8], count: usize) -> Option<&'b [u8]> {
    let (taken, after) = rest.split_at_checked(count)?;
    *rest = after;
    Some(taken)
}

/// The bytes before the next NUL, which is taken too.
fn until_nul<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let taken = take(rest, memchr::memchr(0, rest)?)?;
    take(rest, 1)?;
    Some(taken)
}

fn u16(rest: &mut &[u8]) -> Option<u16> {
    Some(u16::from_be_bytes(take(rest, 2)?.try_into().ok()?))
}

fn u32(rest: &mut &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(take(rest, 4)?.try_into().ok()?))
}

/// A number of variable length, as packs write offsets (gitformat-pack): each byte but the last adds one.
fn offset(rest: &mut &[u8]) -> Option<usize> {
    let mut value = 0usize;
    loop {
        let byte = *take(rest, 1)?.first()?;
        value = value.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
        value = value.checked_add(1)?;
    }
}
