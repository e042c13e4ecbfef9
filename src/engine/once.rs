//! One trouble is told once: by the rule that says more of it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Raw, level_of};
use crate::finding::{Level, Span};
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::rules::SAYS_MORE;

use super::selection::Selection;

use crate::rules::no_duplicate_concepts::{clone, same_name};

/// What a rule has told of one file.
#[derive(Default)]
struct Told {
    spans: FxHashSet<Span>,
    subjects: FxHashSet<String>,
}

/// Drops the copies of one definition that are told by its name already.
pub(super) fn tell_copies(raw: &mut Vec<Raw>, policy: &Policy, selection: &Selection) {
    let mut named: FxHashMap<RepoPath, Vec<(String, u32, Level)>> = FxHashMap::default();
    for Raw { rule, found, .. } in raw.iter().filter(|raw| raw.rule.name == same_name::RULE.name) {
        if let Some(level) = level_of(rule, found, policy, selection) {
            let told = (found.subject.clone(), found.span.start.line, level);
            named.entry(found.path.clone()).or_default().push(told);
        }
    }
    raw.retain(|Raw { rule, found, .. }| {
        let lines = found.span.start.line..=found.span.end.line;
        let is_told = |(name, line, level): &(String, u32, Level)| {
            let of_one = found.subject.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(" #"));
            of_one && lines.contains(line) && Some(*level) >= level_of(rule, found, policy, selection)
        };
        rule.name != clone::RULE.name || !named.get(&found.path).into_iter().flatten().any(is_told)
    });
}

/// Drops what another rule tells of the same import or string too, where that one is as severe at least.
pub(super) fn tell(raw: &mut Vec<Raw>, policy: &Policy, selection: &Selection) {
    for (less, more) in SAYS_MORE {
        let mut told: FxHashMap<(RepoPath, Level), Told> = FxHashMap::default();
        for Raw { rule, found, .. } in raw.iter().filter(|raw| raw.rule.name == *more) {
            let Some(level) = level_of(rule, found, policy, selection) else { continue };
            let told = told.entry((found.path.clone(), level)).or_default();
            told.spans.insert(found.span);
            told.subjects.insert(found.subject.clone());
        }
        raw.retain(|Raw { rule, found, .. }| {
            if rule.name != *less {
                return true;
            }
            let own = level_of(rule, found, policy, selection);
            let as_severe = [Level::Error, Level::Warning].into_iter().filter(|level| Some(*level) >= own);
            let mut told = as_severe.filter_map(|level| told.get(&(found.path.clone(), level)));
            // A statement that takes several names from one old path is told at the first.
            !told.any(|told| told.spans.contains(&found.span) || told.subjects.contains(&found.subject))
        });
    }
}
