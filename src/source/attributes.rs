//! What `.gitattributes` calls generated, from the files of the snapshot itself.
//!
//! Patterns are read as gitattributes(5) says: as in `.gitignore`, but a pattern for a folder does not reach
//! what lies below it. Only the attribute `linguist-generated` is asked for.

use std::borrow::Cow;

use bstr::ByteSlice;

use super::{Entry, Kind, Patterns, Source, SourceError, Tree, contents};
use crate::path::RepoPath;

const FILE_NAME: &str = ".gitattributes";
const ATTRIBUTE: &[u8] = b"linguist-generated";

/// The patterns that set the attribute, and, negated, those that take it away.
#[derive(Debug)]
pub struct Attributes {
    patterns: Patterns,
    /// Whether all of them could be read.
    pub is_whole: bool,
}

impl Attributes {
    /// The entries that hold attributes. Git follows no link for them either.
    pub fn entries(tree: &Tree) -> Vec<&Entry> {
        let holds = |entry: &&Entry| entry.kind == Kind::File && entry.path.name() == FILE_NAME.as_bytes();
        tree.entries().iter().filter(holds).collect()
    }

    pub fn load(source: &dyn Source, tree: &Tree) -> Result<Self, SourceError> {
        let entries = Self::entries(tree);
        let texts = contents(source, tree, entries.iter().map(|entry| &entry.path))?;
        let patterns = texts.iter().map(|(path, text)| (path.folder(), text.lines().filter_map(pattern)));
        Ok(Self { patterns: Patterns::new(patterns), is_whole: texts.len() == entries.len() })
    }

    pub fn is_generated(&self, path: &RepoPath) -> bool {
        self.patterns.of(path).unwrap_or(false)
    }
}

/// What a line says of the attribute, as a pattern of gitignore(5).
fn pattern(line: &[u8]) -> Option<Cow<'_, str>> {
    let line = line.trim_ascii();
    if line.starts_with(b"#") || line.starts_with(b"!") || line.starts_with(b"[attr]") {
        return None;
    }
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let pattern = words.next()?.to_str().ok()?;
    let is_set = words.filter_map(sets).next_back()?;
    Some(if is_set { pattern.into() } else { format!("!{pattern}").into() })
}

/// What one word says of the attribute.
fn sets(word: &[u8]) -> Option<bool> {
    if let Some(name) = word.strip_prefix(b"-").or_else(|| word.strip_prefix(b"!")) {
        return (name == ATTRIBUTE).then_some(false);
    }
    match word.strip_prefix(ATTRIBUTE)? {
        b"" | b"=true" | b"=1" => Some(true),
        b"=false" | b"=0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Attributes;
    use crate::source::memory::MemorySource;
    use crate::source::{Source, SourceError, Tree};

    #[test]
    fn deepest_and_last_win() -> Result<(), SourceError> {
        let source = MemorySource::new([
            (".gitattributes".into(), b"*.lock linguist-generated\ngen/** linguist-generated=true\n# x\n".to_vec()),
            (
                "a/.gitattributes".into(),
                b"own.lock -linguist-generated\n*.js text linguist-generated eol=lf\n".to_vec(),
            ),
        ]);
        let attributes = Attributes::load(&source, &Tree::new(source.entries()?))?;
        for (path, expected) in [
            ("x.lock", true),
            ("a/x.lock", true),
            ("a/own.lock", false),
            ("own.lock", true),
            ("gen/x/y.py", true),
            ("a/b/c.js", true),
            ("c.js", false),
        ] {
            assert_eq!(attributes.is_generated(&path.into()), expected, "{path}");
        }
        Ok(())
    }
}
