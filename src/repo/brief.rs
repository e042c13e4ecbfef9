//! A definition without its text, in little room: of a large repository there are hundreds of thousands.

use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

use super::ModuleId;
use crate::facts::{Code, Definition, DefinitionKind};

/// What tells whether a definition at module level has to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// The place among what the module defines.
    pub(super) at: u32,
    pub kind: DefinitionKind,
    /// Half of the hash of its body: two that are alike in it hardly bear one name and differ.
    pub body: [u8; 4],
    pub code_lines: u32,
    pub is_local: bool,
    pub is_private: bool,
}

/// A hash of a name, which hardly any other name has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "[u8; 8]", into = "[u8; 8]")]
pub(super) struct NameHash(u64);

impl NameHash {
    pub fn of(name: &str) -> Self {
        Self(BuildHasherDefault::<FxHasher>::default().hash_one(name))
    }
}

/// As bytes it is kept, for large numbers take more room.
impl From<[u8; 8]> for NameHash {
    fn from(bytes: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(bytes))
    }
}

impl From<NameHash> for [u8; 8] {
    fn from(hash: NameHash) -> Self {
        hash.0.to_le_bytes()
    }
}

impl Brief {
    /// What a module defines, in the order of the text.
    pub(super) fn all(code: &Code) -> impl Iterator<Item = (NameHash, Self)> {
        let top = (0..).zip(&code.definitions).filter(|(_, definition)| definition.is_top());
        top.map(|(at, definition)| (NameHash::of(&definition.name), Self::of(at, definition)))
    }

    fn of(at: u32, definition: &Definition) -> Self {
        Self {
            at,
            kind: definition.kind,
            body: (definition.body as u32).to_le_bytes(),
            code_lines: definition.code_lines,
            is_local: definition.local,
            is_private: definition.name.starts_with('_'),
        }
    }

    /// The definition in the code of its module.
    pub(super) fn whole<'c>(&self, code: &'c Code) -> Option<&'c Definition> {
        code.definitions.get(usize::try_from(self.at).ok()?)
    }
}

/// One of those that bear a name.
#[derive(Clone, Copy, Debug)]
pub struct Namesake {
    pub(super) name: NameHash,
    pub module: ModuleId,
    pub brief: Brief,
}
