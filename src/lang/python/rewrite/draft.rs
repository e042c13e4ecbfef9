//! Edits as they come, and what has to be left.

use std::collections::{BTreeMap, BTreeSet};

use ruff_text_size::{TextRange, TextSize};

use crate::finding::moves::{Replacement, Rewriting};

#[derive(Default)]
pub struct Draft {
    /// By start, end and turn: what is inserted at one place comes in the order in which it was asked for.
    edits: BTreeMap<(TextSize, TextSize, usize), Edit>,
    inserted: usize,
    refused: BTreeMap<usize, String>,
}

struct Edit {
    content: String,
    causes: BTreeSet<usize>,
}

impl Draft {
    pub fn replace(&mut self, range: TextRange, content: &str, cause: usize) {
        self.replace_for(range, content, &[cause]);
    }

    /// Two moves may ask for one replacement; not for two at one place.
    pub fn replace_for(&mut self, range: TextRange, content: &str, causes: &[usize]) {
        let key = (range.start(), range.end(), 0);
        let new = || Edit { content: content.to_owned(), causes: BTreeSet::new() };
        let edit = self.edits.entry(key).or_insert_with(new);
        let clashes = edit.content != content;
        edit.causes.extend(causes);
        if clashes {
            causes.iter().for_each(|cause| self.refuse(*cause, OVERLAP));
        }
    }

    pub fn insert(&mut self, at: TextSize, content: &str, causes: &[usize]) {
        self.inserted += 1;
        let edit = Edit { content: content.to_owned(), causes: causes.iter().copied().collect() };
        self.edits.insert((at, at, self.inserted), edit);
    }

    pub fn refuse(&mut self, cause: usize, why: &str) {
        self.refused.entry(cause).or_insert_with(|| why.to_owned());
    }

    /// All edits that serve no refused move. Where two overlap, nothing of what asks for the later one is done.
    pub fn finish(mut self) -> Rewriting {
        loop {
            self.drop_refused();
            let mut end = TextSize::default();
            let overlaps = self.edits.iter().find(|((start, stop, _), _)| {
                let overlaps = *start < end;
                end = *stop;
                overlaps
            });
            let Some(causes) = overlaps.map(|(_, edit)| edit.causes.clone()) else { break };
            causes.into_iter().for_each(|cause| self.refuse(cause, OVERLAP));
        }
        let edits = self.edits.into_iter().map(|((start, end, _), edit)| Replacement {
            range: start.to_usize()..end.to_usize(),
            content: edit.content,
            causes: edit.causes.into_iter().collect(),
        });
        Rewriting { edits: edits.collect(), refused: self.refused.into_iter().collect() }
    }

    /// Takes out the edits of what is refused, and with them all that shares one.
    fn drop_refused(&mut self) {
        loop {
            let refused = |edit: &&Edit| edit.causes.iter().any(|cause| self.refused.contains_key(cause));
            let shared = self.edits.values().filter(refused).flat_map(|edit| edit.causes.iter().copied());
            let dragged: Vec<usize> = shared.filter(|cause| !self.refused.contains_key(cause)).collect();
            if dragged.is_empty() {
                break;
            }
            dragged.into_iter().for_each(|cause| self.refuse(cause, SHARED));
        }
        let Self { edits, refused, .. } = self;
        edits.retain(|_, edit| !edit.causes.iter().any(|cause| refused.contains_key(cause)));
    }
}

const OVERLAP: &str = "its edits overlap those of another finding";
const SHARED: &str = "it shares a statement with what cannot be moved";
