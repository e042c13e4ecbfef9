//! `ssot where --like`: what of the repository is most like some code.

use std::ffi::OsStr;
use std::path::PathBuf;

use rustc_hash::FxHashMap;
use serde_json::json;

use super::output;
use super::place::Place;
use super::scope::{self, Scope};
use super::whereabouts::{Format, WhereArgs};
use crate::clones::like::{LEAST, LEAST_SCORE, Like, Piece, Query, Wrong};
use crate::engine;
use crate::facts::{Definition, DefinitionKind};
use crate::finding::Span;
use crate::lang::outline::short;
use crate::lang::{self, text::count_lines};
use crate::path::{RepoPath, printable};
use crate::policy::Policy;
use crate::report::{Outcome, Trouble, TroubleKind, without_commands};
use crate::source::{self, Kind, MAX_CONTENT, disk};

/// Of one piece so many places are printed.
const MOST_PLACES: usize = 20;

/// Of each of many pieces.
const MOST_OF_EACH: usize = 3;

/// The code that is asked about.
struct Code {
    path: RepoPath,
    bytes: Vec<u8>,
    lines: Option<(u32, u32)>,
}

pub fn run(args: &WhereArgs, written: &OsStr, scope: &Scope) -> anyhow::Result<u8> {
    let refuse = |outcome: &Outcome| Ok(output::refuse(outcome, &scope.here, args.color.color));
    let policy = match scope.policy() {
        Ok(policy) => policy,
        Err(mistakes) => return refuse(&Outcome::refused(scope.file.clone(), mistakes)),
    };
    let code = match read(written, scope) {
        Ok(code) => code,
        Err(trouble) => return refuse(&Outcome::refused(scope.file.clone(), vec![trouble])),
    };
    let pieces = code.check().and_then(|()| alike(&code, scope, &policy));
    let (pieces, texts) = match pieces {
        Ok(found) => found,
        Err(trouble) => {
            let mut outcome = Outcome::refused(scope.file.clone(), vec![trouble]);
            outcome.texts.insert(code.path.clone(), String::from_utf8_lossy(&code.bytes).into_owned());
            return refuse(&outcome);
        }
    };
    let answer = Answer { code: &code, pieces: &pieces, names: Names::of(&texts), policy: &policy };
    let text = match args.format {
        Format::Text => without_commands(&answer.render(scope)),
        Format::Json => serde_json::to_string_pretty(&answer.document())? + "\n",
    };
    output::print(&text, args.color.color)?;
    Ok(u8::from(pieces.iter().all(|piece| piece.found.is_empty())))
}

/// `FILE`, `FILE:LINE` or `FILE:LINE-LINE`.
fn parse(written: &OsStr) -> (PathBuf, Option<(u32, u32)>) {
    let lines = |text: &str| {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        Some((first.parse().ok()?, last.parse().ok()?))
    };
    let split = written.to_str().and_then(|text| text.rsplit_once(':'));
    match split.and_then(|(file, text)| Some((file, lines(text)?))) {
        Some((file, lines)) => (file.into(), Some(lines)),
        None => (written.into(), None),
    }
}

/// The file as the snapshot has it, else as it lies on disk: what is yet to be added may lie anywhere.
fn read(written: &OsStr, scope: &Scope) -> Result<Code, Trouble> {
    let (file, lines) = parse(written);
    let shown = printable(file.as_os_str().as_encoded_bytes());
    let place = Place { root: scope.root.as_deref(), here: &scope.here };
    let inside = place.inside(&file);
    let entry = inside.as_ref().and_then(|path| scope.tree.get(path.as_bytes()));
    if let Some(entry) = entry.filter(|entry| entry.kind == Kind::File) {
        let mut texts = source::contents(scope.source.as_ref(), &scope.tree, [&entry.path])
            .map_err(|error| scope::from_source(&error))?;
        let unread = || trouble(None, format!("`{shown}` cannot be read"), "");
        let bytes = texts.remove(&entry.path).ok_or_else(unread)?;
        return Ok(Code { path: entry.path.clone(), bytes, lines });
    }
    if inside.as_ref().is_some_and(|path| scope.tree.is_folder(path.as_bytes())) || file.is_dir() {
        return Err(trouble(None, format!("`{shown}` is a folder"), "name one file"));
    }
    let bytes = disk::read_named(&file, MAX_CONTENT).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            let message = format!("`{shown}` exists neither in the snapshot nor on disk");
            trouble(None, message, "check the spelling; lines of a file are written `FILE:12-40`")
        }
        _ => trouble(None, format!("`{shown}`: {error}"), ""),
    })?;
    Ok(Code { path: place.anywhere(&file), bytes, lines })
}

impl Code {
    /// Whether its lines are there.
    fn check(&self) -> Result<(), Trouble> {
        let (count, Some((first, last))) = (count_lines(&self.bytes), self.lines) else { return Ok(()) };
        let there = || format!("lines of it are 1 to {count}");
        let at = |line| Some((self.path.clone(), Span::point(line, 1)));
        match (first, last) {
            (0, _) => Err(trouble(at(1), "there is no line 0".to_owned(), &there())),
            _ if last < first => Err(trouble(
                at(first.min(count)),
                format!("line {last} stands before line {first}"),
                "write the first line first",
            )),
            _ if last > count => Err(trouble(at(count), format!("there is no line {last}"), &there())),
            _ => Ok(()),
        }
    }
}

/// The texts of the files that are named in an answer.
type Texts = FxHashMap<RepoPath, Vec<u8>>;

fn alike(code: &Code, scope: &Scope, policy: &Policy) -> Result<(Vec<Piece>, Texts), Trouble> {
    let source = scope.source.as_ref();
    let query = Query { path: &code.path, bytes: &code.bytes, lines: code.lines };
    let found = engine::alike(source, &scope.tree, policy, &query, scope.cache.as_ref());
    let pieces = found.map_err(|error| scope::from_source(&error))?.map_err(|wrong| code.refuse(wrong))?;
    let pieces = told(pieces);
    let paths = pieces.iter().flat_map(|piece| &piece.found).map(|like| &like.path);
    let mut texts = source::contents(source, &scope.tree, paths).map_err(|error| scope::from_source(&error))?;
    texts.insert(code.path.clone(), code.bytes.clone());
    Ok((pieces, texts))
}

/// The pieces, those that have the best answers first. What is part of another one is told only where its answer is no
/// part of that one's.
fn told(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let holds = |outer: (u32, u32), inner: (u32, u32)| outer.0 <= inner.0 && inner.1 <= outer.1;
    let is_part = |piece: &Piece, of: &Piece| {
        let same =
            |like: &Like| of.found.first().is_some_and(|its| its.path == like.path && holds(its.lines, like.lines));
        piece.lines != of.lines && holds(of.lines, piece.lines) && piece.found.first().is_none_or(same)
    };
    let parts: Vec<bool> = pieces.iter().map(|piece| pieces.iter().any(|of| is_part(piece, of))).collect();
    let mut parts = parts.into_iter();
    pieces.retain(|_| !parts.next().unwrap_or(false));
    let score = |piece: &Piece| piece.found.first().map_or(0.0, |like| like.score);
    pieces.sort_by(|a, b| score(b).total_cmp(&score(a)).then(a.lines.cmp(&b.lines)));
    pieces
}

impl Code {
    fn refuse(&self, wrong: Wrong) -> Trouble {
        let span = Span::point(self.lines.map_or(1, |(first, _)| first), 1);
        let place = Some((self.path.clone(), span));
        match wrong {
            Wrong::NoCode => {
                let help = "Python, JavaScript, TypeScript, Rust and Go are compared; what a program wrote is not";
                trouble(place, "it holds no code that can be compared".to_owned(), help)
            }
            Wrong::Short(tokens) => {
                let message = format!("{tokens} tokens are too few to be compared: {LEAST} are the least");
                trouble(place, message, "name more lines, or a line of a function")
            }
        }
    }
}

fn trouble(place: Option<(RepoPath, Span)>, message: String, help: &str) -> Trouble {
    Trouble { kind: TroubleKind::Io, place, message, help: help.to_owned() }
}

/// What stands at a place is called by the definition there, else by its first line.
struct Names {
    files: FxHashMap<RepoPath, (Vec<Definition>, Vec<String>)>,
}

impl Names {
    fn of(texts: &Texts) -> Self {
        let of = |(path, bytes): (&RepoPath, &Vec<u8>)| {
            let code = lang::of(path).extract(bytes).code;
            let definitions = code.map(|code| code.definitions).unwrap_or_default();
            let blocks = definitions.into_iter().filter(|definition| definition.kind != DefinitionKind::Constant);
            let lines = String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect();
            (path.clone(), (blocks.collect(), lines))
        };
        Self { files: texts.iter().map(of).collect() }
    }

    /// The function or class that stands there as a whole.
    fn definition(&self, path: &RepoPath, lines: (u32, u32)) -> Option<&Definition> {
        self.files.get(path)?.0.iter().find(|definition| definition.lines == lines)
    }

    fn show(&self, path: &RepoPath, lines: (u32, u32)) -> String {
        if let Some(definition) = self.definition(path, lines) {
            return format!("{} {}", kind(definition), printable(definition.name.as_bytes()));
        }
        let line = self.files.get(path).and_then(|(_, all)| all.get((lines.0 as usize).checked_sub(1)?));
        printable(short(line.map_or("", String::as_str)).as_bytes())
    }
}

fn kind(definition: &Definition) -> &'static str {
    if definition.kind == DefinitionKind::Class { "class" } else { "def" }
}

struct Answer<'a> {
    code: &'a Code,
    pieces: &'a [Piece],
    names: Names,
    policy: &'a Policy,
}

impl Answer<'_> {
    fn render(&self, scope: &Scope) -> String {
        let place = |path: &RepoPath, (first, last): (u32, u32)| format!("{}:{first}-{last}", scope.here.show(path));
        let answered: Vec<&Piece> = self.pieces.iter().filter(|piece| !piece.found.is_empty()).collect();
        let most = if self.pieces.len() > 1 { MOST_OF_EACH } else { MOST_PLACES };
        let rows: Vec<_> = answered.iter().flat_map(|piece| piece.found.iter().take(most)).collect();
        let width = rows.iter().map(|like| place(&like.path, like.lines).chars().count()).max().unwrap_or_default();
        let mut out = String::new();
        for piece in &answered {
            let path = &self.code.path;
            out += &format!("{}  {}\n", place(path, piece.lines), self.names.show(path, piece.lines));
            for like in piece.found.iter().take(most) {
                let name = self.names.show(&like.path, like.lines);
                out += &format!("  {}  {:width$}  {name}\n", score(like.score), place(&like.path, like.lines));
            }
            let more = piece.found.len().saturating_sub(most);
            if more > 0 {
                out += &format!("  and {more} more, which `--format json` has\n");
            }
        }
        match self.pieces.len() - answered.len() {
            0 => {}
            _ if answered.is_empty() => {
                let path = scope.here.show(&self.code.path);
                let lines = self.code.lines.map_or(String::new(), |(first, last)| format!(":{first}-{last}"));
                out += &format!("nothing is like `{path}{lines}` to {LEAST_SCORE} or more\n");
            }
            rest => out += &format!("nothing is like {rest} more of its functions and classes\n"),
        }
        out
    }

    fn document(&self) -> serde_json::Value {
        let named = |path: &RepoPath, lines: (u32, u32)| {
            let definition = self.names.definition(path, lines);
            (definition.map(kind), definition.map(|definition| &definition.name))
        };
        let found = |like: &Like| {
            let (kind, name) = named(&like.path, like.lines);
            json!({
                "score": (like.score * 100.0).floor() / 100.0,
                "path": like.path.to_lossy(),
                "line": like.lines.0,
                "last_line": like.lines.1,
                "kind": kind,
                "name": name,
                "is_test": self.policy.project.tests.matches(&like.path),
            })
        };
        let pieces = self.pieces.iter().map(|piece| {
            let (kind, name) = named(&self.code.path, piece.lines);
            json!({
                "line": piece.lines.0,
                "last_line": piece.lines.1,
                "tokens": piece.tokens,
                "kind": kind,
                "name": name,
                "found": piece.found.iter().map(found).collect::<Vec<_>>(),
            })
        });
        json!({ "path": self.code.path.to_lossy(), "pieces": pieces.collect::<Vec<_>>() })
    }
}

/// Rounded down: only what is equal is 1.00.
fn score(score: f64) -> String {
    format!("{:.2}", (score * 100.0).floor() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_file_and_its_lines() {
        for (written, file, lines) in [
            ("a.py", "a.py", None),
            ("a.py:3-7", "a.py", Some((3, 7))),
            ("a.py:3", "a.py", Some((3, 3))),
            ("a.py:7-3", "a.py", Some((7, 3))),
            ("c:/a.py", "c:/a.py", None),
            ("a.py:x-y", "a.py:x-y", None),
            ("a.py:3-", "a.py:3-", None),
            ("a.py:99999999999", "a.py:99999999999", None),
        ] {
            assert_eq!(parse(written.as_ref()), (file.into(), lines), "{written}");
        }
    }
}
