//! What is defined at module level, by name.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::FxHasher;

use super::{ModuleId, Repo};
use crate::facts::Definition;

/// All definitions at module level: a hash of the name, the module, and the place among what the module defines; sorted,
/// so that those of one name lie together. No name is held twice.
#[derive(Debug, Default)]
pub(super) struct Defined {
    entries: Vec<(u64, u32, u32)>,
}

impl Defined {
    pub(super) fn of(repo: &Repo) -> Self {
        let mut entries = Vec::new();
        for (id, module) in repo.modules() {
            let definitions = module.code.iter().flat_map(|code| &code.definitions).enumerate();
            let top = definitions.filter(|(_, definition)| definition.is_top());
            let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            entries.extend(top.map(|(at, definition)| (hash(&definition.name), number(id.0), number(at))));
        }
        entries.sort_unstable();
        Self { entries }
    }
}

impl Repo {
    fn defined(&self) -> &Defined {
        self.defined.get_or_init(|| Defined::of(self))
    }

    /// All definitions at module level of that name.
    pub fn definitions(&self, name: &str) -> impl Iterator<Item = (ModuleId, &Definition)> {
        let (entries, hash) = (&self.defined().entries, hash(name));
        let start = entries.partition_point(|(other, ..)| *other < hash);
        let same = entries.get(start..).unwrap_or_default().iter().take_while(move |(other, ..)| *other == hash);
        let found: Vec<_> = same.filter_map(|entry| self.definition(entry)).filter(|(_, of)| of.name == name).collect();
        found.into_iter()
    }

    /// All names that are defined at module level, in no order.
    pub fn defined_names(&self) -> impl Iterator<Item = &str> {
        let groups = self.defined().entries.chunk_by(|one, other| one.0 == other.0);
        groups.flat_map(|group| self.by_name_within(group).into_keys())
    }

    /// The names that are defined at module level more than once, and where; in no order.
    pub fn shared_names(&self) -> impl Iterator<Item = (&str, Vec<(ModuleId, &Definition)>)> {
        let groups = self.defined().entries.chunk_by(|one, other| one.0 == other.0);
        let shared = groups.filter(|group| group.len() > 1).flat_map(|group| self.by_name_within(group));
        shared.filter(|(_, places)| places.len() > 1)
    }

    /// What has one hash, which is seldom more than one name.
    fn by_name_within(&self, group: &[(u64, u32, u32)]) -> BTreeMap<&str, Vec<(ModuleId, &Definition)>> {
        let mut names: BTreeMap<&str, Vec<(ModuleId, &Definition)>> = BTreeMap::new();
        for (id, definition) in group.iter().filter_map(|entry| self.definition(entry)) {
            names.entry(&definition.name).or_default().push((id, definition));
        }
        names
    }

    fn definition(&self, (_, module, at): &(u64, u32, u32)) -> Option<(ModuleId, &Definition)> {
        let id = ModuleId(usize::try_from(*module).ok()?);
        let code = self.modules.get(id.0)?.code.as_deref()?;
        Some((id, code.definitions.get(usize::try_from(*at).ok()?)?))
    }
}

fn hash(name: &str) -> u64 {
    BuildHasherDefault::<FxHasher>::default().hash_one(name)
}
