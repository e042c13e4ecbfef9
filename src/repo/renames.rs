//! What the change that is judged calls modules now.

use rustc_hash::FxHashMap;

use super::module::{name_under, stem};
use super::{Repo, watch};
use crate::path::RepoPath;

/// Old name to new of the modules that moved, below each root.
pub(super) fn by_name<'p>(
    renames: impl Iterator<Item = (&'p RepoPath, &'p RepoPath)>,
    roots: &[String],
) -> FxHashMap<String, String> {
    let mut known = FxHashMap::default();
    for (old, new) in renames {
        let (Some((old, was_package)), Some((new, is_package))) = (stem(old), stem(new)) else { continue };
        for root in roots {
            let names = (name_under(root, &old, was_package), name_under(root, &new, is_package));
            if let (Some(old), Some(new)) = names {
                known.insert(old, new);
            }
        }
    }
    known
}

/// What a module is called now, or a package of which some module moved along.
pub(super) fn became(name: &str, renames: &FxHashMap<String, String>) -> Option<String> {
    let moved_with = |(old, new): (&String, &String)| {
        let inner = old.strip_prefix(name)?.strip_prefix('.')?;
        new.strip_suffix(inner)?.strip_suffix('.').map(str::to_owned)
    };
    renames.get(name).cloned().or_else(|| renames.iter().filter_map(moved_with).min())
}

impl Repo {
    /// Notes which files the change moved, old path to new. Only the first call counts.
    pub fn learn_renames(&self, renames: &FxHashMap<RepoPath, RepoPath>) {
        let modules = renames.iter().filter(|(_, new)| self.at(new).is_some());
        let _ = self.renames.set(by_name(modules, &self.roots));
    }

    /// What a module that is gone is called now.
    pub fn became(&self, old: &str) -> Option<&str> {
        let renames = self.renames.get()?;
        watch::looks_at_all();
        renames.get(old).map(String::as_str)
    }
}
