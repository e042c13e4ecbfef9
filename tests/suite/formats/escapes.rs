//! Nothing that a repository names or holds is a command to a log, or markup in a summary.

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::reading::Command;
use super::{FORMATS, NASTY, staged};
use crate::repository::{Repository, Run};

/// The commands of GitHub's runner that a line is: `::name …::` at its start, or `##[name …]` anywhere in it.
fn commands(line: &str) -> Vec<String> {
    let older = line.split("##[").skip(1).filter_map(|rest| rest.split_once(']'));
    Command::read(line).map(|command| command.name).into_iter().chain(older.map(|(name, _)| name.to_owned())).collect()
}

#[track_caller]
fn is_tame(run: &Run, own: bool, what: &str) {
    for line in run.stdout.lines().chain(run.stderr.lines()).flat_map(|line| line.split('\r')) {
        // An annotation is one command, and its parts hold none.
        if own && ["::error file=", "::error title=", "::warning file="].iter().any(|start| line.starts_with(start)) {
            let command = Command::read(line).expect("a command");
            let names = ["file", "line", "endLine", "col", "endColumn", "title"];
            let found: Vec<_> = command.properties.iter().map(|(name, _)| name.as_str()).collect();
            assert!(found.iter().all(|name| names.contains(name)), "{what}: {line:?}");
            continue;
        }
        assert_eq!(commands(line), [""; 0], "{what}: {line:?}");
    }
}

#[test]
fn a_command_is_recognised() {
    assert_eq!(commands("  ::stop-commands::x"), ["stop-commands"]);
    assert_eq!(commands("a ##[add-mask]x ##[error]y"), ["add-mask", "error"]);
    assert_eq!(commands("a ::error::x ##x[error]"), [""; 0]);
}

#[test]
fn names_are_no_commands() {
    for name in NASTY {
        let repository = staged(&[name]);
        let what = name.escape_ascii().to_string();
        for format in FORMATS {
            let run = repository.ssot(&["check", "--staged", "--format", format]).status(1);
            is_tame(&run, format == "github", &format!("{what} {format}"));
        }
        is_tame(&repository.ssot(&["check", "--staged", "--statistics"]).status(1), false, &what);
    }
    // More of them than are annotated.
    let names: Vec<_> = (0..30).map(|number| format!("::error::{number} ##[error]{number}.bak").into_bytes()).collect();
    let repository = staged(&names.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let run = repository.ssot(&["check", "--staged", "--format", "github"]).status(1);
    assert_eq!(run.stdout.lines().count(), 30);
    is_tame(&run, true, "thirty");
}

#[test]
fn contents_are_no_commands() {
    let policy = "[no-legacy-files]\nforbidden = [\"*.x\"] # ##[error]a\n[max-file-size]\nlimits = [{ files = '*.py', lines = 1 }]\n";
    let code = "x = 1\n::error::x = \"##[add-mask]x\"\n";
    let repository = Repository::with(&[("ssot.toml", policy), ("a.py", code), ("b.x", "")]);
    for format in FORMATS {
        is_tame(&repository.ssot(&["check", "--format", format]).status(1), format == "github", format);
    }
    for policy in ["::error::x = 1 ##[error]\n", "['::error::']\nx = '##[error]'\n", "[levels]\n\"##[error]x\" = 1\n"] {
        repository.write("ssot.toml", policy);
        for format in FORMATS {
            is_tame(&repository.ssot(&["check", "--format", format]).status(2), format == "github", format);
        }
    }
    for format in FORMATS {
        let run = repository.ssot(&["check", "--format", format, "no ##[error]x\n::error::such"]).status(2);
        is_tame(&run, format == "github", format);
        let run = repository.ssot(&["check", "--format", format, "--rev", "##[error]x\n::error::"]).status(2);
        is_tame(&run, format == "github", format);
    }
}

#[test]
fn a_command_with_commands_inside_is_read_back() {
    let repository = staged(&[b"a::error::b,c%0A\n d.bak"]);
    let run = repository.ssot(&["check", "--staged", "--format", "github"]).status(1);
    let line = run.stdout.strip_suffix('\n').expect("one line");
    assert!(!line.contains('\n'));
    let command = Command::read(line).expect("a command");
    assert_eq!((command.name.as_str(), command.get("file")), ("error", "a::error::b,c%0A\n d.bak"));
    assert!(command.message.starts_with("`a::error::b,c%0A\\n d.bak` is a leftover"), "{}", command.message);
    assert!(command.message.contains("\nhelp: "), "{}", command.message);
}

#[test]
fn markdown_holds_no_markup_but_its_own() {
    let repository = staged(&NASTY);
    let text = repository.ssot(&["check", "--staged", "--format", "markdown"]).status(1).stdout;
    let mut rows = 0;
    for event in Parser::new_ext(&text, Options::all()) {
        match event {
            Event::Start(Tag::TableRow) => rows += 1,
            Event::Start(Tag::Heading { .. } | Tag::Paragraph | Tag::Table(_) | Tag::TableHead | Tag::TableCell) => {}
            Event::Start(tag) => panic!("{tag:?} in {text}"),
            Event::Html(html) | Event::InlineHtml(html) => {
                assert!(["<code>", "</code>", "<br>"].contains(&&*html), "{html:?}");
            }
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {
                panic!("{event:?} in {text}")
            }
            _ => {}
        }
    }
    assert_eq!(rows, 1 + NASTY.len(), "one row for the rule, one for each finding");
    // Outside of code, a name of a person follows no `@`.
    let outside = regex::Regex::new("<code>[^<]*</code>").expect("a pattern").replace_all(&text, "").into_owned();
    let called = regex::Regex::new(r"(@|&#64;)\w").expect("a pattern");
    assert!(outside.contains("&#64;") && !called.is_match(&outside), "{outside}");
    assert!(!outside.contains("www."), "{outside}");
}
