//! Every mistake that a policy can hold: refused at its place, all of them in one run, and by the JSON Schema
//! too where that can tell.

use std::sync::LazyLock;

use serde_json::Value;
use ssot::policy::{Origin, PolicyFile};

use super::bounded::judge;
use super::code_mistakes;
use super::mistakes::{RIGHT, ROWS, Schema::CannotTell};
use crate::repository::{Repository, Run};

/// Line, column and message of every error of a JSON verdict.
#[track_caller]
pub fn told(run: &Run) -> Vec<(u64, u64, String)> {
    let verdict = run.json();
    let errors = verdict["errors"].as_array().expect("errors");
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    errors.iter().map(|error| (number(&error["line"]), number(&error["column"]), text(&error["message"]))).collect()
}

fn repository(policy: &str) -> Repository {
    Repository::with(&[
        ("ssot.toml", policy),
        ("src/a.txt", "a\n"),
        ("src/a.py", "x = 1\n"),
        ("src/b.py", "class Name: ...\n"),
    ])
}

/// The schema that `ssot schema policy` prints.
fn schema() -> jsonschema::Validator {
    let printed = judge(&Repository::without_git(), &["schema", "policy"]).status(0).json();
    jsonschema::options().should_validate_formats(true).build(&printed).expect("a schema")
}

/// TOML as the editors' schema checkers see it.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, as_json(value))).collect())
        }
    }
}

/// Fails the test unless the schema accepts a policy that the parser has accepted.
#[track_caller]
pub fn schema_accepts(file: &PolicyFile) {
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(schema);
    let mut value = instance(&file.text);
    if file.origin == Origin::Pyproject {
        value = value["tool"]["ssot"].take();
        if value.is_null() {
            return;
        }
    }
    let errors: Vec<_> = SCHEMA.iter_errors(&value).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0], "{}", file.text);
}

fn instance(policy: &str) -> Value {
    as_json(toml::Value::Table(policy.parse().unwrap_or_else(|error| panic!("{policy}: {error}"))))
}

#[test]
fn every_mistake_is_told_at_its_place() {
    for (policy, (line, column), message, help, _) in ROWS.iter().chain(code_mistakes::ROWS) {
        let repository = repository(policy);
        let run = judge(&repository, &["check", "--format", "json", "--staged"]).status(2);
        assert_eq!(told(&run), [(*line, *column, (*message).to_owned())], "{policy}");
        let verdict = run.json();
        let error = &verdict["errors"][0];
        assert_eq!((error["kind"].as_str(), error["path"].as_str()), (Some("policy"), Some("ssot.toml")), "{policy}");
        assert_eq!(error["help"], *help, "{policy}");
        assert_eq!(verdict["findings"], serde_json::json!([]), "{policy}");
    }
}

#[test]
fn the_schema_refuses_what_it_can_tell() {
    let schema = schema();
    for (policy, _, message, _, expected) in ROWS.iter().chain(code_mistakes::ROWS) {
        let Ok(table) = policy.parse::<toml::Table>() else {
            assert!(*expected == CannotTell, "{policy} is no TOML");
            continue;
        };
        let valid = schema.is_valid(&as_json(toml::Value::Table(table)));
        assert_eq!(valid, *expected == CannotTell, "{policy}: {message}");
    }
}

#[test]
fn what_is_right_passes_both() {
    let schema = schema();
    for policy in RIGHT {
        let run = judge(&repository(policy), &["check", "--format", "json", "--exit-zero"]);
        assert_eq!((told(&run), run.status), (vec![], Some(0)), "{policy}");
        let errors: Vec<_> = schema.iter_errors(&instance(policy)).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{policy}");
    }
}

const TEN: &str = "\
version = 2
[project]
exlude = []
services = { a = 'nowhere' }
[levels]
legacy-nam = 'error'
[no-legacy-files]
forbidden = ['[', '../x']
[max-file-size]
limits = [{ bytes = 'large' }]
[[allow]]
rule = 'legacy-name'
in = '*.bak'
reason = ' '
";

#[test]
fn ten_mistakes_are_told_in_one_run() {
    let repository = repository(TEN);
    let run = judge(&repository, &["check", "--format", "json"]).status(2);
    let places: Vec<_> = told(&run).into_iter().map(|(line, column, _)| (line, column)).collect();
    assert_eq!(places, [(1, 11), (3, 1), (4, 18), (6, 1), (8, 14), (8, 19), (10, 11), (10, 21), (13, 6), (14, 10)]);
    let text = judge(&repository, &["check"]).status(2);
    let arrows = text.stderr.lines().filter_map(|line| line.trim_start().strip_prefix("--> "));
    let expected: Vec<_> = places.iter().map(|(line, column)| format!("ssot.toml:{line}:{column}")).collect();
    assert_eq!(arrows.collect::<Vec<_>>(), expected, "{}", text.stderr);
    assert_eq!(text.stdout, "");
    let shown = judge(&repository, &["policy"]).status(2);
    assert_eq!((shown.stdout.as_str(), shown.stderr), ("", text.stderr));
}
