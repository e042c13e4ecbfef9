//! `clones` and `budget` of `[no-duplicate-concepts]`: which copied code counts, and how much of it there may be.

use super::PolicyFile;
use super::glob::Glob;
use super::read::{self, Layers};
use crate::finding::Site;

/// A copy with fewer tokens cannot be promised to be found.
pub const LEAST_TOKENS: u32 = 50;

/// What counts as a copy. Each takes in those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// The same tokens.
    Exact,
    /// A function or class with other names and literals.
    Renamed,
    /// A function or class with some statements added, removed or changed.
    Near,
}

#[derive(Clone, Debug)]
pub struct Clones {
    pub mode: Mode,
    pub min_tokens: u32,
    pub min_lines: u32,
    /// From 0 to 1.
    pub min_similarity: f64,
    /// Whether test code is judged too.
    pub tests: bool,
    /// Where the policy asks for them; none where it does not.
    pub site: Option<Site>,
    pub budgets: Vec<Budget>,
}

/// The most that may be copied of what a glob matches.
#[derive(Clone, Debug)]
pub struct Budget {
    pub glob: Glob,
    /// Of all lines, in percent.
    pub percent: f64,
    pub site: Site,
}

impl Clones {
    pub(super) fn read(layers: &Layers<'_, '_>, file: &PolicyFile) -> Self {
        let value = layers.get("no-duplicate-concepts", "clones");
        let written = value.and_then(|value| value.get_ref().as_table());
        let count = |name, usual| written.and_then(|table| read::count(table, name)).unwrap_or(usual);
        let mode = written.and_then(|table| read::text(table, "mode")).map_or("", |(mode, _)| mode);
        let similarity = written.and_then(|table| read::number(table.get("min-similarity")?.get_ref()));
        let tests = written.and_then(|table| table.get("tests")?.get_ref().as_bool());
        let budgets = layers.get("no-duplicate-concepts", "budget").and_then(|value| value.get_ref().as_table());
        let budget = |(glob, percent): (&toml::Spanned<_>, &read::Value<'_>)| {
            let text: &toml::de::DeString<'_> = glob.get_ref();
            let glob_of = Glob::parse(text).ok()?;
            Some(Budget {
                glob: glob_of,
                percent: read::number(percent.get_ref())?,
                site: file.site(glob.span().start..percent.span().end),
            })
        };
        Self {
            mode: match mode {
                "near" => Mode::Near,
                "renamed" => Mode::Renamed,
                _ => Mode::Exact,
            },
            min_tokens: count("min-tokens", 100).max(LEAST_TOKENS),
            min_lines: count("min-lines", 10),
            min_similarity: similarity.unwrap_or(0.7),
            tests: tests.unwrap_or(false),
            site: value.map(|value| file.site(value.span())),
            budgets: budgets.into_iter().flatten().filter_map(budget).collect(),
        }
    }
}
