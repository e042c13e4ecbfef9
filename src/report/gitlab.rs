//! The Code Quality report of GitLab: a list of issues.

use serde::Serialize;

use super::{Outcome, Trouble};
use crate::finding::{Finding, Level};
use crate::path::{RepoPath, printable};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    /// The identity; no two issues of a report share one.
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// The list, indented. What kept a verdict from being reached is an issue too, lest its absence look clean.
pub fn render(outcome: &Outcome) -> Result<String, serde_json::Error> {
    let troubles = outcome.troubles.iter().zip(0..).map(|(trouble, number)| in_the_way(outcome, trouble, number));
    let issues: Vec<_> = troubles.chain(outcome.verdict.findings.iter().map(issue)).collect();
    serde_json::to_string_pretty(&issues).map(|text| text + "\n")
}

fn issue(finding: &Finding) -> Issue {
    Issue {
        description: printable(format!("{} ({})", finding.message, finding.help)),
        check_name: format!("{}/{}", finding.hook, finding.rule),
        fingerprint: finding.fingerprint.clone(),
        severity: match finding.level {
            Level::Error => "major",
            Level::Warning => "minor",
        },
        location: location(&finding.path, finding.span.start.line),
    }
}

fn in_the_way(outcome: &Outcome, trouble: &Trouble, number: u32) -> Issue {
    let help = if trouble.help.is_empty() { String::new() } else { format!(" ({})", trouble.help) };
    let policy = &outcome.policy.path;
    let (path, line) = trouble.place.as_ref().map_or((policy, 1), |(path, span)| (path, span.start.line));
    let said = format!("{}\n{}\n{number}", trouble.kind.name(), trouble.message);
    Issue {
        description: printable(format!("no verdict: {}{help}", trouble.message)),
        check_name: format!("ssot/{}", trouble.kind.name()),
        fingerprint: blake3::hash(said.as_bytes()).to_hex()[..32].to_owned(),
        severity: "blocker",
        location: location(path, line),
    }
}

fn location(path: &RepoPath, begin: u32) -> Location {
    Location { path: path.to_lossy(), lines: Lines { begin } }
}
