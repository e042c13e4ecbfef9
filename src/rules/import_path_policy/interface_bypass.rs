//! # interface-bypass
//!
//! ## What it does
//! Flags an import from outside a contract's `of` of something in it that `expose` does not name. `a.b` exposes
//! that module and all below it, `a.b:Name` one name in a module, `a.b:*` the names in a module without its
//! submodules. The modules of `of` themselves may be imported, and those on the way to what is exposed; what is
//! used through them is judged: `billing.core.charge` after `from shop import billing`.
//!
//! ## Why is this bad?
//! What stands behind the interface was free to change. Whoever imports it has made it a promise that nobody
//! knows of.
//!
//! ## Example
//! ```toml
//! [contract.billing-door]
//! type   = "interface"
//! of     = "shop.billing"
//! expose = ["shop.billing.api", "shop.billing.types:*"]
//! ```
//! ```python
//! from shop.billing.core import ledger
//! ```
//! in `shop.routes`.
//!
//! ## What to do instead
//! Import what the interface exposes, or add there what is missing.
//!
//! ## Fix
//! None: only a person knows what to import instead.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::facts::Code;
use crate::finding::{Level, Span};
use crate::policy::asked::Asked;
use crate::policy::contract::{Contract, Kind, Modules};
use crate::policy::day::Day;
use crate::policy::dotted::is_under;
use crate::policy::layers::Exposed;
use crate::policy::python::Imports;
use crate::repo::chains::is_judged;
use crate::repo::{ModuleId, Repo};
use crate::rules::{Found, ModuleRule, RuleDef, Sink, Stage};

use super::{imported_names, judged, used_names};

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "interface-bypass",
    summary: "an import from outside of what an interface does not expose",
    source: include_str!("interface_bypass.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let contract = |contract: &Contract| {
            let Kind::Interface { of, expose } = &contract.kind else { return None };
            let (of, expose) = (of.clone(), expose.clone());
            let rule = InterfaceBypass { contract: contract.clone(), of, expose, imports: policy.imports };
            Some(Stage::Module(Box::new(rule)))
        };
        Ok(policy.contracts.iter().filter_map(contract).collect())
    },
};

struct InterfaceBypass {
    contract: Contract,
    of: Modules,
    expose: Vec<(Exposed, Range<usize>)>,
    imports: Imports,
}

impl ModuleRule for InterfaceBypass {
    fn check(&self, id: ModuleId, code: &Code, repo: &Repo, _today: Day, out: &mut Sink) {
        let module = repo.module(id);
        if !is_judged(module, self.contract.shared.tests) {
            return;
        }
        let own: Vec<&str> = module.names.iter().flat_map(|name| self.parts(name)).collect();
        let mut told: FxHashSet<String> = FxHashSet::default();
        let mut judge = |names: &[String], span: Span, is_star: bool, is_use: bool| {
            let Some((name, door)) = self.bypassed(repo, names, &own, is_star) else { return };
            let name = up_to_name(repo, name);
            // A use of what hangs on an import that was told says no more.
            if starts(name).any(|start| told.contains(start) && (is_use || start == name)) {
                return;
            }
            told.insert(name.to_owned());
            let what = if is_star { format!("`*` of `{name}`") } else { format!("`{name}`") };
            let message = format!("`{door}` has an interface, which does not expose {what}");
            let exposed: Vec<String> = self.expose.iter().map(|(exposed, _)| format!("`{exposed}`")).collect();
            let help = match exposed.as_slice() {
                [] => "do without it, or name it in `expose`".to_owned(),
                exposed => format!("import what is exposed ({}), or add there what is missing", exposed.join(", ")),
            };
            let subject = format!("{} -> {name}", module.name());
            let found = Found::place(&module.path, span, subject, message, help);
            out.report(found.by(Some(&self.contract.site)).asked(Asked::contract(&self.contract)));
        };
        for import in judged(code, &self.imports) {
            judge(&imported_names(repo, id, import), import.span, import.name.as_deref() == Some("*"), false);
        }
        for (names, span) in used_names(repo, id, code, &self.imports) {
            judge(&names, span, false, true);
        }
    }
}

impl InterfaceBypass {
    /// The modules of `of` in which a name lies.
    fn parts<'n>(&self, name: &'n str) -> impl Iterator<Item = &'n str> {
        self.of.iter().filter_map(move |(of, _)| of.instance(name))
    }

    /// The first of the names that lies in an interface's module, with that module; none where one of them is
    /// exposed or the importing module's own.
    fn bypassed<'n>(
        &self,
        repo: &Repo,
        names: &'n [String],
        own: &[&str],
        is_star: bool,
    ) -> Option<(&'n str, &'n str)> {
        let mut first = None;
        for name in names {
            for part in self.parts(name) {
                let is_door = !is_star && (name == part || self.expose.iter().any(|(to, _)| is_on_the_way(name, to)));
                let is_exposed = self.expose.iter().any(|(exposed, _)| exposes(repo, exposed, name, is_star));
                if own.contains(&part) || is_door || is_exposed {
                    return None;
                }
                first = first.or(Some((name.as_str(), part)));
            }
        }
        first
    }
}

/// Whether an import of a name is one of what is exposed; with `is_star`, one of all names in it.
fn exposes(repo: &Repo, exposed: &Exposed, name: &str, is_star: bool) -> bool {
    match exposed {
        Exposed::Module(module) => is_under(name, module),
        Exposed::Name(target) => is_under(name, &target.dotted()),
        Exposed::Names(module) if is_star => name == module,
        Exposed::Names(module) => {
            let inner = name.strip_prefix(module.as_str()).and_then(|rest| rest.strip_prefix('.'));
            let first = inner.and_then(|inner| inner.split('.').next());
            first.is_some_and(|first| !repo.exists(&format!("{module}.{first}")))
        }
    }
}

/// Whether what is exposed lies in the module of that name.
fn is_on_the_way(name: &str, exposed: &Exposed) -> bool {
    is_under(exposed.module(), name)
}

/// A use without what hangs on the name that it takes from a module: `a.b.C` of `a.b.C.method`.
fn up_to_name<'n>(repo: &Repo, name: &'n str) -> &'n str {
    starts(name).find(|start| !repo.exists(start)).unwrap_or(name)
}

/// `a`, `a.b` and `a.b.c` of `a.b.c`.
fn starts(name: &str) -> impl Iterator<Item = &str> {
    let ends = name.match_indices('.').map(|(dot, _)| dot).chain([name.len()]);
    ends.filter_map(|end| name.get(..end))
}
