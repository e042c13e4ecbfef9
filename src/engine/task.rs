//! What is judged by which rules, and what they find.

use super::Request;
use crate::facts::Detail;
use crate::finding::Identity;
use crate::policy::Policy;
use crate::rules::{Found, RuleDef, Stage};
use crate::source::{Source, Tree};

/// One snapshot, and what judges it.
#[derive(Clone, Copy)]
pub(super) struct Task<'t> {
    pub source: &'t dyn Source,
    /// The entries of the source.
    pub tree: &'t Tree,
    pub policy: &'t Policy,
    pub request: &'t Request,
    pub running: &'t [Running],
}

/// A rule that runs, with what it needs.
pub(super) struct Running {
    pub rule: &'static RuleDef,
    pub stages: Vec<Stage>,
}

impl Running {
    /// Whether it asks for the whole repository.
    pub fn needs_repo(&self) -> bool {
        self.stages.iter().any(|stage| matches!(stage, Stage::Module(_) | Stage::Repo(_) | Stage::Clones(_)))
    }

    /// How far it looks into definitions.
    pub fn detail(&self) -> Detail {
        let detail = |stage: &Stage| if let Stage::Repo(rule) = stage { rule.detail() } else { Detail::Heads };
        self.stages.iter().map(detail).max().unwrap_or(Detail::Heads)
    }

    /// Whether it looks at the code of all modules, not only of those that changed or that others lead to.
    pub fn looks_at_all(&self) -> bool {
        self.stages.iter().any(|stage| matches!(stage, Stage::Repo(rule) if rule.looks_at_all()))
    }

    /// Whether it asks for copied code.
    pub fn needs_copies(&self) -> bool {
        self.stages.iter().any(|stage| matches!(stage, Stage::Clones(_)))
    }
}

/// Something found, and by which rule of which hook.
pub(super) struct Raw {
    pub hook: &'static str,
    pub rule: &'static RuleDef,
    pub found: Found,
}

impl Raw {
    pub fn identity(&self) -> Identity {
        Identity {
            hook: self.rule.hook.to_owned(),
            rule: self.rule.name.to_owned(),
            path: self.found.path.clone(),
            subject: self.found.subject.clone(),
        }
    }
}
