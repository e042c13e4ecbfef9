//! Which definition stands around some lines.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::{ModuleId, Repo, watch};
use crate::facts::{Code, DefinitionKind};

/// The first and the last of some lines.
pub type Lines = (u32, u32);

/// A function or a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Around {
    /// What it is called from its module.
    pub name: CompactString,
    pub lines: Lines,
    /// Whether it can be imported: it stands at module level, and not only where the file is run.
    pub is_open: bool,
    pub is_class: bool,
}

impl Around {
    /// The innermost one around the lines, else the first that starts in them.
    fn of(code: &Code, (first, last): Lines) -> Option<Self> {
        let mut blocks = code.definitions.iter().filter(|definition| definition.kind != DefinitionKind::Constant);
        let is_around = |lines: Lines| lines.0 <= first && last <= lines.1;
        let around = blocks.clone().filter(|definition| is_around(definition.lines));
        let inner = around.min_by_key(|definition| definition.lines.1 - definition.lines.0);
        let found = inner.or_else(|| blocks.find(|definition| (first..=last).contains(&definition.lines.0)))?;
        Some(Self {
            name: found.name.clone(),
            lines: found.lines,
            is_open: found.is_top() && !found.local,
            is_class: found.kind == DefinitionKind::Class,
        })
    }
}

impl Repo {
    /// The innermost function or class around some lines of a module, else the first that starts in them.
    pub fn around(&self, id: ModuleId, lines: Lines) -> Option<Around> {
        watch::looks_at(id);
        let look = || self.module(id).code().and_then(|code| Around::of(code, lines));
        match &self.recalled {
            Some(recalled) => recalled.around(id, lines, look),
            None => look(),
        }
    }
}
