//! `from a import b, c as d`: what moves is written elsewhere, what stays is left as it is.

use std::collections::BTreeMap;

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Alias, Stmt, StmtImportFrom};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::super::scope::dotted_module;
use super::draft::Draft;
use super::rename::Renames;
use super::survey::Statement;
use super::{File, Moved, bound, named_as, size};

/// Names that go to one module.
struct Group<'m> {
    module: &'m str,
    names: Vec<Going<'m>>,
}

/// A name that goes, and how it is written where it comes to.
struct Going<'m> {
    moved: &'m Moved<'m>,
    written: String,
}

/// What is added to statements that stand: by their numbers, each name with its cause.
#[derive(Default)]
pub struct Joined(BTreeMap<usize, Vec<(String, usize)>>);

impl File<'_, '_> {
    pub fn move_names(&self, moved: &FxHashMap<usize, Vec<Moved<'_>>>, draft: &mut Draft) {
        let renames = self.renames(moved, draft);
        let mut joined = Joined::default();
        let mut numbers: Vec<_> = moved.keys().copied().collect();
        numbers.sort_unstable();
        for number in numbers {
            let Some(Statement { stmt: Stmt::ImportFrom(import), scope, .. }) = self.survey.statements.get(number)
            else {
                continue;
            };
            let mut going = Vec::new();
            for moved in &moved[&number] {
                let (Some(alias), Some(name)) = (import.names.get(moved.alias), moved.name) else {
                    draft.refuse(moved.cause, "a module takes the place of a name");
                    continue;
                };
                going.push((moved, written(alias, name, *scope, &renames)));
            }
            let others = |target: usize| !moved.contains_key(&target);
            self.move_from(number, import, going, &others, &mut joined, draft);
        }
        self.join(joined, draft);
    }

    fn move_from<'m>(
        &self,
        number: usize,
        import: &StmtImportFrom,
        going: Vec<(&'m Moved<'m>, String)>,
        is_free: &dyn Fn(usize) -> bool,
        joined: &mut Joined,
        draft: &mut Draft,
    ) {
        let all = going.len() == import.names.len();
        let own = dotted_module(import);
        let mut groups: Vec<Group> = Vec::new();
        for (moved, written) in going {
            match groups.iter_mut().find(|group| group.module == moved.module) {
                Some(group) => group.names.push(Going { moved, written }),
                None => groups.push(Group { module: moved.module, names: vec![Going { moved, written }] }),
            }
        }
        let stays = groups.iter().position(|group| group.module == own).or((all && !groups.is_empty()).then_some(0));
        let staying = stays.map(|at| groups.remove(at));
        if let Some(group) = &staying {
            let target = self.target(number, group.module, is_free).filter(|_| all && groups.is_empty());
            match target.filter(|_| group.module != own && self.is_bare(import)) {
                Some(target) => {
                    let causes: Vec<_> = group.names.iter().map(|going| going.moved.cause).collect();
                    draft.replace_for(self.lines(import.range()), "", &causes);
                    joined.add(target, group);
                    return;
                }
                None => self.in_place(import, &own, group, draft),
            }
        }
        let leaving: Vec<usize> = groups.iter().flat_map(|group| &group.names).map(|going| going.moved.alias).collect();
        let comments = self.remove(import, &leaving, &groups, draft);
        let mut statements = Vec::new();
        for group in &groups {
            let has_comment = |going: &&Going| comments.contains_key(&going.moved.alias);
            match self.target(number, group.module, is_free) {
                Some(target) if !group.names.iter().any(|going| has_comment(&going)) => joined.add(target, group),
                _ => {
                    let (said, silent): (Vec<_>, Vec<_>) = group.names.iter().partition(has_comment);
                    if !silent.is_empty() {
                        let names: Vec<_> = silent.iter().map(|going| going.written.as_str()).collect();
                        let causes = silent.iter().map(|going| going.moved.cause).collect();
                        statements.push((format!("from {} import {}", group.module, names.join(", ")), causes));
                    }
                    for going in said {
                        let comment = comments.get(&going.moved.alias).copied().unwrap_or_default();
                        let text = format!("from {} import {}  {comment}", group.module, going.written);
                        statements.push((text, vec![going.moved.cause]));
                    }
                }
            }
        }
        self.write_behind(import.range(), &statements, draft);
    }

    /// Whether it can be taken away with its lines, and nothing that is said is lost.
    fn is_bare(&self, import: &StmtImportFrom) -> bool {
        self.is_alone(import.range())
            && self.comment_behind(import.range()).is_none()
            && !self.tokens.in_range(import.range()).iter().any(|token| token.kind() == TokenKind::Comment)
    }

    /// Writes another module, and other names, where they stand.
    fn in_place(&self, import: &StmtImportFrom, own: &str, group: &Group, draft: &mut Draft) {
        let causes: Vec<_> = group.names.iter().map(|going| going.moved.cause).collect();
        if group.module != own {
            let tokens = self.tokens.in_range(import.range());
            let at = |kind| tokens.iter().find(|token| token.kind() == kind);
            if let (Some(from), Some(to)) = (at(TokenKind::From), at(TokenKind::Import)) {
                let between = || tokens.iter().filter(|token| token.start() >= from.end() && token.end() <= to.start());
                let (first, last) = (between().next(), between().next_back());
                let range =
                    TextRange::new(first.map_or(from.end(), Ranged::start), last.map_or(to.start(), Ranged::end));
                let space = |touches: bool| if touches { " " } else { "" };
                let (before, after) = (space(range.start() == from.end()), space(range.end() == to.start()));
                draft.replace_for(range, &format!("{before}{}{after}", group.module), &causes);
            }
        }
        for going in &group.names {
            let Some(alias) = import.names.get(going.moved.alias) else { continue };
            let name = going.moved.name.unwrap_or_default();
            if alias.asname.is_some() {
                if alias.name.as_str() != name {
                    draft.replace(alias.name.range(), name, going.moved.cause);
                }
            } else if alias.name.as_str() != going.written {
                draft.replace(alias.range(), &going.written, going.moved.cause);
            }
        }
    }

    /// The statement in the same block of imports, itself not touched, that names from `module` can join.
    fn target(&self, number: usize, module: &str, is_free: &dyn Fn(usize) -> bool) -> Option<usize> {
        let (run, scope) = self.survey.statements.get(number).map(|own| (own.run, own.scope))?;
        let statements = self.survey.statements.iter().enumerate();
        let mut same = statements
            .filter(|(other, found)| *other != number && is_free(*other) && found.run == run && found.scope == scope);
        let found = same.find(|(_, found)| match found.stmt {
            Stmt::ImportFrom(import) => {
                dotted_module(import) == module
                    && import.names.iter().all(|alias| alias.name.as_str() != "*")
                    && self.comment_behind(import.range()).is_none()
            }
            _ => false,
        });
        found.map(|(number, _)| number)
    }

    pub fn join(&self, joined: Joined, draft: &mut Draft) {
        for (number, names) in joined.0 {
            let Some(Statement { stmt: Stmt::ImportFrom(import), .. }) = self.survey.statements.get(number) else {
                continue;
            };
            let Some(last) = import.names.last() else { continue };
            let mut known: Vec<String> =
                import.names.iter().map(|alias| named_as(alias.name.as_str(), bound(alias))).collect();
            let new: Vec<(String, usize)> = names
                .into_iter()
                .filter(|(name, _)| {
                    let is_new = !known.contains(name);
                    known.extend(is_new.then(|| name.clone()));
                    is_new
                })
                .collect();
            let lined = self.has_line(import, last);
            for (name, cause) in new {
                match lined {
                    // Behind the comma and the comment of the last one.
                    Some((indent, true)) => {
                        let end = last.range().end() + size(self.line_after(last.range().end()));
                        draft.insert(end, &format!("{}{indent}{name},", self.newline()), &[cause]);
                    }
                    Some((indent, false)) => {
                        draft.insert(last.range().end(), &format!(",{}{indent}{name}", self.newline()), &[cause]);
                    }
                    None => draft.insert(last.range().end(), &format!(", {name}"), &[cause]),
                }
            }
        }
    }

    /// The indent of the last name, where it has a line for itself, and whether a comma ends it.
    fn has_line(&self, import: &StmtImportFrom, last: &Alias) -> Option<(&str, bool)> {
        let in_brackets = self.tokens.in_range(import.range()).iter().any(|token| token.kind() == TokenKind::Lpar);
        let indent = self.line_before(last.range().start());
        let after = self.line_after(last.range().end()).trim_start();
        let is_lined = in_brackets && indent.trim().is_empty() && !after.starts_with('#');
        is_lined.then_some((indent, after.starts_with(',')))
    }

    /// Takes names out of a list of which some stay; gives the comments that stood behind them alone.
    fn remove<'s>(
        &'s self,
        import: &StmtImportFrom,
        leaving: &[usize],
        groups: &[Group],
        draft: &mut Draft,
    ) -> FxHashMap<usize, &'s str> {
        let mut comments = FxHashMap::default();
        let cause = |alias: usize| {
            let names = groups.iter().flat_map(|group| &group.names);
            names.filter(|going| going.moved.alias == alias).map(|going| going.moved.cause).collect::<Vec<_>>()
        };
        let names = &import.names;
        let stays = |alias: &usize| !leaving.contains(alias);
        let in_lines = self.places.slice(import.range()).contains(['\n', '\r']);
        let in_brackets =
            self.tokens.in_range(import.range()).iter().any(|token| token.kind() == TokenKind::Lpar) && in_lines;
        for (number, alias) in names.iter().enumerate().filter(|(number, _)| !stays(number)) {
            if in_brackets && let Some(comment) = self.remove_line(alias, &cause(number), draft) {
                comments.extend((!comment.is_empty()).then_some((number, comment)));
                continue;
            }
            // Up to the next name where one follows that stays, or is taken out like this one; else from the last
            // that stays.
            let range = match names.get(number + 1) {
                Some(next) if (number + 1..names.len()).any(|later| stays(&later)) => {
                    TextRange::new(alias.range().start(), next.range().start())
                }
                _ => match number.checked_sub(1).and_then(|before| names.get(before)) {
                    Some(before) => TextRange::new(before.range().end(), alias.range().end()),
                    None => alias.range(),
                },
            };
            let has_comment = self.tokens.in_range(range).iter().any(|token| token.kind() == TokenKind::Comment);
            if has_comment {
                cause(number).into_iter().for_each(|cause| draft.refuse(cause, "a comment stands between the names"));
            }
            draft.replace_for(range, "", &cause(number));
        }
        comments
    }

    /// Takes away the line of a name that has one for itself; gives the comment on it, empty where there is none.
    fn remove_line(&self, alias: &Alias, causes: &[usize], draft: &mut Draft) -> Option<&str> {
        let after = self.line_after(alias.range().end()).trim_start();
        let after = after.strip_prefix(',').unwrap_or(after).trim();
        let is_alone = self.line_before(alias.range().start()).trim().is_empty();
        let is_one_line = !self.places.slice(alias.range()).contains(['\n', '\r']);
        if !is_alone || !is_one_line || !(after.is_empty() || after.starts_with('#')) {
            return None;
        }
        draft.replace_for(self.lines(alias.range()), "", causes);
        Some(after)
    }
}

impl Joined {
    fn add(&mut self, target: usize, group: &Group) {
        let names = group.names.iter().map(|going| (going.written.clone(), going.moved.cause));
        self.0.entry(target).or_default().extend(names);
    }
}

/// How a name is written where it goes.
fn written(alias: &Alias, name: &str, scope: usize, renames: &Renames<'_>) -> String {
    let taken = alias.name.as_str();
    match &alias.asname {
        Some(own) => named_as(name, own.as_str()),
        None if name == "*" || renames.contains_key(&(scope, taken)) => name.to_owned(),
        None => named_as(name, taken),
    }
}
