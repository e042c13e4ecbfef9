//! What the names of modules stand for: through imports, stars, `__all__` and aliases, however many there are.

use std::collections::VecDeque;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::module::own_name;
use super::recall::Names;
use super::{Located, Lookup, Module, ModuleId, Repo, last_part};
use crate::facts::{Alias, Import};

/// A name that a module gives; dotted where it leads through something that is bound there: `legacy.Manager`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub module: ModuleId,
    pub name: String,
}

/// No name that is written is longer, in parts; what grows by `A = A.b` is not followed for ever.
const PARTS: usize = 8;

/// Which of the names that were asked for stand for one of the ends, and the shortest way there.
#[derive(Debug)]
pub struct Origins {
    numbers: FxHashMap<Place, usize>,
    places: Vec<Place>,
    /// For each place that leads to an end: the place after it, and the end.
    steps: Vec<Option<(usize, usize)>>,
}

impl Origins {
    /// The end that a name stands for.
    pub fn end(&self, place: &Place) -> Option<&Place> {
        let (_, end) = self.steps[*self.numbers.get(place)?]?;
        Some(&self.places[end])
    }

    /// The place, and all behind it up to the end; nothing where it leads to none.
    pub fn way(&self, place: &Place) -> impl Iterator<Item = &Place> {
        let start = self.numbers.get(place).copied().filter(|number| self.steps[*number].is_some());
        let after = |number: &usize| self.steps[*number].map(|(next, _)| next).filter(|next| next != number);
        std::iter::successors(start, after).map(|number| &self.places[number])
    }
}

impl Repo {
    /// The names, and all that imports and aliases make of them.
    pub fn renamed<'r>(&'r self, names: impl IntoIterator<Item = &'r str>) -> FxHashSet<&'r str> {
        let mut renames: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        let mut unread: Vec<ModuleId> = self.modules().map(|(id, _)| id).collect();
        let mut known = FxHashSet::default();
        let mut open: Vec<&str> = names.into_iter().collect();
        while !open.is_empty() {
            let mut asked = Names::default();
            open.iter().for_each(|name| asked.insert(name));
            let (read, rest): (Vec<ModuleId>, _) = unread.into_iter().partition(|id| self.may_rename(*id, &asked));
            unread = rest;
            for code in read.into_iter().filter_map(|id| self.module(id).code()) {
                for import in &code.imports {
                    if let (Some(name), Some(alias)) = (&import.name, &import.alias) {
                        renames.entry(name).or_default().push(alias);
                    }
                }
                for alias in &code.aliases {
                    renames.entry(last_part(&alias.target)).or_default().push(&alias.name);
                }
            }
            let new: Vec<&str> = open.into_iter().filter(|name| known.insert(*name)).collect();
            open = new.into_iter().flat_map(|name| renames.get(name).cloned().unwrap_or_default()).collect();
        }
        known
    }

    /// The names of modules that a dotted path can mean: one of the deepest module on its way; for a module, one of
    /// the package that may bind the same name.
    pub fn places(&self, from: ModuleId, level: u32, dotted: &str) -> Option<Place> {
        let parts: Vec<&str> = dotted.split('.').filter(|part| !part.is_empty()).collect();
        let (module, found) = self.deepest_module(from, level, dotted)?;
        if found < parts.len() {
            return Some(Place { module, name: parts[found..].join(".") });
        }
        let (last, above) = parts.split_last()?;
        let (module, found) = self.deepest_module(from, level, &above.join("."))?;
        (found == above.len()).then(|| Place { module, name: (*last).to_owned() })
    }

    /// The module of an import statement, without its name.
    pub fn source_of(&self, from: ModuleId, import: &Import) -> Option<ModuleId> {
        match self.locate_import(from, import) {
            Lookup::Found(found) => self.source_at(&found, import),
            Lookup::Foreign => None,
        }
    }

    /// The same, where it was looked for already.
    pub fn source_at(&self, found: &Located, import: &Import) -> Option<ModuleId> {
        let parts = import.module.split('.').filter(|part| !part.is_empty()).count();
        self.module_at(found, &import.module).filter(|_| found.found == parts)
    }

    fn deepest_module(&self, from: ModuleId, level: u32, dotted: &str) -> Option<(ModuleId, usize)> {
        let located = match level {
            0 => match self.locate(from, dotted) {
                Lookup::Found(located) => located,
                Lookup::Foreign => return None,
            },
            level => self.locate_relative(from, level, dotted),
        };
        Some((self.module_at(&located, dotted)?, located.found))
    }

    /// The module that was found, if nothing lies behind it: there may be folders that are none, and nothing is a name
    /// there.
    fn module_at(&self, found: &Located, dotted: &str) -> Option<ModuleId> {
        let module = found.module?;
        let last = found.found.checked_sub(1).and_then(|last| dotted.split('.').nth(last));
        last.is_none_or(|last| own_name(self.module(module)) == last.as_bytes()).then_some(module)
    }

    /// Follows names to whichever of the ends they stand for.
    pub fn origins(&self, starts: impl IntoIterator<Item = Place>, ends: &FxHashSet<Place>) -> Origins {
        let (mut numbers, mut places) = (FxHashMap::default(), Vec::new());
        let mut number = |place: Place, places: &mut Vec<Place>| {
            *numbers.entry(place).or_insert_with_key(|place| {
                places.push(place.clone());
                places.len() - 1
            })
        };
        for start in starts {
            number(start, &mut places);
        }
        let mut known = FxHashMap::default();
        let mut sources: Vec<Vec<usize>> = Vec::new();
        let mut at = 0;
        while let Some(place) = places.get(at).cloned() {
            let onward = if ends.contains(&place) { Vec::new() } else { self.onward(&place, &mut known) };
            for place in onward {
                let target = number(place, &mut places);
                sources.resize_with(places.len().max(sources.len()), Vec::new);
                sources[target].push(at);
            }
            at += 1;
        }
        sources.resize_with(places.len(), Vec::new);
        let mut steps = vec![None; places.len()];
        let mut open: VecDeque<(usize, usize, usize)> =
            (0..places.len()).filter(|at| ends.contains(&places[*at])).map(|end| (end, end, end)).collect();
        while let Some((at, next, end)) = open.pop_front() {
            if steps[at].is_none() {
                steps[at] = Some((next, end));
                open.extend(sources[at].iter().map(|source| (*source, at, end)));
            }
        }
        Origins { numbers, places, steps }
    }

    /// What a name of a module is taken from: nothing where it is defined there.
    fn onward<'r>(&'r self, place: &Place, known: &mut FxHashMap<ModuleId, Bindings<'r>>) -> Vec<Place> {
        let module = place.module;
        let (first, rest) = match place.name.split_once('.') {
            Some((first, _)) => (first, &place.name[first.len()..]),
            None => (place.name.as_str(), ""),
        };
        if rest.split('.').count() > PARTS {
            return Vec::new();
        }
        let bindings = known.entry(module).or_insert_with(|| Bindings::of(self.module(module)));
        if let Some(bound) = bindings.by_name.get(first) {
            let defined = bindings.defined.contains(first);
            let onward = bound.iter().filter(|bound| !defined || bound.is_guarded());
            return onward.filter_map(|bound| self.behind(module, bound, &place.name, rest)).collect();
        }
        if bindings.defined.contains(first) {
            return Vec::new();
        }
        let stars = bindings.stars.iter().filter_map(|star| self.source_of(module, star));
        let stars: Vec<ModuleId> = stars.filter(|source| *source != module).collect();
        let gives = |source: &ModuleId| {
            known.entry(*source).or_insert_with(|| Bindings::of(self.module(*source))).by_star.gives(first)
        };
        stars.into_iter().filter(gives).map(|module| Place { module, name: place.name.clone() }).collect()
    }

    fn behind(&self, module: ModuleId, bound: &Bound, whole: &str, rest: &str) -> Option<Place> {
        match bound {
            Bound::Alias(alias) => Some(Place { module, name: format!("{}{rest}", alias.target) }),
            Bound::Import(import) => match (&import.name, &import.alias) {
                (Some(name), _) if import.module.is_empty() => {
                    self.places(module, import.level, &format!("{name}{rest}"))
                }
                (Some(name), _) => self.places(module, import.level, &format!("{}.{name}{rest}", import.module)),
                (None, Some(_)) => self.places(module, 0, &format!("{}{rest}", import.module)),
                (None, None) => self.places(module, 0, whole),
            },
        }
        .filter(|place| place.module != module || place.name != whole)
    }

    /// What `from module import *` brings.
    pub fn by_star(&self, module: ModuleId) -> ByStar<'_> {
        ByStar::of(self.module(module))
    }
}

/// The names that a star takes from a module.
pub struct ByStar<'r> {
    /// None: all but private ones.
    exports: Option<FxHashSet<&'r str>>,
}

impl<'r> ByStar<'r> {
    fn of(module: &'r Module) -> Self {
        let Some(code) = module.code() else { return Self { exports: None } };
        // An `__all__` that is made of others names more than is written there.
        let is_made = code.imports.iter().any(|import| import.name.as_deref() == Some("__all__"))
            || code.uses.iter().any(|used| used.target.ends_with(".__all__"));
        let exports = code.exports.as_ref().filter(|_| !is_made);
        Self { exports: exports.map(|exports| exports.iter().map(CompactString::as_str).collect()) }
    }

    pub fn gives(&self, name: &str) -> bool {
        self.exports.as_ref().map_or(!name.starts_with('_'), |exports| exports.contains(name))
    }
}

enum Bound<'r> {
    Import(&'r Import),
    Alias(&'r Alias),
}

impl Bound<'_> {
    fn is_guarded(&self) -> bool {
        matches!(self, Self::Import(import) if import.guarded)
    }
}

/// What a module binds at its top, by name.
struct Bindings<'r> {
    by_name: FxHashMap<&'r str, Vec<Bound<'r>>>,
    /// What it defines itself: that counts, whatever it imports of the same name; but not before what is tried first.
    defined: FxHashSet<&'r str>,
    stars: Vec<&'r Import>,
    by_star: ByStar<'r>,
}

impl<'r> Bindings<'r> {
    fn of(module: &'r Module) -> Self {
        let mut bindings = Self {
            by_name: FxHashMap::default(),
            defined: FxHashSet::default(),
            stars: Vec::new(),
            by_star: ByStar::of(module),
        };
        let Some(code) = module.code() else { return bindings };
        let top = code.definitions.iter().filter(|definition| definition.is_top() && !definition.local);
        bindings.defined.extend(top.map(|definition| definition.name.as_str()));
        for import in code.imports.iter().filter(|import| !import.local) {
            let own = import.alias.as_deref().or(import.name.as_deref());
            match own.unwrap_or_else(|| import.module.split('.').next().unwrap_or_default()) {
                "*" => bindings.stars.push(import),
                own => bindings.by_name.entry(own).or_default().push(Bound::Import(import)),
            }
        }
        for alias in &code.aliases {
            bindings.by_name.entry(&alias.name).or_default().push(Bound::Alias(alias));
        }
        bindings
    }
}
