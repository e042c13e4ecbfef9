//! How the canonical one is found.

use super::{document, folder};
use crate::repository::Repository;

const FILES: &[(&str, &str)] = &[
    ("app/__init__.py", ""),
    ("app/db/__init__.py", "from .manager import Manager\n"),
    ("app/db/manager.py", "class Manager: pass\nclass Pool: pass\n"),
    ("app/db/other.py", "def unrelated(): pass\n"),
    ("app/store.py", "class Manager: pass\n"),
    ("app/copy.py", "class Manager: pass\nclass Pool: pass\n"),
    ("app/ws_hub.py", "def connect(): pass\n"),
    ("app/user.py", "from app.db.manager import Manager\nfrom app.db.manager import Pool\n"),
    ("tests/test_it.py", "class Manager: pass\nclass Pool: pass\nclass Third: pass\n"),
];

const BY_CONCEPT: &str = "[concept.db]\nhome = 'app.db'\n";

/// The canonical one of `duplicate`, and how it was found.
#[track_caller]
fn found(policy: &str, duplicate: &str) -> (String, String) {
    let folder = folder(FILES);
    folder.write("ssot.toml", policy);
    let document = document(&folder.ssot(&["parity", duplicate, "--format", "json"]));
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let name = document["canonical"]["name"].as_str().map(|name| format!(":{name}")).unwrap_or_default();
    (text(&document["canonical"]["path"]) + &name, text(&document["found"]))
}

#[test]
fn the_policy_says_so() {
    for (keys, duplicate, canonical, key) in [
        ("owns = ['class Manager']", "app/store.py", "app/db/manager.py", "owns"),
        ("owns = ['class Manager']", "app.store:Manager", "app/db/manager.py:Manager", "owns"),
        ("files = ['**/store.py']", "app/store.py", "app/db/manager.py", "files"),
        ("[concept.db.legacy]\n'app.store' = ''", "app/store.py", "app/db/manager.py", "legacy"),
        ("[concept.db.legacy]\n'app.store' = 'app.copy'", "app/store.py", "app/copy.py", "legacy"),
        ("[concept.db.legacy]\n'app.ws_hub' = 'app.db.other'", "app.ws_hub", "app/db/other.py", "legacy"),
        (
            "[concept.db.legacy]\n'app.store:Manager' = 'app.db.manager:Pool'",
            "app.store:Manager",
            "app/db/manager.py:Pool",
            "legacy",
        ),
    ] {
        let how = format!("`{key}` of the concept `db` says so");
        assert_eq!(found(&format!("{BY_CONCEPT}{keys}\n"), duplicate), (canonical.to_owned(), how), "{keys}");
    }
}

#[test]
fn it_has_most_in_common() {
    // Of two with as much, the one that more modules import.
    let most = ("app/db/manager.py".to_owned(), "it defines 2 of the 2 public names".to_owned());
    assert_eq!(found("", "app/copy.py"), most);
    let one = ("app/db/manager.py".to_owned(), "it defines the same name".to_owned());
    assert_eq!(found("", "app/store.py"), one);
    let class = ("app/db/manager.py:Pool".to_owned(), "it defines the same name".to_owned());
    assert_eq!(found("", "app/copy.py:Pool"), class);
    // What hands on is compared with where it takes from.
    let from = ("app/db/manager.py".to_owned(), "the names are imported from it".to_owned());
    assert_eq!(found("", "app/db/__init__.py"), from);
    assert_eq!(found("", "app/db"), from);
}

#[test]
fn a_snapshot_is_asked() {
    let repository = Repository::with(&[("a.py", "A = 1\n"), ("b.py", "A = 1\n")]);
    repository.write("b.py", "A = 2\n");
    repository.ssot(&["parity", "b.py", "a.py"]).status(1);
    repository.ssot(&["parity", "b.py", "a.py", "--staged"]).status(0);
    repository.git(&["add", "b.py"]);
    repository.ssot(&["parity", "b.py", "a.py", "--staged"]).status(1);
    repository.ssot(&["parity", "b.py", "a.py", "--rev", "HEAD"]).status(0);
}
