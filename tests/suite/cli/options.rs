//! What runs, what weighs how much, and the exit statuses.

use super::{ALL, TODAY, run, sample};
use crate::repository::{Repository, findings};

#[test]
fn a_rule_is_taken_as_findings_show_it() {
    let repository = Repository::with(&[("a.bak", "x\n")]);
    let shown = "no-legacy-files/legacy-name";
    let found = repository.ssot(&["check", "--rule", shown, "--format", "concise"]).status(1).stdout;
    assert!(found.contains(shown), "{found}");
    assert!(repository.ssot(&["explain", shown]).status(0).stdout.starts_with("# legacy-name\n"));
    assert!(repository.ssot(&["fix", "--unsafe", "--rule", shown]).status(0).stdout.contains("deleted 1 file"));
    repository.ssot(&["check", "--rule", "max-file-size/legacy-names"]).status(2);
    repository
        .write("ssot.toml", format!("version = 1\n[[allow]]\nrule = \"{shown}\"\nin = \"a.bak\"\nreason = \"kept\"\n"));
    let refused = repository.ssot(&["check"]).status(2).stderr;
    assert!(refused.contains("did you mean `legacy-name`?"), "{refused}");
}

#[test]
fn hooks_and_rules_narrow_what_runs() {
    let repository = sample();
    for (words, expected) in [
        (&["--hook", "no-legacy-files"][..], &[ALL[1], ALL[2], ALL[4]][..]),
        (&["--hook", "max-file-size"], &[ALL[0], ALL[3]]),
        (&["--hook", "max-file-size", "--hook", "no-legacy-files"], &ALL),
        (&["--rule", "legacy-name"], &[ALL[1]]),
        (&["--rule", "legacy-name", "--rule", "forbidden-file"], &[ALL[1], ALL[4]]),
        (&["--rule", "too-many-lines", "--rule", "expiring-allow"], &[ALL[0], ALL[3]]),
        (&["--hook", "max-file-size", "--rule", "legacy-name"], &[]),
    ] {
        assert_eq!(repository.findings(&[&[TODAY], words].concat()), expected, "{words:?}");
    }
}

#[test]
fn each_hook_under_its_own_name_is_the_umbrella_narrowed() {
    let repository = sample();
    repository.write("app/user_old.py", "# ssot: allow(legacy-name)\n# ssot: allow(no-such-rule) why\n");
    for hook in ["no-legacy-files", "max-file-size"] {
        for words in [
            &[TODAY][..],
            &[TODAY, "--format", "concise", "app"],
            &[TODAY, "--statistics", "--deny-warnings"],
            &["--rev", "nowhere"],
            &["--staged", "--exit-zero", "--rule", "legacy-name"],
        ] {
            let own = run(repository.command(hook).args(words));
            let umbrella = repository.ssot(&[&["check", "--hook", hook], words].concat());
            assert_eq!(
                (own.status, own.stdout, own.stderr),
                (umbrella.status, umbrella.stdout, umbrella.stderr),
                "{hook} {words:?}"
            );
        }
        assert_eq!(run(repository.command(hook).arg("--hook=max-file-size")).status, Some(2), "{hook}");
        let help = run(repository.command(hook).arg("--help")).status(0).stdout;
        assert!(help.contains(&format!("Usage: {hook} [OPTIONS] [PATH]...")), "{help}");
        let version = run(repository.command(hook).arg("--version")).status(0).stdout;
        assert_eq!(version, format!("{hook} {}\n", env!("CARGO_PKG_VERSION")));
    }
}

#[test]
fn errors_alone_decide_the_exit_status() {
    let warning = Repository::with(&[("a_old.py", ""), ("b.py", "# ssot: allow(legacy-name) why\n")]);
    let clean = Repository::with(&[("a.py", "")]);
    for (repository, words, status) in [
        (&clean, &[][..], 0),
        (&clean, &["--deny-warnings"], 0),
        (&warning, &[], 0),
        (&warning, &["--deny", "legacy-name"], 1),
        (&warning, &["--deny", "stale-allow"], 1),
        (&warning, &["--deny", "too-many-bytes"], 0),
        (&warning, &["--deny-warnings"], 1),
        (&warning, &["--deny-warnings", "--exit-zero"], 0),
        (&warning, &["--deny-warnings", "b.py"], 1),
        (&warning, &["--deny", "legacy-name", "b.py"], 0),
        (&warning, &["--exit-zero", "nowhere"], 2),
        (&warning, &["--exit-zero", "--rev", "nowhere"], 2),
    ] {
        let run = repository.ssot(&[&["check"], words].concat());
        assert_eq!(run.status, Some(status), "{words:?}\n{}{}", run.stdout, run.stderr);
    }
    let levels = warning.ssot(&["check", "--deny", "legacy-name", "--format", "json"]).json();
    let levels: Vec<_> = levels["findings"].as_array().unwrap().iter().map(|found| found["level"].clone()).collect();
    assert_eq!(levels, ["error", "warning"], "only what is denied is raised");
}

#[test]
fn exit_zero_never_hides_that_there_is_no_verdict() {
    let repository = sample();
    let lenient = repository.ssot(&["check", TODAY, "--exit-zero"]).status(0);
    assert_eq!(lenient.stdout, repository.ssot(&["check", TODAY]).status(1).stdout);
    repository.write("ssot.toml", "unknown = 1\n");
    repository.ssot(&["check", "--exit-zero"]).status(2);
}

#[test]
fn a_name_that_is_unknown_is_refused_with_the_one_that_is_near() {
    let repository = sample();
    for (words, near) in [
        (&["check", "--rule", "legacy-names"][..], "'legacy-name'"),
        (&["check", "--deny", "too-many-byte"], "'too-many-bytes'"),
        (&["check", "--hook", "no-legacy-file"], "'no-legacy-files'"),
        (&["check", "--format", "jsn"], "'json'"),
        (&["check", "--stagd"], "'--staged'"),
        (&["explain", "legacy-nam"], "'legacy-name'"),
        (&["schema", "verdit"], "'verdict'"),
        (&["chek"], "'check'"),
    ] {
        let run = repository.ssot(words).status(2);
        assert_eq!(run.stdout, "", "{words:?}");
        assert!(run.stderr.contains("tip: ") && run.stderr.contains(near), "{words:?}\n{}", run.stderr);
    }
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let repository = sample();
    for words in [
        &["--staged", "--worktree"][..],
        &["--staged", "--rev", "HEAD"],
        &["--quiet", "--verbose"],
        &["--statistics", "--format", "concise"],
        &["--today", "tomorrow"],
        &["--today", "2026-02-30"],
    ] {
        let run = repository.ssot(&[&["check"], words].concat()).status(2);
        assert!(run.stderr.starts_with("error: "), "{words:?}\n{}", run.stderr);
    }
}

#[test]
fn dates_are_judged_on_the_day_that_is_named() {
    let repository = sample();
    for (day, expected) in
        [("2026-11-10", &[ALL[0], ALL[1], ALL[2], ALL[4]][..]), ("2026-11-11", &ALL), ("2026-11-25", &ALL)]
    {
        assert_eq!(repository.findings(&["--today", day]), expected, "{day}");
    }
    let late = repository.findings(&["--today", "2026-11-26"]);
    assert!(late.contains(&"max-file-size/expired-allow ssot.toml".to_owned()), "{late:?}");
    assert!(late.contains(&"max-file-size/too-many-lines app/table.py".to_owned()), "{late:?}");
    let today = repository.ssot(&["check", "--format", "json"]).json()["snapshot"]["today"].clone();
    assert!(today.as_str().is_some_and(|today| today.len() == 10 && today > "2026-01-01"), "{today}");
}

#[test]
fn quiet_leaves_the_findings_and_verbose_adds_where_the_time_went() {
    let repository = sample();
    let (plain, quiet) = (repository.ssot(&["check", TODAY]), repository.ssot(&["check", TODAY, "-q"]));
    assert_eq!(plain.stdout, format!("{}3 errors, 2 warnings in 7 files (1 allowed).\n", quiet.stdout));
    let verbose = repository.ssot(&["check", TODAY, "-v"]).status(1);
    assert_eq!(verbose.stdout, plain.stdout);
    let steps: Vec<_> = verbose.stderr.lines().filter_map(|line| line.split(" ms  ").nth(1)).collect();
    assert_eq!((steps.first(), steps.last()), (Some(&"paths"), Some(&"in all")), "{}", verbose.stderr);
    let clean = Repository::with(&[("a.py", "")]);
    let silent = clean.ssot(&["check", "-q"]).status(0);
    assert_eq!((silent.stdout.as_str(), silent.stderr.as_str()), ("", ""));
}

#[test]
fn a_warm_cache_a_cold_one_and_none_give_the_same_bytes() {
    let repository = sample();
    let check = |words: &[&str]| repository.ssot(&[&["check", TODAY], words].concat()).status(1).stdout;
    let none = check(&["--no-cache"]);
    assert!(!repository.path().join(".git/ssot").exists(), "nothing is written");
    let cold = check(&[]);
    assert!(repository.path().join(".git/ssot").is_dir());
    assert_eq!((&cold, &check(&[])), (&none, &none));
    let found = findings(&repository.ssot(&["check", TODAY, "--format", "json", "--no-cache"]));
    assert_eq!(found, ALL);
}
