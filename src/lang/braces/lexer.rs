//! Words, numbers, strings and marks: where comments and strings end is all that differs between the languages.

use std::ops::Range;

use super::Dialect;
use crate::lang::generated;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Word,
    Number,
    Text,
    Mark,
}

/// One token, by its bytes.
#[derive(Clone, Debug)]
pub struct Lexeme {
    pub kind: Kind,
    pub range: Range<usize>,
}

/// So many tokens at most stand above what a generator says below the first lines of code.
const HEAD: usize = 100;

/// All tokens; none where a comment at the head says that a program wrote the file.
pub fn lexemes(bytes: &[u8], dialect: Dialect) -> Option<Vec<Lexeme>> {
    let mut lexer = Lexer { bytes, at: 0, dialect, lexemes: Vec::new(), templates: Vec::new() };
    lexer.run().map(|()| lexer.lexemes)
}

struct Lexer<'b> {
    bytes: &'b [u8],
    at: usize,
    dialect: Dialect,
    lexemes: Vec<Lexeme>,
    /// For each template that is open, how many braces are open in its code.
    templates: Vec<usize>,
}

impl Lexer<'_> {
    /// None where a comment at the head says that a program wrote the file.
    fn run(&mut self) -> Option<()> {
        while let Some(byte) = self.peek(0) {
            let start = self.at;
            match byte {
                _ if byte.is_ascii_whitespace() => self.at += 1,
                b'/' if matches!(self.peek(1), Some(b'/' | b'*')) => {
                    self.comment();
                    let comment = &self.bytes[start..self.at];
                    let says_so = match self.lexemes.len() {
                        0 => generated::says_so(comment),
                        1..HEAD => generated::says_so_below(comment),
                        _ => false,
                    };
                    if says_so {
                        return None;
                    }
                }
                b'"' => self.quoted(byte),
                b'`' if self.dialect == Dialect::Go => {
                    self.at += 1;
                    self.until(b"`");
                    self.push(Kind::Text, start);
                }
                b'`' if self.dialect == Dialect::JavaScript => self.template(),
                b'\'' if self.dialect == Dialect::Rust && !self.is_char() => {
                    self.at += 1;
                    self.push(Kind::Mark, start);
                }
                b'\'' => self.quoted(byte),
                b'/' if self.dialect == Dialect::JavaScript && self.is_regex() => self.regex(),
                b'{' | b'}' if !self.templates.is_empty() => self.brace(byte),
                _ if self.dialect == Dialect::Rust && self.raw_string() => {}
                _ if byte.is_ascii_digit() => {
                    self.skip(|byte| is_word(byte) || byte == b'.');
                    self.push(Kind::Number, start);
                }
                _ if is_word(byte) => {
                    self.skip(is_word);
                    self.push(Kind::Word, start);
                }
                _ => {
                    self.at += 1;
                    self.push(Kind::Mark, start);
                }
            }
        }
        Some(())
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.lexemes.push(Lexeme { kind, range: start..self.at });
    }

    fn skip(&mut self, goes_on: impl Fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| !goes_on(*byte)).unwrap_or(rest.len());
    }

    /// To behind the next `end`, or the end of the file.
    fn until(&mut self, end: &[u8]) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += memchr::memmem::find(rest, end).map_or(rest.len(), |at| at + end.len());
    }

    fn comment(&mut self) {
        if self.peek(1) == Some(b'/') {
            let rest = &self.bytes[self.at..];
            self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            return;
        }
        self.at += 2;
        if self.dialect != Dialect::Rust {
            return self.until(b"*/");
        }
        let mut depth = 1;
        while depth > 0 && self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (Some(b'/'), Some(b'*')) => (depth, self.at) = (depth + 1, self.at + 2),
                (Some(b'*'), Some(b'/')) => (depth, self.at) = (depth - 1, self.at + 2),
                _ => self.at += 1,
            }
        }
    }

    /// A string in quotes. One that does not end on its line, where it must, is no string: text of a page, say.
    fn quoted(&mut self, quote: u8) {
        let start = self.at;
        let ends_on_line = !(self.dialect == Dialect::Rust && quote == b'"');
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => self.at += 2,
                b'\n' if ends_on_line => {
                    self.at = start + 1;
                    return self.push(Kind::Mark, start);
                }
                _ => self.at += 1,
            }
            if byte == quote {
                break;
            }
        }
        self.at = self.at.min(self.bytes.len());
        self.push(Kind::Text, start);
    }

    /// Whether a quote starts a character, and no lifetime.
    fn is_char(&self) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let length = match rest.first() {
            Some(b'\\') => return true,
            Some(byte) => byte.leading_ones().max(1) as usize,
            None => return false,
        };
        rest.get(length) == Some(&b'\'')
    }

    /// `r"…"`, `br#"…"#` and their like.
    fn raw_string(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let letters = rest.iter().take(2).take_while(|byte| matches!(byte, b'b' | b'c' | b'r')).count();
        let hashes = rest.iter().skip(letters).take_while(|byte| **byte == b'#').count();
        if letters == 0 || rest[letters - 1] != b'r' || rest.get(letters + hashes) != Some(&b'"') {
            return false;
        }
        let start = self.at;
        self.at += letters + hashes + 1;
        self.until(&[&b"\""[..], &vec![b'#'; hashes]].concat());
        self.push(Kind::Text, start);
        true
    }

    /// The text of a template up to its end, or to code in it.
    fn template(&mut self) {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'`' => break,
                b'$' if self.peek(0) == Some(b'{') => {
                    self.at += 1;
                    self.templates.push(0);
                    break;
                }
                _ => {}
            }
        }
        self.at = self.at.min(self.bytes.len());
        self.push(Kind::Text, start);
    }

    /// A brace in the code of a template: the last one leads back into its text.
    fn brace(&mut self, byte: u8) {
        let start = self.at;
        match self.templates.last_mut() {
            Some(0) if byte == b'}' => {
                self.templates.pop();
                self.template();
            }
            Some(open) => {
                *open = if byte == b'{' { *open + 1 } else { *open - 1 };
                self.at += 1;
                self.push(Kind::Mark, start);
            }
            None => {}
        }
    }

    /// Whether a slash starts a regular expression: behind a value it divides.
    fn is_regex(&self) -> bool {
        let Some(last) = self.lexemes.last() else { return true };
        let text = &self.bytes[last.range.clone()];
        match last.kind {
            Kind::Number | Kind::Text => false,
            Kind::Word => matches!(text, b"return" | b"typeof" | b"case" | b"in" | b"of" | b"do" | b"else" | b"void"),
            Kind::Mark => !matches!(text, b")" | b"]" | b"}"),
        }
    }

    fn regex(&mut self) {
        let start = self.at;
        let (mut at, mut in_class) = (start + 1, false);
        loop {
            match self.bytes.get(at) {
                None | Some(b'\n') => {
                    self.at = start + 1;
                    return self.push(Kind::Mark, start);
                }
                Some(b'\\') => at += 1,
                Some(b'[') => in_class = true,
                Some(b']') => in_class = false,
                Some(b'/') if !in_class => break,
                Some(_) => {}
            }
            at += 1;
        }
        self.at = at + 1;
        self.skip(is_word);
        self.push(Kind::Text, start);
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}
