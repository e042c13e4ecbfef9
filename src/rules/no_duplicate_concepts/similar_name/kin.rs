//! What it takes for two names to be about one thing.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::Definition;
use crate::policy::similar_name::Likeness;
use crate::repo::similar::{MANY, spelling};
use crate::repo::{ModuleId, Place, Rarity, Repo, Sample};

/// More members than this are a family, not copies of one.
const MOST_MEMBERS: usize = 64;

/// Of fewer words, code says nothing.
const LEAST_WORDS: usize = 6;

/// How alike classes are at least: whose names differ by version or spelling alone; the same, where one claims to be a
/// version and no other name has their words; and where they differ by more.
const CLASSES: (f64, f64, f64) = (0.15, 0.1, 0.5);

/// The same for functions, whose names are made of fewer nouns.
const FUNCTIONS: (f64, f64, f64) = (0.6, 0.3, 0.6);

/// How alike two are at least of which something around them says why there are two: they stand in files of a name which
/// a framework asks for, or the claim of one is not its own.
const EXPLAINED: f64 = 0.7;

/// So many names of one core, and no other with its words, are enough.
const A_CROWD: usize = 3;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A class, or a file.
    Class,
    Function,
}

/// Something that bears a name: a definition, else a file.
pub struct Member<'r> {
    pub id: ModuleId,
    pub name: &'r str,
    pub likeness: Likeness,
    pub definition: Option<&'r Definition>,
    pub words: Sample,
    /// The name of its file, where so many have it that a framework asks for it.
    pub slot: Option<&'r str>,
    /// Whether it only says what is claimed around it: most names of its file or folder claim the same, or it is of the
    /// version of a product, or what it handles is.
    pub repeats_claim: bool,
}

/// What the pairs of a group are judged among.
#[derive(Clone, Copy)]
pub struct Among {
    kind: Kind,
    /// Whether it has three names or more.
    is_crowd: bool,
}

/// By service, kind and core.
pub type Groups<'r> = BTreeMap<(Option<&'r str>, Kind, Vec<String>), Vec<Member<'r>>>;

impl Member<'_> {
    pub fn place(&self) -> Place {
        Place { module: self.id, name: self.name.to_owned() }
    }
}

/// What a pair of names is judged by, beside itself.
pub struct Evidence<'r> {
    repo: &'r Repo,
    rarity: Rarity,
    /// What the names of definitions are about, by their last word.
    by_head: FxHashMap<(Kind, String), Vec<Likeness>>,
    /// Aliases, and what they stand for.
    aliases: FxHashSet<(&'r str, Place)>,
}

impl<'r> Evidence<'r> {
    pub fn of(repo: &'r Repo, groups: &Groups<'r>, aliases: impl Iterator<Item = (&'r str, Place)>) -> Self {
        let mut by_head: FxHashMap<(Kind, String), Vec<Likeness>> = FxHashMap::default();
        for ((_, kind, _), members) in groups {
            for likeness in members.iter().filter(|member| member.definition.is_some()).map(|member| &member.likeness) {
                by_head.entry((*kind, likeness.head().to_owned())).or_default().push(likeness.clone());
            }
        }
        Self { repo, rarity: repo.rarity(), by_head, aliases: aliases.collect() }
    }

    /// The share of their words that two have in common.
    pub fn alike(&self, one: &Member, other: &Member) -> f64 {
        self.rarity.alike(&one.words, &other.words)
    }

    /// The parts of a group of which each is one thing several times.
    pub fn parts(&self, kind: Kind, mut members: Vec<Member<'r>>) -> Vec<(Among, Vec<Member<'r>>)> {
        if members.len() < 2 || members.len() > MOST_MEMBERS {
            return Vec::new();
        }
        let builds_on = |one: &Member, other: &Member| match (one.definition, other.definition) {
            (Some(a), Some(b)) => a.name != b.name && self.repo.builds_on((one.id, a), (other.id, b)),
            _ => self.repo.importers_of(other.id).iter().any(|(importer, _)| *importer == one.id),
        };
        let apart: Vec<bool> = members.iter().map(|one| !members.iter().any(|other| builds_on(one, other))).collect();
        let mut apart = apart.into_iter();
        members.retain(|_| apart.next().unwrap_or_default());
        let names: FxHashSet<&str> =
            members.iter().filter(|member| member.definition.is_some()).map(|member| member.name).collect();
        let among = Among { kind, is_crowd: kind == Kind::Class && names.len() >= A_CROWD };
        let mut number: Vec<usize> = (0..members.len()).collect();
        for a in 0..members.len() {
            for b in a + 1..members.len() {
                if self.is_second(among, &members[a], &members[b]) {
                    let (old, new) = (number[b].max(number[a]), number[b].min(number[a]));
                    number.iter_mut().filter(|number| **number == old).for_each(|number| *number = new);
                }
            }
        }
        let mut by_number: BTreeMap<usize, Vec<Member>> = BTreeMap::new();
        for (member, number) in members.into_iter().zip(number) {
            by_number.entry(number).or_default().push(member);
        }
        let parts = by_number.into_values().filter(|members| members.len() > 1);
        parts.map(|members| (among, members)).collect()
    }

    /// Whether all that is called so, and has these words in its name too, is in the group of that name.
    fn is_alone(&self, kind: Kind, likeness: &Likeness, words: &[String]) -> bool {
        let namesakes = self.by_head.get(&(kind, likeness.head().to_owned())).into_iter().flatten();
        let mut holders = namesakes.filter(|other| words.iter().all(|word| other.strict.contains(word)));
        words.len() > 1 && holders.all(|other| other.core == likeness.core)
    }

    /// Whether one is the other again, under another name.
    pub fn is_second(&self, Among { kind, is_crowd }: Among, one: &Member, other: &Member) -> bool {
        let (a, b) = (&one.likeness, &other.likeness);
        if !is_another_name(one.name, other.name) || (a.number.is_some() && b.number.is_some()) {
            return false;
        }
        if [(one, other), (other, one)].iter().any(|(one, other)| self.aliases.contains(&(one.name, other.place()))) {
            return true;
        }
        let claims = !(a.claims.is_empty() && b.claims.is_empty());
        let folder = |member: &Member| self.repo.module(member.id).path.folder();
        let is_near = match (one.definition, other.definition) {
            (None, Some(_)) => !a.claims.is_empty(),
            (Some(_), None) => !b.claims.is_empty(),
            // Each folder may have a file for a thing.
            (None, None) => folder(one) == folder(other),
            (Some(_), Some(_)) => true,
        };
        // What is called the implementation of another one beside it is how that is done.
        let implements = |claims: &[String], others: &[String]| claims == ["impl"] && others.is_empty();
        let is_done_there = implements(&a.claims, &b.claims) || implements(&b.claims, &a.claims);
        let is_done_there = is_done_there && one.definition.is_some() && other.definition.is_some();
        if !is_near || (one.id == other.id && is_done_there) {
            return false;
        }
        let alike = self.alike(one, other);
        let says_nothing = one.words.len().min(other.words.len()) < LEAST_WORDS;
        // In a file that each of many folders has, each has its own; and what is called a version throughout is one.
        let is_own = one.slot.is_some() && one.slot == other.slot && one.id != other.id;
        if is_own || is_done_there || (a.claims != b.claims && (one.repeats_claim || other.repeats_claim)) {
            return !says_nothing && alike >= EXPLAINED;
        }
        let is_function = kind == Kind::Function;
        let (least, least_by_name, least_far) = if is_function { FUNCTIONS } else { CLASSES };
        if a.strict == b.strict && a.strict.len() > 1 {
            let is_alone = self.is_alone(kind, a, &a.strict);
            let by_name = if is_function { claims && is_alone } else { claims || is_alone };
            let is_spelled = spelling(one.name) == spelling(other.name);
            let may_be_states = a.may_be_state() && b.may_be_state();
            let is_enough = match claims {
                true if may_be_states => least_far,
                true if is_alone => least_by_name,
                false if !is_spelled => least_far,
                _ => least,
            };
            let is_empty = one.words.is_empty() || other.words.is_empty();
            let is_open =
                is_empty || if is_spelled || is_function { alike >= is_enough } else { claims || alike > 0.0 };
            return (says_nothing && by_name && is_open) || (alike >= is_enough && !(is_function && says_nothing));
        }
        // Two words of which each sets something apart say more than one that is there or not.
        let holds = |one: &Likeness, other: &Likeness| one.vague.iter().all(|word| other.vague.contains(word));
        if !(holds(a, b) || holds(b, a)) {
            return false;
        }
        if is_crowd && a.head() == b.head() && self.is_alone(kind, a, &a.core) {
            return true;
        }
        // In one file, whoever wrote the second saw the first.
        let namesakes = self.by_head.get(&(kind, a.head().to_owned())).map_or(0, Vec::len);
        one.id != other.id && !says_nothing && alike >= least_far && (a.core.len() > 1 || namesakes <= MANY)
    }
}

/// Whether two names differ by more than underscores behind them: `add_` is `add` in place, `type_` none of Python's.
fn is_another_name(one: &str, other: &str) -> bool {
    one.trim_end_matches('_') != other.trim_end_matches('_')
}
