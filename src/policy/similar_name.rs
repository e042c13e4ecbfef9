//! `similar-name`: which words of a name say nothing, and which say the same.

use rustc_hash::{FxHashMap, FxHashSet};

use super::read::{self, Layers};
use crate::words;

/// Words that say which way something goes: where a name has one, or a number, the order of its words counts.
const DIRECTIONS: &[&str] = &[
    "after", "and", "as", "at", "before", "by", "for", "from", "if", "in", "into", "not", "of", "on", "or", "over",
    "per", "than", "to", "until", "via", "with", "without",
];

/// Of the words that claim a version, those that have other uses: they say which thing is meant, or how it is made. In the
/// midst of a name they do so, `clear_old_sessions`, `publish_fixed_ip`; the others only ever mean that something was
/// written again.
const USEFUL: &[&str] =
    &["final", "fixed", "impl", "legacy", "new", "old", "optimised", "optimized", "unified", "updated", "upgraded"];

/// The word of what others are built on; at the end of a name it stands for the same as at the start.
const BASE: &str = "base";

/// Two words are one where a shorter half could be anything.
const LEAST_HALF: usize = 3;

/// Fewer letters carry no evidence.
const LEAST_LETTERS: usize = 4;

/// What the words of names mean.
#[derive(Clone, Debug)]
pub struct SimilarName {
    /// Say that something is another version.
    noise: FxHashSet<String>,
    /// Say too little to tell two things apart.
    vague: FxHashSet<String>,
    /// By its first word: a sequence of words, and the word that stands for it.
    synonyms: FxHashMap<String, Vec<(Vec<String>, String)>>,
}

/// What a name is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// What is left without noise and vague words, sorted where their order does not count. Names that have this in
    /// common are similar.
    pub core: Vec<String>,
    /// What is left without noise, in order. Names that have this in common differ by noise alone.
    pub strict: Vec<String>,
    /// What was left out of that, as it is known to the policy.
    pub vague: Vec<String>,
    /// How many words it has.
    pub words: usize,
    /// The words of it that only claim that it is another version, and `v2`.
    pub claims: Vec<String>,
    /// The number of a version that it bears: `v2`, `2`.
    pub number: Option<String>,
}

impl Likeness {
    /// The words that it has and another has not, of those that make no other thing.
    pub fn beyond<'l>(&'l self, other: &'l Self) -> impl Iterator<Item = &'l String> {
        let has = |word: &String| other.claims.contains(word) || other.vague.contains(word);
        self.claims.iter().chain(&self.vague).filter(move |word| !has(word))
    }

    /// The word that says what it is.
    pub fn head(&self) -> &str {
        self.strict.last().map_or("", String::as_str)
    }
}

impl SimilarName {
    pub(super) fn read(layers: &Layers<'_, '_>) -> Self {
        let mut meant =
            Self { noise: FxHashSet::default(), vague: FxHashSet::default(), synonyms: FxHashMap::default() };
        // What the policy says comes on top of what is built in.
        for layer in [layers.defaults, layers.policy] {
            let table =
                read::table(layer, "no-duplicate-concepts").and_then(|table| read::table(table, "similar-name"));
            let Some(table) = table else { continue };
            let texts = |name| read::list(table, name).into_iter().flatten().filter_map(|item| item.get_ref().as_str());
            meant.noise.extend(texts("noise").map(joined));
            meant.vague.extend(texts("vague").map(joined));
            for group in
                read::list(table, "synonyms").into_iter().flatten().filter_map(|item| item.get_ref().as_array())
            {
                let group: Vec<&str> = group.iter().filter_map(|item| item.get_ref().as_str()).collect();
                meant.add(&group);
            }
        }
        meant
    }

    fn add(&mut self, group: &[&str]) {
        // A word that has a meaning already hands it on to those beside it.
        let known = group.iter().find_map(|text| self.meaning(&cut(text)));
        let Some(meaning) = known.or_else(|| group.first().map(|text| joined(text))) else { return };
        for words in group.iter().map(|text| cut(text)).filter(|words| !words.is_empty()) {
            let entry = self.synonyms.entry(words[0].clone()).or_default();
            entry.retain(|(known, _)| *known != words);
            entry.push((words, meaning.clone()));
            entry.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
    }

    fn meaning(&self, words: &[String]) -> Option<String> {
        let found = self.synonyms.get(words.first()?)?.iter().find(|(known, _)| known == words)?;
        Some(found.1.clone())
    }

    /// What a name is about; none where it is too short to tell. `is_word` tells which words the repository writes
    /// as one: where there is a `websocket`, `WebSocket` is one too. `tells` knows words that are vague elsewhere and
    /// tell things apart in this repository.
    pub fn likeness(
        &self,
        name: &str,
        is_word: &dyn Fn(&str) -> bool,
        tells: &dyn Fn(&str) -> bool,
    ) -> Option<Likeness> {
        let all = cut(name);
        let (unnumbered, number) = without_version(&all);
        let is_version = unnumbered.len() < all.len();
        let (mut strict, mut claims) = (Vec::new(), Vec::from_iter(number.clone().filter(|_| is_version)));
        let mut rest = unnumbered;
        while let Some((first, behind)) = rest.split_first() {
            let (word, behind) = self.next(first, behind, is_word);
            let is_midst = rest.len() < unnumbered.len() && !behind.is_empty();
            rest = behind;
            match self.noise.contains(&word) && !(is_midst && USEFUL.contains(&word.as_str())) {
                true => claims.push(word),
                false => strict.push(word),
            }
        }
        // `AgentBase` is a `BaseAgent`.
        if strict.last().is_some_and(|last| last == BASE) {
            strict.rotate_right(1);
        }
        strict.dedup_by(|word, before| word == before && word == BASE);
        // What it is, is said by its last word; a number behind that counts copies.
        let counted = strict.len() > 1 && strict.last().is_some_and(|last| is_count(last) && !tells(last));
        let (head, behind) = strict.split_at(strict.len() - usize::from(counted));
        let (head, before) = head.split_last()?;
        let (mut vague, mut core): (Vec<String>, Vec<String>) =
            before.iter().cloned().partition(|word| self.vague.contains(word) && !tells(word));
        vague.extend_from_slice(behind);
        core.push(head.clone());
        if !core.iter().any(|word| DIRECTIONS.contains(&word.as_str()) || is_number(word)) {
            core.sort();
        }
        let letters: usize = core.iter().map(|word| word.chars().count()).sum();
        (letters >= LEAST_LETTERS).then_some(Likeness { core, strict, vague, words: all.len(), claims, number })
    }

    /// The word that comes next, for a sequence that stands for one word, or for two that are written as one elsewhere.
    fn next<'w>(&self, first: &String, behind: &'w [String], is_word: &dyn Fn(&str) -> bool) -> (String, &'w [String]) {
        let starts = |words: &[String]| words.len() <= behind.len() + 1 && words[1..] == behind[..words.len() - 1];
        let known = self.synonyms.get(first).into_iter().flatten().find(|(words, _)| starts(words));
        if let Some((words, meaning)) = known.filter(|(words, _)| words.len() > 1) {
            return (meaning.clone(), &behind[words.len() - 1..]);
        }
        let is_half = |word: &String| {
            word.chars().count() >= LEAST_HALF && !self.noise.contains(word) && !self.vague.contains(word)
        };
        if let Some(second) = behind.first().filter(|second| is_half(first) && is_half(second)) {
            let one = format!("{first}{second}");
            let meaning = self.meaning(std::slice::from_ref(&one));
            if meaning.is_some() || is_word(&one) {
                return (meaning.unwrap_or(one), &behind[1..]);
            }
        }
        (known.map_or_else(|| first.clone(), |(_, meaning)| meaning.clone()), behind)
    }
}

/// Whether a word that claims a version has no other use.
pub fn is_decay(claim: &str) -> bool {
    !USEFUL.contains(&claim) && !is_numbered(claim)
}

/// Whether a claim is a number: `v2`.
pub fn is_numbered(claim: &str) -> bool {
    claim.strip_prefix('v').is_some_and(|number| !number.is_empty() && is_number(number))
}

/// The versions in a name, each with the word before it, and how much that says of a product, of 2: all in the midst of a
/// name, `deepseekv2` of `DeepseekV2Attention`; half where it is a number behind it, `llama2` of `benchmark_llama2`.
pub fn versioned(name: &str) -> Vec<(String, usize)> {
    let words = cut(name);
    let version = |at: usize| {
        let is_v = words[at] == "v" && words.get(at + 1).is_some_and(|next| is_number(next));
        let end = at + 1 + usize::from(is_v);
        let says = if end < words.len() { 2 } else { usize::from(!is_v) };
        let is_counted = is_count(&words[at]) && words[at - 1] != "v";
        (is_v || is_counted).then(|| (words[at - 1..end].concat(), says))
    };
    (1..words.len()).filter_map(version).collect()
}

/// The words of a name, in small letters.
pub fn cut(name: &str) -> Vec<String> {
    words::cut(name).map(str::to_lowercase).collect()
}

fn joined(text: &str) -> String {
    cut(text).concat()
}

/// Without `v2` at either end; and that number. In the midst it is a product's: `DeepseekV2Attention`. A 2 at the end may
/// count copies, and is left: other numbers mean something, `ipv6`, `sha256`.
fn without_version(words: &[String]) -> (&[String], Option<String>) {
    let version = |pair: &[String]| (pair[0] == "v" && is_number(&pair[1])).then(|| pair.concat());
    if let Some(version) = words.first_chunk::<2>().and_then(|pair| version(pair)) {
        return (&words[2..], Some(version));
    }
    // `ip_v6` is no sixth version.
    let is_protocol = |before: &[String]| before.last().is_some_and(|word| word == "ip");
    match words.split_last_chunk::<2>() {
        Some((before, pair)) if !is_protocol(before) && version(pair).is_some() => (before, version(pair)),
        _ => (words, words.last().filter(|word| is_count(word)).cloned()),
    }
}

/// A third copy comes after a second one, which is told.
fn is_count(word: &str) -> bool {
    word == "2"
}

fn is_number(word: &str) -> bool {
    word.chars().all(char::is_numeric)
}
