//! What is defined at module level, by name.

use std::collections::BTreeMap;

use super::brief::{Brief, NameHash};
use super::{ModuleId, Repo};
use crate::facts::Definition;

/// All definitions at module level, sorted, so that those of one name lie together.
#[derive(Debug, Default)]
pub(super) struct Defined(Vec<Brief>);

impl Defined {
    pub(super) fn of(repo: &Repo) -> Self {
        let code = repo.modules().filter_map(|(id, module)| Some((id, module.code()?)));
        let mut briefs: Vec<Brief> = code.flat_map(|(id, code)| Brief::all(id, code)).collect();
        briefs.sort_unstable();
        Self(briefs)
    }
}

/// A definition, and the module that holds it.
pub type Held<'r> = (ModuleId, &'r Definition);

impl Repo {
    fn defined(&self) -> &[Brief] {
        &self.defined.get_or_init(|| Defined::of(self)).0
    }

    /// All definitions at module level of that name.
    pub fn definitions(&self, name: &str) -> impl Iterator<Item = Held<'_>> {
        let (all, hash) = (self.defined(), NameHash::of(name));
        let start = all.partition_point(|brief| brief.name() < hash);
        let same = all.get(start..).unwrap_or_default().iter().take_while(move |brief| brief.name() == hash);
        let found: Vec<_> = same.filter_map(|brief| self.definition(brief)).filter(|(_, of)| of.name == name).collect();
        found.into_iter()
    }

    /// All names that are defined at module level, in no order.
    pub fn defined_names(&self) -> impl Iterator<Item = &str> {
        self.namesakes().flat_map(|group| self.by_name(group).into_keys())
    }

    /// The definitions at module level of each name, in no order.
    pub fn namesakes(&self) -> impl Iterator<Item = &[Brief]> {
        self.defined().chunk_by(|one, other| one.name() == other.name())
    }

    /// Those definitions themselves: what is taken for one name is seldom more.
    pub fn by_name<'b>(&self, briefs: impl IntoIterator<Item = &'b Brief>) -> BTreeMap<&str, Vec<Held<'_>>> {
        let mut names: BTreeMap<&str, Vec<Held<'_>>> = BTreeMap::new();
        for (id, definition) in briefs.into_iter().filter_map(|brief| self.definition(brief)) {
            names.entry(&definition.name).or_default().push((id, definition));
        }
        names
    }

    fn definition(&self, Brief { module, at, .. }: &Brief) -> Option<Held<'_>> {
        let code = self.module(*module).code()?;
        Some((*module, code.definitions.get(usize::try_from(*at).ok()?)?))
    }
}
