//! Whatever the format: the same findings, the same exit status.

use super::reading::{findings, path_in};
use super::{FORMATS, NASTY, staged};
use crate::repository::{Repository, Run};

/// More of the rules: errors and warnings, with lines, related places and a policy.
fn sample() -> Repository {
    let policy = "version = 1\n\n[no-legacy-files.closed]\n\"core\" = [\"main.py\", \"gone.py\"]\n\n\
        [max-file-size]\nlimits = [{ files = \"**/*.py\", lines = 2 }]\n";
    let class = "class Cart:\n    def add(self):\n        return 1\n";
    Repository::with(&[
        ("ssot.toml", policy),
        ("core/main.py", "x = 1\n"),
        ("core/other.py", "x = 1\n"),
        ("a/cart.py", class),
        ("a/user_old.py", "x = 1\n"),
        ("b/cart.py", class),
        ("b/broken.py", "def :\n"),
    ])
}

/// The findings that a format tells, with paths as the exact bytes of JSON.
#[track_caller]
fn all_say_the_same(repository: &Repository, words: &[&str], status: i32) {
    let check =
        |format: &str| -> Run { repository.ssot(&[&["check", "--format", format], words].concat()).status(status) };
    let json = check("json").stdout;
    let found = serde_json::from_str::<serde_json::Value>(&json).expect("JSON");
    let bytes = |path: &str| -> Vec<u8> { unescaped(path) };
    let exact = findings("json", &json);
    assert_eq!(Some(exact.len()), found["findings"].as_array().map(Vec::len));
    for format in FORMATS {
        let mut expected: Vec<_> = exact
            .iter()
            .map(|(level, id, path, line)| (level.clone(), id.clone(), path_in(format, &bytes(path)), *line))
            .collect();
        // What GitHub shows as no annotation stands there in plain lines.
        expected.sort();
        let run = check(format);
        assert_eq!(findings(format, &run.stdout), expected, "{format}");
        assert_eq!(run.stderr, "", "{format}");
    }
}

/// The bytes behind `escape_ascii`.
fn unescaped(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.chars();
    while let Some(ch) = rest.next() {
        match (ch, ch == '\\') {
            (_, true) => match rest.next() {
                Some('n') => out.push(b'\n'),
                Some('r') => out.push(b'\r'),
                Some('t') => out.push(b'\t'),
                Some('x') => {
                    let code: String = rest.by_ref().take(2).collect();
                    out.push(u8::from_str_radix(&code, 16).expect("an escape"));
                }
                Some(other) => out.push(u8::try_from(other).expect("ASCII")),
                None => panic!("{text}"),
            },
            _ => out.push(u8::try_from(ch).expect("ASCII")),
        }
    }
    out
}

#[test]
fn of_many_rules() {
    let repository = sample();
    all_say_the_same(&repository, &[], 1);
    all_say_the_same(&repository, &["--deny-warnings"], 1);
    all_say_the_same(&repository, &["--exit-zero"], 0);
    all_say_the_same(&repository, &["--rule", "stale-entry"], 0);
    all_say_the_same(&repository, &["--rule", "too-many-bytes"], 0);
}

#[test]
fn of_paths_that_are_syntax_somewhere() {
    // Ten at a time: GitHub takes no more annotations, and what stands behind them has the form of `concise`.
    for names in NASTY.chunks(10) {
        all_say_the_same(&staged(names), &["--staged"], 1);
    }
}

#[test]
fn in_every_report_of_one_run() {
    for (repository, words, status) in
        [(staged(&NASTY[..10]), &["--staged"][..], 1), (sample(), &[], 1), (sample(), &["--exit-zero"], 0)]
    {
        let out = tempfile::tempdir().expect("a folder");
        let at = |format: &str| out.path().join(format);
        let reports = FORMATS.map(|format| format!("--report={format}={}", at(format).display()));
        let mut command = repository.command("ssot");
        command.arg("check").args(words).args(&reports).arg("--statistics");
        let run = Run::from(command.output().expect("ssot starts")).status(status);
        assert!(run.stdout.contains("by rule"), "{}", run.stdout);
        for format in FORMATS {
            let alone = repository.ssot(&[&["check", "--format", format], words].concat()).status(status);
            let written = std::fs::read_to_string(at(format)).expect(format);
            let same = if format == "json" {
                findings(format, &written) == findings(format, &alone.stdout)
            } else {
                written == alone.stdout
            };
            assert!(same, "{format}:\n{written}\nand alone:\n{}", alone.stdout);
        }
    }
}

#[test]
fn of_no_verdict() {
    let repository = Repository::with(&[("ssot.toml", "[levels]\nlegacy-nam = \"off\"\n\n[x]\n"), ("a.bak", "")]);
    let said = "there is no rule `legacy-nam`";
    for format in FORMATS {
        let run = repository.ssot(&["check", "--format", format]).status(2);
        let tells = match format {
            "json" | "sarif" | "gitlab" => serde_json::from_str::<serde_json::Value>(&run.stdout).is_ok(),
            "text" | "concise" => run.stdout.is_empty() && run.stderr.contains(said),
            _ => run.stderr.contains(said),
        };
        assert!(tells, "{format}: {}{}", run.stdout, run.stderr);
        let file = tempfile::NamedTempFile::new().expect("a file");
        let report = format!("{format}={}", file.path().display());
        repository.ssot(&["check", "--format", "concise", "--report", &report]).status(2);
        let text = std::fs::read_to_string(file.path()).expect("a report");
        assert!(text.contains("legacy-nam") && text.contains("did you mean"), "{format}: {text}");
    }
    let issues = repository.ssot(&["check", "--format", "gitlab"]).json();
    let severities: Vec<_> = issues.as_array().unwrap().iter().map(|issue| issue["severity"].as_str()).collect();
    assert_eq!(severities, [Some("blocker"), Some("blocker")]);
    assert_eq!(
        (&issues[0]["location"]["path"], &issues[0]["location"]["lines"]["begin"]),
        (&"ssot.toml".into(), &2.into())
    );
}

#[test]
fn no_two_issues_share_an_identity() {
    let allows = "# ssot: allow(too-many-lines) a\n# ssot: allow(too-many-lines) b\n";
    let repository = Repository::with(&[("a.py", allows), ("b.py", allows), ("c.bak", "")]);
    let issues = repository.ssot(&["check", "--format", "gitlab"]).status(1).json();
    let mut all: Vec<_> =
        issues.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 5, "{issues:#}");
}
