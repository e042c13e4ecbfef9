//! Edits as they come, and what has to be left.

use std::collections::{BTreeMap, BTreeSet};

use ruff_text_size::{TextRange, TextSize};

use crate::finding::moves::{Replacement, Rewriting};

#[derive(Default)]
pub struct Draft {
    /// By start and end; what is inserted at one place comes in the order in which it was asked for.
    edits: BTreeMap<(TextSize, TextSize), (String, BTreeSet<usize>)>,
    refused: BTreeMap<usize, String>,
}

impl Draft {
    pub fn replace(&mut self, range: TextRange, content: &str, cause: usize) {
        self.replace_for(range, content, &[cause]);
    }

    pub fn replace_for(&mut self, range: TextRange, content: &str, causes: &[usize]) {
        let (text, known) = self.edits.entry((range.start(), range.end())).or_default();
        content.clone_into(text);
        known.extend(causes);
    }

    pub fn insert(&mut self, at: TextSize, content: &str, causes: &[usize]) {
        let (text, known) = self.edits.entry((at, at)).or_default();
        text.push_str(content);
        known.extend(causes);
    }

    pub fn refuse(&mut self, cause: usize, why: &str) {
        self.refused.insert(cause, why.to_owned());
    }

    /// All edits that serve no refused move. Where two overlap, nothing of what asks for the later one is done.
    pub fn finish(mut self) -> Rewriting {
        loop {
            let mut end = TextSize::default();
            let mut clash = None;
            for ((start, stop), (_, causes)) in &self.edits {
                if causes.iter().any(|cause| self.refused.contains_key(cause)) {
                    clash = Some((causes.clone(), None));
                    break;
                }
                if *start < end {
                    clash = Some((causes.clone(), Some("its edits overlap those of another finding")));
                    break;
                }
                end = *stop;
            }
            let Some((causes, why)) = clash else { break };
            for cause in &causes {
                self.refused
                    .entry(*cause)
                    .or_insert_with(|| why.unwrap_or("it shares a statement with what cannot be moved").to_owned());
            }
            self.edits.retain(|_, (_, known)| known.is_disjoint(&causes));
        }
        let edits = self.edits.into_iter().map(|((start, end), (content, causes))| Replacement {
            range: start.to_usize()..end.to_usize(),
            content,
            causes: causes.into_iter().collect(),
        });
        Rewriting { edits: edits.collect(), refused: self.refused.into_iter().collect() }
    }
}
