//! Files on disk as they are, and as they are to be.

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::Context;

use crate::cli::scope::Scope;
use crate::cli::write;
use crate::finding::Span;
use crate::fix::{Left, Mended, patch};
use crate::path::RepoPath;
use crate::source;

/// What one file is on disk, and what it is to be.
pub struct Change {
    pub path: RepoPath,
    place: PathBuf,
    before: Vec<u8>,
    /// None: it goes.
    after: Option<Vec<u8>>,
}

/// All changes, sorted by path; what cannot be changed is noted as left.
pub fn all(scope: &Scope, root: &Path, mended: &mut Mended) -> anyhow::Result<Vec<Change>> {
    let judged = source::contents(scope.source.as_ref(), &scope.tree, mended.changed.keys())
        .context("what was judged cannot be read again")?;
    let mut wanted: Vec<_> = std::mem::take(&mut mended.changed).into_iter().collect();
    wanted.sort_by(|(a, _), (b, _)| a.cmp(b));
    let (mut changes, mut unwritten) = (Vec::new(), None);
    for (path, after) in wanted {
        let edits = after.is_some();
        let place = root.join(path.to_os());
        let judged = judged.get(&path).map(Vec::as_slice).unwrap_or_default();
        match on_disk(root, &place, judged, after) {
            Ok((before, after)) => changes.push(Change { path, place, before, after }),
            Err(why) => {
                mended.left.push(left(&path, why));
                unwritten = unwritten.or(edits.then_some(path));
            }
        }
    }
    Ok(without_deletions(changes, unwritten.as_ref(), mended))
}

/// The changes without deletions where a file could not be mended: that one may still use what was to go.
pub fn without_deletions(mut changes: Vec<Change>, unwritten: Option<&RepoPath>, mended: &mut Mended) -> Vec<Change> {
    if let Some(unwritten) = unwritten {
        changes.retain(|change| {
            if change.deletes() {
                let why = format!("`{unwritten}` could not be mended, and may still use it");
                mended.left.push(left(&change.path, why));
            }
            !change.deletes()
        });
    }
    changes
}

/// A file that stays as it is.
pub fn left(path: &RepoPath, why: String) -> Left {
    Left { path: path.clone(), span: Span::FILE, rule: "", why }
}

impl Change {
    pub fn deletes(&self) -> bool {
        self.after.is_none()
    }

    pub fn patch(&self) -> Option<String> {
        patch::of(&self.path, is_executable(&self.place), &self.before, self.after.as_deref())
    }

    /// Writes it, whole or not at all.
    pub fn write(&self) -> io::Result<()> {
        // Between the reading and this may lie the writing of many other files.
        if fs::read(&self.place)? != self.before {
            return Err(io::Error::other(CHANGED));
        }
        match &self.after {
            Some(after) => write::whole(&self.place, after),
            None => fs::remove_file(&self.place),
        }
    }
}

const CHANGED: &str = "it is not on disk as it was judged: it changed meanwhile, or a filter of git's changes it";

type Contents = (Vec<u8>, Option<Vec<u8>>);

/// What lies on disk, and what is to, with the line endings that git gave the file there.
fn on_disk(root: &Path, place: &Path, judged: &[u8], after: Option<Vec<u8>>) -> Result<Contents, String> {
    let metadata = fs::symlink_metadata(place).map_err(|error| error.to_string())?;
    let folder = place.parent().and_then(|folder| fs::canonicalize(folder).ok());
    let is_inside = folder.is_some_and(|folder| fs::canonicalize(root).is_ok_and(|root| folder.starts_with(root)));
    if !metadata.is_file() || !is_inside {
        return Err("it is a link, or lies behind one".to_owned());
    }
    let before = fs::read(place).map_err(|error| error.to_string())?;
    if before == judged {
        return Ok((before, after));
    }
    // A checkout may have made CRLF of LF.
    if with_crlf(judged) == before {
        return Ok((before, after.map(|after| with_crlf(&after))));
    }
    Err(CHANGED.to_owned())
}

fn with_crlf(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 32);
    for byte in text {
        if *byte == b'\n' && out.last() != Some(&b'\r') {
            out.push(b'\r');
        }
        out.push(*byte);
    }
    out
}

#[cfg(unix)]
fn is_executable(place: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(place).is_ok_and(|metadata| metadata.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn is_executable(_place: &Path) -> bool {
    false
}
