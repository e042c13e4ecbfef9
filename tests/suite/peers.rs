//! Compared with import-linter: the same contracts over the same code give the same verdict; and with ruff.
//!
//! docs/imports.md says where they differ, and why.

mod banned;
mod contracts;
mod odd;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::repository::{Repository, Run};
use contracts::Contract;
use ssot::facts::Detail;
use ssot::gather::{Seen, gather};
use ssot::policy::{FILE_NAME, Origin, Policy, PolicyFile};
use ssot::repo::{Given, Repo};
use ssot::source::{Entry, FolderSource, Source, Tree};

const CHECKOUT: &str = env!("CARGO_MANIFEST_DIR");

/// The imports between modules below `package`, by name, as the graph of the repository has them.
fn edges(folder: &Path, package: &str) -> Vec<[String; 2]> {
    let source = FolderSource::new(folder.to_owned());
    let tree = Tree::new(source.entries().expect("its files"));
    let (policy, _) = Policy::parse(PolicyFile::new(Origin::SsotToml, FILE_NAME.into(), String::new()));
    let wanted: Vec<&Entry> = tree.entries().iter().filter(|entry| entry.path.name().ends_with(b".py")).collect();
    let seen = gather(&source, &wanted, None, Detail::Words).expect("their facts");
    let code = |seen: Seen| Given::Read(if let Seen::Facts(facts) = seen { facts.code } else { None });
    let files = wanted.iter().map(|entry| entry.path.clone()).zip(seen.into_iter().map(code));
    let repo = Repo::build(&source, &tree, &policy, files.collect::<Vec<_>>(), None).expect("the repository");
    let mut edges = Vec::new();
    for (id, module) in repo.modules().filter(|(_, module)| module.is_under(package)) {
        let targets = repo.graph().edges(id).iter().map(|edge| repo.module(edge.to));
        edges.extend(targets.filter(|to| to.is_under(package)).map(|to| [module.name(), to.name()]));
    }
    edges
}

/// Judges a folder by both, which must differ in nothing. `known` are imports that only ssot sees.
#[track_caller]
fn agree(repository: &Repository, package: &str, contracts: &[Contract], known: &[(&str, &str)]) {
    let table = |contract: &Contract| {
        let indirect = if contract.indirect { "indirect = true\n" } else { "" };
        format!("[contract.{}]\n{}\ntests = true\n{indirect}", contract.name, contract.ours)
    };
    repository.write("ssot.toml", contracts.iter().map(table).collect::<String>());
    let verdict = repository.ssot(&["check", "--format", "json", "--no-cache", "--hook", "import-path-policy"]).json();
    assert_eq!(verdict["errors"], json!([]));
    let found: Vec<&Value> = verdict["findings"].as_array().expect("findings").iter().collect();
    let contracts = contracts.iter().map(|contract| {
        let found: Vec<_> = found.iter().filter(|found| found["contract"] == contract.name).collect();
        let (kind, options) = contract.theirs;
        let options: Value = serde_json::from_str(options).expect("options");
        let case = json!({"type": kind, "options": options, "indirect": contract.indirect, "findings": found});
        (contract.name.to_owned(), case)
    });
    let contracts: serde_json::Map<_, _> = contracts.collect();
    let case = json!({"packages": [package], "edges": edges(repository.path(), package), "known": known, "contracts": contracts});
    let mut child = Command::new(python())
        .arg(Path::new(CHECKOUT).join("tests/oracle/import_linter.py"))
        .arg(repository.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python starts");
    child.stdin.take().expect("its input").write_all(case.to_string().as_bytes()).expect("it reads");
    let run: Run = child.wait_with_output().expect("its output").into();
    assert_eq!(run.stdout, "", "{}", run.stderr);
    run.status(0);
}

pub fn python() -> PathBuf {
    let python = Path::new(CHECKOUT).join(".test-tools/venv/bin/python");
    assert!(python.exists(), "`bash tests/run.sh` installs what the tests need");
    python
}

#[test]
fn every_form_of_import() {
    let repository = Repository::with(odd::FILES);
    agree(&repository, "odd", contracts::ODD, odd::ONLY_OURS);
}

/// The folder of a package that is installed for the tests.
pub fn installed(package: &str) -> PathBuf {
    let find = "import importlib.util as i, sys; print(i.find_spec(sys.argv[1]).submodule_search_locations[0])";
    let run: Run = Command::new(python()).args(["-c", find, package]).output().expect("python starts").into();
    PathBuf::from(run.status(0).stdout.trim())
}

/// Copies the Python files of a package.
fn copy(folder: &Path, repository: &Repository) {
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            let inner = path.strip_prefix(folder.parent().expect("its folder")).expect("below it").to_owned();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "py") {
                repository.write(inner.to_str().expect("its name"), std::fs::read(path).expect("its text"));
            }
        }
    }
}

#[test]
fn django() {
    let repository = Repository::without_git();
    copy(&installed("django"), &repository);
    agree(&repository, "django", contracts::DJANGO, &[]);
}

/// With `SSOT_HOMEASSISTANT`, the folder that holds the package.
#[test]
fn homeassistant() {
    let Some(folder) = std::env::var_os("SSOT_HOMEASSISTANT") else { return };
    let repository = Repository::without_git();
    copy(&Path::new(&folder).join("homeassistant"), &repository);
    agree(&repository, "homeassistant", contracts::HOMEASSISTANT, &[]);
}
