//! Where imports lead.

use super::folders::Folder;
use super::{Dependencies, ModuleId, Repo};
use crate::facts::Import;
use crate::lang::modules::relative;

/// What was found of a dotted name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// The deepest module on the way; none where only folders were found.
    pub module: Option<ModuleId>,
    /// How many parts of the name were found, as modules or folders.
    pub found: usize,
}

/// What came of looking for a dotted name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Its first part is not of this repository.
    Foreign,
    Found(Located),
}

impl Repo {
    /// The absolute names that an import, or a use with leading dots, can mean for a module, the most likely
    /// first. A relative one has several only where the module has.
    pub fn absolute(&self, from: ModuleId, dotted: &str) -> Vec<String> {
        let module = self.module(from);
        if dotted.starts_with('.') {
            return module.packages().filter_map(|package| relative(package, dotted)).collect();
        }
        // Inside a root that is a folder of the repository, the name from the repository's root is meant too; but
        // not where another package bears it and the root does not.
        let first = dotted.split('.').next().unwrap_or_default();
        let is_own = |folder: &str| {
            self.exists(&format!("{folder}.{first}"))
                || !(Dependencies::is_standard(first) || self.dependencies.declares(first))
        };
        let outer = self.roots.iter().filter(|root| !root.is_empty() && module.path.is_under(root.as_bytes()));
        let outer = outer.map(|root| root.replace('/', ".")).filter(|folder| is_own(folder));
        let outer = outer.map(|folder| format!("{folder}.{dotted}"));
        std::iter::once(dotted.to_owned()).chain(outer).collect()
    }

    /// Looks for an absolute dotted name, as seen from a module.
    pub fn locate(&self, from: ModuleId, dotted: &str) -> Lookup {
        if let Some(settled) = self.settled().get(dotted) {
            return settled;
        }
        let parts: Vec<&str> = dotted.split('.').collect();
        let first = parts.first().copied().unwrap_or_default();
        // Whatever was started, which no file says.
        if first == "__main__" {
            return Lookup::Foreign;
        }
        let own = self.is_own(first);
        let found = own.then(|| self.by_roots(dotted, parts.len(), |ids| self.nearest(from, ids))).flatten();
        if let Some(found) = found.filter(|found| found.found == parts.len()) {
            return Lookup::Found(found);
        }
        if !own && (Dependencies::is_standard(first) || self.dependencies.declares(first)) {
            return Lookup::Foreign;
        }
        // A script sees its own folder, and a test the first above it that is no package; but what lies there may merely
        // share its name with a package from elsewhere, so only what is found whole counts.
        let mut folder = Some(self.tree.of(from));
        while let Some(at) = folder {
            let below = self.below(at, &parts);
            if below.found == parts.len() && self.tree.package(at).is_none() {
                return Lookup::Found(below);
            }
            folder = self.tree.above(at);
        }
        found.map_or(Lookup::Foreign, Lookup::Found)
    }

    /// Looks for what a relative import names.
    pub fn locate_relative(&self, from: ModuleId, level: u32, module: &str) -> Located {
        let mut folder = self.tree.of(from);
        for _ in 1..level {
            let Some(above) = self.tree.above(folder) else { break };
            folder = above;
        }
        let parts: Vec<&str> = module.split('.').filter(|part| !part.is_empty()).collect();
        let mut found = self.below(folder, &parts);
        if found.module.is_none() {
            found.module = self.tree.package(folder).filter(|_| found.found == 0);
        }
        found
    }

    /// Looks for the module of an import statement, without its name.
    pub fn locate_import(&self, from: ModuleId, import: &Import) -> Lookup {
        match import.level {
            0 => self.locate(from, &import.module),
            level => Lookup::Found(self.locate_relative(from, level, &import.module)),
        }
    }

    /// The module that an import leads to: the submodule where the name is one, else the module of the name.
    pub fn imported(&self, from: ModuleId, import: &Import) -> Option<ModuleId> {
        let Lookup::Found(found) = self.locate_import(from, import) else { return None };
        let parts = import.module.split('.').filter(|part| !part.is_empty()).count();
        if found.found < parts {
            return None;
        }
        // Most names are called like no module at all.
        let submodule = import.name.as_deref().filter(|name| self.tree.is_part(name)).and_then(|name| {
            let whole = if import.module.is_empty() { name.to_owned() } else { format!("{}.{name}", import.module) };
            let found = match import.level {
                0 => match self.locate(from, &whole) {
                    Lookup::Found(found) => found,
                    Lookup::Foreign => return None,
                },
                level => self.locate_relative(from, level, &whole),
            };
            (found.found == parts + 1).then_some(found.module).flatten()
        });
        submodule.or(found.module)
    }

    /// Whether what `from package import name` takes is something that the package binds itself, under the name of a
    /// submodule: `from .conversion import conversion` in its `__init__`.
    pub fn hides_submodule(&self, from: ModuleId, import: &Import) -> bool {
        let Some(name) = import.name.as_deref() else { return false };
        let package = self.source_of(from, import);
        let Some((id, code)) = package.and_then(|id| Some((id, self.module(id).code()?))) else {
            return false;
        };
        let is_bound = code.bound.contains(name);
        let binds = |import: &&Import| {
            let own = import.alias.as_deref().or(import.name.as_deref());
            !import.local && own == Some(name)
        };
        // `from . import name` binds the submodule itself.
        let is_itself =
            |import: &Import| import.name.as_deref() == Some(name) && self.source_of(id, import) == Some(id);
        is_bound && !code.imports.iter().filter(binds).any(is_itself)
    }

    /// The last module on the way of an import that leads nowhere.
    pub(super) fn toward(&self, from: ModuleId, import: &Import) -> Option<ModuleId> {
        match self.locate_import(from, import) {
            Lookup::Found(found) => found.module,
            Lookup::Foreign => None,
        }
    }

    /// Whether absolute names that start so are of this repository.
    pub(super) fn is_own(&self, first: &str) -> bool {
        self.by_name.contains_key(first) || (self.folders.contains(first) && !self.dependencies.declares(first))
    }

    /// Looks for a name under the roots; `choose` takes one of several modules of one name. None where it takes none.
    pub(super) fn by_roots(
        &self,
        dotted: &str,
        parts: usize,
        choose: impl FnOnce(&[ModuleId]) -> Option<ModuleId>,
    ) -> Option<Located> {
        // No name is deeper than the deepest module, however long it is.
        let end = dotted.match_indices('.').nth(self.deepest.saturating_sub(1)).map_or(dotted.len(), |(dot, _)| dot);
        let mut name = dotted.get(..end).unwrap_or(dotted);
        let mut found = parts.min(self.deepest);
        let mut folders = None;
        loop {
            let ids = self.named(name);
            if !ids.is_empty() {
                return choose(ids).map(|id| Located { module: Some(id), found: folders.unwrap_or(found) });
            }
            if folders.is_none() && self.folders.contains(name) {
                folders = Some(found);
            }
            match name.rsplit_once('.') {
                Some((above, _)) => (name, found) = (above, found - 1),
                None => return Some(Located { module: None, found: folders.unwrap_or(0) }),
            }
        }
    }

    /// Of several modules of one name, the one that shares most of its folders with `from`.
    fn nearest(&self, from: ModuleId, ids: &[ModuleId]) -> Option<ModuleId> {
        let folder = self.module(from).path.folder();
        let shared = |id: &ModuleId| {
            let other = self.module(*id).path.as_bytes();
            folder.iter().zip(other).take_while(|(a, b)| a == b).count()
        };
        match ids {
            [only] => Some(*only),
            _ => ids
                .iter()
                .enumerate()
                .max_by_key(|(order, id)| (shared(id), std::cmp::Reverse(*order)))
                .map(|(_, id)| *id),
        }
    }

    /// Walks down from a folder by paths.
    pub(super) fn below(&self, folder: Folder, parts: &[&str]) -> Located {
        let mut located = Located { module: None, found: 0 };
        let mut at = folder;
        for part in parts {
            let Some(inner) = self.tree.inner(at, part) else { break };
            if let Some(package) = self.tree.package(inner) {
                located = Located { module: Some(package), found: located.found + 1 };
            } else if let Some(module) = self.tree.file(inner) {
                return Located { module: Some(module), found: located.found + 1 };
            } else if self.tree.is_folder(inner) {
                located.found += 1;
            } else {
                break;
            }
            at = inner;
        }
        located
    }
}
