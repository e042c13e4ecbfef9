//! The contracts of import-linter as those of a policy: what it has in `setup.cfg`, `.importlinter` or
//! `pyproject.toml`, the first that holds any.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anyhow::bail;
use toml::de::{DeTable, DeValue};

use crate::engine;
use crate::policy::{FILE_NAME, Origin, Policy, PolicyFile, write};
use crate::source::{Content, Kind, Source, SourceError, Tree};

const FILES: [&str; 3] = ["setup.cfg", ".importlinter", "pyproject.toml"];

/// The values of each key, one for each line or item.
type Options = BTreeMap<String, Vec<String>>;

/// What one file says.
#[derive(Debug, Default)]
struct Configuration {
    session: Options,
    /// By id, in the order of the text.
    contracts: Vec<(String, Options)>,
}

/// What was taken over, and what was not.
pub struct Taken {
    /// The end of the policy.
    pub text: String,
    /// One line for each thing that was left.
    pub left: Vec<String>,
}

/// Translates what import-linter is told, to stand behind `policy`.
pub fn take(source: &dyn Source, tree: &Tree, policy: &str) -> anyhow::Result<Taken> {
    let mut found = None;
    for file in FILES {
        let configuration = match text(source, tree, file)? {
            Some(text) if file.ends_with(".toml") => from_toml(&text),
            Some(text) => from_ini(&text),
            None => continue,
        };
        if !configuration.contracts.is_empty() {
            found = Some((file, configuration));
            break;
        }
    }
    let Some((file, configuration)) = found else {
        bail!("import-linter has no contracts here: neither setup.cfg, .importlinter nor pyproject.toml holds any");
    };
    let mut taken = Taken { left: Vec::new(), text: String::new() };
    if is_true(&configuration.session, "exclude_type_checking_imports") {
        taken.text.push_str("\n[import-path-policy]\ntype-checking = \"ignore\"\n");
    }
    taken.text.push_str(&format!(
        "\n# The contracts of import-linter in {file}. As there, test code is judged, and chains of imports are.\n"
    ));
    for (id, options) in &configuration.contracts {
        let (mut contract, mut left) = translated(id, options);
        if let Some(text) = &contract
            && let Some(mistake) = mistake(source, tree, &format!("{policy}{}{text}", taken.text))
        {
            left.push(format!("refused: {mistake}"));
            contract = Some(text.lines().map(|line| format!("#{line}\n")).collect());
        }
        let comments: String = left.iter().map(|left| format!("# not taken over: {left}\n")).collect();
        taken.text.push_str(&format!(
            "\n{comments}{}",
            contract.unwrap_or_else(|| format!("# [contract.{}]\n", write::key(id)))
        ));
        taken.left.extend(left.into_iter().map(|left| format!("{id}: {left}")));
    }
    Ok(taken)
}

/// The contract as a table, none where there is none of its type, and what could not be said in it.
fn translated(id: &str, options: &Options) -> (Option<String>, Vec<String>) {
    let get = |key: &str| options.get(key).map_or(&[][..], Vec::as_slice);
    let list = |key: &str| {
        let items: Vec<_> = get(key).iter().map(|item| write::text(item)).collect();
        format!("[{}]", items.join(", "))
    };
    let mut left = Vec::new();
    let kind = get("type").join(" ");
    let mut lines: Vec<String> = match kind.as_str() {
        "forbidden" => vec![
            format!("from = {}", list("source_modules")),
            format!("to = {}", list("forbidden_modules")),
            format!("indirect = {}", !is_true(options, "allow_indirect_imports")),
        ],
        "independence" => vec![format!("modules = {}", list("modules")), "indirect = true".to_owned()],
        "layers" => {
            let mut lines = vec![format!("layers = {}", list("layers"))];
            lines.extend((!get("containers").is_empty()).then(|| format!("containers = {}", list("containers"))));
            if is_true(options, "exhaustive") {
                lines.push("exhaustive = true".to_owned());
                let ignored = format!("exhaustive-ignores = {}", list("exhaustive_ignores"));
                lines.extend((!get("exhaustive_ignores").is_empty()).then_some(ignored));
            }
            lines.push("indirect = true".to_owned());
            lines
        }
        "protected" => vec![
            format!("modules = {}", list("protected_modules")),
            format!("importers = {}", list("allowed_importers")),
        ],
        "acyclic_siblings" => {
            // import-linter counts from the children down, and stops at 10 where nothing is said.
            let depth = get("depth").first().and_then(|depth| depth.parse::<u32>().ok()).unwrap_or(10);
            vec![format!("below = {}", list("ancestors")), format!("depth = {}", depth.saturating_add(1))]
        }
        kind => return (None, vec![format!("contracts of type \"{}\" are not known", crate::path::printable(kind))]),
    };
    let kind = if kind == "acyclic_siblings" { "acyclic" } else { kind.as_str() };
    lines.insert(0, format!("[contract.{}]\ntype = \"{kind}\"", write::key(id)));
    lines.push("tests = true".to_owned());
    let text = |key: &str, name: &str| {
        let text = get(name).join(" ");
        (!text.is_empty()).then(|| format!("{key} = {}", write::text(&text)))
    };
    lines.extend(text("message", "broken_contract_guidance"));
    lines.extend(text("reason", "name"));
    let ignored = |import: &String| format!("ignore_imports {import}: write an [[allow]] for what is found of it");
    left.extend(get("ignore_imports").iter().map(|import| ignored(&crate::path::printable(import))));
    left.extend(
        get("skip_descendants").iter().map(|skipped| format!("skip_descendants {}", crate::path::printable(skipped))),
    );
    if get("as_packages").iter().any(|value| value.eq_ignore_ascii_case("false")) {
        left.push("as_packages = false: a module means all below it too".to_owned());
    }
    (Some(lines.join("\n") + "\n"), left)
}

/// The first thing that is wrong with a policy.
fn mistake(source: &dyn Source, tree: &Tree, text: &str) -> Option<String> {
    let (policy, mut mistakes) = Policy::parse(PolicyFile::new(Origin::SsotToml, FILE_NAME.into(), text.to_owned()));
    mistakes.extend(engine::mistakes(&policy, source, tree));
    mistakes.into_iter().next().map(|mistake| crate::path::printable(mistake.message))
}

fn is_true(options: &Options, key: &str) -> bool {
    options.get(key).is_some_and(|values| values.iter().any(|value| value.eq_ignore_ascii_case("true")))
}

fn text(source: &dyn Source, tree: &Tree, file: &str) -> Result<Option<String>, SourceError> {
    let Some(entry) = tree.get(file.as_bytes()).filter(|entry| entry.kind == Kind::File) else { return Ok(None) };
    let found = Mutex::new(None);
    source.read(&[entry], &|_, content| {
        if let Content::Bytes(bytes) = content {
            *found.lock().unwrap_or_else(PoisonError::into_inner) = Some(String::from_utf8_lossy(bytes).into_owned());
        }
    })?;
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// As Python's configparser reads it: what is indented goes on with the value above.
fn from_ini(text: &str) -> Configuration {
    let mut sections: Vec<(&str, Options)> = Vec::new();
    let mut key = None;
    for line in text.lines() {
        let words = line.trim();
        if words.is_empty() || words.starts_with(['#', ';']) {
            continue;
        }
        if let Some(section) = words.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push((section, Options::new()));
            key = None;
            continue;
        }
        let Some((_, options)) = sections.last_mut() else { continue };
        if line.starts_with([' ', '\t']) {
            let values = key.as_ref().and_then(|key| options.get_mut(key));
            values.into_iter().for_each(|values: &mut Vec<String>| values.push(words.to_owned()));
            continue;
        }
        let (name, value) = words.split_once(['=', ':']).unwrap_or((words, ""));
        let name = name.trim().to_lowercase();
        let first = Some(value.trim()).filter(|value| !value.is_empty()).map(str::to_owned);
        options.insert(name.clone(), first.into_iter().collect());
        key = Some(name);
    }
    let mut found = Configuration::default();
    for (section, options) in sections {
        match section.strip_prefix("importlinter:contract:") {
            Some(id) => found.contracts.push((id.trim().to_owned(), options)),
            None if section == "importlinter" => found.session = options,
            None => {}
        }
    }
    found
}

fn from_toml(text: &str) -> Configuration {
    let (document, _) = DeTable::parse_recoverable(text);
    let inner = |table: &DeTable<'_>| -> Options {
        table.iter().map(|(key, value)| (key.get_ref().to_string(), values(value.get_ref()))).collect()
    };
    let tool = document.get_ref().get("tool").and_then(|tool| tool.get_ref().as_table());
    let linter = tool.and_then(|tool| tool.get("importlinter")).and_then(|linter| linter.get_ref().as_table());
    let Some(linter) = linter else { return Configuration::default() };
    let contracts = linter.get("contracts").and_then(|contracts| contracts.get_ref().as_array());
    let tables = contracts.into_iter().flatten().filter_map(|contract| contract.get_ref().as_table()).map(inner);
    let id = |number: usize, options: &Options| {
        let named = options.get("id").or_else(|| options.get("name")).and_then(|values| values.first());
        named.cloned().unwrap_or_else(|| format!("contract-{}", number + 1))
    };
    let contracts = tables.enumerate().map(|(number, options)| (id(number, &options), options)).collect();
    Configuration { session: inner(linter), contracts }
}

fn values(value: &DeValue<'_>) -> Vec<String> {
    match value {
        DeValue::String(text) => text.lines().map(str::to_owned).collect(),
        DeValue::Array(items) => items.iter().flat_map(|item| values(item.get_ref())).collect(),
        DeValue::Boolean(flag) => vec![flag.to_string()],
        DeValue::Integer(number) => vec![number.to_string()],
        _ => Vec::new(),
    }
}
