//! Languages with braces, of which only tokens are told: enough to find copies, in all that is written in them.
//!
//! One tokeniser for all knows where comments and strings end. What it takes for one token where a compiler would see
//! two is the same in each copy.

mod blocks;
mod lexer;

use super::Language;
use super::text::{SLASHES, count_lines, is_binary};
use super::tokens::{Builder, Tokens, hash};
use crate::facts::Facts;
use lexer::{Kind, Lexeme, lexemes};

/// A value of data with fewer tokens is part of the code around it.
const LEAST_TABLE: usize = 20;

/// Of a file with more bytes in a line, on average, no person wrote a line.
const MINIFIED: usize = 300;

/// A language that is written with braces.
pub struct Braces {
    id: &'static str,
    names: &'static [&'static str],
    dialect: Dialect,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Go,
    JavaScript,
    Rust,
}

pub static GO: Braces = Braces { id: "go", names: &["*.go"], dialect: Dialect::Go };

/// TypeScript too: code is copied from one to the other.
pub static JAVASCRIPT: Braces = Braces {
    id: "javascript",
    names: &["*.cjs", "*.cts", "*.js", "*.jsx", "*.mjs", "*.mts", "*.ts", "*.tsx"],
    dialect: Dialect::JavaScript,
};

pub static RUST: Braces = Braces { id: "rust", names: &["*.rs"], dialect: Dialect::Rust };

impl Language for Braces {
    fn id(&self) -> &'static str {
        self.id
    }

    fn names(&self) -> &'static [&'static str] {
        self.names
    }

    fn revision(&self) -> u32 {
        const TOKENS: u32 = 1;
        SLASHES.revision() << 8 | TOKENS
    }

    fn has_comments(&self) -> bool {
        true
    }

    fn has_tokens(&self) -> bool {
        true
    }

    fn tokens(&self, bytes: &[u8]) -> Tokens {
        let is_minified = bytes.len() / (count_lines(bytes).max(1) as usize) > MINIFIED;
        if is_binary(bytes) || is_minified {
            return Tokens::default();
        }
        let lexemes = lexemes(bytes, self.dialect).unwrap_or_default();
        build(bytes, &lexemes, self.dialect, self.id)
    }

    fn extract(&self, bytes: &[u8]) -> Facts {
        SLASHES.extract(bytes)
    }
}

fn build(bytes: &[u8], lexemes: &[Lexeme], dialect: Dialect, id: &str) -> Tokens {
    let language = hash(0, id.as_bytes());
    let text = |number: usize| lexemes.get(number).map_or(&b""[..], |lexeme| &bytes[lexeme.range.clone()]);
    let comma = hash(language ^ Kind::Mark as u64, b",");
    let mut out = Builder::default();
    let (mut line, mut known) = (1, 0);
    let (mut depth, mut number) = (0_u32, 0);
    // For each lexeme the number of the token that it is, or that comes behind it where it is left out.
    let mut numbers: Vec<u32> = Vec::with_capacity(lexemes.len() + 1);
    while let Some(lexeme) = lexemes.get(number) {
        let here = text(number);
        if let Some(end) = left_out(number, depth, &text, lexemes, dialect) {
            out.cut();
            number = end;
            numbers.resize(end, out.next());
            continue;
        }
        match here {
            b"{" | b"[" | b"(" => depth += 1,
            b"}" | b"]" | b")" => {
                depth = depth.saturating_sub(1);
                out.take_back(comma);
            }
            _ => {}
        }
        line += count(&bytes[known..lexeme.range.start]);
        let last = line + count(here);
        known = lexeme.range.start;
        // The kind of quotes is layout.
        let shown = if lexeme.kind == Kind::Text && here.len() > 1 { &here[1..here.len() - 1] } else { here };
        numbers.push(out.next());
        out.push(hash(language ^ lexeme.kind as u64, shown), (line, last));
        number += 1;
    }
    numbers.push(out.next());
    for block in blocks::blocks(lexemes, &text, dialect) {
        if let (Some(start), Some(end)) = (numbers.get(block.start), numbers.get(block.end)) {
            out.unit(*start..*end, 0);
        }
    }
    out.finish()
}

fn count(bytes: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

/// Where what is left out at this token ends: an import, or a table of data behind an equals sign, both outside of all
/// brackets. None where it is code.
fn left_out<'b>(
    number: usize,
    depth: u32,
    text: &impl Fn(usize) -> &'b [u8],
    lexemes: &[Lexeme],
    dialect: Dialect,
) -> Option<usize> {
    let is_text = |at: &usize| lexemes[*at].kind == Kind::Text;
    let rest = number..lexemes.len();
    let word = text(number);
    match dialect {
        _ if depth > 0 => None,
        Dialect::Rust if word == b"use" && text(number + 1) != b"<" => {
            rest.clone().find(|at| text(*at) == b";").map(|at| at + 1)
        }
        Dialect::Go if word == b"import" && text(number + 1) == b"(" => {
            rest.clone().find(|at| text(*at) == b")").map(|at| at + 1)
        }
        Dialect::Go if word == b"import" => rest.clone().find(is_text).map(|at| at + 1),
        Dialect::JavaScript if word == b"import" && !matches!(text(number + 1), b"(" | b".") => {
            let end = rest.clone().find(is_text)? + 1;
            Some(if text(end) == b";" { end + 1 } else { end })
        }
        _ if number > 0 && text(number - 1) == b"=" && word != b"=" => table(number, text, lexemes, dialect),
        _ => None,
    }
}

/// Where a table ends that starts here: brackets with nothing in them but literals, names and brackets.
fn table<'b>(start: usize, text: &impl Fn(usize) -> &'b [u8], lexemes: &[Lexeme], dialect: Dialect) -> Option<usize> {
    let mut depth = 0;
    for at in start..lexemes.len() {
        match (lexemes[at].kind, text(at)) {
            (Kind::Mark, b"[" | b"{") => depth += 1,
            (Kind::Mark, b"]" | b"}") => {
                depth -= 1;
                // The type in front of a table of Go: `[]string{…}`, `map[string]int{…}`.
                let is_type = dialect == Dialect::Go
                    && text(at) == b"]"
                    && lexemes
                        .get(at + 1)
                        .is_some_and(|next| next.kind == Kind::Word || matches!(text(at + 1), b"[" | b"*"));
                if depth == 0 && !is_type {
                    return (at + 1 - start >= LEAST_TABLE).then_some(at + 1);
                }
                if depth < 0 {
                    return None;
                }
            }
            (Kind::Mark, b"," | b":" | b"." | b"-" | b"&" | b"*" | b"!") => {}
            (Kind::Word | Kind::Number | Kind::Text, _) => {}
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Braces, GO, JAVASCRIPT, RUST};
    use crate::lang::Language;

    /// Whether two texts have the same tokens, and how many.
    #[track_caller]
    fn same(language: &Braces, one: &str, other: &str) -> usize {
        let (one, other) = (language.tokens(one.as_bytes()), language.tokens(other.as_bytes()));
        assert_eq!(one.hashes, other.hashes);
        one.hashes.len()
    }

    #[test]
    fn comments_and_layout_do_not_count() {
        assert_eq!(same(&RUST, "a /* b /* c */ d */ (e) // f\n", "a(e,\n)"), 4);
        assert_eq!(same(&GO, "a /* b /* c */ d", "a d"), 2);
        assert_eq!(same(&JAVASCRIPT, "a('b') // c", "a(\n\"b\",\n)"), 4);
    }

    #[test]
    fn strings_end_where_they_end() {
        for (language, text, tokens) in [
            (
                &RUST,
                r###"f(r#"a " // b"#, b'\'', 'x', &'a str, "multi
                line // x")"###,
                16,
            ),
            (&GO, "f(`a \" // b`, 'x', \"\\\"\")", 8),
            (&JAVASCRIPT, "f(`a ${b + `${c}`} // d`, /[/\"]\\//g, x / y / z)", 18),
            (&JAVASCRIPT, "<p>don't // a comment\n</p>", 10),
            (&JAVASCRIPT, "'unended\nx", 3),
            (&RUST, "\"unended", 1),
            (&RUST, "/* unended", 0),
        ] {
            assert_eq!(language.tokens(text.as_bytes()).hashes.len(), tokens, "{text}");
        }
    }

    #[test]
    fn imports_and_tables_are_left_out() {
        let words = "\"a\", ".repeat(12);
        for (language, text, tokens) in [
            (&RUST, "use a::{b, c};\npub use d;\nfn f() { use e; }".to_owned(), 10),
            (&GO, "package a\nimport (\n\"b\"\n)\nimport c \"d\"\nvar x".to_owned(), 4),
            (&JAVASCRIPT, "import a, { b } from 'c'\nimport 'd';\nimport('e')".to_owned(), 4),
            (&RUST, format!("const A: &[&str] = &[{words}];"), 10),
            (&GO, format!("var a = []string{{{words}}}\nvar b"), 5),
            (&JAVASCRIPT, format!("const a = {{ b: [{words}] }}\nconst c"), 5),
            (&JAVASCRIPT, "const a = [1, 2]".to_owned(), 8),
        ] {
            assert_eq!(language.tokens(text.as_bytes()).hashes.len(), tokens, "{text}");
        }
    }

    #[test]
    fn functions_and_types() {
        for (language, text, lines) in [
            (
                &RUST,
                "use a;\nimpl A {\nfn b(&self) -> Result<C, D> {\nif e {\n}\n}\n}\nconst F: [u8; 1] = [1];\nfn g() {}",
                "2-7 3-6 9-9",
            ),
            (
                &GO,
                "package a\nfunc (b *B) c() (d, error) {\nfor i := 0; i < 1; i++ {\n}\n}\ntype E struct {\nf int\n}",
                "1-5 6-8",
            ),
            (
                &JAVASCRIPT,
                "import a from 'b'\nclass C {\nd(e = {}) {\nif (f) {\n}\n}\n}\nconst g = { h: 1 };\nconst i = async (j) => {\nfor (;;) {}\n}\nk(() => {\n})",
                "2-7 3-6 9-11 12-13",
            ),
            (&JAVASCRIPT, "x({\na() {\nb }, c: d(e) })", "2-3"),
            (&RUST, "#[a(b)]\n#[c]\npub fn d() {\n#[e]\nlet f = [1];\n}", "3-6"),
            (&RUST, "fn a() { ( }\nfn b() {", "1-1 2-2"),
        ] {
            let tokens = language.tokens(text.as_bytes());
            let shown = |unit: &std::ops::Range<u32>| {
                let lines = &tokens.lines[unit.start as usize..unit.end as usize];
                format!("{}-{}", lines[0].0, lines[lines.len() - 1].1)
            };
            assert_eq!(tokens.units.iter().map(shown).collect::<Vec<_>>().join(" "), lines, "{text}");
        }
    }

    #[test]
    fn what_a_program_wrote_is_left_out() {
        let generated = "// Code generated by x. DO NOT EDIT.\npackage a";
        for text in [generated, &"a;".repeat(500)] {
            assert_eq!(GO.tokens(text.as_bytes()).hashes.len(), 0, "{text}");
        }
    }
}
