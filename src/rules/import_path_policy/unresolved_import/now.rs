//! Where what an import misses is now.

use super::missing_name::is_builtin;
use super::past::{Past, Since};
use crate::facts::Import;
use crate::repo::{Instead, ModuleId, Repo};
use crate::words::cut;

/// How many places are told.
const MOST: usize = 3;

/// What more modules define than this is each module's own: `logger`.
const MANY: usize = 10;

/// What is nowhere to be found: a module, or a name in one.
pub struct Lost<'l> {
    /// The module that is missing, or that lacks the name.
    pub module: String,
    /// The module, where only the name is missing.
    pub lacking: Option<ModuleId>,
    /// What is taken from it; `*` for all.
    pub name: Option<&'l str>,
}

/// Who asks for it.
pub struct Asking<'a> {
    pub module: ModuleId,
    /// Whether by a string that names the thing itself, not something of it: the target of `mock.patch` is where a thing
    /// is used, not where it is defined.
    pub is_target: bool,
    pub past: Option<&'a Past>,
}

/// What to do about it; and the one place where it is now, if there is one. `write` writes a place as it is to be written.
pub fn help(
    asking: &Asking<'_>,
    lost: &Lost<'_>,
    write: impl Fn(&Instead) -> String,
    repo: &Repo,
) -> (String, Option<Instead>) {
    let there = |place: Instead| (format!("write {}", write(&place)), Some(place));
    if let Some(place) = renamed(lost, repo) {
        return there(place);
    }
    let mut places = places(asking.module, lost, repo);
    let since = |id: ModuleId| asking.past.map_or(Since::Unknown, |past| past.since(lost, id, repo));
    let only = match places.as_slice() {
        [(module, id)] => Some((Instead::new(module, lost.name), since(*id))),
        _ => None,
    };
    if let Some((place, since)) = &only {
        let is_it = match since {
            Since::Moved => true,
            Since::Stood => false,
            Since::Unknown => !asking.is_target && is_sure(lost, &place.module),
        };
        if is_it && !is_had(asking.module, place, repo) {
            return there(place.clone());
        }
        if *since == Since::Stood {
            places.clear();
        }
    }
    // One word may be anybody's.
    let is_likely = |place: &Instead| place.name.as_deref().is_some_and(|name| cut(name).count() > 1);
    let is_guess = |(place, since): &(Instead, Since)| *since != Since::Stood && !asking.is_target && is_likely(place);
    let only = only.filter(is_guess).map(|(place, _)| place);
    let help = match (guess(lost, repo).or(only), lost.lacking, lost.name) {
        (Some(meant), _, _) => format!("did you mean {}?", write(&meant)),
        (None, _, Some(name)) if (2..=MANY).contains(&places.len()) => {
            let more = if places.len() > MOST { ", …" } else { "" };
            let places: Vec<String> = places.iter().take(MOST).map(|(place, _)| format!("`{place}`")).collect();
            format!("take it from one of those that define `{name}`: {}{more}", places.join(", "))
        }
        (None, Some(_), Some(name)) => format!("define `{name}` in `{}`, or delete what is dead", lost.module),
        _ if asking.is_target => "name the module that uses it now, or delete what is dead".to_owned(),
        _ => "take it from where it is now, or delete what is dead".to_owned(),
    };
    (help, None)
}

/// Whether the one module that defines a name is where it went: it lies near, or the name is so much its own that hardly
/// another thing bears it.
fn is_sure(lost: &Lost<'_>, now: &str) -> bool {
    fn split(module: &str) -> (&str, &str) {
        module.rsplit_once('.').unwrap_or(("", module))
    }
    let is_below = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
    let ((above, own), (now_above, now_own)) = (split(&lost.module), split(now));
    // A small word may be anybody's.
    let is_word = lost.name.is_some_and(|name| cut(name).count() == 1 && !name.contains(char::is_uppercase));
    let is_beside = !is_word && (above == now_above || is_below(&lost.module, now));
    let is_near = own == now_own || is_below(now, &lost.module) || is_beside;
    let first = |module: &str| module.split('.').next().map(str::to_owned);
    let needed = if first(&lost.module) == first(now) { 2 } else { 3 };
    is_near || lost.name.is_some_and(|name| cut(name).count() >= needed)
}

/// Whether the module that asks has it from there already: then it asks for something else.
fn is_had(asking: ModuleId, place: &Instead, repo: &Repo) -> bool {
    let code = repo.module(asking).code();
    let of_place = |import: &&Import| import.name.as_deref() == place.name.as_deref();
    let mut imports = code.into_iter().flat_map(|code| &code.imports).filter(of_place);
    imports.any(|import| repo.source_of(asking, import).is_some_and(|id| repo.imported_as(id) == place.module))
}

/// Where this change moved it.
fn renamed(lost: &Lost<'_>, repo: &Repo) -> Option<Instead> {
    if let (Some(_), Some(name)) = (lost.lacking, lost.name) {
        let (package, own) = repo.became(&format!("{}.{name}", lost.module))?.rsplit_once('.')?;
        return Some(Instead::new(package, Some(own)));
    }
    let new = repo.became(&lost.module)?;
    let holds =
        |name| name == "*" || is_builtin(name) || repo.named(new).first().is_some_and(|id| repo.may_hold(*id, name));
    lost.name.is_none_or(holds).then(|| Instead::new(new, lost.name))
}

/// The modules that define the name, and from which it can be had, by the names by which they are imported.
fn places(asking: ModuleId, lost: &Lost<'_>, repo: &Repo) -> Vec<(String, ModuleId)> {
    let Some(name) = lost.name else { return Vec::new() };
    let (from, distribution) = (repo.module(asking), repo.distribution(asking));
    // Thousands may define it.
    let places = repo.definitions(name).filter(|(id, definition)| {
        let module = repo.module(*id);
        let is_named = !module.names.is_empty() && (from.is_test || !module.is_test);
        is_named && !definition.local && *id != asking && repo.can_import(distribution, repo.distribution(*id))
    });
    let mut modules: Vec<(String, ModuleId)> = places.map(|(id, _)| (repo.imported_as(id), id)).collect();
    modules.sort_unstable();
    modules.dedup_by(|(one, _), (other, _)| one == other);
    modules
}

/// What may be meant, where that is a guess.
fn guess(lost: &Lost<'_>, repo: &Repo) -> Option<Instead> {
    if let (Some(lacking), Some(name)) = (lost.lacking, lost.name) {
        let bound = repo.module(lacking).code().into_iter().flat_map(|code| code.bound.iter());
        let alike = |other: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &other.to_lowercase());
        let near = bound.map(|other| (alike(other), other)).filter(|(far, _)| far * 4 <= name.len());
        let (_, nearest) = near.min()?;
        return Some(Instead::new(&lost.module, Some(nearest)));
    }
    let last = lost.module.rsplit('.').next().unwrap_or(&lost.module);
    let mut same = repo.ending(last).into_iter().map(|(id, _)| id);
    let only = same.next().filter(|first| same.all(|other| other == *first))?;
    let holds = lost.name.is_none_or(|name| name == "*" || repo.may_hold(only, name));
    holds.then(|| Instead::new(repo.imported_as(only), lost.name))
}
