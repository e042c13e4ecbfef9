//! Stretches of equal tokens: the candidates are read again, and every longest repeat in them is told.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::repeats::Sequence;
use super::{Alike, Kind, Stretch, Text, candidates};
use crate::lang;
use crate::lang::tokens::{Tokens, lines_of, mix};
use crate::policy::clones::Clones as Settings;
use crate::source::{Content, Entry, Source, SourceError};

/// A stretch of one text that is compared with the others.
struct Part {
    text: usize,
    twin: usize,
    start: u32,
    hashes: Vec<u64>,
    lines: Vec<(u32, u32)>,
}

pub fn find(source: &dyn Source, texts: &[Text<'_>], settings: &Settings) -> Result<Vec<Alike>, SourceError> {
    let stretches = candidates::find(texts, settings.min_tokens);
    let numbers: Vec<usize> = (0..texts.len()).filter(|number| !stretches[*number].is_empty()).collect();
    let entries: Vec<&Entry> =
        numbers.iter().filter_map(|number| texts[*number].files.first().map(|file| file.entry)).collect();
    let read: Vec<Mutex<Vec<Part>>> = numbers.iter().map(|_| Mutex::new(Vec::new())).collect();
    source.read(&entries, &|at, content| {
        let Content::Bytes(bytes) = content else { return };
        let tokens = lang::of(&entries[at].path).tokens(bytes);
        let parts = parts(numbers[at], &tokens, &stretches[numbers[at]], settings.min_tokens);
        *read[at].lock().unwrap_or_else(PoisonError::into_inner) = parts;
    })?;
    let mut parts = Vec::new();
    for read in read {
        for part in read.into_inner().unwrap_or_else(PoisonError::into_inner) {
            // Many files of one text are two: what stands in the second stands in all but the first.
            let twin = (texts[part.text].files.len() > 1).then(|| Part {
                twin: 1,
                hashes: part.hashes.clone(),
                lines: part.lines.clone(),
                ..part
            });
            parts.push(part);
            parts.extend(twin);
        }
    }
    Ok(repeats(texts, parts, settings))
}

/// What of a text is compared: its candidates, without what is left out.
fn parts(text: usize, tokens: &Tokens, stretches: &[Range<u32>], least: u32) -> Vec<Part> {
    let mut parts = Vec::new();
    for stretch in stretches {
        let first = tokens.segments.partition_point(|segment| segment.end <= stretch.start);
        for segment in tokens.segments[first..].iter().take_while(|segment| segment.start < stretch.end) {
            let (start, end) = (segment.start.max(stretch.start), segment.end.min(stretch.end));
            if end.saturating_sub(start) < least {
                continue;
            }
            let range = start as usize..end as usize;
            let (Some(hashes), Some(lines)) = (tokens.hashes.get(range.clone()), tokens.lines.get(range)) else {
                continue;
            };
            parts.push(Part { text, twin: 0, start, hashes: hashes.to_vec(), lines: lines.to_vec() });
        }
    }
    parts
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
