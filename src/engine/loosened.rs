//! What a policy, a baseline and allows let through that those of a base stopped.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::base::Gate;
use crate::baseline::Baseline;
use crate::facts::AllowComment;
use crate::finding::{Identity, Level, Site, Span};
use crate::path::{RepoPath, printable};
use crate::policy::allow::Allow;
use crate::policy::file_size::LimitEntry;
use crate::policy::looser::looser;
use crate::policy::{Origin, Policy};
use crate::rules::policy::policy_loosened;
use crate::rules::{Found, RULES};
use crate::source::Tree;

/// What holds in the snapshot.
pub(super) struct Now<'n> {
    pub policy: &'n Policy,
    pub baseline: Option<&'n Baseline>,
    pub comments: &'n [(RepoPath, AllowComment)],
    pub tree: &'n Tree,
}

/// What the snapshot loosens against every one of `gates`: what one side of a merge brings in, the merge does not.
pub(super) fn since(gates: &[Gate], now: &Now<'_>) -> Vec<Found> {
    let mut by_gate = gates.iter().map(|gate| against(gate, now));
    let Some(first) = by_gate.next() else { return Vec::new() };
    let others: Vec<FxHashSet<(String, String)>> =
        by_gate.map(|found| found.into_iter().map(|found| (found.subject, found.message)).collect()).collect();
    let is_everywhere =
        |found: &Found| others.iter().all(|other| other.contains(&(found.subject.clone(), found.message.clone())));
    first.into_iter().filter(is_everywhere).collect()
}

fn against(gate: &Gate, now: &Now<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    // Where there was no policy there was nothing to loosen.
    if let Some(old) = gate.policy.as_ref().filter(|old| old.file.origin != Origin::Defaults) {
        tables(old, now.policy, &mut found);
        keys(old, now.policy, &mut found);
        limits(old, now.policy, now.tree, &mut found);
        levels(old, now.policy, &mut found);
        allows(old, now.policy, &mut found);
    }
    comments(&gate.comments, now.comments, &mut found);
    let is_adoption = gate.policy.as_ref().is_none_or(|old| old.file.origin == Origin::Defaults);
    if let Some(new) = now.baseline.filter(|_| gate.baseline.is_some() || !is_adoption) {
        accepted(gate.baseline.as_ref(), new, &mut found);
    }
    found
}

/// Where what is gone is told.
fn head(policy: &Policy) -> Site {
    Site { path: policy.file.path.clone(), span: Span::FILE }
}

fn tables(old: &Policy, new: &Policy, found: &mut Vec<Found>) {
    let site = head(new);
    for concept in old.concepts.iter().filter(|old| new.concepts.iter().all(|new| new.id != old.id)) {
        let what = format!("removes the concept `{}`", concept.id);
        found.push(policy_loosened::judge(&site, format!("concept.{}", concept.id), &what));
    }
    for contract in old.contracts.iter().filter(|old| new.contracts.iter().all(|new| new.id != old.id)) {
        let what = format!("removes the contract `{}`", contract.id);
        found.push(policy_loosened::judge(&site, format!("contract.{}", contract.id), &what));
    }
    for glob in new.project.excluded.iter().filter(|glob| !old.project.excluded.contains(glob)) {
        let what = format!("excludes `{}`", printable(glob));
        found.push(policy_loosened::judge(&site, format!("exclude {glob}"), &what));
    }
}

fn keys(old: &Policy, new: &Policy, found: &mut Vec<Found>) {
    for looser in looser(&old.file, &new.file) {
        let span = looser.line.map_or(Span::FILE, |line| Span::point(line, 1));
        let site = Site { path: new.file.path.clone(), span };
        found.push(policy_loosened::judge(&site, looser.key, &looser.what));
    }
}

fn limits(old: &Policy, new: &Policy, tree: &Tree, found: &mut Vec<Found>) {
    let held = new.file_size.entries();
    let before = old.file_size.entries();
    let wider = if held == before { FxHashSet::default() } else { wider(old, new, tree) };
    for limit in &held {
        // Of the entries that are new, those that let through more than the widest of before.
        let as_before = before.iter().find(|old| (old.key, &old.glob) == (limit.key, &limit.glob));
        let widest = before.iter().filter(|old| old.key == limit.key).filter_map(|old| old.most).max();
        let is_widest = widest.is_some_and(|widest| limit.most.unwrap_or(u64::MAX) > widest);
        let is_wider = wider.contains(&(limit.key, limit.glob.clone()));
        let of = format!("limit of {} for `{}`", limit.key, printable(&limit.glob));
        let what = match as_before {
            None if is_widest || is_wider => format!("adds a wider {of}"),
            Some(old) if is_wider && old.most == limit.most => format!("lets the {of} override a lower one"),
            _ => continue,
        };
        let site = limit.site.clone().unwrap_or_else(|| head(new));
        found.push(policy_loosened::judge(&site, format!("{} {}", limit.key, limit.glob), &what));
    }
    for limit in &before {
        let Some(most) = limit.most else { continue };
        let now = held.iter().rev().find(|new| (new.key, &new.glob) == (limit.key, &limit.glob));
        let what = match now.map(|now| (now.most, now.site.clone())) {
            None => Some(("removes the limit of", None)),
            Some((None, site)) => Some(("lifts the limit of", site)),
            Some((Some(now), site)) => (now > most).then_some(("raises the limit of", site)),
        };
        if let Some((does, site)) = what {
            let what = format!("{does} {} for `{}`", limit.key, printable(&limit.glob));
            let site = site.unwrap_or_else(|| head(new));
            found.push(policy_loosened::judge(&site, format!("{} {}", limit.key, limit.glob), &what));
        }
    }
}

/// The keys and globs of the limits that let some file grow larger than it could, though what limited it is still there.
fn wider(old: &Policy, new: &Policy, tree: &Tree) -> FxHashSet<(&'static str, String)> {
    let held = new.file_size.entries();
    let is_held = |old: &LimitEntry| held.iter().any(|now| (now.key, &now.glob) == (old.key, &old.glob));
    let of_file = |path: &RepoPath| {
        let before: Vec<_> = old.file_size.holding(path).filter(&is_held).collect();
        let most = |limit: &LimitEntry| limit.most.unwrap_or(u64::MAX);
        let grows = |now: &LimitEntry| before.iter().any(|old| old.key == now.key && most(now) > most(old));
        new.file_size.holding(path).filter(grows).map(|now| (now.key, now.glob)).collect::<Vec<_>>()
    };
    tree.entries().par_iter().flat_map_iter(|entry| of_file(&entry.path)).collect()
}

fn levels(old: &Policy, new: &Policy, found: &mut Vec<Found>) {
    for rule in RULES {
        let ((before, _), (now, site)) = (old.level(rule.name, rule.level), new.level(rule.name, rule.level));
        if now < before {
            let name = now.map_or("off", |level| if level == Level::Error { "an error" } else { "a warning" });
            let what = format!("lowers `{}` to {name}", rule.name);
            found.push(policy_loosened::judge(
                &site.cloned().unwrap_or_else(|| head(new)),
                rule.name.to_owned(),
                &what,
            ));
        }
    }
}

fn allows(old: &Policy, new: &Policy, found: &mut Vec<Found>) {
    let key = |allow: &Allow| (allow.rule.clone(), allow.subject().map(str::to_owned), allow.within.value.text.clone());
    for allow in &new.allows {
        let before = old.allows.iter().find(|old| key(old) == key(allow));
        // No end is later than any, and no bound wider.
        let longer = |old: &Allow| old.until.is_some_and(|until| allow.until.is_none_or(|now| now > until));
        let wider = |old: &Allow| old.max.is_some_and(|max| allow.max.is_none_or(|now| now > max));
        let does = match before {
            None => "adds",
            Some(old) if longer(old) || wider(old) => "extends",
            Some(_) => continue,
        };
        let what = format!("{does} an allow of `{}` in `{}`", allow.rule, printable(&allow.within.value.text));
        found.push(policy_loosened::judge(&allow.within.site, allow.rule.clone(), &what));
    }
}

fn comments(old: &[(RepoPath, AllowComment)], new: &[(RepoPath, AllowComment)], found: &mut Vec<Found>) {
    let mut held: FxHashMap<(&RepoPath, &[String]), usize> = FxHashMap::default();
    for (path, comment) in old {
        *held.entry((path, &comment.rules)).or_default() += 1;
    }
    for (path, comment) in new.iter().filter(|(_, comment)| !comment.rules.is_empty()) {
        if let Some(left) = held.get_mut(&(path, comment.rules.as_slice())).filter(|left| **left > 0) {
            *left -= 1;
            continue;
        }
        let site = Site { path: path.clone(), span: comment.span };
        let rules = comment.rules.join(", ");
        found.push(policy_loosened::judge(&site, rules.clone(), &format!("adds an allow of `{rules}`")));
    }
}

/// What the baseline accepts and did not; what only moved is not new.
fn accepted(old: Option<&Baseline>, new: &Baseline, found: &mut Vec<Found>) {
    let Some(old) = old else {
        let site = Site { path: new.path.clone(), span: Span::FILE };
        let what = format!("adds a baseline of {} lines", new.entries.len());
        found.push(policy_loosened::judge(&site, new.path.to_lossy(), &what));
        return;
    };
    let held: FxHashMap<&Identity, _> = old.entries.iter().map(|entry| (&entry.identity, entry)).collect();
    let kept: FxHashSet<&Identity> = new.entries.iter().map(|entry| &entry.identity).collect();
    let gone: FxHashSet<_> = old
        .entries
        .iter()
        .filter(|entry| !kept.contains(&entry.identity))
        .map(|entry| (&entry.identity.rule, entry.content))
        .collect();
    for entry in &new.entries {
        let does = match held.get(&entry.identity) {
            Some(old) if entry.count > old.count || entry.size > old.size => "accepts more of",
            Some(_) => continue,
            None if entry.content.is_some() && gone.contains(&(&entry.identity.rule, entry.content)) => continue,
            None => "accepts",
        };
        let Identity { rule, path, .. } = &entry.identity;
        let site = Site { path: new.path.clone(), span: Span::point(entry.line, 1) };
        let what = format!("{does} `{rule}` in `{path}` in the baseline");
        found.push(policy_loosened::judge(&site, entry.fingerprint(), &what));
    }
}
