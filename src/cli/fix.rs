//! `ssot fix`: write what findings ask for, where that is sure to keep the meaning.

mod change;

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use clap::builder::PossibleValuesParser;
use rustc_hash::FxHashMap;

use super::check::{named, names_of};
use super::scope::{self, Scope, ScopeArgs};
use super::{ColorArgs, output};
use crate::engine::{EngineError, Request, Selection};
use crate::fix::{self, Asked, Left, Mended};
use crate::path::{RepoPath, printable};
use crate::policy::Policy;
use crate::policy::day::Day;
use crate::report::{Here, Outcome, Trouble, counted};
use crate::rules::find;
use crate::source::{At, IndexSource, Source, SourceError};
use change::Change;

/// The names of the rules whose findings can be mended.
fn mended() -> PossibleValuesParser {
    names_of(fix::EDITED.iter().chain(fix::DELETED).filter_map(|name| find(name)))
}

#[derive(Args)]
pub struct FixArgs {
    /// Mend only what lies under these paths
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Mend only the findings of these rules
    #[arg(long = "rule", value_name = "NAME", value_parser = mended())]
    rules: Vec<String>,
    /// Print a patch for `git apply`, and write nothing; exit with 1 where there is one
    #[arg(long)]
    diff: bool,
    /// Also delete legacy files, retired files and expired shims that nothing uses or names and that git keeps
    #[arg(long = "unsafe")]
    deletes: bool,
    /// Read the policy from this file on disk
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The day on which dates of the policy are judged [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Day>,
    #[command(flatten)]
    color: ColorArgs,
}

pub fn run(args: &FixArgs) -> anyhow::Result<u8> {
    let refuse = |outcome: Outcome, here: &Here| Ok(output::refuse(&outcome, here, args.color.color));
    let scope_args = ScopeArgs { policy: args.policy.clone(), ..ScopeArgs::default() };
    let scope = match Scope::open(&scope_args) {
        Ok(scope) => scope,
        Err(refusal) => return refuse(Outcome::refused(refusal.file, refusal.troubles), &refusal.here),
    };
    let opened = scope.resolve(&args.paths).and_then(|paths| Ok((paths, scope.policy()?)));
    let (paths, policy) = match opened {
        Ok(opened) => opened,
        Err(troubles) => return refuse(Outcome::refused(scope.file.clone(), troubles), &scope.here),
    };
    match mend(args, &scope, &policy, &paths) {
        Ok(mended) => finish(args, &scope, &policy.project.baseline, mended),
        Err(troubles) => refuse(Outcome::refused(scope.file.clone(), troubles), &scope.here),
    }
}

fn mend(args: &FixArgs, scope: &Scope, policy: &Policy, paths: &[RepoPath]) -> Result<Mended, Vec<Trouble>> {
    // What the baseline accepts is mended too: that is how it gets shorter.
    let hooks: &[&'static str] = match args.deletes {
        true => &["no-legacy-files", "no-duplicate-concepts", "import-path-policy"],
        false => &["import-path-policy"],
    };
    let request = Request {
        selection: Selection { hooks: hooks.to_vec(), ..Selection::default() },
        today: args.today.unwrap_or_else(Day::today),
        cache: scope.cache.clone(),
        baseline: None,
        base: None,
    };
    let rules = named(&args.rules);
    let from_source = |error| vec![scope::from_source(&error)];
    let asked = Asked {
        source: scope.source.as_ref(),
        tree: &scope.tree,
        policy,
        request: &request,
        rules: &rules,
        paths,
        kept: partly_staged(scope).map_err(from_source)?,
        deletes: args.deletes,
    };
    fix::mend(&asked).map_err(|error| match error {
        EngineError::Policy(errors) => scope::from_policy(&scope.file, errors),
        EngineError::Source(error) => from_source(error),
    })
}

/// Files of which one part is staged and another is not: an edit would mix them.
fn partly_staged(scope: &Scope) -> Result<FxHashMap<RepoPath, String>, SourceError> {
    let Some(repository) = &scope.repository else { return Ok(FxHashMap::default()) };
    // Of what is only meant to be added (`git add -N`) nothing is staged.
    let staged = IndexSource::new(repository.clone())?.changed()?;
    let is_partly = |path: &RepoPath| scope.tree.get(path.as_bytes()).is_some_and(|entry| entry.at == At::Disk);
    let why = "it is partly staged: commit or unstage it first";
    Ok(staged.into_iter().filter(is_partly).map(|path| (path, why.to_owned())).collect())
}

fn finish(args: &FixArgs, scope: &Scope, baseline: &RepoPath, mut mended: Mended) -> anyhow::Result<u8> {
    let root = scope.root.clone().context("a work tree is needed to mend")?;
    let mut changes = change::all(scope, &root, &mut mended)?;
    let mut patch = String::new();
    if args.diff {
        changes.retain(|change| match change.patch() {
            Some(text) => {
                patch.push_str(&text);
                true
            }
            None => {
                mended.left.push(change::left(&change.path, "it is no text: delete it by hand".to_owned()));
                false
            }
        });
    } else {
        // What uses a file is mended before the file goes.
        changes.sort_by_key(Change::deletes);
        let edits = changes.iter().take_while(|change| !change.deletes()).count();
        let mut deletions = changes.split_off(edits);
        let unwritten = write(&mut changes, &mut mended);
        deletions = change::without_deletions(deletions, unwritten.as_ref(), &mut mended);
        write(&mut deletions, &mut mended);
        changes.append(&mut deletions);
        changes.sort_by(|one, other| one.path.cmp(&other.path));
    }
    let said = said(args, scope, baseline, &mended, &changes);
    if args.diff {
        output::print(&patch, args.color.color)?;
        output::complain_in(&said, args.color.color);
        return Ok(u8::from(!changes.is_empty() || !mended.left.is_empty()));
    }
    output::print(&said, args.color.color)?;
    Ok(u8::from(!mended.left.is_empty()))
}

/// Writes all that can be written, and leaves the rest, of which it gives the first.
fn write(changes: &mut Vec<Change>, mended: &mut Mended) -> Option<RepoPath> {
    let mut unwritten = None;
    changes.retain(|change| match change.write() {
        Ok(()) => true,
        Err(error) => {
            mended.left.push(change::left(&change.path, error.to_string()));
            unwritten.get_or_insert_with(|| change.path.clone());
            false
        }
    });
    unwritten
}

/// What was done, what was left, and the sums.
fn said(args: &FixArgs, scope: &Scope, baseline: &RepoPath, mended: &Mended, changes: &[Change]) -> String {
    let (mut out, mut edits, mut deleted) = (String::new(), 0, 0);
    for change in changes {
        let by_rule = mended.edits.get(&change.path).into_iter().flatten();
        let path = scope.here.show(&change.path);
        let rules: Vec<_> = by_rule.clone().map(|(rule, _)| *rule).collect();
        let rules = rules.join(", ");
        if change.deletes() {
            deleted += 1;
            out.push_str(&format!("{:<8} {path} ({rules})\n", if args.diff { "delete" } else { "deleted" }));
        } else {
            let count = by_rule.map(|(_, count)| count).sum();
            edits += count;
            out.push_str(&format!(
                "{:<8} {path}: {} ({rules})\n",
                if args.diff { "mend" } else { "mended" },
                counted(count, "edit")
            ));
        }
    }
    for Left { path, span, rule, why } in &mended.left {
        let path = scope.here.show(path);
        let at = format!("{path}:{}:{}", span.start.line, span.start.column);
        let rule = if rule.is_empty() { String::new() } else { format!("{rule}: ") };
        out.push_str(&format!("left     {at}: {rule}{}\n", printable(why)));
    }
    let would = if args.diff { "would make " } else { "" };
    let files = counted(changes.len() - deleted, "file");
    out.push_str(&format!("{would}{} in {files}", counted(edits, "edit")));
    if deleted > 0 {
        let verb = if args.diff { "would delete" } else { "deleted" };
        out.push_str(&format!(", {verb} {}", counted(deleted, "file")));
    }
    // What was mended in memory and could not be written was not.
    let is_done = |path: &RepoPath| changes.iter().any(|change| change.path == *path);
    let undone: usize = mended.edits.iter().filter(|(path, _)| !is_done(path)).flat_map(|(_, by)| by.values()).sum();
    let ended = mended.before.saturating_sub(mended.after).saturating_sub(undone);
    out.push_str(&format!("; {ended} of {} mended", counted(mended.before, "finding")));
    if mended.manual > 0 {
        let is_accepting = scope.tree.get(baseline.as_bytes()).is_some();
        let check = if is_accepting { "ssot check --no-baseline" } else { "ssot check" };
        out.push_str(&format!(", {} more for a person: `{check}` tells them", mended.manual));
    }
    out + "\n"
}
