//! Rules on modules and on the repository as a whole.

use std::collections::HashMap;

use rayon::prelude::*;

use super::{EngineError, Raw, Request, Running, copies, has_content};
use crate::cache::Folder;
use crate::facts::Facts;
use crate::gather::{Seen, gather};
use crate::lang;
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::repo::Repo;
use crate::rules::{Sink, Stage};
use crate::source::{Entry, Source, SourceError, Tree};

/// What was seen of every file with code; empty where no rule asks for the whole repository.
pub type Modules = HashMap<RepoPath, Seen>;

pub(super) fn gather_modules(
    source: &dyn Source,
    tree: &Tree,
    request: &Request,
    running: &[Running],
) -> Result<Modules, SourceError> {
    if !running.iter().any(Running::needs_repo) {
        return Ok(Modules::new());
    }
    modules(source, tree, request.cache.as_ref())
}

/// Looks at all files with code, excluded ones too: imports into them still lead somewhere.
pub fn modules(source: &dyn Source, tree: &Tree, cache: Option<&Folder>) -> Result<Modules, SourceError> {
    let is_code = |entry: &&Entry| has_content(entry.kind) && lang::of(&entry.path).has_code();
    let wanted: Vec<&Entry> = tree.entries().iter().filter(is_code).collect();
    let mut cache = cache.map(|folder| folder.open::<Facts>("facts"));
    let seen = gather(source, &wanted, cache.as_mut())?;
    // That the cache cannot be written is told by whoever judges the files.
    let _ = cache.map(crate::cache::Cache::save);
    Ok(wanted.iter().map(|entry| entry.path.clone()).zip(seen).collect())
}

/// The whole repository of a snapshot, as rules see it.
pub fn view(source: &dyn Source, tree: &Tree, policy: &Policy, request: &Request) -> Result<Repo, EngineError> {
    let seen = modules(source, tree, request.cache.as_ref())?;
    Ok(build(source, tree, policy, seen)?)
}

fn build(source: &dyn Source, tree: &Tree, policy: &Policy, modules: Modules) -> Result<Repo, SourceError> {
    let code = modules.into_iter().map(|(path, seen)| match seen {
        Seen::Facts(facts) => (path, facts.code),
        _ => (path, None),
    });
    Repo::build(source, tree, policy, code)
}

pub(super) fn judge(
    source: &dyn Source,
    tree: &Tree,
    policy: &Policy,
    request: &Request,
    running: &[Running],
    modules: Modules,
) -> Result<Vec<Raw>, SourceError> {
    if !running.iter().any(Running::needs_repo) {
        return Ok(Vec::new());
    }
    let repo = build(source, tree, policy, modules)?;
    let copies = copies::find(source, tree, policy, request, running)?;
    let mut raw = Vec::new();
    for Running { rule, stages } in running {
        for stage in stages {
            let found = match stage {
                Stage::Module(stage) => {
                    let modules: Vec<_> = repo.modules().collect();
                    let judged = modules.into_par_iter().filter(|(_, module)| !module.is_excluded);
                    judged
                        .flat_map_iter(|(id, module)| {
                            let mut out = Sink::default();
                            if let Some(code) = module.code.as_deref() {
                                stage.check(id, code, &repo, request.today, &mut out);
                            }
                            out.into_found()
                        })
                        .collect()
                }
                Stage::Repo(stage) => {
                    let check = || {
                        let mut out = Sink::default();
                        stage.check(&repo, request.today, &mut out);
                        out.into_found()
                    };
                    let found = check();
                    // Git is asked only where somebody is stopped.
                    if found.is_empty() || !stage.wants_renames() {
                        found
                    } else {
                        repo.learn_renames(&source.renames()?);
                        check()
                    }
                }
                Stage::Clones(stage) => {
                    let mut out = Sink::default();
                    stage.check(&copies, &repo, &mut out);
                    out.into_found()
                }
                Stage::Path(_) | Stage::Tree(_) | Stage::Size(_) | Stage::Facts(_) | Stage::Allows(_) => continue,
            };
            let excluded = |path: &RepoPath| policy.project.exclude.matches(path);
            let kept = found.into_iter().filter(|found| !excluded(&found.path));
            raw.extend(kept.map(|found| Raw { hook: rule.hook, rule, found }));
        }
    }
    Ok(raw)
}
