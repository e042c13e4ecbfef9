//! The command line: formats, colours, exit statuses, options.

mod commands;
mod json;
mod like;
mod options;
mod paths;
mod policy;
mod terminal;
mod text;
mod whereabouts;

use std::process::Command;

use super::repository::{Repository, Run};

/// A policy with something of everything.
const POLICY: &str = r#"version = 1

[defaults]
owner = "@platform"
docs = "https://wiki.example.com/{id}"

[no-legacy-files]
forbidden = ["setup.py"]

[no-legacy-files.closed]
"core" = ["main.py", "gone.py"]

[max-file-size]
limits = [{ files = "*.py", lines = 2 }]

[[allow]]
rule = "too-many-lines"
in = "app/table.py"
until = 2026-11-25
reason = "split in spring"
"#;

/// A repository with a finding of several rules.
fn sample() -> Repository {
    Repository::with(&[
        ("ssot.toml", POLICY),
        ("app/long.py", "x = 1\ny = 2\nz = 3\n"),
        ("app/table.py", "x = 1\ny = 2\nz = 3\n"),
        ("app/user.py", "x = 1\n"),
        ("app/user_old.py", "x = 1\n"),
        ("core/main.py", "x = 1\n"),
        ("tools/setup.py", "x = 1\n"),
    ])
}

/// All that is found in the sample, on [`TODAY`].
const ALL: [&str; 5] = [
    "max-file-size/too-many-lines app/long.py",
    "no-legacy-files/legacy-name app/user_old.py",
    "no-legacy-files/stale-entry ssot.toml",
    "max-file-size/expiring-allow ssot.toml",
    "no-legacy-files/forbidden-file tools/setup.py",
];

const TODAY: &str = "--today=2026-11-21";

/// `ssot` with these words, in a folder of the repository.
fn ssot_in(repository: &Repository, folder: &str, words: &[&str]) -> Run {
    run(repository.command("ssot").current_dir(repository.path().join(folder)).args(words))
}

fn run(command: &mut Command) -> Run {
    command.output().expect("the binary starts").into()
}
