//! The real pre-commit and the real prek.
