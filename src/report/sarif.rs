//! SARIF 2.1.0, as code scanning services read it: one document always, also where there is no verdict.
//!
//! Own structs: of the standard's objects a tenth is used, and a crate of them all generates code for a minute.

use serde::Serialize;
use serde_json::{Value, json};

use super::Outcome;
use crate::finding::{Edit, Finding, Level, Span};
use crate::path::{RepoPath, printable};
use crate::rules::{self, RuleDef};

/// GitHub stores so many results of a run, and refuses a file with five times as many.
pub const MOST_RESULTS: usize = 5000;

/// GitHub refuses a file of more than 10 MB, gzipped. What is no larger before is no larger after.
pub const MOST_BYTES: usize = 10_000_000;

/// A longer list of related places is cut.
const MOST_RELATED: usize = 20;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What relative URIs start from: the repository's root, wherever it lies.
const ROOT: &str = "%SRCROOT%";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultObject<'o> {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Value,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Value>,
    properties: Properties<'o>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct Properties<'o> {
    subject: &'o str,
    #[serde(skip_serializing_if = "Option::is_none")]
    concept: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contract: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'o str>,
}

/// The document, on one line.
pub fn render(outcome: &Outcome) -> Result<String, serde_json::Error> {
    let (rules, rule_objects) = rules_of(outcome);
    let (results, left_out) = results(outcome, &rules)?;
    let status = outcome.exit_status();
    let mut invocation = json!({"executionSuccessful": outcome.troubles.is_empty(), "exitCode": status});
    invocation["toolExecutionNotifications"] = notifications(outcome, left_out).into();
    let driver = json!({
        "name": env!("CARGO_PKG_NAME"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": rule_objects,
    });
    let head = json!({
        "tool": {"driver": driver},
        "invocations": [invocation],
        "originalUriBaseIds": {ROOT: {"description": {"text": "the root of the repository"}}},
        "columnKind": "unicodeCodePoints",
    });
    #[derive(Serialize)]
    struct Run<'o> {
        #[serde(flatten)]
        head: Value,
        results: Vec<ResultObject<'o>>,
    }
    #[derive(Serialize)]
    struct Log<'o> {
        #[serde(rename = "$schema")]
        schema: &'static str,
        version: &'static str,
        runs: [Run<'o>; 1],
    }
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [Run { head, results }] };
    serde_json::to_string(&log).map(|text| text + "\n")
}

/// What stands first, errors before warnings, then what a baseline accepts, each in the order of the verdict.
fn by_weight(outcome: &Outcome) -> impl Iterator<Item = (&Finding, bool)> {
    let verdict = &outcome.verdict;
    let standing = |level| verdict.findings.iter().filter(move |finding| finding.level == level);
    let standing = standing(Level::Error).chain(standing(Level::Warning)).map(|finding| (finding, false));
    standing.chain(verdict.baselined.iter().map(|finding| (finding, true)))
}

/// As many results as the limits leave room for, and how many that leaves out.
fn results<'o>(outcome: &'o Outcome, rules: &[String]) -> Result<(Vec<ResultObject<'o>>, usize), serde_json::Error> {
    let mut results = Vec::new();
    // A tenth is room for all that is no result.
    let mut room = MOST_BYTES - MOST_BYTES / 10;
    let all = outcome.verdict.findings.len() + outcome.verdict.baselined.len();
    for (finding, accepted) in by_weight(outcome).take(MOST_RESULTS) {
        let result = result(finding, accepted, rules);
        let size = serde_json::to_string(&result)?.len() + 1;
        if size > room {
            break;
        }
        room -= size;
        results.push(result);
    }
    let left_out = all - results.len();
    Ok((results, left_out))
}

fn id(finding: &Finding) -> String {
    format!("{}/{}", finding.hook, finding.rule)
}

/// The ids of the rules that found something, sorted, and what is said of each.
fn rules_of(outcome: &Outcome) -> (Vec<String>, Vec<Value>) {
    let verdict = &outcome.verdict;
    let mut found: Vec<_> = verdict.findings.iter().chain(&verdict.baselined).map(|f| (f.hook, f.rule)).collect();
    found.sort_unstable();
    found.dedup();
    let objects = found.iter().filter_map(|(hook, name)| Some(rule(hook, rules::find(name)?))).collect();
    (found.iter().map(|(hook, name)| format!("{hook}/{name}")).collect(), objects)
}

fn rule(hook: &str, rule: &RuleDef) -> Value {
    let page = rule.page();
    json!({
        "id": format!("{hook}/{}", rule.name),
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": page, "markdown": page},
        "helpUri": format!("{}/blob/v{}/tests/rules/{}.md", env!("CARGO_PKG_REPOSITORY"), env!("CARGO_PKG_VERSION"), rule.name),
        "defaultConfiguration": {"level": level(rule.level.unwrap_or(Level::Warning)), "enabled": rule.level.is_some()},
        "properties": {"tags": [hook]},
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

fn result<'o>(finding: &'o Finding, accepted: bool, rules: &[String]) -> ResultObject<'o> {
    let id = id(finding);
    let mut related: Vec<_> =
        finding.policy.iter().map(|at| location(&at.path, at.span, Some("the policy says so here"))).collect();
    related.extend(finding.related.iter().take(MOST_RELATED).map(|at| location(&at.path, at.span, Some(&at.message))));
    ResultObject {
        rule_index: rules.binary_search(&id).unwrap_or_default(),
        rule_id: id,
        level: level(finding.level),
        message: message(&format!("{}\nhelp: {}", finding.message, finding.help)),
        locations: [location(&finding.path, finding.span, None)],
        related_locations: related,
        // Under a name of its own: GitHub warns of every `primaryLocationLineHash` that it would count otherwise.
        partial_fingerprints: json!({"ssot/v1": finding.fingerprint}),
        suppressions: if accepted {
            vec![json!({"kind": "external", "status": "accepted", "justification": "accepted by the baseline"})]
        } else {
            Vec::new()
        },
        fixes: finding.fix.iter().map(|fix| fixed(&fix.edits)).collect(),
        properties: Properties {
            subject: &finding.subject,
            concept: finding.concept.as_deref(),
            contract: finding.contract.as_deref(),
            owner: finding.owner.as_deref(),
            url: finding.url.as_deref(),
        },
    }
}

/// A text on which no name can hang a link: `[words](target)` is one in a message.
fn message(text: &str) -> Value {
    let lines: Vec<_> = text.split('\n').map(|line| printable(line).replace("](", "] (")).collect();
    json!({"text": lines.join("\n")})
}

/// Edits of one file make one change.
fn fixed(edits: &[Edit]) -> Value {
    let mut paths: Vec<_> = edits.iter().map(|edit| &edit.path).collect();
    paths.sort();
    paths.dedup();
    let replacement =
        |edit: &Edit| json!({"deletedRegion": region(edit.span), "insertedContent": {"text": edit.content}});
    let changes: Vec<_> = paths
        .into_iter()
        .map(|path| {
            let replacements: Vec<_> = edits.iter().filter(|edit| edit.path == *path).map(replacement).collect();
            json!({"artifactLocation": artifact(path), "replacements": replacements})
        })
        .collect();
    json!({"artifactChanges": changes})
}

fn location(path: &RepoPath, span: Span, said: Option<&str>) -> Location {
    Location {
        physical_location: Physical { artifact_location: artifact(path), region: region(span) },
        message: said.map(message),
    }
}

fn region(Span { start, end }: Span) -> Region {
    Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

/// A policy that was named may lie outside of the root.
fn artifact(path: &RepoPath) -> Artifact {
    let uri = escaped(path.as_bytes());
    if uri.starts_with('/') {
        return Artifact { uri: format!("file://{uri}"), uri_base_id: None };
    }
    let inside = !uri.starts_with("../");
    Artifact { uri, uri_base_id: inside.then_some(ROOT) }
}

/// Every byte that is not plainly itself in a URI, as `%XX` (RFC 3986): also those that are not UTF-8.
fn escaped(path: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.iter().map(|byte| if plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// What is no finding: troubles, notes, and what there was no room for.
fn notifications(outcome: &Outcome, left_out: usize) -> Vec<Value> {
    let mut all = Vec::new();
    for trouble in &outcome.troubles {
        let help = if trouble.help.is_empty() { String::new() } else { format!("\nhelp: {}", trouble.help) };
        let locations: Vec<_> = trouble.place.iter().map(|(path, span)| location(path, *span, None)).collect();
        all.push(json!({
            "level": "error",
            "message": message(&format!("{}: {}{help}", trouble.kind.name(), trouble.message)),
            "locations": locations,
        }));
    }
    if left_out > 0 {
        let verdict = &outcome.verdict;
        let text = format!(
            "{left_out} of {} results are left out, the lightest first: a code scanning service takes no more",
            verdict.findings.len() + verdict.baselined.len()
        );
        all.push(json!({"level": "warning", "message": message(&text)}));
    }
    all.extend(outcome.verdict.notes.iter().map(|note| json!({"level": "note", "message": message(note)})));
    all
}
