//! `[project]` and `[defaults]`: the repository as a whole.

use std::ops::Range;

use toml::de::DeTable;

use super::glob::{Glob, Globs};
use super::read::{self, Layers};
use crate::path::RepoPath;

/// A unit that owns one copy of a concept.
#[derive(Clone, Debug)]
pub struct Service {
    pub name: String,
    /// From the root, without a slash at either end.
    pub folder: String,
    pub range: Range<usize>,
}

#[derive(Clone, Debug)]
pub struct Project {
    pub exclude: Globs,
    /// The same as they are written.
    pub excluded: Vec<String>,
    pub tests: Globs,
    /// Globs of folders that are test code by what they hold, where the policy does not say what is test code.
    pub found_tests: Vec<String>,
    /// Whether the policy says what is test code.
    names_tests: bool,
    /// Where the baseline lies.
    pub baseline: RepoPath,
    /// Longest folder first, so that the first that holds a path is its service.
    pub services: Vec<Service>,
    pub warn_days: u32,
}

impl Project {
    pub(super) fn read(layers: &Layers<'_, '_>) -> Self {
        let globs = |name| -> Vec<Glob> {
            let value = layers.get("project", name).map(read::globs).unwrap_or_default();
            value.into_iter().map(|(glob, _)| glob).collect()
        };
        Self {
            exclude: Globs::of(&globs("exclude")),
            excluded: globs("exclude").into_iter().map(|glob| glob.text).collect(),
            tests: Globs::of(&globs("tests")),
            found_tests: Vec::new(),
            names_tests: read::table(layers.policy, "project").is_some_and(|project| project.contains_key("tests")),
            baseline: layers
                .table("project", "baseline")
                .and_then(|table| read::text(table, "baseline"))
                .map_or("".into(), |(path, _)| read::folder(path).into()),
            services: services(layers),
            warn_days: layers
                .table("project", "warn-days")
                .and_then(|table| read::count(table, "warn-days"))
                .unwrap_or(0),
        }
    }

    /// Adds folders of test code to the built-in globs; the policy's own mean what they say.
    pub fn learn_tests(&mut self, folders: &[RepoPath]) {
        if self.names_tests {
            return;
        }
        self.found_tests = found_tests(folders);
        let all = default_tests().into_iter().chain(self.found_tests.iter().cloned());
        self.tests = Globs::of(&all.filter_map(|text| Glob::parse(&text).ok()).collect::<Vec<_>>());
    }

    /// The name of the service that holds `path`.
    pub fn service_of(&self, path: &RepoPath) -> Option<&str> {
        self.services
            .iter()
            .find(|service| path.is_under(service.folder.as_bytes()))
            .map(|service| service.name.as_str())
    }
}

/// The globs of test code that hold where a policy names none.
pub fn default_tests() -> Vec<String> {
    let defaults = DeTable::parse_recoverable(super::DEFAULTS).0;
    let tests = read::table(defaults.get_ref(), "project").and_then(|project| project.get("tests"));
    tests.map(read::globs).unwrap_or_default().into_iter().map(|(glob, _)| glob.text).collect()
}

/// The globs of folders of test code; without those that no policy can hold.
pub fn found_tests(folders: &[RepoPath]) -> Vec<String> {
    let glob = |folder: &RepoPath| Glob::parse(&format!("{}/**", globset::escape(folder.to_utf8()?))).ok();
    folders.iter().filter_map(glob).map(|glob| glob.text).collect()
}

fn services(layers: &Layers<'_, '_>) -> Vec<Service> {
    let table = layers.get("project", "services").and_then(|value| value.get_ref().as_table());
    let mut services: Vec<_> = table
        .into_iter()
        .flatten()
        .filter_map(|(name, folder)| {
            let range = folder.span();
            let folder = read::folder(folder.get_ref().as_str()?).to_owned();
            Some(Service { name: name.get_ref().to_string(), folder, range })
        })
        .collect();
    services.sort_by(|a, b| b.folder.len().cmp(&a.folder.len()).then_with(|| a.folder.cmp(&b.folder)));
    services
}

/// `[defaults]`: what every finding inherits.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    pub owner: Option<String>,
    docs: Option<String>,
}

impl Defaults {
    pub(super) fn read(table: &DeTable<'_>) -> Self {
        let empty = DeTable::new();
        let table = read::table(table, "defaults").unwrap_or(&empty);
        let text = |name| read::text(table, name).map(|(text, _)| text.to_owned());
        Self { owner: text("owner"), docs: text("docs") }
    }

    /// The link for what is called `id`.
    pub fn url(&self, id: &str) -> Option<String> {
        self.docs.as_ref().map(|docs| docs.replace("{id}", id))
    }
}
