//! # same-name
//!
//! ## What it does
//! Flags one name that is defined at module level in several modules of a service, with bodies alike: equal up
//! to layout and comments, and of 3 lines or more. `bodies = "any"` in `same-name` flags all of them. The copy
//! that is imported most is taken for the original.
//!
//! Never flagged: private names, dunders, overloads, registrations of a `singledispatch`, a second definition
//! in the same file, a name that many modules define each in its own way (`main`, or what a framework asks for),
//! `x.pyi` beside `x.py`, a class that subclasses or imports its namesake, a function against
//! a class, what a concept owns, and test code.
//!
//! ## Why is this bad?
//! It was quicker to write it again than to find it. From now on a mend of one leaves the others broken.
//!
//! ## Example
//! ```python
//! class RetryPolicy: ...   # in app/http.py
//! class RetryPolicy: ...   # the same in app/queue.py
//! ```
//!
//! ## What to do instead
//! Keep one, and import it from the others.
//!
//! ## Fix
//! None: only a person knows which one stays.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::facts::{Definition, DefinitionKind};
use crate::finding::Level;
use crate::policy::Policy;
use crate::policy::day::Day;
use crate::repo::{ModuleId, Repo};
use crate::rules::{Found, RepoRule, RuleDef, Sink, Stage};

/// Shorter bodies are alike by chance.
const LEAST_LINES: u32 = 3;

/// So many definitions of one name can be a convention.
const MANY: usize = 8;

/// More places than this are counted, not named.
const MOST_PLACES: usize = 5;

pub static RULE: RuleDef = RuleDef {
    hook: "no-duplicate-concepts",
    name: "same-name",
    summary: "one name defined alike in several modules of a service",
    source: include_str!("same_name.rs"),
    level: Some(Level::Error),
    compile: |policy| Ok(vec![Stage::Repo(Box::new(SameName { policy: policy.clone() }))]),
};

struct SameName {
    policy: Policy,
}

type Place<'r> = (ModuleId, &'r Definition);

impl RepoRule for SameName {
    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        let mut importers: Option<HashMap<ModuleId, usize>> = None;
        for (name, places) in repo.defined_names() {
            if places.len() < 2 || name.starts_with('_') || is_convention(name, &places, repo) {
                continue;
            }
            let mut groups: BTreeMap<(Option<&str>, DefinitionKind, u64), Vec<Place>> = BTreeMap::new();
            for (id, definition) in places.into_iter().filter(|place| self.counts(place, repo)) {
                let service = repo.module(id).service.as_deref();
                let body = if self.policy.same_name.any_bodies { 0 } else { definition.body };
                groups.entry((service, definition.kind, body)).or_default().push((id, definition));
            }
            for mut group in groups.into_values() {
                one_a_file(&mut group, repo);
                group.retain(|place| !builds_on_namesake(place, repo));
                if group.len() < 2 {
                    continue;
                }
                let importers = importers.get_or_insert_with(|| repo.importers());
                report(name, group, repo, importers, out);
            }
        }
    }
}

impl SameName {
    fn counts(&self, (id, definition): &Place, repo: &Repo) -> bool {
        let module = repo.module(*id);
        let lines = definition.lines.1 - definition.lines.0 + 1;
        let registered = |decorator: &String| {
            let last = decorator.rsplit('.').next().unwrap_or_default();
            matches!(last, "overload" | "register" | "dispatch" | "setter")
        };
        let owned = || {
            let owns = |concept: &crate::policy::concept::Concept| {
                concept.owns.iter().any(|owned| owned.value.matches(Some(definition.kind), &definition.name))
                    && (repo.reaches(concept, module) || repo.is_home(concept, module))
            };
            self.policy.concepts.iter().any(owns)
        };
        self.policy.same_name.kinds.contains(&definition.kind)
            && !module.is_test
            && !module.is_excluded
            && !module.path.name().ends_with(b".pyi")
            && (lines >= LEAST_LINES || self.policy.same_name.any_bodies)
            && !definition.decorators.iter().any(registered)
            && !owned()
    }
}

/// Whether the name is prescribed: many modules define it, and most of them each in its own way, or all in files
/// of one name and nothing imports it. A copy among them is alike by chance.
fn is_convention(name: &str, places: &[Place], repo: &Repo) -> bool {
    if places.len() < MANY {
        return false;
    }
    let bodies: HashSet<u64> = places.iter().map(|(_, definition)| definition.body).collect();
    let files: HashSet<&[u8]> = places.iter().map(|(id, _)| repo.module(*id).path.name()).collect();
    bodies.len() * 2 > places.len() || (files.len() == 1 && !repo.is_imported_name(name))
}

/// Of several definitions in one file the first counts.
fn one_a_file(group: &mut Vec<Place>, repo: &Repo) {
    group.sort_by(|(a, one), (b, other)| {
        repo.module(*a).path.cmp(&repo.module(*b).path).then_with(|| one.span.cmp(&other.span))
    });
    group.dedup_by_key(|(id, _)| *id);
}

/// Whether it subclasses its namesake, or its module imports it.
fn builds_on_namesake((id, definition): &Place, repo: &Repo) -> bool {
    let own = definition.name.as_str();
    let bases = definition.bases.iter().any(|base| base.rsplit('.').next() == Some(own));
    let code = repo.module(*id).code.as_deref();
    bases || code.is_some_and(|code| code.imports.iter().any(|import| import.name.as_deref() == Some(own)))
}

fn report(name: &str, mut group: Vec<Place>, repo: &Repo, importers: &HashMap<ModuleId, usize>, out: &mut Sink) {
    let count = |id: &ModuleId| importers.get(id).copied().unwrap_or(0);
    group.sort_by(|(a, one), (b, other)| {
        let length = |definition: &Definition| definition.lines.1 - definition.lines.0;
        count(b)
            .cmp(&count(a))
            .then_with(|| length(other).cmp(&length(one)))
            .then_with(|| repo.module(*a).path.cmp(&repo.module(*b).path))
    });
    let Some(((first, original), copies)) = group.split_first() else { return };
    let home = repo.module(*first);
    for (id, copy) in copies {
        let path = &repo.module(*id).path;
        let message = format!("`{name}` is defined in `{}` too", home.path);
        let help = format!("keep one: `from {} import {name}`, and delete this one", home.name());
        let mut found = Found::place(path, copy.span, name, message, help);
        let why = match count(first) {
            0 => "the one to keep".to_owned(),
            count => format!("the one to keep: {count} module(s) import its module"),
        };
        found = found.see(&home.path, original.span, why);
        let others = copies.iter().filter(|(other, _)| other != id);
        for (other, copy) in others.take(MOST_PLACES) {
            found = found.see(&repo.module(*other).path, copy.span, "another copy");
        }
        out.report(found);
    }
}
