//! What of a repository is most like a piece of code: what is to be asked before it is written, or kept.
//!
//! ```text
//! files ──tokens──▶ indexes (cached by blob) ──statements, or rare names, in common──▶ candidates ──read again──▶ scores
//! ```
//!
//! Functions and classes are compared as wholes; any other stretch with the stretches that have most in common with it.

mod index;

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::cache::Folder;
use crate::facts::Detail;
use crate::gather::{Ask, gather_both};
use crate::lang;
use crate::lang::tokens::{Tokens, lines_of};
use crate::path::RepoPath;
use crate::source::memory::MemorySource;
use crate::source::{Content, Entry, Source, SourceError};
pub use index::LEAST;
use index::{Index, Statement, Unit, signs, similarity, split};

/// What is less alike is not told.
pub const LEAST_SCORE: f64 = 0.65;

/// For each piece so many are read again, of those with most statements and of those with most names in common.
const CANDIDATES: usize = 32;

/// What is asked about.
pub struct Query<'q> {
    pub path: &'q RepoPath,
    pub bytes: &'q [u8],
    /// The first and the last line; none for the whole file.
    pub lines: Option<(u32, u32)>,
}

/// Why nothing can be like it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Its language has no tokens, or a program wrote it.
    NoCode,
    /// It has so many tokens, fewer than [`LEAST`].
    Short(u32),
}

/// A function, a class or another stretch, and what is like it.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub lines: (u32, u32),
    pub tokens: u32,
    /// The best first.
    pub found: Vec<Like>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Like {
    pub path: RepoPath,
    pub lines: (u32, u32),
    /// From 0 to 1.
    pub score: f64,
}

/// A piece that is looked for, by its statements.
struct Wanted {
    statements: Range<usize>,
    lines: (u32, u32),
    tokens: u32,
    /// Of a function or class: its names.
    names: Option<Vec<u32>>,
}

/// A place that may be like a piece: which file, and which of its statements.
struct Candidate {
    file: usize,
    statements: Range<usize>,
}

/// The pieces of the query and what in `entries` is like them.
pub fn find(
    source: &dyn Source,
    entries: &[&Entry],
    query: &Query<'_>,
    cache: Option<&Folder>,
) -> Result<Result<Vec<Piece>, Wrong>, SourceError> {
    let language = lang::of(query.path);
    let alone = MemorySource::new([(query.path.clone(), query.bytes.to_vec())]);
    let Some(own) = indexes(&alone, &alone.entries()?.iter().collect::<Vec<_>>(), None)?.pop() else {
        return Ok(Err(Wrong::NoCode));
    };
    if own.statements.is_empty() {
        return Ok(Err(Wrong::NoCode));
    }
    let tokens = language.tokens(query.bytes);
    let wanted = match wanted(&tokens, &own, query.lines) {
        Ok(wanted) => wanted,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let entries: Vec<&Entry> =
        entries.iter().filter(|entry| lang::of(&entry.path).id() == language.id()).copied().collect();
    let indexes = indexes(source, &entries, cache)?;
    let holders = holders(&wanted, &indexes);
    let candidates: Vec<Vec<Candidate>> =
        wanted.par_iter().map(|wanted| candidates(wanted, &own, &indexes, &holders)).collect();
    let read = read(source, &entries, candidates.iter().flatten().map(|candidate| candidate.file))?;
    let all_signs: Vec<_> = split(&tokens).into_iter().map(|range| signs(&tokens, range)).collect();
    let piece = |(wanted, candidates): (&Wanted, &Vec<Candidate>)| {
        let own = &all_signs[wanted.statements.clone()];
        let like = |candidate: &Candidate| {
            let (tokens, statements) = read.get(&candidate.file)?;
            let ranges = statements.get(candidate.statements.clone())?;
            let other: Vec<_> = ranges.iter().map(|range| signs(tokens, range.clone())).collect();
            let lines = lines_of(tokens.lines.get(ranges.first()?.start..ranges.last()?.end)?)?;
            let path = &entries[candidate.file].path;
            let is_itself = path == query.path && lines.0 <= wanted.lines.1 && wanted.lines.0 <= lines.1;
            let score = similarity(own, &other);
            (score >= LEAST_SCORE && !is_itself).then(|| Like { path: path.clone(), lines, score })
        };
        let mut found: Vec<Like> = candidates.iter().filter_map(like).collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| (&a.path, a.lines).cmp(&(&b.path, b.lines))));
        Piece { lines: wanted.lines, tokens: wanted.tokens, found: apart(found) }
    };
    Ok(Ok(wanted.par_iter().zip(&candidates).map(piece).collect()))
}

/// Of places that overlap the best one.
fn apart(found: Vec<Like>) -> Vec<Like> {
    let mut kept: Vec<Like> = Vec::new();
    for like in found {
        let overlaps =
            |other: &Like| like.path == other.path && like.lines.0 <= other.lines.1 && other.lines.0 <= like.lines.1;
        if !kept.iter().any(overlaps) {
            kept.push(like);
        }
    }
    kept
}

/// The functions and classes of the file, or in the lines; where there are none, all that stands there.
fn wanted(tokens: &Tokens, own: &Index, lines: Option<(u32, u32)>) -> Result<Vec<Wanted>, Wrong> {
    let unit = |unit: &Unit| Wanted {
        statements: unit.statements.start as usize..unit.statements.end as usize,
        lines: unit.lines,
        tokens: unit.tokens,
        names: Some(unit.names.clone()),
    };
    let (first, last) = lines.unwrap_or((1, u32::MAX));
    if first == last {
        let around = own.units.iter().filter(|unit| unit.lines.0 <= first && first <= unit.lines.1);
        if let Some(inner) = around.min_by_key(|unit| unit.tokens) {
            return Ok(vec![unit(inner)]);
        }
    }
    let ranges = split(tokens);
    let starts_in = |range: &Range<usize>| (first..=last).contains(&tokens.lines[range.start].0);
    let from = ranges.iter().position(starts_in).unwrap_or_default();
    let to = from + ranges[from..].iter().take_while(|range| starts_in(range)).count();
    let all: u32 = own.statements[from..to].iter().map(|statement| statement.tokens).sum();
    // A file is asked about with its methods, lines without.
    let deepest = if lines.is_none() { 2 } else { 1 };
    let mut open: Vec<u32> = Vec::new();
    let mut units = Vec::new();
    for found in own.units.iter().filter(|unit| first <= unit.lines.0 && unit.lines.1 <= last) {
        open.retain(|end| *end > found.statements.start);
        if open.len() < deepest {
            units.push(found);
        }
        open.push(found.statements.end);
    }
    let covered: u32 = units.iter().map(|unit| unit.tokens).sum();
    if !units.is_empty() && (lines.is_none() || covered * 2 >= all) {
        return Ok(units.into_iter().map(unit).collect());
    }
    if all < LEAST {
        return Err(Wrong::Short(all));
    }
    let lines = lines_of(&tokens.lines[ranges[from].start..ranges[to - 1].end]).unwrap_or((first, last));
    Ok(vec![Wanted { statements: from..to, lines, tokens: all, names: None }])
}

/// What is kept of each file. What cannot be read is told by `ssot check`.
fn indexes(source: &dyn Source, entries: &[&Entry], folder: Option<&Folder>) -> Result<Vec<Index>, SourceError> {
    let cache = folder.map(|folder| folder.open_packed::<Index>("like"));
    let asked: Vec<Ask> = entries.iter().map(|entry| Ask { entry, facts: false, tokens: true }).collect();
    let looked = gather_both(source, &asked, None, Detail::Heads, cache.as_ref(), &|tokens, _| Index::of(tokens))?;
    // A cache that cannot be written is only slower.
    let _ = cache.map(|mut cache| cache.save());
    Ok(looked.into_iter().map(|looked| looked.made.unwrap_or_default()).collect())
}

/// How many functions and classes hold each name of the pieces.
fn holders(wanted: &[Wanted], indexes: &[Index]) -> FxHashMap<u32, u32> {
    let names = wanted.iter().flat_map(|wanted| &wanted.names).flatten();
    let mut holders: FxHashMap<u32, u32> = names.map(|name| (*name, 0)).collect();
    for name in indexes.iter().flat_map(|index| &index.units).flat_map(|unit| &unit.names) {
        holders.entry(*name).and_modify(|count| *count += 1);
    }
    holders
}

/// The places that have most in common with a piece.
fn candidates(wanted: &Wanted, own: &Index, indexes: &[Index], holders: &FxHashMap<u32, u32>) -> Vec<Candidate> {
    let bag = Bag::of(&own.statements[wanted.statements.clone()]);
    let Some(names) = &wanted.names else {
        let stretches = indexes.iter().enumerate().filter_map(|(file, index)| {
            let (score, statements) = bag.best_stretch(&index.statements)?;
            Some((score, Candidate { file, statements }))
        });
        return best(stretches.collect());
    };
    // A name that few have tells more than one that many have.
    let rarity = |name: &u32| 1.0 / f64::from(holders.get(name).copied().unwrap_or(0).max(1)).sqrt();
    let names: Vec<(u32, f64)> = names.iter().map(|name| (*name, rarity(name))).collect();
    let (mut by_statements, mut by_names) = (Vec::new(), Vec::new());
    // What is longer, or shorter, cannot be alike enough.
    let farthest = 2.0 / LEAST_SCORE - 1.0;
    for (file, index) in indexes.iter().enumerate() {
        for unit in &index.units {
            let (long, short) = (unit.tokens.max(wanted.tokens), unit.tokens.min(wanted.tokens));
            if f64::from(long) > farthest * f64::from(short) {
                continue;
            }
            let statements = unit.statements.start as usize..unit.statements.end as usize;
            let candidate = || Candidate { file, statements: statements.clone() };
            let common = bag.in_common(index.statements.get(statements.clone()).unwrap_or_default());
            if common > 0.0 {
                by_statements.push((common / f64::from(wanted.tokens + unit.tokens), candidate()));
            }
            let mut its = unit.names.iter().peekable();
            let is_its = |(name, _): &&(u32, f64)| {
                while its.next_if(|other| *other < name).is_some() {}
                its.peek() == Some(&name)
            };
            let rare: f64 = names.iter().filter(is_its).map(|(_, rarity)| rarity).sum();
            if rare > 0.0 {
                by_names.push((rare / (names.len() + unit.names.len()) as f64, candidate()));
            }
        }
    }
    let mut found = best(by_statements);
    found.extend(best(by_names));
    found
}

fn best(mut candidates: Vec<(f64, Candidate)>) -> Vec<Candidate> {
    let order = |a: &(f64, Candidate), b: &(f64, Candidate)| {
        let place = |of: &Candidate| (of.file, of.statements.start);
        b.0.total_cmp(&a.0).then_with(|| place(&a.1).cmp(&place(&b.1)))
    };
    if candidates.len() > CANDIDATES {
        candidates.select_nth_unstable_by(CANDIDATES, order);
        candidates.truncate(CANDIDATES);
    }
    candidates.into_iter().map(|(_, candidate)| candidate).collect()
}

/// The statements of a piece, with how often each stands there.
struct Bag {
    named: FxHashMap<u32, u32>,
    bare: FxHashMap<u32, u32>,
    tokens: u32,
}

impl Bag {
    fn of(statements: &[Statement]) -> Self {
        let mut bag = Self { named: FxHashMap::default(), bare: FxHashMap::default(), tokens: 0 };
        for statement in statements {
            *bag.named.entry(statement.named).or_default() += 1;
            *bag.bare.entry(statement.bare).or_default() += 1;
            bag.tokens += statement.tokens;
        }
        bag
    }

    /// How many tokens of a statement count as common: half of those of one that is the same but for its names.
    fn worth(&self, statement: &Statement) -> f64 {
        match statement {
            _ if self.named.contains_key(&statement.named) => f64::from(statement.tokens),
            _ if self.bare.contains_key(&statement.bare) => f64::from(statement.tokens) / 2.0,
            _ => 0.0,
        }
    }

    fn in_common(&self, statements: &[Statement]) -> f64 {
        let mut used: FxHashMap<u32, u32> = FxHashMap::default();
        let mut common = 0.0;
        for statement in statements {
            let worth = self.worth(statement);
            if worth > 0.0 {
                let used = used.entry(statement.bare).or_default();
                *used += 1;
                common += if *used <= self.bare.get(&statement.bare).copied().unwrap_or(0) { worth } else { 0.0 };
            }
        }
        common
    }

    /// The statements in a row that have most in common with all of these, and the share of it.
    fn best_stretch(&self, statements: &[Statement]) -> Option<(f64, Range<usize>)> {
        let longest = self.tokens + self.tokens / 2;
        let mut best: Option<(f64, Range<usize>)> = None;
        for start in 0..statements.len() {
            if self.worth(&statements[start]) == 0.0 {
                continue;
            }
            let mut tokens = 0;
            let fits = |statement: &&Statement| {
                tokens += statement.tokens;
                tokens <= longest
            };
            let end = start + statements[start..].iter().take_while(fits).count();
            let last = statements[start..end].iter().rposition(|statement| self.worth(statement) > 0.0);
            let stretch = start..start + last.map_or(0, |last| last + 1);
            let tokens: u32 = statements[stretch.clone()].iter().map(|statement| statement.tokens).sum();
            let share = 2.0 * self.in_common(&statements[stretch.clone()]) / f64::from((self.tokens + tokens).max(1));
            if best.as_ref().is_none_or(|(known, _)| share > *known) {
                best = Some((share, stretch));
            }
        }
        best
    }
}

/// The tokens and the statements of files, by their numbers.
type Read = FxHashMap<usize, (Tokens, Vec<Range<usize>>)>;

fn read(source: &dyn Source, entries: &[&Entry], files: impl Iterator<Item = usize>) -> Result<Read, SourceError> {
    let mut files: Vec<usize> = files.collect();
    files.sort_unstable();
    files.dedup();
    let wanted: Vec<&Entry> = files.iter().map(|file| entries[*file]).collect();
    let read = Mutex::new(FxHashMap::default());
    source.read(&wanted, &|number, content| {
        let Content::Bytes(bytes) = content else { return };
        let tokens = lang::of(&wanted[number].path).tokens(bytes);
        let statements = split(&tokens);
        read.lock().unwrap_or_else(PoisonError::into_inner).insert(files[number], (tokens, statements));
    })?;
    Ok(read.into_inner().unwrap_or_else(PoisonError::into_inner))
}
