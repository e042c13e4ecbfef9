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
