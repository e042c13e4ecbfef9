//! `ssot baseline`: the list of findings that are accepted until they are mended.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use bstr::ByteSlice;
use clap::{Args, ColorChoice, Subcommand};
use rustc_hash::{FxHashMap, FxHashSet};

use super::check::{named, rule_names};
use super::output;
use super::scope::{self, Scope, ScopeArgs};
use super::write::whole;
use crate::baseline::{Baseline, Entry, text};
use crate::engine::{self, EngineError, Request, Selection, Verdict};
use crate::finding::{Finding, Identity};
use crate::path::printable;
use crate::policy::day::Day;
use crate::policy::{MAX_POLICY_BYTES, Policy};
use crate::report::{Here, Outcome, Trouble, counted, statistics};
use crate::source;

#[derive(Args)]
pub struct BaselineArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Args)]
struct JudgedArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// The day on which dates of the policy are judged [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Day>,
}

#[derive(Subcommand)]
enum Action {
    /// Accept all that stands today, in a new baseline
    Create(JudgedArgs),
    /// Take out what is mended, lower what became less, follow what moved; accept nothing new
    Update(JudgedArgs),
    /// Accept findings one by one, or all of a rule, with the reason
    Accept(AcceptArgs),
    /// Tell how much is left, by rule, service and owner
    Show(JudgedArgs),
}

#[derive(Args)]
struct AcceptArgs {
    /// The finding's fingerprint, or its first 8 digits or more: `ssot check --format json` tells it
    #[arg(value_name = "FINGERPRINT", required_unless_present = "rules")]
    fingerprints: Vec<String>,
    /// Accept all that these rules find: of a rule that is new, what stood before it
    #[arg(long = "rule", value_name = "NAME", value_parser = rule_names(), hide_possible_values = true)]
    rules: Vec<String>,
    /// Why it may stand; kept in the baseline
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    judged: JudgedArgs,
}

pub fn run(args: &BaselineArgs) -> anyhow::Result<u8> {
    let judged = match &args.action {
        Action::Create(judged) | Action::Update(judged) | Action::Show(judged) => judged,
        Action::Accept(args) => &args.judged,
    };
    let (scope, policy, held) = match open(&judged.scope) {
        Ok(opened) => opened,
        Err(refusal) => return Ok(output::refuse(&refusal.0, &refusal.1, ColorChoice::Auto)),
    };
    let state = State { root: scope.root.clone(), today: judged.today.unwrap_or_else(Day::today), scope, policy, held };
    match &args.action {
        Action::Create(_) => state.create(),
        Action::Update(_) => state.update(),
        Action::Accept(args) => state.accept(args),
        Action::Show(_) => state.show(),
    }
}

type Opened = (Scope, Policy, Option<Baseline>);

/// A snapshot, its policy and its baseline, or what stands in the way of them.
fn open(args: &ScopeArgs) -> Result<Opened, Box<(Outcome, Here)>> {
    let scope =
        Scope::open(args).map_err(|refusal| (Outcome::refused(refusal.file, refusal.troubles), refusal.here))?;
    let opened = scope.policy().and_then(|policy| Ok((scope.baseline(&policy)?, policy)));
    match opened {
        Ok((baseline, policy)) => Ok((scope, policy, baseline)),
        Err(troubles) => Err(Box::new((Outcome::refused(scope.file, troubles), scope.here))),
    }
}

struct State {
    root: Option<PathBuf>,
    today: Day,
    scope: Scope,
    policy: Policy,
    held: Option<Baseline>,
}

impl State {
    fn create(self) -> anyhow::Result<u8> {
        let path = self.policy.project.baseline.clone();
        let place = self.place()?;
        if self.held.is_some() || place.symlink_metadata().is_ok() {
            let shown = self.scope.here.show(&path);
            bail!(
                "{shown} exists already: `ssot baseline update` takes out what is mended, `ssot baseline accept` adds \
                 to it"
            );
        }
        let verdict = match self.judge(None) {
            Ok(verdict) => verdict,
            Err(troubles) => return Ok(self.refuse(troubles)),
        };
        let baseline = match accept_all(&self.scope, &self.policy, &verdict) {
            Ok(baseline) => baseline,
            Err(trouble) => return Ok(self.refuse(vec![trouble])),
        };
        let said = put(&self.scope, &place, &baseline)?;
        output::print(&said, ColorChoice::Auto)?;
        Ok(0)
    }

    fn update(mut self) -> anyhow::Result<u8> {
        let baseline = self.held.take().with_context(|| self.missing())?;
        let verdict = match self.judge(Some(baseline.clone())) {
            Ok(verdict) => verdict,
            Err(troubles) => return Ok(self.refuse(troubles)),
        };
        let fresh = match engine::entries(self.scope.source.as_ref(), &self.scope.tree, &verdict.baselined) {
            Ok(fresh) => fresh,
            Err(error) => return Ok(self.refuse(vec![scope::from_source(&error)])),
        };
        let contents: FxHashMap<Identity, Option<u64>> =
            fresh.into_iter().map(|entry| (entry.identity, entry.content)).collect();
        let follow =
            |entry: Entry| Entry { content: contents.get(&entry.identity).copied().unwrap_or(entry.content), ..entry };
        let updated = Baseline::new(baseline.path.clone(), verdict.held.into_iter().map(follow));
        let (place, text) = (self.same_place()?, text::render(&updated));
        let is_same = std::fs::read(&place).is_ok_and(|before| before == text.as_bytes());
        write(&place, &text)?;
        output::print(&Difference::of(&baseline, &updated).said(&updated, is_same), ColorChoice::Auto)?;
        Ok(0)
    }

    fn accept(mut self, args: &AcceptArgs) -> anyhow::Result<u8> {
        let baseline = self.held.take().with_context(|| self.missing())?;
        if args.reason.trim().is_empty() {
            bail!("--reason is empty: say why it may stand");
        }
        let verdict = match self.judge(Some(baseline.clone())) {
            Ok(verdict) => verdict,
            Err(troubles) => return Ok(self.refuse(troubles)),
        };
        let mut meant = meant(&args.fingerprints, &verdict)?;
        for rule in named(&args.rules) {
            meant.extend(found_by(rule, &verdict)?);
        }
        meant.sort_by_key(|finding| &finding.fingerprint);
        meant.dedup_by_key(|finding| &finding.fingerprint);
        let accepted: Vec<Finding> = meant.into_iter().cloned().collect();
        let new = match engine::entries(self.scope.source.as_ref(), &self.scope.tree, &accepted) {
            Ok(new) => new,
            Err(error) => return Ok(self.refuse(vec![scope::from_source(&error)])),
        };
        if new.iter().map(|entry| entry.count as usize).sum::<usize>() < accepted.len() {
            bail!("one of these passes by itself, or is about the baseline: it cannot be accepted");
        }
        let mut entries = baseline.entries;
        for entry in new {
            let reason = Some(args.reason.trim().to_owned());
            match entries.iter_mut().find(|held| held.identity == entry.identity) {
                Some(held) => {
                    // What grew is the same one; of what has no size, there is one more.
                    let more = if entry.size.is_some() { 0 } else { entry.count };
                    held.count = held.count.saturating_add(more);
                    (held.size, held.content, held.reason) = (entry.size, None, reason);
                }
                None => entries.push(Entry { reason, ..entry }),
            }
        }
        write(&self.same_place()?, &text::render(&Baseline::new(baseline.path, entries)))?;
        output::print(&format!("Accepted {}.\n", counted(accepted.len(), "finding")), ColorChoice::Auto)?;
        Ok(0)
    }

    fn show(mut self) -> anyhow::Result<u8> {
        let baseline = self.held.take().with_context(|| self.missing())?;
        let verdict = match self.judge(Some(baseline.clone())) {
            Ok(verdict) => verdict,
            Err(troubles) => return Ok(self.refuse(troubles)),
        };
        let lines = counted(baseline.entries.len(), "line");
        let shown = self.scope.here.show(&baseline.path);
        let mut out =
            format!("{} left, by {lines} of {shown}.\n", counted(verdict.baselined.len(), "accepted finding"));
        if !verdict.baselined.is_empty() {
            out.push_str(&format!("\n{}", statistics::left(&verdict.baselined, &self.policy)));
        }
        if Baseline::new(baseline.path.clone(), verdict.held.clone()).entries.len() < baseline.entries.len() {
            out.push_str("\nSome lines accept what is mended: `ssot baseline update` takes them out.\n");
        }
        output::print(&out, ColorChoice::Auto)?;
        Ok(0)
    }

    fn missing(&self) -> String {
        let path = &self.policy.project.baseline;
        let is_there = self.place().is_ok_and(|place| place.symlink_metadata().is_ok());
        match self.scope.ignored(path).filter(|_| is_there) {
            Some(ignored) => ignored,
            None => format!("there is no baseline {}: `ssot baseline create` makes one", self.scope.here.show(path)),
        }
    }

    fn place(&self) -> anyhow::Result<PathBuf> {
        let root = self.root.as_deref().context("this repository has no work tree to write to")?;
        Ok(root.join(self.policy.project.baseline.to_os()))
    }

    /// The same, where what lies there is what was judged: lines that only the disk holds would be lost.
    fn same_place(&self) -> anyhow::Result<PathBuf> {
        let (place, path) = (self.place()?, &self.policy.project.baseline);
        let judged = source::contents(self.scope.source.as_ref(), &self.scope.tree, [path])?;
        let plain = |bytes: &[u8]| bytes.replace("\r\n", "\n");
        let judged = judged.get(path).map(|bytes| plain(bytes));
        if std::fs::read(&place).is_ok_and(|found| Some(plain(&found)) != judged) {
            let shown = self.scope.here.show(path);
            bail!(
                "{shown} is another one on disk than in what was judged: leave out --staged and --rev, or `git add` it"
            );
        }
        Ok(place)
    }

    fn judge(&self, baseline: Option<Baseline>) -> Result<Verdict, Vec<Trouble>> {
        judge(&self.scope, &self.policy, baseline, self.today)
    }

    fn refuse(self, troubles: Vec<Trouble>) -> u8 {
        output::refuse(&Outcome::refused(self.scope.file, troubles), &self.scope.here, ColorChoice::Auto)
    }
}

/// Judges by all rules.
pub fn judge(scope: &Scope, policy: &Policy, baseline: Option<Baseline>, today: Day) -> Result<Verdict, Vec<Trouble>> {
    let request = Request { selection: Selection::default(), today, cache: scope.cache.clone(), baseline, base: None };
    engine::judge(scope.source.as_ref(), &scope.tree, policy, &request).map_err(|error| match error {
        EngineError::Policy(errors) => scope::from_policy(&scope.file, errors),
        EngineError::Source(error) => vec![scope::from_source(&error)],
    })
}

fn write(place: &Path, text: &str) -> anyhow::Result<()> {
    if text.len() as u64 > MAX_POLICY_BYTES {
        bail!(
            "the baseline would be larger than 16 MiB: `exclude` in `[project]` what is not to be judged, and try again"
        );
    }
    whole(place, text.as_bytes()).with_context(|| printable(place.as_os_str().as_encoded_bytes()))
}

/// A baseline of all that `verdict` found.
pub fn accept_all(scope: &Scope, policy: &Policy, verdict: &Verdict) -> Result<Baseline, Trouble> {
    let entries = engine::entries(scope.source.as_ref(), &scope.tree, &verdict.findings);
    let entries = entries.map_err(|error| scope::from_source(&error))?;
    Ok(Baseline::new(policy.project.baseline.clone(), entries))
}

/// Writes a new baseline to `place`, has git merge it line by line, and says so.
pub fn put(scope: &Scope, place: &Path, baseline: &Baseline) -> anyhow::Result<String> {
    write(place, &text::render(baseline))?;
    let count: u64 = baseline.entries.iter().map(|entry| u64::from(entry.count)).sum();
    let findings = counted(usize::try_from(count).unwrap_or(usize::MAX), "finding");
    let mut out = format!("Wrote {}: {findings} accepted.\n", scope.here.show(&baseline.path));
    out.extend(scope.ignored(&baseline.path).map(|ignored| format!("{ignored}\n")));
    if let Some(root) = &scope.root {
        out.push_str(&merge_by_lines(root, baseline)?);
    }
    Ok(out)
}

/// Two branches that each took out lines shall not be in conflict.
fn merge_by_lines(root: &Path, baseline: &Baseline) -> anyhow::Result<String> {
    let line = format!("{} merge=union", attributes_pattern(&baseline.path.to_lossy()));
    let place = root.join(".gitattributes");
    if place.symlink_metadata().is_ok_and(|found| !found.is_file()) {
        return Ok(format!(".gitattributes is no plain file: add the line `{line}` to what it stands for.\n"));
    }
    let old = match std::fs::read(&place) {
        Ok(old) => old,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error).context(".gitattributes"),
    };
    let Ok(mut attributes) = String::from_utf8(old) else {
        return Ok(format!(".gitattributes is not UTF-8: add the line `{line}` to it.\n"));
    };
    if attributes.lines().any(|old| old.trim() == line) {
        return Ok(String::new());
    }
    if !attributes.is_empty() && !attributes.ends_with('\n') {
        attributes.push('\n');
    }
    let ending = if attributes.contains("\r\n") { "\r\n" } else { "\n" };
    write(&place, &format!("{attributes}{line}{ending}"))?;
    Ok(format!("Added `{line}` to .gitattributes, so that git merges it line by line.\n"))
}

/// The path from the root as `.gitattributes` writes it, in quotes where it must be.
fn attributes_pattern(path: &str) -> String {
    let plain = |ch: char| !ch.is_whitespace() && !ch.is_control() && !matches!(ch, '"' | '\\');
    if path.chars().all(plain) {
        return format!("/{path}");
    }
    format!("\"/{}\"", path.replace('\\', "\\\\\\\\").replace('"', "\\\"").replace('\t', "\\t").replace('\n', "\\n"))
}

/// The findings that stand and are meant by fingerprints or their first digits.
fn meant<'v>(fingerprints: &[String], verdict: &'v Verdict) -> anyhow::Result<Vec<&'v Finding>> {
    let mut meant: Vec<&Finding> = Vec::new();
    for written in fingerprints.iter().map(|written| written.to_ascii_lowercase()) {
        let shown = printable(&written);
        let is_digits = written.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_digits || !(8..=32).contains(&written.len()) {
            bail!("`{shown}` is no fingerprint: it has 32 digits, of which the first 8 or more are written");
        }
        let of = |findings: &'v [Finding]| -> Vec<&'v Finding> {
            findings.iter().filter(|finding| finding.fingerprint.starts_with(&written)).collect()
        };
        match (of(&verdict.findings).as_slice(), of(&verdict.baselined).is_empty()) {
            ([one], _) if meant.iter().any(|other| other.fingerprint == one.fingerprint) => {}
            ([one], _) => meant.push(one),
            ([], true) => bail!("no finding has the fingerprint `{shown}`: `ssot check --format json` tells them"),
            ([], false) => bail!("`{shown}` is accepted already"),
            (many, _) => bail!("`{shown}` begins {} fingerprints: write more of it", many.len()),
        }
    }
    Ok(meant)
}

/// All that a rule finds and nobody accepted.
fn found_by<'v>(rule: &'v str, verdict: &'v Verdict) -> anyhow::Result<impl Iterator<Item = &'v Finding>> {
    let found = verdict.findings.iter().filter(move |finding| finding.rule == rule);
    if found.clone().next().is_none() {
        bail!("`{rule}` finds nothing that is not accepted");
    }
    Ok(found)
}

/// What an update did.
struct Difference {
    taken: usize,
    lowered: usize,
    moved: usize,
}

impl Difference {
    fn of(old: &Baseline, new: &Baseline) -> Self {
        let identities = |baseline: &Baseline| -> FxHashSet<Identity> {
            baseline.entries.iter().map(|entry| entry.identity.clone()).collect()
        };
        let (before, after) = (identities(old), identities(new));
        let moved = after.difference(&before).count();
        let figures: FxHashMap<_, _> =
            old.entries.iter().map(|entry| (&entry.identity, (entry.count, entry.size))).collect();
        let is_lower =
            |entry: &&Entry| figures.get(&entry.identity).is_some_and(|figures| *figures != (entry.count, entry.size));
        let taken = before.difference(&after).count().saturating_sub(moved);
        Self { taken, lowered: new.entries.iter().filter(is_lower).count(), moved }
    }

    /// `is_same`: whether its file holds what it held.
    fn said(&self, new: &Baseline, is_same: bool) -> String {
        let Self { taken, lowered, moved } = self;
        let left = counted(new.entries.len(), "line");
        if taken + lowered + moved == 0 {
            let what = if is_same { "Nothing to update" } else { "Put in order, and what stood twice taken out" };
            return format!("{what}: {left}.\n");
        }
        format!("{taken} taken out, {lowered} lowered, {moved} moved; {left} left.\n")
    }
}
