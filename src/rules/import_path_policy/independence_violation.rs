//! # independence-violation
//!
//! ## What it does
//! Flags an import from one of a contract's independent modules, or below, to another. `modules = "services"`
//! names the services of `[project]`; each module that a pattern such as `plugins.*` matches is one of its own.
//! Imports in functions and in `try` count. Direct imports are judged; with `indirect = true`, those through
//! modules that are none of them too.
//!
//! ## Why is this bad?
//! What is independent can be read, tested, released and thrown away alone. One import ends that, and hides
//! best in a function.
//!
//! ## Example
//! ```toml
//! [project]
//! services = { backend = "backend", auth = "auth_service" }
//!
//! [contract.services-apart]
//! type    = "independence"
//! modules = "services"
//! ```
//! ```python
//! def verify(token):
//!     from auth_service.tokens import decode
//! ```
//! in the service `backend`.
//!
//! ## What to do instead
//! Talk to the other side over its interface, or move what both need to a third place that both import.
//!
//! ## Fix
//! None: only a person knows which of them it is.

use crate::finding::Level;
use crate::policy::asked::Asked;
use crate::policy::contract::{Contract, Kind, Modules};
use crate::policy::day::Day;
use crate::repo::chains::{Parts, is_judged};
use crate::repo::{Module, ModuleId, Repo};
use crate::rules::{Found, RepoRule, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "independence-violation",
    summary: "an import between modules that a contract keeps apart",
    source: include_str!("independence_violation.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let contract = |contract: &Contract| {
            let parts = match &contract.kind {
                Kind::Independence { modules } => Independent::Modules(modules.clone()),
                Kind::IndependentServices => Independent::Services,
                _ => return None,
            };
            let rule = || IndependenceViolation { contract: contract.clone(), parts: parts.clone() };
            let indirect = contract.indirect.then(|| Stage::Repo(Box::new(Indirect(rule()))));
            Some([Stage::Repo(Box::new(rule()))].into_iter().chain(indirect))
        };
        Ok(policy.contracts.iter().filter_map(contract).flatten().collect())
    },
};

#[derive(Clone)]
enum Independent {
    Modules(Modules),
    Services,
}

impl Independent {
    /// The part that a module belongs to, the deepest of several.
    fn of<'m>(&self, module: &'m Module) -> Option<&'m str> {
        match self {
            Self::Modules(parts) => {
                let names = module.names.iter();
                let parts = names.flat_map(|name| parts.iter().filter_map(|(part, _)| part.instance(name)));
                parts.max_by_key(|part| part.len())
            }
            Self::Services => module.service.as_deref(),
        }
    }
}

struct IndependenceViolation {
    contract: Contract,
    parts: Independent,
}

const HELP: &str = "talk to it over its interface, or move what both need to a third place";

impl RepoRule for IndependenceViolation {
    fn looks_at_graph_only(&self) -> bool {
        true
    }

    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        let judged = repo.modules().filter(|(_, module)| is_judged(module, self.contract.shared.tests));
        judged.for_each(|(id, module)| self.check_module(id, module, repo, out));
    }
}

impl IndependenceViolation {
    fn check_module(&self, id: ModuleId, module: &Module, repo: &Repo, out: &mut Sink) {
        let Some(own) = self.parts.of(module) else { return };
        for edge in repo.graph().edges(id) {
            let target = repo.module(edge.to);
            let Some(other) = self.parts.of(target).filter(|other| *other != own) else { continue };
            let Some(span) = repo.graph().spans(edge).first() else { continue };
            let subject = format!("{} -> {}", module.name(), target.name());
            let message = format!("`{own}` and `{other}` are independent, but this imports `{}`", target.name());
            let found = Found::place(&module.path, *span, subject, message, HELP);
            out.report(found.by(Some(&self.contract.site)).asked(Asked::contract(&self.contract)));
        }
    }
}

/// Imports through modules that are in no part.
struct Indirect(IndependenceViolation);

impl RepoRule for Indirect {
    fn looks_at_graph_only(&self) -> bool {
        true
    }

    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        let IndependenceViolation { contract, parts, .. } = &self.0;
        let by_module: Vec<_> = repo.modules().filter_map(|(id, module)| Some((id, parts.of(module)?))).collect();
        let mut names: Vec<&str> = by_module.iter().map(|(_, name)| *name).collect();
        names.sort_unstable();
        names.dedup();
        let number = |name: &&str| names.binary_search(name).ok();
        let of = by_module.iter().filter_map(|(id, name)| Some((*id, number(name)?))).collect();
        let parts = Parts::new(of, names.len());
        parts.reaching(repo, contract.shared.tests, &|_, _| true, &mut |from, to, chain| {
            let (module, own, other) = (repo.module(chain.from), names[from], names[to]);
            let message = format!("`{own}` and `{other}` are independent, but this leads there: {}", chain.shown(repo));
            let subject = format!("{} -> {other}", module.name());
            let found = Found::place(&module.path, chain.start(), subject, message, HELP);
            out.report(found.by(Some(&contract.site)).asked(Asked::contract(contract)));
        });
    }
}
