//! # clone
//!
//! ## What it does
//! Flags code that stands in several places, each class of copies once, with all its places. It is off unless the policy
//! has `clones`, and a warning then where `[levels]` says nothing. `mode` says what a copy is; each takes in the one before it:
//!
//! - `exact`: the same tokens, layout and comments aside, wherever they start and end. Of overlapping copies those are
//!   told that have at least one place which is no part of a longer one.
//! - `renamed`: a whole function or class whose names are others throughout, or whose literals are, `True`, `False` and
//!   `None` among them;
//! - `near`: a whole function or class with some statements added, removed, moved or changed. Two are as similar as the
//!   share of their tokens that stand in statements which both have, literals aside; `min-similarity` (0.7 when absent, from
//!   0 to 1) is enough. Each is told with the longest that it is similar to.
//!
//! Copies are looked for in Python, and exact ones in JavaScript and TypeScript, Rust and Go.
//!
//! A copy has `min-tokens` tokens (100 when absent, 50 or more) and `min-lines` lines (10 when absent) in each of its
//! places. A string is one token, however long. In Python the end of a line is a token, and so are the start and the end of
//! a block; a comma before a closing bracket and the kind of quotes are layout.
//!
//! What is a copy in two ways is told once: as a part of the larger one where that takes in three quarters of it in each
//! place.
//!
//! Left out, as if it stood in no file:
//!
//! - imports at module level;
//! - comments, and with them licence headers;
//! - tables of data: a value of 20 tokens or more that is assigned at module or class level and holds nothing but
//!   literals, names, brackets of these, and calls that name each argument: `SENSORS = (Sensor(key="a"), Sensor(key="b"))`;
//!   where only some rows of a value are such, those rows;
//! - in Python what functions take: a copy with fewer than 20 tokens beside the heads of functions of 50 tokens or more,
//!   their docstrings, and functions that do nothing but hand on what they take, in one call, or nothing at all
//!   (`@overload`);
//! - what repeats itself in place: behind its first `min-tokens` tokens, code that stands again before it is over;
//! - files that a program wrote: `.gitattributes` (`linguist-generated`), a comment or a docstring at their head says so,
//!   or they are minified: their names say so (`jquery.min.js`), or their lines are longer than 300 bytes on average;
//! - stubs (`.pyi`): they say again what their source says;
//! - examples and docs (`examples/`, `docs/`, `tutorial/`, `templates/`, `benchmarks/` and the like): each is whole by itself;
//! - what was taken over or put aside, in a folder called `archive`, `extern`, `third_party`, `vendor` or the like;
//! - steps of a series, which stay as they were taken: `0001_initial.py`;
//! - test code, unless `clones` has `tests = true`; it is compared with test code.
//!
//! Where the policy declares services, each is compared with itself: it owns its copy. A Python module that cannot import
//! a copy, for its distribution is published by itself and needs nothing from there (imports in its tests, for types, in a
//! `try` or in a function do not count), owns its own too. So does each version of one thing: a folder called `v1`,
//! `v2beta1` or the like, where most of its modules, and three or more, stand in the folder that holds it too, by the same
//! names, or in a version beside it (`pydantic/v1/`, `api/v1beta1/` beside `api/v1/`; `vision_v1beta1/` beside `vision_v1/`,
//! but neither `jobs_v2/` beside `jobs_v1/` nor `app/v2/` in `app/`). What stands twice in several of them is told in one.
//!
//! The copy to keep is the one in a concept's home, else the one that most of the others can import (none that it imports
//! itself: that would close a circle), else the one whose module is imported most, else the longest, else the first by
//! path. Where the change at hand wrote that one, and another stood before that can be imported as well and is imported if
//! the new one is, it says to keep what stood. The finding stands at the first of the others. It is known again by what was copied and by the definitions
//! around: a third copy makes it new, and a copy that moves to another file does not.
//!
//! ## Why is this bad?
//! A mend of one leaves the others broken, and nobody knows how many there are.
//!
//! ## Example
//! ```python
//! def load(path): ...   # 20 lines in app/a.py
//! def read(path): ...   # the same 20 lines in app/b.py
//! ```
//!
//! ## What to do instead
//! Keep one and import it. What is part of longer functions becomes a function of its own.
//!
//! ## Fix
//! None: only a person knows what the one function is to be called, and what its arguments are.

use std::cmp::Reverse;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::clones::{Class, Copies, Kind, Place};
use crate::finding::{Alternative, Choice, Copied, Level, Position, Span};
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::repo::{Around, ModuleId, Repo};
use crate::rules::no_duplicate_concepts::{CloneRule, Group, MOST_ALTERNATIVES, Reach, counts, split};
use crate::rules::{Found, RuleDef, Sink, Stage};

/// More places than this are counted, not named.
const MOST_PLACES: usize = 50;

/// So many definitions are named in a subject.
const NAMED: usize = 3;

pub static RULE: RuleDef = RuleDef {
    hook: "no-duplicate-concepts",
    name: "clone",
    summary: "copied code: exact, with other names, or nearly the same",
    source: include_str!("clone.rs"),
    level: None,
    compile: |policy| Ok(vec![Stage::Clones(Box::new(Clone { policy: policy.clone() }))]),
};

struct Clone {
    policy: Policy,
}

impl CloneRule for Clone {
    fn wants_test(&self, _path: &RepoPath) -> bool {
        self.policy.clones.tests
    }

    fn check(&self, copies: &Copies, repo: &Repo, out: &mut Sink) {
        let importers = repo.importers(|from, to| counts(from, to, repo));
        // Test code is compared with test code: what holds for one place holds for all.
        let is_test =
            |class: &&Class| class.places.first().is_some_and(|place| self.policy.project.tests.matches(&place.path));
        let judged = copies.classes.par_iter().filter(|class| self.policy.clones.tests || !is_test(class));
        let found: Vec<Found> = judged.flat_map_iter(|class| self.judge(class, repo, &importers)).collect();
        found.into_iter().for_each(|found| out.report(found));
    }
}

/// One place of a class, and what stands there.
struct Copy<'c> {
    place: &'c Place,
    id: Option<ModuleId>,
    /// The definition around it, or else the first one in it.
    definition: Option<Around>,
    is_home: bool,
    importers: usize,
}

impl Clone {
    /// One finding for each place to keep.
    fn judge(&self, class: &Class, repo: &Repo, importers: &FxHashMap<ModuleId, usize>) -> Vec<Found> {
        let copies: Vec<Copy> = class.places.iter().map(|place| self.copy(place, repo, importers)).collect();
        let rank = |copy: &Copy, reach: Reach| {
            let order = (copy.is_home, reach.possible, copy.importers > 0, reach.fitting, copy.importers);
            (Reverse((order, length(copy.place.lines))), copy.place.clone())
        };
        let split = split(copies, repo, |copy| (&copy.place.path, copy.id), rank).into_iter();
        split.map(|group| self.found(class, &group, repo)).collect()
    }

    fn copy<'c>(&self, place: &'c Place, repo: &Repo, importers: &FxHashMap<ModuleId, usize>) -> Copy<'c> {
        let id = repo.at(&place.path);
        let module = id.map(|id| repo.module(id));
        Copy {
            place,
            id,
            definition: id.and_then(|id| repo.around(id, place.lines)),
            is_home: module.is_some_and(|module| self.policy.concepts.iter().any(|of| repo.is_home(of, module))),
            importers: id.and_then(|id| importers.get(&id).copied()).unwrap_or(0),
        }
    }

    fn found(&self, class: &Class, group: &Group<Copy<'_>>, repo: &Repo) -> Found {
        let home = &group.home;
        let mut others: Vec<&Copy> = group.others.iter().collect();
        others.sort_by_key(|copy| copy.place);
        let at = others.first().map_or(home.place, |copy| copy.place);
        let message = message(class, at, (home.place, "are copied from"), others.len());
        let found = Found::place(
            &at.path,
            span(at.lines),
            subject(class, home, &others),
            message,
            home.help(class, &others, repo),
        );
        let found = found.level(Level::Warning).by(self.policy.clones.site.as_ref());
        let found = found.see(&home.place.path, span(home.place.lines), home.why());
        let found = found.chosen(choice(class, group, at, repo));
        let see = |found: Found, copy: &&Copy| {
            let (first, last) = copy.place.lines;
            found.see(&copy.place.path, span(copy.place.lines), format!("another copy, lines {first} to {last}"))
        };
        others.iter().skip(1).take(MOST_PLACES).fold(found, see)
    }
}

impl Copy<'_> {
    /// What the definition is called from its module; empty where there is none.
    fn name(&self) -> &str {
        self.definition.as_ref().map_or("", |definition| definition.name.as_str())
    }

    fn copied(&self) -> Copied {
        Copied { path: self.place.path.clone(), name: self.name().to_owned() }
    }

    /// Whether the whole of a definition at module level is copied.
    fn is_whole(&self) -> bool {
        let (first, last) = self.place.lines;
        let is_whole = |of: &Around| of.is_open && first <= of.lines.0 && of.lines.1 <= last;
        self.definition.as_ref().is_some_and(is_whole)
    }

    /// Whether it is built with the others.
    fn is_in_package_of(&self, others: &[&Copy<'_>], repo: &Repo) -> bool {
        let package = repo.package_of(&self.place.path);
        others.iter().all(|other| repo.package_of(&other.place.path) == package)
    }

    fn why(&self) -> String {
        let (first, last) = self.place.lines;
        let why = match self.importers {
            _ if self.is_home => ": a concept's home".to_owned(),
            0 => String::new(),
            count => format!(": {count} module(s) import its module"),
        };
        format!("the one to keep, lines {first} to {last}{why}")
    }

    fn help(&self, class: &Class, others: &[&Copy<'_>], repo: &Repo) -> String {
        let same_file = others.iter().all(|other| other.place.path == self.place.path);
        let id = self.id.filter(|id| !same_file && !repo.module(*id).names.is_empty());
        let is_beside = |other: &Copy| other.place.path.folder() == self.place.path.folder();
        let beside = others.first().and_then(|other| other.id).filter(|_| others.iter().all(|other| is_beside(other)));
        let module = id.map(|id| beside.map_or_else(|| repo.imported_as(id), |other| repo.imported_as_in(id, other)));
        let (name, path) = (self.name(), &self.place.path);
        let is_class = self.is_whole() && self.definition.as_ref().is_some_and(|definition| definition.is_class);
        let what = if is_class { "class" } else { "function" };
        match (module, class.kind) {
            (Some(module), Kind::Exact) if self.is_whole() && others.iter().all(|other| other.is_whole()) => {
                format!("keep the one in `{path}`: `from {module} import {name}`, and delete the others")
            }
            (Some(module), _) => format!("make it one {what} in `{path}`, and import that from `{module}`"),
            (None, _) if self.is_in_package_of(others, repo) => {
                format!("make it one {what} in `{path}`, and use that in all places")
            }
            (None, _) => format!("make it one {what} in a package that all of them can use"),
        }
    }
}

/// What is said at one place of another; in how many others there are copies.
fn message(class: &Class, at: &Place, (of, exactly): (&Place, &str), others: usize) -> String {
    let how = match class.kind {
        Kind::Exact => exactly,
        Kind::Renamed => "are, but for names and literals, those of",
        Kind::Near => "are nearly those of",
    };
    let mut message = format!("{} lines {how} `{}`", length(at.lines), of.path);
    if others > 1 {
        message += &format!(", and stand in {} places in all", others + 1);
    }
    if class.kind == Kind::Near {
        message += &format!(" ({} % alike)", class.similarity);
    }
    message
}

/// What the finding at `at` says where another one than the home is kept.
fn choice(class: &Class, Group { home, others, as_good }: &Group<Copy<'_>>, at: &Place, repo: &Repo) -> Choice {
    // What is imported while another is not has taken its place.
    let is_used = |copy: &&Copy| home.importers == 0 || copy.importers > 0;
    let could = others.iter().take(if home.is_home { 0 } else { *as_good }).filter(is_used);
    let alternative = |kept: &Copy| {
        let rest: Vec<&Copy> = others.iter().chain([home]).filter(|copy| copy.place != kept.place).collect();
        let of = if kept.place == at { (home.place, "are copied to") } else { (kept.place, "are copied from") };
        let message = message(class, at, of, others.len());
        Alternative { place: kept.copied(), message, help: kept.help(class, &rest, repo) }
    };
    let others = could.filter(|copy| copy.place.path != home.place.path).take(MOST_ALTERNATIVES).map(alternative);
    Choice { kept: home.copied(), others: others.collect() }
}

/// What is copied, and in which definitions: the same wherever they stand, and another one with a further copy.
fn subject(class: &Class, home: &Copy<'_>, others: &[&Copy<'_>]) -> String {
    let mut names: Vec<&str> = others.iter().map(|copy| copy.name()).chain([home.name()]).collect();
    names.sort_unstable();
    let mut hash = blake3::Hasher::new();
    hash.update(&class.digest.to_le_bytes());
    for name in &names {
        hash.update(&(name.len() as u64).to_le_bytes()).update(name.as_bytes());
    }
    let digest = hash.finalize().to_hex();
    names.dedup();
    names.retain(|name| !name.is_empty());
    let more = if names.len() > NAMED { ", …" } else { "" };
    names.truncate(NAMED);
    let names = if names.is_empty() { "lines".to_owned() } else { names.join(", ") };
    format!("{names}{more} #{}", &digest[..12])
}

fn length((first, last): (u32, u32)) -> u32 {
    last + 1 - first
}

fn span((first, last): (u32, u32)) -> Span {
    Span { start: Position { line: first, column: 1 }, end: Position { line: last + 1, column: 1 } }
}
