//! What a run keeps of all modules for the next one, in one piece: so that it looks only into those that changed, those
//! whose verdicts hang on them, and those that somebody asks more about.
//!
//! Of each module there are its [briefs](Briefs), where its imports [lead](Way), and for each rule that judges modules one
//! by one what it said, with the modules that it looked at: that holds as long as none of them changed, and nothing else
//! that it may have asked.

mod briefs;
mod links;
mod rows;
mod verdicts;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::around::{Around, Lines};
use super::names::Sets;
use super::watch::Look;
use super::ways::{Step, Way};
use super::{ModuleId, Repo, watch};
use crate::cache::packed::Packed;
use crate::cache::{Cache, Folder, Kept, Key, MODULES, key};
use crate::facts::{Code, Facts};
use briefs::OfOne;
pub(super) use briefs::{Briefs, Names};
use links::{Links, Sameness};
use rows::Rows;
use verdicts::{Said, Verdicts};

/// So much that is new is not worth writing: the next run finds it out again in less time.
const LITTLE: usize = 32;

/// Of many modules it is one in so many: what is kept is written in one piece.
const SHARE: usize = 32;

/// What stands around some lines, where something does; sorted.
type OfLines = Vec<(Lines, Option<Around>)>;

/// As it is kept.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Table {
    /// A hash of all that is known of modules but what they hold: where it is another, imports may lead elsewhere.
    places: Key,
    /// What each module holds, if it lies in git.
    contents: Vec<Option<Key>>,
    /// What modules set on others.
    sets: Sets,
    briefs: Briefs,
    /// Unknown where nobody asked.
    ways: Rows<Way>,
    /// Few rules ask.
    steps: Packed<Rows<Step>>,
    /// Of those modules of which somebody asked; sorted.
    around: Vec<(ModuleId, OfLines)>,
    links: Links,
    verdicts: BTreeMap<String, Verdicts>,
}

/// What was kept, before it is known which modules there are.
#[derive(Debug)]
pub struct Recall {
    cache: Cache<Table>,
    key: Key,
    before: Table,
    /// The number of a module that held what has this key.
    numbers: FxHashMap<Key, usize>,
    /// Where facts are read from.
    shelf: Option<Arc<Shelf>>,
}

/// Facts that were there when somebody looked, and are read when they are asked for.
#[derive(Debug)]
pub(super) struct Shelf {
    facts: Cache<Facts>,
    lost: AtomicBool,
}

impl Shelf {
    /// The code of what has this key.
    pub fn code(&self, content: Key) -> Option<Box<Code>> {
        let facts = self.facts.get(content);
        self.lost.fetch_or(facts.is_none(), Ordering::Relaxed);
        facts?.code
    }
}

impl Recall {
    /// What was kept of a run on the same rules and the same policy.
    pub fn open(folder: &Folder, key: Key) -> Self {
        let cache: Cache<Table> = folder.one_of(&MODULES, key);
        let before = cache.get(key).unwrap_or_default();
        let contents = before.contents.iter().zip(0..);
        let numbers = contents.filter_map(|(content, number)| Some(((*content)?, number))).collect();
        Self { cache, key, before, numbers, shelf: None }
    }

    /// Has code read from there that is asked for.
    pub fn read_from(&mut self, facts: Cache<Facts>) {
        self.shelf = Some(Arc::new(Shelf { facts, lost: AtomicBool::new(false) }));
    }

    pub(super) fn shelf(&self) -> Option<Arc<Shelf>> {
        self.shelf.clone()
    }

    /// Whether that which has this key was part of it.
    pub fn holds(&self, content: &Key) -> bool {
        self.numbers.contains_key(content)
    }

    /// Whether a program wrote what has this key.
    pub(super) fn is_generated(&self, content: &Key) -> bool {
        self.numbers.get(content).is_some_and(|number| self.before.briefs.tells(*number).is_generated)
    }
}

/// What was kept beside what is there now.
#[derive(Debug)]
pub(super) struct Recalled {
    recall: Recall,
    places: Key,
    is_same_place: bool,
    /// Whether a module is what it was, where it was.
    is_same: Vec<bool>,
    /// Of which module of what was kept the briefs are, or of which of those that are new.
    briefs: Vec<Result<usize, usize>>,
    fresh: Briefs,
    /// What stands around lines that nobody asked for before.
    around: Mutex<BTreeMap<(ModuleId, Lines), Option<Around>>>,
    /// What each rule that was asked said of those modules of which it was not known.
    said: Mutex<BTreeMap<String, BTreeMap<ModuleId, Said>>>,
    /// What rules found along the links between modules, and whether those are what they were, if somebody asked.
    along_links: Mutex<BTreeMap<String, ByteBuf>>,
    sameness_of_links: OnceLock<Sameness>,
    /// How much was found out that the next run has to find out again if it is not kept.
    news: AtomicUsize,
}

impl Recalled {
    pub fn new(recall: Recall, repo: &Repo) -> Self {
        let places = repo.places_digest();
        let is_same_place = recall.before.places == places;
        let before = |number: usize| recall.before.contents.get(number).copied().flatten();
        let modules = || repo.modules.iter().enumerate();
        let is_same = modules()
            .map(|(number, module)| is_same_place && module.content.is_some() && before(number) == module.content);
        let is_same: Vec<bool> = is_same.collect();
        let news = AtomicUsize::new(is_same.iter().filter(|is_same| !**is_same).count());
        let known = modules().map(|(number, module)| match is_same[number] {
            true => Some(number),
            false => recall.numbers.get(&module.content?).copied(),
        });
        let known: Vec<Option<usize>> = known.collect();
        let new = known.par_iter().zip(&repo.modules).filter(|(known, _)| known.is_none());
        let new: Vec<OfOne> = new.map(|(_, module)| OfOne::of(module.code())).collect();
        let mut fresh = Briefs::default();
        new.iter().for_each(|one| fresh.push(one));
        let mut next = 0..;
        let briefs = known.into_iter().map(|known| known.ok_or_else(|| next.next().unwrap_or_default())).collect();
        Self {
            recall,
            places,
            is_same_place,
            is_same,
            briefs,
            fresh,
            around: Mutex::default(),
            said: Mutex::default(),
            along_links: Mutex::default(),
            sameness_of_links: OnceLock::new(),
            news,
        }
    }

    /// The modules that are not what they were, where they were.
    fn changed(&self) -> impl Iterator<Item = ModuleId> {
        let numbers = (0..).zip(&self.is_same).filter(|(_, is_same)| !**is_same);
        numbers.map(|(number, _)| ModuleId::new(number))
    }

    /// Notes that something was found out which was not known.
    pub fn learn(&self) {
        self.news.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether what is new is worth keeping.
    fn is_worth_keeping(&self) -> bool {
        let is_first = self.recall.before.contents.is_empty();
        is_first || self.news.load(Ordering::Relaxed) > LITTLE + self.is_same.len() / SHARE
    }

    pub fn briefs(&self, id: ModuleId) -> (&Briefs, usize) {
        match self.briefs[id.index()] {
            Ok(number) => (&self.recall.before.briefs, number),
            Err(number) => (&self.fresh, number),
        }
    }

    /// Where the imports of a module lead, if that is known.
    pub fn ways(&self, id: ModuleId) -> Option<&[Way]> {
        self.recall.before.ways.get(id.index()).filter(|_| self.is_same[id.index()])
    }

    /// The same, with their places.
    pub fn steps(&self, id: ModuleId) -> Option<&[Step]> {
        self.recall.before.steps.get()?.get(id.index()).filter(|_| self.is_same[id.index()])
    }

    /// What modules set on others, if those that changed had no part in it, and have none now.
    pub fn sets(&self) -> Option<&Sets> {
        let before = &self.recall.before;
        let fillers = before.sets.fillers();
        let has_part =
            |(briefs, number): (&Briefs, usize)| briefs.tells(number).sets || briefs.may_rename(number, &fillers);
        let mut both = self.changed().flat_map(|id| [(&before.briefs, id.index()), self.briefs(id)]);
        (self.is_same_place && !both.any(has_part)).then_some(&before.sets)
    }

    /// What stands around some lines, if that is known; else what `look` says.
    pub fn around(&self, id: ModuleId, lines: Lines, look: impl FnOnce() -> Option<Around>) -> Option<Around> {
        let known = self.known_around(id);
        if let Ok(at) = known.binary_search_by_key(&lines, |(of, _)| *of) {
            return known[at].1.clone();
        }
        self.learn();
        let found = look();
        let mut asked = self.around.lock().unwrap_or_else(PoisonError::into_inner);
        asked.insert((id, lines), found.clone());
        found
    }

    fn known_around(&self, id: ModuleId) -> &[(Lines, Option<Around>)] {
        let around = &self.recall.before.around;
        let place = |number| around.binary_search_by_key(&ModuleId::new(number), |(of, _)| *of).ok();
        let known = self.briefs[id.index()].ok().and_then(place);
        known.map_or(&[], |at| around[at].1.as_slice())
    }

    /// What a rule said of a module, if nothing that it looked at to say it is another.
    fn known<T: Kept>(&self, verdicts: &Verdicts, id: ModuleId) -> Option<T> {
        let is_same = |other: ModuleId| self.is_same.get(other.index()).copied().unwrap_or(false);
        let seen = verdicts.seen(id).filter(|_| is_same(id))?;
        let holds = |look: &Look| is_same(look.module) || (!look.is_whole && self.has_same_face(look.module));
        if seen.iter().all(holds) { verdicts.value(id) } else { None }
    }

    /// Whether a module binds what it did, where it was.
    fn has_same_face(&self, id: ModuleId) -> bool {
        let (briefs, number) = self.briefs(id);
        let before = self.recall.before.briefs.face(id.index());
        self.is_same_place && before.is_some() && before == briefs.face(number)
    }
}

impl Repo {
    /// What `judge` says of each module that it has something to say of, and whether that may be kept: it may hang on the
    /// code of modules, on where they lie, the policy, the rules and the day. `rule` tells it from what others say.
    pub fn each<T: Kept + Send>(&self, rule: &str, judge: impl Fn(ModuleId) -> (T, bool) + Sync) -> Vec<(ModuleId, T)> {
        let modules = (0..self.modules.len()).into_par_iter().map(ModuleId::new);
        let Some(recalled) = &self.recalled else {
            let said = modules.map(|id| (id, judge(id).0));
            return said.filter(|(_, said)| *said != T::default()).collect();
        };
        let before = &recalled.recall.before;
        let verdicts = before.verdicts.get(rule).filter(|_| before.sets == *self.sets());
        // What is made once for all is not what one looks at.
        self.settled();
        let said = |id: ModuleId| {
            if let Some(value) = verdicts.and_then(|verdicts| recalled.known(verdicts, id)) {
                return (id, value, None);
            }
            let ((value, is_kept), seen) = watch::over(|| judge(id));
            let seen = seen.filter(|_| is_kept);
            if seen.is_some() {
                recalled.learn();
            }
            let is_something = seen.is_some() && value != T::default();
            let bytes = is_something.then(|| postcard::to_stdvec(&value).ok()).flatten();
            (id, value, Some(Said { seen, value: bytes.map(ByteBuf::from) }))
        };
        let all: Vec<(ModuleId, T, Option<Said>)> =
            modules.map(said).filter(|(_, value, said)| said.is_some() || *value != T::default()).collect();
        let mut new = BTreeMap::new();
        let mut told = Vec::new();
        for (id, value, said) in all {
            new.extend(said.map(|said| (id, said)));
            if value != T::default() {
                told.push((id, value));
            }
        }
        recalled.said.lock().unwrap_or_else(PoisonError::into_inner).insert(rule.to_owned(), new);
        told
    }

    /// Whether a module may give one of these names another.
    pub(super) fn may_rename(&self, id: ModuleId, names: &Names) -> bool {
        self.briefs(id).is_none_or(|(briefs, number)| briefs.may_rename(number, names))
    }

    /// The briefs of a module, if there are any.
    pub(super) fn briefs(&self, id: ModuleId) -> Option<(&Briefs, usize)> {
        self.recalled.as_ref().map(|recalled| recalled.briefs(id))
    }

    /// Whether code was asked for that is no more where it was kept: then what was said may be wrong.
    pub fn has_lost(&self) -> bool {
        let shelf = self.recalled.as_ref().and_then(|recalled| recalled.recall.shelf.as_ref());
        shelf.is_some_and(|shelf| shelf.lost.load(Ordering::Relaxed))
    }

    /// A hash of all that is known of modules but what they hold.
    fn places_digest(&self) -> Key {
        let mut all = vec![u8::from(self.type_checking)];
        let mut text = |text: &[u8]| {
            all.extend((text.len() as u64).to_le_bytes());
            all.extend_from_slice(text);
        };
        for (id, module) in self.modules() {
            text(module.path.as_bytes());
            module.names.iter().for_each(|name| text(name.as_bytes()));
            text(module.service.as_deref().unwrap_or("/").as_bytes());
            text(&self.distribution(id).to_bytes());
            let is = [
                module.is_package,
                module.is_test,
                module.is_example,
                module.is_taken_over,
                module.is_excluded,
                module.is_generated,
            ];
            text(&is.map(u8::from));
        }
        self.roots.iter().for_each(|root| text(root.as_bytes()));
        text(b"/");
        let mut unbuilt: Vec<&[u8]> = self.unbuilt.iter().map(Vec::as_slice).collect();
        unbuilt.sort_unstable();
        unbuilt.into_iter().for_each(&mut text);
        text(b"/");
        self.dependencies.names().into_iter().for_each(|name| text(name.as_bytes()));
        text(b"/");
        self.dependencies.searched().iter().for_each(|folder| text(folder.as_bytes()));
        key(&[&all])
    }

    /// Keeps what the next run can use, if it is worth the while. That it cannot be written only costs time.
    pub fn remember(&mut self) {
        let Some(mut recalled) = self.recalled.take().filter(Recalled::is_worth_keeping) else { return };
        let said = std::mem::take(recalled.said.get_mut().unwrap_or_else(PoisonError::into_inner));
        let before = &recalled.recall.before.verdicts;
        let all = |(rule, new): (String, BTreeMap<ModuleId, Said>)| {
            let all = Verdicts::of(self.modules.len(), before.get(&rule), new);
            (rule, all)
        };
        let verdicts = said.into_iter().map(all).collect();
        let asked = std::mem::take(recalled.around.get_mut().unwrap_or_else(PoisonError::into_inner));
        let mut asked = asked.into_iter().peekable();
        let (mut briefs, mut around) = (Briefs::default(), Vec::new());
        let (mut ways, mut steps) = (Rows::default(), Rows::default());
        for (id, _) in self.modules() {
            let (of, number) = recalled.briefs(id);
            briefs.push_of(of, number);
            let mut of_lines = recalled.known_around(id).to_vec();
            let of_module = std::iter::from_fn(|| asked.next_if(|((of, _), _)| *of == id));
            of_lines.extend(of_module.map(|((_, lines), found)| (lines, found)));
            of_lines.sort_unstable_by_key(|(lines, _)| *lines);
            if !of_lines.is_empty() {
                around.push((id, of_lines));
            }
            ways.push(self.known_ways(id).or_else(|| recalled.ways(id)));
            steps.push(self.known_steps(id).or_else(|| recalled.steps(id)));
        }
        let links = self.links_to_keep(&mut recalled);
        let Recalled { recall, places, .. } = recalled;
        let contents = self.modules.iter().map(|module| module.content).collect();
        let sets = self.sets().clone();
        let steps = Packed::of(&steps);
        let table = Table { places, contents, sets, briefs, ways, steps, around, links, verdicts };
        recall.cache.put(recall.key, &table);
        let _ = recall.cache.overwrite();
    }
}
