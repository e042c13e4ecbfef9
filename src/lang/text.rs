//! Text of any kind: its lines, and where comments are known, the allows in them.
//!
//! Without a parser a comment is told by its marker at the start of a line or after a space; the languages
//! that have a parser tell a comment from a string.

use bstr::ByteSlice;
use memchr::memmem;

use super::{Language, allow_comment};
use crate::facts::{AllowComment, Facts};
use crate::finding::{Position, Span};

/// Text whose comments start with one marker.
pub struct Text {
    id: &'static str,
    names: &'static [&'static str],
    marker: Option<&'static str>,
}

/// Comments start with `#`.
pub static HASH: Text = Text {
    id: "hash",
    names: &[
        "*.bash",
        "*.cfg",
        "*.cmake",
        "*.conf",
        "*.ex",
        "*.exs",
        "*.fish",
        "*.gitattributes",
        "*.gitignore",
        "*.jl",
        "*.mk",
        "*.nix",
        "*.pl",
        "*.pm",
        "*.ps1",
        "*.pyx",
        "*.r",
        "*.R",
        "*.rb",
        "*.sh",
        "*.tf",
        "*.toml",
        "*.yaml",
        "*.yml",
        "*.zsh",
        "CMakeLists.txt",
        "Dockerfile",
        "Dockerfile.*",
        "Gemfile",
        "Makefile",
        "Rakefile",
        "requirements*.txt",
    ],
    marker: Some("#"),
};

/// Comments start with `//`.
pub static SLASHES: Text = Text {
    id: "slashes",
    names: &[
        "*.c", "*.cc", "*.cjs", "*.cpp", "*.cs", "*.cts", "*.cxx", "*.dart", "*.go", "*.gradle", "*.groovy", "*.h",
        "*.hh", "*.hpp", "*.java", "*.js", "*.jsx", "*.kt", "*.kts", "*.m", "*.mjs", "*.mm", "*.mts", "*.php",
        "*.proto", "*.rs", "*.scala", "*.scss", "*.svelte", "*.swift", "*.ts", "*.tsx", "*.vue", "*.zig",
    ],
    marker: Some("//"),
};

/// No comments are known.
pub static PLAIN: Text = Text { id: "plain", names: &["*"], marker: None };

impl Language for Text {
    fn id(&self) -> &'static str {
        self.id
    }

    fn names(&self) -> &'static [&'static str] {
        self.names
    }

    fn revision(&self) -> u32 {
        3
    }

    fn has_comments(&self) -> bool {
        self.marker.is_some()
    }

    fn extract(&self, bytes: &[u8]) -> Facts {
        if is_binary(bytes) {
            return Facts { binary: true, ..Facts::default() };
        }
        let allows = self.marker.map(|marker| allows(bytes, marker)).unwrap_or_default();
        Facts { lines: count_lines(bytes), allows, ..Facts::default() }
    }
}

/// Whether a NUL stands near the start, as Git asks it.
pub fn is_binary(bytes: &[u8]) -> bool {
    memchr::memchr(0, &bytes[..bytes.len().min(8000)]).is_some()
}

/// Physical lines: each ends with LF, CRLF or a lone CR; a last one without an end counts.
pub fn count_lines(bytes: &[u8]) -> u32 {
    let newlines = memchr::memchr_iter(b'\n', bytes).count();
    let lone_returns = memchr::memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count();
    let unended = bytes.last().is_some_and(|last| !matches!(last, b'\n' | b'\r'));
    u32::try_from(newlines + lone_returns + usize::from(unended)).unwrap_or(u32::MAX)
}

/// Physical lines, without their ends: LF, CRLF or a lone CR.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let (line, behind) = rest.split_at_checked(end).filter(|_| !rest.is_empty())?;
        let end = if behind.starts_with(b"\r\n") { 2 } else { behind.len().min(1) };
        rest = behind.get(end..)?;
        Some(line)
    })
}

fn allows(bytes: &[u8], marker: &str) -> Vec<AllowComment> {
    let mut found = Vec::new();
    // Up to where lines were counted, how many there are, and whether all of them are comments.
    let (mut known, mut lines_above, mut all_comments) = (0, 0, true);
    for at in memmem::find_iter(bytes, b"ssot:") {
        let start = bytes[..at].rfind_byteset(b"\r\n").map_or(0, |end| end + 1);
        let end = bytes[at..].find_byteset(b"\r\n").map_or(bytes.len(), |length| at + length);
        let before = bytes[start..at].trim_ascii_end();
        let Some(code) = before.strip_suffix(marker.as_bytes()) else { continue };
        if code.last().is_some_and(|last| !last.is_ascii_whitespace()) {
            continue;
        }
        let above = &bytes[known..start];
        lines_above += count_lines(above);
        all_comments = all_comments && lines(above).all(|line| is_comment(line, marker));
        known = start;
        let line = lines_above + 1;
        let column = |offset: usize| bytes[start..offset].chars().count() as u32 + 1;
        let span = Span {
            start: Position { line, column: column(start + code.len()) },
            end: Position { line, column: column(end) },
        };
        let alone = code.trim_ascii().is_empty();
        let lines = (line, if alone { line + lines_to_code(&bytes[end..], marker) } else { line });
        let heads_file = alone && all_comments;
        found.extend(allow_comment::parse(&bytes[at..end].to_str_lossy(), span, lines, heads_file));
    }
    found
}

/// From the end of a comment that stands alone: how many lines down the next line of code is.
fn lines_to_code(rest: &[u8], marker: &str) -> u32 {
    let comments = lines(rest).skip(1).take_while(|line| line.trim_ascii().starts_with(marker.as_bytes()));
    u32::try_from(comments.count()).unwrap_or(u32::MAX - 1).saturating_add(1)
}

fn is_comment(line: &[u8], marker: &str) -> bool {
    let line = line.trim_ascii();
    line.is_empty()
        || line.starts_with(marker.as_bytes())
        || line.starts_with(b"#!")
        || line.starts_with(b"\xef\xbb\xbf")
}

#[cfg(test)]
mod tests {
    use super::{HASH, SLASHES, count_lines};
    use crate::finding::{Position, Span};
    use crate::lang::Language;

    #[test]
    fn lines() {
        for (text, expected) in
            [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("a\r\nb\r\n", 2), ("a\rb\rc", 3), ("\r\n", 1), ("\n\r", 2)]
        {
            assert_eq!(count_lines(text.as_bytes()), expected, "{text:?}");
            assert_eq!(super::lines(text.as_bytes()).count() as u32, expected, "{text:?}");
        }
        let all: Vec<&[u8]> = super::lines(b"a\r\rb\r\n\nc").collect();
        assert_eq!(all, [&b"a"[..], b"", b"b", b"", b"c"]);
    }

    #[test]
    fn comments() {
        let facts = HASH
            .extract(b"#!/bin/sh\n# ssot: allow(legacy-name, until=2026-12-31) why\nx = 1  # ssot: allow(a, b): x\n");
        assert_eq!(facts.allows.len(), 2);
        let (head, inline) = (&facts.allows[0], &facts.allows[1]);
        assert_eq!(
            (head.rules.as_slice(), head.until.as_deref(), head.reason.as_str()),
            (&["legacy-name".to_owned()][..], Some("2026-12-31"), "why")
        );
        assert!(head.heads_file && head.lines == (2, 3) && !inline.heads_file && inline.lines == (3, 3));
        assert_eq!(inline.rules, ["a", "b"]);
        let at = |column| Position { line: 3, column };
        assert_eq!(inline.span, Span { start: at(8), end: at(30) });
    }

    #[test]
    fn no_comments() {
        for text in [
            "x = '# ssot: the one truth'",
            "# ssot: see the wiki",
            "http://ssot: allow(x) y",
            "#  SSOT: allow(x) y",
            "# about ssot: allow(x)",
        ] {
            assert_eq!(HASH.extract(text.as_bytes()).allows, [], "{text}");
        }
        assert_eq!(SLASHES.extract(b"# ssot: allow(x) y").allows, []);
        // The space is escaped, or this line would itself be judged.
        assert_eq!(SLASHES.extract(b"a(); //\x20ssot: allow").allows[0].rules, Vec::<String>::new());
    }
}
