//! # same-name
//!
//! ## What it does
//! Flags one name that is defined at module level in several modules of a service, with bodies alike: equal up
//! to layout and comments, of 3 lines of code or more (a docstring is none, and a head is one), and every name of
//! their modules that they use stands for the same. `bodies = "any"` in `same-name` flags all of them. The copy that
//! most of the others can import without a circle is taken for the original. Of several, in this order: what is imported
//! at all; what is imported by its name, or whose module does not raise where a package is missing; what closes no circle
//! between parts of the code either; what is imported most, by its name before its module.
//! Where the change at hand wrote that one, and another that could be kept as well stood before, it says to keep what stood;
//! not where of the two the new one alone is imported, for then it took the place of the other.
//! More than 24 copies come from a template: they are told once, at the original, and so is what else is alike in the
//! modules that it wrote.
//!
//! Where the policy declares no service, a folder with a project file (`pyproject.toml`, `setup.py`, `setup.cfg`, or
//! that of an Ansible collection) is published by itself: what is in it is compared with what it already needs: imports in
//! its tests, for types, in a `try` or in a function do not count. Versions of one thing are not compared either: `shop/v1/`
//! with `shop/`, `api/v1beta1/` with `api/v1/`, where most modules of the one, and three or more, stand in the other too.
//!
//! Never flagged: private names, dunders, overloads, registrations of a `singledispatch`, a second definition
//! in the same file, one in a module whose import would run a program (`parse_args()` or `setup(name=…)` at its own level)
//! where no other is better, a name that many modules define each in its own way (`main`, or what a framework asks for),
//! `x.pyi` beside `x.py`, a class that subclasses or imports its namesake, a function against a class, an exception
//! with nothing but `__init__`, what is marked `@deprecated`, what stands under `if __name__ == "__main__"`, what a concept owns, test code, examples and
//! docs (`examples/`, `docs/`, `tutorial/`, `templates/`, `benchmarks/` and the like), what no import can name (`setup.py`,
//! `0001_initial.py`), twins below a folder for `async` and one for `sync`, and files that a program wrote:
//! `.gitattributes` (`linguist-generated`), a comment or a docstring at their head says so; nor is what was taken over
//! or put aside, in a folder called `archive`, `attic`, `extern`, `site-packages`, `third-party`, `third_party`,
//! `thirdparty`, `vendor` or `vendored`, also with `_` before.
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

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::hash::Hash;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{Definition, DefinitionKind, Detail};
use crate::finding::{Alternative, Choice, Copied, Level};
use crate::policy::Policy;
use crate::policy::day::Day;
use crate::repo::{Held, ModuleId, Namesake, Repo};
use crate::rules::{Found, RepoRule, RuleDef, Sink, Stage};
use crate::source::purpose;

use super::{
    Group, MOST_ALTERNATIVES, MOST_PLACES, Reach, counts, is_compared, is_own_exception, is_registered, owners, split,
};

/// What has fewer lines of code, its head among them and its docstring not, is alike by chance.
const LEAST_LINES: u32 = 3;

/// So many definitions of one name can be a convention.
const MANY: usize = 8;

/// More copies than this come from a template: they are told once, at the one to keep.
const MOST_COPIES: usize = 24;

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

impl RepoRule for SameName {
    fn looks_at_all(&self) -> bool {
        self.policy.same_name.any_bodies
    }

    fn detail(&self) -> Detail {
        Detail::Bodies
    }

    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        let mut groups = Vec::new();
        for namesakes in repo.namesakes().filter(|namesakes| namesakes.len() > 1) {
            let is_by_chance = namesakes.len() >= MANY && is_each_its_own(namesakes.iter().map(|of| of.brief.body));
            if is_by_chance {
                continue;
            }
            let may_be_alike = self.may_be_alike(namesakes, repo);
            if may_be_alike.len() < 2 {
                continue;
            }
            for (name, places) in repo.by_name(may_be_alike) {
                if places.len() < 2 || (namesakes.len() >= MANY && is_convention(name, namesakes, repo)) {
                    continue;
                }
                groups.extend(self.alike(places, repo).into_iter().map(|group| (name, group)));
            }
        }
        if groups.is_empty() {
            return;
        }
        let imported = Imported::of(&groups, repo);
        let split =
            |(name, group)| Copies::split(name, group, repo, &imported).into_iter().map(move |copies| (name, copies));
        let mut found: Vec<(&str, Copies)> = groups.into_iter().flat_map(split).collect();
        uncross(&mut found, &imported, repo);
        let of_template = |copies: &Copies| copies.others.len() > MOST_COPIES;
        let of_templates = found.iter().filter(|(_, copies)| of_template(copies));
        let written: FxHashSet<ModuleId> = of_templates.flat_map(|(_, copies)| copies.modules()).collect();
        for (name, copies) in &found {
            if of_template(copies) {
                out.report(copies.told_once(name, repo));
            } else if !copies.modules().all(|id| written.contains(&id)) {
                copies.report(name, repo, out);
            }
        }
    }
}

impl SameName {
    /// Those of one name that may be alike, as far as that can be told without looking at them.
    fn may_be_alike<'n>(&self, namesakes: &'n [Namesake], repo: &Repo) -> Vec<&'n Namesake> {
        let any_bodies = self.policy.same_name.any_bodies;
        let is_meant = |Namesake { module, brief, .. }: &&Namesake| {
            !brief.is_private
                && !brief.is_local
                && self.policy.same_name.kinds.contains(&brief.kind)
                && (any_bodies || brief.code_lines >= LEAST_LINES)
                && is_compared(repo.module(*module))
                && repo.module(*module).is_importable()
        };
        let mut meant: Vec<&Namesake> = namesakes.iter().filter(is_meant).collect();
        if !any_bodies {
            meant.sort_unstable_by_key(|of| of.brief.body);
            let alike = meant.chunk_by(|one, other| one.brief.body == other.brief.body).filter(|group| group.len() > 1);
            meant = alike.flatten().copied().collect();
        }
        meant
    }

    /// The groups of definitions of one name of which one can take the place of the others.
    fn alike<'r>(&self, places: Vec<Held<'r>>, repo: &'r Repo) -> Vec<Vec<Held<'r>>> {
        let mut groups: BTreeMap<(Option<&str>, DefinitionKind, u64), Vec<Held>> = BTreeMap::new();
        for (id, definition) in places.into_iter().filter(|place| self.counts(place, repo)) {
            let service = repo.module(id).service.as_deref();
            let body = if self.policy.same_name.any_bodies { 0 } else { definition.body };
            groups.entry((service, definition.kind, body)).or_default().push((id, definition));
        }
        let by_meaning = groups.into_values().flat_map(|mut group| {
            one_a_file(&mut group, repo);
            group.retain(|place| !builds_on_namesake(place, repo));
            self.by_meaning(group, repo)
        });
        by_meaning.filter(|group| group.len() > 1).collect()
    }

    /// Splits what is alike in text by what it means.
    fn by_meaning<'r>(&self, group: Vec<Held<'r>>, repo: &Repo) -> Vec<Vec<Held<'r>>> {
        if group.len() < 2 || self.policy.same_name.any_bodies {
            return vec![group];
        }
        let mut by_meaning: BTreeMap<u64, Vec<Held>> = BTreeMap::new();
        for (id, definition) in group {
            by_meaning.entry(repo.meaning(id, definition)).or_default().push((id, definition));
        }
        by_meaning.into_values().collect()
    }

    fn counts(&self, (id, definition): &Held, repo: &Repo) -> bool {
        let module = repo.module(*id);
        (self.policy.same_name.any_bodies || !is_own_exception(definition, module))
            && !is_registered(definition)
            && !is_deprecated(definition)
            && owners(&self.policy.concepts, definition, module, repo).next().is_none()
    }
}

/// Whether a name that many modules define is prescribed: by what most of them mean each does it in its own way, or all do
/// in files of one name and nothing imports it. A copy among them is alike by chance.
fn is_convention(name: &str, namesakes: &[Namesake], repo: &Repo) -> bool {
    let files: FxHashSet<&[u8]> = namesakes.iter().map(|of| repo.module(of.module).path.name()).collect();
    if files.len() == 1 && !repo.is_imported_name(name) {
        return true;
    }
    let places = repo.by_name(namesakes).remove(name).unwrap_or_default();
    is_each_its_own(places.iter().map(|(id, definition)| repo.meaning(*id, definition)))
}

/// Whether most of them differ.
fn is_each_its_own<T: Eq + Hash>(all: impl ExactSizeIterator<Item = T>) -> bool {
    let count = all.len();
    all.collect::<FxHashSet<T>>().len() * 2 > count
}

/// Whether it is marked as one that goes: who keeps it until then knows of the other.
fn is_deprecated(definition: &Definition) -> bool {
    definition.decorators.iter().any(|decorator| decorator.rsplit('.').next() == Some("deprecated"))
}

/// Of several definitions in one file the first counts, and of twins for `async` and `sync`, of which a program may write one.
fn one_a_file(group: &mut Vec<Held>, repo: &Repo) {
    group.sort_by(|(a, one), (b, other)| {
        repo.module(*a).path.cmp(&repo.module(*b).path).then_with(|| one.span.cmp(&other.span))
    });
    group.dedup_by_key(|(id, _)| *id);
    let mut twins = FxHashSet::default();
    group.retain(|(id, _)| purpose::without_async(&repo.module(*id).path).is_none_or(|twin| twins.insert(twin)));
}

/// Whether it subclasses its namesake, or its module imports it.
fn builds_on_namesake((id, definition): &Held, repo: &Repo) -> bool {
    let own = definition.name.as_str();
    let bases = definition.bases.iter().any(|base| base.rsplit('.').next() == Some(own));
    let code = repo.module(*id).code();
    bases || code.is_some_and(|code| code.imports.iter().any(|import| import.name.as_deref() == Some(own)))
}

/// Whether to import a module runs a program.
fn runs(id: ModuleId, repo: &Repo) -> bool {
    repo.module(id).code().is_some_and(|code| code.runs)
}

/// How many modules import what is copied: each copy by its name, and whatever its module holds.
struct Imported<'r> {
    names: FxHashMap<(ModuleId, &'r str), usize>,
    modules: FxHashMap<ModuleId, usize>,
}

impl<'r> Imported<'r> {
    fn of(groups: &[(&'r str, Vec<Held>)], repo: &Repo) -> Self {
        let mut names: FxHashMap<ModuleId, FxHashSet<&str>> = FxHashMap::default();
        for (name, group) in groups {
            for (id, _) in group {
                names.entry(*id).or_default().insert(name);
            }
        }
        let counts = |from, to| counts(from, to, repo);
        Self { names: repo.importers_by_name(&names, counts), modules: repo.importers(counts) }
    }

    fn count(&self, id: ModuleId, name: &'r str) -> (usize, usize) {
        (self.names.get(&(id, name)).copied().unwrap_or(0), self.modules.get(&id).copied().unwrap_or(0))
    }
}

/// Definitions of which one can take the place of the others.
struct Copies<'r> {
    home: Held<'r>,
    /// How many modules import the one of the home by its name, and how many its module.
    importers: (usize, usize),
    others: Vec<Held<'r>>,
    /// So many of the others, the first ones, can be imported by as many.
    as_good: usize,
    /// Of those the best that could be kept as well, by who imports them.
    alternatives: Vec<Held<'r>>,
}

impl<'r> Copies<'r> {
    /// The home is what most of the others can import, else what is imported at all, asks for no package that others do
    /// without, is in no part of the code that is built on that of the others, is imported most, by its name before all,
    /// is the longest, or the first; what cannot import it has a home of its own.
    fn split(name: &'r str, group: Vec<Held<'r>>, repo: &Repo, imported: &Imported<'r>) -> Vec<Self> {
        let rank = |(id, definition): &Held, reach: Reach| {
            let (by_name, of_module) = imported.count(*id, name);
            let length = definition.lines.1 - definition.lines.0;
            let demands = || repo.module(*id).code().is_some_and(|code| code.demands);
            let fits = (by_name > 0 || !demands(), reach.fitting);
            let reach = (!runs(*id, repo), reach.possible);
            (Reverse((reach, of_module > 0, fits, by_name, of_module, length)), repo.module(*id).path.clone())
        };
        let parts = split(group, repo, |(id, _)| (&repo.module(*id).path, Some(*id)), rank).into_iter();
        let copies = |Group { home, others, as_good }: Group<Held<'r>>| {
            let importers = imported.count(home.0, name);
            // What is imported while another is not has taken its place.
            let is_used = |(id, _): &&Held| importers.0 == 0 || imported.count(*id, name).0 > 0;
            let alternatives = others.iter().take(as_good).filter(is_used).take(MOST_ALTERNATIVES).copied().collect();
            Self { home, importers, others, as_good, alternatives }
        };
        // Where importing any of them would run a program, none can be had from another.
        parts.map(copies).filter(|copies| !runs(copies.home.0, repo)).collect()
    }

    fn modules(&self) -> impl Iterator<Item = ModuleId> {
        self.others.iter().chain([&self.home]).map(|(id, _)| *id)
    }

    /// What the finding at one of the others says where another one than the home is kept.
    fn choice(&self, name: &str, at: ModuleId, repo: &Repo) -> Choice {
        let alternative = |(kept, _): &Held| {
            let place = copied(name, *kept, repo);
            if *kept != at {
                let (message, help) = keep(name, *kept, at, repo);
                return Alternative { place, message, help };
            }
            let (home, from) = (&repo.module(self.home.0).path, repo.imported_as_in(at, self.home.0));
            let message = format!("`{name}` is defined in `{home}` too");
            let help = format!("keep this one: `from {from} import {name}` in `{home}`, and delete that one");
            Alternative { place, message, help }
        };
        let others = self.alternatives.iter().map(alternative).collect();
        Choice { kept: copied(name, self.home.0, repo), others }
    }

    fn told_once(&self, name: &str, repo: &Repo) -> Found {
        let home = repo.module(self.home.0);
        let message = format!("`{name}` is defined alike in {} more modules", self.others.len());
        let help = format!("let what writes them write `from {} import {name}` instead", repo.imported_as(self.home.0));
        see(Found::place(&home.path, self.home.1.span, name, message, help), self.others.iter(), repo)
    }

    fn report(&self, name: &str, repo: &Repo, out: &mut Sink) {
        let home = repo.module(self.home.0);
        // What bears one name below two roots cannot import the other.
        let is_apart = |id: ModuleId| !repo.module(id).names.contains(&repo.imported_as_in(self.home.0, id));
        for (id, copy) in self.others.iter().filter(|(id, _)| is_apart(*id)) {
            let (message, help) = keep(name, self.home.0, *id, repo);
            let found = Found::place(&repo.module(*id).path, copy.span, name, message, help);
            let why = match self.importers {
                (0, 0) => "the one to keep".to_owned(),
                (0, count) => format!("the one to keep: {count} module(s) import its module"),
                (count, _) => format!("the one to keep: {count} module(s) import it"),
            };
            let found = found.see(&home.path, self.home.1.span, why).chosen(self.choice(name, *id, repo));
            out.report(see(found, self.others.iter().filter(|(other, _)| other != id), repo));
        }
    }
}

/// Of two modules that have several things in common one is to keep all that it can: where each imported from the other,
/// neither could be.
fn uncross<'r>(found: &mut [(&'r str, Copies<'r>)], imported: &Imported<'r>, repo: &Repo) {
    let mut kept: FxHashMap<(ModuleId, ModuleId), usize> = FxHashMap::default();
    for (_, copies) in found.iter() {
        for (other, _) in &copies.others {
            *kept.entry((copies.home.0, *other)).or_default() += 1;
        }
    }
    for (name, copies) in found.iter_mut() {
        let [other] = copies.others.as_slice() else { continue };
        let (home, other) = (copies.home, *other);
        let count = |one: ModuleId, other: ModuleId| kept.get(&(one, other)).copied().unwrap_or(0);
        let rank = |one: ModuleId, other: ModuleId| (count(one, other), Reverse(&repo.module(one).path));
        let is_crossed = count(other.0, home.0) > 0 && rank(other.0, home.0) > rank(home.0, other.0);
        if is_crossed && copies.as_good == 1 {
            (copies.home, copies.others) = (other, vec![home]);
            copies.importers = imported.count(other.0, name);
            copies.alternatives.clear();
        }
    }
}

/// What is said at one copy of another that is kept.
fn keep(name: &str, kept: ModuleId, at: ModuleId, repo: &Repo) -> (String, String) {
    let from = repo.imported_as_in(kept, at);
    let message = format!("`{name}` is defined in `{}` too", repo.module(kept).path);
    (message, format!("keep one: `from {from} import {name}`, and delete this one"))
}

fn copied(name: &str, id: ModuleId, repo: &Repo) -> Copied {
    Copied { path: repo.module(id).path.clone(), name: name.to_owned() }
}

fn see<'a>(found: Found, copies: impl Iterator<Item = &'a Held<'a>>, repo: &Repo) -> Found {
    let add = |found: Found, (id, copy): &Held| found.see(&repo.module(*id).path, copy.span, "another copy");
    copies.take(MOST_PLACES).fold(found, add)
}
