//! The items of one of the two by their names, each asked for in no time.

use std::hash::{DefaultHasher, Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lang::outline::{Item, Kind};

/// What two items have in common that are one under two names: kind, class around, and what they are made of.
type Likeness = (Kind, Option<String>, u64);

pub struct Names<'s> {
    pub items: Vec<&'s Item>,
    /// Definitions by name; of several of one name, all.
    by_name: FxHashMap<&'s str, Vec<&'s Item>>,
    /// What is in a class, without what is in classes in it.
    members: FxHashMap<&'s str, Vec<&'s Item>>,
    /// Hashes of what classes are made of.
    contents: FxHashMap<&'s str, u64>,
    alike: FxHashMap<Likeness, Vec<&'s Item>>,
}

impl<'s> Names<'s> {
    pub fn of(items: &'s [Item]) -> Self {
        let mut by_name: FxHashMap<&str, Vec<&Item>> = FxHashMap::default();
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
        let mut members: FxHashMap<&str, Vec<&Item>> = FxHashMap::default();
        for item in items.iter().filter(|item| item.kind != Kind::Effect) {
            if let Some(class) = holder(&item.name) {
                members.entry(class).or_default().push(item);
            }
        }
        let mut names = Self { items, by_name, members, contents: FxHashMap::default(), alike: FxHashMap::default() };
        // What is in a class stands behind its head.
        for item in names.items.clone().into_iter().rev() {
            if item.kind == Kind::Class {
                let content = names.content_of_class(item);
                names.contents.insert(&item.name, content);
            }
        }
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
        let (mut open, mut seen) = (vec![class], FxHashSet::default());
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

    /// An item, and all that is in it at any depth.
    pub fn whole(&self, item: &'s Item) -> Vec<&'s Item> {
        let (mut whole, mut open) = (Vec::new(), vec![item]);
        while let Some(item) = open.pop() {
            whole.push(item);
            open.extend(self.members(&item.name));
        }
        whole
    }

    /// A hash of what an item is made of, its own name aside.
    pub fn content(&self, item: &Item) -> u64 {
        self.contents.get(item.name.as_str()).copied().filter(|_| item.kind == Kind::Class).unwrap_or(item.body)
    }

    fn content_of_class(&self, class: &Item) -> u64 {
        let mut members: Vec<&&Item> = self.members(&class.name).iter().collect();
        members.sort_by_key(|member| member.own_name());
        let mut hasher = DefaultHasher::new();
        for member in members {
            let (name, content) = (member.own_name(), self.content(member));
            (name, member.kind, content, member.signature(), &member.decorators, &member.value).hash(&mut hasher);
        }
        hasher.finish()
    }
}

pub fn holder(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(holder, _)| holder)
}
