//! Names that are about the same thing.

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{ModuleId, Repo};
use crate::facts::{Code, Definition};
use crate::policy::similar_name::{Likeness, SimilarName, cut, is_decay, is_numbered, versioned};

/// What so many modules or names have is a convention.
pub const MANY: usize = 8;

/// A version that so many things bear is that of what they have to do with; and a claim that so many things bear
/// beside those without it says something of them.
const FEW: usize = 3;

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
    /// Words with a version behind them, as they stand in the midst of names, or with a number, as in several.
    products: FxHashSet<String>,
    /// What is claimed of several things, of classes or of others: it says what these are.
    terms: FxHashSet<(bool, String)>,
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

    /// Whether a name is of the version of a product, as others are.
    pub fn is_of_product(&self, name: &str) -> bool {
        versioned(name).iter().any(|(product, _)| self.products.contains(product))
    }

    /// Whether what the names of several things claim says what they are.
    pub fn is_term(&self, name: &str, claim: &str) -> bool {
        self.terms.contains(&(is_capital(name), claim.to_owned()))
    }

    /// Finds the words that many names have, and names without them have not.
    fn learn<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        let mut by_core: FxHashMap<Vec<String>, FxHashSet<Vec<String>>> = FxHashMap::default();
        let mut orders: FxHashMap<Vec<String>, FxHashSet<Vec<String>>> = FxHashMap::default();
        let mut plain: FxHashSet<(bool, Vec<String>)> = FxHashSet::default();
        let mut claimed: FxHashMap<(bool, String), FxHashSet<Vec<String>>> = FxHashMap::default();
        for (name, likeness) in names.filter_map(|name| Some((name, self.likeness(name)?))) {
            let is_capital = is_capital(name);
            if likeness.claims.is_empty() {
                plain.insert((is_capital, likeness.core.clone()));
            }
            for claim in &likeness.claims {
                claimed.entry((is_capital, claim.clone())).or_default().insert(likeness.core.clone());
            }
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
        let is_term = |((is_capital, claim), things): &((bool, String), FxHashSet<Vec<String>>)| {
            let is_twin = |thing: &&Vec<String>| is_numbered(claim) || plain.contains(&(*is_capital, (*thing).clone()));
            !is_decay(claim) && things.iter().filter(is_twin).count() >= FEW
        };
        self.terms = claimed.into_iter().filter(is_term).map(|(term, _)| term).collect();
        self.telling =
            told.into_iter().filter(|(_, things)| *things >= MANY).map(|(word, _)| word.to_owned()).collect();
    }
}

impl Repo {
    pub fn names<'r>(&self, meant: &'r SimilarName) -> Names<'r> {
        let modules = self.modules.iter().flat_map(|module| &module.names);
        let modules: FxHashSet<&str> = modules.map(|name| name.rsplit('.').next().unwrap_or(name)).collect();
        let names = || self.defined_names().chain(modules.iter().copied());
        let words = names().flat_map(cut).collect();
        // What is spelt alike says the same once, whichever comes first.
        let mut said: FxHashMap<(String, String), usize> = FxHashMap::default();
        for name in names() {
            for (product, much) in versioned(name) {
                let known = said.entry((product, spelling(name))).or_default();
                *known = much.max(*known);
            }
        }
        let mut says: FxHashMap<String, usize> = FxHashMap::default();
        for ((product, _), much) in said {
            *says.entry(product).or_default() += much;
        }
        let products = says.into_iter().filter(|(_, much)| *much >= 2).map(|(product, _)| product).collect();
        let (telling, terms) = (FxHashSet::default(), FxHashSet::default());
        let mut found = Names { meant, words, telling, order_tells: false, products, terms };
        found.learn(names());
        found
    }

    /// Whether a definition is made of what another one is: it inherits from it, however far, or implements it, or
    /// uses it, or stands in a module that imports it.
    pub fn builds_on(&self, (id, one): (ModuleId, &Definition), (_, other): (ModuleId, &Definition)) -> bool {
        let Some(code) = self.module(id).code() else { return false };
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
                    open.extend(bases.filter_map(|(id, base)| Some((self.module(id).code()?, base))));
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
        let own: FxHashSet<&str> = self.module(id).code().into_iter().flat_map(|code| methods(code, one)).collect();
        let mut homes = self.definitions(&other.name).filter(|(_, found)| std::ptr::eq(*found, other));
        let asked = homes.next().and_then(|(id, _)| self.module(id).code());
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

/// Whether a name is written as those of classes are.
fn is_capital(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

fn methods<'c>(code: &'c Code, class: &'c Definition) -> impl Iterator<Item = &'c str> {
    let inner = |other: &'c Definition| other.name.strip_prefix(class.name.as_str())?.strip_prefix('.');
    code.definitions.iter().filter_map(inner).filter(|name| !name.contains('.') && !name.starts_with("__"))
}
