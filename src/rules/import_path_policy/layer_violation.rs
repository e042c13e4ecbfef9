//! # layer-violation
//!
//! ## What it does
//! Flags an import in a layer of something in a layer above it, as a contract of type `layers` says. The highest
//! layer comes first. Modules of one layer that `|` parts are independent: neither imports another; with `:` they
//! may. A layer in parentheses may be missing. With `containers` the layers repeat in each of these packages, and
//! their names start there; `exhaustive = true` then flags a child of a container that is no layer and not in
//! `exhaustive-ignores`. What stands above a layer of `closed` goes through it to what stands below. Direct
//! imports are judged; with `indirect = true`, those through modules outside the layers too.
//!
//! ## Why is this bad?
//! A layer that knows of those above it cannot be read, tested or used without them. The first import upward
//! makes a circle of what was an order.
//!
//! ## Example
//! ```toml
//! [contract.tiers]
//! type   = "layers"
//! layers = ["shop.routes", "shop.services | shop.agents", "shop.db"]
//! ```
//! ```python
//! from shop.services.cart import total
//! ```
//! in `shop.db`.
//!
//! ## What to do instead
//! Move what both need into the lower layer, or let the upper one hand it in when it calls.
//!
//! ## Fix
//! None: only a person knows which of them moves.

use std::collections::BTreeMap;
use std::iter::successors;

use rustc_hash::FxHashMap;

use crate::finding::Level as Weight;
use crate::policy::asked::Asked;
use crate::policy::contract::{Contract, Kind};
use crate::policy::day::Day;
use crate::policy::layers::{Layers, Level, Part};
use crate::repo::chains::{Parts, is_judged};
use crate::repo::{Module, ModuleId, Repo};
use crate::rules::{Found, RepoRule, RuleDef, Sink, Stage};

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "layer-violation",
    summary: "an import from a layer of one above it",
    source: include_str!("layer_violation.rs"),
    level: Some(Weight::Error),
    compile: |policy| {
        let contract = |contract: &Contract| {
            let Kind::Layers(layers) = &contract.kind else { return None };
            let rule = LayerViolation { contract: contract.clone(), layers: layers.clone() };
            Some(Stage::Repo(Box::new(rule)))
        };
        Ok(policy.contracts.iter().filter_map(contract).collect())
    },
};

struct LayerViolation {
    contract: Contract,
    layers: Layers,
}

/// A part of a layer in one container.
struct Place<'l> {
    /// The number of its layer, from the highest.
    level: usize,
    layer: &'l Level,
    name: String,
    /// Whether it has modules: an optional one may have none.
    exists: bool,
}

impl RepoRule for LayerViolation {
    fn looks_at_graph_only(&self) -> bool {
        true
    }

    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        let containers: Vec<Option<&str>> = match self.layers.containers.is_empty() {
            true => vec![None],
            false => repo.instances(&self.layers.containers).into_iter().map(Some).collect(),
        };
        let (places, parts) = self.parts(repo, &containers);
        for (places, parts) in places.iter().zip(parts) {
            self.direct(repo, places, &parts, out);
            if self.contract.indirect {
                let is_illegal = |from: usize, to: usize| wrong(places, from, to).is_some();
                parts.reaching(repo, self.contract.shared.tests, &is_illegal, &mut |from, to, chain| {
                    let Some(wrong) = wrong(places, from, to) else { return };
                    let module = repo.module(chain.from);
                    let message = format!("{} imports it through others: {}", wrong.says, chain.shown(repo));
                    let subject = format!("{} -> {}", module.name(), places[to].name);
                    let found = Found::place(&module.path, chain.start(), subject, message, wrong.help);
                    out.report(found.by(Some(&self.contract.site)).asked(Asked::contract(&self.contract)));
                });
            }
        }
        if self.layers.exhaustive {
            self.undeclared(repo, containers.into_iter().flatten(), out);
        }
    }
}

impl LayerViolation {
    /// For each container, the parts of its layers and the modules that are in them.
    fn parts(&self, repo: &Repo, containers: &[Option<&str>]) -> (Vec<Vec<Place<'_>>>, Vec<Parts>) {
        let mut by_name: FxHashMap<String, Vec<(usize, usize)>> = FxHashMap::default();
        let mut places = Vec::new();
        for (number, container) in containers.iter().enumerate() {
            let mut own = Vec::new();
            for (level, layer) in self.layers.levels.iter().enumerate() {
                for Part { name, .. } in &layer.parts {
                    let name = container.map_or_else(|| name.clone(), |container| format!("{container}.{name}"));
                    by_name.entry(name.clone()).or_default().push((number, own.len()));
                    own.push(Place { level, layer, name, exists: false });
                }
            }
            places.push(own);
        }
        let mut members: Vec<FxHashMap<ModuleId, usize>> = containers.iter().map(|_| FxHashMap::default()).collect();
        for (id, module) in repo.modules() {
            // The deepest name comes first, so that a layer inside another is its own.
            for (number, part) in prefixes(module).filter_map(|name| by_name.get(name)).flatten() {
                members[*number].entry(id).or_insert(*part);
                places[*number][*part].exists = true;
            }
        }
        let parts = members.into_iter().zip(&places).map(|(members, places)| Parts::new(members, places.len()));
        let parts = parts.collect();
        (places, parts)
    }

    fn direct(&self, repo: &Repo, places: &[Place<'_>], parts: &Parts, out: &mut Sink) {
        for (id, from) in parts.members() {
            let module = repo.module(id);
            if !is_judged(module, self.contract.shared.tests) {
                continue;
            }
            for edge in repo.graph().edges(id) {
                let Some(wrong) = parts.of(edge.to).and_then(|to| wrong(places, from, to)) else { continue };
                let target = repo.module(edge.to).name();
                let message = format!("{} imports `{target}`", wrong.says);
                let subject = format!("{} -> {target}", module.name());
                let Some(span) = repo.graph().spans(edge).first() else { continue };
                let found = Found::place(&module.path, *span, subject, message, wrong.help);
                out.report(found.by(Some(&self.contract.site)).asked(Asked::contract(&self.contract)));
            }
        }
    }

    /// Children of containers that are no layer.
    fn undeclared<'r>(&self, repo: &'r Repo, containers: impl Iterator<Item = &'r str>, out: &mut Sink) {
        let known: Vec<&str> =
            self.layers.levels.iter().flat_map(|level| &level.parts).map(|part| &*part.name).collect();
        let containers: Vec<&str> = containers.collect();
        let mut children: BTreeMap<String, &Module> = BTreeMap::new();
        for (_, module) in repo.modules().filter(|(_, module)| is_judged(module, self.contract.shared.tests)) {
            for (container, name) in
                containers.iter().flat_map(|container| module.names.iter().map(move |name| (container, name)))
            {
                let below = name.strip_prefix(*container).and_then(|below| below.strip_prefix('.'));
                let Some(child) = below.map(|below| below.split('.').next().unwrap_or(below)) else { continue };
                let is_layer = known.contains(&child);
                if !is_layer && !self.layers.ignored.iter().any(|ignored| ignored == child) {
                    let known = children.entry(format!("{container}.{child}")).or_insert(module);
                    if (module.path.as_bytes().len(), &module.path) < (known.path.as_bytes().len(), &known.path) {
                        *known = module;
                    }
                }
            }
        }
        for (child, module) in children {
            let message =
                format!("`{child}` is no layer of the contract `{}`, whose layers are complete", self.contract.id);
            let help = "give it its place in `layers`, or name it in `exhaustive-ignores`";
            let found = Found { subject: child, ..Found::file(&module.path, message, help) };
            out.report(found.by(Some(&self.contract.site)).asked(Asked::contract(&self.contract)));
        }
    }
}

/// Why an import is against the order.
struct Wrong {
    /// Up to what is imported.
    says: String,
    help: String,
}

fn wrong(places: &[Place<'_>], from: usize, to: usize) -> Option<Wrong> {
    let (own, other) = (&places[from], &places[to]);
    if from == to || (own.level == other.level && !own.layer.independent) {
        return None;
    }
    if own.level == other.level {
        return Some(Wrong {
            says: format!("`{}` and `{}` are independent in their layer, but this", own.name, other.name),
            help: "move what both need into a layer below them".to_owned(),
        });
    }
    if other.level < own.level {
        return Some(Wrong {
            says: format!("`{}` is a layer below `{}`, but", own.name, other.name),
            help: format!("move what both need into `{}` or below it, or let the upper layer hand it in", own.name),
        });
    }
    let between =
        |place: &&Place<'_>| place.exists && place.layer.closed && (own.level + 1..other.level).contains(&place.level);
    let closed = places.iter().rfind(between)?;
    Some(Wrong {
        says: format!("`{}` must go through the closed layer `{}` to `{}`, but", own.name, closed.name, other.name),
        help: format!("import what `{}` offers, or add there what is missing", closed.name),
    })
}

/// The names of a module and of all that it lies in, the deepest first.
fn prefixes(module: &Module) -> impl Iterator<Item = &str> {
    fn above<'n>(name: &&'n str) -> Option<&'n str> {
        name.rsplit_once('.').map(|(above, _)| above)
    }
    module.names.iter().flat_map(|name| successors(Some(name.as_str()), above))
}
