//! `ssot init`.

mod import_linter;

use crate::repository::{Repository, binary, command};

/// What `init` writes holds: it is read without a mistake, and finds nothing that was not found before.
#[track_caller]
fn assert_holds(repository: &Repository) {
    let before = repository.findings(&["--no-baseline"]);
    repository.ssot(&["init"]).status(0);
    repository.ssot(&["policy"]).status(0);
    assert_eq!(repository.findings(&["--no-baseline"]), before);
}

#[track_caller]
fn assert_printed(repository: &Repository, expected: &str) {
    let run = repository.ssot(&["init", "--stdout"]).status(0);
    assert_eq!(run.stdout, expected, "{}", run.stdout);
    assert_eq!(run.stderr, "");
    assert_holds(repository);
}

/// `count` short files of code.
fn many(folder: &str, extension: &str, count: usize) -> Vec<(String, String)> {
    (0..count).map(|number| (format!("{folder}/m{number}.{extension}"), "1\n".repeat(number + 1))).collect()
}

fn with(files: &[(String, String)]) -> Repository {
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Repository::with(&files)
}

#[test]
fn a_monorepo_has_services() {
    let mut files = vec![
        ("auth/pyproject.toml".to_owned(), String::new()),
        ("auth/src/auth/__init__.py".to_owned(), String::new()),
        ("auth/tests/test_login.py".to_owned(), String::new()),
        ("web/Dockerfile".to_owned(), String::new()),
        ("web/package.json".to_owned(), "{}\n".to_owned()),
        ("web/src/app.test.ts".to_owned(), String::new()),
    ];
    files.extend(many("web/src", "ts", 6));
    assert_printed(
        &with(&files),
        r##"# The policy of this repository: https://github.com/ssot-tools/ssot
# A line that starts with `#` and no space is a proposal; delete its `#`, and it holds.
version = 1

[project]
# 12 files, of them 7 .ts, 2 .py.
# Python packages in `auth/src/`: `auth` (1 file).

# 2 files of test code, found by the built-in `tests`.

# Units that own one copy of a concept each: 2 folders with a package.json or a pyproject.toml.
services = { auth = "auth", web = "web" }

[python]
# Where absolute imports start.
#roots = [".", "auth", "auth/src"]  # found from the tree as well

[no-legacy-files]
# No file is a leftover by its name.

[max-file-size]
# The built-in limit is 500 KiB for every file; no file is over it.
# For bytes and for lines, the last entry that names a file counts.
limits = [
  #{ files = "**/*.ts", lines = 200 },  # over it: 0 of 7, the longest 6; half have 3 or fewer
]
"##,
    );
}

#[test]
fn units_below_a_project_are_only_proposed() {
    let repository = Repository::with(&[
        ("package.json", "{}\n"),
        ("packages/core/package.json", "{}\n"),
        ("packages/core/index.js", ""),
        ("packages/view/package.json", "{}\n"),
        ("packages/view/index.js", ""),
    ]);
    let policy = repository.ssot(&["init", "--stdout"]).status(0).stdout;
    let expected = "
# Units that own one copy of a concept each: 2 folders with a package.json.
# The root has a package.json too, so they may be parts of one.
#services = { core = \"packages/core\", view = \"packages/view\" }
";
    assert!(policy.contains(expected), "{policy}");
    assert_holds(&repository);
    let policy = policy.replace("#services", "services");
    repository.write("ssot.toml", policy);
    repository.ssot(&["policy"]).status(0);
}

#[test]
fn many_units_stand_in_a_table() {
    let names: Vec<_> = (0..9).map(|number| format!("a-long-name-{number}")).collect();
    let files = names.iter().flat_map(|name| [format!("{name}/go.mod"), format!("{name}/x.go")]);
    let repository = with(&files.map(|path| (path, String::new())).collect::<Vec<_>>());
    let policy = repository.ssot(&["init", "--stdout"]).status(0).stdout;
    assert!(policy.contains("\n[project.services]\na-long-name-0 = \"a-long-name-0\"\n"), "{policy}");
    assert_holds(&repository);
    let shown = repository.ssot(&["policy"]).status(0).stdout;
    assert!(shown.contains("services = { a-long-name-0 = \"a-long-name-0\", "), "{shown}");
}

#[test]
fn a_src_layout_with_a_large_file_and_leftovers() {
    let mut files = many("src/shop", "py", 60);
    let long = "1\n".repeat(260);
    files.extend([
        ("pyproject.toml".to_owned(), "[project]\nname = 'shop'\n".to_owned()),
        ("src/shop/__init__.py".to_owned(), String::new()),
        ("src/shop/long.py".to_owned(), long),
        ("src/shop/m1_old.py".to_owned(), String::new()),
        ("src/shop/x_pb2.py".to_owned(), String::new()),
        ("src/shop/data [1].bin".to_owned(), "x".repeat(700_000)),
        ("m.py.rej".to_owned(), String::new()),
    ]);
    assert_printed(
        &with(&files),
        r##"# The policy of this repository: https://github.com/ssot-tools/ssot
# A line that starts with `#` and no space is a proposal; delete its `#`, and it holds.
version = 1

[project]
# 67 files, of them 64 .py.
# Python packages in `src/`: `shop` (64 files).

# No test code was found by its name.

# Never judged, on top of .gitignore.
exclude = [
  #"**/*_pb2{,_grpc}.{py,pyi}",  # 1 file, generated: `src/shop/x_pb2.py`
]

[python]
# Where absolute imports start.
#roots = [".", "src"]  # found from the tree as well

[no-legacy-files]
# 1 file is a leftover by its name: `ssot check --rule legacy-name` shows it.
# Other names that often are leftovers; each is an error once it is listed.
extend-patterns = [
  #"**/*.rej",  # 1 file, a patch that did not apply: `m.py.rej`
]

[max-file-size]
# The built-in limit is 500 KiB for every file; 1 file is over it.
# For bytes and for lines, the last entry that names a file counts.
limits = [
  #{ files = "/src/shop/data [[]1[]].bin", bytes = "700 KiB" },  # 683.6 KiB
  #{ files = "**/*.py", lines = 200 },  # over it: 1 of 64, the longest 260; half have 29 or fewer
]
"##,
    );
}

#[test]
fn a_flat_package() {
    let repository = Repository::with(&[
        ("setup.py", ""),
        ("shop/__init__.py", ""),
        ("shop/cart.py", ""),
        ("tests/test_cart.py", ""),
        ("tests/conftest.py", ""),
    ]);
    assert_printed(
        &repository,
        r##"# The policy of this repository: https://github.com/ssot-tools/ssot
# A line that starts with `#` and no space is a proposal; delete its `#`, and it holds.
version = 1

[project]
# 5 files, of them 5 .py.
# Python packages in the root: `shop` (2 files).

# 2 files of test code, found by the built-in `tests`.

[python]
# Where absolute imports start.
#roots = ["."]  # found from the tree as well

[no-legacy-files]
# No file is a leftover by its name.

[max-file-size]
# The built-in limit is 500 KiB for every file; no file is over it.
# For bytes and for lines, the last entry that names a file counts.
limits = [
  #{ files = "**/*.py", lines = 200 },  # over it: 0 of 5, the longest 0; half have 0 or fewer
]
"##,
    );
}

#[test]
fn a_javascript_repository_has_its_own_tests() {
    let repository = Repository::with(&[
        ("package.json", "{}\n"),
        ("spec/cart_spec.rb", ""),
        ("src/__tests__/cart.js", ""),
        ("src/cart.js", ""),
        ("src/cart.spec.ts", ""),
        ("src/test/thing.js", ""),
        ("vendor/left.js", ""),
        ("web/lib/spec/thing.js", ""),
    ]);
    let policy = repository.ssot(&["init", "--stdout"]).status(0).stdout;
    let expected = r##"
# Test code.
tests = [
  "**/__tests__/**",  # 1 file
  "**/*.{spec,test}.{cjs,js,jsx,mjs,ts,tsx}",  # 1 file
  "**/*_spec.rb",  # 1 file
  "**/src/test/**",  # 1 file
  #"**/spec/**",  # 1 file, if they are no part of the product
]

# Never judged, on top of .gitignore.
exclude = [
  #"**/vendor/**",  # 1 file, vendored: `vendor/left.js`
]
"##;
    assert!(policy.contains(expected), "{policy}");
    assert_holds(&repository);
}

#[test]
fn an_empty_repository_keeps_the_built_in_policy() {
    assert_printed(
        &Repository::new(),
        "\
# The policy of this repository: https://github.com/ssot-tools/ssot
# A line that starts with `#` and no space is a proposal; delete its `#`, and it holds.
version = 1

# There are no files yet: the built-in policy holds. `ssot policy` shows it.
",
    );
}

#[test]
fn a_folder_without_git_is_looked_at_as_it_is() {
    let repository = Repository::without_git();
    repository.write("a/x.py", "");
    repository.write("ignored/y.py", "");
    repository.write(".gitignore", "ignored\n");
    let policy = repository.ssot(&["init", "--stdout"]).status(0).stdout;
    assert!(policy.contains("# 2 files, of them 1 .py.\n"), "{policy}");
    assert_holds(&repository);
    for (file, install) in [("b.py", " ssot install\n"), (".pre-commit-config.yaml", "\n\nAdd to ")] {
        repository.write(file, "");
        let said = repository.ssot(&["init", "--force"]).status(0).stdout;
        let advice = format!("\nTo run it before every commit, once this is a git repository (git init):{install}");
        assert!(said.contains(&advice), "{said}");
    }
}

#[test]
fn from_a_subfolder_it_writes_to_the_top() {
    let repository = Repository::with(&[("a/b/x.py", "")]);
    let run = command(binary("ssot"), &repository.path().join("a/b")).arg("init").output().expect("ssot starts");
    assert_eq!(run.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&run.stdout).starts_with("Wrote ../../ssot.toml.\n"));
    assert!(repository.path().join("ssot.toml").is_file());
    assert!(!repository.path().join("a/b/ssot.toml").exists());
}

#[test]
fn it_writes_one_file_stages_nothing_and_says_what_is_next() {
    let repository = Repository::with(&[("x.py", "")]);
    let run = repository.ssot(&["init"]).status(0);
    let expected = "\
Wrote ssot.toml.

Next:
  ssot check     judge the repository by it
  ssot policy    show what holds, and where from

To run it before every commit: ssot install
";
    assert_eq!(run.stdout, expected);
    assert_eq!(repository.git(&["status", "--porcelain", "--ignored"]), "?? ssot.toml\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| repository.path().join(name).metadata().expect("a file").permissions().mode();
        assert_eq!(mode("ssot.toml"), mode("x.py"), "a new file like any other");
    }
}

#[test]
fn beside_a_pre_commit_configuration_it_prints_the_lines_to_add() {
    let repository = Repository::with(&[(".pre-commit-config.yaml", "repos: []\n")]);
    let run = repository.ssot(&["init"]).status(0);
    let expected = concat!(
        "Add to .pre-commit-config.yaml, under `repos:`:\n\n- repo: ",
        env!("CARGO_PKG_REPOSITORY"),
        "\n  rev: v",
        env!("CARGO_PKG_VERSION"),
        "\n  hooks:\n  - id: ssot\n"
    );
    assert!(run.stdout.contains(expected), "{}", run.stdout);
    assert!(!run.stdout.contains("ssot install"), "{}", run.stdout);
}

#[test]
fn an_existing_policy_is_not_overwritten() {
    let repository = Repository::with(&[("ssot.toml", "version = 1 # mine\n"), (".gitignore", "")]);
    let read = || std::fs::read_to_string(repository.path().join("ssot.toml")).expect("a policy");
    // A policy that git does not see is one all the same.
    for ignored in ["", "ssot.toml\n"] {
        repository.write(".gitignore", ignored);
        let run = repository.ssot(&["init"]).status(2);
        assert_eq!(
            run.stderr,
            "error: ssot.toml exists already; `ssot init --stdout` prints a new policy, `ssot init --force` writes it over \
             the old one\n"
        );
        assert_eq!((run.stdout.as_str(), read().as_str()), ("", "version = 1 # mine\n"));
        repository.git(&["rm", "--quiet", "--cached", "--ignore-unmatch", "ssot.toml"]);
    }
    let printed = repository.ssot(&["init", "--stdout"]).status(0).stdout;
    assert_eq!(read(), "version = 1 # mine\n");
    repository.ssot(&["init", "--force"]).status(0);
    assert_eq!(read(), printed);
}

#[test]
fn a_policy_in_pyproject_is_not_outdone_unasked() {
    let repository = Repository::with(&[("pyproject.toml", "[tool.ssot]\nversion = 1\n")]);
    let run = repository.ssot(&["init"]).status(2);
    assert!(run.stderr.starts_with("error: pyproject.toml holds a policy in [tool.ssot]; "), "{}", run.stderr);
    assert!(!repository.path().join("ssot.toml").exists());
    let run = repository.ssot(&["init", "--force"]).status(0);
    assert!(
        run.stdout.contains("It holds in place of [tool.ssot] in pyproject.toml: delete that.\n"),
        "{}",
        run.stdout
    );
    assert!(repository.ssot(&["policy"]).status(0).stdout.starts_with("# read from ssot.toml\n"));
}

#[test]
fn a_policy_that_cannot_be_read_can_be_written_over() {
    let repository = Repository::with(&[("x.py", "")]);
    repository.write("ssot.toml", b"version = \xff");
    repository.ssot(&["init"]).status(2);
    repository.ssot(&["init", "--force"]).status(0);
    repository.ssot(&["policy"]).status(0);
}

#[test]
fn what_cannot_be_written_is_told() {
    let repository = Repository::with(&[("x.py", "")]);
    std::fs::create_dir(repository.path().join("ssot.toml")).expect("a folder");
    let run = repository.ssot(&["init", "--force"]).status(2);
    assert!(run.stderr.starts_with("error: ") && run.stderr.contains("ssot.toml: "), "{}", run.stderr);
    let left: Vec<_> = std::fs::read_dir(repository.path()).expect("a folder").flatten().collect();
    assert_eq!(left.len(), 3, "nothing half-written stays: {left:?}");
}

#[cfg(unix)]
#[test]
fn odd_names_give_a_policy_that_holds() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let repository = Repository::new();
    let names: [&[u8]; 7] = [b"a\"b", b"c\nd", b"e\xfff", b"g'h\"\"\"", b"i[j]{k}", b"l#m = n", b"o\\p"];
    for name in names {
        for file in ["go.mod", "x.go", "__init__.py", "vendor/x.js"] {
            let path = std::path::Path::new(OsStr::from_bytes(name)).join(file);
            let whole = repository.path().join(path);
            std::fs::create_dir_all(whole.parent().expect("a folder above")).expect("folders");
            std::fs::write(whole, "x".repeat(600_000)).expect("a file");
        }
    }
    repository.commit_all("start");
    assert_holds(&repository);
    let shown = repository.ssot(&["policy"]).status(0).stdout;
    assert!(shown.contains(r#"services = { "a\"b" = "a\"b", "c\nd" = "c\nd", "#), "{shown}");
}

#[test]
fn what_is_defined_alike_is_proposed_as_a_concept() {
    let class = |name: &str| format!("class {name}:\n    def run(self):\n        return {name:?}\n");
    let repository = Repository::with(&[
        ("pyproject.toml", "[project]\nname = 'x'\nrequires-python = '>=3.11'\n"),
        ("app/__init__.py", ""),
        ("app/a.py", &(class("Limiter") + &class("Clock"))),
        ("app/b.py", &(class("Limiter") + &class("Clock"))),
        ("app/c.py", &class("Limiter")),
        ("app/main.py", "import app.b\n"),
        ("lib/deep/pack/__init__.py", ""),
    ]);
    let policy = repository.ssot(&["init", "--stdout"]).status(0).stdout;
    let expected = r##"
[python]
# Where absolute imports start.
roots = [".", "lib/deep"]  # packages lie there
#version = "3.11"  # what requires-python says

# `Limiter` is defined alike 3 times: in `app/b.py` (the one to keep: 1 module(s) import its module), `app/a.py`, `app/c.py`.
#[concept.Limiter]
#home = "/app/b.py"
#owns = ["class Limiter"]

# `Clock` is defined alike 2 times: in `app/b.py` (the one to keep: 1 module(s) import its module), `app/a.py`.
#[concept.Clock]
#home = "/app/b.py"
#owns = ["class Clock"]

[no-legacy-files]
"##;
    assert!(policy.contains(expected), "{policy}");
    assert_holds(&repository);
    repository
        .write("ssot.toml", policy.replace("\n#[", "\n[").replace("\n#home", "\nhome").replace("\n#owns", "\nowns"));
    let found = |path: &str| format!("no-duplicate-concepts/concept-outside-home {path}");
    assert_eq!(repository.findings(&["--no-baseline"]), [found("app/a.py"), found("app/a.py"), found("app/c.py")]);
}

#[test]
fn projects_that_tests_read_are_no_roots() {
    let repository = Repository::with(&[
        ("pyproject.toml", ""),
        ("lib/deep/pack/__init__.py", ""),
        ("tests/utils/setup.py", ""),
        ("tests/fixtures/broken/pyproject.toml", ""),
        ("tests/fixtures/broken/src/broken/__init__.py", ""),
        ("test-data/simple/setup.py", ""),
        ("test-data/simple/pack/__init__.py", ""),
    ]);
    let policy = repository.ssot(&["init", "--stdout"]).status(0).stdout;
    assert!(policy.contains("\nroots = [\".\", \"lib/deep\", \"tests/utils\"]  # packages lie there\n"), "{policy}");
    assert!(!policy.contains("test-data"), "{policy}");
    assert_holds(&repository);
}

/// A folder without `__init__` that imports name is a namespace, whatever foreign packages are called as what lies there.
#[test]
fn namespaces_are_no_roots() {
    let repository = Repository::with(&[
        ("pyproject.toml", ""),
        ("app/__init__.py", ""),
        ("app/llms/openai/__init__.py", ""),
        ("app/llms/openai/chat.py", "x = 1\n"),
        ("app/inner/silent/__init__.py", ""),
        ("app/main.py", "from app.llms.openai.chat import x\nfrom openai.types import Model\n"),
        ("space/one/__init__.py", "from space.one import two\n"),
        ("space/one/two.py", ""),
        ("lib/pack/__init__.py", ""),
        ("lib/pack/a.py", "from pack.b import x\nfrom pack import b\nimport lib.pack.a\n"),
        ("lib/pack/b.py", "x = 1\n"),
        ("deep/lib/silent/__init__.py", ""),
        ("app/core/setup.py", "def setup(): ...\n"),
    ]);
    let policy = repository.ssot(&["init", "--stdout"]).status(0).stdout;
    assert!(policy.contains("\nroots = [\".\", \"deep/lib\", \"lib\"]  # packages lie there\n"), "{policy}");
    assert_holds(&repository);
}

#[test]
fn at_most_ten_concepts_are_proposed() {
    let names: String = (0..12).map(|number| format!("class C{number}:\n    x = 1\n    y = {number}\n\n")).collect();
    let repository = Repository::with(&[("app/a.py", &names), ("app/b.py", &names)]);
    let policy = repository.ssot(&["init", "--stdout"]).status(0).stdout;
    assert_eq!(policy.matches("\n#[concept.").count(), 10, "{policy}");
}

#[test]
fn an_old_repository_is_green_in_two_commands() {
    let repository = Repository::with(&[("a.py.bak", "x\n"), ("b.bin", "\0".repeat(600 << 10).as_str())]);
    repository.hook("--deny-warnings");
    let said = repository.ssot(&["init"]).status(0).stdout;
    assert!(said.contains("Wrote .ssot-baseline: 2 findings accepted."), "{said}");
    repository.git(&["add", "--all"]);
    repository.try_git(&["commit", "--quiet", "--message", "the gate"]).status(0);
    assert_eq!(repository.findings(&["--no-baseline"]).len(), 2);
    let other = Repository::with(&[("a.py.bak", "x\n")]);
    other.ssot(&["init", "--no-baseline"]).status(0);
    assert_eq!(other.findings(&[]), ["no-legacy-files/legacy-name a.py.bak"]);
}
