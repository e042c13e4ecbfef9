//! `ssot init --from import-linter`.

use crate::repository::Repository;

const CODE: &[(&str, &str)] = &[
    ("shop/__init__.py", ""),
    ("shop/web.py", "import shop.db\n"),
    ("shop/db.py", "import shop.tools\n"),
    ("shop/tools.py", "import shop.web\n"),
];

fn with(path: &str, text: &str) -> Repository {
    let repository = Repository::with(CODE);
    repository.write(path, text);
    repository.git(&["add", "--all"]);
    repository
}

/// What the policy ends with.
#[track_caller]
fn taken(repository: &Repository) -> String {
    let run = repository.ssot(&["init", "--stdout", "--from", "import-linter"]).status(0);
    let (_, taken) = run.stdout.split_once("\n# The contracts of import-linter").expect("the contracts");
    taken.to_owned()
}

#[test]
fn the_contracts_of_a_setup_cfg() {
    let repository = with(
        "setup.cfg",
        "\
[metadata]
name = shop

[importlinter]
root_package = shop
exclude_type_checking_imports = True

[importlinter:contract:tiers]
name = Tiers of the shop
type = layers
layers =
    web
    # data
    (cache) | db
containers = shop
exhaustive = true
exhaustive_ignores =
    tools
ignore_imports =
    shop.db -> shop.web
    shop.tools -> *

[importlinter:contract:no-django]
type: forbidden
source_modules: shop.*
forbidden_modules:
  django
  shop.web
allow_indirect_imports: True
broken_contract_guidance =
    Ask first.
    Then ask again.

[importlinter:contract:circles]
type = acyclic_siblings
ancestors = shop
skip_descendants = shop.db

[importlinter:contract:door]
type = protected
protected_modules = shop.gone
allowed_importers = shop.web

[importlinter:contract:own type]
type = shop.contracts.Own
",
    );
    let run = repository.ssot(&["init", "--from", "import-linter"]).status(0);
    let left = "\
Not taken over from import-linter:
  tiers: ignore_imports shop.db -> shop.web: write an [[allow]] for what is found of it
  tiers: ignore_imports shop.tools -> *: write an [[allow]] for what is found of it
  circles: skip_descendants shop.db
  door: refused: `shop.gone` of the contract `door` does not exist
  own type: contracts of type \"shop.contracts.Own\" are not known
";
    assert!(run.stdout.contains(left), "{}", run.stdout);
    let policy = std::fs::read_to_string(repository.path().join("ssot.toml")).expect("the policy");
    let expected = r#"
[import-path-policy]
type-checking = "ignore"

# The contracts of import-linter in setup.cfg. As there, test code is judged, and chains of imports are.

# not taken over: ignore_imports shop.db -> shop.web: write an [[allow]] for what is found of it
# not taken over: ignore_imports shop.tools -> *: write an [[allow]] for what is found of it
[contract.tiers]
type = "layers"
layers = ["web", "(cache) | db"]
containers = ["shop"]
exhaustive = true
exhaustive-ignores = ["tools"]
indirect = true
tests = true
reason = "Tiers of the shop"

[contract.no-django]
type = "forbidden"
from = ["shop.*"]
to = ["django", "shop.web"]
indirect = false
tests = true
message = "Ask first. Then ask again."

# not taken over: skip_descendants shop.db
[contract.circles]
type = "acyclic"
below = ["shop"]
depth = 11
tests = true

# not taken over: refused: `shop.gone` of the contract `door` does not exist
#[contract.door]
#type = "protected"
#modules = ["shop.gone"]
#importers = ["shop.web"]
#tests = true

# not taken over: contracts of type "shop.contracts.Own" are not known
# [contract."own type"]
"#;
    assert!(policy.ends_with(expected), "{policy}");
    repository.ssot(&["policy"]).status(0);
    assert_eq!(
        repository.findings(&["--hook", "import-path-policy", "--no-baseline"]),
        [
            "import-path-policy/layer-violation shop/db.py",
            "import-path-policy/forbidden-import shop/tools.py",
            "import-path-policy/import-cycle shop/web.py",
        ]
    );
}

#[test]
fn the_contracts_of_a_pyproject() {
    let repository = with(
        "pyproject.toml",
        r#"
[tool.importlinter]
root_packages = ["shop"]

[[tool.importlinter.contracts]]
name = "No web in data"
type = "independence"
modules = ["shop.web", "shop.db"]

[[tool.importlinter.contracts]]
id = "circles"
type = "acyclic_siblings"
ancestors = "shop"
depth = 0
"#,
    );
    assert_eq!(
        taken(&repository),
        r#" in pyproject.toml. As there, test code is judged, and chains of imports are.

[contract."No web in data"]
type = "independence"
modules = ["shop.web", "shop.db"]
indirect = true
tests = true
reason = "No web in data"

[contract.circles]
type = "acyclic"
below = ["shop"]
depth = 1
tests = true
"#
    );
}

#[test]
fn a_file_that_says_nothing_of_it_is_passed_over() {
    let repository = with("setup.cfg", "[metadata]\nname = shop\n[importlinter]\nroot_package = shop\n");
    let none = repository.ssot(&["init", "--from", "import-linter"]).status(2);
    assert_eq!(
        none.stderr,
        "error: import-linter has no contracts here: neither setup.cfg, .importlinter nor pyproject.toml holds any\n"
    );
    assert!(!repository.path().join("ssot.toml").exists());
    repository.write(".importlinter", "[importlinter:contract:a]\ntype = independence\nmodules = shop.*\n");
    repository.git(&["add", "--all"]);
    assert!(taken(&repository).starts_with(" in .importlinter."));
}

#[test]
fn noise_is_no_trouble() {
    for text in [
        "  indented\n=\n[importlinter:contract:]\n = x\n  y\nlayers\n",
        "[importlinter:contract:a\"b]\ntype = layers\nlayers = \"\n  ]\\\n  a | : b\n",
        "[importlinter:contract:\u{202e}x]\ntype = \u{1b}[31m\n[importlinter:contract:\u{202e}x]\ntype = layers\n",
    ] {
        let repository = with("setup.cfg", text);
        repository.ssot(&["init", "--from", "import-linter"]).status(0);
        repository.ssot(&["policy"]).status(0);
    }
}
