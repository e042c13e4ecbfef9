//! # import-cycle
//!
//! ## What it does
//! Flags imports that close a circle among the children of a package, as a contract of type `acyclic` says: each
//! child counts as one, with all below it. `below` names the packages, `depth` how many levels of children are
//! compared: with 1, which holds where it is absent, the children of `below`; with 2 also the children of each of
//! these. The flagged imports are a cut: without them there is no circle left. It is small, though there may be a
//! smaller one (Eades, Lin and Smyth, 1993). An import of a package by what lies in it is none between children.
//!
//! ## Why is this bad?
//! Of modules in a circle none can be read, tested or moved without all others, and which one is imported first
//! decides whether the program starts.
//!
//! ## Example
//! ```toml
//! [contract.no-cycles]
//! type  = "acyclic"
//! below = "shop"
//! ```
//! ```python
//! from shop.billing import charge
//! ```
//! in `shop.orders`, where `shop.billing` imports `shop.orders`.
//!
//! ## What to do instead
//! Move what both need into a third module, or let the one that calls hand in what the other needs.
//!
//! ## Fix
//! None: only a person knows which way the imports should go.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::iter::successors;

use rustc_hash::FxHashMap;

use crate::finding::{Level, Span};
use crate::policy::asked::Asked;
use crate::policy::contract::{Contract, Kind, Modules};
use crate::policy::day::Day;
use crate::repo::chains::{Chain, is_judged};
use crate::repo::cycles::{Edges, components, cut};
use crate::repo::{ModuleId, Repo};
use crate::rules::{Found, RepoRule, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "import-cycle",
    summary: "an import that closes a circle between the children of a package",
    source: include_str!("import_cycle.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let contract = |contract: &Contract| {
            let Kind::Acyclic { below, depth } = &contract.kind else { return None };
            let rule = ImportCycle { contract: contract.clone(), below: below.clone(), depth: *depth as usize };
            Some(Stage::Repo(Box::new(rule)))
        };
        Ok(policy.contracts.iter().filter_map(contract).collect())
    },
};

struct ImportCycle {
    contract: Contract,
    below: Modules,
    depth: usize,
}

/// An import of one module by another.
struct Import {
    from: ModuleId,
    to: ModuleId,
    span: Span,
}

/// The imports between two children of one package, in the order of the modules' paths.
type Between<'r> = BTreeMap<(&'r str, &'r str), Vec<Import>>;

impl RepoRule for ImportCycle {
    fn looks_at_graph_only(&self) -> bool {
        true
    }

    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        let below = repo.instances(&self.below);
        for between in self.packages(repo, &below).values() {
            let children: BTreeSet<&str> = between.keys().flat_map(|(from, to)| [*from, *to]).collect();
            let children: Vec<&str> = children.into_iter().collect();
            let number = |child: &str| children.binary_search(&child).unwrap_or(0);
            let mut edges: Edges = vec![BTreeMap::new(); children.len()];
            for ((from, to), imports) in between {
                edges[number(from)].insert(number(to), imports.len() as i64);
            }
            let imports = |from: usize, to: usize| between.get(&(children[from], children[to])).into_iter().flatten();
            for group in components(&edges) {
                let mut cut = cut(&edges, &group);
                // The ways back from one child are looked for once.
                cut.sort_unstable_by_key(|(from, to)| (*to, *from));
                let count = cut.iter().map(|(from, to)| imports(*from, *to).count()).sum();
                for cut in cut.chunk_by(|(_, a), (_, b)| a == b) {
                    let ways = ways(&edges, cut[0].1);
                    for (from, to) in cut {
                        let mut back = vec![*from];
                        while let Some(last) = back.last().filter(|last| *last != to).and_then(|last| ways.get(last)) {
                            back.push(*last);
                        }
                        for import in imports(*from, *to) {
                            let start = Chain::new(import.from, children[*from]);
                            let start = start.then(import.from, import.span, children[*to]);
                            let chain = back.windows(2).rev().fold(start, |chain, pair| {
                                match imports(pair[1], pair[0]).next() {
                                    Some(step) => chain.then(step.from, step.span, children[pair[0]]),
                                    None => chain,
                                }
                            });
                            out.report(self.found(repo, import, &chain, count));
                        }
                    }
                }
            }
        }
    }
}

impl ImportCycle {
    /// By package, the imports between its children; a package is one of `below`, or so deep in one as is asked.
    fn packages<'r>(&self, repo: &'r Repo, below: &BTreeSet<&str>) -> BTreeMap<&'r str, Between<'r>> {
        let mut packages: BTreeMap<&str, Between<'_>> = BTreeMap::new();
        let is_asked = |package: &str| {
            let above = successors(Some(package), |name| name.rsplit_once('.').map(|(above, _)| above));
            above.take(self.depth).any(|name| below.contains(name))
        };
        for (from, module) in repo.modules().filter(|(_, module)| is_judged(module, self.contract.shared.tests)) {
            for edge in repo.graph().edges(from) {
                let others = repo.module(edge.to).names.iter();
                let mut pairs =
                    others.flat_map(|other| module.names.iter().filter_map(move |own| siblings(own, other)));
                let found = pairs.find(|(package, _)| is_asked(package));
                if let (Some((package, pair)), Some(span)) = (found, repo.graph().spans(edge).first()) {
                    let import = Import { from, to: edge.to, span: *span };
                    packages.entry(package).or_default().entry(pair).or_default().push(import);
                }
            }
        }
        packages
    }

    /// `count`: how many imports the cut has.
    fn found(&self, repo: &Repo, import: &Import, chain: &Chain, count: usize) -> Found {
        let (module, target) = (repo.module(import.from), repo.module(import.to).name());
        let message = format!("the import of `{target}` closes a circle: {}", chain.shown(repo));
        let end = match count {
            1 => "without this import it is open".to_owned(),
            _ => format!("without the {count} imports that are flagged here, none is left"),
        };
        let help = format!("move what both need into a third module, or hand it in: {end}");
        let subject = format!("{} -> {target}", module.name());
        let found = Found::place(&module.path, import.span, subject, message, help);
        found.by(Some(&self.contract.site)).asked(Asked::contract(&self.contract))
    }
}

/// The package in whose two children modules of these names are, and the children; none where they are in one.
fn siblings<'n>(own: &'n str, other: &'n str) -> Option<(&'n str, (&'n str, &'n str))> {
    let shared = own.split('.').zip(other.split('.')).take_while(|(a, b)| a == b).map(|(part, _)| part.len() + 1).sum();
    let child = |name: &'n str| {
        let inner = name.get(shared..).filter(|inner| !inner.is_empty())?;
        name.get(..shared + inner.find('.').unwrap_or(inner.len()))
    };
    Some((own.get(..usize::checked_sub(shared, 1)?)?, (child(own)?, child(other)?)))
}

/// The nodes that `start` leads to, each with the one before it on a shortest way, the first of several.
fn ways(edges: &Edges, start: usize) -> FxHashMap<usize, usize> {
    let mut ways = FxHashMap::default();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for to in edges[node].keys().filter(|to| **to != start) {
            if let Entry::Vacant(way) = ways.entry(*to) {
                way.insert(node);
                queue.push_back(*to);
            }
        }
    }
    ways
}
