//! Findings for a person: frames, one line each, counts.

use super::{TODAY, sample, ssot_in};
use crate::repository::Repository;

#[test]
fn frames_say_what_why_whose_and_how_to_end_it() {
    let run = sample().ssot(&["check", TODAY]).status(1);
    assert_eq!(run.stderr, "");
    assert_eq!(
        run.stdout,
        r#"error[max-file-size/too-many-lines]: `long.py` has 3 lines, over the limit of 2
  --> app/long.py:3:1
   |
 3 | z = 3
   | ^
   |
  ::: ssot.toml:14:37
   |
14 | limits = [{ files = "*.py", lines = 2 }]
   |                                     - the policy says so here
   |
   = owner: @platform
   = docs: https://wiki.example.com/too-many-lines
   = help: move what belongs together into a module of its own

error[no-legacy-files/legacy-name]: `user_old.py` is a leftover beside `user.py`
--> app/user_old.py
 = note: app/user.py: its twin
 = owner: @platform
 = docs: https://wiki.example.com/legacy-name
 = help: keep what counts in `app/user.py` and delete this file: git keeps what was committed

warning[no-legacy-files/stale-entry]: no file of `core` is `gone.py`
  --> ssot.toml:11:22
   |
11 | "core" = ["main.py", "gone.py"]
   |                      ^^^^^^^^^
   |
   = owner: @platform
   = docs: https://wiki.example.com/stale-entry
   = help: delete this entry

warning[max-file-size/expiring-allow]: this allow of `too-many-lines` ends in 4 days, on 2026-11-25
  --> ssot.toml:18:6
   |
18 | in = "app/table.py"
   |      ^^^^^^^^^^^^^^
   |
   = owner: @platform
   = docs: https://wiki.example.com/expiring-allow
   = help: end what it lets through, then delete it

error[no-legacy-files/forbidden-file]: `tools/setup.py` is a path that the policy forbids
 --> tools/setup.py
  |
 ::: ssot.toml:8:14
  |
8 | forbidden = ["setup.py"]
  |              ---------- the policy says so here
  |
  = owner: @platform
  = docs: https://wiki.example.com/forbidden-file
  = help: move it to where such files belong, or delete it: git keeps what was committed

3 errors, 2 warnings in 7 files (1 allowed).
"#
    );
}

#[test]
fn concise_is_one_line_each_and_no_totals() {
    let run = sample().ssot(&["check", TODAY, "--format", "concise"]).status(1);
    assert_eq!(
        run.stdout,
        "\
app/long.py:3:1: max-file-size/too-many-lines: `long.py` has 3 lines, over the limit of 2
app/user_old.py:1:1: no-legacy-files/legacy-name: `user_old.py` is a leftover beside `user.py`
ssot.toml:11:22: no-legacy-files/stale-entry: warning: no file of `core` is `gone.py`
ssot.toml:18:6: max-file-size/expiring-allow: warning: this allow of `too-many-lines` ends in 4 days, on 2026-11-25
tools/setup.py:1:1: no-legacy-files/forbidden-file: `tools/setup.py` is a path that the policy forbids
"
    );
    assert_eq!(run.stderr, "");
}

#[test]
fn places_are_shown_from_the_current_folder() {
    let repository = sample();
    let concise = ssot_in(&repository, "app", &["check", TODAY, "--format", "concise"]).status(1).stdout;
    let places: Vec<_> = concise.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(
        places,
        ["long.py:3:1:", "user_old.py:1:1:", "../ssot.toml:11:22:", "../ssot.toml:18:6:", "../tools/setup.py:1:1:"]
    );
    let text = ssot_in(&repository, "app", &["check", TODAY]).status(1).stdout;
    for line in [
        "  --> long.py:3:1",
        "  ::: ../ssot.toml:14:37",
        "--> user_old.py",
        " = note: user.py: its twin",
        "  --> ../ssot.toml:18:6",
        " --> ../tools/setup.py",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}\n{text}");
    }
}

#[test]
fn the_totals() {
    let repository = Repository::with(&[("a.py", "")]);
    assert_eq!(repository.ssot(&["check"]).status(0).stdout, "No findings in 1 file.\n");
    let last = |repository: &Repository| {
        let text = repository.ssot(&["check"]).stdout;
        text.lines().last().unwrap_or_default().to_owned()
    };
    repository.write("b_old.py", "");
    assert_eq!(last(&repository), "1 warning in 2 files.");
    repository.write("c.bak", "");
    assert_eq!(last(&repository), "1 error, 1 warning in 3 files.");
    repository.write("d.bak", "");
    std::fs::remove_file(repository.path().join("b_old.py")).unwrap();
    assert_eq!(last(&repository), "2 errors in 3 files.");
}

/// A repository with 60 leftovers in 12 folders.
fn many() -> Repository {
    let repository = Repository::new();
    for number in 0..60 {
        repository.write(&format!("f{:02}/deep/er/x{number}.bak", number % 12), "");
    }
    repository.write("y_old.py", "");
    repository
}

const COUNTS: &str = " errors warnings  by rule
     60        1  no-legacy-files/legacy-name

 errors warnings  by folder
      5        0  f00/deep/
      5        0  f01/deep/
      5        0  f02/deep/
      5        0  f03/deep/
      5        0  f04/deep/
      5        0  f05/deep/
      5        0  f06/deep/
      5        0  f07/deep/
      5        0  f08/deep/
      5        0  f09/deep/
                  and 3 more
";

#[test]
fn after_fifty_frames_the_rest_is_counted() {
    let repository = many();
    let text = repository.ssot(&["check"]).status(1).stdout;
    assert_eq!(text.matches("error[no-legacy-files/legacy-name]").count(), 50);
    let (_, rest) = text.split_once("the first 50 of 61 findings are shown above; of all:\n\n").expect("a cut");
    assert_eq!(rest, format!("{COUNTS}\n60 errors, 1 warning in 61 files.\n"));
    let concise = repository.ssot(&["check", "--format", "concise"]).status(1).stdout;
    assert_eq!(concise.lines().count(), 61, "every finding has its line");
}

#[test]
fn statistics_are_the_counts_alone() {
    let repository = many();
    let run = repository.ssot(&["check", "--statistics"]).status(1);
    assert_eq!(run.stdout, format!("{COUNTS}60 errors, 1 warning in 61 files.\n"));
    let narrow = repository.ssot(&["check", "--statistics", "y_old.py"]).status(0).stdout;
    assert!(narrow.ends_with("\n      0        1  ./\n1 warning in 61 files.\n"), "{narrow}");
    repository.write("ssot.toml", "[project]\nservices = { one = \"f01\", two = \"f02\" }\n");
    let services = repository.ssot(&["check", "--statistics"]).status(1).stdout;
    let table =
        " errors warnings  by service\n     50        1  (none)\n      5        0  one\n      5        0  two\n";
    assert!(services.contains(table), "{services}");
    let clean = Repository::with(&[("a.py", "")]);
    assert_eq!(clean.ssot(&["check", "--statistics"]).status(0).stdout, "No findings in 1 file.\n");
    repository.ssot(&["check", "--statistics", "--format", "json"]).status(2);
}

#[test]
fn findings_go_to_standard_output_and_the_rest_to_standard_error() {
    let repository = Repository::new();
    repository.write("a.bak", "");
    repository.write("B.py", "");
    repository.git(&["add", "--all"]);
    let blob = repository.git(&["hash-object", "B.py"]);
    repository.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{},b.py", blob.trim())]);
    let run = repository.ssot(&["check", "--staged", "--format", "concise"]).status(1);
    assert_eq!(run.stdout, "a.bak:1:1: no-legacy-files/legacy-name: `a.bak` is a leftover by its name\n");
    assert_eq!(run.stderr, "note: paths that differ only by case collide on some disks: `B.py`, `b.py`\n");
    let quiet = repository.ssot(&["check", "--staged", "--format", "concise", "--quiet"]).status(1);
    assert_eq!((quiet.stdout, quiet.stderr), (run.stdout, String::new()));
    let notes = repository.ssot(&["check", "--staged", "--format", "json"]).status(1).json()["notes"].clone();
    assert_eq!(notes.as_array().map(Vec::len), Some(1), "{notes}");
}
