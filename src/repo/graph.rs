//! Which module imports which, and where: made once, for what hangs on chains of imports.
//!
//! Chains are found breadth first and without recursion, so that thousands of modules in a row are no matter. Of
//! several shortest chains, the one whose names come first is taken.

use std::ops::Range;

use super::{ModuleId, Repo};
use crate::finding::Span;

/// That a module imports another.
#[derive(Clone, Debug)]
pub struct Edge {
    pub to: ModuleId,
    spans: Range<usize>,
}

/// All imports between modules of the repository that the policy has judged.
#[derive(Debug)]
pub struct Graph {
    /// By the importing module; sorted by the name of the imported one.
    edges: Vec<Vec<Edge>>,
    /// By the imported module.
    importers: Vec<Vec<ModuleId>>,
    spans: Vec<Span>,
    /// The place of each module among all, by name.
    ranks: Vec<usize>,
}

impl Graph {
    /// `type_checking`: whether imports under `if TYPE_CHECKING` count.
    pub(super) fn build(repo: &Repo, type_checking: bool) -> Self {
        let mut by_name: Vec<(String, ModuleId)> = repo.modules().map(|(id, module)| (module.name(), id)).collect();
        by_name.sort_unstable();
        let mut ranks = vec![0; by_name.len()];
        for (rank, (_, id)) in by_name.iter().enumerate() {
            ranks[id.index()] = rank;
        }
        let mut places: Vec<Vec<(ModuleId, Span)>> = vec![Vec::new(); ranks.len()];
        for (id, steps) in repo.steps() {
            let judged = steps.iter().filter(|step| step.way.to != id && (type_checking || !step.type_checking));
            places[id.index()].extend(judged.map(|step| (step.way.to, step.span)));
        }
        for targets in &mut places {
            targets.sort_unstable_by_key(|(target, span)| (ranks[target.index()], *span));
        }
        let mut spans = Vec::with_capacity(places.iter().map(Vec::len).sum());
        let mut importers = vec![Vec::new(); places.len()];
        let mut edges = Vec::with_capacity(places.len());
        for (number, places) in places.into_iter().enumerate() {
            let mut own = Vec::new();
            for group in places.chunk_by(|(a, _), (b, _)| a == b) {
                let start = spans.len();
                spans.extend(group.iter().map(|(_, span)| *span));
                own.push(Edge { to: group[0].0, spans: start..spans.len() });
                importers[group[0].0.index()].push(ModuleId::new(number));
            }
            edges.push(own);
        }
        Self { edges, importers, spans, ranks }
    }

    /// What a module imports, sorted by name; never itself.
    pub fn edges(&self, from: ModuleId) -> &[Edge] {
        &self.edges[from.index()]
    }

    /// Where the imports of an edge stand, in the order of the text; never empty.
    pub fn spans(&self, edge: &Edge) -> &[Span] {
        &self.spans[edge.spans.clone()]
    }

    /// Where a module first imports another.
    pub fn first(&self, from: ModuleId, to: ModuleId) -> Option<Span> {
        let edges = &self.edges[from.index()];
        let at = edges.binary_search_by_key(&self.ranks[to.index()], |edge| self.ranks[edge.to.index()]).ok()?;
        self.spans(&edges[at]).first().copied()
    }
}

/// Searches for shortest chains, one after the other in the same memory.
#[derive(Debug)]
pub struct Search<'g> {
    graph: &'g Graph,
    next: Vec<ModuleId>,
    /// The search that saw a module last, and how many imports it then was from the end.
    seen: Vec<(u32, u32)>,
    number: u32,
}

impl<'g> Search<'g> {
    pub fn new(graph: &'g Graph) -> Self {
        let count = graph.edges.len();
        Self { graph, next: vec![ModuleId::default(); count], seen: vec![(0, 0); count], number: 0 }
    }

    /// All modules that import one of `ends`, themselves or through modules that `passes` lets through: the
    /// nearest first, then by name. The ends are none of them.
    pub fn toward(&mut self, ends: &[ModuleId], passes: &dyn Fn(ModuleId) -> bool) -> Vec<ModuleId> {
        let graph = self.graph;
        self.number += 1;
        let mut level = ends.to_vec();
        level.iter().for_each(|end| self.seen[end.index()] = (self.number, 0));
        let mut found = Vec::new();
        let mut far = 0;
        while !level.is_empty() {
            far += 1;
            level.sort_unstable_by_key(|id| graph.ranks[id.index()]);
            let mut outer = Vec::new();
            for id in level {
                for importer in &graph.importers[id.index()] {
                    if self.seen[importer.index()].0 != self.number {
                        self.seen[importer.index()] = (self.number, far);
                        self.next[importer.index()] = id;
                        outer.push(*importer);
                    }
                }
            }
            outer.sort_unstable_by_key(|id| graph.ranks[id.index()]);
            found.extend_from_slice(&outer);
            outer.retain(|id| passes(*id));
            level = outer;
        }
        found
    }

    /// The shortest chain from a module that the last search found to an end, both included.
    pub fn chain(&self, from: ModuleId) -> Vec<ModuleId> {
        let (number, far) = self.seen[from.index()];
        let mut chain = vec![from];
        let mut at = from;
        for _ in 0..if number == self.number { far } else { 0 } {
            at = self.next[at.index()];
            chain.push(at);
        }
        chain
    }
}
