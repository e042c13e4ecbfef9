//! Entries to facts: from the cache, else read and extracted in parallel.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, Once, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cache::{Cache, Key, key};
use crate::facts::Facts;
use crate::lang::{self, Language};
use crate::source::{At, Content, Entry, Source, SourceError};

/// What came of looking at one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen<T = Facts> {
    Facts(T),
    /// Over [`crate::source::MAX_CONTENT`], by its size in bytes.
    TooLarge(u64),
    /// The blob is not in this clone.
    Absent,
    Unreadable(String),
    /// The parser panicked: a defect of ours, with what it said.
    Panicked(String),
}

/// What can be kept between runs.
pub trait Cached: Serialize + DeserializeOwned + Default + PartialEq + Clone + Send {}

impl<T: Serialize + DeserializeOwned + Default + PartialEq + Clone + Send> Cached for T {}

/// A pure function of a language and the bytes.
pub type Read<'r, T> = dyn Fn(&dyn Language, &[u8]) -> T + Sync + 'r;

/// Looks at each of `wanted`, in its order.
pub fn gather(
    source: &dyn Source,
    wanted: &[&Entry],
    cache: Option<&mut Cache<Facts>>,
) -> Result<Vec<Seen>, SourceError> {
    gather_by(source, wanted, cache, &|language, bytes| language.extract(bytes))
}

/// The same for what is no facts, but a function of a language and the bytes too.
pub fn gather_by<T: Cached>(
    source: &dyn Source,
    wanted: &[&Entry],
    mut cache: Option<&mut Cache<T>>,
    read: &Read<'_, T>,
) -> Result<Vec<Seen<T>>, SourceError> {
    let languages: Vec<_> = wanted.iter().map(|entry| lang::of(&entry.path)).collect();
    let keys: Vec<_> = wanted.iter().zip(&languages).map(|(entry, language)| facts_key(entry, *language)).collect();
    let mut seen: Vec<Option<Seen<T>>> =
        keys.iter().map(|key| key.and_then(|key| cache.as_mut()?.get(key)).map(Seen::Facts)).collect();
    let missing: Vec<usize> = (0..wanted.len()).filter(|number| seen[*number].is_none()).collect();
    let entries: Vec<&Entry> = missing.iter().map(|number| wanted[*number]).collect();
    let fresh: Vec<Mutex<Option<Seen<T>>>> = missing.iter().map(|_| Mutex::new(None)).collect();
    source.read(&entries, &|number, content| {
        let looked = look(languages[missing[number]], content, read);
        *fresh[number].lock().unwrap_or_else(PoisonError::into_inner) = Some(looked);
    })?;
    for (number, looked) in missing.into_iter().zip(fresh) {
        let looked = looked.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let (Some(Seen::Facts(facts)), Some(key), Some(cache)) = (&looked, keys[number], cache.as_mut()) {
            cache.put(key, facts.clone());
        }
        seen[number] = looked;
    }
    let unread = || Seen::Unreadable("its content was not delivered".to_owned());
    Ok(seen.into_iter().map(|seen| seen.unwrap_or_else(unread)).collect())
}

/// Facts of what lies in git are kept under its name; what lies on disk is read each time.
fn facts_key(entry: &Entry, language: &dyn Language) -> Option<Key> {
    match &entry.at {
        At::Blob(blob) => Some(key(&[language.id().as_bytes(), &language.revision().to_le_bytes(), blob.as_bytes()])),
        At::Disk => None,
    }
}

fn look<T>(language: &dyn Language, content: Content<'_>, read: &Read<'_, T>) -> Seen<T> {
    match content {
        Content::Bytes(bytes) => extract(language, bytes, read),
        Content::TooLarge(size) => Seen::TooLarge(size),
        Content::Absent => Seen::Absent,
        Content::Unreadable(why) => Seen::Unreadable(why),
    }
}

thread_local! {
    static EXTRACTING: Cell<bool> = const { Cell::new(false) };
}

/// A panic in a parser becomes one finding, and prints nothing.
fn extract<T>(language: &dyn Language, bytes: &[u8], read: &Read<'_, T>) -> Seen<T> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !EXTRACTING.get() {
                usual(info);
            }
        }));
    });
    EXTRACTING.set(true);
    let caught = panic::catch_unwind(AssertUnwindSafe(|| read(language, bytes)));
    EXTRACTING.set(false);
    caught.map_or_else(|panic| Seen::Panicked(what_it_said(&*panic)), Seen::Facts)
}

fn what_it_said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Seen, extract};
    use crate::facts::Facts;
    use crate::lang::Language;

    struct Fragile;

    impl Language for Fragile {
        fn id(&self) -> &'static str {
            "fragile"
        }

        fn names(&self) -> &'static [&'static str] {
            &[]
        }

        fn revision(&self) -> u32 {
            1
        }

        fn has_comments(&self) -> bool {
            false
        }

        fn extract(&self, bytes: &[u8]) -> Facts {
            assert!(bytes.is_empty(), "of {} bytes", bytes.len());
            Facts::default()
        }
    }

    #[test]
    fn a_panic_is_told() {
        let read = |bytes| extract(&Fragile, bytes, &|language, bytes| language.extract(bytes));
        assert_eq!(read(b""), Seen::Facts(Facts::default()));
        assert_eq!(read(b"x"), Seen::Panicked("of 1 bytes".to_owned()));
    }
}
