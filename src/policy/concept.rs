//! `[concept.ID]`: a noun of the codebase, its home, its old names, and what it owns.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::day::Day;
use super::dotted::{Dotted, Target};
use super::error::PolicyError;
use super::glob::{Glob, Globs};
use super::owned::Owned;
use super::{PolicyFile, Shared, Sited, read};
use crate::finding::Site;

/// Where a concept is defined: a module with all below it, or the files of a glob.
#[derive(Clone, Debug)]
pub enum Place {
    Module(String),
    Path(Glob),
}

/// A home, and the service it is the home for; none where it is for all.
#[derive(Clone, Debug)]
pub struct Home {
    pub service: Option<String>,
    pub place: Place,
    pub text: String,
    pub range: Range<usize>,
}

/// How far a concept's bans reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// In the services that have a home, and in code of no service.
    Service,
    Repo,
}

/// An old import path and what came in its place.
#[derive(Clone, Debug)]
pub struct Legacy {
    pub old: Target,
    /// None where nothing replaces it.
    pub new: Option<Target>,
    /// Until when the old module may stand as a pure re-export, that day included.
    pub shim_until: Option<Day>,
    pub site: Site,
    pub range: Range<usize>,
    /// Where `new` is written.
    pub new_range: Range<usize>,
}

#[derive(Clone, Debug)]
pub struct Concept {
    pub id: String,
    pub site: Site,
    pub homes: Vec<Home>,
    /// Where everyone imports it from; empty: from the home.
    pub public: Vec<(String, Range<usize>)>,
    pub owns: Vec<Sited<Owned>>,
    pub files: Vec<Sited<Glob>>,
    pub wraps: Vec<Sited<Dotted>>,
    pub reach: Reach,
    /// Where the bans hold; everywhere where there is none.
    pub within: Globs,
    pub legacy: Vec<Legacy>,
    pub shared: Shared,
}

impl Concept {
    /// Whether something of that name is this concept, whatever its kind.
    pub fn owns(&self, name: &str) -> bool {
        self.owns.iter().any(|owned| owned.value.matches(None, name))
    }

    /// The old modules that may stand as shims.
    pub fn shims(&self) -> impl Iterator<Item = &str> {
        let shims = self.legacy.iter().filter(|legacy| legacy.shim_until.is_some() && legacy.old.name.is_none());
        shims.map(|legacy| legacy.old.module.as_str())
    }

    /// The place where the code of a service imports it from, for a message: of several public modules the one
    /// that is nearest to the service's home.
    pub fn entrance(&self, service: Option<&str>) -> &str {
        let home = self.home(service);
        let shared =
            |public: &str| public.split('.').zip(home.split('.')).take_while(|(one, other)| one == other).count();
        let public = self.public.iter().map(|(module, _)| module.as_str());
        // The first of equals.
        public.rev().max_by_key(|public| shared(public)).unwrap_or(home)
    }

    /// The home for code of a service, else the first.
    pub fn home(&self, service: Option<&str>) -> &str {
        let own = self.homes.iter().find(|home| home.service.is_some() && home.service.as_deref() == service);
        own.or(self.homes.first()).map(|home| home.text.as_str()).unwrap_or_default()
    }
}

pub(super) fn read(table: &DeTable<'_>, file: &PolicyFile, errors: &mut Vec<PolicyError>) -> Vec<Concept> {
    let concepts = read::table(table, "concept").into_iter().flatten();
    let mut patterns = Vec::new();
    let concepts: Vec<_> = concepts
        .filter_map(|(id, value)| {
            let table = value.get_ref().as_table()?;
            patterns.push(["owns", "files", "wraps"].map(|key| (key, names(table, key))));
            let id_text = id.get_ref().to_string();
            Some(Concept {
                site: file.site(id.span()),
                homes: homes(table),
                public: names(table, "public"),
                owns: sited(table, "owns", file, |text| Owned::parse(text).ok()),
                files: sited(table, "files", file, |text| Glob::parse(text).ok()),
                wraps: sited(table, "wraps", file, |text| Dotted::parse(text).ok()),
                reach: if read::text(table, "scope").is_some_and(|(scope, _)| scope == "repo") {
                    Reach::Repo
                } else {
                    Reach::Service
                },
                within: Globs::of(
                    &sited(table, "in", file, |text| Glob::parse(text).ok())
                        .into_iter()
                        .map(|glob| glob.value)
                        .collect::<Vec<_>>(),
                ),
                legacy: legacy(table, file, errors),
                shared: Shared::read(table),
                id: id_text,
            })
        })
        .collect();
    check(&concepts, &patterns, errors);
    concepts
}

/// Texts of a key that takes one or a list, read by `parse`, each with its line.
fn sited<T>(table: &DeTable<'_>, key: &str, file: &PolicyFile, parse: impl Fn(&str) -> Option<T>) -> Vec<Sited<T>> {
    let texts = names(table, key).into_iter();
    texts.filter_map(|(text, range)| Some(Sited::new(parse(&text)?, file, range))).collect()
}

/// The texts of a key that takes one or a list.
pub(super) fn names(table: &DeTable<'_>, key: &str) -> Vec<(String, Range<usize>)> {
    table.get(key).map(texts).unwrap_or_default()
}

fn texts(value: &read::Value<'_>) -> Vec<(String, Range<usize>)> {
    match value.get_ref() {
        DeValue::String(text) => vec![(text.to_string(), value.span())],
        DeValue::Array(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn homes(table: &DeTable<'_>) -> Vec<Home> {
    let home = |service: Option<&str>, (text, range): (String, Range<usize>)| {
        let place =
            if text.contains('/') { Place::Path(Glob::parse(&text).ok()?) } else { Place::Module(text.clone()) };
        Some(Home { service: service.map(str::to_owned), place, text, range })
    };
    let Some(value) = table.get("home") else { return Vec::new() };
    match value.get_ref() {
        DeValue::Table(services) => services
            .iter()
            .flat_map(|(service, value)| {
                texts(value).into_iter().map(move |text| (service.get_ref().to_string(), text))
            })
            .filter_map(|(service, text)| home(Some(&service), text))
            .collect(),
        _ => texts(value).into_iter().filter_map(|text| home(None, text)).collect(),
    }
}

fn legacy(table: &DeTable<'_>, file: &PolicyFile, errors: &mut Vec<PolicyError>) -> Vec<Legacy> {
    let entries = read::table(table, "legacy").into_iter().flatten();
    let entries = entries.filter_map(|(old, value)| {
        let range = old.span();
        let old = match Target::parse(old.get_ref()) {
            Ok(old) => old,
            Err(message) => {
                errors.push(PolicyError::new(range, message));
                return None;
            }
        };
        let site = file.site(range.clone());
        let (new, shim_until) = match value.get_ref() {
            DeValue::Table(shim) => {
                if shim.contains_key("shim-until") && !shim.contains_key("reason") {
                    let error = PolicyError::new(value.span(), "a shim says why it must live: `reason` is missing");
                    errors.push(error.help("add `reason = \"who still needs it\"`"));
                }
                (read::text(shim, "new"), read::day(shim, "shim-until"))
            }
            DeValue::String(new) => (Some((new.as_ref(), value.span())), None),
            _ => (None, None),
        };
        let (new, new_range) = new.unwrap_or(("", range.clone()));
        let new = Some(new).filter(|new| !new.is_empty()).and_then(|new| Target::parse(new).ok());
        Some(Legacy { old, new, shim_until, site, range, new_range })
    });
    entries.collect()
}

/// A key and its texts.
type Patterns = (&'static str, Vec<(String, Range<usize>)>);

/// What only all concepts together can tell.
fn check(concepts: &[Concept], patterns: &[[Patterns; 3]], errors: &mut Vec<PolicyError>) {
    let mut seen: Vec<(&str, &str, &Concept)> = Vec::new();
    for (concept, patterns) in concepts.iter().zip(patterns) {
        let patterns = patterns.iter().flat_map(|(key, texts)| texts.iter().map(move |text| (*key, text)));
        for (key, (text, range)) in patterns {
            let same = |(other_key, other_text, other): &&(&str, &str, &Concept)| {
                *other_key == key && *other_text == text && other.id != concept.id && overlap(concept, other)
            };
            if let Some((_, _, other)) = seen.iter().find(same) {
                let message = format!("the concepts `{}` and `{}` both have `{text}` in `{key}`", other.id, concept.id);
                errors.push(PolicyError::new(range.clone(), message).help("one of them must let go of it"));
            }
            seen.push((key, text, concept));
        }
        for legacy in concept.legacy.iter().filter(|legacy| legacy.old.name.is_none()) {
            let is_home = |home: &Home| matches!(&home.place, Place::Module(module) if *module == legacy.old.module);
            if let Some(other) = concepts.iter().find(|other| other.homes.iter().any(is_home)) {
                let message = format!("`{}` cannot be legacy: it is the home of `{}`", legacy.old, other.id);
                errors.push(PolicyError::new(legacy.range.clone(), message));
            }
        }
    }
}

/// Whether both can judge the same code.
fn overlap(one: &Concept, other: &Concept) -> bool {
    let services = |concept: &Concept| concept.homes.iter().map(|home| home.service.clone()).collect::<Vec<_>>();
    let (ours, theirs) = (services(one), services(other));
    let apart = one.reach == Reach::Service
        && other.reach == Reach::Service
        && ours.iter().all(|service| service.is_some() && !theirs.contains(service))
        && theirs.iter().all(Option::is_some);
    !apart && one.within.is_empty() && other.within.is_empty()
}
