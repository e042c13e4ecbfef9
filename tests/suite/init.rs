//! `ssot init`.
