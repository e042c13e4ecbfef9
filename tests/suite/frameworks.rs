//! The real pre-commit and the real prek: each builds the hooks from a clone of this checkout, as it stands.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use super::repository::{Repository, Run, binary, command};
use ssot::rules::HOOKS;

const CHECKOUT: &str = env!("CARGO_MANIFEST_DIR");
const MANIFEST: &str = include_str!("../../.pre-commit-hooks.yaml");

/// The folder of the repository to clone from.
const REPOSITORY: &str = "source.git";

/// A file that is a finding by its name, and the finding.
const BAD: &str = "report.py.bak";
const FOUND: &str = "no-legacy-files/legacy-name";

#[derive(Clone, Copy, Debug)]
enum Framework {
    PreCommit,
    Prek,
}

/// Each of these is a test for each framework.
macro_rules! behaviours {
    ($($name:ident)*) => {
        mod pre_commit {
            $(#[test] fn $name() { super::$name(super::Framework::PreCommit) })*
        }
        mod prek {
            $(#[test] fn $name() { super::$name(super::Framework::Prek) })*
        }
    };
}

behaviours! {
    a_bad_commit_is_stopped_and_a_good_one_passes
    a_commit_that_only_deletes_is_judged
    a_first_push_is_judged_by_its_commit
    a_later_push_is_judged_by_its_commit
    a_merge_is_judged
    a_push_that_deletes_a_branch_passes
    all_files_are_judged_on_demand
    each_hook_runs_under_its_own_id
    the_manifest_is_valid
}

/// The manifest holds the suite and each hook, and nothing else.
#[test]
fn the_manifest_lists_the_hooks() {
    let mut expected = String::new();
    let suite = ("ssot", "all hooks in one process", "ssot check --staged".to_owned());
    let single = HOOKS.iter().map(|hook| (hook.id, hook.summary, format!("{} --staged", hook.id)));
    for (id, summary, entry) in std::iter::once(suite).chain(single) {
        assert!(binary(id).is_file(), "`{id}` has no binary: add src/bin/{id}.rs");
        write!(
            expected,
            "
- id: {id}
  name: {id}
  description: {summary}
  entry: {entry}
  language: rust
  pass_filenames: false
  always_run: true
  require_serial: true
  stages: [pre-commit, pre-merge-commit, pre-push, manual]
  minimum_pre_commit_version: 3.2.0
"
        )
        .expect("a string takes all");
    }
    let head = MANIFEST.find("- id:").expect("a hook");
    assert!(MANIFEST[..head].lines().all(|line| line.starts_with('#')), "only comments stand before the hooks");
    assert_eq!(MANIFEST[head..], expected[1..], ".pre-commit-hooks.yaml differs from the list of hooks");
}

fn a_bad_commit_is_stopped_and_a_good_one_passes(framework: Framework) {
    let project = Project::new(framework, &["ssot"]);
    project.write(BAD, "x = 1\n");
    project.git(&["add", "."]).status(0);
    project.git(&["commit", "-m", "bad"]).fails_with(FOUND);
    project.git(&["mv", BAD, "report.py"]).status(0);
    project.git(&["commit", "-m", "good"]).passes();
    assert_eq!(project.repository.git(&["log", "--format=%s", "-1"]), "good\n");
}

fn a_commit_that_only_deletes_is_judged(framework: Framework) {
    let project = Project::new(framework, &["ssot"]);
    project.write(BAD, "x = 1\n");
    project.write("other.py", "x = 1\n");
    project.repository.commit_all("bad, unjudged");
    project.git(&["rm", "--quiet", "other.py"]).status(0);
    project.git(&["commit", "-m", "deletion"]).fails_with(FOUND);
    project.git(&["rm", "--quiet", BAD]).status(0);
    project.git(&["commit", "-m", "both gone"]).passes();
}

/// A first push names no commit to the hook, only a branch.
fn a_first_push_is_judged_by_its_commit(framework: Framework) {
    let project = Project::new(framework, &["ssot"]);
    project.write(BAD, "x = 1\n");
    project.repository.commit_all("bad, unjudged");
    project.git(&["rm", "--quiet", BAD]).status(0);
    project.git(&["push", "origin", "main"]).fails_with(FOUND);
    project.git(&["commit", "-m", "mended"]).passes();
    project.stage_bad();
    project.git(&["push", "origin", "main"]).passes();
    assert_eq!(project.git(&["ls-tree", "--name-only", "origin/main", BAD]).status(0).stdout, "");
}

fn a_later_push_is_judged_by_its_commit(framework: Framework) {
    let project = Project::new(framework, &["ssot"]);
    project.git(&["push", "origin", "main"]).passes();
    project.write(BAD, "x = 1\n");
    project.repository.commit_all("bad, unjudged");
    project.git(&["rm", "--quiet", BAD]).status(0);
    project.git(&["push", "origin", "main"]).fails_with(FOUND);
    project.git(&["push", "origin", "main:new"]).fails_with(FOUND);
    project.git(&["commit", "-m", "mended"]).passes();
    project.stage_bad();
    project.git(&["push", "origin", "main"]).passes();
}

fn a_push_that_deletes_a_branch_passes(framework: Framework) {
    let project = Project::new(framework, &["ssot"]);
    project.git(&["push", "origin", "main", "main:gone"]).passes();
    project.stage_bad();
    project.git(&["push", "origin", ":gone"]).status(0);
    assert_eq!(project.git(&["branch", "--remotes", "--list", "origin/gone"]).status(0).stdout, "");
}

/// Each side is clean alone: the policy of one forbids the file of the other.
fn a_merge_is_judged(framework: Framework) {
    let project = Project::new(framework, &["ssot"]);
    project.git(&["checkout", "--quiet", "-b", "side"]).status(0);
    project.write("old.py", "x = 1\n");
    project.git(&["add", "."]).status(0);
    project.git(&["commit", "-m", "side"]).passes();
    project.git(&["checkout", "--quiet", "main"]).status(0);
    project.write("ssot.toml", "[no-legacy-files]\nforbidden = [\"old.py\"]\n");
    project.git(&["add", "."]).status(0);
    project.git(&["commit", "-m", "policy"]).passes();
    project.git(&["merge", "--no-edit", "side"]).fails_with("no-legacy-files/forbidden-file");
}

fn all_files_are_judged_on_demand(framework: Framework) {
    let project = Project::new(framework, &["ssot"]);
    let stage = match framework {
        Framework::PreCommit => "--hook-stage",
        Framework::Prek => "--stage",
    };
    project.framework(&["run", "--all-files", stage, "manual"]).passes();
    project.stage_bad();
    project.framework(&["run", "--all-files", stage, "manual"]).fails_with(FOUND);
}

fn each_hook_runs_under_its_own_id(framework: Framework) {
    let ids: Vec<_> = HOOKS.iter().map(|hook| hook.id).collect();
    let project = Project::new(framework, &ids);
    project.stage_bad();
    project.write("large.txt", "x".repeat(600 * 1024));
    project.git(&["add", "."]).status(0);
    let said = project.git(&["commit", "-m", "bad"]).fails_with(FOUND);
    assert!(said.contains("max-file-size/too-many-bytes"), "{said}");
    for id in ids {
        assert!(said.contains(&format!("hook id: {id}")) || said.contains(&format!("{id}...")), "{id}: {said}");
    }
}

fn the_manifest_is_valid(framework: Framework) {
    let manifest = Path::new(CHECKOUT).join(".pre-commit-hooks.yaml");
    run(framework.command(Path::new(CHECKOUT)).arg("validate-manifest").arg(manifest)).status(0);
}

/// A repository whose hooks are those of this checkout, and the repository that it pushes to.
struct Project {
    repository: Repository,
    framework: Framework,
    remote: Repository,
}

impl Project {
    fn new(framework: Framework, hooks: &[&str]) -> Self {
        let project = Self { repository: Repository::new(), framework, remote: Repository::without_git() };
        let remote = project.remote.path();
        project.git(&["init", "--quiet", "--bare", &remote.to_string_lossy()]).status(0);
        project.git(&["remote", "add", "origin", &remote.to_string_lossy()]).status(0);
        project.write("good.py", "x = 1\n");
        project.write(".pre-commit-config.yaml", SOURCE.configuration(hooks));
        project.repository.commit_all("start");
        let prepare = match framework {
            Framework::PreCommit => "--install-hooks",
            Framework::Prek => "--prepare-hooks",
        };
        let stages = ["pre-commit", "pre-merge-commit", "pre-push"].map(|stage| format!("--hook-type={stage}"));
        let words = [&["install", prepare][..], &stages.each_ref().map(String::as_str)].concat();
        project.framework(&words).status(0);
        project
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        self.repository.write(path, content);
    }

    fn stage_bad(&self) {
        self.write(BAD, "x = 1\n");
        self.git(&["add", BAD]).status(0);
    }

    /// Git, whose hooks find what the framework built.
    fn git(&self, words: &[&str]) -> Judged {
        let mut git = command("git", self.repository.path());
        set_up(&mut git);
        Judged(run(git.args(words)))
    }

    fn framework(&self, words: &[&str]) -> Judged {
        Judged(run(self.framework.command(self.repository.path()).args(words)))
    }
}

/// A run in which the hooks had their say.
struct Judged(Run);

impl Judged {
    #[track_caller]
    fn status(self, status: i32) -> Run {
        self.0.status(status)
    }

    /// All that it printed.
    #[track_caller]
    fn said(self, status: i32) -> String {
        let run = self.status(status);
        run.stdout + &run.stderr
    }

    /// A hook ran and had nothing to say.
    #[track_caller]
    fn passes(self) {
        let said = self.said(0);
        assert!(said.contains("Passed") && !said.contains("Skipped"), "no hook ran:\n{said}");
    }

    /// A hook stopped it and said why; returns all that was said.
    #[track_caller]
    fn fails_with(self, rule: &str) -> String {
        let said = self.said(1);
        assert!(said.contains(rule), "{said}");
        said
    }
}

impl Framework {
    fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::Prek => "prek",
        }
    }

    fn command(self, folder: &Path) -> Command {
        let program = tools().join("venv/bin").join(self.name());
        let mut command = command(program, folder);
        set_up(&mut command);
        command
    }
}

/// Keeps all that is built in the folder of the tools. Nothing is optimised, and pre-commit shares the target
/// folder and prek's own cargo home, so that the dependencies are compiled once.
fn set_up(command: &mut Command) {
    command.envs([
        ("CARGO_HOME", prek_home().join("cache/cargo")),
        ("CARGO_TARGET_DIR", target()),
        ("PREK_HOME", prek_home()),
        ("PRE_COMMIT_HOME", SOURCE.folder.join("pre-commit")),
    ]);
    command.envs([
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
        ("CARGO_PROFILE_RELEASE_STRIP", "symbols"),
    ]);
}

/// This checkout, committed and not, as a repository to clone from.
static SOURCE: LazyLock<Source> = LazyLock::new(Source::new);

struct Source {
    /// Named for the commit: what the frameworks built of it is used again until a file changes.
    folder: PathBuf,
    commit: String,
}

impl Source {
    fn new() -> Self {
        let all = tools().join("frameworks");
        std::fs::create_dir_all(&all).expect("a folder");
        let new = tempfile::tempdir_in(&all).expect("a temporary folder");
        let repository = new.path().join(REPOSITORY);
        let git = |words: &[&str]| {
            let mut git = command("git", Path::new(CHECKOUT));
            // The commit hangs on nothing but the files.
            git.envs([("GIT_AUTHOR_DATE", "2026-01-01T00:00Z"), ("GIT_COMMITTER_DATE", "2026-01-01T00:00Z")]);
            run(git.arg("--git-dir").arg(&repository).args(["--work-tree", CHECKOUT]).args(words)).status(0).stdout
        };
        run(command("git", new.path()).args(["init", "--quiet", "--bare", REPOSITORY])).status(0);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", "the checkout"]);
        let commit = git(&["rev-parse", "HEAD"]).trim().to_owned();
        let source = Self { folder: all.join(&commit), commit };
        if !source.folder.exists() {
            source.forget_others(&all);
            std::fs::rename(new.keep(), &source.folder).expect("a renamed folder");
        }
        source
    }

    /// Removes what was built of other states of the checkout, all but the dependencies.
    fn forget_others(&self, all: &Path) {
        for entry in std::fs::read_dir(all).expect("the folder of the frameworks") {
            let path = entry.expect("an entry").path();
            if path.file_name().is_some_and(|name| name.len() == self.commit.len()) {
                std::fs::remove_dir_all(path).expect("a removed folder");
            }
        }
        for folder in ["hooks", "repos"].map(|folder| prek_home().join(folder)) {
            if folder.exists() {
                std::fs::remove_dir_all(folder).expect("a removed folder");
            }
        }
        let mut cargo = command(env!("CARGO"), Path::new(CHECKOUT));
        cargo.args(["clean", "--quiet", "--release", "--package", "ssot", "--target-dir"]).arg(target());
        run(&mut cargo).status(0);
    }

    fn configuration(&self, hooks: &[&str]) -> String {
        let url = self.folder.join(REPOSITORY);
        let ids: String = hooks.iter().map(|id| format!("      - id: {id}\n")).collect();
        format!("repos:\n  - repo: {}\n    rev: {}\n    hooks:\n{ids}", url.display(), self.commit)
    }
}

/// What `tests/run.sh` installed.
fn tools() -> PathBuf {
    let tools = Path::new(CHECKOUT).join(".test-tools");
    assert!(tools.join("venv/requirements.txt").is_file(), "pre-commit and prek are missing: run `bash tests/run.sh`");
    tools
}

fn prek_home() -> PathBuf {
    tools().join("prek")
}

fn target() -> PathBuf {
    tools().join("cargo-target")
}

fn run(command: &mut Command) -> Run {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}")).into()
}
