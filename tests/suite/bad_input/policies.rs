//! Policies that are large, deep, or no policies: told at once, whatever their size.

use super::bounded::{MEMORY, judge, judge_by, ssot};
use super::refusals::told;
use crate::repository::{Repository, Run};

const CHECK: [&str; 3] = ["check", "--format", "json"];

/// What a policy of this content comes to, as JSON.
#[track_caller]
fn check(content: impl AsRef<[u8]>, memory: u32) -> Run {
    let repository = Repository::new();
    repository.write("ssot.toml", content);
    judge_by(&repository, ssot(repository.path(), memory, &CHECK))
}

fn large(line: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0.. {
        if text.len() >= 5_000_000 {
            break;
        }
        text.push_str(&line(number));
    }
    text
}

#[test]
fn a_policy_of_5_mb_is_obeyed() {
    let text = large(|number| {
        format!(
            "[[allow]]\nrule = \"legacy-name\"\nin = \"src/module/of/some/depth/{number}.bak\"\nreason = \"needed\"\n"
        )
    });
    let repository = Repository::new();
    repository
        .write("ssot.toml", format!("max-file-size.limits = [{{ files = '/ssot.toml', bytes = 'off' }}]\n{text}"));
    for number in [0, 7, 20_000] {
        repository.write(&format!("src/module/of/some/depth/{number}.bak"), "");
    }
    repository.write("src/module/of/some/depth/x.bak", "");
    let words = ["check", "--format", "json", "--rule", "legacy-name"];
    let verdict = judge_by(&repository, ssot(repository.path(), 2 * MEMORY, &words)).status(1).json();
    assert_eq!(verdict["summary"]["allowed"], 3);
    assert_eq!(verdict["findings"][0]["path"], "src/module/of/some/depth/x.bak");
    assert_eq!(verdict["findings"].as_array().map(Vec::len), Some(1));
    judge_by(&repository, ssot(repository.path(), 2 * MEMORY, &["policy"])).status(0);
}

#[test]
fn more_globs_than_memory_can_be_bounded_for_are_refused() {
    let globs = large(|number| format!("  \"**/{number}_*.py\",\n"));
    let run = check(format!("[no-legacy-files]\nforbidden = [\n{globs}]\n"), 2 * MEMORY).status(2);
    let (line, column, message) = told(&run).swap_remove(0);
    assert_eq!(message, "more than 10000 globs");
    assert!(line > 2 && column == 3, "{line}:{column}");
}

#[test]
fn of_very_many_mistakes_the_first_are_told_and_the_rest_counted() {
    let run = check(large(|number| format!("key-{number} = 1\n")), 2 * MEMORY).status(2);
    let errors = told(&run);
    assert_eq!(errors.len(), 101);
    assert_eq!((errors[0].0, errors[99].0), (1, 100), "in the order of their lines");
    assert!(errors[100].2.ends_with(" more mistakes"), "{}", errors[100].2);
}

#[test]
fn a_large_text_that_is_no_toml_is_refused_at_its_first_mistake() {
    for (what, text) in [
        ("signs", large(|_| "=\n".to_owned())),
        ("brackets", large(|_| "[".to_owned())),
        ("words", large(|_| "a b\n".to_owned())),
    ] {
        let errors = told(&check(text, 4 * MEMORY).status(2));
        assert_eq!(errors.len(), 1, "{what}: {errors:?}");
        assert_eq!(errors[0].0, 1, "{what}: {errors:?}");
    }
}

#[test]
fn a_policy_over_16_mib_is_refused_unread() {
    let repository = Repository::new();
    repository.write("ssot.toml", vec![b'#'; (16 << 20) + 1]);
    let errors = told(&judge(&repository, &CHECK).status(2));
    assert_eq!(errors[0].2, "this is larger than 16 MiB");
    let errors = judge(&repository, &["check", "--policy", "ssot.toml"]).status(2).stderr;
    assert!(errors.starts_with("error[io]: ssot.toml: larger than 16 MiB"), "{errors}");
}

#[test]
fn depth_is_refused_at_its_place() {
    let deep = |part: &str| part.repeat(300_000);
    for (text, place, expected) in [
        (format!("x = {}", deep("[")), (1, 85), "recurs"),
        (format!("x = {}", deep("{a=")), (1, 245), "recurs"),
        (format!("\n{}a = 1", deep("a.")), (2, 1), "a dotted key of 80 parts or more is not read"),
        (format!("\n\n  [{}a]", deep("a.")), (3, 3), "a dotted key of 80 parts or more is not read"),
        (deep("["), (1, 3), "unquoted keys cannot be empty"),
        (format!("{} = 1", deep("a")), (1, 1), "unknown key `aaaaaa"),
        (format!("x = \"{}", deep("a")), (1, 300_006), "invalid basic string"),
        (format!("version = 1{}", deep("0")), (1, 11), "version 10000"),
    ] {
        let run = check(&text, MEMORY).status(2);
        let errors = told(&run);
        let at = errors.iter().find(|(line, column, message)| (*line, *column) == place && message.contains(expected));
        assert!(at.is_some(), "{}: {expected} at {place:?}: {errors:?}", &text[..20]);
        assert!(run.stdout.len() < 10_000, "{}: a message of {} bytes", &text[..20], run.stdout.len());
    }
}

#[test]
fn what_is_no_text_is_refused_at_its_place() {
    for (what, bytes, place, expected) in [
        ("not UTF-8", &b"version = 1\nx = \"\xc3\xa4\xff\"\n"[..], (2, 7), "this is not UTF-8"),
        ("UTF-16", b"\xff\xfev\0e\0r\0", (1, 1), "this is not UTF-8"),
        ("NUL", b"version = 1\n\0\n", (2, 1), ""),
        ("NUL in text", b"[defaults]\nowner = \"a\0b\"\n", (2, 11), ""),
        ("escape in text", b"[defaults]\nowner = \"a\x1b[31mb\"\n", (2, 11), ""),
        ("lone CR", b"version = 1\r[project]\r", (1, 13), "carriage return"),
    ] {
        let errors = told(&check(bytes, MEMORY).status(2));
        assert_eq!((errors[0].0, errors[0].1), place, "{what}: {errors:?}");
        assert!(errors[0].2.contains(expected), "{what}: {errors:?}");
    }
    let said = check(b"# \xe9\n", MEMORY).status(2).json();
    assert_eq!(said["errors"][0]["help"], "save it as UTF-8");
}

#[test]
fn a_byte_order_mark_and_crlf_are_nothing_to_remark() {
    let text = "\u{feff}version = 1\r\n[project]\r\nwarn-days = 3\r\n";
    check(text, MEMORY).status(0);
    let errors = told(&check(format!("{text}wrong = 1\r\n"), MEMORY).status(2));
    assert_eq!((errors[0].0, errors[0].1), (4, 1), "{errors:?}");
}

#[test]
fn values_are_shown_without_their_control_characters() {
    let repository = Repository::with(&[
        (
            "ssot.toml",
            "[defaults]\nowner = \"a\\u001B[31m\\n::error::b\"\ndocs = \"https://x/\\u202E{id}\"\n\
         [project.services]\n\"\\u001B::error\" = \"s\"\n[no-legacy-files]\nforbidden = [\"*\\u001B*\"]\n",
        ),
        ("s/a.bak", ""),
    ]);
    for words in [&["check"][..], &["check", "--format", "concise"], &["check", "--statistics"], &["policy"]] {
        let run = judge(&repository, words);
        assert!(matches!(run.status, Some(0 | 1)), "{}", run.stderr);
        for line in run.stdout.lines().chain(run.stderr.lines()) {
            assert!(!line.chars().any(|ch| ch.is_control() || ch == '\u{202e}'), "{words:?}: {line:?}");
            assert!(!line.trim_start().starts_with("::"), "{words:?}: {line:?}");
        }
    }
}

#[test]
fn a_policy_that_is_no_file_is_refused() {
    let link = |to: &str, folder: &Repository, name: &str| {
        #[cfg(unix)]
        std::os::unix::fs::symlink(to, folder.path().join(name)).expect("a link");
    };
    for (what, expected) in [
        ("folder", "this is a folder, and a file is meant"),
        ("link", "this is no plain file, and a link is never followed"),
        ("dead link", "this is no plain file, and a link is never followed"),
    ] {
        for name in ["ssot.toml", "pyproject.toml"] {
            let repository = Repository::with(&[("other.toml", "version = 1\n[tool.ssot]\n")]);
            match what {
                "folder" => repository.write(&format!("{name}/x"), ""),
                "link" => link("other.toml", &repository, name),
                _ => link("nowhere", &repository, name),
            }
            for snapshot in ["--worktree", "--staged"] {
                let errors = told(&judge(&repository, &[&CHECK[..], &[snapshot]].concat()).status(2));
                assert_eq!(errors, [(1, 1, expected.to_owned())], "{what} {name} {snapshot}");
                repository.git(&["add", "--all"]);
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_named_policy_that_is_no_file_is_refused() {
    let repository = Repository::with(&[("a.txt", "a")]);
    let fifo = repository.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
    std::os::unix::fs::symlink("loop", repository.path().join("loop")).expect("a link");
    std::os::unix::fs::symlink("fifo", repository.path().join("to-fifo")).expect("a link");
    repository.write("latin.toml", b"# \xe4\n");
    for (file, expected) in [
        ("nowhere.toml", "error[io]: nowhere.toml: No such file or directory"),
        (".", "error[io]: .: not a plain file"),
        ("fifo", "error[io]: fifo: not a plain file"),
        ("to-fifo", "error[io]: to-fifo: not a plain file"),
        ("loop", "error[io]: loop: Too many levels of symbolic links"),
        ("/dev/zero", "error[io]: /dev/zero: not a plain file"),
        ("/dev/tty", "error[io]: /dev/tty: "),
        ("a.txt/b", "error[io]: a.txt/b: Not a directory"),
        ("a\n::error", "error[io]: a\\n::error: No such file"),
        ("latin.toml", "error[policy]: this is not UTF-8"),
    ] {
        for command in ["check", "policy"] {
            let run = judge(&repository, &[command, "--policy", file]).status(2);
            assert!(run.stderr.starts_with(expected), "{command} {file}: {}", run.stderr);
        }
    }
}

#[test]
fn pyproject_counts_where_it_speaks_of_ssot() {
    let broken = "[project]\nname = \n";
    for (what, text, status, expected) in [
        ("broken, not ours", broken.to_owned(), 0, vec![]),
        ("broken, names us elsewhere", format!("# uses ssot\n{broken}"), 0, vec![]),
        ("broken, and ours", format!("{broken}[tool.ssot]\nversion = 1\n"), 2, vec![(2, 8)]),
        ("broken inside ours", "[tool.ssot]\nversion = \n".to_owned(), 2, vec![(2, 11)]),
        ("ours, wrong", "[tool.ssot]\nwrong = 1\n[tool.ssot.projct]\n".to_owned(), 2, vec![(2, 1), (3, 12)]),
        ("ours, in one line", "[tool]\nssot = { project = { warn-days = -1 } }\n".to_owned(), 2, vec![(2, 34)]),
        ("ours is no table", "[tool]\nssot = 3\n".to_owned(), 2, vec![(2, 8)]),
        ("ours is a list", "[[tool.ssot]]\nversion = 1\n".to_owned(), 2, vec![(1, 1)]),
        ("tool is no table", "tool = \"ssot\"\n".to_owned(), 0, vec![]),
        ("another's", "[tool.other]\nssot = 1\n".to_owned(), 0, vec![]),
        ("ours, right", "[tool.ssot]\nversion = 1\n[tool.other]\nx = 1\n".to_owned(), 0, vec![]),
        ("ours, empty", "[tool.ssot]\n".to_owned(), 0, vec![]),
    ] {
        let repository = Repository::with(&[("pyproject.toml", &text)]);
        let run = judge(&repository, &CHECK);
        let places: Vec<_> = told(&run).iter().map(|(line, column, _)| (*line, *column)).collect();
        assert_eq!((run.status, places), (Some(status), expected), "{what}: {}", run.stdout);
    }
}

#[test]
fn of_two_policies_the_second_is_named() {
    for (pyproject, expected) in [
        (
            "[tool.ssot]\nversion = 1\n",
            "ssot.toml holds, and [tool.ssot] in pyproject.toml is not read: delete one of them",
        ),
        ("[project]\nname = \"ssot\"\n", ""),
    ] {
        let repository = Repository::with(&[("ssot.toml", "version = 1\n"), ("pyproject.toml", pyproject)]);
        let notes = judge(&repository, &CHECK).status(0).json()["notes"].clone();
        let notes: Vec<_> = notes.as_array().expect("notes").iter().filter_map(|note| note.as_str()).collect();
        assert_eq!(notes.join("\n"), expected);
    }
}
