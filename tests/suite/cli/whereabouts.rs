//! `ssot where`: what there is of a name already.

use serde_json::json;

use crate::repository::Repository;

const POLICY: &str = "version = 1
[concept.websocket-manager]
home = \"app.realtime.manager\"
public = \"app.realtime\"
owns = [\"class WebSocketManager\"]
owner = \"@realtime\"
";

const IMPORT: &str = "from app.realtime import WebSocketManager\n";

fn shop() -> Repository {
    Repository::with(&[
        ("ssot.toml", POLICY),
        ("app/realtime/manager.py", "class WebSocketManager:\n    def connect(self): ...\n"),
        ("app/realtime/__init__.py", "from app.realtime.manager import WebSocketManager\n"),
        ("app/unified.py", "class UnifiedWSManager:\n    def connect(self): ...\n"),
        ("app/tools.py", "from app.unified import UnifiedWSManager\n\nWebSocketManagerV2 = UnifiedWSManager\n"),
        ("app/ws.py", "from app.realtime import WebSocketManager as WSManager\n"),
        ("app/api.py", &format!("{IMPORT}\n\ndef handle(): return WebSocketManager()\n")),
        ("app/chat.py", "from app.ws import WSManager\n\n\ndef handle(): return WSManager()\n"),
        ("app/websocket_manager_impl.py", "import app\n"),
    ])
}

const ANSWER: &str = "\
`from app.realtime import WebSocketManager`, concept websocket-manager, owner @realtime
app/realtime/manager.py:1        class      WebSocketManager        imported by 4
app/unified.py:1                 class      UnifiedWSManager        imported by 1
app/realtime/__init__.py:1       re-export  WebSocketManager        imported by 2
app/ws.py:1                      shim       WSManager               imported by 1, is `WebSocketManager`
app/tools.py:3                   alias      WebSocketManagerV2      imported by 0, is `UnifiedWSManager`
app/websocket_manager_impl.py:1  module     websocket_manager_impl  imported by 0
";

#[test]
fn the_home_comes_first_and_all_that_is_like_it_behind() {
    assert_eq!(shop().ssot(&["where", "WebSocketManager"]).status(0).stdout, ANSWER);
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("README.md");
    assert!(
        readme.contains(&format!("$ ssot where WebSocketManager\n{ANSWER}```\n")),
        "README.md shows another answer"
    );
}

#[test]
fn a_name_that_is_not_there_finds_those_like_it() {
    let repository = shop();
    for name in ["EnhancedWSManager", "app.realtime.WsManager", "app.realtime:new_ws_mgr"] {
        let answer = repository.ssot(&["where", name]).status(0).stdout;
        assert_eq!(answer.lines().next(), ANSWER.lines().next(), "{name}\n{answer}");
        assert_eq!(answer.lines().count(), ANSWER.lines().count(), "{name}\n{answer}");
    }
    let none = repository.ssot(&["where", "OrderStore"]).status(1);
    assert_eq!(none.stdout, "there is no `OrderStore` and nothing like it\n");
}

#[test]
fn what_is_owned_and_not_there_yet_has_its_home() {
    let policy = POLICY.replace("class WebSocketManager", "class *Socket*");
    let repository = Repository::with(&[("ssot.toml", &policy), ("app/realtime/manager.py", "")]);
    repository.write("app/realtime/__init__.py", "");
    let run = repository.ssot(&["where", "SocketPool"]).status(1);
    let expected = "there is no `SocketPool` and nothing like it\n\
                    `from app.realtime import SocketPool`, concept websocket-manager, owner @realtime\n";
    assert_eq!(run.stdout, expected);
}

#[test]
fn a_home_that_does_not_give_it_is_not_what_to_import_it_from() {
    let policy = "version = 1\n[concept.db]\nhome = \"app.db\"\nowns = [\"class Manager\"]\n";
    let repository = Repository::with(&[
        ("ssot.toml", policy),
        ("app/__init__.py", ""),
        ("app/db/__init__.py", ""),
        ("app/db/impl.py", "class Manager: ...\n"),
        ("app/old.py", "from app.db.impl import Manager\n"),
    ]);
    let said = repository.ssot(&["where", "Manager"]).status(0).stdout;
    assert!(said.starts_with("`from app.db.impl import Manager`"), "{said}");
    let checked = repository.ssot(&["check"]).stdout;
    assert!(checked.contains("import it from `app.db.impl` and delete this module"), "{checked}");
    repository.write("app/db/__init__.py", "from app.db.impl import Manager\n");
    let said = repository.ssot(&["where", "Manager"]).status(0).stdout;
    assert!(said.starts_with("`from app.db import Manager`"), "{said}");
}

#[test]
fn different_things_of_one_name_are_told_apart() {
    let field = "class Field:\n    def clean(self): ...\n";
    let repository = Repository::with(&[
        ("app/models.py", field),
        ("app/forms.py", "class Field:\n    def render(self): ...\n"),
        ("app/copy.py", field),
        ("app/api.py", "from app.forms import Field\n"),
        ("tests/test_a.py", "class Field: ...\n"),
        ("app/fields.py", "class Fields: ...\n"),
    ]);
    let first = |repository: &Repository| {
        let said = repository.ssot(&["where", "Field"]).status(0).stdout;
        said.lines().next().expect("a line").to_owned()
    };
    assert_eq!(first(&repository), "`from app.forms import Field`, one of 2 different things called so");
    let document = repository.ssot(&["where", "Field", "--format", "json"]).status(0).json();
    assert_eq!(document["different"], 2);
    repository.write("ssot.toml", "version = 1\n[concept.field]\nhome = \"app.models\"\nowns = [\"class Field\"]\n");
    assert_eq!(first(&repository), "`from app.models import Field`, concept field");
}

#[test]
fn an_alias_is_imported_and_what_only_tests_define_by_another_name_is_not() {
    let repository = Repository::with(&[
        ("lib/__init__.py", "from lib.dense import DenseMatrix\n\nMatrix = DenseMatrix\n"),
        ("lib/dense.py", "class DenseMatrix: ...\n"),
        ("lib/tests/test_numpy.py", "def matrix(): ...\n\n\ndef only_here(): ...\n"),
    ]);
    let said = repository.ssot(&["where", "Matrix"]).status(0).stdout;
    let plain: Vec<_> = said.lines().map(|line| line.split("  ").next().unwrap_or_default()).collect();
    assert_eq!(plain, ["`from lib import Matrix`", "lib/__init__.py:3", "lib/tests/test_numpy.py:1"]);
    let first = |name: &str| {
        let said = repository.ssot(&["where", name]).status(0).stdout;
        said.lines().next().expect("a line").to_owned()
    };
    assert_eq!(first("only_here"), "`from lib.tests.test_numpy import only_here`");
    assert_eq!(first("OnlyHere"), "lib/tests/test_numpy.py:4  def  only_here  imported by 0");
}

#[test]
fn as_data() {
    let document = shop().ssot(&["where", "WebSocketManager", "--format", "json"]).status(0).json();
    assert_eq!(document["import"], "from app.realtime import WebSocketManager");
    assert_eq!((&document["concept"], &document["owner"]), (&json!("websocket-manager"), &json!("@realtime")));
    let alias = document["found"].as_array().and_then(|found| found.iter().find(|found| found["kind"] == "alias"));
    let expected = json!({"path": "app/tools.py", "line": 3, "column": 1, "kind": "alias", "name": "WebSocketManagerV2",
        "module": "app.tools", "is_test": false, "imported_by": 0, "of": "app.unified:UnifiedWSManager"});
    assert_eq!(alias, Some(&expected));
    let none = shop().ssot(&["where", "OrderStore", "--format", "json"]).status(1).json();
    let expected = json!({"name": "OrderStore", "import": null, "concept": null, "owner": null, "different": 0,
        "found": []});
    assert_eq!(none, expected);
}

#[test]
fn an_import_that_nobody_takes_from_there_hands_nothing_on() {
    let repository = Repository::with(&[
        ("app/store.py", "class OrderStore: ...\n"),
        ("app/api.py", "from app.store import OrderStore\n\n\ndef get(): return OrderStore()\n"),
        ("app/__init__.py", "from app.store import OrderStore\n\nstore = OrderStore()\n"),
        ("app/all.py", "from app.store import OrderStore\n\n__all__ = [\"OrderStore\"]\nx = OrderStore()\n"),
        ("tests/test_store.py", "class NewOrderStore: ...\n"),
    ]);
    let expected = "`from app.store import OrderStore`\n\
                    app/store.py:1           class      OrderStore     imported by 3\n\
                    app/all.py:1             re-export  OrderStore     imported by 0\n\
                    tests/test_store.py:1    class      NewOrderStore  imported by 0\n";
    let told = repository.ssot(&["where", "OrderStore"]).status(0).stdout;
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(plain(&told), plain(expected));
}

#[test]
fn a_commit_and_the_index_are_asked_too() {
    let repository = Repository::with(&[("a.py", "class OrderStore: ...\n")]);
    repository.write("b.py", "class NewOrderStore: ...\n");
    for (scope, lines) in [(&[][..], 3), (&["--staged"], 2), (&["--rev", "HEAD"], 2)] {
        let told = repository.ssot(&[&["where", "OrderStore"], scope].concat()).status(0).stdout;
        assert_eq!(told.lines().count(), lines, "{scope:?}\n{told}");
    }
}

#[test]
fn of_many_the_first_are_printed() {
    let files: Vec<_> = (0..30).map(|number| (format!("a{number}.py"), "class OrderStore: ...\n")).collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let repository = Repository::with(&files);
    let told = repository.ssot(&["where", "OrderStore"]).status(0).stdout;
    assert_eq!(told.lines().last(), Some("and 10 more, which `--format json` has"));
    let document = repository.ssot(&["where", "OrderStore", "--format", "json"]).status(0).json();
    assert_eq!(document["found"].as_array().map(Vec::len), Some(30));
}

#[test]
fn what_is_no_name_is_refused() {
    let repository = shop();
    for name in ["", "_", "a b", "a-b", "app.", "class X", "\u{1b}[31m"] {
        let run = repository.ssot(&["where", name]).status(2);
        assert!(run.stdout.is_empty() && run.stderr.contains("is no name"), "{name}: {}{}", run.stdout, run.stderr);
        assert!(!run.stderr.contains('\u{1b}'), "{name}");
    }
    for words in
        [&["where"][..], &["where", "A", "B"], &["where", "A", "--format", "yaml"], &["where", "A", "--rev", "x"]]
    {
        repository.ssot(words).status(2);
    }
    repository.write("ssot.toml", "version = 2\n");
    let run = repository.ssot(&["where", "A"]).status(2);
    assert!(run.stdout.is_empty() && run.stderr.contains("ssot.toml"), "{}{}", run.stdout, run.stderr);
}
