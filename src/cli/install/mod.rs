//! `ssot install` and `ssot uninstall`: ssot before every commit and merge, by git's own hooks.
//!
//! Only files in the folder of the repository's hooks are written; git's configuration never is. Where a
//! program for hooks is in use, its file is the place, and the lines for it are printed instead.

pub mod framework;
mod hook;

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ColorChoice};

use self::hook::{Found, Hook};
use super::{output, scope};
use crate::path::printable;
use crate::policy::PolicyFile;
use crate::report::{self, Here, Outcome, Trouble, TroubleKind};
use crate::source::{Repository, SourceError};

#[derive(Args)]
pub struct InstallArgs {
    /// Keep a hook that is there already, and run it first
    #[arg(long)]
    chain: bool,
}

/// Installs the shims. Returns the exit status.
pub fn install(args: &InstallArgs) -> anyhow::Result<u8> {
    if cfg!(windows) {
        output::complain("note: `ssot install` is not tried on Windows yet\n");
    }
    tell(try_install(args.chain))
}

/// Takes the shims away. Returns the exit status.
pub fn uninstall() -> anyhow::Result<u8> {
    tell(try_uninstall())
}

fn tell(result: Result<String, Trouble>) -> anyhow::Result<u8> {
    match result {
        Ok(said) => output::print(&said, ColorChoice::Auto).map(|()| 0),
        Err(trouble) => {
            let outcome = Outcome::refused(PolicyFile::defaults(), vec![trouble]);
            output::complain(&report::text::troubles(&outcome, &Here::default()));
            Ok(2)
        }
    }
}

fn try_install(chain: bool) -> Result<String, Trouble> {
    let (repository, top) = open()?;
    let frameworks = framework::found(&top);
    if !frameworks.is_empty() {
        let names: Vec<_> = frameworks.iter().map(|framework| framework.name).collect();
        let advice: String = frameworks.iter().map(|framework| format!("\n{}", framework.advice())).collect();
        return Ok(format!("Nothing was installed: hooks are run here by way of {}.\n{advice}", names.join(", ")));
    }
    let folder = hooks_folder(&repository)?;
    let ssot = std::env::current_exe().map_err(|error| failed("the path of ssot", &error))?;
    let hooks = hooks(&folder)?;
    for hook in &hooks {
        refuse_to_displace(hook, chain)?;
    }
    let mut said = String::new();
    for (name, hook) in hook::NAMES.iter().zip(&hooks) {
        let shim = hook::shim(name, ssot.as_os_str());
        let is_current = hook.found == Found::Shim(shim.clone());
        if !is_current {
            hook.install(&shim).map_err(|error| failed(&shown(&hook.path), &error))?;
        }
        let first = if hook.is_kept || hook.found == Found::Foreign {
            format!("; {} is kept and runs first, if it is executable", shown(&hook.kept))
        } else {
            String::new()
        };
        let done = match hook.found {
            _ if is_current => "is up to date",
            Found::Shim(_) => "is renewed",
            _ => "is installed",
        };
        said.push_str(&format!("{} {done}{first}\n", shown(&hook.path)));
    }
    if folder.starts_with(&top) && !folder.starts_with(real(repository.common())?) {
        output::complain("note: this folder of hooks belongs to the work tree: other work trees have their own\n");
    }
    Ok(said + "`SSOT=0 git commit` skips the check once, `ssot uninstall` ends it.\n")
}

fn try_uninstall() -> Result<String, Trouble> {
    let (repository, _) = open()?;
    let hooks = hooks(&hooks_folder(&repository)?)?;
    if let Some(hook) = hooks.iter().find(|hook| hook.is_kept && matches!(hook.found, Found::Foreign | Found::Oddity)) {
        let message = format!("{} has taken the place of ssot's, and {}", shown(&hook.path), waits(hook));
        return Err(refusal(message, "keep one of the two as the hook, remove the other, and try again"));
    }
    let mut said = String::new();
    for hook in &hooks {
        let done = match hook.found {
            Found::Shim(_) | Found::Nothing if hook.is_kept => "is again the hook that ssot found there",
            Found::Shim(_) => "is removed",
            Found::Nothing => continue,
            Found::Foreign | Found::Oddity => {
                said.push_str(&format!("{} is not ssot's and stays\n", shown(&hook.path)));
                continue;
            }
        };
        hook.uninstall().map_err(|error| failed(&shown(&hook.path), &error))?;
        said.push_str(&format!("{} {done}\n", shown(&hook.path)));
    }
    Ok(if said.is_empty() { "No hook of ssot's is installed here.\n".to_owned() } else { said })
}

/// The repository around the current folder, and the top of its work tree.
fn open() -> Result<(Repository, PathBuf), Trouble> {
    let cwd = std::env::current_dir().map_err(|error| failed("the current folder", &error))?;
    let repository = Repository::open(&cwd).map_err(|error| match error {
        SourceError::NotARepository(_) => refusal(error.to_string(), "go to the repository whose commits are meant"),
        _ => scope::from_source(&error),
    })?;
    match repository.top().map(Path::to_owned) {
        Some(top) => Ok((repository, top)),
        None => {
            Err(refusal(SourceError::Bare.to_string(), "commits are made in a work tree: go to one of this repository"))
        }
    }
}

fn hooks(folder: &Path) -> Result<Vec<Hook>, Trouble> {
    let find = |name| Hook::find(folder, name).map_err(|error| failed(&shown(&folder.join(name)), &error));
    hook::NAMES.into_iter().map(find).collect()
}

/// The folder from which git runs hooks here, if it is this repository's alone.
fn hooks_folder(repository: &Repository) -> Result<PathBuf, Trouble> {
    let folder = repository.hooks().map_err(|error| scope::from_source(&error))?;
    if folder.is_symlink() {
        let message = format!("the folder of hooks {} is a symbolic link, and none is written through", shown(&folder));
        return Err(refusal(message, "make it a folder, or call `ssot check --staged` from the hooks there"));
    }
    let folder = real(&folder)?;
    let mut homes = repository.worktrees().map_err(|error| scope::from_source(&error))?;
    homes.extend(repository.top().map(Path::to_owned));
    homes.push(repository.common().to_owned());
    if homes.iter().any(|home| home.canonicalize().is_ok_and(|home| folder.starts_with(home))) {
        return Ok(folder);
    }
    let message = format!("core.hooksPath leads out of this repository, to {}", shown(&folder));
    let help = "call `ssot check --staged` from the hooks there, \
                or give this repository its own folder first: git config core.hooksPath .githooks";
    Err(refusal(message, help))
}

/// The path without links; its last parts may not exist yet.
fn real(path: &Path) -> Result<PathBuf, Trouble> {
    match (path.canonicalize(), path.parent(), path.file_name()) {
        (Ok(path), ..) => Ok(path),
        (Err(error), Some(above), Some(name)) if error.kind() == io::ErrorKind::NotFound => {
            real(above).map(|above| above.join(name))
        }
        (Err(error), ..) => Err(failed(&shown(path), &error)),
    }
}

/// Whether the shim may stand where the hook is.
fn refuse_to_displace(hook: &Hook, chain: bool) -> Result<(), Trouble> {
    let path = shown(&hook.path);
    match hook.found {
        Found::Nothing | Found::Shim(_) => Ok(()),
        Found::Oddity => Err(refusal(format!("{path} is not a file"), "move it away and try again")),
        Found::Foreign if hook.is_kept => {
            let message = format!("{path} is a hook that ssot did not write, and {}", waits(hook));
            Err(refusal(message, "make one hook of the two, remove the other, and try again"))
        }
        Found::Foreign if chain => Ok(()),
        Found::Foreign => Err(refusal(
            format!("{path} is a hook that ssot did not write"),
            "`ssot install --chain` keeps it and runs it first; or add `ssot check --staged || exit` to it",
        )),
    }
}

fn waits(hook: &Hook) -> String {
    format!("{} is still kept from before", shown(&hook.kept))
}

fn shown(path: &Path) -> String {
    printable(path.as_os_str().as_encoded_bytes())
}

fn refusal(message: String, help: &str) -> Trouble {
    Trouble { kind: TroubleKind::Git, place: None, message, help: help.to_owned() }
}

fn failed(what: &str, error: &io::Error) -> Trouble {
    Trouble { kind: TroubleKind::Io, place: None, message: format!("{what}: {error}"), help: String::new() }
}
