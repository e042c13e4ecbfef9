//! Patterns in files that lie anywhere, as in `.gitignore`: each file's are for what lies below its own folder.

use std::borrow::Cow;
use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rustc_hash::FxHashMap;

use crate::path::RepoPath;

/// By folder. A deeper folder's patterns count before those above, and in one file the last that matches.
#[derive(Debug, Default)]
pub struct Patterns(FxHashMap<Vec<u8>, Gitignore>);

impl Patterns {
    /// Of each file the folder and its patterns, as gitignore(5) has them; a line that is none matches nothing.
    pub fn new<'t, P>(files: impl IntoIterator<Item = (&'t [u8], P)>) -> Self
    where
        P: IntoIterator<Item = Cow<'t, str>>,
    {
        Self(files.into_iter().map(|(folder, patterns)| (folder.to_vec(), matcher(patterns))).collect())
    }

    /// Whether a file is meant, or taken back; none where nothing is said of it.
    pub fn of(&self, file: &RepoPath) -> Option<bool> {
        self.ask(file, |matcher, inner| matcher.matched(inner, false).map(|_| ()))
    }

    /// The same, where a pattern for a folder reaches all that lies below it.
    pub fn reaching(&self, file: &RepoPath) -> Option<bool> {
        self.ask(file, |matcher, inner| matcher.matched_path_or_any_parents(inner, false).map(|_| ()))
    }

    fn ask(&self, file: &RepoPath, said: impl Fn(&Gitignore, &Path) -> Match<()>) -> Option<bool> {
        file.folders().find_map(|folder| {
            let matcher = self.0.get(folder)?;
            let inner = file.as_bytes().get(folder.len()..)?;
            let inner = RepoPath::new(inner.strip_prefix(b"/").unwrap_or(inner));
            let said = said(matcher, &inner.to_os());
            (!said.is_none()).then(|| said.is_ignore())
        })
    }
}

fn matcher<'t>(patterns: impl IntoIterator<Item = Cow<'t, str>>) -> Gitignore {
    let mut builder = GitignoreBuilder::new(Path::new(""));
    for pattern in patterns {
        let _ = builder.add_line(None, &pattern);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
