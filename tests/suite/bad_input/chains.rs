//! Imports in long chains and circles: a verdict, in bounded memory and time, whatever their length.

use crate::bad_input::bounded::judge;
use crate::repository::{Repository, findings};

const LONG: usize = 5_000;

const POLICY: &str = r#"
[contract.forbidden]
type = "forbidden"
from = "m.m0"
to = "celery"
indirect = true

[contract.layers]
type = "layers"
layers = ["top", "m.m0"]
indirect = true

[contract.apart]
type = "independence"
modules = ["m.m0", "top"]
indirect = true

[contract.circles]
type = "acyclic"
below = "m"
"#;

/// Modules `m.m0` and so on, each of which imports the next; `last` is the text of the last.
fn chain(length: usize, last: &str) -> Repository {
    let repository = Repository::new();
    repository.write("ssot.toml", POLICY);
    repository.write("top.py", "");
    repository.write("m/__init__.py", "");
    for number in 0..length {
        let next = format!("import m.m{}\n", number + 1);
        let text = if number + 1 < length { &next } else { last };
        repository.write(&format!("m/m{number}.py"), text);
    }
    repository.git(&["add", "--all"]);
    repository
}

/// `rule path` of every finding of the contracts, which stand at the first import of a chain.
#[track_caller]
fn judged(repository: &Repository) -> Vec<String> {
    let rules = ["forbidden-import", "import-cycle", "independence-violation", "layer-violation"];
    let rules = rules.iter().flat_map(|rule| ["--rule", *rule]);
    let words: Vec<_> = ["check", "--format", "json", "--no-cache"].into_iter().chain(rules).collect();
    let run = judge(repository, &words);
    assert!(run.stdout.len() < 20_000, "{}", run.stdout.len());
    findings(&run).into_iter().map(|found| found.replace("import-path-policy/", "")).collect()
}

#[test]
fn a_chain_of_thousands_of_modules() {
    let repository = chain(LONG, "import celery, top\n");
    let found = ["forbidden-import m/m0.py", "independence-violation m/m0.py", "layer-violation m/m0.py"];
    assert_eq!(judged(&repository), found);
    repository.write(&format!("m/m{}.py", LONG - 1), "");
    assert_eq!(judged(&repository), [""; 0]);
}

#[test]
fn a_circle_of_thousands_of_modules() {
    let cut = judged(&chain(LONG, "import m.m0\n"));
    assert_eq!(cut.len(), 1, "{cut:?}");
}

#[test]
fn a_module_that_imports_itself() {
    assert_eq!(judged(&chain(1, "import m.m0\nfrom m import m0\nfrom . import m0\n")), [""; 0]);
}

#[test]
fn modules_that_all_import_each_other() {
    let repository = Repository::new();
    repository.write("ssot.toml", "[contract.circles]\ntype = 'acyclic'\nbelow = 'm'\n");
    let names: Vec<_> = (0..100).map(|number| format!("m.m{number}")).collect();
    for number in 0..100 {
        repository.write(&format!("m/m{number}.py"), format!("import {}\n", names.join(", ")));
    }
    repository.git(&["add", "--all"]);
    let run = judge(&repository, &["check", "--format", "json", "--no-cache", "--rule", "import-cycle"]);
    // Of each two, one way must go.
    assert_eq!(findings(&run).len(), 100 * 99 / 2);
}
