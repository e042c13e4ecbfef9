//! The formats of a verdict, and `--report FORMAT=PATH`: the same verdict once more, in a file.

use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::{OsStringValueParser, TypedValueParser};
use rustc_hash::FxHashSet;

use super::write;
use crate::path::printable;
use crate::policy::Policy;
use crate::report::frame::Frames;
use crate::report::{self, Here, Outcome, Trouble, TroubleKind};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Frames for a person
    Text,
    /// `path:line:col: hook/rule: message`
    Concise,
    /// One JSON document, as `ssot schema verdict` describes
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations in a GitHub workflow
    Github,
    /// GitLab's Code Quality report
    Gitlab,
    /// A table, for the summary of a step or a comment
    Markdown,
}

/// `FORMAT=PATH`.
#[derive(Clone, Debug)]
pub struct Report {
    pub format: Format,
    path: PathBuf,
}

/// Reads `FORMAT=PATH`; a path may be any bytes.
pub fn parser() -> impl TypedValueParser<Value = Report> {
    OsStringValueParser::new().try_map(|value: OsString| parse(&value))
}

fn parse(value: &OsStr) -> Result<Report, String> {
    let bytes = value.as_encoded_bytes();
    let known: Vec<_> = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
    let known = || known.iter().map(clap::builder::PossibleValue::get_name).collect::<Vec<_>>().join(", ");
    let equals = bytes.iter().position(|byte| *byte == b'=').ok_or("it has the form FORMAT=PATH")?;
    let name = String::from_utf8_lossy(&bytes[..equals]);
    let format = Format::from_str(&name, false)
        .map_err(|_| format!("there is no format `{}`: it is one of {}", printable(name.as_bytes()), known()))?;
    match after(value, equals + 1) {
        path if path.is_empty() => Err("the path is empty".to_owned()),
        path if path == "-" => Err(format!("a report is a file; `--format {name}` prints to standard output")),
        path => Ok(Report { format, path: path.into() }),
    }
}

/// What stands from that byte on, which follows an ASCII character.
#[cfg(unix)]
fn after(value: &OsStr, start: usize) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(value.as_bytes().get(start..).unwrap_or_default()).to_owned()
}

#[cfg(not(unix))]
fn after(value: &OsStr, start: usize) -> OsString {
    value.to_string_lossy().get(start..).unwrap_or_default().into()
}

/// The outcome in a format, as it stands in a file: without colours, of one width, troubles and totals included.
fn whole(format: Format, outcome: &Outcome, here: &Here, policy: Option<&Policy>) -> anyhow::Result<String> {
    if let Some(document) = document(format, outcome, here)? {
        return Ok(document);
    }
    let frames = Frames::of_width(outcome, here, report::frame::WIDTH);
    let mut out = match format {
        Format::Concise => report::concise::render(outcome, here),
        _ => report::text::render(outcome, &frames, policy),
    };
    out.push_str(&report::text::framed_troubles(outcome, &frames));
    if outcome.troubles.is_empty() && format == Format::Text {
        out.push_str(&report::text::totals(outcome));
    }
    Ok(report::without_commands(&anstream::adapter::strip_str(&out).to_string()))
}

/// The formats that are one and the same wherever they go; none for those that are told to a person.
pub fn document(format: Format, outcome: &Outcome, here: &Here) -> anyhow::Result<Option<String>> {
    // `##[` can stand only in a string, where its last character has an escape.
    let quiet = |json: String| json.replace("##[", "##\\u005b");
    Ok(match format {
        Format::Json => Some(quiet(report::json::render(outcome)?)),
        Format::Sarif => Some(quiet(report::sarif::render(outcome)?)),
        Format::Gitlab => Some(quiet(report::gitlab::render(outcome)?)),
        Format::Github => Some(report::github::render(outcome, here)),
        Format::Markdown => Some(report::markdown::render(outcome)),
        Format::Concise | Format::Text => None,
    })
}

/// Writes every report. What hinders one is a trouble of the outcome: where that shows before anything is written,
/// all reports tell of it.
pub fn write(reports: &[Report], outcome: &mut Outcome, here: &Here, policy: Option<&Policy>) -> anyhow::Result<()> {
    let (mut good, mut paths) = (Vec::new(), FxHashSet::default());
    for report in reports {
        let refused =
            if paths.insert(&report.path) { hindrance(&report.path) } else { Some("it is named twice".into()) };
        match refused {
            None => good.push(report),
            Some(why) => outcome.troubles.push(trouble(report, &why)),
        }
    }
    for report in good {
        let text = whole(report.format, outcome, here, policy)?;
        if let Err(error) = put(report, text.as_bytes()) {
            outcome.troubles.push(trouble(report, &error.to_string()));
        }
    }
    Ok(())
}

fn trouble(report: &Report, why: &str) -> Trouble {
    let path = printable(report.path.as_os_str().as_encoded_bytes());
    Trouble {
        kind: TroubleKind::Io,
        place: None,
        message: format!("the report `{path}` cannot be written: {why}"),
        help: String::new(),
    }
}

/// What can be seen beforehand.
fn hindrance(path: &Path) -> Option<String> {
    if path.is_dir() {
        return Some("it is a folder".to_owned());
    }
    let folder = write::folder(path);
    let shown = || printable(folder.as_os_str().as_encoded_bytes());
    (!folder.is_dir()).then(|| format!("there is no folder `{}`", shown()))
}

/// Whole or not at all; but what is no plain file, and the summary of a step, which other commands write to as
/// well, are added to.
fn put(report: &Report, text: &[u8]) -> io::Result<()> {
    let path = report.path.as_path();
    // Behind these names may be a file that standard output goes to: to replace it would lose what follows.
    if let Some("/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1") = path.to_str() {
        return io::stdout().lock().write_all(text);
    }
    if let Some("/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2") = path.to_str() {
        return io::stderr().lock().write_all(text);
    }
    let standing = fs::metadata(path);
    let summary = std::env::var_os("GITHUB_STEP_SUMMARY").is_some_and(|summary| summary == path.as_os_str());
    let shared = summary && report.format == Format::Markdown;
    if shared || standing.is_ok_and(|standing| !standing.is_file()) {
        return OpenOptions::new().append(true).create(shared).open(path)?.write_all(text);
    }
    // A link stays one: what it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    write::whole(&target, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_format_and_a_path() {
        let read = |value: &str| parse(value.as_ref()).map(|report| (report.format, report.path));
        assert_eq!(read("sarif=a=b.sarif"), Ok((Format::Sarif, "a=b.sarif".into())));
        for (value, why) in [
            ("sarif", "it has the form FORMAT=PATH"),
            ("sarif=", "the path is empty"),
            ("json=-", "a report is a file; `--format json` prints to standard output"),
            ("xml=a", "there is no format `xml`: it is one of text, concise, json, sarif, github, gitlab, markdown"),
        ] {
            assert_eq!(read(value), Err(why.to_owned()), "{value}");
        }
    }
}
