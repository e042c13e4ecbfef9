//! What absolute names lead to, where that is one thing wherever they are imported: nearly always.
//!
//! Thousands of modules import the same few; each name is looked for once.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Dependencies, Located, Lookup, ModuleId, Repo};

/// The names of modules that are imported, by code that was read, and lead to one thing, whoever imports them.
#[derive(Debug, Default)]
pub(super) struct Settled {
    names: FxHashMap<Box<str>, Lookup>,
}

impl Settled {
    pub(super) fn of(repo: &Repo) -> Self {
        let code = repo.modules.iter().filter_map(|module| module.code_at_hand());
        let absolute = code.flat_map(|code| &code.imports).filter(|import| import.level == 0);
        let names: FxHashSet<&str> = absolute.map(|import| import.module.as_str()).collect();
        let beside = repo.tree.in_bare_folders(&names.iter().map(|name| first_part(name).as_bytes()).collect());
        let settled = names.into_iter().filter_map(|name| {
            let is_beside = beside.contains(first_part(name).as_bytes());
            Some((name.into(), repo.settle(name, is_beside)?))
        });
        Self { names: settled.collect() }
    }

    pub(super) fn get(&self, dotted: &str) -> Option<Lookup> {
        self.names.get(dotted).copied()
    }
}

impl Repo {
    pub(super) fn settled(&self) -> &Settled {
        self.settled.get_or_init(|| Settled::of(self))
    }

    /// What a name leads to, whoever imports it; none where that differs. `is_beside`: whether something of its first
    /// part lies in a folder that is no package, the root of the repository aside.
    fn settle(&self, dotted: &str, is_beside: bool) -> Option<Lookup> {
        let parts: Vec<&str> = dotted.split('.').collect();
        let first = first_part(dotted);
        if first == "__main__" {
            return Some(Lookup::Foreign);
        }
        let found = match self.is_own(first) {
            true => Some(self.by_roots(dotted, parts.len(), only)?),
            false if Dependencies::is_standard(first) || self.dependencies.declares(first) => {
                return Some(Lookup::Foreign);
            }
            false => None,
        };
        let is_whole = |found: &Located| found.found == parts.len();
        if !found.as_ref().is_some_and(is_whole) && is_beside {
            return None;
        }
        let root = self.tree.root();
        let below = || Some(self.below(root, &parts)).filter(|_| self.tree.package(root).is_none()).filter(is_whole);
        Some(found.filter(is_whole).or_else(below).or(found).map_or(Lookup::Foreign, Lookup::Found))
    }
}

/// The one module of a name; none where there are several, of which it hangs on the importing one.
fn only(ids: &[ModuleId]) -> Option<ModuleId> {
    match ids {
        [only] => Some(*only),
        _ => None,
    }
}

fn first_part(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}
