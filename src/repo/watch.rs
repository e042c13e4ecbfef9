//! Which modules are looked at while one is judged: what was said of it holds as long as they are what they were.

use std::cell::RefCell;

use super::ModuleId;

thread_local! {
    /// Of the judgement that this thread is at, if it is at one.
    static SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
}

#[derive(Default)]
struct Seen {
    modules: Vec<ModuleId>,
    /// Whether something was asked that hangs on all modules.
    all: bool,
}

fn note(say: impl FnOnce(&mut Seen)) {
    SEEN.with_borrow_mut(|seen| seen.as_mut().map(say));
}

/// Notes that the code of a module is looked at.
pub(super) fn looks_at(id: ModuleId) {
    note(|seen| {
        if seen.modules.last() != Some(&id) {
            seen.modules.push(id);
        }
    });
}

/// Notes that something is asked which hangs on the code of all modules.
pub(super) fn looks_at_all() {
    note(|seen| seen.all = true);
}

/// What `judge` gives, and the modules that it looked at on this thread, sorted; none where it hangs on all. While it waits
/// its thread may take up another judgement, of which it learns nothing.
pub(super) fn over<R>(judge: impl FnOnce() -> R) -> (R, Option<Vec<ModuleId>>) {
    let outer = SEEN.replace(Some(Seen::default()));
    let result = judge();
    let Seen { mut modules, all } = SEEN.replace(outer).unwrap_or_default();
    modules.sort_unstable();
    modules.dedup();
    (result, (!all).then_some(modules))
}

#[cfg(test)]
mod tests {
    use super::{ModuleId, looks_at, looks_at_all, over};

    #[test]
    fn what_is_looked_at() {
        let [one, two] = [1, 2].map(ModuleId::new);
        looks_at(one);
        let both = over(|| {
            [two, one, two, two].into_iter().for_each(looks_at);
            7
        });
        assert_eq!(both, (7, Some(vec![one, two])));
        assert_eq!(over(looks_at_all), ((), None));
        let outer = over(|| {
            looks_at(one);
            over(looks_at_all)
        });
        assert_eq!(outer, (((), None), Some(vec![one])));
        assert_eq!(over(|| ()), ((), Some(Vec::new())));
    }
}
