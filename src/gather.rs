//! Entries to facts: from the cache, else read and extracted in parallel.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, Once, PoisonError};

use rayon::prelude::*;

use crate::cache::{Cache, Kept, Key};
use crate::facts::{Detail, Facts};
use crate::lang::tokens::Tokens;
use crate::lang::{self, Language, Want};
use crate::source::{At, Content, Entry, Source, SourceError};

/// What came of looking at one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Facts(Facts),
    /// Over [`crate::source::MAX_CONTENT`], by its size in bytes.
    TooLarge(u64),
    /// The blob is not in this clone.
    Absent,
    Unreadable(String),
    /// The parser panicked: a defect of ours, with what it said.
    Panicked(String),
}

/// A pure function of the tokens of a file and its bytes.
pub type Make<'r, T> = dyn Fn(&Tokens, &[u8]) -> T + Sync + 'r;

/// What is asked of one file: its facts, something made of its tokens, or both.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'e> {
    pub entry: &'e Entry,
    pub facts: bool,
    pub tokens: bool,
}

impl Ask<'_> {
    fn wants_any(&self) -> bool {
        self.facts || self.tokens
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Looked<T> {
    /// None where it was not asked for.
    pub facts: Option<Seen>,
    /// What was made of the tokens; none where they were not asked for, or could not be told.
    pub made: Option<T>,
}

impl<T> Looked<T> {
    fn unseen(ask: &Ask<'_>, why: Seen) -> Self {
        Self { facts: ask.facts.then_some(why), made: None }
    }
}

/// Looks at each of `wanted` for its facts, in its order; with as much detail as the cache must hold too.
pub fn gather(
    source: &dyn Source,
    wanted: &[&Entry],
    cache: Option<&Cache<Facts>>,
    detail: Detail,
) -> Result<Vec<Seen>, SourceError> {
    let asked: Vec<_> = wanted.iter().map(|entry| Ask { entry, facts: true, tokens: false }).collect();
    let looked = gather_both::<()>(source, &asked, cache, detail, None, &|_, _| ())?;
    Ok(looked.into_iter().filter_map(|looked| looked.facts).collect())
}

/// The same for all that is asked of each file, in one look.
pub fn gather_both<T: Kept + Send>(
    source: &dyn Source,
    asked: &[Ask<'_>],
    facts: Option<&Cache<Facts>>,
    detail: Detail,
    made: Option<&Cache<T>>,
    make: &Make<'_, T>,
) -> Result<Vec<Looked<T>>, SourceError> {
    let known: Vec<(Known<'_>, Looked<T>)> = asked.par_iter().map(|ask| Known::of(ask, facts, made)).collect();
    let (files, mut looked): (Vec<Known<'_>>, Vec<Looked<T>>) = known.into_iter().unzip();
    let missing: Vec<usize> = (0..files.len()).filter(|number| files[*number].rest.wants_any()).collect();
    let entries: Vec<&Entry> = missing.iter().map(|number| files[*number].rest.entry).collect();
    let fresh: Vec<Mutex<Option<Looked<T>>>> = missing.iter().map(|_| Mutex::new(None)).collect();
    source.read(&entries, &|at, content| {
        let Known { language, key, rest } = &files[missing[at]];
        let found = look(*language, content, rest, detail, make);
        if let (Some(Seen::Facts(found)), Some(key), Some(cache)) = (&found.facts, key, facts) {
            cache.put(*key, found);
        }
        if let (Some(found), Some(key), Some(cache)) = (&found.made, key, made) {
            cache.put(*key, found);
        }
        *fresh[at].lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
    })?;
    for (number, found) in missing.into_iter().zip(fresh) {
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let undelivered = || Seen::Unreadable("its content was not delivered".to_owned());
        let found = found.unwrap_or_else(|| Looked::unseen(&files[number].rest, undelivered()));
        let looked = &mut looked[number];
        looked.facts = looked.facts.take().or(found.facts);
        looked.made = looked.made.take().or(found.made);
    }
    Ok(looked)
}

/// What is asked of a file that no cache knows.
struct Known<'e> {
    language: &'static dyn Language,
    key: Option<Key>,
    rest: Ask<'e>,
}

impl<'e> Known<'e> {
    fn of<T: Kept>(ask: &Ask<'e>, facts: Option<&Cache<Facts>>, made: Option<&Cache<T>>) -> (Self, Looked<T>) {
        let language = lang::of(&ask.entry.path);
        let key = (facts.is_some() || made.is_some()).then(|| content_key(ask.entry)).flatten();
        let facts = key.filter(|_| ask.facts).and_then(|key| facts?.get(key));
        let made = key.filter(|_| ask.tokens).and_then(|key| made?.get(key));
        let rest = Ask { facts: ask.facts && facts.is_none(), tokens: ask.tokens && made.is_none(), ..*ask };
        (Self { language, key, rest }, Looked { facts: facts.map(Seen::Facts), made })
    }
}

/// The key of what hangs on the content of a file; none for what lies on disk, which is read each time.
pub fn content_key(entry: &Entry) -> Option<Key> {
    let At::Blob(blob) = &entry.at else { return None };
    let language = lang::of(&entry.path);
    // What names a blob is a hash already.
    let mut key: Key = blob.as_bytes().first_chunk().copied().unwrap_or_default();
    let told = language.revision().to_le_bytes().into_iter().chain(language.id().bytes());
    key.iter_mut().rev().zip(told).for_each(|(byte, told)| *byte ^= told);
    Some(key)
}

fn look<T>(
    language: &dyn Language,
    content: Content<'_>,
    ask: &Ask<'_>,
    detail: Detail,
    make: &Make<'_, T>,
) -> Looked<T> {
    let why = match content {
        Content::Bytes(bytes) => match quietly(|| extract(language, bytes, ask, detail, make)) {
            Ok(looked) => return looked,
            Err(said) => Seen::Panicked(said),
        },
        Content::TooLarge(size) => Seen::TooLarge(size),
        Content::Absent => Seen::Absent,
        Content::Unreadable(why) => Seen::Unreadable(why),
    };
    Looked::unseen(ask, why)
}

fn extract<T>(language: &dyn Language, bytes: &[u8], ask: &Ask<'_>, detail: Detail, make: &Make<'_, T>) -> Looked<T> {
    let want = Want { tokens: ask.tokens, detail };
    let (facts, tokens) = match ask.facts {
        true => language.read(bytes, want),
        false => (Facts::default(), language.tokens(bytes)),
    };
    let (facts, made) = (ask.facts.then_some(Seen::Facts(facts)), ask.tokens.then(|| make(&tokens, bytes)));
    Looked { facts, made }
}

thread_local! {
    static EXTRACTING: Cell<bool> = const { Cell::new(false) };
}

/// A panic in a parser becomes one finding, and prints nothing.
fn quietly<T>(extract: impl FnOnce() -> T) -> Result<T, String> {
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
    let caught = panic::catch_unwind(AssertUnwindSafe(extract));
    EXTRACTING.set(false);
    caught.map_err(|panic| what_it_said(&*panic))
}

fn what_it_said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::quietly;
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
        let read = |bytes| quietly(|| Fragile.extract(bytes));
        assert_eq!(read(b""), Ok(Facts::default()));
        assert_eq!(read(b"x"), Err("of 1 bytes".to_owned()));
    }
}
