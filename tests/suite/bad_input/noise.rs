//! Noise from a fixed seed: nothing panics, and every place that is told lies in the text.

use ssot::finding::Places;
use ssot::path::{RepoPath, printable};
use ssot::policy::glob::{Glob, Globs};
use ssot::policy::show::shown;
use ssot::policy::{Origin, Policy, PolicyFile};

/// A generator that gives the same numbers on every machine (xorshift64*; Vigna, 2016).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// Up to `most` pieces in a row.
    fn soup(&mut self, pieces: &[&str], most: usize) -> String {
        let count = self.below(most);
        (0..count).map(|_| self.pick(pieces)).collect()
    }

    /// Bytes that are more often of `likely` than not.
    fn bytes(&mut self, likely: &[u8], most: usize) -> Vec<u8> {
        let count = self.below(most);
        (0..count)
            .map(|_| if self.below(4) == 0 { self.next() as u8 } else { likely[self.below(likely.len())] })
            .collect()
    }
}

const TOML: &[&str] = &[
    "\n",
    "\n",
    "\n",
    "\r\n",
    " ",
    " = ",
    " = ",
    "=",
    ".",
    ",",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "#",
    "\\",
    "\\u001b",
    "\\u{",
    "\u{feff}",
    "ä",
    "\u{1f980}",
    "\u{202e}",
    "\0",
    "\x1b",
    "1",
    "0",
    "-1",
    "1.5",
    "0x1f",
    "1_000",
    "inf",
    "true",
    "2026-12-31",
    "2026-02-30",
    "10:00:00",
    "99999999999999999999",
    "'a'",
    "'**/*.py'",
    "'['",
    "'../x'",
    "\"off\"",
    "'500 KiB'",
    "'error'",
    "version",
    "project",
    "exclude",
    "tests",
    "services",
    "warn-days",
    "levels",
    "legacy-name",
    "defaults",
    "owner",
    "docs",
    "no-legacy-files",
    "patterns",
    "closed",
    "forbidden",
    "max-file-size",
    "limits",
    "files",
    "bytes",
    "lines",
    "allow",
    "rule",
    "of",
    "in",
    "max",
    "until",
    "reason",
    "tool",
    "ssot",
    "[project]\n",
    "[levels]\n",
    "[max-file-size]\n",
    "[[allow]]\n",
    "[tool.ssot]\n",
    "limits = [{ files = '**', lines = 5 }]\n",
    "exclude = ['a']\n",
    "rule = 'legacy-name'\n",
    "in = 'a'\n",
    "reason = 'x'\n",
];

#[test]
fn no_policy_is_too_wild_to_refuse() {
    let mut noise = Noise(0x5507);
    let (mut right, mut wrong) = (0, 0);
    for round in 0..6000 {
        let text = noise.soup(TOML, 40);
        let origin = if round % 3 == 0 { Origin::Pyproject } else { Origin::SsotToml };
        let file = PolicyFile::new(origin, "ssot.toml".into(), text.clone());
        let (policy, errors) = Policy::parse(file.clone());
        for error in &errors {
            assert!(!error.message.is_empty(), "{text:?}");
            let Some(range) = &error.range else { continue };
            assert!(range.start <= range.end && range.end <= text.len(), "{text:?}: {error:?}");
        }
        let starts: Vec<_> = errors.iter().map(|error| error.range.as_ref().map(|range| range.start)).collect();
        assert!(starts.is_sorted(), "{text:?}: {starts:?}");
        let lines = u32::try_from(text.matches('\n').count() + 1).expect("a number of lines");
        for value in shown(&file) {
            assert!(value.line.is_none_or(|line| (1..=lines).contains(&line)), "{text:?}: {value:?}");
        }
        assert!(policy.check_tree(&|_| true).is_empty(), "{text:?}");
        if errors.is_empty() {
            right += 1;
            super::refusals::schema_accepts(&policy.file);
        } else {
            wrong += 1;
        }
    }
    assert!(right > 100 && wrong > 1000, "{right} right and {wrong} wrong policies show little");
}

#[test]
fn places_are_the_same_with_and_without_marks() {
    let mut noise = Noise(0x91ac);
    for _ in 0..50 {
        let text = noise.soup(TOML, 3000);
        let places = Places::of(&text);
        for _ in 0..50 {
            let offset = noise.below(text.len() + 2);
            assert_eq!(places.position(&text, offset), ssot::finding::Position::of(&text, offset), "{offset}");
        }
    }
}

#[test]
fn facts_are_read_from_any_bytes() {
    let mut noise = Noise(0xfac7);
    let likely = b"\n\n\r #/ssot: allow(a, until=2026-12-31) why\t\"'";
    for path in ["a.py", "a.rs", "a.txt"] {
        let language = ssot::lang::of(&path.into());
        for _ in 0..4000 {
            let mut bytes = noise.bytes(likely, 200);
            if noise.below(2) == 0 {
                let comment = noise.pick(&[
                    "# ssot: allow(x) y",
                    "// ssot: allow(x, until=z) y",
                    "#ssot:allow",
                    "//\tssot: allow()",
                ]);
                let at = noise.below(bytes.len() + 1);
                bytes.splice(at..at, comment.bytes());
            }
            let facts = language.extract(&bytes);
            assert_eq!(facts, language.extract(&bytes), "{bytes:?}");
            for allow in &facts.allows {
                let (span, lines) = (allow.span, allow.lines);
                assert!(span.start < span.end && span.start.line == span.end.line, "{bytes:?}: {allow:?}");
                assert!((1..=facts.lines).contains(&span.start.line), "{bytes:?}: {allow:?}");
                assert!((lines.0..=lines.1).contains(&span.start.line), "{bytes:?}: {allow:?}");
            }
        }
    }
}

#[test]
fn paths_print_on_one_harmless_line() {
    let mut noise = Noise(0x9a75);
    for _ in 0..20_000 {
        let bytes = noise.bytes("abc/.\n\r\u{1b}\u{9b}\u{202e}ä\u{2028}\0:#".as_bytes(), 30);
        let text = printable(&bytes);
        let wild = |ch: char| ch.is_control() || matches!(ch, '\u{2028}'..='\u{202e}');
        assert!(!text.contains(wild), "{bytes:?}: {text:?}");
    }
}

#[test]
fn globs_match_alone_as_they_do_in_a_set() {
    let mut noise = Noise(0x610b);
    let pieces = [
        "a", "b", "ab", "/", "/", "*", "**", "?", "[ab]", "[!a]", "{a,b}", "{,x}", ".", "..", "ä", "-", "!", "]", "\\",
        " ",
    ];
    let mut matches = 0;
    for _ in 0..3000 {
        let written = noise.soup(&pieces, 8);
        let Ok(glob) = Glob::parse(&written) else { continue };
        let set = Globs::of(std::slice::from_ref(&glob));
        for _ in 0..20 {
            let mut path = noise.bytes(b"aabb/.", 8);
            path.insert(0, b'a');
            let path = RepoPath::new(path);
            assert_eq!(glob.matches(&path), set.matches(&path), "{written:?} {path}");
            matches += usize::from(glob.matches(&path));
        }
    }
    assert!(matches > 1000, "{matches} matches show little");
}
