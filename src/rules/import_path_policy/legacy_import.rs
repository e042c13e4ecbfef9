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
//! None in this release: the finding names the new path.

use std::collections::{HashMap, HashSet};

use crate::facts::{Code, DottedString, Import};
use crate::finding::{Level, Span};
use crate::policy::Policy;
use crate::policy::concept::{Concept, Legacy, Place};
use crate::policy::day::Day;
use crate::policy::dotted::Target;
use crate::policy::python::Imports;
use crate::repo::{Module, ModuleId, Repo};
use crate::rules::{Asked, Found, ModuleRule, RuleDef, Sink, Stage};

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
    by_old: HashMap<String, Vec<Old>>,
    imports: Imports,
}

impl ModuleRule for LegacyImport {
    fn check(&self, id: ModuleId, code: &Code, repo: &Repo, today: Day, out: &mut Sink) {
        let module = repo.module(id);
        let mut told = HashSet::new();
        for import in judged(code, &self.imports) {
            let names = imported_names(repo, id, import);
            let Some((old, name)) = self.old(&names, module, repo) else { continue };
            if told.insert((import.line, old.legacy.old.dotted())) {
                out.report(self.found(
                    module,
                    import.span,
                    old,
                    &import_instead(old, import, &name, module, repo),
                    today,
                    repo,
                ));
            }
        }
        for (names, span) in used_names(repo, id, code, &self.imports) {
            let Some((old, _)) = self.old(&names, module, repo).filter(|(old, _)| old.legacy.old.name.is_some()) else {
                continue;
            };
            let is_import = |import: &&Import| imported_names(repo, id, import).iter().any(|name| names.contains(name));
            if code.imports.iter().find(is_import).is_none() && told.insert((span.start.line, old.legacy.old.dotted()))
            {
                out.report(self.found(module, span, old, &replacement(old), today, repo));
            }
        }
        for string in code.strings.iter().filter(|_| self.imports.strings) {
            let names = repo.absolute(id, &string.text);
            let Some((old, name)) = self.old(&names, module, repo) else { continue };
            out.report(self.found(module, string.span, old, &string_instead(old, string, &name), today, repo));
        }
    }
}

impl LegacyImport {
    pub(super) fn of(policy: &Policy) -> Self {
        let mut by_old: HashMap<String, Vec<Old>> = HashMap::new();
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
        let message = match left {
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
    let importers: HashSet<_> = importers.filter(|id| !repo.module(*id).is_under(&old.module)).collect();
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
    let within = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    homes.chain(public).chain(new).any(|current| current != old && within(old, current) && within(current, name))
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

/// The import to write in its place.
fn import_instead(old: &Old, import: &Import, name: &str, from: &Module, repo: &Repo) -> String {
    let Some(new) = &old.legacy.new else { return replacement(old) };
    let alias = import.alias.as_ref().map(|alias| format!(" as {alias}")).unwrap_or_default();
    let path = old.legacy.old.dotted();
    match (&import.name, new) {
        (None, _) => format!("write `import {}{}{alias}`", new.dotted(), name.strip_prefix(&path).unwrap_or_default()),
        (Some(_), Target { module, name: Some(new) }) => format!("write `from {module} import {new}{alias}`"),
        (Some(taken), Target { module, name: None }) => match name.strip_prefix(&path) {
            Some(_) if taken == "*" => {
                format!("write `from {module}{} import *`", name.strip_prefix(&path).unwrap_or_default())
            }
            // The old module itself was taken from its package.
            Some("") => match module.rsplit_once('.') {
                Some((package, own)) => format!("write `from {package} import {own}{alias}`"),
                None => format!("write `import {module}{alias}`"),
            },
            Some(below) => {
                let below = below.strip_suffix(taken.as_str()).unwrap_or(below).trim_end_matches('.');
                let new = format!("{module}{below}");
                if !lacks(&new, taken, repo) {
                    return format!("write `from {new} import {taken}{alias}`");
                }
                match &where_else(&old.concept, taken, from, repo)[..] {
                    [only] => format!("write `from {} import {taken}{alias}`", only.name()),
                    _ => format!("`{new}` has no `{taken}`: use what it has instead, or define it there"),
                }
            }
            None => replacement(old),
        },
    }
}

/// Whether a module is known to bind no such name. One that binds nothing at all waits for what moves there.
fn lacks(module: &str, name: &str, repo: &Repo) -> bool {
    let code = repo.named(module).first().and_then(|id| repo.module(*id).code.as_deref());
    code.is_some_and(|code| !may_bind(code, name)) && !repo.exists(&format!("{module}.{name}"))
}

fn may_bind(code: &Code, name: &str) -> bool {
    let star = |import: &Import| import.name.as_deref() == Some("*");
    code.open || code.bound.is_empty() || code.bound.iter().any(|bound| bound == name) || code.imports.iter().any(star)
}

/// The modules of a concept's home and public place, as the code of a service sees them, that define a name.
fn where_else<'r>(concept: &Concept, name: &str, from: &Module, repo: &'r Repo) -> Vec<&'r Module> {
    let defines = repo.definitions(name).map(|(id, _)| repo.module(id));
    let seen = |module: &&Module| module.service.is_none() || from.service.is_none() || module.service == from.service;
    let public = |module: &Module| concept.public.iter().any(|(public, _)| module.is_under(public));
    let mut found: Vec<_> =
        defines.filter(|module| repo.is_home(concept, module) || public(module)).filter(seen).collect();
    found.dedup_by_key(|module| &module.path);
    found
}

fn string_instead(old: &Old, string: &DottedString, name: &str) -> String {
    match &old.legacy.new {
        Some(new) => {
            let below = name.strip_prefix(&old.legacy.old.dotted()).unwrap_or_default();
            format!("write \"{}{below}\" in this `{}`", new.dotted(), string.call)
        }
        None => replacement(old),
    }
}
