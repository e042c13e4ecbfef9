//! What to write in place of an import: as a text for a person, and as a move for a machine.

use super::{Module, ModuleId, Repo};
use crate::facts::Import;
use crate::finding::moves::Move;

/// Where an imported name is to come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    pub module: String,
    /// None: the module itself is imported.
    pub name: Option<String>,
}

impl Instead {
    pub fn new(module: impl Into<String>, name: Option<&str>) -> Self {
        Self { module: module.into(), name: name.map(str::to_owned) }
    }

    /// The statement for this one name.
    pub fn statement(&self, alias: Option<&str>) -> String {
        let alias = alias.map(|alias| format!(" as {alias}")).unwrap_or_default();
        match &self.name {
            Some(name) => format!("from {} import {name}{alias}", self.module),
            None => format!("import {}{alias}", self.module),
        }
    }

    /// The move, in the manner of the import: relative where it was, and without the folder of a root that it left
    /// out. `absolute` is the whole name of what is imported now.
    pub fn moved(&self, id: ModuleId, import: &Import, absolute: &str, repo: &Repo) -> Move {
        let from = repo.module(id);
        let module = match import.level {
            0 => {
                let written = match import.name.as_deref() {
                    None | Some("*") => import.module.to_string(),
                    Some(name) => format!("{}.{name}", import.module),
                };
                as_short(&self.module, absolute, &written).to_owned()
            }
            level => relative(&self.module, level, from).unwrap_or_else(|| self.module.clone()),
        };
        let changes = import.alias.is_none() && self.name.is_some() && self.name.as_deref() != import.name.as_deref();
        let taken = import.name.as_deref().unwrap_or_default();
        let keep = changes && !import.local && repo.is_taken_from(id, taken);
        Move::Import { span: import.span, module, name: self.name.clone(), keep }
    }
}

/// `new` without the folder of a root, where `written` leaves it out of `absolute`.
pub fn as_short<'n>(new: &'n str, absolute: &str, written: &str) -> &'n str {
    let folder = absolute.strip_suffix(written).filter(|folder| folder.ends_with('.')).unwrap_or_default();
    new.strip_prefix(folder).filter(|rest| !rest.is_empty()).unwrap_or(new)
}

/// `a.b.c` as `.c` in the package `a.b`, from as many dots as were written; none where it lies elsewhere.
fn relative(module: &str, level: u32, from: &Module) -> Option<String> {
    let dots = ".".repeat(level as usize);
    from.packages().find_map(|package| {
        let base = crate::lang::modules::relative(package, &dots)?;
        if module == base {
            return Some(dots.clone());
        }
        let rest = module.strip_prefix(base.as_str())?.strip_prefix('.')?;
        Some(format!("{dots}{rest}"))
    })
}
