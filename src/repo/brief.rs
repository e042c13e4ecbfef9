//! A definition without its text, in little room: of a large repository there are hundreds of thousands.

use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::FxHasher;

use super::ModuleId;
use crate::cache::flat::{Flat, answers, bits};
use crate::facts::{Code, Definition, DefinitionKind};

/// What tells whether a definition at module level has to be looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brief {
    /// The place among what the module defines.
    pub(super) at: u32,
    pub kind: DefinitionKind,
    /// Half of the hash of its body: two that are alike in it hardly bear one name and differ.
    pub body: u32,
    pub code_lines: u32,
    pub is_local: bool,
    pub is_private: bool,
}

/// A hash of a name, which hardly any other name has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NameHash(u64);

impl NameHash {
    pub fn of(name: &str) -> Self {
        Self(BuildHasherDefault::<FxHasher>::default().hash_one(name))
    }

    /// So many of its bits, as a number.
    pub fn first_bits(self, count: u32) -> usize {
        self.0.checked_shr(u64::BITS - count).unwrap_or_default() as usize
    }
}

impl Flat for (NameHash, Brief) {
    const BYTES: usize = u64::BYTES + 3 * u32::BYTES + 1;

    fn put(self, into: &mut Vec<u8>) {
        let (NameHash(name), Brief { at, kind, body, code_lines, is_local, is_private }) = self;
        name.put(into);
        [at, body, code_lines].into_iter().for_each(|number| number.put(into));
        let is = |of: DefinitionKind| kind == of;
        bits([is(DefinitionKind::Class), is(DefinitionKind::Function), is_local, is_private]).put(into);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let name = NameHash(u64::take(bytes)?);
        let (at, body, code_lines) = (u32::take(bytes)?, u32::take(bytes)?, u32::take(bytes)?);
        let [is_class, is_function, is_local, is_private] = answers(u8::take(bytes)?);
        let kind = match (is_class, is_function) {
            (true, _) => DefinitionKind::Class,
            (_, true) => DefinitionKind::Function,
            _ => DefinitionKind::Constant,
        };
        Some((name, Brief { at, kind, body, code_lines, is_local, is_private }))
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
            body: definition.body as u32,
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
