//! What others ask of a module most, told without its facts.

use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

use super::rows::Rows;
use crate::facts::Code;
use crate::repo::brief::{Brief, NameHash};

/// Of one module after the other.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Briefs {
    definitions: Rows<(NameHash, Brief)>,
    /// Hashes of the names that it imports, and of those among them that it gives another name.
    imported: Rows<u32>,
    renamed: Rows<u32>,
    tells: Vec<Tells>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tells {
    /// That a program wrote it.
    pub is_generated: bool,
    /// That it may set names on other modules.
    pub sets: bool,
}

/// Those of one module.
#[derive(Debug, Default)]
pub struct OfOne {
    definitions: Vec<(NameHash, Brief)>,
    imported: Vec<u32>,
    renamed: Vec<u32>,
    tells: Tells,
}

impl OfOne {
    pub fn of(code: Option<&Code>) -> Self {
        let Some(code) = code else { return Self::default() };
        let names = |is_meant: fn(bool) -> bool| {
            let meant = code.imports.iter().filter(|import| is_meant(import.alias.is_some()));
            let mut names: Vec<u32> = meant.filter_map(|import| import.name.as_deref()).map(short_hash).collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        Self {
            definitions: Brief::all(code).collect(),
            imported: names(|_| true),
            renamed: names(|is_renamed| is_renamed),
            tells: Tells { is_generated: code.generated, sets: sets(code) },
        }
    }
}

impl Briefs {
    pub fn push(&mut self, one: &OfOne) {
        self.definitions.push(Some(&one.definitions));
        self.imported.push(Some(&one.imported));
        self.renamed.push(Some(&one.renamed));
        self.tells.push(one.tells);
    }

    /// Adds those of one module of others.
    pub fn push_of(&mut self, others: &Self, number: usize) {
        self.definitions.push(others.definitions.get(number));
        self.imported.push(others.imported.get(number));
        self.renamed.push(others.renamed.get(number));
        self.tells.push(others.tells(number));
    }

    pub fn definitions(&self, number: usize) -> &[(NameHash, Brief)] {
        self.definitions.get(number).unwrap_or_default()
    }

    /// Whether it may import a thing of that name.
    pub fn may_import(&self, number: usize, name: &str) -> bool {
        self.imported.get(number).is_some_and(|names| names.binary_search(&short_hash(name)).is_ok())
    }

    /// Whether it may give one of these names another.
    pub fn may_rename<'n>(&self, number: usize, names: impl IntoIterator<Item = &'n str>) -> bool {
        let renamed = self.renamed.get(number).unwrap_or_default();
        !renamed.is_empty() && names.into_iter().any(|name| renamed.binary_search(&short_hash(name)).is_ok())
    }

    pub fn tells(&self, number: usize) -> Tells {
        self.tells.get(number).copied().unwrap_or_default()
    }
}

/// Whether a module may set names on others.
fn sets(code: &Code) -> bool {
    !code.sets.is_empty()
        || !code.fills.is_empty()
        || code.strings.iter().any(|string| string.create && !string.is_module)
}

/// Some names have one: who is told to have it is asked himself.
fn short_hash(name: &str) -> u32 {
    let hash = BuildHasherDefault::<FxHasher>::default().hash_one(name);
    (hash ^ hash >> 32) as u32
}
