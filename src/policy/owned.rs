//! What a concept owns: `class *Manager`, `def **.handle`, `const LIMIT`, or a bare pattern for any of them.
//!
//! A pattern means a definition at module level; `*.name` one level down, `**.name` at any depth.

use regex::Regex;

use super::dotted::compile;
use crate::facts::DefinitionKind;

#[derive(Clone, Debug)]
pub struct Owned {
    pub text: String,
    pub kind: Option<DefinitionKind>,
    pattern: Regex,
}

impl Owned {
    /// The error says what is wrong, for a person.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (kind, name) = match text.split_once(' ') {
            Some((word, name)) => match DefinitionKind::ALL.into_iter().find(|kind| kind.word() == word) {
                Some(kind) => (Some(kind), name),
                None => return Err(format!("`{word}` is none of `class`, `def`, `const`")),
            },
            None => (None, text),
        };
        let name = name.trim();
        let sound = |part: &str| {
            !part.is_empty() && part.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, '_' | '*' | '?'))
        };
        if !name.split('.').all(sound) {
            return Err(format!("`{text}` is no pattern of names such as `class *Manager` or `def **.handle`"));
        }
        if name.split('.').all(|part| part.chars().all(|ch| ch == '*')) {
            return Err(format!("`{text}` would own every name"));
        }
        let parts: Vec<&str> = name.split('.').collect();
        Ok(Self { text: text.to_owned(), kind, pattern: compile(&parts, "")? })
    }

    /// Whether a definition of that kind and qualified name is owned. An alias has no kind: it matches by name.
    pub fn matches(&self, kind: Option<DefinitionKind>, name: &str) -> bool {
        let same_kind = match (self.kind, kind) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        };
        same_kind && self.pattern.is_match(name)
    }
}

#[cfg(test)]
mod tests {
    use super::Owned;
    use crate::facts::DefinitionKind::{Class, Function};

    #[test]
    fn depth_and_kind() {
        for (pattern, kind, name, expected) in [
            ("class *Manager", Class, "WebSocketManager", true),
            ("class *Manager", Function, "WebSocketManager", false),
            ("class *Manager", Class, "Outer.WebSocketManager", false),
            ("def **.handle", Function, "A.B.handle", true),
            ("def **.handle", Function, "handle", true),
            ("def *.handle", Function, "handle", false),
            ("def *.handle", Function, "A.handle", true),
            ("get_env", Function, "get_env", true),
            ("get_env", Class, "get_env2", false),
        ] {
            let owned = Owned::parse(pattern).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(owned.matches(Some(kind), name), expected, "{pattern} {name}");
        }
        for wrong in ["", "klass X", "class a b", "*", "**", "class *", "a-b"] {
            assert!(Owned::parse(wrong).is_err(), "{wrong}");
        }
    }
}
