//! Paths that start at a name which is nothing, where one package holds all that follows.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::facts::Import;
use crate::finding::Span;
use crate::finding::moves::Move;
use crate::repo::{Instead, ModuleId, Repo};
use crate::rules::Found;
use crate::source::purpose;

/// A dotted path that starts at a name which is nothing.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Stray {
    pub from: ModuleId,
    pub dotted: String,
    pub span: Span,
    /// How many of its last parts may be names in a module.
    pub names: usize,
    /// For an import, the name that it takes, if any.
    pub taken: Option<Option<String>>,
}

impl Stray {
    pub fn of_import(from: ModuleId, import: &Import) -> Self {
        let dotted = match import.name.as_deref() {
            Some(name) if name != "*" => format!("{}.{name}", import.module),
            _ => import.module.to_string(),
        };
        let names = usize::from(import.name.is_some());
        Self { from, dotted, span: import.span, names, taken: Some(import.name.as_deref().map(str::to_owned)) }
    }

    /// What to write where its path is now `whole`, and the move that writes it.
    fn instead(&self, whole: &str) -> (String, Move) {
        let span = self.span;
        let Some(name) = &self.taken else {
            return (format!("\"{whole}\""), Move::Text { span, content: whole.to_owned() });
        };
        let module = match name {
            Some(name) => whole.strip_suffix(&format!(".{name}")).unwrap_or(whole),
            None => whole,
        };
        let instead = Instead::new(module, name.as_deref());
        let statement = instead.statement(None);
        (statement, Move::Import { span, module: instead.module, name: instead.name, keep: false })
    }
}

/// The paths below a root that is nothing here, and of no package that is known, where they are all modules under one
/// other prefix.
pub fn report(root: &str, strays: &[Stray], repo: &Repo) -> Vec<Found> {
    // Many modules write the same.
    let mut known: FxHashMap<(&str, usize), Option<(String, String)>> = FxHashMap::default();
    let mut places: Vec<Option<(String, String)>> = Vec::with_capacity(strays.len());
    for stray in strays {
        let written = (stray.dotted.as_str(), stray.names);
        places.push(known.entry(written).or_insert_with(|| tail(stray, repo)).clone());
    }
    let mut prefixes: FxHashMap<&str, usize> = FxHashMap::default();
    for (prefix, _) in places.iter().flatten() {
        *prefixes.entry(prefix).or_default() += 1;
    }
    let Some((prefix, count)) = prefixes.into_iter().max_by_key(|(prefix, count)| (*count, std::cmp::Reverse(*prefix)))
    else {
        return Vec::new();
    };
    // A foreign package that merely shares a name has paths that are nothing here.
    if count * 5 < strays.len() * 4 {
        return Vec::new();
    }
    let mut told = Vec::new();
    for (stray, place) in strays.iter().zip(&places) {
        let Some((_, whole)) = place.as_ref().filter(|(found, _)| found == prefix) else { continue };
        let module = repo.module(stray.from);
        // What runs it may have put that folder on the path; Python does where a file in it is run by itself.
        let below = |name: &String| name.strip_prefix(prefix)?.strip_prefix('.').map(|rest| !rest.contains('.'));
        let is_below = module.names.iter().any(|name| below(name).is_some());
        let is_beside = || module.names.iter().any(|name| below(name) == Some(true));
        let is_script = || !purpose::is_test_by_name(&module.path) && repo.importers_of(stray.from).is_empty();
        if is_below && (repo.named(prefix).is_empty() || (is_beside() && is_script())) {
            continue;
        }
        let message = format!("`{}` leads nowhere: there is no `{root}`", stray.dotted);
        let (written, moved) = stray.instead(whole);
        let help = format!("write `{written}`: `{root}` is `{prefix}.{root}` here");
        let found = Found::place(&module.path, stray.span, stray.dotted.as_str(), message, help);
        told.push(found.moves(vec![moved]));
    }
    told
}

/// The one prefix under which the path is a module of at least two parts, and the path under it.
fn tail(stray: &Stray, repo: &Repo) -> Option<(String, String)> {
    let parts: Vec<&str> = stray.dotted.split('.').collect();
    // Most are of a package that has nothing to do with the repository.
    if !parts.iter().take(2).all(|part| repo.is_part(part)) {
        return None;
    }
    for names in 0..=stray.names {
        let modules = parts.get(..parts.len().checked_sub(names)?)?;
        if modules.len() < 2 {
            return None;
        }
        let tail = modules.join(".");
        // A stub may be of a package from elsewhere.
        let ending = repo.ending(&tail).into_iter().filter(|(id, _)| !repo.module(*id).path.name().ends_with(b".pyi"));
        let mut found = ending.map(|(_, prefix)| prefix.to_owned()).filter(|prefix| !prefix.is_empty());
        if let Some(prefix) = found.next() {
            let only = found.all(|other| other == prefix);
            // A package that wraps another often bears its name, and has modules of the same names; what they hold tells
            // them apart.
            let name = parts.get(modules.len()).filter(|name| **name != "*");
            let module = repo.named(&format!("{prefix}.{tail}")).first();
            let holds = name.is_none_or(|name| module.is_some_and(|id| repo.may_hold(*id, name)));
            let whole = format!("{prefix}.{}", stray.dotted);
            return (only && holds).then_some((prefix, whole));
        }
    }
    None
}
