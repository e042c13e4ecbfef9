//! Which modules are run, as far as imports tell: not what tests only read.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{ModuleId, Repo, watch};
use crate::source::purpose;

impl Repo {
    /// Whether a module lies among test code, is no test by its name, and no other module takes it up, through however
    /// many: code that tests look at.
    pub fn is_test_data(&self, id: ModuleId) -> bool {
        if !self.module(id).is_test {
            return false;
        }
        watch::looks_at_all();
        !self.run.get_or_init(|| self.find_run()).contains(&id)
    }

    fn find_run(&self) -> FxHashSet<ModuleId> {
        let ways = self.ways().map(|(id, ways)| (id, ways.iter().map(|way| way.to).collect()));
        let mut targets: FxHashMap<ModuleId, Vec<ModuleId>> = ways.collect();
        let starts = |id: &ModuleId| !self.module(*id).is_test || purpose::is_test_by_name(&self.module(*id).path);
        let mut open: Vec<ModuleId> = self.modules().map(|(id, _)| id).filter(starts).collect();
        let mut run: FxHashSet<ModuleId> = open.iter().copied().collect();
        while let Some(id) = open.pop() {
            // With a module all packages above it are run.
            let mut folder = Some(self.tree.of(id));
            let mut next = targets.remove(&id).unwrap_or_default();
            while let Some(package) = folder.and_then(|at| self.tree.package(at)) {
                next.push(package);
                folder = folder.and_then(|at| self.tree.above(at));
            }
            open.extend(next.into_iter().filter(|id| run.insert(*id)));
        }
        run
    }

    /// Whether a module lies in a package.
    pub fn is_in_package(&self, id: ModuleId) -> bool {
        self.tree.package(self.tree.of(id)).is_some()
    }
}
