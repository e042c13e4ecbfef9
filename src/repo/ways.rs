//! Which modules the imports of each lead to, without where they stand: enough for all that only counts or follows them.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::module::spread;
use super::{ModuleId, Repo, Target, watch};
use crate::facts::Import;

/// That a module imports something of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Way {
    pub to: ModuleId,
    /// Whether an import leads there; else one that leads nowhere comes so far.
    pub is_whole: bool,
    /// Whether it must be there when the module is run: for types, or in an attempt, it need not.
    pub is_needed: bool,
}

impl Way {
    fn of(import: &Import, target: Target) -> Option<Self> {
        let is_needed = !import.type_checking && !import.guarded;
        Some(Self { to: target.toward?, is_whole: target.imported.is_some(), is_needed })
    }
}

impl Repo {
    /// Those of all modules, each once.
    pub(super) fn ways(&self) -> impl Iterator<Item = (ModuleId, &[Way])> {
        watch::looks_at_all();
        let ways = self.ways.get_or_init(|| match &self.recalled {
            Some(recalled) if recalled.is_of_any() => spread(&self.modules, |id, module| match recalled.ways(id) {
                Some(ways) => ways.to_vec(),
                None => {
                    let imports = module.code().into_iter().flat_map(|code| &code.imports);
                    sorted(imports.filter_map(|import| Way::of(import, self.target(id, import))).collect())
                }
            }),
            _ => {
                let mut ways = vec![Vec::new(); self.modules.len()];
                for (id, import, target) in self.imports() {
                    ways[id.index()].extend(Way::of(import, target));
                }
                ways.into_iter().map(sorted).collect()
            }
        });
        ways.iter().zip(0..).map(|(ways, number)| (ModuleId::new(number), ways.as_slice()))
    }

    /// Those of one module, if somebody asked for all.
    pub(super) fn known_ways(&self, id: ModuleId) -> Option<&[Way]> {
        self.ways.get().map(|ways| ways[id.index()].as_slice())
    }

    /// How many modules import each module.
    pub fn importers(&self) -> FxHashMap<ModuleId, usize> {
        let mut importers: FxHashMap<ModuleId, usize> = FxHashMap::default();
        for (id, ways) in self.ways() {
            let groups = ways.chunk_by(|one, other| one.to == other.to).filter(|group| group[0].to != id);
            for group in groups.filter(|group| group.iter().any(|way| way.is_whole)) {
                *importers.entry(group[0].to).or_default() += 1;
            }
        }
        importers
    }
}

fn sorted(mut ways: Vec<Way>) -> Vec<Way> {
    ways.sort_unstable();
    ways.dedup();
    ways
}
