//! `[max-file-size]`: limits by glob; per key, the last entry that matches a file and sets it holds.

use toml::de::{DeTable, DeValue};

use super::glob::Globs;
use super::read::{self, Layers};
use super::{PolicyFile, size};
use crate::finding::Site;
use crate::path::RepoPath;

/// A limit on one measure of a file, and the line that sets it; none for the built-in one.
#[derive(Clone, Debug)]
pub struct Limit {
    pub most: u64,
    pub site: Option<Site>,
}

/// What one entry says of one measure.
#[derive(Clone, Debug)]
enum Setting {
    Most(Limit),
    Off,
}

#[derive(Clone, Debug)]
pub struct FileSize {
    bytes: Measure,
    lines: Measure,
    function_lines: Measure,
}

/// One entry, as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitEntry {
    pub key: &'static str,
    pub glob: String,
    /// None: the limit is lifted.
    pub most: Option<u64>,
    pub site: Option<Site>,
}

/// The entries that set one measure, in order; the last that matches holds.
#[derive(Clone, Debug)]
struct Measure {
    key: &'static str,
    texts: Vec<String>,
    globs: Globs,
    settings: Vec<Setting>,
    /// Whether every file has a limit: one for all, and none is lifted.
    limits_all: bool,
}

impl FileSize {
    pub(super) fn read(layers: &Layers<'_, '_>, file: &PolicyFile) -> Self {
        let layer = |table, file| {
            let limits = read::table(table, "max-file-size").and_then(|table| read::list(table, "limits"));
            limits.into_iter().flatten().filter_map(move |entry| Some((entry.get_ref().as_table()?, file)))
        };
        // Limits add to the built-in ones: a limit of lines must not lift the limit of bytes.
        let entries: Vec<_> = layer(layers.defaults, None).chain(layer(layers.policy, Some(file))).collect();
        Self {
            bytes: Measure::read("bytes", &entries),
            lines: Measure::read("lines", &entries),
            function_lines: Measure::read("function-lines", &entries),
        }
    }

    pub fn bytes(&self, path: &RepoPath) -> Option<&Limit> {
        self.bytes.limit(path)
    }

    /// Whether it has a limit of bytes.
    pub fn limits_bytes_of(&self, path: &RepoPath) -> bool {
        self.bytes.limits_all || self.bytes(path).is_some()
    }

    pub fn lines(&self, path: &RepoPath) -> Option<&Limit> {
        self.lines.limit(path)
    }

    pub fn function_lines(&self, path: &RepoPath) -> Option<&Limit> {
        self.function_lines.limit(path)
    }

    /// All entries, in order for each measure.
    pub fn entries(&self) -> Vec<LimitEntry> {
        [&self.bytes, &self.lines, &self.function_lines].into_iter().flat_map(Measure::entries).collect()
    }

    /// The entry that holds for a file, for each measure that it has one of.
    pub fn holding(&self, path: &RepoPath) -> impl Iterator<Item = LimitEntry> {
        [&self.bytes, &self.lines, &self.function_lines].into_iter().filter_map(|measure| measure.holding(path))
    }

    /// Whether any function can be over a limit.
    pub fn limits_functions(&self) -> bool {
        self.function_lines.settings.iter().any(|setting| matches!(setting, Setting::Most(_)))
    }

    /// Whether any file can be over a limit of lines.
    pub fn limits_lines(&self) -> bool {
        self.lines.settings.iter().any(|setting| matches!(setting, Setting::Most(_)))
    }
}

impl Measure {
    fn read(key: &'static str, entries: &[(&DeTable<'_>, Option<&PolicyFile>)]) -> Self {
        let (mut globs, mut settings) = (Vec::new(), Vec::new());
        for (entry, file) in entries {
            let Some(value) = entry.get(key) else { continue };
            let most = match value.get_ref() {
                DeValue::Integer(_) => read::count(entry, key).map(u64::from),
                DeValue::String(text) => size::parse(text).ok(),
                _ => None,
            };
            let site = file.map(|file| file.site(value.span()));
            let setting = most.map_or(Setting::Off, |most| Setting::Most(Limit { most, site }));
            for (glob, _) in entry.get("files").map(read::globs).unwrap_or_default() {
                globs.push(glob);
                settings.push(setting.clone());
            }
        }
        let texts: Vec<_> = globs.iter().map(|glob| glob.text.clone()).collect();
        let is_lifted = settings.iter().any(|setting| matches!(setting, Setting::Off));
        let limits_all = !is_lifted && texts.iter().any(|text| text == "**");
        Self { key, texts, globs: Globs::of(&globs), settings, limits_all }
    }

    fn entries(&self) -> impl Iterator<Item = LimitEntry> {
        (0..self.settings.len()).filter_map(|number| self.entry(number))
    }

    fn entry(&self, number: usize) -> Option<LimitEntry> {
        let (most, site) = match self.settings.get(number)? {
            Setting::Most(limit) => (Some(limit.most), limit.site.clone()),
            Setting::Off => (None, None),
        };
        Some(LimitEntry { key: self.key, glob: self.texts.get(number)?.clone(), most, site })
    }

    fn last(&self, path: &RepoPath) -> Option<usize> {
        self.globs.matching(path).into_iter().max()
    }

    fn holding(&self, path: &RepoPath) -> Option<LimitEntry> {
        self.last(path).and_then(|last| self.entry(last))
    }

    fn limit(&self, path: &RepoPath) -> Option<&Limit> {
        match self.settings.get(self.last(path)?)? {
            Setting::Most(limit) => Some(limit),
            Setting::Off => None,
        }
    }
}
