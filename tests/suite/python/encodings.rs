//! Bytes to text, as Python does it.

use super::{JSON, facts, judged, said};
use crate::bad_input::bounded::finish;
use crate::repository::Repository;

/// A name, the bytes, and why they are unchecked.
type Row = (&'static str, &'static [u8], Option<&'static str>);

#[test]
fn are_read_as_python_reads_them() {
    let rows: [Row; 27] = [
        ("plain", b"import a\n", None),
        ("empty", b"", None),
        ("a byte order mark alone", b"\xef\xbb\xbf", None),
        ("a byte order mark", b"\xef\xbb\xbfimport a\n", None),
        ("a byte order mark and its coding line", b"\xef\xbb\xbf# coding: utf-8\nimport a\n", None),
        (
            "a byte order mark and another coding line",
            b"\xef\xbb\xbf# coding: latin-1\nimport a\n",
            Some("byte order mark"),
        ),
        ("utf-8", b"# \xc3\xa9\nimport a\n", None),
        ("latin-1 without a coding line", b"# \xe9\nimport a\n", Some("this is not UTF-8: byte 0xe9")),
        ("latin-1", b"# coding: latin-1\n# \xe9\nimport a\n", None),
        ("latin-1 in the second line", b"#!/usr/bin/python\n# -*- coding: iso-8859-1 -*-\n# \xe9\nimport a\n", None),
        ("a coding line behind code", b"x = 1\n# coding: latin-1\n# \xe9\nimport a\n", Some("this is not UTF-8")),
        ("a coding line in the third", b"#\n#\n# coding: latin-1\n# \xe9\nimport a\n", Some("this is not UTF-8")),
        ("windows", b"# vim: set fileencoding=cp1252 :\n# \x80\nimport a\n", None),
        ("ascii", b"# coding: ascii\nimport a\n", None),
        ("ascii that is none", b"# coding: ascii\n# \xc3\xa9\nimport a\n", Some("this is not ASCII")),
        ("utf-8 with the line ends of an editor", b"# -*- coding: utf-8-unix -*-\n# \xc3\xa9\nimport a\n", None),
        ("latin-1 with them", b"# -*- coding: iso_latin_1-dos -*-\n# \xe9\nimport a\n", None),
        ("utf-8-unix that is none", b"# coding: utf-8-unix\n# \xe9\nimport a\n", Some("this is not UTF-8: byte 0xe9")),
        ("of a Macintosh", b"# coding: mac-roman\n# \x8e\nimport a\n", None),
        ("a code page", b"# coding: cp850\nimport a\n", Some("an encoding that is not read here: cp850")),
        ("an unknown encoding", b"# coding: nonsense\nimport a\n", Some("unknown encoding: nonsense")),
        ("invalid", b"# \xc3\x28\nimport a\n", Some("this is not UTF-8: byte 0xc3")),
        ("CRLF", b"# coding: latin-1\r\n# \xe9\r\nimport a\r\n", None),
        ("form feeds", b"\x0c\nimport a\n\x0c\nx = 1\n", None),
        ("tabs", b"if x:\n\timport a\n\ty = 1\n", None),
        (
            "tabs and spaces",
            b"if x:\n\tif y:\n        import a\n",
            Some("inconsistent use of tabs and spaces in indentation"),
        ),
        ("a NUL", b"import a\n\0", Some("NUL")),
    ];
    for (name, bytes, expected) in rows {
        let repository = judged();
        repository.write("a.py", bytes);
        let mut command = repository.command("ssot");
        command.args(JSON);
        let said = said(&finish(command), "a.py");
        let unchecked: Vec<_> = said.iter().filter(|message| message.contains("not checked")).collect();
        match expected {
            None => assert!(unchecked.is_empty(), "{name}: {unchecked:?}"),
            Some(why) => {
                assert!(unchecked.len() == 1 && unchecked[0].contains(why), "{name}: {unchecked:?}");
            }
        }
        if bytes.windows(8).any(|window| window == b"import a") {
            assert_eq!(facts(&repository, "a.py")["facts"]["code"]["imports"][0]["module"], "a", "{name}");
        }
    }
}

#[test]
fn utf_16_is_unchecked() {
    for (name, bom, bytes) in
        [("little", 0xff, u16::to_le_bytes as fn(u16) -> [u8; 2]), ("big", 0xfe, u16::to_be_bytes)]
    {
        let text: Vec<u8> = "import a\n".encode_utf16().flat_map(bytes).collect();
        let marked = [&[bom, bom ^ 1][..], &text].concat();
        for (mark, content) in [("without a mark", text), ("with a mark", marked)] {
            let repository = judged();
            repository.write("a.py", content);
            let mut command = repository.command("ssot");
            command.args(JSON);
            let said = said(&finish(command), "a.py");
            assert!(said.iter().any(|message| message.contains("NUL")), "{name} {mark}: {said:?}");
        }
    }
}

#[test]
fn a_column_counts_characters_of_the_decoded_text() {
    let folder = Repository::without_git();
    folder.write("a.py", b"# coding: latin-1\nx = '\xe9\xe9'; import a\n");
    let import = &facts(&folder, "a.py")["facts"]["code"]["imports"][0];
    assert_eq!((&import["span"]["start"]["line"], &import["span"]["start"]["column"]), (&2.into(), &18.into()));
}
