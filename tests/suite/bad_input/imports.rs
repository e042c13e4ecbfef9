//! Imports that lead in circles, through thousands of modules, to two places, or are as long as a file: judged by
//! every rule on imports at once.

use crate::bad_input::bounded::judge;
use crate::repository::Repository;

const LONG: usize = 10_000;

/// Every rule on imports has something to judge.
const POLICY: &str = r#"
[levels]
private-import = "error"

[import-path-policy]
relative = "all"

[concept.hub]
home = "home"
owns = ["class Hub"]
wraps = ["websockets"]

[concept.hub.legacy]
"old" = "home"
"older:Hub" = "home:Hub"

[contract.circles]
type = "acyclic"
below = "m"

[contract.core]
type = "protected"
modules = ["home"]
importers = ["m"]

[contract.door]
type = "interface"
of = "m"
expose = ["m.m0"]

[contract.forbidden]
type = "forbidden"
from = "top"
to = ["celery", "home"]
indirect = true

[contract.layers]
type = "layers"
layers = ["top", "m"]
indirect = true

[contract.apart]
type = "independence"
modules = ["apart", "m"]
indirect = true
"#;

/// A repository in which the modules of the policy stand, and `texts` as `m.m0` and so on.
fn judged(texts: impl IntoIterator<Item = String>) -> Repository {
    let repository = Repository::without_git();
    for (path, text) in [
        ("ssot.toml", POLICY),
        ("home.py", "class Hub: pass\n"),
        ("m/__init__.py", ""),
        ("m/m0.py", ""),
        ("apart.py", ""),
        ("top.py", "from m.m0 import *\nHub\n"),
    ] {
        repository.write(path, text);
    }
    for (number, text) in texts.into_iter().enumerate() {
        repository.write(&format!("m/m{number}.py"), text);
    }
    repository
}

/// `rule path:line` of what is found; of owned names that modules of `m` take by a detour only how many.
#[track_caller]
fn found(repository: &Repository) -> (Vec<String>, usize) {
    let words = ["check", "--format", "json", "--no-cache", "--hook", "import-path-policy"];
    let verdict = judge(repository, &words).json();
    assert_eq!(verdict["errors"], serde_json::json!([]));
    let found = verdict["findings"].as_array().expect("findings").iter();
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    let found = found.map(|found| format!("{} {}:{}", text(&found["rule"]), text(&found["path"]), found["line"]));
    let (inner, outer): (Vec<_>, _) = found.partition(|found| found.starts_with("non-canonical-import m/"));
    (outer, inner.len())
}

const BY_CHAIN: [&str; 2] = ["forbidden-import top.py:1", "non-canonical-import top.py:2"];

#[test]
fn thousands_of_re_exports() {
    let next = |number: usize| if number + 1 < LONG { format!("m.m{}", number + 1) } else { "home".to_owned() };
    let named = judged((0..LONG).map(|number| format!("from {} import Hub\n", next(number))));
    assert_eq!(found(&named), (BY_CHAIN.map(str::to_owned).to_vec(), LONG - 1));
    let aliased = judged((0..LONG).map(|number| format!("import {} as x\nHub = x.Hub\n", next(number))));
    assert_eq!(found(&aliased), (BY_CHAIN.map(str::to_owned).to_vec(), LONG - 1));
    let by_star = judged((0..LONG).map(|number| format!("from {} import *\n", next(number))));
    assert_eq!(found(&by_star), (BY_CHAIN.map(str::to_owned).to_vec(), 0));
}

#[test]
fn circles_of_stars() {
    let ring = |number: usize, length: usize| format!("from m.m{} import *\n", (number + 1) % length);
    // Nothing in the circle gives a name.
    let (found_in_all, inner) = found(&judged((0..LONG).map(|number| ring(number, LONG))));
    let [cut] = found_in_all.as_slice() else { panic!("{found_in_all:?}") };
    assert!(cut.starts_with("import-cycle m/") && inner == 0, "{cut}");
    // The last of it does.
    let gives = |number: usize| if number + 1 == LONG { "from home import Hub\n" } else { "" };
    let (outer, inner) = found(&judged((0..LONG).map(|number| ring(number, LONG) + gives(number))));
    let (cuts, chain): (Vec<_>, Vec<_>) = outer.into_iter().partition(|found| found.starts_with("import-cycle"));
    assert_eq!((cuts.len(), chain.as_slice(), inner), (1, &BY_CHAIN.map(str::to_owned)[..], 0));
}

#[test]
fn a_module_that_takes_all_of_itself() {
    let itself = "import m.m0\nfrom m import m0\nfrom m.m0 import *\nfrom m.m0 import Hub\nm0.Hub\nHub = m0.Hub\n";
    assert_eq!(found(&judged([itself.to_owned()])), (vec![], 0));
}

#[test]
fn stars_of_all_from_all() {
    const ALL: usize = 200;
    let stars = (0..ALL).map(|number| format!("from m.m{number} import *\n")).collect::<String>();
    let texts = (0..ALL).map(|number| stars.clone() + if number == 0 { "from home import Hub\n" } else { "Hub\n" });
    let (outer, inner) = found(&judged(texts));
    let (cuts, chain): (Vec<_>, Vec<_>) = outer.into_iter().partition(|found| found.starts_with("import-cycle"));
    // Of each two, one way must go.
    assert_eq!((cuts.len(), chain), (ALL * (ALL - 1) / 2, BY_CHAIN.map(str::to_owned).to_vec()));
    assert_eq!(inner, ALL - 1);
}

#[test]
fn one_name_in_two_roots() {
    let repository = judged([]);
    repository.write("top.py", "");
    for root in ["one", "two"] {
        repository.write(&format!("{root}/pyproject.toml"), "");
        repository.write(&format!("{root}/twin.py"), "from home import Hub\n");
        // Each sees the one beside it.
        repository.write(&format!("{root}/user.py"), "import twin.gone\nfrom twin import Hub\n");
    }
    let each = |root: &str| {
        let rules = ["protected-import twin.py:1", "unresolved-import user.py:1", "non-canonical-import user.py:2"];
        rules.map(|found| found.replace(' ', &format!(" {root}/")))
    };
    assert_eq!(found(&repository), ([each("one"), each("two")].concat(), 0));
}

#[test]
fn a_module_beside_a_package_of_its_name() {
    let repository = judged([]);
    for (path, text) in [
        ("top.py", "from shadow import Hub\nimport shadow.inner\n"),
        ("shadow.py", "from home import Hub\n"),
        ("shadow/__init__.py", "from home import Hub\n"),
        ("shadow/inner.py", "from . import Hub\n"),
    ] {
        repository.write(path, text);
    }
    // The package is what an import finds.
    let expected = [
        "protected-import shadow.py:1",
        "protected-import shadow/__init__.py:1",
        "non-canonical-import shadow/inner.py:1",
        "relative-import shadow/inner.py:1",
        "forbidden-import top.py:1",
        "non-canonical-import top.py:1",
    ];
    assert_eq!(found(&repository), (expected.map(str::to_owned).to_vec(), 0));
}

#[test]
fn imports_as_long_as_a_file() {
    let long = "a".repeat(1 << 20);
    let deep = "a.".repeat(1 << 19) + "a";
    for (import, expected) in [
        (format!("import {long}\n"), vec![]),
        (format!("import {deep}\n"), vec![]),
        (format!("from m.{deep} import Hub\n"), vec!["unresolved-import"]),
        (format!("from m.gone import {long}\n"), vec!["unresolved-import"]),
        (format!("from home import Hub as {long}\n"), vec![]),
        (format!("import home\nhome.Hub.{deep}\n"), vec![]),
        (format!("import websockets.{deep}\n"), vec!["wrapped-import"]),
        (format!("import websockets as {long}\n{long}.{deep}\n"), vec!["wrapped-import", "wrapped-import"]),
        (format!("import old.{deep}\n"), vec!["legacy-import"]),
        (format!("from {}a import b\n", ".".repeat(1 << 20)), vec!["relative-import", "unresolved-import"]),
        (format!("from home import {}Hub\n", "Hub as of_home, ".repeat(1 << 16)), vec![]),
    ] {
        let repository = judged([import.clone()]);
        repository.write("top.py", "");
        let (outer, inner) = found(&repository);
        let rules: Vec<_> = outer.iter().map(|found| found.split(' ').next().unwrap_or_default()).collect();
        assert_eq!((rules, inner), (expected, 0), "{}", &import[..40]);
    }
}
