//! `ssot facts`: what is known of a file, for whoever asks why an import was not seen.

use serde_json::{Value, json};

use super::facts;
use crate::repository::Repository;

const MODULE: &str = "\
import os.path as p
from . import sibling
__all__ = ['C']
C = p.D
@cached(1)
class A(B[int]):
    def f(self):
        import importlib
        importlib.import_module('a.b')
        return p.join
# ssot: allow(same-name, until=2027-01-01) later
x = 1
";

fn span(start: [u32; 2], end: [u32; 2]) -> Value {
    let place = |[line, column]: [u32; 2]| json!({"line": line, "column": column});
    json!({"start": place(start), "end": place(end)})
}

#[test]
fn of_one_file_are_pretty_and_whole() {
    let folder = Repository::without_git();
    folder.write("pkg/a.py", MODULE);
    let run = folder.ssot(&["facts", "pkg/a.py"]).status(0);
    assert!(run.stdout.starts_with("{\n  \"") && run.stdout.ends_with("}\n"), "{}", run.stdout);
    let mut document = run.json();
    for definition in document["facts"]["code"]["definitions"].as_array_mut().expect("definitions") {
        let definition = definition.as_object_mut().expect("one");
        assert!(definition.remove("body").is_some_and(|body| body.is_u64()));
        let words = definition.remove("words").expect("words");
        // `B`, `int`, `f`, `importlib`, `import`, `module`, `p`, `join`; and the strings that can be names have none.
        assert_eq!(words.as_array().map(Vec::len), Some(if definition["name"] == "A" { 8 } else { 0 }), "{words}");
    }
    let import = |module: &str, level: u32, name: Value, alias: Value, span: Value, line: u32, local: bool| {
        json!({"module": module, "level": level, "name": name, "alias": alias, "span": span, "line": line,
            "local": local, "type_checking": false, "guarded": false})
    };
    let define = |kind: &str, name: &str, span: Value, lines: [u32; 2], code_lines: u32, needs: &[&str]| {
        let (decorators, bases) = if name == "A" { (vec!["cached"], vec!["B"]) } else { (vec![], vec![]) };
        json!({"kind": kind, "name": name, "span": span, "lines": lines, "decorators": decorators, "bases": bases,
            "code_lines": code_lines, "local": false, "needs": needs, "fresh": false})
    };
    let used = |target: &str, span: Value| json!({"target": target, "span": span, "type_checking": false});
    let expected = json!({
        "path": "pkg/a.py",
        "language": "python",
        "trouble": null,
        "facts": {
            "lines": 12,
            "binary": false,
            "broken": [],
            "allows": [{"span": span([11, 1], [11, 49]), "rules": ["same-name"], "until": "2027-01-01",
                "reason": "later", "lines": [11, 12], "heads_file": false}],
            "code": {
                "definitions": [
                    define("class", "A", span([6, 7], [6, 8]), [6, 10], 5, &["p"]),
                    define("function", "A.f", span([7, 9], [7, 10]), [7, 10], 4, &[]),
                    define("constant", "x", span([12, 1], [12, 2]), [12, 12], 1, &[]),
                ],
                "imports": [
                    import("os.path", 0, json!(null), json!("p"), span([1, 8], [1, 20]), 1, false),
                    import("", 1, json!("sibling"), json!(null), span([2, 15], [2, 22]), 2, false),
                    import("importlib", 0, json!(null), json!(null), span([8, 16], [8, 25]), 8, true),
                ],
                "aliases": [{"name": "C", "target": "p.D", "span": span([4, 1], [4, 2])}],
                "exports": ["C"],
                "bound": ["A", "C", "__all__", "p", "sibling", "x"],
                "open": false, "makes_modules": false,
                "sets": [],
                "fills": [],
                "uses": [
                    used("os.path.D", span([4, 5], [4, 8])),
                    used("importlib.import_module", span([9, 9], [9, 32])),
                    used("os.path.join", span([10, 16], [10, 22])),
                ],
                "free": [],
                "strings": [{"text": "a.b", "span": span([9, 34], [9, 37]), "is_module": true, "create": false,
                    "call": "importlib.import_module"}],
                "logic": span([5, 1], [10, 22]),
                "searches": false,
                "generated": false,
                "script": false,
                "demands": false,
                "runs": false,
            },
        },
    });
    assert_eq!(document, expected, "{document:#}");
}

#[test]
fn of_several_files_take_a_line_each() {
    let folder = Repository::with(&[("pkg/a.py", "import a\n"), ("pkg/b.sh", "ls\n"), ("c.py", "import c\n")]);
    for words in [&["facts", "pkg/b.sh", "pkg/a.py"][..], &["facts", "pkg"]] {
        let run = folder.ssot(words).status(0);
        let documents: Vec<Value> =
            run.stdout.lines().map(|line| serde_json::from_str(line).expect("one document in a line")).collect();
        let told: Vec<_> = documents.iter().map(|document| (&document["path"], &document["language"])).collect();
        assert_eq!(told, [(&json!("pkg/a.py"), &json!("python")), (&json!("pkg/b.sh"), &json!("hash"))], "{words:?}");
        assert_eq!(documents[0]["facts"]["code"]["imports"][0]["module"], "a");
        assert_eq!(documents[1]["facts"]["code"], Value::Null);
    }
}

#[test]
fn of_no_file_are_refused() {
    let run = Repository::with(&[("a.py", "")]).ssot(&["facts", "missing.py"]).status(2);
    assert!(run.stdout.is_empty() && run.stderr.contains("missing.py"), "{}{}", run.stdout, run.stderr);
}

#[test]
fn of_what_is_no_text_say_so() {
    let folder = Repository::without_git();
    folder.write("a.bin", b"\0\x01\x02");
    folder.write("a.py", b"import a\n\0");
    assert_eq!(facts(&folder, "a.bin")["facts"]["binary"], true);
    let python = facts(&folder, "a.py");
    let expected = json!({"span": span([2, 1], [2, 1]), "wrong": "nul", "message": "source code cannot contain NUL bytes",
        "since": null, "until": null});
    assert_eq!(python["facts"]["broken"], json!([expected]));
    assert_eq!(python["facts"]["code"]["imports"][0]["module"], "a", "what is before it is read");
}
