//! What stood before the change at hand: whether what is missing went where something of its name is now, or whether that
//! is another thing, which was there already.

use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::now::Lost;
use crate::facts::{Definition, Detail};
use crate::lang::{self, Want};
use crate::path::RepoPath;
use crate::repo::{ModuleId, Repo};
use crate::source::{Source, SourceError};

/// What the past tells of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// What is missing went there, or was the same there already.
    Moved,
    /// Something of its name was there already, and is another thing.
    Stood,
    Unknown,
}

/// The definitions of files before the change. Those that are asked for are noted first, and read all at once.
#[derive(Default)]
pub struct Past {
    wanted: Mutex<BTreeSet<RepoPath>>,
    held: OnceLock<FxHashMap<RepoPath, Vec<Definition>>>,
}

impl Past {
    /// Reads what was asked for so far.
    pub fn read(&self, source: &dyn Source) -> Result<(), SourceError> {
        let wanted = std::mem::take(&mut *self.wanted.lock().unwrap_or_else(PoisonError::into_inner));
        let wanted: Vec<RepoPath> = wanted.into_iter().collect();
        let held = if wanted.is_empty() { FxHashMap::default() } else { source.held_before(&wanted)? };
        let definitions = |(path, bytes): (RepoPath, Vec<u8>)| {
            let (facts, _) = lang::of(&path).read(&bytes, Want { tokens: false, detail: Detail::Bodies });
            Some((path, facts.code?.definitions))
        };
        let _ = self.held.set(held.into_iter().filter_map(definitions).collect());
        Ok(())
    }

    /// Whether what `lost` names went to a module since; where git cannot tell, that is unknown.
    pub fn since(&self, lost: &Lost<'_>, now: ModuleId, repo: &Repo) -> Since {
        let Some(name) = lost.name else { return Since::Unknown };
        let paths = match lost.lacking {
            Some(module) => vec![repo.module(module).path.clone()],
            None => repo.paths_of(&lost.module),
        };
        let old: Vec<_> = paths.iter().filter_map(|path| self.definitions(path)).collect();
        let was = old.into_iter().find_map(|old| defined(old, name));
        let there = self.definitions(&repo.module(now).path);
        match (was, there.and_then(|there| defined(there, name))) {
            (Some(was), Some(other)) if was.kind != other.kind || was.body != other.body => Since::Stood,
            (Some(_), _) => Since::Moved,
            (None, _) => Since::Unknown,
        }
    }

    /// None where there was no such file, or nothing was read yet.
    fn definitions(&self, path: &RepoPath) -> Option<&[Definition]> {
        if let Some(held) = self.held.get() {
            return held.get(path).map(Vec::as_slice);
        }
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
        None
    }
}

fn defined<'d>(definitions: &'d [Definition], name: &str) -> Option<&'d Definition> {
    definitions.iter().find(|definition| definition.name == name)
}
