//! Names that a module of this repository does not hold.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::facts::{DottedString, Import};
use crate::policy::dotted::is_identifier;
use crate::repo::{Dependencies, Located, Lookup, ModuleId, Repo};

/// Of any release since Python 3.8.
const BUILTINS: &str = include_str!("../../../lang/python/builtins.txt");

/// A name, and the module that does not hold it.
pub struct Missing {
    pub module: ModuleId,
    /// The module as it is meant, absolute where that can be told.
    pub dotted: String,
    pub name: String,
}

impl Missing {
    pub fn whole(&self) -> String {
        format!("{}.{}", self.dotted, self.name)
    }

    pub fn trouble(&self) -> String {
        format!("there is no `{}` in `{}`", self.name, self.dotted)
    }
}

/// The name that an import takes from a module of this repository, which does not hold it; `found` is the module.
pub fn of_import(from: ModuleId, import: &Import, found: &Located, searches: bool, repo: &Repo) -> Option<Missing> {
    let name = import.name.as_deref().filter(|name| *name != "*")?;
    let module = repo.source_at(found, import)?;
    if repo.may_hold(module, name)
        || !is_identifier(name)
        || (import.level == 0 && !is_ours(from, &import.module, name, searches, repo))
    {
        return None;
    }
    let dotted = if import.level == 0 { import.module.to_string() } else { repo.module(module).name() };
    Some(Missing { module, dotted, name: name.to_owned() })
}

/// The name right behind the deepest module of what a call patches, where that does not hold it.
pub fn of_string(from: ModuleId, string: &DottedString, searches: bool, repo: &Repo) -> Option<Missing> {
    let text = string.text.as_str();
    let is_module = |found: Lookup| matches!(found, Lookup::Found(found) if found.found == text.split('.').count());
    if is_module(repo.locate(from, text)) {
        return None;
    }
    let place = repo.places(from, 0, text)?;
    let dotted = text.strip_suffix(&place.name)?.strip_suffix('.')?;
    let name = place.name.split('.').next().unwrap_or(&place.name);
    // A patch of a builtin makes the name.
    let is_builtin = is_builtin(name) && name == place.name;
    if is_builtin || repo.may_hold(place.module, name) || !is_ours(from, dotted, name, searches, repo) {
        return None;
    }
    Some(Missing { module: place.module, dotted: dotted.to_owned(), name: name.to_owned() })
}

/// Whether a module has a name without binding it.
pub fn is_builtin(name: &str) -> bool {
    static NAMES: LazyLock<FxHashSet<&str>> = LazyLock::new(|| BUILTINS.lines().collect());
    NAMES.contains(name)
}

/// Whether an absolute name can only be a module of this repository, and none that it can be may hold `name`.
fn is_ours(from: ModuleId, dotted: &str, name: &str, searches: bool, repo: &Repo) -> bool {
    let first = dotted.split('.').next().unwrap_or(dotted);
    let Some(readings) = repo.readings(from, dotted).filter(|ids| !ids.iter().any(|id| repo.may_hold(*id, name)))
    else {
        return false;
    };
    let module = repo.module(from);
    if module.names.iter().any(|name| name.split('.').next() == Some(first)) {
        return true;
    }
    // What a changed search path leads to is not known, and what is installed may bear the same name. Of the many
    // that are called `conftest` one stands for all.
    if searches || first == "conftest" || Dependencies::is_standard(first) {
        return false;
    }
    let is_declared = repo.dependencies().declares(first);
    let is_near = readings.iter().any(|id| repo.distribution(*id) == repo.distribution(from));
    let by_root = repo.absolute(from, dotted).iter().any(|name| !repo.named(name).is_empty());
    // A module of a package is not run, so that what lies beside it is not what it imports.
    let is_run = module.packages().all(|package| repo.named(package).is_empty());
    let beside = [module.path.folder(), b"/", dotted.replace('.', "/").as_bytes()].concat();
    let is_beside = || readings.iter().any(|id| repo.module(*id).path.as_bytes().starts_with(&beside));
    (by_root && (is_near || !is_declared)) || (is_run && !is_declared && is_beside())
}
