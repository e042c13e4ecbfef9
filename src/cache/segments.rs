//! The format of a cached file: a header that names the build, then segments, each written at once. A segment is
//!
//! ```text
//! entries: u32 │ day: u32 │ bytes of values: u64 │ CRC-32 of the head and the index: u32
//! index: (key: 16 bytes │ start: u32 │ bytes: u32 │ CRC-32 of the value: u32) for each entry, sorted by key
//! values, one behind the other
//! ```
//!
//! in little endian. What does not add up, and all behind it, is not there.

use std::fs::File;

use super::Key;
use crate::source::disk;

/// What another build wrote is not read: it may tell other facts.
pub const HEADER: &[u8] = concat!("ssot cache ", env!("SSOT_SOURCES"), "\n").as_bytes();

const HEAD: usize = 20;
const INDEXED: usize = 28;

/// Where a value stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    at: u64,
    bytes: u32,
    sum: u32,
}

impl Entry {
    /// The bytes of the value, read into `into`; none where they are not those that were written.
    pub fn value<'b>(&self, file: &File, into: &'b mut Vec<u8>) -> Option<&'b [u8]> {
        disk::read_at(file, self.at, self.bytes as usize, into).ok()?;
        Some(into.as_slice()).filter(|bytes| crc32fast::hash(bytes) == self.sum)
    }
}

/// What one segment tells.
pub struct Segment {
    /// The day on which it was written, in days since 1970.
    pub day: u32,
    pub entries: Vec<(Key, Entry)>,
    /// Where the next one starts.
    pub end: u64,
}

/// Whether this build wrote the file.
pub fn has_header(file: &File) -> bool {
    let mut start = Vec::new();
    disk::read_at(file, 0, HEADER.len(), &mut start).is_ok() && start == HEADER
}

/// The segment that starts at a place in a file of so many bytes; none where no whole one does. Values are not read.
pub fn read(file: &File, start: u64, size: u64) -> Option<Segment> {
    let (mut head, mut index) = (Vec::new(), Vec::new());
    disk::read_at(file, start, HEAD, &mut head).ok()?;
    let (count, day) = (number(&head, 0)? as usize, number(&head, 4)?);
    let bytes = u64::from_le_bytes(head.get(8..16)?.try_into().ok()?);
    let indexed = count.checked_mul(INDEXED)?;
    let values = start.checked_add(HEAD as u64)?.checked_add(indexed as u64)?;
    let end = values.checked_add(bytes).filter(|end| *end <= size)?;
    disk::read_at(file, start + HEAD as u64, indexed, &mut index).ok()?;
    if number(&head, 16)? != sum(head.get(..16)?, &index) {
        return None;
    }
    let entry = |line: &[u8]| {
        let (at, bytes) = (values.checked_add(number(line, 16)?.into())?, number(line, 20)?);
        let is_within = at.checked_add(bytes.into()).is_some_and(|to| to <= end);
        is_within.then_some(())?;
        Some((line.get(..16)?.try_into().ok()?, Entry { at, bytes, sum: number(line, 24)? }))
    };
    Some(Segment { day, entries: index.chunks_exact(INDEXED).map(entry).collect::<Option<_>>()?, end })
}

/// Values, sorted by key, as one segment; none where they are too many for one.
pub fn write(day: u32, values: &[(Key, Vec<u8>)]) -> Option<Vec<u8>> {
    let total: usize = values.iter().map(|(_, value)| value.len()).sum();
    let mut head = Vec::with_capacity(HEAD);
    head.extend(u32::try_from(values.len()).ok()?.to_le_bytes());
    head.extend(day.to_le_bytes());
    head.extend(u64::from(u32::try_from(total).ok()?).to_le_bytes());
    let mut index = Vec::with_capacity(values.len() * INDEXED);
    let mut start = 0_u32;
    for (key, value) in values {
        let length = u32::try_from(value.len()).ok()?;
        index.extend_from_slice(key);
        index.extend(start.to_le_bytes());
        index.extend(length.to_le_bytes());
        index.extend(crc32fast::hash(value).to_le_bytes());
        start += length;
    }
    head.extend(sum(&head, &index).to_le_bytes());
    head.reserve_exact(index.len() + total);
    head.append(&mut index);
    values.iter().for_each(|(_, value)| head.extend_from_slice(value));
    Some(head)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn sum(head: &[u8], index: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(head);
    sum.update(index);
    sum.finalize()
}
