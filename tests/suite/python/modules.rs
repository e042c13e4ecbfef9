//! Modules that import each other, themselves, or share a name: each repository gets its verdict.

use super::{JSON, judged};
use crate::bad_input::bounded::{finish, ssot};
use crate::repository::Repository;

#[track_caller]
fn is_judged(repository: &Repository, name: &str) {
    let run = finish(ssot(repository.path(), 1 << 20, &JSON));
    assert!(matches!(run.status, Some(0 | 1)), "{name}: {}", run.stderr);
    assert_eq!(run.json()["errors"], serde_json::json!([]), "{name}");
}

#[test]
fn cycles_are_judged() {
    for (name, count, import) in [
        ("itself", 1, "import m{}\nm{}.f()\n"),
        ("a ring", 5_000, "import m{}\n"),
        ("stars", 500, "from m{} import *\nf\n"),
    ] {
        let repository = judged();
        for number in 0..count {
            let next = ((number + 1) % count).to_string();
            repository.write(&format!("m{number}.py"), import.replace("{}", &next));
        }
        is_judged(&repository, name);
    }
}

#[test]
fn modules_of_one_name_are_judged() {
    let repository = judged();
    for (path, text) in [
        ("one/pyproject.toml", ""),
        ("two/pyproject.toml", ""),
        ("one/twin.py", "import twin\nclass A: pass\n"),
        ("two/twin.py", "from twin import A\n"),
        ("shadow.py", "import shadow.inner\n"),
        ("shadow/__init__.py", "from shadow import inner\n"),
        ("shadow/inner.py", "from . import inner\nfrom .. import shadow\n"),
    ] {
        repository.write(path, text);
    }
    is_judged(&repository, "twins");
}
