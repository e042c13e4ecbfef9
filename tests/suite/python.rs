//! Python at the boundary: what is read of a file, compared with what Python itself reads, and what no file can do.

mod allows;
mod encodings;
mod facts;
mod hostile;
mod indentation;
mod modules;
mod noise;
mod oracle;
mod rewriting;

use super::repository::{Repository, Run, findings};

/// A policy under which every rule has something to judge.
const EVERY_RULE: &str = r#"version = 1

[project]
warn-days = 14

[levels]
allow-without-reason = "error"
closed-folder = "error"
concept-outside-home = "error"
expired-allow = "error"
expired-shim = "error"
expiring-allow = "error"
forbidden-file = "error"
forbidden-import = "error"
import-cycle = "error"
independence-violation = "error"
interface-bypass = "error"
layer-violation = "error"
legacy-import = "error"
legacy-name = "error"
long-function = "error"
non-canonical-import = "error"
private-import = "error"
protected-import = "error"
relative-import = "error"
retired-file = "error"
same-name = "error"
shim-with-logic = "error"
stale-allow = "error"
stale-entry = "error"
too-many-bytes = "error"
too-many-lines = "error"
unchecked-file = "error"
undeclared-shim = "error"
unknown-rule = "error"
unresolved-import = "error"
wrapped-import = "error"

[no-legacy-files]
forbidden = ["setup.py"]

[no-legacy-files.closed]
"closed" = ["__init__.py"]

[max-file-size]
limits = [{ files = "**", bytes = "500 KiB" }, { files = "**/*.py", lines = 500, function-lines = 100 }]

[no-duplicate-concepts]
same-name = { kinds = ["class", "def", "const"], bodies = "any" }

[import-path-policy]
relative = "all"

[concept.thing]
home = "home"
owns = ["class Thing*", "def **.make_thing", "const THING"]
files = ["**/*thing*.py"]
wraps = ["os", "b"]

[concept.thing.legacy]
"old" = "home"
"older:f" = "home:f"
"shim" = { new = "home", shim-until = 2026-11-01, reason = "a test" }

[contract.acyclic]
type = "acyclic"
below = ["closed", "home"]

[contract.forbidden]
type = "forbidden"
from = ["closed"]
to = ["home"]
indirect = true

[contract.independence]
type = "independence"
modules = ["closed", "home"]
indirect = true

[contract.interface]
type = "interface"
of = ["home", "shim"]
expose = ["home:f"]

[contract.layers]
type = "layers"
layers = ["closed", "home"]
indirect = true

[contract.protected]
type = "protected"
modules = ["home"]
importers = ["closed"]
"#;

const JSON: [&str; 3] = ["check", "--format=json", "--today=2026-11-21"];

/// A repository that is judged by every rule.
fn judged() -> Repository {
    let repository = Repository::without_git();
    for (path, text) in [
        ("ssot.toml", EVERY_RULE),
        ("closed/__init__.py", ""),
        ("home/__init__.py", "def f(): pass\n"),
        ("shim.py", "from home import f\n"),
    ] {
        repository.write(path, text);
    }
    repository
}

/// Messages of the findings in a file.
#[track_caller]
fn said(run: &Run, path: &str) -> Vec<String> {
    let verdict = run.json();
    assert_eq!(verdict["errors"], serde_json::json!([]));
    let found = verdict["findings"].as_array().expect("findings").iter().filter(|found| found["path"] == path);
    found.map(|found| found["message"].as_str().unwrap_or_default().to_owned()).collect()
}

/// The facts that are printed of one file.
#[track_caller]
fn facts(folder: &Repository, path: &str) -> serde_json::Value {
    folder.ssot(&["facts", path]).status(0).json()
}
