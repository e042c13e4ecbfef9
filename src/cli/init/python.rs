//! `[python]`: where imports start, and whose grammar holds.

use std::collections::BTreeSet;

use crate::engine::required_python;
use crate::path::RepoPath;
use crate::policy::glob::{Glob, Globs};
use crate::policy::write;
use crate::repo::python_roots;
use crate::source::{Kind, Source, SourceError, Tree, purpose};
use crate::survey::{self, python::Root};

/// The table's text; empty where there is no package. Roots hold only where they are more than what is found
/// from the tree unasked. Projects that tests read are none, nor are folders that `imports`, with all their parts, name.
pub fn propose(
    source: &dyn Source,
    tree: &Tree,
    tests: &Globs,
    imports: &BTreeSet<String>,
) -> Result<String, SourceError> {
    let files: Vec<&RepoPath> =
        tree.entries().iter().filter(|entry| entry.kind == Kind::File).map(|entry| &entry.path).collect();
    let seen = survey::python::find(&files).roots;
    if seen.is_empty() {
        return Ok(String::new());
    }
    let is_nameable = |folder: &str| {
        folder.is_empty()
            || (Glob::is_literal(folder) && Glob::parse(folder).is_ok() && tree.is_folder(folder.as_bytes()))
    };
    let is_data = |folder: &str| purpose::is_test_data(&format!("{folder}/__init__.py").as_str().into(), tests);
    let mut roots = python_roots(tree, None);
    let found = roots.len();
    let is_more = |root: &Root| {
        is_nameable(&root.folder) && !roots.contains(&root.folder) && root.is_start(&roots, imports, tree)
    };
    let more: Vec<String> = seen.into_iter().filter(is_more).map(|root| root.folder).collect();
    roots.extend(more);
    let holds = roots.len() > found;
    roots.retain(|folder| is_nameable(folder) && !is_data(folder));
    roots.sort();
    let shown: Vec<_> =
        roots.iter().map(|folder| write::text(if folder.is_empty() { "." } else { folder.as_str() })).collect();
    let (mark, why) = if holds { ("", "packages lie there") } else { ("#", "found from the tree as well") };
    let mut out =
        format!("\n[python]\n# Where absolute imports start.\n{mark}roots = [{}]  # {why}\n", shown.join(", "));
    if let Some(version) = required_python(source, tree)? {
        out.push_str(&format!("#version = \"{}.{}\"  # what requires-python says\n", version.0, version.1));
    }
    Ok(out)
}
