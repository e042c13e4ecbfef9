//! Where the imports of each module lead: without their places enough for all that only counts or follows them, with
//! their places for whoever tells of them.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::imported_as::written;
use super::module::spread;
use super::recall::Recalled;
use super::{Module, ModuleId, Repo, watch};
use crate::cache::flat::{Flat, answers, bits};
use crate::facts::Import;
use crate::finding::{Position, Span};
use crate::lang::tokens::hash_all;

/// That a module imports something of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    pub to: ModuleId,
    /// Whether an import leads there; else one that leads nowhere comes so far.
    pub is_whole: bool,
    /// Whether it must be there when the module is run: for types, in an attempt, or in a function, it need not.
    pub is_needed: bool,
}

/// The same of one import, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub way: Way,
    pub type_checking: bool,
    pub span: Span,
    /// Of a module with several names the number of the one that is written.
    pub written: Option<u32>,
}

/// What a module imports, in short.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Linked {
    /// A hash of which modules, and whether only for types.
    pub to: u64,
    /// The same with the places of the imports.
    placed: u64,
}

impl Flat for Linked {
    const BYTES: usize = 2 * u64::BYTES;

    fn put(self, into: &mut Vec<u8>) {
        [self.to, self.placed].into_iter().for_each(|hash| hash.put(into));
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self { to: u64::take(bytes)?, placed: u64::take(bytes)? })
    }
}

impl Flat for Way {
    const BYTES: usize = ModuleId::BYTES + 1;

    fn put(self, into: &mut Vec<u8>) {
        self.to.put(into);
        bits([self.is_whole, self.is_needed]).put(into);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let to = ModuleId::take(bytes)?;
        let [is_whole, is_needed] = answers(u8::take(bytes)?);
        Some(Self { to, is_whole, is_needed })
    }
}

impl Flat for Step {
    const BYTES: usize = Way::BYTES + 5 * u32::BYTES + 1;

    fn put(self, into: &mut Vec<u8>) {
        self.way.put(into);
        let Span { start, end } = self.span;
        [start.line, start.column, end.line, end.column].into_iter().for_each(|number| number.put(into));
        self.written.unwrap_or_default().put(into);
        bits([self.type_checking, self.written.is_some()]).put(into);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let way = Way::take(bytes)?;
        let mut position = || Some(Position { line: u32::take(bytes)?, column: u32::take(bytes)? });
        let span = Span { start: position()?, end: position()? };
        let written = u32::take(bytes)?;
        let [type_checking, is_written] = answers(u8::take(bytes)?);
        Some(Self { way, type_checking, span, written: is_written.then_some(written) })
    }
}

impl Repo {
    /// The ways from all modules, each once.
    pub(super) fn ways(&self) -> impl Iterator<Item = (ModuleId, &[Way])> {
        numbered(self.all_ways())
    }

    fn all_ways(&self) -> &[Vec<Way>] {
        watch::looks_at_all();
        self.ways.get_or_init(|| match self.steps.get() {
            Some(steps) => steps.iter().map(|steps| sorted(steps)).collect(),
            None => self.of_each(Recalled::ways, |id, module| sorted(&self.steps_of(id, module))),
        })
    }

    /// The modules without which a module cannot be run, each once.
    pub fn needed_by(&self, id: ModuleId) -> Vec<ModuleId> {
        let mut modules: Vec<ModuleId> = self.needed(id).collect();
        modules.dedup();
        modules
    }

    /// The same; one that is imported in several ways more than once.
    pub(super) fn needed(&self, id: ModuleId) -> impl Iterator<Item = ModuleId> {
        let needed =
            self.all_ways()[id.index()].iter().filter(move |way| way.is_whole && way.is_needed && way.to != id);
        needed.map(|way| way.to)
    }

    /// The steps of all modules, in the order of the text.
    pub(super) fn steps(&self) -> impl Iterator<Item = (ModuleId, &[Step])> {
        watch::looks_at_all();
        numbered(self.steps.get_or_init(|| self.of_each(Recalled::steps, |id, module| self.steps_of(id, module))))
    }

    /// What is known of each module from the run before, else what `look` says of it.
    fn of_each<T: Clone + Send>(
        &self,
        known: impl Fn(&Recalled, ModuleId) -> Option<&[T]> + Sync,
        look: impl Fn(ModuleId, &Module) -> Vec<T> + Sync,
    ) -> Vec<Vec<T>> {
        spread(&self.modules, |id, module| {
            let Some(recalled) = &self.recalled else { return look(id, module) };
            if let Some(known) = known(recalled, id) {
                return known.to_vec();
            }
            recalled.learn();
            look(id, module)
        })
    }

    fn steps_of(&self, id: ModuleId, module: &Module) -> Vec<Step> {
        let imports = module.code().into_iter().flat_map(|code| &code.imports);
        imports.filter_map(|import| self.step(id, import)).collect()
    }

    fn step(&self, from: ModuleId, import: &Import) -> Option<Step> {
        let imported = self.imported(from, import);
        let to = imported.or_else(|| self.toward(from, import))?;
        let is_needed = !import.type_checking && !import.guarded && !import.local;
        let way = Way { to, is_whole: imported.is_some(), is_needed };
        let written = imported.and_then(|id| written(self.module(id), import));
        Some(Step { way, type_checking: import.type_checking, span: import.span, written })
    }

    /// Hashes of what a module imports.
    pub(super) fn linked_from(&self, id: ModuleId) -> Linked {
        let known = self.known_steps(id);
        let steps = known.map_or_else(|| Cow::from(self.steps_of(id, self.module(id))), Cow::from);
        let link = |step: &Step| (step.way.to.index() as u64) << 1 | u64::from(step.type_checking);
        let place = |position: Position| u64::from(position.line) << 32 | u64::from(position.column);
        let mut links: Vec<u64> = steps.iter().map(link).collect();
        links.sort_unstable();
        links.dedup();
        let placed = steps.iter().flat_map(|step| [link(step), place(step.span.start), place(step.span.end)]);
        Linked { to: hash_all(links.into_iter()), placed: hash_all(placed) }
    }

    /// Those of one module, if somebody asked for all.
    pub(super) fn known_ways(&self, id: ModuleId) -> Option<&[Way]> {
        self.ways.get().map(|ways| ways[id.index()].as_slice())
    }

    /// Those of one module, if somebody asked for all.
    pub(super) fn known_steps(&self, id: ModuleId) -> Option<&[Step]> {
        self.steps.get().map(|steps| steps[id.index()].as_slice())
    }

    /// How many modules import each module, of those that count: which imports, and which is imported.
    pub fn importers(&self, counts: impl Fn(ModuleId, ModuleId) -> bool) -> FxHashMap<ModuleId, usize> {
        let mut importers: FxHashMap<ModuleId, usize> = FxHashMap::default();
        for (id, ways) in self.ways() {
            let groups = ways.chunk_by(|one, other| one.to == other.to).filter(|group| group[0].to != id);
            for group in groups.filter(|group| group.iter().any(|way| way.is_whole) && counts(id, group[0].to)) {
                *importers.entry(group[0].to).or_default() += 1;
            }
        }
        importers
    }

    /// How many modules, of those that count, import each of these names from the module that holds it, not by way of another.
    pub fn importers_by_name<'n>(
        &self,
        names: &FxHashMap<ModuleId, FxHashSet<&'n str>>,
        counts: impl Fn(ModuleId, ModuleId) -> bool,
    ) -> FxHashMap<(ModuleId, &'n str), usize> {
        let mut importers: FxHashMap<(ModuleId, &str), usize> = FxHashMap::default();
        for (id, ways) in self.ways() {
            let mut wanted =
                ways.iter().filter(|way| way.is_whole && way.to != id).filter_map(|way| names.get(&way.to));
            let may = |name: &&str| self.briefs(id).is_none_or(|(briefs, number)| briefs.may_import(number, name));
            if !wanted.any(|names| names.iter().any(&may)) {
                continue;
            }
            let imports = self.module(id).code().into_iter().flat_map(|code| &code.imports);
            let taken = imports.filter_map(|import| {
                let name = import.name.as_deref()?;
                let source = self.source_of(id, import).filter(|source| *source != id && counts(id, *source))?;
                Some((source, *names.get(&source)?.get(name)?))
            });
            let taken: FxHashSet<(ModuleId, &str)> = taken.collect();
            taken.into_iter().for_each(|place| *importers.entry(place).or_default() += 1);
        }
        importers
    }

    /// The modules that import a module, each once, and where; sorted by path.
    pub fn importers_of(&self, target: ModuleId) -> Vec<(ModuleId, Span)> {
        watch::looks_at_all();
        let imported_by = self.imported_by.get_or_init(|| {
            let mut importers: FxHashMap<ModuleId, Vec<(ModuleId, Span)>> = FxHashMap::default();
            for (id, steps) in self.steps() {
                for step in steps.iter().filter(|step| step.way.is_whole && step.way.to != id) {
                    let known = importers.entry(step.way.to).or_default();
                    if known.last().is_none_or(|(last, _)| *last != id) {
                        known.push((id, step.span));
                    }
                }
            }
            importers
        });
        imported_by.get(&target).cloned().unwrap_or_default()
    }
}

fn numbered<T>(all: &[Vec<T>]) -> impl Iterator<Item = (ModuleId, &[T])> {
    all.iter().zip(0..).map(|(of, number)| (ModuleId::new(number), of.as_slice()))
}

fn sorted(steps: &[Step]) -> Vec<Way> {
    let mut ways: Vec<Way> = steps.iter().map(|step| step.way).collect();
    ways.sort_unstable();
    ways.dedup();
    ways
}
