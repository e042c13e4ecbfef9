//! The programs that own a repository's hooks, and the lines by which they run ssot.

use std::path::Path;

const PRE_COMMIT: &str = concat!(
    "- repo: ",
    env!("CARGO_PKG_REPOSITORY"),
    "\n  rev: v",
    env!("CARGO_PKG_VERSION"),
    "\n  hooks:\n  - id: ssot\n"
);

const PREK: &str = concat!(
    "[[repos]]\nrepo = \"",
    env!("CARGO_PKG_REPOSITORY"),
    "\"\nrev = \"v",
    env!("CARGO_PKG_VERSION"),
    "\"\nhooks = [{ id = \"ssot\" }]\n"
);

const LEFTHOOK_YAML: &str = "\
pre-commit:
  commands:
    ssot:
      run: ssot check --staged
pre-merge-commit:
  commands:
    ssot:
      run: ssot check --staged
";

const LEFTHOOK_TOML: &str = "\
[pre-commit.commands.ssot]
run = \"ssot check --staged\"

[pre-merge-commit.commands.ssot]
run = \"ssot check --staged\"
";

const INSTALL_PRE_COMMIT: &str = "pre-commit install --hook-type pre-commit --hook-type pre-merge-commit";
const INSTALL_PREK: &str = "prek install --hook-type pre-commit --hook-type pre-merge-commit";

/// A file or folder by which such a program is known.
pub struct Framework {
    pub name: &'static str,
    /// Where the lines go.
    place: &'static str,
    lines: &'static str,
    /// The command that makes git call the program.
    install: &'static str,
}

const FRAMEWORKS: [Framework; 10] = [
    framework(".husky", ".husky/pre-commit and to .husky/pre-merge-commit", "ssot check --staged\n", "npx husky"),
    lefthook(".lefthook.toml", LEFTHOOK_TOML),
    lefthook(".lefthook.yaml", LEFTHOOK_YAML),
    lefthook(".lefthook.yml", LEFTHOOK_YAML),
    framework(".pre-commit-config.yaml", ".pre-commit-config.yaml, under `repos:`", PRE_COMMIT, INSTALL_PRE_COMMIT),
    framework(".pre-commit-config.yml", ".pre-commit-config.yml, under `repos:`", PRE_COMMIT, INSTALL_PREK),
    lefthook("lefthook.toml", LEFTHOOK_TOML),
    lefthook("lefthook.yaml", LEFTHOOK_YAML),
    lefthook("lefthook.yml", LEFTHOOK_YAML),
    framework("prek.toml", "prek.toml", PREK, INSTALL_PREK),
];

const fn framework(name: &'static str, place: &'static str, lines: &'static str, install: &'static str) -> Framework {
    Framework { name, place, lines, install }
}

const fn lefthook(name: &'static str, lines: &'static str) -> Framework {
    framework(name, name, lines, "lefthook install")
}

/// Those that are used in the work tree at `top`.
pub fn found(top: &Path) -> Vec<&'static Framework> {
    FRAMEWORKS.iter().filter(|framework| top.join(framework.name).symlink_metadata().is_ok()).collect()
}

impl Framework {
    /// What to add, and where.
    pub fn advice(&self) -> String {
        let Self { place, lines, install, .. } = self;
        format!("Add to {place}:\n\n{lines}\nThen, in each clone where it was not done yet: {install}\n")
    }
}
