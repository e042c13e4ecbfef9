//! Imports that move at random, in real files and in token soup: what parsed parses still, what was bound is bound, and
//! nothing else moves.
//!
//! `SSOT_SEED` starts elsewhere, `SSOT_SOUPS` says how many soups there are.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use ssot::facts::{Code, Facts};
use ssot::finding::moves::Move;
use ssot::lang::Language;
use ssot::lang::python::Python;

use super::noise::{Noise, PIECES, soup};
use crate::peers::{installed, python};
use crate::repository::Run;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect("a number"))
}

/// Moves for about half of what a file imports, uses and names in strings.
fn moves(code: &Code, noise: &mut Noise) -> Vec<Move> {
    let mut moves = Vec::new();
    for import in code.imports.iter().filter(|import| !import.module.starts_with("__future__")) {
        if noise.below(2) == 0 {
            continue;
        }
        let module =
            ["zz.new", "zz.other.new", ".zz"][noise.below(if import.name.is_some() { 3 } else { 2 })].to_owned();
        let name = import.name.as_ref().map(|name| match noise.below(2) {
            0 if name != "*" => format!("Zz{name}"),
            _ => name.to_string(),
        });
        moves.push(Move::Import { span: import.span, module, name, keep: noise.below(4) == 0 });
    }
    for used in code.uses.iter() {
        if noise.below(40) > 0 {
            continue;
        }
        let rest = noise.below(2).min(used.target.trim_start_matches('.').matches('.').count());
        moves.push(Move::Use { span: used.span, module: "zz.used".to_owned(), name: "ZzUsed".to_owned(), rest });
    }
    for string in &code.strings {
        moves.push(Move::Text { span: string.span, content: "zz.text".to_owned() });
    }
    moves
}

/// The text with the moves made. What parsed parses; edits lie in the text, one behind the other.
fn moved(text: &str, facts: &Facts, noise: &mut Noise, name: &str) -> String {
    let Some(code) = facts.code.as_deref() else { return text.to_owned() };
    let moves = moves(code, noise);
    let rewriting = Python.rewrite(text, &moves);
    let mut end = 0;
    for edit in &rewriting.edits {
        assert!(end <= edit.range.start && edit.range.end <= text.len(), "{name}: {edit:?}");
        assert!(edit.causes.iter().all(|cause| *cause < moves.len()) && !edit.causes.is_empty(), "{name}: {edit:?}");
        end = edit.range.end;
    }
    let after = rewriting.apply(text);
    let now = Python.extract(after.as_bytes());
    if facts.broken.is_empty() {
        assert!(now.broken.is_empty(), "{name}: {:?}\n{moves:?}\n{text}\n=====\n{after}", now.broken);
    }
    let refused: BTreeSet<usize> = rewriting.refused.iter().map(|(cause, _)| *cause).collect();
    let now = now.code.expect("its code");
    for (_, made) in moves.iter().enumerate().filter(|(cause, _)| !refused.contains(cause)) {
        let Move::Import { span, module, name: target, .. } = made else { continue };
        let old = code.imports.iter().find(|import| import.span == *span).expect("the import");
        let found = now.imports.iter().any(|import| {
            let dots = ".".repeat(import.level as usize);
            format!("{dots}{}", import.module) == *module
                && import.name.as_deref() == target.as_deref()
                && import.local == old.local
        });
        assert!(found || moves.iter().filter(|other| other.span() == *span).count() > 1, "{name}: {made:?}\n{after}");
    }
    after
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "py") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What ruff says of names that nothing binds, by file.
fn undefined(folder: &Path) -> BTreeSet<String> {
    let words = [
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--no-cache",
        "--select",
        "F821,F822,F823,E9",
        "--output-format",
        "concise",
    ];
    let run: Run = Command::new(python()).args(words).current_dir(folder).output().expect("ruff starts").into();
    let line = |line: &str| {
        let (path, rest) = line.split_once(':')?;
        Some(format!("{path}: {}", rest.split_once(": ")?.1))
    };
    run.stdout.lines().filter_map(line).collect()
}

#[test]
fn what_moves_at_random_in_django_leaves_no_name_unbound() {
    let mut noise = Noise::of_seed(number("SSOT_SEED").unwrap_or(2026));
    let folder = installed("django");
    let (old, new) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let mut changed = 0;
    for path in files(&folder) {
        let text = std::fs::read_to_string(&path).expect("a text");
        let name = path.strip_prefix(&folder).expect("below it").to_string_lossy().replace('/', "__");
        let after = moved(&text, &Python.extract(text.as_bytes()), &mut noise, &name);
        changed += usize::from(after != text);
        std::fs::write(old.path().join(&name), text).expect("a file");
        std::fs::write(new.path().join(&name), after).expect("a file");
    }
    assert!(changed > 400, "{changed}");
    let before = undefined(old.path());
    let after = undefined(new.path());
    let lost: Vec<_> = after.difference(&before).collect();
    assert!(lost.is_empty(), "{lost:#?}");
}

#[test]
fn whatever_stands_there_is_rewritten_or_left() {
    let mut noise = Noise::of_seed(number("SSOT_SEED").unwrap_or(1));
    let imports = "import from a.b a.b.c b, as c * ( ) \\ \n # # noqa ; : if x: def f(): a.b.x class C: try: except ImportError: \
                   patch('a.b.c') . .. __all__ = ['b']";
    let pieces: Vec<&str> = PIECES.split(' ').chain(imports.split(' ').cycle().take(200)).collect();
    for round in 0..number("SSOT_SOUPS").unwrap_or(3_000) {
        let text = match String::from_utf8(soup(&mut noise, &pieces)) {
            Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
            Err(_) => continue,
        };
        moved(&text, &Python.extract(text.as_bytes()), &mut noise, &format!("round {round}"));
    }
}
