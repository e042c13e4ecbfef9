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
    let (pattern, rest) = unquoted(line).unwrap_or_else(|| {
        let end = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
        (line[..end].into(), &line[end..])
    });
    let words = rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let is_set = words.filter_map(sets).next_back()?;
    let pattern = match pattern {
        Cow::Borrowed(bytes) => Cow::Borrowed(bytes.to_str().ok()?),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).ok()?),
    };
    Some(if is_set { pattern } else { format!("!{pattern}").into() })
}

/// A pattern in quotes, as in C, and what stands behind it; none where the line starts with no such thing.
fn unquoted(line: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let mut rest = line.strip_prefix(b"\"")?;
    let mut pattern = Vec::new();
    loop {
        let (first, behind) = rest.split_first()?;
        rest = behind;
        match first {
            b'"' => return Some((pattern.into(), rest)),
            b'\\' => {
                let (byte, behind) = escaped(rest)?;
                pattern.push(byte);
                rest = behind;
            }
            byte => pattern.push(*byte),
        }
    }
}

/// The byte that an escape stands for, behind its backslash.
fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let byte = match *text.first()? {
        byte @ (b'"' | b'\\') => byte,
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        b'0'..=b'3' => {
            let digits = text.get(..3)?.to_str().ok()?;
            return Some((u8::from_str_radix(digits, 8).ok()?, &text[3..]));
        }
        _ => return None,
    };
    Some((byte, &text[1..]))
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

    #[test]
    fn patterns_in_quotes() -> Result<(), SourceError> {
        let text = b"\"a b/*\" linguist-generated\n\"caf\\303\\251.py\" linguist-generated\n\"\\tc\" -text linguist-generated\n\
            \"open linguist-generated\n\"d\\q\" linguist-generated\n";
        let source = MemorySource::new([(".gitattributes".into(), text.to_vec())]);
        let attributes = Attributes::load(&source, &Tree::new(source.entries()?))?;
        for (path, expected) in [
            ("a b/x.py", true),
            ("caf\u{e9}.py", true),
            ("\tc", true),
            ("a", false),
            ("open", false),
            ("\"open", true),
            ("d\\q", false),
        ] {
            assert_eq!(attributes.is_generated(&path.into()), expected, "{path}");
        }
        Ok(())
    }
}
