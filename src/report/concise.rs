//! One line per finding: `path:line:col: hook/rule: message`.

use super::{Here, Outcome};
use crate::finding::Level;
use crate::path::printable;

pub fn render(outcome: &Outcome, here: &Here) -> String {
    let mut out = String::new();
    for finding in &outcome.verdict.findings {
        let at = finding.span.start;
        let weight = if finding.level == Level::Warning { "warning: " } else { "" };
        let (path, message) = (here.show(&finding.path), printable(finding.message.as_bytes()));
        let (hook, rule) = (finding.hook, finding.rule);
        out.push_str(&format!("{path}:{}:{}: {hook}/{rule}: {weight}{message}\n", at.line, at.column));
    }
    out
}
