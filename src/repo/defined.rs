//! What is defined at module level, by name.

use std::collections::BTreeMap;

use super::brief::{Brief, NameHash, Namesake};
use super::{ModuleId, Repo, watch};
use crate::facts::Definition;

/// All definitions at module level, sorted, so that those of one name lie together.
#[derive(Debug, Default)]
pub(super) struct Defined(Vec<Namesake>);

impl Defined {
    pub(super) fn of(repo: &Repo) -> Self {
        let mut all = Vec::new();
        // By module, and in the order of its text.
        for (id, module) in repo.modules() {
            let namesake = |(name, brief)| Namesake { name, module: id, brief };
            match repo.briefs(id) {
                Some((briefs, number)) => all.extend(briefs.definitions(number).iter().copied().map(namesake)),
                None => all.extend(module.code().into_iter().flat_map(Brief::all).map(namesake)),
            }
        }
        Self(by_name(all))
    }
}

/// Sorts by name what is in order, and leaves it so for each name. Hashes are spread evenly: of those that start alike there
/// are few.
fn by_name(all: Vec<Namesake>) -> Vec<Namesake> {
    let bits = all.len().next_power_of_two().trailing_zeros();
    let share = |of: &Namesake| of.name.first_bits(bits);
    let mut ends = vec![0; 1 << bits];
    all.iter().for_each(|of| ends[share(of)] += 1);
    let mut sum = 0;
    for end in &mut ends {
        sum += std::mem::replace(end, sum);
    }
    let mut sorted = all.clone();
    for of in all {
        let place = &mut ends[share(&of)];
        sorted[*place] = of;
        *place += 1;
    }
    sorted.chunk_by_mut(|one, other| share(one) == share(other)).for_each(|few| few.sort_by_key(|of| of.name));
    sorted
}

/// A definition, and the module that holds it.
pub type Held<'r> = (ModuleId, &'r Definition);

impl Repo {
    fn defined(&self) -> &[Namesake] {
        watch::looks_at_all();
        &self.defined.get_or_init(|| Defined::of(self)).0
    }

    /// All definitions at module level of that name.
    pub fn definitions(&self, name: &str) -> impl Iterator<Item = Held<'_>> {
        let (all, hash) = (self.defined(), NameHash::of(name));
        let start = all.partition_point(|other| other.name < hash);
        let same = all.get(start..).unwrap_or_default().iter().take_while(move |other| other.name == hash);
        let found: Vec<_> = same.filter_map(|other| self.definition(other)).filter(|(_, of)| of.name == name).collect();
        found.into_iter()
    }

    /// All names that are defined at module level, in no order.
    pub fn defined_names(&self) -> impl Iterator<Item = &str> {
        self.namesakes().flat_map(|group| self.by_name(group).into_keys())
    }

    /// The definitions at module level of each name, in no order.
    pub fn namesakes(&self) -> impl Iterator<Item = &[Namesake]> {
        self.defined().chunk_by(|one, other| one.name == other.name)
    }

    /// Those definitions themselves: what is taken for one name is seldom more.
    pub fn by_name<'n>(&self, namesakes: impl IntoIterator<Item = &'n Namesake>) -> BTreeMap<&str, Vec<Held<'_>>> {
        let mut names: BTreeMap<&str, Vec<Held<'_>>> = BTreeMap::new();
        for (id, definition) in namesakes.into_iter().filter_map(|of| self.definition(of)) {
            names.entry(&definition.name).or_default().push((id, definition));
        }
        names
    }

    fn definition(&self, Namesake { module, brief, .. }: &Namesake) -> Option<Held<'_>> {
        Some((*module, brief.whole(self.module(*module).code()?)?))
    }
}
