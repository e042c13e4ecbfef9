//! # relative-import
//!
//! ## What it does
//! Flags the relative imports that `relative` in `[import-path-policy]` bans: `"all"` of them, those of
//! `"parents"` (two dots or more), or `"none"`, which is the default.
//!
//! ## Why is this bad?
//! One module is imported by many paths; a search for one of them finds a part of its importers. Two dots also
//! break when the file moves.
//!
//! ## Example
//! ```toml
//! [import-path-policy]
//! relative = "parents"
//! ```
//! ```python
//! from ..db import session
//! ```
//!
//! ## What to do instead
//! ```python
//! from backend.app.db import session
//! ```
//!
//! ## Fix
//! `ssot fix` writes the absolute path. Safe: it is the same module.

use crate::facts::{Code, Import};
use crate::finding::Level;
use crate::finding::moves::Move;
use crate::policy::day::Day;
use crate::policy::python::Relative;
use crate::repo::{ModuleId, Repo};
use crate::rules::{Found, ModuleRule, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "relative-import",
    summary: "a relative import that `relative` bans",
    source: include_str!("relative_import.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let least = match policy.imports.relative {
            Relative::None => return Ok(vec![]),
            Relative::All => 1,
            Relative::Parents => 2,
        };
        let type_checking = policy.imports.type_checking;
        Ok(vec![Stage::Module(Box::new(RelativeImport { least, type_checking }))])
    },
};

struct RelativeImport {
    /// The fewest dots that are banned.
    least: u32,
    type_checking: bool,
}

impl ModuleRule for RelativeImport {
    fn check(&self, id: ModuleId, code: &Code, repo: &Repo, _today: Day, out: &mut Sink) {
        let module = repo.module(id);
        let banned = |import: &&Import| (self.type_checking || !import.type_checking) && import.level >= self.least;
        let banned: Vec<&Import> = code.imports.iter().filter(banned).collect();
        let is_same = |a: &&Import, b: &&Import| (a.line, a.level, &a.module) == (b.line, b.level, &b.module);
        for names in banned.chunk_by(is_same) {
            let Some(import) = names.first() else { continue };
            let written = format!("{}{}", ".".repeat(import.level as usize), import.module);
            let absolute = repo.absolute(id, &written).into_iter().next();
            let message = format!("`{written}` is a relative import");
            let help = match &absolute {
                Some(absolute) => format!("write `from {absolute} import …`"),
                None if module.names.is_empty() => {
                    "no absolute path leads here: a folder above has a name that no import can say".to_owned()
                }
                None => "write the absolute path; this one leads above the top".to_owned(),
            };
            let moves = absolute.iter().flat_map(|absolute| names.iter().map(|import| absolutely(import, absolute)));
            let moves = moves.collect();
            let subject = absolute.unwrap_or(written);
            out.report(Found::place(&module.path, import.span, subject, message, help).moves(moves));
        }
    }
}

fn absolutely(import: &Import, absolute: &str) -> Move {
    Move::Import {
        span: import.span,
        module: absolute.to_owned(),
        name: import.name.as_deref().map(str::to_owned),
        keep: false,
    }
}
