//! In which files copies are looked for, and which of them are compared.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Running, has_content};
use crate::cache::Folder;
use crate::clones::File;
use crate::clones::like::{self, Piece, Query, Wrong};
use crate::lang;
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::rules::Stage;
use crate::rules::no_duplicate_concepts::CloneRule;
use crate::source::{Attributes, Entry, Source, SourceError, Tree, purpose};

/// The files in which copies are looked for, where a rule asks for them. Each service is compared with itself, and so
/// is test code.
pub(super) fn files<'t>(
    source: &dyn Source,
    tree: &'t Tree,
    policy: &Policy,
    running: &[Running],
) -> Result<Vec<File<'t>>, SourceError> {
    let stages = running.iter().flat_map(|running| &running.stages);
    let rules: Vec<&dyn CloneRule> = stages
        .filter_map(|stage| match stage {
            Stage::Clones(rule) => Some(&**rule),
            _ => None,
        })
        .collect();
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let mut groups: BTreeMap<(Option<&str>, bool), u32> = BTreeMap::new();
    let mut files = Vec::new();
    for entry in written(source, tree, policy)? {
        let is_test = policy.project.tests.matches(&entry.path);
        if is_test && !rules.iter().any(|rule| rule.wants_test(&entry.path)) {
            continue;
        }
        let next = u32::try_from(groups.len()).unwrap_or(u32::MAX);
        let group = *groups.entry((policy.project.service_of(&entry.path), is_test)).or_insert(next);
        files.push(File { entry, group });
    }
    Ok(files)
}

/// What is most like a piece of code, test code included; whose service it is does not count for who looks for it.
pub fn alike(
    source: &dyn Source,
    tree: &Tree,
    policy: &Policy,
    query: &Query<'_>,
    cache: Option<&Folder>,
) -> Result<Result<Vec<Piece>, Wrong>, SourceError> {
    like::find(source, &written(source, tree, policy)?, query, cache)
}

/// The files that may hold copies, as persons wrote them.
fn written<'t>(source: &dyn Source, tree: &'t Tree, policy: &Policy) -> Result<Vec<&'t Entry>, SourceError> {
    let attributes = Attributes::load(source, tree)?;
    let is_left_out = |path: &RepoPath| {
        // A stub says again what its source says.
        !lang::of(path).has_tokens()
            || path.name().ends_with(b".pyi")
            || policy.project.exclude.matches(path)
            || attributes.is_generated(path)
            || purpose::is_minified(path)
            || purpose::is_taken_over(path)
            || purpose::is_example(path, tree)
            || purpose::is_step(path)
    };
    let entries = tree.entries().par_iter().filter(|entry| has_content(entry.kind) && !is_left_out(&entry.path));
    Ok(entries.collect())
}
