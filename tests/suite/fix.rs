//! `ssot fix` on real files.

mod deletion;
mod elsewhere;
mod moved;
mod refused;
mod renamed;

use crate::repository::Repository;

const POLICY: &str = "[concept.manager]\nhome = \"app.new\"\n[concept.manager.legacy]\n\"app.old\" = \"app.new\"\n";

/// A repository in which `app.old` became `app.new`, and these files.
fn moved(files: &[(&str, &str)]) -> Repository {
    let own = [("ssot.toml", POLICY), ("app/__init__.py", ""), ("app/new.py", "class Manager: ...\n")];
    Repository::with(&[&own, files].concat())
}

fn read(repository: &Repository, path: &str) -> String {
    String::from_utf8(std::fs::read(repository.path().join(path)).expect("a file")).expect("a text")
}

const USER: &str = "from app.old import Manager\nprint(Manager)\n";

#[test]
fn what_is_written_is_the_patch_and_ends_the_findings() {
    let repository = moved(&[("app/a.py", USER), ("app/b.py", "import app.old\nprint(app.old.Manager)\n")]);
    let patch = repository.ssot(&["fix", "--diff"]).status(1);
    assert_eq!(repository.git(&["status", "--porcelain"]), "", "--diff wrote");
    assert!(patch.stderr.ends_with("would make 3 edits in 2 files; 2 of 2 findings mended\n"), "{}", patch.stderr);
    repository.write(".git/the.patch", &patch.stdout);

    let run = repository.ssot(&["fix"]).status(0);
    let expected = "mended   app/a.py: 1 edit (legacy-import)\nmended   app/b.py: 2 edits (legacy-import)\n\
                    3 edits in 2 files; 2 of 2 findings mended\n";
    assert_eq!(run.stdout, expected);
    let written = repository.git(&["diff"]);
    assert_eq!(repository.git(&["diff", "--cached", "--name-only"]), "", "something was staged");
    assert_eq!(repository.findings(&[]), [""; 0]);
    assert_eq!(repository.ssot(&["fix"]).status(0).stdout, "0 edits in 0 files; 0 of 0 findings mended\n");
    assert_eq!(repository.ssot(&["fix", "--diff"]).status(0).stdout, "");

    repository.git(&["checkout", "--quiet", "."]);
    repository.git(&["apply", ".git/the.patch"]);
    assert_eq!(repository.git(&["diff"]), written);
}

#[test]
fn what_only_a_person_can_end_is_told_by_the_check_that_is_named() {
    let repository = moved(&[("app/a.py", "from app.gone import x\n")]);
    let run = repository.ssot(&["fix"]).status(0);
    let sums = "0 edits in 0 files; 0 of 0 findings mended, 1 more for a person:";
    assert_eq!(run.stdout, format!("{sums} `ssot check` tells them\n"));
    repository.ssot(&["baseline", "create"]).status(0);
    let run = repository.ssot(&["fix"]).status(0);
    assert_eq!(run.stdout, format!("{sums} `ssot check --no-baseline` tells them\n"));
    repository.ssot(&["check"]).status(0);
    repository.ssot(&["check", "--no-baseline"]).status(1);
}

#[test]
fn the_json_verdict_carries_the_same_edits() {
    let text = "x = '\u{e4}'; from app.old import Manager\nimport app.old as o\n";
    let repository = moved(&[("app/a.py", text)]);
    let verdict = repository.ssot(&["check", "--format", "json"]).status(1).json();
    let mut edits = Vec::new();
    for finding in verdict["findings"].as_array().expect("findings") {
        assert_eq!(finding["fix"]["applicability"], "safe");
        edits.extend(finding["fix"]["edits"].as_array().expect("edits").clone());
    }
    let place = |edit: &serde_json::Value, end: &str| {
        let number = |part: &str| edit[end][part].as_u64().expect("a number") as usize;
        (number("line"), number("column"))
    };
    edits.sort_by_key(|edit| std::cmp::Reverse(place(edit, "start")));
    let mut lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    for edit in &edits {
        let ((line, from), (_, to)) = (place(edit, "start"), place(edit, "end"));
        lines[line - 1].splice(from - 1..to - 1, edit["content"].as_str().expect("a text").chars());
    }
    repository.ssot(&["fix"]).status(0);
    let applied: String = lines.iter().map(|line| line.iter().collect::<String>() + "\n").collect();
    assert_eq!(read(&repository, "app/a.py"), applied);
    assert_eq!(edits.len(), 2);
}

#[test]
fn only_what_is_named_is_mended() {
    let repository = moved(&[("app/a.py", USER), ("lib/b.py", USER), ("lib/c.py", "from .b import x\n")]);
    repository.write("ssot.toml", POLICY.to_owned() + "[import-path-policy]\nrelative = \"all\"\n");
    repository.ssot(&["fix", "lib", "--rule", "legacy-import"]).status(0);
    let changed = repository.git(&["diff", "--name-only", "--", "app", "lib"]);
    assert_eq!(changed, "lib/b.py\n");
    repository.ssot(&["fix", "--rule", "relative-import"]).status(0);
    assert_eq!(read(&repository, "lib/c.py"), "from lib.b import x\n");
    assert_eq!(read(&repository, "app/a.py"), USER);
}

#[test]
fn what_a_baseline_accepts_is_mended_and_what_is_allowed_is_not() {
    let allowed = "from app.old import Manager  # ssot: allow(legacy-import) the last one\n";
    let repository = moved(&[("app/a.py", USER), ("app/b.py", allowed)]);
    repository.ssot(&["baseline", "create"]).status(0);
    repository.ssot(&["fix"]).status(0);
    assert_eq!(read(&repository, "app/a.py"), "from app.new import Manager\nprint(Manager)\n");
    assert_eq!(read(&repository, "app/b.py"), allowed);
}

#[test]
fn all_else_in_a_file_stays() {
    let text = "\u{feff}# \u{e4}\r\nimport app.old\r\n\x0c\r\nx = app.old.Manager\t \r\nfrom app.a import Stay, Old as O\r\ny = 1";
    let repository = moved(&[("app/user.py", text), ("app/a.py", "Stay = 1\n")]);
    let policy = POLICY.to_owned() + "\"app.a:Old\" = \"app.new:Manager\"\n";
    repository.write("ssot.toml", policy);
    repository.ssot(&["fix"]).status(0);
    let expected = text.replace("app.old", "app.new");
    let expected = expected.replace("import Stay, Old as O\r\n", "import Stay\r\nfrom app.new import Manager as O\r\n");
    assert_eq!(read(&repository, "app/user.py"), expected);
}

#[test]
fn a_checkout_with_other_line_endings_keeps_them() {
    let repository = moved(&[("app/a.py", USER), (".gitattributes", "*.py text eol=crlf\n")]);
    std::fs::remove_file(repository.path().join("app/a.py")).expect("it goes");
    repository.git(&["checkout", "app/a.py"]);
    assert_eq!(read(&repository, "app/a.py"), USER.replace('\n', "\r\n"));
    let patch = repository.ssot(&["fix", "--diff"]).status(1).stdout;
    assert!(patch.contains("-from app.old import Manager\r\n+from app.new import Manager\r\n"), "{patch}");
    repository.ssot(&["fix"]).status(0);
    assert_eq!(read(&repository, "app/a.py"), "from app.new import Manager\r\nprint(Manager)\r\n");
}

#[test]
fn a_folder_without_git_is_mended() {
    let repository = Repository::without_git();
    for (path, text) in
        [("ssot.toml", POLICY), ("app/__init__.py", ""), ("app/new.py", "Manager = 1\n"), ("app/a.py", USER)]
    {
        repository.write(path, text);
    }
    repository.ssot(&["fix"]).status(0);
    assert_eq!(read(&repository, "app/a.py"), "from app.new import Manager\nprint(Manager)\n");
}

#[cfg(unix)]
#[test]
fn permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let repository = moved(&[("app/a.py", USER)]);
    let path = repository.path().join("app/a.py");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("its mode");
    repository.git(&["commit", "--quiet", "--all", "--message", "run it"]);
    repository.ssot(&["fix"]).status(0);
    assert_eq!(std::fs::metadata(&path).expect("the file").permissions().mode() & 0o777, 0o755);
}
