//! `ssot check`: judge one snapshot and report.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Instant;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{ArgAction, Args, ColorChoice};
use rustc_hash::FxHashMap;

use super::base::BaseArgs;
use super::reports::{self, Format, Report};
use super::scope::{self, Scope, ScopeArgs};
use super::{ColorArgs, before, output, unstaged};
use crate::engine::{self, EngineError, Request, Selection, Verdict};
use crate::finding::Span;
use crate::fix;
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::policy::day::Day;
use crate::report::frame::Frames;
use crate::report::{self, Here, Outcome, without_commands};
use crate::rules::{HOOKS, RULES, RuleDef, find_shown};
use crate::source;

/// The options of `ssot check` and of every hook.
#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
    /// Report only what lies, or has a related place, under these paths; all is judged
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    base: BaseArgs,
    /// Run only these rules
    #[arg(long = "rule", value_name = "NAME", value_parser = rule_names(), hide_possible_values = true)]
    rules: Vec<String>,
    /// The day on which dates of the policy are judged [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Day>,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write the same findings to a file too, in any format; may be given several times
    #[arg(long = "report", value_name = "FORMAT=PATH", value_parser = reports::parser())]
    reports: Vec<Report>,
    /// Raise a rule's findings to errors
    #[arg(long, value_name = "RULE", value_parser = rule_names(), hide_possible_values = true)]
    deny: Vec<String>,
    /// Raise all warnings to errors
    #[arg(long)]
    deny_warnings: bool,
    /// Exit with 0 in spite of findings
    #[arg(long)]
    exit_zero: bool,
    /// Print counts in place of findings
    #[arg(long, conflicts_with = "format")]
    statistics: bool,
    /// Report also what the baseline accepts
    #[arg(long)]
    no_baseline: bool,
    /// Neither read nor write the cache
    #[arg(long)]
    no_cache: bool,
    /// Print findings only
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Print also how the verdict came about
    #[arg(short, long, action = ArgAction::SetTrue)]
    verbose: bool,
    #[command(flatten)]
    color: ColorArgs,
}

/// The options of `ssot check`.
#[derive(Args, Clone, Debug)]
pub struct UmbrellaArgs {
    /// Run only these hooks
    #[arg(long = "hook", value_name = "ID", value_parser = PossibleValuesParser::new(HOOKS.iter().map(|hook| hook.id)))]
    hooks: Vec<String>,
    #[command(flatten)]
    pub check: CheckArgs,
}

impl UmbrellaArgs {
    /// The hooks that were named.
    pub fn hooks(&self) -> Vec<&'static str> {
        let named = |id: &&'static str| self.hooks.iter().any(|hook| hook == id);
        HOOKS.iter().map(|hook| hook.id).filter(named).collect()
    }
}

pub fn rule_names() -> PossibleValuesParser {
    names_of(RULES.iter().copied())
}

/// The names of some rules, also as findings show them.
pub fn names_of(rules: impl Iterator<Item = &'static RuleDef>) -> PossibleValuesParser {
    static SHOWN: LazyLock<Vec<(&str, Vec<String>)>> = LazyLock::new(|| {
        let shown = |rule: &RuleDef| HOOKS.iter().map(|hook| format!("{}/{}", hook.id, rule.name)).collect();
        RULES.iter().map(|rule| (rule.name, shown(rule))).collect()
    });
    let shown = |name: &'static str| SHOWN.iter().filter(move |(of, _)| *of == name).flat_map(|(_, shown)| shown);
    let value = |rule: &'static RuleDef| PossibleValue::new(rule.name).aliases(shown(rule.name).map(String::as_str));
    PossibleValuesParser::new(rules.map(value))
}

/// Judges and reports. Returns the exit status.
pub fn run(args: &CheckArgs, hooks: &[&'static str]) -> anyhow::Result<u8> {
    let started = Instant::now();
    let (mut outcome, here, policy) = judge(args, hooks);
    outcome.exit_zero = args.exit_zero;
    outcome.seconds = started.elapsed().as_secs_f64();
    reports::write(&args.reports, &mut outcome, &here, policy.as_ref())?;
    report(args, &outcome, &here, policy.as_ref())?;
    Ok(outcome.exit_status())
}

fn judge(args: &CheckArgs, hooks: &[&'static str]) -> (Outcome, Here, Option<Policy>) {
    let today = args.today.unwrap_or_else(Day::today);
    let scope = match Scope::open(&args.scope) {
        Ok(scope) => scope,
        Err(refusal) => {
            let outcome =
                Outcome { snapshot: refusal.snapshot, today, ..Outcome::refused(refusal.file, refusal.troubles) };
            return (outcome, refusal.here, None);
        }
    };
    let mut outcome =
        Outcome { snapshot: Some(scope.source.snapshot()), today, ..Outcome::refused(scope.file.clone(), Vec::new()) };
    let here = scope.here.clone();
    let paths = scope.resolve(&args.paths).unwrap_or_else(|mut troubles| {
        outcome.troubles.append(&mut troubles);
        Vec::new()
    });
    let policy = match scope.policy() {
        Ok(policy) => policy,
        Err(mut troubles) => {
            outcome.troubles.append(&mut troubles);
            return (outcome, here, None);
        }
    };
    let baseline = scope.baseline(&policy).unwrap_or_else(|mut troubles| {
        outcome.troubles.append(&mut troubles);
        None
    });
    if !outcome.troubles.is_empty() {
        return (outcome, here, Some(policy));
    }
    let mut request = Request {
        selection: Selection {
            hooks: hooks.to_vec(),
            rules: named(&args.rules),
            denied: named(&args.deny),
            deny_warnings: args.deny_warnings,
        },
        today,
        cache: scope.cache.clone().filter(|_| !args.no_cache),
        baseline: baseline.filter(|_| !args.no_baseline),
        base: None,
    };
    request.base = args.base.base(&scope, &policy, &request).unwrap_or_else(|mut troubles| {
        outcome.troubles.append(&mut troubles);
        None
    });
    if !outcome.troubles.is_empty() {
        return (outcome, here, Some(policy));
    }
    match engine::judge(scope.source.as_ref(), &scope.tree, &policy, &request) {
        Ok(verdict) => outcome.verdict = verdict,
        Err(EngineError::Policy(errors)) => outcome.troubles = scope::from_policy(&scope.file, errors),
        Err(EngineError::Source(error)) => outcome.troubles.push(scope::from_source(&error)),
    }
    outcome.verdict.narrow(&paths);
    before::keep_what_stood(&scope, args.base.since(&scope).as_deref(), &mut outcome.verdict.findings);
    let tells_fixes = |format: Format| matches!(format, Format::Json | Format::Sarif);
    let formats = || args.reports.iter().map(|report| report.format).chain((!args.statistics).then_some(args.format));
    if formats().any(tells_fixes)
        && let Err(error) = fix::attach(scope.source.as_ref(), &scope.tree, &mut outcome.verdict.findings)
    {
        outcome.troubles.push(scope::from_source(&error));
    }
    outcome.verdict.notes.splice(0..0, scope.notes.iter().cloned());
    outcome.verdict.notes.extend(unstaged::note(&scope, &outcome.verdict.findings));
    if formats().any(|format| format == Format::Text) {
        outcome.texts = texts(&scope, &outcome.verdict);
    }
    (outcome, here, Some(policy))
}

/// The rules that are asked for by these names, in the order of the list.
pub fn named(names: &[String]) -> Vec<&'static str> {
    let asked: Vec<&str> = names.iter().filter_map(|name| find_shown(name)).map(|rule| rule.name).collect();
    RULES.iter().map(|rule| rule.name).filter(|rule| asked.contains(rule)).collect()
}

/// The texts that the frames will quote.
fn texts(scope: &Scope, verdict: &Verdict) -> FxHashMap<RepoPath, String> {
    let drawn = verdict.findings.iter().take(report::text::MOST_FRAMES).filter(|finding| finding.span != Span::FILE);
    let mut paths: Vec<_> = drawn.map(|finding| &finding.path).filter(|path| **path != scope.file.path).collect();
    paths.sort();
    paths.dedup();
    // A text that cannot be read is a frame without a quote; that it cannot was the engine's to tell.
    let read = source::contents(scope.source.as_ref(), &scope.tree, paths).unwrap_or_default();
    read.into_iter().map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

fn report(args: &CheckArgs, outcome: &Outcome, here: &Here, policy: Option<&Policy>) -> anyhow::Result<()> {
    let color = args.color.color;
    let document = reports::document(args.format, outcome, here)?;
    if let (Some(document), Format::Json | Format::Sarif | Format::Gitlab) = (&document, args.format) {
        return output::print(document, ColorChoice::Never);
    }
    let frames = Frames::new(outcome, here);
    let mut out = match document {
        Some(document) => document,
        None if args.statistics => without_commands(&report::statistics::render(outcome, policy)),
        None if args.format == Format::Concise => without_commands(&report::concise::render(outcome, here)),
        None => without_commands(&report::text::render(outcome, &frames, policy)),
    };
    if outcome.troubles.is_empty() && !args.quiet && args.format == Format::Text {
        out.push_str(&report::text::totals(outcome));
    }
    output::print(&out, color)?;
    let mut said = String::new();
    if !args.quiet {
        for note in &outcome.verdict.notes {
            said.push_str(&format!("note: {}\n", crate::path::printable(note.as_bytes())));
        }
    }
    if args.verbose {
        for (step, seconds) in &outcome.verdict.seconds {
            said.push_str(&format!("{:>8.1} ms  {step}\n", seconds * 1000.0));
        }
        said.push_str(&format!("{:>8.1} ms  in all\n", outcome.seconds * 1000.0));
    }
    said.push_str(&report::text::framed_troubles(outcome, &frames));
    output::complain_in(&without_commands(&said), color);
    Ok(())
}
