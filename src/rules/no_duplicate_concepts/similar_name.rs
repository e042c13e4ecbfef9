//! # similar-name
//!
//! ## What it does
//! Flags classes, functions and files whose names are about the same thing and whose code is alike: the names differ by
//! words that only claim to be another version (`Enhanced`, `Unified`, `V2`, `Impl`), by synonyms (`WS` and
//! `WebSocket`), by spelling, by words that say little (`Engine`, `Context`), or by the order of their words. It is off
//! until `similar-name` stands in the policy, and an error then where `[levels]` says nothing; `synonyms`, `noise` and
//! `vague` add to the built-in words, which `ssot policy` shows.
//!
//! Each of a group is flagged but the one to keep: that in the home of a concept, else the one that most modules
//! import, else the longest, else the one with the plainest name, else the first. Where the change at hand wrote that
//! one, it says to keep what stood, as `same-name` does. How alike they are is the share of
//! the words in their code that two have in common, rare words counting more. A name alone is not enough; how much is
//! asked of the code goes by what sets the names apart:
//!
//! - words that only ever mean that something was written again (`Enhanced`, `Improved`, and those of `noise` in the
//!   policy): 30 %, 20 % where two files of one folder hold them, 40 % for functions;
//! - words that have other uses (`V2`, `Final`, `Fixed`, `Impl`, `New`, `Old`, `Optimized`, `Unified`, `Updated`,
//!   `Upgraded`), spelling, synonyms, or order: 50 %, 60 % for functions;
//! - a word that says little, or a 2: 70 %, and all public members of one of them.
//!
//! Three fifths of that is enough for classes that have half of the public members of the smaller one in common, where
//! a version or spelling sets them apart; for three names or more that differ by synonyms or vague words, and no other
//! that ends in the same word has theirs, such members are. A member that 8 classes have is prescribed, and does not
//! count. Classes without a method have names in common that many use: where anything but the first kind of words sets
//! them apart, 70 % is asked of those in one folder, and others are not compared; members do not help them. Code of
//! fewer than 6 words is judged where it has such members alone, or where both are classes with nothing in them, and a
//! version or spelling sets them apart.
//!
//! Two of which the file of one defines the other's name too are told apart there, and passed over. So are those of
//! which something says why there are two, unless they differ by spelling or by the first kind of words: two in one
//! file; a class or function beside another where one module, that is no test, takes both; a name for what it is made
//! of (`UnifiedJobAccess` of `UnifiedJob`); a version in the midst of a name, which is a product's
//! (`DeepseekV2Attention`), also at the end of others; a version that three things bear, or a number that several names
//! have behind one word. 70 % is asked of files of one name in two folders, for each has its own; of two spellings in
//! one file; and of a claim that three things bear beside the same without it.
//!
//! Nor are two compared, but for the first kind of words, of which each has its own: what lies in a folder of what is
//! run by itself (`scripts`, `experiments`, `research`, `v1`, …) and what does not, and what lies below two folders that
//! have three files of the same path below them: `terraform/` and `cloudformation/`, `api/` and `services/`.
//!
//! An alias is followed: beside a class `ToolDispatcher`, `ToolDispatcher = UnifiedToolDispatcher` makes a second thing
//! under one name. Where nothing else bears the name it is kept for others. `depends = Depends` is a matter of style,
//! `DEFAULT_STORE = Store` a setting, `Api = ApiV2` says which is meant, and an alias beside its definition is kept on
//! purpose.
//!
//! Never flagged: what subclasses, implements, uses or imports another of the group, private names, overloads and
//! registrations, a function beside a class, words in another order around `to`, `from` and their like, two numbered
//! versions (`ApiV1`, `ApiV2`), names that differ by underscores at their ends or doubled, `legacy_x` beside `x`, a
//! function `x_impl` beside `x`, exceptions with nothing but `__init__`, what a concept owns, what stands under `if
//! __name__ == "__main__"`, test code, files that a program wrote, and those in a folder of what was taken over
//! (`extern`, `site-packages`, `third-party`, `third_party`, `thirdparty`, `vendor`, `vendored`, also with `_` before),
//! was put aside (`archive`, `backup_2025`, `old_models`, …), or shows others how (`docs`, `examples`,
//! `demo_orders.py`, …). In the midst of a name `new` and its like say which thing is meant: `clear_old_sessions`. Nor
//! is what is learned from the repository to be prescribed: a name that 8 modules define, a vague word that sets apart
//! 8 pairs of names, and an order that does.
//!
//! A file counts where nothing in it bears its name: beside those of its folder, which then speak for what is in them,
//! and beside a class where its name claims a version. Of test code nothing is compared but the names of files that
//! hold no test: `test_utils.py` beside `test_helpers.py` is no test, but a second place for what tests have in common.
//! As with `same-name`, each service, and each folder that is published by itself, is compared with what it can import.
//! More than 64 names in one group are a family.
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

mod kin;
mod places;
mod report;

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{Alias, DefinitionKind, Detail};
use crate::finding::Site;
use crate::policy::Policy;
use crate::policy::concept::Concept;
use crate::policy::day::Day;
use crate::policy::similar_name::Likeness;
use crate::repo::similar::{MANY, Names, spelling};
use crate::repo::{ModuleId, Place, Repo};
use crate::rules::{RepoRule, RuleDef, Sink, Stage};

use super::{Group, Reach, is_compared, is_own_exception, is_registered, owners, split};
use kin::{Among, Evidence, Groups, Kind, Member};
use places::{is_judged, stem};
use report::{Report, Told};

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

/// An alias, and the definition of another name that it stands for.
struct SecondName<'r> {
    id: ModuleId,
    alias: &'r Alias,
    of: Place,
    core: Vec<String>,
}

impl RepoRule for SimilarName {
    fn detail(&self) -> Detail {
        Detail::Words
    }

    fn check(&self, repo: &Repo, _today: Day, out: &mut Sink) {
        let names = repo.names(&self.policy.similar_name);
        let groups = self.groups(repo, &names);
        let aliases = second_names(repo, &names, &groups);
        let evidence =
            Evidence::of(repo, &groups, aliases.iter().map(|second| (second.alias.name.as_str(), second.of.clone())));
        let report = Report { rule: self, repo, evidence: &evidence, aliases: &aliases };
        aliases.iter().for_each(|alias| out.report(report.alias(alias)));
        let mut found: Vec<(Vec<String>, Among, Vec<Member>)> = Vec::new();
        for ((_, kind, core), members) in groups {
            let parts = evidence.parts(kind, members).into_iter();
            found.extend(parts.map(|(among, members)| (core.clone(), among, members)));
        }
        let mut told = Vec::new();
        for (core, among, members) in found {
            let rank = |member: &Member, reach: Reach| {
                let is_owned = self.home_of(member, repo).is_some();
                let importers = evidence.importers(member);
                let used = (importers > 0, reach.fitting, member.definition.is_some(), importers);
                (
                    Reverse((is_owned, reach.possible, used, lines(member, repo))),
                    member.likeness.words,
                    repo.module(member.id).path.clone(),
                )
            };
            for Group { home, mut others, as_good } in
                split(members, repo, |member| (&repo.module(member.id).path, Some(member.id)), rank)
            {
                let importers = evidence.importers(&home);
                // What is imported while another is not has taken its place.
                let is_used = |member: &&Member| importers == 0 || evidence.importers(member) > 0;
                let is_chosen = self.home_of(&home, repo).is_some();
                let could = others.iter().take(if is_chosen { 0 } else { as_good }).filter(is_used);
                let alternatives: FxHashSet<Place> = could.map(Member::place).collect();
                // What is similar to another of them alone is no second one of this.
                others.retain(|other| evidence.is_second(among, &home, other));
                let why = self.why(&home, &others, importers, repo);
                told.push(Told { core: core.clone(), home, why, others, alternatives });
            }
        }
        // What stands in files that are told is told with them.
        let pair = |one: &Member, other: &Member| (one.id.min(other.id), one.id.max(other.id));
        let files = told.iter().filter(|told| told.home.definition.is_none());
        let files: FxHashSet<_> =
            files.flat_map(|told| told.others.iter().map(move |other| pair(&told.home, other))).collect();
        for told in &told {
            for member in &told.others {
                if told.home.definition.is_none() || !files.contains(&pair(&told.home, member)) {
                    out.report(report.member(told, member));
                }
            }
        }
    }
}

impl SimilarName {
    fn groups<'r>(&self, repo: &'r Repo, names: &Names) -> Groups<'r> {
        let spellings = repo.spellings();
        let mut files: FxHashMap<String, usize> = FxHashMap::default();
        for (_, module) in repo.modules() {
            *files.entry(spelling(stem(&module.path))).or_default() += 1;
        }
        let is_convention =
            |names: &FxHashMap<String, usize>, name| names.get(&spelling(name)).is_some_and(|modules| *modules >= MANY);
        let is_of_product = |name: &str, likeness: &Likeness| {
            names.is_of_product(name) || likeness.claims.iter().any(|claim| names.is_term(name, claim))
        };
        let mut groups = Groups::new();
        for (id, module) in repo.modules() {
            let Some(code) = module.code().filter(|_| is_judged(module)) else { continue };
            let service = module.service.as_deref();
            let file = stem(&module.path);
            let mut cores = FxHashSet::default();
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
                let is_aside = module.is_test
                    || name.starts_with('_')
                    || definition.local
                    || is_registered(definition)
                    || is_own_exception(definition, module);
                if !is_aside && !is_convention(&spellings, name) && !is_told() {
                    let core = likeness.core.clone();
                    let words = definition.words.to_vec();
                    let is_of_product = is_of_product(name, &likeness);
                    let member = Member { id, name, likeness, definition: Some(definition), words, is_of_product };
                    groups.entry((service, kind, core)).or_default().push(member);
                }
            }
            if module.is_package || file.starts_with('_') || is_convention(&files, file) {
                continue;
            }
            // What bears the file's name speaks for it.
            if let Some(likeness) = names.likeness(file).filter(|likeness| !cores.contains(&likeness.core)) {
                let core = likeness.core.clone();
                let words = repo.sample_of(id);
                let is_of_product = is_of_product(file, &likeness);
                let member = Member { id, name: file, likeness, definition: None, words, is_of_product };
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
        if let Some(concept) = self.home_of(home, repo) {
            return format!("it is at home in `{}`", concept.id);
        }
        match importers {
            0 if others.iter().all(|other| lines(other, repo) < lines(home, repo)) => "it is the longest".to_owned(),
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

fn lines(member: &Member, repo: &Repo) -> u32 {
    let code = repo.module(member.id).code().into_iter().flat_map(|code| &code.definitions);
    match member.definition {
        Some(definition) => definition.lines.1 - definition.lines.0,
        None => code.filter(|definition| definition.is_top()).map(|definition| definition.code_lines).sum(),
    }
}

/// The aliases at module level for definitions of a similar name.
fn second_names<'r>(repo: &'r Repo, names: &Names, groups: &Groups<'r>) -> Vec<SecondName<'r>> {
    let (mut starts, mut ends) = (Vec::new(), FxHashSet::default());
    for (id, module) in repo.modules().filter(|(_, module)| is_compared(module)) {
        for alias in
            module.code().into_iter().flat_map(|code| &code.aliases).filter(|alias| !alias.name.starts_with('_'))
        {
            let Some(Likeness { core, .. }) = names.likeness(&alias.name) else { continue };
            let keys = [Kind::Class, Kind::Function].map(|kind| (module.service.as_deref(), kind, core.clone()));
            let members = keys.iter().filter_map(|key| groups.get(key)).flatten();
            let members: Vec<_> = members.filter(|member| member.definition.is_some()).collect();
            // Where nothing else bears the name, it is kept for others.
            if members.iter().any(|member| member.name == alias.name) {
                ends.extend(members.into_iter().map(Member::place));
                starts.push((id, alias, core));
            }
        }
    }
    let place = |id: ModuleId, alias: &Alias| Place { module: id, name: alias.name.to_string() };
    let origins = repo.origins(starts.iter().map(|(id, alias, _)| place(*id, alias)), &ends);
    let second = |(id, alias, core): (ModuleId, &'r Alias, Vec<String>)| {
        let of = origins.end(&place(id, alias))?.clone();
        // `depends = Depends` is style, and `DEFAULT_STORE = Store` a setting.
        let is_setting = !alias.name.contains(char::is_lowercase) && of.name.contains(char::is_lowercase);
        let (one, other) = (names.likeness(&of.name)?, names.likeness(&alias.name)?);
        // Which version is meant, `Api = ApiV2`, and what is kept beside its definition for others, is said on purpose.
        let is_said = is_setting || one.number.is_some() || other.number.is_some() || of.module == id;
        let is_similar = one.core == core && !is_said && spelling(&of.name) != spelling(&alias.name);
        is_similar.then_some(SecondName { id, alias, of, core })
    };
    starts.into_iter().filter_map(second).collect()
}
