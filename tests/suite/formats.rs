//! One verdict in many formats: each says the same, within the limits and the syntax of whoever reads it.

mod action;
mod destinations;
mod escapes;
mod limits;
mod reading;
mod same;
mod sarif;

use std::io::Write;
use std::process::Stdio;

use rustc_hash::FxHashMap;
use ssot::engine::Verdict;
use ssot::finding::{Finding, Identity, Level, Span};
use ssot::policy::PolicyFile;
use ssot::policy::day::Day;
use ssot::report::Outcome;

use super::repository::{Repository, command};

const FORMATS: [&str; 7] = ["text", "concise", "json", "sarif", "github", "gitlab", "markdown"];

/// Names that are syntax somewhere.
const NASTY: [&[u8]; 18] = [
    b"plain.bak",
    b"::error::x.bak",
    b"  ::stop-commands::t.bak",
    b"a ##[error]b.bak",
    b"line\nbreak.bak",
    b"line\n::error::break.bak",
    b"carriage\r::error::return.bak",
    b"50%25,a:b.bak",
    b"a%0Ab.bak",
    b"pipe|and\\backslash.bak",
    b"<b>&amp;</b><!--.bak",
    b"back`tick``s.bak",
    b"@someone #1 [a](https:x) www.x.y.bak",
    b"*s*_u_~t~$m$.bak",
    b"not\xffutf8.bak",
    b"\x1b[31mred.bak",
    b"d\xc3\xa4/\xf0\x9f\xa6\x80 space.bak",
    "\u{202e}reversed.bak".as_bytes(),
];

/// A repository whose index holds a leftover under each of these names.
fn staged(names: &[&[u8]]) -> Repository {
    let repository = Repository::new();
    repository.git(&["hash-object", "-w", "-t", "blob", "/dev/null"]);
    let record = |name: &&[u8]| [b"100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 0\t", *name, b"\0"].concat();
    let line = |name: &&[u8]| [*name, b"\0"].concat();
    // As in a sparse checkout: no disk has to take such names.
    for (words, input) in [
        (["update-index", "-z", "--index-info"].as_slice(), names.iter().flat_map(record).collect::<Vec<u8>>()),
        (&["update-index", "--skip-worktree", "-z", "--stdin"], names.iter().flat_map(line).collect()),
    ] {
        let mut git = command("git", repository.path()).args(words).stdin(Stdio::piped()).spawn().expect("git starts");
        git.stdin.take().expect("its input").write_all(&input).expect("it reads");
        assert!(git.wait().expect("it ends").success());
    }
    repository
}

/// An outcome that no run gave.
fn made_up(findings: Vec<Finding>, baselined: Vec<Finding>) -> Outcome {
    Outcome {
        snapshot: None,
        policy: PolicyFile::defaults(),
        today: Day::today(),
        verdict: Verdict { findings, baselined, ..Verdict::default() },
        troubles: Vec::new(),
        exit_zero: false,
        texts: FxHashMap::default(),
        seconds: 0.0,
    }
}

fn finding(path: &str, level: Level) -> Finding {
    Finding {
        fingerprint: "0".repeat(32),
        hook: "no-legacy-files",
        rule: "legacy-name",
        level,
        path: path.into(),
        span: Span::FILE,
        subject: "subject".to_owned(),
        message: "a leftover".to_owned(),
        help: "delete it".to_owned(),
        concept: None,
        contract: None,
        owner: None,
        url: None,
        policy: None,
        related: Vec::new(),
        repair: None,
        fix: None,
        choice: None,
        whole_file: true,
        size: None,
        identity: Identity {
            hook: "no-legacy-files".to_owned(),
            rule: "legacy-name".to_owned(),
            path: path.into(),
            subject: "subject".to_owned(),
        },
    }
}
