//! # protected-import
//!
//! ## What it does
//! Flags an import of a contract's protected modules, or below, by anything but its `importers`. Each protected
//! module, with all below it, may import itself. Direct imports are judged: whoever reaches it in another way
//! goes through an importer, as is meant, or through an import that is flagged.
//!
//! ## Why is this bad?
//! The protected module is somebody's inside. What imports it from elsewhere breaks when it changes.
//!
//! ## Example
//! ```toml
//! [contract.billing-core]
//! type      = "protected"
//! modules   = ["backend.app.billing.core"]
//! importers = ["backend.app.billing"]
//! ```
//! ```python
//! from backend.app.billing.core import ledger
//! ```
//! in `backend.app.routes`.
//!
//! ## What to do instead
//! Import what the importers offer, or add there what is missing.
//!
//! ## Fix
//! None: only a person knows what to import instead.

use crate::finding::Level;
use crate::policy::asked::Asked;
use crate::policy::contract::{Contract, Kind, Modules};
use crate::policy::day::Day;
use crate::repo::chains::is_judged;
use crate::repo::{Module, ModuleId, Repo};
use crate::rules::{Found, RepoRule, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "protected-import",
    summary: "an import of a protected module by somebody else",
    source: include_str!("protected_import.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let contract = |contract: &Contract| {
            let Kind::Protected { modules, importers } = &contract.kind else { return None };
            let (modules, importers) = (modules.clone(), importers.clone());
            let rule = ProtectedImport { contract: contract.clone(), modules, importers };
            Some(Stage::Repo(Box::new(rule)))
        };
        Ok(policy.contracts.iter().filter_map(contract).collect())
    },
};

struct ProtectedImport {
    contract: Contract,
    modules: Modules,
    importers: Modules,
}

impl RepoRule for ProtectedImport {
    fn looks_at_graph_only(&self) -> bool {
        true
    }

    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        let judged = repo.modules().filter(|(_, module)| is_judged(module, self.contract.shared.tests));
        judged.for_each(|(id, module)| self.check_module(id, module, repo, out));
    }
}

impl ProtectedImport {
    fn check_module(&self, id: ModuleId, module: &Module, repo: &Repo, out: &mut Sink) {
        let allowed = self.importers.iter().any(|(name, _)| module.is_covered(name));
        let own: Vec<&str> = self.protected(module).collect();
        if allowed {
            return;
        }
        for edge in repo.graph().edges(id) {
            let target = repo.module(edge.to);
            let mut protected = self.protected(target).peekable();
            if protected.peek().is_none() || protected.any(|part| own.contains(&part)) {
                continue;
            }
            let Some(span) = repo.graph().spans(edge).first() else { continue };
            let importers: Vec<_> = self.importers.iter().map(|(name, _)| format!("`{}`", name.text)).collect();
            let subject = format!("{} -> {}", module.name(), target.name());
            let who = match importers.as_slice() {
                [] => "nothing else".to_owned(),
                importers => format!("only {}", importers.join(", ")),
            };
            let message = format!("`{}` is protected: {who} may import it", target.name());
            let help = match importers.as_slice() {
                [] => "do without it, or name this module in `importers`",
                _ => "import what they offer, or add there what is missing",
            };
            let found = Found::place(&module.path, *span, subject, message, help);
            out.report(found.by(Some(&self.contract.site)).asked(Asked::contract(&self.contract)));
        }
    }
}

impl ProtectedImport {
    /// The protected modules in which a module lies.
    fn protected<'m>(&self, module: &'m Module) -> impl Iterator<Item = &'m str> {
        let modules = &self.modules;
        module.names.iter().flat_map(move |name| modules.iter().filter_map(move |(part, _)| part.instance(name)))
    }
}
