//! Which claims of a name are its own.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{Definition, DefinitionKind};
use crate::policy::similar_name::Likeness;
use crate::repo::Repo;
use crate::repo::similar::Names;
use crate::rules::no_duplicate_concepts::is_compared;

/// The name of a class or function at module level.
pub fn named(definition: &Definition) -> Option<&str> {
    (definition.is_top() && definition.kind != DefinitionKind::Constant).then_some(definition.name.as_str())
}

/// What most names claim that stand in one folder.
pub fn claims_by_folder<'r>(repo: &'r Repo, names: &Names) -> FxHashMap<&'r [u8], FxHashSet<String>> {
    let mut by_folder: FxHashMap<&[u8], Vec<&str>> = FxHashMap::default();
    for (_, module) in repo.modules().filter(|(_, module)| is_compared(module)) {
        let definitions = module.code.iter().flat_map(|code| &code.definitions);
        by_folder.entry(module.path.folder()).or_default().extend(definitions.filter_map(named));
    }
    let shared = by_folder.into_iter().map(|(folder, found)| (folder, names.shared_claims(found.into_iter())));
    shared.filter(|(_, claims)| !claims.is_empty()).collect()
}

/// Whether the names around it claim the same, or what it handles is of that version, where it is a function.
pub fn repeats_claim(definition: &Definition, of: &Likeness, names: &Names, around: &FxHashSet<String>) -> bool {
    let is_handled = || {
        let version = of.claims.iter().find(|claim| Some(*claim) == of.number.as_ref());
        let handles = |version| {
            let needs = definition.needs.iter().filter_map(|name| names.likeness(name));
            needs.into_iter().any(|needed| needed.claims.contains(version))
        };
        definition.kind == DefinitionKind::Function && version.is_some_and(handles)
    };
    let is_around = || of.claims.iter().all(|claim| around.contains(claim));
    !of.claims.is_empty() && (is_around() || names.is_of_product(&definition.name) || is_handled())
}
