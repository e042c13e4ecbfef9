//! `--policy FILE` and `ssot policy`.

use super::{TODAY, sample, ssot_in};
use crate::repository::{Repository, findings};

#[test]
fn a_named_policy_is_read_from_disk_and_said_so() {
    let repository = sample();
    repository.write("other.toml", "[no-legacy-files]\npatterns = [\"main.py\"]\n");
    repository.git(&["rm", "--quiet", "--cached", "ssot.toml"]);
    let run = repository.ssot(&["check", TODAY, "--staged", "--policy", "other.toml", "--format", "json"]).status(1);
    assert_eq!(findings(&run), ["no-legacy-files/legacy-name core/main.py"]);
    let verdict = run.json();
    assert_eq!(verdict["snapshot"]["policy"], "other.toml");
    assert_eq!(verdict["findings"][0]["policy"], serde_json::json!({"path": "other.toml", "line": 2}));
    repository.ssot(&["check", "--policy", "gone.toml"]).status(2);
}

#[test]
fn a_named_policy_is_shown_where_it_lies() {
    let (repository, elsewhere) = (sample(), Repository::without_git());
    let stale = "[no-legacy-files.closed]\ngone = []\n";
    repository.write("app/own.toml", stale);
    elsewhere.write("other.toml", stale);
    let outside = elsewhere.path().join("other.toml");
    let outside = outside.to_str().unwrap();
    let beside = format!("../../{}/other.toml", elsewhere.path().file_name().unwrap().to_str().unwrap());
    for (named, from_root, from_here) in [
        ("own.toml", "app/own.toml", "own.toml"),
        ("./../app/own.toml", "app/own.toml", "own.toml"),
        (outside, outside, outside),
        (&beside, &beside[3..], &beside),
    ] {
        let words = ["check", "--rule", "stale-entry", "--policy", named, "--format"];
        let verdict = ssot_in(&repository, "app", &[&words[..], &["json"]].concat()).json();
        assert_eq!(verdict["snapshot"]["policy"], from_root, "{named}");
        assert_eq!(verdict["findings"][0]["path"], from_root, "{named}");
        let concise = ssot_in(&repository, "app", &[&words[..], &["concise"]].concat()).status(0).stdout;
        assert!(concise.starts_with(&format!("{from_here}:2:1: no-legacy-files/stale-entry: ")), "{concise}");
        let shown = ssot_in(&repository, "app", &["policy", "--policy", named]).status(0).stdout;
        assert!(shown.starts_with(&format!("# read from {from_here}\n")), "{shown}");
    }
    let run = ssot_in(&repository, "app", &["check", "--policy", "own.toml", "--format", "json", "own.toml"]);
    assert_eq!(findings(&run), ["no-legacy-files/stale-entry app/own.toml"]);
}

/// The lines of `ssot policy` without the levels and the words of `similar-name`, which are many, and without the spaces before the origin.
fn shown(repository: &Repository, words: &[&str]) -> Vec<String> {
    let run = repository.ssot(&[&["policy"], words].concat()).status(0);
    let line = |line: &str| line.split("  # ").map(str::trim).collect::<Vec<_>>().join(" # ");
    let is_level = |line: &String| {
        ["error", "warning", "off"].iter().any(|level| line.ends_with(&format!("= \"{level}\" # default")))
    };
    let is_words = |line: &String| line.starts_with("similar-name = {") && line.ends_with("# default");
    run.stdout.lines().map(line).filter(|line| !line.is_empty() && !is_level(line) && !is_words(line)).collect()
}

#[test]
fn words_that_are_added_stand_beside_the_built_in_ones_and_switch_the_rule_on() {
    let policy = "[no-duplicate-concepts]\nsimilar-name = { noise = [\"turbo\"] }\n";
    let repository = Repository::with(&[("ssot.toml", policy)]);
    let whole = repository.ssot(&["policy"]).status(0).stdout;
    assert!(whole.contains("\"enhanced\"") && whole.contains("[\"websocket\", \"ws\"]"), "{whole}");
    let shown = shown(&repository, &[]);
    let expected = ["similar-name = \"error\" # ssot.toml:2", "similar-name = { noise = [\"turbo\"] } # ssot.toml:2"];
    assert!(expected.iter().all(|line| shown.iter().any(|shown| shown == line)), "{shown:#?}");
}

#[test]
fn a_rule_that_a_key_asks_for_is_on() {
    let repository = Repository::with(&[("ssot.toml", "[no-duplicate-concepts]\nclones = {}\n")]);
    let shown = shown(&repository, &[]);
    let expected = ["clone = \"warning\" # ssot.toml:2", "clones = {} # ssot.toml:2"];
    assert!(expected.iter().all(|line| shown.iter().any(|shown| shown == line)), "{shown:#?}");
}

const PROJECT_DEFAULTS: [&str; 8] = [
    "[project]",
    "exclude = [] # default",
    r#"tests = ["/test/**", "**/tests/**", "**/*_tests/**", "**/test cases/**", "**/test_*.py", "**/test[A-Z]*.py", "**/*_test.py", "**/conftest.py", "**/__tests__/**", "**/*.{spec,test}.{cjs,js,jsx,mjs,ts,tsx}", "**/*_test.go"] # default"#,
    "services = {} # default",
    "baseline = \".ssot-baseline\" # default",
    "warn-days = 14 # default",
    "[python]",
    "built = [] # default",
];

const CODE_DEFAULTS: [&str; 6] = [
    "[no-duplicate-concepts]",
    r#"same-name = { kinds = ["class", "def"], bodies = "alike" } # default"#,
    "[import-path-policy]",
    r#"relative = "none" # default"#,
    r#"type-checking = "check" # default"#,
    r#"strings = "calls" # default"#,
];

#[test]
fn what_holds_and_where_it_comes_from() {
    let expected: Vec<&str> = [
        "# read from ssot.toml",
        "version = 1 # ssot.toml:1",
        r#"allow = { rule = "too-many-lines", in = "app/table.py", until = 2026-11-25, reason = "split in spring" } # ssot.toml:16"#,
        "[levels]",
    ]
    .into_iter()
    .chain(PROJECT_DEFAULTS)
    .chain([
        "[defaults]",
        r#"owner = "@platform" # ssot.toml:4"#,
        r#"docs = "https://wiki.example.com/{id}" # ssot.toml:5"#,
        "[no-legacy-files]",
        "extend-patterns = [] # default",
        r#"forbidden = ["setup.py"] # ssot.toml:8"#,
        r#"closed = { core = ["main.py", "gone.py"] } # ssot.toml:10"#,
        "[max-file-size]",
        r#"limits = { files = "**", bytes = "500 KiB" } # default"#,
        r#"limits = { files = "*.py", lines = 2 } # ssot.toml:14"#,
    ])
    .chain(CODE_DEFAULTS)
    .collect();
    assert_eq!(shown(&sample(), &[]), expected);
}

#[test]
fn the_defaults_hold_where_there_is_no_policy() {
    let expected: Vec<&str> =
        ["# no ssot.toml and no [tool.ssot]: the built-in defaults", "version = 1 # default", "[levels]"]
            .into_iter()
            .chain(PROJECT_DEFAULTS)
            .chain([
                "[no-legacy-files]",
                "extend-patterns = [] # default",
                "forbidden = [] # default",
                "closed = {} # default",
                "[max-file-size]",
                r#"limits = { files = "**", bytes = "500 KiB" } # default"#,
            ])
            .chain(CODE_DEFAULTS)
            .collect();
    let repository = Repository::with(&[("pyproject.toml", "[project]\nname = \"ssot\"\n")]);
    assert_eq!(shown(&repository, &[]), expected);
}

#[test]
fn folders_that_are_test_code_by_what_they_hold_are_shown() {
    let repository = Repository::with(&[("app/test/test_a.py", ""), ("kit/test/client.py", "")]);
    assert_eq!(shown(&repository, &[])[5..7], [PROJECT_DEFAULTS[2], r#"tests = ["app/test/**"] # found"#]);
    repository.write("ssot.toml", "[project]\ntests = [\"x/**\"]\n");
    assert!(!shown(&repository, &[]).iter().any(|line| line.ends_with("# found")));
}

#[test]
fn a_policy_in_pyproject_holds_where_there_is_no_file_of_its_own() {
    let text =
        "[tool.ssot.project]\nexclude = [  # two\n  \"a\",\n  \"b\",\n]\n\n[tool.ssot.levels]\nlegacy-name = \"off\"\n";
    let repository = Repository::with(&[("pyproject.toml", text), ("x.bak", "")]);
    let lines = shown(&repository, &[]);
    assert_eq!(lines[0], "# read from pyproject.toml");
    assert!(lines.contains(&r#"exclude = ["a", "b"] # pyproject.toml:2"#.to_owned()), "{lines:?}");
    assert!(lines.contains(&r#"legacy-name = "off" # pyproject.toml:8"#.to_owned()), "{lines:?}");
    assert_eq!(
        repository.ssot(&["check", "--format", "json"]).status(0).json()["snapshot"]["policy"],
        "pyproject.toml"
    );
    repository.write("ssot.toml", "version = 1\n");
    assert_eq!(shown(&repository, &[])[..2], ["# read from ssot.toml", "version = 1 # ssot.toml:1"]);
    repository.ssot(&["check"]).status(1);
}

#[test]
fn the_mistakes_of_a_policy_are_shown_by_policy_and_by_check() {
    let repository = sample();
    repository.write("ssot.toml", "[levels]\nlegacy-nam = \"off\"\n\n[project]\nexlude = []\n");
    let (policy, check) = (repository.ssot(&["policy"]).status(2), repository.ssot(&["check"]).status(2));
    assert_eq!((policy.stdout.as_str(), check.stdout.as_str()), ("", ""));
    assert_eq!(policy.stderr, check.stderr);
    assert_eq!(
        check.stderr,
        "\
error[policy]: there is no rule `legacy-nam`
 --> ssot.toml:2:1
  |
2 | legacy-nam = \"off\"
  | ^^^^^^^^^^
  |
  = help: did you mean `legacy-name`?

error[policy]: unknown key `exlude`
 --> ssot.toml:5:1
  |
5 | exlude = []
  | ^^^^^^
  |
  = help: did you mean `exclude`?

"
    );
}

#[test]
fn the_schema_takes_the_policies_that_the_tool_takes() {
    let repository = sample();
    let schema = repository.ssot(&["schema", "policy"]).status(0).json();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let json = |text: &str| {
        let table: toml::Table = text.parse().unwrap();
        let mut value = serde_json::to_value(table).unwrap();
        dates_as_text(&mut value);
        value
    };
    let every_key = "\
version = 1
[project]
exclude = [\"**/generated/**\"]
tests = \"**/tests/**\"
services = { app = \"app\", all = \".\" }
warn-days = 7
[levels]
legacy-name = \"warning\"
stale-entry = \"off\"
[defaults]
owner = \"@platform\"
docs = \"https://wiki.example.com/ssot/{id}\"
[no-legacy-files]
patterns = [\"*.bak\"]
extend-patterns = [\"*_copy.*\"]
forbidden = [\"/test_*.py\", \"app/db.py\"]
[no-legacy-files.closed]
\"core\" = [\"main.py\", \"batch/**\"]
[max-file-size]
limits = [
  { files = \"**\", bytes = \"500 KiB\" },
  { files = [\"**/*.py\"], lines = 500 },
  { files = \"**/*.svg\", bytes = \"off\", lines = \"off\" },
]
[[allow]]
rule = \"too-many-bytes\"
of = \"docs/*\"
in = \"docs/**\"
max = 3
until = 2027-03-31
reason = \"moves to the website\"
";
    for (text, valid) in [
        (every_key, true),
        (super::POLICY, true),
        ("", true),
        ("version = 2\n", false),
        ("unknown = 1\n", false),
        ("[project]\nexlude = []\n", false),
        ("[levels]\nlegacy-name = \"warn\"\n", false),
        ("[max-file-size]\nlimits = [{ bytes = \"1 KiB\" }]\n", false),
        ("[max-file-size]\nlimits = [{ files = \"**\", bytes = 500 }]\n", false),
        ("[max-file-size]\nlimits = [{ files = \"**\", bytes = \"1 kib\" }]\n", false),
        ("[max-file-size]\nlimits = [{ files = \"**\", lines = 0 }]\n", false),
        ("[[allow]]\nrule = \"legacy-name\"\nin = \"a\"\nreason = \" \"\n", false),
        ("[[allow]]\nrule = \"legacy-name\"\nin = \"a\"\nreason = \"b\"\nuntil = \"2027-03-31x\"\n", false),
    ] {
        repository.write("ssot.toml", text);
        let run = repository.ssot(&["policy"]);
        assert_eq!(run.status, Some(if valid { 0 } else { 2 }), "{text}\n{}", run.stderr);
        let policy = json(text);
        let said = validator.validate(&policy);
        assert_eq!(said.is_ok(), valid, "{text}\n{said:?}");
    }
}

/// A TOML date becomes a table of its own in JSON; an editor that checks TOML by a schema takes it for text.
fn dates_as_text(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => match map.get("$__toml_private_datetime") {
            Some(date) => *value = date.clone(),
            None => map.values_mut().for_each(dates_as_text),
        },
        serde_json::Value::Array(items) => items.iter_mut().for_each(dates_as_text),
        _ => {}
    }
}
