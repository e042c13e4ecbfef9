//! What others ask of a module most when they import from it: which names it binds. It stays what it was through most
//! changes of the module.

use super::{Module, watch};
use crate::cache::key;
use crate::facts::{Code, Import};

/// The names that a module binds, by what means it may bind more, and whether it changes where others are looked for.
#[derive(Clone, Copy)]
pub struct Face<'c>(&'c Code);

impl Module {
    /// What it binds; none where it is compiled, or could not be read.
    pub fn face(&self) -> Option<Face<'_>> {
        watch::looks_at_face(self.id);
        self.code_unwatched().map(Face)
    }
}

impl<'c> Face<'c> {
    /// Whether it may bind more than is written.
    pub fn is_open(self) -> bool {
        self.0.open
    }

    /// Whether it may make modules that are no files.
    pub fn makes_modules(self) -> bool {
        self.0.makes_modules
    }

    pub fn binds(self, name: &str) -> bool {
        self.0.bound.contains(name)
    }

    /// Whether it says what it exports.
    pub fn has_exports(self) -> bool {
        self.0.exports.is_some()
    }

    /// Whether it uses `sys.path`.
    pub fn searches(self) -> bool {
        self.0.searches
    }

    /// The imports that take all of a module.
    pub fn stars(self) -> impl Iterator<Item = &'c Import> {
        self.0.imports.iter().filter(|import| import.name.as_deref() == Some("*"))
    }

    /// A hash of all that is told here, never 0.
    fn digest(self) -> u64 {
        let answers = [self.is_open(), self.makes_modules(), self.has_exports(), self.searches()];
        let mut all = answers.map(u8::from).to_vec();
        for name in self.0.bound.iter() {
            all.extend(name.bytes().chain([0]));
        }
        for star in self.stars() {
            all.extend(star.level.to_le_bytes());
            all.extend(star.module.bytes().chain([0]));
        }
        let hash = key(&[&all]);
        hash.first_chunk().map_or(1, |half| u64::from_le_bytes(*half) | 1)
    }
}

/// What tells whether a face is another; 0 where there is none.
pub(super) fn digest(code: Option<&Code>) -> u64 {
    code.map_or(0, |code| Face(code).digest())
}
