//! `no-duplicate-concepts`: what exists twice, and what should have gone.

pub mod clone;
pub mod concept_outside_home;
pub mod duplication_budget;
pub mod expired_shim;
pub mod same_name;
pub mod shim_with_logic;
pub mod undeclared_shim;

use crate::clones::Copies;
use crate::path::RepoPath;
use crate::repo::Repo;
use crate::rules::Sink;

/// A rule on copied code.
pub trait CloneRule: Send + Sync {
    /// Whether it asks for copies in this file of test code; it does in all others.
    fn wants_test(&self, path: &RepoPath) -> bool;
    fn check(&self, copies: &Copies, repo: &Repo, out: &mut Sink);
}
