//! Comments that let a finding through: `ssot: allow(rule, until=DATE) reason`.

use std::sync::LazyLock;

use regex::Regex;

use crate::facts::AllowComment;
use crate::finding::Span;

static BODY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"^(?:[^"'`]*?(?:#|//)\s*)?ssot:\s*allow\b\s*(?:\(([^()]*)\))?\s*:?\s*(.*)$"#).ok());

/// Reads the text of a comment after its marker; none where it is no allow. Others may stand before it, as in
/// `# noqa: F401  # ssot: allow(rule) reason`.
pub fn parse(comment: &str, span: Span, lines: (u32, u32), heads_file: bool) -> Option<AllowComment> {
    let found = BODY.as_ref()?.captures(comment.trim())?;
    let (mut rules, mut until) = (Vec::new(), None);
    let words = found.get(1).map_or("", |words| words.as_str());
    for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match word.split_once('=') {
            Some((key, date)) if key.trim() == "until" => until = Some(date.trim().to_owned()),
            _ => rules.push(word.to_owned()),
        }
    }
    let reason = found.get(2).map_or("", |reason| reason.as_str()).trim().to_owned();
    Some(AllowComment { span, rules, until, reason, lines, heads_file })
}
