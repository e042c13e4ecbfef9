//! What is let through but should no longer be.

pub mod allow_without_reason;
pub mod expired_allow;
pub mod expiring_allow;
pub mod policy_loosened;
pub mod stale_allow;
pub mod stale_baseline;
pub mod unknown_rule;
