//! What README.md says of the tool is what the tool says.

use std::fmt::Write as _;
use std::sync::Mutex;

use ssot::finding::Level;
use ssot::rules::{ANY_HOOK, HOOKS, RULES, RuleDef};

use super::{Document, read, root};
use crate::repository::{Repository, Run, binary, command};

/// Two tests may rewrite parts of the same file.
static WRITING: Mutex<()> = Mutex::new(());

/// Compares what stands between the markers of that name with what belongs there; with UPDATE_DOCS, writes it.
fn assert_between(marker: &str, expected: &str) {
    let _writing = WRITING.lock().expect("no test fails while it writes");
    let text = read("README.md");
    let (begin, end) = (format!("<!-- {marker}:begin -->\n"), format!("<!-- {marker}:end -->\n"));
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("README.md has no {begin}"));
    let (found, after) = rest.split_once(&end).unwrap_or_else(|| panic!("README.md has no {end}"));
    if found == expected {
        return;
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(root().join("README.md"), [before, &begin, expected, &end, after].concat()).expect("README.md");
        return;
    }
    drop(_writing);
    panic!(
        "README.md says between the markers `{marker}`:\n{found}\nand should say:\n{expected}\nUPDATE_DOCS=1 writes it"
    );
}

#[test]
fn the_table_is_the_list_of_rules() {
    let mut table = String::new();
    let any = (ANY_HOOK, "reported by whichever hook meets it");
    for (hook, summary) in HOOKS.iter().map(|hook| (hook.id, hook.summary)).chain([any]) {
        let title = if hook == ANY_HOOK { "Any hook".to_owned() } else { format!("`{hook}`") };
        writeln!(table, "**{title}**: {summary}\n\n| rule | level | flags |\n|---|---|---|").expect("a string");
        for rule in RULES.iter().filter(|rule| rule.hook == hook) {
            let RuleDef { name, summary, .. } = rule;
            let summary = summary.replace('|', "\\|");
            writeln!(table, "| [`{name}`](tests/rules/{name}.md) | {} | {summary} |", level(rule)).expect("a string");
        }
        table.push('\n');
    }
    assert_between("rules", &table[..table.len() - 1]);
}

fn level(rule: &RuleDef) -> &'static str {
    match rule.level {
        Some(Level::Error) => "error",
        Some(Level::Warning) => "warning",
        None => "off",
    }
}

#[test]
fn every_hook_is_told_of_before_all_else() {
    let readme = read("README.md");
    let head = readme.split("\n## ").next().expect("a head");
    for hook in HOOKS {
        assert!(head.contains(&format!("`{}`", hook.id)), "README.md: its head does not tell of `{}`", hook.id);
    }
}

/// The files of the example, beside the policy that README.md shows first.
const SHOP: [(&str, &str); 7] = [
    ("app/db/db_manager.py", "class DbManager: ...\n"),
    ("app/db/db_manager_old.py", "class DbManager: ...\n"),
    ("app/realtime/manager.py", "class Manager: ...\n"),
    ("app/realtime/ws_manager.py", "class WsManager: ...\n"),
    ("app/settings.py.bak", "DEBUG = True\n"),
    ("test_login.py", "def test_login(): ...\n"),
    ("tests/test_cart.py", "def test_cart(): ...\n"),
];

#[test]
fn the_transcript_is_what_is_printed() {
    let readme = Document { name: "README.md".to_owned(), text: read("README.md") };
    let blocks = readme.blocks();
    let block = |language: &str| blocks.iter().find(|block| block.language == language).expect(language);
    let views: String = (1..=412).map(|number| format!("def view_{number}(request): ...\n")).collect();
    let files = [&SHOP[..], &[("app/views.py", &views), ("ssot.toml", &block("toml").text)]].concat();
    let shop = Repository::with(&files);

    let folder = binary("ssot").parent().expect("a folder").to_owned();
    let before = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&before))).expect("a PATH");
    let mut transcript = String::new();
    for line in block("console").text.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let mut shell = command("sh", shop.path());
        let run: Run = shell.args(["-c", line]).env("PATH", &path).output().expect("sh starts").into();
        assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""), "{line}");
        write!(transcript, "$ {line}\n{}", run.stdout).expect("a string");
    }
    assert!(transcript.contains("$ ssot check"), "{transcript}");
    assert_between("transcript", &format!("```console\n{transcript}```\n"));
}
