//! What one file offers to others: names, signatures, values, and hashes of what functions do.
//!
//! More than the facts hold: it is read anew where two files are compared, and never cached.

use std::collections::BTreeSet;

use crate::finding::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Of a class, or of its objects.
    Attribute,
    Class,
    /// A name that is assigned at module level.
    Constant,
    /// What runs when the module is imported or started, and defines nothing; its name is its text.
    Effect,
    Function,
}

/// Where an argument may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Position,
    PositionOrName,
    Rest,
    Name,
    RestByName,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub place: Place,
    pub name: String,
    pub default: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub kind: Kind,
    /// `Outer.method`.
    pub name: String,
    pub span: Span,
    /// Of a function.
    pub parameters: Vec<Parameter>,
    pub is_async: bool,
    /// Of a constant or an attribute: literals as they are meant, all else as it is written.
    pub value: Option<String>,
    /// Of a class, as written, without type arguments.
    pub bases: Vec<String>,
    /// As written.
    pub decorators: Vec<String>,
    /// A hash of what a function does, or of what a value is made of; layout, comments and docstring aside.
    pub body: u64,
    /// The number of tokens behind that hash.
    pub tokens: usize,
    /// The names in it, those behind dots too.
    pub uses: BTreeSet<String>,
}

impl Item {
    /// The name without what holds it.
    pub fn own_name(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or(&self.name)
    }

    /// `f(a, b=1)`, `LIMIT = 3`, `class A(B)`.
    pub fn shown(&self) -> String {
        match self.kind {
            Kind::Class if self.bases.is_empty() => format!("class {}", self.name),
            Kind::Class => format!("class {}({})", self.name, self.bases.join(", ")),
            Kind::Function => {
                format!("{}{}({})", if self.is_async { "async " } else { "" }, self.name, self.signature())
            }
            Kind::Attribute | Kind::Constant => match &self.value {
                Some(value) => format!("{} = {}", self.name, short(value)),
                None => self.name.clone(),
            },
            Kind::Effect => short(&self.name),
        }
    }

    /// The parameters as Python writes them, without annotations.
    pub fn signature(&self) -> String {
        let mut parts = Vec::new();
        let mut before = Place::PositionOrName;
        for parameter in &self.parameters {
            if before == Place::Position && parameter.place != Place::Position {
                parts.push("/".to_owned());
            }
            if parameter.place == Place::Name && !matches!(before, Place::Rest | Place::Name) {
                parts.push("*".to_owned());
            }
            before = parameter.place;
            let stars = match parameter.place {
                Place::Rest => "*",
                Place::RestByName => "**",
                _ => "",
            };
            let default = parameter.default.as_deref().map(|default| format!("={}", short(default)));
            parts.push(format!("{stars}{}{}", parameter.name, default.unwrap_or_default()));
        }
        if before == Place::Position {
            parts.push("/".to_owned());
        }
        parts.join(", ")
    }
}

/// What is shown of a long text: its start, on one line.
pub fn short(text: &str) -> String {
    const MOST: usize = 60;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", words.get(..end).unwrap_or_default()),
        None => words,
    }
}
