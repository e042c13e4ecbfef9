//! What rules on modules and on the repository say of a snapshot, kept for a run on one that they cannot tell from it:
//! after a change that touches no code, or of the base that the run before judged.
//!
//! They are told apart by the paths of all entries, the contents of all files with code, the policy, the rules and the
//! day; and by whatever else was read, which is noted while it is.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::{Raw, Running, Task, has_content};
use crate::cache::{Cache, Folder, Key, WHOLE, key};
use crate::lang;
use crate::path::RepoPath;
use crate::rules::{Found, find};
use crate::source::{At, BlobId, Content, Entry, Kind, Size, Snapshot, Source, SourceError};

/// What is kept.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Verdict {
    /// With the name of its rule.
    found: Vec<(String, Found)>,
    /// What was read beside code, sorted.
    read: Vec<(RepoPath, BlobId)>,
    /// The renames that were told, sorted; none where nobody asked.
    renames: Option<Renames>,
    /// What was asked of the base, sorted, with a hash of what it holds.
    before: Before,
}

type Before = Vec<(RepoPath, Option<Key>)>;

type Renames = Vec<(RepoPath, RepoPath)>;

impl Verdict {
    /// None where it names a rule that there is not.
    fn into_raw(self) -> Option<Vec<Raw>> {
        let raw = |(name, found): (String, Found)| find(&name).map(|rule| Raw { hook: rule.hook, rule, found });
        self.found.into_iter().map(raw).collect()
    }
}

/// So many verdicts are kept on the same paths and code: of a change and its base, and of others that differ in what else
/// is read.
const MOST: usize = 4;

/// The place of the verdicts on one state of the code.
pub(super) struct Place {
    key: Key,
    /// The latest first.
    cache: Cache<Vec<Verdict>>,
    folder: Folder,
}

impl Place {
    /// None where nothing is kept, or not all of the code lies in git.
    pub fn of(task: &Task<'_>, context: Key) -> Option<Self> {
        let folder = task.request.cache.as_ref().filter(|_| task.running.iter().any(Running::needs_repo))?;
        let copies = task.running.iter().any(Running::needs_copies);
        let mut state = Vec::new();
        for entry in task.tree.entries() {
            let path = entry.path.as_bytes();
            state.extend((path.len() as u64).to_le_bytes());
            state.extend_from_slice(path);
            state.push(match entry.kind {
                Kind::File => 0,
                Kind::Symlink => 1,
                Kind::Submodule => 2,
                Kind::Opaque => 3,
            });
            if is_code(entry, copies) {
                let At::Blob(blob) = &entry.at else { return None };
                state.extend_from_slice(blob.as_bytes());
            }
        }
        // By itself: a key is made of its parts in one piece, and this one is large.
        let state = blake3::hash(&state);
        let key = key(&[&context, task.request.today.to_string().as_bytes(), state.as_bytes()]);
        Some(Self { key, cache: folder.one_of(&WHOLE, key), folder: folder.clone() })
    }

    /// What was found, if nothing that was read then is another now.
    pub fn get(&self, task: &Task<'_>) -> Option<Vec<Raw>> {
        let same = |(path, blob): &(RepoPath, BlobId)| {
            task.tree.get(path.as_bytes()).is_some_and(|entry| matches!(&entry.at, At::Blob(now) if now == blob))
        };
        let told = |renames: &Renames| task.source.renames().is_ok_and(|now| sorted(now) == *renames);
        let held = |before: &Before| {
            let paths: Vec<RepoPath> = before.iter().map(|(path, _)| path.clone()).collect();
            before.is_empty() || task.source.held_before(&paths).is_ok_and(|held| hashed(&paths, &held) == *before)
        };
        let is_same = |verdict: &Verdict| {
            verdict.read.iter().all(same) && verdict.renames.as_ref().is_none_or(told) && held(&verdict.before)
        };
        self.cache.get(self.key)?.into_iter().find(is_same)?.into_raw()
    }

    /// What was found by way of `witness`, to be kept; none where it hangs on more than can be noted.
    pub fn after(self, raw: &[Raw], witness: Witness<'_>) -> Option<Later> {
        let Testimony { read, renames, before, more } = witness.testimony();
        let mut read: Vec<_> = read.into_iter().collect();
        read.sort_unstable();
        let found = || raw.par_iter().map(|raw| (raw.rule.name.to_owned(), raw.found.clone())).collect();
        (!more).then(|| Later { place: self, verdict: Verdict { found: found(), read, renames, before } })
    }
}

/// What is kept once nobody has to wait for it.
pub(super) struct Later {
    place: Place,
    verdict: Verdict,
}

impl Later {
    /// That it cannot be written only costs time.
    pub fn keep(self) {
        let Self { place: Place { key, cache, folder }, verdict } = self;
        let others = cache.get(key).into_iter().flatten().take(MOST - 1);
        cache.put(key, &[verdict].into_iter().chain(others).collect());
        let _ = cache.overwrite();
        folder.forget_old();
    }
}

/// A source that notes what it is asked.
pub(super) struct Witness<'s> {
    source: &'s dyn Source,
    /// Whether copies are looked for.
    copies: bool,
    seen: Mutex<Testimony>,
}

#[derive(Default)]
struct Testimony {
    read: FxHashSet<(RepoPath, BlobId)>,
    renames: Option<Renames>,
    before: Before,
    /// Whether the verdict hangs on more than that: what could not be read, lies on disk, or is asked of git.
    more: bool,
}

impl<'s> Witness<'s> {
    pub fn of(task: &Task<'s>) -> Self {
        let copies = task.running.iter().any(Running::needs_copies);
        Self { source: task.source, copies, seen: Mutex::new(Testimony::default()) }
    }

    fn note(&self, say: impl FnOnce(&mut Testimony)) {
        say(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What was read and told.
    fn testimony(self) -> Testimony {
        self.seen.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source for Witness<'_> {
    fn snapshot(&self) -> Snapshot {
        self.source.snapshot()
    }

    fn entries(&self) -> Result<Vec<Entry>, SourceError> {
        self.note(|seen| seen.more = true);
        self.source.entries()
    }

    fn sizes(&self, wanted: &[&Entry]) -> Result<Vec<Size>, SourceError> {
        self.note(|seen| seen.more = true);
        self.source.sizes(wanted)
    }

    fn is_within(&self, entry: &Entry, most: u64) -> bool {
        self.note(|seen| seen.more = true);
        self.source.is_within(entry, most)
    }

    fn read(&self, wanted: &[&Entry], each: &(dyn Fn(usize, Content<'_>) + Sync)) -> Result<(), SourceError> {
        self.note(|seen| {
            for entry in wanted.iter().filter(|entry| !is_code(entry, self.copies)) {
                match &entry.at {
                    At::Blob(blob) => drop(seen.read.insert((entry.path.clone(), blob.clone()))),
                    At::Disk => seen.more = true,
                }
            }
        });
        self.source.read(wanted, &|number, content| {
            if !matches!(content, Content::Bytes(_)) {
                self.note(|seen| seen.more = true);
            }
            each(number, content);
        })
    }

    fn changed(&self) -> Result<FxHashSet<RepoPath>, SourceError> {
        self.note(|seen| seen.more = true);
        self.source.changed()
    }

    fn held_before(&self, paths: &[RepoPath]) -> Result<FxHashMap<RepoPath, Vec<u8>>, SourceError> {
        let held = self.source.held_before(paths)?;
        self.note(|seen| {
            seen.before.extend(hashed(paths, &held));
            seen.before.sort_unstable();
            seen.before.dedup();
        });
        Ok(held)
    }

    fn renames(&self) -> Result<FxHashMap<RepoPath, RepoPath>, SourceError> {
        let renames = self.source.renames()?;
        self.note(|seen| seen.renames = Some(sorted(renames.clone())));
        Ok(renames)
    }

    fn is_partial(&self) -> Result<bool, SourceError> {
        self.note(|seen| seen.more = true);
        self.source.is_partial()
    }

    fn notes(&self) -> Vec<String> {
        self.source.notes()
    }
}

/// Whether the content of an entry is judged as code.
fn is_code(entry: &Entry, copies: bool) -> bool {
    let language = lang::of(&entry.path);
    has_content(entry.kind) && (language.has_code() || (copies && language.has_tokens()))
}

/// A hash of each of `paths` that is held, in their order.
fn hashed(paths: &[RepoPath], held: &FxHashMap<RepoPath, Vec<u8>>) -> Before {
    paths.iter().map(|path| (path.clone(), held.get(path).map(|bytes| key(&[bytes.as_slice()])))).collect()
}

fn sorted(renames: FxHashMap<RepoPath, RepoPath>) -> Renames {
    let mut renames: Vec<_> = renames.into_iter().collect();
    renames.sort_unstable();
    renames
}
