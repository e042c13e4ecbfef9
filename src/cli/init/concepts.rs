//! Concepts to declare: names that several modules define alike, as the rule `same-name` finds them.

use std::collections::BTreeMap;

use crate::facts::{Detail, Facts};
use crate::finding::Finding;
use crate::gather::{Seen, gather};
use crate::path::{RepoPath, printable};
use crate::policy::write;
use crate::source::{Source, SourceError, Tree};
use crate::survey::glob_of;

/// How many concepts are proposed, and how many places are named of each.
const MOST: usize = 10;
const MOST_PLACES: usize = 3;

/// The most copied first; each name once, for two concepts cannot own the same.
pub fn propose<'f>(
    source: &dyn Source,
    tree: &Tree,
    findings: impl Iterator<Item = &'f Finding>,
) -> Result<String, SourceError> {
    let mut groups: BTreeMap<(&str, &RepoPath), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        if let Some(home) = finding.related.first() {
            groups.entry((finding.subject.as_str(), &home.path)).or_default().push(finding);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, copies)| std::cmp::Reverse(copies.len()));
    let mut seen = Vec::new();
    let mut out = String::new();
    for ((name, home), copies) in groups {
        let Some(glob) = glob_of(home).filter(|_| !seen.contains(&name) && seen.len() < MOST) else { continue };
        seen.push(name);
        let mut places: Vec<_> =
            copies.iter().take(MOST_PLACES).map(|copy| format!("`{}`", printable(copy.path.as_bytes()))).collect();
        if copies.len() > MOST_PLACES {
            places.push(format!("{} more", copies.len() - MOST_PLACES));
        }
        let why = copies.first().and_then(|copy| copy.related.first()).map_or("", |home| home.message.as_str());
        out.push_str(&format!(
            "\n# `{name}` is defined alike {} times: in `{}` ({why}), {}.\n#[concept.{}]\n#home = {}\n#owns = [{}]\n",
            copies.len() + 1,
            printable(home.as_bytes()),
            places.join(", "),
            write::key(name),
            write::text(&glob),
            write::text(&as_owned(name, &definitions(source, tree, home)?)),
        ));
    }
    Ok(out)
}

/// The facts of a file; none where it has none.
fn definitions(source: &dyn Source, tree: &Tree, path: &RepoPath) -> Result<Facts, SourceError> {
    let entries: Vec<_> = tree.get(path.as_bytes()).into_iter().collect();
    let seen = gather(source, &entries, None, Detail::Heads)?.pop();
    Ok(if let Some(Seen::Facts(facts)) = seen { facts } else { Facts::default() })
}

/// `class Name`, as it stands in the file: what bears the name and is of another kind is another thing.
fn as_owned(name: &str, facts: &Facts) -> String {
    let mut definitions = facts.code.iter().flat_map(|code| &code.definitions);
    let definition = definitions.find(|definition| definition.name == name);
    definition.map_or_else(|| name.to_owned(), |definition| format!("{} {name}", definition.kind.word()))
}
