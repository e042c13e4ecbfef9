//! Values as TOML text, on one line.

use toml::de::DeValue;

use super::read::Value;
use crate::path::reorders;

/// A text in quotes. What would break the line, or make it show something else than it says, is escaped.
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for ch in text.chars() {
        match ch {
            '"' | '\\' => out.extend(['\\', ch]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            _ if ch.is_control() || reorders(ch) => out.push_str(&format!("\\u{:04X}", u32::from(ch))),
            _ => out.push(ch),
        }
    }
    out.push('"');
    out
}

/// A key: bare where TOML lets it be.
pub fn key(name: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !name.is_empty() && name.bytes().all(bare) { name.to_owned() } else { text(name) }
}

/// A value that was read, without the comments and line breaks it was written with.
pub fn value(value: &Value<'_>) -> String {
    match value.get_ref() {
        DeValue::String(string) => text(string),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Array(items) => format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(", ")),
        DeValue::Table(table) if table.is_empty() => "{}".to_owned(),
        DeValue::Table(table) => {
            let mut entries: Vec<_> = table.iter().collect();
            entries.sort_by_key(|(key, _)| key.span().start);
            let entries =
                entries.iter().map(|(name, value)| format!("{} = {}", key(name.get_ref()), self::value(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use toml::de::DeTable;

    use super::{key, text, value};

    #[test]
    fn texts_and_keys_are_read_back() {
        for written in ["", "a", "a b", "\"", "\\", "a\nb\tc\r", "\u{1}\u{7f}\u{85}", "\u{202e}x", "é☃😀", "'''"] {
            let document = format!("{} = {}", key(written), text(written));
            let (table, errors) = DeTable::parse_recoverable(&document);
            assert!(errors.is_empty(), "{document}: {errors:?}");
            let read = table.get_ref().get(written).and_then(|value| value.get_ref().as_str());
            assert_eq!(read, Some(written), "{document}");
            assert!(!document.contains(char::is_control), "{document:?}");
        }
    }

    #[test]
    fn values_are_on_one_line() {
        let document = "a = [\n  1, # one\n  { z = 'x', 'y y' = true },\n  2026-01-02,\n]\n[t]\nb = []\n";
        let table = DeTable::parse_recoverable(document).0;
        let shown = |name: &str| table.get_ref().get(name).map(value).unwrap_or_default();
        assert_eq!(shown("a"), r#"[1, { z = "x", "y y" = true }, 2026-01-02]"#);
        assert_eq!(shown("t"), "{ b = [] }");
    }
}
