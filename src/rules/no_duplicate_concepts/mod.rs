//! `no-duplicate-concepts`: what exists twice, and what should have gone.

pub mod clone;
pub mod concept_outside_home;
pub mod duplication_budget;
pub mod expired_shim;
pub mod same_name;
pub mod shim_with_logic;
pub mod similar_name;
pub mod undeclared_shim;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::clones::Copies;
use crate::facts::{Definition, DefinitionKind};
use crate::path::RepoPath;
use crate::policy::concept::Concept;
use crate::repo::{Distribution, Module, ModuleId, Repo, Version};
use crate::rules::Sink;
use crate::rules::no_legacy_files::legacy_name;

/// More places than this are counted, not named.
const MOST_PLACES: usize = 5;

/// So many others of a group are told as what could be kept as well.
const MOST_ALTERNATIVES: usize = 3;

/// Whether it tells something of a module that another one imports it: of what is no test a test tells nothing.
fn counts(from: ModuleId, to: ModuleId, repo: &Repo) -> bool {
    !repo.module(from).is_test || repo.module(to).is_test
}

/// Whether what a module defines is compared with what others do: a person wrote it, and it is no test and no example.
fn is_compared(module: &Module) -> bool {
    !module.is_test && !module.is_example && is_source(module)
}

/// Whether a person wrote it here, for the policy to judge.
fn is_source(module: &Module) -> bool {
    !module.is_taken_over && !module.is_excluded && !module.is_generated && !module.path.name().ends_with(b".pyi")
}

/// Whether it is one of several under one name by its decorator.
fn is_registered(definition: &Definition) -> bool {
    definition.decorators.iter().any(|decorator| {
        let last = decorator.rsplit('.').next().unwrap_or_default();
        matches!(last, "overload" | "register" | "dispatch" | "setter")
    })
}

/// The concepts that own a definition, and reach its module or have it for their home.
fn owners<'c>(
    concepts: &'c [Concept],
    definition: &Definition,
    module: &Module,
    repo: &Repo,
) -> impl Iterator<Item = &'c Concept> {
    concepts.iter().filter(move |concept| {
        concept.owns.iter().any(|owned| owned.value.matches(Some(definition.kind), &definition.name))
            && (repo.reaches(concept, module) || repo.is_home(concept, module))
    })
}

/// Of more modules than this it is not asked which is built on which.
const MOST_COMPARED: usize = 24;

/// Where something stands, as far as it says from where it can be had.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Standing {
    /// Whether a service holds the module, and its distribution; none where it is no module of Python.
    module: Option<(bool, Distribution)>,
    version: Version,
}

impl Standing {
    /// Whether what stands here could be had from there instead.
    fn can_import(self, to: Self, repo: &Repo) -> bool {
        let of_one_version = !repo.are_versions(self.version, to.version);
        of_one_version
            && match (self.module, to.module) {
                (Some((_, from)), Some((of_service, to))) => of_service || repo.can_import(from, to),
                _ => true,
            }
    }
}

/// How many of a group can import one of them; more is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Reach {
    /// Without the modules that it needs itself, which would close a circle.
    possible: usize,
    /// And without those in a part of the code that its own is built on: between the parts it would close one.
    fitting: usize,
}

/// Copies, and the one of them to keep.
struct Group<T> {
    home: T,
    /// The best first.
    others: Vec<T>,
    /// So many of the others, the first ones, could be kept as well: as many can import each.
    as_good: usize,
}

/// Parts a group into those to keep, each with what can import it in its own place. The first is the one with the
/// least rank, which is told how many of the group can import it; but none is called a leftover by `legacy-name` while
/// another is not.
/// What cannot have it where it stands has one of its own. What stands twice in several versions of one thing is told
/// in one of them.
fn split<'p, T, R: Ord>(
    group: Vec<T>,
    repo: &Repo,
    place: impl Fn(&T) -> (&'p RepoPath, Option<ModuleId>),
    rank: impl Fn(&T, Reach) -> R,
) -> Vec<Group<T>> {
    let id = |item: &T| place(item).1;
    let standing = |item: &T| {
        let (path, id) = place(item);
        let module = id.map(|id| (repo.module(id).service.is_some(), repo.distribution(id)));
        Standing { module, version: repo.version(path) }
    };
    let mut group: Vec<_> = group.into_iter().map(|item| (standing(&item), item)).collect();
    let mut split = Vec::new();
    while group.len() > 1 {
        let mut counts: FxHashMap<Standing, usize> = FxHashMap::default();
        let mut modules: FxHashMap<ModuleId, (Standing, usize)> = FxHashMap::default();
        for (place, item) in &group {
            *counts.entry(*place).or_default() += 1;
            if let Some(id) = id(item) {
                modules.entry(id).or_insert((*place, 0)).1 += 1;
            }
        }
        let count = |from: &Standing, count: &usize, to| if from.can_import(to, repo) { *count } else { 0 };
        let reach = |item: &T, to| {
            let all: usize = counts.iter().map(|(from, many)| count(from, many, to)).sum();
            let Some(id) = id(item) else { return Reach { possible: all, fitting: all } };
            let without = |needed: &[ModuleId]| {
                let needed = needed.iter().filter_map(|id| modules.get(id));
                all - needed.map(|(from, many)| count(from, many, to)).sum::<usize>()
            };
            let mut needed = repo.needed_by(id);
            let possible = without(&needed);
            if modules.len() <= MOST_COMPARED {
                needed.extend(modules.keys().filter(|other| repo.leans_on(id, **other)));
                needed.sort_unstable();
                needed.dedup();
            }
            Reach { possible, fitting: without(&needed) }
        };
        let reached = group.into_iter().map(|(place, item)| (reach(&item, place), place, item));
        // What is to go by its name is not to be kept.
        let is_leftover = |item: &T| legacy_name::plain(place(item).0).is_some_and(|twin| repo.at(&twin).is_some());
        let mut ranked: Vec<_> = reached.map(|all| ((is_leftover(&all.2), rank(&all.2, all.0)), all)).collect();
        ranked.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut ranked = ranked.into_iter().map(|(_, all)| all);
        let Some((most, to, home)) = ranked.next() else { break };
        let (others, mut apart): (Vec<_>, Vec<_>) = ranked.partition(|(_, from, _)| from.can_import(to, repo));
        if !others.is_empty() {
            apart.retain(|(_, from, _)| !repo.are_versions(from.version, to.version));
            let is_as_good =
                |(reach, _, item): &&(Reach, Standing, T)| reach.possible >= most.possible && !is_leftover(item);
            let as_good = others.iter().take_while(is_as_good).count();
            split.push(Group { home, others: others.into_iter().map(|(.., item)| item).collect(), as_good });
        }
        group = apart.into_iter().map(|(_, place, item)| (place, item)).collect();
    }
    split
}

/// Whether it is an exception that only takes its arguments: catching one must not catch another's.
fn is_own_exception(definition: &Definition, module: &Module) -> bool {
    let is_exception = |base: &CompactString| ["Error", "Exception", "Warning"].iter().any(|end| base.ends_with(end));
    let method = |other: &Definition| {
        let inner = other.name.strip_prefix(definition.name.as_str())?.strip_prefix('.')?;
        (other.kind == DefinitionKind::Function && !inner.contains('.')).then(|| inner == "__init__")
    };
    let definitions = module.code().into_iter().flat_map(|code| &code.definitions);
    definition.bases.iter().any(is_exception) && definitions.filter_map(method).all(|constructs| constructs)
}

/// A rule on copied code.
pub trait CloneRule: Send + Sync {
    /// Whether it asks for copies in this file of test code; it does in all others.
    fn wants_test(&self, path: &RepoPath) -> bool;
    fn check(&self, copies: &Copies, repo: &Repo, out: &mut Sink);
}
