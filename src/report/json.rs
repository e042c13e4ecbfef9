//! The JSON verdict: one document always, also where there is no verdict.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::{JsonSchema, schema_for};
use serde::Serialize;

use super::{Outcome, Trouble};
use crate::finding::{Applicability, Edit, Finding, Level, Position, Related, Site, Span};
use crate::path::RepoPath;
use crate::policy::Origin;
use crate::source::Snapshot;

/// The version of the document's form. A later form with the same number only adds.
const SCHEMA_VERSION: u32 = 1;

/// The verdict of one run of ssot. Lines and columns count from 1, columns in Unicode code points; ends are
/// exclusive; paths are from the repository's root.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "ssot verdict")]
struct Document<'o> {
    schema_version: u32,
    tool: Tool,
    snapshot: SnapshotDocument<'o>,
    /// Sorted by path, line, column, rule and subject.
    findings: Vec<FindingDocument<'o>>,
    /// Why there is no verdict, or not a whole one: exit status 2.
    errors: Vec<ErrorDocument<'o>>,
    notes: &'o [String],
    summary: Summary,
}

#[derive(Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct SnapshotDocument<'o> {
    /// Null where no snapshot could be taken.
    kind: Option<SnapshotKind>,
    /// The full name of the commit, for a commit.
    commit: Option<&'o str>,
    /// `ssot.toml`, `pyproject.toml`, `defaults`, or the file that was named.
    policy: String,
    /// The day, in UTC, on which dates of the policy were judged.
    today: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum SnapshotKind {
    Index,
    Commit,
    Worktree,
}

#[derive(Serialize, JsonSchema)]
struct FindingDocument<'o> {
    hook: &'static str,
    rule: &'static str,
    level: LevelDocument,
    /// With U+FFFD for what is not UTF-8; then `path_bytes` has the exact bytes, in base64.
    path: String,
    path_bytes: Option<String>,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    subject: &'o str,
    message: &'o str,
    help: &'o str,
    concept: Option<&'o str>,
    contract: Option<&'o str>,
    owner: Option<&'o str>,
    url: Option<&'o str>,
    /// The line of the policy that asks for it; null for a built-in default.
    policy: Option<PolicyLine>,
    related: Vec<RelatedDocument<'o>>,
    fix: Option<FixDocument<'o>>,
    /// The identity: a hash of hook, rule, path, subject, and the number among equals.
    fingerprint: &'o str,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum LevelDocument {
    Error,
    Warning,
}

#[derive(Serialize, JsonSchema)]
struct PolicyLine {
    path: String,
    line: u32,
}

#[derive(Serialize, JsonSchema)]
struct RelatedDocument<'o> {
    path: String,
    line: u32,
    column: u32,
    message: &'o str,
}

#[derive(Serialize, JsonSchema)]
struct FixDocument<'o> {
    applicability: ApplicabilityDocument,
    edits: Vec<EditDocument<'o>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum ApplicabilityDocument {
    Safe,
    Unsafe,
}

#[derive(Serialize, JsonSchema)]
struct EditDocument<'o> {
    path: String,
    start: PositionDocument,
    end: PositionDocument,
    content: &'o str,
}

#[derive(Serialize, JsonSchema)]
struct PositionDocument {
    line: u32,
    column: u32,
}

#[derive(Serialize, JsonSchema)]
struct ErrorDocument<'o> {
    /// `policy`, `git` or `io`.
    kind: &'static str,
    path: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    message: &'o str,
    help: &'o str,
}

#[derive(Serialize, JsonSchema)]
struct Summary {
    files: usize,
    errors: usize,
    warnings: usize,
    allowed: usize,
    /// Accepted by the baseline.
    baselined: usize,
    /// Known before, under `--new-only` or `--since`.
    known: usize,
    by_rule: BTreeMap<&'static str, usize>,
    seconds: f64,
}

/// The document, indented.
pub fn render(outcome: &Outcome) -> Result<String, serde_json::Error> {
    let verdict = &outcome.verdict;
    let (kind, commit) = match &outcome.snapshot {
        None => (None, None),
        Some(Snapshot::Index) => (Some(SnapshotKind::Index), None),
        Some(Snapshot::Commit(commit)) => (Some(SnapshotKind::Commit), Some(commit.as_str())),
        Some(Snapshot::Worktree) => (Some(SnapshotKind::Worktree), None),
    };
    let policy = match outcome.policy.origin {
        Origin::SsotToml | Origin::Pyproject | Origin::Named => outcome.policy.path.to_lossy(),
        Origin::Defaults => "defaults".to_owned(),
    };
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        snapshot: SnapshotDocument { kind, commit, policy, today: outcome.today.to_string() },
        findings: verdict.findings.iter().map(finding).collect(),
        errors: outcome.troubles.iter().map(error).collect(),
        notes: &verdict.notes,
        summary: Summary {
            files: verdict.files,
            errors: verdict.count(Level::Error),
            warnings: verdict.count(Level::Warning),
            allowed: verdict.allowed,
            baselined: verdict.baselined.len(),
            known: verdict.known,
            by_rule: verdict.by_rule(),
            seconds: (outcome.seconds * 1000.0).round() / 1000.0,
        },
    };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}

/// The JSON Schema of the document.
pub fn schema() -> serde_json::Value {
    schema_for!(Document<'static>).to_value()
}

fn finding(finding: &Finding) -> FindingDocument<'_> {
    let Span { start, end } = finding.span;
    let path_bytes = match finding.path.to_utf8() {
        Some(_) => None,
        None => Some(STANDARD.encode(finding.path.as_bytes())),
    };
    FindingDocument {
        hook: finding.hook,
        rule: finding.rule,
        level: match finding.level {
            Level::Error => LevelDocument::Error,
            Level::Warning => LevelDocument::Warning,
        },
        path: finding.path.to_lossy(),
        path_bytes,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        subject: &finding.subject,
        message: &finding.message,
        help: &finding.help,
        concept: finding.concept.as_deref(),
        contract: finding.contract.as_deref(),
        owner: finding.owner.as_deref(),
        url: finding.url.as_deref(),
        policy: finding.policy.as_ref().map(policy_line),
        related: finding.related.iter().map(related).collect(),
        fix: finding.fix.as_ref().map(|fix| FixDocument {
            applicability: match fix.applicability {
                Applicability::Safe => ApplicabilityDocument::Safe,
                Applicability::Unsafe => ApplicabilityDocument::Unsafe,
            },
            edits: fix.edits.iter().map(edit).collect(),
        }),
        fingerprint: &finding.fingerprint,
    }
}

fn policy_line(site: &Site) -> PolicyLine {
    PolicyLine { path: site.path.to_lossy(), line: site.span.start.line }
}

fn related(place: &Related) -> RelatedDocument<'_> {
    let Position { line, column } = place.span.start;
    RelatedDocument { path: place.path.to_lossy(), line, column, message: &place.message }
}

fn edit(edit: &Edit) -> EditDocument<'_> {
    let position = |at: Position| PositionDocument { line: at.line, column: at.column };
    EditDocument {
        path: edit.path.to_lossy(),
        start: position(edit.span.start),
        end: position(edit.span.end),
        content: &edit.content,
    }
}

fn error(trouble: &Trouble) -> ErrorDocument<'_> {
    let start = trouble.place.as_ref().map(|(_, span)| span.start);
    ErrorDocument {
        kind: trouble.kind.name(),
        path: trouble.place.as_ref().map(|(path, _): &(RepoPath, Span)| path.to_lossy()),
        line: start.map(|at| at.line),
        column: start.map(|at| at.column),
        message: &trouble.message,
        help: &trouble.help,
    }
}
