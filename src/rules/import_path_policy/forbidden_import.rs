//! # forbidden-import
//!
//! ## What it does
//! Flags an import in `from` of something in `to`, as a contract of type `forbidden` says. `to` names modules
//! and packages of the repository or of others, or names and attributes in them (`os.environ`). What is itself
//! in a module of `to` may import the rest of it. Direct imports are judged; with `indirect = true`, those
//! through modules outside `from` too. A name in `to` that is surely nothing, for the module above it is one of the
//! repository and binds no such name, is a mistake of the policy: it could forbid nothing.
//!
//! ## Why is this bad?
//! Somebody decided that this code must not know of that. The first import that does is the hardest to see, and
//! the easiest to undo.
//!
//! ## Example
//! ```toml
//! [contract.no-mocks-in-production]
//! type = "forbidden"
//! from = ["backend"]
//! to   = ["tests", "unittest.mock"]
//! ```
//! ```python
//! from unittest.mock import Mock
//! ```
//! in `backend`.
//!
//! ## What to do instead
//! Move the code to where the import is allowed, or what it needs to where it may be imported from.
//!
//! ## Fix
//! None: only a person knows which of them moves.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::facts::Code;
use crate::finding::{Level, Span};
use crate::policy::Sited;
use crate::policy::asked::Asked;
use crate::policy::contract::{Contract, Kind, Modules};
use crate::policy::day::Day;
use crate::policy::dotted::Dotted;
use crate::policy::python::Imports;
use crate::repo::chains::{Chain, is_judged};
use crate::repo::graph::Search;
use crate::repo::{Module, ModuleId, Repo};
use crate::rules::{Found, ModuleRule, RepoRule, RuleDef, Sink, Stage};

use super::{imported_names, judged, used_names};

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "forbidden-import",
    summary: "an import that a contract forbids",
    source: include_str!("forbidden_import.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let contract = |contract: &Contract| {
            let Kind::Forbidden { from, to } = &contract.kind else { return None };
            let (from, to) = (from.clone(), to.clone());
            let rule = ForbiddenImport { contract: contract.clone(), from, to, imports: policy.imports };
            Some(if contract.indirect { Stage::Repo(Box::new(Indirect(rule))) } else { Stage::Module(Box::new(rule)) })
        };
        Ok(policy.contracts.iter().filter_map(contract).collect())
    },
};

struct ForbiddenImport {
    contract: Contract,
    from: Modules,
    to: Vec<Sited<Dotted>>,
    imports: Imports,
}

/// The first import or use of something in `to`.
#[derive(PartialEq, Serialize, Deserialize)]
struct Hit {
    /// The number of the entry of `to`.
    to: usize,
    /// What the entry means there, where its parts are told apart; else empty.
    part: String,
    name: String,
    span: Span,
}

impl ModuleRule for ForbiddenImport {
    fn check(&self, id: ModuleId, code: &Code, repo: &Repo, _today: Day, out: &mut Sink) {
        let module = repo.module(id);
        if !self.judges(module) {
            return;
        }
        self.hits(id, code, repo, &FxHashSet::default()).iter().for_each(|hit| self.report(module, hit, out));
    }
}

impl ForbiddenImport {
    fn judges(&self, module: &Module) -> bool {
        is_judged(module, self.contract.shared.tests) && self.from.iter().any(|(from, _)| module.is_covered(from))
    }

    fn report(&self, module: &Module, hit: &Hit, out: &mut Sink) {
        let message = format!("`{}` must not import `{}`", module.name(), hit.name);
        out.report(self.found(module, &self.to[hit.to], hit.span, message));
    }

    /// What a module has of `to`, each entry once; of the entries `apart`, each part that they mean.
    fn hits(&self, id: ModuleId, code: &Code, repo: &Repo, apart: &FxHashSet<usize>) -> Vec<Hit> {
        let own = &repo.module(id).names;
        let mut hits: Vec<Hit> = Vec::new();
        let mut seen: FxHashSet<(usize, String)> = FxHashSet::default();
        let mut note = |names: &[String], span: Span| {
            for (number, to) in self.to.iter().enumerate() {
                let covered = names.iter().find_map(|name| Some((name, to.value.instance(name)?)));
                let Some((name, part)) = covered else { continue };
                let is_own = || own.iter().any(|own| to.value.instance(own) == Some(part));
                let key = (number, if apart.contains(&number) { part.to_owned() } else { String::new() });
                if !seen.contains(&key) && !is_own() {
                    hits.push(Hit { to: number, part: key.1.clone(), name: name.clone(), span });
                    seen.insert(key);
                }
            }
        };
        for import in judged(code, &self.imports) {
            let mut names = imported_names(repo, id, import);
            names.extend(repo.imported(id, import).into_iter().flat_map(|target| repo.module(target).names.clone()));
            note(&names, import.span);
        }
        for (names, span) in used_names(repo, id, code, &self.imports) {
            note(&names, span);
        }
        hits
    }

    fn found(&self, module: &Module, to: &Sited<Dotted>, span: Span, message: String) -> Found {
        let help = format!("the contract `{}` forbids it: move this code, or what it needs", self.contract.id);
        let subject = format!("{} -> {}", module.name(), to.value.text);
        let found = Found::place(&module.path, span, subject, message, help);
        found.by(Some(&to.site)).asked(Asked::contract(&self.contract))
    }
}

/// Imports through modules outside `from` too.
struct Indirect(ForbiddenImport);

impl RepoRule for Indirect {
    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        let rule = &self.0;
        let judged: Vec<_> = repo.modules().filter(|(_, module)| rule.judges(module)).collect();
        let from: FxHashSet<ModuleId> = judged.iter().map(|(id, _)| *id).collect();
        // A module in `to` may import the rest of what it is in, so that of a pattern each part is a target of its own.
        let holds = |to: &Sited<Dotted>| judged.iter().any(|(_, module)| module.is_covered(&to.value));
        let apart: FxHashSet<usize> = (0..rule.to.len()).filter(|number| holds(&rule.to[*number])).collect();
        let hits: Vec<(ModuleId, Vec<Hit>)> = repo.each(&format!("{}/{}", RULE.name, rule.contract.id), |id| {
            (repo.module(id).code().map(|code| rule.hits(id, code, repo, &apart)).unwrap_or_default(), true)
        });
        let mut direct = FxHashSet::default();
        for (id, hit) in hits.iter().flat_map(|(id, hits)| hits.iter().map(move |hit| (*id, hit))) {
            if direct.insert((hit.to, id)) && from.contains(&id) {
                rule.report(repo.module(id), hit, out);
            }
        }
        // The modules that import each part of `to`.
        let mut parts: BTreeMap<(usize, &str), FxHashMap<ModuleId, &Hit>> = BTreeMap::new();
        for (id, hits) in &hits {
            for hit in hits {
                parts.entry((hit.to, &hit.part)).or_default().insert(*id, hit);
            }
        }
        if parts.is_empty() {
            return;
        }
        let mut shortest: BTreeMap<(usize, ModuleId), (Vec<ModuleId>, &Hit)> = BTreeMap::new();
        let mut search = Search::new(repo.graph());
        for ((to, part), last) in &parts {
            let ends: Vec<ModuleId> = last.keys().filter(|id| !from.contains(id)).copied().collect();
            let found = search.toward(&ends, &|id| !from.contains(&id)).into_iter();
            let is_inside =
                |id: ModuleId| repo.module(id).names.iter().any(|own| rule.to[*to].value.instance(own) == Some(part));
            for id in found.filter(|id| from.contains(id) && !direct.contains(&(*to, *id)) && !is_inside(*id)) {
                let chain = search.chain(id);
                let Some(hit) = chain.last().and_then(|end| last.get(end)) else { continue };
                if shortest.get(&(*to, id)).is_none_or(|(known, _)| chain.len() < known.len()) {
                    shortest.insert((*to, id), (chain, hit));
                }
            }
        }
        for ((to, id), (chain, hit)) in shortest {
            let Some(end) = chain.last() else { continue };
            let chain = Chain::of(repo, &chain).then(*end, hit.span, &hit.name);
            let module = repo.module(id);
            let (name, shown) = (&hit.name, chain.shown(repo));
            let message = format!("`{}` must not import `{name}`, but does so through others: {shown}", module.name());
            out.report(rule.found(module, &rule.to[to], chain.start(), message));
        }
    }
}
