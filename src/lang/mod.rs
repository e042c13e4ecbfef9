//! Languages: text in, facts out. A new language is one file here and one line in [`LANGUAGES`].

mod allow_comment;
pub mod braces;
mod generated;
pub mod modules;
pub mod outline;
pub mod python;
pub mod text;
pub mod tokens;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::facts::{Detail, Facts};
use crate::finding::moves::{Move, Rewriting};
use crate::path::{RepoPath, is_between};
use tokens::Tokens;

/// What is wanted beside facts that always are.
#[derive(Clone, Copy, Debug)]
pub struct Want {
    pub tokens: bool,
    pub detail: Detail,
}

/// How the facts of one kind of file are read.
pub trait Language: Sync {
    /// Part of the key under which facts are cached; never changed.
    fn id(&self) -> &'static str;

    /// The file names that are in this language; one `*` stands for anything.
    fn names(&self) -> &'static [&'static str];

    /// Raised when `extract` changes its answer, so that facts cached before are read anew.
    fn revision(&self) -> u32;

    /// Whether allows can stand in comments that `extract` tells.
    fn has_comments(&self) -> bool;

    /// Whether `extract` tells definitions and imports.
    fn has_code(&self) -> bool {
        false
    }

    /// What a file offers to others; none where the language cannot tell.
    fn outline(&self, _bytes: &[u8]) -> Option<Vec<outline::Item>> {
        None
    }

    /// Whether `tokens` tells anything.
    fn has_tokens(&self) -> bool {
        false
    }

    /// The tokens in which copies are looked for; none in what a program wrote. As pure and total as `extract`.
    fn tokens(&self, _bytes: &[u8]) -> Tokens {
        Tokens::default()
    }

    /// All facts: a pure function of the bytes that answers for any bytes.
    fn extract(&self, bytes: &[u8]) -> Facts;

    /// Facts, and what else is wanted, from one look at the bytes.
    fn read(&self, bytes: &[u8], want: Want) -> (Facts, Tokens) {
        (self.extract(bytes), if want.tokens { self.tokens(bytes) } else { Tokens::default() })
    }

    /// The edits that make `moves` in a text: none of them where the language knows of no moves.
    fn rewrite(&self, _text: &str, moves: &[Move]) -> Rewriting {
        let refused = (0..moves.len()).map(|number| (number, format!("{} is not rewritten", self.id())));
        Rewriting { edits: Vec::new(), refused: refused.collect() }
    }
}

/// The same without room for more: what is kept to the end of a run should take no more than it needs.
pub fn fitted<T>(mut values: Vec<T>) -> Vec<T> {
    // To shrink in place leaves an allocator what it cannot use.
    let mut fitted = Vec::with_capacity(values.len());
    fitted.append(&mut values);
    fitted
}

/// All languages. The first whose names match a file is its language; the last matches every file.
pub static LANGUAGES: &[&dyn Language] =
    &[&python::Python, &braces::GO, &braces::JAVASCRIPT, &braces::RUST, &text::HASH, &text::SLASHES, &text::PLAIN];

/// The languages by what their names are: an ending with its dot, a whole name, or a start and an end.
struct Names {
    /// With the first bytes of the whole names, for most files have another.
    whole: FxHashMap<&'static [u8], &'static dyn Language>,
    firsts: [bool; 256],
    endings: FxHashMap<&'static [u8], &'static dyn Language>,
    ends: Vec<(&'static str, &'static str, &'static dyn Language)>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names =
        Names { whole: FxHashMap::default(), firsts: [false; 256], endings: FxHashMap::default(), ends: Vec::new() };
    for language in LANGUAGES {
        for name in language.names() {
            match name.split_once('*') {
                None => {
                    names.whole.entry(name.as_bytes()).or_insert(*language);
                    name.bytes().take(1).for_each(|first| names.firsts[usize::from(first)] = true);
                }
                Some(("", ending)) => drop(names.endings.entry(ending.as_bytes()).or_insert(*language)),
                Some((start, end)) => names.ends.push((start, end, *language)),
            }
        }
    }
    names
});

/// The language of the file at `path`.
pub fn of(path: &RepoPath) -> &'static dyn Language {
    let (name, names) = (path.name(), &*NAMES);
    let may_be_whole = name.first().is_some_and(|first| names.firsts[usize::from(*first)]);
    let whole = may_be_whole.then(|| names.whole.get(name)).flatten();
    let ending = || names.endings.get(&name[name.iter().rposition(|byte| *byte == b'.')?..]);
    let by_ends =
        || names.ends.iter().find(|(start, end, _)| is_between(name, start, end)).map(|(.., language)| language);
    whole.or_else(ending).or_else(by_ends).copied().unwrap_or(&text::PLAIN)
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashSet;

    use super::{LANGUAGES, of};

    #[test]
    fn the_list() {
        let ids: FxHashSet<_> = LANGUAGES.iter().map(|language| language.id()).collect();
        assert_eq!(ids.len(), LANGUAGES.len(), "an id stands twice");
        for language in LANGUAGES {
            for name in language.names() {
                assert!(name.matches('*').count() <= 1, "{name}");
            }
            assert_eq!(language.extract(b""), language.extract(b""), "{}", language.id());
        }
    }

    #[test]
    fn by_name() {
        for (path, id) in [
            ("a/b.py", "python"),
            ("a/b.sh", "hash"),
            ("Makefile", "hash"),
            ("x.rs", "rust"),
            ("x.tsx", "javascript"),
            ("x.java", "slashes"),
            ("Dockerfile.dev", "hash"),
            ("requirements-dev.txt", "hash"),
            ("requirements.txt", "hash"),
            ("my-requirements.txt", "plain"),
            (".gitignore", "hash"),
            ("templates/Python.gitignore", "hash"),
            ("x.bin", "plain"),
            ("py", "plain"),
            ("x.", "plain"),
        ] {
            assert_eq!(of(&path.into()).id(), id, "{path}");
        }
    }
}
