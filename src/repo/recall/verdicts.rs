//! What rules that judge modules one by one said of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::rows::Rows;
use crate::cache::Kept;
use crate::repo::ModuleId;
use crate::repo::watch::Look;

/// What one rule said of each module.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdicts {
    /// What it looked at to say it; unknown where nothing is kept.
    seen: Rows<Look>,
    /// What it said, where that is something; sorted.
    said: Vec<(ModuleId, ByteBuf)>,
}

/// What came of one module.
#[derive(Debug)]
pub struct Said {
    /// What was looked at; none where it is not kept.
    pub seen: Option<Vec<Look>>,
    /// None where there is nothing to say.
    pub value: Option<ByteBuf>,
}

impl Verdicts {
    /// What is new, and of all other modules what was said before.
    pub fn of(modules: usize, before: Option<&Self>, mut new: BTreeMap<ModuleId, Said>) -> Self {
        let mut all = Self::default();
        for id in (0..modules).map(ModuleId::new) {
            match new.remove(&id) {
                Some(Said { seen, value }) => {
                    all.seen.push(seen.as_deref());
                    all.said.extend(value.map(|value| (id, value)));
                }
                None => {
                    all.seen.push(before.and_then(|before| before.seen(id)));
                    let value = before.and_then(|before| before.bytes(id));
                    all.said.extend(value.map(|value| (id, value.clone())));
                }
            }
        }
        all
    }

    fn bytes(&self, id: ModuleId) -> Option<&ByteBuf> {
        let at = self.said.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(&self.said.get(at)?.1)
    }

    /// What it looked at to judge a module; none where it has to be asked again in any case.
    pub fn seen(&self, id: ModuleId) -> Option<&[Look]> {
        self.seen.get(id.index())
    }

    /// What it said of a module; none where that cannot be read.
    pub fn value<T: Kept>(&self, id: ModuleId) -> Option<T> {
        match self.bytes(id) {
            Some(bytes) => postcard::from_bytes(bytes).ok(),
            None => Some(T::default()),
        }
    }
}
