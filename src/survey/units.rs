//! Folders that look like units of their own: services, applications, packages.

use std::collections::BTreeMap;

use crate::path::RepoPath;
use crate::policy::glob::Glob;
use crate::source::{Tree, purpose};

use super::{code, is_beside};

/// Files that make their folder a project, the most telling first.
const MARKERS: &[&str] = &[
    "pyproject.toml",
    "setup.py",
    "package.json",
    "go.mod",
    "Cargo.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "composer.json",
    "Gemfile",
    "mix.exs",
    "Dockerfile",
];

/// How deep a unit may lie.
const DEEPEST: usize = 2;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Units {
    /// Sorted by name.
    pub found: Vec<Unit>,
    /// What makes the root a project too, so that the units may be parts of one.
    pub root: Option<&'static str>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Unit {
    pub name: String,
    pub folder: String,
    pub marker: &'static str,
}

/// Two or more units, or none: one alone is the repository itself.
pub fn find(tree: &Tree, files: &[&RepoPath]) -> Units {
    let mut folders: BTreeMap<&[u8], usize> = BTreeMap::new();
    for path in files {
        let marker = MARKERS.iter().position(|marker| marker.as_bytes() == path.name());
        let Some(marker) = marker.filter(|_| !purpose::is_mere_module(path, tree)) else { continue };
        let first = folders.entry(path.folder()).or_insert(marker);
        *first = marker.min(*first);
    }
    let is_docker = |marker: &&&str| **marker == "Dockerfile";
    let root = folders.get(&b""[..]).and_then(|marker| MARKERS.get(*marker)).filter(|marker| !is_docker(marker));
    let mut found: Vec<(&str, &'static str)> = Vec::new();
    for (folder, marker) in folders {
        let Some((folder, marker)) = std::str::from_utf8(folder).ok().zip(MARKERS.get(marker)) else { continue };
        let inside = found.last().is_some_and(|(outer, _)| RepoPath::from(folder).is_under(outer.as_bytes()));
        let deep = folder.split('/').count() > DEEPEST;
        if folder.is_empty() || inside || deep || is_beside(folder.as_bytes()) || !is_nameable(folder) {
            continue;
        }
        if holds_code(tree, folder) {
            found.push((folder, marker));
        }
    }
    if found.len() < 2 {
        return Units::default();
    }
    Units { found: named(&found), root: root.copied() }
}

/// Code besides the file that describes it.
fn holds_code(tree: &Tree, folder: &str) -> bool {
    let below = tree.below(folder.as_bytes());
    below.iter().any(|entry| code(&entry.path).is_some() && entry.path.name() != b"setup.py")
}

/// Whether a policy can hold the folder.
fn is_nameable(folder: &str) -> bool {
    Glob::is_literal(folder) && Glob::parse(folder).is_ok() && !folder.trim().is_empty()
}

/// Named for the last part, or for the whole path where that would stand twice.
fn named(found: &[(&str, &'static str)]) -> Vec<Unit> {
    let last = |folder: &str| folder.rsplit('/').next().unwrap_or(folder).to_owned();
    let alone = |name: &str| found.iter().filter(|(folder, _)| last(folder) == name).count() == 1;
    let name = |folder: &str| Some(last(folder)).filter(|name| alone(name) && !name.trim().is_empty());
    let unit = |(folder, marker): &(&str, &'static str)| Unit {
        name: name(folder).unwrap_or_else(|| (*folder).to_owned()),
        folder: (*folder).to_owned(),
        marker,
    };
    let mut units: Vec<_> = found.iter().map(unit).collect();
    units.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.folder.cmp(&b.folder)));
    units
}

#[cfg(test)]
mod tests {
    use super::super::{look, tests::tree};

    fn units(paths: &[&str]) -> Vec<String> {
        let units = look(&tree(paths)).units;
        let root = units.root.map(|marker| format!("root {marker}"));
        units
            .found
            .into_iter()
            .map(|unit| format!("{}={} {}", unit.name, unit.folder, unit.marker))
            .chain(root)
            .collect()
    }

    #[test]
    fn units_of_a_monorepo() {
        for (paths, expected) in [
            (&["a/pyproject.toml", "a/x.py"][..], &[][..]),
            (
                &["b/go.mod", "b/x.go", "a/Dockerfile", "a/setup.py", "a/x.py", "a/sub/package.json"],
                &["a=a setup.py", "b=b go.mod"],
            ),
            (
                &["apps/api/go.mod", "apps/api/x.go", "libs/api/go.mod", "libs/api/y.go", "package.json"],
                &["apps/api=apps/api go.mod", "libs/api=libs/api go.mod", "root package.json"],
            ),
            (&["docs/package.json", "docs/x.js", "a/go.mod", "a/x.go", "docker/Dockerfile"], &[]),
            (&["a/b/c/go.mod", "a/b/c/x.go", "d/go.mod", "d/x.go"], &[]),
            (&["a*/go.mod", "a*/x.go", "d/go.mod", "d/x.go"], &[]),
        ] {
            assert_eq!(units(paths), expected, "{paths:?}");
        }
    }
}
