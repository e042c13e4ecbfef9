//! `no-duplicate-concepts`: what exists twice, and what should have gone.

pub mod clone;
pub mod concept_outside_home;
pub mod duplication_budget;
pub mod expired_shim;
pub mod same_name;
pub mod shim_with_logic;
pub mod undeclared_shim;
