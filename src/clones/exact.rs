//! Stretches of equal tokens: of the candidates every longest repeat in them is told.

use std::ops::Range;

use rayon::prelude::*;

use super::candidates::Candidate;
use super::part::Part;
use super::parts::Parts;
use super::repeats::{Repeat, Sequence};
use super::stamps::Stamps;
use super::{Alike, Kind, Stretch, Text, candidates, components, held, parts};
use crate::cache::{Cache, Folder, Key};
use crate::lang::tokens::mix;
use crate::policy::clones::Clones as Settings;
use crate::source::{Source, SourceError};

/// What is kept of a class: its digest, and of each place the number of the candidate among those that are compared,
/// whether it is in the second file of the text, where it starts, and its tokens and lines.
type Kept = (u64, Vec<(usize, usize, u32, u32, (u32, u32))>);

/// Candidates that are compared with each other, and under which key it is kept what is alike in them.
struct Open {
    key: Option<Key>,
    numbers: Vec<usize>,
    /// The key for what stands in them, wherever it does.
    moved: Option<Key>,
}

/// From which token and which line on a candidate, by its number, is counted.
type From<'f> = dyn Fn(usize) -> (u32, u32) + 'f;

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
    let cache: Option<Cache<Vec<Kept>>> = folder.map(|folder| folder.open("repeats"));
    let found = kept_or_compared(source, texts, held, &candidates, settings, folder, cache.as_ref());
    // That it cannot be written is told by whoever judges the files.
    let _ = cache.map(|mut cache| cache.save());
    found
}

fn kept_or_compared(
    source: &dyn Source,
    texts: &mut [Text<'_>],
    mut held: held::Texts,
    candidates: &[Candidate<'_>],
    settings: &Settings,
    folder: Option<&Folder>,
    cache: Option<&Cache<Vec<Kept>>>,
) -> Result<Vec<Alike>, SourceError> {
    let key = |numbers: &[usize]| {
        let candidates = numbers.iter().filter_map(|number| candidates.get(*number));
        parts::key_of(candidates, (settings.min_tokens, settings.min_lines))
    };
    let known_from = |key: Option<Key>, numbers: &[usize], from: &From<'_>| {
        let kept = cache?.get(key?)?;
        kept.into_iter().map(|kept| restored(kept, numbers, candidates, from)).collect::<Option<Vec<_>>>()
    };
    let known = |key: Option<Key>, numbers: &[usize]| known_from(key, numbers, &|_| (0, 0));
    let keep_from = |key: Option<Key>, numbers: &[usize], found: &[Alike], from: &From<'_>| {
        if let (Some(cache), Some(key)) = (cache, key) {
            cache.put(key, &found.iter().map(|alike| kept(alike, numbers, candidates, from)).collect());
        }
    };
    let keep = |key: Option<Key>, numbers: &[usize], found: &[Alike]| keep_from(key, numbers, found, &|_| (0, 0));
    // Most changes touch no copy.
    let all: Vec<usize> = (0..candidates.len()).collect();
    let key_of_all = key(&all);
    if let Some(found) = known(key_of_all, &all) {
        return Ok(found);
    }
    let components = components::of(texts, candidates);
    // They are what takes most room of a sketch, and have done their work.
    texts.iter_mut().for_each(|text| text.sketch.grams = Vec::new());
    let (mut found, mut open, mut wanted) = (Vec::new(), Vec::new(), vec![false; candidates.len()]);
    for numbers in components {
        let key = key(&numbers);
        match known(key, &numbers) {
            Some(known) => found.extend(known),
            None => {
                numbers.iter().for_each(|number| wanted[*number] = true);
                open.push(Open { key, numbers, moved: None });
            }
        }
    }
    let mut read =
        |wanted: &[bool]| parts::read(source, texts, &mut held, candidates, wanted, settings.min_tokens, folder);
    // What was kept under what stands in them holds wherever that stands now: most changes of a file move its copies.
    let mut stamps = Stamps::open(candidates, &wanted, settings.min_tokens, folder);
    let unknown: Vec<bool> = (0..candidates.len()).map(|number| wanted[number] && !stamps.knows(number)).collect();
    let mut read_now = read(&unknown)?;
    let is_whole =
        |read: &Parts, wanted: &[bool]| read.iter().zip(wanted).all(|(parts, wanted)| parts.is_some() || !wanted);
    let mut is_all = is_whole(&read_now, &unknown);
    stamps.learn(&read_now);
    let from = |number: usize| stamps.from(number);
    open.retain_mut(|open| {
        open.moved = stamps.key(&open.numbers, settings);
        let Some(alike) = known_from(open.moved, &open.numbers, &from) else { return true };
        open.numbers.iter().for_each(|number| wanted[*number] = false);
        keep(open.key, &open.numbers, &alike);
        found.extend(alike);
        false
    });
    let rest: Vec<bool> = (0..candidates.len()).map(|number| wanted[number] && !unknown[number]).collect();
    if rest.contains(&true) {
        let read_later = read(&rest)?;
        is_all &= is_whole(&read_later, &rest);
        for (parts, later) in read_now.iter_mut().zip(read_later) {
            *parts = later.or_else(|| parts.take());
        }
    }
    drop(held);
    let open = open.into_iter().map(|open| {
        let parts: Vec<_> = open.numbers.iter().map(|number| read_now[*number].take()).collect();
        (open, parts)
    });
    let compared: Vec<(Open, bool, Vec<Alike>)> = open
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(open, parts)| {
            let is_whole = parts.iter().all(Option::is_some);
            let of = open.numbers.iter().map(|number| &candidates[*number]);
            let found = repeats(of.zip(parts.into_iter().map(Option::unwrap_or_default)), settings);
            (open, is_whole, found)
        })
        .collect();
    for (open, is_whole, alike) in compared {
        keep(open.key.filter(|_| is_whole), &open.numbers, &alike);
        keep_from(open.moved.filter(|_| is_whole), &open.numbers, &alike, &from);
        found.extend(alike);
    }
    keep(key_of_all.filter(|_| is_all), &all, &found);
    Ok(found)
}

/// As it is kept; `numbers` are those of the candidates that are compared.
fn kept(alike: &Alike, numbers: &[usize], candidates: &[Candidate<'_>], from: &From<'_>) -> Kept {
    let place = |place: &Stretch| {
        let is_before = |number: &usize| {
            let candidate = &candidates[*number];
            (candidate.text, candidate.stretch.end) <= (place.text, place.start)
        };
        let at = numbers.partition_point(is_before);
        let (start, line) = numbers.get(at).map_or((0, 0), |number| from(*number));
        let lines = (place.lines.0.wrapping_sub(line), place.lines.1.wrapping_sub(line));
        (at, place.twin, place.start.wrapping_sub(start), place.tokens, lines)
    };
    (alike.digest, alike.places.iter().map(place).collect())
}

/// None where it does not fit, as what is kept always does.
fn restored((digest, places): Kept, numbers: &[usize], candidates: &[Candidate<'_>], from: &From<'_>) -> Option<Alike> {
    let place = |(number, twin, start, tokens, lines): (usize, usize, u32, u32, (u32, u32))| {
        let number = *numbers.get(number)?;
        let (first, line) = from(number);
        let (start, lines) = (start.wrapping_add(first), (lines.0.wrapping_add(line), lines.1.wrapping_add(line)));
        Some(Stretch { text: candidates.get(number)?.text, twin, start, tokens, lines })
    };
    let mut places: Vec<Stretch> = places.into_iter().map(place).collect::<Option<_>>()?;
    // Two stretches of one text may stand in two texts now.
    places.sort_unstable();
    Some(Alike { kind: Kind::Exact, digest, similarity: 100, places })
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
        let digest = tokens.unwrap_or_default().iter().fold(0, |sum, hash| mix(sum ^ mix((*hash).into())));
        let long_enough = |stretch: &Stretch| stretch.lines.1 + 1 - stretch.lines.0 >= settings.min_lines;
        let places = repeat.places.iter().filter_map(|at| place(*at, repeat.tokens));
        let mut places: Vec<Stretch> = places.filter(long_enough).collect();
        places.sort_unstable();
        (places.len() > 1).then_some(Alike { kind: Kind::Exact, digest, similarity: 100, places })
    };
    sequence.repeats(settings.min_tokens as usize).into_iter().filter_map(class).collect()
}
