//! The only file that runs git.
//!
//! Git is asked through its plumbing commands. A child keeps every `GIT_*` of the caller (a hook's index and
//! folder are told that way), takes no lock, fetches nothing, asks nothing, and runs no program that the
//! repository's configuration names. One that is silent for 30 s is ended.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use bstr::ByteSlice;

use super::SourceError;
use super::answer::{Answer, excerpt};
use crate::path::{RepoPath, printable};

/// Values for `--config-env`, which alone takes a name with a `=` in it, and wins over what `git -c` set.
const NOTHING: (&str, &str) = ("SSOT_NOTHING", "");
const FALSE: (&str, &str) = ("SSOT_FALSE", "false");

/// Tells the names of what filters are set to.
const FILTERS: [&str; 5] = ["config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process)$"];

/// How git ends where there is nothing of what was asked for, whatever it says beside that.
pub const NONE: Option<i32> = Some(1);

/// Has `rev-parse` tell where the index lies.
const INDEX: [&str; 2] = ["--git-path", "index"];

/// The file of the index, and how many bytes the hashes have that name what it holds; none where this git does not tell.
#[derive(Debug, Clone)]
pub struct Index {
    pub path: PathBuf,
    pub hash: Option<usize>,
}

/// A repository, as git sees it from the folder where the tool was started.
#[derive(Debug, Clone)]
pub struct Repository {
    /// Where children are started: the top of the work tree, or the current folder of a bare repository.
    home: PathBuf,
    top: Option<PathBuf>,
    common: PathBuf,
    /// Where it is told at once where the rest lies.
    index: Option<Index>,
    environment: Vec<(OsString, OsString)>,
    /// What children are told before their command.
    options: Vec<OsString>,
    /// Whether children keep the `GIT_DIR` of the caller.
    passes_git_dir: bool,
    may_enlarge: OnceLock<bool>,
}

impl Repository {
    /// Finds the repository around `folder`.
    pub fn open(folder: &Path) -> Result<Self, SourceError> {
        let mut repository = Self {
            home: folder.to_owned(),
            top: None,
            common: PathBuf::new(),
            index: None,
            environment: vec![],
            options: vec![],
            passes_git_dir: true,
            may_enlarge: OnceLock::new(),
        };
        repository.passes_git_dir = !repository.is_found_without_git_dir();
        let words = ["--is-inside-work-tree", "--show-cdup", "--git-common-dir", "--show-object-format"];
        let answer = repository.output(&[&["rev-parse"], &words[..], &INDEX].concat())?;
        let garbled = || SourceError::Garbled { command: "rev-parse".to_owned(), what: excerpt(&answer) };
        let lines: Vec<&[u8]> = answer.strip_suffix(b"\n").ok_or_else(garbled)?.split(|byte| *byte == b'\n').collect();
        match lines.as_slice() {
            [b"true", up, common, rest @ ..] if !common.is_empty() => {
                repository.common = match rest {
                    [format, index] => {
                        let path = folder.join(index.to_path().map_err(|_| garbled())?);
                        repository.index = Some(Index { path, hash: hash_of(format) });
                        folder.join(common.to_path().map_err(|_| garbled())?)
                    }
                    // A path has lines.
                    _ => folder.join(repository.path(&["rev-parse", "--git-common-dir"])?),
                };
                let up = up.to_path().map_err(|_| garbled())?;
                repository.stand_in(&folder.join(up), !up.as_os_str().is_empty())?;
            }
            // The work tree lies elsewhere, or there is none.
            [b"false", ..] => {
                repository.common = folder.join(repository.path(&["rev-parse", "--git-common-dir"])?);
                let top = repository.path(&["rev-parse", "--show-cdup"])?;
                if !top.as_os_str().is_empty() {
                    repository.stand_in(&folder.join(top), true)?;
                }
            }
            _ => return Err(garbled()),
        }
        Ok(repository)
    }

    /// With `GIT_DIR` and no `GIT_WORK_TREE`, as in a hook of a linked worktree, git takes the current folder
    /// for the whole tree. Where the same repository is found without them, its tree is found too.
    fn is_found_without_git_dir(&self) -> bool {
        if std::env::var_os("GIT_DIR").is_none() || std::env::var_os("GIT_WORK_TREE").is_some() {
            return false;
        }
        let finding = Self { passes_git_dir: false, ..self.clone() };
        let words = ["rev-parse", "--absolute-git-dir"];
        matches!((self.output(&words), finding.output(&words)), (Ok(told), Ok(found)) if told == found)
    }

    /// Takes `top` for the work tree, and starts later children there. From another folder than where git found
    /// it, both have to be told: paths in the environment may be relative, or git find nothing from there.
    fn stand_in(&mut self, top: &Path, moves: bool) -> Result<(), SourceError> {
        let top =
            std::fs::canonicalize(top).map_err(|error| SourceError::Disk { path: top.display().to_string(), error })?;
        if moves {
            let folder = self.path(&["rev-parse", "--absolute-git-dir"])?;
            self.environment.push(("GIT_DIR".into(), folder.into()));
            self.environment.push(("GIT_WORK_TREE".into(), top.clone().into()));
            top.clone_into(&mut self.home);
        }
        self.top = Some(top);
        Ok(())
    }

    /// The one path that git prints.
    fn path(&self, words: &[&str]) -> Result<PathBuf, SourceError> {
        let answer = self.output(words)?;
        let path = answer.strip_suffix(b"\n").unwrap_or(&answer);
        path.to_path().map(Path::to_owned).map_err(|_| SourceError::NotARepository(printable(path)))
    }

    /// The top of the work tree; none in a bare repository.
    pub fn top(&self) -> Option<&Path> {
        self.top.as_deref()
    }

    /// The folder that all worktrees of the repository share.
    pub fn common(&self) -> &Path {
        &self.common
    }

    /// The full name of a commit.
    pub fn commit(&self, revision: &str) -> Result<String, SourceError> {
        let named = |name: &str| {
            let answer = self.output(&["rev-parse", "--verify", "--end-of-options", name])?;
            Ok(answer.trim_ascii_end().to_str_lossy().into_owned())
        };
        // What stands behind `:/` is a text to look for, to its end.
        let name = if revision.starts_with(":/") { &named(revision)? } else { revision };
        named(&format!("{name}^{{commit}}"))
    }

    /// The full name of the commit that is checked out; none before the first.
    pub fn head(&self) -> Result<Option<String>, SourceError> {
        match self.output(&["rev-parse", "--quiet", "--verify", "HEAD^{commit}"]) {
            Ok(answer) => Ok(Some(answer.trim_ascii_end().to_str_lossy().into_owned())),
            Err(SourceError::Git { code: NONE, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The folder that git runs hooks from. It is asked for by a hook's path: with an empty `core.hooksPath`
    /// git runs `/pre-commit`, while the folder alone would be told as `./`.
    pub fn hooks(&self) -> Result<PathBuf, SourceError> {
        let path = self.home.join(self.path(&["rev-parse", "--git-path", "hooks/pre-commit"])?);
        Ok(path.parent().unwrap_or(&path).to_owned())
    }

    /// The tops of all work trees, and the folder of a bare repository.
    pub fn worktrees(&self) -> Result<Vec<PathBuf>, SourceError> {
        let answer = self.output(&["worktree", "list", "--porcelain"])?;
        let tops = answer.lines().filter_map(|line| line.strip_prefix(b"worktree "));
        Ok(tops.filter_map(|top| top.to_path().ok()).map(Path::to_owned).collect())
    }

    /// Where git keeps a file of this work tree alone, such as `MERGE_HEAD`.
    pub fn private(&self, name: &str) -> Result<PathBuf, SourceError> {
        Ok(self.home.join(self.path(&["rev-parse", "--git-path", name])?))
    }

    /// Whether the history was cut off when this was cloned.
    pub fn is_shallow(&self) -> Result<bool, SourceError> {
        Ok(self.output(&["rev-parse", "--is-shallow-repository"])?.trim_ascii_end() == b"true")
    }

    /// The file of the index, which need not be there.
    pub fn index(&self) -> Result<Index, SourceError> {
        if let Some(index) = &self.index {
            return Ok(index.clone());
        }
        let answer = self.output(&[&["rev-parse", "--show-object-format"], &INDEX[..]].concat())?;
        let garbled = || SourceError::Garbled { command: "rev-parse".to_owned(), what: excerpt(&answer) };
        let lines = answer.strip_suffix(b"\n").and_then(|lines| lines.split_once_str("\n"));
        let (format, path) = lines.ok_or_else(garbled)?;
        Ok(Index { path: self.home.join(path.to_path().map_err(|_| garbled())?), hash: hash_of(format) })
    }

    /// Whether a file that is not tracked is passed over.
    pub fn ignores(&self, path: &RepoPath) -> Result<bool, SourceError> {
        let input = [path.as_bytes(), b"\0"].concat();
        match self.ask(&["check-ignore", "--quiet", "--stdin", "-z"], input)?.all() {
            Ok(_) => Ok(true),
            Err(SourceError::Git { code: NONE, .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether contents were left out of this clone, to be fetched one by one.
    pub fn is_partial(&self) -> Result<bool, SourceError> {
        let words =
            ["config", "--get-regexp", r"^(extensions\.partialclone|remote\..*\.(promisor|partialclonefilter))$"];
        Ok(self.settings(&words)?.is_some())
    }

    /// What `git config` finds; none where nothing is set.
    fn settings(&self, words: &[&str]) -> Result<Option<Vec<u8>>, SourceError> {
        match self.output(words) {
            Ok(answer) => Ok(Some(answer)),
            Err(SourceError::Git { code: NONE, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the configuration names filters; if so, none of them runs in later children.
    pub fn disarm_filters(&mut self) -> Result<bool, SourceError> {
        let Some(names) = self.settings(&FILTERS)? else { return Ok(false) };
        for name in names.split(|byte| *byte == 0) {
            let Some(dot) = name.rfind_byte(b'.') else { continue };
            for (key, value) in [(&b"process"[..], NOTHING), (b"clean", NOTHING), (b"required", FALSE)] {
                let option = [b"--config-env=", &name[..=dot], key, b"=", value.0.as_bytes()].concat();
                let option = option.to_os_str().map_err(|_| SourceError::NotARepository(printable(&option)))?;
                self.options.push(option.into());
            }
        }
        self.environment.extend([NOTHING, FALSE].map(|(name, value)| (name.into(), value.into())));
        Ok(true)
    }

    /// Whether the configuration names a filter that may store more than the file holds: any but that of Git LFS.
    pub fn may_enlarge(&self) -> bool {
        let is_other = |name: &[u8]| !name.is_empty() && !name.starts_with(b"filter.lfs.");
        let ask = || match self.settings(&FILTERS) {
            Ok(names) => names.is_some_and(|names| names.split(|byte| *byte == 0).any(is_other)),
            Err(_) => true,
        };
        *self.may_enlarge.get_or_init(ask)
    }

    /// Runs git to its end and returns all that it printed.
    pub fn output(&self, words: &[&str]) -> Result<Vec<u8>, SourceError> {
        self.ask(words, Vec::new())?.all()
    }

    /// Runs git and calls `each` with every record that it ends with a NUL.
    pub fn records(
        &self,
        words: &[&str],
        input: Vec<u8>,
        mut each: impl FnMut(&[u8]) -> Option<()>,
    ) -> Result<(), SourceError> {
        let mut answer = self.ask(words, input)?;
        while let Some(record) = answer.until(0)? {
            if each(record).is_none() {
                let what = excerpt(record);
                return Err(answer.garbled(&what));
            }
        }
        answer.finish()
    }

    /// Starts git with `input` on its standard input.
    pub fn ask(&self, words: &[&str], input: Vec<u8>) -> Result<Answer, SourceError> {
        let mut command = Command::new("git");
        if !self.passes_git_dir {
            command.env_remove("GIT_DIR");
        }
        if let Some(path) = absolute_path()? {
            command.env("PATH", path);
        }
        command
            .args(["--no-pager", "-c", "core.fsmonitor=false"])
            .args(&self.options)
            .args(words)
            .current_dir(&self.home)
            .envs([
                ("GIT_OPTIONAL_LOCKS", "0"),
                ("GIT_NO_LAZY_FETCH", "1"),
                ("GIT_ALLOW_PROTOCOL", "none"),
                ("GIT_NO_REPLACE_OBJECTS", "1"),
                ("GIT_TERMINAL_PROMPT", "0"),
                ("LC_ALL", "C"),
            ])
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(if input.is_empty() { Stdio::null() } else { Stdio::piped() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Answer::start(&mut command, words.first().copied().unwrap_or_default(), input)
    }
}

/// How many bytes hashes of a format have.
fn hash_of(format: &[u8]) -> Option<usize> {
    match format {
        b"sha1" => Some(20),
        b"sha256" => Some(32),
        _ => None,
    }
}

/// `PATH` without what is relative, if anything in it is: an empty part means the current folder, and a `git`
/// that lies in the repository is not to be run.
fn absolute_path() -> Result<Option<OsString>, SourceError> {
    let Some(path) = std::env::var_os("PATH") else { return Ok(None) };
    if std::env::split_paths(&path).all(|folder| folder.is_absolute()) {
        return Ok(None);
    }
    let absolute: Vec<_> = std::env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
    if absolute.is_empty() {
        return Err(SourceError::NoGit(std::io::Error::other("PATH names no absolute folder")));
    }
    std::env::join_paths(absolute).map(Some).map_err(|error| SourceError::NoGit(std::io::Error::other(error)))
}
