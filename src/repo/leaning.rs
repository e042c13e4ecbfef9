//! Which of two parts of the code is built on the other: so imports between them tell.

use std::ops::Range;
use std::sync::{PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::{ModuleId, Repo};
use crate::path::RepoPath;

/// Of each part, whether it is built on another.
pub(super) type Leanings = RwLock<FxHashMap<Box<[u8]>, FxHashMap<Box<[u8]>, bool>>>;

impl Repo {
    /// Whether the part of the code that holds `one` is built on that of `other`: what lies below the last folder that
    /// holds both. Then modules of the first need some of the second, and none the other way round; tests aside. Of two
    /// modules in one folder that is not asked.
    pub fn leans_on(&self, one: ModuleId, other: ModuleId) -> bool {
        let Some((here, there)) = parts(&self.module(one).path, &self.module(other).path) else { return false };
        let known = self.leanings.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(here).and_then(|known| known.get(there)) {
            return *known;
        }
        drop(known);
        let parts = (self.modules_of(here), self.modules_of(there));
        let leans = self.needs(&parts.0, &parts.1) && !self.needs(&parts.1, &parts.0);
        let mut known = self.leanings.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(here.into()).or_default().insert(there.into(), leans);
        leans
    }

    /// The modules of a file, or those below a folder, which ends in a slash: they follow each other.
    pub(super) fn modules_of(&self, part: &[u8]) -> Range<usize> {
        let is_folder = part.ends_with(b"/");
        let is_in = |path: &[u8]| if is_folder { path.starts_with(part) } else { path == part };
        let start = self.modules.partition_point(|module| module.path.as_bytes() < part);
        let inner = self.modules[start..].partition_point(|module| is_in(module.path.as_bytes()));
        start..start + inner
    }

    fn needs(&self, here: &Range<usize>, there: &Range<usize>) -> bool {
        let needs = |id: ModuleId| self.needed(id).any(|needed| there.contains(&needed.index()));
        here.clone().map(ModuleId::new).any(|id| !self.module(id).is_test && needs(id))
    }
}

/// The files, or the folders with their slashes, in which two paths part; none where both are files.
fn parts<'p>(one: &'p RepoPath, other: &'p RepoPath) -> Option<(&'p [u8], &'p [u8])> {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let start = one.get(..same)?.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let part = |path: &'p [u8]| {
        let end = path.get(start..)?.iter().position(|byte| *byte == b'/').map_or(path.len(), |end| start + end + 1);
        path.get(..end)
    };
    part(one).zip(part(other)).filter(|(one, other)| one.ends_with(b"/") || other.ends_with(b"/"))
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn where_two_paths_part() {
        let told = |one: &str, other: &str| {
            let (one, other) = (one.into(), other.into());
            let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
            parts(&one, &other).map(|(one, other)| (text(one), text(other)))
        };
        let expected = |one: &str, other: &str| Some((one.to_owned(), other.to_owned()));
        assert_eq!(told("a/b/c.py", "a/bd/e/f.py"), expected("a/b/", "a/bd/"));
        assert_eq!(told("a/b.py", "a/b/c.py"), expected("a/b.py", "a/b/"));
        assert_eq!(told("a.py", "b/c.py"), expected("a.py", "b/"));
        assert_eq!(told("a/b.py", "a/c.py"), None);
        assert_eq!(told("a/b.py", "a/b.py"), None);
    }
}
