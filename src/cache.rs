//! What is kept between runs, under the git common directory, shared by all worktrees: facts and sketches by content,
//! verdicts by content, path and policy.
//!
//! Each is one file of [`segments`]: what a run adds is appended, so that a changed file costs one small write. Runs may
//! read while another writes, and a writer may be killed: what is not whole is not there. Nothing that is answered
//! differs from what would be computed; what cannot be written is only slower.

pub mod flat;
pub mod packed;
mod segments;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustc_hash::FxHashMap;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::source::disk;
use segments::{Entry, HEADER};

/// A larger file is none that was written here.
const MAX_BYTES: u64 = 1 << 30;

/// A file may have so many bytes before all goes that is not in use now.
const FULL: u64 = 1 << 29;

/// Files that are alike but for the key in their names, of which few are kept: those that were written last.
pub struct Series {
    /// How their names start.
    start: &'static str,
    most: usize,
    /// Fewer, where they take more bytes together.
    most_bytes: u64,
    is_packed: bool,
}

/// The verdicts of one policy on single files.
pub static VERDICTS: Series = Series { start: "verdicts-", most: 8, most_bytes: u64::MAX, is_packed: false };

/// The same on many files at once.
pub static BATCHES: Series = Series { start: "batches-", most: 8, most_bytes: u64::MAX, is_packed: false };

/// The verdict on one repository: of each hook those on a change and on its base, and some more.
pub static WHOLE: Series = Series { start: "whole-", most: 24, most_bytes: 8 << 20, is_packed: true };

/// What is kept of all modules: of each hook, and some more.
pub static MODULES: Series = Series { start: "modules-", most: 6, most_bytes: u64::MAX, is_packed: true };

/// How the name of a file starts that is being written.
const NEW: &str = ".new-";

/// After so long nobody is writing it any more.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// What nobody asked for in so many days goes.
const KEPT_DAYS: u32 = 30;

/// That something is asked for is noted once in so many days.
const NOTED_DAYS: u32 = 7;

/// A file of so many segments is written anew.
const MOST_SEGMENTS: usize = 64;

/// So many bytes each thread keeps at hand for the next value.
const MOST_ROOM: usize = 1 << 20;

/// 16 bytes of a BLAKE3 hash of what an entry depends on.
pub type Key = [u8; 16];

/// Hashes parts, each behind its length, to a key.
pub fn key(parts: &[&[u8]]) -> Key {
    let mut all = Vec::with_capacity(parts.iter().map(|part| 8 + part.len()).sum());
    for part in parts {
        all.extend_from_slice(&(part.len() as u64).to_le_bytes());
        all.extend_from_slice(part);
    }
    blake3::hash(&all).as_bytes().first_chunk().copied().unwrap_or_default()
}

/// What can be kept. A value equal to its default takes only its key.
pub trait Kept: Serialize + DeserializeOwned + Default + PartialEq {}

impl<T: Serialize + DeserializeOwned + Default + PartialEq> Kept for T {}

/// Where the caches lie.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(common: &Path) -> Self {
        Self(common.join("ssot"))
    }

    /// The cache called `name`; empty where there is none that holds.
    pub fn open<T: Kept>(&self, name: &str) -> Cache<T> {
        Cache::open(self.0.join(name))
    }

    /// The same where values are packed: what is large, and most runs ask for little of.
    pub fn open_packed<T: Kept>(&self, name: &str) -> Cache<T> {
        Cache { is_packed: true, ..self.open(name) }
    }

    /// The one of a series that is kept under `key`.
    pub fn one_of<T: Kept>(&self, series: &Series, key: Key) -> Cache<T> {
        Cache { is_packed: series.is_packed, ..self.open(&format!("{}{}", series.start, hex(key))) }
    }

    /// Removes of each series all but those that were written last.
    pub fn forget_old(&self) {
        let Ok(listing) = fs::read_dir(&self.0) else { return };
        if is_link(&self.0) {
            return;
        }
        let mut files: Vec<_> =
            listing.flatten().filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, file.path()))).collect();
        let starts =
            |path: &Path, start: &str| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start));
        // What a writer left behind that was killed before it could rename.
        let abandoned = |(written, path): &&(SystemTime, PathBuf)| {
            starts(path, NEW) && written.elapsed().is_ok_and(|age| age > ABANDONED)
        };
        for (_, path) in files.iter().filter(abandoned) {
            let _ = fs::remove_file(path);
        }
        files.sort_by(|a, b| b.cmp(a));
        for Series { start, most, most_bytes, .. } in [&VERDICTS, &BATCHES, &WHOLE, &MODULES] {
            let mut sum = 0_u64;
            for (number, (_, path)) in files.iter().filter(|(_, path)| starts(path, start)).enumerate() {
                sum = sum.saturating_add(fs::metadata(path).map_or(0, |file| file.len()));
                if number >= *most || (number > 0 && sum > *most_bytes) {
                    let _ = fs::remove_file(path);
                }
            }
        }
    }
}

/// Values by key, for several threads at once.
#[derive(Debug)]
pub struct Cache<T> {
    path: PathBuf,
    is_packed: bool,
    /// None where there is none of this build.
    file: Option<File>,
    places: FxHashMap<Key, Place>,
    segments: usize,
    /// How many of its bytes are whole segments.
    whole: u64,
    /// Whether it has more than those.
    torn: bool,
    /// Whether a value turned out not to be what was written.
    spoilt: AtomicBool,
    fresh: Mutex<Vec<(Key, Vec<u8>)>>,
    values: PhantomData<fn() -> T>,
}

#[derive(Debug)]
struct Place {
    entry: Entry,
    /// When it was last noted that it is asked for, in days since 1970.
    day: u32,
    used: AtomicBool,
}

impl Place {
    fn is_used(&self) -> bool {
        self.used.load(Ordering::Relaxed)
    }
}

impl<T: Kept> Cache<T> {
    /// What the file holds as far as it is whole; nothing where it is of another build.
    fn open(path: PathBuf) -> Self {
        let mut cache = Self {
            path,
            is_packed: false,
            file: None,
            places: FxHashMap::default(),
            segments: 0,
            whole: 0,
            torn: false,
            spoilt: AtomicBool::new(false),
            fresh: Mutex::new(Vec::new()),
            values: PhantomData,
        };
        let Ok((file, size)) = disk::open_named(&cache.path, MAX_BYTES) else { return cache };
        if segments::has_header(&file) {
            cache.whole = HEADER.len() as u64;
            while let Some(segment) = segments::read(&file, cache.whole, size) {
                cache.places.reserve(segment.entries.len());
                let place = |entry| Place { entry, day: segment.day, used: AtomicBool::new(false) };
                cache.places.extend(segment.entries.into_iter().map(|(key, entry)| (key, place(entry))));
                cache.segments += 1;
                cache.whole = segment.end;
            }
        }
        cache.torn = cache.whole != size;
        cache.file = Some(file);
        cache
    }

    /// Whether it holds a value, which counts as asked for.
    pub fn holds(&self, key: Key) -> bool {
        self.places.get(&key).is_some_and(|place| {
            place.used.store(true, Ordering::Relaxed);
            true
        })
    }

    pub fn get(&self, key: Key) -> Option<T> {
        thread_local! {
            static ROOM: RefCell<(Vec<u8>, Vec<u8>)> = const { RefCell::new((Vec::new(), Vec::new())) };
        }
        let place = self.places.get(&key)?;
        let value = ROOM.with_borrow_mut(|(room, more)| {
            let value = match place.entry.value(self.file.as_ref()?, room)? {
                [] => Some(T::default()),
                bytes => postcard::from_bytes(if self.is_packed { packed::unpack(bytes, more)? } else { bytes }).ok(),
            };
            // What is as large as that is asked for once.
            [room, more].into_iter().filter(|room| room.capacity() > MOST_ROOM).for_each(|room| *room = Vec::new());
            value
        });
        if value.is_some() { &place.used } else { &self.spoilt }.store(true, Ordering::Relaxed);
        value
    }

    pub fn put(&self, key: Key, value: &T) {
        let bytes = if *value == T::default() { Ok(Vec::new()) } else { postcard::to_stdvec(value) };
        if let Ok(mut bytes) = bytes {
            if self.is_packed && !bytes.is_empty() {
                bytes = packed::pack(&bytes);
            }
            self.fresh.lock().unwrap_or_else(PoisonError::into_inner).push((key, bytes));
        }
    }

    /// Writes what is new; values that were there before can be had as before. The error is for a note: nothing depends
    /// on it.
    pub fn save(&mut self) -> io::Result<()> {
        let mut fresh = std::mem::take(self.fresh.get_mut().unwrap_or_else(PoisonError::into_inner));
        let is_torn = self.torn || self.spoilt.load(Ordering::Relaxed);
        let today = today();
        let is_due = |place: &Place| place.is_used() && place.day.saturating_add(NOTED_DAYS) <= today;
        let is_due = self.places.values().any(is_due);
        if fresh.is_empty() && !is_torn && !is_due {
            return Ok(());
        }
        let folder = self.folder()?;
        // The same content may lie at several paths.
        fresh.sort_unstable();
        fresh.dedup();
        if self.whole > 0 && !is_torn && !is_due && self.segments < MOST_SEGMENTS && self.whole < FULL {
            return append(&self.path, self.whole, today, &fresh);
        }
        self.replace(folder, today, fresh)
    }

    /// Writes what is new in the place of all that was kept.
    pub fn overwrite(mut self) -> io::Result<()> {
        let fresh = std::mem::take(self.fresh.get_mut().unwrap_or_else(PoisonError::into_inner));
        self.places.clear();
        self.replace(self.folder()?, today(), fresh)
    }

    /// Where the file lies; made where it is missing.
    fn folder(&self) -> io::Result<&Path> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        if is_link(folder) {
            return Err(io::Error::other(format!("{} is a link", folder.display())));
        }
        fs::create_dir_all(folder)?;
        Ok(folder)
    }

    /// Writes all anew that is in use, or was of late.
    fn replace(&self, folder: &Path, today: u32, fresh: Vec<(Key, Vec<u8>)>) -> io::Result<()> {
        let mut days: BTreeMap<u32, BTreeMap<Key, Vec<u8>>> = BTreeMap::new();
        for (key, place) in &self.places {
            let day = if place.is_used() { today } else { place.day };
            if place.is_used() || (day.saturating_add(KEPT_DAYS) > today && self.whole < FULL) {
                let mut value = Vec::new();
                if self.file.as_ref().and_then(|file| place.entry.value(file, &mut value)).is_some() {
                    days.entry(day).or_default().insert(*key, value);
                }
            }
        }
        days.entry(today).or_default().extend(fresh);
        let mut file = tempfile::Builder::new().prefix(NEW).tempfile_in(folder)?;
        file.write_all(HEADER)?;
        for (day, values) in days {
            let values: Vec<_> = values.into_iter().collect();
            let segment = segments::write(day, &values);
            file.write_all(&segment.ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?)?;
        }
        file.persist(&self.path).map(drop).map_err(|error| error.error)
    }
}

/// Writes one more segment, unless another run is writing too, or wrote all anew: then this run's are not kept.
fn append(path: &Path, whole: u64, today: u32, fresh: &[(Key, Vec<u8>)]) -> io::Result<()> {
    let mut file = match File::options().read(true).write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    if file.try_lock().is_err() {
        return Ok(());
    }
    let size = file.metadata()?.len();
    if size < whole || !segments::has_header(&file) || !disk::is_at(&file, path) {
        return Ok(());
    }
    // What others appended since this run read it, of which the last may have been killed.
    let mut end = whole;
    while let Some(segment) = segments::read(&file, end, size) {
        end = segment.end;
    }
    let Some(segment) = segments::write(today, fresh) else { return Ok(()) };
    file.set_len(end)?;
    file.seek(SeekFrom::End(0))?;
    file.write_all(&segment)
}

/// In days since 1970.
fn today() -> u32 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    u32::try_from(seconds / (24 * 60 * 60)).unwrap_or(u32::MAX)
}

/// Behind a link the folder may be part of the work tree, in which nothing is written.
fn is_link(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_symlink())
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
        let (one, two, three) = (key(&[b"one"]), key(&[b"two"]), key(&[b"three"]));
        assert_eq!(cache.get(one), None);
        cache.put(one, &1);
        cache.put(two, &0);
        cache.save()?;
        let mut again: Cache<u32> = folder.open("x");
        assert_eq!((again.get(one), again.get(two)), (Some(1), Some(0)));
        again.put(three, &3);
        again.save()?;
        let again: Cache<u32> = folder.open("x");
        assert_eq!((again.get(one), again.get(two), again.get(three)), (Some(1), Some(0), Some(3)));

        let path = place.path().join("ssot/x");
        let whole = std::fs::read(&path)?;
        let all = [(one, 1), (two, 0), (three, 3)];
        let is_right = |(key, value): &(_, _)| folder.open::<u32>("x").get(*key).is_none_or(|got| got == *value);
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length])?;
            assert!(all.iter().all(is_right), "cut to {length} bytes");
            assert_eq!(folder.open::<u32>("x").get(three), None, "cut to {length} bytes");
        }
        for at in 0..whole.len() {
            let mut other = whole.clone();
            other[at] ^= 1;
            std::fs::write(&path, &other)?;
            assert!(all.iter().all(is_right), "byte {at} changed");
            let missing = all.iter().filter(|(key, _)| folder.open::<u32>("x").get(*key).is_none());
            assert!(missing.count() > 0, "byte {at} changed");
            let mut spoilt: Cache<u32> = folder.open("x");
            all.iter().filter(|(key, _)| spoilt.get(*key).is_none()).for_each(|(key, value)| spoilt.put(*key, value));
            spoilt.save()?;
            let mended: Cache<u32> = folder.open("x");
            assert!(all.iter().all(|(key, value)| mended.get(*key) == Some(*value)), "byte {at} changed");
        }
        Ok(())
    }
}
