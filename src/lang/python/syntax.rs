//! What Python refuses, with the releases that allow it.

use std::sync::{LazyLock, Mutex, PoisonError};

use regex::Regex;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::{ModModule, PythonVersion};
use ruff_python_parser::{
    Mode, ParseOptions, Parsed, UnsupportedSyntaxError, UnsupportedSyntaxErrorKind, parse_unchecked,
};
use ruff_text_size::{Ranged, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::deep::on_a_stack_for;
use super::dismantle::drop_tree;
use super::indentation;
use super::places::Places;
use crate::facts::{Broken, Version, Wrong};

/// More would be noise: the first says what is wrong.
const MOST: usize = 20;

/// How the parser says which release changed a form.
static CHANGED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(added|removed|allowed|changed) in Python (\d+)\.(\d+)").ok());

/// `f((a)=1)`, which Python 3.8 removed and the oldest release that is asked for still allows.
static REMOVED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\(\s*\w+\s*\)\s*=[^=]").ok());

pub fn errors(parsed: &Parsed<ModModule>, text: &str, places: &Places) -> Vec<Broken> {
    let always = parsed.errors().iter().map(|error| {
        let (wrong, message) = match is_conflict(text, error.location.start()) {
            true => (Wrong::Conflict, "a conflict of a merge is not resolved".to_owned()),
            false => (Wrong::Syntax, error.error.to_string()),
        };
        Broken { span: places.span(error.location), wrong, message, since: None, until: None }
    });
    let mut broken: Vec<_> = always.take(MOST).collect();
    if broken.is_empty()
        && let Some((range, why)) = indentation::inconsistent(parsed.tokens(), places)
    {
        let (span, message) = (places.span(range), why.to_owned());
        broken.push(Broken { span, wrong: Wrong::Syntax, message, since: None, until: None });
    }
    broken.extend(first_of_each(parsed).filter_map(|error| depends(error, places)));
    if may_name_in_brackets(text) && REMOVED.as_ref().is_some_and(|removed| removed.is_match(text)) {
        let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::latest());
        let latest = on_a_stack_for(text, || parse_unchecked(text, options)).try_into_module();
        let removed = latest.iter().flat_map(first_of_each).filter_map(|error| depends(error, places));
        broken.extend(removed.filter(|error| error.until.is_some()));
        latest.into_iter().for_each(drop_tree);
    }
    // Of what hangs on the release, the first of each kind says enough.
    let mut seen = FxHashSet::default();
    broken.retain(|error| (error.since, error.until) == (None, None) || seen.insert((error.since, error.until)));
    broken.sort_by_key(|error| error.span);
    broken
}

/// Whether an error stands in a line by which git marks the sides of a conflict.
fn is_conflict(text: &str, at: TextSize) -> bool {
    let start = text.get(..at.to_usize()).and_then(|above| above.rfind('\n')).map_or(0, |end| end + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    line == "=======" || ["<<<<<<< ", ">>>>>>> ", "||||||| "].iter().any(|mark| line.starts_with(mark))
}

/// What Jinja, or what writes as it does, begins with.
const MARKS: [&[u8]; 3] = [b"{{", b"{%", b"{#"];

/// Whether the first error stands at such a mark, or at its second letter or the one behind it: the parser stops no later
/// where the mark is what it cannot read. Then the text is a template, but not where the mark is part of a string of
/// Python's: `f"{%d}"` is a mistake.
pub fn is_of_template(broken: &[Broken], tokens: &Tokens, places: &Places) -> bool {
    let always = broken.iter().find(|broken| (broken.since, broken.until) == (None, None));
    let Some(at) = always.and_then(|broken| places.offset(broken.span.start)) else { return false };
    let mut near = (0..=2).filter_map(|behind| places.text.as_bytes().get(at.to_usize().checked_sub(behind)?..));
    near.any(|from| MARKS.iter().any(|mark| from.starts_with(mark))) && !is_in_string(tokens, at)
}

fn is_in_string(tokens: &Tokens, at: TextSize) -> bool {
    let mut open = 0;
    for token in tokens.iter().take_while(|token| token.start() < at) {
        match token.kind() {
            TokenKind::String if at < token.end() => return true,
            TokenKind::FStringStart | TokenKind::TStringStart => open += 1,
            TokenKind::FStringEnd | TokenKind::TStringEnd => open -= 1,
            _ => {}
        }
    }
    open > 0
}

/// Whether a bracket closes before a `=`, which stands in few files: [`REMOVED`] takes longer to look for.
fn may_name_in_brackets(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'=', bytes).any(|at| {
        let is_sign = bytes.get(at + 1) == Some(&b'=');
        !is_sign && bytes[..at].trim_ascii_end().ends_with(b")")
    })
}

/// There may be as many as there are lines.
fn first_of_each(parsed: &Parsed<ModModule>) -> impl Iterator<Item = &UnsupportedSyntaxError> {
    let mut seen = FxHashSet::default();
    parsed.unsupported_syntax_errors().iter().filter(move |error| seen.insert(error.kind))
}

/// What is said of all errors of one kind.
#[derive(Clone)]
struct Told {
    message: String,
    since: Option<Version>,
    until: Option<Version>,
}

type Kind = (UnsupportedSyntaxErrorKind, PythonVersion);

/// There are few kinds, and most files that are written today have an error of one.
static TOLD: LazyLock<Mutex<FxHashMap<Kind, Option<Told>>>> = LazyLock::new(Mutex::default);

fn depends(error: &UnsupportedSyntaxError, places: &Places) -> Option<Broken> {
    let mut known = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let told = known.entry((error.kind, error.target_version)).or_insert_with(|| tell(error));
    let Told { message, since, until } = told.clone()?;
    Some(Broken { span: places.span(error.range()), wrong: Wrong::Syntax, message, since, until })
}

fn tell(error: &UnsupportedSyntaxError) -> Option<Told> {
    let said = error.to_string();
    let found = CHANGED.as_ref()?.captures(&said)?;
    let version = Version(found.get(2)?.as_str().parse().ok()?, found.get(3)?.as_str().parse().ok()?);
    let removed = found.get(1)?.as_str() == "removed";
    let message = said.split(" on Python ").next().unwrap_or(&said).to_owned();
    Some(Told { message, since: (!removed).then_some(version), until: removed.then_some(version) })
}
