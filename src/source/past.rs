//! What stood before a change.

use rustc_hash::FxHashSet;

use super::base::{bases, renames};
use super::git::Repository;
use super::index::{changes_since, raw_diff};
use super::{At, CommitSource, Entry, Snapshot, SourceError, Tree};
use crate::path::RepoPath;

/// A snapshot beside the commits that it is compared with.
pub struct Past<'t> {
    repository: Repository,
    snapshot: Snapshot,
    tree: &'t Tree,
    commits: Vec<String>,
    /// The paths at which the snapshot differs from each of them, but for what lies on disk alone.
    differing: FxHashSet<RepoPath>,
}

/// Some files of a commit, by the path that each has now.
pub type Held = (CommitSource, Vec<(RepoPath, Entry)>);

impl<'t> Past<'t> {
    /// The snapshot that holds `tree`, beside the commits that [`bases`] names.
    ///
    /// # Errors
    /// Those of [`bases`], and failures of git.
    pub fn new(
        repository: Repository,
        snapshot: Snapshot,
        since: Option<&str>,
        tree: &'t Tree,
    ) -> Result<Self, SourceError> {
        let commits = bases(&repository, &snapshot, since)?;
        let mut differing: Option<FxHashSet<RepoPath>> = None;
        for commit in &commits {
            let mut differs = differing_from(&repository, &snapshot, commit)?;
            if let Some(others) = differing {
                differs.retain(|path| others.contains(path));
            }
            differing = Some(differs);
        }
        let differing = differing.unwrap_or_default();
        Ok(Self { repository, snapshot, tree, commits, differing })
    }

    /// Whether none of the commits holds the file as it is now.
    pub fn changed(&self, path: &RepoPath) -> bool {
        let on_disk = || self.tree.get(path.as_bytes()).is_some_and(|entry| entry.at == At::Disk);
        self.commits.is_empty() || self.differing.contains(path) || on_disk()
    }

    /// What each of the commits holds of `paths`, where they may have been called otherwise.
    pub fn held(&self, paths: &FxHashSet<&RepoPath>) -> Result<Vec<Held>, SourceError> {
        let held = |commit: &String| {
            let source = CommitSource::new(self.repository.clone(), commit)?;
            let entries = self.held_by(&source, commit, paths)?;
            Ok((source, entries))
        };
        self.commits.iter().map(held).collect()
    }

    fn held_by(
        &self,
        source: &CommitSource,
        commit: &str,
        paths: &FxHashSet<&RepoPath>,
    ) -> Result<Vec<(RepoPath, Entry)>, SourceError> {
        let tree = Tree::new(source.entries_at(paths.iter().copied())?);
        let same = |path: &&RepoPath| Some(((*path).clone(), tree.get(path.as_bytes())?.clone()));
        let mut held: Vec<_> = paths.iter().filter_map(same).collect();
        if held.len() < paths.len() {
            let moved = renames(&self.repository, &self.snapshot, commit)?;
            let relevant: Vec<_> = moved.iter().filter(|(_, new)| paths.contains(new)).collect();
            let tree = Tree::new(source.entries_at(relevant.iter().map(|(old, _)| *old))?);
            let moved = |(old, new): (&RepoPath, &RepoPath)| Some((new.clone(), tree.get(old.as_bytes())?.clone()));
            held.extend(relevant.into_iter().filter_map(moved));
        }
        Ok(held)
    }
}

/// The paths at which a snapshot differs from a commit. Of a work tree those that are staged: another one lies on disk.
fn differing_from(
    repository: &Repository,
    snapshot: &Snapshot,
    commit: &str,
) -> Result<FxHashSet<RepoPath>, SourceError> {
    let changes = match snapshot {
        Snapshot::Commit(of) => {
            raw_diff(repository, &["diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-commit-id", commit, of])?
        }
        Snapshot::Index | Snapshot::Worktree => changes_since(repository, Some(commit), "--ita-visible-in-index")?,
    };
    Ok(changes.into_iter().map(|change| change.path).collect())
}
