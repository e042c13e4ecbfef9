//! One line per finding: `path:line:col: hook/rule: message`.

use super::{Here, Outcome};
use crate::finding::{Finding, Level};
use crate::path::printable;

pub fn render(outcome: &Outcome, here: &Here) -> String {
    outcome.verdict.findings.iter().map(|finding| line(finding, here)).collect()
}

/// The line of one finding, with its end.
pub fn line(finding: &Finding, here: &Here) -> String {
    let at = finding.span.start;
    let weight = if finding.level == Level::Warning { "warning: " } else { "" };
    let (path, message) = (here.show(&finding.path), printable(finding.message.as_bytes()));
    let (hook, rule) = (finding.hook, finding.rule);
    format!("{path}:{}:{}: {hook}/{rule}: {weight}{message}\n", at.line, at.column)
}
