//! # private-import
//!
//! ## What it does
//! Flags the import of a private name (`_name`) or module (`_module`) of this repository from outside the
//! folder that holds it. Off unless the policy sets a level. Names with two underscores on both sides are not
//! private, and test code may import what is.
//!
//! ## Why is this bad?
//! The underscore says that it may change without a word. Whoever imports it from elsewhere finds out at run
//! time.
//!
//! ## Example
//! ```toml
//! [levels]
//! private-import = "warning"
//! ```
//! ```python
//! from backend.app.db.session import _connect
//! ```
//! in `backend.app.routes`.
//!
//! ## What to do instead
//! Import something public of that folder; or give the name a public one where it is meant for others.
//!
//! ## Fix
//! None: only a person knows whether it is meant for others.

use crate::facts::{Code, Import};
use crate::policy::day::Day;
use crate::policy::python::Imports;
use crate::repo::{ModuleId, Repo};
use crate::rules::{Found, ModuleRule, RuleDef, Sink, Stage};

use super::{judged, written};

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "private-import",
    summary: "a private name or module imported from outside its folder",
    source: include_str!("private_import.rs"),
    level: None,
    compile: |policy| Ok(vec![Stage::Module(Box::new(PrivateImport { imports: policy.imports }))]),
};

struct PrivateImport {
    imports: Imports,
}

impl ModuleRule for PrivateImport {
    fn check(&self, id: ModuleId, code: &Code, repo: &Repo, _today: Day, out: &mut Sink) {
        let module = repo.module(id);
        if module.is_test {
            return;
        }
        for import in judged(code, &self.imports) {
            let Some((name, folder)) = private(id, import, repo) else { continue };
            let shown = if folder.is_empty() { "the root" } else { &folder };
            let message = format!("`{name}` is private to `{shown}`");
            let help = format!("`{}`: import something public of that folder, or make this public", written(import));
            out.report(Found::place(&module.path, import.span, name, message, help));
        }
    }
}

/// The first private part on the way to what is imported whose folder does not hold the importer, and that folder.
fn private(id: ModuleId, import: &Import, repo: &Repo) -> Option<(String, String)> {
    let importer = &repo.module(id).path;
    let target = repo.module(repo.imported(id, import)?);
    let path = target.path.to_lossy();
    let parts: Vec<&str> = path.split('/').collect();
    let stems = parts.iter().map(|part| part.split('.').next().unwrap_or(part)).enumerate();
    let name = import.name.as_deref().map(|name| (parts.len() - 1, name));
    stems.chain(name).find_map(|(depth, part)| {
        let folder = parts.get(..depth).unwrap_or_default().join("/");
        let hidden = is_private(part) && !importer.is_under(folder.as_bytes());
        hidden.then(|| (part.to_owned(), folder))
    })
}

fn is_private(name: &str) -> bool {
    name.starts_with('_') && !(name.starts_with("__") && name.ends_with("__")) && name != "_"
}
