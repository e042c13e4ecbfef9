//! `no-duplicate-concepts`: what exists twice, and what should have gone.

pub mod concept_outside_home;
pub mod expired_shim;
pub mod same_name;
pub mod shim_with_logic;
pub mod undeclared_shim;
