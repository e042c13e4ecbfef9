//! What the change that is judged calls modules now.

use rustc_hash::FxHashMap;

use super::module::{name_under, stem};
use super::{Repo, watch};
use crate::path::RepoPath;

impl Repo {
    /// Notes which files the change moved, old path to new. Only the first call counts.
    pub fn learn_renames(&self, renames: &FxHashMap<RepoPath, RepoPath>) {
        let mut known = FxHashMap::default();
        for (old, new) in renames {
            let (Some((old, was_package)), Some(new)) = (stem(old), self.at(new)) else { continue };
            let Some((stem, is_package)) = stem(&self.module(new).path) else { continue };
            for root in &self.roots {
                let names = (name_under(root, &old, was_package), name_under(root, &stem, is_package));
                if let (Some(old), Some(new)) = names {
                    known.insert(old, new);
                }
            }
        }
        let _ = self.renames.set(known);
    }

    /// What a module that is gone is called now.
    pub fn became(&self, old: &str) -> Option<&str> {
        let renames = self.renames.get()?;
        watch::looks_at_all();
        renames.get(old).map(String::as_str)
    }
}
