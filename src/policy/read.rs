//! TOML values against the list of keys: every mistake collected, each at its bytes.
//!
//! [`check`] looks at everything once; afterwards the typed getters find only values that passed it, and
//! what did not pass is simply absent, its error already collected.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::day::Day;
use super::dotted::{Dotted, Target};
use super::error::{PolicyError, nearest};
use super::glob::Glob;
use super::keys::{Key, MapKeys, Takes};
use super::layers::{Exposed, Level};
use super::meant;
use super::owned::Owned;
use super::size;
use crate::facts::Version;

pub type Value<'a> = Spanned<DeValue<'a>>;

/// From this size on only the first syntax error is told: what is no TOML at all has one for every few bytes.
const LARGE: usize = 1 << 20;

/// The largest number that a key takes.
pub const MOST: u64 = u32::MAX as u64;

/// The longest dotted key that the parser takes.
const MOST_PARTS: usize = 80;

/// The text as TOML, and what it is not.
pub fn document(text: &str) -> (Spanned<DeTable<'_>>, Vec<PolicyError>) {
    let (document, errors) = if text.len() < LARGE {
        DeTable::parse_recoverable(text)
    } else {
        match DeTable::parse(text) {
            Ok(document) => (document, Vec::new()),
            Err(error) => (Spanned::new(0..text.len(), DeTable::new()), vec![error]),
        }
    };
    let mut long_keys = long_keys(text);
    let errors = errors.iter().map(|error| match error.span() {
        Some(range) => PolicyError::new(range, error.message()),
        // The only one without a place.
        None => PolicyError {
            range: long_keys.next(),
            ..PolicyError::new(0..0, format!("a dotted key of {MOST_PARTS} parts or more is not read"))
        },
    });
    (document, errors.collect())
}

/// Where dotted keys are that have too many parts, as far as that shows without a parser.
fn long_keys(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let start = |line: &str| line.as_ptr() as usize - text.as_ptr() as usize;
    let keys = text.lines().map(|line| line.split('=').next().unwrap_or(line).trim());
    keys.filter(|key| key.matches('.').count() + 1 >= MOST_PARTS).map(move |key| start(key)..start(key) + key.len())
}

/// More globs than this in one policy are refused: the memory of a check grows with each of them.
const MOST_GLOBS: usize = 10_000;

/// The first glob that is one too many.
pub fn beyond_bounds(table: &DeTable<'_>) -> Option<PolicyError> {
    let mut left = MOST_GLOBS;
    let mut values: Vec<&Value<'_>> = table.values().collect();
    while let Some(value) = values.pop() {
        match value.get_ref() {
            DeValue::Table(table) => values.extend(table.values()),
            DeValue::Array(items) => values.extend(items.iter()),
            DeValue::String(text) if text.contains(['*', '?', '[', '{']) => match left.checked_sub(1) {
                Some(fewer) => left = fewer,
                None => {
                    let error = PolicyError::new(value.span(), format!("more than {MOST_GLOBS} globs"));
                    return Some(error.help("say it in fewer: a glob for a folder covers all below it"));
                }
            },
            _ => {}
        }
    }
    None
}

/// Checks the table `at` against its keys.
pub fn check(table: &DeTable<'_>, at: Range<usize>, keys: &[Key], errors: &mut Vec<PolicyError>) {
    for (name, value) in table {
        match keys.iter().find(|key| key.name == name.get_ref()) {
            Some(key) => check_value(key.name, value, key.takes, errors),
            None => errors.push(unknown(name.get_ref(), name.span(), keys)),
        }
    }
    for key in keys.iter().filter(|key| key.required && !table.contains_key(key.name)) {
        errors.push(
            PolicyError::new(at.clone(), format!("`{}` is missing", key.name))
                .help(format!("add `{} = …`: {}", key.name, key.doc)),
        );
    }
}

fn unknown(name: &str, at: Range<usize>, keys: &[Key]) -> PolicyError {
    PolicyError::new(at, format!("unknown key `{}`", crate::path::printable(name))).help(meant::by_key(name, keys))
}

fn check_value(name: &str, value: &Value<'_>, takes: Takes, errors: &mut Vec<PolicyError>) {
    let wrong_type = || {
        let message = format!("`{name}` takes {}, not {}", describe(takes), a_type(value.get_ref()));
        PolicyError::new(value.span(), message).help(meant::by_value(name, takes, value.get_ref()))
    };
    match (takes, value.get_ref()) {
        (Takes::Table(keys), DeValue::Table(table)) => check(table, value.span(), keys, errors),
        (Takes::Map { keys, value: inner }, DeValue::Table(table)) => {
            for (key, value) in table {
                if let Err(message) = check_map_key(keys, key.get_ref()) {
                    errors.push(PolicyError::new(key.span(), message));
                }
                check_value(key.get_ref(), value, *inner, errors);
            }
        }
        (Takes::List(inner), DeValue::Array(list)) => {
            list.iter().for_each(|item| check_value(name, item, *inner, errors))
        }
        (Takes::Globs, DeValue::Array(list)) => {
            list.iter().for_each(|item| check_value(name, item, Takes::Glob, errors))
        }
        (Takes::Either(choices), written) => match choices.iter().find(|takes| fits(**takes, written)) {
            Some(takes) => check_value(name, value, *takes, errors),
            None => errors.push(wrong_type()),
        },
        (Takes::Choice(known), DeValue::String(text)) if !known.contains(&text.as_ref()) => {
            let message = format!("`{text}` is none of {}", quoted(known));
            let meant = nearest(text, known.iter().copied());
            let help = meant.map_or_else(String::new, |name| format!("did you mean \"{name}\"?"));
            errors.push(PolicyError::new(value.span(), message).help(help));
        }
        (Takes::Flag, DeValue::Boolean(_)) => {}
        (Takes::UpTo(most), written)
            if number(written).is_some_and(|number| (0.0..=f64::from(most)).contains(&number)) => {}
        (Takes::Version, DeValue::Integer(number)) => match whole(number) {
            Some(1) => {}
            _ => errors.push(
                PolicyError::new(value.span(), format!("version {number} of the policy is not known"))
                    .help("this release reads version 1"),
            ),
        },
        (Takes::Count { .. } | Takes::Lines, DeValue::Integer(number))
            if whole(number).is_some_and(|count| count > MOST) =>
        {
            errors.push(PolicyError::new(value.span(), format!("`{name}` takes at most {MOST}, not {number}")));
        }
        (Takes::Count { least }, DeValue::Integer(number)) => {
            if whole(number).is_none_or(|count| count < u64::from(least)) {
                errors.push(wrong_type());
            }
        }
        (Takes::Lines, DeValue::Integer(number)) if whole(number).is_some_and(|lines| lines > 0) => {}
        (Takes::Day, DeValue::Datetime(date)) if Day::of(date).is_some() => {}
        (Takes::Lines, DeValue::String(text)) if text == "off" => {}
        (
            Takes::Text
            | Takes::Release
            | Takes::Dotted
            | Takes::Module
            | Takes::Replacement
            | Takes::Place
            | Takes::Owned
            | Takes::Layer
            | Takes::Exposed
            | Takes::Glob
            | Takes::Globs
            | Takes::Size
            | Takes::Choice(_)
            | Takes::Folder
            | Takes::File
            | Takes::Day,
            DeValue::String(text),
        ) => {
            if let Err(message) = check_text(takes, text) {
                errors.push(PolicyError::new(value.span(), message));
            }
        }
        _ => errors.push(wrong_type()),
    }
}

/// Whether the written type is one that `takes` can read.
fn fits(takes: Takes, written: &DeValue<'_>) -> bool {
    match takes {
        Takes::List(_) => written.is_array(),
        Takes::Table(_) | Takes::Map { .. } => written.is_table(),
        _ => written.is_str(),
    }
}

fn check_text(takes: Takes, text: &str) -> Result<(), String> {
    match takes {
        Takes::Release => {
            release(text).map(drop).ok_or_else(|| format!("`{text}` is no release of Python such as \"3.13\""))
        }
        Takes::Dotted => Dotted::parse(text).map(drop),
        Takes::Module => match Target::parse(text)? {
            Target { name: None, .. } => Ok(()),
            Target { .. } => Err(format!("`{text}` is a name in a module; a module is meant")),
        },
        Takes::Replacement if text.is_empty() => Ok(()),
        Takes::Replacement => Target::parse(text).map(drop),
        Takes::Place if text.contains('/') => Glob::parse(text).map(drop),
        Takes::Place => check_text(Takes::Module, text),
        Takes::Owned => Owned::parse(text).map(drop),
        Takes::Layer => Level::parse(text).map(drop),
        Takes::Exposed => Exposed::parse(text).map(drop),
        Takes::Glob | Takes::Globs => Glob::parse(text).map(drop),
        Takes::Size if text == "off" => Ok(()),
        Takes::Size => size::parse(text).map(drop),
        Takes::Folder => check_folder(text),
        Takes::File if is_root(text) || text.ends_with('/') => Err(format!("`{text}` is a folder; a file is meant")),
        Takes::File if !Glob::is_literal(text) => Err(format!("`{text}` is a glob; a file is meant")),
        Takes::File if text.split('/').any(|part| part == ".git") => Err(format!("`{text}` lies in git's own folder")),
        Takes::File => Glob::parse(text).map(drop),
        Takes::Day => Err(format!("a date stands without quotes: {}", Day::parse(text)?)),
        _ if text.trim().is_empty() => Err("empty text".to_owned()),
        _ => Ok(()),
    }
}

fn check_map_key(keys: MapKeys, text: &str) -> Result<(), String> {
    match keys {
        MapKeys::Folder => check_folder(text),
        MapKeys::Glob => Glob::parse(text).map(drop),
        MapKeys::Target => Target::parse(text).map(drop),
        MapKeys::Name | MapKeys::Rule if text.trim().is_empty() => Err("an empty name".to_owned()),
        MapKeys::Name | MapKeys::Rule => Ok(()),
    }
}

fn check_folder(text: &str) -> Result<(), String> {
    if is_root(text) {
        return Ok(());
    }
    if !Glob::is_literal(text.trim_end_matches('/')) {
        return Err(format!("`{text}` is a glob; a folder is meant"));
    }
    Glob::parse(text).map(drop)
}

fn is_root(text: &str) -> bool {
    matches!(text, "." | "/")
}

/// A folder as paths are compared with it: without a slash at either end, empty for the root.
pub fn folder(text: &str) -> &str {
    if is_root(text) { "" } else { text.trim_matches('/') }
}

fn describe(takes: Takes) -> String {
    match takes {
        Takes::Version => "the number 1".to_owned(),
        Takes::Text => "text".to_owned(),
        Takes::Count { least } => format!("a whole number from {least} up"),
        Takes::Day => "a date without quotes, such as 2026-12-31".to_owned(),
        Takes::Glob => "a glob in quotes".to_owned(),
        Takes::Globs => "a glob in quotes, or a list of them".to_owned(),
        Takes::Size => "a size such as \"500 KiB\", or \"off\"".to_owned(),
        Takes::Lines => "a number of lines from 1 up, or \"off\"".to_owned(),
        Takes::Choice(known) => quoted(known),
        Takes::Flag => "true or false".to_owned(),
        Takes::UpTo(most) => format!("a number from 0 to {most}"),
        Takes::Release => "a release of Python in quotes, such as \"3.13\"".to_owned(),
        Takes::Dotted => "a dotted name in quotes".to_owned(),
        Takes::Module => "a module in quotes".to_owned(),
        Takes::Replacement => "a module or `module:Name` in quotes".to_owned(),
        Takes::Place => "a module or a path in quotes".to_owned(),
        Takes::Layer => "a layer such as \"a\" or \"a | b\"".to_owned(),
        Takes::Exposed => "a module, `module:Name` or `module:*` in quotes".to_owned(),
        Takes::Owned => "a pattern such as \"class *Manager\"".to_owned(),
        Takes::Either(choices) => choices.iter().map(|takes| describe(*takes)).collect::<Vec<_>>().join(", or "),
        Takes::Folder => "a folder from the root, in quotes".to_owned(),
        Takes::File => "a file from the root, in quotes".to_owned(),
        Takes::List(Takes::Table(_)) => "a list of tables".to_owned(),
        Takes::List(inner) => format!("a list, each {}", describe(*inner)),
        Takes::Table(_) => "a table".to_owned(),
        Takes::Map { value, .. } => format!("a table, each value {}", describe(*value)),
    }
}

fn quoted(known: &[&str]) -> String {
    known.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" | ")
}

fn a_type(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::String(text) => format!("the text \"{}\"", crate::path::printable(text.as_bytes())),
        DeValue::Boolean(flag) => format!("{flag}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Datetime(date) => format!("the date {date}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

fn whole(number: &toml::de::DeInteger<'_>) -> Option<u64> {
    u64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
}

/// Reads `3.13`.
pub fn release(text: &str) -> Option<Version> {
    let (major, minor) = text.split_once('.')?;
    Some(Version(major.parse().ok().filter(|major| *major == 3)?, minor.parse().ok()?))
}

// ── getters: they see only what `check` let pass, or find nothing ──────────────────────────────────

/// The policy's table over that of the built-in defaults: a key that the first does not write keeps the
/// second's value.
pub struct Layers<'t, 'i> {
    pub policy: &'t DeTable<'i>,
    pub defaults: &'t DeTable<'i>,
}

impl<'t, 'i> Layers<'t, 'i> {
    /// The section that sets a key.
    pub fn table(&self, section: &str, name: &str) -> Option<&'t DeTable<'i>> {
        let sections = [self.policy, self.defaults].into_iter().filter_map(|layer| table(layer, section));
        sections.into_iter().find(|section| section.contains_key(name))
    }

    pub fn get(&self, section: &str, name: &str) -> Option<&'t Value<'i>> {
        self.table(section, name)?.get(name)
    }
}

pub fn table<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<&'t DeTable<'i>> {
    table.get(name)?.get_ref().as_table()
}

pub fn list<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<&'t DeArray<'i>> {
    table.get(name)?.get_ref().as_array()
}

pub fn text<'t>(table: &'t DeTable<'_>, name: &str) -> Option<(&'t str, Range<usize>)> {
    let value = table.get(name)?;
    Some((value.get_ref().as_str()?, value.span()))
}

pub fn count(table: &DeTable<'_>, name: &str) -> Option<u32> {
    whole(table.get(name)?.get_ref().as_integer()?)?.try_into().ok()
}

/// A number with or without a point.
pub fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(number) => whole(number).map(|number| number as f64),
        DeValue::Float(number) => number.as_str().replace('_', "").parse().ok(),
        _ => None,
    }
}

pub fn day(table: &DeTable<'_>, name: &str) -> Option<Day> {
    Day::of(table.get(name)?.get_ref().as_datetime()?)
}

/// The globs of a list, or of one text, each with the bytes where it is written.
pub fn globs(value: &Value<'_>) -> Vec<(Glob, Range<usize>)> {
    match value.get_ref() {
        DeValue::Array(items) => items.iter().flat_map(globs).collect(),
        DeValue::String(text) => Glob::parse(text).ok().map(|glob| (glob, value.span())).into_iter().collect(),
        _ => Vec::new(),
    }
}
