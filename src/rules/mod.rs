//! The rules: one file each, in a folder per hook, and the one list of them.
//!
//! A rule says in its [`Stage`] what it needs, gets nothing else, and reports what it finds to a [`Sink`].
//! Levels, allows and identities are the engine's.

pub mod import_path_policy;
pub mod max_file_size;
pub mod no_duplicate_concepts;
pub mod no_legacy_files;
pub mod policy;
pub mod source;

use serde::{Deserialize, Serialize};

use crate::facts::{Code, Detail, Facts};
use crate::finding::moves::{Move, Repair};
use crate::finding::{Choice, Level, Related, Site, Span};
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::policy::asked::Asked;
use crate::policy::day::Day;
use crate::policy::error::PolicyError;
use crate::repo::{ModuleId, Repo};
use crate::source::{Attributes, Entry, Source, SourceError, Tree};

/// A hook: a family of rules that runs under one name.
#[derive(Debug, PartialEq, Eq)]
pub struct Hook {
    pub id: &'static str,
    pub summary: &'static str,
}

/// All hooks, in the order in which they run.
pub static HOOKS: &[Hook] = &[
    Hook { id: "no-legacy-files", summary: "no leftover, forbidden or unlisted files" },
    Hook { id: "max-file-size", summary: "no file or function over its limit" },
    Hook { id: "no-duplicate-concepts", summary: "no concept outside its home, no definition twice" },
    Hook { id: "import-path-policy", summary: "no import by an old, foreign or forbidden path" },
];

/// The family of rules that are reported by whichever hook met the trouble.
pub const ANY_HOOK: &str = "any";

/// One rule: its name, its page, its level where the policy sets none, and how it is made from a policy.
pub struct RuleDef {
    /// The id of its hook, or [`ANY_HOOK`].
    pub hook: &'static str,
    pub name: &'static str,
    /// What it flags, in a few words.
    pub summary: &'static str,
    /// The text of its file; the comment at its head is its page.
    pub source: &'static str,
    /// None: off unless the policy sets it.
    pub level: Option<Level>,
    pub compile: fn(&Policy) -> Result<Vec<Stage>, Vec<PolicyError>>,
}

/// All rules, sorted by hook and name.
pub static RULES: &[&RuleDef] = &[
    &no_legacy_files::closed_folder::RULE,
    &no_legacy_files::forbidden_file::RULE,
    &no_legacy_files::legacy_name::RULE,
    &no_legacy_files::retired_file::RULE,
    &no_legacy_files::stale_entry::RULE,
    &max_file_size::long_function::RULE,
    &max_file_size::oversize_growth::RULE,
    &max_file_size::too_many_bytes::RULE,
    &max_file_size::too_many_lines::RULE,
    &no_duplicate_concepts::clone::RULE,
    &no_duplicate_concepts::concept_outside_home::RULE,
    &no_duplicate_concepts::duplication_budget::RULE,
    &no_duplicate_concepts::expired_shim::RULE,
    &no_duplicate_concepts::same_name::RULE,
    &no_duplicate_concepts::shim_with_logic::RULE,
    &no_duplicate_concepts::similar_name::RULE,
    &no_duplicate_concepts::undeclared_shim::RULE,
    &import_path_policy::forbidden_import::RULE,
    &import_path_policy::import_cycle::RULE,
    &import_path_policy::independence_violation::RULE,
    &import_path_policy::interface_bypass::RULE,
    &import_path_policy::layer_violation::RULE,
    &import_path_policy::legacy_import::RULE,
    &import_path_policy::non_canonical_import::RULE,
    &import_path_policy::private_import::RULE,
    &import_path_policy::protected_import::RULE,
    &import_path_policy::relative_import::RULE,
    &import_path_policy::unresolved_import::RULE,
    &import_path_policy::wrapped_import::RULE,
    &policy::allow_without_reason::RULE,
    &policy::expired_allow::RULE,
    &policy::expiring_allow::RULE,
    &policy::policy_loosened::RULE,
    &policy::stale_allow::RULE,
    &policy::stale_baseline::RULE,
    &policy::unknown_rule::RULE,
    &source::unchecked_file::RULE,
];

/// Where both tell of one place, the second says all that the first does, and more.
pub static SAYS_MORE: &[(&str, &str)] = &[("unresolved-import", "legacy-import")];

impl RuleDef {
    /// The rule's page: the comment at the head of its file, in Markdown.
    pub fn page(&self) -> String {
        let lines = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }
}

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static RuleDef> {
    RULES.iter().find(|rule| rule.name == name).copied()
}

/// The rule of that name, or as findings show it: `hook/name`.
pub fn find_shown(name: &str) -> Option<&'static RuleDef> {
    find(name).or_else(|| {
        let (hook, name) = name.split_once('/')?;
        find(name).filter(|rule| rule.hook == hook || rule.hook == ANY_HOOK)
    })
}

/// What a rule needs to be given: the variant is the declaration.
pub enum Stage {
    /// A path and the snapshot's other paths.
    Path(Box<dyn PathRule>),
    /// All paths at once.
    Tree(Box<dyn TreeRule>),
    /// The size of a content, unread.
    Size(Box<dyn SizeRule>),
    /// The facts of one file.
    Facts(Box<dyn FactsRule>),
    /// One module, and the whole repository to ask.
    Module(Box<dyn ModuleRule>),
    /// The whole repository at once.
    Repo(Box<dyn RepoRule>),
    /// Copied code, and the whole repository to ask.
    Clones(Box<dyn no_duplicate_concepts::CloneRule>),
    /// The allows, and what each let through.
    Allows(Box<dyn policy::AllowRule>),
}

pub trait PathRule: Send + Sync {
    fn check(&self, entry: &Entry, tree: &Tree, out: &mut Sink);
}

pub trait TreeRule: Send + Sync {
    fn check(&self, tree: &Tree, out: &mut Sink);
}

pub trait SizeRule: Send + Sync {
    /// Whether the size of this file can be a finding.
    fn wants(&self, path: &RepoPath) -> bool;
    /// Up to how many bytes it says nothing of this file.
    fn most(&self, path: &RepoPath) -> u64;
    fn check(&self, path: &RepoPath, bytes: u64, attributes: &Attributes, out: &mut Sink);
}

pub trait FactsRule: Send + Sync {
    /// Whether it asks for code, so that what cannot be parsed is a finding too.
    fn needs_code(&self) -> bool {
        false
    }

    /// Whether the facts of this file can be a finding.
    fn wants(&self, path: &RepoPath) -> bool;
    fn check(&self, path: &RepoPath, facts: &Facts, out: &mut Sink);
}

/// Of a module of which it finds nothing it is asked again only where the code of one that it looked at is another, or what
/// is known of modules beside their code, the policy, or the day.
pub trait ModuleRule: Send + Sync {
    fn check(&self, id: ModuleId, code: &Code, repo: &Repo, today: Day, out: &mut Sink);
}

pub trait RepoRule: Send + Sync {
    fn check(&self, repo: &Repo, today: Day, out: &mut Sink);

    /// Whether it looks at the code of all modules, whatever changed: then all of it is read beforehand.
    fn looks_at_all(&self) -> bool {
        false
    }

    /// Whether it looks at no more of modules than where they lie, and which imports which.
    fn looks_at_graph_only(&self) -> bool {
        false
    }

    /// Whether it says better what it found once the repository knows which files the change moved, and which are made by
    /// what is no Python.
    fn wants_surroundings(&self) -> bool {
        false
    }

    /// Says it better then; `source` tells what stood before.
    fn check_again(
        &self,
        found: Vec<Found>,
        _repo: &Repo,
        _source: &dyn Source,
        out: &mut Sink,
    ) -> Result<(), SourceError> {
        found.into_iter().for_each(|found| out.report(found));
        Ok(())
    }

    /// How far it looks into definitions.
    fn detail(&self) -> Detail {
        Detail::Heads
    }
}

/// What a rule says of one place. Hook, name and level are added by the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub path: RepoPath,
    pub span: Span,
    /// Whether it is about the file as a whole, wherever its span points.
    pub whole_file: bool,
    pub subject: String,
    /// How much there is of what a limit is about: bytes or lines.
    pub size: Option<u64>,
    pub message: String,
    pub help: String,
    /// Where it differs from the rule's own level.
    pub level: Option<Level>,
    pub policy: Option<Site>,
    pub related: Vec<Related>,
    /// What of the policy asks for it.
    pub asked: Option<Asked>,
    /// How a machine can end it.
    pub repair: Option<Repair>,
    /// Of copies, which is the one to keep, and which could be.
    pub choice: Option<Box<Choice>>,
}

impl Found {
    /// A finding about a file as a whole, whose subject is its path.
    pub fn file(path: &RepoPath, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            path: path.clone(),
            span: Span::FILE,
            whole_file: true,
            subject: path.to_lossy(),
            size: None,
            message: message.into(),
            help: help.into(),
            level: None,
            policy: None,
            related: Vec::new(),
            asked: None,
            repair: None,
            choice: None,
        }
    }

    /// A finding at a place in a file.
    pub fn place(
        path: &RepoPath,
        span: Span,
        subject: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { span, whole_file: false, subject: subject.into(), ..Self::file(path, message, help) }
    }

    /// A finding about a line of the policy, or an allow.
    pub fn site(site: &Site, subject: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span: site.span, whole_file: false, subject: subject.into(), ..Self::file(&site.path, message, help) }
    }

    pub fn at(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    /// Over a limit, with so many bytes or lines.
    pub fn size(mut self, size: u64) -> Self {
        self.size = Some(size);
        self
    }

    pub fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    /// By which line of the policy.
    pub fn by(mut self, site: Option<&Site>) -> Self {
        self.policy = site.cloned();
        self
    }

    /// By which concept or contract.
    pub fn asked(mut self, asked: Asked) -> Self {
        self.asked = Some(asked);
        self
    }

    /// By which a machine can end it; nothing where there are no moves.
    pub fn moves(mut self, moves: Vec<Move>) -> Self {
        self.repair = (!moves.is_empty()).then_some(Repair::Moves(moves));
        self
    }

    /// Of several that could be kept.
    pub fn chosen(mut self, choice: Choice) -> Self {
        self.choice = Some(Box::new(choice));
        self
    }

    /// Of two copies the other one.
    pub fn twin(&self) -> Option<&Related> {
        self.related.first().filter(|_| self.choice.is_some() && self.related.len() == 1)
    }

    /// It ends where the file goes.
    pub fn deletable(mut self) -> Self {
        self.repair = Some(Repair::Delete);
        self
    }

    /// A second place, with its line.
    pub fn see(mut self, path: &RepoPath, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related { path: path.clone(), span, message: message.into() });
        self
    }

    pub fn related(mut self, path: &RepoPath, message: impl Into<String>) -> Self {
        self.related.push(Related { path: path.clone(), span: Span::FILE, message: message.into() });
        self
    }
}

/// Where a rule reports.
#[derive(Debug, Default)]
pub struct Sink {
    found: Vec<Found>,
}

impl Sink {
    pub fn report(&mut self, found: Found) {
        self.found.push(found);
    }

    pub fn into_found(self) -> Vec<Found> {
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::{ANY_HOOK, HOOKS, RULES, SAYS_MORE, find};

    const HEADINGS: [&str; 5] =
        ["## What it does", "## Why is this bad?", "## Example", "## What to do instead", "## Fix"];

    #[test]
    fn the_list() {
        for rule in RULES {
            assert!(rule.hook == ANY_HOOK || HOOKS.iter().any(|hook| hook.id == rule.hook), "{}", rule.name);
            assert_eq!(RULES.iter().filter(|other| other.name == rule.name).count(), 1, "{}", rule.name);
        }
    }

    #[test]
    fn what_says_more_is_a_rule() {
        for (less, more) in SAYS_MORE {
            assert!(find(less).is_some() && find(more).is_some() && less != more, "{less}, {more}");
        }
    }

    #[test]
    fn every_rule_has_its_page() {
        for rule in RULES {
            let page = rule.page();
            assert!(page.starts_with(&format!("# {}\n", rule.name)), "{}: the title", rule.name);
            let mut rest = page.as_str();
            for heading in HEADINGS {
                let at = rest.find(heading);
                assert!(at.is_some(), "{}: `{heading}` is missing or out of order", rule.name);
                rest = &rest[at.unwrap_or_default()..];
            }
        }
    }
}
