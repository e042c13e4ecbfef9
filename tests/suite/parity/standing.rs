//! What is lost, differs, has another name, or is equal.

use serde_json::json;

use super::{compared, document, folder, said};
use crate::repository::Repository;

const OLD: &str = "\
import logging
from app.util import helper

TIMEOUT = 30
RETRIES = 0x3
_POOL = 8
_UNUSED = 1

def _retry(action):
    return action() or action()

class Manager:
    dialect = 'postgres'

    def __init__(self, dsn, timeout=10):
        self.dsn = dsn
        self.pool = _POOL

    def connect(self, retries=3):
        for _ in range(retries):
            _retry(self.dsn)

    def get_all(self, sql):
        return [row for row in self.execute(sql)]

    def vacuum(self, full=False, *tables, **options):
        return _vacuum(full)

    def _hidden(self): pass

class Old(Exception):
    def a(self): pass

def _vacuum(full): pass

def open_db(dsn):
    manager = Manager(dsn)
    return manager.connect()

logging.basicConfig(level=1)
";

const NEW: &str = "\
TIMEOUT = 10
RETRIES = 3
_POOL = 4

def _retry(action):
    return action()

class Base:
    def connect(self, retries=3):
        \"\"\"Opens.\"\"\"
        for _ in range(retries):
            _retry(self.dsn)

class Manager(Base):
    dialect = \"postgres\"

    def __init__(self, dsn, *, timeout=10):
        self.dsn = dsn

    def fetch_all(self, sql):
        return [
            row for row in self.execute(sql)  # all
        ]

def connect_db(dsn):
    manager = Manager(dsn)
    return manager.connect()
";

#[test]
fn all_that_is_said() {
    let folder = folder(&[
        ("app/__init__.py", ""),
        ("app/util.py", "def helper(): pass\n"),
        ("app/db_old.py", OLD),
        ("app/db.py", NEW),
        ("app/api.py", "from app.db_old import Manager, helper\nimport app.db_old as old\nold.open_db('x')\n"),
        (
            "tests/test_db.py",
            "from unittest.mock import patch\n@patch('app.db_old.Manager.connect')\ndef test(): pass\n",
        ),
    ]);
    let run = folder.ssot(&["parity", "app/db_old.py"]).status(1);
    assert_eq!(run.stderr, "");
    assert_eq!(
        run.stdout,
        "\
`app.db_old` against `app.db`: it defines 3 of the 5 public names

renamed  app/db_old.py:2: helper, imported from `app.util`: now `app.util:helper`
differs  app/db_old.py:4: TIMEOUT = 30: there it is 10
differs  app/db_old.py:6: _POOL = 8: there it is 4; `Manager.__init__` needs it
differs  app/db_old.py:9: _retry(action): there it has other code; `Manager.connect` needs it
differs  app/db_old.py:15: Manager.__init__(self, dsn, timeout=10): there `timeout` is given by name alone; there it has other code
lacks    app/db_old.py:17: Manager.pool
renamed  app/db_old.py:23: Manager.get_all(self, sql): now `Manager.fetch_all`
lacks    app/db_old.py:26: Manager.vacuum(self, full=False, *tables, **options): it needs `_vacuum`
lacks    app/db_old.py:31: class Old(Exception) with 1 member
lacks    app/db_old.py:34: _vacuum(full): `Manager.vacuum` needs it
renamed  app/db_old.py:36: open_db(dsn): now `connect_db`
lacks    app/db_old.py:40: logging.basicConfig(level=1)
equal    RETRIES, Manager, Manager.dialect, Manager.dsn, Manager.connect
private  _UNUSED, Manager._hidden: nothing public needs it

imported by
  app/api.py:1:24: Manager
  app/api.py:1:33: helper
  app/api.py:2:8: open_db
  tests/test_db.py:2:9: Manager, in a string of `unittest.mock.patch`

It would be a loss: 5 missing, 4 different. Next: move `Manager.pool`, `Manager.vacuum` (with `_vacuum`), `Old`, 2 more to app/db.py.
"
    );
    let document = document(&folder.ssot(&["parity", "app/db_old.py", "--format", "json"]));
    assert_eq!(document["found"], "it defines 3 of the 5 public names");
    assert_eq!(document["duplicate"], json!({"path": "app/db_old.py", "module": "app.db_old", "name": null}));
    assert_eq!(document["lacks"][1]["shown"], "Manager.vacuum(self, full=False, *tables, **options)");
    assert_eq!((&document["lacks"][1]["line"], &document["lacks"][1]["canonical_line"]), (&json!(26), &json!(null)));
    assert_eq!((&document["differs"][0]["line"], &document["differs"][0]["canonical_line"]), (&json!(4), &json!(1)));
    assert_eq!(document["importers"].as_array().map(Vec::len), Some(4));
    let by_string = json!({"path": "tests/test_db.py", "line": 2, "column": 9, "takes": ["Manager"], "call": "unittest.mock.patch"});
    assert_eq!(document["importers"][3], by_string);
}

#[test]
fn where_nothing_is_lost_it_may_go() {
    let folder = folder(&[
        ("odd name/old.py", "def f(a):\n    return a\n"),
        ("new.py", "LIMIT = 1\ndef f(a, b=None):\n    '''Same.'''\n    return (a)\n"),
        ("same.py", "def f(a, *, b=None):\n    return a\n"),
    ]);
    let may_go = folder.ssot(&["parity", "odd name/old.py", "same.py"]).status(0).stdout;
    assert!(
        may_go.ends_with(
            "\nNothing would be lost, and nothing imports it. Next: delete `odd name/old.py`, which git does not keep.\n"
        ),
        "{may_go}"
    );
    let differs = folder.ssot(&["parity", "odd name/old.py", "new.py"]).status(1).stdout;
    assert!(differs.contains("f(a): there it has other code\n"), "{differs}");
    let read = folder.ssot(&["parity", "odd name/old.py", "new.py", "--signatures-only"]).status(0).stdout;
    assert!(read.contains("equal    f\n"), "{read}");
    folder.write("user.py", "from same import f\nfrom old import f as g\n");
    folder.write("old.py", "def f(a):\n    return a\n");
    let imported = folder.ssot(&["parity", "old.py:f", "same.py"]).status(0).stdout;
    let next = "Nothing would be lost. Next: turn 1 import to `same:f` (`ssot fix` does so where a concept lists the old \
                path under `legacy`), then delete `f` from old.py.\n";
    assert!(imported.contains("\nimported by\n  user.py:2:17: f\n") && imported.ends_with(next), "{imported}");
}

#[test]
fn git_takes_away_what_a_commit_holds() {
    let code = "def f(a):\n    return a\n";
    let repository = Repository::with(&[("odd name/old.py", code), ("same.py", code)]);
    let next = |words: &[&str]| {
        let said = repository.ssot(&[&["parity", "odd name/old.py", "same.py"], words].concat()).status(0).stdout;
        said.rsplit_once("Next: ").expect("a next step").1.to_owned()
    };
    let (kept, other) = ("`git rm 'odd name/old.py'`.\n", "delete `odd name/old.py`, which git does not keep.\n");
    assert_eq!(next(&[]), kept);
    repository.write("odd name/old.py", format!("{code}# Old.\n"));
    assert_eq!(
        (next(&[]).as_str(), next(&["--staged"]).as_str()),
        (other, kept),
        "git refuses to remove what is modified"
    );
    repository.git(&["add", "--all"]);
    assert_eq!((next(&[]).as_str(), next(&["--rev", "HEAD"]).as_str()), (other, kept), "and what is staged");
    repository.git(&["rm", "--quiet", "--cached", "odd name/old.py"]);
    assert_eq!(next(&[]), other);
}

#[test]
fn signatures() {
    for (old, new, differences) in [
        ("a", "a", &[][..]),
        ("a", "b", &["there it takes no `a`", "there it asks for `b`"]),
        ("a, b", "b, a", &["there `a` stands elsewhere", "there `b` stands elsewhere"]),
        ("a", "a, b", &["there it asks for `b`"]),
        ("a", "a, b=1, *, c=2", &[]),
        ("a=1", "a=2", &["there `a` is 2 by default"]),
        ("a=1", "a", &["there `a` has no default"]),
        ("a='x'", "a=\"x\"", &[]),
        ("a=10_0", "a=100", &[]),
        ("a", "a=1", &[]),
        ("a", "a, /", &["there `a` is not given by name"]),
        ("a, /", "b", &[]),
        ("a", "*, a", &["there `a` is given by name alone"]),
        ("*, a", "a", &[]),
        ("*, a", "x=1, a=None", &[]),
        ("*args", "", &["there it takes no `*args`"]),
        ("**words", "**others", &[]),
        ("a, b", "*args, **words", &[]),
        ("a: int = 1", "a=1", &[]),
    ] {
        let document = compared(&format!("def f({old}): pass\n"), &format!("def f({new}): pass\n"));
        let expected =
            if differences.is_empty() { vec![] } else { vec![format!("differs f: {}", differences.join("; "))] };
        assert_eq!(said(&document), expected, "{old} -> {new}");
    }
}

#[test]
fn each_kind_of_definition() {
    let call = "a.b(c, d, e, f, 1)";
    for (old, new, expected) in [
        ("async def f(): pass\n", "def f(): pass\n", vec!["differs f: there it is not async"]),
        ("def f(): pass\n", "class f: pass\n", vec!["differs f: there it is a class"]),
        ("f = 1\n", "def f(): pass\n", vec!["differs f: there it is a function"]),
        ("f: int = 1\n", "f: int\n", vec!["differs f: there it has no value"]),
        ("f: int\n", "f: int = 1\n", vec![]),
        ("a, b = 1, 2\n", "a, b = 1, 3\n", vec!["differs a: there it is of 1, 3", "differs b: there it is of 1, 3"]),
        ("type A = int\n", "type A = str\n", vec!["differs A: there it is str"]),
        ("try:\n    f = 1\nexcept E:\n    f = 2\n", "f = 1\n", vec!["differs f: there it is 1"]),
        ("class A(B, object): pass\n", "class A: pass\n", vec!["differs A: there it is no `B`"]),
        ("class A(x.B): pass\n", "class A(B, C): pass\n", vec![]),
        ("@a\nclass A: pass\n", "class A: pass\n", vec!["differs A: it is decorated with `@a`, there with nothing"]),
        (
            "class A:\n    @property\n    def f(self): pass\n    @f.setter\n    def f(self, v): pass\n",
            "class A:\n    @property\n    def f(self): pass\n",
            vec!["lacks A.f.setter"],
        ),
        (
            "class A:\n    def __init__(self):\n        self.a, self._b = 1, 2\n",
            "class A:\n    @property\n    def a(self): pass\n    def __init__(self):\n        self.a, self._b = 1, 2\n",
            vec![],
        ),
        (
            "class A:\n    class B:\n        c = 1\n",
            "class A:\n    class B:\n        c = 2\n",
            vec!["differs A.B.c: there it is 2"],
        ),
        (
            "class A:\n    def f(self): pass\n",
            "class A(B): pass\nclass B(C): pass\nclass C(A):\n    def f(self): pass\n",
            vec![],
        ),
        (&format!("class A:\n    x = {call}\n"), &format!("class B:\n    x = {call}\n"), vec!["renamed A: B"]),
        (&format!("A = {call}\n"), &format!("B = {call}\n"), vec!["renamed A: B"]),
        ("A = 1\n", "B = 1\n", vec!["lacks A"]),
        (&format!("A = {call}\nB = {call}\n"), &format!("B = {call}\n"), vec!["lacks A"]),
        ("if __name__ == '__main__':\n    f()\n", "", vec!["lacks if __name__ == '__main__':"]),
        ("f()\nfor a in b: c\n", "for a in b: c\n", vec!["lacks f()"]),
        ("if TYPE_CHECKING:\n    A = 1\n'text'\n...\n", "", vec![]),
        (
            "__all__ = ['_a']\n_a = 1\n_b = 2\n__version__ = '1'\n",
            "",
            vec!["lacks _a", "private _b", "private __version__"],
        ),
        ("def f(): return _a\n_a = 1\n", "def f(): return _a\n_a = 2\n", vec!["differs _a: there it is 2; for f"]),
        (
            "def f(): return _a()\ndef _a(): return _b\n_b = 1\n",
            "def f(): return _a()\ndef _a(): return _b\n_b = 2\n",
            vec!["differs _b: there it is 2; for f"],
        ),
        (
            "class A:\n    def f(self): self._g()\n    def _g(self): 1\n",
            "class A:\n    def f(self): self._g()\n    def _g(self): 2\n",
            vec!["differs A._g: there it has other code; for A.f"],
        ),
        ("class _A:\n    b = 1\n", "", vec!["private _A"]),
        ("def f(): pass\n", "from x import f\n", vec!["differs f: there it is imported from `x`"]),
        ("", "", vec![]),
    ] {
        assert_eq!(said(&compared(old, new)), expected, "{old}");
    }
}

#[test]
fn what_is_handed_on() {
    for (old, expected) in [
        ("from new import *\n", vec![]),
        ("from new import f, g as h\n__all__ = ['f', 'h']\n", vec!["renamed h: g"]),
        ("import new\nfrom new import f as _f\nF = _f\n", vec!["renamed F: f"]),
        ("from other import x\n__all__ = ['x']\n", vec!["renamed x: other:x"]),
        ("from other import same\n__all__ = ['same']\n", vec![]),
        ("from other import x\n", vec![]),
        ("from other import *\n", vec!["renamed *: other:*"]),
    ] {
        let document = compared(old, "from other import same\ndef f(): pass\ndef g(): pass\n");
        assert_eq!(said(&document), expected, "{old}");
        assert_eq!(document["verdict"], "may-go", "{old}");
    }
}

#[test]
fn what_makes_names_cannot_be_judged() {
    let unknown = compared("globals().update(f())\n", "globals().update(f())\n");
    assert_eq!((&unknown["verdict"], said(&unknown)), (&json!("unknown"), vec![]));
    assert_eq!(unknown["next"], "It cannot be judged: old.py makes names at run time. Next: read it.");
    // That something is lost is known all the same.
    assert_eq!(compared("globals()\nA = 1\n", "globals()\n")["verdict"], "would-lose");
}
