//! The name by which a module is imported, where it has several: a folder with a project file of its own is a root, but
//! its code may be imported from further up all the same.

use rustc_hash::FxHashMap;

use super::folders::Folder;
use super::module::stem;
use super::{Module, ModuleId, Repo, last_part, watch};
use crate::facts::{Code, Import};
use crate::policy::dotted::is_under;

/// How often imports write what is below a root with so many of the roots above it left out.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// By the folder of a module's deepest root the number of that one of its names that most imports write.
    most: FxHashMap<String, usize>,
}

impl Repo {
    /// The name to write in an import of a module: of several the one that other imports below its root write, else the
    /// shortest. For a file that no import can name, its path.
    pub fn imported_as(&self, id: ModuleId) -> String {
        let module = self.module(id);
        let number = match (module.names.len() > 1).then(|| root(module)).flatten() {
            Some(root) => {
                watch::looks_at_all();
                *self.written.get_or_init(|| self.count_written()).most.get(&root).unwrap_or(&0)
            }
            None => 0,
        };
        module.names.get(number).cloned().unwrap_or_else(|| module.name())
    }

    /// The same, in a module of the repository: a script beside it names it alone, unless their folder is a package, or it
    /// or modules elsewhere reach into that by its whole name.
    pub fn imported_as_in(&self, id: ModuleId, place: ModuleId) -> String {
        let whole = self.imported_as(id);
        let folder = self.tree.of(id);
        let is_beside = folder == self.tree.of(place) && self.tree.package(folder).is_none() && whole.contains('.');
        let package = whole.rsplit_once('.').map_or("", |(package, _)| package);
        let names = |import: &Import| import.level == 0 && is_under(&import.module, package);
        let is_script = |code: &Code| code.script && !code.imports.iter().any(names);
        let is_alone = is_beside && self.module(place).code().is_some_and(is_script) && !self.is_reached(folder);
        if is_alone { last_part(&whole).to_owned() } else { whole }
    }

    fn is_reached(&self, folder: Folder) -> bool {
        watch::looks_at_all();
        let reached = self.reached.get_or_init(|| {
            let all = self.ways().flat_map(|(id, ways)| ways.iter().map(move |way| (id, self.tree.of(way.to))));
            all.filter(|(id, folder)| self.tree.of(*id) != *folder).map(|(_, folder)| folder).collect()
        });
        reached.contains(&folder)
    }

    fn count_written(&self) -> Written {
        let mut counts: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        let written = self.steps().flat_map(|(_, steps)| steps).filter_map(|step| Some((step.way.to, step.written?)));
        for (id, number) in written {
            let (Some(root), number) = (root(self.module(id)), number as usize) else { continue };
            let counts = counts.entry(root).or_default();
            counts.resize(counts.len().max(number + 1), 0);
            counts[number] += 1;
        }
        let most = |counts: Vec<usize>| (0..counts.len()).rev().max_by_key(|number| counts[*number]).unwrap_or(0);
        Written { most: counts.into_iter().map(|(root, counts)| (root, most(counts))).collect() }
    }
}

/// Which of the names of a module an absolute import writes, where it has several.
pub(super) fn written(module: &Module, import: &Import) -> Option<u32> {
    if import.level > 0 || module.names.len() < 2 {
        return None;
    }
    let is_written = |name: &String| {
        let rest = name.strip_prefix(import.module.as_str());
        rest.is_some_and(|rest| rest.is_empty() || (rest.starts_with('.') && import.name.as_deref() == rest.get(1..)))
    };
    u32::try_from(module.names.iter().position(is_written)?).ok()
}

/// The folder of the deepest root that the module lies under.
fn root(module: &Module) -> Option<String> {
    let (stem, _) = stem(&module.path)?;
    let above = stem.len().checked_sub(module.names.first()?.len())?;
    Some(stem.get(..above)?.trim_end_matches('/').to_owned())
}
