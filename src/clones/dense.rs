//! The tokens of files, as tight as they go: what is compared token by token need not be read and parsed a second time.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::sketch::LEAST;
use crate::lang::tokens::{NOWHERE, Tokens};

/// So many bytes are kept in all. What is over is read again: of a large repository most.
const ROOM: usize = 32 << 20;

/// How much is kept.
#[derive(Debug, Default)]
pub struct Room(AtomicUsize);

/// What is compared of the tokens of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dense {
    /// Those of [`Tokens`] in which a copy has room.
    segments: Box<[Range<u32>]>,
    /// The upper half of the hash of each token in them.
    hashes: Box<[u32]>,
    /// For each of them 0 where it is no text; else 1 more than the lines since the text before, where it ends on that line;
    /// else [`LONG`], and both lines.
    lines: Box<[u8]>,
}

const LONG: u8 = u8::MAX;

impl Dense {
    /// None where nothing can be a copy, and where there is no room.
    pub fn of(tokens: &Tokens, room: &Room) -> Option<Box<Self>> {
        let long_enough = |segment: &&Range<u32>| segment.end - segment.start >= LEAST;
        let segments: Box<[Range<u32>]> = tokens.segments.iter().filter(long_enough).cloned().collect();
        let count = segments.iter().map(ExactSizeIterator::len).sum::<usize>();
        if count == 0 || room.0.fetch_add(count * 5, Ordering::Relaxed) > ROOM {
            return None;
        }
        let (mut hashes, mut lines, mut before) = (Vec::with_capacity(count), Vec::with_capacity(count), 0_u32);
        for segment in &segments {
            let range = segment.start as usize..segment.end as usize;
            hashes.extend(tokens.hashes.get(range.clone())?.iter().map(|hash| (hash >> 32) as u32));
            for &(first, last) in tokens.lines.get(range)? {
                if (first, last) == NOWHERE {
                    lines.push(0);
                    continue;
                }
                match u8::try_from(first.wrapping_sub(before)) {
                    Ok(step) if step < LONG - 1 && first == last => lines.push(step + 1),
                    _ => {
                        lines.push(LONG);
                        lines.extend(first.to_le_bytes());
                        lines.extend(last.to_le_bytes());
                    }
                }
                before = first;
            }
        }
        Some(Box::new(Self { segments, hashes: hashes.into(), lines: lines.into() }))
    }

    /// As they were, without shapes and units, the lower half of each hash, and what stands between the segments.
    pub fn tokens(&self) -> Tokens {
        let count = self.segments.last().map_or(0, |last| last.end as usize);
        let (mut hashes, mut lines) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let (mut own, mut bytes, mut before) = (self.hashes.iter(), self.lines.iter().copied(), 0_u32);
        for segment in &self.segments {
            hashes.resize(segment.start as usize, 0);
            lines.resize(segment.start as usize, NOWHERE);
            hashes.extend(own.by_ref().take(segment.len()).map(|hash| u64::from(*hash) << 32));
            for _ in segment.clone() {
                lines.push(match bytes.next() {
                    None | Some(0) => NOWHERE,
                    Some(LONG) => {
                        let mut number = || u32::from_le_bytes([(); 4].map(|()| bytes.next().unwrap_or_default()));
                        before = number();
                        (before, number())
                    }
                    Some(step) => {
                        before = before.wrapping_add(u32::from(step) - 1);
                        (before, before)
                    }
                });
            }
        }
        Tokens { hashes, lines, segments: self.segments.to_vec(), ..Tokens::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dense, NOWHERE, ROOM, Room, Tokens};

    #[test]
    fn tokens_come_back() {
        let places = [(3, 3), (3, 9), NOWHERE, (4, 4), (257, 257), (512, 512), NOWHERE, (2, 2)];
        let lines: Vec<_> = places.into_iter().cycle().take(200).collect();
        let hashes = (1..=200_u64).map(|number| number << 40).collect();
        let tokens = Tokens { hashes, lines, segments: vec![0..60, 60..70, 70..200], ..Tokens::default() };
        let room = Room::default();
        let back = Dense::of(&tokens, &room).map(|dense| dense.tokens()).unwrap_or_default();
        assert_eq!(back.segments, [0..60, 70..200]);
        for range in [0..60, 70..200] {
            assert_eq!(
                (&back.hashes[range.clone()], &back.lines[range.clone()]),
                (&tokens.hashes[range.clone()], &tokens.lines[range])
            );
        }
        room.0.fetch_add(ROOM, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(Dense::of(&tokens, &room), None);
    }
}
