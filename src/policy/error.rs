//! What is wrong with a policy, at its place.

use std::ops::Range;

/// In characters.
const LONGEST_MESSAGE: usize = 300;

/// One mistake in the policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// The bytes of the policy's text that are wrong; none where it is about the file as a whole.
    pub range: Option<Range<usize>>,
    pub message: String,
    /// What to write instead; empty where the message says it.
    pub help: String,
}

impl PolicyError {
    pub fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range: Some(range), message: clipped(message.into()), help: String::new() }
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// A message that quotes pages of the policy keeps its start and its end.
fn clipped(message: String) -> String {
    let count = message.chars().count();
    if count <= LONGEST_MESSAGE {
        return message;
    }
    let start: String = message.chars().take(LONGEST_MESSAGE / 2).collect();
    let end: String = message.chars().skip(count - LONGEST_MESSAGE / 2).collect();
    format!("{start} … {end}")
}

/// How much of a name is enough to mean it, in characters.
const LEAST_START: usize = 3;

/// The known name nearest to what was written, if one is near enough to be meant; else the only one that starts with it.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace('_', "-");
    let written = plain(written);
    let length = written.chars().count();
    let (starts, others): (Vec<&str>, Vec<&str>) =
        known.into_iter().partition(|name| plain(name).starts_with(&written));
    let near = |name: &&&str| length.abs_diff(name.len()) <= 1 + name.len() / 4;
    let nearest = starts
        .iter()
        .chain(&others)
        .filter(near)
        .map(|name| (strsim::damerau_levenshtein(&written, &plain(name)), *name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name);
    let only = || if let [name] = starts[..] { Some(name) } else { None };
    nearest.or_else(|| only().filter(|_| length >= LEAST_START))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names() {
        let known = ["exclude", "tests", "warn-days"];
        assert_eq!(nearest("exlude", known), Some("exclude"));
        assert_eq!(nearest("warn_days", known), Some("warn-days"));
        assert_eq!(nearest("colour", known), None);
    }

    #[test]
    fn a_start_of_one_name_alone() {
        let known = ["error", "warning", "too-many-bytes", "too-many-lines"];
        assert_eq!(nearest("warn", known), Some("warning"));
        assert_eq!(nearest("wa", known), None);
        assert_eq!(nearest("too-many", known), None);
    }
}
