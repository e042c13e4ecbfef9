//! The stretches that are compared token by token: kept from this run or the one before, or read again.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::Text;
use super::held::{self, Held};
use super::part::Part;
use crate::cache::{Cache, Folder, Key, key};
use crate::lang;
use crate::source::{At, Content, Entry, Source, SourceError};

/// A text with stretches that are compared.
pub struct Wanted<'t> {
    pub text: usize,
    entry: &'t Entry,
    stretches: &'t [Range<u32>],
    /// Of what its parts are made; none for what lies on disk.
    key: Option<Key>,
    /// Many files of one text are two: what stands in the second stands in all but the first.
    pub twins: usize,
    held: Option<Box<Held>>,
}

/// The texts that have stretches. None of a part of them is to be shorter than `least` tokens.
pub fn wanted<'t, 'f: 't>(texts: &mut [Text<'f>], stretches: &'t [Vec<Range<u32>>], least: u32) -> Vec<Wanted<'t>> {
    let with_any = texts.iter_mut().zip(stretches).enumerate().filter(|(_, (_, stretches))| !stretches.is_empty());
    let wanted = with_any.filter_map(|(text, (of, stretches))| {
        let entry = of.files.first()?.entry;
        let (key, held) = (key_of(entry, stretches, least), of.sketch.held.take());
        Some(Wanted { text, entry, stretches, key, twins: of.files.len().min(2), held })
    });
    wanted.collect()
}

/// A key for all that hangs on what is compared; none where some of it lies on disk.
pub fn key_of_all(wanted: &[Wanted<'_>], texts: &[Text<'_>], least_lines: u32) -> Option<Key> {
    let mut all = least_lines.to_le_bytes().to_vec();
    for wanted in wanted {
        all.extend(wanted.key?);
        all.extend(texts[wanted.text].group().to_le_bytes());
        all.push(wanted.twins as u8);
    }
    Some(key(&[&all]))
}

/// Reads of each text its stretches, without what is left out of them. None where one could not be read.
pub fn read(
    source: &dyn Source,
    wanted: &mut [Wanted<'_>],
    least: u32,
    folder: Option<&Folder>,
) -> Result<Vec<Option<Vec<Part>>>, SourceError> {
    let cache: Option<Cache<Vec<Part>>> = folder.map(|folder| folder.open("copies"));
    let keep = |key: &Option<Key>, parts: &Vec<Part>| {
        if let (Some(cache), Some(key)) = (&cache, key) {
            cache.put(*key, parts);
        }
    };
    let known = |wanted: &mut Wanted<'_>| {
        let held = wanted.held.take();
        let kept = wanted.key.and_then(|key| cache.as_ref()?.get(key));
        kept.or_else(|| {
            let parts = held?.parts(wanted.stretches, least)?;
            keep(&wanted.key, &parts);
            Some(parts)
        })
    };
    let found: Vec<Mutex<Option<Vec<Part>>>> = wanted.par_iter_mut().map(known).map(Mutex::new).collect();
    let is_missing = |at: &usize| found[*at].lock().is_ok_and(|found| found.is_none());
    let missing: Vec<usize> = (0..found.len()).filter(is_missing).collect();
    let entries: Vec<&Entry> = missing.iter().map(|at| wanted[*at].entry).collect();
    source.read(&entries, &|number, content| {
        let Content::Bytes(bytes) = content else { return };
        let at = missing[number];
        let Wanted { entry, stretches, key, .. } = &wanted[at];
        let parts = held::parts(&lang::of(&entry.path).tokens(bytes), stretches, least);
        keep(key, &parts);
        *found[at].lock().unwrap_or_else(PoisonError::into_inner) = Some(parts);
    })?;
    // That it cannot be written is told by whoever judges the files.
    let _ = cache.map(Cache::save);
    Ok(found.into_iter().map(|found| found.into_inner().unwrap_or_else(PoisonError::into_inner)).collect())
}

fn key_of(entry: &Entry, stretches: &[Range<u32>], least: u32) -> Option<Key> {
    let At::Blob(blob) = &entry.at else { return None };
    let language = lang::of(&entry.path);
    let places: Vec<u8> =
        stretches.iter().flat_map(|at| [at.start.to_le_bytes(), at.end.to_le_bytes()].concat()).collect();
    let of_language = [language.id().as_bytes(), &language.revision().to_le_bytes()].concat();
    Some(key(&[&of_language, blob.as_bytes(), &least.to_le_bytes(), &places]))
}
