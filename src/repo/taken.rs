//! Which names modules take from each other: by import, by use, or by a string; and who takes one name, through
//! whatever hands it on.

use std::collections::BTreeSet;

use compact_str::CompactString;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::module::spread;
use super::{Lookup, ModuleId, Place, Repo, watch};

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
        self.all_taken_names().holds(module, name)
    }

    fn all_taken_names(&self) -> &Taken {
        watch::looks_at_all();
        self.taken.get_or_init(|| Taken::of(self))
    }

    /// A module that imports this one, or names it in a string; for a package, or one below it.
    pub fn user_of(&self, module: ModuleId) -> Option<ModuleId> {
        let taken = self.all_taken_names();
        let own = self.module(module);
        let is_below =
            |other: &ModuleId| own.is_package && own.names.iter().any(|name| self.module(*other).is_under(name));
        let used = taken.users.iter().filter(|(used, _)| **used == module || is_below(used));
        used.map(|(_, user)| *user).filter(|user| !is_below(user)).min()
    }

    /// What a module takes from others, and from which; no name where it takes the module.
    fn takes(&self, id: ModuleId) -> Vec<(ModuleId, Option<CompactString>)> {
        let Some(code) = self.module(id).code() else { return Vec::new() };
        let imported = code.imports.iter().filter_map(|import| Some((self.imported(id, import)?, None)));
        let named = code.imports.iter().filter_map(|import| Some((self.source_of(id, import)?, import.name.clone())));
        let strings = code.strings.iter().filter_map(|string| match self.locate(id, &string.text) {
            Lookup::Found(found) => {
                Some((found.module?, string.text.split('.').nth(found.found).map(CompactString::from)))
            }
            Lookup::Foreign => None,
        });
        let used = code.uses.iter().filter_map(|used| {
            let path = used.target.trim_start_matches('.');
            let level = u32::try_from(used.target.len() - path.len()).unwrap_or(u32::MAX);
            let Place { module, name } = self.places(id, level, path)?;
            Some((module, name.split('.').next().map(CompactString::from)))
        });
        imported.chain(named).chain(strings).chain(used).filter(|(module, _)| *module != id).collect()
    }

    /// The modules that import each of `ends`, or use it through its module, by whichever re-exports and aliases.
    pub fn takers(&self, ends: &FxHashSet<Place>) -> FxHashMap<Place, BTreeSet<ModuleId>> {
        let names = self.renamed(ends.iter().map(|place| place.name.as_str()));
        let taken = self.all_taken(&names);
        let origins = self.origins(taken.iter().map(|(_, place)| place.clone()), ends);
        let mut takers: FxHashMap<Place, BTreeSet<ModuleId>> = FxHashMap::default();
        for (id, place) in &taken {
            if let Some(end) = origins.end(place).filter(|end| end.module != *id) {
                takers.entry(end.clone()).or_default().insert(*id);
            }
        }
        takers
    }

    /// All that modules take under one of `names`, each once: who takes it, and from where.
    pub fn all_taken(&self, names: &FxHashSet<&str>) -> BTreeSet<(ModuleId, Place)> {
        let taken = self.modules.par_iter().enumerate();
        let taken: Vec<_> = taken.flat_map_iter(|(number, _)| self.takes_of(ModuleId::new(number), names)).collect();
        taken.into_iter().collect()
    }

    /// The places whose names a module takes, if they are among `names`.
    fn takes_of(&self, id: ModuleId, names: &FxHashSet<&str>) -> Vec<(ModuleId, Place)> {
        let Some(code) = self.module(id).code() else { return Vec::new() };
        let imports = code.imports.iter().filter_map(|import| {
            let name = import.name.as_deref().filter(|name| names.contains(name))?;
            Some(Place { module: self.source_of(id, import)?, name: name.to_owned() })
        });
        let uses = code.uses.iter().filter_map(|used| {
            let path = used.target.trim_start_matches('.');
            let at = path.split('.').position(|part| names.contains(part))?;
            let path = path.split('.').take(at + 1).collect::<Vec<_>>().join(".");
            let level = u32::try_from(used.target.len() - used.target.trim_start_matches('.').len()).ok()?;
            self.places(id, level, &path)
        });
        let stars = code.imports.iter().filter(|import| import.name.as_deref() == Some("*"));
        let stars: Vec<ModuleId> = stars.filter_map(|star| self.source_of(id, star)).collect();
        let free =
            code.free.iter().filter_map(|free| free.target.split('.').next()).filter(|name| names.contains(name));
        let by_star =
            free.flat_map(|name| stars.iter().map(move |module| Place { module: *module, name: name.to_owned() }));
        imports.chain(uses).chain(by_star).map(|place| (id, place)).collect()
    }
}
