//! Bytes to text, as Python reads a source file: a BOM, else a coding line among the first two, else UTF-8.
//!
//! Source: the Python language reference, "Encoding declarations" (PEP 263).

use std::borrow::Cow;
use std::sync::LazyLock;

use encoding_rs::Encoding;
use regex::bytes::Regex;

use crate::facts::{Broken, Wrong};
use crate::finding::Span;

const BOM: &[u8] = b"\xef\xbb\xbf";

static CODING: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[ \t\x0c]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)").ok());

/// The text; what cannot be read is told and replaced.
pub fn decode<'b>(bytes: &'b [u8], broken: &mut Vec<Broken>) -> Cow<'b, str> {
    let body = bytes.strip_prefix(BOM).unwrap_or(bytes);
    if let Some(at) = memchr::memchr(0, body) {
        let nul = tell(body, at, "source code cannot contain NUL bytes".to_owned());
        broken.push(Broken { wrong: Wrong::Nul, ..nul });
        return String::from_utf8_lossy(body);
    }
    let name = coding(body);
    let normal = name.as_deref().map(|name| name.to_ascii_lowercase().replace('_', "-"));
    match normal.as_deref().map(without_line_ends) {
        None | Some("utf-8" | "utf8" | "u8") => utf8(body, broken),
        Some(name) if body.len() != bytes.len() => {
            broken.push(tell(body, 0, format!("a UTF-8 byte order mark, but the coding line says `{name}`")));
            utf8(body, broken)
        }
        Some("latin-1" | "latin1" | "l1" | "iso8859-1" | "8859" | "cp819") => {
            body.iter().map(|byte| char::from(*byte)).collect::<String>().into()
        }
        Some("ascii" | "us-ascii") => match body.iter().position(|byte| !byte.is_ascii()) {
            None => utf8(body, broken),
            Some(at) => {
                broken.push(tell(body, at, "this is not ASCII, as the coding line says".to_owned()));
                String::from_utf8_lossy(body)
            }
        },
        Some(name) => labelled(name, body, broken),
    }
}

/// Python reads past what stands behind these names and a hyphen, where editors write the kind of line ends: `utf-8-unix`.
fn without_line_ends(name: &str) -> &str {
    let is_named =
        |known: &&str| name.strip_prefix(*known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    match ["utf-8", "latin-1", "iso-8859-1", "iso-latin-1"].into_iter().find(is_named) {
        Some("utf-8") => "utf-8",
        Some(_) => "latin-1",
        None => name,
    }
}

fn labelled<'b>(name: &str, body: &'b [u8], broken: &mut Vec<Broken>) -> Cow<'b, str> {
    let page = name.strip_prefix("cp").filter(|page| page.bytes().all(|byte| byte.is_ascii_digit()));
    let label = match (name, page) {
        ("mac-roman" | "macroman", _) => "macintosh".to_owned(),
        (_, Some(page)) if page.starts_with("125") => format!("windows-{page}"),
        _ => name.to_owned(),
    };
    let Some(encoding) = Encoding::for_label(label.as_bytes()) else {
        // Python knows more code pages.
        let what = if page.is_some() { "an encoding that is not read here" } else { "unknown encoding" };
        broken.push(tell(body, 0, format!("{what}: {name}")));
        return String::from_utf8_lossy(body);
    };
    let (text, wrong) = encoding.decode_without_bom_handling(body);
    if wrong {
        broken.push(tell(body, 0, format!("this is not {name}, as the coding line says")));
    }
    text
}

fn utf8<'b>(body: &'b [u8], broken: &mut Vec<Broken>) -> Cow<'b, str> {
    match std::str::from_utf8(body) {
        Ok(text) => text.into(),
        Err(error) => {
            let at = error.valid_up_to();
            let byte = body.get(at).copied().unwrap_or_default();
            broken.push(tell(
                body,
                at,
                format!("this is not UTF-8: byte 0x{byte:02x}, and no coding line says otherwise"),
            ));
            String::from_utf8_lossy(body)
        }
    }
}

/// The encoding that one of the first two lines names; the second counts only below a blank or comment line.
fn coding(body: &[u8]) -> Option<String> {
    let regex = CODING.as_ref()?;
    let mut rest = Some(body);
    for _ in 0..2 {
        let (line, behind) = first_line(rest?);
        rest = behind;
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        if !text.starts_with(b"#") {
            return None;
        }
        if let Some(name) = regex.captures(line).and_then(|found| found.get(1)) {
            return Some(String::from_utf8_lossy(name.as_bytes()).into_owned());
        }
    }
    None
}

/// The first line, and what stands behind its end if it has one: LF, CRLF or a lone CR.
fn first_line(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let Some(end) = memchr::memchr2(b'\n', b'\r', text) else { return (text, None) };
    let (line, rest) = text.split_at(end);
    (line, rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..)))
}

fn tell(body: &[u8], at: usize, message: String) -> Broken {
    let before = String::from_utf8_lossy(body.get(..at).unwrap_or_default()).into_owned();
    let span = Span::of(&before, before.len()..before.len());
    Broken { span, wrong: Wrong::Encoding, message, since: None, until: None }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn encodings() {
        for (bytes, text, broken) in [
            (&b"x = 1"[..], "x = 1", 0),
            (b"\xef\xbb\xbfx", "x", 0),
            (b"# -*- coding: latin-1 -*-\nx = '\xe9'", "# -*- coding: latin-1 -*-\nx = '\u{e9}'", 0),
            (b"#!/x\n# vim: set fileencoding=cp1252 :\n\x80", "#!/x\n# vim: set fileencoding=cp1252 :\n\u{20ac}", 0),
            (b"#!/x\r\n# coding: latin-1\r\n\xe9", "#!/x\r\n# coding: latin-1\r\n\u{e9}", 0),
            (b"#!/x\r# coding: latin-1\r\xe9", "#!/x\r# coding: latin-1\r\u{e9}", 0),
            (b"#!/x\r\n\r\n# coding: latin-1\n\xe9", "#!/x\r\n\r\n# coding: latin-1\n\u{fffd}", 1),
            (b"x = 1\n# coding: latin-1\n\xe9", "x = 1\n# coding: latin-1\n\u{fffd}", 1),
            (b"\xff", "\u{fffd}", 1),
            (b"# coding: nonsense\nx", "# coding: nonsense\nx", 1),
            (b"a\0b", "a\0b", 1),
        ] {
            let mut found = Vec::new();
            assert_eq!((decode(bytes, &mut found).as_ref(), found.len()), (text, broken), "{bytes:?}");
        }
    }
}
