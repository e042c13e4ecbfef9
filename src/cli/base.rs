//! `--new-only` and `--since`: what the snapshot is compared with.

use clap::Args;

use super::scope::{Scope, from_source, snapshot_baseline, snapshot_policy};
use crate::engine::{Base, EngineError, Gate, Request};
use crate::policy::Policy;
use crate::report::{Trouble, TroubleKind};
use crate::source::{CommitSource, Snapshot, Source, Tree, base};

#[derive(Args, Clone, Debug, Default)]
pub struct BaseArgs {
    /// Report only what HEAD does not hold; for --rev, what the first parent does not hold
    #[arg(long)]
    new_only: bool,
    /// Report only what was not there where REV and the judged snapshot parted
    #[arg(long, value_name = "REV")]
    since: Option<String>,
}

impl BaseArgs {
    /// Since which revision changes count, where not since the commit before.
    pub fn since(&self, scope: &Scope) -> Option<String> {
        self.since.clone().or_else(|| scope.pushed_since())
    }

    /// What stood before, by the policy of the snapshot; none where nothing was asked to be compared.
    pub fn base(&self, scope: &Scope, policy: &Policy, request: &Request) -> Result<Option<Base>, Vec<Trouble>> {
        if !self.new_only && self.since.is_none() {
            return Ok(None);
        }
        let Some(repository) = &scope.repository else {
            let message = "without a git repository there is nothing to compare with".to_owned();
            let help = "leave out --new-only and --since, or run this inside a repository".to_owned();
            return Err(vec![Trouble { kind: TroubleKind::Git, place: None, message, help }]);
        };
        let snapshot = scope.source.snapshot();
        let trouble = |error| vec![from_source(&error)];
        let mut repository = repository.clone();
        if snapshot == Snapshot::Worktree {
            // What is compared with a commit would go through them.
            repository.disarm_filters().map_err(trouble)?;
        }
        let repository = &repository;
        let since = self.since(scope);
        let mut base = Base::default();
        for commit in base::bases(repository, &snapshot, since.as_deref()).map_err(trouble)? {
            let renames = base::renames(repository, &snapshot, &commit).map_err(trouble)?;
            let source = CommitSource::new(repository.clone(), &commit).map_err(trouble)?;
            let tree = Tree::new(source.entries().map_err(trouble)?);
            let gate = gate(&source, &tree, policy);
            if gate.policy.is_none() {
                base.notes
                    .push(format!("the policy of {commit} cannot be read: what this change loosens of it is not told"));
            }
            base.add(&source, &tree, policy, request, &renames, gate).map_err(|error| match error {
                EngineError::Policy(errors) => super::scope::from_policy(&scope.file, errors),
                EngineError::Source(error) => trouble(error),
            })?;
        }
        Ok(Some(base))
    }
}

/// What a commit let through, as far as that can be read.
fn gate(source: &dyn Source, tree: &Tree, policy: &Policy) -> Gate {
    let old = snapshot_policy(source, tree).ok().map(Policy::parse);
    let old = old.and_then(|(old, errors)| errors.is_empty().then_some(old));
    let baseline = snapshot_baseline(source, tree, old.as_ref().unwrap_or(policy)).ok().flatten();
    Gate { policy: old, baseline, ..Gate::default() }
}
