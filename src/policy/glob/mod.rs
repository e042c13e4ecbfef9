//! Path globs of the policy. `*` stays within a part, `**` crosses parts, `{a,b}` and `[ab]` choose.
//!
//! A glob is read from the root. One without a slash means a name anywhere, one that starts with a slash
//! means the root itself. One whose last part is a plain name, or that ends with a slash, also means all
//! below the folder of that name.

mod set;

use globset::{Candidate, GlobBuilder, GlobMatcher};

use crate::path::{RepoPath, is_between};

pub use set::Globs;

/// One glob, as written and as used.
#[derive(Clone, Debug)]
pub struct Glob {
    pub text: String,
    /// As `globset` reads it.
    whole: String,
    matcher: Matcher,
}

/// What a glob means. Most that a policy lists are of the plain kinds, for which an automaton takes a hundred times as long
/// and thousands of times their memory.
#[derive(Clone, Debug)]
enum Matcher {
    /// Every path.
    All,
    /// This path and all below it.
    Under(String),
    /// All below this folder.
    Below(String),
    /// Every path with a part of this name.
    Part(String),
    /// Every path with a folder of this name.
    Folder(String),
    /// Every path whose last part starts and ends so.
    Name(String, String),
    Glob(Box<GlobMatcher>),
}

impl Matcher {
    /// What `path` means where it starts at the root, if that is plain.
    fn plain(path: &str) -> Option<Self> {
        let folder = |text: &str| text.strip_suffix("/**").or_else(|| text.strip_suffix('/')).map(str::to_owned);
        if path == "**" || path == "**/**" {
            return Some(Self::All);
        }
        let Some(anywhere) = path.strip_prefix("**/") else {
            return match folder(path) {
                Some(folder) => is_plain(&folder).then_some(Self::Below(folder)),
                None => is_plain(path).then(|| Self::Under(path.to_owned())),
            };
        };
        if let Some(folder) = folder(anywhere) {
            let is_part = is_plain(&folder) && !folder.is_empty() && !folder.contains('/');
            return is_part.then_some(Self::Folder(folder));
        }
        match anywhere.split_once('*') {
            _ if anywhere.is_empty() || anywhere.contains('/') => None,
            Some((start, end)) => {
                (is_plain(start) && is_plain(end)).then(|| Self::Name(start.to_owned(), end.to_owned()))
            }
            None => is_plain(anywhere).then(|| Self::Part(anywhere.to_owned())),
        }
    }
}

impl Glob {
    /// The error says what is wrong, for a person.
    pub fn parse(text: &str) -> Result<Self, String> {
        check(text)?;
        match text.strip_prefix('/') {
            Some(rooted) => Self::rooted(text, rooted),
            None if text.contains('/') => Self::rooted(text, text),
            None => Self::rooted(text, &format!("**/{text}")),
        }
    }

    /// A glob relative to `folder`, as in a closed folder's list; a bare name means that folder only.
    pub fn parse_below(folder: &str, text: &str) -> Result<Self, String> {
        check(text)?;
        let inner = text.strip_prefix('/').unwrap_or(text);
        let folder = globset::escape(folder.trim_matches('/'));
        Self::rooted(text, &if folder.is_empty() { inner.to_owned() } else { format!("{folder}/{inner}") })
    }

    fn rooted(text: &str, path: &str) -> Result<Self, String> {
        let whole = open_end(path);
        let matcher = match Matcher::plain(path) {
            Some(plain) => plain,
            None => Matcher::Glob(Box::new(build(text, &whole)?.compile_matcher())),
        };
        Ok(Self { text: text.to_owned(), whole, matcher })
    }

    pub fn matches(&self, path: &RepoPath) -> bool {
        let bytes = path.as_bytes();
        match &self.matcher {
            Matcher::All => true,
            Matcher::Under(folder) => path.is_under(folder.as_bytes()),
            Matcher::Below(folder) => bytes.len() > folder.len() && path.is_under(folder.as_bytes()),
            Matcher::Part(name) => bytes.split(|byte| *byte == b'/').any(|part| part == name.as_bytes()),
            Matcher::Folder(name) => path.folder().split(|byte| *byte == b'/').any(|part| part == name.as_bytes()),
            Matcher::Name(start, end) => is_between(path.name(), start, end),
            Matcher::Glob(glob) => glob.is_match_candidate(&Candidate::from_bytes(bytes)),
        }
    }

    /// Whether this names one path only.
    pub fn is_literal(text: &str) -> bool {
        is_plain(text) && !text.ends_with('/')
    }
}

fn open_end(text: &str) -> String {
    let last = text.rsplit('/').next().unwrap_or(text);
    if last.is_empty() {
        format!("{text}**")
    } else if is_plain(last) {
        format!("{text}{{,/**}}")
    } else {
        text.to_owned()
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

#[cfg(test)]
mod tests {
    use globset::{Candidate, GlobMatcher};

    use super::{Glob, Globs, Matcher, build};
    use crate::path::RepoPath;

    /// What is plain means what its automaton says; in a set, too, among others.
    #[test]
    fn plain_globs_are_those_of_globset() -> Result<(), String> {
        let plain = [
            "**", "a", "/a", "a/b", "a/", "/a/**", "a/b/**", "**/a", "**/a/", "**/a/**", "*", "a*", "*b", "a*b", "*.b",
            "**/a*b", "ä", "**/*",
        ];
        let globs: Vec<Glob> = plain.iter().map(|text| Glob::parse(text)).collect::<Result<_, _>>()?;
        let parts = ["a", "b", "ab", "ba", "a.b", ".b", "ä", "aab", "abb"];
        let two = || parts.iter().flat_map(|one| parts.iter().map(move |two| format!("{one}/{two}")));
        let three = two().flat_map(|two| parts.iter().map(move |one| format!("{two}/{one}")));
        let paths: Vec<String> = parts.iter().map(|part| (*part).to_owned()).chain(two()).chain(three).collect();
        let oracles = globs.iter().map(|glob| Ok(build(&glob.text, &glob.whole)?.compile_matcher()));
        let oracles: Vec<GlobMatcher> = oracles.collect::<Result<_, String>>()?;
        assert!(!globs.iter().any(|glob| matches!(glob.matcher, Matcher::Glob(_))), "all are plain");
        let set = Globs::of(&globs);
        for path in paths.iter().map(|path| RepoPath::from(path.as_str())) {
            let mut matching = Vec::new();
            for (number, (glob, oracle)) in globs.iter().zip(&oracles).enumerate() {
                let expected = oracle.is_match_candidate(&Candidate::from_bytes(path.as_bytes()));
                assert_eq!(glob.matches(&path), expected, "{} {path}", glob.text);
                matching.extend(expected.then_some(number));
            }
            assert_eq!(set.matching(&path), matching, "{path}");
            assert_eq!(set.matches(&path), !matching.is_empty(), "{path}");
        }
        Ok(())
    }

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
