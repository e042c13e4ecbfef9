//! Which stretches of which texts can be copies: those whose kept hashes stand elsewhere too.

use std::ops::Range;

use rayon::prelude::*;

use super::Text;
use super::seen::Seen;
use super::sketch::{GRAM, Sketch, WINDOW};
use crate::lang::tokens::mix;
use crate::source::Entry;

/// Taking away what is alone may leave more alone; after so many times hardly anything changes: of 10 million lines 9.3, 7.9
/// and 7.7 million tokens are left.
const ROUNDS: usize = 2;

/// A stretch of the tokens of a text that can hold a copy.
#[derive(Clone, Debug)]
pub struct Candidate<'t> {
    /// The number of the text.
    pub text: usize,
    pub stretch: Range<u32>,
    pub group: u32,
    /// Many files of one text are two: what stands in the second stands in all but the first.
    pub twins: usize,
    /// The first of the files.
    pub entry: &'t Entry,
}

/// The candidates of all texts, in order; none is too short for a copy of `least` tokens.
pub fn find<'t>(texts: &[Text<'t>], least: u32) -> Vec<Candidate<'t>> {
    let of_text = |(number, (text, stretches)): (usize, (&Text<'t>, Vec<Range<u32>>))| {
        let (group, twins, entry) = (text.group(), text.files.len().min(2), text.files.first().map(|file| file.entry));
        let stretches = stretches.into_iter();
        stretches.filter_map(move |stretch| Some(Candidate { text: number, stretch, group, twins, entry: entry? }))
    };
    texts.iter().zip(stretches(texts, least)).enumerate().flat_map(of_text).collect()
}

/// For each text the stretches of tokens that can hold a copy of `least` tokens, in order.
fn stretches(texts: &[Text<'_>], least: u32) -> Vec<Vec<Range<u32>>> {
    let all = |text: &Text<'_>| std::iter::once(0..text.sketch.tokens).collect::<Vec<_>>();
    let mut found: Vec<Vec<Range<u32>>> = texts.iter().map(all).collect();
    for _ in 0..ROUNDS {
        // Most texts have nothing in common with another, and are looked at once.
        let open = || texts.par_iter().zip(&found).filter(|(_, stretches)| !stretches.is_empty());
        let hashes: usize = open().map(|(text, _)| text.sketch.grams.len()).sum();
        let seen = Seen::new(hashes * 8, 1 << 28);
        open().for_each(|(text, stretches)| {
            each_gram(&text.sketch, stretches, |_, _, hash| {
                (0..text.files.len().min(2)).for_each(|_| seen.see(in_group(text, hash)));
            });
        });
        let before: usize = found.iter().map(Vec::len).sum();
        let narrowed = texts.par_iter().zip(&found).map(|(text, stretches)| match stretches.is_empty() {
            true => Vec::new(),
            false => narrow(&text.sketch, stretches, least, |hash| seen.is_again(in_group(text, hash))),
        });
        found = narrowed.collect();
        let after: usize = found.iter().map(Vec::len).sum();
        if after == before {
            break;
        }
    }
    found
}

/// Files of different groups are never compared.
pub fn in_group(text: &Text<'_>, hash: u32) -> u64 {
    mix(u64::from(text.group()) << 32 | u64::from(hash))
}

/// Calls `each` with the number of the stretch, the place and the hash of every kept hash that lies in a stretch.
pub fn each_gram(sketch: &Sketch, stretches: &[Range<u32>], mut each: impl FnMut(usize, u32, u32)) {
    let mut at = 0;
    for (place, hash) in sketch.grams.iter() {
        while stretches.get(at).is_some_and(|stretch| stretch.end < place + GRAM) {
            at += 1;
        }
        if stretches.get(at).is_some_and(|stretch| stretch.start <= place) {
            each(at, place, hash);
        }
    }
}

/// The runs of hashes that are shared, with all that a copy around them can take in, where that has room for one.
pub fn narrow(
    sketch: &Sketch,
    stretches: &[Range<u32>],
    least: u32,
    mut is_shared: impl FnMut(u32) -> bool,
) -> Vec<Range<u32>> {
    let mut narrowed: Vec<Range<u32>> = Vec::new();
    let mut run: Option<(usize, u32, u32)> = None;
    let mut close = |run: &mut Option<(usize, u32, u32)>| {
        let Some((_, first, last)) = run.take() else { return };
        let start = first.saturating_sub(WINDOW - 1);
        let end = (last + GRAM + WINDOW - 1).min(sketch.tokens);
        if end - start < least {
            return;
        }
        match narrowed.last_mut().filter(|before| before.end >= start) {
            Some(before) => before.end = end,
            None => narrowed.push(start..end),
        }
    };
    each_gram(sketch, stretches, |stretch, place, hash| {
        if !is_shared(hash) {
            close(&mut run);
            return;
        }
        match &mut run {
            Some((open, _, last)) if *open == stretch => *last = place,
            _ => {
                close(&mut run);
                run = Some((stretch, place, place));
            }
        }
    });
    close(&mut run);
    narrowed
}
