//! Paths as people write them, turned into paths from the repository's root.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use crate::path::RepoPath;
use crate::report::Here;

/// Where the tool stands: the repository's top folder on disk, if it has one, and the current folder in it.
#[derive(Clone, Copy)]
pub struct Place<'p> {
    pub root: Option<&'p Path>,
    pub here: &'p Here,
}

impl Place<'_> {
    /// The path from the root, empty for the root itself; none where `written` leads out of the repository.
    pub fn inside(self, written: &Path) -> Option<RepoPath> {
        let from_here = RepoPath::new(self.here.folder.clone()).to_os().join(written);
        let parts = normal(&from_here);
        if written.is_relative() && parts.first().is_none_or(|part| *part != "..") {
            return Some(joined(&parts));
        }
        let inner = below(self.root?, &self.root?.join(from_here))?;
        let parts = normal(&inner);
        (parts.first().is_none_or(|part| *part != "..")).then(|| joined(&parts))
    }

    pub fn is_on_disk(self, path: &RepoPath) -> bool {
        self.root.is_some_and(|root| root.join(path.to_os()).symlink_metadata().is_ok())
    }

    /// Where a path on disk lies when the folders on the way are followed through links; none where that is outside.
    pub fn behind_links(self, path: &RepoPath) -> Option<RepoPath> {
        let path = self.root?.join(path.to_os());
        let folder = std::fs::canonicalize(path.parent()?).ok()?;
        let inner = folder.strip_prefix(self.root?).ok()?.join(path.file_name()?);
        Some(joined(&normal(&inner)))
    }

    /// The path of a file that may lie anywhere: from the root where it can be, else absolute as it was written.
    pub fn anywhere(self, written: &Path) -> RepoPath {
        if let Some(inside) = self.inside(written) {
            return inside;
        }
        match written.is_absolute() {
            true => RepoPath::new(written.as_os_str().as_encoded_bytes()),
            false => joined(&normal(&RepoPath::new(self.here.folder.clone()).to_os().join(written))),
        }
    }
}

/// What is left of `path` below `root`. A folder on the way may be a link to one in the repository; the last part
/// is not looked at, for it may be a link itself, or exist in the snapshot only.
fn below(root: &Path, path: &Path) -> Option<PathBuf> {
    let plain: PathBuf = Path::new("/").join(normal(path).iter().collect::<PathBuf>());
    if let Ok(inner) = plain.strip_prefix(root) {
        return Some(inner.to_owned());
    }
    path.ancestors().skip(1).chain([path]).find_map(|folder| {
        let real = std::fs::canonicalize(folder).ok()?;
        Some(real.strip_prefix(root).ok()?.join(path.strip_prefix(folder).ok()?))
    })
}

/// The parts of a path without `.`, and without `..` where it has a part to take away.
fn normal(path: &Path) -> Vec<&OsStr> {
    let mut parts: Vec<&OsStr> = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part),
            Component::ParentDir if parts.last().is_none_or(|last| *last == "..") => parts.push(OsStr::new("..")),
            Component::ParentDir => drop(parts.pop()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    parts
}

fn joined(parts: &[&OsStr]) -> RepoPath {
    RepoPath::new(parts.iter().map(|part| part.as_encoded_bytes()).collect::<Vec<_>>().join(&b'/'))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Place;
    use crate::report::Here;

    #[test]
    fn from_a_folder() {
        let here = Here { folder: b"sub".to_vec() };
        let place = Place { root: Some(Path::new("/no/such/tree")), here: &here };
        for (written, inside, anywhere) in [
            ("a.py", Some("sub/a.py"), "sub/a.py"),
            ("./b/../a.py", Some("sub/a.py"), "sub/a.py"),
            ("..", Some(""), ""),
            ("../a/", Some("a"), "a"),
            ("../../tree/a", Some("a"), "a"),
            ("../../a", None, "../a"),
            ("/no/such/tree/a", Some("a"), "a"),
            ("/no/such/trees/a", None, "/no/such/trees/a"),
            ("/no/such/tree/../a", None, "/no/such/tree/../a"),
        ] {
            assert_eq!(place.inside(Path::new(written)).map(|path| path.to_lossy()).as_deref(), inside, "{written}");
            assert_eq!(place.anywhere(Path::new(written)).to_lossy(), anywhere, "{written}");
        }
    }

    #[test]
    fn without_a_work_tree() {
        let here = Here::default();
        let place = Place { root: None, here: &here };
        for (written, inside) in [("a/b", Some("a/b")), (".", Some("")), ("../a", None), ("/a", None)] {
            assert_eq!(place.inside(Path::new(written)).map(|path| path.to_lossy()).as_deref(), inside, "{written}");
        }
    }
}
