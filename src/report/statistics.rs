//! Counts: by rule, by folder, and by service where the policy names services.

use std::collections::BTreeMap;

use super::Outcome;
use crate::finding::{Finding, Level};
use crate::path::printable;
use crate::policy::Policy;

/// How many folders are shown.
const MOST_FOLDERS: usize = 10;

/// Tables of all findings.
pub fn render(outcome: &Outcome, policy: Option<&Policy>) -> String {
    let findings = &outcome.verdict.findings;
    if findings.is_empty() {
        return String::new();
    }
    let mut tables = vec![by_rule(findings), table("by folder", findings, MOST_FOLDERS, folder)];
    tables.extend(policy.and_then(|policy| by_service(findings, policy)));
    tables.join("\n")
}

fn by_rule(findings: &[Finding]) -> String {
    table("by rule", findings, usize::MAX, |finding| format!("{}/{}", finding.hook, finding.rule))
}

/// None where the policy names no services.
fn by_service(findings: &[Finding], policy: &Policy) -> Option<String> {
    let service = |finding: &Finding| policy.project.service_of(&finding.path).unwrap_or("(none)").to_owned();
    (!policy.project.services.is_empty()).then(|| table("by service", findings, usize::MAX, service))
}

/// Tables of what is accepted and left to be mended.
pub fn left(findings: &[Finding], policy: &Policy) -> String {
    let mut tables = vec![by_rule(findings)];
    tables.extend(by_service(findings, policy));
    if findings.iter().any(|finding| finding.owner.is_some()) {
        let owner = |finding: &Finding| printable(finding.owner.as_deref().unwrap_or("(none)"));
        tables.push(table("by owner", findings, usize::MAX, owner));
    }
    tables.join("\n")
}

/// The first two folders of the path.
fn folder(finding: &Finding) -> String {
    let folder = finding.path.folder();
    let cut = memchr::memchr_iter(b'/', folder).nth(1).unwrap_or(folder.len());
    if folder.is_empty() { "./".to_owned() } else { format!("{}/", printable(&folder[..cut])) }
}

fn table(title: &str, findings: &[Finding], most: usize, name: impl Fn(&Finding) -> String) -> String {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for finding in findings {
        let (errors, warnings) = counts.entry(name(finding)).or_default();
        *(if finding.level == Level::Error { errors } else { warnings }) += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|(_, (errors, warnings))| std::cmp::Reverse((*errors, *warnings)));
    let mut out = format!("{:>7} {:>8}  {title}\n", "errors", "warnings");
    let left = rows.len().saturating_sub(most);
    for (name, (errors, warnings)) in rows.into_iter().take(most) {
        out.push_str(&format!("{errors:>7} {warnings:>8}  {name}\n"));
    }
    if left > 0 {
        out.push_str(&format!("{:>16}  and {left} more\n", ""));
    }
    out
}
