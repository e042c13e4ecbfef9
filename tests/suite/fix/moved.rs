//! A module of a well-known package moves, with a shim and without: `ssot fix` takes everyone along, and Python judges.
//!
//! `SSOT_HOMEASSISTANT=DIR`, a folder that holds the package, has the same shown there, judged by ruff.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::peers::python;
use crate::repository::{Repository, Run};

const ORACLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle");

/// What moves.
struct Move {
    package: &'static str,
    old: &'static str,
    new: &'static str,
    /// How many edits there are at least: it is a module that many import.
    least: u64,
}

fn oracle(script: &str, words: &[&str]) -> String {
    let run: Run =
        Command::new(python()).arg(Path::new(ORACLE).join(script)).args(words).output().expect("python starts").into();
    run.status(0).stdout
}

/// A copy of a package in a repository.
fn copied(from: &Path, package: &str) -> Repository {
    let repository = Repository::new();
    let run: Run =
        Command::new("cp").arg("-R").arg(from.join(package)).arg(repository.path()).output().expect("cp starts").into();
    run.status(0);
    repository.write(".gitignore", "__pycache__/\n");
    repository.commit_all("as released");
    repository
}

fn site_packages() -> PathBuf {
    let said: Run = Command::new(python())
        .args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
        .output()
        .expect("python starts")
        .into();
    PathBuf::from(said.status(0).stdout.trim())
}

fn file(module: &str) -> String {
    module.replace('.', "/") + ".py"
}

/// Moves the module and mends what followed it not. With a shim, the old module stands as one. Gives the number of edits.
fn mend(repository: &Repository, Move { old, new, least, .. }: &Move, shim: bool) -> u64 {
    let names = repository.ssot(&["facts", &file(old)]).status(0).json()["facts"]["code"]["bound"].clone();
    repository.git(&["mv", &file(old), &file(new)]);
    let until = if shim { ", shim-until = 2027-01-31" } else { "" };
    if shim {
        let names = names.as_array().expect("names").iter().map(|name| name.as_str().expect("a name"));
        let names: Vec<_> = names.map(|name| format!("    {name} as {name},\n")).collect();
        repository.write(&file(old), format!("from {new} import (\n{})\n", names.concat()));
    }
    repository.write(
        "ssot.toml",
        format!("[concept.moved]\nhome = \"{new}\"\n\n[concept.moved.legacy]\n\"{old}\" = {{ new = \"{new}\", reason = \"a test\"{until} }}\n"),
    );
    repository.commit_all("move");
    let run = repository.ssot(&["fix", "--today", "2026-11-21"]).status(0);
    let last = run.stdout.lines().next_back().expect("the sums");
    let edits: u64 = last.split(' ').next().and_then(|count| count.parse().ok()).expect("a number");
    assert!(edits >= *least, "{last}");
    println!("{old} -> {new}: {last}");
    let rules = ["--rule", "legacy-import", "--rule", "unresolved-import", "--rule", "unchecked-file"];
    let check = [&["check", "--format", "concise", "--today", "2026-11-21"], &rules[..]].concat();
    let left = repository.ssot(&check).stdout;
    let left: Vec<_> = left.lines().filter(|line| !line.contains("unchecked-file")).collect();
    assert_eq!(left, [""; 0]);
    edits
}

/// With a shim or without: every submodule that could be imported before can be after, and no code refers to the old path.
fn python_agrees(moved: &Move, shims: &[bool]) {
    let released = site_packages();
    let released = released.to_str().expect("a path");
    let before = oracle("importable.py", &[released, moved.package]);
    let before: BTreeSet<&str> = before.lines().collect();
    assert!(before.contains(moved.old), "{} cannot be imported as it was released", moved.old);
    for shim in shims.iter().copied() {
        let repository = copied(Path::new(released), moved.package);
        mend(&repository, moved, shim);
        let root = std::fs::canonicalize(repository.path()).expect("a folder");
        let root = root.to_str().expect("a path");
        assert_eq!(oracle("references.py", &[root, moved.package, moved.old]), "", "shim: {shim}");
        let after = oracle("importable.py", &[root, moved.package]);
        let mut after: BTreeSet<&str> = after.lines().collect();
        assert!(after.remove(moved.new), "{} cannot be imported", moved.new);
        assert_eq!(after.insert(moved.old), !shim, "the shim");
        let lost: Vec<_> = before.difference(&after).collect();
        assert!(lost.is_empty(), "cannot be imported any more: {lost:?}");
    }
}

#[test]
fn a_module_of_django() {
    let (old, new) = ("django.utils.functional", "django.utils.laziness");
    python_agrees(&Move { package: "django", old, new, least: 100 }, &[false, true]);
}

#[test]
fn a_module_of_sympy() {
    let (old, new) = ("sympy.core.sympify", "sympy.core.conversion");
    python_agrees(&Move { package: "sympy", old, new, least: 200 }, &[false]);
}

#[test]
fn a_module_of_homeassistant() {
    let Some(folder) = std::env::var_os("SSOT_HOMEASSISTANT") else { return };
    let (old, new) = ("homeassistant.helpers.entity_platform", "homeassistant.helpers.platforms");
    let moved = Move { package: "homeassistant", old, new, least: 2_500 };
    let ruff = |repository: &Repository| {
        let words =
            ["-m", "ruff", "check", "--isolated", "--no-cache", "--select", "F,E9", "--output-format", "concise", "."];
        let run: Run =
            Command::new(python()).args(words).current_dir(repository.path()).output().expect("ruff starts").into();
        run.stdout.lines().filter(|line| line.contains(": ")).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    for shim in [false, true] {
        let repository = copied(Path::new(&folder), moved.package);
        let before = ruff(&repository);
        mend(&repository, &moved, shim);
        // The package may be written for a newer Python than the one that runs the tests: its text is searched.
        let left =
            repository.try_git(&["grep", "-n", "helpers.entity_platform", "--", "*.py", ":!homeassistant/helpers"]);
        assert_eq!(left.stdout, "", "shim: {shim}");
        let after = ruff(&repository);
        let new: Vec<_> = after.difference(&before).collect();
        assert!(new.is_empty(), "{new:#?}");
    }
}
