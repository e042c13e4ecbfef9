//! A path in the repository: bytes from the root, parts divided by `/`, as git stores it.
//!
//! Nothing here touches a disk; whether a path exists is asked of a [`crate::source::Tree`].

use std::fmt;

use bstr::{BStr, BString, ByteSlice};
use serde::{Deserialize, Serialize};

/// A path from the repository's root: never empty, never absolute, exactly the bytes that git holds. Only a policy
/// that was named on the command line may lie outside.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RepoPath(BString);

impl RepoPath {
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(BString::new(bytes.into()))
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The last part: `c.py` of `a/b/c.py`.
    pub fn name(&self) -> &[u8] {
        let bytes = self.as_bytes();
        bytes.rfind_byte(b'/').map_or(bytes, |slash| &bytes[slash + 1..])
    }

    /// All before the last part, without the slash; empty at the root.
    pub fn folder(&self) -> &[u8] {
        let bytes = self.as_bytes();
        bytes.rfind_byte(b'/').map_or(b"", |slash| &bytes[..slash])
    }

    /// The folders that it lies in, the deepest first and the root last.
    pub fn folders(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::successors(Some(self.folder()), |folder| {
            (!folder.is_empty()).then(|| folder.rfind_byte(b'/').map_or(&b""[..], |slash| &folder[..slash]))
        })
    }

    /// Whether this is `folder` itself or lies below it. The empty folder is the root.
    pub fn is_under(&self, folder: &[u8]) -> bool {
        folder.is_empty() || self.as_bytes().strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
    }

    /// The path as text, where it is UTF-8 throughout.
    pub fn to_utf8(&self) -> Option<&str> {
        self.0.to_str().ok()
    }

    /// The path as text, with U+FFFD for what is not UTF-8.
    pub fn to_lossy(&self) -> String {
        self.0.to_str_lossy().into_owned()
    }

    #[cfg(unix)]
    pub fn to_os(&self) -> std::path::PathBuf {
        use std::os::unix::ffi::OsStrExt;
        std::ffi::OsStr::from_bytes(self.as_bytes()).into()
    }

    #[cfg(not(unix))]
    pub fn to_os(&self) -> std::path::PathBuf {
        self.to_lossy().into()
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(self.as_bytes()))
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Whether a name starts with `start`, and ends with `end` behind that.
pub fn is_between(name: &[u8], start: &str, end: &str) -> bool {
    name.strip_prefix(start.as_bytes()).is_some_and(|rest| rest.ends_with(end.as_bytes()))
}

/// Text that is safe on one line of a terminal or a log: control characters, characters that reorder
/// a line, and bytes that are not UTF-8 become escapes (`\n`, `\u{202e}`, `\xff`).
pub fn printable(bytes: impl AsRef<[u8]>) -> String {
    let bytes: &BStr = bytes.as_ref().as_bstr();
    if bytes.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        return bytes.to_str_lossy().into_owned();
    }
    let mut out = String::with_capacity(bytes.len());
    for (start, end, ch) in bytes.char_indices() {
        if ch == char::REPLACEMENT_CHARACTER && bytes[start..end] != "\u{fffd}" {
            for byte in bytes[start..end].bytes() {
                out.push_str(&format!("\\x{byte:02x}"));
            }
        } else if ch.is_control() || reorders(ch) {
            out.extend(ch.escape_default());
        } else {
            out.push(ch);
        }
    }
    out
}

/// The bidirectional controls and line separators that can make a line show something else than it says
/// (Boucher and Anderson, "Trojan Source", 2021).
pub fn reorders(ch: char) -> bool {
    matches!(ch, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let path = RepoPath::from("a/b/c.py");
        assert_eq!((path.folder(), path.name()), (&b"a/b"[..], &b"c.py"[..]));
        assert_eq!((RepoPath::from("c.py").folder(), RepoPath::from("c.py").name()), (&b""[..], &b"c.py"[..]));
    }

    #[test]
    fn under() {
        let path = RepoPath::from("a/b/c.py");
        for (folder, expected) in
            [("", true), ("a", true), ("a/b", true), ("a/b/c.py", true), ("a/bb", false), ("b", false)]
        {
            assert_eq!(path.is_under(folder.as_bytes()), expected, "{folder}");
        }
    }

    #[test]
    fn escapes() {
        for (bytes, expected) in [
            (&b"a\nb"[..], "a\\nb"),
            (b"\x1b[31m", "\\u{1b}[31m"),
            (b"x\xff.py", "x\\xff.py"),
            ("a\u{202e}b".as_bytes(), "a\\u{202e}b"),
            ("bïg\u{fffd}".as_bytes(), "bïg\u{fffd}"),
        ] {
            assert_eq!(printable(bytes), expected);
        }
    }
}
