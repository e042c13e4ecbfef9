//! # similar-name
//!
//! ## What it does
//! Flags classes, functions and files whose names are about the same thing: they differ by words that only claim to
//! be another version (`Enhanced`, `Unified`, `V2`, `Impl`), by synonyms (`WS` and `WebSocket`), by spelling, by words
//! that say little (`Engine`, `Context`), or by the order of their words. It is off until `similar-name` stands in the
//! policy, and an error then where `[levels]` says nothing; `synonyms`, `noise` and `vague` add to the built-in words,
//! which `ssot policy` shows.
//!
//! Each of a group is flagged but the one to keep: that in the home of a concept, else the one that most modules
//! import, else the longest, else the first. How alike they are is the share of the words in their code that two of
//! them have in common, rare words counting more. The nearer the names, the less it takes: 15 % where two classes
//! differ by version or spelling alone, 40 % for functions; 50 % and 60 % where they differ by vague words or by order.
//! Where a repository has no other class with the words of a group, names alone are enough.
//!
//! An alias is followed: `ToolDispatcher = UnifiedToolDispatcher` is one thing under two names, and a class
//! `ToolDispatcher` beside it a second thing under one name.
//!
//! Never flagged: what subclasses, implements, uses or imports another of the group, private names, overloads and
//! registrations, a function beside a class, a name that 8 modules define (what a framework asks for is no copy), two
//! numbered versions without a plain one (`ApiV1`, `ApiV2`), exceptions with nothing but `__init__`, what a concept
//! owns, what stands under `if __name__ == "__main__"`, test code, and files that a program wrote. A vague word that
//! sets apart 8 pairs of names in a repository is none there. A file counts where its name claims a version, or beside
//! other files, and where nothing in it bears the name. As with `same-name`, each service, and each folder that is
//! published by itself, is compared with what it can import.
//!
//! ## Why is this bad?
//! `EnhancedWebSocketManager` was written because `WebSocketManager` was not found, or not dared to be changed. Both
//! live on, and nobody knows which one counts.
//!
//! ## Example
//! ```toml
//! [no-duplicate-concepts]
//! similar-name = { synonyms = [["mgr", "manager"]] }
//! ```
//! ```python
//! class WebSocketManager: ...      # in app/realtime.py
//! class UnifiedWSManager: ...      # in app/unified.py
//! ```
//!
//! ## What to do instead
//! Move what the second one adds into the first, and import that. Where they are two things, name each for what sets
//! it apart.
//!
//! ## Fix
//! None: only a person knows which one stays.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::facts::{Alias, Definition, DefinitionKind};
use crate::finding::{Site, Span};
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::policy::concept::Concept;
use crate::policy::day::Day;
use crate::policy::similar_name::Likeness;
use crate::repo::similar::{Names, spelling};
use crate::repo::{ModuleId, Place, Repo, Sample};
use crate::rules::{Asked, Found, RepoRule, RuleDef, Sink, Stage};

use super::{MOST_PLACES, is_compared, is_own_exception, is_registered, owners, split};
use evidence::Evidence;

mod evidence;

/// A name that so many modules define is a convention.
const MANY: usize = 8;

pub static RULE: RuleDef = RuleDef {
    hook: "no-duplicate-concepts",
    name: "similar-name",
    summary: "names that differ only by noise words, synonyms or word order",
    source: include_str!("similar_name.rs"),
    level: None,
    compile: |policy| Ok(vec![Stage::Repo(Box::new(SimilarName { policy: policy.clone() }))]),
};

struct SimilarName {
    policy: Policy,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    /// A class, or a file.
    Class,
    Function,
}

/// Something that bears a name: a definition, else a file.
struct Member<'r> {
    id: ModuleId,
    name: &'r str,
    likeness: Likeness,
    definition: Option<&'r Definition>,
    words: Sample,
}

/// By service, kind and core.
type Groups<'r> = BTreeMap<(Option<&'r str>, Kind, Vec<String>), Vec<Member<'r>>>;

/// An alias, and the definition of another name that it stands for.
struct SecondName<'r> {
    id: ModuleId,
    alias: &'r Alias,
    of: Place,
    core: Vec<String>,
}

impl RepoRule for SimilarName {
    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        let names = repo.names(&self.policy.similar_name);
        let groups = self.groups(repo, &names);
        let aliases = second_names(repo, &names, &groups);
        let evidence = Evidence::of(repo, &groups, &aliases);
        let report = Report { rule: self, repo, evidence: &evidence, aliases: &aliases };
        aliases.iter().for_each(|alias| out.report(report.alias(alias)));
        let mut found: Vec<(Vec<String>, Vec<Member>)> = Vec::new();
        for ((_, kind, core), members) in groups {
            found.extend(evidence.parts(kind, &core, members).into_iter().map(|members| (core.clone(), members)));
        }
        let ends: HashSet<Place> = found.iter().flat_map(|(_, members)| members.iter().map(Member::place)).collect();
        let (takers, modules) = (repo.takers(&ends), repo.importers());
        let importers = |member: &Member| match member.definition {
            None => modules.get(&member.id).copied().unwrap_or(0),
            Some(_) => takers.get(&member.place()).map_or(0, BTreeSet::len),
        };
        for (core, members) in found {
            let rank = |member: &Member, reach: usize| {
                let is_owned = self.home_of(member, repo).is_some();
                let order = (is_owned, reach, member.definition.is_some(), importers(member), member.lines(repo));
                (Reverse(order), member.likeness.words, repo.module(member.id).path.clone())
            };
            for (home, others) in split(members, repo, |member| member.id, rank) {
                let why = self.why(&home, &others, importers(&home), repo);
                for (number, member) in others.iter().enumerate() {
                    let rest = others.iter().enumerate().filter(|(other, _)| *other != number).map(|(_, other)| other);
                    out.report(report.member(&core, member, (&home, &why), rest));
                }
            }
        }
    }
}

impl SimilarName {
    fn groups<'r>(&self, repo: &'r Repo, names: &Names) -> Groups<'r> {
        let spellings = repo.spellings();
        let mut files: HashMap<String, usize> = HashMap::new();
        for (_, module) in repo.modules() {
            *files.entry(spelling(stem(&module.path))).or_default() += 1;
        }
        let is_convention =
            |names: &HashMap<String, usize>, name| names.get(&spelling(name)).is_some_and(|modules| *modules >= MANY);
        let mut groups = Groups::new();
        for (id, module) in repo.modules().filter(|(_, module)| is_compared(module)) {
            let Some(code) = module.code.as_deref() else { continue };
            let service = module.service.as_deref();
            let mut cores = HashSet::new();
            for definition in code.definitions.iter().filter(|definition| definition.is_top()) {
                let kind = match definition.kind {
                    DefinitionKind::Class => Kind::Class,
                    DefinitionKind::Function => Kind::Function,
                    DefinitionKind::Constant => continue,
                };
                let Some(likeness) = names.likeness(&definition.name) else { continue };
                cores.insert(likeness.core.clone());
                let is_told = || {
                    owners(&self.policy.concepts, definition, module, repo)
                        .any(|concept| !repo.is_home(concept, module))
                };
                let name = definition.name.as_str();
                let is_aside = name.starts_with('_')
                    || definition.local
                    || is_registered(definition)
                    || is_own_exception(definition, module);
                if !is_aside && !is_convention(&spellings, name) && !is_told() {
                    let core = likeness.core.clone();
                    let words = definition.words.clone();
                    let member = Member { id, name, likeness, definition: Some(definition), words };
                    groups.entry((service, kind, core)).or_default().push(member);
                }
            }
            let name = stem(&module.path);
            if module.is_package || name.starts_with('_') || is_convention(&files, name) {
                continue;
            }
            // What bears the file's name speaks for it.
            if let Some(likeness) = names.likeness(name).filter(|likeness| !cores.contains(&likeness.core)) {
                let core = likeness.core.clone();
                let member = Member { id, name, likeness, definition: None, words: repo.sample_of(id) };
                groups.entry((service, Kind::Class, core)).or_default().push(member);
            }
        }
        groups
    }

    /// The concept that owns a definition, where that is at home.
    fn home_of(&self, member: &Member, repo: &Repo) -> Option<&Concept> {
        let module = repo.module(member.id);
        owners(&self.policy.concepts, member.definition?, module, repo).find(|concept| repo.is_home(concept, module))
    }

    /// Why one of a group is the one to keep.
    fn why(&self, home: &Member, others: &[Member], importers: usize, repo: &Repo) -> String {
        let lines = home.lines(repo);
        if let Some(concept) = self.home_of(home, repo) {
            return format!("it is at home in `{}`", concept.id);
        }
        match importers {
            0 if others.iter().all(|other| other.lines(repo) < lines) => "it is the longest".to_owned(),
            0 if others.iter().all(|other| other.likeness.words > home.likeness.words) => {
                "its name is plain".to_owned()
            }
            0 => "it comes first".to_owned(),
            1 => "1 module imports it".to_owned(),
            count => format!("{count} modules import it"),
        }
    }

    /// The line that switches this on.
    fn site(&self) -> Option<&Site> {
        self.policy.levels.iter().map(|set| &set.rule).find(|rule| rule.value == RULE.name).map(|rule| &rule.site)
    }
}

impl Member<'_> {
    fn place(&self) -> Place {
        Place { module: self.id, name: self.name.to_owned() }
    }

    fn span(&self) -> Span {
        self.definition.map_or(Span::FILE, |definition| definition.span)
    }

    fn lines(&self, repo: &Repo) -> u32 {
        let code = repo.module(self.id).code.iter().flat_map(|code| &code.definitions);
        match self.definition {
            Some(definition) => definition.lines.1 - definition.lines.0,
            None => code.filter(|definition| definition.is_top()).map(|definition| definition.code_lines).sum(),
        }
    }

    /// As it is shown: a file with its ending.
    fn shown(&self, repo: &Repo) -> String {
        match self.definition {
            Some(_) => self.name.to_owned(),
            None => String::from_utf8_lossy(repo.module(self.id).path.name()).into_owned(),
        }
    }
}

/// The aliases at module level for definitions of a similar name.
fn second_names<'r>(repo: &'r Repo, names: &Names, groups: &Groups<'r>) -> Vec<SecondName<'r>> {
    let (mut starts, mut ends) = (Vec::new(), HashSet::new());
    for (id, module) in repo.modules().filter(|(_, module)| is_compared(module)) {
        for alias in module.code.iter().flat_map(|code| &code.aliases).filter(|alias| !alias.name.starts_with('_')) {
            let Some(Likeness { core, .. }) = names.likeness(&alias.name) else { continue };
            for kind in [Kind::Class, Kind::Function] {
                let key = (module.service.as_deref(), kind, core.clone());
                let members = groups.get(&key).into_iter().flatten().filter(|member| member.definition.is_some());
                ends.extend(members.map(Member::place));
            }
            starts.push((id, alias, core));
        }
    }
    let place = |id: ModuleId, alias: &Alias| Place { module: id, name: alias.name.clone() };
    let origins = repo.origins(starts.iter().map(|(id, alias, _)| place(*id, alias)), &ends);
    let second = |(id, alias, core): (ModuleId, &'r Alias, Vec<String>)| {
        let of = origins.end(&place(id, alias)).filter(|end| end.name != alias.name)?.clone();
        let is_similar = names.likeness(&of.name).is_some_and(|likeness| likeness.core == core);
        is_similar.then_some(SecondName { id, alias, of, core })
    };
    starts.into_iter().filter_map(second).collect()
}

struct Report<'a, 'r> {
    rule: &'a SimilarName,
    repo: &'r Repo,
    evidence: &'a Evidence<'r>,
    aliases: &'a [SecondName<'r>],
}

impl<'a, 'r> Report<'a, 'r> {
    fn alias(&self, second: &SecondName) -> Found {
        let (name, of) = (&second.alias.name, &second.of);
        let message = format!("`{name}` is `{}` under a second name", of.name);
        let module = self.repo.module(of.module);
        let help = format!("write `from {} import {}` where it is used, and delete this alias", module.name(), of.name);
        let path = &self.repo.module(second.id).path;
        let found = Found::place(path, second.alias.span, second.core.join(" "), message, help).by(self.rule.site());
        let definition = self.repo.definitions(&of.name).find(|(id, _)| *id == of.module);
        match definition {
            Some((_, definition)) => found.see(&module.path, definition.span, "the one thing"),
            None => found,
        }
    }

    fn member<'m>(
        &self,
        core: &[String],
        member: &Member,
        (home, why): (&Member, &str),
        rest: impl Iterator<Item = &'m Member<'r>>,
    ) -> Found
    where
        'r: 'm,
    {
        let module = self.repo.module(home.id);
        let path = &self.repo.module(member.id).path;
        let (own, other) = (member.shown(self.repo), home.shown(self.repo));
        let alike = (self.evidence.alike(home, member) * 100.0).round();
        let mut message = match own == other {
            true => format!("`{own}` is defined in `{}` too, {alike:.0} % alike", module.path),
            false => format!("`{own}` is a second `{other}` by its name, {alike:.0} % alike"),
        };
        // A name that an alias gives to the other one stands for two things.
        let namesake = self.aliases.iter().find(|alias| {
            (alias.alias.name == member.name && alias.of == home.place())
                || (alias.alias.name == home.name && alias.of == member.place())
        });
        if let Some(alias) = namesake {
            let alias_path = &self.repo.module(alias.id).path;
            message += &format!(
                "; `{}` is a second thing under one name: `{alias_path}` gives it to `{}`",
                alias.alias.name, alias.of.name
            );
        }
        let help = match home.definition {
            Some(_) => format!("move what it adds there and write `from {} import {}`", module.name(), home.name),
            None => format!("move what it adds into `{}`", module.path),
        };
        let help = format!("{help}; or name it for what sets it apart");
        let mut found = Found::place(path, member.span(), core.join(" "), message, help).by(self.rule.site());
        found.whole_file = member.definition.is_none();
        if let Some(concept) = self.rule.home_of(home, self.repo) {
            found = found.asked(Asked::concept(concept, module.service.as_deref()));
        }
        found = found.see(&module.path, home.span(), format!("the one to keep: {why}"));
        let add = |found: Found, other: &Member| {
            found.see(&self.repo.module(other.id).path, other.span(), format!("`{}` too", other.shown(self.repo)))
        };
        rest.take(MOST_PLACES).fold(found, add)
    }
}

/// The name of a file without its ending.
fn stem(path: &RepoPath) -> &str {
    let name = std::str::from_utf8(path.name()).unwrap_or_default();
    name.split('.').next().unwrap_or(name)
}
