//! What holds, and where each value comes from: for `ssot policy`.

use std::borrow::Cow;

use toml::de::{DeTable, DeValue};

use super::keys::{self, Key, Takes};
use super::{DEFAULTS, Origin, PolicyFile, read, tool_table};
use crate::finding::Position;

/// A value as it is written, and the line that writes it; none for a built-in default.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown {
    pub table: String,
    pub key: String,
    pub value: String,
    pub line: Option<u32>,
}

/// Every key that holds, in the order of the list of keys. `file` is a policy without mistakes.
pub fn shown(file: &PolicyFile) -> Vec<Shown> {
    let (own, _) = DeTable::parse_recoverable(&file.text);
    let (defaults, _) = DeTable::parse_recoverable(DEFAULTS);
    let empty = DeTable::new();
    let own = match file.origin {
        Origin::Pyproject => tool_table(own.get_ref()).map_or(&empty, |(table, _)| table),
        _ => own.get_ref(),
    };
    let layers = [
        Layer { table: own, text: &file.text, own: true },
        Layer { table: defaults.get_ref(), text: DEFAULTS, own: false },
    ];
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
    text: &'t str,
    own: bool,
}

impl<'t, 'i> Layer<'t, 'i> {
    /// A key of a section, or of the whole.
    fn get(&self, section: &str, name: &str) -> Option<&'t read::Value<'i>> {
        let table = if section.is_empty() { Some(self.table) } else { read::table(self.table, section) };
        table?.get(name)
    }

    /// A value as it would stand on one line, and the line where it starts.
    fn value(&self, value: &read::Value<'_>) -> (String, Option<u32>) {
        (self.inline(value), self.own.then(|| Position::of(self.text, value.span().start).line))
    }

    /// Tables and lists are put together anew: they may stand under a header, over several lines, with comments.
    fn inline(&self, value: &read::Value<'_>) -> String {
        match value.get_ref() {
            DeValue::Table(table) if table.is_empty() => "{}".to_owned(),
            DeValue::Table(table) => {
                let mut entries: Vec<_> = table.iter().collect();
                entries.sort_by_key(|(key, _)| key.span().start);
                let entry = |(key, value)| format!("{} = {}", written_key(key), self.inline(value));
                format!("{{ {} }}", entries.into_iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            DeValue::Array(items) => {
                format!("[{}]", items.iter().map(|item| self.inline(item)).collect::<Vec<_>>().join(", "))
            }
            _ => self.text.get(value.span()).unwrap_or_default().to_owned(),
        }
    }

    /// The entries of a free table, each on its own.
    fn entries(&self, table: &DeTable<'_>, name: &str, shown: &str, out: &mut Vec<Shown>) {
        for (key, value) in read::table(table, name).into_iter().flatten() {
            let (value, line) = self.value(value);
            out.push(Shown { table: shown.to_owned(), key: written_key(key), value, line });
        }
    }
}

fn written_key(key: &toml::Spanned<Cow<'_, str>>) -> String {
    let bare = key.get_ref().bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if bare { key.get_ref().to_string() } else { format!("{:?}", key.get_ref()) }
}

fn of_key(section: &str, key: &Key, layers: &[Layer<'_, '_>], out: &mut Vec<Shown>) {
    let mut push = |(value, line)| out.push(Shown { table: section.to_owned(), key: key.name.to_owned(), value, line });
    let adds = matches!(key.takes, Takes::List(Takes::Table(_)));
    for layer in layers.iter().rev().filter(|_| adds) {
        let Some(DeValue::Array(items)) = layer.get(section, key.name).map(toml::Spanned::get_ref) else { continue };
        items.iter().filter(|item| item.get_ref().is_table()).for_each(|item| push(layer.value(item)));
    }
    let holder = layers.iter().find_map(|layer| Some((layer, layer.get(section, key.name)?)));
    if let Some((layer, value)) = holder.filter(|_| !adds) {
        push(layer.value(value));
    }
}
