//! What it takes for two names to be about one thing.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{Definition, DefinitionKind};
use crate::policy::similar_name::{Likeness, cut, is_decay};
use crate::repo::similar::{MANY, spelling};
use crate::repo::{ModuleId, Place, Rarity, Repo, Sample};
use crate::words::hash;

use super::places::Places;

/// More members than this are a family, not copies of one.
const MOST_MEMBERS: usize = 64;

/// Of fewer words, code says nothing.
const LEAST_WORDS: usize = 6;

/// How alike two are at least, classes and files first, functions second: their names are made of fewer nouns.
const DECAYED: (f64, f64) = (0.3, 0.4);
const CLAIMED: (f64, f64) = (0.5, 0.6);
const VAGUE: (f64, f64) = (0.7, 0.7);

/// The same for files of one folder and what is in them, where words set them apart that only ever mean that something was
/// written again: `enhanced_cache.py` beside `cache.py`.
const BESIDE: f64 = 0.2;

/// The share of that which is enough where classes have half of their members in common.
const WITH_MEMBERS: f64 = 0.6;

/// How alike two are at least of which something around them says why there are two.
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
    /// Whether it bears the version of a product, or claims what the names of several things claim.
    pub is_of_product: bool,
}

/// What sets two names apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Apart {
    /// Nothing but letters and underscores.
    Spelling,
    /// Words that only ever mean that something was written again.
    Decay,
    /// Words that claim a version, and have other uses.
    Claim,
    /// Synonyms, or the order of words.
    Words,
    /// Words that say little.
    Vague,
}

impl Apart {
    fn of(one: &Member, other: &Member) -> Self {
        let (a, b) = (&one.likeness, &other.likeness);
        let mut claims = a.claims.iter().filter(|claim| !b.claims.contains(claim)).collect::<Vec<_>>();
        claims.extend(b.claims.iter().filter(|claim| !a.claims.contains(claim)));
        match a.strict == b.strict {
            _ if spelling(one.name) == spelling(other.name) => Self::Spelling,
            true if !claims.is_empty() && claims.iter().all(|claim| is_decay(claim)) => Self::Decay,
            true if !claims.is_empty() => Self::Claim,
            // Words in another order.
            false if !a.vague.iter().eq(&b.vague) => Self::Vague,
            _ => Self::Words,
        }
    }

    /// How alike two are at least.
    fn least(self, kind: Kind, is_beside: bool, has_members: bool) -> f64 {
        let (least, of_functions) = match self {
            Self::Decay if is_beside => (BESIDE, DECAYED.1),
            Self::Decay => DECAYED,
            Self::Vague => VAGUE,
            Self::Spelling | Self::Claim | Self::Words => CLAIMED,
        };
        match self {
            _ if kind == Kind::Function => of_functions,
            Self::Spelling | Self::Decay | Self::Claim if has_members => least * WITH_MEMBERS,
            _ => least,
        }
    }
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
    places: Places<'r>,
    rarity: Rarity,
    /// What the names of definitions are about, by their last word.
    by_head: FxHashMap<(Kind, String), Vec<Likeness>>,
    /// Aliases, and what they stand for.
    aliases: FxHashSet<(&'r str, Place)>,
    /// The modules that take each of those that may be one.
    takers: FxHashMap<Place, BTreeSet<ModuleId>>,
    /// How many classes have a member of a name.
    holders: FxHashMap<&'r str, usize>,
}

impl<'r> Evidence<'r> {
    pub fn of(repo: &'r Repo, groups: &Groups<'r>, aliases: impl Iterator<Item = (&'r str, Place)>) -> Self {
        let mut by_head: FxHashMap<(Kind, String), Vec<Likeness>> = FxHashMap::default();
        for ((_, kind, _), members) in groups {
            for likeness in members.iter().filter(|member| member.definition.is_some()).map(|member| &member.likeness) {
                by_head.entry((*kind, likeness.head().to_owned())).or_default().push(likeness.clone());
            }
        }
        let groups = groups.values().filter(|members| members.len() > 1 && members.len() <= MOST_MEMBERS);
        let members = groups.flatten().filter(|member| member.definition.is_some());
        let takers = repo.takers(&members.map(Member::place).collect());
        let mut holders: FxHashMap<&str, usize> = FxHashMap::default();
        let code = repo.modules().filter_map(|(_, module)| module.code());
        for (_, name) in code.flat_map(|code| &code.definitions).filter_map(|found| found.name.split_once('.')) {
            *holders.entry(name).or_default() += 1;
        }
        let (places, rarity) = (Places::of(repo), repo.rarity());
        Self { repo, places, rarity, by_head, aliases: aliases.collect(), takers, holders }
    }

    /// How many modules import one.
    pub fn importers(&self, member: &Member) -> usize {
        match member.definition {
            None => self.repo.importers_of(member.id).len(),
            Some(_) => self.takers.get(&member.place()).map_or(0, BTreeSet::len),
        }
    }

    /// The public members of a class that are not found in many.
    fn members(&self, member: &Member<'r>) -> FxHashSet<&'r str> {
        let Some(class) = member.definition else { return FxHashSet::default() };
        let code = self.repo.module(member.id).code().into_iter().flat_map(|code| &code.definitions);
        let own = code.filter_map(|found| found.name.strip_prefix(class.name.as_str())?.strip_prefix('.'));
        let is_own = |name: &&str| !name.starts_with('_') && self.holders.get(name).is_none_or(|many| *many < MANY);
        own.filter(is_own).collect()
    }

    /// Whether it is a class with nothing in it but a docstring.
    pub fn is_empty(&self, member: &Member) -> bool {
        let Some(class) = member.definition.filter(|found| found.kind == DefinitionKind::Class) else { return false };
        let code = self.repo.module(member.id).code().into_iter().flat_map(|code| &code.definitions);
        let mut inner = code.filter_map(|found| found.name.strip_prefix(class.name.as_str()));
        class.code_lines <= 2 && !inner.any(|rest| rest.starts_with('.'))
    }

    /// Whether it is a class of values, without a method: what it has in common with another are names that many use.
    fn is_record(&self, member: &Member) -> bool {
        let Some(class) = member.definition.filter(|found| found.kind == DefinitionKind::Class) else { return false };
        let code = self.repo.module(member.id).code().into_iter().flat_map(|code| &code.definitions);
        let mut methods = code.filter(|found| found.kind == DefinitionKind::Function);
        !methods.any(|found| found.name.strip_prefix(class.name.as_str()).is_some_and(|rest| rest.starts_with('.')))
    }

    /// Whether one knows that there are two: code that is no test takes both.
    fn are_known(&self, one: &Member, other: &Member) -> bool {
        let module = |id: &ModuleId| self.repo.module(*id);
        let (Some(a), Some(b)) = (one.definition, other.definition) else { return false };
        let takers = |member: &Member| self.takers.get(&member.place()).cloned().unwrap_or_default();
        let is_taken = takers(one).intersection(&takers(other)).any(|id| !module(id).is_test);
        let needs = |found: &Definition, of: &Definition| found.needs.contains(&of.name);
        let in_place = module(&one.id).code().into_iter().flat_map(|code| &code.definitions);
        is_taken || (one.id == other.id && in_place.into_iter().any(|found| needs(found, a) && needs(found, b)))
    }

    /// Whether the file of one has something of the other's name itself: then the two names are told apart there, and the
    /// other file has its own pair or a copy.
    fn is_settled(&self, one: &Member, other: &Member) -> bool {
        let mut namesakes = self.repo.definitions(other.name);
        one.id != other.id && one.definition.is_some() && namesakes.any(|(id, _)| id == one.id)
    }

    /// Whether what sets the name of one apart from that of another is in what it is made of: it is named for that.
    fn is_named_for(&self, one: &Member<'r>, other: &Member<'r>) -> bool {
        let code = self.repo.module(one.id).code();
        let made_of: Vec<&str> = match one.definition {
            Some(class) => {
                let bases = class.bases.iter().map(CompactString::as_str);
                class.needs.iter().chain(bases).chain(self.members(one)).collect()
            }
            None => code.iter().flat_map(|code| code.bound.iter()).collect(),
        };
        let words: FxHashSet<String> = made_of.into_iter().flat_map(cut).collect();
        let holds = |word: &String| words.contains(word) || one.words.binary_search(&hash(word)).is_ok();
        // A file of what is new, or old, says so in what it holds.
        let is_asked = |word: &&String| match one.likeness.vague.contains(word) {
            true => *word != "base",
            false => !is_decay(word) && one.definition.is_some(),
        };
        let mut beyond = one.likeness.beyond(&other.likeness).filter(is_asked);
        beyond.any(|word| cut(word).iter().all(holds))
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
    pub fn is_second(&self, Among { kind, is_crowd }: Among, one: &Member<'r>, other: &Member<'r>) -> bool {
        let (a, b) = (&one.likeness, &other.likeness);
        if !is_another_name(one.name, other.name) || (a.number.is_some() && b.number.is_some()) {
            return false;
        }
        if [(one, other), (other, one)].iter().any(|(one, other)| self.aliases.contains(&(one.name, other.place()))) {
            return true;
        }
        let folder = |member: &Member| self.repo.module(member.id).path.folder();
        let is_near = match (one.definition, other.definition) {
            (None, Some(_)) => !a.claims.is_empty(),
            (Some(_), None) => !b.claims.is_empty(),
            // Each folder may have a file for a thing.
            (None, None) => folder(one) == folder(other),
            (Some(_), Some(_)) => true,
        };
        if !is_near || self.is_settled(one, other) || self.is_settled(other, one) {
            return false;
        }
        let apart = Apart::of(one, other);
        let path = |member: &Member| &self.repo.module(member.id).path;
        if apart != Apart::Decay && self.places.are_apart(path(one), path(other)) {
            return false;
        }
        let of_one_file = one.id == other.id;
        let is_of_product = one.is_of_product || other.is_of_product;
        let is_set_apart = || {
            (is_of_product && a.number != b.number)
                || a.beyond(b).chain(b.beyond(a)).any(|claim| says_which(kind, claim))
                || self.are_known(one, other)
                || self.is_named_for(one, other)
                || self.is_named_for(other, one)
        };
        if !matches!(apart, Apart::Spelling | Apart::Decay) && (of_one_file || is_set_apart()) {
            return false;
        }
        let (mine, theirs) = (self.members(one), self.members(other));
        let (common, fewer) = (mine.intersection(&theirs).count(), mine.len().min(theirs.len()));
        let has_members = common > 0 && common * 2 >= fewer;
        if one.words.len().min(other.words.len()) < LEAST_WORDS && !has_members {
            // Two classes with nothing in them yet have no code to ask.
            return self.is_empty(one)
                && self.is_empty(other)
                && matches!(apart, Apart::Spelling | Apart::Decay | Apart::Claim);
        }
        let (is_near, is_decay) = (folder(one) == folder(other), apart == Apart::Decay);
        let is_record = self.is_record(one) || self.is_record(other);
        // Of one field or three, each module has its own.
        if is_record && !is_near && !is_decay {
            return false;
        }
        let is_own = !of_one_file && path(one).name() == path(other).name();
        let is_asked_more = is_own || is_of_product || (is_record && !(is_near && is_decay));
        let least = match is_asked_more || (of_one_file && apart == Apart::Spelling) {
            true => EXPLAINED,
            false => apart.least(kind, is_near && !of_one_file, has_members && !is_record),
        };
        let is_alike = self.alike(one, other) >= least;
        if apart != Apart::Vague {
            let is_alone = || apart == Apart::Words && self.is_alone(kind, a, &a.strict);
            return is_alike || (is_crowd && has_members && is_alone());
        }
        // Two words that say little say something together.
        if a.beyond(b).chain(b.beyond(a)).count() > 1 {
            return false;
        }
        if is_crowd && has_members && a.head() == b.head() && self.is_alone(kind, a, &a.core) {
            return true;
        }
        let namesakes = self.by_head.get(&(kind, a.head().to_owned())).map_or(0, Vec::len);
        is_alike && common == fewer && (a.core.len() > 1 || namesakes <= MANY)
    }
}

/// Whether two names differ by more than underscores: `add_` is `add` in place, `type_` none of Python's, and
/// `patched__send` is of `_send`.
fn is_another_name(one: &str, other: &str) -> bool {
    let parts = |name| str::split(name, '_').filter(|part| !part.is_empty());
    !parts(one).eq(parts(other))
}

/// Whether a claim tells which of two is meant: the old one that is kept, or what stands behind a function.
fn says_which(kind: Kind, claim: &str) -> bool {
    claim == "legacy" || (kind == Kind::Function && claim == "impl")
}
