//! Findings in what is staged, where the file on disk is another already: what is missing may be one `git add`.

use rustc_hash::FxHashSet;

use super::scope::Scope;
use crate::finding::Finding;
use crate::source::{Kind, Snapshot, WorktreeSource};

/// So many files with findings are compared with those on disk.
const MOST_COMPARED: usize = 100;

/// More are counted, not named.
const MOST_NAMED: usize = 5;

/// What to say of files with findings that were changed since they were staged. Where git cannot tell, nothing.
pub fn note(scope: &Scope, findings: &[Finding]) -> Option<String> {
    let repository = scope.repository.clone().filter(|_| scope.source.snapshot() == Snapshot::Index)?;
    let mut seen = FxHashSet::default();
    let files = findings.iter().map(|finding| &finding.path).filter(|path| seen.insert(*path));
    let entries = files.filter_map(|path| scope.tree.get(path.as_bytes())).filter(|entry| entry.kind == Kind::File);
    let entries: Vec<_> = entries.take(MOST_COMPARED).collect();
    if entries.is_empty() {
        return None;
    }
    let changed = WorktreeSource::unstaged(repository, &entries).ok()?;
    let paths: Vec<String> = changed.iter().map(|path| scope.here.show(path)).collect();
    let words: Option<Vec<String>> = paths.iter().take(MOST_NAMED + 1).map(|path| word(path)).collect();
    let named = words.filter(|words| words.len() <= MOST_NAMED);
    let command = named.map_or_else(|| "git add --update".to_owned(), |words| format!("git add {}", words.join(" ")));
    match paths.as_slice() {
        [] => None,
        [path] => Some(format!("{path} was changed since it was staged: where that mends it, `{command}`")),
        paths => {
            let count = paths.len();
            let which = if count > MOST_NAMED { format!("{count} of these files") } else { paths.join(", ") };
            Some(format!("{which} were changed since they were staged: where that mends them, `{command}`"))
        }
    }
}

/// A path as a word of a shell; none where it is shown with what stands for other bytes.
fn word(path: &str) -> Option<String> {
    let is_plain = |ch: char| ch.is_alphanumeric() || "_./-+@%,:".contains(ch);
    if path.contains('\\') {
        return None;
    }
    // Else git takes it for an option, or for a pattern.
    let path = if path.starts_with(['-', ':']) { &format!("./{path}") } else { path };
    Some(if path.chars().all(is_plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) })
}
