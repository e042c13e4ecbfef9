//! Copies of real functions are planted in other files of django, each changed in one way, and what of them is found is
//! counted. The table stands in docs/duplicates.md; `UPDATE_DOCS=1` writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Stmt, StmtFunctionDef};
use ruff_python_parser::parse_module;
use ruff_text_size::Ranged;
use ssot::clones::sketch::Sketch;
use ssot::clones::{Class, File, Kind, find};
use ssot::facts::Detail;
use ssot::gather::{Ask, gather_both};
use ssot::lang::tokens::Tokens;
use ssot::path::RepoPath;
use ssot::policy::{FILE_NAME, Origin, Policy, PolicyFile};
use ssot::source::Source;
use ssot::source::memory::MemorySource;

use super::mutate::{Edit, Noise, edited, other_literals, reformatted, renamed};
use crate::repository::Run;

const CHECKOUT: &str = env!("CARGO_MANIFEST_DIR");
/// Of each type so many are planted.
const PLANTS: usize = 40;

struct Plant {
    kind: &'static str,
    /// The file and the lines of the function.
    from: (String, u32, u32),
    to: (String, u32, u32),
}

/// The Python files of django that are no test code.
fn corpus() -> BTreeMap<String, String> {
    let python = Path::new(CHECKOUT).join(".test-tools/venv/bin/python");
    assert!(python.exists(), "`bash tests/run.sh` installs what the tests need");
    let words = "import importlib.util; print(importlib.util.find_spec('django').submodule_search_locations[0])";
    let run: Run = Command::new(python).args(["-c", words]).output().expect("python starts").into();
    let folder = PathBuf::from(run.status(0).stdout.trim());
    let (mut open, mut files) = (vec![folder.clone()], BTreeMap::new());
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(&folder).expect("below it").to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                open.push(path);
            } else if name.ends_with(".py") && !name.contains("locale/") {
                files.insert(name, std::fs::read_to_string(path).expect("its text"));
            }
        }
    }
    files
}

/// Functions of 15 to 80 lines and 150 tokens or more, with their lines, as they stand at module level.
fn functions(text: &str) -> Vec<(String, u32, u32)> {
    fn all<'a>(body: &'a [Stmt], found: &mut Vec<&'a StmtFunctionDef>) {
        for stmt in body {
            match stmt {
                Stmt::FunctionDef(function) => found.push(function),
                Stmt::ClassDef(class) => all(&class.body, found),
                _ => {}
            }
        }
    }
    let Ok(parsed) = parse_module(text) else { return Vec::new() };
    let mut found = Vec::new();
    all(&parsed.syntax().body, &mut found);
    let mut functions = Vec::new();
    for function in found.into_iter().filter(|function| function.decorator_list.is_empty() && !function.is_async) {
        let tokens = parsed.tokens().in_range(function.range()).iter();
        let layout = [TokenKind::Comment, TokenKind::NonLogicalNewline];
        if tokens.filter(|token| !layout.contains(&token.kind())).count() < 150 {
            continue;
        }
        let (start, end) = (function.start().to_usize(), function.end().to_usize());
        let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let (indent, body) = (&text[line..start], &text[start..end]);
        let count = body.lines().count();
        let first = text[..start].matches('\n').count() as u32 + 1;
        // Of strings over several lines only the docstring is known to be one.
        let quotes = body.matches("\"\"\"").count();
        if (15..=80).contains(&count)
            && (quotes == 0 || (quotes == 2 && body.contains(":\n") && docstring(body)))
            && indent.trim().is_empty()
        {
            let lines = body.lines().map(|line| line.strip_prefix(indent).unwrap_or(line));
            let whole = lines.collect::<Vec<_>>().join("\n") + "\n";
            if parse_module(&whole).is_ok() {
                functions.push((whole, first, first + count as u32 - 1));
            }
        }
    }
    functions
}

/// Whether the three quotes stand at the start of the body.
fn docstring(body: &str) -> bool {
    let (head, _) = body.split_once("\"\"\"").unwrap_or_default();
    head.trim_end().ends_with(':')
}

/// The lines that are neither blank, nor a comment, nor of the docstring.
fn code_lines(text: &str) -> usize {
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#');
    let docstring = text.split("\"\"\"").nth(1).map_or(0, |text| text.lines().filter(is_code).count());
    text.lines().filter(is_code).count() - docstring
}

type Mutation = Box<dyn Fn(&str, &mut Noise) -> Option<String>>;

fn types() -> Vec<(&'static str, Mutation)> {
    let mut types: Vec<(&'static str, Mutation)> = vec![
        ("exact", Box::new(|text, _| Some(text.to_owned()))),
        ("reformatted", Box::new(|text, noise| Some(reformatted(text, noise)))),
        ("renamed", Box::new(|text, _| Some(renamed(text)))),
        ("literals changed", Box::new(|text, _| Some(other_literals(text)))),
    ];
    for (name, edit, percent) in [
        ("inserted, 5 %", Edit::Insert, 5),
        ("inserted, 10 %", Edit::Insert, 10),
        ("inserted, 20 %", Edit::Insert, 20),
        ("deleted, 5 %", Edit::Delete, 5),
        ("deleted, 10 %", Edit::Delete, 10),
        ("deleted, 20 %", Edit::Delete, 20),
        ("swapped, 5 %", Edit::Swap, 5),
        ("swapped, 10 %", Edit::Swap, 10),
        ("swapped, 20 %", Edit::Swap, 20),
    ] {
        types.push((
            name,
            Box::new(move |text, noise| {
                let lines = code_lines(text) * percent;
                // A swap changes two lines.
                let count = if matches!(edit, Edit::Swap) { lines.div_ceil(200) } else { lines.div_ceil(100) };
                edited(text, edit, count, noise)
            }),
        ));
    }
    types
}

/// Plants copies at the ends of files.
fn plant(files: &mut BTreeMap<String, String>) -> Vec<Plant> {
    let mut noise = Noise(0x5507_2026);
    let mut functions: Vec<(String, (String, u32, u32))> =
        files.iter().flat_map(|(name, text)| functions(text).into_iter().map(|found| (name.clone(), found))).collect();
    let names: Vec<String> = files.iter().filter(|(_, text)| text.len() > 500).map(|(name, _)| name.clone()).collect();
    let (mut plants, mut used) = (Vec::new(), BTreeSet::new());
    for (kind, mutate) in types() {
        let mut left = PLANTS;
        for _ in 0..PLANTS * 40 {
            if left == 0 || functions.is_empty() {
                break;
            }
            let at = noise.below(functions.len());
            let Some(copy) = mutate(&functions[at].1.0, &mut noise) else { continue };
            let to = names[noise.below(names.len())].clone();
            if to == functions[at].0 || parse_module(&copy).is_err() || !used.insert((kind, to.clone())) {
                continue;
            }
            // No function is planted twice, so that each copy has one original.
            let (from, (_, first, last)) = functions.swap_remove(at);
            let text = files.get_mut(&to).expect("a file");
            let line = text.lines().count() as u32 + 3;
            write!(text, "{}\n\n{copy}", if text.ends_with('\n') { "" } else { "\n" }).expect("a text");
            plants.push(Plant {
                kind,
                from: (from, first, last),
                to: (to, line, line + copy.lines().count() as u32 - 1),
            });
            left -= 1;
        }
    }
    plants
}

fn judge(files: &BTreeMap<String, String>, mode: &str) -> Vec<Class> {
    let source =
        MemorySource::new(files.iter().map(|(name, text)| (RepoPath::from(name.as_str()), text.clone().into_bytes())));
    let text = format!("[no-duplicate-concepts]\nclones = {{ mode = \"{mode}\" }}\n");
    let (policy, errors) = Policy::parse(PolicyFile::new(Origin::SsotToml, FILE_NAME.into(), text));
    assert!(errors.is_empty(), "{errors:?}");
    let entries = source.entries().expect("its files");
    let asked: Vec<Ask> = entries.iter().map(|entry| Ask { entry, facts: false, tokens: true }).collect();
    let sketch = |tokens: &Tokens, bytes: &[u8]| Sketch::of(tokens, bytes, mode == "near");
    let looked = gather_both(&source, &asked, None, Detail::Heads, None, &sketch).expect("sketches");
    let files: Vec<_> =
        entries.iter().zip(looked).map(|(entry, looked)| (File { entry, group: 0 }, looked.made)).collect();
    find(&source, files, Default::default(), &policy.clones, None).expect("copies").classes
}

/// How many lines of the stretch lie in the place, of all.
fn share(place: &ssot::clones::Place, (path, first, last): &(String, u32, u32)) -> f64 {
    if place.path.to_lossy() != *path {
        return 0.0;
    }
    let common = (place.lines.1.min(*last) + 1).saturating_sub(place.lines.0.max(*first));
    f64::from(common) / f64::from(last + 1 - first)
}

fn is_found(plant: &Plant, class: &Class) -> bool {
    let holds = |stretch| class.places.iter().any(|place| share(place, stretch) >= 0.6);
    holds(&plant.from) && holds(&plant.to)
}

/// Whether a class is of planted code alone.
fn is_planted(class: &Class, plants: &[Plant]) -> bool {
    plants.iter().any(|plant| class.places.iter().any(|place| share(place, &plant.to) > 0.0))
}

/// How alike two stretches are, in order and by the kinds of their tokens alone: a measure that no rule uses.
fn likeness(files: &BTreeMap<String, String>, one: &ssot::clones::Place, other: &ssot::clones::Place) -> f64 {
    let kinds = |place: &ssot::clones::Place| -> Vec<TokenKind> {
        let text = &files[&place.path.to_lossy()];
        let parsed = parse_module(text).expect("it parses");
        let layout = [TokenKind::Comment, TokenKind::NonLogicalNewline, TokenKind::Newline];
        let line = |at: usize| text[..at].matches('\n').count() as u32 + 1;
        let (first, last) = place.lines;
        let tokens = parsed.tokens().iter().filter(|token| !layout.contains(&token.kind()));
        tokens
            .filter(|token| (first..=last).contains(&line(token.start().to_usize())))
            .map(|token| token.kind())
            .collect()
    };
    let (one, other) = (kinds(one), kinds(other));
    let mut row = vec![0_usize; other.len() + 1];
    for a in &one {
        let mut corner = 0;
        for (at, b) in other.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if a == b { corner + 1 } else { above.max(row[at]) };
            corner = above;
        }
    }
    2.0 * row[other.len()] as f64 / (one.len() + other.len()).max(1) as f64
}

#[test]
fn what_is_planted_is_found() {
    let mut files = corpus();
    let plants = plant(&mut files);
    let classes = judge(&files, "near");
    let mut table = "| type | planted | found | recall | wanted |\n|---|---|---|---|---|\n".to_owned();
    let mut short = Vec::new();
    for (kind, _) in types() {
        let of_kind: Vec<&Plant> = plants.iter().filter(|plant| plant.kind == kind).collect();
        let found = of_kind.iter().filter(|plant| classes.iter().any(|class| is_found(plant, class))).count();
        let recall = found as f64 / of_kind.len() as f64;
        let wanted = match kind {
            kind if kind.ends_with(" 20 %") => 0.85,
            kind if kind.ends_with(" %") => 0.95,
            _ => 1.0,
        };
        writeln!(table, "| {kind} | {} | {found} | {recall:.2} | {wanted:.2} |", of_kind.len()).expect("a text");
        if recall < wanted || of_kind.len() < PLANTS / 2 {
            short.push(kind);
        }
    }
    writeln!(table, "\n| found beside | classes | alike by another measure | precision |\n|---|---|---|---|")
        .expect("a text");
    for (name, kind) in [("exact", Kind::Exact), ("renamed", Kind::Renamed), ("near", Kind::Near)] {
        let beside: Vec<&Class> =
            classes.iter().filter(|class| class.kind == kind && !is_planted(class, &plants)).collect();
        let is_alike = |class: &&&Class| likeness(&files, &class.places[0], &class.places[1]) >= 0.7;
        let alike = beside.iter().filter(is_alike).count();
        let precision = alike as f64 / beside.len().max(1) as f64;
        writeln!(table, "| {name} | {} | {alike} | {precision:.2} |", beside.len()).expect("a text");
        if precision < 0.95 {
            short.push(name);
        }
    }
    assert!(short.is_empty(), "{short:?}\n{table}");
    let docs = Path::new(CHECKOUT).join("docs/duplicates.md");
    let text = std::fs::read_to_string(&docs).expect("the page");
    let (before, rest) = text.split_once("<!-- planted:begin -->\n").expect("where the table starts");
    let (old, after) = rest.split_once("<!-- planted:end -->").expect("where the table ends");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&docs, format!("{before}<!-- planted:begin -->\n{table}<!-- planted:end -->{after}"))
            .expect("it");
    } else {
        assert_eq!(old, table, "UPDATE_DOCS=1 writes it");
    }
}
