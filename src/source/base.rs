//! The commits that a snapshot is compared with, and what they called its files.

use std::path::Path;

use bstr::ByteSlice;
use rustc_hash::FxHashMap;

use super::git::{NONE, Repository};
use super::index::path;
use super::{CommitSource, Snapshot, SourceError, Tree, contents};
use crate::path::RepoPath;

/// What the environment of a hook calls the commits that an automatic merge brings in.
const MERGED: &str = "GITHEAD_";

/// The commits that `snapshot` is compared with: where it left `since`, if that is given; else the first parent of a
/// commit, and for what is staged or in the work tree `HEAD`, with every commit that a merge under way brings in.
/// None for the first commit.
///
/// # Errors
/// [`SourceError::Shallow`] where the clone does not reach that far, [`SourceError::Unrelated`] where there is no
/// common ancestor, and failures of git.
pub fn bases(repository: &Repository, snapshot: &Snapshot, since: Option<&str>) -> Result<Vec<String>, SourceError> {
    if let Some(since) = since {
        let tip = match snapshot {
            Snapshot::Commit(commit) => commit.clone(),
            _ => repository.commit("HEAD")?,
        };
        return Ok(vec![merge_base(repository, since, &tip)?]);
    }
    let mut bases: Vec<String> = before(repository, snapshot)?.into_iter().collect();
    if !matches!(snapshot, Snapshot::Commit(_)) {
        bases.extend(merged(repository)?);
    }
    Ok(bases)
}

/// The commit that `snapshot` follows: the first parent of a commit, else `HEAD`.
fn before(repository: &Repository, snapshot: &Snapshot) -> Result<Option<String>, SourceError> {
    match snapshot {
        // A push that deletes a branch holds nothing.
        Snapshot::Commit(commit) if commit.bytes().all(|byte| byte == b'0') => Ok(None),
        Snapshot::Commit(commit) => first_parent(repository, commit),
        _ => repository.head(),
    }
}

fn merge_base(repository: &Repository, since: &str, tip: &str) -> Result<String, SourceError> {
    let is_shallow = repository.is_shallow()?;
    let too_far = |error| if is_shallow { SourceError::Shallow(since.to_owned()) } else { error };
    let since_commit = repository.commit(since).map_err(too_far)?;
    match repository.output(&["merge-base", &since_commit, tip]) {
        Ok(answer) => Ok(answer.trim_ascii_end().to_str_lossy().into_owned()),
        Err(SourceError::Git { code: NONE, .. }) => Err(too_far(SourceError::Unrelated(since.to_owned()))),
        Err(error) => Err(error),
    }
}

/// The first parent of a commit; none of the first one. A shallow clone hides the parents of its last commit, but
/// the commit itself names them.
fn first_parent(repository: &Repository, commit: &str) -> Result<Option<String>, SourceError> {
    let text = repository.output(&["cat-file", "commit", commit])?;
    let parent = text.lines().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix(b"parent "));
    let Some(parent) = parent else { return Ok(None) };
    let parent = parent.to_str_lossy().into_owned();
    match repository.commit(&parent) {
        Ok(parent) => Ok(Some(parent)),
        Err(_) if repository.is_shallow()? => Err(SourceError::Shallow(parent)),
        Err(error) => Err(error),
    }
}

/// The commits that the next commit brings in beside `HEAD`. A merge that stopped names them in `MERGE_HEAD`; one
/// that did not has not written that yet when its hook runs, and names them in the environment; one that squashes
/// lists them in its message.
fn merged(repository: &Repository) -> Result<Vec<String>, SourceError> {
    let mut named: Vec<String> =
        std::env::vars_os().filter_map(|(name, _)| name.to_str()?.strip_prefix(MERGED).map(str::to_owned)).collect();
    named.sort();
    let lines = |text: String| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    named.extend(lines(read(&repository.private("MERGE_HEAD")?)?));
    let squashed = lines(read(&repository.private("SQUASH_MSG")?)?);
    named.extend(squashed.iter().find_map(|line| line.strip_prefix("commit ")).map(str::to_owned));
    let is_name = |name: &String| name.len() >= 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut commits = Vec::new();
    for name in named.iter().filter(|name| is_name(name)) {
        let commit = repository.commit(name)?;
        if !commits.contains(&commit) {
            commits.push(commit);
        }
    }
    Ok(commits)
}

fn read(path: &Path) -> Result<String, SourceError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(bytes.to_str_lossy().into_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(SourceError::Disk { path: path.display().to_string(), error }),
    }
}

/// Old path to new, of the files that `snapshot` holds at another path than `base`.
pub fn renames(
    repository: &Repository,
    snapshot: &Snapshot,
    base: &str,
) -> Result<FxHashMap<RepoPath, RepoPath>, SourceError> {
    match renames_by(repository, snapshot, base, "-M") {
        // What is left out of a partial clone is not fetched: then a file is known again by what its name tells of it.
        Err(SourceError::Git { message, .. }) if message.contains("promisor remote") => {
            renames_by(repository, snapshot, base, "-M100%")
        }
        renames => renames,
    }
}

/// The same; `how` says how like each other two files have to be.
fn renames_by(
    repository: &Repository,
    snapshot: &Snapshot,
    base: &str,
    how: &str,
) -> Result<FxHashMap<RepoPath, RepoPath>, SourceError> {
    let common = ["--raw", "-z", how, "--diff-filter=R"];
    let words: Vec<&str> = match snapshot {
        Snapshot::Commit(commit) => ["diff-tree", "-r"].into_iter().chain(common).chain([base, commit]).collect(),
        Snapshot::Index => ["diff-index", "--cached"].into_iter().chain(common).chain([base]).collect(),
        _ => ["diff-index"].into_iter().chain(common).chain([base]).collect(),
    };
    let (mut renames, mut old) = (FxHashMap::default(), None);
    let mut is_path = false;
    repository.records(&words, Vec::new(), |record| {
        if !is_path {
            is_path = record.starts_with(b":");
            return is_path.then_some(());
        }
        match old.take() {
            None => old = Some(path(record)?),
            Some(before) => {
                renames.insert(before, path(record)?);
                is_path = false;
            }
        }
        Some(())
    })?;
    Ok(renames)
}

/// Old path to new, of the files that `snapshot` holds at another path than what it grew from; none where this clone
/// does not reach that far.
pub fn renamed(repository: &Repository, snapshot: &Snapshot) -> Result<FxHashMap<RepoPath, RepoPath>, SourceError> {
    match before(repository, snapshot) {
        Ok(base) => base.map_or(Ok(FxHashMap::default()), |base| renames(repository, snapshot, &base)),
        Err(SourceError::Shallow(_)) => Ok(FxHashMap::default()),
        Err(error) => Err(error),
    }
}

/// What a snapshot's base held at some of `paths`, by path; nothing where this clone does not reach that far.
pub fn held_before(
    repository: &Repository,
    snapshot: &Snapshot,
    paths: &[RepoPath],
) -> Result<FxHashMap<RepoPath, Vec<u8>>, SourceError> {
    let base = match before(repository, snapshot) {
        Ok(Some(base)) => base,
        Ok(None) | Err(SourceError::Shallow(_)) => return Ok(FxHashMap::default()),
        Err(error) => return Err(error),
    };
    let source = CommitSource::new(repository.clone(), &base)?;
    let tree = Tree::new(source.entries_at(paths.iter())?);
    contents(&source, &tree, paths)
}
