//! Frames for a person: the first findings whole, the rest as counts, and one line of totals.

use super::frame::Frames;
use super::{Here, Outcome, counted, statistics};
use crate::finding::Level;
use crate::finding::moves::Repair;
use crate::policy::Policy;

/// How many findings are drawn.
pub const MOST_FRAMES: usize = 50;

/// The findings, for standard output.
pub fn render(outcome: &Outcome, frames: &Frames<'_>, policy: Option<&Policy>) -> String {
    let findings = &outcome.verdict.findings;
    let mut out = String::new();
    for finding in findings.iter().take(MOST_FRAMES) {
        out.push_str(&frames.finding(finding));
        out.push('\n');
    }
    if findings.len() > MOST_FRAMES {
        out.push_str(&format!("the first {MOST_FRAMES} of {} findings are shown above; of all:\n\n", findings.len()));
        out.push_str(&statistics::render(outcome, policy));
        out.push('\n');
    }
    out
}

/// What went wrong, for standard error.
pub fn troubles(outcome: &Outcome, here: &Here) -> String {
    framed_troubles(outcome, &Frames::new(outcome, here))
}

pub fn framed_troubles(outcome: &Outcome, frames: &Frames<'_>) -> String {
    outcome.troubles.iter().map(|trouble| frames.trouble(trouble) + "\n").collect()
}

/// One line: how much was found in how many files; and one more where a command ends some of it.
pub fn totals(outcome: &Outcome) -> String {
    let verdict = &outcome.verdict;
    let (errors, warnings) = (verdict.count(Level::Error), verdict.count(Level::Warning));
    let found = match (errors, warnings) {
        (0, 0) => "No findings".to_owned(),
        (errors, 0) => counted(errors, "error"),
        (0, warnings) => counted(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
    };
    let aside =
        [(verdict.allowed, "allowed"), (verdict.baselined.len(), "in the baseline"), (verdict.known, "known before")];
    let aside: Vec<_> = aside.iter().filter(|(count, _)| *count > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let aside = if aside.is_empty() { String::new() } else { format!(" ({})", aside.join(", ")) };
    let mendable = verdict.findings.iter().filter(|finding| matches!(finding.repair, Some(Repair::Moves(_)))).count();
    let hint = if mendable > 0 { format!("`ssot fix` can mend {mendable} of them.\n") } else { String::new() };
    format!("{found} in {}{aside}.\n{hint}", counted(verdict.files, "file"))
}
