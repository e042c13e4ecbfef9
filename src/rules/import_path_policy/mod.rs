//! `import-path-policy`: who imports what, and by which path.

pub mod forbidden_import;
pub mod import_cycle;
pub mod independence_violation;
pub mod interface_bypass;
pub mod layer_violation;
pub mod legacy_import;
pub mod non_canonical_import;
pub mod private_import;
pub mod protected_import;
pub mod relative_import;
pub mod unresolved_import;
pub mod wrapped_import;

use crate::facts::{Code, Import, Use};
use crate::finding::Span;
use crate::policy::python::Imports;
use crate::repo::{ModuleId, Repo};

/// The name of what an import takes, in each way that it can be meant: `a.b.c` for `from a.b import c`.
fn imported_names(repo: &Repo, from: ModuleId, import: &Import) -> Vec<String> {
    let module = format!("{}{}", ".".repeat(import.level as usize), import.module);
    let with_name = |module: String| match import.name.as_deref() {
        None | Some("*") => module,
        Some(name) if module.is_empty() => name.to_owned(),
        Some(name) => format!("{module}.{name}"),
    };
    repo.absolute(from, &module).into_iter().map(with_name).collect()
}

/// The uses of imported names that the policy has judged, by each name that they can mean; those of names that a
/// star may have brought, too.
fn used_names(repo: &Repo, from: ModuleId, code: &Code, imports: &Imports) -> Vec<(Vec<String>, Span)> {
    let is_judged = |used: &Use<'_>| imports.type_checking || !used.type_checking;
    let direct = code.uses.iter().filter(is_judged);
    let direct = direct.map(|used| (repo.absolute(from, used.target), used.span));
    let stars = judged(code, imports).filter(|import| import.name.as_deref() == Some("*"));
    let stars: Vec<String> = stars.flat_map(|import| imported_names(repo, from, import)).collect();
    let free = code.free.iter().filter(is_judged);
    let free = free.map(|free| (stars.iter().map(|star| format!("{star}.{}", free.target)).collect(), free.span));
    direct.chain(free).collect()
}

/// The imports that the policy has judged.
fn judged<'c>(code: &'c Code, imports: &Imports) -> impl Iterator<Item = &'c Import> {
    let type_checking = imports.type_checking;
    code.imports.iter().filter(move |import| type_checking || !import.type_checking)
}

/// The statement's text, for a message: `from a.b import c`.
fn written(import: &Import) -> String {
    let dots = ".".repeat(import.level as usize);
    match &import.name {
        Some(name) => format!("from {dots}{} import {name}", import.module),
        None => format!("import {}", import.module),
    }
}
