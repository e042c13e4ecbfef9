//! What it takes for two names to be about one thing.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Groups, Kind, MANY, Member, SecondName};
use crate::policy::similar_name::Likeness;
use crate::repo::{Place, Rarity, Repo};

/// More members than this are a family, not copies of one.
const MOST_MEMBERS: usize = 64;

/// Of fewer words, code says nothing.
const LEAST_WORDS: usize = 6;

/// How alike classes are at least: whose names differ by version or spelling alone; the same, where one claims to be a
/// version and no other name has their words; and where they differ by more.
const CLASSES: (f64, f64, f64) = (0.15, 0.0, 0.5);

/// The same for functions, whose names are made of fewer nouns.
const FUNCTIONS: (f64, f64, f64) = (0.6, 0.3, 0.6);

/// So many names of one core, and no other with its words, are enough.
const A_CROWD: usize = 3;

/// The names of a core.
#[derive(Clone, Copy)]
struct Crowd {
    kind: Kind,
    names: usize,
    /// Whether no other name has all words of the core.
    is_alone: bool,
}

/// What a pair of names is judged by, beside itself.
pub struct Evidence<'r> {
    repo: &'r Repo,
    rarity: Rarity,
    /// The definitions of a kind whose names have a word.
    holders: HashMap<(Kind, String), HashSet<&'r str>>,
    /// Aliases, and what they stand for.
    aliases: HashSet<(&'r str, Place)>,
}

impl<'r> Evidence<'r> {
    pub fn of(repo: &'r Repo, groups: &Groups<'r>, aliases: &[SecondName<'r>]) -> Self {
        let mut holders: HashMap<(Kind, String), HashSet<&str>> = HashMap::new();
        for ((_, kind, core), members) in groups {
            for member in members.iter().filter(|member| member.definition.is_some()) {
                for word in core.iter().chain(&member.likeness.strict) {
                    holders.entry((*kind, word.clone())).or_default().insert(member.name);
                }
            }
        }
        let aliases = aliases.iter().map(|second| (second.alias.name.as_str(), second.of.clone())).collect();
        Self { repo, rarity: repo.rarity(), holders, aliases }
    }

    /// The share of their words that two have in common.
    pub fn alike(&self, one: &Member, other: &Member) -> f64 {
        self.rarity.alike(&one.words, &other.words)
    }

    /// The parts of a group of which each is one thing several times.
    pub fn parts(&self, kind: Kind, core: &[String], mut members: Vec<Member<'r>>) -> Vec<Vec<Member<'r>>> {
        if members.len() < 2 || members.len() > MOST_MEMBERS {
            return Vec::new();
        }
        let builds_on = |one: &Member, other: &Member| match (one.definition, other.definition) {
            (Some(a), Some(b)) => a.name != b.name && self.repo.builds_on((one.id, a), (other.id, b)),
            _ => false,
        };
        let apart: Vec<bool> = members.iter().map(|one| !members.iter().any(|other| builds_on(one, other))).collect();
        let mut apart = apart.into_iter();
        members.retain(|_| apart.next().unwrap_or_default());
        let distinct: HashSet<&str> =
            members.iter().filter(|member| member.definition.is_some()).map(|member| member.name).collect();
        let is_alone = core.len() > 1 && self.with_words(kind, core) == distinct.len();
        let crowd = Crowd { kind, names: distinct.len(), is_alone };
        let mut number: Vec<usize> = (0..members.len()).collect();
        for a in 0..members.len() {
            for b in a + 1..members.len() {
                if self.is_second(&members[a], &members[b], crowd) {
                    let (old, new) = (number[b].max(number[a]), number[b].min(number[a]));
                    number.iter_mut().filter(|number| **number == old).for_each(|number| *number = new);
                }
            }
        }
        let mut by_number: BTreeMap<usize, Vec<Member>> = BTreeMap::new();
        for (member, number) in members.into_iter().zip(number) {
            by_number.entry(number).or_default().push(member);
        }
        by_number.into_values().filter(|members| members.len() > 1).collect()
    }

    /// How many definitions of a kind have all of the words in their names.
    fn with_words(&self, kind: Kind, words: &[String]) -> usize {
        let mut holders = words.iter().map(|word| self.holders.get(&(kind, word.clone())));
        let Some(Some(first)) = holders.next() else { return 0 };
        let others: Vec<_> = holders.collect();
        first
            .iter()
            .filter(|name| others.iter().all(|holders| holders.is_some_and(|holders| holders.contains(*name))))
            .count()
    }

    fn is_second(&self, one: &Member, other: &Member, crowd: Crowd) -> bool {
        let (a, b) = (&one.likeness, &other.likeness);
        if one.name == other.name || (a.number.is_some() && b.number.is_some()) {
            return false;
        }
        if [(one, other), (other, one)].iter().any(|(one, other)| self.aliases.contains(&(one.name, other.place()))) {
            return true;
        }
        let claims = a.claims || b.claims;
        match (one.definition, other.definition) {
            (None, Some(_)) if !a.claims => return false,
            (Some(_), None) if !b.claims => return false,
            _ => {}
        }
        let alike = self.alike(one, other);
        let says_nothing = one.words.len().min(other.words.len()) < LEAST_WORDS;
        let is_function = crowd.kind == Kind::Function;
        let (least, least_by_name, least_far) = if is_function { FUNCTIONS } else { CLASSES };
        if a.strict == b.strict && a.strict.len() > 1 {
            let by_name = if is_function { claims && crowd.is_alone } else { claims || crowd.is_alone };
            let is_enough = if crowd.is_alone && claims { least_by_name } else { least };
            return (says_nothing && by_name) || (alike >= is_enough && !(is_function && says_nothing));
        }
        // In one file, whoever wrote the second saw the first. And two words of which each sets something apart say more
        // than one that is there or not.
        let holds = |one: &Likeness, other: &Likeness| one.vague.iter().all(|word| other.vague.contains(word));
        if one.id == other.id || !(holds(a, b) || holds(b, a)) {
            return false;
        }
        let is_crowd = crowd.is_alone && crowd.names >= A_CROWD && !is_function;
        let is_rare = a.core.len() > 1 || self.with_words(crowd.kind, &a.core) <= MANY;
        (is_crowd && a.strict.last() == b.strict.last()) || (!says_nothing && alike >= least_far && is_rare)
    }
}
