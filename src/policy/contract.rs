//! `[contract.ID]`: who may import whom, in the types and meanings of import-linter.

use std::ops::Range;

use toml::de::DeTable;

use super::concept::names;
use super::dotted::Dotted;
use super::error::PolicyError;
use super::layers::{Exposed, Layers};
use super::{PolicyFile, Shared, Sited, read};
use crate::finding::Site;

/// Modules that a contract names.
pub type Modules = Vec<(Dotted, Range<usize>)>;

#[derive(Clone, Debug)]
pub enum Kind {
    /// None of the modules imports another of them.
    Independence { modules: Modules },
    /// No service of `[project]` imports another.
    IndependentServices,
    /// Nothing in `from` imports anything in `to`: modules, packages, or names and attributes in them.
    Forbidden { from: Modules, to: Vec<Sited<Dotted>> },
    /// Only `importers` import the modules.
    Protected { modules: Modules, importers: Modules },
    /// A layer imports those below it, none above.
    Layers(Layers),
    /// From outside, only what is exposed is imported.
    Interface { of: Modules, expose: Vec<(Exposed, Range<usize>)> },
    /// The children of a package do not import each other in a circle; so many levels down.
    Acyclic { below: Modules, depth: u32 },
}

#[derive(Clone, Debug)]
pub struct Contract {
    pub id: String,
    pub site: Site,
    pub kind: Kind,
    /// Whether imports through other modules count.
    pub indirect: bool,
    pub shared: Shared,
}

pub(super) fn read(
    table: &DeTable<'_>,
    services: usize,
    file: &PolicyFile,
    errors: &mut Vec<PolicyError>,
) -> Vec<Contract> {
    let contracts = read::table(table, "contract").into_iter().flatten();
    let mut read_one = |id: &toml::Spanned<toml::de::DeString<'_>>, value: &read::Value<'_>| {
        let table = value.get_ref().as_table()?;
        let kind = kind(table, id.span(), services, file, errors)?;
        Some(Contract {
            id: id.get_ref().to_string(),
            site: file.site(id.span()),
            kind,
            indirect: table.get("indirect").and_then(|value| value.get_ref().as_bool()).unwrap_or(false),
            shared: Shared::read(table),
        })
    };
    contracts.filter_map(|(id, value)| read_one(id, value)).collect()
}

/// A type of contracts: the keys that it must have, and those that it may.
struct Type {
    name: &'static str,
    wanted: &'static [&'static str],
    optional: &'static [&'static str],
}

/// Of type `protected` there is no `indirect`: whoever reaches a protected module around its importers has, or
/// goes through, a direct import of it that is found already.
const TYPES: &[Type] = &[
    Type { name: "acyclic", wanted: &["below"], optional: &["depth"] },
    Type { name: "forbidden", wanted: &["from", "to"], optional: &["indirect"] },
    Type { name: "independence", wanted: &["modules"], optional: &["indirect"] },
    Type { name: "interface", wanted: &["of", "expose"], optional: &[] },
    Type {
        name: "layers",
        wanted: &["layers"],
        optional: &["closed", "containers", "exhaustive", "exhaustive-ignores", "indirect"],
    },
    Type { name: "protected", wanted: &["modules", "importers"], optional: &[] },
];

fn kind(
    table: &DeTable<'_>,
    at: Range<usize>,
    services: usize,
    file: &PolicyFile,
    errors: &mut Vec<PolicyError>,
) -> Option<Kind> {
    let (kind, _) = read::text(table, "type")?;
    let own = TYPES.iter().find(|known| known.name == kind)?;
    for key in own.wanted.iter().filter(|key| !table.contains_key(**key)) {
        errors.push(PolicyError::new(at.clone(), format!("a contract of type \"{kind}\" needs `{key}`")));
    }
    let keys = |of: &Type| of.wanted.iter().chain(of.optional).copied().collect::<Vec<_>>();
    for key in table.keys() {
        let name = key.get_ref().as_ref();
        if TYPES.iter().any(|known| keys(known).contains(&name)) && !keys(own).contains(&name) {
            let message = format!("a contract of type \"{kind}\" has no `{name}`");
            errors.push(PolicyError::new(key.span(), message).help(format!("it has {}", keys(own).join(", "))));
        }
    }
    Some(match kind {
        "acyclic" => Kind::Acyclic { below: modules(table, "below"), depth: read::count(table, "depth").unwrap_or(1) },
        "forbidden" => {
            let to = names(table, "to").into_iter();
            let to = to.filter_map(|(text, range)| Some(Sited::new(Dotted::parse(&text).ok()?, file, range)));
            Kind::Forbidden { from: modules(table, "from"), to: to.collect() }
        }
        "independence" => {
            let all_services = read::text(table, "modules").filter(|(text, _)| *text == "services");
            if let Some((_, range)) = all_services.clone().filter(|_| services < 2) {
                let message = "`modules = \"services\"` needs at least two services in `[project]`";
                errors.push(PolicyError::new(range, message));
            }
            if all_services.is_some() {
                Kind::IndependentServices
            } else {
                Kind::Independence { modules: modules(table, "modules") }
            }
        }
        "interface" => {
            let exposed = names(table, "expose").into_iter();
            let expose = exposed.filter_map(|(text, range)| Some((Exposed::parse(&text).ok()?, range))).collect();
            Kind::Interface { of: modules(table, "of"), expose }
        }
        "layers" => Kind::Layers(Layers::read(table, errors)),
        _ => Kind::Protected { modules: modules(table, "modules"), importers: modules(table, "importers") },
    })
}

/// The modules of a key, and where each is written.
pub(super) fn modules(table: &DeTable<'_>, key: &str) -> Modules {
    names(table, key).into_iter().filter_map(|(text, range)| Some((Dotted::parse(&text).ok()?, range))).collect()
}
