//! After `git mv` alone: what led to the old place leads to the new one.

use crate::repository::Repository;

const USER: &str = "\
from unittest.mock import patch

import app.store.db
from app.store import db, cache as c
from app.store.db import *
from .store.db import session

patch(\"app.store.db.session.x\")
print(app.store.db.session, db, c)
";

fn shop() -> Repository {
    Repository::with(&[
        ("app/__init__.py", ""),
        ("app/store/__init__.py", ""),
        ("app/store/db.py", "session = 1\n\n\ndef connect():\n    return session\n"),
        ("app/store/cache.py", "cache = {}\n\n\ndef clear():\n    cache.clear()\n"),
        ("app/user.py", USER),
        ("app/other.py", "from app.store.cache import clear\n"),
    ])
}

fn read(repository: &Repository, path: &str) -> String {
    std::fs::read_to_string(repository.path().join(path)).expect("a text")
}

#[test]
fn a_module() {
    let repository = shop();
    repository.git(&["mv", "app/store/db.py", "app/database.py"]);
    for words in [&[][..], &["--staged"]] {
        let run = repository.ssot(&[&["check", "--format", "text"], words].concat()).status(1);
        assert!(run.stdout.contains("= help: write `from app.database import session`"), "{}", run.stdout);
        assert!(run.stdout.contains("= help: write \"app.database.session.x\""), "{}", run.stdout);
    }
    repository.ssot(&["fix"]).status(0);
    let expected = "\
from unittest.mock import patch

import app.database
from app.store import cache as c
from app import database
from app.database import *
from .database import session

patch(\"app.database.session.x\")
print(app.database.session, database, c)
";
    assert_eq!(read(&repository, "app/user.py"), expected);
    assert_eq!(repository.findings(&[]), [""; 0]);
}

#[test]
fn a_package() {
    let repository = shop();
    repository.git(&["mv", "app/store", "app/storage"]);
    repository.git(&["commit", "--quiet", "--all", "--message", "move"]);
    let run = repository.ssot(&["check", "--rev", "HEAD"]).status(1);
    assert!(run.stdout.contains("write `from app.storage.cache import clear`"), "{}", run.stdout);
    repository.git(&["reset", "--quiet", "--soft", "HEAD^"]);
    repository.ssot(&["fix"]).status(0);
    assert_eq!(read(&repository, "app/user.py"), USER.replace("store", "storage"));
    assert_eq!(read(&repository, "app/other.py"), "from app.storage.cache import clear\n");
    assert_eq!(repository.findings(&[]), [""; 0]);
}

#[test]
fn a_module_that_a_build_file_names() {
    let repository = shop();
    repository.write("pyproject.toml", "[tool.ruff.lint.per-file-ignores]\n\"app/store/cache.py\" = [\"E501\"]\n");
    repository.commit_all("configure");
    repository.git(&["mv", "app/store/cache.py", "app/cache.py"]);
    repository.ssot(&["fix"]).status(0);
    assert_eq!(read(&repository, "app/other.py"), "from app.cache import clear\n");
    assert_eq!(repository.findings(&[]), [""; 0]);
}
