//! Each help leads to the end of its finding, and nothing is found that has none.

use crate::repository::{Repository, findings};

/// The help of each finding of the rule, after its path.
#[track_caller]
fn helps(repository: &Repository, rule: &str) -> Vec<String> {
    let run = repository.ssot(&["check", "--rule", rule, "--today", super::DAY, "--format", "json"]);
    let verdict = run.json();
    let found = verdict["findings"].as_array().expect("findings");
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    found.iter().map(|found| format!("{}: {}", text(&found["path"]), text(&found["help"]))).collect()
}

#[test]
fn the_home_that_is_named_is_that_of_the_service() {
    let policy = r#"
version = 1
project.services = { auth = "auth", web = "web" }

[concept.settings]
home   = { auth = "auth.core.config", web = "web.core.config" }
public = ["auth.config", "web.config"]
owns   = ["class Settings"]
files  = ["**/settings.py"]
wraps  = ["os.environ"]
message = "It lives in {home}."
"#;
    let repository = Repository::with(&[
        ("ssot.toml", policy),
        ("auth/core/config.py", "class Settings: ...\n"),
        ("auth/config.py", "from auth.core.config import Settings\n"),
        ("web/core/config.py", "class Settings: ...\n"),
        ("web/config.py", "from web.core.config import Settings\n"),
        ("web/a.py", "import os\nos.environ\n"),
        ("web/b.py", "class Settings: ...\n"),
        ("web/settings.py", "x = 1\n"),
        ("web/shim.py", "from web.core.config import Settings\n"),
    ]);
    for (rule, expected) in [
        (
            "wrapped-import",
            vec!["web/a.py: use what `web.config` offers, or add there what is missing. It lives in web.core.config."],
        ),
        (
            "concept-outside-home",
            vec![
                "web/b.py: use what `web.config` has, or change it there. It lives in web.core.config.",
                "web/settings.py: put its code into `web.config`, or name it for what it is. It lives in web.core.config.",
            ],
        ),
        (
            "undeclared-shim",
            vec![
                "web/shim.py: import it from `web.config` and delete this module; or declare it under \
                 `legacy` with `shim-until` and a reason. It lives in web.core.config.",
            ],
        ),
    ] {
        assert_eq!(helps(&repository, rule), expected, "{rule}");
    }
}

#[test]
fn a_home_that_holds_its_own_tests_is_no_test_code() {
    let repository = Repository::with(&[
        ("ssot.toml", "version = 1\n[concept.matrix]\nhome = \"lib.matrix\"\nowns = [\"class *Matrix\"]\n"),
        ("lib/matrix/__init__.py", "class Matrix: ...\n"),
        ("lib/matrix/tests/test_matrix.py", "class OddMatrix: ...\n"),
        ("lib/tests/test_lib.py", "class FakeMatrix: ...\n"),
        ("lib/other.py", "class OtherMatrix: ...\n"),
    ]);
    let run = repository.ssot(&["check", "--format", "json"]).status(1);
    assert_eq!(findings(&run), ["no-duplicate-concepts/concept-outside-home lib/other.py"]);
}

#[test]
fn a_package_that_gathers_many_names_is_no_shim() {
    let repository = Repository::with(&[
        ("ssot.toml", "version = 1\n[concept.cache]\nhome = \"lib.core.cache\"\nowns = [\"def cached\"]\n"),
        ("lib/core/cache.py", "def cached(): ...\n"),
        ("lib/core/basic.py", "def basic(): ...\n"),
        ("lib/core/__init__.py", "from .basic import basic\nfrom .cache import cached\n"),
        ("lib/extra/__init__.py", "from __future__ import annotations\nfrom lib.core.cache import cached\n"),
    ]);
    assert_eq!(
        helps(&repository, "undeclared-shim"),
        [
            "lib/extra/__init__.py: import it from `lib.core.cache` and empty this file; or name this package as `public`"
        ]
    );
}

#[test]
fn what_leads_nowhere_is_named_as_the_policy_replaced_it() {
    let policy = "version = 1\n[concept.hub]\nhome = \"app.hub\"\n[concept.hub.legacy]\n\
                  \"app.old\" = \"app.hub\"\n\"app.gone\" = \"\"\n";
    let repository = Repository::with(&[
        ("ssot.toml", policy),
        ("app/__init__.py", ""),
        ("app/hub.py", "class Hub: ...\n"),
        ("app/a.py", "from app.old import Thing\nfrom app.gone import Other\n"),
        ("app/b.py", "from unittest.mock import patch\npatch(\"app.old.Thing.run\")\n"),
    ]);
    assert_eq!(
        helps(&repository, "unresolved-import"),
        [
            "app/a.py: use `app.hub`, which replaced it",
            "app/a.py: nothing replaces it: remove the import and what uses it",
            "app/b.py: use `app.hub`, which replaced it",
        ]
    );
}
