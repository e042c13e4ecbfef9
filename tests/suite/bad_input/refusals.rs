//! Every mistake that a policy can hold: refused at its place, all of them in one run, and by the JSON Schema
//! too where that can tell.

use std::sync::LazyLock;

use serde_json::Value;
use ssot::policy::{Origin, PolicyFile};

use super::bounded::judge;
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Schema {
    Refuses,
    /// Only the tool can tell.
    CannotTell,
}
use Schema::{CannotTell, Refuses};

/// A policy, where its one mistake is, what is said, what is advised, and what the schema says.
type Row = (&'static str, (u64, u64), &'static str, &'static str, Schema);

const ROWS: &[Row] = &[
    ("version = 2", (1, 11), "version 2 of the policy is not known", "this release reads version 1", Refuses),
    ("version = '1'", (1, 11), "`version` takes the number 1, not the text \"1\"", "", Refuses),
    ("version = 1.0", (1, 11), "`version` takes the number 1, not the number 1.0", "", CannotTell),
    ("version = true", (1, 11), "`version` takes the number 1, not true", "", Refuses),
    (
        "vers = 1",
        (1, 1),
        "unknown key `vers`",
        "known here: version, project, levels, defaults, no-legacy-files, max-file-size, allow",
        Refuses,
    ),
    (
        "colour = 1",
        (1, 1),
        "unknown key `colour`",
        "known here: version, project, levels, defaults, no-legacy-files, max-file-size, allow",
        Refuses,
    ),
    (
        "[concept.a]\nhome = 'x'",
        (1, 2),
        "unknown key `concept`",
        "known here: version, project, levels, defaults, no-legacy-files, max-file-size, allow",
        Refuses,
    ),
    ("[project]\nexlude = []", (2, 1), "unknown key `exlude`", "did you mean `exclude`?", Refuses),
    ("[project]\nwarn_days = 3", (2, 1), "unknown key `warn_days`", "did you mean `warn-days`?", Refuses),
    ("[no-legacy-file]", (1, 2), "unknown key `no-legacy-file`", "did you mean `no-legacy-files`?", Refuses),
    (
        "[project]\nexclude = 3",
        (2, 11),
        "`exclude` takes a glob in quotes, or a list of them, not the number 3",
        "",
        Refuses,
    ),
    ("[project]\nexclude = ['a', 3]", (2, 17), "`exclude` takes a glob in quotes, not the number 3", "", Refuses),
    ("[project]\nexclude = [['a']]", (2, 12), "`exclude` takes a glob in quotes, not a list", "", Refuses),
    (
        "[project]\ntests = { a = 1 }",
        (2, 9),
        "`tests` takes a glob in quotes, or a list of them, not a table",
        "",
        Refuses,
    ),
    ("[project]\ntests = ''", (2, 9), "an empty glob matches nothing; `**` matches every file", "", Refuses),
    (
        "[project]\nwarn-days = -1",
        (2, 13),
        "`warn-days` takes a whole number from 0 up, not the number -1",
        "",
        Refuses,
    ),
    (
        "[project]\nwarn-days = 1.5",
        (2, 13),
        "`warn-days` takes a whole number from 0 up, not the number 1.5",
        "",
        Refuses,
    ),
    (
        "[project]\nwarn-days = '3'",
        (2, 13),
        "`warn-days` takes a whole number from 0 up, not the text \"3\"",
        "",
        Refuses,
    ),
    (
        "[project]\nwarn-days = 99999999999",
        (2, 13),
        "`warn-days` takes at most 4294967295, not 99999999999",
        "",
        Refuses,
    ),
    (
        "[project]\nservices = 'src'",
        (2, 12),
        "`services` takes a table, each value a folder from the root, in quotes, not the text \"src\"",
        "",
        Refuses,
    ),
    (
        "[project]\nservices = { a = 3 }",
        (2, 18),
        "`a` takes a folder from the root, in quotes, not the number 3",
        "",
        Refuses,
    ),
    (
        "[project]\nservices = { a = 'nowhere' }",
        (2, 18),
        "the folder `nowhere` of the service `a` does not exist",
        "name the folder that holds it, from the repository's root",
        CannotTell,
    ),
    ("[project]\nservices = { a = '../src' }", (2, 18), "`../src` leaves the repository", "", CannotTell),
    ("[project]\nservices = { a = 'src/*' }", (2, 18), "`src/*` is a glob; a folder is meant", "", CannotTell),
    (
        "[project]\nservices = { a = 'src/a.txt' }",
        (2, 18),
        "the folder `src/a.txt` of the service `a` does not exist",
        "name the folder that holds it, from the repository's root",
        CannotTell,
    ),
    ("[project]\nservices = { '' = 'src' }", (2, 14), "an empty name", "", CannotTell),
    ("project = 3", (1, 11), "`project` takes a table, not the number 3", "", Refuses),
    ("[[project]]", (1, 1), "`project` takes a table, not a list", "", Refuses),
    (
        "[levels]\nlegacy-nam = 'error'",
        (2, 1),
        "there is no rule `legacy-nam`",
        "did you mean `legacy-name`?",
        CannotTell,
    ),
    (
        "[levels]\nnothing-like-it = 'error'",
        (2, 1),
        "there is no rule `nothing-like-it`",
        "`ssot rules` lists the rules",
        CannotTell,
    ),
    (
        "[levels]\nlegacy-name = 'eror'",
        (2, 15),
        "`eror` is none of \"error\" | \"warning\" | \"off\"; did you mean \"error\"?",
        "",
        Refuses,
    ),
    ("[levels]\nlegacy-name = 'loud'", (2, 15), "`loud` is none of \"error\" | \"warning\" | \"off\"", "", Refuses),
    (
        "[levels]\nlegacy-name = 1",
        (2, 15),
        "`legacy-name` takes \"error\" | \"warning\" | \"off\", not the number 1",
        "",
        Refuses,
    ),
    (
        "levels = []",
        (1, 10),
        "`levels` takes a table, each value \"error\" | \"warning\" | \"off\", not a list",
        "",
        Refuses,
    ),
    ("[defaults]\nowner = 3", (2, 9), "`owner` takes text, not the number 3", "", Refuses),
    ("[defaults]\nowner = ' '", (2, 9), "empty text", "", Refuses),
    ("[defaults]\ndoc = 'x'", (2, 1), "unknown key `doc`", "did you mean `docs`?", Refuses),
    ("[defaults]\ndocs = 2026-01-01", (2, 8), "`docs` takes text, not the date 2026-01-01", "", CannotTell),
    (
        "[no-legacy-files]\npatterns = '*.x'",
        (2, 12),
        "`patterns` takes a list, each a glob in quotes, not the text \"*.x\"",
        "",
        Refuses,
    ),
    (
        "[no-legacy-files]\nextend-patterns = [1.5]",
        (2, 20),
        "`extend-patterns` takes a glob in quotes, not the number 1.5",
        "",
        Refuses,
    ),
    ("[no-legacy-files]\nforbidden = ['[']", (2, 14), "`[`: unclosed character class; missing ']'", "", CannotTell),
    (
        "[no-legacy-files]\nforbidden = ['{a']",
        (2, 14),
        "`{a`: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)",
        "",
        CannotTell,
    ),
    (
        "[no-legacy-files]\nforbidden = ['!a']",
        (2, 14),
        "`!a`: a glob cannot be negated; leave it out of the list instead",
        "",
        CannotTell,
    ),
    ("[no-legacy-files]\nforbidden = ['a', '../x']", (2, 19), "`../x` leaves the repository", "", CannotTell),
    ("[no-legacy-files]\nforbidden = ['a/../b']", (2, 14), "`a/../b` leaves the repository", "", CannotTell),
    (
        "[no-legacy-files]\nforbidden = ['./a']",
        (2, 14),
        "`./a`: write it from the repository's root with single slashes, such as `src/*.py`",
        "",
        CannotTell,
    ),
    (
        "[no-legacy-files]\nforbidden = ['a//b']",
        (2, 14),
        "`a//b`: write it from the repository's root with single slashes, such as `src/*.py`",
        "",
        CannotTell,
    ),
    (
        "[no-legacy-files]\nforbidden = ['a\\b']",
        (2, 14),
        "`a\\b`: write it from the repository's root with single slashes, such as `src/*.py`",
        "",
        CannotTell,
    ),
    (
        "[no-legacy-files]\nforbidden = ['/']",
        (2, 14),
        "an empty glob matches nothing; `**` matches every file",
        "",
        CannotTell,
    ),
    (
        "[no-legacy-files]\nclosed = []",
        (2, 10),
        "`closed` takes a table, each value a list, each a glob in quotes, not a list",
        "",
        Refuses,
    ),
    ("[no-legacy-files.closed]\n'a*' = []", (2, 1), "`a*` is a glob; a folder is meant", "", CannotTell),
    ("[no-legacy-files.closed]\n'../a' = []", (2, 1), "`../a` leaves the repository", "", CannotTell),
    (
        "[no-legacy-files.closed]\na = 'x'",
        (2, 5),
        "`a` takes a list, each a glob in quotes, not the text \"x\"",
        "",
        Refuses,
    ),
    ("[no-legacy-files.closed]\na = ['[']", (2, 6), "`[`: unclosed character class; missing ']'", "", CannotTell),
    ("[no-legacy-files.closed]\na = [true]", (2, 6), "`a` takes a glob in quotes, not true", "", Refuses),
    ("[max-file-size]\nlimits = {}", (2, 10), "`limits` takes a list of tables, not a table", "", Refuses),
    ("[max-file-size]\nlimits = ['x']", (2, 11), "`limits` takes a table, not the text \"x\"", "", Refuses),
    (
        "[max-file-size]\nlimits = [{ lines = 3 }]",
        (2, 11),
        "`files` is missing",
        "The files that this entry limits.",
        Refuses,
    ),
    (
        "[max-file-size]\nlimits = [{ files = '*', line = 3 }]",
        (2, 26),
        "unknown key `line`",
        "did you mean `lines`?",
        Refuses,
    ),
    (
        "[max-file-size]\nlimits = [{ files = '*', bytes = '500' }]",
        (2, 34),
        "`500` is no size: write a number and a unit, such as \"500 KiB\" or \"2 MB\"",
        "",
        Refuses,
    ),
    (
        "[max-file-size]\nlimits = [{ files = '*', bytes = 500 }]",
        (2, 34),
        "`bytes` takes a size such as \"500 KiB\", or \"off\", not the number 500",
        "",
        Refuses,
    ),
    (
        "[max-file-size]\nlimits = [{ files = '*', bytes = '1 kib' }]",
        (2, 34),
        "`1 kib` is no size: write a number and a unit, such as \"500 KiB\" or \"2 MB\"",
        "",
        Refuses,
    ),
    (
        "[max-file-size]\nlimits = [{ files = '*', bytes = '0 B' }]",
        (2, 34),
        "`0 B` is no size: write a number and a unit, such as \"500 KiB\" or \"2 MB\"",
        "",
        CannotTell,
    ),
    (
        "[max-file-size]\nlimits = [{ files = '*', bytes = '99999999999 GiB' }]",
        (2, 34),
        "`99999999999 GiB` is no size: write a number and a unit, such as \"500 KiB\" or \"2 MB\"",
        "",
        CannotTell,
    ),
    (
        "[max-file-size]\nlimits = [{ files = '*', lines = 0 }]",
        (2, 34),
        "`lines` takes a number of lines from 1 up, or \"off\", not the number 0",
        "",
        Refuses,
    ),
    (
        "[max-file-size]\nlimits = [{ files = '*', lines = -3 }]",
        (2, 34),
        "`lines` takes a number of lines from 1 up, or \"off\", not the number -3",
        "",
        Refuses,
    ),
    (
        "[max-file-size]\nlimits = [{ files = '*', lines = 'none' }]",
        (2, 34),
        "`lines` takes a number of lines from 1 up, or \"off\", not the text \"none\"",
        "",
        Refuses,
    ),
    (
        "[max-file-size]\nlimits = [{ files = '*', lines = 5000000000 }]",
        (2, 34),
        "`lines` takes at most 4294967295, not 5000000000",
        "",
        Refuses,
    ),
    ("[max-file-size]\nfunction-lines = 3", (2, 1), "unknown key `function-lines`", "known here: limits", Refuses),
    (
        "[[allow]]\nin = 'a'\nreason = 'x'",
        (1, 1),
        "`rule` is missing",
        "The rule whose findings are let through.",
        Refuses,
    ),
    (
        "[[allow]]\nrule = 'legacy-name'\nreason = 'x'",
        (1, 1),
        "`in` is missing",
        "A path, or a glob together with `max`.",
        Refuses,
    ),
    ("[[allow]]\nrule = 'legacy-name'\nin = 'a'", (1, 1), "`reason` is missing", "Why.", Refuses),
    ("[[allow]]\nrule = 'legacy-name'\nin = 'a'\nreason = ''", (4, 10), "empty text", "", Refuses),
    (
        "[[allow]]\nrule = 'legacy-nam'\nin = 'a'\nreason = 'x'",
        (2, 8),
        "there is no rule `legacy-nam`",
        "did you mean `legacy-name`?",
        CannotTell,
    ),
    (
        "[[allow]]\nrule = 'legacy-name'\nin = '*.x'\nreason = 'x'",
        (3, 6),
        "`*.x` is a glob, so `max` must say how many findings it may let through",
        "add `max = 3`, or name the one path",
        CannotTell,
    ),
    (
        "[[allow]]\nrule = 'legacy-name'\nin = 'a'\nmax = 0\nreason = 'x'",
        (4, 7),
        "`max` takes a whole number from 1 up, not the number 0",
        "",
        Refuses,
    ),
    (
        "[[allow]]\nrule = 'legacy-name'\nin = 'a'\nof = '['\nreason = 'x'",
        (4, 6),
        "`[`: unclosed character class; missing ']'",
        "",
        CannotTell,
    ),
    (
        "[[allow]]\nrule = 'legacy-name'\nin = '../a'\nreason = 'x'",
        (3, 6),
        "`../a` leaves the repository",
        "",
        CannotTell,
    ),
    (
        "[[allow]]\nrule = 'legacy-name'\nin = ['a']\nreason = 'x'",
        (3, 6),
        "`in` takes a glob in quotes, not a list",
        "",
        Refuses,
    ),
    (
        "[[allow]]\nrule = 'legacy-name'\nin = 'a'\nuntil = '2026-12-31'\nreason = 'x'",
        (4, 9),
        "a date stands without quotes: 2026-12-31",
        "",
        CannotTell,
    ),
    (
        "[[allow]]\nrule = 'legacy-name'\nin = 'a'\nuntil = 'soon'\nreason = 'x'",
        (4, 9),
        "`soon` is no date of the form YYYY-MM-DD",
        "",
        Refuses,
    ),
    (
        "[[allow]]\nrule = 'legacy-name'\nin = 'a'\nuntil = 2026-12-31T10:00:00\nreason = 'x'",
        (4, 9),
        "`until` takes a date without quotes, such as 2026-12-31, not the date 2026-12-31T10:00:00",
        "",
        Refuses,
    ),
    (
        "[[allow]]\nrule = 'legacy-name'\nin = 'a'\nuntil = 10:00:00\nreason = 'x'",
        (4, 9),
        "`until` takes a date without quotes, such as 2026-12-31, not the date 10:00:00",
        "",
        Refuses,
    ),
    (
        "[[allow]]\nrule = 'legacy-name'\nin = 'a'\nuntil = 2026-02-30\nreason = 'x'",
        (4, 9),
        "invalid date, expected day between 01 and 28",
        "",
        CannotTell,
    ),
    (
        "[allow]\nrule = 'legacy-name'\nin = 'a'\nreason = 'x'",
        (1, 1),
        "`allow` takes a list of tables, not a table",
        "",
        Refuses,
    ),
    ("version = 1\nversion = 1", (2, 1), "duplicate key", "", CannotTell),
    ("[project]\n[project]", (2, 2), "duplicate key", "", CannotTell),
    ("version 1", (1, 9), "key with no value, expected `=`", "", CannotTell),
    ("version = ", (1, 11), "string values must be quoted, expected literal string", "", CannotTell),
    ("[project", (1, 9), "unclosed table, expected `]`", "", CannotTell),
    ("[defaults]\nowner = 'a", (2, 11), "invalid literal string, expected `'`", "", CannotTell),
    ("[project]\nexclude = [", (2, 12), "unclosed array, expected `]`", "", CannotTell),
];

/// Policies without a mistake.
const RIGHT: &[&str] = &[
    "",
    "version = 1",
    "[project]\nexclude = 'a'\ntests = ['a/**', '*.py', '/x', '{a,b}/', '[ab]?']\nservices = { a = 'src', b = 'src/' }\nwarn-days = 0",
    "[levels]\nlegacy-name = 'off'\ntoo-many-bytes = 'warning'\nunchecked-file = 'error'",
    "[defaults]\nowner = '@a'\ndocs = 'https://x/{id}'",
    "[no-legacy-files]\npatterns = []\nextend-patterns = ['*_copy.*']\nforbidden = ['/a b.py', 'src/x']\n[no-legacy-files.closed]\n'src' = ['*.txt', 'a/**']\n'src/' = []\n'gone' = []",
    "[max-file-size]\nlimits = [{ files = '**', bytes = '500 KiB' }, { files = ['*.py'], lines = 5 }, { files = 'a', bytes = 'off', lines = 'off' }, { files = '*' }]",
    "[max-file-size]\nlimits = [{ files = '*', bytes = '1 B' }, { files = '*', bytes = '1.5 kB' }, { files = '*', bytes = '2MB' }, { files = '*', bytes = '0.5 GiB' }, { files = '*', bytes = '3 KB' }, { files = '*', bytes = '.5 MB' }, { files = '*', bytes = ' 1  MB ' }]",
    "[[allow]]\nrule = 'legacy-name'\nin = 'src/a.txt'\nreason = 'x'\n[[allow]]\nrule = 'too-many-bytes'\nof = '*.txt'\nin = 'src/*'\nmax = 1\nuntil = 2099-12-31\nreason = 'y'",
    "allow = []\nlevels = {}\nmax-file-size = {}",
];

fn repository(policy: &str) -> Repository {
    Repository::with(&[("ssot.toml", policy), ("src/a.txt", "a\n")])
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
    for (policy, (line, column), message, help, _) in ROWS {
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
    for (policy, _, message, _, expected) in ROWS {
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
