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
        let parts = parts(tokens, &of, self.least);
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
    /// The parts of `least` tokens or more that lie in `stretches`; none where not all of these were kept.
    pub fn parts(&self, stretches: &[Range<u32>], least: u32) -> Option<Vec<Part>> {
        let holds = |stretch: &Range<u32>| self.of.iter().any(|of| of.start <= stretch.start && stretch.end <= of.end);
        if !stretches.iter().all(holds) {
            return None;
        }
        let mut parts = Vec::new();
        for stretch in stretches {
            let first = self.parts.partition_point(|part| part.end() <= stretch.start);
            let inner = self.parts.iter().skip(first).take_while(|part| part.start < stretch.end);
            parts.extend(inner.map(|part| part.within(stretch)).filter(|part| part.tokens() >= least));
        }
        Some(parts)
    }
}

/// What of a text is compared: its stretches, without what is left out of them.
pub fn parts(tokens: &Tokens, stretches: &[Range<u32>], least: u32) -> Vec<Part> {
    let mut parts = Vec::new();
    for stretch in stretches {
        let first = tokens.segments.partition_point(|segment| segment.end <= stretch.start);
        for segment in tokens.segments[first..].iter().take_while(|segment| segment.start < stretch.end) {
            let (start, end) = (segment.start.max(stretch.start), segment.end.min(stretch.end));
            let range = start as usize..end as usize;
            if end.saturating_sub(start) >= least
                && let (Some(hashes), Some(lines)) = (tokens.hashes.get(range.clone()), tokens.lines.get(range))
            {
                parts.push(Part::of(start, hashes, lines));
            }
        }
    }
    parts
}
