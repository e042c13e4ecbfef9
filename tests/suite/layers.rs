//! Modules import only what stands before them.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use ssot::rules::{ANY_HOOK, RULES};

/// `crate::a`, and `crate::{a, b::{c, d}}` up to the end of the statement.
static PATHS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(?:crate|ssot)::(?:(\w+)|\{([^;]*)\};)").expect("a pattern"));

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every Rust file below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The order that the head of src/lib.rs states.
fn order(lib: &str) -> Vec<String> {
    let head: String = lib.lines().map_while(|line| line.strip_prefix("//!")).collect();
    let (_, list) = head.split_once("in this order:").expect("the order of the modules");
    let (list, _) = list.split_once('.').expect("the end of the list");
    list.split(',').map(|name| name.trim().trim_matches('`').to_owned()).collect()
}

/// The modules of the crate that a text names outside of comments, each with its line.
fn named(text: &str) -> Vec<(usize, String)> {
    let code: Vec<_> = text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for path in PATHS.captures_iter(&code) {
        let line = code[..path.get(0).expect("a match").start()].matches('\n').count() + 1;
        match (path.get(1), path.get(2)) {
            (Some(name), _) => found.push((line, name.as_str().to_owned())),
            (None, group) => found.extend(heads(group.map_or("", |group| group.as_str())).map(|name| (line, name))),
        }
    }
    found
}

/// The first part of each path of a group.
fn heads(group: &str) -> impl Iterator<Item = String> {
    let mut depth = 0;
    let outer: String = group
        .chars()
        .filter(|letter| {
            depth += i32::from(*letter == '{') - i32::from(*letter == '}');
            depth == 0
        })
        .collect();
    let heads: Vec<_> =
        outer.split(',').map(|path| path.trim().split("::").next().unwrap_or_default().to_owned()).collect();
    heads.into_iter().filter(|head| !head.is_empty())
}

/// The lines of a file on which `super::` climbs out of its module, where [`named`] does not follow.
fn climbs(inner: &str, text: &str) -> Vec<usize> {
    let depth = inner.trim_end_matches("/mod.rs").split('/').count();
    let mut in_tests = false;
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        in_tests |= line.starts_with("mod tests");
        if line.contains(&"super::".repeat(depth + usize::from(in_tests))) {
            found.push(number + 1);
        }
    }
    found
}

#[test]
fn reads_paths_out_of_code() {
    let text = "//! [`crate::cli`]\nuse crate::path::RepoPath;\nuse crate::{\n    facts::{self, Facts},\n    cache,\n};\n    f(crate::report::g());\n";
    let expected = [(2, "path"), (3, "facts"), (3, "cache"), (7, "report")];
    assert_eq!(named(text), expected.map(|(line, name)| (line, name.to_owned())));
}

#[test]
fn sees_relative_paths_that_leave_a_module() {
    assert_eq!(
        climbs("cache.rs", "use super::path;\nmod tests {\n    use super::read;\n    use super::super::cli;\n"),
        [1, 4]
    );
    assert_eq!(climbs("rules/mod.rs", "use super::engine;\n"), [1]);
    assert_eq!(climbs("source/git.rs", "use super::Entry;\nuse super::super::cli;\n"), [2]);
}

#[test]
fn the_order_names_every_module() {
    let lib = read(&source().join("lib.rs"));
    let mut order = order(&lib);
    order.sort();
    let modules: Vec<_> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(order, modules);
}

#[test]
fn modules_import_only_what_stands_before_them() {
    let order = order(&read(&source().join("lib.rs")));
    let place = |module: &str| order.iter().position(|name| name == module);
    let (mut seen, mut wrong) = (0, Vec::new());
    for path in files(&source()) {
        let inner = path.strip_prefix(source()).expect("a path in src").to_string_lossy().replace('\\', "/");
        let module = inner.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        let text = read(&path);
        for (line, name) in named(&text) {
            seen += 1;
            let right = match (place(module), place(&name)) {
                (Some(here), Some(there)) => there <= here,
                // The binaries and the head of the library.
                (None, Some(_)) => name == "cli" || module == "lib",
                (_, None) => false,
            };
            if !right {
                wrong.push(format!("src/{inner}:{line}: `{module}` may not import `{name}`"));
            }
        }
        let climbing = climbs(&inner, &text).into_iter();
        wrong.extend(climbing.map(|line| format!("src/{inner}:{line}: write this path from `crate::`")));
    }
    assert!(seen > 50, "only {seen} imports were read");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_rule_is_one_file_named_for_it() {
    let rules = source().join("rules");
    let mut expected: Vec<PathBuf> = Vec::new();
    for rule in RULES {
        let folders = if rule.hook == ANY_HOOK { vec!["policy", "source"] } else { vec![rule.hook] };
        let file = format!("{}.rs", rule.name.replace('-', "_"));
        let found =
            folders.iter().map(|folder| rules.join(folder.replace('-', "_")).join(&file)).find(|path| path.is_file());
        let path =
            found.unwrap_or_else(|| panic!("`{}` has no {file} in src/rules/{}", rule.name, folders.join(" or ")));
        assert!(rule.source == read(&path), "the page of `{}` is not that of its file", rule.name);
        expected.push(path);
    }
    expected.sort();
    let mut standing = files(&rules);
    standing.retain(|path| path.file_name().is_some_and(|name| name != "mod.rs"));
    // What only one rule needs lies in a folder beside it.
    standing.retain(|path| path.parent().is_some_and(|folder| !expected.contains(&folder.with_extension("rs"))));
    assert_eq!(standing, expected, "a file of src/rules is no rule of the list");
}

#[test]
fn each_rule_has_its_cases() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let missing: Vec<_> =
        RULES.iter().map(|rule| format!("{}.md", rule.name)).filter(|file| !cases.join(file).is_file()).collect();
    assert!(missing.is_empty(), "missing in tests/rules: {}", missing.join(", "));
}
