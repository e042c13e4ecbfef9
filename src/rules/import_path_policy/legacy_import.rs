//! # legacy-import
//!
//! ## What it does
//! Flags an import of a concept's old path, and a string by which a call resolves one: `import_module("…")`,
//! `mock.patch("…")`, `monkeypatch.setattr("…", …)` and their like. Test code is judged too. While a declared
//! shim may still stand, it is a warning with the days left; after its last day, an error. Judged are the services
//! that have a home of the concept, and code of no service; below an old path, what is the home, the public place or
//! a new path is no old one. Where the import is broken as well, this is all that is told of it.
//!
//! ## Why is this bad?
//! The old path is gone, or will be. What still imports it breaks on the day that it goes, and a patch string
//! breaks at run time only.
//!
//! ## Example
//! ```toml
//! [concept.websocket-manager]
//! home = "backend.app.websocket"
//!
//! [concept.websocket-manager.legacy]
//! "backend.app.ws_manager" = "backend.app.websocket"
//! ```
//! ```python
//! from backend.app.ws_manager import WebSocketManager
//! ```
//!
//! ## What to do instead
//! ```python
//! from backend.app.websocket import WebSocketManager
//! ```
//!
//! ## Fix
//! `ssot fix` writes the new path, in statements, in what they gave to the file, and in strings. Safe: what is imported
//! is what the policy says replaced it. Left alone is what nothing replaces, and a new module that lacks the name.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{Code, DottedString, Import};
use crate::finding::moves::Move;
use crate::finding::{Level, Span};
use crate::policy::Policy;
use crate::policy::asked::Asked;
use crate::policy::concept::{Concept, Legacy, Place};
use crate::policy::day::Day;
use crate::policy::dotted::{Target, is_under};
use crate::policy::python::Imports;
use crate::repo::{Instead, Module, ModuleId, Repo, as_short};
use crate::rules::{Found, ModuleRule, RuleDef, Sink, Stage};

use super::non_canonical_import::goes_around;
use super::{imported_names, judged, used_names};

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "legacy-import",
    summary: "an import, or a string that a call resolves, of a concept's old path",
    source: include_str!("legacy_import.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let rule = LegacyImport::of(policy);
        Ok(if rule.by_old.is_empty() { vec![] } else { vec![Stage::Module(Box::new(rule))] })
    },
};

struct Old {
    concept: Concept,
    legacy: Legacy,
}

pub(super) struct LegacyImport {
    /// The length of the longest old path.
    longest: usize,
    /// By the old dotted path.
    by_old: FxHashMap<String, Vec<Old>>,
    imports: Imports,
}

impl ModuleRule for LegacyImport {
    fn check(&self, id: ModuleId, code: &Code, repo: &Repo, today: Day, out: &mut Sink) {
        let module = repo.module(id);
        // One finding for a line and an old path, with the moves of all that stands there.
        let mut told: BTreeMap<(u32, String), (Found, Vec<Move>)> = BTreeMap::new();
        for import in judged(code, &self.imports) {
            let names = imported_names(repo, id, import);
            let Some((old, name)) = self.old(&names, module, repo) else { continue };
            let is_module = old.legacy.old.name.is_none() && name == old.legacy.old.dotted();
            if is_module && repo.hides_submodule(id, import) {
                continue;
            }
            let (help, instead) = import_instead(old, import, &name, module, repo);
            let key = (import.line, old.legacy.old.dotted());
            let found = || (self.found(module, import.span, old, &help, today, repo), Vec::new());
            let (_, moves) = told.entry(key).or_insert_with(found);
            moves.extend(instead.map(|instead| instead.moved(id, import, &name, repo)));
        }
        for (names, span) in used_names(repo, id, code, &self.imports) {
            let Some((old, name)) = self.old(&names, module, repo).filter(|(old, _)| old.legacy.old.name.is_some())
            else {
                continue;
            };
            let path = old.legacy.old.dotted();
            let is_import = |import: &Import| imported_names(repo, id, import).contains(&path);
            if !code.imports.iter().any(is_import) {
                let key = (span.start.line, path);
                let found = || (self.found(module, span, old, &replacement(old), today, repo), Vec::new());
                told.entry(key).or_insert_with(found).1.extend(use_instead(old, span, &name));
            }
        }
        told.into_values().for_each(|(found, moves)| out.report(found.moves(moves)));
        for string in code.strings.iter().filter(|_| self.imports.strings) {
            let names = repo.absolute(id, &string.text);
            let Some((old, name)) = self.old(&names, module, repo) else { continue };
            let (help, moves) = string_instead(old, string, &name);
            out.report(self.found(module, string.span, old, &help, today, repo).moves(moves));
        }
    }
}

impl LegacyImport {
    pub(super) fn of(policy: &Policy) -> Self {
        let mut by_old: FxHashMap<String, Vec<Old>> = FxHashMap::default();
        for concept in &policy.concepts {
            for legacy in &concept.legacy {
                let old = Old { concept: concept.clone(), legacy: legacy.clone() };
                by_old.entry(legacy.old.dotted()).or_default().push(old);
            }
        }
        let longest = by_old.keys().map(String::len).max().unwrap_or_default();
        Self { longest, by_old, imports: policy.imports }
    }

    /// Whether an import of one of the names is a finding of this rule.
    pub(super) fn tells_of(&self, names: &[String], module: &Module, repo: &Repo) -> bool {
        self.old(names, module, repo).is_some()
    }

    /// The old path that one of the names is, or lies below, and that name.
    fn old(&self, names: &[String], module: &Module, repo: &Repo) -> Option<(&Old, String)> {
        for name in names {
            let mut rest = name.as_str();
            loop {
                // A name may be long: what is longer than every old path is not looked for.
                let below = name.len() > rest.len();
                let known = (rest.len() <= self.longest).then(|| self.by_old.get(rest)).flatten();
                let entries = known.into_iter().flatten();
                let mut entries = entries.into_iter().filter(|old| !below || !is_current(&old.concept, rest, name));
                if let Some(old) = entries.find(|old| reaches(old, module, repo)) {
                    return Some((old, name.clone()));
                }
                match rest.rsplit_once('.') {
                    Some((above, _)) => rest = above,
                    None => break,
                }
            }
        }
        None
    }

    fn found(&self, module: &Module, span: Span, old: &Old, help: &str, today: Day, repo: &Repo) -> Found {
        let Legacy { old: path, shim_until, site, .. } = &old.legacy;
        let left = shim_until.map(|until| (until, today.days_until(until)));
        // A shim that is gone is no help to who imports it.
        let is_gone = old.legacy.old.name.is_none() && !repo.exists(&path.module);
        let left = left.filter(|_| !is_gone);
        let message = match left {
            _ if shim_until.is_some() && is_gone => format!("`{path}` was a shim, and is gone"),
            Some((until, left)) if left >= 0 => {
                format!("`{path}` is a shim until {until}: {}", what_is_left(left, &old.legacy.old, repo))
            }
            Some((until, _)) => format!("`{path}` was a shim until {until}"),
            None => format!("`{path}` is an old path of `{}`", old.concept.id),
        };
        let found = Found::place(&module.path, span, path.to_string(), message, help);
        let found = found.by(Some(site)).asked(Asked::concept(&old.concept, module.service.as_deref()));
        if left.is_some_and(|(_, left)| left >= 0) { found.level(Level::Warning) } else { found }
    }
}

/// How long a shim may stand, and how many modules import it or what lies below it.
fn what_is_left(days: i64, old: &Target, repo: &Repo) -> String {
    let days = match days {
        0 => "the last day".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    };
    if old.name.is_some() {
        return days;
    }
    let shims = repo.modules().filter(|(_, module)| module.is_under(&old.module));
    let importers = shims.flat_map(|(id, _)| repo.importers_of(id)).map(|(importer, _)| importer);
    let importers: FxHashSet<_> = importers.filter(|id| !repo.module(*id).is_under(&old.module)).collect();
    match importers.len() {
        0 => days,
        1 => format!("{days}, 1 module still imports it"),
        count => format!("{days}, {count} modules still import it"),
    }
}

/// Whether a name below an old path is, or leads into, the home, the public place or a new path.
fn is_current(concept: &Concept, old: &str, name: &str) -> bool {
    let homes = concept.homes.iter().filter_map(|home| match &home.place {
        Place::Module(module) => Some(module),
        Place::Path(_) => None,
    });
    let public = concept.public.iter().map(|(public, _)| public);
    let new = concept.legacy.iter().filter_map(|legacy| legacy.new.as_ref()).map(|new| &new.module);
    homes.chain(public).chain(new).any(|current| current != old && is_under(current, old) && is_under(name, current))
}

/// What stands in the old module, or in the home, may name it; and the policy says where the ban holds: in which
/// folders and in which services.
fn reaches(old: &Old, module: &Module, repo: &Repo) -> bool {
    let within = old.concept.within.is_empty() || old.concept.within.matches(&module.path);
    within
        && repo.reaches_service(&old.concept, module.service.as_deref())
        && !repo.is_home(&old.concept, module)
        && (old.legacy.old.name.is_some() || !module.is_under(&old.legacy.old.module))
}

fn replacement(old: &Old) -> String {
    match &old.legacy.new {
        Some(new) => format!("use `{}`", new.dotted()),
        None => "nothing replaces it: remove the import and what uses it".to_owned(),
    }
}

/// What to do about an import, and where it is to lead if that is sure.
fn import_instead(old: &Old, import: &Import, name: &str, from: &Module, repo: &Repo) -> (String, Option<Instead>) {
    let Some(Target { module, name: new }) = &old.legacy.new else { return (replacement(old), None) };
    let path = old.legacy.old.dotted();
    let below = name.strip_prefix(&path).unwrap_or_default();
    let write = |instead: Instead| {
        let help = format!("write `{}`", instead.statement(import.alias.as_deref()));
        (help, Some(instead))
    };
    match (import.name.as_deref(), new.as_deref()) {
        (None, None) => write(Instead::new(format!("{module}{below}"), None)),
        // Where a module became a name, what it held is looked for by a person.
        (None, Some(_)) => (replacement(old), None),
        (Some(_), Some(new)) => {
            let (help, instead) = write(Instead::new(module, Some(new)));
            (help, instead.filter(|_| old.legacy.old.name.is_some() && below.is_empty()))
        }
        (Some("*"), None) => write(Instead::new(format!("{module}{below}"), Some("*"))),
        // The old module itself was taken from its package.
        (Some(_), None) if below.is_empty() => match module.rsplit_once('.') {
            Some((package, own)) => write(Instead::new(package, Some(own))),
            None => {
                let (help, _) = write(Instead::new(module, None));
                (help, None)
            }
        },
        (Some(taken), None) => {
            let below = below.strip_suffix(taken).unwrap_or(below).trim_end_matches('.');
            let new = format!("{module}{below}");
            if !lacks(&new, taken, repo) {
                let public = public_place(&old.concept, &new, taken, from, repo);
                return write(Instead::new(public.unwrap_or(new.as_str()), Some(taken)));
            }
            match &where_else(&old.concept, taken, from, repo)[..] {
                [only] => write(Instead::new(repo.imported_as(*only), Some(taken))),
                _ => (format!("`{new}` has no `{taken}`: use what it has instead, or define it there"), None),
            }
        }
    }
}

/// The public place of a concept that hands on a name of this home, for a module that may not take it from there itself.
fn public_place<'o>(concept: &'o Concept, home: &str, name: &str, from: &Module, repo: &Repo) -> Option<&'o str> {
    let home = *repo.named(home).first()?;
    if !goes_around(concept, repo.module(home), from, repo) {
        return None;
    }
    let public = concept.entrance(from.service.as_deref());
    let id = *repo.named(public).first()?;
    let gives = |import: &Import| {
        let own = import.alias.as_deref().or(import.name.as_deref());
        own == Some(name) && import.name.as_deref() == own && repo.imported(id, import) == Some(home)
    };
    repo.module(id).code()?.imports.iter().any(gives).then_some(public)
}

/// The move of a use through a module: what was one name is another.
fn use_instead(old: &Old, span: Span, name: &str) -> Option<Move> {
    let Some(Target { module, name: Some(new) }) = &old.legacy.new else { return None };
    let below = name.strip_prefix(&old.legacy.old.dotted())?;
    let rest = below.matches('.').count();
    Some(Move::Use { span, module: module.clone(), name: new.clone(), rest })
}

/// Whether a module is known to bind no such name. One that binds nothing at all waits for what moves there.
fn lacks(module: &str, name: &str, repo: &Repo) -> bool {
    let code = repo.named(module).first().and_then(|id| repo.module(*id).code());
    code.is_some_and(|code| !may_bind(code, name)) && !repo.exists(&format!("{module}.{name}"))
}

fn may_bind(code: &Code, name: &str) -> bool {
    let star = |import: &Import| import.name.as_deref() == Some("*");
    code.open || code.bound.is_empty() || code.bound.contains(name) || code.imports.iter().any(star)
}

/// The modules of a concept's home and public place, as the code of a service sees them, that define a name.
fn where_else(concept: &Concept, name: &str, from: &Module, repo: &Repo) -> Vec<ModuleId> {
    let seen = |module: &Module| module.service.is_none() || from.service.is_none() || module.service == from.service;
    let public = |module: &Module| concept.public.iter().any(|(public, _)| module.is_under(public));
    let is_meant = |id: &ModuleId| {
        let module = repo.module(*id);
        (repo.is_home(concept, module) || public(module)) && seen(module)
    };
    let mut found: Vec<_> = repo.definitions(name).map(|(id, _)| id).filter(is_meant).collect();
    found.dedup();
    found
}

fn string_instead(old: &Old, string: &DottedString, name: &str) -> (String, Vec<Move>) {
    match &old.legacy.new {
        Some(new) => {
            let below = name.strip_prefix(&old.legacy.old.dotted()).unwrap_or_default();
            let new = format!("{}{below}", new.dotted());
            let help = format!("write \"{new}\" in this `{}`", string.call);
            let content = as_short(&new, name, &string.text).to_owned();
            (help, vec![Move::Text { span: string.span, content }])
        }
        None => (replacement(old), Vec::new()),
    }
}
