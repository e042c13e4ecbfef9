//! Stretches of equal tokens: of the candidates every longest repeat in them is told.

use std::ops::Range;

use super::parts::{self, Part, Wanted};
use super::repeats::Sequence;
use super::{Alike, Kind, Stretch, Text, candidates};
use crate::cache::{Cache, Folder};
use crate::lang::tokens::{lines_of, mix};
use crate::policy::clones::Clones as Settings;
use crate::source::{Source, SourceError};

/// What is kept of a class: its digest, and of each place the number of the text among those that are compared, whether
/// it is the second file of it, where it starts, and its tokens and lines.
type Kept = (u64, Vec<(usize, usize, u32, u32, (u32, u32))>);

pub fn find(
    source: &dyn Source,
    texts: &[Text<'_>],
    settings: &Settings,
    folder: Option<&Folder>,
) -> Result<Vec<Alike>, SourceError> {
    let stretches = candidates::find(texts, settings.min_tokens);
    let wanted = parts::wanted(texts, &stretches, settings.min_tokens);
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
            let read = parts::read(source, &wanted, settings.min_tokens, folder)?;
            let is_whole = read.iter().all(Option::is_some);
            let found = repeats(texts, read.into_iter().flatten().flatten().collect(), settings);
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

fn repeats(texts: &[Text<'_>], mut parts: Vec<Part>, settings: &Settings) -> Vec<Alike> {
    // Files of different groups are never compared.
    parts.sort_by_key(|part| (group(texts, part), part.text, part.start, part.twin));
    let mut alike = Vec::new();
    for parts in parts.chunk_by(|a, b| group(texts, a) == group(texts, b)) {
        let mut sequence = Sequence::default();
        let ranges: Vec<Range<usize>> = parts.iter().map(|part| sequence.add(&part.hashes)).collect();
        let place = |place: usize, tokens: usize| {
            let number = ranges.partition_point(|range| range.end <= place);
            let (part, range) = (parts.get(number)?, ranges.get(number)?);
            let inner = place.checked_sub(range.start)?;
            let lines = lines_of(part.lines.get(inner..inner + tokens)?)?;
            let (start, tokens) = (part.start + u32::try_from(inner).ok()?, u32::try_from(tokens).ok()?);
            let hashes = part.hashes.get(inner..inner + tokens as usize)?;
            Some((Stretch { text: part.text, twin: part.twin, start, tokens, lines }, hashes))
        };
        for repeat in sequence.repeats(settings.min_tokens as usize) {
            let all: Vec<_> = repeat.places.iter().filter_map(|at| place(*at, repeat.tokens)).collect();
            let Some((_, hashes)) = all.first() else { continue };
            let digest = hashes.iter().fold(0, |sum, hash| mix(sum ^ hash));
            let long_enough = |stretch: &Stretch| stretch.lines.1 + 1 - stretch.lines.0 >= settings.min_lines;
            let mut places: Vec<Stretch> = all.into_iter().map(|(stretch, _)| stretch).filter(long_enough).collect();
            places.sort_unstable();
            if places.len() > 1 {
                alike.push(Alike { kind: Kind::Exact, digest, similarity: 100, places });
            }
        }
    }
    alike
}

fn group(texts: &[Text<'_>], part: &Part) -> u32 {
    texts[part.text].group()
}
