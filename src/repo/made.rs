//! Modules that something else makes: a build file names them, or git is told to ignore them.

use std::path::Path;
use std::sync::Mutex;

use bstr::ByteSlice;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::Repo;
use crate::path::RepoPath;
use crate::source::{Content, Entry, Kind, Source, SourceError, Tree};

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
    "meson.build",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "setup_package.py",
];

/// Endings of others.
const BUILD_ENDINGS: &[&[u8]] = &[b".bzl", b".cmake", b".gyp"];

const IGNORED: &[u8] = b".gitignore";

/// So many packages in a row may be made.
const MOST_MADE: usize = 4;

/// What they say, each with its folder.
#[derive(Debug, Default)]
pub(super) struct Made {
    builds: Vec<(Vec<u8>, Vec<u8>)>,
    /// The deepest folder first.
    ignored: Vec<(Vec<u8>, Gitignore)>,
}

impl Made {
    fn read(source: &dyn Source, tree: &Tree) -> Result<Self, SourceError> {
        let says = |entry: &&Entry| {
            let name = entry.path.name();
            entry.kind == Kind::File
                && (name == IGNORED
                    || BUILD_FILES.iter().any(|file| file.as_bytes() == name)
                    || BUILD_ENDINGS.iter().any(|ending| name.ends_with(ending)))
        };
        let entries: Vec<&Entry> = tree.entries().iter().filter(says).collect();
        let texts = Mutex::new(Vec::new());
        source.read(&entries, &|number, content| {
            if let (Content::Bytes(bytes), Ok(mut texts)) = (content, texts.lock()) {
                texts.push((number, bytes.to_vec()));
            }
        })?;
        let mut made = Self::default();
        for (number, text) in texts.into_inner().unwrap_or_default() {
            let path = &entries[number].path;
            match path.name() == IGNORED {
                true => made.ignored.push((path.folder().to_vec(), matcher(&text))),
                false => made.builds.push((path.folder().to_vec(), text)),
            }
        }
        made.ignored.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        Ok(made)
    }

    /// Whether a module of a dotted name, at a path without its ending, is made there; its last part is what is missing.
    fn makes(&self, dotted: &str, stem: &str) -> bool {
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let file = RepoPath::new(format!("{stem}.py"));
        let said = self.ignored.iter().filter(|(above, _)| file.is_under(above)).find_map(|(above, matcher)| {
            let inner = file.as_bytes().get(above.len()..)?;
            let inner = RepoPath::new(inner.strip_prefix(b"/").unwrap_or(inner));
            let said = matcher.matched_path_or_any_parents(inner.to_os(), false);
            (!said.is_none()).then(|| said.is_ignore())
        });
        let folder = RepoPath::new(format!("{folder}/"));
        let mut builds = self.builds.iter().filter(|(above, _)| folder.is_under(above)).map(|(_, text)| text);
        said == Some(true) || builds.any(|text| names(text, name) || names_whole(text, dotted))
    }
}

fn matcher(text: &[u8]) -> Gitignore {
    let mut builder = GitignoreBuilder::new(Path::new(""));
    for line in text.lines() {
        // A line that is no pattern ignores nothing.
        let _ = builder.add_line(None, &line.to_str_lossy());
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
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
    let quoted = [format!("\"{dotted}\""), format!("'{dotted}'")];
    dotted.contains('.') && quoted.iter().any(|whole| memchr::memmem::find(text, whole.as_bytes()).is_some())
}

impl Repo {
    /// Notes what is made that is no file here. Only the first call counts.
    pub fn learn_made(&self, source: &dyn Source, tree: &Tree) -> Result<(), SourceError> {
        let _ = self.made.set(Made::read(source, tree)?);
        Ok(())
    }

    /// Whether something else makes a module of a dotted name, or one above it, under some root. No, as long as nobody
    /// learned it.
    pub fn is_made(&self, dotted: &str) -> bool {
        let Some(made) = self.made.get() else { return false };
        let under = |root: &String| if root.is_empty() { String::new() } else { format!("{root}/") };
        let stem = dotted.replace('.', "/");
        // No name of a module here is deeper, however long the one that was written is.
        let ends = stem.match_indices('/').map(|(at, _)| at).chain([stem.len()]).take(self.deepest + MOST_MADE);
        let missing = ends.filter(|end| !self.exists(dotted.get(..*end).unwrap_or_default()));
        let is_made = |end: usize| {
            let (name, part) = (dotted.get(..end).unwrap_or_default(), stem.get(..end).unwrap_or_default());
            self.roots.iter().any(|root| made.makes(name, &format!("{}{part}", under(root))))
        };
        missing.take(MOST_MADE).any(is_made)
    }
}

#[cfg(test)]
mod tests {
    use super::{Made, matcher, names, names_whole};

    #[test]
    fn what_is_made() {
        let text = b"version-file = \"src/tox/version.py\"\nmodule-name = \"grimp._rust\"\nversion = \"1\"";
        assert!(names(text, "version") && names(text, "_rust"));
        assert!(!names(text, "_rus") && !names(text, "grimp") && !names(b"version = 1", "version"));
        let made = Made {
            builds: vec![(b"a/b".to_vec(), b"add_module(_c)".to_vec())],
            ignored: vec![(b"a".to_vec(), matcher(b"/_version.py\n*_pb2.py\n!kept_pb2.py\n"))],
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
        ] {
            assert_eq!(made.makes("", stem), expected, "{stem}");
        }
        assert!(
            names_whole(b"Extension('Bio.PDB.ce')", "Bio.PDB.ce") && !names_whole(b"'Bio.PDB.cealign'", "Bio.PDB.ce")
        );
    }
}
