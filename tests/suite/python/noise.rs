//! Token soup from a fixed seed: whatever the bytes are, they are read, the same each time, and all places lie in
//! the text. `SSOT_SOUPS` sets how many soups are made.

use ssot::facts::Facts;
use ssot::finding::Span;
use ssot::lang::Language;
use ssot::lang::python::Python;

/// xorshift64*: the same numbers on every machine.
struct Noise(u64);

impl Noise {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}

const PIECES: &str = "def class import from as if elif else try except except* finally with while for in is not and or \
    lambda yield await async return raise pass del global nonlocal assert match case type _ a b.c os TYPE_CHECKING \
    __all__ __getattr__ patch monkeypatch.setattr importlib import_module globals() ImportError ( ) [ ] { } , : ; . .. \
    ... -> := = == += ** * @ + - ~ < | & ! ? $ \\ ' \" ''' \"\"\" f' f\" f''' t' rb' b' u' {x} {x!r:{y}} {{ }} 'a.b' \
    \"a.b.C\" '..a' 1 0x 1_0 1e5 1j 0777 True None é \u{1f980} \u{feff} \u{202e} \0 \x0c # #ssot: \
    #\u{20}ssot:\u{20}allow(same-name)\u{20}x coding:latin-1";

const LAYOUT: [&str; 12] = [" ", " ", " ", "", "", "\n", "\n", "\n    ", "\n\t", "\r\n", "\r", "\\\n"];

fn soup(noise: &mut Noise, pieces: &[&str]) -> Vec<u8> {
    let mut text = String::new();
    for _ in 0..noise.below(60) {
        text += pieces[noise.below(pieces.len())];
        text += LAYOUT[noise.below(LAYOUT.len())];
    }
    let mut bytes = text.into_bytes();
    if noise.below(8) == 0 && !bytes.is_empty() {
        let at = noise.below(bytes.len());
        bytes[at] = noise.below(256) as u8;
    }
    bytes
}

fn spans(facts: &Facts) -> Vec<Span> {
    let mut spans: Vec<Span> = facts.broken.iter().map(|broken| broken.span).collect();
    spans.extend(facts.allows.iter().map(|allow| allow.span));
    let code = facts.code.as_deref().expect("code");
    spans.extend(code.definitions.iter().map(|found| found.span));
    spans.extend(code.imports.iter().map(|found| found.span));
    spans.extend(code.aliases.iter().map(|found| found.span));
    spans.extend(code.uses.iter().chain(&code.free).map(|found| found.span));
    spans.extend(code.strings.iter().map(|found| found.span));
    spans.extend(code.logic);
    spans
}

#[test]
fn any_tokens_are_read_and_every_place_lies_in_the_text() {
    let soups = std::env::var("SSOT_SOUPS").ok().and_then(|soups| soups.parse().ok()).unwrap_or(3_000_u64);
    let pieces: Vec<&str> = PIECES.split(' ').filter(|piece| !piece.is_empty()).collect();
    let mut whole = 0;
    for seed in 1..=soups {
        let bytes = soup(&mut Noise(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1), &pieces);
        let facts = Python.extract(&bytes);
        let shown = || format!("seed {seed}: {:?}", String::from_utf8_lossy(&bytes));
        assert_eq!(facts, Python.extract(&bytes), "{}", shown());
        // Behind a last line break stands one more place.
        let lines = facts.lines + 1;
        for Span { start, end } in spans(&facts) {
            assert!(start.line >= 1 && start.column >= 1 && start <= end && end.line <= lines, "{start:?} {}", shown());
        }
        for allow in &facts.allows {
            assert!(allow.lines.0 <= allow.lines.1 && allow.lines.1 <= lines, "{:?} {}", allow.lines, shown());
        }
        let code = facts.code.as_deref().expect("code");
        assert!(code.bound.is_sorted(), "{}", shown());
        for found in &code.definitions {
            assert!(found.lines.0 <= found.lines.1 && found.lines.1 <= lines, "{:?} {}", found.lines, shown());
        }
        whole += u64::from(facts.broken.is_empty());
    }
    assert!(whole > 0 && whole < soups, "{whole} of {soups} are Python");
}
