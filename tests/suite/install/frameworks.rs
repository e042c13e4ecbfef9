//! Where a program for hooks is in use, its lines are printed and nothing is written.

use super::*;

const FILES: [(&str, &str); 10] = [
    (".husky/pre-commit", "ssot check --staged\n"),
    (".lefthook.toml", "[pre-merge-commit.commands.ssot]\nrun = \"ssot check --staged\"\n"),
    (".lefthook.yaml", "pre-merge-commit:\n  commands:\n    ssot:\n      run: ssot check --staged\n"),
    (".lefthook.yml", "pre-commit:\n  commands:\n    ssot:\n      run: ssot check --staged\n"),
    (".pre-commit-config.yaml", PRE_COMMIT),
    (".pre-commit-config.yml", PRE_COMMIT),
    ("lefthook.toml", "[pre-commit.commands.ssot]\nrun = \"ssot check --staged\"\n"),
    ("lefthook.yaml", "pre-merge-commit:\n  commands:\n    ssot:\n      run: ssot check --staged\n"),
    ("lefthook.yml", "pre-commit:\n  commands:\n    ssot:\n      run: ssot check --staged\n"),
    ("prek.toml", PREK),
];

const PRE_COMMIT: &str = concat!(
    "\n- repo: ",
    env!("CARGO_PKG_REPOSITORY"),
    "\n  rev: v",
    env!("CARGO_PKG_VERSION"),
    "\n  hooks:\n  - id: ssot\n"
);

const PREK: &str = concat!(
    "\n[[repos]]\nrepo = \"",
    env!("CARGO_PKG_REPOSITORY"),
    "\"\nrev = \"v",
    env!("CARGO_PKG_VERSION"),
    "\"\nhooks = [{ id = \"ssot\" }]\n"
);

#[test]
fn the_lines_for_each_program_are_printed_and_nothing_is_installed() {
    for (file, lines) in FILES {
        let repository = repository();
        repository.write(file, "");
        repository.write("sub/b.py", GOOD);
        let before = everything(repository.path());
        let name = file.split('/').next().expect("a name");
        for words in [&["install"][..], &["install", "--chain"]] {
            let run = run_in(&repository.path().join("sub"), ssot().as_str(), words).status(0);
            assert!(
                run.stdout.starts_with(&format!("Nothing was installed: hooks are run here by way of {name}.")),
                "{}",
                run.stdout
            );
            assert!(run.stdout.contains(lines), "{file}: {}", run.stdout);
            assert_eq!(run.stderr, "");
        }
        assert_eq!(everything(repository.path()), before);
    }
}

fn ssot() -> String {
    super::super::repository::binary("ssot").to_str().expect("UTF-8").to_owned()
}

#[test]
fn two_programs_are_both_told() {
    let repository = repository();
    repository.write("prek.toml", "");
    repository.write(".pre-commit-config.yaml", "repos: []\n");
    let said = repository.ssot(&["install"]).status(0).stdout;
    assert!(said.contains(PREK) && said.contains(PRE_COMMIT), "{said}");
}

#[test]
fn uninstall_works_where_such_a_program_came_later() {
    let repository = installed();
    repository.write(".pre-commit-config.yaml", "repos: []\n");
    repository.ssot(&["uninstall"]).status(0);
    assert!(HOOKS.iter().all(|hook| !repository.path().join(hook).exists()));
}

#[test]
fn the_page_on_installing_shows_the_lines_that_are_printed() {
    let page = include_str!("../../../docs/install.md");
    for lines in [PRE_COMMIT, PREK] {
        assert!(page.contains(lines), "{lines}");
    }
    let build = format!("--git {} --tag v{}\n", env!("CARGO_PKG_REPOSITORY"), env!("CARGO_PKG_VERSION"));
    assert_eq!(page.matches("cargo install --locked --git").count(), page.matches(&build).count());
}
