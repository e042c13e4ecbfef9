//! Compared with ruff's `TID251`: of a list of banned names, ssot finds every import and use that ruff finds.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use super::{copy, installed, python};
use crate::repository::{Repository, Run};
use ssot::lang;

/// Names of each kind: modules and packages, functions, classes, attributes, of the code judged and of others.
const BANNED: &[&str] = &[
    "collections.abc",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "django.conf.settings",
    "django.db.models.Q",
    "django.utils.functional.cached_property",
    "functools",
    "importlib",
    "itertools.chain",
    "json",
    "logging.getLogger",
    "mpmath.mp",
    "odd.low.thing",
    "os.environ",
    "os.getenv",
    "random",
    "re",
    "sympy.S",
    "sympy.core.basic",
    "sympy.core.sympify.sympify",
    "sys.modules",
    "time.time",
    "typing.Any",
    "typing.Optional",
    "warnings.warn",
];

/// Path, line and banned name.
type Places = BTreeSet<(String, u64, String)>;

/// What ruff finds.
fn theirs(repository: &Repository) -> Places {
    let banned = |name: &&str| format!("{name:?}.msg = ''\n");
    let table = BANNED.iter().map(banned).collect::<String>();
    repository.write("ruff.toml", format!("[lint.flake8-tidy-imports.banned-api]\n{table}"));
    let run: Run = Command::new(python().with_file_name("ruff"))
        .args(["check", "--config", "ruff.toml", "--target-version", "py313", "--select", "TID251"])
        .args(["--no-cache", "--ignore-noqa", "--output-format", "json"])
        .current_dir(repository.path())
        .output()
        .expect("ruff starts")
        .into();
    let root = repository.path().canonicalize().expect("its path");
    let run = run.status(1).json();
    let found = run.as_array().expect("findings").iter().map(|found| {
        assert_eq!(found["code"], "TID251", "{found}");
        let path = found["filename"].as_str().and_then(|path| path.strip_prefix(root.to_str()?)).expect("a path");
        let name = found["message"].as_str().and_then(|message| message.split('`').nth(1)).expect("a name");
        (path[1..].to_owned(), found["location"]["row"].as_u64().expect("a line"), name.to_owned())
    });
    found.collect()
}

/// What ssot finds by a concept that wraps the names, and by a contract that forbids them: there without lines, for a
/// contract tells each module once.
fn ours(repository: &Repository, packages: &[&str]) -> (Places, BTreeSet<(String, String)>) {
    let policy = format!(
        "[concept.banned]\nhome = 'home'\ntests = true\nwraps = {BANNED:?}\n\
        [contract.banned]\ntype = 'forbidden'\ntests = true\nfrom = {packages:?}\nto = {BANNED:?}\n"
    );
    repository.write("ssot.toml", policy);
    repository.write("home.py", "");
    let rules = ["--rule", "wrapped-import", "--rule", "forbidden-import"];
    let verdict =
        repository.ssot(&[&["check", "--format", "json", "--no-cache"], &rules[..]].concat()).status(1).json();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let (mut wrapped, mut forbidden) = (Places::new(), BTreeSet::new());
    for found in verdict["findings"].as_array().expect("findings") {
        let (path, subject) = (text(&found["path"]), text(&found["subject"]));
        match subject.split_once(" -> ") {
            Some((_, name)) => drop(forbidden.insert((path, name.to_owned()))),
            None => drop(wrapped.insert((path, found["line"].as_u64().expect("a line"), subject))),
        }
    }
    (wrapped, forbidden)
}

/// Of a statement over several lines ruff may name the first, where ssot names that of each name: all become the first.
fn at_statements(repository: &Repository, places: Places) -> Places {
    let mut starts: BTreeMap<String, BTreeMap<u64, u64>> = BTreeMap::new();
    let start = |(path, line, name): (String, u64, String)| {
        let starts = starts.entry(path.clone()).or_insert_with(|| {
            let text = std::fs::read(repository.path().join(&path)).expect("the file");
            let code = lang::of(&path.as_str().into()).extract(&text).code.expect("its code");
            code.imports.iter().map(|import| (import.span.start.line.into(), import.line.into())).collect()
        });
        let line = starts.get(&line).copied().unwrap_or(line);
        (path, line, name)
    };
    places.into_iter().map(start).collect()
}

#[test]
fn all_that_ruff_finds_in_django_and_sympy() {
    let repository = Repository::without_git();
    let packages = ["django", "sympy"];
    packages.iter().for_each(|package| copy(&installed(package), &repository));
    let theirs = at_statements(&repository, theirs(&repository));
    let (wrapped, forbidden) = ours(&repository, &packages);
    let wrapped = at_statements(&repository, wrapped);
    assert!(theirs.len() > 1400, "{}", theirs.len());
    assert_eq!(theirs.difference(&wrapped).collect::<Vec<_>>(), Vec::<&(String, u64, String)>::new());
    // What ssot finds beyond are uses of what lies below a banned name, in files where ruff finds that name too.
    let named: BTreeSet<_> = theirs.iter().map(|(path, _, name)| (path.clone(), name.clone())).collect();
    let beyond: Vec<_> = wrapped.difference(&theirs).collect();
    assert!(beyond.len() > 1000, "{}", beyond.len());
    for (path, line, name) in beyond {
        assert!(named.contains(&(path.clone(), name.clone())), "{path}:{line}: {name}");
    }
    // No contract speaks of a file that no import can name.
    let mut missed: Vec<_> =
        named.difference(&forbidden).filter(|(path, _)| !path.contains("/test-examples/")).collect();
    missed.extend(forbidden.difference(&named));
    assert_eq!(missed, Vec::<&(String, String)>::new());
}

/// Each form of import and use. A line says which of the two finds it, where that is not both or none.
const ODD: &str = r#"
from __future__ import annotations
import os, os.path
import os as o
import json as j, re
import json.decoder
import datetime
import collections
import collections.abc
import typing
import typing as t
import odd.low
from datetime import datetime as dt
from json.decoder import JSONDecoder
from os import (
    path,
    environ as env,
    getenv,
)
from odd import low
from . import low as below
from .low import other, thing
from odd.low import thing as renamed
from elsewhere import os as other_os
if t.TYPE_CHECKING:
    from typing import Optional
try:
    import json
except ImportError:
    json = None

json.loads("")  # only ssot: below a banned module
collections.abc.Mapping
other_os.environ
odd.low.thing, low.thing, below.thing
dt.now, datetime.datetime.now().date()
o.environ["a"], (os).environ
os\
    .environ
del os.environ["a"]
os.environ["a"] += "b"
for os.environ["a"] in []: pass
f"{o.getenv('a')!r:>{os.environ['b']}}"
lambda os: os.environ
lambda a=os.environ: a
[os.environ for os in []]
[os.environ[a] for a in []]
copy = os.environ
copy["a"]
shorter = os
shorter.environ  # only ssot: a name for a module
match o:
    case os.environ: pass

def f(x: "typing.Optional[int]", *y: "os.environ") -> "t.List['t.Optional[int]']":
    import os as local
    def inner():
        return local.environ, [local.getenv(a) for a in x]
    return inner

def parameter(os):
    return os.environ

def unbound():
    os.environ  # only ruff: fails where it runs
    os = 1

def rebound():
    global o
    o = 1
    o.environ  # only ssot: the module is imported under this name too

def generic[T: "os.environ", *U](x: T = os.environ): pass

type Alias = "os.environ"

class A(collections.abc.Mapping, metaclass=os.environ):
    import os as inner
    own = inner.environ
    annotated: "typing.Optional[int]" = None
    def method(self):
        return self.os.environ

typed: typing.Annotated["os.environ", "os.getenv"]
literal: typing.Literal["os.environ"]
either: "int | os.environ"
lines: """
    os.environ"""
broken: "os.environ os.environ"
t.cast("os.environ", 1)
t.cast(typ="os.environ", val=1)
t.TypeVar("T", "os.environ", bound="os.getenv")
t.NewType("N", "os.environ")
t.NamedTuple("N", [("a", "os.environ")])  # only ruff: a type as text outside of an annotation
list["os.environ"]  # only ruff: a type as text outside of an annotation
"os.environ"
__import__("json")
getattr(os, "environ")
"#;

#[test]
fn all_that_ruff_finds_of_every_form() {
    let repository = Repository::without_git();
    repository.write("odd/__init__.py", "");
    repository.write("odd/low.py", "other = thing = 1\n");
    repository.write("odd/forms.py", ODD);
    let said = |who: &str| {
        let lines = ODD.lines().zip(1..).filter(|(line, _)| line.contains(&format!("# only {who}:")));
        lines.map(|(_, line)| line).collect::<Vec<u64>>()
    };
    let lines = |places: &Places| places.iter().map(|(_, line, _)| *line).collect::<BTreeSet<u64>>();
    let theirs = at_statements(&repository, theirs(&repository));
    let ours = at_statements(&repository, ours(&repository, &["odd"]).0);
    assert!(theirs.len() > 45, "{}", theirs.len());
    let only_theirs: Vec<_> = theirs.difference(&ours).collect();
    let only_ours: Vec<_> = ours.difference(&theirs).collect();
    assert_eq!(lines(&only_theirs.into_iter().cloned().collect()).into_iter().collect::<Vec<_>>(), said("ruff"));
    assert_eq!(lines(&only_ours.into_iter().cloned().collect()).into_iter().collect::<Vec<_>>(), said("ssot"));
}
