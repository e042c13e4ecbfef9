//! Which modules are looked at while one is judged: what was said of it holds as long as they are what they were.

use std::cell::RefCell;

use super::ModuleId;
use crate::cache::flat::Flat;

thread_local! {
    /// Of the judgement that this thread is at, if it is at one.
    static SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
}

/// That a module is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Look {
    pub module: ModuleId,
    /// Whether at more than its [`Face`](super::face::Face).
    pub is_whole: bool,
}

impl Flat for Look {
    const BYTES: usize = ModuleId::BYTES + u8::BYTES;

    fn put(self, into: &mut Vec<u8>) {
        self.module.put(into);
        u8::from(self.is_whole).put(into);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self { module: ModuleId::take(bytes)?, is_whole: u8::take(bytes)? != 0 })
    }
}

#[derive(Default)]
struct Seen {
    looks: Vec<Look>,
    /// Whether something was asked that hangs on all modules.
    all: bool,
}

fn note(say: impl FnOnce(&mut Seen)) {
    SEEN.with_borrow_mut(|seen| seen.as_mut().map(say));
}

/// Notes that the code of a module is looked at.
pub(super) fn looks_at(module: ModuleId) {
    look(Look { module, is_whole: true });
}

/// Notes that no more of a module is looked at than its face.
pub(super) fn looks_at_face(module: ModuleId) {
    look(Look { module, is_whole: false });
}

fn look(look: Look) {
    note(|seen| {
        if seen.looks.last() != Some(&look) {
            seen.looks.push(look);
        }
    });
}

/// Notes that something is asked which hangs on the code of all modules.
pub(super) fn looks_at_all() {
    note(|seen| seen.all = true);
}

/// What `judge` gives, and what it looked at on this thread, sorted, each module once; none where it hangs on all. While it waits
/// its thread may take up another judgement, of which it learns nothing.
pub(super) fn over<R>(judge: impl FnOnce() -> R) -> (R, Option<Vec<Look>>) {
    let outer = SEEN.replace(Some(Seen::default()));
    let result = judge();
    let Seen { mut looks, all } = SEEN.replace(outer).unwrap_or_default();
    looks.sort_unstable();
    looks.dedup_by(|later, first| {
        let is_same = later.module == first.module;
        first.is_whole |= is_same && later.is_whole;
        is_same
    });
    (result, (!all).then_some(looks))
}

#[cfg(test)]
mod tests {
    use super::{Look, ModuleId, looks_at, looks_at_all, looks_at_face, over};

    #[test]
    fn what_is_looked_at() {
        let [one, two] = [1, 2].map(ModuleId::new);
        let whole = |module| Look { module, is_whole: true };
        looks_at(one);
        let both = over(|| {
            [two, one, two, two].into_iter().for_each(looks_at);
            7
        });
        assert_eq!(both, (7, Some(vec![whole(one), whole(two)])));
        let faces = over(|| [one, two, one].into_iter().for_each(looks_at_face)).1;
        assert_eq!(faces, Some([one, two].map(|module| Look { module, is_whole: false }).to_vec()));
        let either = over(|| {
            looks_at_face(one);
            looks_at(one);
            looks_at_face(one);
        });
        assert_eq!(either.1, Some(vec![whole(one)]));
        assert_eq!(over(looks_at_all), ((), None));
        let outer = over(|| {
            looks_at(one);
            over(looks_at_all)
        });
        assert_eq!(outer, (((), None), Some(vec![whole(one)])));
        assert_eq!(over(|| ()), ((), Some(Vec::new())));
    }
}
