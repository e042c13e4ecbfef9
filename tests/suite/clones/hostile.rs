//! Repositories that are made to be slow, or to be told endlessly: a verdict in bounded memory, one finding where one is
//! enough, and the same bytes however it was reached.

use std::fmt::Write as _;

use crate::bad_input::bounded::{MEMORY, judge, judge_by, ssot};
use crate::repository::Repository;

const CHECK: [&str; 6] = ["check", "--no-cache", "--format", "concise", "--rule", "clone"];

fn repository(mode: &str) -> Repository {
    let repository = Repository::new();
    let keys = format!("clones = {{ mode = \"{mode}\", min-tokens = 50, min-lines = 5 }}");
    repository.write("ssot.toml", format!("[no-duplicate-concepts]\n{keys}\nbudget = {{ \"**\" = 50 }}\n"));
    repository
}

/// The findings of `clone`, one a line.
#[track_caller]
fn found(repository: &Repository) -> Vec<String> {
    repository.git(&["add", "--all"]);
    judge(repository, &CHECK).stdout.lines().map(str::to_owned).collect()
}

/// A function of 20 statements, no two of which are alike; its names start with `name`.
fn function(name: &str) -> String {
    let mut text = format!("def {name}(value):\n");
    for number in 0..20 {
        let call = format!(
            "    {name}_{number} = value.{}({number}, key=\"{number}\")",
            "abcdefghijklmnopqrst".split_at(number).1
        );
        writeln!(text, "{call}").expect("a text");
    }
    text
}

#[test]
fn ten_thousand_equal_files() {
    let repository = repository("near");
    let text = function("load");
    (0..10_000).for_each(|number| repository.write(&format!("a{}/b{number}.py", number % 100), &text));
    let found = found(&repository);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].ends_with("and stand in 10000 places in all"), "{found:?}");
}

#[test]
fn a_million_equal_tokens() {
    for (name, text) in [("a.py", "x\n"), ("a.go", "x\n")] {
        let repository = repository("near");
        repository.write(name, text.repeat(1_000_000 / text.len()));
        assert_eq!(found(&repository), [""; 0], "{name}");
        repository.write(&format!("b/{name}"), format!("y\n{}", text.repeat(1_000_000 / text.len())));
        assert!(found(&repository).len() <= 1, "{name}");
    }
}

#[test]
fn a_bundle_and_tokens_that_are_all_distinct() {
    let repository = repository("near");
    let bundle: String = (0..40_000).map(|number| format!("function f{number}(){{return g({number})}}")).collect();
    repository.write("a.js", &bundle);
    repository.write("b.js", &bundle);
    for folder in 0..4 {
        let distinct: String = (0..50_000).map(|number| format!("n{folder}_{number}\n")).collect();
        repository.write(&format!("d{folder}.py"), distinct);
    }
    assert_eq!(found(&repository), [""; 0]);
}

#[test]
fn many_files_that_differ_in_one_place() {
    let repository = repository("near");
    let text = function("load");
    for number in 0..300 {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines[1 + number % 20] = format!("    other_{number} = value.z({number}, key=other)");
        repository.write(&format!("a{number}.py"), lines.join("\n") + "\n");
    }
    // Near copies of one another: one finding, and none for each of the parts that some of them share.
    let found = found(&repository);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn the_same_however_it_is_reached() {
    let repository = repository("near");
    for number in 0..12 {
        let other = format!("{}\n\n{}", function("load"), function(&format!("own_{number}")));
        repository.write(&format!("a{number}.py"), other);
        repository.write(&format!("tests/test_{number}.py"), function("check"));
    }
    repository.commit_all("all");
    let words = ["check", "--format", "concise", "--rule", "clone", "--rule", "duplication-budget"];
    let first = judge(&repository, &words).stdout;
    assert!(first.lines().count() > 1, "{first}");
    for threads in ["1", "2", "7"] {
        for cache in [&[][..], &["--no-cache"]] {
            let words = [&words[..], cache].concat();
            let mut command = ssot(repository.path(), MEMORY, &words);
            command.env("RAYON_NUM_THREADS", threads);
            assert_eq!(judge_by(&repository, command).stdout, first, "{threads} {cache:?}");
        }
    }
}
