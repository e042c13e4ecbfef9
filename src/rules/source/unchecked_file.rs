//! # unchecked-file
//!
//! ## What it does
//! Flags a file that a rule needed to look into and could not: it is no Python of the release that `version` in
//! `[python]` names (else the newest known), its encoding is wrong, it cannot be read, its content is missing from this
//! clone, or a parser of ours failed on it. The hook that needed the file says so. What a partial clone left out and
//! the change does not touch is only counted in a note; nothing is fetched.
//!
//! What lies among test code and is no test by its name, and what lies in a folder of examples or docs, may be broken
//! on purpose: where its text is no Python, it is a warning. A template of Python is none: its path has `{{` in it, or
//! its first error stands at a `{{`, `{%` or `{#` that is part of no string.
//!
//! ## Why is this bad?
//! A gate that passes what it could not see is no gate.
//!
//! ## Example
//! A file without the permission to read it, or a file changed in a partial clone that does not hold it.
//!
//! ## What to do instead
//! Make the file readable; save it as UTF-8, or let its coding line name the encoding that it has; in a partial clone,
//! let `git show :FILE` fetch the content; report a failing parser to this project.
//!
//! ## Fix
//! None.

use std::borrow::Cow;

use crate::facts::{Facts, Version, Wrong};
use crate::finding::Level;
use crate::gather::Seen;
use crate::path::{RepoPath, printable};
use crate::policy::project::Project;
use crate::rules::{ANY_HOOK, Found, RuleDef};
use crate::source::purpose;

pub static RULE: RuleDef = RuleDef {
    hook: ANY_HOOK,
    name: "unchecked-file",
    summary: "a file that could not be looked into",
    source: include_str!("unchecked_file.rs"),
    level: Some(Level::Error),
    compile: |_| Ok(vec![]),
};

/// What is said of a content that git does not hold here.
pub const ABSENT: &str = "not in this clone";

/// What is to be said of a file that could not be seen; nothing where it could, or is merely too large to read.
pub fn judge(path: &RepoPath, seen: &Seen) -> Option<Found> {
    let (why, help): (String, Cow<'static, str>) = match seen {
        Seen::Facts(_) | Seen::TooLarge(_) => return None,
        Seen::Absent => (
            format!("its content is {ABSENT}"),
            format!(
                "in a partial clone `git show :{path}` fetches it; elsewhere it is lost, and `git fsck` tells more"
            )
            .into(),
        ),
        Seen::Unreadable(why) => {
            (printable(why), "make it readable, or leave it out with `exclude` in `[project]`".into())
        }
        Seen::Panicked(why) => (
            format!("a parser failed on it: {}", printable(why)),
            "report this; until then leave the file out with `exclude` in `[project]`".into(),
        ),
    };
    Some(Found::file(path, format!("`{}` was not checked: {why}", printable(path.name())), help))
}

/// The first thing in a file that is no text of its language, in that release.
pub fn judge_syntax(path: &RepoPath, facts: &Facts, version: Version, project: &Project) -> Option<Found> {
    if purpose::is_template(path) {
        return None;
    }
    let broken = facts.broken.iter().find(|broken| broken.in_version(version))?;
    let Version(major, minor) = version;
    let (why, help) = match (broken.since, broken.until) {
        (Some(Version(..)), _) | (_, Some(Version(..))) => (
            format!("{}, in Python {major}.{minor}", broken.message),
            format!("write it for Python {major}.{minor}, or set `version` in `[python]` to the release that you use"),
        ),
        (None, None) => {
            let mend = match broken.wrong {
                Wrong::Encoding => "save it as UTF-8 without a coding line, or let that line name the encoding it has",
                Wrong::Nul => "take the NUL bytes out; text that has them throughout is UTF-16: save it as UTF-8",
                Wrong::Conflict => "keep one side and delete the marks",
                Wrong::Syntax => "mend the syntax",
            };
            (broken.message.clone(), format!("{mend}, or leave the file out with `exclude` in `[project]`"))
        }
    };
    let message = format!("`{}` was not checked: {}", printable(path.name()), printable(why));
    let found = Found::place(path, broken.span, path.to_lossy(), message, help);
    Some(if purpose::is_specimen(path, &project.tests) { found.level(Level::Warning) } else { found })
}
