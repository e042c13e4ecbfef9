//! The policy: text in, a [`Policy`] or all of its mistakes out.
//!
//! Which file is read is decided by the caller; that named rules exist is checked in the engine, and that
//! named folders exist by [`Policy::check_tree`].

pub mod allow;
pub mod asked;
pub mod clones;
pub mod concept;
pub mod contract;
pub mod day;
pub mod dotted;
pub mod error;
pub mod file_size;
pub mod glob;
pub mod keys;
pub mod layers;
pub mod legacy_files;
pub mod looser;
mod meant;
pub mod owned;
pub mod project;
pub mod python;
mod read;
pub mod schema;
pub mod show;
pub mod similar_name;
pub mod size;
pub mod write;

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use toml::de::DeTable;

use crate::finding::{Level, Places, Site, Span};
use crate::path::RepoPath;
use allow::Allow;
use clones::Clones;
use concept::Concept;
use contract::Contract;
use error::PolicyError;
use file_size::FileSize;
use legacy_files::LegacyFiles;
use project::{Defaults, Project};
use python::{Imports, Python, SameName};
use read::Layers;
use similar_name::SimilarName;

/// The name of the policy's own file, at the repository's root.
pub const FILE_NAME: &str = "ssot.toml";

/// What holds where a policy says nothing.
const DEFAULTS: &str = include_str!("defaults.toml");

/// Rules of `[no-duplicate-concepts]` that a key of their name switches on, as errors where `[levels]` says nothing.
const ASKED_BY_SETTINGS: &[&str] = &["similar-name"];

/// A larger policy is refused unread.
pub const MAX_POLICY_BYTES: u64 = 16 << 20;

/// Where a policy was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `ssot.toml` of the snapshot.
    SsotToml,
    /// `[tool.ssot]` in `pyproject.toml` of the snapshot.
    Pyproject,
    /// The file named by `--policy`, from disk.
    Named,
    /// No file: the built-in defaults.
    Defaults,
}

/// A policy's text, and where it is from.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    pub origin: Origin,
    pub path: RepoPath,
    pub text: String,
    places: Arc<Places>,
}

impl PolicyFile {
    pub fn new(origin: Origin, path: RepoPath, text: String) -> Self {
        Self { origin, path, places: Arc::new(Places::of(&text)), text }
    }

    pub fn defaults() -> Self {
        Self::new(Origin::Defaults, FILE_NAME.into(), String::new())
    }

    pub fn site(&self, range: Range<usize>) -> Site {
        Site { path: self.path.clone(), span: self.span(range) }
    }

    pub fn span(&self, range: Range<usize>) -> Span {
        self.places.span(&self.text, range)
    }
}

/// A value of the policy and the line that sets it.
#[derive(Clone, Debug)]
pub struct Sited<T> {
    pub value: T,
    pub site: Site,
    /// Its bytes, for a refusal.
    pub range: Range<usize>,
}

impl<T> Sited<T> {
    fn new(value: T, file: &PolicyFile, range: Range<usize>) -> Self {
        Self { value, site: file.site(range.clone()), range }
    }
}

/// What holds for one rule: a level, or that it is off.
#[derive(Clone, Debug)]
pub struct RuleLevel {
    pub rule: Sited<String>,
    /// None: off.
    pub level: Option<Level>,
}

/// The keys that every concept and contract has.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    /// None: the rule's own level. Some(None): off.
    pub level: Option<Option<Level>>,
    /// Whether test code is judged too.
    pub tests: bool,
    pub message: Option<String>,
    pub owner: Option<String>,
    pub docs: Option<String>,
    pub reason: Option<String>,
}

impl Shared {
    fn read(table: &DeTable<'_>) -> Self {
        let text = |name| read::text(table, name).map(|(text, _)| text.to_owned());
        Self {
            level: read::text(table, "level").map(|(level, _)| read_level(level)),
            tests: table.get("tests").and_then(|value| value.get_ref().as_bool()).unwrap_or(false),
            message: text("message"),
            owner: text("owner"),
            docs: text("docs"),
            reason: text("reason"),
        }
    }
}

fn read_level(text: &str) -> Option<Level> {
    match text {
        "error" => Some(Level::Error),
        "warning" => Some(Level::Warning),
        _ => None,
    }
}

/// What a policy says.
#[derive(Clone, Debug)]
pub struct Policy {
    pub file: PolicyFile,
    pub project: Project,
    pub levels: Vec<RuleLevel>,
    pub defaults: Defaults,
    pub legacy_files: LegacyFiles,
    pub file_size: FileSize,
    pub python: Python,
    pub imports: Imports,
    pub same_name: SameName,
    pub similar_name: SimilarName,
    pub clones: Clones,
    /// Sorted by id.
    pub concepts: Vec<Concept>,
    /// Sorted by id.
    pub contracts: Vec<Contract>,
    pub allows: Vec<Allow>,
}

impl Policy {
    /// Reads the text of `file`. All mistakes are collected, in the order of their places; the policy holds
    /// what is right, so that what else is wrong can be told in the same run, and judges nothing else.
    pub fn parse(file: PolicyFile) -> (Self, Vec<PolicyError>) {
        let text = file.text.clone();
        let (document, mut errors) = read::document(&text);
        let empty = DeTable::new();
        let (table, at) = match file.origin {
            Origin::Pyproject => match tool_value(document.get_ref()) {
                Some(value) => match value.get_ref().as_table() {
                    Some(table) => (table, value.span()),
                    None => {
                        errors.push(PolicyError::new(value.span(), "`tool.ssot` takes a table: write `[tool.ssot]`"));
                        (&empty, value.span())
                    }
                },
                None => (&empty, 0..0),
            },
            _ => (document.get_ref(), document.span()),
        };
        // Where the text is no TOML, the value that the parser made up is not judged as well.
        let start = |error: &PolicyError| error.range.as_ref().map(|range| range.start);
        let made_up: FxHashSet<_> = errors.iter().map(start).collect();
        let mut mistakes = Vec::new();
        let table = match read::beyond_bounds(table) {
            Some(error) => {
                errors.push(error);
                &empty
            }
            None => table,
        };
        read::check(table, at, keys::POLICY, &mut mistakes);
        errors.extend(mistakes.into_iter().filter(|error| !made_up.contains(&start(error))));
        let defaults = DeTable::parse_recoverable(DEFAULTS).0;
        let layers = Layers { policy: table, defaults: defaults.get_ref() };
        let services = Project::read(&layers).services.len();
        let policy = Self {
            project: Project::read(&layers),
            levels: read_levels(table, &file),
            defaults: Defaults::read(table),
            legacy_files: LegacyFiles::read(&layers, &file, &mut errors),
            file_size: FileSize::read(&layers, &file),
            python: Python::read(&layers),
            imports: Imports::read(&layers),
            same_name: SameName::read(&layers),
            similar_name: SimilarName::read(&layers),
            clones: Clones::read(&layers, &file),
            concepts: concept::read(table, &file, &mut errors),
            contracts: contract::read(table, services, &file, &mut errors),
            allows: allow::read(table, &file, &mut errors),
            file,
        };
        errors.sort_by_key(|error| error.range.as_ref().map(|range| (range.start, range.end)));
        errors.dedup();
        (policy, errors)
    }

    /// The level of a rule, and where it is set if it is: as `[levels]` says, else as the key that asks for a rule that
    /// is off by itself, else the rule's own.
    pub fn level(&self, rule: &str, own: Option<Level>) -> (Option<Level>, Option<&Site>) {
        if let Some(set) = self.levels.iter().find(|level| level.rule.value == rule) {
            return (set.level, Some(&set.rule.site));
        }
        let asked = self.clones.site.as_ref().filter(|_| rule == "clone");
        asked.map_or((own, None), |site| (Some(Level::Warning), Some(site)))
    }

    /// Checks what hangs on which folders exist, given a question for them.
    pub fn check_tree(&self, is_folder: &dyn Fn(&[u8]) -> bool) -> Vec<PolicyError> {
        let missing = |service: &&project::Service| !is_folder(service.folder.as_bytes());
        self.project
            .services
            .iter()
            .filter(missing)
            .map(|service| {
                let message =
                    format!("the folder `{}` of the service `{}` does not exist", service.folder, service.name);
                PolicyError::new(service.range.clone(), message)
                    .help("name the folder that holds it, from the repository's root")
            })
            .chain(self.allows.iter().filter_map(|allow| allow.check_tree(is_folder)))
            .collect()
    }
}

/// Whether a `pyproject.toml` holds a policy. One that is no TOML holds one if it names the table.
pub fn is_in_pyproject(text: &str) -> bool {
    if !text.contains("ssot") {
        return false;
    }
    let (document, errors) = read::document(text);
    tool_value(document.get_ref()).is_some() || (!errors.is_empty() && text.contains("tool.ssot"))
}

fn tool_value<'t, 'i>(document: &'t DeTable<'i>) -> Option<&'t read::Value<'i>> {
    read::table(document, "tool")?.get("ssot")
}

fn read_levels(table: &DeTable<'_>, file: &PolicyFile) -> Vec<RuleLevel> {
    let levels = read::table(table, "levels");
    let mut levels: Vec<RuleLevel> = levels
        .into_iter()
        .flatten()
        .filter_map(|(rule, value)| {
            let level = read_level(value.get_ref().as_str()?);
            Some(RuleLevel { rule: Sited::new(rule.get_ref().to_string(), file, rule.span()), level })
        })
        .collect();
    // Rules that are off until their settings are written.
    let settings = read::table(table, "no-duplicate-concepts").into_iter().flatten();
    for (key, _) in settings.filter(|(key, _)| ASKED_BY_SETTINGS.contains(&key.get_ref().as_ref())) {
        let rule = Sited::new(key.get_ref().to_string(), file, key.span());
        if levels.iter().all(|set| set.rule.value != rule.value) {
            levels.push(RuleLevel { rule, level: Some(Level::Error) });
        }
    }
    levels
}
