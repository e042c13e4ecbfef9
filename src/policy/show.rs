//! What holds, and where each value comes from: for `ssot policy`.

use toml::de::{DeTable, DeValue};

use super::keys::{self, Key, Takes};
use super::{DEFAULTS, Origin, PolicyFile, read, tool_value, write};

/// A value on one line, and the line of the policy that writes it; none for a built-in default.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown {
    pub table: String,
    pub key: String,
    pub value: String,
    pub line: Option<u32>,
}

/// Every key that holds, in the order of the list of keys. `file` is a policy without mistakes.
pub fn shown(file: &PolicyFile) -> Vec<Shown> {
    let (own, _) = read::document(&file.text);
    let (defaults, _) = DeTable::parse_recoverable(DEFAULTS);
    let empty = DeTable::new();
    let own = match file.origin {
        Origin::Pyproject => tool_value(own.get_ref()).and_then(|value| value.get_ref().as_table()).unwrap_or(&empty),
        _ => own.get_ref(),
    };
    let layers = [Layer { table: own, file: Some(file) }, Layer { table: defaults.get_ref(), file: None }];
    let mut out = Vec::new();
    for key in keys::POLICY {
        match key.takes {
            Takes::Table(keys) => keys.iter().for_each(|inner| of_key(key.name, inner, &layers, &mut out)),
            Takes::Map { .. } => {
                layers.iter().for_each(|layer| layer.entries(layer.table, key.name, key.name, &mut out))
            }
            _ => of_key("", key, &layers, &mut out),
        }
    }
    out
}

struct Layer<'t, 'i> {
    table: &'t DeTable<'i>,
    /// None for the built-in defaults.
    file: Option<&'t PolicyFile>,
}

impl<'t, 'i> Layer<'t, 'i> {
    /// A key of a section, or of the whole.
    fn get(&self, section: &str, name: &str) -> Option<&'t read::Value<'i>> {
        let table = if section.is_empty() { Some(self.table) } else { read::table(self.table, section) };
        table?.get(name)
    }

    fn value(&self, value: &read::Value<'_>) -> (String, Option<u32>) {
        (write::value(value), self.file.map(|file| file.span(value.span()).start.line))
    }

    /// The entries of a free table, each on its own.
    fn entries(&self, table: &DeTable<'_>, name: &str, shown: &str, out: &mut Vec<Shown>) {
        for (key, value) in read::table(table, name).into_iter().flatten() {
            let (value, line) = self.value(value);
            let key = write::key(key.get_ref());
            out.push(Shown { table: shown.to_owned(), key, value, line });
        }
    }
}

fn of_key(section: &str, key: &Key, layers: &[Layer<'_, '_>], out: &mut Vec<Shown>) {
    let mut push = |(value, line)| out.push(Shown { table: section.to_owned(), key: key.name.to_owned(), value, line });
    let adds = matches!(key.takes, Takes::List(Takes::Table(_)));
    for layer in layers.iter().rev().filter(|_| adds) {
        let Some(DeValue::Array(items)) = layer.get(section, key.name).map(toml::Spanned::get_ref) else { continue };
        items.iter().filter(|item| item.get_ref().is_table()).for_each(|item| push(layer.value(item)));
    }
    if keys::EXTENDED.contains(&key.name) {
        layers.iter().rev().filter_map(|layer| Some(layer.value(layer.get(section, key.name)?))).for_each(push);
        return;
    }
    let holder = layers.iter().find_map(|layer| Some((layer, layer.get(section, key.name)?)));
    if let Some((layer, value)) = holder.filter(|_| !adds) {
        push(layer.value(value));
    }
}
