//! A stretch of tokens that is compared with others, as tight as it goes: of a large repository there are millions.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::lang::tokens::NOWHERE;

/// A stretch of the tokens of one text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which token of the text is the first.
    pub start: u32,
    /// Half of the hash of each token: two tokens that it takes for one hardly stand in the same place of one copy.
    hashes: Box<[[u8; 4]]>,
    /// Where the lines change, in order; the first is at 0.
    steps: Box<[Step]>,
}

/// From one token of a part to the next step all tokens have these lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Step {
    at: u32,
    lines: (u32, u32),
}

impl Part {
    /// `hashes` and `lines` are as long as each other.
    pub fn of(start: u32, hashes: &[u64], lines: &[(u32, u32)]) -> Self {
        let changes = lines.iter().zip(0..).filter(|(of, at)| before(lines, *at) != Some(*of));
        Self {
            start,
            hashes: hashes.iter().map(|hash| ((hash >> 32) as u32).to_le_bytes()).collect(),
            steps: changes.map(|(lines, at)| Step { at, lines: *lines }).collect(),
        }
    }

    pub fn end(&self) -> u32 {
        self.start + self.tokens()
    }

    pub fn tokens(&self) -> u32 {
        u32::try_from(self.hashes.len()).unwrap_or(u32::MAX)
    }

    /// Says what stands in it, wherever that is: its place in the text counts from `start`, its lines from `line`.
    pub fn tell(&self, start: u32, line: u32, into: &mut Vec<u8>) {
        let mut say = |number: u32| into.extend(number.to_le_bytes());
        [self.start.wrapping_sub(start), self.tokens(), self.steps.len() as u32].into_iter().for_each(&mut say);
        for step in &self.steps {
            let from = |of: u32| if step.lines == NOWHERE { u32::MAX } else { of.wrapping_sub(line) };
            [step.at, from(step.lines.0), from(step.lines.1)].into_iter().for_each(&mut say);
        }
        into.extend_from_slice(self.hashes.as_flattened());
    }

    /// The first line that some of its tokens stand on.
    pub fn first_line(&self) -> Option<u32> {
        self.steps.iter().map(|step| step.lines).find(|lines| *lines != NOWHERE).map(|(first, _)| first)
    }

    /// So many bytes it takes in memory.
    pub fn size(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.hashes) + size_of_val(&*self.steps)
    }

    /// Its tokens, which it has no more behind that: they take most of its room.
    pub fn take_hashes(&mut self) -> impl Iterator<Item = u32> + use<> {
        std::mem::take(&mut self.hashes).into_iter().map(u32::from_le_bytes)
    }

    /// What of it lies in a stretch of the text.
    pub fn within(&self, stretch: &Range<u32>) -> Self {
        let (start, end) = (stretch.start.max(self.start), stretch.end.min(self.end()));
        let inner = start.saturating_sub(self.start)..end.saturating_sub(self.start);
        let hashes = self.hashes.get(inner.start as usize..inner.end as usize).unwrap_or_default();
        let moved = |step: &Step| Step { at: step.at.saturating_sub(inner.start), ..*step };
        Self { start, hashes: hashes.into(), steps: self.steps(&inner).iter().map(moved).collect() }
    }

    /// The lines from the first to the last of some of its tokens, one at least; none where none of them is text.
    pub fn lines_of(&self, tokens: Range<u32>) -> Option<(u32, u32)> {
        let is_text = |step: &&Step| step.lines != NOWHERE;
        let steps = self.steps(&tokens);
        Some((steps.iter().find(is_text)?.lines.0, steps.iter().rev().find(is_text)?.lines.1))
    }

    /// The steps that some of its tokens, one at least, are on.
    fn steps(&self, tokens: &Range<u32>) -> &[Step] {
        let first = self.steps.partition_point(|step| step.at <= tokens.start).saturating_sub(1);
        let end = self.steps.partition_point(|step| step.at < tokens.end);
        self.steps.get(first..end).unwrap_or_default()
    }
}

fn before(lines: &[(u32, u32)], at: u32) -> Option<&(u32, u32)> {
    lines.get((at as usize).checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use super::{NOWHERE, Part};
    use crate::lang::tokens::lines_of;

    #[test]
    fn lines_come_back() {
        let lines = [(3, 3), (3, 3), (3, 9), NOWHERE, NOWHERE, (10, 10), (10, 10), NOWHERE, (12, 14), (14, 14)];
        let hashes: Vec<u64> = (1..=10).map(|number| number << 40).collect();
        let part = Part::of(5, &hashes, &lines);
        for start in 0..10 {
            for end in start + 1..=10 {
                let expected = lines_of(&lines[start..end]);
                let (first, last) = (start as u32, end as u32);
                assert_eq!(part.lines_of(first..last), expected, "{start}..{end}");
                let inner = part.within(&(5 + first..5 + last));
                assert_eq!(inner, Part::of(5 + first, &hashes[start..end], &lines[start..end]));
            }
        }
    }
}
