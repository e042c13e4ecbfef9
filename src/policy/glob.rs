//! Path globs of the policy. `*` stays within a part, `**` crosses parts, `{a,b}` and `[ab]` choose.
//!
//! A glob is read from the root. One without a slash means a name anywhere, one that starts with a slash
//! means the root itself. One whose last part is a plain name, or that ends with a slash, also means all
//! below the folder of that name.

use globset::{Candidate, GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};

use crate::path::RepoPath;

/// One glob, as written and as used.
#[derive(Clone, Debug)]
pub struct Glob {
    pub text: String,
    /// As `globset` reads it.
    whole: String,
    matcher: Matcher,
}

/// How one glob is matched alone. Plain paths are most of what a policy lists, and an automaton for each takes
/// thousands of times their memory.
#[derive(Clone, Debug)]
enum Matcher {
    /// This path and all below it.
    Under(String),
    /// Every path with a part of this name.
    Part(String),
    Glob(Box<GlobMatcher>),
}

impl Glob {
    /// The error says what is wrong, for a person.
    pub fn parse(text: &str) -> Result<Self, String> {
        check(text)?;
        match text.strip_prefix('/') {
            Some(rooted) => Self::rooted(text, rooted.to_owned()),
            None if text.contains('/') => Self::rooted(text, text.to_owned()),
            None => {
                let whole = open_end(format!("**/{text}"));
                let matcher = if is_plain(text) { Matcher::Part(text.to_owned()) } else { automaton(text, &whole)? };
                Ok(Self { text: text.to_owned(), whole, matcher })
            }
        }
    }

    /// A glob relative to `folder`, as in a closed folder's list; a bare name means that folder only.
    pub fn parse_below(folder: &str, text: &str) -> Result<Self, String> {
        check(text)?;
        let inner = text.strip_prefix('/').unwrap_or(text);
        let folder = globset::escape(folder.trim_matches('/'));
        let whole = if folder.is_empty() { inner.to_owned() } else { format!("{folder}/{inner}") };
        Self::rooted(text, whole)
    }

    fn rooted(text: &str, path: String) -> Result<Self, String> {
        let whole = open_end(path.clone());
        let matcher = if Self::is_literal(&path) { Matcher::Under(path) } else { automaton(text, &whole)? };
        Ok(Self { text: text.to_owned(), whole, matcher })
    }

    pub fn matches(&self, path: &RepoPath) -> bool {
        match &self.matcher {
            Matcher::Under(folder) => path.is_under(folder.as_bytes()),
            Matcher::Part(name) => path.as_bytes().split(|byte| *byte == b'/').any(|part| part == name.as_bytes()),
            Matcher::Glob(glob) => glob.is_match_candidate(&Candidate::from_bytes(path.as_bytes())),
        }
    }

    /// Whether this names one path only.
    pub fn is_literal(text: &str) -> bool {
        is_plain(text) && !text.ends_with('/')
    }
}

/// Many globs, matched at once.
#[derive(Clone, Debug)]
pub enum Globs {
    Set(GlobSet),
    Each(Vec<Glob>),
}

impl Globs {
    /// Too many or too large for one automaton: none of them is lost, each is then matched alone.
    pub fn of(globs: &[Glob]) -> Self {
        let mut builder = GlobSetBuilder::new();
        for glob in globs {
            let Ok(glob) = build(&glob.text, &glob.whole) else { return Self::Each(globs.to_vec()) };
            builder.add(glob);
        }
        builder.build().map_or_else(|_| Self::Each(globs.to_vec()), Self::Set)
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Self::Set(set) => set.is_empty(),
            Self::Each(globs) => globs.is_empty(),
        }
    }

    pub fn matches(&self, path: &RepoPath) -> bool {
        match self {
            Self::Set(set) => !set.is_empty() && set.is_match_candidate(&Candidate::from_bytes(path.as_bytes())),
            Self::Each(globs) => globs.iter().any(|glob| glob.matches(path)),
        }
    }

    /// The numbers of the globs that match, in order.
    pub fn matching(&self, path: &RepoPath) -> Vec<usize> {
        match self {
            Self::Set(set) if set.is_empty() => Vec::new(),
            Self::Set(set) => set.matches_candidate(&Candidate::from_bytes(path.as_bytes())),
            Self::Each(globs) => {
                globs.iter().enumerate().filter(|(_, glob)| glob.matches(path)).map(|(number, _)| number).collect()
            }
        }
    }
}

fn open_end(text: String) -> String {
    let last = text.rsplit('/').next().unwrap_or(&text);
    if last.is_empty() {
        format!("{text}**")
    } else if is_plain(last) {
        format!("{text}{{,/**}}")
    } else {
        text
    }
}

fn is_plain(text: &str) -> bool {
    !text.contains(['*', '?', '[', '{', '}'])
}

fn check(text: &str) -> Result<(), String> {
    if text.trim_matches('/').is_empty() {
        return Err("an empty glob matches nothing; `**` matches every file".to_owned());
    }
    if text.starts_with('!') {
        return Err(format!("`{text}`: a glob cannot be negated; leave it out of the list instead"));
    }
    if text.split('/').any(|part| part == "..") {
        return Err(format!("`{text}` leaves the repository"));
    }
    if text.starts_with("./") || text.contains("//") || text.contains('\\') {
        return Err(format!("`{text}`: write it from the repository's root with single slashes, such as `src/*.py`"));
    }
    Ok(())
}

/// Errors quote the glob as it was written.
fn build(written: &str, whole: &str) -> Result<globset::Glob, String> {
    GlobBuilder::new(whole)
        .literal_separator(true)
        .backslash_escape(true)
        .empty_alternates(true)
        .build()
        .map_err(|error| format!("`{written}`: {}", error.kind()))
}

fn automaton(written: &str, whole: &str) -> Result<Matcher, String> {
    Ok(Matcher::Glob(Box::new(build(written, whole)?.compile_matcher())))
}

#[cfg(test)]
mod tests {
    use super::{Glob, Globs};

    #[test]
    fn anchors() {
        for (glob, path, expected) in [
            ("/x.py", "x.py", true),
            ("/x.py", "a/x.py", false),
            ("x.py", "x.py", true),
            ("x.py", "a/b/x.py", true),
            ("*_copy.*", "a/b_copy.py", true),
            ("*_copy.*", "a_copy.d/b.py", false),
            ("**", "a/b.py", true),
            ("a/", "a/b/c.py", true),
            ("a/*.py", "a/b/c.py", false),
            ("a/*", "a/b/c.py", false),
            ("a/**", "a/b/c.py", true),
            ("**/tests/**", "tests/a.py", true),
            ("{a,b}/*.py", "b/c.py", true),
            ("a", "a/b.py", true),
            ("a", "c/a/b.py", true),
            ("a", "ab/c.py", false),
            ("c/a", "c/a/b.py", true),
            ("c/a", "a/b.py", false),
            ("[a]", "a/b.py", false),
        ] {
            let glob = Glob::parse(glob).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(glob.matches(&path.into()), expected, "{} {path}", glob.text);
            assert_eq!(
                Globs::of(std::slice::from_ref(&glob)).matches(&path.into()),
                expected,
                "{} {path} in a set",
                glob.text
            );
        }
    }

    #[test]
    fn refuses() {
        for glob in ["", "/", "!a", "../a", "a/../b", "./a", "a//b", "[", "{a", "a\\b"] {
            assert!(Glob::parse(glob).is_err(), "{glob}");
        }
    }
}
