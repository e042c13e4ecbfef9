//! What is built together in languages other than Python: a folder, and the file in it that says what it needs.

use rustc_hash::FxHashSet;

use super::Repo;
use crate::path::RepoPath;
use crate::source::Tree;

/// By Cargo, Go and npm.
const MANIFESTS: [&[u8]; 3] = [b"Cargo.toml", b"go.mod", b"package.json"];

/// The folders of packages.
#[derive(Debug)]
pub(super) struct Packages(FxHashSet<Vec<u8>>);

impl Packages {
    pub fn find(tree: &Tree) -> Self {
        let manifests = tree.entries().iter().map(|entry| &entry.path).filter(|path| MANIFESTS.contains(&path.name()));
        Self(manifests.map(|path| path.folder().to_vec()).collect())
    }
}

impl Repo {
    /// The folder of the package that a file is a part of; none where it is a part of none.
    pub fn package_of<'p>(&self, path: &'p RepoPath) -> Option<&'p [u8]> {
        path.folders().find(|folder| self.packages.0.contains(*folder))
    }
}
