//! The JSON verdict, against the schema that `ssot schema verdict` prints.

use serde_json::{Value, json};

use super::{ALL, POLICY, TODAY, run, sample, ssot_in};
use crate::repository::{Repository, Run, findings};

/// The verdict, after it has passed the schema.
#[track_caller]
fn verdict(run: &Run) -> Value {
    let schema = Repository::without_git().ssot(&["schema", "verdict"]).status(0).json();
    let verdict = run.json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mistakes: Vec<_> = validator.iter_errors(&verdict).map(|error| error.to_string()).collect();
    assert!(mistakes.is_empty(), "{mistakes:?}\n{verdict:#}");
    verdict
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn findings_with_all_that_is_known_of_them() {
    let repository = sample();
    let run = ssot_in(&repository, "app", &["check", TODAY, "--format", "json"]).status(1);
    let verdict = verdict(&run);
    assert_eq!(findings(&run), ALL, "paths are from the root");
    assert_eq!(keys(&verdict), ["errors", "findings", "notes", "schema_version", "snapshot", "summary", "tool"]);
    assert_eq!(verdict["schema_version"], 1);
    assert_eq!(verdict["tool"], json!({"name": "ssot", "version": env!("CARGO_PKG_VERSION")}));
    assert_eq!(
        verdict["snapshot"],
        json!({"kind": "worktree", "commit": null, "policy": "ssot.toml", "today": "2026-11-21"})
    );
    let mut summary = verdict["summary"].clone();
    assert!(summary["seconds"].take().as_f64().is_some_and(|seconds| seconds > 0.0));
    let by_rule =
        json!({"expiring-allow": 1, "forbidden-file": 1, "legacy-name": 1, "stale-entry": 1, "too-many-lines": 1});
    assert_eq!(
        summary,
        json!({"files": 7, "errors": 3, "warnings": 2, "allowed": 1, "baselined": 0, "known": 0, "by_rule": by_rule, "seconds": null})
    );
    let mut lines = verdict["findings"][0].clone();
    let fingerprint = lines["fingerprint"].take();
    assert!(fingerprint.as_str().is_some_and(|hex| hex.len() == 32), "{fingerprint}");
    assert_eq!(
        lines,
        json!({
            "hook": "max-file-size", "rule": "too-many-lines", "level": "error",
            "path": "app/long.py", "path_bytes": null, "line": 3, "column": 1, "end_line": 3, "end_column": 1,
            "subject": "app/long.py", "message": "`long.py` has 3 lines, over the limit of 2",
            "help": "move what belongs together into a module of its own",
            "concept": null, "contract": null, "owner": "@platform",
            "url": "https://wiki.example.com/too-many-lines", "policy": {"path": "ssot.toml", "line": 14},
            "related": [], "fix": null, "fingerprint": null,
        })
    );
    let related = json!([{"path": "app/user.py", "line": 1, "column": 1, "message": "its twin"}]);
    assert_eq!(verdict["findings"][1]["related"], related);
    assert_eq!(verdict["findings"][1]["policy"], Value::Null, "a built-in default is no line of the policy");
    assert_eq!(verdict["findings"][2]["level"], "warning");
}

#[test]
fn the_schema_knows_every_field_of_a_fix() {
    let schema = Repository::without_git().ssot(&["schema", "verdict"]).status(0).json();
    let definitions = &schema["$defs"];
    assert_eq!(keys(&definitions["FixDocument"]["properties"]), ["applicability", "edits"]);
    assert_eq!(keys(&definitions["EditDocument"]["properties"]), ["content", "end", "path", "start"]);
}

#[test]
fn a_clean_repository() {
    let repository = Repository::with(&[("a.py", "")]);
    let verdict = verdict(&repository.ssot(&["check", TODAY, "--format", "json"]).status(0));
    assert_eq!(verdict["findings"], json!([]));
    assert_eq!(verdict["errors"], json!([]));
    assert_eq!(verdict["notes"], json!([]));
    assert_eq!(verdict["snapshot"]["policy"], "defaults");
    assert_eq!(verdict["summary"]["by_rule"], json!({}));
}

#[test]
fn each_kind_of_snapshot() {
    let repository = sample();
    let head = repository.git(&["rev-parse", "HEAD"]);
    for (words, kind, commit) in [
        (&[][..], "worktree", Value::Null),
        (&["--worktree"], "worktree", Value::Null),
        (&["--staged"], "index", Value::Null),
        (&["--rev", "HEAD"], "commit", json!(head.trim())),
    ] {
        let run = repository.ssot(&[&["check", TODAY, "--format", "json"], words].concat()).status(1);
        let snapshot = &verdict(&run)["snapshot"];
        assert_eq!((&snapshot["kind"], &snapshot["commit"]), (&json!(kind), &commit), "{words:?}");
        assert_eq!(findings(&run), ALL, "{words:?}");
    }
}

#[test]
fn mistakes_of_the_policy_all_at_once() {
    let repository = sample();
    repository.write("ssot.toml", "[levels]\nlegacy-nam = \"off\"\n\n[project]\nexlude = []\n");
    let verdict = verdict(&repository.ssot(&["check", "--format", "json"]).status(2));
    assert_eq!(
        verdict["errors"],
        json!([
            {"kind": "policy", "path": "ssot.toml", "line": 2, "column": 1,
             "message": "there is no rule `legacy-nam`", "help": "did you mean `legacy-name`?"},
            {"kind": "policy", "path": "ssot.toml", "line": 5, "column": 1,
             "message": "unknown key `exlude`", "help": "did you mean `exclude`?"},
        ])
    );
    assert_eq!(verdict["findings"], json!([]));
}

#[test]
fn failures_of_git_and_of_the_disk() {
    let repository = sample();
    let plain = Repository::without_git();
    for (run, kind, snapshot) in [
        (repository.ssot(&["check", "--format", "json", "--rev", "nowhere"]), "git", Value::Null),
        (plain.ssot(&["check", "--format", "json", "--staged"]), "git", Value::Null),
        (repository.ssot(&["check", "--format", "json", "nowhere"]), "io", json!("worktree")),
        (repository.ssot(&["check", "--format", "json", "--policy", "nowhere"]), "io", json!("worktree")),
    ] {
        let verdict = verdict(&run.status(2));
        assert_eq!(verdict["errors"].as_array().map(Vec::len), Some(1), "{verdict:#}");
        let error = &verdict["errors"][0];
        assert_eq!((&error["kind"], &error["path"], &error["line"]), (&json!(kind), &Value::Null, &Value::Null));
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()));
        assert_eq!(verdict["snapshot"]["kind"], snapshot, "{error}");
        assert_eq!(verdict["findings"], json!([]));
    }
}

#[test]
fn without_defaults_a_finding_has_neither_owner_nor_link() {
    let repository = Repository::with(&[("x.bak", "")]);
    let verdict = verdict(&repository.ssot(&["check", "--format", "json"]).status(1));
    let found = &verdict["findings"][0];
    assert_eq!((&found["owner"], &found["url"], &found["policy"]), (&Value::Null, &Value::Null, &Value::Null));
}

#[test]
fn an_identity_outlives_edits_around_it_and_tells_equals_apart() {
    let repository = sample();
    let fingerprints = || -> Vec<String> {
        let run = repository.ssot(&["check", TODAY, "--format", "json"]);
        let found = run.json()["findings"].as_array().unwrap().clone();
        found.iter().map(|found| found["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let before = fingerprints();
    repository.write("app/long.py", "# one more line\n\nx = 1\ny = 2\nz = 3\n");
    repository.write("ssot.toml", format!("# one more line\n{POLICY}"));
    assert_eq!(fingerprints(), before);
    repository.write("app/user.py", "# ssot: allow(too-many-lines) a\n# ssot: allow(too-many-lines) b\n");
    let after = fingerprints();
    let mut once = after.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!((after.len(), once.len()), (before.len() + 2, after.len()));
}

#[test]
fn an_allow_over_its_max_is_named_in_the_help() {
    let policy = "[[allow]]\nrule = \"legacy-name\"\nin = \"*.bak\"\nmax = 1\nreason = \"read by the tests\"\n";
    let repository = Repository::with(&[("ssot.toml", policy), ("a.bak", ""), ("b.bak", "")]);
    let verdict = repository.ssot(&["check", "--format", "json"]).status(1).json();
    for found in verdict["findings"].as_array().unwrap() {
        let help = found["help"].as_str().unwrap();
        assert!(help.ends_with("(an allow lets 1 of them through, but 2 stand; see ssot.toml:3)"), "{help}");
    }
    assert_eq!(verdict["summary"]["allowed"], 0);
}

#[test]
#[cfg(unix)]
fn a_path_that_is_not_utf8_is_given_in_base64() {
    use std::os::unix::ffi::OsStrExt;
    let repository = Repository::new();
    let name = std::ffi::OsStr::from_bytes(b"b\xefg.bak");
    if std::fs::write(repository.path().join(name), "").is_err() {
        return; // this disk holds no such name
    }
    let verdict = verdict(&repository.ssot(&["check", "--format", "json"]).status(1));
    assert_eq!(verdict["findings"][0]["path"], "b\u{fffd}g.bak");
    assert_eq!(verdict["findings"][0]["path_bytes"], "Yu9nLmJhaw==");
}

#[test]
fn one_document_without_colours_whatever_is_asked() {
    let repository = sample();
    let mut command = repository.command("ssot");
    command.args(["check", TODAY, "--format", "json", "--color", "always", "--quiet", "--exit-zero"]);
    let run = run(command.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1")).status(0);
    assert!(!run.stdout.contains('\u{1b}'));
    assert_eq!(verdict(&run)["summary"]["errors"], 3);
    assert_eq!(run.stderr, "");
}

#[test]
fn what_a_concept_says_stands_with_its_findings() {
    let policy = "[defaults]\nowner = '@platform'\ndocs = 'https://wiki.example.com/{id}'\n\n\
        [concept.clock]\nhome = 'clock'\npublic = 'now'\nowns = ['class Clock']\nfiles = '**/*_clock.py'\n\
        message = 'Time comes from {home}.'\nreason = 'Tests freeze it.'\nowner = '@time'\ndocs = 'https://x/{id}'\n\n\
        [concept.money]\nhome = 'money'\nowns = ['class Money']\n";
    let class = |name: &str| format!("class {name}: ...\n");
    let repository = Repository::with(&[
        ("ssot.toml", policy),
        ("clock.py", &class("Clock")),
        ("money.py", &class("Money")),
        ("now.py", ""),
        ("app/a.py", &(class("Clock") + &class("Money"))),
        ("app/my_clock.py", ""),
    ]);
    let run = repository.ssot(&["check", "--rule", "concept-outside-home", "--format", "json"]).status(1);
    let verdict = verdict(&run);
    let said: Vec<Value> = ["subject", "concept", "owner", "url", "help", "policy"]
        .iter()
        .map(|key| verdict["findings"].as_array().unwrap().iter().map(|found| found[key].clone()).collect())
        .collect();
    let clock = "Time comes from clock. Tests freeze it.";
    assert_eq!(
        said,
        [
            json!(["Clock", "Money", "app/my_clock.py"]),
            json!(["clock", "money", "clock"]),
            json!(["@time", "@platform", "@time"]),
            json!(["https://x/clock", "https://wiki.example.com/money", "https://x/clock"]),
            json!([
                format!("use what `now` has, or change it there. {clock}"),
                "use what `money` has, or change it there",
                format!("put its code into `now`, or name it for what it is. {clock}"),
            ]),
            json!([
                {"path": "ssot.toml", "line": 8}, {"path": "ssot.toml", "line": 17}, {"path": "ssot.toml", "line": 9},
            ]),
        ]
    );
}
