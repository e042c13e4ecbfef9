//! What is defined at module level, by name.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::FxHasher;

use super::{ModuleId, Repo};
use crate::facts::Definition;

/// All definitions at module level, sorted, so that those of one name lie together. No name is held twice.
#[derive(Debug, Default)]
pub(super) struct Defined {
    entries: Vec<Entry>,
}

/// One of them, as tight as it goes: of a large repository there are hundreds of thousands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    /// A hash of the name, which few others have.
    name: u32,
    module: ModuleId,
    /// The place among what the module defines.
    at: u32,
    /// Half of the hash of its body.
    body: u32,
}

impl Defined {
    pub(super) fn of(repo: &Repo) -> Self {
        let mut entries = Vec::new();
        for (id, module) in repo.modules() {
            let definitions = module.code.iter().flat_map(|code| &code.definitions).enumerate();
            let top = definitions.filter(|(_, definition)| definition.is_top());
            entries.extend(top.map(|(at, definition)| Entry {
                name: hash(&definition.name),
                module: id,
                at: u32::try_from(at).unwrap_or(u32::MAX),
                body: definition.body as u32,
            }));
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
        let start = entries.partition_point(|entry| entry.name < hash);
        let same = entries.get(start..).unwrap_or_default().iter().take_while(move |entry| entry.name == hash);
        let found: Vec<_> = same.filter_map(|entry| self.definition(entry)).filter(|(_, of)| of.name == name).collect();
        found.into_iter()
    }

    /// All names that are defined at module level, in no order.
    pub fn defined_names(&self) -> impl Iterator<Item = &str> {
        let groups = self.defined().entries.chunk_by(|one, other| one.name == other.name);
        groups.flat_map(|group| self.by_name_within(group).into_keys())
    }

    /// The names that are defined at module level more than once, and where; in no order. Where `alike`, only those of
    /// which two may have one body.
    pub fn shared_names(&self, alike: bool) -> impl Iterator<Item = (&str, Vec<(ModuleId, &Definition)>)> {
        let groups = self.defined().entries.chunk_by(|one, other| one.name == other.name);
        let shared = groups.filter(move |group| group.len() > 1 && (!alike || are_alike(group)));
        shared.flat_map(|group| self.by_name_within(group)).filter(|(_, places)| places.len() > 1)
    }

    /// What has one hash, which is seldom more than one name.
    fn by_name_within(&self, group: &[Entry]) -> BTreeMap<&str, Vec<(ModuleId, &Definition)>> {
        let mut names: BTreeMap<&str, Vec<(ModuleId, &Definition)>> = BTreeMap::new();
        for (id, definition) in group.iter().filter_map(|entry| self.definition(entry)) {
            names.entry(&definition.name).or_default().push((id, definition));
        }
        names
    }

    fn definition(&self, Entry { module, at, .. }: &Entry) -> Option<(ModuleId, &Definition)> {
        let code = self.module(*module).code.as_deref()?;
        Some((*module, code.definitions.get(usize::try_from(*at).ok()?)?))
    }
}

/// Whether two of them may have one body.
fn are_alike(group: &[Entry]) -> bool {
    let mut bodies: Vec<u32> = group.iter().map(|entry| entry.body).collect();
    bodies.sort_unstable();
    bodies.windows(2).any(|pair| pair[0] == pair[1])
}

fn hash(name: &str) -> u32 {
    let hash = BuildHasherDefault::<FxHasher>::default().hash_one(name);
    (hash ^ hash >> 32) as u32
}
