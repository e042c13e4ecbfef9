//! What others ask of a module most, told without its facts.

use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::{FxHashSet, FxHasher};
use serde::{Deserialize, Serialize};

use super::rows::Rows;
use crate::cache::flat;
use crate::facts::Code;
use crate::repo::brief::{Brief, NameHash};
use crate::repo::face;

/// Of one module after the other.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Briefs {
    definitions: Rows<(NameHash, Brief)>,
    /// The names that it imports, and those to which it gives others, hashed and sorted.
    imported: Rows<u32>,
    renamed: Rows<u32>,
    tells: Vec<Tells>,
    #[serde(with = "flat")]
    faces: Vec<u64>,
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
    face: u64,
}

impl OfOne {
    pub fn of(code: Option<&Code>) -> Self {
        let Some(code) = code else { return Self::default() };
        let imported = code.imports.iter().filter_map(|import| import.name.as_deref());
        let renamed = code.imports.iter().filter(|import| import.alias.is_some());
        let renamed = renamed.filter_map(|import| import.name.as_deref());
        let aliased = code.aliases.iter().filter_map(|alias| alias.target.rsplit('.').next());
        Self {
            definitions: Brief::all(code).collect(),
            imported: hashed(imported),
            renamed: hashed(renamed.chain(aliased)),
            tells: Tells { is_generated: code.generated, sets: sets(code) },
            face: face::digest(Some(code)),
        }
    }
}

impl Briefs {
    pub fn push(&mut self, one: &OfOne) {
        self.definitions.push(Some(&one.definitions));
        self.imported.push(Some(&one.imported));
        self.renamed.push(Some(&one.renamed));
        self.tells.push(one.tells);
        self.faces.push(one.face);
    }

    /// Adds those of one module of others.
    pub fn push_of(&mut self, others: &Self, number: usize) {
        self.definitions.push(others.definitions.get(number));
        self.imported.push(others.imported.get(number));
        self.renamed.push(others.renamed.get(number));
        self.tells.push(others.tells(number));
        self.faces.push(others.face(number).unwrap_or_default());
    }

    pub fn definitions(&self, number: usize) -> &[(NameHash, Brief)] {
        self.definitions.get(number).unwrap_or_default()
    }

    /// Whether it may import a thing of that name.
    pub fn may_import(&self, number: usize, name: &str) -> bool {
        self.imported.get(number).is_some_and(|names| names.binary_search(&short_hash(name)).is_ok())
    }

    /// Whether it may give one of these names another.
    pub fn may_rename(&self, number: usize, names: &Names) -> bool {
        self.renamed.get(number).is_some_and(|renamed| renamed.iter().any(|name| names.0.contains(name)))
    }

    /// What tells whether the face of a module is another.
    pub fn face(&self, number: usize) -> Option<u64> {
        self.faces.get(number).copied()
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

/// Some names, to be compared with those of many modules.
#[derive(Debug, Default)]
pub struct Names(FxHashSet<u32>);

impl Names {
    pub fn insert(&mut self, name: &str) {
        self.0.insert(short_hash(name));
    }
}

fn hashed<'n>(names: impl Iterator<Item = &'n str>) -> Vec<u32> {
    let mut hashes: Vec<u32> = names.map(short_hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// Other names may have the same: who may have one is asked himself.
fn short_hash(name: &str) -> u32 {
    let hash = BuildHasherDefault::<FxHasher>::default().hash_one(name);
    (hash ^ hash >> 32) as u32
}
