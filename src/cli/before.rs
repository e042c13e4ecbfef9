//! Copies of which one stood before the change at hand: that one is to be kept, not the one that the change wrote.

use rustc_hash::{FxHashMap, FxHashSet};

use super::scope::Scope;
use crate::facts::Detail;
use crate::finding::{Alternative, Choice, Copied, Finding};
use crate::gather::{Seen, gather};
use crate::path::RepoPath;
use crate::source::{Past, Snapshot, SourceError};

/// Lets findings about copies say which one stood before, where the one that they would keep did not. Where git cannot
/// tell, they say what they said.
pub fn keep_what_stood(scope: &Scope, since: Option<&str>, findings: &mut [Finding]) {
    if let Ok(Some(past)) = past(scope, since, findings)
        && let Ok(written) = Written::of(&past, findings)
    {
        findings.iter_mut().for_each(|finding| written.tell(finding));
    }
}

/// What stood before; none where nothing hangs on it.
fn past<'s>(scope: &'s Scope, since: Option<&str>, findings: &[Finding]) -> Result<Option<Past<'s>>, SourceError> {
    let Some(mut repository) = scope.repository.clone().filter(|_| findings.iter().any(|of| choice(of).is_some()))
    else {
        return Ok(None);
    };
    let snapshot = scope.source.snapshot();
    if snapshot == Snapshot::Worktree {
        // What is compared with a commit would go through them.
        repository.disarm_filters()?;
    }
    Past::new(repository, snapshot, since, &scope.tree).map(Some)
}

/// Which copy a finding would keep, where another could be kept as well.
fn choice(finding: &Finding) -> Option<&Choice> {
    finding.choice.as_deref().filter(|choice| !choice.others.is_empty())
}

/// What the change at hand wrote, of the places that findings choose from.
struct Written<'p> {
    past: &'p Past<'p>,
    /// The names that changed files defined before; none of what could not be read.
    names: FxHashMap<RepoPath, Option<FxHashSet<String>>>,
}

impl<'p> Written<'p> {
    fn of(past: &'p Past<'p>, findings: &[Finding]) -> Result<Self, SourceError> {
        let choices = findings.iter().filter_map(choice).filter(|choice| past.changed(&choice.kept.path));
        let places = choices.flat_map(|choice| choice.others.iter().map(|other| &other.place).chain([&choice.kept]));
        let changed: FxHashSet<&RepoPath> = places.map(|of| &of.path).filter(|path| past.changed(path)).collect();
        let mut names: FxHashMap<RepoPath, Option<FxHashSet<String>>> = FxHashMap::default();
        if changed.is_empty() {
            return Ok(Self { past, names });
        }
        for (source, held) in past.held(&changed)? {
            let entries: Vec<_> = held.iter().map(|(_, entry)| entry).collect();
            let seen = gather(&source, &entries, None, Detail::Heads)?;
            for ((path, _), seen) in held.iter().zip(seen) {
                let known = names.entry(path.clone()).or_insert_with(|| Some(FxHashSet::default()));
                match (known.as_mut(), seen) {
                    (Some(known), Seen::Facts(facts)) if facts.broken.is_empty() => {
                        let defined = facts.code.iter().flat_map(|code| &code.definitions);
                        known.extend(defined.map(|definition| definition.name.to_string()));
                    }
                    _ => *known = None,
                }
            }
        }
        Ok(Self { past, names })
    }

    /// Whether the change wrote what stands there.
    fn holds(&self, place: &Copied) -> bool {
        self.past.changed(&place.path)
            && match self.names.get(&place.path) {
                None => true,
                Some(None) => false,
                Some(Some(names)) => !place.name.is_empty() && !names.contains(&place.name),
            }
    }

    /// Lets a finding say what stood, where that is not what it would keep.
    fn tell(&self, finding: &mut Finding) {
        let Some(choice) = finding.choice.take().filter(|choice| self.holds(&choice.kept)) else { return };
        let stood = choice.others.into_iter().find(|other| !self.holds(&other.place));
        let Some(Alternative { place, message, help }) = stood else { return };
        (finding.message, finding.help) = (message, help);
        if let Some(kept) = finding.related.first_mut() {
            kept.message = "new in this change".to_owned();
        }
        let others = finding.related.iter_mut().skip(1).filter(|of| of.path == place.path && of.path != finding.path);
        others.for_each(|related| related.message = "the one to keep: it stood before this change".to_owned());
    }
}
