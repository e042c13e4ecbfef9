//! Where a report goes: whole or not at all, and never over what is no file.

use std::fs;

use crate::repository::{Repository, Run};

fn sample() -> Repository {
    Repository::with(&[("a.bak", "")])
}

fn check(repository: &Repository, words: &[&str]) -> Run {
    repository.ssot(&[&["check", "--format", "concise"], words].concat())
}

#[track_caller]
fn refused(run: Run, why: &str) {
    let run = run.status(2);
    assert!(run.stderr.contains(why), "{}", run.stderr);
}

#[test]
fn a_report_that_cannot_be_written_is_no_success() {
    let repository = sample();
    repository.write("folder/x", "");
    refused(
        check(&repository, &["--report", "json=none/a.json"]),
        "error[io]: the report `none/a.json` cannot be written: there is no folder `none`",
    );
    refused(check(&repository, &["--report", "json=folder"]), "it is a folder");
    refused(check(&repository, &["--report", "json=a.bak/x"]), "there is no folder `a.bak`");
    refused(check(&repository, &["--report", "json=x", "--report", "sarif=x"]), "it is named twice");
    refused(check(&repository, &["--report", "json=-"]), "`--format json` prints to standard output");
    refused(check(&repository, &["--report", "xml=x"]), "there is no format `xml`");
    refused(check(&repository, &["--report", "json"]), "FORMAT=PATH");
    #[cfg(target_os = "linux")]
    refused(check(&repository, &["--report", "json=/dev/full"]), "No space left on device");
}

#[test]
fn a_report_tells_why_another_could_not_be_written() {
    let repository = sample();
    let run =
        repository.ssot(&["check", "--format", "json", "--report", "sarif=none/x", "--report", "json=y"]).status(2);
    let written: serde_json::Value = serde_json::from_slice(&fs::read(repository.path().join("y")).unwrap()).unwrap();
    for verdict in [run.json(), written] {
        assert_eq!((&verdict["errors"][0]["kind"], &verdict["findings"][0]["path"]), (&"io".into(), &"a.bak".into()));
    }
}

#[test]
fn a_report_replaces_a_file() {
    let repository = sample();
    repository.write("out/a.json", "x".repeat(100_000));
    check(&repository, &["--report", "json=out/a.json", "--report", "sarif=out/a=b.sarif"]).status(1);
    let names = || fs::read_dir(repository.path().join("out")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names().count(), 2, "{:?}", names().collect::<Vec<_>>());
    let text = fs::read_to_string(repository.path().join("out/a.json")).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
}

#[cfg(unix)]
#[test]
fn a_link_stays_one_and_modes_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let repository = sample();
    repository.write("out/target", "");
    let target = repository.path().join("out/target");
    fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).unwrap();
    symlink("target", repository.path().join("out/link")).unwrap();
    check(&repository, &["--report", "json=out/link", "--report", "sarif=out/new"]).status(1);
    assert!(repository.path().join("out/link").is_symlink());
    assert!(fs::read_to_string(&target).unwrap().starts_with('{'));
    let mode = |path: &str| fs::metadata(repository.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("out/target"), 0o600);
    repository.write("out/plain", "");
    assert_eq!(mode("out/new"), mode("out/plain"), "as for any new file");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_written_to() {
    let repository = sample();
    let shell = |script: &str| -> Run {
        let mut shell = crate::repository::command("sh", repository.path());
        shell.args(["-c", script]).arg(crate::repository::binary("ssot")).output().expect("sh starts").into()
    };
    let both = "\"$0\" check --format concise --report json=/dev/stdout";
    let run = shell(both).status(1);
    assert!(run.stdout.starts_with('{') && run.stdout.ends_with("leftover by its name\n"), "{}", run.stdout);
    let run = shell(&format!("{both} >out.txt; echo $? >&2; cat out.txt")).status(0);
    assert!(run.stdout.starts_with('{') && run.stdout.ends_with("leftover by its name\n"), "{}", run.stdout);
    assert_eq!(run.stderr, "1\n");
    let run = shell("\"$0\" check --quiet --format concise --report gitlab=/dev/stderr").status(1);
    assert!(run.stderr.starts_with('['), "{}", run.stderr);
    let run = shell("mkfifo pipe; cat pipe & \"$0\" check --quiet --format sarif --report gitlab=pipe >/dev/null; wait; test -p pipe")
        .status(0);
    assert!(run.stdout.starts_with('['), "{}", run.stdout);
}

#[test]
fn the_summary_of_a_step_is_added_to() {
    let repository = sample();
    let summary = repository.path().join("summary.md");
    let with_summary = |format: &str| {
        fs::write(&summary, "before\n").unwrap();
        let mut command = repository.command("ssot");
        let report = format!("{format}={}", summary.display());
        let run: Run =
            command.args(["check", "--report", &report]).env("GITHUB_STEP_SUMMARY", &summary).output().unwrap().into();
        run.status(1);
        fs::read_to_string(&summary).unwrap()
    };
    let text = with_summary("markdown");
    assert!(text.starts_with("before\n### ssot\n"), "{text}");
    assert!(with_summary("json").starts_with('{'), "no other format is added to a text");
    let other = format!("markdown={}", summary.display());
    check(&repository, &["--report", &other]).status(1);
    assert!(fs::read_to_string(&summary).unwrap().starts_with("### ssot\n"), "a file like any other");
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_may_be_any_bytes() {
    use std::os::unix::ffi::OsStrExt;
    let repository = sample();
    let name = std::ffi::OsStr::from_bytes(b"sarif=\xff=\n.sarif");
    let run: Run = repository.command("ssot").args(["check", "--report"]).arg(name).output().unwrap().into();
    run.status(1);
    assert!(repository.path().join(std::ffi::OsStr::from_bytes(b"\xff=\n.sarif")).is_file());
}
