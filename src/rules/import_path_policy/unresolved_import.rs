//! # unresolved-import
//!
//! ## What it does
//! Flags an import of this repository's own code that leads to no module, and a patch target whose module is
//! missing. Also a path that starts at a name which is nothing (neither here, nor of the standard library, nor
//! a declared dependency), where its whole tail is exactly one module here: `app.db.session` after `app`
//! became `backend.app`.
//!
//! Not flagged: imports in a `try` that catches their failure, what `built` in `[python]` names, what lies
//! directly under a folder without `__init__`, and packages that make modules at run time; and, in a file that
//! handles `sys.path`, paths that start at a name which is nothing; and relative imports in functions of test code,
//! which may be run as the code of a module that the test makes up.
//!
//! ## Why is this bad?
//! It fails at run time, and in a test or a rare branch nobody sees it for months.
//!
//! ## Example
//! ```python
//! from backend.app.services.websocket_service import Hub   # merged away
//! ```
//!
//! ## What to do instead
//! Import from where it is now, which the finding names if there is one such place; or delete what is dead.
//!
//! ## Fix
//! None in this release.

use std::collections::HashMap;

use crate::facts::{DottedString, Import};
use crate::finding::{Level, Span};
use crate::policy::concept::Legacy;
use crate::policy::day::Day;
use crate::policy::dotted::{Dotted, is_identifier};
use crate::policy::python::Imports;
use crate::repo::{Dependencies, Located, Lookup, Module, ModuleId, Repo};
use crate::rules::{Found, RepoRule, RuleDef, Sink, Stage};

use super::{imported_names, judged, written};

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "unresolved-import",
    summary: "an import of the repository's own code that leads nowhere",
    source: include_str!("unresolved_import.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let legacy = policy.concepts.iter().flat_map(|concept| concept.legacy.clone()).collect();
        let rule = UnresolvedImport { imports: policy.imports, built: policy.python.built.clone(), legacy };
        Ok(vec![Stage::Repo(Box::new(rule))])
    },
};

struct UnresolvedImport {
    imports: Imports,
    built: Vec<Dotted>,
    /// Old paths, and what came in their place.
    legacy: Vec<Legacy>,
}

/// A dotted path that starts at a name which is nothing.
struct Stray {
    from: ModuleId,
    dotted: String,
    span: Span,
    /// How many of its last parts may be names in a module.
    names: usize,
    /// For an import, the name that it takes, if any.
    taken: Option<Option<String>>,
}

impl Stray {
    /// What to write, where its path is now `whole`.
    fn instead(&self, whole: &str) -> String {
        match &self.taken {
            None => format!("\"{whole}\""),
            Some(None) => format!("import {whole}"),
            Some(Some(name)) => {
                let suffix = format!(".{name}");
                format!("from {} import {name}", whole.strip_suffix(&suffix).unwrap_or(whole))
            }
        }
    }
}

impl RepoRule for UnresolvedImport {
    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        let mut strays: HashMap<String, Vec<Stray>> = HashMap::new();
        for (id, module) in repo.modules().filter(|(_, module)| !module.is_excluded) {
            let Some(code) = module.code.as_deref() else { continue };
            // What a changed search path leads to is not known.
            let searches =
                code.uses.iter().any(|used| used.target == "sys.path" || used.target.starts_with("sys.path."));
            // A function of a test may be run as the code of a module of its own making.
            let is_made_up = |import: &Import| module.is_test && import.local && import.level > 0;
            for import in judged(code, &self.imports).filter(|import| !import.guarded && !is_made_up(import)) {
                match repo.locate_import(id, import) {
                    Lookup::Found(found) => self.import(id, module, import, &found, repo, out),
                    Lookup::Foreign if searches => {}
                    Lookup::Foreign => {
                        let names = usize::from(import.name.is_some());
                        let taken = Some(import.name.clone());
                        note(
                            &mut strays,
                            Stray { from: id, dotted: import_path(import), span: import.span, names, taken },
                        );
                    }
                }
            }
            for string in code.strings.iter().filter(|string| self.imports.strings && !string.create) {
                if !string.text.contains('.') || !string.text.split('.').all(is_identifier) {
                    continue;
                }
                match repo.locate(id, &string.text) {
                    Lookup::Found(found) => self.string(id, module, string, &found, repo, out),
                    Lookup::Foreign if searches => {}
                    Lookup::Foreign => {
                        let names = if string.is_module { 0 } else { 2 };
                        let dotted = string.text.clone();
                        note(&mut strays, Stray { from: id, dotted, span: string.span, names, taken: None });
                    }
                }
            }
        }
        for (root, strays) in strays {
            renamed_root(&root, &strays, repo, out);
        }
    }
}

impl UnresolvedImport {
    fn import(&self, id: ModuleId, module: &Module, import: &Import, found: &Located, repo: &Repo, out: &mut Sink) {
        let parts: Vec<&str> = import.module.split('.').filter(|part| !part.is_empty()).collect();
        if found.found >= parts.len() || !is_closed(found, parts.get(found.found).copied(), repo) {
            return;
        }
        let dotted = format!("{}{}", ".".repeat(import.level as usize), import.module);
        let names = repo.absolute(id, &dotted);
        if self.is_built(&names) {
            return;
        }
        let whole = names.into_iter().next().unwrap_or(dotted);
        let name = import.name.as_deref().filter(|name| *name != "*");
        let message = format!("`{}` leads nowhere: there is no module `{whole}`", written(import));
        let replaced = imported_names(repo, id, import).iter().find_map(|name| self.replaced(name));
        let help = replaced.unwrap_or_else(|| lives_now(&whole, name, repo));
        out.report(Found::place(&module.path, import.span, whole.as_str(), message, help));
    }

    fn string(
        &self,
        id: ModuleId,
        module: &Module,
        string: &DottedString,
        found: &Located,
        repo: &Repo,
        out: &mut Sink,
    ) {
        let parts: Vec<&str> = string.text.split('.').collect();
        // The last part of a patch target is a name; the one before it may be one that the package binds.
        let modules = if string.is_module { parts.len() } else { parts.len() - 1 };
        if found.found >= modules || !is_closed(found, parts.get(found.found).copied(), repo) {
            return;
        }
        let is_package = found.module.is_some_and(|id| repo.module(id).is_package);
        let missing = parts.get(..=found.found).unwrap_or_default().join(".");
        if (!string.is_module && !is_package) || self.is_built(&repo.absolute(id, &missing)) {
            return;
        }
        let message = format!("\"{}\" leads nowhere: there is no module `{missing}`", string.text);
        let name = parts.last().copied().filter(|_| !string.is_module);
        let help = self.replaced(&string.text).unwrap_or_else(|| lives_now(&missing, name, repo));
        out.report(Found::place(&module.path, string.span, string.text.as_str(), message, help));
    }

    /// What the policy says of an old path.
    fn replaced(&self, name: &str) -> Option<String> {
        let covers = |old: &str| name.strip_prefix(old).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let legacy = self.legacy.iter().find(|legacy| covers(&legacy.old.dotted()))?;
        Some(match &legacy.new {
            Some(new) => format!("use `{new}`, which replaced it"),
            None => "nothing replaces it: remove the import and what uses it".to_owned(),
        })
    }

    fn is_built(&self, names: &[String]) -> bool {
        names.iter().any(|name| self.built.iter().any(|built| built.covers(name)))
    }
}

/// Whether nothing but a file could be what is missing.
fn is_closed(found: &Located, missing: Option<&str>, repo: &Repo) -> bool {
    // A module that is no package has nothing below it, whatever it binds.
    let Some(module) = found.module.map(|id| repo.module(id)) else { return found.found == 0 };
    let Some(code) = module.code.as_deref() else { return false };
    let has_star = code.imports.iter().any(|import| import.name.as_deref() == Some("*"));
    let binds = missing.is_some_and(|name| code.bound.binary_search_by(|bound| bound.as_str().cmp(name)).is_ok());
    !code.open && !(module.is_package && (has_star || binds))
}

/// Where the name, or a module of the same last part, is now.
fn lives_now(module: &str, name: Option<&str>, repo: &Repo) -> String {
    if let Some(name) = name {
        let places: Vec<String> = repo.definitions(name).map(|(id, _)| repo.module(id).name()).collect();
        if let [place] = places.as_slice() {
            return format!("`{name}` is defined in `{place}`");
        }
    }
    let last = module.rsplit('.').next().unwrap_or(module);
    let mut same = repo.modules().filter(|(_, other)| other.name().rsplit('.').next() == Some(last));
    match (same.next(), same.next()) {
        (Some((_, other)), None) => format!("did it become `{}`?", other.name()),
        _ => "import it from where it is now, or delete what is dead".to_owned(),
    }
}

fn import_path(import: &Import) -> String {
    match import.name.as_deref() {
        Some(name) if name != "*" => format!("{}.{name}", import.module),
        _ => import.module.clone(),
    }
}

fn note(strays: &mut HashMap<String, Vec<Stray>>, stray: Stray) {
    let root = stray.dotted.split('.').next().unwrap_or_default().to_owned();
    strays.entry(root).or_default().push(stray);
}

/// Reports the paths below a root that is nothing here, where they are all modules under one other prefix.
fn renamed_root(root: &str, strays: &[Stray], repo: &Repo, out: &mut Sink) {
    if Dependencies::is_standard(root) || repo.dependencies().declares(root) {
        return;
    }
    let places: Vec<Option<(String, String)>> = strays.iter().map(|stray| tail(stray, repo)).collect();
    let mut prefixes: HashMap<&str, usize> = HashMap::new();
    for (prefix, _) in places.iter().flatten() {
        *prefixes.entry(prefix).or_default() += 1;
    }
    let Some((prefix, count)) = prefixes.into_iter().max_by_key(|(prefix, count)| (*count, std::cmp::Reverse(*prefix)))
    else {
        return;
    };
    // A foreign package that merely shares a name has paths that are nothing here.
    if count * 5 < strays.len() * 4 {
        return;
    }
    for (stray, place) in strays.iter().zip(&places) {
        let Some((_, whole)) = place.as_ref().filter(|(found, _)| found == prefix) else { continue };
        let module = repo.module(stray.from);
        let message = format!("`{}` leads nowhere: there is no `{root}`", stray.dotted);
        let help = format!("write `{}`: `{root}` is `{prefix}.{root}` here", stray.instead(whole));
        out.report(Found::place(&module.path, stray.span, stray.dotted.as_str(), message, help));
    }
}

/// The one prefix under which the path is a module of at least two parts, and the path under it.
fn tail(stray: &Stray, repo: &Repo) -> Option<(String, String)> {
    let parts: Vec<&str> = stray.dotted.split('.').collect();
    for names in 0..=stray.names {
        let modules = parts.get(..parts.len().checked_sub(names)?)?;
        if modules.len() < 2 {
            return None;
        }
        let tail = modules.join(".");
        let suffix = format!(".{tail}");
        let mut found = repo.with_last_part(modules.last()?).filter_map(|name| name.strip_suffix(&suffix));
        if let Some(prefix) = found.next() {
            let only = found.all(|other| other == prefix);
            return only.then(|| (prefix.to_owned(), format!("{prefix}.{}", stray.dotted)));
        }
    }
    None
}
