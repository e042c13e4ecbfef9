//! `[contract.ID]`: who may import whom, in the types and meanings of import-linter.

use std::ops::Range;

use toml::de::DeTable;

use super::concept::names;
use super::dotted::Dotted;
use super::error::PolicyError;
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
}

#[derive(Clone, Debug)]
pub struct Contract {
    pub id: String,
    pub site: Site,
    pub kind: Kind,
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
        Some(Contract { id: id.get_ref().to_string(), site: file.site(id.span()), kind, shared: Shared::read(table) })
    };
    contracts.filter_map(|(id, value)| read_one(id, value)).collect()
}

fn kind(
    table: &DeTable<'_>,
    at: Range<usize>,
    services: usize,
    file: &PolicyFile,
    errors: &mut Vec<PolicyError>,
) -> Option<Kind> {
    let (kind, _) = read::text(table, "type")?;
    let (wanted, optional): (&[&str], &[&str]) = match kind {
        "independence" => (&["modules"], &[]),
        "forbidden" => (&["from", "to"], &["indirect"]),
        "protected" => (&["modules", "importers"], &[]),
        _ => return None,
    };
    for key in wanted.iter().filter(|key| !table.contains_key(**key)) {
        errors.push(PolicyError::new(at.clone(), format!("a contract of type \"{kind}\" needs `{key}`")));
    }
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let special = ["modules", "from", "to", "importers", "indirect"].contains(&name);
        if special && !wanted.contains(&name) && !optional.contains(&name) {
            let message = format!("a contract of type \"{kind}\" has no `{name}`");
            errors.push(PolicyError::new(key.span(), message).help(format!("it has {}", wanted.join(", "))));
        }
        if name == "indirect" && value.get_ref().as_bool() == Some(true) {
            let error =
                PolicyError::new(value.span(), "imports through other modules cannot be judged by this release");
            errors.push(error.help("leave `indirect` out: direct imports are judged"));
        }
    }
    let modules = |key| -> Modules {
        names(table, key).into_iter().filter_map(|(text, range)| Some((Dotted::parse(&text).ok()?, range))).collect()
    };
    Some(match kind {
        "independence" => {
            let all_services = read::text(table, "modules").filter(|(text, _)| *text == "services");
            if let Some((_, range)) = all_services.clone().filter(|_| services < 2) {
                let message = "`modules = \"services\"` needs at least two services in `[project]`";
                errors.push(PolicyError::new(range, message));
            }
            if all_services.is_some() {
                Kind::IndependentServices
            } else {
                Kind::Independence { modules: modules("modules") }
            }
        }
        "forbidden" => {
            let to = names(table, "to").into_iter();
            let to = to
                .filter_map(|(text, range)| Some(Sited { value: Dotted::parse(&text).ok()?, site: file.site(range) }));
            Kind::Forbidden { from: modules("from"), to: to.collect() }
        }
        _ => Kind::Protected { modules: modules("modules"), importers: modules("importers") },
    })
}
