//! Colours, narrow terminals, readers who leave early, and names that would write to a terminal.

use std::process::{Command, Stdio};

use super::{TODAY, run, sample};
use crate::repository::{Repository, Run, binary, command};

/// Without all that decides on colours where nothing is asked.
fn unset(command: &mut Command) -> &mut Command {
    ["CI", "CLICOLOR", "CLICOLOR_FORCE", "NO_COLOR"].into_iter().fold(command, |command, name| command.env_remove(name))
}

#[test]
fn colours_where_they_are_asked_for() {
    let repository = sample();
    for (environment, color, expected) in [
        (&[][..], None, false),
        (&[], Some("auto"), false),
        (&[], Some("always"), true),
        (&[], Some("never"), false),
        (&[("CLICOLOR_FORCE", "1")], None, true),
        (&[("CLICOLOR_FORCE", "1")], Some("never"), false),
        (&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], None, false),
        (&[("NO_COLOR", "1")], Some("always"), true),
    ] {
        let mut command = repository.command("ssot");
        command.args(["check", TODAY]).args(color.map(|color| format!("--color={color}")));
        let run = run(unset(&mut command).envs(environment.iter().copied())).status(1);
        assert_eq!(run.stdout.contains("\u{1b}["), expected, "{environment:?} {color:?}\n{}", run.stdout);
    }
}

#[test]
fn mistakes_of_the_policy_are_coloured_alike() {
    let repository = Repository::with(&[("ssot.toml", "unknown = 1\n")]);
    for (color, expected) in [("always", true), ("never", false), ("auto", false)] {
        for words in [&["check"][..], &["policy"]] {
            let run = repository.ssot(&[words, &["--color", color]].concat()).status(2);
            assert_eq!(run.stderr.contains("\u{1b}["), expected, "{words:?} {color}");
        }
    }
}

/// Runs `ssot` with these words on a terminal so many columns wide; all that it prints is in `stdout`.
#[cfg(unix)]
fn on_terminal(repository: &Repository, columns: u16, environment: &[(&str, &str)], words: &[&str]) -> Run {
    const SCRIPT: &str = "
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(sys.argv[1]), 0, 0))
    os.execv(sys.argv[2], sys.argv[2:])
while True:
    try:
        read = os.read(terminal, 65536)
    except OSError:
        break
    if not read:
        break
    sys.stdout.buffer.write(read)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
";
    let mut python = command("python3", repository.path());
    python.args(["-c", SCRIPT, &columns.to_string()]).arg(binary("ssot")).args(words);
    run(unset(&mut python).env("TERM", "xterm").envs(environment.iter().copied()))
}

#[test]
#[cfg(unix)]
fn a_terminal_is_coloured_unless_it_is_dumb_or_told_not_to() {
    let repository = sample();
    for (environment, expected) in [(&[][..], true), (&[("NO_COLOR", "1")], false), (&[("TERM", "dumb")], false)] {
        let run = on_terminal(&repository, 100, environment, &["check", TODAY]).status(1);
        assert_eq!(run.stdout.contains("\u{1b}["), expected, "{environment:?}\n{}", run.stdout);
    }
}

#[test]
#[cfg(unix)]
fn on_a_narrow_terminal_the_line_of_the_policy_is_cut_around_what_matters() {
    let repository = sample();
    let words = ["check", TODAY, "--color=never", "--rule=too-many-lines"];
    let narrow = on_terminal(&repository, 40, &[], &words).status(1).stdout;
    let wide = on_terminal(&repository, 120, &[], &words).status(1).stdout;
    let quoted = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("14 |")).map(|line| line.trim_end().to_owned());
        line.unwrap_or_else(|| panic!("{text}"))
    };
    assert_eq!(quoted(&wide), r#"14 | limits = [{ files = "*.py", lines = 2 }]"#);
    let cut = quoted(&narrow);
    assert!(cut.contains("lines = 2") && cut.contains("...") && cut.chars().count() <= 40, "{cut}");
    let mark = narrow.lines().find(|line| line.contains("the policy says so here")).expect("a mark");
    assert_eq!(mark.find('-'), cut.find('2'), "{narrow}");
    for columns in [0, 1, 10] {
        on_terminal(&repository, columns, &[], &words).status(1);
    }
}

#[test]
#[cfg(unix)]
fn names_write_nothing_but_themselves_to_a_terminal() {
    let repository = Repository::new();
    for name in
        ["esc\u{1b}[31m.bak", "line\nbreak.bak", "::error title=x::y.bak", "rtl\u{202e}gpj.bak", "bell\u{7}.bak"]
    {
        repository.write(name, "");
    }
    for words in [&["check"][..], &["check", "--format", "concise"], &["check", "--statistics"]] {
        let run = repository.ssot(words).status(1);
        for text in [&run.stdout, &run.stderr] {
            let foreign = |ch: &char| (ch.is_control() && *ch != '\n') || *ch == '\u{202e}';
            assert_eq!(text.chars().find(foreign), None, "{text:?}");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("break.bak")), "{text}");
        }
    }
    let concise = repository.ssot(&["check", "--format", "concise"]).stdout;
    assert_eq!(concise.lines().count(), 5, "{concise}");
    assert!(concise.contains(r"esc\u{1b}[31m.bak:1:1: "), "{concise}");
    assert!(concise.contains(r"line\nbreak.bak:1:1: "), "{concise}");
    let json = repository.ssot(&["check", "--format", "json"]).json();
    assert_eq!(json["findings"][1]["path"], "bell\u{7}.bak", "data has the name as it is");
    let nowhere = repository.ssot(&["check", "no\u{1b}[31mwhere"]).status(2);
    assert!(nowhere.stderr.contains(r"`no\u{1b}[31mwhere`"), "{}", nowhere.stderr);
}

#[test]
fn a_reader_who_leaves_early_is_no_failure() {
    let repository = Repository::new();
    let name = "x".repeat(200);
    for number in 0..2000 {
        repository.write(&format!("{name}{number}.bak"), "");
    }
    for format in ["text", "concise", "json"] {
        let mut command = repository.command("ssot");
        command.args(["check", "--format", format]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("ssot starts");
        drop(child.stdout.take());
        let run: Run = child.wait_with_output().expect("ssot ends").into();
        assert_eq!((run.status, run.stderr.as_str()), (Some(1), ""), "{format}");
    }
}
