//! What stood before a change, judged by today's policy: what is found in both is not new.

use rustc_hash::FxHashMap;

use super::content::Hash;
use super::{EngineError, Request, Selection, Task, compile_rules, content, judge_by};
use crate::baseline::{Baseline, Entry};
use crate::facts::AllowComment;
use crate::finding::{Finding, Identity};
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::rules::source::unchecked_file;
use crate::source::{Source, SourceError, Tree};

/// What stood in the commits that a snapshot is compared with.
#[derive(Clone, Debug, Default)]
pub struct Base {
    /// Once for each finding, at the path that its file has now.
    pub(super) known: Vec<Known>,
    /// The policy, the baseline and the allows of each of the commits.
    pub(super) gates: Vec<Gate>,
    /// What the reader should know of how it was made.
    pub notes: Vec<String>,
}

/// A finding of a base.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub entry: Entry,
    /// The hash of its own lines.
    own: Option<u64>,
}

/// What a commit let through. None where it could not be read, so that nothing can be said against it.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    pub policy: Option<Policy>,
    pub baseline: Option<Baseline>,
    /// At the paths that their files have now.
    pub comments: Vec<(RepoPath, AllowComment)>,
}

/// Whether a finding, with what it is about, is one that was known.
type Way<'w> = dyn Fn(&Identity, Option<Hash>, &Known) -> bool + 'w;

impl Base {
    /// Adds what `policy` finds in one commit; `renames` are from its paths to those of the snapshot.
    pub fn add(
        &mut self,
        source: &dyn Source,
        tree: &Tree,
        policy: &Policy,
        request: &Request,
        renames: &FxHashMap<RepoPath, RepoPath>,
        gate: Gate,
    ) -> Result<(), EngineError> {
        let selection = Selection { denied: Vec::new(), deny_warnings: false, ..request.selection.clone() };
        let request = Request { selection, baseline: None, base: None, ..request.clone() };
        // What the policy names may not have existed yet.
        let (running, _) = compile_rules(policy, &request.selection);
        let verdict = judge_by(&Task { source, tree, policy, request: &request, running: &running })?;
        let messages = verdict.findings.iter().filter(|finding| finding.rule == unchecked_file::RULE.name);
        let mut said = messages.map(|finding| &finding.message).chain(&verdict.notes);
        if said.any(|said| said.contains(unchecked_file::ABSENT)) {
            let absent = unchecked_file::ABSENT;
            let note =
                format!("some files of what this is compared with are {absent}: what is found in them counts as new");
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        let findings: Vec<&Finding> = verdict.findings.iter().collect();
        let contents = content::hashes(source, tree, &findings)?;
        let mut counted: FxHashMap<(Identity, Option<u64>), usize> = FxHashMap::default();
        for Known { entry, .. } in &self.known {
            *counted.entry((entry.identity.clone(), entry.content)).or_default() += 1;
        }
        let mut new = Vec::new();
        for (finding, hash) in findings.into_iter().zip(contents) {
            let content = hash.map(|hash| hash.whole);
            let identity = match renames.get(&finding.path) {
                Some(path) => finding.identity.moved_to(path),
                None => finding.identity.clone(),
            };
            // What two commits hold alike was there before they parted.
            if let Some(left) = counted.get_mut(&(identity.clone(), content)).filter(|left| **left > 0) {
                *left -= 1;
                continue;
            }
            let entry = Entry { identity, count: 1, size: finding.size, content, reason: None, line: 0 };
            new.push(Known { entry, own: hash.map(|hash| hash.own) });
        }
        self.known.extend(new);
        let here = |path: RepoPath| renames.get(&path).cloned().unwrap_or(path);
        let comments = verdict.comments.into_iter().map(|(path, comment)| (here(path), comment)).collect();
        self.gates.push(Gate { comments, ..gate });
        Ok(())
    }

    /// The sizes of what was over a limit.
    pub(super) fn sizes(&self) -> impl Iterator<Item = (&Identity, u64)> {
        self.known.iter().filter_map(|known| Some((&known.entry.identity, known.entry.size?)))
    }

    /// Takes away what was known. Of equal findings those are new whose content was not there; a finding of another
    /// place with the same content moved. What the baseline accepts was known too, but is counted there. Returns how
    /// many were known.
    pub(super) fn subtract(
        &self,
        findings: Vec<Finding>,
        accepted: &[Finding],
        source: &dyn Source,
        tree: &Tree,
    ) -> Result<(Vec<Finding>, usize), SourceError> {
        let all: Vec<&Finding> = accepted.iter().chain(&findings).collect();
        let contents = content::hashes(source, tree, &all)?;
        let mut left: Vec<Option<&Known>> = self.known.iter().map(Some).collect();
        let mut known = vec![false; all.len()];
        let is_it = |identity: &Identity, old: &Known| old.entry.identity == *identity;
        let alike = |hash: Option<Hash>, old: &Known| hash.is_some_and(|hash| old.entry.content == Some(hash.whole));
        let exact = |identity: &Identity, hash, old: &Known| is_it(identity, old) && alike(hash, old);
        let same_line = |identity: &Identity, hash: Option<Hash>, old: &Known| {
            is_it(identity, old) && old.own == hash.map(|hash| hash.own)
        };
        let edited = |identity: &Identity, _: Option<Hash>, old: &Known| is_it(identity, old);
        let moved = |identity: &Identity, hash, old: &Known| {
            let before = &old.entry.identity;
            let same_subject = before.subject == identity.subject
                || before.path == identity.path
                || (before.is_of_file() && identity.is_of_file());
            let of_content = identity.is_of_content() && before.subject == identity.subject;
            before.rule == identity.rule && (of_content || (same_subject && alike(hash, old)))
        };
        let ways: [&Way<'_>; 4] = [&exact, &same_line, &edited, &moved];
        for way in ways {
            let mut by_rule: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
            for (number, old) in left.iter().enumerate() {
                if let Some(old) = old {
                    by_rule.entry(&old.entry.identity.rule).or_default().push(number);
                }
            }
            for (number, finding) in all.iter().enumerate() {
                let Some(olds) = by_rule.get(finding.rule).filter(|_| !known[number]) else { continue };
                let matches =
                    |old: &&usize| left[**old].is_some_and(|old| way(&finding.identity, contents[number], old));
                if let Some(old) = olds.iter().find(matches).copied() {
                    left[old] = None;
                    known[number] = true;
                }
            }
        }
        let mut known = known.into_iter().skip(accepted.len());
        let count = known.clone().filter(|known| *known).count();
        let new = findings.into_iter().filter(|_| !known.next().unwrap_or(false)).collect();
        Ok((new, count))
    }
}
