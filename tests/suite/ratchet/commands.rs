//! `ssot baseline`, and baselines that are none.

use super::{BROKEN, MENDED, POLICY, staged};
use crate::repository::Repository;

fn accepted() -> Repository {
    let repository = Repository::with(&[
        ("ssot.toml", POLICY),
        ("history/__init__.py", ""),
        ("history/clock.py", ""),
        ("history/a.py", BROKEN),
        ("history/x.py.bak", ""),
    ]);
    repository.ssot(&["baseline", "create"]).status(0);
    repository.commit_all("a baseline");
    repository
}

fn baseline(repository: &Repository) -> String {
    std::fs::read_to_string(repository.path().join(".ssot-baseline")).expect("a baseline")
}

fn fingerprints(repository: &Repository) -> Vec<String> {
    let verdict = repository.ssot(&["check", "--format", "json"]).json();
    let findings = verdict["findings"].as_array().expect("findings");
    findings.iter().map(|found| found["fingerprint"].as_str().expect("a fingerprint").to_owned()).collect()
}

#[test]
fn it_is_made_once_and_merged_by_lines() {
    let repository = accepted();
    assert_eq!(baseline(&repository).lines().count(), 3);
    let attributes = std::fs::read_to_string(repository.path().join(".gitattributes")).expect("attributes");
    assert_eq!(attributes, "/.ssot-baseline merge=union\n");
    let merge = repository.git(&["check-attr", "merge", ".ssot-baseline"]);
    assert_eq!(merge, ".ssot-baseline: merge: union\n");
    let run = repository.ssot(&["baseline", "create"]).status(2);
    assert!(run.stderr.contains("exists already"), "{}", run.stderr);
    let run = repository.ssot(&["check", "--deny-warnings"]).status(0);
    assert_eq!(run.stdout, "No findings in 6 files (2 in the baseline).\n");
    assert_eq!(repository.findings(&["--no-baseline"]).len(), 2);
}

#[test]
fn it_stands_where_the_policy_says() {
    let repository = accepted();
    std::fs::create_dir(repository.path().join("the gate")).expect("a folder");
    repository.git(&["mv", ".ssot-baseline", "the gate/accepted"]);
    repository.write("ssot.toml", format!("{POLICY}\n[project]\nbaseline = \"the gate/accepted\"\n"));
    assert_eq!(staged(&repository, &[]), [""; 0]);
    repository.git(&["rm", "--quiet", "-r", "--force", "the gate"]);
    repository.ssot(&["baseline", "create"]).status(2);
    std::fs::create_dir_all(repository.path().join("the gate")).expect("a folder");
    repository.ssot(&["baseline", "create"]).status(0);
    let merge = repository.git(&["check-attr", "merge", "the gate/accepted"]);
    assert_eq!(merge, "the gate/accepted: merge: union\n");
}

#[test]
fn an_update_never_adds() {
    let repository = accepted();
    repository.write("history/b.py", BROKEN.replace("now", "then"));
    let before = baseline(&repository);
    let run = repository.ssot(&["baseline", "update"]).status(0);
    assert_eq!(run.stdout, "Nothing to update: 2 lines.\n");
    assert_eq!(baseline(&repository), before);
    let doubled = format!("{before}{}\n", before.lines().last().expect("an entry"));
    repository.write(".ssot-baseline", doubled);
    let run = repository.ssot(&["baseline", "update"]).status(0);
    assert_eq!(run.stdout, "Put in order, and what stood twice taken out: 2 lines.\n");
    assert_eq!(baseline(&repository), before);
    repository.write("history/a.py", MENDED);
    let run = repository.ssot(&["baseline", "update"]).status(0);
    assert_eq!(run.stdout, "1 taken out, 0 lowered, 0 moved; 1 line left.\n");
    repository.ssot(&["check"]).status(1);
}

#[test]
fn one_is_accepted_with_its_reason() {
    let repository = accepted();
    repository.write("history/b.py", BROKEN.replace("now", "then"));
    let [fingerprint] = fingerprints(&repository).try_into().expect("one finding");
    let accept = |words: &[&str]| repository.ssot(&[&["baseline", "accept"], words].concat());
    for (words, status, said) in [
        (vec!["0123456789", "--reason", "why"], 2, "no finding has the fingerprint"),
        (vec!["012", "--reason", "why"], 2, "the first 8 or more"),
        (vec![fingerprint.as_str(), "--reason", " "], 2, "--reason is empty"),
        (vec![fingerprint.as_str()], 2, "--reason <REASON>"),
        (vec![&fingerprint[..8], "--reason", "until the\nmove"], 0, ""),
        (vec![&fingerprint[..8], "--reason", "again"], 2, "is accepted already"),
    ] {
        let run = accept(&words).status(status);
        assert!(run.stderr.contains(said), "{words:?}: {}", run.stderr);
    }
    let text = baseline(&repository);
    assert!(text.contains("\ttime.time\tuntil the\\nmove\n"), "{text}");
    repository.ssot(&["check"]).status(0);
    repository.write("history/b.py", MENDED.replace("now", "then"));
    repository.ssot(&["baseline", "update"]).status(0);
    assert!(!baseline(&repository).contains("until the\\n"));
}

#[test]
fn all_that_a_new_rule_finds_is_accepted_in_one_go() {
    let repository = accepted();
    for name in ["one", "two", "three"] {
        repository.write(&format!("history/{name}_old.py"), "");
    }
    repository.write("history/b.py", BROKEN.replace("now", "then"));
    let accept = |words: &[&str]| repository.ssot(&[&["baseline", "accept"], words].concat());
    let run = accept(&["--rule", "legacy-name", "--reason", "before the rule"]).status(0);
    assert_eq!(run.stdout, "Accepted 3 findings.\n");
    assert_eq!(baseline(&repository).matches("\tbefore the rule\n").count(), 3);
    assert_eq!(fingerprints(&repository).len(), 1, "what another rule finds is not");
    for (words, said) in [
        (["--rule", "legacy-name", "--reason", "again"], "`legacy-name` finds nothing that is not accepted"),
        (["--rule", "legacy", "--reason", "why"], "legacy-name"),
        (["--rule", "legacy-name", "--reason", ""], "--reason is empty"),
    ] {
        let run = accept(&words).status(2);
        assert!(run.stderr.contains(said), "{words:?}: {}", run.stderr);
    }
}

#[test]
fn growth_is_accepted_by_itself() {
    let repository = accepted();
    let lines = |count| "x = 1\n".repeat(count);
    repository.write("history/big.py", lines(11));
    let accept = || {
        let [fingerprint] = fingerprints(&repository).try_into().expect("one finding");
        repository.ssot(&["baseline", "accept", &fingerprint, "--reason", "a table"]).status(0);
        repository.ssot(&["check", "--deny-warnings"]).status(0);
    };
    accept();
    repository.write("history/big.py", lines(12));
    accept();
    repository.write("history/big.py", lines(13));
    assert_eq!(staged(&repository, &[]), ["!oversize-growth history/big.py"]);
    repository.write("history/big.py", lines(11));
    repository.ssot(&["baseline", "update"]).status(0);
    repository.write("history/big.py", lines(12));
    assert_eq!(staged(&repository, &[]), ["!oversize-growth history/big.py"]);
}

#[test]
fn what_is_left_is_told() {
    let repository = accepted();
    repository.write("ssot.toml", format!("{POLICY}owner = \"@time\"\n[project.services]\nall = \"history\"\n"));
    let said = repository.ssot(&["baseline", "show"]).status(0).stdout;
    for part in ["2 accepted findings left, by 2 lines", "by rule", "by service", "by owner", "@time", "all"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn without_a_baseline_there_is_nothing_to_work_on() {
    let repository = Repository::with(&[("a.py", "")]);
    for words in [vec!["update"], vec!["show"], vec!["accept", "0123456789", "--reason", "why"]] {
        let run = repository.ssot(&[&["baseline"], words.as_slice()].concat()).status(2);
        assert!(run.stderr.contains("`ssot baseline create` makes one"), "{}", run.stderr);
    }
}

#[test]
fn one_that_git_ignores_is_told() {
    let repository =
        Repository::with(&[("ssot.toml", "version = 1\n"), ("a.py.bak", ""), (".gitignore", ".*\n!.gitignore\n")]);
    let advice = "git ignores .ssot-baseline, so that no check reads it: add the line `!/.ssot-baseline` to .gitignore";
    let made = repository.ssot(&["baseline", "create"]).status(0);
    assert!(made.stdout.contains(advice), "{made:?}");
    let shown = repository.ssot(&["baseline", "show"]).status(2);
    assert!(shown.stderr.contains(advice), "{shown:?}");
    repository.write(".gitignore", ".*\n!.gitignore\n!/.ssot-baseline\n");
    repository.ssot(&["check"]).status(0);
}

#[test]
fn what_is_no_baseline_is_refused_at_its_line() {
    let repository = accepted();
    let good = baseline(&repository);
    let cut = good.lines().nth(1).expect("an entry").replace('\t', " ");
    for (text, line, said) in [
        (format!("{good}<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> side\n"), 4, "conflict marks"),
        (format!("{good}{cut}\n"), 4, "7 or 8 fields"),
        (good.replace("\thistory/a.py", "\thistory/b.py"), 0, "does not belong to the rest of its line"),
        ("\0\0".to_owned(), 1, "lacks the line"),
        (String::new(), 1, "lacks the line"),
    ] {
        repository.write(".ssot-baseline", &text);
        let verdict = repository.ssot(&["check", "--format", "json"]).status(2).json();
        let error = &verdict["errors"][0];
        assert!(error["message"].as_str().is_some_and(|message| message.contains(said)), "{said}: {verdict}");
        assert!(line == 0 || error["line"] == line, "{said}: {verdict}");
        assert_eq!(error["path"], ".ssot-baseline");
        let before = baseline(&repository);
        repository.ssot(&["baseline", "update"]).status(2);
        assert_eq!(baseline(&repository), before);
    }
    repository.write(".ssot-baseline", b"\xff\xfe");
    repository.ssot(&["check"]).status(2);
}

#[test]
fn copies_that_were_accepted_are_again_once_a_further_one_is_gone() {
    let policy =
        "version = 1\n[no-duplicate-concepts]\nclones = { mode = \"renamed\", min-tokens = 50, min-lines = 5 }\n";
    let copy = |name: &str| {
        format!(
            "def {name}(items, rate):\n    found = 0\n    for item in items:\n        if item.paid and item.due:\n            \
             found += item.amount * rate\n            found -= item.discount\n    items.clear()\n    return round(found, 2)\n"
        )
    };
    let repository =
        Repository::with(&[("ssot.toml", policy), ("app/a.py", &copy("total")), ("app/b.py", &copy("sums"))]);
    repository.ssot(&["baseline", "create"]).status(0);
    assert_eq!(repository.findings(&[]), [""; 0]);
    repository.write("app/c.py", copy("amounts"));
    assert_eq!(repository.findings(&[]), ["no-duplicate-concepts/clone app/b.py"]);
    assert_eq!(repository.ssot(&["baseline", "update"]).status(0).stdout, "Nothing to update: 1 line.\n");
    std::fs::remove_file(repository.path().join("app/c.py")).expect("it goes");
    assert_eq!(repository.findings(&[]), [""; 0]);
    std::fs::remove_file(repository.path().join("app/b.py")).expect("it goes");
    assert_eq!(repository.findings(&[]), ["no-legacy-files/stale-baseline .ssot-baseline"]);
}

#[test]
fn a_long_function_is_followed_into_another_module() {
    let policy = "version = 1\n[max-file-size]\nlimits = [{ files = \"**/*.py\", function-lines = 3 }]\n";
    let long = "def clean(rows):\n    first = rows[0]\n    last = rows[-1]\n    return first, last\n";
    let whole = format!("import os\n\n\ndef here():\n    return os\n\n\n{long}\n\ndef last():\n    return 1\n");
    let repository = Repository::with(&[("ssot.toml", policy), ("app/cleaner.py", &whole)]);
    repository.ssot(&["baseline", "create"]).status(0);
    repository.commit_all("accepted");
    repository.write("app/cleaner.py", whole.replace(long, ""));
    repository.write("app/rows.py", format!("\"\"\"Rows.\"\"\"\n\nimport sys\n\n\n{long}"));
    repository.git(&["add", "."]);
    assert_eq!(repository.findings(&["--staged"]), ["no-legacy-files/stale-baseline .ssot-baseline"]);
    repository.ssot(&["baseline", "update"]).status(0);
    assert_eq!(repository.findings(&[]), [""; 0]);
    repository.write("app/rows.py", format!("\"\"\"Rows.\"\"\"\n\n\n{}", long.replace("rows[0]", "rows[1]")));
    assert_eq!(repository.findings(&[]), [""; 0], "edited where it is");
}

#[test]
fn what_only_the_disk_holds_is_not_overwritten() {
    let repository = accepted();
    let on_disk = baseline(&repository) + "\n";
    repository.write(".ssot-baseline", &on_disk);
    for words in [&["--staged"][..], &["--rev", "HEAD"]] {
        let said = repository.ssot(&[&["baseline", "update"], words].concat()).status(2).stderr;
        assert!(said.contains(".ssot-baseline is another one on disk than in what was judged"), "{said}");
        assert_eq!(baseline(&repository), on_disk);
    }
    repository.git(&["add", ".ssot-baseline"]);
    repository.ssot(&["baseline", "update", "--staged"]).status(0);
}
