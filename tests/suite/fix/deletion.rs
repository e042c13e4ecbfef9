//! `ssot fix --unsafe`: files that can go.

use super::{USER, moved};
use crate::repository::Repository;

fn stands(repository: &Repository, path: &str) -> bool {
    repository.path().join(path).exists()
}

#[test]
fn what_nothing_uses_goes_once_its_users_are_mended() {
    let shim = "from app.new import Manager as Manager\n";
    let repository = moved(&[("app/old.py", shim), ("app/a.py", USER), ("app/settings.py.bak", "x\n")]);
    let safe = repository.ssot(&["fix", "--diff"]).status(1);
    assert!(!safe.stdout.contains("deleted file"), "{}", safe.stdout);
    let patch = repository.ssot(&["fix", "--unsafe", "--diff"]).status(1).stdout;
    let run = repository.ssot(&["fix", "--unsafe"]).status(0);
    let expected = "mended   app/a.py: 1 edit (legacy-import)\ndeleted  app/old.py (retired-file)\n\
                    deleted  app/settings.py.bak (legacy-name)\n1 edit in 1 file, deleted 2 files; 3 of 3 findings mended\n";
    assert_eq!(run.stdout, expected);
    assert!(!stands(&repository, "app/old.py") && !stands(&repository, "app/settings.py.bak"));
    assert_eq!(repository.findings(&[]), [""; 0]);

    let after = repository.git(&["diff"]);
    repository.git(&["checkout", "--quiet", "."]);
    repository.write(".git/deletion.patch", patch);
    repository.git(&["apply", ".git/deletion.patch"]);
    assert_eq!(repository.git(&["diff"]), after);
}

#[test]
fn what_a_string_names_stays() {
    let user = "import importlib\nimportlib.import_module(\"app.\" \"old\")\n";
    let repository = moved(&[("app/old.py", "x = 1\n"), ("app/a.py", user)]);
    let run = repository.ssot(&["fix", "--unsafe"]).status(1);
    assert!(run.stdout.contains("left     app/old.py:1:1: retired-file: `app.a` still uses it\n"), "{}", run.stdout);
    assert!(stands(&repository, "app/old.py"));
}

#[test]
fn what_any_file_but_prose_names_stays() {
    let one = ("app/mysql_old.py", "class Backup: ...\n");
    for (path, text, is_named) in [
        ("app/map.py", "MAP = {\"k\": \"app.mysql_old.Backup\"}\n", true),
        ("app/map.py", "MAP = {\"k\": \"mysql_old\"}\n", true),
        ("run.sh", "exec python app/mysql_old.py\n", true),
        ("app/map.py", "MAP = {\"k\": \"mysql_older\"}\n", false),
        ("app/map.py", "MAP = {\"k\": \"app.mysql.Backup\"}\n", false),
        ("NOTES.md", "app/mysql_old.py goes\n", false),
    ] {
        let repository = moved(&[one, ("app/mysql.py", "x = 1\n"), (path, text)]);
        let run = repository.ssot(&["fix", "--unsafe"]).status(i32::from(is_named));
        let line = format!("left     app/mysql_old.py:1:1: legacy-name: `{path}` names it\n");
        assert_eq!(run.stdout.contains(&line), is_named, "{text}{}", run.stdout);
        assert_eq!(stands(&repository, "app/mysql_old.py"), is_named, "{text}");
    }
}

#[test]
fn what_a_file_that_cannot_be_read_may_name_stays() {
    let large = format!("from app.mysql_old import Backup\n{}", "# filler\n".repeat(4_000_000));
    for (path, is_left) in [("app/big.py", true), ("app/big.bin", false)] {
        let repository = moved(&[("app/mysql_old.py", "x = 1\n"), ("app/mysql.py", "x = 1\n"), (path, &large)]);
        let run = repository.ssot(&["fix", "--unsafe"]).status(i32::from(is_left));
        let why = format!("`{path}` could not be looked into, and may name it\n");
        assert_eq!(run.stdout.contains(&why), is_left, "{}", run.stdout);
        assert_eq!(stands(&repository, "app/mysql_old.py"), is_left);
    }
}

#[test]
fn nothing_goes_while_its_user_could_not_be_mended() {
    let shim = "from app.new import Manager as Manager\n";
    let user = format!("# $Id$\n{USER}");
    let repository = moved(&[("app/old.py", shim), ("app/a.py", &user), (".gitattributes", "a.py ident\n")]);
    std::fs::remove_file(repository.path().join("app/a.py")).expect("it goes");
    repository.git(&["checkout", "--quiet", "app/a.py"]);
    for words in [&["fix", "--unsafe", "--diff"][..], &["fix", "--unsafe"]] {
        let run = repository.ssot(words).status(1);
        let said = run.stdout + &run.stderr;
        assert!(
            said.contains("left     app/old.py:1:1: `app/a.py` could not be mended, and may still use it\n"),
            "{said}"
        );
        assert!(said.contains("0 of 2 findings mended"), "{said}");
        assert!(stands(&repository, "app/old.py"));
    }
}

#[test]
fn what_goes_together_may_name_each_other() {
    let repository = moved(&[
        ("app/reports/a.py", "x = 1\n"),
        ("app/reports_old/a.py", "NEXT = \"app.reports_old.b\"\n"),
        ("app/reports_old/b.py", "NEXT = \"app/reports_old/a.py\"\n"),
        ("app/tool.py.bak", "app/tool.py.bak2\n"),
        ("app/tool.py", "SELF = \"app/tool.py\"\n"),
    ]);
    let run = repository.ssot(&["fix", "--unsafe"]).status(0);
    assert!(run.stdout.contains("deleted 3 files"), "{}", run.stdout);
}

#[test]
fn what_no_commit_holds_stays() {
    let repository = moved(&[("a.py.bak", "x\n"), ("b.py.bak", "x\n")]);
    repository.write("a.py.bak", "changed\n");
    repository.write("c.py.bak", "untracked\n");
    repository.write("d.py.bak", "staged\n");
    repository.git(&["add", "d.py.bak"]);
    let run = repository.ssot(&["fix", "--unsafe"]).status(1);
    for path in ["a.py.bak", "c.py.bak", "d.py.bak"] {
        let line = format!("left     {path}:1:1: legacy-name: no commit holds it as it is: git would not keep it\n");
        assert!(run.stdout.contains(&line) && stands(&repository, path), "{}", run.stdout);
    }
    assert!(!stands(&repository, "b.py.bak"));
}

#[test]
fn a_warning_deletes_nothing() {
    let repository = moved(&[("app/report_old.py", "x = 1\n")]);
    assert_eq!(repository.findings(&[]), ["no-legacy-files/legacy-name app/report_old.py"]);
    assert_eq!(repository.ssot(&["fix", "--unsafe"]).status(0).stdout, "0 edits in 0 files; 0 of 0 findings mended\n");
}

#[test]
fn an_empty_file_and_a_binary_one() {
    let repository = moved(&[("a.bak", ""), ("b.bak", "\0\n")]);
    let patch = repository.ssot(&["fix", "--unsafe", "--diff"]).status(1);
    assert!(patch.stderr.contains("left     b.bak:1:1: it is no text: delete it by hand\n"), "{}", patch.stderr);
    repository.write(".git/empty.patch", &patch.stdout);
    repository.git(&["apply", ".git/empty.patch"]);
    assert!(!stands(&repository, "a.bak"));
    repository.ssot(&["fix", "--unsafe"]).status(0);
    assert!(!stands(&repository, "b.bak"));
}
