//! Python: facts from the syntax tree that ruff's parser makes.
//!
//! The parser is asked once, for the oldest release that it knows, so that it tells of everything that some
//! release refuses, each with the release that allows it; which release counts is decided at judgement.

mod annotations;
mod body;
mod calls;
mod comments;
mod decode;
mod deep;
mod dismantle;
mod exports;
mod guards;
mod indentation;
mod outline;
mod places;
mod rewrite;
mod scope;
mod shim;
mod syntax;
mod tokens;
mod walk;

use ruff_python_ast::{ModModule, PythonVersion};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};

use super::outline::Item;
use super::text::{count_lines, is_binary};
use super::tokens::Tokens;
use super::{Language, Want};
use crate::facts::{Code, Detail, Facts};
use crate::finding::moves::{Move, Rewriting};
use body::Bodies;
use places::Places;

pub struct Python;

impl Language for Python {
    fn id(&self) -> &'static str {
        "python"
    }

    fn names(&self) -> &'static [&'static str] {
        &["*.py", "*.pyi"]
    }

    fn revision(&self) -> u32 {
        18
    }

    fn has_comments(&self) -> bool {
        true
    }

    fn has_code(&self) -> bool {
        true
    }

    fn outline(&self, bytes: &[u8]) -> Option<Vec<Item>> {
        Some(outline::outline(bytes))
    }

    fn has_tokens(&self) -> bool {
        true
    }

    fn tokens(&self, bytes: &[u8]) -> Tokens {
        let text = decode::decode(bytes, &mut Vec::new());
        let places = Places::new(&text);
        let Some(parsed) = parse(&text) else { return Tokens::default() };
        let generated = comments::say_generated(parsed.tokens(), &places);
        let found = tokens_of(bytes, &parsed, generated, &places);
        dismantle::drop_tree(parsed);
        found
    }

    fn extract(&self, bytes: &[u8]) -> Facts {
        self.read(bytes, Want { tokens: false, detail: Detail::Words }).0
    }

    fn read(&self, bytes: &[u8], want: Want) -> (Facts, Tokens) {
        let mut facts = Facts { lines: count_lines(bytes), binary: is_binary(bytes), ..Facts::default() };
        let text = decode::decode(bytes, &mut facts.broken);
        let places = Places::new(&text);
        let Some(parsed) = parse(&text) else { return (facts, Tokens::default()) };
        if facts.broken.is_empty() {
            facts.broken = syntax::errors(&parsed, &text, &places);
            if syntax::is_of_template(&facts.broken, parsed.tokens(), &places) {
                facts.broken.clear();
                dismantle::drop_tree(parsed);
                return (facts, Tokens::default());
            }
        }
        facts.allows = comments::allows(parsed.tokens(), &places);
        // The last statement ends on the line behind the last one where a parser has to guess its end.
        for allow in &mut facts.allows {
            allow.lines.1 = allow.lines.1.min(facts.lines);
        }
        let generated = comments::say_generated(parsed.tokens(), &places);
        let bodies = Bodies::new(parsed.tokens(), &places, want.detail);
        let mut code = Code { generated, ..walk::code(&parsed.syntax().body, parsed.tokens(), bodies, &places) };
        // What is wrong in every release is not understood.
        let is_understood = facts.broken.iter().all(|broken| broken.since.is_some() || broken.until.is_some());
        code.open |= !is_understood;
        code.makes_modules |= !is_understood;
        facts.code = Some(Box::new(code));
        let tokens = if want.tokens { tokens_of(bytes, &parsed, generated, &places) } else { Tokens::default() };
        dismantle::drop_tree(parsed);
        (facts, tokens)
    }

    fn rewrite(&self, text: &str, moves: &[Move]) -> Rewriting {
        rewrite::rewrite(text, moves)
    }
}

fn tokens_of(bytes: &[u8], parsed: &Parsed<ModModule>, generated: bool, places: &Places) -> Tokens {
    if generated || is_binary(bytes) { Tokens::default() } else { tokens::tokens(parsed, places) }
}

/// All releases' errors are told: what the oldest does not know as well.
fn parse(text: &str) -> Option<Parsed<ModModule>> {
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::PY37);
    deep::on_a_stack_for(text, || parse_unchecked(text, options)).try_into_module()
}
