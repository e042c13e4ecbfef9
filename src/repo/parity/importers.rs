//! Who takes something from a module, by imports and by strings that calls resolve.

use super::Target;
use crate::facts::{Code, Import};
use crate::finding::Span;
use crate::repo::{Lookup, ModuleId, Repo};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Importer {
    pub module: ModuleId,
    pub span: Span,
    /// What it takes; none for the module as a whole, `*` for all.
    pub takes: Vec<String>,
    /// The call that resolves it, where it is a string.
    pub call: Option<String>,
}

/// All that import the target, sorted by path and place.
pub fn importers(repo: &Repo, target: &Target) -> Vec<Importer> {
    let mut found = Vec::new();
    for (id, module) in repo.modules().filter(|(id, _)| *id != target.module) {
        let Some(code) = module.code() else { continue };
        let mut own: Vec<Importer> =
            code.imports.iter().filter_map(|import| by_import(repo, id, code, import, target)).collect();
        own.extend(code.strings.iter().filter_map(|string| {
            let takes = named(repo, id, 0, &string.text, target)?;
            Some(Importer { module: id, span: string.span, takes, call: Some(string.call.to_string()) })
        }));
        own.retain(|importer| concerns(importer, target));
        own.sort_by_key(|importer| importer.span);
        found.extend(own);
    }
    found
}

fn by_import(repo: &Repo, id: ModuleId, code: &Code, import: &Import, target: &Target) -> Option<Importer> {
    if repo.imported(id, import)? != target.module {
        return None;
    }
    let is_from = repo.source_of(id, import) == Some(target.module);
    let takes = match import.name.as_deref().filter(|_| is_from) {
        Some("*") => {
            let free = code.free.iter().map(|free| free.target.split('.').next().unwrap_or_default().to_owned());
            std::iter::once("*".to_owned()).chain(free).collect()
        }
        Some(name) => vec![name.to_owned()],
        // Whatever is used through the module.
        None => {
            let uses = code.uses.iter().filter_map(|used| {
                let path = used.target.trim_start_matches('.');
                let level = u32::try_from(used.target.len() - path.len()).unwrap_or(u32::MAX);
                named(repo, id, level, path, target)
            });
            let mut takes: Vec<_> = uses.flatten().collect();
            takes.sort();
            takes.dedup();
            takes
        }
    };
    Some(Importer { module: id, span: import.span, takes, call: None })
}

/// What a dotted path takes from the module; nothing for the module as a whole; none where it leads elsewhere.
fn named(repo: &Repo, id: ModuleId, level: u32, dotted: &str, target: &Target) -> Option<Vec<String>> {
    if level == 0
        && let Lookup::Found(found) = repo.locate(id, dotted)
        && found.module == Some(target.module)
        && found.found == dotted.split('.').count()
    {
        return Some(Vec::new());
    }
    let place = repo.places(id, level, dotted).filter(|place| place.module == target.module)?;
    place.name.split('.').next().map(|name| vec![name.to_owned()])
}

/// Whether it takes the thing that is meant, where one is.
fn concerns(importer: &Importer, target: &Target) -> bool {
    let Some(name) = &target.name else { return true };
    importer.takes.contains(name)
}
