//! The tokens of one file as copies are looked for in them: layout and comments aside, without what is left out.

use std::ops::Range;

/// What one file is made of. All vectors but the last three are as long as there are tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Kind and text of each token, hashed.
    pub hashes: Vec<u64>,
    /// The same with names and literals aside; empty in a language whose names are not told.
    pub shapes: Vec<Shape>,
    /// The first and the last line of each token; [`NOWHERE`] for the end of a line or a block.
    pub lines: Vec<(u32, u32)>,
    /// Stretches of tokens between what is left out, in order: no copy reaches across.
    pub segments: Vec<Range<u32>>,
    /// Functions and classes, each from its keyword, or the head before its brace, to its last token; one in another comes
    /// behind it.
    pub units: Vec<Range<u32>>,
    /// Of each unit, how many of its first tokens only say what it takes: the head of a function with its docstring, or all
    /// of one that only hands that on.
    pub heads: Vec<u32>,
}

/// What a hash is multiplied by for each part behind it; any large odd number.
pub const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The lines of a token that is no text.
pub const NOWHERE: (u32, u32) = (0, 0);

/// The lines from the first to the last of tokens; none where none of them is text.
pub fn lines_of(lines: &[(u32, u32)]) -> Option<(u32, u32)> {
    let is_text = |lines: &&(u32, u32)| **lines != NOWHERE;
    Some((lines.iter().find(is_text)?.0, lines.iter().rev().find(is_text)?.1))
}

/// A token when names and literals do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Kind and text, hashed; all literals are alike.
    Fixed(u32),
    /// A name, and which token bore the same one last.
    Name(Option<u32>),
    /// Tells nothing: the second of two strings side by side.
    Silent,
}

/// Builds [`Tokens`] in the order of the text.
#[derive(Debug, Default)]
pub struct Builder {
    tokens: Tokens,
    start: u32,
}

impl Builder {
    /// With room for so many tokens.
    pub fn with_room(most: usize) -> Self {
        let tokens = Tokens {
            hashes: Vec::with_capacity(most),
            shapes: Vec::with_capacity(most),
            lines: Vec::with_capacity(most),
            ..Tokens::default()
        };
        Self { tokens, start: 0 }
    }

    /// The number of the next token.
    pub fn next(&self) -> u32 {
        u32::try_from(self.tokens.hashes.len()).unwrap_or(u32::MAX)
    }

    pub fn push(&mut self, hash: u64, lines: (u32, u32)) {
        self.tokens.hashes.push(hash);
        self.tokens.lines.push(lines);
    }

    pub fn push_shaped(&mut self, hash: u64, shape: Shape, lines: (u32, u32)) {
        self.push(hash, lines);
        self.tokens.shapes.push(shape);
    }

    /// Takes the last token back if it is this one: a comma before a closing bracket is layout.
    pub fn take_back(&mut self, hash: u64) {
        if self.next() > self.start && self.tokens.hashes.last() == Some(&hash) {
            self.tokens.hashes.pop();
            self.tokens.lines.pop();
            self.tokens.shapes.pop();
        }
    }

    /// Something is left out here.
    pub fn cut(&mut self) {
        let next = self.next();
        if next > self.start {
            self.tokens.segments.push(self.start..next);
        }
        self.start = next;
    }

    /// Adds a function or class of which the first tokens, so many, are the head.
    pub fn unit(&mut self, tokens: Range<u32>, head: u32) {
        self.tokens.units.push(tokens);
        self.tokens.heads.push(head);
    }

    pub fn finish(mut self) -> Tokens {
        self.cut();
        self.tokens
    }
}

/// A hash of a token's kind and text, eight bytes at a time, mixed so that its last bits are as good as its first.
///
/// Both halves of a product are folded into one, so that no byte of a word undoes what one of the word before did.
pub fn hash(kind: u64, text: &[u8]) -> u64 {
    let add = |hash: u64, word: u64| {
        let product = u128::from(hash ^ word) * u128::from(BASE);
        product as u64 ^ (product >> 64) as u64
    };
    let (words, rest) = text.as_chunks::<8>();
    let start = add(add(0, kind), text.len() as u64);
    let hash = words.iter().fold(start, |hash, word| add(hash, u64::from_le_bytes(*word)));
    // The last bytes of a longer text are read with some before them, which are taken away.
    let last = match text.last_chunk() {
        Some(last) if !rest.is_empty() => u64::from_be_bytes(*last) & (u64::MAX >> (64 - 8 * rest.len())),
        _ => rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    mix(add(hash, last))
}

/// Of numbers in a row. What it adds up does not wait for one number to be mixed before the next.
pub fn hash_all(numbers: impl Iterator<Item = u64>) -> u64 {
    mix(numbers.fold(0, |sum: u64, number| sum.wrapping_mul(BASE).wrapping_add(mix(number))))
}

/// A bijection after which close numbers are far apart (the last step of MurmurHash3).
pub fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::hash;

    #[test]
    fn texts_that_differ_in_few_places() {
        let letters = |number: usize| (0..8).map(move |at| char::from(b"aemi"[number >> (2 * at) & 3]));
        let names = (0..1 << 16).map(|number| format!("param_aa{}", letters(number).collect::<String>()));
        let numbered = (0..1000).map(|number| format!("prefix_{number:03}_{number:03}_{number:03}"));
        let columns = (0..4096).map(|number| [0, 4, 8].map(|at| format!("{:4}", number >> at & 15)).concat());
        let lengths = (0..40).flat_map(|length| ["a", "\0", "ab"].map(|text| text.repeat(length)));
        let all: BTreeSet<String> = names.chain(numbered).chain(columns).chain(lengths).collect();
        for kind in [0, 1, 3] {
            let hashes: BTreeSet<u64> = all.iter().map(|text| hash(kind, text.as_bytes())).collect();
            assert_eq!(hashes.len(), all.len(), "of kind {kind}");
        }
        let kinds: BTreeSet<u64> = (0..100).map(|kind| hash(kind, b"")).collect();
        assert_eq!(kinds.len(), 100);
    }
}
