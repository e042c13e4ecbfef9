//! Contents from the disk. A link is never followed, and nothing but a plain file is ever opened for long.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use rayon::prelude::*;

use super::{Content, Entry, Kind, MAX_CONTENT, Size};
use crate::policy::size::show;

/// How many files a thread takes at once: of a share that it has begun no other can take a part.
pub const SHARE: usize = 16;

/// What lies at a path: none where nothing does, or only a folder. What cannot be looked at (its path is longer
/// than the system takes, a folder above it is closed to us) is a file that cannot be read, not one that is gone.
pub fn kind(path: &Path) -> Option<Kind> {
    let kind = match std::fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return None,
        Err(_) => return Some(Kind::File),
    };
    if kind.is_dir() {
        None
    } else if kind.is_symlink() {
        Some(Kind::Symlink)
    } else if kind.is_file() {
        Some(Kind::File)
    } else {
        Some(Kind::Opaque)
    }
}

pub fn size(root: &Path, entry: &Entry) -> Size {
    match open(&root.join(entry.path.to_os())) {
        Ok((_, metadata)) => Size::Bytes(metadata.len()),
        Err(error) => Size::Unreadable(error.to_string()),
    }
}

/// Calls `each` with the content of every one of `wanted`, by its number, from several threads.
pub fn read(root: &Path, wanted: &[(usize, &Entry)], each: &(dyn Fn(usize, Content<'_>) + Sync)) {
    wanted.par_iter().with_max_len(SHARE).for_each_init(Vec::new, |buffer, (number, entry)| {
        let path = root.join(entry.path.to_os());
        each(*number, read_one(&path, buffer).unwrap_or_else(|error| Content::Unreadable(error.to_string())));
    });
}

/// The content of one file.
pub fn read_one<'b>(path: &Path, buffer: &'b mut Vec<u8>) -> io::Result<Content<'b>> {
    let (file, metadata) = open(path)?;
    if metadata.len() > MAX_CONTENT {
        return Ok(Content::TooLarge(metadata.len()));
    }
    buffer.clear();
    let read = file.take(MAX_CONTENT + 1).read_to_end(buffer)?;
    Ok(if read as u64 > MAX_CONTENT { Content::TooLarge(read as u64) } else { Content::Bytes(buffer) })
}

/// Opens a plain file without waiting for a writer.
fn open(path: &Path) -> io::Result<(File, Metadata)> {
    #[cfg(unix)]
    return open_with(path, libc::O_NOFOLLOW);
    #[cfg(not(unix))]
    open_with(path, 0)
}

/// All of a plain file that has at most `most` bytes; a link that leads to one is followed.
pub fn read_named(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let (file, _) = open_named(path, most)?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large(most)) } else { Ok(bytes) }
}

/// A plain file that has at most `most` bytes, and how many; a link that leads to one is followed.
pub fn open_named(path: &Path, most: u64) -> io::Result<(File, u64)> {
    let (file, metadata) = open_with(path, 0)?;
    if metadata.len() > most {
        return Err(too_large(most));
    }
    Ok((file, metadata.len()))
}

fn too_large(most: u64) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {}", show(most)))
}

/// Exactly so many bytes of a file from a place on, wherever others read in it.
pub fn read_at(file: &File, at: u64, bytes: usize, into: &mut Vec<u8>) -> io::Result<()> {
    into.resize(bytes, 0);
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_exact_at(file, into, at);
    #[cfg(windows)]
    {
        let mut done = 0;
        while done < bytes {
            match std::os::windows::fs::FileExt::seek_read(file, &mut into[done..], at + done as u64)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => done += read,
            }
        }
        Ok(())
    }
}

/// Whether a path still leads to an open file, and not to one that took its place.
pub fn is_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let name = |metadata: Metadata| (metadata.dev(), metadata.ino());
        file.metadata().map(name).ok() == std::fs::metadata(path).map(name).ok()
    }
    // There a file that is open is not replaced.
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

fn open_with(path: &Path, flags: i32) -> io::Result<(File, Metadata)> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(flags | libc::O_NONBLOCK);
    }
    #[cfg(not(unix))]
    let _ = flags;
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() { Ok((file, metadata)) } else { Err(io::Error::other("not a plain file")) }
}
