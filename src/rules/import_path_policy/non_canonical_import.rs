//! # non-canonical-import
//!
//! ## What it does
//! Flags an import of what a concept owns (`owns`) from anywhere but its public place; that is the home where
//! `public` is not declared. A name counts for what it stands for: re-exports are followed through any number of
//! modules, stars, `__all__` and aliases, and the message shows the way. So is a use through a module, `app.api.WebSocketManager` after `import app.api`, and
//! the use of a name that a star brought. Test code is judged too.
//!
//! Where `public` is declared, the home is right as well in the package that holds it (for a home that is a package,
//! in that), below the public place, and for what the public place does not give.
//!
//! Not judged is what stands in the home, in the public place, or in an old module of the concept: they are there to
//! hand it on. An import of an old path is `legacy-import`'s to tell. Strings that calls resolve are not judged
//! either: a target of `mock.patch` names the module that uses the thing, and that is where it must be patched.
//! Nothing is told of a concept without `owns`.
//!
//! ## Why is this bad?
//! Each module that hands it on becomes a second address. What imports it from there breaks when that module is
//! tidied, and a search for its importers misses them.
//!
//! ## Example
//! ```toml
//! [concept.websocket-manager]
//! home   = "backend.app.websocket.manager"
//! public = "backend.app.websocket"
//! owns   = ["class *WebSocketManager"]
//! ```
//! ```python
//! from backend.app.routes.chat import WebSocketManager
//! ```
//!
//! ## What to do instead
//! ```python
//! from backend.app.websocket import WebSocketManager
//! ```
//!
//! ## Fix
//! `ssot fix` writes the import, and in place of a use through a module an import and the name. Safe: it is the same
//! thing. An import that nothing uses any more is left: other modules may take the name from here.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{Code, Import};
use crate::finding::moves::Move;
use crate::finding::{Level, Span};
use crate::policy::Sited;
use crate::policy::asked::Asked;
use crate::policy::concept::Concept;
use crate::policy::day::Day;
use crate::policy::owned::Owned;
use crate::policy::python::Imports;
use crate::repo::{Instead, Module, ModuleId, Origins, Place, Repo};
use crate::rules::{Found, RepoRule, RuleDef, Sink, Stage};

use super::legacy_import::LegacyImport;
use super::{imported_names, judged};

pub static RULE: RuleDef = RuleDef {
    hook: "import-path-policy",
    name: "non-canonical-import",
    summary: "an import of what a concept owns, from anywhere but its public place",
    source: include_str!("non_canonical_import.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let concepts: Vec<_> = policy.concepts.iter().filter(|concept| !concept.owns.is_empty()).cloned().collect();
        let none = concepts.is_empty();
        let rule = NonCanonicalImport { concepts, legacy: LegacyImport::of(policy), imports: policy.imports };
        Ok(if none { vec![] } else { vec![Stage::Repo(Box::new(rule))] })
    },
};

struct NonCanonicalImport {
    /// Those that own something.
    concepts: Vec<Concept>,
    legacy: LegacyImport,
    imports: Imports,
}

/// Who owns a definition, and by which line.
type Owners<'r> = FxHashMap<Place, Vec<(&'r Concept, &'r Sited<Owned>)>>;

/// A name that a module takes from another.
struct Taken<'r> {
    by: ModuleId,
    span: Span,
    /// The import; none where it is used through a module, or came by a star.
    import: Option<&'r Import>,
    /// How many parts of a use stand behind the name.
    rest: usize,
    /// The name by which the module goes on to use it; none where it is used through a module.
    kept: Option<&'r str>,
    /// From where; several where several stars may have brought it.
    places: Vec<Place>,
    /// The dotted names that it can mean.
    names: Vec<String>,
}

/// A name that is taken from the wrong place.
struct Wrong<'r> {
    taken: &'r Taken<'r>,
    start: &'r Place,
    end: &'r Place,
    concept: &'r Concept,
    owned: &'r Sited<Owned>,
}

impl RepoRule for NonCanonicalImport {
    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        let owners = self.owners(repo);
        let names = repo.renamed(owners.keys().map(|place| place.name.as_str()));
        let taken = |id: ModuleId| -> Vec<Taken> {
            let code = Some(repo.module(id)).filter(|module| !module.is_excluded).and_then(Module::code);
            code.map(|code| self.taken(id, code, repo, &names)).unwrap_or_default()
        };
        let takers = repo.each(&asked(&names), |id| (!taken(id).is_empty(), true));
        let taken: Vec<Taken> = takers.into_par_iter().flat_map_iter(|(id, _)| taken(id)).collect();
        let ends: FxHashSet<Place> = owners.keys().cloned().collect();
        let origins = repo.origins(taken.iter().flat_map(|taken| taken.places.iter().cloned()), &ends);
        let wrong: Vec<Wrong> = taken.iter().filter_map(|taken| self.wrong(taken, &origins, &owners, repo)).collect();
        let entrances =
            repo.origins(wrong.iter().flat_map(|wrong| entrances(wrong, repo).map(|(_, place)| place)), &ends);
        // One finding for a line and a thing, with the moves of all that stands there.
        let mut told: FxHashMap<_, (Found, Vec<Move>)> = FxHashMap::default();
        for wrong in wrong.iter().filter(|wrong| !is_right(wrong, &entrances, repo)) {
            let key = (wrong.taken.by, wrong.taken.span.start.line, wrong.end);
            let (found, moved) = found(wrong, &origins, &entrances, repo);
            told.entry(key).or_insert_with(|| (found, Vec::new())).1.push(moved);
        }
        told.into_values().for_each(|(found, moves)| out.report(found.moves(moves)));
    }
}

impl NonCanonicalImport {
    /// The definitions at home that are owned, and the names for them there.
    fn owners<'r>(&'r self, repo: &Repo) -> Owners<'r> {
        let mut owners: Owners = FxHashMap::default();
        for concept in &self.concepts {
            for (id, module) in repo.modules().filter(|(_, module)| repo.is_home(concept, module)) {
                let Some(code) = module.code() else { continue };
                let definitions = code.definitions.iter().filter(|found| found.is_top() && !found.local);
                let definitions = definitions.map(|found| (Some(found.kind), &found.name));
                for (kind, name) in definitions.chain(code.aliases.iter().map(|alias| (None, &alias.name))) {
                    if let Some(owned) = concept.owns.iter().find(|owned| owned.value.matches(kind, name)) {
                        let place = Place { module: id, name: name.to_string() };
                        owners.entry(place).or_default().push((concept, owned));
                    }
                }
            }
        }
        owners
    }

    /// What a module takes that bears one of the names.
    fn taken<'r>(&self, id: ModuleId, code: &'r Code, repo: &Repo, names: &FxHashSet<&str>) -> Vec<Taken<'r>> {
        let mut taken = Vec::new();
        for import in judged(code, &self.imports) {
            let Some(name) = import.name.as_deref().filter(|name| names.contains(name)) else { continue };
            let Some(module) = repo.source_of(id, import) else { continue };
            let places = vec![Place { module, name: name.to_owned() }];
            let names = imported_names(repo, id, import);
            let kept = Some(import.alias.as_deref().unwrap_or(name));
            taken.push(Taken { by: id, span: import.span, import: Some(import), rest: 0, kept, places, names });
        }
        // What an import took by its name is told there.
        let imported: FxHashSet<Place> = taken.iter().flat_map(|taken| taken.places.iter().cloned()).collect();
        let is_judged = |type_checking: bool| self.imports.type_checking || !type_checking;
        for used in code.uses.iter().filter(|used| is_judged(used.type_checking)) {
            let path = used.target.trim_start_matches('.');
            if !path.split('.').any(|part| names.contains(part)) {
                continue;
            }
            let level = u32::try_from(used.target.len() - path.len()).unwrap_or(u32::MAX);
            let place = repo.places(id, level, path).and_then(|place| cut(place, names));
            if let Some((place, rest)) = place.filter(|(place, _)| !imported.contains(place)) {
                let names = repo.absolute(id, used.target);
                let (span, places) = (used.span, vec![place]);
                taken.push(Taken { by: id, span, import: None, rest, kept: None, places, names });
            }
        }
        let stars: Vec<_> = judged(code, &self.imports)
            .filter(|import| import.name.as_deref() == Some("*"))
            .filter_map(|import| repo.source_of(id, import).map(|module| (module, repo.by_star(module), import)))
            .collect();
        for free in code.free.iter().filter(|free| is_judged(free.type_checking)) {
            let name = free.target.split('.').next().unwrap_or_default();
            if !names.contains(name) {
                continue;
            }
            let givers: Vec<_> = stars.iter().filter(|(_, by_star, _)| by_star.gives(name)).collect();
            let places = givers.iter().map(|(module, ..)| Place { module: *module, name: name.to_owned() }).collect();
            let names = givers.iter().flat_map(|(.., star)| imported_names(repo, id, star)).collect();
            let rest = free.target.matches('.').count();
            taken.push(Taken { by: id, span: free.span, import: None, rest, kept: Some(name), places, names });
        }
        taken
    }

    fn wrong<'r>(
        &self,
        taken: &'r Taken<'r>,
        origins: &'r Origins,
        owners: &'r Owners<'r>,
        repo: &Repo,
    ) -> Option<Wrong<'r>> {
        let by = repo.module(taken.by);
        let mut wrong = None;
        for start in &taken.places {
            let Some(end) = origins.end(start) else { continue };
            for (concept, owned) in owners.get(end).into_iter().flatten() {
                let from = repo.module(start.module);
                if hands_on(concept, from, repo) && !goes_around(concept, from, by, repo) {
                    return None;
                }
                if wrong.is_none() && reaches(concept, by, repo) {
                    wrong = Some(Wrong { taken, start, end, concept, owned });
                }
            }
        }
        wrong.filter(|_| !self.legacy.tells_of(&taken.names, by, repo))
    }
}

/// What is asked of each module: whether it takes one of these names.
fn asked(names: &FxHashSet<&str>) -> String {
    let mut names: Vec<&str> = names.iter().copied().collect();
    names.sort_unstable();
    format!("{}/{}", RULE.name, names.join(" "))
}

/// The place up to the first part that is one of the names, and how many parts stand behind it.
fn cut(mut place: Place, names: &FxHashSet<&str>) -> Option<(Place, usize)> {
    let mut end = 0;
    for part in place.name.split('.') {
        end += part.len();
        if names.contains(part) {
            let rest = place.name.split_off(end).matches('.').count();
            return Some((place, rest));
        }
        end += 1;
    }
    None
}

/// Whether a module is the home, the public place, or an old module of the concept.
fn hands_on(concept: &Concept, module: &Module, repo: &Repo) -> bool {
    repo.is_home(concept, module)
        || concept.public.iter().any(|(public, _)| module.names.contains(public))
        || concept.legacy.iter().any(|legacy| legacy.old.name.is_none() && module.is_under(&legacy.old.module))
}

/// Whether taking it from this home goes around a public place, for a module that is neither in the package which
/// holds the home nor below the public place.
pub(super) fn goes_around(concept: &Concept, home: &Module, by: &Module, repo: &Repo) -> bool {
    let public = |(public, _): &(String, _)| home.names.contains(public) || by.is_under(public);
    !concept.public.is_empty()
        && repo.is_home(concept, home)
        && !concept.public.iter().any(public)
        && !repo.home_packages(concept, home).any(|package| by.is_under(package))
}

/// Whether it is taken from the home, and no public place gives it, or only by way of who takes it.
fn is_right(wrong: &Wrong, given: &Origins, repo: &Repo) -> bool {
    let gives = |place: &Place| {
        given.end(place) == Some(wrong.end) && !given.way(place).any(|place| place.module == wrong.taken.by)
    };
    repo.is_home(wrong.concept, repo.module(wrong.start.module))
        && !entrances(wrong, repo).any(|(_, place)| gives(&place))
}

/// Whether the concept speaks of what this module imports.
fn reaches(concept: &Concept, module: &Module, repo: &Repo) -> bool {
    !hands_on(concept, module, repo)
        && (concept.within.is_empty() || concept.within.matches(&module.path))
        && repo.reaches_service(concept, module.service.as_deref())
}

/// The public places that may give a name, the nearest to its importer's service first, by the name that it has at
/// home and by that which was taken.
fn entrances<'w>(wrong: &'w Wrong, repo: &'w Repo) -> impl Iterator<Item = (&'w str, Place)> {
    let nearest = wrong.concept.entrance(repo.module(wrong.taken.by).service.as_deref());
    let public = wrong.concept.public.iter().map(|(public, _)| public.as_str());
    let public = std::iter::once(nearest).chain(public.filter(move |public| *public != nearest));
    public.flat_map(|public| {
        let module = repo.named(public).first().copied();
        let names = [wrong.end, wrong.start].map(|place| place.name.clone());
        names.into_iter().filter_map(move |name| Some((public, Place { module: module?, name })))
    })
}

fn found(wrong: &Wrong, origins: &Origins, given: &Origins, repo: &Repo) -> (Found, Move) {
    let Wrong { taken, start, end, concept, owned } = wrong;
    let name = start.name.rsplit('.').next().unwrap_or_default();
    let renamed = if name == end.name { String::new() } else { format!(", which is `{}`,", end.name) };
    let way = way(start, origins, repo);
    let by_way = if repo.is_home(concept, repo.module(start.module)) { "from its home" } else { "by way of" };
    let message = format!("`{name}`{renamed} of `{}` is taken {by_way} `{way}`", concept.id);

    let entrance = entrances(wrong, repo).find(|(_, place)| given.end(place) == Some(*end));
    let home = repo.imported_as(end.module);
    let (module, new) = match &entrance {
        Some((public, place)) => (*public, &place.name),
        None => (home.as_str(), &end.name),
    };
    let instead = Instead::new(module, Some(new));
    let here = if taken.kept.is_none() { format!(" and `{new}` here") } else { String::new() };
    let help = format!("write `{}`{here}", instead.statement(taken.kept.filter(|kept| *kept != new.as_str())));
    let moved = match taken.import {
        Some(import) => instead.moved(taken.by, import, taken.names.first().map_or("", String::as_str), repo),
        None => Move::Use { span: taken.span, module: module.to_owned(), name: new.clone(), rest: taken.rest },
    };

    let by = repo.module(taken.by);
    let found = Found::place(&by.path, taken.span, end.name.as_str(), message, help);
    (found.by(Some(&owned.site)).asked(Asked::concept(concept, by.service.as_deref())), moved)
}

/// The modules on the way, `app.api -> app.legacy -> app.home`; of many the first and the last.
fn way(start: &Place, origins: &Origins, repo: &Repo) -> String {
    const SHOWN: usize = 6;
    let mut modules: Vec<ModuleId> = Vec::new();
    for place in origins.way(start) {
        // A way may be as long as the repository has modules: none is walked for what is not shown.
        if modules.len() > SHOWN {
            break;
        }
        if modules.last() != Some(&place.module) {
            modules.push(place.module);
        }
    }
    let is_long = modules.len() > SHOWN;
    if is_long {
        modules.truncate(SHOWN - 2);
    }
    let mut shown: Vec<String> = modules.iter().map(|id| repo.module(*id).name()).collect();
    if is_long {
        shown.push("...".to_owned());
        shown.extend(origins.end(start).map(|end| repo.module(end.module).name()));
    }
    shown.join(" -> ")
}
