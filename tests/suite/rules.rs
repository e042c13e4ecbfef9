//! The literate cases of tests/rules.
