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

use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::facts::Facts;
use crate::finding::moves::{Move, Rewriting};
use crate::path::RepoPath;
use tokens::Tokens;

/// How the facts of one kind of file are read.
pub trait Language: Sync {
    /// Part of the key under which facts are cached; never changed.
    fn id(&self) -> &'static str;

    /// Globs of the file names that are in this language.
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

    /// A pure function of the bytes that answers for any bytes.
    fn extract(&self, bytes: &[u8]) -> Facts;

    /// The edits that make `moves` in a text: none of them where the language knows of no moves.
    fn rewrite(&self, _text: &str, moves: &[Move]) -> Rewriting {
        let refused = (0..moves.len()).map(|number| (number, format!("{} is not rewritten", self.id())));
        Rewriting { edits: Vec::new(), refused: refused.collect() }
    }
}

/// All languages. The first whose names match a file is its language; the last matches every file.
pub static LANGUAGES: &[&dyn Language] =
    &[&python::Python, &braces::GO, &braces::JAVASCRIPT, &braces::RUST, &text::HASH, &text::SLASHES, &text::PLAIN];

static NAMES: LazyLock<(GlobSet, Vec<usize>)> = LazyLock::new(|| {
    let (mut builder, mut owners) = (GlobSetBuilder::new(), Vec::new());
    for (number, language) in LANGUAGES.iter().enumerate() {
        for name in language.names() {
            if let Ok(glob) = GlobBuilder::new(name).build() {
                builder.add(glob);
                owners.push(number);
            }
        }
    }
    (builder.build().unwrap_or_default(), owners)
});

/// The language of the file at `path`.
pub fn of(path: &RepoPath) -> &'static dyn Language {
    let (set, owners) = &*NAMES;
    let matching = set.matches_candidate(&Candidate::from_bytes(path.name()));
    let first = matching.into_iter().filter_map(|glob| owners.get(glob)).min();
    first.and_then(|number| LANGUAGES.get(*number)).copied().unwrap_or(&text::PLAIN)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{LANGUAGES, of};

    #[test]
    fn the_list() {
        let ids: HashSet<_> = LANGUAGES.iter().map(|language| language.id()).collect();
        assert_eq!(ids.len(), LANGUAGES.len(), "an id stands twice");
        for language in LANGUAGES {
            for name in language.names() {
                assert!(globset::Glob::new(name).is_ok(), "{name}");
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
            ("x.bin", "plain"),
        ] {
            assert_eq!(of(&path.into()).id(), id, "{path}");
        }
    }
}
