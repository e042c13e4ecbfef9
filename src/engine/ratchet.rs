//! Sets aside what was known before: by a baseline, or by the findings of a base.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Base, Raw, Request, Running, content, speaker};
use crate::baseline::{Baseline, Entry};
use crate::finding::{Finding, Identity};
use crate::rules::max_file_size::oversize_growth;
use crate::rules::policy::stale_baseline::{self, Left};
use crate::rules::policy::{expiring_allow, policy_loosened};
use crate::rules::{self, ANY_HOOK};
use crate::source::{Source, SourceError, Tree};

/// What is about today, about this change, or about the baseline itself: never accepted by one.
const PASSING: &[&str] = &[expiring_allow::RULE.name, policy_loosened::RULE.name, stale_baseline::RULE.name];

/// What came of a baseline.
#[derive(Default)]
pub(super) struct Ratcheted {
    pub standing: Vec<Finding>,
    pub accepted: Vec<Finding>,
    pub stale: Vec<Raw>,
    /// The entries as they should be: without what is mended, with lower figures, at new paths.
    pub held: Vec<Entry>,
}

/// Makes findings over a limit, whose entry knows a smaller size, `oversize-growth`. Returns their old identities.
pub(super) fn grow(raw: &mut [Raw], request: &Request, running: &[Running]) -> FxHashSet<Identity> {
    let mut grown = FxHashSet::default();
    if !running.iter().any(|running| running.rule.name == oversize_growth::RULE.name) {
        return grown;
    }
    let mut sizes: FxHashMap<&Identity, u64> = FxHashMap::default();
    for entry in request.baseline.iter().flat_map(|baseline| &baseline.entries) {
        sizes.extend(entry.size.map(|size| (&entry.identity, size)));
    }
    let mut before: FxHashMap<&Identity, u64> = FxHashMap::default();
    for (identity, size) in request.base.iter().flat_map(Base::sizes) {
        *before.entry(identity).or_default() += size;
    }
    for (identity, size) in before {
        let most = sizes.entry(identity).or_default();
        *most = size.max(*most);
    }
    let mut now: FxHashMap<Identity, u64> = FxHashMap::default();
    for raw in raw.iter() {
        if let Some(size) = raw.found.size {
            *now.entry(raw.identity()).or_default() += size;
        }
    }
    for raw in raw.iter_mut().filter(|raw| raw.found.size.is_some()) {
        let identity = raw.identity();
        let size = now.get(&identity).copied().unwrap_or_default();
        if let Some(known) = sizes.get(&identity).copied().filter(|known| size > *known) {
            let found = raw.found.clone();
            raw.found = oversize_growth::grown(raw.rule.name, found, known);
            raw.rule = &oversize_growth::RULE;
            grown.insert(identity);
        }
    }
    grown
}

/// Sets aside what the baseline accepts.
pub(super) fn apply(
    baseline: &Baseline,
    findings: Vec<Finding>,
    grown: &FxHashSet<Identity>,
    request: &Request,
    source: &dyn Source,
    tree: &Tree,
) -> Result<Ratcheted, SourceError> {
    let mut groups = Groups::of(&findings);
    let mut matching = Matching { baseline, request, held: Vec::new(), stale: Vec::new(), notes: FxHashMap::default() };
    let mut accepted: FxHashSet<usize> = FxHashSet::default();
    let mut unmatched: Vec<&Entry> = Vec::new();
    for entry in &baseline.entries {
        match groups.0.remove(&entry.identity) {
            _ if grown.contains(&entry.identity) => matching.held.push(entry.clone()),
            Some(group) => {
                if matching.meet(entry, &group, &findings) {
                    accepted.extend(group);
                }
            }
            None if judged(entry, request) => unmatched.push(entry),
            None => matching.held.push(entry.clone()),
        }
    }
    let moved = moved(&unmatched, &groups, &findings, source, tree)?;
    for entry in unmatched {
        match moved.iter().find(|(old, _)| *old == entry) {
            Some((_, identity)) => {
                let group = groups.0.remove(*identity).unwrap_or_default();
                accepted.extend(&group);
                let count = u32::try_from(group.len()).unwrap_or(u32::MAX);
                matching.hold(Entry { identity: (*identity).clone(), count, ..entry.clone() }, &group, &findings);
                matching.stale(entry, &Left::Moved(&identity.path));
            }
            // What was accepted stands among what is more now: once that is gone, it is accepted again.
            None if groups.0.keys().any(|identity| took_in(identity, &entry.identity)) => {
                matching.held.push(entry.clone());
            }
            None => matching.stale(entry, &Left::Nothing),
        }
    }
    let Matching { held, stale, notes, .. } = matching;
    let mut ratcheted = Ratcheted { held, stale, ..Ratcheted::default() };
    for (number, mut finding) in findings.into_iter().enumerate() {
        if let Some(note) = notes.get(&number) {
            finding.help.push_str(note);
        }
        let list = if accepted.contains(&number) { &mut ratcheted.accepted } else { &mut ratcheted.standing };
        list.push(finding);
    }
    Ok(ratcheted)
}

/// Whether copies have all that others had: the definitions that their subject names.
fn took_in(copies: &Identity, before: &Identity) -> bool {
    fn names(subject: &str) -> impl Iterator<Item = &str> {
        subject.rsplit_once(" #").map_or(subject, |(names, _)| names).split(", ")
    }
    let is_same_rule = copies.is_of_content() && before.is_of_content();
    is_same_rule && names(&before.subject).all(|name| names(&copies.subject).any(|other| other == name))
}

/// The entries that accept all of `findings` that a baseline may accept.
pub fn entries(source: &dyn Source, tree: &Tree, findings: &[Finding]) -> Result<Vec<Entry>, SourceError> {
    let lasting: Vec<&Finding> = findings.iter().filter(|finding| !PASSING.contains(&finding.rule)).collect();
    let hashes = content::hashes(source, tree, &lasting)?;
    let mut groups: BTreeMap<&Identity, Vec<usize>> = BTreeMap::new();
    for (number, finding) in lasting.iter().enumerate() {
        groups.entry(&finding.identity).or_default().push(number);
    }
    let entry = |(identity, group): (&Identity, Vec<usize>)| Entry {
        identity: identity.clone(),
        count: u32::try_from(group.len()).unwrap_or(u32::MAX),
        size: total(group.iter().map(|number| lasting[*number].size)),
        content: content::of_equals(&group.iter().map(|number| hashes[*number]).collect::<Vec<_>>()),
        reason: None,
        line: 0,
    };
    Ok(groups.into_iter().map(entry).collect())
}

/// The size of equal findings: functions of one name grow and shrink together.
fn total(sizes: impl Iterator<Item = Option<u64>>) -> Option<u64> {
    sizes.fold(None, |sum, size| size.map_or(sum, |size| Some(sum.unwrap_or(0) + size)))
}

/// Equal findings, by their numbers.
struct Groups<'f>(BTreeMap<&'f Identity, Vec<usize>>);

impl<'f> Groups<'f> {
    fn of(findings: &'f [Finding]) -> Self {
        let mut groups: BTreeMap<&Identity, Vec<usize>> = BTreeMap::new();
        for (number, finding) in findings.iter().enumerate().filter(|(_, finding)| !PASSING.contains(&finding.rule)) {
            groups.entry(&finding.identity).or_default().push(number);
        }
        Self(groups)
    }
}

struct Matching<'m> {
    baseline: &'m Baseline,
    request: &'m Request,
    held: Vec<Entry>,
    stale: Vec<Raw>,
    /// What is added to the help of a finding.
    notes: FxHashMap<usize, String>,
}

impl Matching<'_> {
    /// Whether an entry accepts the findings of its identity.
    fn meet(&mut self, entry: &Entry, group: &[usize], findings: &[Finding]) -> bool {
        let stand = u32::try_from(group.len()).unwrap_or(u32::MAX);
        if stand > entry.count {
            let note = format!(" (the baseline accepts {} of these, and {stand} stand)", entry.count);
            self.notes.extend(group.iter().map(|number| (*number, note.clone())));
            self.held.push(entry.clone());
            return false;
        }
        let size = total(group.iter().map(|number| findings[*number].size));
        if size > entry.size && entry.size.is_some() {
            self.held.push(entry.clone());
            return false;
        }
        if stand < entry.count {
            self.stale(entry, &Left::Fewer(stand));
        } else if let Some(size) = size.filter(|size| entry.size.is_some_and(|known| *size < known)) {
            self.stale(entry, &Left::Smaller(size));
        }
        self.hold(Entry { count: stand, ..entry.clone() }, group, findings);
        true
    }

    fn hold(&mut self, entry: Entry, group: &[usize], findings: &[Finding]) {
        self.held.push(Entry { size: total(group.iter().map(|number| findings[*number].size)), ..entry });
    }

    fn stale(&mut self, entry: &Entry, left: &Left<'_>) {
        let rule = &stale_baseline::RULE;
        let hook = speaker(&self.request.selection, rule);
        self.stale.push(Raw { hook, rule, found: stale_baseline::judge(&self.baseline.path, entry, left) });
    }
}

/// Whether this run could have found what an entry accepts. What no rule finds any more, or is off, it could.
fn judged(entry: &Entry, request: &Request) -> bool {
    rules::find(&entry.identity.rule).is_none_or(|rule| {
        let selection = &request.selection;
        let by_hook = if rule.hook == ANY_HOOK { selection.hooks.is_empty() } else { selection.runs_hook(rule.hook) };
        by_hook && selection.runs(rule)
    })
}

/// Entries and findings of no other entry that are of one rule, subject and content: they moved.
fn moved<'e, 'f>(
    unmatched: &[&'e Entry],
    groups: &Groups<'f>,
    findings: &[Finding],
    source: &dyn Source,
    tree: &Tree,
) -> Result<Vec<(&'e Entry, &'f Identity)>, SourceError> {
    /// The subject as it is compared: that of a file goes where the file goes.
    fn key(identity: &Identity) -> (&str, Option<&str>) {
        (&identity.rule, (!identity.is_of_file()).then_some(&identity.subject))
    }
    let mut gone: BTreeMap<(&str, Option<&str>), Vec<&'e Entry>> = BTreeMap::new();
    unmatched.iter().for_each(|entry| gone.entry(key(&entry.identity)).or_default().push(*entry));
    let new: Vec<(&&'f Identity, &Vec<usize>)> =
        groups.0.iter().filter(|(identity, _)| gone.contains_key(&key(identity))).collect();
    let flat: Vec<&Finding> = new.iter().flat_map(|(_, group)| group.iter().map(|number| &findings[*number])).collect();
    let mut hashes = content::hashes(source, tree, &flat)?.into_iter();
    let mut moved = Vec::new();
    for (identity, group) in new {
        let content = content::of_equals(&hashes.by_ref().take(group.len()).collect::<Vec<_>>());
        let Some(entries) = gone.get_mut(&key(identity)) else { continue };
        let size = total(group.iter().map(|number| findings[*number].size));
        let alike = |entry: &Entry| content.is_some() && entry.content == content;
        let same = |entry: &&Entry| (identity.is_of_content() || alike(entry)) && size <= entry.size;
        // Of several that are alike, the one whose file keeps its name.
        let same_name = |entry: &&Entry| same(entry) && entry.identity.path.name() == identity.path.name();
        if let Some(at) = entries.iter().position(same_name).or_else(|| entries.iter().position(same)) {
            moved.push((entries.remove(at), *identity));
        }
    }
    Ok(moved)
}
