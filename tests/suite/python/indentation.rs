//! Tabs and spaces, compared with the `python3` that runs the tests.

use std::process::Command;

use ssot::lang::Language;
use ssot::lang::python::Python;

use crate::repository::{Repository, Run};

const BLANKS: [&str; 12] =
    ["", " ", "  ", "\t", " \t", "\t ", "\t\t", "        ", "       \t", "        \t", "         ", "  \x0c\t"];

/// What does not count: lines that are blank or a comment, and those in brackets, strings and continued lines.
const ASIDE: [&str; 8] = [
    "\t\n",
    "        # why\n",
    "\t \t# why\n        \n",
    "if (a,\n        b,\n\tc): pass\n",
    "'''\n\t\n        '''\n",
    "a = \\\n\t1; b = \\\n        2\n",
    "f'''{\n\ta\n        }\n\t'''\n",
    "\\\n\tc\n",
];

/// For each text, whether Python takes it.
fn taken_by_python(texts: &[String]) -> Vec<bool> {
    let repository = Repository::without_git();
    repository.write("texts.json", serde_json::to_vec(texts).expect("text"));
    let program = "import ast, json, sys, warnings\nwarnings.simplefilter('ignore')\n\
        for text in json.load(open(sys.argv[1])):\n    \
        try: ast.parse(text.encode()); print(1)\n    except SyntaxError: print(0)\n";
    let mut command = Command::new("python3");
    command.args(["-c", program]).arg(repository.path().join("texts.json"));
    let run: Run = command.output().expect("python3 starts").into();
    run.status(0).stdout.lines().map(|line| line == "1").collect()
}

/// `fits` is given whether this and Python take a text.
#[track_caller]
fn are_taken(texts: &[String], fits: fn(bool, bool) -> bool) {
    let taken = taken_by_python(texts);
    assert_eq!(taken.len(), texts.len());
    let both = taken.iter().filter(|taken| **taken).count();
    assert!(both > texts.len() / 20 && both < texts.len(), "{both} of {} are Python", texts.len());
    for (text, taken) in texts.iter().zip(taken) {
        let broken = Python.extract(text.as_bytes()).broken;
        assert!(fits(broken.is_empty(), taken), "{text:?} {broken:?}, Python takes it: {taken}");
    }
}

#[test]
fn tabs_and_spaces_are_refused_where_python_refuses_them() {
    let mut texts = Vec::new();
    for first in BLANKS {
        for second in BLANKS {
            texts.push(format!("if x:\n{first}a\n{second}b\n"));
            for third in BLANKS {
                texts.push(format!("if x:\n{first}if y:\n{second}a\n{third}b\n"));
            }
        }
    }
    are_taken(&texts, |this, python| this == python);
}

#[test]
fn lines_that_do_not_count_may_mix_them() {
    let mut texts = Vec::new();
    for aside in ASIDE {
        for (first, second) in BLANKS.into_iter().flat_map(|first| BLANKS.map(|second| (first, second))) {
            texts.push(format!("if x:\n{first}a\n{first}{aside}{second}b\n"));
        }
    }
    are_taken(&texts, |this, python| this == python);
}

/// The parser refuses some that Python takes: it counts a tab before a backslash otherwise.
#[test]
fn no_continued_indentation_is_taken_that_python_refuses() {
    let mut texts = Vec::new();
    for first in BLANKS {
        for (before, behind) in BLANKS.into_iter().flat_map(|before| BLANKS.map(|behind| (before, behind))) {
            texts.push(format!("if x:\n{first}a\n{before}\\\n{behind}b\n"));
        }
    }
    are_taken(&texts, |this, python| !this || python);
}
