//! The JSON Schema of a policy, for editors: made from the list of keys.

use serde_json::{Map, Value, json};

use super::keys::{Key, POLICY, Takes};
use super::read::MOST;

/// The schema, as JSON Schema 2020-12.
pub fn schema() -> Value {
    let mut root = table(POLICY);
    root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    root.insert("title".to_owned(), json!("ssot.toml"));
    Value::Object(root)
}

fn table(keys: &[Key]) -> Map<String, Value> {
    let properties: Map<_, _> = keys
        .iter()
        .map(|key| {
            let mut value = takes(key.takes);
            value.insert("description".to_owned(), json!(key.doc));
            (key.name.to_owned(), Value::Object(value))
        })
        .collect();
    let required: Vec<_> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    object(json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false}))
}

fn takes(takes: Takes) -> Map<String, Value> {
    object(match takes {
        Takes::Version => json!({"const": 1}),
        Takes::Text => json!({"type": "string", "pattern": r"\S"}),
        Takes::Count { least } => json!({"type": "integer", "minimum": least, "maximum": MOST}),
        Takes::Day => json!({"type": "string", "format": "date"}),
        Takes::Glob | Takes::Folder | Takes::File => json!({"type": "string", "minLength": 1}),
        Takes::Globs => {
            json!({"oneOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]})
        }
        Takes::Size => {
            json!({"type": "string", "pattern": r"^(off|\s*([0-9]+\.?[0-9]*|\.[0-9]+)\s*([kKMG]?B|[KMG]iB)\s*)$"})
        }
        Takes::Lines => json!({"oneOf": [{"const": "off"}, {"type": "integer", "minimum": 1, "maximum": MOST}]}),
        Takes::UpTo(most) => json!({"type": "number", "minimum": 0, "maximum": most}),
        Takes::Flag => json!({"type": "boolean"}),
        Takes::Release => json!({"type": "string", "pattern": r"^3\.\d+$"}),
        Takes::Dotted | Takes::Module | Takes::Place | Takes::Owned | Takes::Layer | Takes::Exposed => {
            json!({"type": "string", "minLength": 1})
        }
        Takes::Replacement => json!({"type": "string"}),
        Takes::Either(choices) => {
            json!({"anyOf": choices.iter().map(|choice| self::takes(*choice)).collect::<Vec<_>>()})
        }
        Takes::Choice(known) => json!({"enum": known}),
        Takes::List(inner) => json!({"type": "array", "items": self::takes(*inner)}),
        Takes::Table(keys) => return table(keys),
        Takes::Map { value, .. } => json!({"type": "object", "additionalProperties": self::takes(*value)}),
    })
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
