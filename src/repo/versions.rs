//! Folders that hold a thing in another version, kept for those who use that one: `pydantic/v1/` in `pydantic/`,
//! `api/v1beta1/` beside `api/v1/`.
//!
//! A name alone says little: most web services lie in `app/api/v1/` and have no other version. A folder that is called so
//! is a version of the folder that holds it, or of one beside it, where most of its modules stand there too. Of the folder
//! that holds it only the first one is, or one that bears a stage: `app/v2/` in `app/` came later, and may be `app` once more.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Repo;
use crate::lang;
use crate::path::RepoPath;
use crate::source::Tree;
use crate::source::purpose::{self, VersionName};

/// Fewer modules of the same path are alike by chance: each interface may have its `routes.py` and its `schemas.py`.
const LEAST: usize = 3;

/// Modules that say nothing by their names, without their endings: each package has one.
const OF_ANY_PACKAGE: &[&[u8]] = &[b"__init__", b"index", b"mod"];

/// The number of a folder that is a version or holds itself in one; the first one is all that lies in none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(usize);

/// What there is of versions.
#[derive(Debug, Default)]
pub(super) struct Versions {
    /// Those of which something is known, each with its number.
    numbers: FxHashMap<Vec<u8>, Version>,
    /// The same by their numbers; the first one is none.
    folders: Vec<Vec<u8>>,
    /// Those that are versions of the folder that holds them.
    of_above: FxHashSet<Vec<u8>>,
    /// Those that are versions of each other, the first by path first.
    beside: FxHashSet<(Vec<u8>, Vec<u8>)>,
}

/// The paths of modules in a folder, from there.
type Inner<'t> = FxHashSet<&'t [u8]>;

/// Folders that bear versions of one name in one folder.
#[derive(Default)]
struct Family<'t> {
    /// Whether one of them is called as only versions of an interface are: `v1beta1`.
    has_stage: bool,
    folders: BTreeMap<&'t [u8], Inner<'t>>,
}

impl Versions {
    pub fn find(tree: &Tree) -> Self {
        let mut versions = Self { folders: vec![Vec::new()], ..Self::default() };
        for ((above, of), family) in families(tree) {
            let is_kept = |folder: &&[u8]| {
                let name = folder.get(above.len() + 1..).and_then(purpose::version);
                of.is_empty() && name.is_some_and(|name| name.is_first || name.has_stage)
            };
            for (folder, inner) in family.folders.iter().filter(|(folder, _)| is_kept(folder)) {
                let is_above = |inner: &&&[u8]| tree.is_file(&[above, inner].join(&b'/'));
                if are_most(inner.iter().filter(is_above).count(), inner.len()) {
                    [above, folder].into_iter().for_each(|folder| versions.learn(folder));
                    versions.of_above.insert(folder.to_vec());
                }
            }
            // `jobs_v2/` beside `jobs_v1/` may be a job done twice.
            let mut folders = family.folders.iter().filter(|_| of.is_empty() || family.has_stage);
            while let Some((one, inner)) = folders.next() {
                for (other, others) in folders.clone() {
                    let common = inner.intersection(others).count();
                    if are_most(common, inner.len().min(others.len())) {
                        [one, other].into_iter().for_each(|folder| versions.learn(folder));
                        versions.beside.insert((one.to_vec(), other.to_vec()));
                    }
                }
            }
        }
        versions
    }

    fn learn(&mut self, folder: &[u8]) {
        let next = Version(self.folders.len());
        if *self.numbers.entry(folder.to_vec()).or_insert(next) == next {
            self.folders.push(folder.to_vec());
        }
    }

    fn of(&self, path: &RepoPath) -> Version {
        let mut folders = path.folders().filter(|_| !self.numbers.is_empty());
        folders.find_map(|folder| self.numbers.get(folder)).copied().unwrap_or_default()
    }

    /// Where the two paths part, one is a version of what holds both, or of the other.
    fn are_apart(&self, one: Version, other: Version) -> bool {
        if one == other || one == Version::default() || other == Version::default() {
            return false;
        }
        let [one, other] = [one, other].map(|version| self.folders[version.0].as_slice());
        let common = one.split(|byte| *byte == b'/').zip(other.split(|byte| *byte == b'/'));
        let common = common.take_while(|(a, b)| a == b).map(|(part, _)| part.len() + 1).sum::<usize>();
        let [one, other] = [one, other].map(|folder| {
            let rest = folder.get(common..).unwrap_or_default();
            &folder[..folder.len().min(common) + memchr::memchr(b'/', rest).unwrap_or(rest.len())]
        });
        let (first, second) = (one.min(other), one.max(other));
        self.of_above.contains(one)
            || self.of_above.contains(other)
            || self.beside.contains(&(first.to_vec(), second.to_vec()))
    }
}

/// By the folder that holds them, which is not the root, and the name that they are versions of.
fn families(tree: &Tree) -> BTreeMap<(&[u8], &[u8]), Family<'_>> {
    let mut families: BTreeMap<(&[u8], &[u8]), Family> = BTreeMap::new();
    for entry in tree.entries().iter().filter(|entry| may_lie_in_version(entry.path.folder())) {
        let (path, name) = (entry.path.as_bytes(), entry.path.name());
        let stem = memchr::memchr(b'.', name).map_or(name, |dot| &name[..dot]);
        if !lang::of(&entry.path).has_tokens() || OF_ANY_PACKAGE.contains(&stem) {
            continue;
        }
        let slashes: Vec<usize> = memchr::memchr_iter(b'/', path).collect();
        for ends in slashes.windows(2) {
            let [above, end] = [ends[0], ends[1]];
            let Some(VersionName { of, has_stage, .. }) = purpose::version(&path[above + 1..end]) else { continue };
            let family = families.entry((&path[..above], of)).or_default();
            family.has_stage |= has_stage;
            family.folders.entry(&path[..end]).or_default().insert(&path[end + 1..]);
        }
    }
    families
}

/// Asked of every file: whether a letter stands there that a version starts with, and a digit behind it.
fn may_lie_in_version(folder: &[u8]) -> bool {
    memchr::memchr_iter(b'v', folder).any(|at| folder.get(at + 1).is_some_and(u8::is_ascii_digit))
}

fn are_most(common: usize, all: usize) -> bool {
    common >= LEAST && common * 2 > all
}

impl Repo {
    pub fn version(&self, path: &RepoPath) -> Version {
        self.versions.of(path)
    }

    /// Whether one thing lies in both, in another version: neither is there for the other.
    pub fn are_versions(&self, one: Version, other: Version) -> bool {
        self.versions.are_apart(one, other)
    }
}

#[cfg(test)]
mod tests {
    use super::Versions;
    use crate::path::RepoPath;
    use crate::source::{At, Entry, Kind, Tree};

    fn are_apart(folders: &[(&str, &str)], one: &str, other: &str) -> bool {
        let names = |(folder, names): &(&str, &str)| {
            let path = |name: &str| RepoPath::new(format!("{folder}/{name}").trim_start_matches('/'));
            let entry = |name: &str| Entry::new(path(name), Kind::File, At::Disk);
            names.split(' ').map(entry).collect::<Vec<_>>()
        };
        let versions = Versions::find(&Tree::new(folders.iter().flat_map(names).collect()));
        let [one, other] = [one, other].map(|path| versions.of(&RepoPath::from(path)));
        assert_eq!(versions.are_apart(one, other), versions.are_apart(other, one));
        versions.are_apart(one, other)
    }

    #[test]
    fn of_what_holds_it() {
        let frozen = [("p", "__init__.py a.py b.py c.py new.py in/d.py"), ("p/v1", "__init__.py a.py b.py c.py d.py")];
        assert!(are_apart(&frozen, "p/v1/a.py", "p/a.py"));
        assert!(are_apart(&frozen, "p/v1/x/a.py", "p/in/d.py"));
        assert!(!are_apart(&frozen, "p/v1/a.py", "p/v1/b.py"));
        assert!(!are_apart(&frozen, "p/a.py", "p/in/d.py"));
        assert!(!are_apart(&frozen, "p/v1/a.py", "q/a.py"));
        let of_above = |folder| [("p", "a.py b.py c.py"), (folder, "a.py b.py c.py")];
        assert!(are_apart(&of_above("p/v2beta1"), "p/v2beta1/a.py", "p/a.py"));
        assert!(!are_apart(&of_above("p/v2"), "p/v2/a.py", "p/a.py"), "a second one");
        for folders in [
            [("p", "a.py b.py new.py"), ("p/v1", "a.py b.py")],
            [("p", "a.py b.py c.py"), ("p/v1", "a.py b.py c.py d.py e.py f.py")],
            [("p", "__init__.py a.py b.py"), ("p/v1", "__init__.py a.py b.py")],
        ] {
            assert!(!are_apart(&folders, "p/v1/a.py", "p/a.py"), "{folders:?}");
        }
        assert!(!are_apart(&[("p", "a.py b.py c.py"), ("p/later", "a.py b.py c.py")], "p/later/a.py", "p/a.py"));
        assert!(!are_apart(&[("", "a.py b.py c.py"), ("v1", "a.py b.py c.py")], "v1/a.py", "a.py"));
    }

    #[test]
    fn of_what_is_beside_it() {
        let few = [("api/v1", "a.py b.py c.py d.py"), ("api/v1beta1", "a.py b.py c.py"), ("api/v2", "a.py e.py f.py")];
        assert!(are_apart(&few, "api/v1/d.py", "api/v1beta1/a.py"));
        assert!(!are_apart(&few, "api/v1/a.py", "api/v2/a.py"));
        assert!(!are_apart(&few, "api/v1/a.py", "api/routes.py"));
        let go = [("api/v1", "types.go register.go x.go"), ("api/v2", "types.go register.go x.go")];
        assert!(are_apart(&go, "api/v1/x.go", "api/v2/x.go"));
        let of_name = |one, other| [(one, "a.py b.py c.py"), (other, "a.py b.py c.py")];
        assert!(are_apart(&of_name("c/eyes_v1", "c/eyes_v1beta1"), "c/eyes_v1/a.py", "c/eyes_v1beta1/a.py"));
        assert!(!are_apart(&of_name("c/eyes_v1", "c/ears_v1beta1"), "c/eyes_v1/a.py", "c/ears_v1beta1/a.py"));
        assert!(!are_apart(&of_name("c/jobs_v1", "c/jobs_v2"), "c/jobs_v1/a.py", "c/jobs_v2/a.py"));
    }
}
