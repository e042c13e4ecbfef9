//! The tokens of files that are kept while all are read: what is compared token by token need not be read and parsed a
//! second time.
//!
//! Of the texts that were read last all tokens are kept. Where there are too many of them, what has stood in no other text
//! so far goes. Copies stand near each other for the most part: only one whose fellow comes late is read again.

use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::candidates::narrow;
use super::part::Part;
use super::seen::Seen;
use super::sketch::Sketch;
use crate::lang::tokens::{Tokens, mix};

/// So many bytes are kept of whole texts.
const WHOLE: usize = 40 << 20;

/// So many bytes are kept of what stood in several.
const SHARED: usize = 64 << 20;

/// So many hashes a file has, if it is larger than most.
const GRAMS: usize = 1 << 6;

/// What is kept of all texts, while they are read.
#[derive(Debug)]
pub struct Hold {
    files: usize,
    /// The least number of tokens of a copy.
    least: u32,
    /// The hashes of texts that are no more kept whole; made when there is one.
    seen: OnceLock<Seen>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Whole texts, with what they are known by, and their size.
    whole: Vec<(Sketch, Held)>,
    whole_size: usize,
    shared: Texts,
    shared_size: usize,
}

/// What is kept of each text.
pub type Texts = FxHashMap<TextId, Held>;

/// The digest and the number of tokens of a text.
pub type TextId = (u64, u32);

/// What is kept of one text.
#[derive(Debug)]
pub struct Held {
    /// All that was to be kept.
    of: Vec<Range<u32>>,
    parts: Vec<Part>,
}

impl Hold {
    /// For so many files at most.
    pub fn new(files: usize, least: u32) -> Self {
        Self { files, least, seen: OnceLock::new(), kept: Mutex::default() }
    }

    /// Keeps the tokens of a text.
    pub fn keep(&self, tokens: &Tokens, sketch: &Sketch) {
        let whole = 0..sketch.tokens;
        let held = Held { parts: parts(tokens, &whole, self.least), of: Vec::from([whole]) };
        if held.parts.is_empty() {
            return;
        }
        let Sketch { digest, tokens, ref grams, .. } = *sketch;
        let known_by = Sketch { digest, tokens, grams: grams.clone(), ..Sketch::default() };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.whole_size += held.size();
        kept.whole.push((known_by, held));
        if kept.whole_size <= WHOLE {
            return;
        }
        kept.whole_size = 0;
        let whole = std::mem::take(&mut kept.whole);
        drop(kept);
        let seen = self.seen.get_or_init(|| Seen::new(self.files * GRAMS * 8, 1 << 27));
        for (_, hash) in whole.iter().flat_map(|(sketch, _)| sketch.grams.iter()) {
            seen.see(mix(hash.into()));
        }
        for (sketch, held) in whole {
            let of = narrow(&sketch, &held.of, self.least, |hash| seen.is_again(mix(hash.into())));
            self.keep_shared(&sketch, held, of);
        }
    }

    fn keep_shared(&self, sketch: &Sketch, whole: Held, of: Vec<Range<u32>>) {
        let parts: Vec<Part> = of.iter().filter_map(|of| whole.parts(of, self.least)).flatten().collect();
        let held = Held { of, parts };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if !held.parts.is_empty() && kept.shared_size < SHARED {
            kept.shared_size += held.size();
            kept.shared.insert(sketch.id(), held);
        }
    }

    /// All that is kept.
    pub fn finish(self) -> Texts {
        let Kept { whole, mut shared, .. } = self.kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        shared.extend(whole.into_iter().map(|(sketch, held)| (sketch.id(), held)));
        shared
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

    fn size(&self) -> usize {
        self.parts.iter().map(Part::size).sum()
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
    use super::{Hold, SHARED, WHOLE, parts};
    use crate::clones::sketch::Sketch;
    use crate::lang::tokens::Tokens;

    fn text(step: u64) -> (Tokens, Sketch) {
        let tokens = Tokens {
            hashes: (1..=300_u64).map(|number| (number * step) << 40).collect(),
            lines: (1..=300).map(|line| (line, line)).collect(),
            segments: vec![0..140, 140..300],
            ..Tokens::default()
        };
        let sketch = Sketch::of(&tokens, b"", false);
        (tokens, sketch)
    }

    #[test]
    fn what_stands_in_several_texts_is_kept() {
        let (one, other) = (text(1), text(7));
        let again = Sketch { digest: 5, ..one.1.clone() };
        let keep = |whole_size, shared_size| {
            let hold = Hold::new(3, 50);
            hold.keep(&other.0, &other.1);
            hold.keep(&one.0, &one.1);
            if let Ok(mut kept) = hold.kept.lock() {
                (kept.whole_size, kept.shared_size) = (whole_size, shared_size);
            }
            hold.keep(&one.0, &again);
            hold.finish()
        };
        let all = keep(0, 0);
        let holds = |text: &(Tokens, Sketch)| all.get(&(text.1.digest, 300))?.parts(&(10..250), 50);
        assert_eq!(all.len(), 3);
        assert_eq!(holds(&one), Some(parts(&one.0, &(10..250), 50)));
        assert_eq!(holds(&other), Some(parts(&other.0, &(10..250), 50)));
        let shared = keep(WHOLE, 0);
        assert_eq!(shared.len(), 2);
        assert_eq!(shared[&(5, 300)].parts(&(100..200), 50), Some(parts(&one.0, &(100..200), 50)));
        assert!(keep(WHOLE, SHARED).is_empty());
    }
}
