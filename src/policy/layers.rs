//! The layers of a contract: `"web"`, `"services | agents"`, `"(plugins) : db"`, the highest first.

use std::ops::Range;

use toml::de::DeTable;

use super::concept::names;
use super::contract::{Modules, modules};
use super::dotted::Target;
use super::error::PolicyError;

/// Layers, each of which may import those below it and none above.
#[derive(Clone, Debug)]
pub struct Layers {
    /// The highest first.
    pub levels: Vec<Level>,
    /// The packages in which the layers repeat; the names of layers are whole where there are none.
    pub containers: Modules,
    /// Whether each child of a container must be a layer.
    pub exhaustive: bool,
    /// Children of containers that need not be.
    pub ignored: Vec<String>,
}

/// One layer, of one module or of several side by side.
#[derive(Clone, Debug)]
pub struct Level {
    pub parts: Vec<Part>,
    /// Whether its parts must not import each other.
    pub independent: bool,
    /// Whether what stands above must go through it to what stands below.
    pub closed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// A module; within each container where there are containers.
    pub name: String,
    /// Whether it may be missing.
    pub optional: bool,
    pub range: Range<usize>,
}

impl Layers {
    pub(super) fn read(table: &DeTable<'_>, errors: &mut Vec<PolicyError>) -> Self {
        let mut levels: Vec<Level> = Vec::new();
        for (text, range) in names(table, "layers") {
            let Ok(mut level) = Level::parse(&text) else { continue };
            for part in &mut level.parts {
                part.range = range.clone();
                if levels.iter().any(|level| level.parts.iter().any(|other| other.name == part.name)) {
                    let error = PolicyError::new(range.clone(), format!("the layer `{}` stands twice", part.name));
                    errors.push(error.help("a module is in one layer"));
                }
            }
            levels.push(level);
        }
        for (name, range) in names(table, "closed") {
            match levels.iter_mut().find(|level| level.parts.iter().any(|part| part.name == name)) {
                Some(level) => level.closed = true,
                None => {
                    let error = PolicyError::new(range, format!("`{name}` is none of the `layers`"));
                    errors.push(error.help("`closed` names those layers that nobody above may go around"));
                }
            }
        }
        let containers = modules(table, "containers");
        let exhaustive = table.get("exhaustive").filter(|value| value.get_ref().as_bool() == Some(true));
        let needs = |key: &str, range, of: &str| {
            PolicyError::new(range, format!("`{key}` says something only together with `{of}`"))
        };
        if let Some(value) = exhaustive.filter(|_| containers.is_empty()) {
            let error = needs("exhaustive", value.span(), "containers");
            errors.push(error.help("name the packages whose children must all be layers"));
        }
        if let Some(value) = table.get("exhaustive-ignores").filter(|_| exhaustive.is_none()) {
            errors.push(needs("exhaustive-ignores", value.span(), "exhaustive = true"));
        }
        let ignored = names(table, "exhaustive-ignores").into_iter().map(|(name, _)| name).collect();
        Self { levels, containers, exhaustive: exhaustive.is_some(), ignored }
    }
}

impl Level {
    /// The error says what is wrong, for a person.
    pub fn parse(text: &str) -> Result<Self, String> {
        let independent = !text.contains(':');
        if !independent && text.contains('|') {
            return Err(format!("the layer `{text}` has both `|` and `:`: its modules are independent, or not"));
        }
        let mut parts: Vec<Part> = Vec::new();
        for part in text.split(['|', ':']).map(str::trim) {
            let inner = part.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
            let name = inner.unwrap_or(part).trim();
            let is_module = Target::parse(name).is_ok_and(|target| target.name.is_none());
            if !is_module {
                let what = if name.is_empty() { "has an empty place".to_owned() } else { format!("has `{part}`") };
                return Err(format!(
                    "the layer `{text}` {what}: write `a`, `(a)` if it may be missing, `a | b` or `a : b`"
                ));
            }
            if parts.iter().any(|other| other.name == name) {
                return Err(format!("the layer `{text}` names `{name}` twice"));
            }
            parts.push(Part { name: name.to_owned(), optional: inner.is_some(), range: 0..0 });
        }
        Ok(Self { parts, independent, closed: false })
    }
}

/// What a contract of type `interface` exposes.
#[derive(Clone, Debug)]
pub enum Exposed {
    /// A module and all below it.
    Module(String),
    /// One name in a module, and what hangs on it.
    Name(Target),
    /// The names in a module, without its submodules.
    Names(String),
}

impl Exposed {
    /// The error says what is wrong, for a person.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(module) = text.strip_suffix(":*") {
            return match Target::parse(module)? {
                Target { module, name: None } => Ok(Self::Names(module)),
                Target { .. } => Err(format!("`{text}` has two colons")),
            };
        }
        Ok(match Target::parse(text)? {
            Target { module, name: None } => Self::Module(module),
            target => Self::Name(target),
        })
    }

    /// The module that it names, or whose names it names.
    pub fn module(&self) -> &str {
        match self {
            Self::Module(module) | Self::Names(module) => module,
            Self::Name(target) => &target.module,
        }
    }
}

impl std::fmt::Display for Exposed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Module(module) => f.write_str(module),
            Self::Name(target) => target.fmt(f),
            Self::Names(module) => write!(f, "{module}:*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Exposed, Level};

    #[test]
    fn levels() {
        let shown = |text: &str| {
            let level = Level::parse(text).unwrap_or_else(|error| panic!("{error}"));
            let parts: Vec<_> = level.parts.iter().map(|part| (part.name.clone(), part.optional)).collect();
            (parts, level.independent)
        };
        let own = |name: &str, optional| (name.to_owned(), optional);
        assert_eq!(shown("shop.web"), (vec![own("shop.web", false)], true));
        assert_eq!(shown("a | (b)|c"), (vec![own("a", false), own("b", true), own("c", false)], true));
        assert_eq!(shown("(a) : b"), (vec![own("a", true), own("b", false)], false));
        for wrong in ["", "a |", "a | b : c", "a.*", "a | a", "(a", "a b", "()", "((a))"] {
            assert!(Level::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn exposed() {
        for right in ["a.b", "a.b:C", "a.b:*"] {
            assert!(Exposed::parse(right).is_ok(), "{right}");
        }
        for wrong in ["", "a.*", ":*", "a:b:*", "a:", "*"] {
            assert!(Exposed::parse(wrong).is_err(), "{wrong}");
        }
    }
}
