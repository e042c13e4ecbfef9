//! Which names modules take from each other: by import, by use, or by a string.

use rustc_hash::{FxHashMap, FxHashSet};

use super::module::spread;
use super::{Lookup, ModuleId, Place, Repo};

/// Names that are taken from modules.
#[derive(Debug, Default)]
pub(super) struct Taken {
    names: FxHashSet<(ModuleId, String)>,
    /// Modules of which a star takes what there is.
    whole: FxHashSet<ModuleId>,
    /// For each module that is used at all, one that does.
    users: FxHashMap<ModuleId, ModuleId>,
}

impl Taken {
    pub(super) fn of(repo: &Repo) -> Self {
        let found = spread(&repo.modules, |id, _| (id, repo.takes(id)));
        let mut taken = Self::default();
        for (user, found) in found {
            for (module, name) in found {
                taken.users.entry(module).or_insert(user);
                match name.as_deref() {
                    Some("*") => drop(taken.whole.insert(module)),
                    Some(name) => drop(taken.names.insert((module, name.to_owned()))),
                    None => {}
                }
            }
        }
        taken
    }

    pub(super) fn holds(&self, module: ModuleId, name: &str) -> bool {
        self.whole.contains(&module) || self.names.contains(&(module, name.to_owned()))
    }
}

impl Repo {
    /// Whether another module takes a name from this one.
    pub fn is_taken_from(&self, module: ModuleId, name: &str) -> bool {
        self.taken.get_or_init(|| Taken::of(self)).holds(module, name)
    }

    /// A module that imports this one, or names it in a string; for a package, or one below it.
    pub fn user_of(&self, module: ModuleId) -> Option<ModuleId> {
        let taken = self.taken.get_or_init(|| Taken::of(self));
        let own = self.module(module);
        let is_below =
            |other: &ModuleId| own.is_package && own.names.iter().any(|name| self.module(*other).is_under(name));
        let used = taken.users.iter().filter(|(used, _)| **used == module || is_below(used));
        used.map(|(_, user)| *user).filter(|user| !is_below(user)).min()
    }

    /// What a module takes from others, and from which; no name where it takes the module.
    fn takes(&self, id: ModuleId) -> Vec<(ModuleId, Option<String>)> {
        let Some(code) = self.module(id).code.as_deref() else { return Vec::new() };
        let imported = code.imports.iter().filter_map(|import| Some((self.imported(id, import)?, None)));
        let named = code.imports.iter().filter_map(|import| Some((self.source_of(id, import)?, import.name.clone())));
        let strings = code.strings.iter().filter_map(|string| match self.locate(id, &string.text) {
            Lookup::Found(found) => Some((found.module?, string.text.split('.').nth(found.found).map(str::to_owned))),
            Lookup::Foreign => None,
        });
        let used = code.uses.iter().filter_map(|used| {
            let path = used.target.trim_start_matches('.');
            let level = u32::try_from(used.target.len() - path.len()).unwrap_or(u32::MAX);
            let Place { module, name } = self.places(id, level, path)?;
            Some((module, name.split('.').next().map(str::to_owned)))
        });
        imported.chain(named).chain(strings).chain(used).filter(|(module, _)| *module != id).collect()
    }
}
