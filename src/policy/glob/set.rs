//! Many globs at once.

use globset::{Candidate, GlobSet, GlobSetBuilder};
use rustc_hash::FxHashMap;

use super::{Glob, Matcher, build};
use crate::path::{RepoPath, is_between};

/// Many globs, matched at once: what is plain is looked up, the rest is one automaton.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    count: usize,
    /// The numbers of globs by what they name.
    all: Vec<usize>,
    under: Numbers,
    below: Numbers,
    parts: Numbers,
    folders: Numbers,
    names: Vec<(String, String, usize)>,
    rest: Rest,
}

/// The numbers of globs, by the name or path that each has.
#[derive(Clone, Debug, Default)]
struct Numbers {
    of: FxHashMap<Vec<u8>, Vec<usize>>,
    /// A bit for each length that there is, the last for all that are longer: most names need not be looked up.
    lengths: u64,
}

impl Numbers {
    fn bit(name: &[u8]) -> u64 {
        1 << name.len().min(63)
    }

    fn add(&mut self, name: &[u8], number: usize) {
        self.lengths |= Self::bit(name);
        self.of.entry(name.to_vec()).or_default().push(number);
    }

    /// Tells the numbers of `name`.
    fn tell(&self, name: &[u8], each: &mut impl FnMut(usize)) {
        if self.lengths & Self::bit(name) != 0 {
            self.of.get(name).into_iter().flatten().for_each(|number| each(*number));
        }
    }
}

/// What is not plain.
#[derive(Clone, Debug)]
enum Rest {
    /// With the numbers that its globs have among all.
    Set(GlobSet, Vec<usize>),
    Each(Vec<(usize, Glob)>),
}

impl Default for Rest {
    fn default() -> Self {
        Self::Each(Vec::new())
    }
}

impl Rest {
    /// Too many or too large for one automaton: none of them is lost, each is then matched alone.
    fn of(globs: Vec<(usize, Glob)>) -> Self {
        let mut builder = GlobSetBuilder::new();
        for (_, glob) in &globs {
            let Ok(glob) = build(&glob.text, &glob.whole) else { return Self::Each(globs) };
            builder.add(glob);
        }
        match builder.build() {
            Ok(set) if !globs.is_empty() => Self::Set(set, globs.into_iter().map(|(number, _)| number).collect()),
            _ => Self::Each(globs),
        }
    }
}

impl Globs {
    pub fn of(globs: &[Glob]) -> Self {
        let mut of = Self { count: globs.len(), ..Self::default() };
        let mut rest = Vec::new();
        for (number, glob) in globs.iter().enumerate() {
            let (numbers, name) = match &glob.matcher {
                Matcher::Under(path) => (&mut of.under, path),
                Matcher::Below(folder) => (&mut of.below, folder),
                Matcher::Part(name) => (&mut of.parts, name),
                Matcher::Folder(name) => (&mut of.folders, name),
                Matcher::All => {
                    of.all.push(number);
                    continue;
                }
                Matcher::Name(start, end) => {
                    of.names.push((start.clone(), end.clone(), number));
                    continue;
                }
                Matcher::Glob(_) => {
                    rest.push((number, glob.clone()));
                    continue;
                }
            };
            numbers.add(name.as_bytes(), number);
        }
        of.rest = Rest::of(rest);
        of
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub fn matches(&self, path: &RepoPath) -> bool {
        if self.is_empty() {
            return false;
        }
        let mut is_plain = false;
        self.plain(path, |_| is_plain = true);
        is_plain
            || match &self.rest {
                Rest::Set(set, _) => set.is_match_candidate(&Candidate::from_bytes(path.as_bytes())),
                Rest::Each(globs) => globs.iter().any(|(_, glob)| glob.matches(path)),
            }
    }

    /// The numbers of the globs that match, in order.
    pub fn matching(&self, path: &RepoPath) -> Vec<usize> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut numbers = Vec::new();
        self.plain(path, |number| numbers.push(number));
        match &self.rest {
            Rest::Set(set, of) => {
                let matching = set.matches_candidate(&Candidate::from_bytes(path.as_bytes()));
                numbers.extend(matching.into_iter().filter_map(|number| of.get(number)));
            }
            Rest::Each(globs) => {
                numbers.extend(globs.iter().filter(|(_, glob)| glob.matches(path)).map(|(number, _)| number));
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Tells the numbers of the plain globs that match, in any order; one may come more than once.
    fn plain(&self, path: &RepoPath, mut each: impl FnMut(usize)) {
        let bytes = path.as_bytes();
        let mut start = 0;
        for end in memchr::memchr_iter(b'/', bytes) {
            let (folder, name) = (&bytes[..end], &bytes[start..end]);
            self.below.tell(folder, &mut each);
            self.under.tell(folder, &mut each);
            self.folders.tell(name, &mut each);
            self.parts.tell(name, &mut each);
            start = end + 1;
        }
        let name = &bytes[start..];
        self.under.tell(bytes, &mut each);
        self.parts.tell(name, &mut each);
        let names = self.names.iter().filter(|(start, end, _)| is_between(name, start, end));
        self.all.iter().chain(names.map(|(.., number)| number)).for_each(|number| each(*number));
    }
}
