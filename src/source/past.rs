//! What stood before a change, of some of its files.

use rustc_hash::{FxHashMap, FxHashSet};

use super::base::{bases, renames};
use super::git::Repository;
use super::index::{changes_since, raw_diff};
use super::{At, CommitSource, Entry, Snapshot, Source, SourceError, Tree};
use crate::path::RepoPath;

/// Some files of a snapshot beside the commits that it is compared with.
pub struct Past {
    /// Those that no commit holds as they are now.
    pub changed: FxHashSet<RepoPath>,
    /// Of each commit what it holds of those, by the path that each has now.
    pub held: Vec<(CommitSource, Vec<(RepoPath, Entry)>)>,
}

impl Past {
    /// What stood of those of `paths` that changed since the commits that [`bases`] names.
    ///
    /// # Errors
    /// Those of [`bases`], and failures of git.
    pub fn of(
        repository: &Repository,
        snapshot: &Snapshot,
        since: Option<&str>,
        tree: &Tree,
        paths: &[&RepoPath],
    ) -> Result<Self, SourceError> {
        let commits = bases(repository, snapshot, since)?;
        let mut changed: FxHashSet<RepoPath> = paths.iter().copied().cloned().collect();
        for commit in &commits {
            let differs = differing(repository, snapshot, commit)?;
            let on_disk = |path: &RepoPath| tree.get(path.as_bytes()).is_some_and(|entry| entry.at == At::Disk);
            changed.retain(|path| differs.contains(path) || on_disk(path));
        }
        let mut held = Vec::new();
        for commit in commits.iter().filter(|_| !changed.is_empty()) {
            let source = CommitSource::new(repository.clone(), commit)?;
            let tree = Tree::new(source.entries()?);
            let is_new = |path: &&RepoPath| tree.get(path.as_bytes()).is_none();
            let moved = match changed.iter().any(|path| is_new(&path)) {
                true => renames(repository, snapshot, commit)?,
                false => FxHashMap::default(),
            };
            let moved: FxHashMap<&RepoPath, &RepoPath> = moved.iter().map(|(old, new)| (new, old)).collect();
            let entry = |path: &RepoPath| {
                let entry = tree.get(path.as_bytes()).or_else(|| tree.get(moved.get(path)?.as_bytes()));
                entry.map(|entry| (path.clone(), entry.clone()))
            };
            let entries = changed.iter().filter_map(entry).collect();
            held.push((source, entries));
        }
        Ok(Self { changed, held })
    }
}

/// The paths at which a snapshot differs from a commit. Of a work tree those that are staged: another one lies on disk.
fn differing(repository: &Repository, snapshot: &Snapshot, commit: &str) -> Result<FxHashSet<RepoPath>, SourceError> {
    let changes = match snapshot {
        Snapshot::Commit(of) => {
            raw_diff(repository, &["diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-commit-id", commit, of])?
        }
        Snapshot::Index | Snapshot::Worktree => changes_since(repository, Some(commit), "--ita-visible-in-index")?,
    };
    Ok(changes.into_iter().map(|change| change.path).collect())
}
