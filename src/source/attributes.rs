//! What `.gitattributes` calls generated, from the files of the snapshot itself.
//!
//! Patterns are read as gitattributes(5) says: as in `.gitignore`, but a pattern for a folder does not reach
//! what lies below it. Only the attribute `linguist-generated` is asked for.

use std::path::Path;
use std::sync::Mutex;

use bstr::ByteSlice;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{Content, Entry, Kind, Source, SourceError, Tree};
use crate::path::RepoPath;

const FILE_NAME: &str = ".gitattributes";
const ATTRIBUTE: &[u8] = b"linguist-generated";

/// Files of attributes, the deepest folder first.
#[derive(Debug)]
pub struct Attributes {
    files: Vec<(Vec<u8>, Gitignore)>,
}

impl Attributes {
    /// The entries that hold attributes. Git follows no link for them either.
    pub fn entries(tree: &Tree) -> Vec<&Entry> {
        let holds = |entry: &&Entry| entry.kind == Kind::File && entry.path.name() == FILE_NAME.as_bytes();
        tree.entries().iter().filter(holds).collect()
    }

    pub fn load(source: &dyn Source, tree: &Tree) -> Result<Self, SourceError> {
        let entries = Self::entries(tree);
        let texts = Mutex::new(Vec::new());
        source.read(&entries, &|number, content| {
            if let (Content::Bytes(bytes), Ok(mut texts)) = (content, texts.lock()) {
                texts.push((number, bytes.to_vec()));
            }
        })?;
        let texts = texts.into_inner().unwrap_or_default();
        let mut files: Vec<_> =
            texts.iter().map(|(number, text)| (entries[*number].path.folder().to_vec(), matcher(text))).collect();
        files.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        Ok(Self { files })
    }

    pub fn is_generated(&self, path: &RepoPath) -> bool {
        let above = self.files.iter().filter(|(folder, _)| path.is_under(folder));
        let said = above.map(|(folder, matcher)| {
            let inner = path.as_bytes().get(folder.len()..).unwrap_or_default();
            let inner = inner.strip_prefix(b"/").unwrap_or(inner);
            matcher.matched(RepoPath::new(inner).to_os(), false)
        });
        said.into_iter().find(|said| !said.is_none()).is_some_and(|said| said.is_ignore())
    }
}

/// The patterns that set the attribute, and, negated, those that take it away.
fn matcher(text: &[u8]) -> Gitignore {
    let mut builder = GitignoreBuilder::new(Path::new(""));
    for line in text.lines() {
        let line = line.trim_ascii();
        if line.starts_with(b"#") || line.starts_with(b"!") || line.starts_with(b"[attr]") {
            continue;
        }
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let Some(pattern) = words.next().and_then(|pattern| pattern.to_str().ok()) else { continue };
        match words.filter_map(sets).next_back() {
            Some(true) => drop(builder.add_line(None, pattern)),
            Some(false) => drop(builder.add_line(None, &format!("!{pattern}"))),
            None => {}
        }
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
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
