//! Mends what findings ask for, until nothing is left that a machine can end, and takes back what would break.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::deletion::deletable;
use super::edits::{Planned, plan};
use crate::engine::{self, EngineError, Request, Verdict};
use crate::finding::moves::{Move, Repair};
use crate::finding::{Finding, Identity, Span};
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::source::overlay::Overlay;
use crate::source::{Source, Tree};

/// One mending can make room for another: an old path may have led to an older one.
const PASSES: usize = 8;

/// How often what breaks is taken back and the rest is tried again.
const ATTEMPTS: usize = 4;

/// The rules whose findings edits can end, sorted.
pub const EDITED: &[&str] = &["legacy-import", "non-canonical-import", "relative-import", "unresolved-import"];

/// The rules whose findings end where a file goes, sorted.
pub const DELETED: &[&str] = &["expired-shim", "legacy-name", "retired-file"];

/// What a wrong edit would bring, beside findings of [`EDITED`].
const BROKEN: &str = "unchecked-file";

/// What is to be mended.
pub struct Asked<'a> {
    pub source: &'a dyn Source,
    pub tree: &'a Tree,
    pub policy: &'a Policy,
    pub request: &'a Request,
    /// All where there are none.
    pub rules: &'a [&'static str],
    /// All where there are none.
    pub paths: &'a [RepoPath],
    /// Files that are left as they are, and why.
    pub kept: FxHashMap<RepoPath, String>,
    /// Whether files may be deleted.
    pub deletes: bool,
}

/// A finding that a machine could not end.
#[derive(Debug)]
pub struct Left {
    pub path: RepoPath,
    pub span: Span,
    pub rule: &'static str,
    pub why: String,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Mended {
    /// The contents as they should be; none where the file goes.
    pub changed: FxHashMap<RepoPath, Option<Vec<u8>>>,
    /// How many places of each file change, by rule.
    pub edits: BTreeMap<RepoPath, BTreeMap<&'static str, usize>>,
    pub left: Vec<Left>,
    /// How many findings there were of those that were asked for, and how many are left.
    pub before: usize,
    pub after: usize,
    /// How many findings of rules with fixes only a person can end.
    pub manual: usize,
}

/// Judges, mends in memory, and judges again.
pub fn mend(asked: &Asked) -> Result<Mended, EngineError> {
    let first = engine::judge(asked.source, asked.tree, asked.policy, asked.request)?;
    let mut kept = Kept { files: asked.kept.clone(), written: FxHashMap::default() };
    let mut attempt = 0;
    loop {
        let (mut mended, last) = asked.pass(&first, &kept)?;
        attempt += 1;
        let worse = worse(&first.findings, &last.findings);
        if worse.is_empty() {
            return Ok(mended);
        }
        let mut is_new = false;
        for finding in &worse {
            if mended.changed.contains_key(&finding.path) {
                is_new |= kept.keep(finding, &first);
            }
        }
        if !is_new || attempt == ATTEMPTS {
            // What breaks elsewhere cannot be laid to one file: nothing is done.
            mended.changed.clear();
            mended.edits.clear();
            mended.after = mended.before;
            mended.left.extend(worse.into_iter().map(|finding| Left {
                path: finding.path.clone(),
                span: finding.span,
                rule: finding.rule,
                why: format!("nothing was mended, for it would break: {}", finding.message),
            }));
            return Ok(mended);
        }
    }
}

impl Asked<'_> {
    fn is_asked(&self, finding: &Finding) -> bool {
        let by_rule = self.rules.is_empty() || self.rules.contains(&finding.rule);
        let by_path = self.paths.is_empty() || self.paths.iter().any(|path| finding.path.is_under(path.as_bytes()));
        by_rule && by_path
    }

    /// Whether it is one to end: by edits, or where that is asked for by deleting a file.
    fn ends(&self, finding: &Finding) -> bool {
        matches!(finding.repair, Some(Repair::Moves(_))) || (self.deletes && finding.repair == Some(Repair::Delete))
    }

    /// Mends from the start, leaving out what is kept. Gives the verdict on what came of it.
    fn pass(&self, first: &Verdict, kept: &Kept) -> Result<(Mended, Verdict), EngineError> {
        let mut mended = Mended::default();
        let mut verdict = Verdict { findings: first.findings.clone(), ..Verdict::default() };
        mended.before = self.meant(&verdict).filter(|(_, finding)| self.ends(finding)).count();
        for _ in 0..PASSES {
            let step = self.step(&verdict, &mended.changed, kept)?;
            mended.after = self.meant(&verdict).filter(|(_, finding)| self.ends(finding)).count();
            mended.left = step.left;
            if step.edited.is_empty() {
                break;
            }
            for (path, rule) in step.edited {
                *mended.edits.entry(path).or_default().entry(rule).or_default() += 1;
            }
            mended.changed.extend(step.changed);
            let overlay = Overlay::new(self.source, &mended.changed);
            let tree = Tree::new(overlay.over(self.tree.entries()));
            verdict = engine::judge(&overlay, &tree, self.policy, self.request)?;
        }
        let is_manual =
            |finding: &&Finding| finding.repair.is_none() && EDITED.contains(&finding.rule) && self.is_asked(finding);
        mended.manual = verdict.findings.iter().filter(is_manual).count();
        Ok((mended, verdict))
    }

    fn meant<'v>(&self, verdict: &'v Verdict) -> impl Iterator<Item = (usize, &'v Finding)> {
        let is_meant = |finding: &Finding| finding.repair.is_some() && self.is_asked(finding);
        verdict.findings.iter().enumerate().filter(move |(_, finding)| is_meant(finding))
    }

    /// All edits that one verdict asks for.
    fn step(
        &self,
        verdict: &Verdict,
        changed: &FxHashMap<RepoPath, Option<Vec<u8>>>,
        kept: &Kept,
    ) -> Result<Step, EngineError> {
        let overlay = Overlay::new(self.source, changed);
        let tree = Tree::new(overlay.over(self.tree.entries()));
        let mut step = Step::default();
        let (closed, open): (Vec<_>, Vec<_>) = self.meant(verdict).partition(|(_, found)| kept.why(found).is_some());
        closed.iter().for_each(|(_, found)| step.leave(found, kept.why(found).unwrap_or_default()));
        for planned in plan(&overlay, &tree, open.iter().copied())? {
            step.take(planned, verdict);
        }
        if self.deletes && open.iter().any(|(_, finding)| finding.repair == Some(Repair::Delete)) {
            let repo = engine::view(&overlay, &tree, self.policy, self.request)?;
            for (number, may_go) in deletable(&repo, &overlay, &tree, self.policy, open.iter().copied())? {
                let Some(finding) = verdict.findings.get(number) else { continue };
                match may_go {
                    Ok(path) => {
                        step.edited.push((path.clone(), finding.rule));
                        step.changed.insert(path, None);
                    }
                    Err(why) => step.leave(finding, &why),
                }
            }
        }
        Ok(step)
    }
}

/// What is left as it is, and why: whole files, and in files what would be written and lead nowhere.
struct Kept {
    files: FxHashMap<RepoPath, String>,
    written: FxHashMap<(RepoPath, String), String>,
}

impl Kept {
    fn why(&self, found: &Finding) -> Option<&str> {
        let written = || moves(found).iter().find_map(|of| self.written.get(&(found.path.clone(), of.writes())));
        self.files.get(&found.path).or_else(written).map(String::as_str)
    }

    /// Keeps what brought a finding: what was to be written so, or else the whole file. Whether that is new.
    fn keep(&mut self, worse: &Finding, first: &Verdict) -> bool {
        let why = format!("it would break: {}", worse.message);
        let in_file = first.findings.iter().filter(|found| found.path == worse.path);
        let brings = in_file.flat_map(moves).any(|of| of.writes() == worse.subject);
        let place = (worse.path.clone(), worse.subject.clone());
        if brings && !self.written.contains_key(&place) {
            return self.written.insert(place, why).is_none();
        }
        self.files.insert(worse.path.clone(), why).is_none()
    }
}

fn moves(found: &Finding) -> &[Move] {
    if let Some(Repair::Moves(moves)) = &found.repair { moves } else { &[] }
}

/// What one verdict leads to.
#[derive(Default)]
struct Step {
    changed: FxHashMap<RepoPath, Option<Vec<u8>>>,
    /// The file and the rule of each edit.
    edited: Vec<(RepoPath, &'static str)>,
    left: Vec<Left>,
}

impl Step {
    fn leave(&mut self, finding: &Finding, why: &str) {
        let why = why.to_owned();
        self.left.push(Left { path: finding.path.clone(), span: finding.span, rule: finding.rule, why });
    }

    fn take(&mut self, planned: Planned, verdict: &Verdict) {
        let finding = |number: usize| verdict.findings.get(number);
        match planned {
            Planned::Nothing(numbers, why) => {
                numbers.into_iter().filter_map(finding).for_each(|finding| self.leave(finding, why));
            }
            Planned::Edits(file) => {
                let mut owners = file.owners.clone();
                owners.dedup();
                for owner in owners {
                    if let (Some(why), Some(finding)) = (file.refusal(owner), finding(owner)) {
                        self.leave(finding, why);
                    }
                }
                let owners = file.rewriting.edits.iter().filter_map(|edit| file.owners.get(*edit.causes.first()?));
                let rules = owners.filter_map(|owner| finding(*owner)).map(|finding| finding.rule);
                self.edited.extend(rules.map(|rule| (file.path.clone(), rule)));
                if !file.rewriting.edits.is_empty() {
                    self.changed.insert(file.path.clone(), Some(file.content()));
                }
            }
        }
    }
}

/// What was not there before, of the rules that tell of broken code.
fn worse<'f>(before: &[Finding], after: &'f [Finding]) -> Vec<&'f Finding> {
    let mut known: FxHashMap<&Identity, usize> = FxHashMap::default();
    for finding in before {
        *known.entry(&finding.identity).or_default() += 1;
    }
    let is_new = |finding: &&Finding| match known.get_mut(&finding.identity) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => finding.rule == BROKEN || EDITED.contains(&finding.rule),
    };
    after.iter().filter(is_new).collect()
}
