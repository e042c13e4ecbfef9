//! Files that can go: nothing imports them any more, and git keeps them.

use rustc_hash::FxHashSet;

use crate::finding::Finding;
use crate::finding::moves::Repair;
use crate::path::RepoPath;
use crate::repo::Repo;
use crate::source::{Source, SourceError, Tree};

/// The number of a finding, and the file that can go; else why not.
type Decided = (usize, Result<RepoPath, String>);

/// Which of the files that `findings` would have deleted can go, by the numbers of the findings; else why not.
pub(super) fn deletable<'f>(
    repo: &Repo,
    source: &dyn Source,
    tree: &Tree,
    findings: impl IntoIterator<Item = (usize, &'f Finding)>,
) -> Result<Vec<Decided>, SourceError> {
    let asked = findings.into_iter().filter(|(_, finding)| finding.repair == Some(Repair::Delete));
    let staged = source.changed()?;
    Ok(asked.map(|(number, finding)| (number, may_go(repo, tree, &staged, &finding.path))).collect())
}

fn may_go(repo: &Repo, tree: &Tree, staged: &FxHashSet<RepoPath>, path: &RepoPath) -> Result<RepoPath, String> {
    if tree.get(path.as_bytes()).is_none_or(|entry| !entry.is_kept(staged)) {
        return Err("no commit holds it as it is: git would not keep it".to_owned());
    }
    match repo.at(path).and_then(|id| repo.user_of(id)) {
        Some(user) => Err(format!("`{}` still uses it", repo.module(user).name())),
        None => Ok(path.clone()),
    }
}
