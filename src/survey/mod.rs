//! What a repository looks like: its units, test code, Python packages, generated and vendored files, sizes.
//!
//! Told from paths and from measures taken elsewhere; reads nothing, and what becomes of it is decided in `cli`.

pub mod aside;
pub mod lines;
pub mod python;
pub mod sizes;
pub mod test_code;
pub mod units;

use std::collections::BTreeMap;

use crate::path::RepoPath;
use crate::policy::glob::{Glob, Globs};
use crate::source::{Kind, Tree};

/// What the paths of a repository tell.
#[derive(Debug)]
pub struct Survey {
    pub files: usize,
    /// Extension to number of files of the languages seen, the most first.
    pub languages: Vec<(&'static str, usize)>,
    pub units: units::Units,
    pub tests: Vec<test_code::TestGlob>,
    pub python: python::Python,
    pub aside: Vec<aside::Aside>,
    pub leftovers: Vec<aside::Aside>,
}

/// Extensions of source code.
pub const CODE: &[&str] = &[
    "c", "cc", "cpp", "cs", "cxx", "dart", "ex", "exs", "go", "h", "hpp", "java", "js", "jsx", "kt", "mjs", "php",
    "py", "pyx", "rb", "rs", "scala", "sh", "swift", "ts", "tsx", "vue",
];

/// Folders, beside those that start with a dot, that hold no unit and no package of the product itself.
const BESIDE: &[&str] = &[
    "__fixtures__",
    "__tests__",
    "benchmark",
    "benchmarks",
    "build",
    "demo",
    "demos",
    "dist",
    "doc",
    "docs",
    "e2e",
    "example",
    "examples",
    "fixtures",
    "node_modules",
    "sample",
    "samples",
    "script",
    "scripts",
    "template",
    "templates",
    "test",
    "test-data",
    "test_data",
    "testdata",
    "testing",
    "tests",
    "third_party",
    "tools",
    "vendor",
];

pub fn look(tree: &Tree) -> Survey {
    let files: Vec<&RepoPath> =
        tree.entries().iter().filter(|entry| entry.kind == Kind::File).map(|entry| &entry.path).collect();
    Survey {
        files: files.len(),
        languages: languages(&files),
        units: units::find(tree, &files),
        tests: test_code::find(tree, &files),
        python: python::find(&files),
        aside: aside::find(&files, aside::NOT_WRITTEN_HERE),
        leftovers: aside::find(&files, aside::LEFTOVERS),
    }
}

/// The extension of source code that a file bears.
pub fn code(path: &RepoPath) -> Option<&'static str> {
    let name = path.name();
    let dot = memchr::memrchr(b'.', name).filter(|dot| *dot > 0)?;
    CODE.iter().copied().find(|known| known.as_bytes() == &name[dot + 1..])
}

fn languages(files: &[&RepoPath]) -> Vec<(&'static str, usize)> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for extension in files.iter().filter_map(|path| code(path)) {
        *counts.entry(extension).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|(a, more), (b, fewer)| fewer.cmp(more).then_with(|| a.cmp(b)));
    counts
}

/// Whether a folder of the path is hidden or stands beside the product.
fn is_beside(folder: &[u8]) -> bool {
    folder
        .split(|byte| *byte == b'/')
        .any(|part| part.starts_with(b".") || BESIDE.iter().any(|name| part.eq_ignore_ascii_case(name.as_bytes())))
}

/// All folders above a path, the nearest first, the root last.
fn folders_above(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    memchr::memrchr_iter(b'/', path).map(|slash| &path[..slash]).chain([&b""[..]])
}

/// Globs that are known to be right, in their order.
fn globs<'a>(texts: impl Iterator<Item = &'a str>) -> Globs {
    Globs::of(&texts.filter_map(|text| Glob::parse(text).ok()).collect::<Vec<_>>())
}

/// A glob that means one file only; none where a policy cannot hold its name.
pub fn glob_of(path: &RepoPath) -> Option<String> {
    let text = path.to_utf8()?;
    let glob = format!("/{}", globset::escape(text));
    Glob::parse(&glob).ok().filter(|glob| glob.matches(path)).map(|_| glob)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{At, Entry};

    pub(super) fn tree(paths: &[&str]) -> Tree {
        Tree::new(paths.iter().map(|path| Entry::new((*path).into(), Kind::File, At::Disk)).collect())
    }

    #[test]
    fn every_glob_of_the_tables_is_one() {
        let tables = [aside::NOT_WRITTEN_HERE, aside::LEFTOVERS].concat();
        let own = test_code::CANDIDATES.iter().map(|(text, _)| *text);
        for text in tables.iter().map(|(text, _)| *text).chain(own) {
            assert!(Glob::parse(text).is_ok(), "{text}");
        }
        assert!(CODE.is_sorted() && BESIDE.is_sorted());
    }

    #[test]
    fn above() {
        let found: Vec<_> = folders_above(b"a/b/c.py").collect();
        assert_eq!(found, [&b"a/b"[..], b"a", b""]);
        assert_eq!(folders_above(b"c.py").collect::<Vec<_>>(), [b""]);
    }

    #[test]
    fn one_file_by_a_glob() {
        let glob = |path: &str| glob_of(&path.into());
        assert_eq!(glob("a/b.pdf").as_deref(), Some("/a/b.pdf"));
        assert_eq!(glob("a/[x]{y}.pdf").as_deref(), Some("/a/[[]x[]][{]y[}].pdf"));
        assert_eq!(glob("a\\b"), None);
        assert_eq!(glob_of(&RepoPath::new(&b"a\xff"[..])), None);
    }

    #[test]
    fn languages_by_number() {
        let survey = look(&tree(&["a.py", "b.py", "c.ts", "d.txt", ".py"]));
        assert_eq!(survey.languages, [("py", 2), ("ts", 1)]);
        assert_eq!(survey.files, 5);
    }
}
