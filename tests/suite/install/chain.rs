//! Hooks that were there before: refused, or kept and run first.

use std::os::unix::fs::symlink;

use super::*;

const KEPT: &str = ".git/hooks/pre-commit.ssot-chained";

#[test]
fn a_foreign_hook_is_refused_by_name_and_nothing_is_written() {
    for hook in HOOKS {
        let repository = repository();
        script(&repository, hook, "#!/bin/sh\n# Not written by `ssot install`.\nexit 0\n");
        let before = everything(repository.path());
        let run = repository.ssot(&["install"]).status(2);
        assert!(run.stderr.contains(&format!("{hook} is a hook that ssot did not write")), "{}", run.stderr);
        assert!(run.stderr.contains("ssot install --chain"), "{}", run.stderr);
        let said = repository.ssot(&["uninstall"]).status(0).stdout;
        assert!(said.contains(&format!("{hook} is not ssot's and stays")), "{said}");
        assert_eq!(everything(repository.path()), before);
    }
}

#[test]
fn a_chained_hook_runs_first_and_its_failure_stops_the_commit() {
    let repository = repository();
    let hook = "#!/bin/sh\necho first >&2\n[ ! -e stop ] || exit 7\n";
    script(&repository, HOOKS[0], hook);
    let said = repository.ssot(&["install", "--chain"]).status(0).stdout;
    assert!(said.contains(&format!("{KEPT} is kept and runs first")), "{said}");

    repository.write("a.py", BAD);
    let run = repository.try_git(&["commit", "-a", "-m", "bad"]).status(1);
    let (first, then) = (run.stderr.find("first"), run.stderr.find("too-many-lines"));
    assert!(first.is_some() && then.is_some() && first < then, "{}", run.stderr);

    repository.write("a.py", "a = 2\n");
    repository.write("stop", "");
    let run = repository.try_git(&["commit", "-a", "-m", "good"]).status(1);
    assert_eq!(run.stderr, "first\n");

    fs::remove_file(repository.path().join("stop")).expect("it was there");
    passes(repository.path(), &["commit", "-a", "-m", "good"]);
}

#[test]
fn ssot_0_skips_ssot_and_not_the_chained_hook() {
    let repository = repository();
    script(&repository, HOOKS[0], "#!/bin/sh\nexit 7\n");
    repository.ssot(&["install", "--chain"]).status(0);
    repository.write("a.py", "a = 2\n");
    let mut git = command("git", repository.path());
    let run: Run = git.env("SSOT", "0").args(["commit", "-a", "-m", "x"]).output().expect("git starts").into();
    assert_eq!(run.status(1).stderr, "");
}

#[test]
fn a_chained_hook_gets_the_arguments_the_input_and_the_status_of_the_shim() {
    let repository = repository();
    script(&repository, HOOKS[0], "#!/bin/sh\nprintf '<%s>' \"$@\"\ncat\nexit 7\n");
    repository.ssot(&["install", "--chain"]).status(0);
    repository.write("input", "from stdin");
    let input = fs::File::open(repository.path().join("input")).expect("a file");
    let mut hook = command(repository.path().join(HOOKS[0]), repository.path());
    let run: Run = hook.args(["a b", "", "*"]).stdin(input).output().expect("it starts").into();
    assert_eq!(run.status(7).stdout, "<a b><><*>from stdin");
}

#[test]
fn a_chained_merge_hook_stops_the_merge() {
    let repository = repository();
    script(&repository, HOOKS[1], "#!/bin/sh\necho not today >&2\nexit 1\n");
    repository.ssot(&["install", "--chain"]).status(0);
    repository.git(&["switch", "-q", "-c", "side"]);
    repository.write("b.py", GOOD);
    repository.git(&["add", "b.py"]);
    passes(repository.path(), &["commit", "-m", "side"]);
    repository.git(&["switch", "-q", "main"]);
    let run = repository.try_git(&["merge", "--no-ff", "--no-edit", "side"]).status(1);
    assert!(run.stderr.starts_with("not today\n"), "{}", run.stderr);
}

#[test]
fn uninstall_restores_a_chained_hook_byte_for_byte_with_its_mode() {
    let repository = repository();
    repository.write(HOOKS[0], b"#!/bin/sh\r\nexit 0 \xff no last newline");
    set_mode(&repository.path().join(HOOKS[0]), 0o750);
    repository.write("tools/merge", "#!/bin/sh\nexit 0\n");
    symlink("../../tools/merge", repository.path().join(HOOKS[1])).expect("a link");
    let before = everything(repository.path());
    repository.ssot(&["install", "--chain"]).status(0);
    assert_ne!(everything(repository.path()), before);
    let said = repository.ssot(&["uninstall"]).status(0).stdout;
    assert_eq!(said.matches("is again the hook that ssot found there").count(), 2, "{said}");
    assert_eq!(everything(repository.path()), before);
}

#[test]
fn installing_again_keeps_the_chain() {
    let repository = repository();
    script(&repository, HOOKS[0], "#!/bin/sh\necho first >&2\n");
    repository.ssot(&["install", "--chain"]).status(0);
    let before = everything(repository.path());
    for words in [&["install"][..], &["install", "--chain"]] {
        let said = repository.ssot(words).status(0).stdout;
        assert!(said.contains(&format!("{KEPT} is kept")), "{said}");
        assert_eq!(everything(repository.path()), before);
    }
    script(&repository, HOOKS[0], "#!/bin/sh\n# Written by `ssot install`.\nexit 0\n");
    repository.ssot(&["install"]).status(0);
    repository.write("a.py", "a = 2\n");
    assert!(passes(repository.path(), &["commit", "-a", "-m", "good"]).stderr.contains("first\n"));
}

#[test]
fn a_kept_hook_is_never_overwritten() {
    let repository = repository();
    script(&repository, HOOKS[0], "#!/bin/sh\necho first\n");
    repository.ssot(&["install", "--chain"]).status(0);
    script(&repository, HOOKS[0], "#!/bin/sh\necho second\n");
    let before = everything(repository.path());
    for words in [&["install"][..], &["install", "--chain"], &["uninstall"]] {
        let run = repository.ssot(words).status(2);
        assert!(run.stderr.contains(&format!("{KEPT} is still kept from before")), "{}", run.stderr);
        assert_eq!(everything(repository.path()), before);
    }
}

#[test]
fn a_kept_hook_is_restored_where_the_shim_was_deleted() {
    let repository = repository();
    script(&repository, HOOKS[0], "#!/bin/sh\necho first\n");
    let before = everything(repository.path());
    repository.ssot(&["install", "--chain"]).status(0);
    fs::remove_file(repository.path().join(HOOKS[0])).expect("the shim");
    repository.ssot(&["uninstall"]).status(0);
    assert_eq!(everything(repository.path()), before);
}

#[test]
fn a_link_is_foreign_and_is_not_written_through() {
    let repository = installed();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let shim = elsewhere.path().join("shim");
    script(&repository, HOOKS[0], "#!/bin/sh\n# Written by `ssot install`.\necho shared >&2\n");
    fs::rename(repository.path().join(HOOKS[0]), &shim).expect("a move");
    symlink(&shim, repository.path().join(HOOKS[0])).expect("a link");
    let outside = everything(elsewhere.path());
    let before = everything(repository.path());
    let run = repository.ssot(&["install"]).status(2);
    assert!(run.stderr.contains("is a hook that ssot did not write"), "{}", run.stderr);
    repository.ssot(&["uninstall"]).status(0);
    assert_eq!(repository.path().join(HOOKS[0]).read_link().expect("still a link"), shim);
    assert!(!repository.path().join(HOOKS[1]).exists());

    repository.ssot(&["install", "--chain"]).status(0);
    repository.write("a.py", "a = 2\n");
    assert!(passes(repository.path(), &["commit", "-a", "-m", "good"]).stderr.contains("shared\n"));
    assert_eq!(everything(elsewhere.path()), outside);
    assert_ne!(everything(repository.path()), before);
}

#[test]
fn a_link_to_nowhere_and_a_folder_are_refused() {
    let repository = repository();
    symlink("nowhere", repository.path().join(HOOKS[0])).expect("a link");
    let run = repository.ssot(&["install"]).status(2);
    assert!(run.stderr.contains("is a hook that ssot did not write"), "{}", run.stderr);
    assert!(!repository.path().join(".git/hooks/nowhere").exists());

    fs::remove_file(repository.path().join(HOOKS[0])).expect("the link");
    fs::create_dir(repository.path().join(HOOKS[0])).expect("a folder");
    for words in [&["install"][..], &["install", "--chain"]] {
        let run = repository.ssot(words).status(2);
        assert!(run.stderr.contains("pre-commit is not a file"), "{}", run.stderr);
    }
}

#[test]
fn a_chained_hook_that_leads_back_to_the_shim_ends() {
    let repository = installed();
    fs::rename(repository.path().join(HOOKS[0]), repository.path().join(".git/hooks/pre-commit.mine")).expect("a move");
    script(&repository, HOOKS[0], "#!/bin/sh\necho dispatched >&2\nexec .git/hooks/pre-commit.mine\n");
    repository.ssot(&["install", "--chain"]).status(0);
    repository.write("a.py", "a = 2\n");
    let run = passes(repository.path(), &["commit", "-a", "-m", "good"]);
    assert_eq!(run.stderr.matches("dispatched").count(), 1, "{}", run.stderr);
}

#[test]
fn without_ssot_the_message_names_the_way_back_to_the_chained_hook() {
    let repository = repository();
    script(&repository, HOOKS[0], "#!/bin/sh\necho first >&2\n");
    let before = everything(repository.path());
    repository.ssot(&["install", "--chain"]).status(0);
    let shim = fs::read_to_string(repository.path().join(HOOKS[0])).expect("the shim");
    let recorded = super::super::repository::binary("ssot");
    let recorded = recorded.canonicalize().expect("a path");
    let gone = shim.replace(recorded.to_str().expect("UTF-8"), "/gone/ssot");
    assert_ne!(gone, shim);
    script(&repository, HOOKS[0], &gone);
    let mut hook = command(repository.path().join(HOOKS[0]), repository.path());
    let run: Run = hook.env("PATH", "/nowhere").output().expect("it starts").into();
    let said = run.status(1).stderr;
    assert!(said.starts_with("first\nssot: there is none at /gone/ssot and none on PATH"), "{said}");
    let (_, back) = said.trim_end().rsplit_once("without ssot: ").expect("a way out");
    run_in(repository.path(), "sh", &["-c", back]).status(0);
    repository.ssot(&["uninstall"]).status(0);
    assert_eq!(everything(repository.path()), before);
}
