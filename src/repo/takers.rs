//! Which modules take a name, through whatever hands it on.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{ModuleId, Place, Repo};

impl Repo {
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
        let taken: Vec<_> = taken.flat_map_iter(|(number, _)| self.taken(ModuleId(number), names)).collect();
        taken.into_iter().collect()
    }

    /// The places whose names a module takes, if they are among `names`.
    fn taken(&self, id: ModuleId, names: &FxHashSet<&str>) -> Vec<(ModuleId, Place)> {
        let Some(code) = self.module(id).code.as_deref() else { return Vec::new() };
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
