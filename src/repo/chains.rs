//! Imports through other modules: the shortest chain from a module to what it must not import.

use rustc_hash::FxHashMap;

use super::graph::Search;
use super::{Module, ModuleId, Repo};
use crate::finding::Span;

/// Of a longer chain only the start and the end are shown.
const SHOWN: usize = 10;
const SHOWN_START: usize = 6;

/// Whether a contract speaks of the imports of this module.
pub fn is_judged(module: &Module, tests: bool) -> bool {
    !module.is_excluded && (tests || !module.is_test)
}

/// A chain of imports from a module, each step with the place of the import that leads there.
pub struct Chain {
    pub from: ModuleId,
    /// What it starts at, for a message.
    name: String,
    steps: Vec<(String, ModuleId, Span)>,
}

impl Chain {
    /// Of no steps yet.
    pub fn new(from: ModuleId, name: impl Into<String>) -> Self {
        Self { from, name: name.into(), steps: Vec::new() }
    }

    /// A chain of modules, the importing one first.
    pub fn of(repo: &Repo, modules: &[ModuleId]) -> Self {
        let from = modules.first().copied().unwrap_or_default();
        modules.windows(2).fold(Self::new(from, repo.module(from).name()), |chain, pair| {
            match repo.graph().first(pair[0], pair[1]) {
                Some(span) => chain.then(pair[0], span, &repo.module(pair[1]).name()),
                None => chain,
            }
        })
    }

    /// Followed by an import that stands in a module and leads to what is called `name`.
    pub fn then(mut self, importer: ModuleId, span: Span, name: &str) -> Self {
        self.steps.push((name.to_owned(), importer, span));
        self
    }

    /// Where its first import stands.
    pub fn start(&self) -> Span {
        self.steps.first().map_or(Span::FILE, |(_, _, span)| *span)
    }

    /// `a.b -> c (a/b.py:3) -> d (c.py:7)`.
    pub fn shown(&self, repo: &Repo) -> String {
        let mut out = self.name.clone();
        let left_out =
            if self.steps.len() > SHOWN { SHOWN_START..self.steps.len() + SHOWN_START - SHOWN } else { 0..0 };
        for (number, (name, importer, span)) in self.steps.iter().enumerate() {
            if left_out.contains(&number) {
                if number == left_out.start {
                    out.push_str(&format!(" -> … {} more …", left_out.len()));
                }
                continue;
            }
            out.push_str(&format!(" -> {name} ({}:{})", repo.module(*importer).path, span.start.line));
        }
        out
    }
}

/// Modules in numbered parts, such as the layers of one container.
pub struct Parts {
    of: FxHashMap<ModuleId, usize>,
    count: usize,
}

impl Parts {
    pub fn new(of: FxHashMap<ModuleId, usize>, count: usize) -> Self {
        Self { of, count }
    }

    pub fn of(&self, module: ModuleId) -> Option<usize> {
        self.of.get(&module).copied()
    }

    /// The modules that are in a part, with it; sorted.
    pub fn members(&self) -> Vec<(ModuleId, usize)> {
        let mut members: Vec<_> = self.of.iter().map(|(id, part)| (*id, *part)).collect();
        members.sort_unstable();
        members
    }

    /// Each module that reaches a part through others, and must not, with its shortest chain. A chain leads
    /// through no other judged module of a part: that one is found itself. Direct imports are none of them.
    pub fn reaching(
        &self,
        repo: &Repo,
        tests: bool,
        is_illegal: &dyn Fn(usize, usize) -> bool,
        report: &mut dyn FnMut(usize, usize, Chain),
    ) {
        let mut ends = vec![Vec::new(); self.count];
        for (id, part) in self.members() {
            ends[part].push(id);
        }
        let mut search = Search::new(repo.graph());
        let passes = |id: ModuleId| self.of(id).is_none() || !is_judged(repo.module(id), tests);
        for (to, ends) in ends.iter().enumerate() {
            for id in search.toward(ends, &passes) {
                let Some(from) = self.of(id).filter(|from| *from != to && is_illegal(*from, to)) else { continue };
                let chain = search.chain(id);
                if chain.len() > 2 && is_judged(repo.module(id), tests) {
                    report(from, to, Chain::of(repo, &chain));
                }
            }
        }
    }
}
