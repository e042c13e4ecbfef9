//! Names that are about the same thing.

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{ModuleId, Repo};
use crate::facts::{Code, Definition};
use crate::policy::similar_name::{Likeness, SimilarName, cut, versioned};

/// What so many modules or names have is a convention.
pub const MANY: usize = 8;

/// What the names of a repository are about.
#[derive(Debug)]
pub struct Names<'r> {
    meant: &'r SimilarName,
    /// What is written as one word somewhere.
    words: FxHashSet<String>,
    /// Words that are vague elsewhere, and tell things apart here.
    telling: FxHashSet<String>,
    /// Whether many names differ by the order of their words alone: two layers have each their own.
    order_tells: bool,
    /// What many names begin with, up to a version: it is a product's.
    products: FxHashSet<String>,
}

impl Names<'_> {
    /// None where a name is too short to tell.
    pub fn likeness(&self, name: &str) -> Option<Likeness> {
        let mut found =
            self.meant.likeness(name, &|word| self.words.contains(word), &|word| self.telling.contains(word))?;
        if self.order_tells {
            found.core = found.strict.iter().filter(|word| !found.vague.contains(word)).cloned().collect();
        }
        Some(found)
    }

    /// Whether a name is of the version of a product, as many others are.
    pub fn is_of_product(&self, name: &str) -> bool {
        versioned(name).is_some_and(|product| self.products.contains(&product))
    }

    /// What most of some names claim, and many do: that is said of what they stand in.
    pub fn shared_claims<'n>(&self, names: impl Iterator<Item = &'n str>) -> FxHashSet<String> {
        let (mut all, mut claimed) = (0, FxHashMap::<String, usize>::default());
        for likeness in names.filter_map(|name| self.likeness(name)) {
            all += 1;
            likeness.claims.into_iter().for_each(|claim| *claimed.entry(claim).or_default() += 1);
        }
        claimed.retain(|_, names| *names >= MANY && *names * 2 >= all);
        claimed.into_keys().collect()
    }

    /// Finds the words that many names have, and names without them have not.
    fn learn<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        let mut by_core: FxHashMap<Vec<String>, FxHashSet<Vec<String>>> = FxHashMap::default();
        let mut orders: FxHashMap<Vec<String>, FxHashSet<Vec<String>>> = FxHashMap::default();
        for likeness in names.filter_map(|name| self.likeness(name)) {
            let mut words = likeness.strict.clone();
            words.sort();
            orders.entry(words).or_default().insert(likeness.strict);
            by_core.entry(likeness.core).or_default().insert(likeness.vague);
        }
        self.order_tells = orders.values().filter(|orders| orders.len() > 1).count() >= MANY;
        let mut told: FxHashMap<&str, usize> = FxHashMap::default();
        for names in by_core.values().filter(|names| names.len() > 1) {
            let words: FxHashSet<&str> = names.iter().flatten().map(String::as_str).collect();
            for word in words {
                if names.iter().any(|dropped| dropped.iter().all(|other| other != word)) {
                    *told.entry(word).or_default() += 1;
                }
            }
        }
        self.telling =
            told.into_iter().filter(|(_, things)| *things >= MANY).map(|(word, _)| word.to_owned()).collect();
    }
}

impl Repo {
    pub fn names<'r>(&self, meant: &'r SimilarName) -> Names<'r> {
        let names = || self.defined_names().chain(self.by_last_part.keys().map(String::as_str));
        let words = names().flat_map(cut).collect();
        let mut products: FxHashMap<String, usize> = FxHashMap::default();
        for product in self.defined_names().filter_map(versioned) {
            *products.entry(product).or_default() += 1;
        }
        products.retain(|_, names| *names >= MANY);
        let products = products.into_keys().collect();
        let mut found = Names { meant, words, telling: FxHashSet::default(), order_tells: false, products };
        found.learn(names());
        found
    }

    /// Whether a definition is made of what another one is: it inherits from it, however far, or implements it, or
    /// uses it, or stands in a module that imports it.
    pub fn builds_on(&self, (id, one): (ModuleId, &Definition), (_, other): (ModuleId, &Definition)) -> bool {
        let Some(code) = self.module(id).code.as_deref() else { return false };
        one.needs.contains(&other.name)
            || code.imports.iter().any(|import| import.name.as_deref() == Some(&other.name))
            || self.ancestors(code, one).contains(other.name.as_str())
            || self.implements(id, one, other)
    }

    /// The names of all classes that a class inherits from.
    fn ancestors<'r>(&'r self, code: &'r Code, class: &'r Definition) -> FxHashSet<&'r str> {
        let mut known = FxHashSet::default();
        let mut open: Vec<(&Code, &Definition)> = vec![(code, class)];
        while let Some((code, class)) = open.pop() {
            for base in &class.bases {
                let written = base.rsplit('.').next().unwrap_or(base);
                let renamed = code.imports.iter().find(|import| import.alias.as_deref() == Some(written));
                let name = renamed.and_then(|import| import.name.as_deref()).unwrap_or(written);
                if known.insert(name) {
                    let bases = self.definitions(name);
                    open.extend(bases.filter_map(|(id, base)| Some((self.module(id).code.as_deref()?, base))));
                }
            }
        }
        known
    }

    /// Whether a class has all methods of a protocol.
    fn implements(&self, id: ModuleId, one: &Definition, other: &Definition) -> bool {
        let is_protocol = |base: &CompactString| base.rsplit('.').next() == Some("Protocol");
        if !other.bases.iter().any(is_protocol) {
            return false;
        }
        let own: FxHashSet<&str> = self.module(id).code.iter().flat_map(|code| methods(code, one)).collect();
        let mut homes = self.definitions(&other.name).filter(|(_, found)| std::ptr::eq(*found, other));
        let asked = homes.next().and_then(|(id, _)| self.module(id).code.as_deref());
        asked.is_some_and(|code| methods(code, other).all(|method| own.contains(method)))
    }

    /// In how many modules each name is defined, whatever its letters and underscores.
    pub fn spellings(&self) -> FxHashMap<String, usize> {
        let mut modules: FxHashMap<String, FxHashSet<ModuleId>> = FxHashMap::default();
        for name in self.defined_names() {
            modules.entry(spelling(name)).or_default().extend(self.definitions(name).map(|(id, _)| id));
        }
        modules.into_iter().map(|(name, modules)| (name, modules.len())).collect()
    }
}

/// A name in small letters, without underscores.
pub fn spelling(name: &str) -> String {
    cut(name).concat()
}

fn methods<'c>(code: &'c Code, class: &'c Definition) -> impl Iterator<Item = &'c str> {
    let inner = |other: &'c Definition| other.name.strip_prefix(class.name.as_str())?.strip_prefix('.');
    code.definitions.iter().filter_map(inner).filter(|name| !name.contains('.') && !name.starts_with("__"))
}
