//! A definition without its text, in little room: of a large repository there are hundreds of thousands.

use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

use super::ModuleId;
use crate::facts::{Code, Definition};

/// What tells whether a definition at module level has to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Brief {
    name: NameHash,
    pub module: ModuleId,
    /// The place among what the module defines.
    pub(super) at: u32,
    /// Half of the hash of its body: two that are alike in it hardly bear one name and differ.
    pub body: [u8; 4],
    pub code_lines: u32,
    pub is_local: bool,
    pub is_private: bool,
}

/// A hash of a name, which hardly any other name has; as bytes, for numbers that are large take more room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct NameHash([u8; 8]);

impl NameHash {
    pub fn of(name: &str) -> Self {
        Self(BuildHasherDefault::<FxHasher>::default().hash_one(name).to_le_bytes())
    }
}

impl Brief {
    /// What a module defines, in the order of the text.
    pub(super) fn all(module: ModuleId, code: &Code) -> impl Iterator<Item = Self> {
        let top = (0..).zip(&code.definitions).filter(|(_, definition)| definition.is_top());
        top.map(move |(at, definition)| Self::of(module, at, definition))
    }

    fn of(module: ModuleId, at: u32, definition: &Definition) -> Self {
        Self {
            name: NameHash::of(&definition.name),
            module,
            at,
            body: (definition.body as u32).to_le_bytes(),
            code_lines: definition.code_lines,
            is_local: definition.local,
            is_private: definition.name.starts_with('_'),
        }
    }

    pub(super) fn name(&self) -> NameHash {
        self.name
    }
}
