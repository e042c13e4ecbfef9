//! # duplication-budget
//!
//! ## What it does
//! Flags a glob of `budget` of whose lines more lie in a copy than its percentage allows. What a copy is says `clone`,
//! by the settings of `clones` or its defaults; `clone` itself need not be on. Each line counts once, however many copies
//! it lies in, and all lines count that the glob matches in files in which copies are looked for. Every glob that matches
//! a file is judged, so that a folder can have a smaller budget than the whole. A glob that matches test code has the
//! copies in it counted; test code is compared with test code.
//!
//! ## Why is this bad?
//! A little copying does no harm, and a lot of it is never decided: it grows a few lines at a time.
//!
//! ## Example
//! ```toml
//! [no-duplicate-concepts]
//! budget = { "backend/**" = 3.0, "**/tests/**" = 10.0 }
//! ```
//! and 4 % of the lines below `backend` stand there twice.
//!
//! ## What to do instead
//! Mend the largest copies: `ssot check --rule clone` shows each with the one to keep.
//!
//! ## Fix
//! None.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::clones::Copies;
use crate::finding::{Level, Span};
use crate::path::RepoPath;
use crate::policy::clones::{Budget, Clones};
use crate::repo::Repo;
use crate::rules::no_duplicate_concepts::CloneRule;
use crate::rules::{Found, RuleDef, Sink, Stage};

/// So many of the files with the most copied lines are named.
const NAMED: usize = 3;

pub static RULE: RuleDef = RuleDef {
    hook: "no-duplicate-concepts",
    name: "duplication-budget",
    summary: "a glob over its share of copied lines",
    source: include_str!("duplication_budget.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let rule = || Stage::Clones(Box::new(DuplicationBudget { settings: policy.clones.clone() }));
        Ok(if policy.clones.budgets.is_empty() { vec![] } else { vec![rule()] })
    },
};

struct DuplicationBudget {
    settings: Clones,
}

impl CloneRule for DuplicationBudget {
    fn wants_test(&self, path: &RepoPath) -> bool {
        self.settings.budgets.iter().any(|budget| budget.glob.matches(path))
    }

    fn check(&self, copies: &Copies, _repo: &Repo, out: &mut Sink) {
        let copied = copied_lines(copies);
        for budget in &self.settings.budgets {
            let files: Vec<_> = copies.files.iter().filter(|(path, _)| budget.glob.matches(path)).collect();
            let all: u64 = files.iter().map(|(_, lines)| u64::from(*lines)).sum();
            let mut of_files: Vec<(&RepoPath, u32)> =
                files.iter().filter_map(|(path, _)| Some((path, *copied.get(path)?))).collect();
            let lines: u64 = of_files.iter().map(|(_, lines)| u64::from(*lines)).sum();
            if lines as f64 * 100.0 > budget.percent * all as f64 {
                of_files.sort_by_key(|(path, lines)| (Reverse(*lines), *path));
                out.report(budget.found(lines, all, &of_files));
            }
        }
    }
}

impl Budget {
    fn found(&self, lines: u64, all: u64, files: &[(&RepoPath, u32)]) -> Found {
        let share = lines as f64 * 100.0 / all.max(1) as f64;
        let (glob, percent) = (&self.glob.text, self.percent);
        let message =
            format!("{share:.1} % of `{glob}` lies in copies: {lines} of {all} lines, over the budget of {percent} %");
        let help = "start with the files that hold most of it; `ssot check --rule clone` shows each copy";
        let found = Found::site(&self.site, glob, message, help).by(Some(&self.site)).size(lines);
        let see = |found: Found, (path, lines): &(&RepoPath, u32)| {
            found.see(path, Span::FILE, format!("{lines} copied lines"))
        };
        files.iter().take(NAMED).fold(found, see)
    }
}

/// How many lines of each file lie in a copy.
fn copied_lines(copies: &Copies) -> BTreeMap<&RepoPath, u32> {
    let mut places: BTreeMap<&RepoPath, Vec<(u32, u32)>> = BTreeMap::new();
    for place in copies.classes.iter().flat_map(|class| &class.places) {
        places.entry(&place.path).or_default().push(place.lines);
    }
    let count = |mut stretches: Vec<(u32, u32)>| {
        stretches.sort_unstable();
        let (mut count, mut reached) = (0, 0);
        for (first, last) in stretches {
            let first = first.max(reached + 1);
            count += (last + 1).saturating_sub(first);
            reached = reached.max(last);
        }
        count
    };
    places.into_iter().map(|(path, stretches)| (path, count(stretches))).collect()
}
