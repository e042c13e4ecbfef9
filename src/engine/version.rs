//! Which release of Python decides what is a syntax error.

use std::sync::{LazyLock, Mutex, PoisonError};

use regex::Regex;

use crate::facts::Version;
use crate::policy::Policy;
use crate::source::{Content, Kind, Source, SourceError, Tree};

/// The newest release whose grammar is known.
const NEWEST: Version = Version(3, 15);

/// The lower end of what a project requires: `requires-python = ">=3.11"`.
static REQUIRES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?m)^\s*requires-python\s*=\s*["'][^"'\n]*?(?:>=|~=|==|\^)\s*3\.(\d+)"#).ok());

/// What the policy says, else the newest known: what some release reads has been looked into, and a project that supports
/// several has files for the newer ones alone.
pub fn python_version(policy: &Policy) -> Version {
    policy.python.version.unwrap_or(NEWEST)
}

/// The lowest release that `pyproject.toml` requires.
pub fn required_python(source: &dyn Source, tree: &Tree) -> Result<Option<Version>, SourceError> {
    let Some(entry) = tree.get(b"pyproject.toml").filter(|entry| entry.kind == Kind::File) else { return Ok(None) };
    let found = Mutex::new(None);
    source.read(&[entry], &|_, content| {
        if let (Content::Bytes(bytes), Some(regex)) = (content, REQUIRES.as_ref()) {
            let minor = regex.captures(&String::from_utf8_lossy(bytes)).and_then(|found| found[1].parse().ok());
            *found.lock().unwrap_or_else(PoisonError::into_inner) = minor;
        }
    })?;
    let minor = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(minor.map(|minor| Version(3, minor)))
}
