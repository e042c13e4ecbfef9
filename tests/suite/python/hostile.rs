//! Files that are deep, long, or no text: each is judged by every rule, and ends in a verdict.

use std::fmt::Write;

use super::{JSON, judged, said};
use crate::bad_input::bounded::{finish, ssot};

/// What one process may allocate, in KiB.
const MEMORY: u32 = 2 << 20;

const DEEP: usize = 50_000;

/// A chain of `times` openings around a middle.
fn nested(before: &str, open: &str, times: usize, middle: &str, close: &str, after: &str) -> String {
    format!("{before}{}{middle}{}{after}\n", open.repeat(times), close.repeat(times))
}

/// Blocks in each other, as deep as fits a file of a few megabytes.
fn blocks(head: &str, depth: usize, last: &str) -> String {
    let lines = (0..depth).map(|indent| format!("{}{head}\n", " ".repeat(indent)));
    lines.collect::<String>() + &" ".repeat(depth) + last + "\n"
}

/// Judges a file of that content by every rule; what is said of it.
#[track_caller]
fn judge(name: &str, content: impl AsRef<[u8]>) -> Vec<String> {
    let repository = judged();
    repository.write("deep.py", content);
    let run = finish(ssot(repository.path(), MEMORY, &JSON));
    assert_eq!(run.status, Some(1), "{name}: {}\n{}", run.stdout.chars().take(2000).collect::<String>(), run.stderr);
    said(&run, "deep.py")
}

#[track_caller]
fn is_whole(said: &[String], name: &str) {
    assert!(!said.iter().any(|message| message.contains("not checked")), "{name}: {said:?}");
}

#[track_caller]
fn is_unchecked(said: &[String], name: &str) {
    assert!(said.iter().any(|message| message.starts_with("`deep.py` was not checked: ")), "{name}: {said:?}");
}

#[test]
fn what_is_nested_without_end_is_told() {
    for (name, content) in [
        ("brackets", "(".repeat(100_000)),
        ("lists", "[".repeat(DEEP)),
        ("comprehensions", "[x for ".repeat(DEEP)),
        ("lambdas", "lambda ".repeat(DEEP)),
        ("conditions", "x if ".repeat(DEEP)),
        ("f-strings", "f'{".repeat(1_000)),
        ("blocks", blocks("if x:", 2_000, "")),
    ] {
        is_unchecked(&judge(name, content), name);
    }
}

#[test]
fn expressions_in_each_other_are_read() {
    for (name, content) in [
        ("parentheses", nested("", "(", 100_000, "1", ")", "")),
        ("lists", nested("", "[", DEEP, "", "]", "")),
        ("dictionaries", nested("", "{1:", DEEP, "1", "}", "")),
        ("calls", nested("", "f(a=", DEEP, "1", ")", "")),
        ("subscripts", nested("", "x[", DEEP, "1", "]", "")),
        ("lambdas", nested("", "lambda a=x.y: ", DEEP, "x.y", "", "")),
        ("negations", nested("", "not ", DEEP, "x", "", "")),
        ("powers", nested("", "1**", DEEP, "1", "", "")),
        ("conditions", nested("", "1 if x else ", DEEP, "1", "", "")),
        ("targets", nested("", "(", DEEP, "a", ",)", " = 1")),
        ("comprehensions", nested("", "[", DEEP / 10, "x", " for x in x]", "")),
        ("a type", nested("x: ", "a[", DEEP, "'b.c'", "]", "")),
        ("a type as text", nested("x: '", "[", 249, "", "]", "'")),
        ("a longer type as text", nested("x: '", "[", DEEP, "", "]", "'")),
        ("a type as text that is none", nested("x: '", "(", 499, "", "", "'")),
        ("types as text", nested("x: a[", "'b.c', ", DEEP, "'d'", "", "]")),
    ] {
        is_whole(&judge(name, content), name);
    }
}

#[test]
fn patterns_in_each_other_are_read() {
    is_whole(&judge("lists", nested("match x:\n case ", "[", DEEP, "", "]", ": pass")), "lists");
    is_whole(&judge("parentheses", nested("match x:\n case ", "(", DEEP, "1", ")", ": pass")), "parentheses");
}

#[test]
fn chains_are_read() {
    for (name, content) in [
        ("sum", nested("x = ", "a.b + ", DEEP, "1", "", "")),
        ("sum of exports", nested("__all__ = ", "['a'] + ", DEEP, "['b']", "", "")),
        ("attributes", nested("x", ".x", DEEP, "", "", "")),
        ("attributes of no name", nested("()", ".x", DEEP, "", "", "")),
        ("calls", nested("x", "()", DEEP, "", "", "")),
        ("calls in a decorator", nested("@x", "()", DEEP, "", "", "\ndef f(): pass")),
        ("assignments", nested("", "a = ", DEEP, "1", "", "")),
        ("comparisons", nested("", "a < ", DEEP, "1", "", "")),
        ("strings", nested("x = ", "'a' ", DEEP, "", "", "")),
        ("elif", nested("if x: pass\n", "elif x: pass\n", DEEP, "", "", "")),
        ("decorators", nested("", "@a\n", DEEP, "def f(): pass", "", "")),
        ("decorators with allows", nested("", "@a  # ssot: allow(same-name) x\n", DEEP, "def f(): pass", "", "")),
        ("globals", format!("def f():\n global a{}\n pass\n{}", ", a".repeat(DEEP), " x = 1\n".repeat(DEEP))),
    ] {
        is_whole(&judge(name, content), name);
    }
}

#[test]
fn blocks_in_each_other_are_read() {
    for (name, head) in [
        ("conditions", "if x:"),
        ("type checking", "if TYPE_CHECKING:"),
        ("loops", "while x:"),
        ("functions", "def f(a=b.c):"),
        ("classes", "class A:"),
    ] {
        is_whole(&judge(name, blocks(head, 2_000, "import os")), name);
    }
}

#[test]
fn blocks_50_000_deep_make_a_file_too_large_to_read() {
    let repository = judged();
    let file = std::fs::File::create(repository.path().join("deep.py")).expect("a file");
    // Each level stands one column further in: 1.25 GB.
    file.set_len(50_000 * 50_000 / 2).expect("a sparse file");
    let run = finish(ssot(repository.path(), MEMORY, &JSON)).status(1);
    assert!(run.json()["notes"][0].to_string().contains("were not looked into"), "{}", run.stdout);
    assert!(said(&run, "deep.py").iter().any(|message| message.contains("over the limit of 500 KiB")));
}

#[test]
fn a_million_imports_are_judged() {
    let mut content = String::new();
    for number in 0..1_000_000 {
        writeln!(content, "import m{number}").expect("text");
    }
    let said = judge("imports", content);
    assert!(said.contains(&"`deep.py` has 1000000 lines, over the limit of 500".to_owned()), "{:?}", said.first());
}

#[test]
fn a_million_lines_are_judged() {
    let said = judge("lines", "x = 1\n".repeat(1_000_000));
    assert!(said.contains(&"`deep.py` has 1000000 lines, over the limit of 500".to_owned()), "{:?}", said.first());
}

#[test]
fn long_names_are_judged() {
    let name = "a".repeat(1_000_000);
    is_whole(&judge("an identifier", format!("{name} = 1\ndef {name}(): pass\nimport {name}\n")), "an identifier");
    let dotted = "a.".repeat(500_000) + "a";
    is_whole(&judge("an import", format!("import {dotted}\nfrom {dotted} import b\n")), "an import");
    let dots = ".".repeat(1_000_000);
    is_whole(&judge("dots", format!("from {dots} import b\n")), "dots");
    is_whole(&judge("a string", format!("import importlib\nimportlib.import_module('{dotted}')\n")), "a string");
}
