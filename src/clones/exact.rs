//! Stretches of equal tokens: of the candidates every longest repeat in them is told.

use std::ops::Range;

use super::parts::{self, Part};
use super::repeats::Sequence;
use super::{Alike, Kind, Stretch, Text, candidates};
use crate::cache::Folder;
use crate::lang::tokens::{lines_of, mix};
use crate::policy::clones::Clones as Settings;
use crate::source::{Source, SourceError};

pub fn find(
    source: &dyn Source,
    texts: &[Text<'_>],
    settings: &Settings,
    cache: Option<&Folder>,
) -> Result<Vec<Alike>, SourceError> {
    let stretches = candidates::find(texts, settings.min_tokens);
    Ok(repeats(texts, parts::read(source, texts, &stretches, settings.min_tokens, cache)?, settings))
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
