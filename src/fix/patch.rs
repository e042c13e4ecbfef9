//! A change as a patch that `git apply` takes.

use similar::{Algorithm, TextDiff};

use crate::path::RepoPath;

/// The patch of one file; `after` is none where the file goes. None where one of the texts is no text.
pub fn of(path: &RepoPath, is_executable: bool, before: &[u8], after: Option<&[u8]>) -> Option<String> {
    let text = |bytes| std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    let (old, new) = (text(before)?, text(after.unwrap_or_default())?);
    let (a, b) = (quoted("a/", path), quoted("b/", path));
    let mode = if is_executable { "100755" } else { "100644" };
    let gone = if after.is_none() { format!("deleted file mode {mode}\n") } else { String::new() };
    let mut out = format!("diff --git {a} {b}\n{gone}");
    // Only LF ends a line here, as in git.
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).newline_terminated(true).diff_slices(&old, &new);
    let target = if after.is_none() { "/dev/null" } else { &b };
    out.push_str(&diff.unified_diff().header(&a, target).to_string());
    Some(out)
}

/// A path as git writes it in a patch: in quotes where a byte of it would be misread.
fn quoted(side: &str, path: &RepoPath) -> String {
    let is_plain = |byte: &u8| (b' '..0x7f).contains(byte) && !matches!(byte, b'"' | b'\\');
    if path.as_bytes().iter().all(is_plain) {
        return format!("{side}{path}");
    }
    let mut out = format!("\"{side}");
    for byte in path.as_bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(*byte)]),
            byte if is_plain(byte) => out.push(char::from(*byte)),
            byte => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_last_line_without_an_end_is_told() {
        let patch = of(&"a b.py".into(), false, b"x\r\ny", Some(b"x\r\nz")).expect("a patch");
        let expected = "diff --git a/a b.py b/a b.py\n--- a/a b.py\n+++ b/a b.py\n@@ -1,2 +1,2 @@\n x\r\n-y\n\\ No newline at end of file\n\
                        +z\n\\ No newline at end of file\n";
        assert_eq!(patch, expected);
    }

    #[test]
    fn odd_names_are_quoted() {
        let patch = of(&"a\n\u{e4}.py".into(), true, b"x\n", None).expect("a patch");
        assert!(
            patch.starts_with(
                "diff --git \"a/a\\012\\303\\244.py\" \"b/a\\012\\303\\244.py\"\ndeleted file mode 100755\n"
            )
        );
        assert!(patch.contains("+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"));
    }
}
