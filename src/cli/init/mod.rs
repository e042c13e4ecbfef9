//! `ssot init`: an `ssot.toml` fitted to this repository.

mod concepts;
mod import_linter;
mod python;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, bail};
use clap::{Args, ColorChoice};

use super::install::framework;
use super::scope::{Scope, ScopeArgs, from_source};
use super::{baseline, output, write};
use crate::engine::{self, EngineError, Request, Selection};
use crate::facts::Detail;
use crate::gather::{Seen, gather};
use crate::path::RepoPath;
use crate::policy::day::Day;
use crate::policy::{FILE_NAME, Origin, Policy, PolicyFile};
use crate::report::{Here, Outcome, Trouble};
use crate::rules::max_file_size::too_many_bytes;
use crate::rules::no_duplicate_concepts::same_name;
use crate::rules::no_legacy_files::legacy_name;
use crate::source::{Entry, Kind, Size, SourceError, purpose};
use crate::survey::{self, lines};
use import_linter::Taken;
use text::Seen as Measured;

#[derive(Args)]
pub struct InitArgs {
    /// Write over an existing ssot.toml, and beside a [tool.ssot] in pyproject.toml
    #[arg(long, conflicts_with = "stdout")]
    force: bool,
    /// Print the policy; write nothing
    #[arg(long)]
    stdout: bool,
    /// Write no baseline of what the policy finds
    #[arg(long)]
    no_baseline: bool,
    /// Take over the contracts of another tool
    #[arg(long, value_name = "TOOL")]
    from: Option<From>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum From {
    ImportLinter,
}

pub fn run(args: &InitArgs) -> anyhow::Result<u8> {
    let scope = match Scope::without_policy(&ScopeArgs::default()) {
        Ok(scope) => scope,
        Err(refusal) => return Ok(refuse(refusal.troubles, &refusal.here)),
    };
    let root = scope.root.as_deref().context("this repository has no work tree to write to")?;
    let held = scope.snapshot_policy();
    if !args.stdout && !args.force {
        refuse_to_overwrite(&scope, root, held.as_ref().ok())?;
        if let Err(trouble) = held {
            return Ok(refuse(vec![trouble], &scope.here));
        }
    }
    let mut policy = match measure(&scope) {
        Ok(seen) => text::render(&survey::look(&scope.tree), &seen),
        Err(EngineError::Source(error)) => return Ok(refuse(vec![from_source(&error)], &scope.here)),
        Err(error) => return Err(error.into()),
    };
    let taken = match args.from {
        Some(From::ImportLinter) => Some(import_linter::take(scope.source.as_ref(), &scope.tree, &policy)?),
        None => None,
    };
    taken.iter().for_each(|taken| policy.push_str(&taken.text));
    if args.stdout {
        output::print(&policy, ColorChoice::Never)?;
        return Ok(0);
    }
    write::whole(&root.join(FILE_NAME), policy.as_bytes()).context(FILE_NAME)?;
    let accepted = if args.no_baseline { String::new() } else { accept(root)? };
    let outdoes = is_pyproject(held.as_ref().ok());
    output::print(&said(&scope, root, outdoes, taken.as_ref(), &accepted), ColorChoice::Auto)?;
    Ok(0)
}

/// Accepts what the new policy finds, so that the first commit with it passes. Where there is a baseline already, or
/// nothing is found, none is written.
fn accept(root: &Path) -> anyhow::Result<String> {
    let told = |troubles: Vec<Trouble>| {
        let messages: Vec<_> = troubles.into_iter().map(|trouble| trouble.message).collect();
        anyhow::anyhow!("no baseline was made: {}", messages.join("; "))
    };
    let scope = Scope::open(&ScopeArgs::default()).map_err(|refusal| told(refusal.troubles))?;
    let policy = scope.policy().map_err(told)?;
    let place = root.join(policy.project.baseline.to_os());
    if place.symlink_metadata().is_ok() {
        return Ok(String::new());
    }
    let verdict = baseline::judge(&scope, &policy, None, Day::today()).map_err(told)?;
    let accepted = baseline::accept_all(&scope, &policy, &verdict).map_err(|trouble| told(vec![trouble]))?;
    if accepted.entries.is_empty() {
        return Ok(String::new());
    }
    baseline::put(&scope, &place, &accepted)
}

fn refuse(troubles: Vec<Trouble>, here: &Here) -> u8 {
    output::refuse(&Outcome::refused(PolicyFile::defaults(), troubles), here, ColorChoice::Auto)
}

fn is_pyproject(held: Option<&PolicyFile>) -> bool {
    held.is_some_and(|file| file.origin == Origin::Pyproject)
}

fn refuse_to_overwrite(scope: &Scope, root: &Path, held: Option<&PolicyFile>) -> anyhow::Result<()> {
    let ways = "`ssot init --stdout` prints a new policy, `ssot init --force`";
    // On disk too: it may be ignored by git.
    if root.join(FILE_NAME).symlink_metadata().is_ok() {
        let shown = scope.here.show(&FILE_NAME.into());
        bail!("{shown} exists already; {ways} writes it over the old one");
    }
    if let Some(file) = held.filter(|file| is_pyproject(Some(file))) {
        let shown = scope.here.show(&file.path);
        bail!("{shown} holds a policy in [tool.ssot]; {ways} writes an {FILE_NAME}, which then holds in its place");
    }
    Ok(())
}

/// What the built-in policy finds, and how long the files of code are.
fn measure(scope: &Scope) -> Result<Measured, EngineError> {
    let source = scope.source.as_ref();
    let (mut defaults, _) = Policy::parse(PolicyFile::defaults());
    defaults.project.learn_tests(&purpose::test_folders(&scope.tree));
    let rules = vec![legacy_name::RULE.name, too_many_bytes::RULE.name, same_name::RULE.name];
    let request = Request {
        selection: Selection { rules, ..Selection::default() },
        today: Day::today(),
        cache: None,
        baseline: None,
        base: None,
    };
    let verdict = engine::judge(source, &scope.tree, &defaults, &request)?;
    let found = |rule: &str| -> Vec<&RepoPath> {
        verdict.findings.iter().filter(|finding| finding.rule == rule).map(|finding| &finding.path).collect()
    };
    let large: Vec<&Entry> =
        found(too_many_bytes::RULE.name).into_iter().filter_map(|path| scope.tree.get(path.as_bytes())).collect();
    let sizes = large.iter().zip(source.sizes(&large)?);
    let mut large: Vec<(RepoPath, u64)> = sizes
        .filter_map(|(entry, size)| if let Size::Bytes(size) = size { Some((entry.path.clone(), size)) } else { None })
        .collect();
    large.sort_by(|(a, more), (b, fewer)| fewer.cmp(more).then_with(|| a.cmp(b)));
    let leftovers = found(legacy_name::RULE.name).len();
    let copies = verdict.findings.iter().filter(|found| found.rule == same_name::RULE.name);
    let concepts = concepts::propose(source, &scope.tree, copies)?;
    let (lines, imports) = look_inside(scope)?;
    let python = python::propose(source, &scope.tree, &defaults.project.tests, &imports)?;
    Ok(Measured { large, leftovers, lines, concepts, python })
}

/// The limits of lines that fit, and what absolute imports name.
fn look_inside(scope: &Scope) -> Result<(Vec<lines::LineLimit>, BTreeSet<String>), SourceError> {
    let files = scope.tree.entries().iter().filter(|entry| entry.kind == Kind::File);
    let (files, languages): (Vec<&Entry>, Vec<&'static str>) =
        files.filter_map(|entry| Some((entry, survey::code(&entry.path)?))).unzip();
    let mut lengths: BTreeMap<&'static str, lines::Lengths> = BTreeMap::new();
    let mut imports = BTreeSet::new();
    let aside = survey::aside::globs();
    let seen = gather(scope.source.as_ref(), &files, None, Detail::Heads)?;
    for ((entry, language), seen) in files.into_iter().zip(languages).zip(seen) {
        let Seen::Facts(facts) = seen else { continue };
        let lengths = lengths.entry(language).or_default();
        let list = if aside.matches(&entry.path) { &mut lengths.other } else { &mut lengths.own };
        list.extend((!facts.binary).then_some(facts.lines));
        let absolute = facts.code.iter().flat_map(|code| &code.imports).filter(|import| import.level == 0);
        imports.extend(absolute.map(|import| match &import.name {
            Some(name) => format!("{}.{name}", import.module),
            None => import.module.to_string(),
        }));
    }
    Ok((lines::propose(lengths), imports))
}

fn said(scope: &Scope, root: &Path, outdoes_pyproject: bool, taken: Option<&Taken>, accepted: &str) -> String {
    let path = FILE_NAME.into();
    let ignored = scope.ignored(&path).map_or(String::new(), |ignored| format!("{ignored}\n"));
    let mut out = format!("Wrote {}.\n{ignored}{accepted}", scope.here.show(&path));
    if outdoes_pyproject {
        out.push_str("It holds in place of [tool.ssot] in pyproject.toml: delete that.\n");
    }
    let left = taken.map(|taken| taken.left.as_slice()).unwrap_or_default();
    if !left.is_empty() {
        out.push_str(&format!("\nNot taken over from import-linter:\n  {}\n", left.join("\n  ")));
    }
    out.push_str(
        "\nNext:\n  ssot check     judge the repository by it\n  ssot policy    show what holds, and where from\n",
    );
    let frameworks = framework::found(root);
    let first = if scope.repository.is_none() { ", once this is a git repository (git init)" } else { "" };
    let install = if frameworks.is_empty() { " ssot install" } else { "" };
    out.push_str(&format!("\nTo run it before every commit{first}:{install}\n"));
    for framework in frameworks {
        out.push_str(&format!("\n{}", framework.advice()));
    }
    out
}
