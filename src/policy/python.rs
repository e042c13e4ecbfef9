//! `[python]`, `[import-path-policy]` and `same-name`: how Python is read and how imports are written.

use std::ops::Range;

use super::dotted::Dotted;
use super::read::{self, Layers};
use crate::facts::{DefinitionKind, Version};

#[derive(Clone, Debug)]
pub struct Python {
    /// None: what the project says it requires, else the newest release.
    pub version: Option<Version>,
    /// Folders where absolute imports start; none: found from the tree.
    pub roots: Option<Vec<String>>,
    /// Where the policy writes each of them.
    pub root_ranges: Vec<Range<usize>>,
    /// Modules that exist only after a build.
    pub built: Vec<Dotted>,
}

impl Python {
    pub(super) fn read(layers: &Layers<'_, '_>) -> Self {
        let texts = |name| {
            let items = layers.get("python", name)?.get_ref().as_array()?;
            Some(items.iter().filter_map(|item| item.get_ref().as_str().map(str::to_owned)).collect::<Vec<_>>())
        };
        let root_list = layers.get("python", "roots").and_then(|value| value.get_ref().as_array());
        let version = layers.table("python", "version").and_then(|table| read::text(table, "version"));
        Self {
            version: version.and_then(|(text, _)| read::release(text)),
            roots: texts("roots").map(|roots| roots.iter().map(|root| read::folder(root).to_owned()).collect()),
            root_ranges: root_list.into_iter().flatten().map(|root| root.span()).collect(),
            built: texts("built").unwrap_or_default().iter().filter_map(|text| Dotted::parse(text).ok()).collect(),
        }
    }
}

/// Which relative imports are banned, in ruff's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relative {
    All,
    Parents,
    None,
}

#[derive(Clone, Copy, Debug)]
pub struct Imports {
    pub relative: Relative,
    /// Whether imports under `if TYPE_CHECKING` are judged.
    pub type_checking: bool,
    /// Whether strings of calls that resolve a dotted name are judged.
    pub strings: bool,
}

impl Imports {
    pub(super) fn read(layers: &Layers<'_, '_>) -> Self {
        let text = |name| {
            let table = layers.table("import-path-policy", name);
            table.and_then(|table| read::text(table, name)).map_or("", |(text, _)| text)
        };
        Self {
            relative: match text("relative") {
                "all" => Relative::All,
                "parents" => Relative::Parents,
                _ => Relative::None,
            },
            type_checking: text("type-checking") != "ignore",
            strings: text("strings") != "off",
        }
    }
}

/// Which definitions of one name are duplicates.
#[derive(Clone, Debug)]
pub struct SameName {
    pub kinds: Vec<DefinitionKind>,
    /// Whether they are duplicates whatever their bodies are.
    pub any_bodies: bool,
}

impl SameName {
    pub(super) fn read(layers: &Layers<'_, '_>) -> Self {
        let tables = [layers.policy, layers.defaults]
            .map(|layer| read::table(layer, "no-duplicate-concepts").and_then(|table| read::table(table, "same-name")));
        let get = |name| tables.iter().flatten().find_map(|table| table.get(name));
        let kinds = get("kinds").and_then(|value| value.get_ref().as_array());
        let kind = |text: &str| match text {
            "class" => DefinitionKind::Class,
            "def" => DefinitionKind::Function,
            _ => DefinitionKind::Constant,
        };
        Self {
            kinds: kinds.into_iter().flatten().filter_map(|item| item.get_ref().as_str().map(kind)).collect(),
            any_bodies: get("bodies").and_then(|value| value.get_ref().as_str()) == Some("any"),
        }
    }
}
