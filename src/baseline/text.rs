//! The form of a baseline: one line for each entry, its fields divided by tabs, sorted.
//!
//! `fingerprint  count  size  content  hook/rule  path  subject  [reason]`, where `-` is a size or a content that
//! there is none of. There is no line number in it, so that it survives edits of the code; what is no printable
//! text is escaped with backslashes.

use bstr::{ByteSlice, ByteVec};

use super::{Baseline, Entry};
use crate::finding::Identity;
use crate::path::{RepoPath, printable};

/// The first line of every baseline.
const HEAD: &str = "# ssot baseline 1: findings that are accepted until they are mended. `ssot baseline` writes it.";

/// How the first line starts in this form.
const FORM: &str = "# ssot baseline 1";

/// What git writes around what it could not merge.
const CONFLICT_MARKS: [&str; 4] = ["<<<<<<< ", "||||||| ", "=======", ">>>>>>> "];

/// Why a baseline cannot be read, and the line, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineError {
    pub line: u32,
    pub message: String,
    pub help: &'static str,
}

/// Reads a baseline; all its mistakes where there are any, and where a merge left its marks, only the first of them.
pub fn parse(path: RepoPath, text: &str) -> Result<Baseline, Vec<BaselineError>> {
    let lines = || (1..).zip(text.lines().map(|line| line.trim_end_matches('\r')));
    let is_mark = |line: &str| CONFLICT_MARKS.iter().any(|mark| line.starts_with(mark));
    if let Some((line, _)) = lines().find(|(_, line)| is_mark(line)) {
        let help = "keep the lines of both sides and delete the marks; `ssot baseline update` then takes out what is \
                    mended";
        return Err(vec![BaselineError { line, message: "a merge left its conflict marks here".to_owned(), help }]);
    }
    if !lines().any(|(_, line)| line.starts_with(FORM)) {
        let help = "a baseline is written by `ssot baseline create`; `baseline` in `[project]` names its file";
        let message = format!("this is no baseline that this release reads: it lacks the line `{FORM}`");
        return Err(vec![BaselineError { line: 1, message, help }]);
    }
    let (mut entries, mut errors) = (Vec::new(), Vec::new());
    for (line, text) in lines().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        match entry(text, line) {
            Ok(entry) => entries.push(entry),
            Err(message) => {
                let help = "undo the edit by hand: `ssot baseline accept` adds an entry, `ssot baseline update` takes \
                            them out";
                errors.push(BaselineError { line, message, help });
            }
        }
    }
    if errors.is_empty() { Ok(Baseline::new(path, entries)) } else { Err(errors) }
}

fn entry(text: &str, line: u32) -> Result<Entry, String> {
    let fields: Vec<&str> = text.split('\t').collect();
    let ([fingerprint, count, size, content, rule, path, subject], reason) = match fields[..] {
        [a, b, c, d, e, f, g] => ([a, b, c, d, e, f, g], None),
        [a, b, c, d, e, f, g, reason] => ([a, b, c, d, e, f, g], Some(reason)),
        _ => return Err(format!("an entry has 7 or 8 fields, divided by tabs, and this line {}", fields.len())),
    };
    let bad = |name: &str, text: &str| format!("`{}` is no {name}", printable(text));
    let (hook, rule) = rule.split_once('/').ok_or_else(|| bad("hook/rule", rule))?;
    let path = Vec::unescape_bytes(path);
    let sound = path.split(|byte| *byte == b'/').all(|part| !matches!(part, b"" | b"." | b".."));
    if !sound {
        return Err(bad("path from the root", &path.to_str_lossy()));
    }
    let text = |escaped: &str| Vec::unescape_bytes(escaped).to_str_lossy().into_owned();
    let identity =
        Identity { hook: hook.to_owned(), rule: rule.to_owned(), path: RepoPath::new(path), subject: text(subject) };
    if identity.fingerprint(0) != fingerprint {
        return Err(format!("the fingerprint `{}` does not belong to the rest of its line", printable(fingerprint)));
    }
    Ok(Entry {
        identity,
        count: count.parse().ok().filter(|count| *count > 0).ok_or_else(|| bad("count", count))?,
        size: optional(size, |size| size.parse().ok()).ok_or_else(|| bad("size", size))?,
        content: optional(content, |hex| u64::from_str_radix(hex, 16).ok()).ok_or_else(|| bad("content", content))?,
        reason: reason.map(text),
        line,
    })
}

fn optional<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text == "-" { Some(None) } else { read(text).map(Some) }
}

/// The text of a baseline, in its order.
pub fn render(baseline: &Baseline) -> String {
    let mut out = format!("{HEAD}\n");
    for entry in &baseline.entries {
        let Identity { hook, rule, path, subject } = &entry.identity;
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let mut fields = vec![
            entry.fingerprint(),
            entry.count.to_string(),
            or_dash(entry.size.map(|size| size.to_string())),
            or_dash(entry.content.map(|content| format!("{content:016x}"))),
            format!("{hook}/{rule}"),
            escaped(path.as_bytes()),
            escaped(subject.as_bytes()),
        ];
        fields.extend(entry.reason.as_ref().map(|reason| escaped(reason.as_bytes())));
        out.push_str(&fields.join("\t"));
        out.push('\n');
    }
    out
}

/// Escaped, but for spaces.
fn escaped(bytes: &[u8]) -> String {
    let words: Vec<_> = bytes.split(|byte| *byte == b' ').map(|word| word.escape_bytes().to_string()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Entry, parse, render};
    use crate::baseline::Baseline;
    use crate::finding::Identity;
    use crate::path::RepoPath;

    fn entry(path: &[u8], subject: &str) -> Entry {
        let identity = Identity {
            hook: "max-file-size".to_owned(),
            rule: "too-many-lines".to_owned(),
            path: RepoPath::new(path),
            subject: subject.to_owned(),
        };
        Entry { identity, count: 2, size: Some(600), content: Some(0xabc), reason: None, line: 0 }
    }

    #[test]
    fn what_is_written_is_read() {
        let strange = entry(b"a\tb\\n\n\xff/\xe2\x80\xae.py", "a\\x00\u{0}\tb c\u{fffd}ï");
        let reason = Entry { reason: Some("two\nlines".to_owned()), size: None, content: None, ..entry(b"b", "b") };
        let written = render(&Baseline::new("x".into(), [strange, reason]));
        assert_eq!(written.lines().count(), 3);
        let read = parse("x".into(), &written).unwrap();
        assert_eq!(render(&read), written);
        assert_eq!(render(&parse("x".into(), &written.replace('\n', "\r\n")).unwrap()), written);
    }

    #[test]
    fn of_two_lines_of_one_entry_the_lower_figures_hold() {
        let fewer = Entry { count: 1, size: Some(900), ..entry(b"a", "a") };
        let merged = Baseline::new("x".into(), [entry(b"a", "a"), fewer]);
        assert_eq!((merged.entries.len(), merged.entries[0].count, merged.entries[0].size), (1, 1, Some(600)));
    }

    #[test]
    fn what_is_no_baseline() {
        let good = render(&Baseline::new("x".into(), [entry(b"a", "a")]));
        let line = |text: &str| parse("x".into(), text).unwrap_err()[0].line;
        assert_eq!(line(""), 1);
        assert_eq!(line(&format!("{good}<<<<<<< ours\n")), 3);
        assert_eq!(line(&good.replace("a\ta\n", "b\tb\n")), 2);
        assert_eq!(line(&good.replace("\t600\t", "\tmany\t")), 2);
        assert_eq!(line(&good.replace("\t2\t", "\t0\t")), 2);
        assert_eq!(line(&format!("{good}\nx\ty\n")), 4);
        assert_eq!(line(&good.replace("baseline 1", "baseline 2")), 1);
    }
}
