//! What was meant by what a policy does not take: the help of its mistakes.

use toml::de::DeValue;

use super::error::nearest;
use super::keys::{Key, MapKeys, POLICY, Takes};

/// A key that is in as many tables says nothing of which one was meant.
const MOST_TABLES: usize = 2;

/// For a key that is none of `keys`.
pub fn by_key(name: &str, keys: &[Key]) -> String {
    let names = || keys.iter().map(|key| key.name);
    let with_part = || names().find(|known| known.split('-').any(|part| part == name));
    if let Some(known) = nearest(name, names()).or_else(with_part) {
        return format!("did you mean `{known}`?");
    }
    let homes = homes(name);
    if (1..=MOST_TABLES).contains(&homes.len()) {
        return format!("it stands below {}", or(&homes));
    }
    format!("known here: {}", listed(keys))
}

/// For a value that is not of the type that the key takes; empty where the message says it.
pub fn by_value(name: &str, takes: Takes, written: &DeValue<'_>) -> String {
    match (takes, written) {
        (Takes::Table(keys), _) if keys.iter().any(|key| key.name == name) && !homes(name).is_empty() => {
            format!("it stands below {}", or(&homes(name)))
        }
        (Takes::Table(keys), DeValue::String(text)) if choice(keys, text).is_some() => {
            let key = choice(keys, text).unwrap_or_default();
            format!("write `{name} = {{ {key} = \"{text}\" }}`")
        }
        (Takes::Table(keys), DeValue::Boolean(true)) => {
            format!("`{name} = {{}}` takes what is built in; known in it: {}", listed(keys))
        }
        (Takes::Table(keys), _) => format!("known in it: {}", listed(keys)),
        (Takes::List(Takes::Table(_)), DeValue::Table(_)) => {
            format!("put it in brackets: `{name} = [{{ … }}]`, or its header in two")
        }
        (Takes::List(Takes::Table(keys)), _) => format!("write `{name} = [{{ … }}]`; known in it: {}", listed(keys)),
        (Takes::List(_), DeValue::String(text)) if !text.contains(['"', '\\', '\n']) => {
            format!("write `{name} = [\"{}\"]`", crate::path::printable(text.as_bytes()))
        }
        _ => String::new(),
    }
}

/// The key that takes `text` as one of few.
fn choice(keys: &[Key], text: &str) -> Option<&'static str> {
    let takes = |key: &&Key| matches!(key.takes, Takes::Choice(known) if known.contains(&text));
    keys.iter().find(takes).map(|key| key.name)
}

fn listed(keys: &[Key]) -> String {
    keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")
}

fn or(headers: &[String]) -> String {
    headers.iter().map(|header| format!("`{header}`")).collect::<Vec<_>>().join(" or ")
}

/// The headers of the tables that know a key, as they are written.
fn homes(name: &str) -> Vec<String> {
    let mut homes = Vec::new();
    let mut open: Vec<(String, bool, &[Key])> = vec![(String::new(), false, POLICY)];
    while let Some((path, is_list, keys)) = open.pop() {
        for key in keys {
            let path = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
            match key.takes {
                Takes::Table(inner) => open.push((path, false, inner)),
                Takes::List(Takes::Table(inner)) => open.push((path, true, inner)),
                Takes::Map { keys: MapKeys::Name, value: Takes::Table(inner) } => {
                    open.push((format!("{path}.NAME"), false, inner));
                }
                _ => {}
            }
        }
        if !path.is_empty() && keys.iter().any(|key| key.name == name) {
            homes.push(if is_list { format!("[[{path}]]") } else { format!("[{path}]") });
        }
    }
    homes.sort();
    homes
}
