//! Copied code: which stretches of a repository's files are alike, and where they stand.
//!
//! ```text
//! files ──tokens──▶ sketches (cached by blob) ──hashes in common──▶ candidates ──▶ components ──read again──▶ repeats ─┐
//!                        └── functions and classes with one renamed hash ──▶ classes ◀── maximal ones ────────────────┘
//! ```
//!
//! Nothing compares all files with all: what has no hash in common with another file is never read again, and what has
//! only where its tokens were not held. Whether a copy is allowed is decided in `rules`.

mod blocks;
mod candidates;
mod components;
mod exact;
mod grams;
pub mod held;
pub mod like;
mod memory;
mod near;
mod part;
mod parts;
pub mod repeats;
mod seen;
pub mod sketch;
mod stamps;
mod subsume;
mod windows;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::cache::Folder;
use crate::lang::tokens::mix;
use crate::path::RepoPath;
use crate::policy::clones::{Clones as Settings, Mode};
use crate::source::{Entry, Source, SourceError};
use seen::Seen;
use sketch::{Sketch, Unit};

/// How the places of a class are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Exact,
    Renamed,
    Near,
}

/// Code that stands in several places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    pub kind: Kind,
    /// The tokens of one place.
    pub tokens: u32,
    /// A hash of what the places have in common; 0 where some of it differs.
    pub digest: u64,
    /// In percent.
    pub similarity: u8,
    /// Sorted; two or more, none in another.
    pub places: Vec<Place>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub path: RepoPath,
    /// The first and the last line.
    pub lines: (u32, u32),
}

/// What holds fewer tokens beside the heads of functions is nothing that one function could stand for.
const LEAST_CODE: u32 = 20;

/// What there is of copies.
#[derive(Clone, Debug, Default)]
pub struct Copies {
    /// Sorted by place.
    pub classes: Vec<Class>,
    /// The files in which copies were looked for, with their lines; sorted.
    pub files: Lines,
}

type Lines = Vec<(RepoPath, u32)>;

/// A file in which copies are looked for, and the number of those that it is compared with.
pub struct File<'e> {
    pub entry: &'e Entry,
    pub group: u32,
}

/// A stretch of the tokens of one text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Stretch {
    /// The number of the text.
    text: usize,
    /// Which of its files: where several hold one text, places in the first and the others are told apart.
    twin: usize,
    start: u32,
    tokens: u32,
    lines: (u32, u32),
}

/// What is alike, before files are named.
#[derive(Clone, Debug)]
struct Alike {
    kind: Kind,
    digest: u64,
    similarity: u8,
    /// Sorted.
    places: Vec<Stretch>,
}

/// One text, and the files of one group that hold it, sorted by path.
struct Text<'f> {
    sketch: Sketch,
    files: Vec<File<'f>>,
}

impl Text<'_> {
    fn group(&self) -> u32 {
        self.files.first().map_or(0, |file| file.group)
    }

    /// How many tokens of a stretch stand in no head of a function.
    fn code(&self, stretch: &Stretch) -> u32 {
        let head =
            |unit: &Unit| (unit.start + unit.head).min(stretch.end()).saturating_sub(unit.start.max(stretch.start));
        stretch.tokens.saturating_sub(self.sketch.units.iter().map(head).sum())
    }

    /// The functions and classes that are long enough to be told, each in the first and, if there is one, in a second file.
    fn units<'t>(&'t self, number: usize, settings: &'t Settings) -> impl Iterator<Item = (&'t Unit, Stretch)> {
        let long_enough = |unit: &&Unit| {
            unit.tokens >= settings.min_tokens && unit.last_line + 1 - unit.first_line >= settings.min_lines
        };
        self.sketch.units.iter().filter(long_enough).flat_map(move |unit| {
            let lines = (unit.first_line, unit.last_line);
            let place = move |twin| Stretch { text: number, twin, start: unit.start, tokens: unit.tokens, lines };
            (0..self.files.len().min(2)).map(move |twin| (unit, place(twin)))
        })
    }
}

impl Stretch {
    fn end(&self) -> u32 {
        self.start + self.tokens
    }

    fn overlaps(&self, other: &Self) -> bool {
        (self.text, self.twin) == (other.text, other.twin) && self.start < other.end() && other.start < self.end()
    }
}

/// All classes of copies in `files`, which are sorted by path; each with its sketch, where it could be made. What is `held`
/// of them is not read again.
pub fn find(
    source: &dyn Source,
    files: Vec<(File<'_>, Option<Sketch>)>,
    held: held::Texts,
    settings: &Settings,
    cache: Option<&Folder>,
) -> Result<Copies, SourceError> {
    let (mut texts, files) = texts(files);
    let mut alike = exact::find(source, &mut texts, held, settings, cache)?;
    if settings.mode >= Mode::Renamed {
        alike.extend(renamed(&texts, settings));
    }
    if settings.mode >= Mode::Near {
        alike.extend(near::find(&texts, settings));
    }
    alike.retain(|alike| alike.places.iter().any(|place| texts[place.text].code(place) >= LEAST_CODE));
    let mut classes: Vec<Class> = subsume::largest(alike).into_par_iter().map(|alike| class(alike, &texts)).collect();
    classes.par_sort_by(|a, b| a.places.cmp(&b.places).then(a.kind.cmp(&b.kind)));
    Ok(Copies { classes, files })
}

/// The texts of all files. What cannot be read is told by the rule on files.
fn texts(files: Vec<(File<'_>, Option<Sketch>)>) -> (Vec<Text<'_>>, Lines) {
    let mut numbers: FxHashMap<(u32, u64, u32), usize> = FxHashMap::default();
    let (mut texts, mut lines): (Vec<Text<'_>>, Vec<_>) = Default::default();
    for (file, sketch) in files {
        let Some(sketch) = sketch else { continue };
        if sketch.tokens == 0 {
            continue;
        }
        lines.push((file.entry.path.clone(), sketch.lines));
        if sketch.tokens < sketch::LEAST {
            continue;
        }
        let number = numbers.entry((file.group, sketch.digest, sketch.tokens)).or_insert(texts.len());
        match texts.get_mut(*number) {
            Some(text) => text.files.push(file),
            None => texts.push(Text { sketch, files: vec![file] }),
        }
    }
    (texts, lines)
}

/// Functions and classes that are one another with other names and literals.
fn renamed(texts: &[Text<'_>], settings: &Settings) -> Vec<Alike> {
    let units = || {
        texts.par_iter().enumerate().flat_map_iter(|(number, text)| {
            let group = text.group();
            text.units(number, settings).map(move |(unit, place)| ((group, unit.renamed, unit.tokens), place))
        })
    };
    // Most stand alone, and are looked at no further.
    let seen = Seen::new(texts.iter().map(|text| text.sketch.units.len()).sum::<usize>() * 8, 1 << 28);
    units().for_each(|(key, _)| seen.see(mix(key.1)));
    let mut copied: Vec<_> = units().filter(|(key, _)| seen.is_again(mix(key.1))).collect();
    copied.par_sort_unstable();
    let groups = copied.chunk_by(|(one, _), (other, _)| one == other).filter(|group| group.len() > 1);
    let alike = |group: &[((u32, u64, u32), Stretch)]| {
        let places = group.iter().map(|(_, place)| place.clone()).collect();
        Alike { kind: Kind::Renamed, digest: group[0].0.1, similarity: 100, places }
    };
    groups.map(alike).collect()
}

/// Names the files. A place in the second of several files with one text stands for all but the first.
fn class(alike: Alike, texts: &[Text<'_>]) -> Class {
    let tokens = alike.places.iter().map(|place| place.tokens).max().unwrap_or_default();
    let mut places: Vec<Place> = Vec::new();
    for place in &alike.places {
        let files = &texts[place.text].files;
        let files = if place.twin == 0 { &files[..1] } else { &files[1..] };
        places.extend(files.iter().map(|file| Place { path: file.entry.path.clone(), lines: place.lines }));
    }
    places.sort_unstable();
    places.dedup();
    Class { kind: alike.kind, tokens, digest: alike.digest, similarity: alike.similarity, places }
}
