//! Which modules are published together, and what is published apart.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Module, ModuleId, Repo, watch};
use crate::path::RepoPath;
use crate::source::{Tree, purpose};

/// Files that make their folder a distribution of its own; the last two are those of an Ansible collection, as it
/// is written and as it is published.
const PROJECT_FILES: [&[u8]; 5] = [b"pyproject.toml", b"setup.cfg", b"setup.py", b"galaxy.yml", b"MANIFEST.json"];

/// The number of a distribution; the first one is all that is in none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Distribution(u32);

impl Distribution {
    pub(super) fn to_bytes(self) -> [u8; 4] {
        self.0.to_le_bytes()
    }
}

/// The folders of distributions, with their numbers.
#[derive(Debug)]
struct Distributions {
    folders: FxHashMap<Vec<u8>, Distribution>,
}

/// That of each module.
pub(super) fn of_modules(tree: &Tree, modules: &[Module]) -> Vec<Distribution> {
    let distributions = Distributions::find(tree);
    modules.iter().map(|module| distributions.of(&module.path)).collect()
}

impl Distributions {
    /// A folder that is a package is none: its `setup.py` is a part of it.
    fn find(tree: &Tree) -> Self {
        let files = tree.entries().iter().filter(|entry| PROJECT_FILES.contains(&entry.path.name()));
        let files = files.filter(|entry| !purpose::is_mere_module(&entry.path, tree));
        let folders = files.map(|entry| entry.path.folder().to_vec());
        let apart = folders.filter(|folder| {
            !folder.is_empty() && !tree.is_file([folder.as_slice(), b"/__init__.py"].concat().as_slice())
        });
        let mut found: Vec<Vec<u8>> = apart.collect();
        found.dedup();
        Self { folders: found.into_iter().zip((1..).map(Distribution)).collect() }
    }

    fn of(&self, path: &RepoPath) -> Distribution {
        let mut folders = path.folders().filter(|_| !self.folders.is_empty());
        folders.find_map(|folder| self.folders.get(folder)).copied().unwrap_or_default()
    }
}

impl Repo {
    pub fn distribution(&self, id: ModuleId) -> Distribution {
        self.distributions[id.index()]
    }

    /// Whether what stands in `to` can be had in `from`: they are one, or some module of it needs what is there
    /// already.
    pub fn can_import(&self, from: Distribution, to: Distribution) -> bool {
        from == to || self.linked().contains(&(from, to))
    }

    fn linked(&self) -> &FxHashSet<(Distribution, Distribution)> {
        watch::looks_at_all();
        self.linked.get_or_init(|| {
            // What tests ask for need not be there when it runs.
            let modules = self.ways().filter(|(id, _)| !self.module(*id).is_test);
            let ways = modules.flat_map(|(id, ways)| ways.iter().map(move |way| (id, way)));
            let needed = ways.filter(|(_, way)| way.is_whole && way.is_needed);
            let edges = needed.map(|(id, way)| (self.distribution(id), self.distribution(way.to)));
            edges.filter(|(from, to)| from != to).collect()
        })
    }
}
