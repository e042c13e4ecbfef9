//! The items of one of the two by their names, each asked for in no time.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::lang::outline::{Item, Kind};

/// What two items have in common that are one under two names: kind, class around, and what they are made of.
type Likeness = (Kind, Option<String>, u64);

pub struct Names<'s> {
    pub items: Vec<&'s Item>,
    /// Definitions by name; of several of one name, all.
    by_name: HashMap<&'s str, Vec<&'s Item>>,
    /// What is in a class, at any depth.
    members: HashMap<&'s str, Vec<&'s Item>>,
    alike: HashMap<Likeness, Vec<&'s Item>>,
}

impl<'s> Names<'s> {
    pub fn of(items: &'s [Item]) -> Self {
        let mut by_name: HashMap<&str, Vec<&Item>> = HashMap::new();
        for item in items {
            by_name.entry(&item.name).or_default().push(item);
        }
        // That a method sets what the class has, or another method sets too, is not told again.
        let first = |item: &&Item| {
            let is_set = item.kind == Kind::Attribute && item.value.is_none() && item.body == 0;
            let all = by_name.get(item.name.as_str()).and_then(|all| all.first());
            !is_set || all.is_none_or(|first| std::ptr::eq(*first, *item))
        };
        let items: Vec<&Item> = items.iter().filter(first).collect();
        let mut members: HashMap<&str, Vec<&Item>> = HashMap::new();
        for item in items.iter().filter(|item| item.kind != Kind::Effect) {
            for class in classes(&item.name) {
                members.entry(class).or_default().push(item);
            }
        }
        let mut names = Self { items, by_name, members, alike: HashMap::new() };
        for item in names.items.clone() {
            let likeness = (item.kind, holder(&item.name).map(str::to_owned), names.content(item));
            names.alike.entry(likeness).or_default().push(item);
        }
        names
    }

    pub fn get(&self, name: &str) -> Option<&'s Item> {
        self.all(name).last().copied()
    }

    pub fn all(&self, name: &str) -> &[&'s Item] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    pub fn members(&self, class: &str) -> &[&'s Item] {
        self.members.get(class).map_or(&[], Vec::as_slice)
    }

    /// What a class and the classes of this file above it call so.
    pub fn member(&self, name: &str) -> Option<&'s Item> {
        let (class, own) = name.rsplit_once('.')?;
        let (mut open, mut seen) = (vec![class], HashSet::new());
        while let Some(class) = open.pop() {
            if !seen.insert(class) {
                continue;
            }
            if let Some(found) = self.get(&format!("{class}.{own}")) {
                return Some(found);
            }
            open.extend(self.get(class).into_iter().flat_map(|class| &class.bases).map(String::as_str));
        }
        None
    }

    /// What is made of the same, in the class of that name or at module level.
    pub fn alike(&self, kind: Kind, holder: Option<&str>, content: u64) -> &[&'s Item] {
        self.alike.get(&(kind, holder.map(str::to_owned), content)).map_or(&[], Vec::as_slice)
    }

    /// A hash of what an item is made of; for a class of its members, its own name aside.
    pub fn content(&self, item: &Item) -> u64 {
        if item.kind != Kind::Class {
            return item.body;
        }
        let mut members: Vec<&&Item> = self.members(&item.name).iter().collect();
        members.sort_by(|one, other| one.name.cmp(&other.name));
        let mut hasher = DefaultHasher::new();
        for member in members {
            let name = member.name.get(item.name.len()..).unwrap_or_default();
            (name, member.kind, member.body, member.signature(), &member.decorators, &member.value).hash(&mut hasher);
        }
        hasher.finish()
    }
}

/// The classes around a name, the innermost first.
pub fn classes(name: &str) -> impl Iterator<Item = &str> {
    name.rmatch_indices('.').filter_map(|(dot, _)| name.get(..dot))
}

pub fn holder(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(holder, _)| holder)
}
