//! Whether a module, or a class of one, may go because another holds all that it offers.
//!
//! What is compared are names, signatures, values and what functions do; whether that is enough is for a person.

mod canonical;
mod compare;
mod importers;
mod names;
mod signature;

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::{ModuleId, Repo};
use crate::finding::Span;
use crate::lang::outline::Item;

pub use canonical::{Choice, find};
pub use importers::{Importer, importers};

/// A module, or one thing in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub module: ModuleId,
    pub name: Option<String>,
}

/// One of the two that are compared.
pub struct Side<'s> {
    pub target: &'s Target,
    pub items: &'s [Item],
}

/// How something that the duplicate offers stands with the canonical one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It is not there. Private things that it needs are not there either.
    Lacks {
        with: Vec<String>,
    },
    /// It is there, but these differ.
    Differs(Vec<String>),
    /// It is there under this name.
    Renamed(String),
    Equal,
    /// Private, and nothing public needs it: it is not there, or differs.
    Private,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub name: String,
    /// `f(a, b=1)`, `LIMIT = 3`.
    pub shown: String,
    /// Where the duplicate has it.
    pub span: Span,
    /// Where the canonical one has it.
    pub twin: Option<Span>,
    pub standing: Standing,
    /// The public thing because of which something private counts.
    pub needed_by: Option<String>,
}

impl Row {
    /// Whether it would be lost with the duplicate.
    pub fn is_lost(&self) -> bool {
        matches!(self.standing, Standing::Lacks { .. } | Standing::Differs(_))
    }
}

/// What is known of the two beside their texts.
pub struct Around<'a> {
    /// Names that others take from the duplicate.
    pub taken: &'a BTreeSet<String>,
    /// Whether functions of one signature are equal, whatever they do.
    pub signatures_only: bool,
}

impl Repo {
    /// All that the duplicate offers, in the order of its text.
    pub fn parity(&self, duplicate: &Side, canonical: &Side, around: &Around) -> Vec<Row> {
        compare::compare(self, duplicate, canonical, around)
    }

    /// The names of a module that stand for names of another: those that it imports from there.
    fn names_from(&self, module: ModuleId, other: ModuleId) -> FxHashMap<&str, &str> {
        let code = self.module(module).code();
        let imports = code.into_iter().flat_map(|code| &code.imports).filter(|import| !import.local);
        let named = imports.filter_map(|import| {
            let name = import.name.as_deref().filter(|name| *name != "*")?;
            (self.source_of(module, import)? == other).then(|| (import.alias.as_deref().unwrap_or(name), name))
        });
        named.collect()
    }

    /// Whether a module hands on all of another by a star.
    fn has_star_of(&self, module: ModuleId, other: ModuleId) -> bool {
        let code = self.module(module).code();
        let mut imports = code.into_iter().flat_map(|code| &code.imports);
        imports.any(|import| import.name.as_deref() == Some("*") && self.source_of(module, import) == Some(other))
    }
}
