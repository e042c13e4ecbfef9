//! Which module is the canonical one: what the policy says, else the one that has most in common.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::Target;
use crate::policy::Policy;
use crate::policy::concept::{Concept, Legacy};
use crate::repo::{ModuleId, Repo};

/// The canonical one, and how it was found.
pub struct Choice {
    pub target: Target,
    pub how: String,
}

pub fn find(repo: &Repo, policy: &Policy, duplicate: &Target) -> Option<Choice> {
    by_policy(repo, policy, duplicate).or_else(|| by_content(repo, duplicate))
}

fn by_policy(repo: &Repo, policy: &Policy, duplicate: &Target) -> Option<Choice> {
    let module = repo.module(duplicate.module);
    let said = |concept: &Concept, key: &str, module: ModuleId, name: Option<String>| {
        let target = Target { module, name: name.or_else(|| duplicate.name.clone()) };
        let how = format!("`{key}` of the concept `{}` says so", concept.id);
        (target != *duplicate).then_some(Choice { target, how })
    };
    let outer = || policy.concepts.iter().filter(|concept| !repo.is_home(concept, module));
    // The nearest old path first: `a.b:Name` before `a.b` before `a`.
    let mut legacy: Vec<(&Concept, &Legacy)> = policy
        .concepts
        .iter()
        .flat_map(|concept| concept.legacy.iter().map(move |legacy| (concept, legacy)))
        .filter(|(_, legacy)| module.is_under(&legacy.old.module))
        .filter(|(_, legacy)| legacy.old.name.is_none() || legacy.old.name == duplicate.name)
        .collect();
    legacy.sort_by_key(|(_, legacy)| std::cmp::Reverse((legacy.old.name.is_some(), legacy.old.module.len())));
    for (concept, legacy) in legacy {
        let new = legacy.new.as_ref().and_then(|new| {
            // What lay below the old path lies below the new one, where that is so.
            let inner = module.names.iter().find_map(|name| name.strip_prefix(legacy.old.module.as_str()));
            let deep = repo.named(&format!("{}{}", new.module, inner.unwrap_or_default())).first();
            deep.or(repo.named(&new.module).first()).map(|module| (*module, new.name.clone()))
        });
        // A package hands on what its modules define.
        let (found, name) = match new {
            Some((module, name)) if !repo.module(module).is_package || defines(repo, module, duplicate) => {
                (module, name)
            }
            Some((module, name)) => (home(repo, concept, duplicate).unwrap_or(module), name),
            None => (home(repo, concept, duplicate)?, None),
        };
        if let Some(choice) = said(concept, "legacy", found, name) {
            return Some(choice);
        }
    }
    let by_file = outer().filter(|concept| concept.files.iter().any(|glob| glob.value.matches(&module.path)));
    let by_file = by_file.map(|concept| (concept, "files"));
    let owned = |concept: &&Concept| {
        let definitions = module.code().into_iter().flat_map(|code| &code.definitions);
        let mut meant = definitions.filter(|found| duplicate.name.as_ref().is_none_or(|name| *name == found.name));
        meant.any(|found| concept.owns.iter().any(|owned| owned.value.matches(Some(found.kind), &found.name)))
    };
    let by_name = outer().filter(owned).map(|concept| (concept, "owns"));
    let mut concepts = by_file.chain(by_name);
    concepts.find_map(|(concept, key)| said(concept, key, home(repo, concept, duplicate)?, None))
}

/// The module of a home that has most in common with the duplicate.
fn home(repo: &Repo, concept: &Concept, duplicate: &Target) -> Option<ModuleId> {
    let shared = shared(repo, duplicate);
    let service = repo.module(duplicate.module).service.as_deref();
    let named = concept.home(service);
    let homes = repo.modules().filter(|(id, module)| *id != duplicate.module && repo.is_home(concept, module));
    let rank = |id: &ModuleId| {
        let module = repo.module(*id);
        let own_service = service.is_some() && module.service.as_deref() == service;
        (own_service, shared.get(id).copied().unwrap_or_default(), module.names.iter().any(|name| name == named))
    };
    let homes: Vec<ModuleId> = homes.map(|(id, _)| id).collect();
    // The first of equals.
    homes.into_iter().rev().max_by_key(rank)
}

/// Whether a module defines something of the duplicate.
fn defines(repo: &Repo, module: ModuleId, duplicate: &Target) -> bool {
    shared(repo, duplicate).contains_key(&module)
}

/// How many of the duplicate's public definitions each other module has by name.
fn shared(repo: &Repo, duplicate: &Target) -> FxHashMap<ModuleId, usize> {
    let own = repo.module(duplicate.module);
    let mut shared = FxHashMap::default();
    for name in public(repo, duplicate) {
        let others: BTreeSet<ModuleId> = repo.definitions(name).map(|(id, _)| id).collect();
        for id in others {
            let other = repo.module(id);
            let is_stub = other.names.iter().any(|name| own.names.contains(name));
            if id != duplicate.module && !is_stub && !other.is_excluded && (own.is_test || !other.is_test) {
                *shared.entry(id).or_default() += 1;
            }
        }
    }
    shared
}

fn public<'r>(repo: &'r Repo, duplicate: &'r Target) -> BTreeSet<&'r str> {
    let code = repo.module(duplicate.module).code();
    let definitions = code.into_iter().flat_map(|code| &code.definitions);
    let top = definitions.filter(|found| found.is_top() && !found.local && !found.name.starts_with('_'));
    let top = top.map(|found| found.name.as_str());
    top.filter(|name| duplicate.name.as_deref().is_none_or(|meant| meant == *name)).collect()
}

fn by_content(repo: &Repo, duplicate: &Target) -> Option<Choice> {
    let all = public(repo, duplicate).len();
    let importers = repo.importers(|_, _| true);
    let rank = |id: &ModuleId| importers.get(id).copied().unwrap_or_default();
    let best = shared(repo, duplicate).into_iter();
    let best = best.max_by_key(|(id, count)| (*count, rank(id), std::cmp::Reverse(*id)));
    let choice = |module, how| Choice { target: Target { module, name: duplicate.name.clone() }, how };
    if let Some((module, count)) = best {
        return Some(choice(
            module,
            match all {
                1 => "it defines the same name".to_owned(),
                _ => format!("it defines {count} of the {all} public names"),
            },
        ));
    }
    // A module that defines nothing of that hands on what another has.
    let code = repo.module(duplicate.module).code()?;
    let mut taken: FxHashMap<ModuleId, usize> = FxHashMap::default();
    for import in code.imports.iter().filter(|import| !import.local && import.name.is_some()) {
        let is_meant = duplicate
            .name
            .as_deref()
            .is_none_or(|name| import.alias.as_deref().or(import.name.as_deref()) == Some(name));
        if let Some(source) =
            repo.source_of(duplicate.module, import).filter(|source| is_meant && *source != duplicate.module)
        {
            *taken.entry(source).or_default() += 1;
        }
    }
    let (module, _) = taken.into_iter().max_by_key(|(id, count)| (*count, rank(id), std::cmp::Reverse(*id)))?;
    Some(choice(module, "the names are imported from it".to_owned()))
}
