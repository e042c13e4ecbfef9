//! A repository that decays, the policy that ends it, and what the hooks say on the way: `docs/story.md`.

mod end;
mod help;
mod transcript;
mod tree;

use std::path::Path;

use crate::repository::{Repository, Run};
use transcript::{CROSS_SERVICE, HOOKS, RENAMED_ROOT, SHIM_PAST_ITS_DAY, STRAYS_BACK};
use tree::decayed;

const POLICY: &str = include_str!("story/policy.toml");
const DAY: &str = "2026-11-21";

/// The decayed repository with the policy staged.
fn ruled() -> Repository {
    let repository = decayed();
    repository.write("ssot.toml", POLICY);
    repository.git(&["add", "--all"]);
    repository
}

fn judge(repository: &Repository, binary: &str, words: &[&str]) -> Run {
    let mut command = repository.command(binary);
    command.args(words).args(["--staged", "--today", DAY]).output().expect("the hook starts").into()
}

/// The fenced blocks of the document.
fn blocks() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/story.md");
    let text = std::fs::read_to_string(path).expect("docs/story.md");
    text.split("```").skip(1).step_by(2).map(|block| block.split_once('\n').expect("a block").1.to_owned()).collect()
}

#[test]
fn each_hook_stops_what_it_is_for() {
    let repository = ruled();
    let mut all = Vec::new();
    for (hook, expected) in HOOKS {
        let status = i32::from(!expected.is_empty());
        let run = judge(&repository, hook, &["--format", "concise"]).status(status);
        assert_eq!(run.stdout, *expected, "{hook}\n{}", run.stdout);
        all.extend(expected.lines());
    }
    let run = judge(&repository, "ssot", &["check", "--format", "concise"]).status(1);
    let mut told: Vec<_> = run.stdout.lines().collect();
    told.sort_unstable();
    all.sort_unstable();
    assert_eq!(told, all, "`ssot check` says what the four hooks say");
}

#[test]
fn a_person_sees_the_place_the_policy_and_the_way_out() {
    let repository = ruled();
    for (rule, path, expected) in [
        ("independence-violation", "auth_service", CROSS_SERVICE),
        ("expired-shim", "backend", SHIM_PAST_ITS_DAY),
        ("unresolved-import", "tests", RENAMED_ROOT),
    ] {
        let run = judge(&repository, "ssot", &["check", "--quiet", "--rule", rule, path]).status(1);
        assert_eq!(run.stdout, expected, "{rule}\n{}", run.stdout);
    }
}

#[test]
fn doing_what_each_help_says_ends_it() {
    let repository = ruled();
    end::mend(&repository);
    repository.git(&["add", "--all"]);
    for (hook, _) in HOOKS {
        let run = judge(&repository, hook, &["--deny-warnings", "--format", "concise"]).status(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""), "{hook}");
    }
    repository.hook(&format!("--today {DAY} --deny-warnings --format concise"));
    repository.git(&["commit", "--quiet", "--message", "One concept, one home"]);

    // And it stays so.
    repository.write("backend/app/routes/cache.py", "class CachedDatabaseManager:\n    pool = 1\n");
    repository.git(&["add", "--all"]);
    let run = repository.try_git(&["commit", "--quiet", "--message", "Cache it"]).status(1);
    assert_eq!(format!("{}{}", run.stdout, run.stderr), STRAYS_BACK);
}

#[test]
fn the_document_tells_it_as_it_is() {
    let repository = ruled();
    let mut expected = vec![repository.git(&["ls-tree", "-r", "--name-only", "HEAD"]), POLICY.to_owned()];
    let transcripts = HOOKS.iter().filter(|(_, said)| !said.is_empty());
    expected.extend(transcripts.map(|(hook, said)| format!("$ {hook} --staged --format concise\n{said}")));
    expected.extend([CROSS_SERVICE, SHIM_PAST_ITS_DAY].map(|frame| frame.trim_end().to_owned() + "\n"));
    expected.push(format!("$ git commit\n{STRAYS_BACK}"));
    assert_eq!(blocks(), expected);
}
