//! What a definition means: its text, and what the names that it takes from its module stand for.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Lookup, ModuleId, Repo};
use crate::facts::{Definition, DefinitionKind, Import};

/// How far names are followed: behind that, texts alone are compared.
const FAR: u32 = 3;

impl Repo {
    /// Equal where two definitions do the same: alike in text, and every name of their modules that they use
    /// stands for the same in both.
    pub fn meaning(&self, id: ModuleId, definition: &Definition) -> u64 {
        self.meaning_within(id, definition, FAR)
    }

    fn meaning_within(&self, id: ModuleId, definition: &Definition, far: u32) -> u64 {
        let mut hasher = DefaultHasher::new();
        definition.body.hash(&mut hasher);
        for name in definition.needs.iter().filter(|_| far > 0) {
            (name, self.name_within(id, name, far - 1)).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// What a name of a module stands for.
    fn name_within(&self, id: ModuleId, name: &str, far: u32) -> u64 {
        let mut hasher = DefaultHasher::new();
        let Some(code) = self.module(id).code() else { return hash((id, name)) };
        let mut known = false;
        for import in code.imports.iter().filter(|import| !import.local && binds(import, name)) {
            self.import_within(id, import, far).hash(&mut hasher);
            known = true;
        }
        for definition in code.definitions.iter().filter(|definition| definition.name == name) {
            let meaning = if has_state(definition) { hash(id) } else { self.meaning_within(id, definition, far) };
            meaning.hash(&mut hasher);
            known = true;
        }
        for alias in code.aliases.iter().filter(|alias| alias.name == name) {
            let root = alias.target.split('.').next().unwrap_or_default();
            let root = if far > 0 && root != name { self.name_within(id, root, far - 1) } else { 0 };
            (&alias.target, root).hash(&mut hasher);
            known = true;
        }
        // Bound by a loop, a `with`, an assignment to `global`; or `__doc__`, `__file__` and `globals`, of which each has its own.
        if known { hasher.finish() } else { hash((id, name)) }
    }

    fn import_within(&self, id: ModuleId, import: &Import, far: u32) -> u64 {
        let Some(target) = self.imported(id, import) else {
            return hash((import.level.gt(&0).then_some(id), &import.module, &import.name));
        };
        let Some(name) = &import.name else { return hash(target) };
        let module = match self.locate_import(id, import) {
            Lookup::Found(found) => found.module,
            Lookup::Foreign => None,
        };
        let code = self.module(target).code();
        let binds = code.is_some_and(|code| code.bound.contains(name));
        match module == Some(target) {
            true if binds && far > 0 => self.name_within(target, name, far - 1),
            true => hash((target, name)),
            // A submodule.
            false => hash(target),
        }
    }
}

/// Whether an import binds the name in its module.
fn binds(import: &Import, name: &str) -> bool {
    let own = import.alias.as_deref().or(import.name.as_deref());
    own.unwrap_or_else(|| import.module.split('.').next().unwrap_or_default()) == name
}

/// Whether it is a variable rather than a constant, or made to be filled: then each module has its own.
fn has_state(definition: &Definition) -> bool {
    definition.kind == DefinitionKind::Constant
        && (definition.fresh || definition.name.contains(|letter: char| letter.is_lowercase()))
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
