//! Where one policy asks for less than another, key by key.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::show::shown;
use super::{PolicyFile, write};

/// A key that asks for less than it did.
#[derive(Debug, PartialEq, Eq)]
pub struct Looser {
    /// From the top, with dots.
    pub key: String,
    /// What was done to it, for a sentence that starts with "this change".
    pub what: String,
    /// The line of the newer policy; none where it is not written there.
    pub line: Option<u32>,
}

/// Sections, and keys, that are judged in their own way or have no say in what is found.
const ASIDE: &[&str] = &["version", "levels", "defaults", "allow", "max-file-size"];
const WORDS: &[&str] = &["message", "owner", "docs", "reason", "new", "warn-days", "baseline", "exclude"];

/// Lists that let through what they name; all others ask for it.
const LETTING: &[&str] = &["tests", "built", "importers", "expose", "public", "home", "exhaustive-ignores"];

/// The words of a key from the least that it can ask to the most, and which of them holds where none is written.
const ASKING: &[(&str, &[&str], usize)] = &[
    ("relative", &["none", "parents", "all"], 1),
    ("type-checking", &["ignore", "check"], 1),
    ("strings", &["off", "calls"], 1),
    ("bodies", &["alike", "any"], 0),
    ("mode", &["exact", "renamed", "near"], 0),
    ("level", &["off", "warning", "error"], 2),
];

/// Numbers that ask for less the greater they are, and what holds where none is written.
const GREATER: &[(&str, f64)] = &[("min-tokens", 100.0), ("min-lines", 10.0), ("min-similarity", 0.7), (BUDGET, 100.0)];

const BUDGET: &str = "budget";
const CLOSED: &str = "closed";

struct Leaf {
    items: Vec<String>,
    is_list: bool,
    line: Option<u32>,
}

/// Where `new` asks for less than `old`, in the order of the keys. Concepts and contracts that one of them lacks, limits,
/// levels, allows and `exclude` are not told here.
pub fn looser(old: &PolicyFile, new: &PolicyFile) -> Vec<Looser> {
    let (before, after) = (leaves(old), leaves(new));
    let noun = |key: &str| {
        let mut parts = key.split('\0');
        matches!(parts.next(), Some("concept" | "contract")).then(|| parts.next().map(str::to_owned)).flatten()
    };
    let has = |leaves: &BTreeMap<String, Leaf>, key: &str| match noun(key) {
        Some(_) => {
            let start: Vec<_> = key.split('\0').take(2).collect();
            let start = start.join("\0") + "\0";
            leaves.range(start.clone()..).next().is_some_and(|(key, _)| key.starts_with(&start))
        }
        None => true,
    };
    let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
    keys.sort();
    keys.dedup();
    keys.retain(|key| has(&before, key) && has(&after, key));
    let told = |key: &String| {
        let what = change(key, before.get(key), after.get(key))?;
        let line = after.get(key).and_then(|leaf| leaf.line);
        Some(Looser { key: key.replace('\0', "."), what, line })
    };
    keys.into_iter().filter_map(told).collect()
}

/// What was done to a key, if it asks for less.
fn change(key: &str, old: Option<&Leaf>, new: Option<&Leaf>) -> Option<String> {
    let shown = key.replace('\0', ".");
    let name = meaning(key);
    let none: &[String] = &[];
    let (was, is) = (old.map_or(none, |leaf| &leaf.items), new.map_or(none, |leaf| &leaf.items));
    if was == is {
        return None;
    }
    if let Some((_, words, usual)) = ASKING.iter().find(|(key, ..)| *key == name) {
        let rank = |items: &[String]| {
            items
                .first()
                .and_then(|item| words.iter().position(|word| item.trim_matches('"') == *word))
                .unwrap_or(*usual)
        };
        return (rank(is) < rank(was))
            .then(|| format!("sets `{shown}` to {}", is.first().map_or("its default", |item| item)));
    }
    if let Some((_, usual)) = GREATER.iter().find(|(greater, _)| *greater == name) {
        let number = |items: &[String]| items.first().and_then(|item| item.parse().ok()).unwrap_or(*usual);
        return (number(is) > number(was)).then(|| format!("sets `{shown}` to {}", number(is)));
    }
    let is_flag = |items: &[String]| matches!(items, [one] if matches!(one.as_str(), "true" | "false"));
    if is_flag(was) || is_flag(is) {
        return matches!(was, [one] if one == "true").then(|| format!("sets `{shown}` to false"));
    }
    if name == "shim-until" {
        return (is > was && !is.is_empty()).then(|| format!("lets a shim stand longer: `{shown}`"));
    }
    let is_closed = name == CLOSED;
    if name == "in" && was.is_empty() {
        return Some(format!("narrows `{shown}`"));
    }
    if is_closed && new.is_none() {
        return Some(format!("opens `{shown}`"));
    }
    if LETTING.contains(&name) || is_closed {
        // One for one is a move. Where nothing was written, the usual holds: the home as the public place.
        let is_more = old.is_some() && (is.len() > was.len() || !matches!(name, "home" | "public"));
        let added = is.iter().find(|item| !was.contains(item)).filter(|_| is_more);
        return added.map(|item| format!("adds {item} to `{shown}`"));
    }
    let gone = was.iter().find(|item| !is.contains(item))?;
    let is_list = old.is_some_and(|leaf| leaf.is_list) || new.is_none();
    Some(if is_list { format!("takes {gone} out of `{shown}`") } else { format!("changes `{shown}`") })
}

/// What the policy calls a key: its last part, or the table in which people give names, of a folder, a glob, a service or an
/// old path. A folder may be called `docs`, and a concept `budget`.
fn meaning(key: &str) -> &str {
    let parts: Vec<&str> = key.split('\0').collect();
    match parts[..] {
        ["no-legacy-files", table @ CLOSED, _]
        | ["no-duplicate-concepts", table @ BUDGET, _]
        | ["project", table @ "services", _]
        | ["concept", _, table @ "legacy", _] => table,
        ["concept", _, "home", _] => "services",
        _ => parts.last().copied().unwrap_or(key),
    }
}

/// All values that hold, by their keys, whose parts a NUL divides.
fn leaves(file: &PolicyFile) -> BTreeMap<String, Leaf> {
    let mut leaves = BTreeMap::new();
    for value in shown(file) {
        let section = if value.table.is_empty() { &value.key } else { &value.table };
        // By another release of Python something else is a mistake, not less.
        let is_release = (value.table.as_str(), value.key.as_str()) == ("python", "version");
        if ASIDE.contains(&section.as_str()) || is_release {
            continue;
        }
        let text = format!("value = {}", value.value);
        let table = DeTable::parse_recoverable(&text).0;
        let Some(read) = table.get_ref().get("value") else { continue };
        let key = value.key.trim_matches('"');
        let path = if value.table.is_empty() { key.to_owned() } else { format!("{}\0{key}", value.table) };
        flatten(path, read, value.line, &mut leaves);
    }
    leaves
}

fn flatten(path: String, value: &toml::Spanned<DeValue<'_>>, line: Option<u32>, leaves: &mut BTreeMap<String, Leaf>) {
    match value.get_ref() {
        DeValue::Table(table) => {
            for (key, value) in table {
                flatten(format!("{path}\0{}", key.get_ref()), value, line, leaves);
            }
        }
        _ if WORDS.contains(&meaning(&path)) => {}
        DeValue::Array(items) => {
            let items: Vec<_> = items.iter().map(write::value).collect();
            // What adds to a built-in list comes behind it.
            let leaf = leaves.entry(path).or_insert(Leaf { items: Vec::new(), is_list: true, line });
            leaf.items.extend(items);
            leaf.line = line;
        }
        _ => drop(leaves.insert(path, Leaf { items: vec![write::value(value)], is_list: false, line })),
    }
}

#[cfg(test)]
mod tests {
    use super::looser;
    use crate::policy::{Origin, PolicyFile};

    const OLD: &str = "version = 1
[project]\ntests = [\"/tests/**\"]
[concept.db]\nhome = \"app.db\"\nowns = [\"class Db*\", \"def connect\"]\nwraps = [\"sqlite3\"]\ntests = true
legacy = { \"app.olddb\" = { new = \"app.db\", shim-until = 2026-12-31, reason = \"why\" } }
[contract.apart]\ntype = \"independence\"\nmodules = [\"a\", \"b\", \"c\"]
[no-legacy-files]\nforbidden = [\"*.tmpx\"]\nclosed = { \"src\" = [\"a.rs\"] }
[no-duplicate-concepts]\nsimilar-name = { noise = [\"turbo\"] }\nbudget = { \"**\" = 3 }\nclones = { mode = \"renamed\", min-tokens = 60 }
";

    fn told(from: &str, to: &str) -> Vec<String> {
        told_of(OLD, from, to)
    }

    fn told_of(old: &str, from: &str, to: &str) -> Vec<String> {
        let file = |text: &str| PolicyFile::new(Origin::SsotToml, "ssot.toml".into(), text.to_owned());
        assert!(old.contains(from), "{from}");
        looser(&file(old), &file(&old.replace(from, to))).into_iter().map(|looser| looser.what).collect()
    }

    #[test]
    fn what_asks_for_less() {
        for (from, to, said) in [
            ("tests = [\"/tests/**\"]", "tests = [\"**\"]", "adds \"**\" to `project.tests`"),
            (", \"def connect\"", "", "takes \"def connect\" out of `concept.db.owns`"),
            ("wraps = [\"sqlite3\"]\n", "", "takes \"sqlite3\" out of `concept.db.wraps`"),
            ("home = \"app.db\"", "home = [\"app.db\", \"app.x\"]", "adds \"app.x\" to `concept.db.home`"),
            ("tests = true", "tests = false", "sets `concept.db.tests` to false"),
            ("tests = true", "tests = true\nlevel = \"warning\"", "sets `concept.db.level` to \"warning\""),
            ("tests = true", "tests = true\nin = [\"app/**\"]", "narrows `concept.db.in`"),
            ("2026-12-31", "2027-12-31", "lets a shim stand longer: `concept.db.legacy.app.olddb.shim-until`"),
            (", \"c\"]", "]", "takes \"c\" out of `contract.apart.modules`"),
            ("\"independence\"", "\"protected\"", "changes `contract.apart.type`"),
            ("[\"*.tmpx\"]", "[]", "takes \"*.tmpx\" out of `no-legacy-files.forbidden`"),
            ("[\"a.rs\"]", "[\"a.rs\", \"b.rs\"]", "adds \"b.rs\" to `no-legacy-files.closed.src`"),
            ("closed = { \"src\" = [\"a.rs\"] }", "", "opens `no-legacy-files.closed.src`"),
            ("noise = [\"turbo\"]", "noise = []", "takes \"turbo\" out of `no-duplicate-concepts.similar-name.noise`"),
            ("{ \"**\" = 3 }", "{ \"**\" = 3.5 }", "sets `no-duplicate-concepts.budget.**` to 3.5"),
            ("{ \"**\" = 3 }", "{}", "sets `no-duplicate-concepts.budget.**` to 100"),
            ("min-tokens = 60", "min-lines = 9", "sets `no-duplicate-concepts.clones.min-tokens` to 100"),
            ("\"renamed\"", "\"exact\"", "sets `no-duplicate-concepts.clones.mode` to \"exact\""),
            (
                "version = 1\n",
                "version = 1\n[import-path-policy]\nstrings = \"off\"\n",
                "sets `import-path-policy.strings` to \"off\"",
            ),
        ] {
            assert_eq!(told(from, to), [said], "{to}");
        }
    }

    /// Folders, services and concepts may be called what keys are called.
    #[test]
    fn names_of_people_are_no_keys() {
        const OLD: &str = "version = 1
[project]\nservices = { docs = \"a\", new = \"b\" }
[concept.budget]\nhome = { docs = \"a.m\", new = \"b.m\" }\nowns = [\"class A\", \"class B\"]
[concept.version]\nhome = \"v\"\nowns = [\"class C\", \"class D\"]
[no-legacy-files]\nclosed = { docs = [\"a.md\"], level = [\"b.md\"] }
[no-duplicate-concepts]\nbudget = { docs = 1_000 }\n";
        for (from, to, said) in [
            (", new = \"b\"", "", "takes \"b\" out of `project.services.new`"),
            (", new = \"b.m\"", "", "takes \"b.m\" out of `concept.budget.home.new`"),
            (", \"class B\"", "", "takes \"class B\" out of `concept.budget.owns`"),
            (", \"class D\"", "", "takes \"class D\" out of `concept.version.owns`"),
            ("[\"a.md\"]", "[\"a.md\", \"c.md\"]", "adds \"c.md\" to `no-legacy-files.closed.docs`"),
            (", level = [\"b.md\"]", "", "opens `no-legacy-files.closed.level`"),
            ("1_000", "1_001", "sets `no-duplicate-concepts.budget.docs` to 1001"),
        ] {
            assert_eq!(told_of(OLD, from, to), [said], "{to}");
        }
    }

    #[test]
    fn what_does_not() {
        for (from, to) in [
            ("owns = [", "owns = [\"class X\", "),
            ("tests = true", "tests = true\nmessage = \"x\"\nowner = \"@x\""),
            ("2026-12-31", "2026-11-30"),
            ("[\"a.rs\"]", "[]"),
            ("{ noise = [\"turbo\"] }", "{ noise = [\"turbo\"], vague = [\"x\"], synonyms = [[\"a\", \"b\"]] }"),
            ("min-tokens = 60", "min-tokens = 50"),
            ("{ \"**\" = 3 }", "{ \"**\" = 2, \"a\" = 9 }"),
            (
                "[contract.apart]",
                "[contract.other]\ntype = \"forbidden\"\nfrom = [\"a\"]\nto = [\"b\"]\n[contract.apart]",
            ),
            ("version = 1\n", "version = 1\n[import-path-policy]\nrelative = \"all\"\n"),
        ] {
            assert_eq!(told(from, to), [""; 0], "{to}");
        }
    }
}
