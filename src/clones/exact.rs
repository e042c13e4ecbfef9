//! Stretches of equal tokens: of the candidates every longest repeat in them is told.

use std::ops::Range;

use rayon::prelude::*;

use super::candidates::Candidate;
use super::grams::Grams;
use super::memory::{Memory, as_it_stands};
use super::part::Part;
use super::parts::{Parts, Reader};
use super::repeats::{Repeat, Sequence};
use super::stamps::Stamps;
use super::{Alike, Kind, Stretch, Text, candidates, components, held};
use crate::cache::{Folder, Key};
use crate::lang::tokens::hash_all;
use crate::policy::clones::Clones as Settings;
use crate::source::{Source, SourceError};

/// Candidates that are compared with each other, by their numbers.
struct Open {
    numbers: Vec<usize>,
    /// The key for what stands in them where it does.
    key: Option<Key>,
    /// The key for what stands in them, wherever it does.
    moved: Option<Key>,
}

/// All classes of equal stretches. What is `held` of texts is not read again.
pub fn find(
    source: &dyn Source,
    texts: &mut [Text<'_>],
    held: held::Texts,
    settings: &Settings,
    folder: Option<&Folder>,
) -> Result<Vec<Alike>, SourceError> {
    let candidates = candidates::find(texts, settings.min_tokens);
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let memory = Memory::open(&candidates, settings, folder);
    let found = kept_or_compared(source, texts, held, &candidates, &memory, folder);
    memory.save();
    found
}

fn kept_or_compared(
    source: &dyn Source,
    texts: &mut [Text<'_>],
    held: held::Texts,
    candidates: &[Candidate<'_>],
    memory: &Memory<'_, '_>,
    folder: Option<&Folder>,
) -> Result<Vec<Alike>, SourceError> {
    // Most changes touch no copy.
    let all: Vec<usize> = (0..candidates.len()).collect();
    let key_of_all = memory.key(&all);
    if let Some(found) = memory.known(key_of_all, &all, &as_it_stands) {
        return Ok(found);
    }
    let components = components::of(texts, candidates);
    // They are what takes most room of a sketch, and have done their work.
    texts.iter_mut().for_each(|text| text.sketch.grams = Grams::default());
    let known = components.into_par_iter().map(|numbers| {
        let key = memory.key(&numbers);
        memory.known(key, &numbers, &as_it_stands).ok_or(Open { numbers, key, moved: None })
    });
    let (mut found, mut open) = (Vec::new(), Vec::new());
    for known in known.collect::<Vec<_>>() {
        match known {
            Ok(known) => found.extend(known),
            Err(unknown) => open.push(unknown),
        }
    }
    let least = memory.settings.min_tokens;
    let mut reader = Reader { source, texts, held, candidates, least, folder };
    // Most changes of a file only move its copies, or leave them where they are.
    let mut wanted = wanted(&open, candidates.len());
    let mut stamps = Stamps::open(candidates, &wanted, least, folder);
    let unknown: Vec<bool> = (0..candidates.len()).map(|number| wanted[number] && !stamps.knows(number)).collect();
    let mut parts = reader.read(&unknown)?;
    stamps.learn(&parts);
    let from = |number: usize| stamps.from(number);
    open.retain_mut(|open| {
        open.moved = stamps.key(&open.numbers, memory.settings);
        let Some(alike) = memory.known(open.moved, &open.numbers, &from) else { return true };
        memory.keep(open.key, &open.numbers, &alike, &as_it_stands);
        found.extend(alike);
        false
    });
    wanted = self::wanted(&open, candidates.len());
    wanted.iter_mut().zip(&unknown).for_each(|(wanted, unknown)| *wanted &= !unknown);
    let rest = reader.read(&wanted)?;
    parts.iter_mut().zip(rest).for_each(|(parts, rest)| *parts = parts.take().or(rest));
    drop(reader);
    let mut is_all = true;
    for (open, is_whole, alike) in compared(open, parts, candidates, memory.settings) {
        is_all &= is_whole;
        memory.keep(open.key.filter(|_| is_whole), &open.numbers, &alike, &as_it_stands);
        memory.keep(open.moved.filter(|_| is_whole), &open.numbers, &alike, &from);
        found.extend(alike);
    }
    memory.keep(key_of_all.filter(|_| is_all), &all, &found, &as_it_stands);
    Ok(found)
}

/// Which of so many candidates are open.
fn wanted(open: &[Open], count: usize) -> Vec<bool> {
    let mut wanted = vec![false; count];
    open.iter().flat_map(|open| &open.numbers).for_each(|number| wanted[*number] = true);
    wanted
}

/// What is alike in each of them, and whether all of it could be read.
fn compared(
    open: Vec<Open>,
    mut parts: Parts,
    candidates: &[Candidate<'_>],
    settings: &Settings,
) -> Vec<(Open, bool, Vec<Alike>)> {
    let with_parts = open.into_iter().map(|open| {
        let parts: Vec<_> = open.numbers.iter().map(|number| parts[*number].take()).collect();
        (open, parts)
    });
    let with_parts: Vec<(Open, Vec<Option<Vec<Part>>>)> = with_parts.collect();
    let compare = |(open, parts): (Open, Vec<Option<Vec<Part>>>)| {
        let is_whole = parts.iter().all(Option::is_some);
        let of = open.numbers.iter().map(|number| &candidates[*number]);
        let found = repeats(of.zip(parts.into_iter().map(Option::unwrap_or_default)), settings);
        (open, is_whole, found)
    };
    with_parts.into_par_iter().map(compare).collect()
}

/// A part in one of the two files that count for a text.
struct Compared {
    text: usize,
    twin: usize,
    part: Part,
}

/// What is alike in candidates that are all compared with each other.
fn repeats<'c, 't: 'c>(
    candidates: impl Iterator<Item = (&'c Candidate<'t>, Vec<Part>)>,
    settings: &Settings,
) -> Vec<Alike> {
    let mut compared = Vec::new();
    for (Candidate { text, twins, .. }, parts) in candidates {
        for part in parts {
            compared.extend((1..*twins).map(|twin| Compared { text: *text, twin, part: part.clone() }));
            compared.push(Compared { text: *text, twin: 0, part });
        }
    }
    compared.sort_by_key(|of| (of.text, of.part.start, of.twin));
    let mut sequence = Sequence::default();
    let ranges: Vec<Range<usize>> = compared.iter_mut().map(|of| sequence.add(of.part.take_hashes())).collect();
    let place = |place: usize, tokens: usize| {
        let number = ranges.partition_point(|range| range.end <= place);
        let (of, range) = (compared.get(number)?, ranges.get(number)?);
        let inner = u32::try_from(place.checked_sub(range.start)?).ok()?;
        let tokens = u32::try_from(tokens).ok()?;
        let lines = of.part.lines_of(inner..inner + tokens)?;
        Some(Stretch { text: of.text, twin: of.twin, start: of.part.start + inner, tokens, lines })
    };
    let class = |repeat: Repeat| {
        let tokens = repeat.places.first().map(|first| sequence.tokens(*first..*first + repeat.tokens));
        let digest = hash_all(tokens.unwrap_or_default().iter().map(|hash| (*hash).into()));
        let long_enough = |stretch: &Stretch| stretch.lines.1 + 1 - stretch.lines.0 >= settings.min_lines;
        let places = repeat.places.iter().filter_map(|at| place(*at, repeat.tokens));
        let mut places: Vec<Stretch> = places.filter(long_enough).collect();
        places.sort_unstable();
        (places.len() > 1).then_some(Alike { kind: Kind::Exact, digest, similarity: 100, places })
    };
    sequence.repeats(settings.min_tokens as usize).into_iter().filter_map(class).collect()
}
