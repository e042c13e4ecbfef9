//! Modules that something else makes: what they are made of lies in the tree, a build file names them, or git is told
//! to ignore them.

use bstr::ByteSlice;
use rustc_hash::FxHashSet;

use super::{ModuleId, Repo, watch};
use crate::path::RepoPath;
use crate::policy::dotted::{is_identifier, is_under};
use crate::source::{Entry, Kind, Patterns, Source, SourceError, Tree, contents};

/// Files that say what is built, by their names.
const BUILD_FILES: &[&str] = &[
    "BUILD",
    "BUILD.bazel",
    "CMakeLists.txt",
    "Cargo.toml",
    "MANIFEST.in",
    "Makefile",
    "hatch.toml",
    "hatch_build.py",
    MESON,
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "setup_package.py",
];

const MESON: &str = "meson.build";

/// Endings of others.
const BUILD_ENDINGS: &[&[u8]] = &[b".bzl", b".cmake", b".gyp"];

/// Endings of files from which extension modules are built.
const SOURCES: [&[u8]; 9] = [b"c", b"cc", b"cpp", b"cxx", b"f", b"f90", b"m", b"pxd", b"rs"];

const IGNORED: &[u8] = b".gitignore";

/// Where code in Cython's pure Python mode names what it takes from other compiled modules.
const CIMPORTS: &str = "cython.cimports";

/// So many packages in a row may be made.
const MOST_MADE: usize = 4;

/// What build files and `.gitignore` say.
#[derive(Debug, Default)]
pub(super) struct Made {
    builds: Vec<(RepoPath, Vec<u8>)>,
    ignored: Patterns,
}

impl Made {
    pub(super) fn read(source: &dyn Source, tree: &Tree) -> Result<Self, SourceError> {
        let says = |entry: &&Entry| {
            let name = entry.path.name();
            entry.kind == Kind::File
                && (name == IGNORED
                    || BUILD_FILES.iter().any(|file| file.as_bytes() == name)
                    || BUILD_ENDINGS.iter().any(|ending| name.ends_with(ending)))
        };
        let texts = contents(source, tree, tree.entries().iter().filter(says).map(|entry| &entry.path))?;
        let (ignored, mut builds): (Vec<_>, Vec<_>) = texts.into_iter().partition(|(path, _)| path.name() == IGNORED);
        for (_, text) in builds.iter_mut().filter(|(path, _)| path.name() == b"pyproject.toml") {
            *text = without_checked(text);
        }
        let patterns = ignored.iter().map(|(path, text)| (path.folder(), text.lines().map(ByteSlice::to_str_lossy)));
        Ok(Self { builds, ignored: Patterns::new(patterns) })
    }

    /// Whether a module of a dotted name, at a path without its ending, is made there.
    pub(super) fn makes(&self, dotted: &str, stem: &str) -> bool {
        let file = RepoPath::new(format!("{stem}.py"));
        let name = stem.rsplit('/').next().unwrap_or(stem);
        // Meson speaks of what is built where its file lies.
        let is_beside = |build: &RepoPath| build.name() == MESON.as_bytes() && build.folder() == file.folder();
        let mut builds = self.builds.iter().filter(|(build, _)| file.is_under(build.folder()));
        self.ignored.reaching(&file) == Some(true)
            || builds.any(|(build, text)| {
                names(text, name) || names_whole(text, dotted) || (is_beside(build) && quotes(text, name))
            })
    }
}

/// The text of a `pyproject.toml` without mypy's tables on modules that it checks in some other way: none says that
/// they are built, unless it says that they may be missing.
fn without_checked(text: &[u8]) -> Vec<u8> {
    let is_header = |line: &[u8]| line.trim_start().starts_with(b"[");
    let mut kept = Vec::with_capacity(text.len());
    let mut lines = text.lines_with_terminator().peekable();
    while let Some(header) = lines.next() {
        let mut table = header.to_vec();
        // An array of modules may have its brackets in lines of their own.
        while let Some(line) = lines.next_if(|line| !is_header(line)) {
            table.extend_from_slice(line);
        }
        if !header.trim().starts_with(b"[[tool.mypy.overrides]]") || table.contains_str("ignore_missing_imports") {
            kept.append(&mut table);
        }
    }
    kept
}

/// Whether a build file names a module: as a file, or by its bare name where that is a private one.
fn names(text: &[u8], name: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    memchr::memmem::find_iter(text, name).any(|at| {
        let (before, behind) = (&text[..at], &text[at + name.len()..]);
        let is_file = [&b".py"[..], b".so", b".c"].iter().any(|ending| behind.starts_with(ending));
        !is_part(before.last()) && !is_part(behind.first()) && (is_file || name.starts_with('_'))
    })
}

/// Whether it names one by all of its parts, two or more.
fn names_whole(text: &[u8], dotted: &str) -> bool {
    dotted.contains('.') && quotes(text, dotted)
}

fn quotes(text: &[u8], name: &str) -> bool {
    let quoted = [format!("\"{name}\""), format!("'{name}'")];
    quoted.iter().any(|whole| memchr::memmem::find(text, whole.as_bytes()).is_some())
}

/// Paths, without their endings, at which modules may come to be or lie: folders, sources of extension modules and
/// templates, links, and repositories in this one.
pub(super) fn unbuilt(tree: &Tree) -> FxHashSet<Vec<u8>> {
    let mut paths = FxHashSet::default();
    for entry in tree.entries() {
        for folder in entry.path.folders().take_while(|folder| !folder.is_empty()) {
            if paths.contains(folder) {
                break;
            }
            paths.insert(folder.to_vec());
        }
        let name = entry.path.name();
        let (stem, ending) = name.split_at(memchr::memchr(b'.', name).unwrap_or(name.len()));
        let is_template = [&b".py."[..], b".pyx.", b".pyi."].iter().any(|start| ending.starts_with(start));
        let is_source = ending.rsplit(|byte| *byte == b'.').next().is_some_and(|last| SOURCES.contains(&last));
        let is_elsewhere = entry.kind == Kind::Submodule || (entry.kind == Kind::Symlink && ending.is_empty());
        if (is_template || is_source || is_elsewhere) && std::str::from_utf8(stem).is_ok_and(is_identifier) {
            let path = entry.path.as_bytes();
            paths.insert(path[..path.len() - ending.len()].to_vec());
        }
    }
    paths
}

impl Repo {
    /// Notes what is made that is no file here. Only the first call counts.
    pub fn learn_made(&self, source: &dyn Source, tree: &Tree) -> Result<(), SourceError> {
        let _ = self.made.set(Made::read(source, tree)?);
        Ok(())
    }

    /// Whether git is told to ignore the stub of a module: then something writes it, with names that the module need not
    /// hold. No, as long as nobody learned it.
    pub fn has_ignored_stub(&self, module: ModuleId) -> bool {
        let Some(made) = self.made.get() else { return false };
        let stub = self.module(module).path.as_bytes().strip_suffix(b".py").map(|stem| [stem, b".pyi"].concat());
        stub.is_some_and(|stub| made.ignored.reaching(&RepoPath::new(stub)) == Some(true))
    }

    /// Whether something else makes a module of a dotted name, or one above it, under some root. No, as long as nobody
    /// learned it.
    pub fn is_made(&self, dotted: &str) -> bool {
        let Some(made) = self.made.get() else { return false };
        watch::looks_at_all();
        let under = |root: &String| if root.is_empty() { String::new() } else { format!("{root}/") };
        let stem = dotted.replace('.', "/");
        // No name of a module here is deeper, however long the one that was written is.
        let ends = stem.match_indices('/').map(|(at, _)| at).chain([stem.len()]).take(self.deepest + MOST_MADE);
        let is_missing = |name: &str| !self.exists(name) && self.became(name).is_none();
        let missing = ends.filter(|end| is_missing(dotted.get(..*end).unwrap_or_default()));
        let is_made = |end: usize| {
            let (name, part) = (dotted.get(..end).unwrap_or_default(), stem.get(..end).unwrap_or_default());
            self.roots.iter().any(|root| made.makes(name, &format!("{}{part}", under(root))))
        };
        is_under(dotted, CIMPORTS) || missing.take(MOST_MADE).any(is_made)
    }
}

#[cfg(test)]
mod tests {
    use super::{Made, Patterns, names, names_whole};

    #[test]
    fn what_is_made() {
        let text = b"version-file = \"src/tox/version.py\"\nmodule-name = \"grimp._rust\"\nversion = \"1\"";
        assert!(names(text, "version") && names(text, "_rust"));
        assert!(!names(text, "_rus") && !names(text, "grimp") && !names(b"version = 1", "version"));
        let made = Made {
            builds: vec![
                ("a/b/CMakeLists.txt".into(), b"add_module(_c)".to_vec()),
                ("a/meson.build".into(), b"{'parser': {'sources': ['src/parse.c']}}".to_vec()),
            ],
            ignored: Patterns::new([(&b"a"[..], ["/_version.py", "*_pb2.py", "!kept_pb2.py"].map(Into::into))]),
        };
        for (stem, expected) in [
            ("a/_version", true),
            ("a/x/_version", false),
            ("a/x/y_pb2", true),
            ("a/kept_pb2", false),
            ("y_pb2", false),
            ("a/b/_c", true),
            ("a/b/x/_c", true),
            ("a/_c", false),
            ("a/parser", true),
            ("a/x/parser", false),
        ] {
            assert_eq!(made.makes("", stem), expected, "{stem}");
        }
        assert!(
            names_whole(b"Extension('Bio.PDB.ce')", "Bio.PDB.ce") && !names_whole(b"'Bio.PDB.cealign'", "Bio.PDB.ce")
        );
    }
}
