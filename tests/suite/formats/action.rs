//! `action.yml`: its steps, run as GitHub runs them, with a made-up runner around.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::reading::{Command, findings};
use super::sarif::valid;
use crate::repository::{Repository, Run, binary, command, script};

const CHECKOUT: &str = env!("CARGO_MANIFEST_DIR");

/// The action, as YAML has it.
fn action() -> Value {
    let python = Path::new(CHECKOUT).join(".test-tools/venv/bin/python");
    assert!(python.exists(), "`bash tests/run.sh` installs what the tests need");
    let read = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
    let file = Path::new(CHECKOUT).join("action.yml");
    let run: Run = std::process::Command::new(python).args(["-c", read]).arg(file).output().expect("python").into();
    run.status(0).json()
}

fn steps(action: &Value) -> &[Value] {
    action["runs"]["steps"].as_array().expect("steps")
}

/// A runner's files and folders.
struct Runner {
    folder: tempfile::TempDir,
    outputs: BTreeMap<String, String>,
}

impl Runner {
    /// One whose `cargo` writes down what it is asked, and installs the program that is tested.
    fn new() -> Self {
        let runner = Self { folder: tempfile::tempdir().expect("a folder"), outputs: BTreeMap::new() };
        let cargo = format!(
            "#!/bin/sh\necho \"$PWD: $*\" >>'{}'\nmkdir -p \"$4/bin\" && ln -s '{}' \"$4/bin/ssot\"\n",
            runner.at("cargo.log").display(),
            binary("ssot").display()
        );
        script(&runner.at("tools/cargo"), &cargo);
        for name in ["output", "path", "summary"] {
            std::fs::write(runner.at(name), "").expect("a file");
        }
        runner
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.at(name)).unwrap_or_default()
    }

    /// Runs a step with these inputs; what it leaves out has its default.
    fn step(&mut self, id: &str, workspace: &Path, inputs: &[(&str, &str)]) -> Run {
        let action = action();
        let step = steps(&action).iter().find(|step| step["id"] == id).expect("the step");
        let text = step["run"].as_str().expect("a script");
        let mut bash = command("bash", workspace);
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", text]);
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            let value = value.as_str().expect("a text");
            let input = value.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}")).expect("an input");
            let given = inputs.iter().find(|(name, _)| *name == input).map(|(_, given)| *given);
            bash.env(name, given.unwrap_or_else(|| action["inputs"][input]["default"].as_str().expect("a default")));
        }
        let before = std::env::var_os("PATH").unwrap_or_default();
        let added: Vec<PathBuf> = self.text("path").lines().rev().map(PathBuf::from).collect();
        let path = added.into_iter().chain([self.at("tools")]).chain(std::env::split_paths(&before));
        bash.env("PATH", std::env::join_paths(path).expect("a PATH"));
        bash.env("GITHUB_ACTION_PATH", CHECKOUT).env("RUNNER_TEMP", self.folder.path());
        bash.envs([("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64")]);
        for (name, file) in [("GITHUB_OUTPUT", "output"), ("GITHUB_PATH", "path"), ("GITHUB_STEP_SUMMARY", "summary")] {
            bash.env(name, self.at(file));
        }
        let run: Run = bash.output().expect("bash starts").into();
        let output = self.text("output");
        let pairs = output.lines().map(|line| line.split_once('=').expect("a name and a value"));
        self.outputs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        run
    }

    /// All steps before the upload.
    fn run(&mut self, workspace: &Path, inputs: &[(&str, &str)]) -> Run {
        self.step("key", workspace, inputs).status(0);
        self.step("install", workspace, inputs).status(0);
        self.step("check", workspace, inputs)
    }
}

fn sample() -> Repository {
    Repository::with(&[("a,b.bak", ""), ("c.py", "x = 1\n")])
}

#[test]
fn no_script_holds_what_a_workflow_passes() {
    let action = action();
    let mut seen = 0;
    for step in steps(&action) {
        if let Some(text) = step["run"].as_str() {
            assert!(!text.contains("${{"), "{text}");
            assert_eq!(step["shell"], "bash", "{text}");
            let file =
                text.split('"').nth(1).and_then(|path| path.strip_prefix("$GITHUB_ACTION_PATH/")).expect("a path");
            assert!(Path::new(CHECKOUT).join(file).is_file(), "{file}");
            seen += 1;
        } else {
            let (_, version) = step["uses"].as_str().and_then(|uses| uses.split_once("@v")).expect("a version");
            assert!(version.parse::<u32>().is_ok(), "{step}");
        }
    }
    assert_eq!(seen, 3);
    let upload = steps(&action).last().expect("a last step");
    assert!(upload["uses"].as_str().is_some_and(|uses| uses.starts_with("github/codeql-action/upload-sarif@")));
    assert!(upload["if"].as_str().is_some_and(|when| when.contains("always()")), "findings fail the step before");
    assert_eq!(upload["with"]["sarif_file"], "${{ steps.check.outputs.sarif }}");
}

#[test]
fn a_violation_is_annotated_summed_up_and_kept_as_sarif() {
    let (repository, mut runner) = (sample(), Runner::new());
    let run = runner.run(repository.path(), &[]).status(1);
    let commands: Vec<_> = run.stdout.lines().filter_map(Command::read).collect();
    assert_eq!(commands.len(), 1, "{}", run.stdout);
    assert_eq!((commands[0].name.as_str(), commands[0].get("file")), ("error", "a,b.bak"));
    assert_eq!(findings("markdown", &runner.text("summary")).len(), 1, "{}", runner.text("summary"));
    assert_eq!(runner.outputs["status"], "1");
    let sarif = runner.outputs["sarif"].clone();
    assert_eq!(Path::new(&sarif), runner.at("ssot.sarif"));
    let log = valid(&std::fs::read_to_string(sarif).expect("a SARIF file"));
    assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(1));
    assert!(repository.git(&["status", "--porcelain"]).is_empty(), "nothing is left in the repository");
}

#[test]
fn a_clean_commit_is_a_success_whatever_lies_around_it() {
    let (repository, mut runner) = (Repository::with(&[("c.py", "x = 1\n")]), Runner::new());
    repository.write("left.bak", "");
    assert_eq!(runner.run(repository.path(), &[]).status(0).stdout, "");
    assert_eq!(runner.outputs["status"], "0");
    assert!(runner.text("summary").contains("No findings in 1 file."), "{}", runner.text("summary"));
    runner.step("check", repository.path(), &[("args", "")]).status(1);
}

#[test]
fn no_verdict_is_uploaded_too() {
    let (repository, mut runner) = (Repository::with(&[("ssot.toml", "[x]\n")]), Runner::new());
    let run = runner.run(repository.path(), &[]).status(2);
    assert!(run.stdout.starts_with("::error file=ssot.toml,line=1"), "{}", run.stdout);
    let log = valid(&std::fs::read_to_string(&runner.outputs["sarif"]).expect("a SARIF file"));
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
    // One of an earlier run is none of this one.
    runner.step("check", repository.path(), &[("args", "--no-such-option")]).status(2);
    assert!(!runner.at("ssot.sarif").exists());
}

#[test]
fn inputs_are_words_and_never_code() {
    let (repository, mut runner) = (sample(), Runner::new());
    runner.run(repository.path(), &[("args", "--rule  too-many-bytes\n  --rev HEAD")]).status(0);
    repository.write("sub dir/x", "");
    for words in ["$(touch hacked)", "; touch hacked", "`touch hacked`", "\" ; touch hacked #", "*"] {
        runner.step("check", repository.path(), &[("args", words)]).status(2);
        runner.step("check", repository.path(), &[("working-directory", words)]).status(1);
        runner.step("check", repository.path(), &[("sarif", &format!("{words}/x"))]).status(2);
    }
    assert!(!repository.path().join("hacked").exists());
    runner.step("check", repository.path(), &[("sarif", "x\ny=1")]).status(2);
    let inputs = [("working-directory", "sub dir"), ("sarif", "my report.sarif")];
    runner.step("check", repository.path(), &inputs).status(1);
    assert!(Path::new(&runner.outputs["sarif"]).is_absolute());
    assert!(repository.path().join("sub dir/my report.sarif").is_file());
}

#[test]
fn it_is_built_once_from_the_checkout() {
    let (repository, mut runner) = (sample(), Runner::new());
    runner.run(repository.path(), &[]).status(1);
    runner.run(repository.path(), &[]).status(1);
    let root = runner.at("ssot");
    let asked = format!("{CHECKOUT}: install --locked --root {} --path . --bin ssot\n", root.display());
    assert_eq!(runner.text("cargo.log"), asked);
    let key = runner.outputs["key"].clone();
    assert!(key.starts_with("ssot-Linux-X64-") && key.len() == "ssot-Linux-X64-".len() + 40, "{key}");
}
