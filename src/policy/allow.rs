//! `[[allow]]`: what is let through, where, how often and until when.

use std::ops::Range;

use globset::GlobMatcher;
use toml::de::DeTable;

use super::day::Day;
use super::error::PolicyError;
use super::glob::Glob;
use super::{PolicyFile, Sited, read};
use crate::path::RepoPath;

#[derive(Clone, Debug)]
pub struct Allow {
    pub rule: String,
    /// The bytes of the rule's name, for a refusal.
    pub rule_range: Range<usize>,
    of: Option<Subject>,
    pub within: Sited<Glob>,
    /// The bytes of what `in` says, for a refusal.
    pub within_range: Range<usize>,
    /// The most findings that this lets through.
    pub max: Option<u32>,
    pub until: Option<Day>,
    pub reason: String,
}

/// A subject, exact or by a glob in which `*` matches anything.
#[derive(Clone, Debug)]
struct Subject {
    text: String,
    glob: GlobMatcher,
}

/// How to say how much an allow lets through.
const MAX_HELP: &str = "add `max = 3`, or name the one path";

impl Allow {
    /// The refusal of an allow that names a folder, if it does: like a glob, it must say how much it lets through.
    pub(super) fn check_tree(&self, is_folder: &dyn Fn(&[u8]) -> bool) -> Option<PolicyError> {
        let within = self.within.value.text.trim_start_matches('/');
        if self.max.is_some() || !Glob::is_literal(within) || !is_folder(within.as_bytes()) {
            return None;
        }
        let message = format!("`{within}` is a folder, so `max` must say how many findings it may let through");
        Some(PolicyError::new(self.within_range.clone(), message).help(MAX_HELP))
    }

    /// What `of` says.
    pub fn subject(&self) -> Option<&str> {
        self.of.as_ref().map(|of| of.text.as_str())
    }

    pub fn matches(&self, rule: &str, path: &RepoPath, subject: &str) -> bool {
        self.rule == rule
            && self.within.value.matches(path)
            && self.of.as_ref().is_none_or(|of| of.text == subject || of.glob.is_match(subject))
    }
}

pub(super) fn read(table: &DeTable<'_>, file: &PolicyFile, errors: &mut Vec<PolicyError>) -> Vec<Allow> {
    let entries = read::list(table, "allow").into_iter().flatten();
    entries.filter_map(|entry| read_one(entry.get_ref().as_table()?, file, errors)).collect()
}

fn read_one(entry: &DeTable<'_>, file: &PolicyFile, errors: &mut Vec<PolicyError>) -> Option<Allow> {
    let (rule, rule_range) = read::text(entry, "rule")?;
    let (within, within_range) = read::text(entry, "in")?;
    let (reason, _) = read::text(entry, "reason")?;
    let max = read::count(entry, "max");
    if !Glob::is_literal(within) && max.is_none() {
        let error = PolicyError::new(
            within_range.clone(),
            format!("`{within}` is a glob, so `max` must say how many findings it may let through"),
        );
        errors.push(error.help(MAX_HELP));
    }
    let of = read::text(entry, "of").and_then(|(text, range)| match globset::Glob::new(text) {
        Ok(glob) => Some(Subject { text: text.to_owned(), glob: glob.compile_matcher() }),
        Err(error) => {
            errors.push(PolicyError::new(range, format!("`{text}`: {}", error.kind())));
            None
        }
    });
    let rooted =
        if Glob::is_literal(within) { format!("/{}", within.trim_start_matches('/')) } else { within.to_owned() };
    Some(Allow {
        rule: rule.to_owned(),
        rule_range,
        of,
        within: Sited::new(Glob::parse(&rooted).ok()?, file, within_range.clone()),
        within_range,
        max,
        until: read::day(entry, "until"),
        reason: reason.to_owned(),
    })
}
