//! Judges one snapshot by one policy: runs what the rules need, applies levels and allows, sorts, and gives
//! each finding its identity. The same entries, contents, policy and day always give the same verdict.

mod allows;
mod base;
mod batches;
mod clock;
mod code;
mod content;
mod copies;
mod files;
mod keys;
mod loosened;
mod once;
mod paths;
mod ratchet;
mod selection;
mod task;
mod version;
mod whole;

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::baseline::{Baseline, Entry};
use crate::cache::Folder;
use crate::facts::AllowComment;
use crate::finding::{Finding, Identity, Level};
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::policy::day::Day;
use crate::policy::error::PolicyError;
use crate::repo;
use crate::rules::policy::{policy_loosened, stale_baseline};
use crate::rules::{ANY_HOOK, Found, HOOKS, RuleDef};
use crate::source::{Kind, Source, SourceError, Tree};

pub use base::{Base, Gate};
use clock::{Clock, Took, WORTH_TELLING};
pub use code::{modules, view};
pub use copies::alike;
pub use ratchet::entries;
pub use selection::Selection;
use task::{Raw, Running, Task};
pub use version::{python_version, required_python};

/// What is asked of the engine.
#[derive(Clone, Debug)]
pub struct Request {
    pub selection: Selection,
    pub today: Day,
    /// None: nothing is cached.
    pub cache: Option<Folder>,
    /// What is accepted.
    pub baseline: Option<Baseline>,
    /// What stood before, and is not reported.
    pub base: Option<Base>,
}

/// What was found, and in what.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Sorted by path, line, column, rule and subject.
    pub findings: Vec<Finding>,
    /// What a baseline accepts, sorted alike: no part of the exit status.
    pub baselined: Vec<Finding>,
    pub notes: Vec<String>,
    /// How many entries were judged.
    pub files: usize,
    /// How many findings allows let through.
    pub allowed: usize,
    /// How many findings stood before, and are not reported.
    pub known: usize,
    /// The allows in comments, by file.
    pub comments: Vec<(RepoPath, AllowComment)>,
    /// The baseline as it should be: without what is mended, with lower figures, at new paths.
    pub held: Vec<Entry>,
    /// Where the time went, in the order of the steps; then the parts of `repository`, which overlap.
    pub seconds: Vec<(&'static str, f64)>,
}

impl Verdict {
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    pub fn by_rule(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for finding in &self.findings {
            *counts.entry(finding.rule).or_default() += 1;
        }
        counts
    }

    /// Keeps what lies, or has a related place, under one of `paths`; all where there are none.
    pub fn narrow(&mut self, paths: &[RepoPath]) {
        if !paths.is_empty() {
            let under = |path: &RepoPath| paths.iter().any(|folder| path.is_under(folder.as_bytes()));
            let is_meant = |found: &Finding| under(&found.path) || found.related.iter().any(|place| under(&place.path));
            self.findings.retain(is_meant);
            self.baselined.retain(is_meant);
        }
    }
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("the policy has {} mistake(s)", .0.len())]
    Policy(Vec<PolicyError>),
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Judges `source`, whose entries are `tree`, by `policy`.
pub fn judge(source: &dyn Source, tree: &Tree, policy: &Policy, request: &Request) -> Result<Verdict, EngineError> {
    let running = compile(policy, &request.selection, source, tree).map_err(EngineError::Policy)?;
    judge_by(&Task { source, tree, policy, request, running: &running })
}

fn judge_by(task: &Task<'_>) -> Result<Verdict, EngineError> {
    let Task { tree, policy, running, .. } = *task;
    let mut clock = Clock::start();
    // The baseline grows with what it accepts, and is no code.
    let is_judged = |path: &RepoPath| !policy.project.exclude.matches(path) && *path != policy.project.baseline;
    let without;
    let judged = match tree.entries().iter().all(|entry| is_judged(&entry.path)) {
        true => tree,
        false => {
            without = Tree::new(tree.entries().iter().filter(|entry| is_judged(&entry.path)).cloned().collect());
            &without
        }
    };
    let mut raw = paths::judge(running, judged);
    clock.lap("paths");
    let context = keys::context(task)?;
    let place = whole::Place::of(task, context);
    let known = place.as_ref().and_then(|place| place.get(task));
    clock.lap("known");
    let mut read = code::unread(task);
    if known.is_none() {
        read = code::read(task, context)?;
        clock.lap("modules");
    }
    let files = files::judge(task, judged, context, &mut read)?;
    clock.lap("contents");
    raw.extend(files.raw);
    let code = match known {
        Some(raw) => code::Judged { raw, ..code::Judged::default() },
        None => {
            let code = code::judge(task, read, place)?;
            clock.lap("repository");
            code
        }
    };
    raw.extend(code.raw);
    let told = Told { raw, allows: files.allows, notes: files.notes, files: judged, seconds: code.seconds };
    let keep = || code.later.map(whole::Later::keep);
    rayon::join(|| weigh(task, told, clock), keep).0
}

/// What all rules say of a snapshot, before it is weighed.
struct Told<'t> {
    raw: Vec<Raw>,
    /// The allows in comments, by file.
    allows: Vec<(RepoPath, AllowComment)>,
    notes: Vec<String>,
    /// The entries that were judged.
    files: &'t Tree,
    /// How long rules took.
    seconds: Vec<Took>,
}

/// What counts of it: what no allow lets through, no baseline accepts, and did not stand before.
fn weigh(task: &Task<'_>, told: Told<'_>, mut clock: Clock) -> Result<Verdict, EngineError> {
    let Task { source, tree, policy, request, running } = *task;
    let Told { mut raw, allows, notes, files, seconds } = told;
    let mut verdict = Verdict { files: files.entries().len(), notes: source.notes(), ..Verdict::default() };
    verdict.notes.extend(notes);
    verdict.notes.extend(paths::case_collisions(files));
    once::tell(&mut raw, policy, &request.selection);
    once::tell_copies(&mut raw, policy, &request.selection);
    let grown = ratchet::grow(&mut raw, request, running);
    let applied = allows::apply(raw, &allows, policy, request, running);
    verdict.allowed = applied.allowed;
    verdict.findings = finish(applied.raw, policy, &request.selection);
    clock.lap("allows");
    verdict.comments = allows;
    let runs = |rule: &RuleDef| running.iter().any(|running| running.rule.name == rule.name);
    if let Some(baseline) = &request.baseline {
        let findings = std::mem::take(&mut verdict.findings);
        let ratcheted = ratchet::apply(baseline, findings, &grown, request, source, tree)?;
        verdict.findings = ratcheted.standing;
        if runs(&stale_baseline::RULE) {
            verdict.findings.extend(finish(ratcheted.stale, policy, &request.selection));
        }
        verdict.baselined = ratcheted.accepted;
        verdict.held = ratcheted.held;
        clock.lap("baseline");
    }
    if let Some(base) = &request.base {
        let findings = std::mem::take(&mut verdict.findings);
        verdict.notes.extend(base.notes.iter().cloned());
        (verdict.findings, verdict.known) = base.subtract(findings, &verdict.baselined, source, tree)?;
        if runs(&policy_loosened::RULE) {
            let now = loosened::Now { policy, baseline: request.baseline.as_ref(), comments: &verdict.comments, tree };
            let rule = &policy_loosened::RULE;
            let hook = speaker(&request.selection, rule);
            let raw = loosened::since(&base.gates, &now).into_iter().map(|found| Raw { hook, rule, found });
            verdict.findings.extend(finish(raw.collect(), policy, &request.selection));
        }
        clock.lap("base");
    }
    verdict.findings.retain(|finding| request.selection.reports(finding.rule));
    verdict.baselined.retain(|finding| request.selection.reports(finding.rule));
    sort(&mut verdict.findings);
    verdict.seconds = clock.laps;
    verdict.seconds.extend(seconds.into_iter().filter(|(_, took)| *took >= WORTH_TELLING));
    Ok(verdict)
}

/// The mistakes of a policy that only the rules or the tree can tell, in the order of their places.
pub fn mistakes(policy: &Policy, source: &dyn Source, tree: &Tree) -> Vec<PolicyError> {
    compile(policy, &Selection::default(), source, tree).err().unwrap_or_default()
}

/// Makes the rules that run.
fn compile(
    policy: &Policy,
    selection: &Selection,
    source: &dyn Source,
    tree: &Tree,
) -> Result<Vec<Running>, Vec<PolicyError>> {
    let mut errors = policy.check_tree(&|folder| tree.is_folder(folder));
    errors.extend(repo::mistakes(policy, source, tree));
    errors.extend(selection::unknown_rules(policy));
    let (running, mut more) = compile_rules(policy, selection);
    errors.append(&mut more);
    if errors.is_empty() {
        return Ok(running);
    }
    errors.sort_by_key(|error| error.range.as_ref().map(|range| range.start));
    Err(errors)
}

/// All rules that run where nothing is selected.
fn everything(policy: &Policy) -> Vec<Running> {
    compile_rules(policy, &Selection::default()).0
}

fn compile_rules(policy: &Policy, selection: &Selection) -> (Vec<Running>, Vec<PolicyError>) {
    let (mut running, mut errors) = (Vec::new(), Vec::new());
    for rule in selection.rules(policy) {
        match (rule.compile)(policy) {
            Ok(stages) => running.push(Running { rule, stages }),
            Err(mut more) => errors.append(&mut more),
        }
    }
    (running, errors)
}

/// Sorts, levels, and names each finding.
fn finish(raw: Vec<Raw>, policy: &Policy, selection: &Selection) -> Vec<Finding> {
    let mut findings: Vec<_> = raw
        .into_par_iter()
        .filter_map(|Raw { hook, rule, found }| {
            level_of(rule, &found, policy, selection).map(|level| (hook, rule, level, found))
        })
        .map(|(hook, rule, level, found)| (hook, rule, level, found.asked.clone().unwrap_or_default(), found))
        .map(|(hook, rule, level, asked, found)| {
            let id = asked.concept.as_deref().or(asked.contract.as_deref()).unwrap_or(rule.name).to_owned();
            let id = id.as_str();
            let say = |help: String| if asked.says.is_empty() { help } else { format!("{help}. {}", asked.says) };
            Finding {
                hook,
                rule: rule.name,
                identity: Identity {
                    hook: rule.hook.to_owned(),
                    rule: rule.name.to_owned(),
                    path: found.path.clone(),
                    subject: found.subject.clone(),
                },
                whole_file: found.whole_file,
                size: found.size,
                level,
                path: found.path,
                span: found.span,
                subject: found.subject,
                message: found.message,
                help: say(found.help),
                owner: asked.owner.or_else(|| policy.defaults.owner.clone()),
                url: match asked.docs {
                    Some(docs) => Some(docs.replace("{id}", id)),
                    None => policy.defaults.url(id),
                },
                concept: asked.concept,
                contract: asked.contract,
                policy: found.policy,
                related: found.related,
                repair: found.repair,
                fix: None,
                choice: found.choice.map(|mut choice| {
                    choice.others.iter_mut().for_each(|other| other.help = say(std::mem::take(&mut other.help)));
                    choice
                }),
                fingerprint: String::new(),
            }
        })
        .collect();
    sort(&mut findings);
    let ordinals = ordinals(&findings);
    findings.par_iter_mut().zip(ordinals).for_each(|(finding, ordinal)| {
        finding.fingerprint = finding.identity.fingerprint(ordinal);
    });
    findings
}

/// How many before each are its equals.
fn ordinals(findings: &[Finding]) -> Vec<u32> {
    let mut seen: FxHashMap<&Identity, u32> = FxHashMap::default();
    let mut next = |identity| {
        let equals = seen.entry(identity).or_default();
        let ordinal = *equals;
        *equals += 1;
        ordinal
    };
    findings.iter().map(|finding| next(&finding.identity)).collect()
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.span.start, finding.rule, finding.hook);
        a.path
            .cmp(&b.path)
            .then_with(|| key(a).cmp(&key(b)))
            .then_with(|| a.subject.cmp(&b.subject))
            .then_with(|| a.message.cmp(&b.message))
    });
}

/// The level of one finding: what is denied is an error, else what the policy says, else what the rule says. What
/// is off and was named on the command line has its rule's own level.
fn level_of(rule: &RuleDef, found: &Found, policy: &Policy, selection: &Selection) -> Option<Level> {
    if selection.denies(rule) {
        return Some(Level::Error);
    }
    let asked = found.asked.as_ref().and_then(|asked| asked.level);
    let own = found.level.or(rule.level);
    let named = selection.names(rule).then(|| own.unwrap_or(Level::Warning));
    let level = asked.unwrap_or_else(|| policy.level(rule.name, own).0).or(named)?;
    Some(if selection.deny_warnings { Level::Error } else { level })
}

/// The hook that speaks for a rule of none: the first that runs.
fn speaker(selection: &Selection, rule: &RuleDef) -> &'static str {
    if rule.hook != ANY_HOOK {
        return rule.hook;
    }
    HOOKS.iter().map(|hook| hook.id).find(|id| selection.runs_hook(id)).unwrap_or(ANY_HOOK)
}

/// Whether the content of such an entry is judged.
fn has_content(kind: Kind) -> bool {
    kind == Kind::File
}
