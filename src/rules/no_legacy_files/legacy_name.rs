//! # legacy-name
//!
//! ## What it does
//! Flags a file that is a leftover by its name.
//!
//! | name | is flagged |
//! |---|---|
//! | `x.bak`, `x.orig`, `x.backup`, `X.backup.tsx`, `x.py.backup_20250917_084026`, `x.py.20250917`, `x.py~` | as an error |
//! | `copy of x.py`, `x - Copy.py`, `x copy.py` | as an error |
//! | all in `archived/` and `old_tests/` | as an error |
//! | `x_old`, `x_fixed`, `x_enhanced`, `x_deprecated` | as an error beside its twin `x`, else as a warning |
//! | `x_temp`, `x_v1`, `x_backup`, `x_archive` | as an error beside its twin `x` of the same kind, unless other siblings start with `x_` too: then it is a noun, as `volume_backup.py` beside `volume.py` and `volume_type.py` |
//!
//! A folder `x_old/` beside its twin `x/` is a leftover with all that it holds; `x_backup/` is, unless it has
//! such a family. Never flagged: such a word right after a bare `test_` (`test_old.py` tests what is old). What
//! `patterns` and `extend-patterns` in `[no-legacy-files]` list is an error; `patterns` replaces the table above.
//!
//! ## Why is this bad?
//! Two files for one thing: readers do not know which one counts, searches find both, and mends go to the
//! wrong one. Git keeps every old version already.
//!
//! ## Example
//! `db_manager.py`, `db_manager_old.py` and `db_manager.py.bak` in one folder.
//!
//! ## What to do instead
//! Keep the one that counts under the plain name and delete the others; `git log -- FILE` brings them back. A
//! file that is no leftover gets a name that says what it is, or an `[[allow]]` with the reason.
//!
//! ## Fix
//! None: only a person knows which one counts.

use std::sync::LazyLock;

use bstr::ByteSlice;
use regex::bytes::Regex;

use crate::finding::Level;
use crate::path::{RepoPath, printable};
use crate::policy::Sited;
use crate::policy::glob::{Glob, Globs};
use crate::rules::{Found, PathRule, RuleDef, Sink, Stage};
use crate::source::{Entry, Tree};

pub static RULE: RuleDef = RuleDef {
    hook: "no-legacy-files",
    name: "legacy-name",
    summary: "a leftover by its name: `_old`, `.bak`, `copy of`, `archived/`, …",
    source: include_str!("legacy_name.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let listed = policy.legacy_files.patterns.clone();
        let set = Globs::of(&listed.iter().map(|glob| glob.value.clone()).collect::<Vec<_>>());
        Ok(vec![Stage::Path(Box::new(LegacyName { built_in: policy.legacy_files.built_in, set, listed }))])
    },
};

/// Folders that hold nothing but leftovers.
const FOLDERS: [&[u8]; 2] = [b"archived", b"old_tests"];

/// Words that say "not the current one" wherever they stand.
const STATES: [&[u8]; 4] = [b"deprecated", b"enhanced", b"fixed", b"old"];

/// Words that are as often part of what the file is about.
const NOUNS: [&[u8]; 4] = [b"archive", b"backup", b"temp", b"v1"];

/// Names that editors, merges and careful people leave behind; lower case.
static LEFTOVER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let made_by = r".\.(bak|orig|backup)([._-]?\d[\d_.-]*)?(\.\w{1,5})?$";
    let dated =
        r"\.(css|go|html|ini|java|js|json|jsx|py|pyi|rb|rs|sh|sql|toml|ts|tsx|yaml|yml)\.(19|20)\d{6}([_-]?\d{4,6})?$";
    let copied = r"^copy (\(\d+\) )?of .|.( -|_-)? copy( ?\(?\d+\)?)?(\.\w+)*$";
    Regex::new(&format!("{made_by}|{dated}|{copied}|.~$")).ok()
});

struct LegacyName {
    built_in: bool,
    set: Globs,
    listed: Vec<Sited<Glob>>,
}

impl PathRule for LegacyName {
    fn check(&self, entry: &Entry, tree: &Tree, out: &mut Sink) {
        let path = &entry.path;
        let help = "delete it (git keeps its history), or name it for what it is";
        if let Some(glob) = self.set.matching(path).into_iter().min().and_then(|number| self.listed.get(number)) {
            let message = format!("`{path}` is a leftover: the policy lists `{}`", glob.value.text);
            out.report(Found::file(path, message, help).by(Some(&glob.site)));
            return;
        }
        if !self.built_in {
            return;
        }
        match leftover(path, tree) {
            Some(Leftover::Name) => {
                let message = format!("`{}` is a leftover by its name", printable(path.name()));
                out.report(Found::file(path, message, help));
            }
            Some(Leftover::Folder(folder)) => {
                let message = format!("`{path}` lies in `{}/`, a folder of leftovers", printable(folder));
                out.report(Found::file(path, message, help));
            }
            Some(Leftover::FolderBesideTwin(folder, twin)) => {
                let message =
                    format!("`{path}` lies in `{}/`, a leftover beside `{}/`", printable(folder), printable(twin));
                out.report(Found::file(
                    path,
                    message,
                    "delete the folder (git keeps its history), or name it for what it is",
                ));
            }
            Some(Leftover::BesideTwin(twin)) => {
                let message = format!("`{}` is a leftover beside `{}`", printable(path.name()), printable(twin.name()));
                let help = format!("keep what counts in `{twin}` and delete this file: git keeps its history");
                out.report(Found::file(path, message, help).related(&twin, "its twin"));
            }
            Some(Leftover::Alone) => {
                let message = format!("`{}` is named as a leftover", printable(path.name()));
                let help = "name it for what it is, or delete it (git keeps its history)";
                out.report(Found::file(path, message, help).level(Level::Warning));
            }
            None => {}
        }
    }
}

enum Leftover<'p> {
    Name,
    Folder(&'p [u8]),
    FolderBesideTwin(&'p [u8], &'p [u8]),
    BesideTwin(RepoPath),
    Alone,
}

fn leftover<'p>(path: &'p RepoPath, tree: &Tree) -> Option<Leftover<'p>> {
    if is_leftover(path.name()) {
        return Some(Leftover::Name);
    }
    folder(path, tree).or_else(|| suffix(path, tree))
}

fn is_leftover(name: &[u8]) -> bool {
    LEFTOVER.as_ref().is_some_and(|regex| regex.is_match(&name.to_ascii_lowercase()))
}

/// A folder of leftovers on the way to the file.
fn folder<'p>(path: &'p RepoPath, tree: &Tree) -> Option<Leftover<'p>> {
    let bytes = path.as_bytes();
    let mut start = 0;
    for end in memchr::memchr_iter(b'/', bytes) {
        let (part, whole) = (&bytes[start..end], &bytes[..end]);
        let lower = part.to_ascii_lowercase();
        if FOLDERS.contains(&lower.as_slice()) {
            return Some(Leftover::Folder(whole));
        }
        if let Some((base, word)) = split_word(&lower).filter(|(base, _)| lower[..*base] != *b"test") {
            let twin = &bytes[..start + base];
            let is_noun = NOUNS.contains(&word) && is_family(tree, twin, part);
            if tree.is_folder(twin) && !is_noun {
                return Some(Leftover::FolderBesideTwin(whole, twin));
            }
        }
        start = end + 1;
    }
    None
}

/// A word behind the name: `x_old.py`.
fn suffix<'p>(path: &RepoPath, tree: &Tree) -> Option<Leftover<'p>> {
    let stem = stem(path.name());
    let lower = stem.to_ascii_lowercase();
    let (base, word) = split_word(&lower)?;
    let base = &stem[..base];
    if matches!(base.to_ascii_lowercase().as_slice(), b"test" | b"tests") {
        return None;
    }
    let is_state = STATES.contains(&word);
    let is_twin = |name: &[u8]| {
        let same_kind = is_state || extension(name) == extension(path.name());
        self::stem(name) == base && same_kind && !is_leftover(name)
    };
    let twins = tree.siblings(path.folder(), base).filter(|sibling| is_twin(sibling.name()));
    let twin = twins.min_by_key(|twin| twin.name()[base.len()..] != path.name()[stem.len()..]);
    match twin {
        Some(_) if !is_state && is_family(tree, &joined(path.folder(), base), path.name()) => None,
        Some(twin) => Some(Leftover::BesideTwin(twin.clone())),
        None if tree.is_folder(&joined(path.folder(), base)) && is_state => {
            Some(Leftover::BesideTwin(RepoPath::new(joined(path.folder(), base))))
        }
        None if is_state => Some(Leftover::Alone),
        None => None,
    }
}

/// The name up to its first dot, a leading one aside.
fn stem(name: &[u8]) -> &[u8] {
    let dot = name.iter().skip(1).position(|byte| *byte == b'.').map(|at| at + 1);
    &name[..dot.unwrap_or(name.len())]
}

/// What stands behind the last dot.
fn extension(name: &[u8]) -> &[u8] {
    name.rsplit(|byte| *byte == b'.').next().filter(|extension| extension.len() < name.len()).unwrap_or_default()
}

/// Where the base of `x_old` ends, and its word.
fn split_word(lower: &[u8]) -> Option<(usize, &'static [u8])> {
    let under = lower.rfind_byte(b'_').filter(|under| lower[..*under].iter().any(|byte| *byte != b'_'))?;
    STATES.iter().chain(&NOUNS).copied().find(|word| *word == &lower[under + 1..]).map(|word| (under, word))
}

/// Whether other files or folders than leftovers start with the base and an underscore too: then the word behind
/// it tells this one from them, and not from an older one.
fn is_family(tree: &Tree, base: &[u8], own_name: &[u8]) -> bool {
    let base = RepoPath::new(base);
    let start = [base.name(), b"_"].concat();
    let own_stem = stem(own_name).to_ascii_lowercase();
    tree.names(base.folder(), &start).any(|name| {
        let lower = stem(name).to_ascii_lowercase();
        lower != own_stem && split_word(&lower).is_none()
    })
}

fn joined(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, b"/", name].concat() }
}
