//! Files that can go: nothing imports or names them any more, and git keeps them.

use std::sync::{Mutex, PoisonError};

use bstr::ByteSlice;
use memchr::memmem::Finder;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::Finding;
use crate::finding::moves::Repair;
use crate::lang;
use crate::path::RepoPath;
use crate::policy::{Origin, Policy};
use crate::repo::Repo;
use crate::source::{Content, Entry, Kind, Source, SourceError, Tree};

/// The number of a finding, and the file that can go; else why not.
type Decided = (usize, Result<RepoPath, String>);

/// Prose tells what was; it runs nothing.
const PROSE: [&[u8]; 3] = [b".adoc", b".md", b".rst"];

/// Which of the files that `findings` would have deleted can go, by the numbers of the findings; else why not.
pub(super) fn deletable<'f>(
    repo: &Repo,
    source: &dyn Source,
    tree: &Tree,
    policy: &Policy,
    findings: impl IntoIterator<Item = (usize, &'f Finding)>,
) -> Result<Vec<Decided>, SourceError> {
    let asked: Vec<_> = findings.into_iter().filter(|(_, finding)| finding.repair == Some(Repair::Delete)).collect();
    let staged = source.changed()?;
    let mut decided = Vec::new();
    for (number, finding) in &asked {
        decided.push((*number, may_go(repo, tree, &staged, &finding.path)));
    }
    let going = asked.iter().zip(&decided).filter(|(_, (_, why))| why.is_ok()).map(|((_, finding), _)| *finding);
    let mentioned = mentioned(source, tree, policy, &going.collect::<Vec<_>>())?;
    for (_, may_go) in &mut decided {
        let user = may_go.as_ref().ok().and_then(|path| mentioned.users.get(path));
        match (user, &mentioned.unseen) {
            (Some(user), _) => *may_go = Err(format!("`{user}` names it")),
            (None, Some(unseen)) if may_go.is_ok() => {
                *may_go = Err(format!("`{unseen}` could not be looked into, and may name it"));
            }
            _ => {}
        }
    }
    Ok(decided)
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

/// Which files others name.
#[derive(Default)]
struct Mentioned {
    /// Each with the first that does.
    users: FxHashMap<RepoPath, RepoPath>,
    /// The first that could not be looked into.
    unseen: Option<RepoPath>,
}

/// The files that others name: in a string of a registry, a build file, a script. Those
/// that go together, prose, the policy and its baseline do not count.
fn mentioned(source: &dyn Source, tree: &Tree, policy: &Policy, going: &[&Finding]) -> Result<Mentioned, SourceError> {
    if going.is_empty() {
        return Ok(Mentioned::default());
    }
    let needles: Vec<(&RepoPath, Vec<Finder>)> =
        going.iter().map(|finding| (&finding.path, needles(finding))).collect();
    let gone: FxHashSet<&RepoPath> = going.iter().map(|finding| &finding.path).collect();
    let policy_file = Some(&policy.file.path).filter(|_| policy.file.origin != Origin::Defaults);
    let counts = |entry: &&Entry| {
        entry.kind == Kind::File
            && !gone.contains(&entry.path)
            && Some(&entry.path) != policy_file
            && entry.path != policy.project.baseline
            && !PROSE.iter().any(|ending| entry.path.as_bytes().to_ascii_lowercase().ends_with(ending))
    };
    let others: Vec<&Entry> = tree.entries().iter().filter(counts).collect();
    let found: Mutex<Mentioned> = Mutex::default();
    source.read(&others, &|number, content| {
        let Some(user) = others.get(number) else { return };
        let bytes = match content {
            Content::Bytes(bytes) => bytes,
            // What is large and no code is an asset.
            Content::TooLarge(_) if !is_code(&user.path) => return,
            _ => {
                let unseen = &mut found.lock().unwrap_or_else(PoisonError::into_inner).unseen;
                *unseen = Some(unseen.take().map_or_else(|| user.path.clone(), |first| first.min(user.path.clone())));
                return;
            }
        };
        for (path, needles) in &needles {
            if needles.iter().any(|needle| names(bytes, needle)) {
                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                let first = found.users.entry((*path).clone()).or_insert_with(|| user.path.clone());
                *first = first.clone().min(user.path.clone());
            }
        }
    })?;
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// What others may call a file by: its name, with its folder where it has one, as a path and as a module; and the name
/// alone where that is what calls it a leftover beside another.
fn needles(finding: &Finding) -> Vec<Finder<'static>> {
    let (folder, name) = (finding.path.folder(), finding.path.name());
    let (beside, called) = match name {
        b"__init__.py" => split(folder),
        _ => (split(folder).1, without_ending(&finding.path)),
    };
    let mut needles = match beside {
        b"" => vec![name.to_vec()],
        _ => vec![[beside, called].join(&b'/'), [beside, called].join(&b'.')],
    };
    let is_distinct = finding.rule == "legacy-name" && !finding.related.is_empty();
    if is_distinct {
        needles.push(called.to_vec());
    }
    needles.iter().map(|needle| Finder::new(needle).into_owned()).collect()
}

/// The last folder above the last part of a path, and that part.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    let mut parts = path.rsplit_str("/");
    let last = parts.next().unwrap_or_default();
    (parts.next().unwrap_or_default(), last)
}

fn is_code(path: &RepoPath) -> bool {
    let language = lang::of(path);
    language.has_code() || language.has_tokens()
}

/// The name of a file of code without its ending, as an import has it; that of others as it is.
fn without_ending(path: &RepoPath) -> &[u8] {
    let stem = path.name().rsplit_once_str(".").filter(|_| is_code(path));
    stem.map_or(path.name(), |(stem, _)| stem)
}

/// Whether a text holds a name as a whole.
fn names(bytes: &[u8], needle: &Finder<'_>) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let length = needle.needle().len();
    let is_whole = |at: usize| !is_word(bytes[..at].last()) && !is_word(bytes.get(at + length));
    needle.find_iter(bytes).any(is_whole)
}
