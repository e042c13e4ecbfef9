//! # unresolved-import
//!
//! ## What it does
//! Flags an import of this repository's own code that leads to no module, or takes a name that its module does not
//! hold; and a string that a call resolves, as the target of a patch: its module must be there and hold the first name
//! behind it. Also a path that starts at a name which is nothing (neither here, nor of the standard library, nor a
//! declared dependency), where its whole tail is exactly one module here: `app.db.session` after `app` became
//! `backend.app`.
//!
//! A module holds what any statement at module level binds, under whatever condition; what a function binds by
//! `global`; what a star brings, through any number of modules; what another module sets on it; its submodules; and
//! what its stub says. A module that may hold more than is written is passed over: one that reaches for `globals()`,
//! `vars()`, `exec`, `sys.modules`, itself by `__name__` or its `__path__`, binds `__getattr__`, has a star from a
//! foreign module, uses a helper that fills the module of its caller, cannot be parsed or is not seen. What has to be a
//! module, as in `from app.gone import x`, only `exec`, `sys.modules` and `__path__` could make.
//!
//! Absolute imports start in the `roots` of `[python]`; where it names none, at the root of the repository, in each
//! folder with a project file (`pyproject.toml`, `setup.cfg`, or a `setup.py` in no package), in a `src` folder of
//! either, and where the `manage.py` of a Django project lies beside its settings or the package of them, unless
//! something else in the repository, or in the standard library, bears the name of what lies there.
//!
//! Not flagged: imports in a `try` that catches their failure, a `with` that expects it or an `if` that asks
//! `find_spec` or for a file first, what lies directly under a folder without `__init__`, packages that make modules at
//! run time, and the class that django-simple-history makes beside a model (`HistoricalOrder`); in strings, names that
//! the call may make (`create=True`, `raising=False`) and names of builtins; in a file that handles `sys.path`, or is
//! run behind one that does (a package around it; for a test the `conftest.py` beside or above it, or what `pythonpath`
//! tells pytest), or that nobody imports and is no test, for what lies beside it, paths that start at a name which is
//! nothing; what a declared dependency may hold, where the file of that name here is no package or is published apart;
//! and relative imports of what is not there in examples and in folders without `__init__`, which may be copied to
//! where it is, or in functions of test code, which may be run as the code of a module that the test makes up.
//!
//! Nor what something else makes: what `built` in `[python]` names, what bears the name of a folder or of a source in
//! another language, what git is told to ignore (`/app/_version.py`), and what a build file above names:
//! `pyproject.toml`, `setup.py`, `CMakeLists.txt`, `meson.build`, `BUILD` and the like, as a file (`version.py`), by
//! its whole name in quotes (`"app.fast"`, but for mypy's overrides that do not say `ignore_missing_imports`) or, where
//! it is private, by its bare name (`_core`); what a `meson.build` beside it names in quotes; what a finder compares
//! names with in its `find_spec`; and what Cython takes from `cython.cimports`; of all this nothing that this change
//! moved. Nor in files that are no part of the program: data among test code (no test by its name, and no test takes it
//! up), templates (`x_template.py`, `{{` in the path), what a program wrote, and what was taken over or put aside
//! (`vendor`, `third_party`, `archive`).
//!
//! ## Why is this bad?
//! It fails at run time, and in a test or a rare branch nobody sees it for months.
//!
//! ## Example
//! ```python
//! from backend.app.services.websocket_service import Hub   # merged away
//! from backend.app.websocket import HubManager             # renamed
//! ```
//!
//! ## What to do instead
//! Import from where it is now, which the finding names if there is one such place: where this change moved the file, or
//! what was defined in it. Where git does not tell that, it is the one module that defines the name, if that is called as
//! the one that is missing, lies below it or (but for one small word, `stream`) in the same package, or the name has so
//! many words (2, and 3 below another top-level package) that it hardly is another thing's; else the finding asks whether
//! it is meant. What stood there before the change beside the one that went is another thing, unless it was the same.
//! Or delete what is dead.
//!
//! ## Fix
//! `ssot fix` writes that one place, after `git mv` for all importers at once. Safe: before, there was nothing to import.

mod missing_name;
mod now;
mod past;
mod renamed_root;

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::facts::{Code, DottedString, Import};
use crate::finding::moves::Move;
use crate::finding::{Level, Span};
use crate::policy::concept::Legacy;
use crate::policy::day::Day;
use crate::policy::dotted::{Dotted, is_identifier, is_under};
use crate::policy::python::Imports;
use crate::repo::{Dependencies, Instead, Located, Lookup, Module, ModuleId, Repo};
use crate::rules::{Found, RepoRule, RuleDef, Sink, Stage};
use crate::source::{Source, SourceError, purpose};

use super::{imported_names, judged, written};
use now::{Asking, Lost};
use past::Past;
use renamed_root::Stray;

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

/// The module that is judged, and where.
struct At<'r> {
    id: ModuleId,
    module: &'r Module,
    /// Whether it, or what is run before it, changes the search path: what that leads to is not known.
    searches: bool,
    past: Option<&'r Past>,
    repo: &'r Repo,
}

impl RepoRule for UnresolvedImport {
    fn wants_surroundings(&self) -> bool {
        true
    }

    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        let is_judged = |module: &Module| {
            let is_own = !module.is_taken_over && !module.is_generated && !purpose::is_template(&module.path);
            is_own && !module.is_excluded
        };
        // Where something is now hangs on all modules.
        let judged = repo.each(RULE.name, |id| {
            let judged =
                is_judged(repo.module(id)).then(|| self.of_module(id, None, repo)).flatten().unwrap_or_default();
            let is_kept = judged.found.is_empty();
            (judged, is_kept)
        });
        let mut strays: FxHashMap<String, Vec<Stray>> = FxHashMap::default();
        for (id, Judged { found, strays: own }) in judged {
            if repo.is_test_data(id) {
                continue;
            }
            found.into_iter().for_each(|found| out.report(found));
            for stray in own {
                let root = stray.dotted.split('.').next().unwrap_or_default().to_owned();
                strays.entry(root).or_default().push(stray);
            }
        }
        let strays: Vec<(String, Vec<Stray>)> = strays.into_iter().collect();
        let told: Vec<Vec<Found>> =
            strays.par_iter().map(|(root, strays)| renamed_root::report(root, strays, repo)).collect();
        told.into_iter().flatten().for_each(|found| out.report(found));
    }

    /// What something else makes is not told then, and of other things where they are now. Nothing new comes of that, and
    /// what starts at a name which is nothing stays as it is.
    fn check_again(
        &self,
        found: Vec<Found>,
        repo: &Repo,
        source: &dyn Source,
        out: &mut Sink,
    ) -> Result<(), SourceError> {
        let ids: BTreeSet<ModuleId> = found.iter().filter_map(|found| repo.at(&found.path)).collect();
        let past = Past::default();
        let judge =
            || -> Vec<Judged> { ids.par_iter().filter_map(|id| self.of_module(*id, Some(&past), repo)).collect() };
        // To know what to ask git for.
        judge();
        past.read(source)?;
        let judged = judge();
        let strays = judged.iter().flat_map(|judged| judged.strays.iter().map(|stray| (stray.from, stray.span)));
        let strays: BTreeSet<(ModuleId, Span)> = strays.collect();
        let is_stray = |found: &Found| repo.at(&found.path).is_some_and(|id| strays.contains(&(id, found.span)));
        found.into_iter().filter(is_stray).for_each(|found| out.report(found));
        judged.into_iter().flat_map(|judged| judged.found).for_each(|found| out.report(found));
        Ok(())
    }
}

/// What came of one module.
#[derive(Default, PartialEq, Serialize, Deserialize)]
struct Judged {
    found: Vec<Found>,
    /// Paths that start at a name which is nothing here.
    strays: Vec<Stray>,
}

impl UnresolvedImport {
    /// None where its code is not seen.
    fn of_module(&self, id: ModuleId, past: Option<&Past>, repo: &Repo) -> Option<Judged> {
        let module = repo.module(id);
        let code = module.code()?;
        let mut out = Sink::default();
        let searches = repo.searches(id);
        let strays = self.judge(&At { id, module, searches, past, repo }, code, &mut out);
        Some(Judged { found: out.into_found(), strays: if searches { Vec::new() } else { strays } })
    }

    /// Gives what starts at a name that is nothing here.
    fn judge(&self, at: &At<'_>, code: &Code, out: &mut Sink) -> Vec<Stray> {
        let mut strays = Vec::new();
        let is_known = |dotted: &str| {
            let root = dotted.split('.').next().unwrap_or_default();
            Dependencies::is_standard(root) || at.repo.dependencies().declares(root)
        };
        // A function of a test may be run as the code of a module of its own making, a loose file in a package that it
        // is copied to: what is not here may be there.
        let is_loose = at.module.is_example || !at.repo.is_in_package(at.id);
        let is_made_up = |import: &Import| import.level > 0 && at.module.is_test && import.local;
        let is_elsewhere = |import: &Import, found: &Located| {
            import.level > 0 && is_loose && (import.module.is_empty() || found.found < import.module.split('.').count())
        };
        for import in judged(code, &self.imports).filter(|import| !import.guarded && !is_made_up(import)) {
            match at.repo.locate_import(at.id, import) {
                Lookup::Found(found) if is_elsewhere(import, &found) => {}
                Lookup::Found(found) => self.import(at, import, &found, out),
                Lookup::Foreign if is_known(&import.module) => {}
                Lookup::Foreign => strays.push(Stray::of_import(at.id, import)),
            }
        }
        for string in code.strings.iter().filter(|string| self.imports.strings && !string.create) {
            if !string.text.contains('.') || !string.text.split('.').all(is_identifier) {
                continue;
            }
            match at.repo.locate(at.id, &string.text) {
                Lookup::Found(found) => self.string(at, string, &found, out),
                Lookup::Foreign if is_known(&string.text) => {}
                Lookup::Foreign => {
                    let names = if string.is_module { 0 } else { 2 };
                    let dotted = string.text.to_string();
                    strays.push(Stray { from: at.id, dotted, span: string.span, names, taken: None });
                }
            }
        }
        strays
    }

    fn import(&self, at: &At<'_>, import: &Import, found: &Located, out: &mut Sink) {
        let parts = || import.module.split('.').filter(|part| !part.is_empty());
        let name = import.name.as_deref();
        let (subject, trouble, lost) = if found.found < parts().count() {
            let dotted = format!("{}{}", ".".repeat(import.level as usize), import.module);
            let names = at.repo.absolute(at.id, &dotted);
            let is_open = !is_closed(found, parts().nth(found.found), true, at.repo)
                || (import.level == 0 && is_of_others(at, found, &import.module));
            if is_open || self.is_built(at.repo, &names) {
                return;
            }
            let whole = names.into_iter().next().unwrap_or(dotted);
            (whole.clone(), format!("there is no module `{whole}`"), Lost { module: whole, lacking: None, name })
        } else {
            let Some(missing) = missing_name::of_import(at.id, import, found, at.searches, at.repo) else { return };
            let is_written = import.type_checking && at.repo.has_ignored_stub(missing.module);
            if is_written || self.is_built(at.repo, &imported_names(at.repo, at.id, import)) {
                return;
            }
            (missing.whole(), missing.trouble(), Lost { module: missing.dotted, lacking: Some(missing.module), name })
        };
        let message = format!("`{}` leads nowhere: {trouble}", written(import));
        let names = imported_names(at.repo, at.id, import);
        let write = |instead: &Instead| format!("`{}`", instead.statement(import.alias.as_deref()));
        let replaced = names.iter().find_map(|name| self.replaced(name));
        let asking = Asking { module: at.id, is_target: false, past: at.past };
        let (help, place) = replaced.map_or_else(|| now::help(&asking, &lost, write, at.repo), |help| (help, None));
        let absolute = names.first().map_or("", String::as_str);
        let moves = place.iter().map(|place| place.moved(at.id, import, absolute, at.repo)).collect();
        out.report(Found::place(&at.module.path, import.span, subject, message, help).moves(moves));
    }

    fn string(&self, at: &At<'_>, string: &DottedString, found: &Located, out: &mut Sink) {
        let parts: Vec<&str> = string.text.split('.').collect();
        let part = |number: usize| parts.get(number).copied();
        // The last part of a patch target is a name; the one before it may be one that the package binds.
        let modules = if string.is_module { parts.len() } else { parts.len() - 1 };
        let is_package = found.module.is_some_and(|id| at.repo.module(id).is_package);
        // What is missing first, or what this change moved, below it.
        let up_to = |end: usize| parts.get(..end).unwrap_or_default().join(".");
        let moved = (found.found + 1..=parts.len()).rev().find(|end| at.repo.became(&up_to(*end)).is_some());
        let end = moved.unwrap_or(found.found + 1);
        let whole = up_to(end);
        if found.found >= parts.len() || self.is_built(at.repo, &at.repo.absolute(at.id, &whole)) {
            return;
        }
        let (trouble, lost, rest) = if found.found < modules && (string.is_module || is_package) {
            // What is no module may be had from a name that the package binds.
            if !is_closed(found, part(found.found), string.is_module, at.repo) || is_of_others(at, found, &string.text)
            {
                return;
            }
            let name = part(end);
            (format!("there is no module `{whole}`"), Lost { module: whole, lacking: None, name }, end + 1)
        } else {
            let missing = missing_name::of_string(at.id, string, at.searches, at.repo).filter(|_| !string.is_module);
            let Some(missing) = missing else { return };
            let lost = Lost { lacking: Some(missing.module), name: part(found.found), module: missing.dotted.clone() };
            (missing.trouble(), lost, found.found + 1)
        };
        let message = format!("\"{}\" leads nowhere: {trouble}", string.text);
        let rest = parts.get(rest..).unwrap_or_default();
        let content = |instead: &Instead| {
            let whole = std::iter::once(instead.module.as_str()).chain(instead.name.as_deref());
            whole.chain(rest.iter().copied()).collect::<Vec<_>>().join(".")
        };
        let write = |instead: &Instead| format!("\"{}\"", content(instead));
        let replaced = self.replaced(&string.text);
        let asking = Asking { module: at.id, is_target: rest.is_empty(), past: at.past };
        let (help, place) = replaced.map_or_else(|| now::help(&asking, &lost, write, at.repo), |help| (help, None));
        let moves = place.iter().map(|place| Move::Text { span: string.span, content: content(place) }).collect();
        let found = Found::place(&at.module.path, string.span, string.text.as_str(), message, help);
        out.report(found.moves(moves));
    }

    /// What the policy says of an old path.
    fn replaced(&self, name: &str) -> Option<String> {
        let legacy = self.legacy.iter().find(|legacy| is_under(name, &legacy.old.dotted()))?;
        Some(match &legacy.new {
            Some(new) => format!("use `{new}`, which replaced it"),
            None => "nothing replaces it: remove the import and what uses it".to_owned(),
        })
    }

    fn is_built(&self, repo: &Repo, names: &[String]) -> bool {
        let is_named = |name: &String| self.built.iter().any(|built| built.covers(name));
        names.iter().any(|name| is_named(name) || repo.is_made(name))
    }
}

/// Whether a path that was found in part may be one of a package that is depended on: what bears its name here is no
/// package, or published apart.
fn is_of_others(at: &At<'_>, found: &Located, dotted: &str) -> bool {
    let root = dotted.split('.').next().unwrap_or_default();
    let is_apart = |id: ModuleId| at.repo.distribution(id) != at.repo.distribution(at.id);
    let is_other = |id: ModuleId| !at.repo.module(id).is_package || is_apart(id);
    at.repo.dependencies().declares(root) && found.module.is_none_or(is_other)
}

/// Whether nothing but a file could be what is missing; `is_module`: it has to be a module.
fn is_closed(found: &Located, missing: Option<&str>, is_module: bool, repo: &Repo) -> bool {
    let Some(id) = found.module else { return found.found == 0 };
    let module = repo.module(id);
    match missing {
        Some(missing) if module.is_package && is_module => !repo.may_have_below(id, missing),
        Some(missing) if module.is_package => !repo.may_bind(id, missing),
        // A module that is no package has nothing below it, whatever it binds.
        _ => module.face().is_some_and(|face| !face.is_open()),
    }
}
