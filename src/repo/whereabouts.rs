//! Where a name and those like it stand, for whoever is about to write one more.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::similar::{Names, spelling};
use super::{Module, ModuleId, Place, Repo};
use crate::facts::DefinitionKind;
use crate::finding::Span;
use crate::policy::concept::Concept;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Definition(DefinitionKind),
    /// `Name = Other` at module level.
    Alias,
    /// A name that a package, or a module that others take it from, hands on.
    ReExport,
    /// The same in a module that does nothing else.
    Shim,
    /// A module of that name.
    Module,
}

/// A place that bears the name, or one like it.
#[derive(Clone, Debug)]
pub struct Whereabouts {
    pub place: Place,
    pub standing: Standing,
    pub span: Span,
    /// How many modules import it: a definition by whatever way, all else from here.
    pub importers: usize,
    /// The definition that it stands for, if it is none.
    pub of: Option<Place>,
    /// A hash of what is defined, if something is.
    pub body: Option<u64>,
}

impl Repo {
    /// All that bears `wanted` or a name like it: what is at home of a concept first, then definitions, and aliases of the name
    /// itself, before all else, but for those in tests; the name itself before those like it, and what is imported most.
    pub fn whereabouts(&self, wanted: &str, names: &Names, concepts: &[Concept]) -> Vec<Whereabouts> {
        let core = names.likeness(wanted).map(|likeness| likeness.core);
        let is_like = |name: &str| {
            let is_core = || core.is_some() && names.likeness(name).map(|likeness| likeness.core) == core;
            name == wanted || (!name.starts_with("__") && (spelling(name) == spelling(wanted) || is_core()))
        };
        let mut known: FxHashMap<&str, bool> = FxHashMap::default();
        let mut found = Vec::new();
        for (id, module) in self.modules() {
            self.in_module((id, module), &mut |name| *known.entry(name).or_insert_with(|| is_like(name)), &mut found);
        }
        let ends: FxHashSet<Place> =
            found.iter().filter(|found| found.is_definition()).map(|found| found.place.clone()).collect();
        let takers = self.takers(&ends);
        let like: FxHashSet<&str> = found.iter().map(|found| found.place.name.as_str()).collect();
        let mut direct: FxHashMap<Place, usize> = FxHashMap::default();
        for (_, place) in self.all_taken(&like) {
            *direct.entry(place).or_default() += 1;
        }
        let origins = self.origins(found.iter().map(|found| found.place.clone()), &ends);
        let modules = self.importers(|_, _| true);
        for found in &mut found {
            found.importers = match found.standing {
                Standing::Definition(_) => takers.get(&found.place).map_or(0, BTreeSet::len),
                Standing::Module => modules.get(&found.place.module).copied().unwrap_or(0),
                _ => direct.get(&found.place).copied().unwrap_or(0),
            };
            found.of = origins.end(&found.place).filter(|end| **end != found.place).cloned();
        }
        // An import is a re-export where somebody takes it from there, or where it is there to be taken.
        found.retain(|found| found.standing != Standing::ReExport || found.importers > 0 || self.hands_on(found));
        found.sort_by_cached_key(|found| {
            let module = self.module(found.place.module);
            let is_home = concepts.iter().any(|concept| {
                found.is_definition() && concept.owns(&found.place.name) && self.is_home(concept, module)
            });
            let (is_exact, is_made) = (found.place.name == wanted, found.is_made(wanted) && !module.is_test);
            let order = (is_home, is_made, is_exact, found.is_definition(), !module.is_test, found.importers);
            (Reverse(order), module.path.clone(), found.span)
        });
        found
    }

    fn in_module<'r>(
        &self,
        (id, module): (ModuleId, &'r Module),
        is_like: &mut dyn FnMut(&'r str) -> bool,
        found: &mut Vec<Whereabouts>,
    ) {
        let Some(code) = module.code() else { return };
        let mut add = |name: &str, standing, span, body| {
            let place = Place { module: id, name: name.to_owned() };
            found.push(Whereabouts { place, standing, span, importers: 0, of: None, body });
        };
        let (mut is_alone, mut known) = (true, FxHashSet::default());
        for definition in code.definitions.iter().filter(|definition| definition.is_top() && !definition.local) {
            if is_like(&definition.name) {
                let standing = Standing::Definition(definition.kind);
                add(&definition.name, standing, definition.span, Some(definition.body));
                is_alone = false;
            }
        }
        for alias in code.aliases.iter().filter(|alias| is_like(&alias.name)) {
            add(&alias.name, Standing::Alias, alias.span, None);
            known.insert(&alias.name);
            is_alone = false;
        }
        // What was imported for an alias is handed on by that.
        let is_renamed =
            |name: &str| code.aliases.iter().any(|alias| alias.target == name && known.contains(&alias.name));
        let is_shim = code.logic.is_none() && !module.is_package;
        for import in code.imports.iter().filter(|import| !import.local && !import.type_checking) {
            let name = import.alias.as_deref().or(import.name.as_deref()).unwrap_or_default();
            if !name.is_empty() && is_like(name) && !is_renamed(name) && self.imported(id, import).is_some() {
                add(name, if is_shim { Standing::Shim } else { Standing::ReExport }, import.span, None);
                is_alone = false;
            }
        }
        let name = module.names.first().and_then(|name| name.rsplit('.').next());
        if let Some(name) = name.filter(|name| is_alone && is_like(name)) {
            add(name, Standing::Module, Span::FILE, None);
        }
    }

    /// Whether a module says that it hands the name on, or is a package that does nothing else.
    fn hands_on(&self, found: &Whereabouts) -> bool {
        let module = self.module(found.place.module);
        let Some(code) = module.code() else { return false };
        let exports = code.exports.as_ref();
        (module.is_package && code.logic.is_none())
            || exports.is_some_and(|exports| exports.iter().any(|export| *export == found.place.name))
    }
}

impl Whereabouts {
    pub fn is_definition(&self) -> bool {
        matches!(self.standing, Standing::Definition(_))
    }

    /// Whether the thing that bears its name comes to be there: an alias makes what is asked for.
    pub fn is_made(&self, wanted: &str) -> bool {
        self.is_definition() || (self.standing == Standing::Alias && self.place.name == wanted)
    }
}
