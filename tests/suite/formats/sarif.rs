//! SARIF against the schema of its standard, and what that schema cannot demand.

use std::sync::LazyLock;

use serde_json::{Value, json};
use ssot::finding::{Applicability, Edit, Fix, Level, Position, Related, Site, Span};
use ssot::path::RepoPath;
use ssot::report::{Outcome, Trouble, TroubleKind, sarif};
use ssot::rules::find;

use super::{finding, made_up, staged};
use crate::repository::Repository;

/// See tests/oracle/README.md.
static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let mut schema: Value = serde_json::from_str(include_str!("../../oracle/sarif-schema-2.1.0.json")).expect("JSON");
    for (_, definition) in schema["definitions"].as_object_mut().expect("definitions") {
        // Its pattern has a bracket too many; no document here names a language.
        definition["properties"].get_mut("language").and_then(Value::as_object_mut).map(|key| key.remove("pattern"));
    }
    jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
});

/// The document, after it has passed the schema.
#[track_caller]
pub fn valid(text: &str) -> Value {
    let log: Value = serde_json::from_str(text).expect("JSON");
    let mistakes: Vec<_> = SCHEMA.iter_errors(&log).map(|error| error.to_string()).collect();
    assert!(mistakes.is_empty(), "{mistakes:?}\n{log:#}");
    log
}

fn render(outcome: &Outcome) -> Value {
    valid(&sarif::render(outcome).expect("a document"))
}

fn span(line: u32, column: u32, end_column: u32) -> Span {
    Span { start: Position { line, column }, end: Position { line, column: end_column } }
}

#[test]
fn a_document_that_is_wrong_does_not_pass() {
    let mut log = render(&made_up(vec![finding("a", Level::Error)], Vec::new()));
    log["runs"][0]["results"][0]["level"] = "grave".into();
    assert!(!SCHEMA.is_valid(&log));
    log["runs"][0]["results"][0]["level"] = "error".into();
    assert!(SCHEMA.is_valid(&log));
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "a b|c".into();
    assert!(!SCHEMA.is_valid(&log));
}

#[test]
fn all_that_is_known_of_a_finding() {
    let mut found = finding("a/b.py", Level::Warning);
    found.span = span(3, 5, 9);
    found.message = "see [this](https://example.com)\u{1b}".to_owned();
    found.policy = Some(Site { path: "ssot.toml".into(), span: span(7, 1, 4) });
    found.related = vec![Related { path: "c d.py".into(), span: span(2, 1, 1), message: "its twin".to_owned() }];
    found.owner = Some("@platform".to_owned());
    let edit = |path: &str, content: &str| Edit { path: path.into(), span: span(3, 5, 9), content: content.to_owned() };
    let edits = vec![edit("a/b.py", "x"), edit("c.py", ""), edit("a/b.py", "y")];
    found.fix = Some(Fix { applicability: Applicability::Safe, edits });
    let log = render(&made_up(vec![found], Vec::new()));
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let result = &run["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&json!("no-legacy-files/legacy-name"), &json!("warning")));
    assert_eq!(result["message"]["text"], "see [this] (https://example.com)\\u{1b}\nhelp: delete it");
    let region = json!({"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9});
    let file = |uri: &str| json!({"uri": uri, "uriBaseId": "%SRCROOT%"});
    assert_eq!(
        result["locations"][0]["physicalLocation"],
        json!({"artifactLocation": file("a/b.py"), "region": region})
    );
    let related = |number: usize| {
        let place = &result["relatedLocations"][number];
        (place["physicalLocation"]["artifactLocation"].clone(), place["message"]["text"].clone())
    };
    assert_eq!(related(0), (file("ssot.toml"), json!("the policy says so here")));
    assert_eq!(related(1), (file("c%20d.py"), json!("its twin")));
    assert_eq!(result["partialFingerprints"]["ssot/v1"].as_str().map(str::len), Some(32));
    assert_eq!(result["properties"], json!({"subject": "subject", "owner": "@platform"}));
    assert_eq!(result["suppressions"], Value::Null);
    let replaced = |content: &str| json!({"deletedRegion": region, "insertedContent": {"text": content}});
    assert_eq!(
        result["fixes"],
        json!([{"artifactChanges": [
            {"artifactLocation": file("a/b.py"), "replacements": [replaced("x"), replaced("y")]},
            {"artifactLocation": file("c.py"), "replacements": [replaced("")]},
        ]}])
    );
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("an index") as usize];
    assert_eq!(rule["id"], result["ruleId"]);
    let page = find("legacy-name").expect("the rule").page();
    assert_eq!((&rule["help"]["markdown"], &rule["help"]["text"]), (&json!(page), &json!(page)));
}

#[test]
fn every_result_names_its_rule() {
    let policy = "[no-legacy-files.closed]\n\"core\" = [\"main.py\"]\n";
    let repository = Repository::with(&[
        ("ssot.toml", policy),
        ("core/main.py", ""),
        ("core/b.py", ""),
        ("a.bak", ""),
        ("c.py", "def :\n"),
    ]);
    let log = valid(&repository.ssot(&["check", "--format", "sarif"]).status(1).stdout);
    let rules = &log["runs"][0]["tool"]["driver"]["rules"];
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!((results.len(), rules.as_array().map(Vec::len)), (3, Some(3)));
    for result in results {
        assert_eq!(rules[result["ruleIndex"].as_u64().expect("an index") as usize]["id"], result["ruleId"]);
    }
}

#[test]
fn what_a_baseline_accepts_is_suppressed() {
    let log = render(&made_up(vec![finding("new", Level::Error)], vec![finding("old", Level::Error)]));
    let results = &log["runs"][0]["results"];
    assert_eq!(results[0]["suppressions"], Value::Null);
    assert_eq!(
        (&results[1]["suppressions"][0]["kind"], &results[1]["suppressions"][0]["status"]),
        (&"external".into(), &"accepted".into())
    );
    let accepted = made_up(Vec::new(), vec![finding("old", Level::Error)]);
    assert_eq!(render(&accepted)["runs"][0]["invocations"][0]["exitCode"], 0);
}

#[test]
fn paths_are_uris() {
    for (path, uri, base) in [
        (&b"a b/c#d?.py"[..], "a%20b/c%23d%3F.py", Some("%SRCROOT%")),
        (b"C:x%41", "C%3Ax%2541", Some("%SRCROOT%")),
        (b"\xff\xc3\xa4", "%FF%C3%A4", Some("%SRCROOT%")),
        (b"../policy.toml", "../policy.toml", None),
        (b"/etc/a b.toml", "file:///etc/a%20b.toml", None),
    ] {
        let mut found = finding("a", Level::Error);
        found.path = RepoPath::new(path);
        let log = render(&made_up(vec![found], Vec::new()));
        let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!((place["uri"].as_str(), place["uriBaseId"].as_str()), (Some(uri), base));
    }
}

#[test]
fn without_a_verdict_it_says_why() {
    let mut outcome = made_up(Vec::new(), Vec::new());
    let place = Some(("ssot.toml".into(), span(2, 1, 5)));
    let (message, help) = ("unknown key `x`".to_owned(), "did you mean `y`?".to_owned());
    outcome.troubles = vec![Trouble { kind: TroubleKind::Policy, place, message, help }];
    outcome.verdict.notes = vec!["a note".to_owned()];
    let log = render(&outcome);
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&json!(false), &json!(2)));
    let said = invocation["toolExecutionNotifications"].as_array().expect("notifications");
    let texts: Vec<_> = said.iter().map(|said| (said["level"].as_str(), said["message"]["text"].as_str())).collect();
    let why = "policy: unknown key `x`\nhelp: did you mean `y`?";
    assert_eq!(texts, [(Some("error"), Some(why)), (Some("note"), Some("a note"))]);
    assert_eq!(said[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
}

#[test]
fn of_every_run() {
    let (repository, plain) = (staged(&super::NASTY), Repository::without_git());
    for (run, status, successful) in [
        (repository.ssot(&["check", "--staged", "--format", "sarif"]), 1, true),
        (repository.ssot(&["check", "--staged", "--format", "sarif", "--exit-zero"]), 0, true),
        (repository.ssot(&["check", "--format", "sarif", "--rev", "nowhere"]), 2, false),
        (plain.ssot(&["check", "--format", "sarif", "--staged"]), 2, false),
        (plain.ssot(&["check", "--format", "sarif"]), 0, true),
    ] {
        let log = valid(&run.status(status).stdout);
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!(invocation["exitCode"], status);
        assert_eq!(invocation["executionSuccessful"], successful);
    }
}
