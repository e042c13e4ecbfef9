//! Where code stands: aside, apart from the rest, or beside its counterpart.

use crate::facts::{Definition, DefinitionKind};
use crate::path::RepoPath;
use crate::policy::similar_name::cut;
use crate::repo::{Module, Repo};
use crate::source::purpose;

use super::super::is_source;

/// At either end of the name of a folder: what was put aside. That is known, and `legacy-name` asks for it.
const PUT_ASIDE: &[&str] = &[
    "archive",
    "archived",
    "attic",
    "backup",
    "backups",
    "deprecated",
    "legacy",
    "obsolete",
    "old",
    "outdated",
    "unused",
];

/// At either end of the name of a file: it shows others how, and is whole by itself.
const SHOWS: &[&str] = &["demo", "example"];

/// Folders of what is run by itself, and shares little with the rest on purpose.
const APART: &[&[u8]] = &[
    b"dev",
    b"development",
    b"experimental",
    b"experiments",
    b"notebooks",
    b"playground",
    b"poc",
    b"prototype",
    b"prototypes",
    b"research",
    b"sandbox",
    b"scratch",
    b"scripts",
];

/// Two folders with so many files of the same path in both are made alike.
const COUNTERPARTS: usize = 3;

/// Where the modules of a repository stand.
pub struct Places<'r> {
    /// Their paths, sorted.
    paths: Vec<&'r [u8]>,
}

impl<'r> Places<'r> {
    pub fn of(repo: &'r Repo) -> Self {
        let modules = repo.modules().filter(|(_, module)| !module.is_package);
        let mut paths: Vec<&[u8]> = modules.map(|(_, module)| module.path.as_bytes()).collect();
        paths.sort_unstable();
        Self { paths }
    }

    /// Whether two stand where each has its own: one is run by itself, or their folders are made alike.
    pub fn are_apart(&self, one: &RepoPath, other: &RepoPath) -> bool {
        area(one) != area(other) || self.are_counterparts(one.as_bytes(), other.as_bytes())
    }

    /// Whether the folders that part the two paths have several files of the same path below them.
    fn are_counterparts(&self, one: &[u8], other: &[u8]) -> bool {
        let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
        let above = memchr::memrchr(b'/', &one[..same]).map_or(0, |slash| slash + 1);
        let below = |path: &[u8]| memchr::memchr(b'/', &path[above..]).map(|slash| path[..=above + slash].to_vec());
        let (Some(one), Some(other)) = (below(one), below(other)) else { return false };
        let start = self.paths.partition_point(|path| *path < one.as_slice());
        let rest = self.paths[start..].iter().map_while(|path| path.strip_prefix(one.as_slice()));
        let is_there = |rest: &&[u8]| self.paths.binary_search(&[&other, *rest].concat().as_slice()).is_ok();
        rest.filter(is_there).take(COUNTERPARTS).count() == COUNTERPARTS
    }
}

/// The part of a repository that a path lies in, none where that is all the rest.
fn area(path: &RepoPath) -> &[u8] {
    let folder = path.folder();
    let ends = memchr::memchr_iter(b'/', folder).chain([folder.len()]);
    let mut folders = ends.map(|end| &folder[..end]);
    // `api/v0` is kept beside what came after it.
    let is_version = |name: &[u8]| purpose::version(name).is_some_and(|name| name.of.is_empty());
    folders.find(|folder| APART.contains(&last(folder)) || is_version(last(folder))).unwrap_or_default()
}

/// Whether the names in a module are compared with others: a person wrote it here, for use, and it holds no test.
pub fn is_judged(module: &Module) -> bool {
    let is_aside = |folder: &[u8]| folder == b"test" || has_end(&String::from_utf8_lossy(folder), PUT_ASIDE);
    let is_aside = module.path.folder().split(|byte| *byte == b'/').any(is_aside);
    let is_shown = purpose::is_shown(&module.path) || has_end(stem(&module.path), SHOWS);
    let is_test = module.is_test && holds_tests(module);
    is_source(module) && !(is_aside || is_shown || is_test)
}

/// The name of a file without its ending.
pub fn stem(path: &RepoPath) -> &str {
    let name = std::str::from_utf8(path.name()).unwrap_or_default();
    name.split('.').next().unwrap_or(name)
}

/// Whether test code holds a test: what holds none is there to help others.
fn holds_tests(module: &Module) -> bool {
    let is_test = |definition: &Definition| {
        let name = definition.own_name();
        name.starts_with("test") || (name.starts_with("Test") && definition.kind == DefinitionKind::Class)
    };
    module.path.name() == b"conftest.py" || module.code().into_iter().flat_map(|code| &code.definitions).any(is_test)
}

fn has_end(name: &str, words: &[&str]) -> bool {
    let found = cut(name);
    found.first().into_iter().chain(found.last()).any(|word| words.contains(&word.as_str()))
}

fn last<'p>(folder: &&'p [u8]) -> &'p [u8] {
    memchr::memrchr(b'/', folder).map_or(folder, |slash| &folder[slash + 1..])
}
