//! Well-known packages: one verdict, whatever is kept, on however many threads.
//!
//! `SSOT_HOMEASSISTANT=DIR`, a folder that holds the package, has the same shown there.

use std::path::Path;
use std::process::Command;

use super::edits::with_word;
use crate::peers::installed;
use crate::repository::{Repository, Run};

struct Corpus {
    package: &'static str,
    /// What is judged where nothing is optimised, which takes many times as long; else all of it.
    parts: &'static [&'static str],
    policy: &'static str,
    /// A file, and a name in it that others import.
    changed: (&'static str, &'static str),
}

/// What is asked for of each of them.
const SETTINGS: &str = r#"
[max-file-size]
limits = [{ files = "**/*.py", lines = 500, function-lines = 80 }]

[no-duplicate-concepts]
same-name = { kinds = ["class", "def"], bodies = "any" }
similar-name = {}
clones = { mode = "near", tests = true }
budget = { "**" = 0.1 }

[import-path-policy]
relative = "all"

[levels]
private-import = "error"
"#;

const DJANGO: Corpus = Corpus {
    package: "django",
    parts: &["__init__.py", "dispatch", "forms", "template", "utils"],
    policy: r#"version = 1

[concept.laziness]
home = "django.utils.functional"
owns = ["class *Lazy*", "def **.lazy"]

[concept.safe-text]
home = "django.utils.safestring"
public = "django.utils.html"
owns = ["class Safe*", "def mark_safe"]
wraps = ["html"]

[contract.tiers]
type = "layers"
layers = ["django.forms", "django.template", "django.utils"]

[contract.apart]
type = "independence"
modules = ["django.forms", "django.dispatch", "django.utils"]

[contract.no-cycles]
type = "acyclic"
below = "django"
depth = 3
"#,
    changed: ("django/utils/functional.py", "cached_property"),
};

const SYMPY: Corpus = Corpus {
    package: "sympy",
    parts: &["__init__.py", "logic", "sets", "strategies", "unify", "utilities"],
    policy: r#"version = 1

[concept.iteration]
home = "sympy.utilities.iterables"
owns = ["def *flatten*", "def ordered*"]

[concept.warnings]
home = "sympy.utilities.exceptions"
owns = ["class *Warning"]
wraps = ["warnings"]

[contract.tiers]
type = "layers"
layers = ["sympy.sets", "sympy.logic", "sympy.utilities"]

[contract.apart]
type = "forbidden"
from = ["sympy.utilities"]
to = ["sympy.sets", "sympy.strategies"]
indirect = true

[contract.no-cycles]
type = "acyclic"
below = "sympy"
"#,
    changed: ("sympy/utilities/iterables.py", "iterable"),
};

const HOMEASSISTANT: Corpus = Corpus {
    package: "homeassistant",
    parts: &["."],
    policy: r#"version = 1

[concept.entity-platform]
home = "homeassistant.helpers.entity_platform"
owns = ["class EntityPlatform", "def async_get_platforms"]

[concept.json]
home = "homeassistant.helpers.json"
owns = ["class *JSONEncoder"]
wraps = ["orjson"]

[contract.core-apart]
type = "forbidden"
from = ["homeassistant.helpers", "homeassistant.util"]
to = ["homeassistant.components", "voluptuous"]

[contract.tiers]
type = "layers"
layers = ["homeassistant.components", "homeassistant.auth | homeassistant.scripts", "homeassistant.helpers"]

[contract.no-cycles]
type = "acyclic"
below = "homeassistant"
"#,
    changed: ("homeassistant/helpers/entity_platform.py", "AddEntitiesCallback"),
};

/// The package as it was released, or its parts, in a repository.
fn released(corpus: &Corpus, from: &Path) -> Repository {
    let repository = Repository::new();
    let to = repository.path().join(corpus.package);
    std::fs::create_dir(&to).expect("a folder");
    let parts = if cfg!(debug_assertions) { corpus.parts } else { &["."] };
    for part in parts {
        let run: Run = Command::new("cp").arg("-R").arg(from.join(part)).arg(&to).output().expect("cp starts").into();
        run.status(0);
    }
    repository.write(".gitignore", "__pycache__/\n");
    repository.write("ssot.toml", [corpus.policy, SETTINGS].concat());
    repository.commit_all("as released");
    repository
}

fn one_verdict(corpus: &Corpus, from: &Path) {
    let repository = released(corpus, from);
    let verdict = |words: &[&str], threads| {
        let words = [&["--today", "2026-11-21"], words].concat();
        repository.verdict(&words, &[("RAYON_NUM_THREADS", threads)])
    };
    let fresh = verdict(&["--staged", "--no-cache"], "1");
    for rule in ["clone", "duplication-budget", "layer-violation", "private-import", "same-name"] {
        assert!(fresh.contains(&format!("\"rule\": \"{rule}\"")), "{rule} never speaks");
    }
    assert!(fresh == verdict(&["--staged", "--no-cache"], "5"), "many threads");
    assert!(fresh == verdict(&["--staged"], "5"), "with an empty cache");
    assert!(fresh == verdict(&["--staged"], "1"), "with a full cache");
    assert!(fresh == verdict(&["--staged"], "5"), "with a full cache, many threads");

    let (file, name) = corpus.changed;
    let text = std::fs::read_to_string(repository.path().join(file)).expect("its text");
    repository.write(file, with_word(&text, name, "renamed_in_its_module_alone"));
    repository.git(&["add", "--all"]);
    let changed = verdict(&["--staged", "--no-cache"], "5");
    assert!(changed != fresh, "no finding is new");
    assert!(changed == verdict(&["--staged"], "5"), "one file changed");
    repository.git(&["checkout", "--quiet", "--force", "main"]);
    repository.git(&["reset", "--quiet", "--hard"]);
    assert!(fresh == verdict(&["--staged"], "5"), "the change taken back");
}

#[test]
fn django() {
    one_verdict(&DJANGO, &installed("django"));
}

#[test]
fn sympy() {
    one_verdict(&SYMPY, &installed("sympy"));
}

#[test]
fn homeassistant() {
    let Some(folder) = std::env::var_os("SSOT_HOMEASSISTANT") else { return };
    one_verdict(&HOMEASSISTANT, &Path::new(&folder).join("homeassistant"));
}
