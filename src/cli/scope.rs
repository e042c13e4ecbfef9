//! Which snapshot is judged, by which policy, and where the tool stands in it.

use std::path::{Path, PathBuf};

use clap::Args;
use rustc_hash::FxHashSet;

use super::place::Place;
use crate::baseline::text::BaselineError;
use crate::baseline::{self, Baseline};
use crate::cache;
use crate::engine;
use crate::finding::Span;
use crate::path::RepoPath;
use crate::policy::error::PolicyError;
use crate::policy::{self, FILE_NAME, MAX_POLICY_BYTES, Origin, Policy, PolicyFile};
use crate::report::{Here, Trouble, TroubleKind};
use crate::source::memory::MemorySource;
use crate::source::{
    CommitSource, Content, FolderSource, IndexSource, Kind, Repository, Snapshot, Source, SourceError, Tree,
    WorktreeSource, disk, purpose,
};

/// The other file that may hold a policy.
const PYPROJECT: &str = "pyproject.toml";

/// How many mistakes of a policy are told; whoever made more made one many times.
const MOST_MISTAKES: usize = 100;

/// What is judged, and by what.
#[derive(Args, Clone, Debug, Default)]
pub struct ScopeArgs {
    /// Judge what is staged: the tree that the next commit, or the push under way, would hold
    #[arg(long, group = "snapshot")]
    pub staged: bool,
    /// Judge a commit
    #[arg(long, group = "snapshot", value_name = "REV")]
    pub rev: Option<String>,
    /// Judge the work tree: tracked files, and untracked ones that are not ignored [default]
    #[arg(long, group = "snapshot")]
    pub worktree: bool,
    /// Read the policy from this file on disk
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
}

/// A snapshot that is ready to be judged.
pub struct Scope {
    pub source: Box<dyn Source>,
    pub tree: Tree,
    pub file: PolicyFile,
    pub here: Here,
    /// Where the snapshot's paths lie on disk; none for a bare repository.
    pub root: Option<PathBuf>,
    /// Where caches may lie; none without git.
    pub cache: Option<cache::Folder>,
    pub repository: Option<Repository>,
    /// Whether a push is judged.
    is_push: bool,
    /// What the reader should know of how the snapshot and the policy were chosen.
    pub notes: Vec<String>,
}

/// What stands in the way of a verdict, and the snapshot if it was taken.
pub struct Refusal {
    pub snapshot: Option<Snapshot>,
    pub file: PolicyFile,
    pub troubles: Vec<Trouble>,
    pub here: Here,
}

impl Scope {
    /// Takes the snapshot and reads the policy's text.
    pub fn open(args: &ScopeArgs) -> Result<Self, Box<Refusal>> {
        let mut scope = Self::without_policy(args)?;
        let file = match &args.policy {
            Some(path) => named_policy(path, Place { root: scope.root.as_deref(), here: &scope.here }),
            None => scope.snapshot_policy(),
        };
        match file {
            Ok(file) => {
                scope.notes.extend(scope.passed_over(&file));
                scope.file = file;
                Ok(scope)
            }
            Err(trouble) => Err(Box::new(Refusal {
                snapshot: Some(scope.source.snapshot()),
                file: scope.file,
                troubles: vec![trouble],
                here: scope.here,
            })),
        }
    }

    /// Takes the snapshot, with the built-in policy.
    pub fn without_policy(args: &ScopeArgs) -> Result<Self, Box<Refusal>> {
        let mut refusal =
            Refusal { snapshot: None, file: PolicyFile::defaults(), troubles: Vec::new(), here: Here::default() };
        match Self::try_open(args, &mut refusal) {
            Ok(scope) => Ok(scope),
            Err(trouble) => {
                refusal.troubles.push(trouble);
                Err(Box::new(refusal))
            }
        }
    }

    /// The text of the policy that the snapshot holds; the built-in one where it holds none.
    pub fn snapshot_policy(&self) -> Result<PolicyFile, Trouble> {
        snapshot_policy(self.source.as_ref(), &self.tree)
    }

    /// What to say of a second policy.
    fn passed_over(&self, held: &PolicyFile) -> Option<String> {
        let other = || root_file(self.source.as_ref(), &self.tree, PYPROJECT).ok().flatten();
        let is_passed_over =
            held.origin == Origin::SsotToml && other().is_some_and(|text| policy::is_in_pyproject(&text));
        is_passed_over
            .then(|| format!("{FILE_NAME} holds, and [tool.ssot] in {PYPROJECT} is not read: delete one of them"))
    }

    fn try_open(args: &ScopeArgs, refusal: &mut Refusal) -> Result<Self, Trouble> {
        let cwd = std::env::current_dir().map_err(|error| io_trouble("the current folder", &error))?;
        let (source, repository, note) = open_source(args, &cwd).map_err(|error| from_source(&error))?;
        let root = match &repository {
            Some(repository) => repository.top().map(Path::to_owned),
            None => Some(folder_root(&cwd)),
        };
        let here = Here { folder: root.as_deref().map(|root| below(root, &cwd)).unwrap_or_default() };
        refusal.snapshot = Some(source.snapshot());
        refusal.here = here.clone();
        let tree = Tree::new(source.entries().map_err(|error| from_source(&error))?);
        let file = PolicyFile::defaults();
        let cache = repository.as_ref().map(|repository| cache::Folder::new(repository.common()));
        let is_push = args.staged && matches!(source.snapshot(), Snapshot::Commit(_));
        Ok(Self { source, tree, file, here, root, cache, repository, is_push, notes: note.into_iter().collect() })
    }

    /// What to do where git ignores a file that checks are to read; none where it does not.
    pub fn ignored(&self, path: &RepoPath) -> Option<String> {
        self.repository.as_ref()?.ignores(path).ok().filter(|is_ignored| *is_ignored)?;
        let (shown, whole) = (self.here.show(path), path.to_lossy());
        Some(format!("git ignores {shown}, so that no check reads it: add the line `!/{whole}` to .gitignore"))
    }

    /// The policy, or all of its mistakes.
    pub fn policy(&self) -> Result<Policy, Vec<Trouble>> {
        let (mut policy, mut errors) = Policy::parse(self.file.clone());
        policy.project.learn_tests(&purpose::test_folders(&self.tree));
        // What is wrong as it is written is not also told to be missing.
        let told: FxHashSet<_> = errors.iter().map(|error| error.range.clone()).collect();
        let more = engine::mistakes(&policy, self.source.as_ref(), &self.tree);
        errors.extend(more.into_iter().filter(|error| !told.contains(&error.range)));
        errors.sort_by_key(|error| error.range.as_ref().map(|range| range.start));
        if errors.is_empty() { Ok(policy) } else { Err(from_policy(&self.file, errors)) }
    }

    /// The baseline that the snapshot holds, or all of its mistakes.
    pub fn baseline(&self, policy: &Policy) -> Result<Option<Baseline>, Vec<Trouble>> {
        snapshot_baseline(self.source.as_ref(), &self.tree, policy)
    }

    /// Where a push starts that is judged; none for anything else, and for a branch that is new there.
    pub fn pushed_since(&self) -> Option<String> {
        let from = std::env::var("PRE_COMMIT_FROM_REF").ok()?;
        let is_known = || self.repository.as_ref().is_some_and(|repository| repository.commit(&from).is_ok());
        (self.is_push && !from.bytes().all(|byte| byte == b'0') && is_known()).then_some(from)
    }

    /// The places in the snapshot that `paths` name from the current folder; each exists there or on disk.
    pub fn resolve(&self, paths: &[PathBuf]) -> Result<Vec<RepoPath>, Vec<Trouble>> {
        let (mut found, mut troubles) = (Vec::new(), Vec::new());
        for path in paths {
            match self.resolve_one(path) {
                Ok(path) => found.push(path),
                Err(trouble) => troubles.push(trouble),
            }
        }
        if troubles.is_empty() { Ok(found) } else { Err(troubles) }
    }

    fn resolve_one(&self, path: &Path) -> Result<RepoPath, Trouble> {
        let shown = crate::path::printable(path.as_os_str().as_encoded_bytes());
        let refuse = |message: String, help: &str| Trouble {
            kind: TroubleKind::Io,
            place: None,
            message,
            help: help.to_owned(),
        };
        let outside = || refuse(format!("`{shown}` lies outside the repository"), "name a path inside it");
        let path = Place { root: self.root.as_deref(), here: &self.here }.inside(path).ok_or_else(outside)?;
        let exists = self.tree.is_file(path.as_bytes()) || self.tree.is_folder(path.as_bytes());
        if exists {
            return Ok(path);
        }
        let place = Place { root: self.root.as_deref(), here: &self.here };
        if place.is_on_disk(&path) {
            return place.behind_links(&path).ok_or_else(outside);
        }
        Err(refuse(format!("`{shown}` exists neither in the snapshot nor on disk"), "check the spelling"))
    }
}

/// A snapshot, the repository it is of, and a note on how it was chosen.
type Opened = (Box<dyn Source>, Option<Repository>, Option<String>);

/// The snapshot that the arguments and the environment of a hook ask for.
fn open_source(args: &ScopeArgs, cwd: &Path) -> Result<Opened, SourceError> {
    let repository = match Repository::open(cwd) {
        Ok(repository) => repository,
        Err(SourceError::NoGit(_) | SourceError::NotARepository(_)) if wants_folder(args, cwd) => {
            return Ok((Box::new(FolderSource::new(folder_root(cwd))), None, None));
        }
        Err(error) => return Err(error),
    };
    let own = repository.clone();
    if let Some(revision) = &args.rev {
        return Ok((Box::new(CommitSource::new(own, revision)?), Some(repository), None));
    }
    if !args.staged {
        return Ok((Box::new(WorktreeSource::new(own)?), Some(repository), None));
    }
    match pushed() {
        None => Ok((Box::new(IndexSource::new(own)?), Some(repository), None)),
        Some(Pushed::Nothing) => {
            let nothing = MemorySource::nothing(Snapshot::Commit("0".repeat(40)));
            Ok((Box::new(nothing), Some(repository), Some("the push deletes a branch: nothing to judge".to_owned())))
        }
        Some(Pushed::Commit(revision)) => {
            let note = format!("judging what is pushed, {}", crate::path::printable(revision.as_bytes()));
            Ok((Box::new(CommitSource::new(own, &revision)?), Some(repository), Some(note)))
        }
    }
}

/// Without git a folder is judged as it is, but never where a repository is and git does not see it.
fn wants_folder(args: &ScopeArgs, cwd: &Path) -> bool {
    let asks_git = args.staged || args.rev.is_some() || std::env::var_os("GIT_DIR").is_some();
    !asks_git && cwd.ancestors().all(|folder| !folder.join(".git").exists())
}

enum Pushed {
    Nothing,
    Commit(String),
}

/// What the pre-commit framework says is pushed. A first push has no `PRE_COMMIT_TO_REF`, only a branch.
fn pushed() -> Option<Pushed> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let revision = set("PRE_COMMIT_TO_REF").or_else(|| set("PRE_COMMIT_LOCAL_BRANCH"))?;
    let deletes = revision == "(delete)" || revision.bytes().all(|byte| byte == b'0');
    Some(if deletes { Pushed::Nothing } else { Pushed::Commit(revision) })
}

/// The nearest folder above that has a policy, else this one.
fn folder_root(cwd: &Path) -> PathBuf {
    cwd.ancestors().find(|folder| folder.join(FILE_NAME).is_file()).unwrap_or(cwd).to_owned()
}

/// `cwd` from `root`, in the form of a repository's path.
fn below(root: &Path, cwd: &Path) -> Vec<u8> {
    let cwd = std::fs::canonicalize(cwd).unwrap_or_else(|_| cwd.to_owned());
    let inner = cwd.strip_prefix(root).map(Path::to_owned).unwrap_or_default();
    inner.components().map(|part| part.as_os_str().as_encoded_bytes().to_vec()).collect::<Vec<_>>().join(&b'/')
}

fn named_policy(path: &Path, place: Place<'_>) -> Result<PolicyFile, Trouble> {
    let shown = path.display().to_string();
    let bytes = disk::read_named(path, MAX_POLICY_BYTES).map_err(|error| io_trouble(&shown, &error))?;
    let name = place.anywhere(path);
    let text = decode(&name, bytes)?;
    Ok(PolicyFile::new(Origin::Named, name, text))
}

/// `ssot.toml`, else `[tool.ssot]` of `pyproject.toml`, else the defaults.
pub fn snapshot_policy(source: &dyn Source, tree: &Tree) -> Result<PolicyFile, Trouble> {
    if let Some(text) = root_file(source, tree, FILE_NAME)? {
        return Ok(PolicyFile::new(Origin::SsotToml, FILE_NAME.into(), text));
    }
    match root_file(source, tree, PYPROJECT)? {
        Some(text) if policy::is_in_pyproject(&text) => Ok(PolicyFile::new(Origin::Pyproject, PYPROJECT.into(), text)),
        _ => Ok(PolicyFile::defaults()),
    }
}

/// The baseline that a snapshot holds, if it holds one.
pub fn snapshot_baseline(source: &dyn Source, tree: &Tree, policy: &Policy) -> Result<Option<Baseline>, Vec<Trouble>> {
    let path = &policy.project.baseline;
    match root_file(source, tree, &path.to_lossy()).map_err(|trouble| vec![trouble])? {
        Some(text) => {
            baseline::text::parse(path.clone(), &text).map(Some).map_err(|errors| from_baseline(path, errors))
        }
        None => Ok(None),
    }
}

fn root_file(source: &dyn Source, tree: &Tree, name: &str) -> Result<Option<String>, Trouble> {
    let Some(entry) = tree.get(name.as_bytes()) else {
        let folder = || policy_trouble(&name.into(), "this is a folder, and a file is meant");
        return if tree.is_folder(name.as_bytes()) { Err(folder()) } else { Ok(None) };
    };
    if entry.kind != Kind::File {
        return Err(policy_trouble(&entry.path, "this is no plain file, and a link is never followed"));
    }
    let read = std::sync::Mutex::new(Err(policy_trouble(&entry.path, "its content was not delivered")));
    let each = |_: usize, content: Content<'_>| {
        let found = match content {
            Content::Bytes(bytes) if bytes.len() as u64 <= MAX_POLICY_BYTES => Ok(bytes.to_vec()),
            Content::Absent => Err(policy_trouble(&entry.path, "its content is not in this clone")),
            Content::Bytes(_) | Content::TooLarge(_) => Err(policy_trouble(&entry.path, "this is larger than 16 MiB")),
            Content::Unreadable(why) => Err(policy_trouble(&entry.path, &why)),
        };
        *read.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = found;
    };
    source.read(&[entry], &each).map_err(|error| from_source(&error))?;
    let bytes = read.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)?;
    decode(&entry.path, bytes).map(Some)
}

fn decode(path: &RepoPath, bytes: Vec<u8>) -> Result<String, Trouble> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default()).into_owned();
        let span = Span::of(&before, valid..valid);
        let mut trouble = policy_trouble(path, "this is not UTF-8");
        trouble.place = Some((path.clone(), span));
        trouble.help = "save it as UTF-8".to_owned();
        trouble
    })
}

fn policy_trouble(path: &RepoPath, message: &str) -> Trouble {
    Trouble {
        kind: TroubleKind::Policy,
        place: Some((path.clone(), Span::FILE)),
        message: message.to_owned(),
        help: String::new(),
    }
}

fn io_trouble(what: &str, error: &std::io::Error) -> Trouble {
    let what = crate::path::printable(what.as_bytes());
    Trouble { kind: TroubleKind::Io, place: None, message: format!("{what}: {error}"), help: String::new() }
}

/// A failure of git or the disk.
pub fn from_source(error: &SourceError) -> Trouble {
    let kind = if error.kind() == "git" { TroubleKind::Git } else { TroubleKind::Io };
    Trouble { kind, place: None, message: error.to_string(), help: error.help().into_owned() }
}

/// The mistakes of a baseline, each at its line.
fn from_baseline(path: &RepoPath, errors: Vec<BaselineError>) -> Vec<Trouble> {
    let trouble = |error: BaselineError| Trouble {
        place: Some((path.clone(), Span::point(error.line, 1))),
        help: error.help.to_owned(),
        ..policy_trouble(path, &error.message)
    };
    errors.into_iter().take(MOST_MISTAKES).map(trouble).collect()
}

/// The mistakes of a policy, each at its place.
pub fn from_policy(file: &PolicyFile, errors: Vec<PolicyError>) -> Vec<Trouble> {
    let at = |range: Option<std::ops::Range<usize>>| range.map_or(Span::FILE, |range| file.span(range));
    let trouble = |error: PolicyError| Trouble {
        kind: TroubleKind::Policy,
        place: Some((file.path.clone(), at(error.range))),
        message: error.message,
        help: error.help,
    };
    let count = errors.len();
    let mut troubles: Vec<_> = errors.into_iter().take(MOST_MISTAKES).map(trouble).collect();
    if count > MOST_MISTAKES {
        let message = format!("{} more mistakes", count - MOST_MISTAKES);
        troubles.push(Trouble { help: "mend the ones above first".to_owned(), ..policy_trouble(&file.path, &message) });
    }
    troubles
}
