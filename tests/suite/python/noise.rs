//! Token soup and spoilt files from a fixed seed: whatever the bytes are, they are read, the same each time, and all
//! places lie in the text.
//!
//! A longer search sets `SSOT_SOUPS`, how many there are of each; `SSOT_SEED`, where other ones start; `SSOT_FILES`,
//! the folder of Python files that are spoilt.

use std::path::{Path, PathBuf};

use ssot::facts::Facts;
use ssot::finding::Span;
use ssot::lang::Language;
use ssot::lang::python::Python;

use super::oracle::FORMS;

/// xorshift64*: the same numbers on every machine.
pub(super) struct Noise(u64);

impl Noise {
    pub(super) fn of_seed(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}

pub(super) const PIECES: &str = "def class import from as if elif else try except except* finally with while for in is not and or \
    lambda yield await async return raise pass del global nonlocal assert match case type _ a b.c os TYPE_CHECKING \
    __all__ __getattr__ patch monkeypatch.setattr importlib import_module globals() ImportError ( ) [ ] { } , : ; . .. \
    ... -> := = == += ** * @ + - ~ < | & ! ? $ \\ ' \" ''' \"\"\" f' f\" f''' t' rb' b' u' {x} {x!r:{y}} {{ }} 'a.b' \
    \"a.b.C\" '..a' 1 0x 1_0 1e5 1j 0777 True None é \u{1f980} \u{feff} \u{202e} \0 \x0c # #ssot: \
    #\u{20}ssot:\u{20}allow(same-name)\u{20}x coding:latin-1";

const LAYOUT: [&str; 12] = [" ", " ", " ", "", "", "\n", "\n", "\n    ", "\n\t", "\r\n", "\r", "\\\n"];

pub(super) fn soup(noise: &mut Noise, pieces: &[&str]) -> Vec<u8> {
    let mut text = String::new();
    for _ in 0..noise.below(60) {
        text += pieces[noise.below(pieces.len())];
        text += LAYOUT[noise.below(LAYOUT.len())];
    }
    let mut bytes = text.into_bytes();
    if noise.below(8) == 0 && !bytes.is_empty() {
        let at = noise.below(bytes.len());
        bytes[at] = noise.below(256) as u8;
    }
    bytes
}

/// A stretch of up to 4,000 bytes, from the start of a line.
fn stretch(noise: &mut Noise, files: &[Vec<u8>]) -> Vec<u8> {
    let file = &files[noise.below(files.len())];
    let around = noise.below(file.len() + 1);
    let start = file[..around].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    file[start..file.len().min(start + 1 + noise.below(4_000))].to_vec()
}

/// A word, a run of blanks, or one byte of anything else, around a byte at random.
fn token(noise: &mut Noise, bytes: &[u8]) -> std::ops::Range<usize> {
    let kind = |at: usize| match bytes[at] {
        b' ' | b'\t' => 0,
        byte if byte.is_ascii_alphanumeric() || byte == b'_' => 1,
        _ => 2 + at,
    };
    if bytes.is_empty() {
        return 0..0;
    }
    let at = noise.below(bytes.len());
    let start = (0..at).rev().take_while(|near| kind(*near) == kind(at)).last().unwrap_or(at);
    let end = (at..bytes.len()).take_while(|near| kind(*near) == kind(at)).last().unwrap_or(at);
    start..end + 1
}

/// A stretch of a file, or of two, with tokens and bytes deleted, doubled, swapped and replaced.
fn spoilt(noise: &mut Noise, files: &[Vec<u8>], pieces: &[&str]) -> Vec<u8> {
    let mut bytes = stretch(noise, files);
    if noise.below(4) == 0 {
        bytes.truncate(noise.below(bytes.len() + 1));
        bytes.extend(stretch(noise, files));
    }
    for _ in 0..noise.below(8) {
        let (one, other) = (token(noise, &bytes), token(noise, &bytes));
        let text = bytes[one.clone()].to_vec();
        match noise.below(8) {
            0 => drop(bytes.drain(one)),
            1 => drop(bytes.splice(other.start..other.start, text)),
            2 if one.end <= other.start => {
                let swapped = bytes.splice(other, text).collect::<Vec<_>>();
                bytes.splice(one, swapped);
            }
            2 | 3 => drop(bytes.splice(one, pieces[noise.below(pieces.len())].bytes())),
            4 => drop(bytes.splice(one.end..one.end, LAYOUT[noise.below(LAYOUT.len())].bytes())),
            5 => drop(bytes.splice(one.start..one.start, [noise.below(256) as u8])),
            6 => drop(bytes.splice(one, [b'\t'; 2].into_iter().take(noise.below(3)))),
            _ => bytes.truncate(one.end.max(other.end)),
        }
    }
    bytes
}

fn spans(facts: &Facts) -> Vec<Span> {
    let mut spans: Vec<Span> = facts.broken.iter().map(|broken| broken.span).collect();
    spans.extend(facts.allows.iter().map(|allow| allow.span));
    // A template has none.
    let Some(code) = facts.code.as_deref() else { return spans };
    spans.extend(code.definitions.iter().map(|found| found.span));
    spans.extend(code.imports.iter().map(|found| found.span));
    spans.extend(code.aliases.iter().map(|found| found.span));
    spans.extend(code.uses.iter().chain(code.free.iter()).map(|found| found.span));
    spans.extend(code.strings.iter().map(|found| found.span));
    spans.extend(code.logic);
    spans
}

/// Reads it, twice; whether it is Python.
#[track_caller]
fn judge(bytes: &[u8], seed: u64) -> bool {
    let facts = Python.extract(bytes);
    let shown = || format!("seed {seed}: {:?}", String::from_utf8_lossy(bytes));
    assert_eq!(facts, Python.extract(bytes), "{}", shown());
    // Behind a last line break stands one more place.
    let lines = facts.lines + 1;
    for Span { start, end } in spans(&facts) {
        assert!(start.line >= 1 && start.column >= 1 && start <= end && end.line <= lines, "{start:?} {}", shown());
    }
    for allow in &facts.allows {
        assert!(allow.lines.0 <= allow.lines.1 && allow.lines.1 <= lines, "{:?} {}", allow.lines, shown());
    }
    let Some(code) = facts.code.as_deref() else {
        assert!(facts.broken.is_empty() && facts.lines > 0, "{}", shown());
        return false;
    };
    assert!(code.bound.iter().is_sorted(), "{}", shown());
    for found in &code.definitions {
        assert!(found.lines.0 <= found.lines.1 && found.lines.1 <= lines, "{:?} {}", found.lines, shown());
    }
    facts.broken.is_empty()
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number: {text}")))
}

/// The seeds of a run.
fn seeds(usual: u64) -> std::ops::Range<u64> {
    // Far apart, so that runs from different ones share nothing.
    let first = (number("SSOT_SEED").unwrap_or(0) << 32) + 1;
    first..first + number("SSOT_SOUPS").unwrap_or(usual)
}

fn pieces() -> Vec<&'static str> {
    PIECES.split(' ').filter(|piece| !piece.is_empty()).collect()
}

#[test]
fn any_tokens_are_read_and_every_place_lies_in_the_text() {
    let pieces = pieces();
    let whole = seeds(3_000).filter(|seed| judge(&soup(&mut Noise::of_seed(*seed), &pieces), *seed)).count();
    assert!(whole > 0 && whole < seeds(3_000).count(), "{whole} are Python");
}

fn python_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let (path, kind) = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))).expect("an entry");
        if kind.is_dir() {
            python_files(&path, found);
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "py") {
            found.push(path);
        }
    }
}

/// The project's own Python, or 300 files that the seed picks of a folder.
fn files(first: u64) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    let Some(folder) = std::env::var_os("SSOT_FILES") else {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/ast_facts.py");
        return vec![std::fs::read(own).expect("a file"), FORMS.concat().into_bytes()];
    };
    python_files(Path::new(&folder), &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "no Python in {}", folder.display());
    let mut noise = Noise::of_seed(first);
    (0..300).map(|_| std::fs::read(&paths[noise.below(paths.len())]).expect("a file")).collect()
}

#[test]
fn spoilt_files_are_read_and_every_place_lies_in_the_text() {
    let (pieces, files) = (pieces(), files(seeds(0).start));
    let whole = seeds(1_000).filter(|seed| judge(&spoilt(&mut Noise::of_seed(*seed), &files, &pieces), *seed)).count();
    assert!(whole > 0 && whole < seeds(1_000).count(), "{whole} are Python");
}
