//! What the documents show of a run is what is printed.

use std::fmt::Write as _;
use std::sync::Mutex;

use super::{Document, read, root};
use crate::repository::{Repository, Run, binary, command};

/// Two tests may rewrite parts of the same file.
static WRITING: Mutex<()> = Mutex::new(());

/// Compares what stands between the markers of that name with what belongs there; with UPDATE_DOCS, writes it.
pub fn assert_between(name: &str, marker: &str, expected: &str) {
    let _writing = WRITING.lock().expect("no test fails while it writes");
    let text = read(name);
    let (begin, end) = (format!("<!-- {marker}:begin -->\n"), format!("<!-- {marker}:end -->\n"));
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{name} has no {begin}"));
    let (found, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{name} has no {end}"));
    if found == expected {
        return;
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(root().join(name), [before, &begin, expected, &end, after].concat()).expect("a document");
        return;
    }
    drop(_writing);
    panic!(
        "{name} says between the markers `{marker}`:\n{found}\nand should say:\n{expected}\nUPDATE_DOCS=1 writes it"
    );
}

/// Runs the lines of the first console block of a document again, in a repository with these files and the
/// document's first policy.
fn assert_transcript(name: &str, files: &[(&str, &str)], otherwise: &str) {
    let document = Document { name: name.to_owned(), text: read(name) };
    let blocks = document.blocks();
    let block = |language: &str| blocks.iter().find(|block| block.language == language).map(|block| &block.text);
    let policy = block("toml").expect("a policy");
    let repository = Repository::with(&[files, &[("ssot.toml", policy)]].concat());
    let folder = binary("ssot").parent().expect("a folder").to_owned();
    let before = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&before))).expect("a PATH");
    let mut transcript = String::new();
    let lines = block("console").map_or(otherwise, String::as_str);
    for line in lines.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let mut shell = command("sh", repository.path());
        let run: Run = shell.args(["-c", line]).env("PATH", &path).output().expect("sh starts").into();
        assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""), "{line}");
        write!(transcript, "$ {line}\n{}", run.stdout).expect("a string");
    }
    assert!(transcript.contains("$ ssot "), "{transcript}");
    assert_between(name, "transcript", &format!("```console\n{transcript}```\n"));
}

#[test]
fn a_check() {
    let views: String = (1..=412).map(|number| format!("def view_{number}(request): ...\n")).collect();
    let shop = [
        ("app/db/db_manager.py", "class DbManager: ...\n"),
        ("app/db/db_manager_old.py", "class DbManager: ...\n"),
        ("app/realtime/manager.py", "class Manager: ...\n"),
        ("app/realtime/ws_manager.py", "class WsManager: ...\n"),
        ("app/settings.py.bak", "DEBUG = True\n"),
        ("test_login.py", "def test_login(): ...\n"),
        ("tests/test_cart.py", "def test_cart(): ...\n"),
        ("app/views.py", &views),
    ];
    assert_transcript("README.md", &shop, "");
}

#[test]
fn a_fix() {
    let files = [
        ("app/__init__.py", ""),
        ("app/websocket.py", "class WebSocketManager: ...\n"),
        ("app/ws_manager.py", "from app.websocket import WebSocketManager as WebSocketManager\n"),
        ("app/routes.py", "from app.ws_manager import WebSocketManager\n\nmanager = WebSocketManager()\n"),
        (
            "tests/test_routes.py",
            "from unittest.mock import patch\n\n\n@patch(\"app.ws_manager.WebSocketManager\")\ndef test_routes(manager): ...\n",
        ),
    ];
    let lines = "$ ssot check --format concise --today 2026-11-21 || true\n\
                 $ ssot fix --unsafe --today 2026-11-21\n\
                 $ git diff -U0 --no-prefix app/routes.py tests\n\
                 $ ssot check\n";
    assert_transcript("docs/fix.md", &files, lines);
}
