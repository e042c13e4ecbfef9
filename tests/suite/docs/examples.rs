//! The policies and the lines for other programs that the documents show.

use ssot::policy::keys::{Key, POLICY, Takes};
use ssot::policy::{FILE_NAME, Origin, Policy, PolicyFile};
use ssot::rules::{HOOKS, find};

use super::{Block, Document, documents, files, read};

/// Every `toml` block but those for prek.
fn policies(document: &Document) -> Vec<Block> {
    let blocks = document.blocks().into_iter();
    blocks.filter(|block| block.language == "toml" && !block.text.starts_with("[[repos]]")).collect()
}

#[test]
fn every_policy_holds() {
    for document in documents() {
        for block in policies(&document) {
            let (policy, mistakes) =
                Policy::parse(PolicyFile::new(Origin::SsotToml, FILE_NAME.into(), block.text.clone()));
            let mistakes: Vec<_> = mistakes.iter().map(|mistake| &mistake.message).collect();
            assert!(mistakes.is_empty(), "{}: {mistakes:?}\n{}", document.name, block.text);
            let levels = policy.levels.iter().map(|level| &level.rule.value);
            for rule in levels.chain(policy.allows.iter().map(|allow| &allow.rule)) {
                assert!(find(rule).is_some(), "{}: there is no rule `{rule}`", document.name);
            }
        }
    }
}

#[test]
fn the_policy_by_example_has_every_key() {
    let readme = read("README.md");
    let section = readme.split("\n## ").find(|section| section.starts_with("The policy\n")).expect("the section");
    let document = Document { name: "README.md".to_owned(), text: section.to_owned() };
    let text = policies(&document).remove(0).text;
    let table: toml::Table = text.parse().expect("a policy");
    let mut missing = Vec::new();
    each_key(POLICY, &mut |name| {
        let shown = sets(&toml::Value::Table(table.clone()), name) || text.contains(&format!("`{name}`"));
        missing.extend((!shown).then_some(name));
    });
    assert_eq!(missing, [""; 0], "README.md: keys that the policy by example does not show");
}

/// Whether a table anywhere in `value` has the key.
fn sets(value: &toml::Value, key: &str) -> bool {
    match value {
        toml::Value::Table(table) => table.iter().any(|(name, value)| name == key || sets(value, key)),
        toml::Value::Array(values) => values.iter().any(|value| sets(value, key)),
        _ => false,
    }
}

fn each_key(keys: &[Key], seen: &mut dyn FnMut(&'static str)) {
    for key in keys {
        seen(key.name);
        match key.takes {
            Takes::Table(keys) => each_key(keys, seen),
            Takes::List(Takes::Table(keys)) => each_key(keys, seen),
            _ => {}
        }
    }
}

#[test]
fn snippets_name_this_repository_and_version() {
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    let repository = env!("CARGO_PKG_REPOSITORY");
    let action = format!("{}@{version}", repository.trim_start_matches("https://github.com/"));
    let mut seen = Vec::new();
    for file in files() {
        for block in file.blocks().iter().filter(|block| ["sh", "toml", "yaml"].contains(&block.language.as_str())) {
            for line in block.text.lines().map(|line| line.trim_start_matches([' ', '-'])) {
                let words: Vec<_> = line.split([' ', '"']).filter(|word| !word.is_empty()).collect();
                let after = |word: &str| words.iter().position(|w| *w == word).and_then(|at| words.get(at + 1));
                let (name, expected) = match words.first() {
                    Some(&"repo:" | &"repo") => (words.last(), repository),
                    Some(&"rev:" | &"rev") => (words.last(), version),
                    Some(&"uses:") if line.contains("/ssot@") => (words.get(1), action.as_str()),
                    Some(&"cargo") if line.contains("--git") => {
                        assert_eq!(after("--tag"), Some(&version), "{}: {line}", file.name);
                        (after("--git"), repository)
                    }
                    Some(&"id:") => {
                        let known = |id: &&str| *id == "ssot" || HOOKS.iter().any(|hook| hook.id == *id);
                        assert!(words.last().is_some_and(known), "{}: {line}", file.name);
                        continue;
                    }
                    _ => continue,
                };
                assert_eq!(name, Some(&expected), "{}: {line}", file.name);
                seen.push(format!("{} {}", file.name, words[0].trim_end_matches(':')));
            }
        }
    }
    for name in ["README.md", "docs/install.md"] {
        for word in ["cargo", "repo", "rev", "uses"] {
            assert!(seen.contains(&format!("{name} {word}")), "{name}: no line with `{word}`");
        }
    }
}
