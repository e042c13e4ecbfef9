//! Of copies the one to keep is the one that stood before the change at hand, not the one that the change wrote.

use super::git_in;
use crate::repository::Repository;

const COPIED: &str = "def total(orders, rate):
    found = 0
    for order in orders:
        if order.paid:
            found += order.amount * rate
    return round(found, 2)
";
const KEEP_THIS: &str = "keep this one: `from app.zeta import total` in `app/alpha.py`, and delete that one";
const KEEP_OTHER: &str = "keep one: `from app.alpha import total`, and delete this one";

/// A repository with one `total`, in the last module by name.
fn shop() -> Repository {
    Repository::with(&[("ssot.toml", "version = 1\n"), ("app/__init__.py", ""), ("app/zeta.py", COPIED)])
}

/// Where findings are, and what to do.
#[track_caller]
fn told(repository: &Repository, words: &[&str]) -> Vec<(String, String)> {
    let run = repository.ssot(&[&["check", "--format", "json"], words].concat()).status(1).json();
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let findings = run["findings"].as_array().expect("findings");
    findings.iter().map(|finding| (text(&finding["path"]), text(&finding["help"]))).collect()
}

#[track_caller]
fn says(repository: &Repository, words: &[&str], path: &str, help: &str) {
    assert_eq!(told(repository, words), [(path.to_owned(), help.to_owned())], "{words:?}");
}

#[test]
fn a_new_file_is_told_from_an_old_one_in_every_snapshot() {
    let repository = shop();
    repository.write("app/alpha.py", COPIED);
    says(&repository, &["--worktree"], "app/zeta.py", KEEP_THIS);
    repository.git(&["add", "."]);
    says(&repository, &["--worktree"], "app/zeta.py", KEEP_THIS);
    says(&repository, &["--staged"], "app/zeta.py", KEEP_THIS);
    let run = repository.ssot(&["check", "--staged"]).status(1);
    assert!(run.stdout.contains("app/alpha.py:1: new in this change"), "{}", run.stdout);
    repository.commit_all("a copy");
    says(&repository, &["--rev", "HEAD"], "app/zeta.py", KEEP_THIS);
    says(&repository, &["--since", "HEAD~1"], "app/zeta.py", KEEP_THIS);
    says(&repository, &["--worktree"], "app/zeta.py", KEEP_OTHER);
    says(&repository, &["--staged"], "app/zeta.py", KEEP_OTHER);
}

#[test]
fn what_is_new_in_an_old_file_is_new() {
    let repository = shop();
    repository.write("app/alpha.py", "def other():\n    pass\n");
    repository.commit_all("a module");
    repository.write("app/alpha.py", format!("def other():\n    pass\n\n\n{COPIED}"));
    says(&repository, &["--worktree"], "app/zeta.py", KEEP_THIS);
    repository.git(&["add", "."]);
    says(&repository, &["--staged"], "app/zeta.py", KEEP_THIS);
    repository.commit_all("a copy");
    repository.write("app/alpha.py", format!("def another():\n    pass\n\n\n{COPIED}"));
    says(&repository, &["--worktree"], "app/zeta.py", KEEP_OTHER);
}

#[test]
fn what_moved_is_not_new() {
    let repository = shop();
    repository.git(&["mv", "app/zeta.py", "app/alpha.py"]);
    repository.write("app/beta.py", format!("import os\nimport sys\n\nHERE = os.getcwd()\n\n\n{COPIED}"));
    repository.git(&["add", "."]);
    says(&repository, &["--staged"], "app/beta.py", KEEP_OTHER);
    repository.git(&["mv", "-f", "app/beta.py", "app/able.py"]);
    let help = "keep this one: `from app.alpha import total` in `app/able.py`, and delete that one";
    says(&repository, &["--staged"], "app/alpha.py", help);
}

#[test]
fn what_is_imported_took_the_place_of_what_is_not() {
    let repository = shop();
    repository.write("app/alpha.py", COPIED);
    repository.write("app/main.py", "from app.alpha import total\n\nprint(total([], 1))\n");
    says(&repository, &["--worktree"], "app/zeta.py", KEEP_OTHER);
    repository.write("app/old.py", "from app.zeta import total\n\nprint(total([], 2))\n");
    says(&repository, &["--worktree"], "app/zeta.py", KEEP_THIS);
}

#[test]
fn of_several_the_best_that_stood_is_kept() {
    let repository = shop();
    repository.write("app/yet.py", COPIED);
    repository.commit_all("two already");
    repository.write("app/alpha.py", COPIED);
    let keep_yet = "keep one: `from app.yet import total`, and delete this one";
    let here = "keep this one: `from app.yet import total` in `app/alpha.py`, and delete that one";
    let expected = [("app/yet.py", here), ("app/zeta.py", keep_yet)];
    let expected = expected.map(|(path, help)| (path.to_owned(), help.to_owned()));
    assert_eq!(told(&repository, &[]), expected);
}

#[test]
fn what_a_merge_brings_in_is_not_new() {
    let repository = shop();
    repository.git(&["checkout", "--quiet", "-b", "side"]);
    repository.write("app/alpha.py", COPIED);
    repository.commit_all("theirs");
    repository.git(&["checkout", "--quiet", "-"]);
    repository.write("app/beta.py", "ours = 1\n");
    repository.commit_all("ours");
    repository.git(&["merge", "--quiet", "--no-commit", "side"]);
    says(&repository, &["--staged"], "app/zeta.py", KEEP_OTHER);
}

#[test]
fn without_a_commit_or_without_git_all_is_as_old() {
    let repository = Repository::new();
    for (path, text) in [("app/__init__.py", ""), ("app/alpha.py", COPIED), ("app/zeta.py", COPIED)] {
        repository.write(path, text);
    }
    repository.git(&["add", "."]);
    says(&repository, &["--staged"], "app/zeta.py", KEEP_OTHER);
    std::fs::remove_dir_all(repository.path().join(".git")).expect("it goes");
    says(&repository, &[], "app/zeta.py", KEEP_OTHER);
}

#[test]
fn a_clone_that_does_not_reach_back_says_what_it_would() {
    let repository = shop();
    repository.write("app/alpha.py", COPIED);
    repository.commit_all("a copy");
    let from = format!("file://{}", repository.path().display());
    let shallow = Repository::without_git();
    git_in(shallow.path(), &["clone", "--quiet", "--depth", "1", &from, "."]).status(0);
    says(&shallow, &["--rev", "HEAD"], "app/zeta.py", KEEP_OTHER);
}

#[test]
fn copied_code_and_similar_names_say_so_too() {
    let policy = "version = 1\n[no-duplicate-concepts]\nclones = { mode = \"renamed\", min-tokens = 50, min-lines = 5 }\nsimilar-name = {}\n";
    let class = "class Basket:
    def __init__(self):
        self.lines = []
        self.total = 0

    def add(self, line):
        self.lines.append(line)
        self.total += line.price * line.count

    def clear(self):
        self.lines.clear()
        self.total = 0
";
    let repository = Repository::with(&[("ssot.toml", policy), ("app/__init__.py", ""), ("app/zeta.py", class)]);
    repository
        .write("app/alpha.py", class.replace("Basket", "UnifiedBasket") + "\n    def count(self):\n        return 0\n");
    let expected = [
        "make it one class in `app/zeta.py`, and import that from `app.zeta`",
        "move what it adds here and write `from app.zeta import Basket` in `app/alpha.py`; or name it for what sets it apart",
    ];
    assert_eq!(told(&repository, &[]), expected.map(|help| ("app/zeta.py".to_owned(), help.to_owned())));
    let run = repository.ssot(&["check", "--format", "concise"]).status(1);
    assert!(run.stdout.contains("`UnifiedBasket` is a second `Basket` by its name"), "{}", run.stdout);
}

#[test]
fn a_path_of_any_name_is_compared() {
    let policy =
        "version = 1\n[no-duplicate-concepts]\nclones = { mode = \"exact\", min-tokens = 50, min-lines = 5 }\n";
    let code = "fn total(orders: &[Order], rate: f64) -> f64 {
    let mut found = 0.0;
    for order in orders {
        if order.paid {
            found += order.amount * rate + order.fee * rate;
        }
    }
    (found * 100.0).round() / 100.0
}
";
    let keep = |path: &str| format!("make it one function in `{path}`, and use that in all places");
    let help = |repository: &Repository| {
        let found = repository.ssot(&["check", "--staged", "--format", "json"]).status(0).json();
        found["findings"][0]["help"].as_str().expect("a text").to_owned()
    };
    for name in ["a*.rs", ":(top)a.rs", "a [b].rs", "-a.rs", "ä.rs"] {
        let repository = Repository::with(&[("ssot.toml", policy), ("m.rs", code)]);
        repository.write(name, "// empty\n");
        repository.commit_all("a file");
        repository.write(name, code);
        repository.git(&["add", "."]);
        let first = name.min("m.rs");
        assert_eq!(help(&repository), keep(first), "{name}: where no definition is known, a file that stood is old");
        let repository = Repository::with(&[("ssot.toml", policy), ("m.rs", code)]);
        repository.write(name, code);
        repository.git(&["add", "."]);
        assert_eq!(help(&repository), keep("m.rs"), "{name}: a new file");
    }
}
