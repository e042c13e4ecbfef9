//! What the duplicate offers, one by one, against what the canonical one has.

use std::collections::BTreeSet;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::names::{Names, holder};
use super::signature::misses;
use super::{Around, Row, Side, Standing};
use crate::facts::Import;
use crate::lang::outline::{Item, Kind, short};
use crate::repo::{ModuleId, Repo};

/// The fewest tokens by which something under another name is known again.
const TELLING: usize = 10;

pub fn compare(repo: &Repo, duplicate: &Side, canonical: &Side, around: &Around) -> Vec<Row> {
    let own = Names::of(duplicate.items);
    let other = Names::of(canonical.items);
    let code = |side: &Side| repo.module(side.target.module).code();
    let exports = code(duplicate).and_then(|code| code.exports.as_ref()).into_iter().flatten();
    let imports = code(canonical).into_iter().flat_map(|code| &code.imports).filter(|import| !import.local);
    let compare = Compare {
        repo,
        duplicate,
        canonical,
        around,
        own,
        other,
        exports: exports.map(CompactString::as_str).collect(),
        through: repo.names_from(duplicate.target.module, canonical.target.module),
        imports: imports.filter_map(|import| Some((bound_name(import)?, import))).collect(),
    };
    compare.rows()
}

struct Compare<'c, 's> {
    repo: &'c Repo,
    duplicate: &'c Side<'s>,
    canonical: &'c Side<'s>,
    around: &'c Around<'c>,
    own: Names<'s>,
    other: Names<'s>,
    /// The `__all__` of the duplicate.
    exports: FxHashSet<&'c str>,
    /// Names of the duplicate that are imported from the canonical one.
    through: FxHashMap<&'c str, &'c str>,
    /// What the canonical one imports, by the names that it binds.
    imports: FxHashMap<&'c str, &'c Import>,
}

impl<'s> Compare<'_, 's> {
    fn rows(&self) -> Vec<Row> {
        let mut rows = self.imported();
        // What is said of a class that is not there, or has another name, is said of all in it.
        let mut told: FxHashSet<&str> = FxHashSet::default();
        let is_told = |item: &'s Item, told: &mut FxHashSet<&'s str>| {
            let is_told = holder(&item.name).is_some_and(|class| told.contains(class));
            if is_told && item.kind == Kind::Class {
                told.insert(&item.name);
            }
            is_told
        };
        let is_whole = |item: &Item, standing: &Standing| {
            item.kind == Kind::Class && matches!(standing, Standing::Lacks { .. } | Standing::Renamed(_))
        };
        let offered: Vec<&Item> = self.own.items.iter().filter(|item| self.is_offered(item)).copied().collect();
        for item in &offered {
            if is_told(item, &mut told) {
                continue;
            }
            let (standing, twin) = self.standing(item);
            if is_whole(item, &standing) {
                told.insert(&item.name);
            }
            rows.push(self.row(item, twin, standing, None));
        }
        let needed = self.needed(&offered);
        for item in self.own.items.iter().filter(|item| !self.is_offered(item) && item.kind != Kind::Effect) {
            if is_told(item, &mut told) {
                continue;
            }
            let (standing, twin) = self.standing(item);
            if is_whole(item, &standing) {
                told.insert(&item.name);
            }
            match needed.get(item.name.as_str()) {
                Some(_) if standing == Standing::Equal => {}
                Some(by) => rows.push(self.row(item, twin, standing, Some((*by).to_owned()))),
                None if self.is_listed(item) && standing != Standing::Equal => {
                    rows.push(self.row(item, twin, Standing::Private, None));
                }
                None => {}
            }
        }
        rows.sort_by(|one, other| (one.span, &one.name).cmp(&(other.span, &other.name)));
        // What is defined again and again is told once.
        let mut seen = FxHashSet::default();
        rows.retain(|row| seen.insert((row.name.clone(), row.standing.clone())));
        rows
    }

    fn row(&self, item: &Item, twin: Option<&Item>, standing: Standing, needed_by: Option<String>) -> Row {
        let twin = twin.map(|twin| twin.span);
        Row { name: item.name.clone(), shown: self.shown(item), span: item.span, twin, standing, needed_by }
    }

    fn shown(&self, item: &Item) -> String {
        match self.own.members(&item.name).len() {
            0 => item.shown(),
            1 => format!("{} with 1 member", item.shown()),
            more => format!("{} with {more} members", item.shown()),
        }
    }

    /// Whether others may use it. Of one thing of a module, that and all in it.
    fn is_offered(&self, item: &Item) -> bool {
        let is_public = |part: &str| !part.starts_with('_') || (part.len() > 4 && part.ends_with("__"));
        let mut parts = item.name.split('.');
        let top = parts.next().unwrap_or_default();
        if item.kind == Kind::Effect {
            return self.duplicate.target.name.is_none();
        }
        let is_meant = match &self.duplicate.target.name {
            Some(name) => top == name,
            None => {
                self.exports.contains(top)
                    || self.around.taken.contains(top)
                    || !top.starts_with('_')
                    || top == "__getattr__"
            }
        };
        is_meant && parts.all(is_public)
    }

    /// Whether something that is not offered is worth a word.
    fn is_listed(&self, item: &Item) -> bool {
        let top = item.name.split('.').next();
        self.duplicate.target.name.is_none() || top == self.duplicate.target.name.as_deref()
    }

    /// The name that it should have in the canonical one.
    fn key(&self, name: &str) -> String {
        match (&self.duplicate.target.name, &self.canonical.target.name) {
            (Some(own), Some(other)) => match name.strip_prefix(own.as_str()) {
                Some(rest) if rest.is_empty() || rest.starts_with('.') => format!("{other}{rest}"),
                _ => name.to_owned(),
            },
            _ => name.to_owned(),
        }
    }

    fn standing(&self, item: &'s Item) -> (Standing, Option<&'s Item>) {
        if item.kind == Kind::Effect {
            let same = self.other.items.iter().find(|other| other.kind == Kind::Effect && other.body == item.body);
            let lacks = Standing::Lacks { with: Vec::new() };
            return (same.map_or(lacks, |_| Standing::Equal), same.copied());
        }
        let key = self.key(&item.name);
        if let Some(twin) = self.other.get(&key).or_else(|| self.other.member(&key)) {
            let differs = self.differences(item, twin);
            let standing = if differs.is_empty() { Standing::Equal } else { Standing::Differs(differs) };
            return (standing, Some(twin));
        }
        if let Some(standing) = self.by_import(item, &key) {
            return (standing, None);
        }
        match self.renamed(item) {
            Some(twin) => (Standing::Renamed(twin.name.clone()), Some(twin)),
            None => (Standing::Lacks { with: self.missing_with(item) }, None),
        }
    }

    /// `Old = New`, where New is of the canonical one; and what that one imports itself.
    fn by_import(&self, item: &Item, key: &str) -> Option<Standing> {
        if let Some(name) = item.value.as_deref().and_then(|value| self.through.get(value)) {
            return Some(if *name == key { Standing::Equal } else { Standing::Renamed((*name).to_owned()) });
        }
        let import = self.imports.get(key)?;
        Some(Standing::Differs(vec![format!("there it is imported from `{}`", dotted(import))]))
    }

    fn differences(&self, item: &Item, twin: &Item) -> Vec<String> {
        let is_property = |item: &Item| {
            item.decorators.iter().any(|text| text.rsplit('.').next().is_some_and(|last| last.ends_with("property")))
        };
        match (item.kind, twin.kind) {
            (Kind::Function, Kind::Function) => {
                let mut found = misses(item, twin);
                if !self.around.signatures_only && !self.is_same(item, twin) {
                    found.push("there it has other code".to_owned());
                }
                found
            }
            (Kind::Class, Kind::Class) => {
                let last = |bases: &[String]| {
                    bases.iter().map(|base| base.rsplit('.').next().unwrap_or(base).to_owned()).collect::<BTreeSet<_>>()
                };
                let mut found: Vec<String> = last(&item.bases)
                    .difference(&last(&twin.bases))
                    .filter(|base| *base != "object")
                    .map(|base| format!("there it is no `{base}`"))
                    .collect();
                if item.decorators != twin.decorators {
                    found.extend(misses(item, twin));
                }
                found
            }
            (Kind::Attribute | Kind::Constant, Kind::Attribute | Kind::Constant) => match (&item.value, &twin.value) {
                (Some(_), None) => vec!["there it has no value".to_owned()],
                (Some(own), Some(other)) if own != other && item.body != twin.body => {
                    vec![format!("there it is {}", short(other))]
                }
                _ => Vec::new(),
            },
            (Kind::Attribute, Kind::Function) if item.value.is_none() && is_property(twin) => Vec::new(),
            (_, Kind::Function) => vec!["there it is a function".to_owned()],
            (_, Kind::Class) => vec!["there it is a class".to_owned()],
            _ => vec!["there it is a value".to_owned()],
        }
    }

    /// Whether two functions do the same; of several of one name all must.
    fn is_same(&self, item: &Item, twin: &Item) -> bool {
        let all = |names: &Names, name: &str| {
            let all = names.all(name).iter().filter(|item| item.kind == Kind::Function);
            all.map(|item| item.body).collect::<BTreeSet<u64>>()
        };
        all(&self.own, &item.name) == all(&self.other, &twin.name)
    }

    /// What does the same under a name that the duplicate does not have.
    fn renamed(&self, item: &'s Item) -> Option<&'s Item> {
        let key = self.key(&item.name);
        let tokens = match item.kind {
            Kind::Class => self.own.whole(item).iter().map(|member| member.tokens).sum(),
            _ => item.tokens,
        };
        let alike = self.other.alike(item.kind, holder(&key), self.own.content(item)).iter();
        let mut alike = alike.filter(|other| self.own.get(&other.name).is_none());
        alike.find(|other| tokens >= TELLING && self.differences(item, other).is_empty()).copied()
    }

    /// The private things at module level that it needs and that are not there either.
    fn missing_with(&self, item: &'s Item) -> Vec<String> {
        let inner = self.own.whole(item);
        let used: BTreeSet<&String> = inner.iter().flat_map(|inner| &inner.uses).collect();
        let is_missing =
            |name: &&String| name.starts_with('_') && self.own.get(name).is_some() && self.other.get(name).is_none();
        used.into_iter().filter(is_missing).cloned().collect()
    }

    /// What is not offered but needed, by the first that needs it.
    fn needed(&self, offered: &[&'s Item]) -> FxHashMap<&'s str, &'s str> {
        let mut hidden: FxHashMap<&str, Vec<&Item>> = FxHashMap::default();
        for item in self.own.items.iter().filter(|item| !self.is_offered(item) && item.kind != Kind::Effect) {
            hidden.entry(item.own_name()).or_default().push(item);
        }
        let mut needed = FxHashMap::default();
        let mut open: Vec<(&Item, &str)> = offered.iter().rev().map(|item| (*item, item.name.as_str())).collect();
        while let Some((item, by)) = open.pop() {
            for found in item.uses.iter().filter_map(|name| hidden.remove(name.as_str())).flatten() {
                needed.insert(found.name.as_str(), by);
                open.push((found, by));
            }
        }
        needed
    }

    /// What the duplicate hands on without defining it: names of its `__all__` and those that others take from it.
    fn imported(&self) -> Vec<Row> {
        let (own, other) = (self.duplicate.target.module, self.canonical.target.module);
        let Some(code) = self.repo.module(own).code() else { return Vec::new() };
        let mut rows = Vec::new();
        for import in code.imports.iter().filter(|import| !import.local) {
            let Some(name) = bound_name(import) else { continue };
            let is_star = name == "*";
            let is_offered = match &self.duplicate.target.name {
                Some(meant) => name == meant,
                None => is_star || self.exports.contains(name) || self.around.taken.contains(name),
            };
            if !is_offered || self.own.get(name).is_some() {
                continue;
            }
            let key = self.key(name);
            let there = self.imports.get(key.as_str());
            let is_same = there.is_some_and(|there| self.leads_to(other, there) == self.leads_to(own, import));
            let is_there = is_same || (is_star && self.repo.has_star_of(own, other));
            let standing = match self.through.get(name) {
                _ if is_there => Standing::Equal,
                Some(there) if *there == key => Standing::Equal,
                Some(there) => Standing::Renamed((*there).to_owned()),
                // It stays where it is defined.
                None => Standing::Renamed(match &import.name {
                    Some(name) => format!("{}:{name}", dotted(import)),
                    None => dotted(import),
                }),
            };
            let shown = format!("{name}, imported from `{}`", dotted(import));
            let twin = self.other.get(&key).map(|twin| twin.span);
            rows.push(Row { name: name.to_owned(), shown, span: import.span, twin, standing, needed_by: None });
        }
        rows
    }

    /// What an import stands for, in the words of the module or of the repository.
    fn leads_to(&self, from: ModuleId, import: &Import) -> (Option<ModuleId>, String, Option<String>) {
        match self.repo.source_of(from, import) {
            Some(module) => (Some(module), String::new(), import.name.as_deref().map(str::to_owned)),
            None => (None, import.module.to_string(), import.name.as_deref().map(str::to_owned)),
        }
    }
}

/// The name that an import binds in its module.
fn bound_name(import: &Import) -> Option<&str> {
    import.alias.as_deref().or(import.name.as_deref()).or(import.module.split('.').next())
}

fn dotted(import: &Import) -> String {
    format!("{}{}", ".".repeat(import.level as usize), import.module)
}
