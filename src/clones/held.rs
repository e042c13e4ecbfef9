//! The tokens of files that are kept while all are read: what is compared token by token need not be read and parsed a
//! second time.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::candidates::narrow;
use super::part::Part;
use super::sketch::Sketch;
use crate::lang::tokens::{Tokens, mix};

/// So many bytes are kept of whole texts. Behind that only what stood in a text before is kept: what is copied from those
/// whose first place was not kept is read again.
const WHOLE: usize = 48 << 20;

/// So many bytes are kept in all.
const ROOM: usize = 64 << 20;

/// So many hashes are kept of a file, of those that are larger than most.
const GRAMS: usize = 1 << 8;

/// What is kept of all files.
#[derive(Debug)]
pub struct Hold {
    /// The least number of tokens of a copy.
    least: u32,
    size: AtomicUsize,
    /// A bit for each hash that was seen. Two hashes may share one: that only keeps more.
    seen: Box<[AtomicU64]>,
}

/// What is kept of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What was to be kept.
    of: Vec<Range<u32>>,
    parts: Vec<Part>,
}

impl Hold {
    /// For so many files.
    pub fn new(files: usize, least: u32) -> Self {
        let bits = (files * GRAMS * 8).next_power_of_two().clamp(1 << 10, 1 << 27);
        Self { least, size: AtomicUsize::default(), seen: (0..bits / 64).map(|_| AtomicU64::default()).collect() }
    }

    /// Keeps of a text what may be a copy, as far as there is room.
    pub fn keep(&self, tokens: &Tokens, sketch: &Sketch) -> Option<Box<Held>> {
        let whole = 0..sketch.tokens;
        let before = narrow(sketch, std::slice::from_ref(&whole), self.least, |hash| self.see(hash));
        let size = self.size.load(Ordering::Relaxed);
        let of = if size < WHOLE { vec![whole] } else { before };
        if of.is_empty() || size > ROOM {
            return None;
        }
        let parts: Vec<Part> = of.iter().flat_map(|of| parts(tokens, of, self.least)).collect();
        self.size.fetch_add(parts.iter().map(Part::size).sum(), Ordering::Relaxed);
        Some(Box::new(Held { of, parts }))
    }

    /// Whether a hash was seen before.
    fn see(&self, hash: u32) -> bool {
        let bit = mix(hash.into()) as usize & (self.seen.len() * 64 - 1);
        let mask = 1 << (bit % 64);
        self.seen[bit / 64].fetch_or(mask, Ordering::Relaxed) & mask != 0
    }
}

impl Held {
    /// The parts of `least` tokens or more that lie in a stretch; none where not all of it was kept.
    pub fn parts(&self, stretch: &Range<u32>, least: u32) -> Option<Vec<Part>> {
        self.of.iter().find(|of| of.start <= stretch.start && stretch.end <= of.end)?;
        let first = self.parts.partition_point(|part| part.end() <= stretch.start);
        let inner = self.parts.iter().skip(first).take_while(|part| part.start < stretch.end);
        Some(inner.map(|part| part.within(stretch)).filter(|part| part.tokens() >= least).collect())
    }
}

/// What of a stretch of a text is compared: it without what is left out.
pub fn parts(tokens: &Tokens, stretch: &Range<u32>, least: u32) -> Vec<Part> {
    let first = tokens.segments.partition_point(|segment| segment.end <= stretch.start);
    let inner = tokens.segments.iter().skip(first).take_while(|segment| segment.start < stretch.end);
    inner
        .filter_map(|segment| {
            let (start, end) = (segment.start.max(stretch.start), segment.end.min(stretch.end));
            let range = start as usize..end as usize;
            let (hashes, lines) = (tokens.hashes.get(range.clone())?, tokens.lines.get(range)?);
            (end.saturating_sub(start) >= least).then(|| Part::of(start, hashes, lines))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Hold, Ordering, ROOM, WHOLE, parts};
    use crate::clones::sketch::Sketch;
    use crate::lang::tokens::Tokens;

    #[test]
    fn what_stood_in_a_text_before_is_kept() {
        let tokens = Tokens {
            hashes: (1..=300_u64).map(|number| number << 40).collect(),
            lines: (1..=300).map(|line| (line, line)).collect(),
            segments: vec![0..140, 140..300],
            ..Tokens::default()
        };
        let sketch = Sketch::of(&tokens, b"", false);
        let hold = Hold::new(3, 50);
        let whole = hold.keep(&tokens, &sketch).expect("there is room for all of it");
        assert_eq!(whole.parts(&(10..250), 50), Some(parts(&tokens, &(10..250), 50)));
        hold.size.store(WHOLE, Ordering::Relaxed);
        let copy = hold.keep(&tokens, &sketch).expect("its hashes were seen");
        assert_eq!(copy.parts(&(100..200), 50), Some(parts(&tokens, &(100..200), 50)));
        let other = Tokens { hashes: (1..=300_u64).map(|number| (number * 7) << 40).collect(), ..tokens.clone() };
        assert_eq!(hold.keep(&other, &Sketch::of(&other, b"", false)), None);
        hold.size.store(ROOM + 1, Ordering::Relaxed);
        assert_eq!(hold.keep(&tokens, &sketch), None);
    }
}
