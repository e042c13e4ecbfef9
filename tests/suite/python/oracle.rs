//! Compared with Python itself: `ast` of the `python3` that runs the tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::said;
use crate::repository::{Repository, Run, binary};

const CHECKOUT: &str = env!("CARGO_MANIFEST_DIR");

/// What Python prints.
#[track_caller]
fn python(program: &str) -> String {
    let run: Run = Command::new("python3").args(["-c", program]).output().expect("python3 starts").into();
    run.status(0).stdout.trim().to_owned()
}

/// Definitions and imports of every file in a folder are those that `ast` sees.
#[track_caller]
fn is_read_as_by_ast(folder: &Path, least: usize) {
    let script = Path::new(CHECKOUT).join("tests/oracle/ast_facts.py");
    let run: Run =
        Command::new("python3").arg(script).arg(binary("ssot")).arg(folder).output().expect("python3 starts").into();
    let said = run.status(0).stdout;
    let compared = said.split(' ').next().and_then(|number| number.parse::<usize>().ok());
    assert!(compared.is_some_and(|compared| compared >= least), "{said}");
}

#[test]
fn the_standard_library_is_read_as_by_ast() {
    is_read_as_by_ast(Path::new(&python("import sysconfig; print(sysconfig.get_paths()['stdlib'])")), 500);
}

#[test]
fn sympy_is_read_as_by_ast() {
    let venv = Path::new(CHECKOUT).join(".test-tools/venv/bin/python");
    assert!(venv.exists(), "`bash tests/run.sh` installs what the tests need");
    let find = "import importlib.util; print(importlib.util.find_spec('sympy').submodule_search_locations[0])";
    let run: Run = Command::new(venv).args(["-c", find]).output().expect("python starts").into();
    is_read_as_by_ast(&PathBuf::from(run.status(0).stdout.trim()), 1000);
}

/// Forms that some release of Python added, changed or removed.
pub const FORMS: [&str; 30] = [
    "(x := 1)\n",
    "def f(a, /, b): pass\n",
    "f'{x=}'\n",
    "print(f'{a['b']}')\n",
    "f'{'\\n'.join(x)}'\n",
    "f'{x # y\n}'\n",
    "f'{f'{f'{1}'}'}'\n",
    "with (open(a) as b, open(c) as d): pass\n",
    "with (a, b): pass\n",
    "match x:\n    case [1, *_]: pass\n",
    "match = 1\nmatch[x]\n",
    "try: pass\nexcept* E: pass\n",
    "type X = int\n",
    "type = 1\n",
    "def f[T](x: T): pass\n",
    "class C[T]: pass\n",
    "def f[T = int](): pass\n",
    "x[*a]\n",
    "def f(*args: *Ts): pass\n",
    "x[a:b, *c]\n",
    "try: pass\nexcept A, B: pass\n",
    "t'{x}'\n",
    "@a[0].b\ndef f(): pass\n",
    "for x in *a, b: pass\n",
    "def f():\n    return *a, b\n",
    "def f():\n    try: pass\n    finally: return\n",
    "x = {**a, 'b': 1}\n",
    "{*a, *b}[(y := 1)]\n",
    "print 1\n",
    "f((a)=1)\n",
];

#[test]
fn a_form_is_refused_exactly_where_this_python_refuses_it() {
    let version = python("import sys; print('%d.%d' % sys.version_info[:2])");
    let repository = Repository::without_git();
    repository.write("ssot.toml", format!("[python]\nversion = \"{version}\"\n[levels]\nsame-name = \"error\"\n"));
    for (number, form) in FORMS.iter().enumerate() {
        repository.write(&format!("form{number:02}.py"), form);
    }
    let program = "import ast, pathlib, sys, warnings\nwarnings.simplefilter('ignore')\n\
        for path in sorted(pathlib.Path(sys.argv[1]).glob('*.py')):\n    \
        try: ast.parse(path.read_bytes())\n    except (SyntaxError, ValueError): print(path.name)\n";
    let mut command = Command::new("python3");
    let run: Run = command.args(["-c", program]).arg(repository.path()).output().expect("python3 starts").into();
    let refused = run.status(0).stdout;
    let verdict = repository.ssot(&["check", "--format=json"]);
    for (number, form) in FORMS.iter().enumerate() {
        let name = format!("form{number:02}.py");
        let unchecked = said(&verdict, &name).iter().any(|message| message.contains("not checked"));
        assert_eq!(unchecked, refused.lines().any(|line| line == name), "Python {version}: {form}");
    }
}
