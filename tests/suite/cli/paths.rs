//! PATHs: they narrow what is reported, never what is judged.

use super::{ALL, TODAY, run, sample, ssot_in};
use crate::repository::{Repository, findings};

/// What is found under `paths`, as seen from `folder`.
fn found(repository: &Repository, folder: &str, paths: &[&str]) -> Vec<String> {
    findings(&ssot_in(repository, folder, &[&["check", TODAY, "--format", "json"], paths].concat()))
}

#[test]
fn a_path_narrows_what_is_reported_and_not_what_is_judged() {
    let repository = sample();
    assert_eq!(found(&repository, "", &[]), ALL);
    for (path, expected) in
        [("app", &ALL[..2]), ("app/", &ALL[..2]), ("app/long.py", &ALL[..1]), ("ssot.toml", &ALL[2..4]), ("core", &[])]
    {
        let run = repository.ssot(&["check", TODAY, "--format", "json", path]);
        assert_eq!(findings(&run), expected, "{path}");
        assert_eq!(run.json()["summary"]["files"], 7, "{path}");
        assert_eq!(run.status, Some(if path == "core" || path == "ssot.toml" { 0 } else { 1 }), "{path}");
    }
    assert_eq!(found(&repository, "", &["tools", "app/long.py"]), [ALL[0], ALL[4]]);
}

#[test]
fn a_finding_shows_under_its_related_place_too() {
    assert_eq!(found(&sample(), "", &["app/user.py"]), [ALL[1]]);
}

#[test]
fn a_path_is_read_from_the_current_folder() {
    let repository = sample();
    let root = repository.path().to_str().unwrap();
    let absolute = format!("{root}/tools");
    let roundabout = format!("{root}/core/../tools/.");
    for (folder, path, expected) in [
        ("app", ".", &ALL[..2]),
        ("app", "long.py", &ALL[..1]),
        ("app", "../tools", &ALL[4..]),
        ("app", "..", &ALL[..]),
        ("", ".", &ALL[..]),
        ("", "./app/../tools//setup.py", &ALL[4..]),
        ("app", &absolute, &ALL[4..]),
        ("app", &roundabout, &ALL[4..]),
        ("core", root, &ALL[..]),
    ] {
        assert_eq!(found(&repository, folder, &[path]), expected, "{path} in {folder}");
    }
    assert_eq!(found(&repository, "app", &[]), ALL, "a subfolder alone narrows nothing");
}

#[test]
#[cfg(unix)]
fn an_absolute_path_may_go_through_a_link_to_the_repository() {
    let (repository, elsewhere) = (sample(), Repository::without_git());
    let link = elsewhere.path().join("link");
    std::os::unix::fs::symlink(repository.path(), &link).unwrap();
    let tools = link.join("tools");
    let ssot = |path| run(repository.command("ssot").args(["check", TODAY, "--format", "json"]).arg(path));
    assert_eq!(findings(&ssot(&tools)), ALL[4..]);
    assert_eq!(findings(&ssot(&link)), ALL);
}

#[test]
#[cfg(unix)]
fn a_path_through_a_link_in_the_repository_is_where_the_link_leads() {
    let (repository, elsewhere) = (sample(), Repository::without_git());
    elsewhere.write("x.bak", "");
    std::os::unix::fs::symlink("app", repository.path().join("link")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), repository.path().join("out")).unwrap();
    assert_eq!(found(&repository, "", &["link/long.py"]), ALL[..1]);
    repository.ssot(&["check", TODAY, "link"]).status(0);
    let outside = repository.ssot(&["check", TODAY, "out/x.bak"]).status(2);
    assert!(outside.stderr.contains("`out/x.bak` lies outside the repository"), "{}", outside.stderr);
}

#[test]
fn a_path_that_is_nowhere_or_outside_gives_no_verdict() {
    let repository = sample();
    let run = ssot_in(&repository, "app", &["check", "nowhere", "../..", "/", "tools", "--format", "json"]).status(2);
    let verdict = run.json();
    let errors: Vec<_> = verdict["errors"].as_array().unwrap().iter().map(|error| &error["message"]).collect();
    assert_eq!(
        errors,
        [
            "`nowhere` exists neither in the snapshot nor on disk",
            "`../..` lies outside the repository",
            "`/` lies outside the repository",
            "`tools` exists neither in the snapshot nor on disk",
        ]
    );
    assert_eq!(verdict["findings"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_path_may_be_in_the_index_alone_or_on_disk_alone() {
    let repository = sample();
    std::fs::remove_file(repository.path().join("tools/setup.py")).unwrap();
    assert_eq!(found(&repository, "", &["--staged", "tools/setup.py"]), ALL[4..]);
    repository.ssot(&["check", "tools/setup.py"]).status(2);
    repository.write(".git/info/exclude", "/local.bak\n");
    repository.write("local.bak", "");
    repository.ssot(&["check", TODAY, "local.bak"]).status(0);
    repository.write("new.bak", "");
    repository.ssot(&["check", TODAY, "--staged", "new.bak"]).status(0);
    repository.ssot(&["check", TODAY, "new.bak"]).status(1);
}
