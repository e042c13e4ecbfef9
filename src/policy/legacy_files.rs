//! `[no-legacy-files]`: what is a leftover, what must not exist, which folders are complete.

use toml::de::DeTable;

use super::error::PolicyError;
use super::glob::Glob;
use super::read::{self, Layers};
use super::{PolicyFile, Sited};

/// A folder whose list of files is complete.
#[derive(Clone, Debug)]
pub struct ClosedFolder {
    /// From the root, without a slash at either end; empty for the root.
    pub folder: Sited<String>,
    pub names: Vec<Sited<Glob>>,
}

impl ClosedFolder {
    /// The folder for a person, in backquotes.
    pub fn shown(&self) -> String {
        if self.folder.value.is_empty() { "the root".to_owned() } else { format!("`{}`", self.folder.value) }
    }
}

#[derive(Clone, Debug)]
pub struct LegacyFiles {
    /// Whether the built-in list of leftover names holds.
    pub built_in: bool,
    pub patterns: Vec<Sited<Glob>>,
    pub forbidden: Vec<Sited<Glob>>,
    pub closed: Vec<ClosedFolder>,
}

impl LegacyFiles {
    pub(super) fn read(layers: &Layers<'_, '_>, file: &PolicyFile, errors: &mut Vec<PolicyError>) -> Self {
        let globs = |name: &str| -> Vec<Sited<Glob>> {
            let found = layers.get("no-legacy-files", name).map(read::globs).unwrap_or_default();
            found.into_iter().map(|(glob, range)| Sited::new(glob, file, range)).collect()
        };
        Self {
            built_in: layers.get("no-legacy-files", "patterns").is_none(),
            patterns: [globs("patterns"), globs("extend-patterns")].concat(),
            forbidden: globs("forbidden"),
            closed: layers
                .get("no-legacy-files", "closed")
                .and_then(|value| value.get_ref().as_table())
                .map(|closed| read_closed(closed, file, errors))
                .unwrap_or_default(),
        }
    }
}

fn read_closed(closed: &DeTable<'_>, file: &PolicyFile, errors: &mut Vec<PolicyError>) -> Vec<ClosedFolder> {
    let mut folders = Vec::new();
    for (folder, names) in closed {
        let (text, range) = (read::folder(folder.get_ref()), folder.span());
        let mut globs = Vec::new();
        for item in names.get_ref().as_array().into_iter().flatten() {
            let Some(name) = item.get_ref().as_str() else { continue };
            match Glob::parse_below(text, name) {
                Ok(glob) => globs.push(Sited::new(glob, file, item.span())),
                Err(message) => errors.push(PolicyError::new(item.span(), message)),
            }
        }
        folders.push(ClosedFolder { folder: Sited::new(text.to_owned(), file, range), names: globs });
    }
    folders
}
