//! What is kept for rules that look at no more of modules than where they lie, which imports which, and where it does: as
//! long as that is what it was, so is what they find; and where they found nothing, as long as all import what they did.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::Recalled;
use crate::cache::{Kept, flat};
use crate::repo::ways::Linked;
use crate::repo::{ModuleId, Repo};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Links {
    /// Of each module; none at all where nobody asked.
    #[serde(with = "flat")]
    of: Vec<Linked>,
    /// What each rule found.
    found: BTreeMap<String, ByteBuf>,
}

/// Whether all that rules look at along links is what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sameness {
    /// Other modules are imported.
    None,
    /// The same ones are, elsewhere in the text.
    Links,
    All,
}

impl Repo {
    /// What `judge` finds, which looks at no more; it is not asked where it would find the same. `rule` tells it from
    /// others.
    pub fn along_links<T: Kept>(&self, rule: &str, judge: impl FnOnce() -> T) -> T {
        let Some(recalled) = &self.recalled else { return judge() };
        let before = recalled.recall.before.links.found.get(rule);
        let before = before.and_then(|bytes| postcard::from_bytes::<T>(bytes).ok());
        let holds = |found: &T| {
            let least = if *found == T::default() { Sameness::Links } else { Sameness::All };
            self.sameness_of_links(recalled) >= least
        };
        let found = before.filter(holds).unwrap_or_else(judge);
        if let Ok(bytes) = postcard::to_stdvec(&found) {
            let mut kept = recalled.along_links.lock().unwrap_or_else(PoisonError::into_inner);
            kept.insert(rule.to_owned(), ByteBuf::from(bytes));
        }
        found
    }

    fn sameness_of_links(&self, recalled: &Recalled) -> Sameness {
        let before = |id: ModuleId| recalled.recall.before.links.of.get(id.index()).copied();
        let sameness = |id: ModuleId| match (before(id), self.linked_from(id)) {
            (Some(before), now) if before == now => Sameness::All,
            (Some(before), now) if before.to == now.to => Sameness::Links,
            _ => Sameness::None,
        };
        let of_all = || match recalled.is_same_place {
            true => recalled.changed().map(sameness).min().unwrap_or(Sameness::All),
            false => Sameness::None,
        };
        *recalled.sameness_of_links.get_or_init(of_all)
    }

    /// What is kept for the next run.
    pub(super) fn links_to_keep(&self, recalled: &mut Recalled) -> Links {
        let found = std::mem::take(recalled.along_links.get_mut().unwrap_or_else(PoisonError::into_inner));
        let before = &recalled.recall.before.links;
        match (recalled.sameness_of_links.get(), self.steps.get()) {
            (Some(Sameness::All), _) => Links { of: before.of.clone(), found },
            (_, Some(_)) => Links { of: self.modules().map(|(id, _)| self.linked_from(id)).collect(), found },
            _ => Links::default(),
        }
    }
}
