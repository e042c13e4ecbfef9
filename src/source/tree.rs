//! The paths of a snapshot, to be asked for a file or a folder.

use super::Entry;
use crate::path::RepoPath;

/// Entries sorted by path.
#[derive(Debug)]
pub struct Tree {
    entries: Vec<Entry>,
}

impl Tree {
    /// Sorts; of equal paths the first stays.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries.dedup_by(|later, earlier| later.path == earlier.path);
        Self { entries }
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn get(&self, path: &[u8]) -> Option<&Entry> {
        let found = self.entries.binary_search_by(|entry| entry.path.as_bytes().cmp(path)).ok()?;
        self.entries.get(found)
    }

    pub fn is_file(&self, path: &[u8]) -> bool {
        self.get(path).is_some()
    }

    /// Whether something lies below `folder`; the root always is a folder.
    pub fn is_folder(&self, folder: &[u8]) -> bool {
        folder.is_empty() || !self.below(folder).is_empty()
    }

    /// The entries below `folder`, at any depth.
    pub fn below(&self, folder: &[u8]) -> &[Entry] {
        if folder.is_empty() {
            return &self.entries;
        }
        let prefix = [folder, b"/"].concat();
        let start = self.entries.partition_point(|entry| entry.path.as_bytes() < prefix.as_slice());
        let rest = self.entries.get(start..).unwrap_or_default();
        let count = rest.partition_point(|entry| entry.path.as_bytes().starts_with(&prefix));
        rest.get(..count).unwrap_or_default()
    }

    /// The entries directly in `folder` whose name starts with `start`.
    pub fn siblings<'t>(&'t self, folder: &[u8], start: &[u8]) -> impl Iterator<Item = &'t RepoPath> + use<'t> {
        self.starting(folder, start).filter(|(_, inner)| !inner.contains(&b'/')).map(|(path, _)| path)
    }

    /// The names of the files and folders directly in `folder` that start with `start`; one of a folder may come
    /// more than once.
    pub fn names<'t>(&'t self, folder: &[u8], start: &[u8]) -> impl Iterator<Item = &'t [u8]> + use<'t> {
        self.starting(folder, start).filter_map(|(_, inner)| inner.split(|byte| *byte == b'/').next())
    }

    /// The entries below `folder` whose path from there, which is given too, starts with `start`.
    fn starting<'t>(&'t self, folder: &[u8], start: &[u8]) -> impl Iterator<Item = (&'t RepoPath, &'t [u8])> + use<'t> {
        let mut prefix = folder.to_vec();
        if !folder.is_empty() {
            prefix.push(b'/');
        }
        let inner = prefix.len();
        prefix.extend_from_slice(start);
        let first = self.entries.partition_point(|entry| entry.path.as_bytes() < prefix.as_slice());
        self.entries
            .iter()
            .skip(first)
            .map(|entry| &entry.path)
            .take_while(move |path| path.as_bytes().starts_with(&prefix))
            .map(move |path| (path, path.as_bytes().get(inner..).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{At, Entry, Kind};
    use super::Tree;

    fn tree(paths: &[&str]) -> Tree {
        Tree::new(paths.iter().map(|path| Entry::new((*path).into(), Kind::File, At::Disk)).collect())
    }

    #[test]
    fn folders_and_siblings() {
        let tree = tree(&["a/x.py", "a/x_old.py", "a/x/y.py", "a.py", "a-b/z.py", "b"]);
        assert!(tree.is_folder(b"a") && tree.is_folder(b"a/x") && tree.is_folder(b""));
        assert!(!tree.is_folder(b"b") && !tree.is_folder(b"a/x.py") && !tree.is_folder(b"c"));
        assert_eq!(tree.below(b"a").len(), 3);
        let found: Vec<_> = tree.siblings(b"a", b"x").map(|path| path.to_lossy()).collect();
        assert_eq!(found, ["a/x.py", "a/x_old.py"]);
        let found: Vec<_> = tree.siblings(b"", b"").map(|path| path.to_lossy()).collect();
        assert_eq!(found, ["a.py", "b"]);
        assert_eq!(tree.names(b"a", b"x").collect::<Vec<_>>(), [&b"x.py"[..], b"x", b"x_old.py"]);
    }
}
