//! One hook of git's: what stands at its place, and the shim that is put there or taken away.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use bstr::ByteSlice;

/// The hooks that git runs before it makes a commit.
pub const NAMES: [&str; 2] = ["pre-commit", "pre-merge-commit"];

const SHIM: &str = include_str!("../../../hooks/shim.sh");

/// The line by which a shim of any version is known.
const MARKER: &[u8] = b"# Written by `ssot install`.";

/// A file that is larger is no shim and is not read.
const LARGEST_SHIM: u64 = 1 << 16;

/// What stands at a hook's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Nothing,
    /// Written by ssot: its text, empty where git would not run it.
    Shim(Vec<u8>),
    /// Somebody else's; so is every symbolic link, wherever it leads.
    Foreign,
    /// A folder, or whatever else can be no hook.
    Oddity,
}

/// One hook of a repository.
#[derive(Debug)]
pub struct Hook {
    pub path: PathBuf,
    pub found: Found,
    /// Where a foreign hook is kept while the shim stands in its place.
    pub kept: PathBuf,
    pub is_kept: bool,
}

impl Hook {
    /// Looks at the hook `name` of the folder.
    pub fn find(folder: &Path, name: &str) -> io::Result<Self> {
        let path = folder.join(name);
        let kept = folder.join(format!("{name}.ssot-chained"));
        let found = match look(&path)? {
            None => Found::Nothing,
            Some(metadata) if metadata.is_symlink() => Found::Foreign,
            Some(metadata) if !metadata.is_file() => Found::Oddity,
            Some(metadata) => shim_or_foreign(&path, &metadata)?,
        };
        let is_kept = look(&kept)?.is_some();
        Ok(Self { path, found, kept, is_kept })
    }

    /// Writes the shim; a foreign hook is kept beside it. Neither is ever half there.
    pub fn install(&self, shim: &[u8]) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(".ssot-").tempfile_in(folder)?;
        file.write_all(shim)?;
        make_executable(file.as_file())?;
        // An empty file after a power cut would be a hook that lets everything pass.
        file.as_file().sync_all()?;
        let displaced = self.found == Found::Foreign;
        if displaced {
            fs::rename(&self.path, &self.kept)?;
        }
        match file.persist(&self.path) {
            Ok(_) => Ok(()),
            Err(failed) => {
                if displaced {
                    fs::rename(&self.kept, &self.path)?;
                }
                Err(failed.error)
            }
        }
    }

    /// Takes the shim away, and puts back what it displaced.
    pub fn uninstall(&self) -> io::Result<()> {
        if self.is_kept { fs::rename(&self.kept, &self.path) } else { fs::remove_file(&self.path) }
    }
}

/// The text of the shim for the hook `name` that runs `ssot`.
pub fn shim(name: &str, ssot: &OsStr) -> Vec<u8> {
    let quoted = [b"'", ssot.as_encoded_bytes().replace("'", r"'\''").as_slice(), b"'"].concat();
    SHIM.replace("@HOOK@", name).as_bytes().replacen("'@SSOT@'", quoted, 1)
}

fn look(path: &Path) -> io::Result<Option<Metadata>> {
    match path.symlink_metadata() {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn shim_or_foreign(path: &Path, metadata: &Metadata) -> io::Result<Found> {
    if metadata.len() > LARGEST_SHIM {
        return Ok(Found::Foreign);
    }
    let text = fs::read(path)?;
    if !text.lines().any(|line| line == MARKER) {
        return Ok(Found::Foreign);
    }
    Ok(Found::Shim(if is_executable(metadata) { text } else { Vec::new() }))
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(unix)]
fn make_executable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    true
}

#[cfg(not(unix))]
fn make_executable(_: &File) -> io::Result<()> {
    Ok(())
}
