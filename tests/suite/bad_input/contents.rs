//! What a file may hold, and what may lie where a file is expected.

use std::fs::File;
use std::path::Path;

use super::bounded::judge;
use crate::repository::{Repository, findings};

const POLICY: &str = "[max-file-size]\nlimits = [{ files = \"data.*\", lines = 2 }]\n";

const JSON: [&str; 3] = ["check", "--format", "json"];

/// Messages and notes of the JSON verdict on one snapshot.
#[track_caller]
fn said(repository: &Repository, snapshot: &[&str]) -> Vec<String> {
    let run = judge(repository, &[&JSON, snapshot].concat());
    let verdict = run.json();
    assert_eq!(verdict["errors"], serde_json::json!([]), "{snapshot:?}");
    let messages = verdict["findings"].as_array().expect("findings").iter().map(|found| &found["message"]);
    let notes = verdict["notes"].as_array().expect("notes").iter();
    messages.chain(notes).map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
}

/// The same is said of a file that is untracked, staged, and committed.
#[track_caller]
fn everywhere(repository: &Repository, name: &str, expected: &[&str]) {
    assert_eq!(said(repository, &[]), expected, "{name}: untracked");
    repository.git(&["-c", "core.compression=1", "-c", "core.bigFileThreshold=1m", "add", "--all"]);
    assert_eq!(said(repository, &["--staged"]), expected, "{name}: staged");
    repository.git(&["commit", "--quiet", "--message", "x"]);
    assert_eq!(said(repository, &["--rev", "HEAD"]), expected, "{name}: committed");
    assert_eq!(said(repository, &[]), expected, "{name}: in a clean work tree");
}

#[test]
fn lines_are_counted_the_same_in_every_snapshot() {
    let three = "`data.txt` has 3 lines, over the limit of 2";
    for (name, content, expected) in [
        ("empty", &b""[..], &[][..]),
        ("a byte order mark alone", b"\xef\xbb\xbf", &[]),
        ("no last newline, within", b"a\nb", &[]),
        ("no last newline, over", b"a\nb\nc", &[three]),
        ("lone CR, within", b"a\rb\r", &[]),
        ("lone CR, over", b"a\rb\rc", &[three]),
        ("CRLF, within", b"a\r\nb\r\n", &[]),
        ("CRLF, over", b"a\r\nb\r\nc\r\n", &[three]),
        ("LF before CR, over", b"a\n\rb", &[three]),
        ("behind a byte order mark, over", b"\xef\xbb\xbfa\nb\nc\n", &[three]),
        ("bytes that are no text, over", b"\xff\n\xfe\n\xc3\n", &[three]),
        ("binary", b"\0\n\n\n\n", &[]),
    ] {
        let repository = Repository::with(&[("ssot.toml", POLICY)]);
        repository.write("data.txt", content);
        everywhere(&repository, name, expected);
    }
}

#[test]
fn a_line_of_100_mb_is_not_looked_into_but_is_over_the_limit_of_bytes() {
    let repository = Repository::with(&[("ssot.toml", POLICY)]);
    repository.write("data.txt", vec![b'x'; 100_000_000]);
    let expected = [
        "`data.txt` has 95.4 MiB, over the limit of 500 KiB",
        "1 file(s) over 32 MiB were not looked into, the largest `data.txt` with 95.4 MiB",
    ];
    everywhere(&repository, "one line", &expected);
}

#[test]
fn the_size_of_a_file_of_1_gb_is_known_without_reading_it() {
    let repository = Repository::with(&[("ssot.toml", POLICY)]);
    let file = File::create(repository.path().join("data.bin")).expect("a file");
    file.set_len(1 << 30).expect("a sparse file");
    let expected = [
        "`data.bin` has 1 GiB, over the limit of 500 KiB",
        "1 file(s) over 32 MiB were not looked into, the largest `data.bin` with 1 GiB",
    ];
    everywhere(&repository, "sparse", &expected);
}

#[cfg(unix)]
const PLACED: [&str; 7] = ["fifo", "socket", "link to itself", "link to /dev/zero", "link out", "dead link", "folder"];

#[cfg(unix)]
fn place(what: &str, path: &Path) {
    use std::os::unix::fs::symlink;
    match what {
        "fifo" => assert!(std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo").success()),
        "socket" => drop(std::os::unix::net::UnixListener::bind(path).expect("a socket")),
        "link to itself" => symlink(path, path).expect("a link"),
        "link to /dev/zero" => symlink("/dev/zero", path).expect("a link"),
        "link out" => symlink("../../../../../../etc/passwd", path).expect("a link"),
        "dead link" => symlink("nowhere", path).expect("a link"),
        _ => std::fs::create_dir(path).expect("a folder"),
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_has_a_name_and_no_content() {
    let (name, lines) = ("no-legacy-files/legacy-name data.bak", "max-file-size/too-many-lines data.bak");
    for what in PLACED {
        let repository = Repository::with(&[("ssot.toml", POLICY), ("data.bak", "a\nb\nc\n")]);
        let path = repository.path().join("data.bak");
        std::fs::remove_file(&path).expect("it is gone");
        place(what, &path);
        let found = |snapshot: &[&str]| findings(&judge(&repository, &[&JSON, snapshot].concat()));
        let expected: &[&str] = if what == "folder" { &[] } else { &[name] };
        assert_eq!(found(&[]), expected, "{what}, in place of a tracked file");
        assert_eq!(found(&["--staged"]), [name, lines], "{what}, not staged");
        assert_eq!(found(&["--rev", "HEAD"]), [name, lines], "{what}, not committed");

        repository.git(&["rm", "--quiet", "--cached", "data.bak"]);
        // Of what is untracked git tells files and links.
        let expected: &[&str] = if what.contains("link") { &[name] } else { &[] };
        assert_eq!(found(&[]), expected, "{what}, untracked");
        assert_eq!(found(&["--staged"]), [""; 0], "{what}, no more in the index");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_has_a_name_and_no_content_without_git() {
    for what in PLACED {
        let folder = Repository::without_git();
        folder.write("ssot.toml", POLICY);
        place(what, &folder.path().join("data.bak"));
        let expected: &[&str] = if what == "folder" { &[] } else { &["no-legacy-files/legacy-name data.bak"] };
        assert_eq!(findings(&judge(&folder, &JSON)), expected, "{what}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_a_link_to_attributes_exempts_nothing() {
    let repository = Repository::with(&[("data.bin", &"x".repeat(600 << 10))]);
    std::os::unix::fs::symlink("* linguist-generated", repository.path().join(".gitattributes")).expect("a link");
    repository.git(&["add", "--all"]);
    let found = findings(&judge(&repository, &[&JSON[..], &["--staged"]].concat()));
    assert_eq!(found, ["max-file-size/too-many-bytes data.bin"]);
}

#[cfg(unix)]
#[test]
fn an_ignore_file_without_an_end_is_refused_without_git() {
    for what in ["fifo", "link to /dev/zero"] {
        for place_at in [".gitignore", "below/.ignore"] {
            let folder = Repository::without_git();
            folder.write("below/a.txt", "a");
            place(what, &folder.path().join(place_at));
            let run = judge(&folder, &JSON).status(2);
            let message = run.json()["errors"][0]["message"].to_string();
            assert!(message.contains(place_at) && message.contains("not a plain file"), "{what}: {message}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_cache_that_is_no_plain_file_is_no_cache() {
    for what in ["fifo", "link to /dev/zero", "dead link", "link to itself", "folder"] {
        let repository = Repository::with(&[("ssot.toml", POLICY), ("data.txt", "a\nb\nc\n")]);
        let expected = judge(&repository, &["check", "--format", "concise"]).status(1).stdout;
        for cache in std::fs::read_dir(repository.path().join(".git/ssot")).expect("the cache").flatten() {
            std::fs::remove_file(cache.path()).expect("it is gone");
            place(what, &cache.path());
        }
        let again = judge(&repository, &["check", "--format", "concise"]).status(1).stdout;
        assert_eq!(again, expected, "{what}");
    }
}

#[cfg(unix)]
#[test]
fn a_cache_is_not_written_through_a_link_into_the_work_tree() {
    let repository = Repository::with(&[("ssot.toml", POLICY), ("src/data.txt", "a\nb\nc\n")]);
    std::os::unix::fs::symlink("../src", repository.path().join(".git/ssot")).expect("a link");
    let run = judge(&repository, &["check", "--format", "concise"]).status(1);
    assert!(run.stderr.contains("note: the cache could not be written and is off"), "{}", run.stderr);
}
