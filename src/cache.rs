//! Two caches under the git common directory, shared by all worktrees: facts by content, verdicts by content,
//! path and policy.
//!
//! Each is one file: a header that names the build and the checksum, then its entries. What cannot be read,
//! is of another build, or does not add up is ignored. A new state is written beside and renamed, so that
//! hooks which run at once see one whole state or another. Nothing that a cache answers differs from what
//! would be computed; a cache that cannot be written is only slower.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::source::disk;

/// A larger file is none that was written here.
const MAX_BYTES: u64 = 1 << 30;

/// How many policies' verdicts are kept.
const KEPT_POLICIES: usize = 8;

/// How the name of a state starts that is being written.
const NEW: &str = ".new-";

/// After so long nobody is writing it any more.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// A cached state may hold this many times what is in use now, for the branches that will be back.
const SLACK: usize = 4;

/// 16 bytes of a BLAKE3 hash of what an entry depends on.
pub type Key = [u8; 16];

/// Hashes parts, each behind its length, to a key.
pub fn key(parts: &[&[u8]]) -> Key {
    let mut hash = blake3::Hasher::new();
    for part in parts {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut key = Key::default();
    hash.finalize_xof().fill(&mut key);
    key
}

/// Where the caches lie.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(common: &Path) -> Self {
        Self(common.join("ssot"))
    }

    /// The cache called `name`; empty where there is none that holds.
    pub fn open<T: Serialize + DeserializeOwned>(&self, name: &str) -> Cache<T> {
        let path = self.0.join(name);
        let stored = disk::read_named(&path, MAX_BYTES).ok().and_then(|bytes| decode(&bytes)).unwrap_or_default();
        let Stored { empty, full } = stored;
        Cache {
            path,
            empty: empty.into_iter().collect(),
            full: full.into_iter().collect(),
            used: HashSet::new(),
            added: false,
        }
    }

    /// The verdicts under one policy.
    pub fn verdicts<T: Serialize + DeserializeOwned>(&self, policy: Key) -> Cache<T> {
        self.open(&format!("verdicts-{}", hex(policy)))
    }

    /// Removes the verdicts of all but the policies used last.
    pub fn forget_old_policies(&self) {
        let Ok(listing) = fs::read_dir(&self.0) else { return };
        if is_link(&self.0) {
            return;
        }
        let mut verdicts: Vec<_> =
            listing.flatten().filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, file.path()))).collect();
        let starts =
            |path: &Path, start: &str| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start));
        // What a writer left behind that was killed before it could rename.
        let abandoned = |(written, path): &&(SystemTime, PathBuf)| {
            starts(path, NEW) && written.elapsed().is_ok_and(|age| age > ABANDONED)
        };
        for (_, path) in verdicts.iter().filter(abandoned) {
            let _ = fs::remove_file(path);
        }
        verdicts.retain(|(_, path)| starts(path, "verdicts-"));
        verdicts.sort_by(|a, b| b.cmp(a));
        for (_, path) in verdicts.into_iter().skip(KEPT_POLICIES) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Values by key. A value equal to its default takes only its key.
#[derive(Debug)]
pub struct Cache<T> {
    path: PathBuf,
    empty: HashSet<Key>,
    full: HashMap<Key, T>,
    used: HashSet<Key>,
    added: bool,
}

/// Sorted, so that equal states are equal bytes.
#[derive(Serialize, Deserialize)]
struct Stored<T> {
    empty: Vec<Key>,
    full: Vec<(Key, T)>,
}

impl<T> Default for Stored<T> {
    fn default() -> Self {
        Self { empty: Vec::new(), full: Vec::new() }
    }
}

impl<T: Serialize + DeserializeOwned + Default + PartialEq + Clone> Cache<T> {
    pub fn get(&mut self, key: Key) -> Option<T> {
        let found = if self.empty.contains(&key) { Some(T::default()) } else { self.full.get(&key).cloned() };
        if found.is_some() {
            self.used.insert(key);
        }
        found
    }

    pub fn put(&mut self, key: Key, value: T) {
        self.used.insert(key);
        self.added = true;
        if value == T::default() {
            self.empty.insert(key);
        } else {
            self.full.insert(key, value);
        }
    }

    /// Writes what is new. The error is for a note: nothing depends on it.
    pub fn save(mut self) -> io::Result<()> {
        if !self.added {
            return Ok(());
        }
        if self.empty.len() + self.full.len() > SLACK * self.used.len() {
            self.empty.retain(|key| self.used.contains(key));
            self.full.retain(|key, _| self.used.contains(key));
        }
        let mut stored = Stored { empty: self.empty.into_iter().collect(), full: self.full.into_iter().collect() };
        stored.empty.sort_unstable();
        stored.full.sort_unstable_by_key(|(key, _)| *key);
        let folder = self.path.parent().unwrap_or(Path::new("."));
        if is_link(folder) {
            return Err(io::Error::other(format!("{} is a link", folder.display())));
        }
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(NEW).tempfile_in(folder)?;
        file.write_all(&encode(&stored)?)?;
        file.persist(&self.path).map(drop).map_err(|error| error.error)
    }
}

/// Behind a link the folder may be part of the work tree, in which nothing is written.
fn is_link(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_symlink())
}

fn header(body: &[u8]) -> Vec<u8> {
    let mut header = format!("ssot cache {}\n", env!("SSOT_SOURCES")).into_bytes();
    header.extend_from_slice(&key(&[body]));
    header
}

fn encode<T: Serialize>(stored: &Stored<T>) -> io::Result<Vec<u8>> {
    let body = postcard::to_stdvec(stored).map_err(io::Error::other)?;
    Ok([header(&body), body].concat())
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<Stored<T>> {
    let body = bytes.get(header(b"").len()..)?;
    if !bytes.starts_with(&header(body)) {
        return None;
    }
    postcard::from_bytes(body).ok()
}

fn hex(key: Key) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Cache, Folder, key};

    #[test]
    fn keeps_and_ignores() -> std::io::Result<()> {
        let place = tempfile::tempdir()?;
        let folder = Folder::new(place.path());
        let mut cache: Cache<u32> = folder.open("x");
        let (one, two) = (key(&[b"one"]), key(&[b"two"]));
        assert_eq!(cache.get(one), None);
        cache.put(one, 1);
        cache.put(two, 0);
        cache.save()?;
        let mut again: Cache<u32> = folder.open("x");
        assert_eq!((again.get(one), again.get(two)), (Some(1), Some(0)));

        let path = place.path().join("ssot/x");
        let whole = std::fs::read(&path)?;
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length])?;
            assert_eq!(folder.open::<u32>("x").get(one), None, "cut to {length} bytes");
        }
        for at in 0..whole.len() {
            let mut other = whole.clone();
            other[at] ^= 1;
            std::fs::write(&path, &other)?;
            assert_eq!(folder.open::<u32>("x").get(one), None, "byte {at} changed");
        }
        Ok(())
    }
}
