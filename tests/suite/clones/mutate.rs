//! Copies of a function with what people change in them.

use std::collections::HashMap;

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::parse_module;
use ruff_text_size::Ranged;

/// xorshift64*: the same numbers on every machine.
pub struct Noise(pub u64);

impl Noise {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}

/// Writes each token of a text anew.
fn rewrite(text: &str, mut token: impl FnMut(TokenKind, &str, usize) -> Option<String>) -> String {
    let parsed = parse_module(text).expect("it parses");
    let (mut out, mut known, mut depth) = (String::new(), 0, 0);
    for found in parsed.tokens() {
        let (start, end) = (found.start().to_usize(), found.end().to_usize());
        match found.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth -= 1,
            _ => {}
        }
        if let Some(new) = token(found.kind(), &text[start..end], depth) {
            out += &text[known..start];
            out += &new;
            known = end;
        }
    }
    out + &text[known..]
}

/// With comments, blank lines and line breaks where they mean nothing.
pub fn reformatted(text: &str, noise: &mut Noise) -> String {
    rewrite(text, |kind, text, depth| match kind {
        TokenKind::Comma if depth > 0 && noise.below(3) == 0 => Some(",\n        ".to_owned()),
        TokenKind::Lpar if noise.below(4) == 0 => Some("(\n            ".to_owned()),
        TokenKind::Newline if noise.below(4) == 0 => Some(format!("  # note {}\n\n", noise.below(100))),
        TokenKind::Comment => Some("# another".to_owned()),
        TokenKind::String if text.starts_with('"') && !text.contains(['\'', '\\']) && !text.starts_with("\"\"\"") => {
            Some(format!("'{}'", &text[1..text.len() - 1]))
        }
        _ => None,
    })
}

/// With every name another one, throughout.
pub fn renamed(text: &str) -> String {
    let mut names: HashMap<String, String> = HashMap::new();
    rewrite(text, |kind, text, _| {
        let next = format!("name_{}", names.len());
        (kind == TokenKind::Name).then(|| names.entry(text.to_owned()).or_insert(next).clone())
    })
}

/// With other numbers and strings.
pub fn other_literals(text: &str) -> String {
    rewrite(text, |kind, text, _| match kind {
        TokenKind::Int => Some(format!("4{text}")).filter(|_| !text.starts_with('0')),
        TokenKind::String if text.ends_with("\"\"\"") => None,
        TokenKind::String => Some(format!("{}z{}", &text[..text.len() - 1], &text[text.len() - 1..])),
        _ => None,
    })
}

/// What is done to some lines of a function.
#[derive(Clone, Copy, Debug)]
pub enum Edit {
    Insert,
    Delete,
    Swap,
}

/// With so many edits of whole statements; none where it has too few.
pub fn edited(text: &str, edit: Edit, count: usize, noise: &mut Noise) -> Option<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut touched: Vec<usize> = Vec::new();
    for number in 0..count {
        let quotes: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].contains("\"\"\"")).collect();
        let first = quotes.last().map_or(1, |end| end + 1);
        let free: Vec<usize> =
            (first..lines.len() - 1).filter(|at| is_simple(&lines[*at]) && !touched.contains(at)).collect();
        let at = *free.get(noise.below(free.len().max(1)))?;
        let indent: String = lines[at].chars().take_while(|letter| *letter == ' ').collect();
        match edit {
            Edit::Insert => {
                lines.insert(at + 1, format!("{indent}planted_{number} = compute(value, {number}, key=other.field)"));
                touched.iter_mut().filter(|line| **line > at).for_each(|line| *line += 1);
                touched.push(at + 1);
            }
            Edit::Delete => {
                lines.remove(at);
                touched.iter_mut().filter(|line| **line > at).for_each(|line| *line -= 1);
            }
            Edit::Swap => {
                let indent = |line: &String| line.len() - line.trim_start().len();
                let same = |other: &usize| {
                    *other != at && indent(&lines[*other]) == indent(&lines[at]) && lines[*other] != lines[at]
                };
                let others: Vec<usize> = free.iter().copied().filter(same).collect();
                let other = *others.get(noise.below(others.len().max(1)))?;
                lines.swap(at, other);
                touched.extend([at, other]);
            }
        }
    }
    let out = lines.join("\n") + "\n";
    parse_module(&out).is_ok().then_some(out)
}

/// Whether a line is a whole statement.
fn is_simple(line: &str) -> bool {
    let words = line.trim();
    !words.is_empty()
        && !words.ends_with([':', ',', '(', '[', '{', '\\'])
        && !words.starts_with(['#', '@', ')', ']', '}', '"', '\''])
        && parse_module(words).is_ok()
}
