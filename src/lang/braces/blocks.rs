//! Where functions and types are, each with its head: what stands before its brace says what it is.

use std::ops::Range;

use super::Dialect;
use super::lexer::{Kind, Lexeme};

/// What a block is that is no function.
const CONTROL: &[&[u8]] = &[b"catch", b"do", b"else", b"finally", b"for", b"if", b"switch", b"try", b"while", b"with"];

/// By the numbers of their first and behind their last tokens, in the order of the text; one in another comes behind it.
pub fn blocks<'b>(lexemes: &[Lexeme], text: &impl Fn(usize) -> &'b [u8], dialect: Dialect) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    // What is open: the head that goes on behind a bracket, or the block that a brace ends.
    let mut open: Vec<Result<usize, Option<usize>>> = Vec::new();
    let mut head = 0;
    for (at, _) in lexemes.iter().enumerate().filter(|(_, lexeme)| lexeme.kind == Kind::Mark) {
        match text(at) {
            b"(" | b"[" => {
                open.push(Ok(head));
                head = at + 1;
            }
            b")" | b"]" => {
                if let Some(Ok(before)) = open.pop_if(|open| open.is_ok()) {
                    // An attribute of Rust is no part of the head behind it.
                    head = if text(before) == b"#" { at + 1 } else { before };
                }
            }
            b"{" => {
                let block = is_head(head..at, lexemes, text, dialect).then_some(found.len());
                found.extend(block.map(|_| head..at + 1));
                open.push(Err(block));
                head = at + 1;
            }
            b"}" => {
                // A bracket that was never closed ends here too.
                while open.pop_if(|open| open.is_ok()).is_some() {}
                if let Some(block) = open.pop().and_then(Result::err).flatten().and_then(|block| found.get_mut(block)) {
                    block.end = at + 1;
                }
                head = at + 1;
            }
            b";" => head = at + 1,
            b"," if head == at => head = at + 1,
            _ => {}
        }
    }
    found
}

fn is_head<'b>(head: Range<usize>, lexemes: &[Lexeme], text: &impl Fn(usize) -> &'b [u8], dialect: Dialect) -> bool {
    // What stands in brackets is another head's.
    let mut depth = 0_usize;
    let outside = head.clone().filter(|at| match text(*at) {
        b"(" | b"[" => {
            depth += 1;
            depth == 1
        }
        b")" | b"]" => {
            depth = depth.saturating_sub(1);
            depth == 0
        }
        _ => depth == 0,
    });
    let outside: Vec<&[u8]> = outside.map(text).collect();
    let says = |words: &[&[u8]]| outside.iter().any(|word| words.contains(word));
    match dialect {
        Dialect::Rust => says(&[b"enum", b"fn", b"impl", b"mod", b"struct", b"trait", b"union"]),
        Dialect::Go => says(&[b"func", b"interface", b"struct"]),
        Dialect::JavaScript => {
            let is_word =
                head.start < head.end && lexemes.get(head.start).is_some_and(|first| first.kind == Kind::Word);
            let is_arrow = outside.ends_with(&[b"=", b">"]);
            let is_method = || is_word && says(&[b")"]) && !says(&[b"="]) && !CONTROL.contains(&text(head.start));
            is_arrow || says(&[b"class", b"enum", b"function", b"interface", b"namespace"]) || is_method()
        }
    }
}
