//! What cannot be compared: exit status 2, and one clear line.

use super::{document, folder};
use crate::bad_input::bounded::{finish, ssot};

#[test]
fn what_cannot_be_compared() {
    let folder = folder(&[
        ("ssot.toml", "[concept.a]\nhome = 'home'\n"),
        ("home.py", "A = 1\n"),
        ("a.py", "A = 1\n"),
        ("b.py", "A = 2\n"),
        ("alone.py", "Alone = 1\n"),
        ("broken.py", "A = 1\ndef f(:\n"),
        ("wrong.py", "A = (\n"),
        ("notes.txt", "text\n"),
        ("package/__init__.py", ""),
        ("folder/c.py", ""),
        ("one/pyproject.toml", ""),
        ("one/twin.py", "A = 1\n"),
        ("two/pyproject.toml", ""),
        ("two/twin.py", "A = 1\n"),
    ]);
    folder.write("latin.py", b"A = '\xff'\n");
    for (words, expected) in [
        (&["gone.py"][..], &["`gone.py` exists neither in the snapshot nor on disk"][..]),
        (&["a.gone"], &["there is no module `a.gone`, and no file"]),
        (&["a.py", "gone.py"], &["`gone.py` exists neither in the snapshot nor on disk"]),
        (&["../a.py"], &["`../a.py` lies outside the repository"]),
        (&["a.py", "broken.py"], &["it cannot be compared: "]),
        (&["wrong.py", "broken.py"], &["it cannot be compared: ", "it cannot be compared: "]),
        (&["latin.py", "a.py"], &["it cannot be compared: "]),
        (&["a.py", "a.py"], &["`a.py` is the canonical one itself"]),
        (&["a.py", "./a.py"], &["`a.py` is the canonical one itself"]),
        (&["a", "a.py"], &["`a` is the canonical one itself"]),
        (&["a:A", "a.py"], &["`a:A` is the canonical one itself"]),
        (&["notes.txt"], &["`notes.txt` is no Python file"]),
        (&["a.py", "notes.txt"], &["`notes.txt` is no Python file"]),
        (&["folder"], &["`folder` is a folder"]),
        (&["twin"], &["`twin` is the name of `one/twin.py`, `two/twin.py`"]),
        (&["a:B", "b"], &["it has no `B`", "it has no `B`"]),
        (&["a:A", "alone.py"], &["it has no `A`"]),
        (&["alone.py"], &["nothing has a definition in common with `alone.py`"]),
        (&["home.py"], &["`home.py` is the home of a concept: it is the canonical one itself"]),
        (&["", "a.py"], &["`` is a folder"]),
        (&[":", "a.py"], &["`` is a folder"]),
    ] {
        let run = folder.ssot(&[&["parity", "--format", "json"], words].concat());
        let refused = document(&run);
        let errors = refused["errors"].as_array().expect("errors").iter();
        let errors: Vec<_> = errors.map(|error| error["message"].as_str().expect("a message")).collect();
        let is_as_expected = errors.iter().zip(expected).all(|(error, expected)| error.starts_with(expected));
        assert!(is_as_expected && errors.len() == expected.len(), "{words:?}: {errors:?}");
        let told = folder.ssot(&[&["parity"], words].concat()).status(2);
        assert!(told.stdout.is_empty() && told.stderr.contains(expected[0]), "{words:?}: {}", told.stderr);
    }
    let at = document(&folder.ssot(&["parity", "a.py", "broken.py", "--format", "json"]));
    assert_eq!((&at["errors"][0]["path"], &at["errors"][0]["line"]), (&"broken.py".into(), &2.into()));
}

#[test]
fn a_mistake_in_the_policy_is_told_first() {
    let folder = folder(&[("ssot.toml", "[concept.a]\n"), ("a.py", ""), ("b.py", "")]);
    let told = folder.ssot(&["parity", "a.py", "b.py"]).status(2);
    assert!(told.stderr.contains("`home` is missing"), "{}", told.stderr);
    folder.ssot(&["parity"]).status(2);
}

#[test]
fn what_is_deep_or_long_is_compared() {
    let blocks = |head: &str| (0..2_000).map(|depth| format!("{}{head}\n", " ".repeat(depth))).collect::<String>();
    for (name, content, rows) in [
        ("classes", blocks("class A:") + &" ".repeat(2_000) + "x = 1\n", 1),
        ("functions", blocks("def f(a=b.c):") + &" ".repeat(2_000) + "x = 1\n", 1),
        ("conditions", blocks("if x:") + &" ".repeat(2_000) + "x = 1\n", 1),
        ("lists", format!("x = {}{}\n", "[".repeat(50_000), "]".repeat(50_000)), 1),
        ("attributes", format!("x = y{}\n", ".z".repeat(50_000)), 1),
        ("bases", (0..2_000).map(|number| format!("class A{number}(A{}): pass\n", number + 1)).collect(), 2_000),
        ("one name", "x = 1\n".repeat(5_000), 1),
        ("one statement", "f()\n".repeat(5_000), 1),
        ("one line", format!("x = '{}'\n", "a".repeat(1 << 20)), 1),
    ] {
        let folder = folder(&[("deep.py", &content), ("empty.py", "")]);
        let run = finish(ssot(folder.path(), 2 << 20, &["parity", "deep.py", "empty.py", "--format", "json"]));
        assert_eq!(document(&run)["lacks"].as_array().map(Vec::len), Some(rows), "{name}");
    }
}
