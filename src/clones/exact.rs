//! Stretches of equal tokens: of the candidates every longest repeat in them is told.

use std::ops::Range;

use super::part::Part;
use super::parts::{self, Wanted};
use super::repeats::Sequence;
use super::{Alike, Kind, Stretch, Text, candidates};
use crate::cache::{Cache, Folder};
use crate::lang::tokens::mix;
use crate::policy::clones::Clones as Settings;
use crate::source::{Source, SourceError};

/// What is kept of a class: its digest, and of each place the number of the text among those that are compared, whether
/// it is the second file of it, where it starts, and its tokens and lines.
type Kept = (u64, Vec<(usize, usize, u32, u32, (u32, u32))>);

pub fn find(
    source: &dyn Source,
    texts: &mut [Text<'_>],
    settings: &Settings,
    folder: Option<&Folder>,
) -> Result<Vec<Alike>, SourceError> {
    let stretches = candidates::find(texts, settings.min_tokens);
    // They are what takes most room of a sketch, and have done their work.
    texts.iter_mut().for_each(|text| text.sketch.grams = Vec::new());
    let mut wanted = parts::wanted(texts, &stretches, settings.min_tokens);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    // Most changes touch no copy.
    let cache: Option<Cache<Vec<Kept>>> = folder.map(|folder| folder.open("repeats"));
    let key = parts::key_of_all(&wanted, texts, settings.min_lines);
    let known = key.and_then(|key| cache.as_ref()?.get(key));
    let found = match known {
        Some(kept) => kept.into_iter().filter_map(|kept| restored(kept, &wanted)).collect(),
        None => {
            let read = parts::read(source, &mut wanted, settings.min_tokens, folder)?;
            let is_whole = read.iter().all(Option::is_some);
            let found = repeats(texts, &wanted, read, settings);
            if let (Some(cache), Some(key), true) = (&cache, key, is_whole) {
                cache.put(key, &found.iter().map(|alike| kept(alike, &wanted)).collect());
            }
            found
        }
    };
    // That it cannot be written is told by whoever judges the files.
    let _ = cache.map(Cache::save);
    Ok(found)
}

fn kept(alike: &Alike, wanted: &[Wanted<'_>]) -> Kept {
    let place = |place: &Stretch| {
        let number = wanted.partition_point(|wanted| wanted.text < place.text);
        (number, place.twin, place.start, place.tokens, place.lines)
    };
    (alike.digest, alike.places.iter().map(place).collect())
}

fn restored((digest, places): Kept, wanted: &[Wanted<'_>]) -> Option<Alike> {
    let place = |(number, twin, start, tokens, lines): (usize, usize, u32, u32, (u32, u32))| {
        Some(Stretch { text: wanted.get(number)?.text, twin, start, tokens, lines })
    };
    let places = places.into_iter().map(place).collect::<Option<_>>()?;
    Some(Alike { kind: Kind::Exact, digest, similarity: 100, places })
}

/// A part in one of the two files that count for a text.
struct Compared {
    group: u32,
    text: usize,
    twin: usize,
    part: Part,
}

fn repeats(texts: &[Text<'_>], wanted: &[Wanted<'_>], read: Vec<Option<Vec<Part>>>, settings: &Settings) -> Vec<Alike> {
    let mut compared = Vec::new();
    for (wanted, parts) in wanted.iter().zip(read) {
        let (group, text) = (texts[wanted.text].group(), wanted.text);
        for part in parts.unwrap_or_default() {
            compared.extend((1..wanted.twins).map(|twin| Compared { group, text, twin, part: part.clone() }));
            compared.push(Compared { group, text, twin: 0, part });
        }
    }
    // Files of different groups are never compared.
    compared.sort_by_key(|of| (of.group, of.text, of.part.start, of.twin));
    let mut alike = Vec::new();
    for compared in compared.chunk_by_mut(|a, b| a.group == b.group) {
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
        for repeat in sequence.repeats(settings.min_tokens as usize) {
            let tokens = repeat.places.first().map(|first| sequence.tokens(*first..*first + repeat.tokens));
            let digest = tokens.unwrap_or_default().iter().fold(0, |sum, hash| mix(sum ^ mix((*hash).into())));
            let long_enough = |stretch: &Stretch| stretch.lines.1 + 1 - stretch.lines.0 >= settings.min_lines;
            let places = repeat.places.iter().filter_map(|at| place(*at, repeat.tokens));
            let mut places: Vec<Stretch> = places.filter(long_enough).collect();
            places.sort_unstable();
            if places.len() > 1 {
                alike.push(Alike { kind: Kind::Exact, digest, similarity: 100, places });
            }
        }
    }
    alike
}
