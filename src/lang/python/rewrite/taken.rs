//! Uses through a module, `app.api.Manager`: the name is imported from where it belongs, and used as it is.

use std::collections::BTreeMap;

use ruff_python_ast::Stmt;
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;

use super::super::scope::dotted_module;
use super::draft::Draft;
use super::survey::{Reference, Statement, occurrences};
use super::{File, Moved, bound};
use crate::finding::moves::Move;

/// New imports: in which scope, from which module, which name; behind the first of these statements, for these moves.
type New<'m> = BTreeMap<(usize, &'m str, &'m str), (usize, Vec<usize>)>;

impl File<'_, '_> {
    pub fn move_uses(&self, moves: &[Move], moved: &FxHashMap<usize, Vec<Moved<'_>>>, draft: &mut Draft) {
        let by_start: FxHashMap<_, _> = self.survey.references.iter().map(|found| (found.start, found)).collect();
        let mut new = New::new();
        for (cause, used) in moves.iter().enumerate() {
            let Move::Use { span, module, name, rest } = used else { continue };
            let range = self.range(*span);
            let found = range.and_then(|range| {
                by_start
                    .get(&range.start())
                    .copied()
                    .filter(|found| found.parts.last().is_some_and(|(end, _)| *end == range.end()))
            });
            let Some(found) = found else {
                draft.refuse(cause, "the use is not where it was");
                continue;
            };
            self.take(found, module, name, *rest, cause, &mut new, draft);
        }
        for ((_, module, name), (number, causes)) in new {
            let Some(statement) = self.survey.statements.get(number) else { continue };
            if moved.contains_key(&number) {
                let why = "the statement above it changes too: run this again";
                causes.iter().for_each(|cause| draft.refuse(*cause, why));
                continue;
            }
            let text = vec![(format!("from {module} import {name}"), causes)];
            self.write_behind(statement.stmt.range(), &text, draft);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one move")]
    fn take<'m>(
        &self,
        found: &Reference,
        module: &'m str,
        name: &'m str,
        rest: usize,
        cause: usize,
        new: &mut New<'m>,
        draft: &mut Draft,
    ) {
        let Some(range) = found.parts.len().checked_sub(rest).and_then(|count| found.first(count)) else {
            return draft.refuse(cause, "the use is not where it was");
        };
        if let Some(own) = self.imported_as(module, name) {
            return draft.replace(range, own, cause);
        }
        let by_star = found.scope.is_none();
        let is_itself = by_star && self.places.slice(range) == name;
        if !is_itself && occurrences(self.tokens, self.places, name) > 0 {
            return draft.refuse(cause, &format!("`{name}` means something else in this file"));
        }
        let statements = self.survey.statements.iter().enumerate();
        let mut binder = statements.rev().filter(|(_, statement)| match found.scope {
            Some(scope) => statement.scope == scope && binds(statement.stmt, found.root()),
            None => statement.scope == 0 && binds(statement.stmt, "*"),
        });
        let Some((number, statement)) = binder.next() else {
            return draft.refuse(cause, "no import gives it its first name");
        };
        if !is_itself {
            draft.replace(range, name, cause);
        }
        let (first, causes) = new.entry((statement.scope, module, name)).or_insert((number, Vec::new()));
        *first = number.min(*first);
        causes.push(cause);
    }

    /// What a name is called that the module imports already.
    fn imported_as(&self, module: &str, name: &str) -> Option<&str> {
        let top = self.survey.statements.iter().filter(|statement| statement.scope == 0);
        let imports = top.filter_map(|Statement { stmt, .. }| match stmt {
            Stmt::ImportFrom(import) if dotted_module(import) == module => Some(import),
            _ => None,
        });
        imports.flat_map(|import| &import.names).find(|alias| alias.name.as_str() == name).map(bound)
    }
}

fn binds(stmt: &Stmt, name: &str) -> bool {
    match stmt {
        Stmt::Import(import) => import.names.iter().any(|alias| {
            bound(alias) == name || (alias.asname.is_none() && alias.name.as_str().split('.').next() == Some(name))
        }),
        Stmt::ImportFrom(import) => import.names.iter().any(|alias| bound(alias) == name),
        _ => false,
    }
}
