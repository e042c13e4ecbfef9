//! What a comment at the head of a file says of who wrote it.

use std::sync::LazyLock;

use regex::bytes::Regex;

/// How those who write generators warn against an edit.
static GENERATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)@generated\b|\bauto(matically)?[- ]?generated\b|\bcode generated\b|\bdo not edit\b").ok()
});

/// Whether a comment says that a program wrote the file.
pub fn says_so(comment: &[u8]) -> bool {
    GENERATED.as_ref().is_some_and(|generated| generated.is_match(comment))
}
