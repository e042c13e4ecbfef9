//! The action.
