//! `ssot parity`: whether a duplicate may go, asked of the real binary.

mod canonical;
mod refusals;
mod standing;

use std::sync::LazyLock;

use serde_json::Value;

use crate::repository::{Repository, Run};

/// A folder of these files, without git.
fn folder(files: &[(&str, &str)]) -> Repository {
    let folder = Repository::without_git();
    for (path, text) in files {
        folder.write(path, text);
    }
    folder
}

/// The document, after it has passed the schema that `ssot schema parity` prints.
#[track_caller]
fn document(run: &Run) -> Value {
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema = Repository::without_git().ssot(&["schema", "parity"]).status(0).json();
        jsonschema::validator_for(&schema).expect("a schema")
    });
    let document = run.json();
    let mistakes: Vec<_> = SCHEMA.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(mistakes.is_empty(), "{mistakes:?}\n{document:#}");
    let status = match document["verdict"].as_str() {
        Some("may-go") => 0,
        Some("would-lose") => 1,
        _ => 2,
    };
    assert_eq!(run.status, Some(status), "{document:#}");
    document
}

/// The document of `old.py` against `new.py`.
#[track_caller]
fn compared(old: &str, new: &str) -> Value {
    let folder = folder(&[("old.py", old), ("new.py", new)]);
    document(&folder.ssot(&["parity", "old.py", "new.py", "--format", "json"]))
}

/// What is said of each name: `lacks f`, `differs f: why`, `renamed f: g`.
fn said(document: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let rows = |what: &'static str| document[what].as_array().expect("rows").iter().map(move |row| (what, row));
    let rows = ["lacks", "differs", "renamed"].into_iter().flat_map(rows).map(|(what, row)| {
        let mut reasons: Vec<String> = row["differences"].as_array().expect("reasons").iter().map(text).collect();
        reasons.extend(row["with"].as_array().expect("names").iter().map(|name| format!("with {}", text(name))));
        reasons.extend(row["new_name"].as_str().map(str::to_owned));
        reasons.extend(row["needed_by"].as_str().map(|by| format!("for {by}")));
        let reasons = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) };
        format!("{what} {}{reasons}", text(&row["name"]))
    });
    let names = |what: &'static str| {
        document[what]
            .as_array()
            .expect("names")
            .iter()
            .map(move |name| format!("{what} {}", name.as_str().expect("a name")))
    };
    let private = names("private");
    rows.chain(private).collect()
}
