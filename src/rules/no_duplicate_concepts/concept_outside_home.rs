//! # concept-outside-home
//!
//! ## What it does
//! Flags a definition that a concept owns (`owns`), or a file whose name means a concept (`files`), anywhere
//! but in its home. An alias at module level (`WSManager = WebSocketManager`) counts by its name, except in the
//! public place and in a declared shim: they are there to re-export. A shim may bear the file's name too.
//!
//! ## Why is this bad?
//! This is the second one. From now on each of them gets half of the mends.
//!
//! ## Example
//! ```toml
//! [concept.websocket-manager]
//! home  = "backend.app.websocket.manager"
//! owns  = ["class *WebSocketManager"]
//! files = ["**/*websocket_manager*.py"]
//! ```
//! ```python
//! class UnifiedWebSocketManager: ...
//! ```
//! in `backend.app.services.ws`.
//!
//! ## What to do instead
//! Use what the home has, or change it there. A thing that is not this concept gets another name.
//!
//! ## Fix
//! None: only a person knows what the second one can do that the first cannot.

use crate::facts::{Code, DefinitionKind};
use crate::finding::{Level, Span};
use crate::path::printable;
use crate::policy::asked::Asked;
use crate::policy::concept::Concept;
use crate::policy::day::Day;
use crate::policy::owned::Owned;
use crate::policy::{Policy, Sited};
use crate::repo::{ConceptFiles, Module, ModuleId, Repo};
use crate::rules::{Found, ModuleRule, RuleDef, Sink, Stage, TreeRule};
use crate::source::{Entry, Tree};

pub static RULE: RuleDef = RuleDef {
    hook: "no-duplicate-concepts",
    name: "concept-outside-home",
    summary: "a definition or file that a concept owns, anywhere but at home",
    source: include_str!("concept_outside_home.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let mut stages: Vec<Stage> = Vec::new();
        for concept in &policy.concepts {
            if !concept.owns.is_empty() {
                stages.push(Stage::Module(Box::new(Definitions { concept: concept.clone() })));
            }
            if !concept.files.is_empty() {
                let rule = Files { concept: concept.clone(), policy: policy.clone() };
                stages.push(Stage::Tree(Box::new(rule)));
            }
        }
        Ok(stages)
    },
};

struct Definitions {
    concept: Concept,
}

impl ModuleRule for Definitions {
    fn check(&self, id: ModuleId, code: &Code, repo: &Repo, _today: Day, out: &mut Sink) {
        let definitions = code.definitions.iter().map(|found| (Some(found.kind), found.name.as_str(), found.span));
        let aliases = code.aliases.iter().map(|alias| (None, alias.name.as_str(), alias.span));
        let owned: Vec<_> = definitions
            .chain(aliases)
            .filter_map(|(kind, name, span)| Some((kind, name, span, self.owner(kind, name)?)))
            .collect();
        let module = repo.module(id);
        if owned.is_empty() || !repo.reaches(&self.concept, module) {
            return;
        }
        // In the public place, and in a shim, `Old = New` is the re-export that it is there for.
        let re_exports = self.concept.public.iter().any(|(public, _)| module.names.contains(public))
            || self.concept.shims().any(|old| module.is_under(old));
        for (kind, name, span, owned) in owned.into_iter().filter(|(kind, ..)| kind.is_some() || !re_exports) {
            out.report(self.found(module, kind, name, span, owned));
        }
    }
}

impl Definitions {
    fn owner(&self, kind: Option<DefinitionKind>, name: &str) -> Option<&Sited<Owned>> {
        self.concept.owns.iter().find(|owned| owned.value.matches(kind, name))
    }

    fn found(
        &self,
        module: &Module,
        kind: Option<DefinitionKind>,
        name: &str,
        span: Span,
        owned: &Sited<Owned>,
    ) -> Found {
        let what = match kind {
            Some(DefinitionKind::Class) => "the class",
            Some(DefinitionKind::Function) => "the function",
            Some(DefinitionKind::Constant) => "the constant",
            None => "the alias",
        };
        let message = format!("{what} `{name}` is a second `{}`", self.concept.id);
        let service = module.service.as_deref();
        let help = format!("use what `{}` has, or change it there", self.concept.entrance(service));
        let found = Found::place(&module.path, span, name, message, help);
        found.by(Some(&owned.site)).asked(Asked::concept(&self.concept, service))
    }
}

struct Files {
    concept: Concept,
    policy: Policy,
}

impl TreeRule for Files {
    fn check(&self, tree: &Tree, out: &mut Sink) {
        let concept = &self.concept;
        let named = |entry: &&Entry| concept.files.iter().any(|glob| glob.value.matches(&entry.path));
        let entries: Vec<&Entry> = tree.entries().iter().filter(named).collect();
        if entries.is_empty() {
            return;
        }
        let places = ConceptFiles::find(concept, &self.policy, tree);
        for path in entries.into_iter().map(|entry| &entry.path).filter(|path| places.reaches(path)) {
            let Some(glob) = concept.files.iter().find(|glob| glob.value.matches(path)) else { continue };
            let service = self.policy.project.service_of(path);
            let message = format!("`{}` is named as `{}`", printable(path.name()), concept.id);
            let help = format!("put its code into `{}`, or name it for what it is", concept.entrance(service));
            let found = Found::file(path, message, help).by(Some(&glob.site));
            out.report(found.asked(Asked::concept(concept, service)));
        }
    }
}
