//! Copies of which one stood before the change at hand: that one is to be kept, not the one that the change wrote.

use rustc_hash::{FxHashMap, FxHashSet};

use super::scope::Scope;
use crate::facts::Detail;
use crate::finding::{Alternative, Copied, Finding};
use crate::gather::{Seen, gather};
use crate::path::RepoPath;
use crate::source::{Past, Snapshot, SourceError};

/// Lets findings about copies say which one stood before, where the one that they would keep did not. Where git cannot
/// tell, they say what they said.
pub fn keep_what_stood(scope: &Scope, since: Option<&str>, findings: &mut [Finding]) {
    let Ok(written) = Written::of(scope, since, findings) else { return };
    for finding in findings {
        let Some(choice) = finding.choice.take() else { continue };
        if !written.holds(&choice.kept) {
            continue;
        }
        let mut others = choice.others.into_iter();
        let Some(Alternative { place, message, help }) = others.find(|other| !written.holds(&other.place)) else {
            continue;
        };
        (finding.message, finding.help) = (message, help);
        let is_it = |path: &RepoPath| *path == place.path && place.path != finding.path;
        for (number, related) in finding.related.iter_mut().enumerate() {
            if number == 0 {
                related.message = "new in this change".to_owned();
            } else if is_it(&related.path) {
                related.message = "the one to keep: it stood before this change".to_owned();
            }
        }
    }
}

/// What the change at hand wrote, of the places that findings choose from.
#[derive(Default)]
struct Written {
    changed: FxHashSet<RepoPath>,
    /// The names that files defined before; none of what could not be read.
    names: FxHashMap<RepoPath, Option<FxHashSet<String>>>,
}

impl Written {
    fn of(scope: &Scope, since: Option<&str>, findings: &[Finding]) -> Result<Self, SourceError> {
        let choices = findings.iter().filter_map(|finding| finding.choice.as_deref());
        let places = choices.flat_map(|of| of.others.iter().map(|other| &other.place).chain([&of.kept]));
        let paths: FxHashSet<&RepoPath> = places.map(|place| &place.path).collect();
        let Some(mut repository) = scope.repository.clone().filter(|_| !paths.is_empty()) else {
            return Ok(Self::default());
        };
        let snapshot = scope.source.snapshot();
        if snapshot == Snapshot::Worktree {
            // What is compared with a commit would go through them.
            repository.disarm_filters()?;
        }
        let paths: Vec<&RepoPath> = paths.into_iter().collect();
        let past = Past::of(&repository, &snapshot, since, &scope.tree, &paths)?;
        let mut names: FxHashMap<RepoPath, Option<FxHashSet<String>>> = FxHashMap::default();
        for (source, held) in &past.held {
            let entries: Vec<_> = held.iter().map(|(_, entry)| entry).collect();
            let seen = gather(source, &entries, None, Detail::Heads)?;
            for ((path, _), seen) in held.iter().zip(seen) {
                let known = names.entry(path.clone()).or_insert_with(|| Some(FxHashSet::default()));
                match seen {
                    Seen::Facts(facts) if facts.broken.is_empty() => {
                        let defined = facts.code.iter().flat_map(|code| &code.definitions);
                        known.iter_mut().for_each(|known| {
                            known.extend(defined.clone().map(|definition| definition.name.to_string()));
                        });
                    }
                    _ => *known = None,
                }
            }
        }
        Ok(Self { changed: past.changed, names })
    }

    /// Whether the change wrote what stands there.
    fn holds(&self, place: &Copied) -> bool {
        match self.names.get(&place.path) {
            None => self.changed.contains(&place.path),
            Some(None) => false,
            Some(Some(names)) => !place.name.is_empty() && !names.contains(&place.name),
        }
    }
}
