//! Allows in comments of Python: which statement each is about.

use super::findings;
use crate::repository::Repository;

const POLICY: &str = "[concept.c]\nhome = \"home\"\nwraps = [\"jwt\"]\nowns = [\"def f\", \"class C\"]\n";

/// The rules of what is found in a module of that text.
#[track_caller]
fn found(text: &str) -> Vec<String> {
    let repository = Repository::without_git();
    for (path, text) in [("ssot.toml", POLICY), ("home.py", ""), ("pyproject.toml", ""), ("a.py", text)] {
        repository.write(path, text);
    }
    let found = findings(&repository.ssot(&["check", "--format=json", "--today=2026-11-21"]));
    let rules = found.iter().filter(|found| found.ends_with(" a.py"));
    rules.map(|found| found.split(['/', ' ']).nth(1).unwrap_or_default().to_owned()).collect()
}

#[test]
fn any_line_of_the_statement_and_the_line_above_let_it_through() {
    for text in [
        "x = 1\nimport jwt  # ssot: allow(wrapped-import) why\n",
        "x = 1\n# ssot: allow(wrapped-import) why\nimport jwt\n",
        "x = 1\n# ssot: allow(wrapped-import) why\n# more of it\n\nimport jwt\n",
        "from jwt import (  # ssot: allow(wrapped-import) why\n    a,\n    b,\n)\n",
        "from jwt import (\n    a,\n    b,  # ssot: allow(wrapped-import) why\n)\n",
        "from jwt import (\n    a,\n    # ssot: allow(wrapped-import) why\n    b,\n)\n",
        "from jwt import (\n    a,\n    b,\n)  # ssot: allow(wrapped-import) why\n",
        "x = 1; import jwt  # ssot: allow(wrapped-import) why\n",
        "def g():\n    # ssot: allow(wrapped-import) why\n    import jwt\n",
        "x = 1\r\nimport jwt  # ssot: allow(wrapped-import) why\r\n",
        "import jwt  # ssot: allow(wrapped-import) why",
        "# ssot: allow(concept-outside-home) why\n@a\n@b(\n    1,\n)\ndef f(): pass\n",
        "@a  # ssot: allow(concept-outside-home) why\ndef f(): pass\n",
        "@a\n# ssot: allow(concept-outside-home) why\n@b\nclass C: pass\n",
        "x = 1\n@a\ndef f(\n    b,  # ssot: allow(concept-outside-home) why\n):\n    pass\n",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn elsewhere_they_let_nothing_through() {
    for text in [
        "x = 1  # ssot: allow(wrapped-import) why\nimport jwt\n",
        "x = 1\nimport jwt\n# ssot: allow(wrapped-import) why\n",
        "x = 1\nif x:  # ssot: allow(wrapped-import) why\n    import jwt\n",
    ] {
        let mut found = found(text);
        found.sort();
        assert_eq!(found, ["stale-allow", "wrapped-import"], "{text}");
    }
}

#[test]
fn strings_hold_no_allows() {
    for text in [
        "x = '''\n# ssot: allow(wrapped-import) why\n'''\nimport jwt\n",
        "x = '# ssot: allow(wrapped-import) why'; import jwt\n",
        "x = f'''{1}\n# ssot: allow(wrapped-import) why'''; import jwt\n",
    ] {
        assert_eq!(found(text), ["wrapped-import"], "{text}");
    }
}

#[test]
fn one_that_stands_elsewhere_is_told_where_to() {
    let text = "# ssot: allow(wrapped-import) why\nimport os\n\n\nimport jwt\n";
    let repository = Repository::with(&[("ssot.toml", POLICY), ("home.py", ""), ("a.py", text)]);
    let said = repository.ssot(&["check"]).status(1);
    let help = "put it where the finding is, at the end of line 5 or right above it, or delete it";
    assert!(said.stdout.contains(help), "{said:?}");
    repository.write("ssot.toml", "[max-file-size]\nlimits = [{ files = \"a.py\", lines = 2 }]\n");
    repository.write("a.py", "x = 1\ny = 2\n# ssot: allow(too-many-lines) why\nz = 3\n");
    let said = repository.ssot(&["check"]).status(1);
    let help = "put it above all code, for the finding is about the whole file, or delete it";
    assert!(said.stdout.contains(help), "{said:?}");
}
