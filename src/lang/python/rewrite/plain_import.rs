//! `import a.b`: the statement, and every `a.b.c` that it gave.

use std::collections::BTreeMap;

use ruff_python_ast::{Alias, Stmt, StmtImport};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::Draft;
use super::rename::places;
use super::survey::{Reference, Statement, occurrences};
use super::{File, Moved, bound};

/// A module that was imported by its whole name.
struct Gone<'m> {
    old: &'m str,
    new: &'m str,
    scope: usize,
    cause: usize,
}

/// The name of a module, its new name, and the scope that imports it.
type Wanted<'w> = (&'w str, &'w str, usize);

impl File<'_, '_> {
    pub fn move_modules(&self, moved: &FxHashMap<usize, Vec<Moved<'_>>>, draft: &mut Draft) {
        let mut gone: Vec<Gone> = Vec::new();
        let candidates = self.candidates(moved);
        let mut numbers: Vec<_> = moved.keys().copied().collect();
        numbers.sort_unstable();
        for number in numbers {
            let Some(Statement { stmt: Stmt::Import(import), scope, .. }) = self.survey.statements.get(number) else {
                continue;
            };
            for moved in &moved[&number] {
                let Some(alias) = import.names.get(moved.alias) else { continue };
                if moved.name.is_some() {
                    draft.refuse(moved.cause, "a name takes the place of a module");
                    continue;
                }
                if alias.asname.is_none() {
                    let wanted = (alias.name.as_str(), moved.module, *scope);
                    if !self.can_bind(wanted, &candidates) {
                        let why = format!("`{}` means something else in this file", root(moved.module));
                        draft.refuse(moved.cause, &why);
                        continue;
                    }
                    let (old, new) = (alias.name.as_str(), moved.module);
                    gone.push(Gone { old, new, scope: *scope, cause: moved.cause });
                    if self.is_twin(number, import, new, *scope) {
                        draft.replace(self.lines(import.range()), "", moved.cause);
                        continue;
                    }
                }
                draft.replace(alias.name.range(), moved.module, moved.cause);
            }
        }
        // What two imports of one name give belongs to the longer.
        gone.sort_by_key(|gone| std::cmp::Reverse(gone.old.len()));
        self.write_uses(&gone, draft);
        self.write_annotations(&gone, draft);
        self.keep_roots(&gone, moved, draft);
    }

    /// What would move: the old name, the new one, and the scope.
    fn candidates<'c>(&'c self, moved: &'c FxHashMap<usize, Vec<Moved<'c>>>) -> Vec<Wanted<'c>> {
        let statements = moved.iter().filter_map(|(number, names)| Some((self.survey.statements.get(*number)?, names)));
        let wanted = |(found, names): (&'c Statement<'c>, &'c Vec<Moved<'c>>)| {
            let Stmt::Import(import) = found.stmt else { return Vec::new() };
            let aliases = names.iter().filter_map(|moved| Some((import.names.get(moved.alias)?, moved.module)));
            let whole = aliases.filter(|(alias, _)| alias.asname.is_none());
            whole.map(|(alias, module)| (alias.name.as_str(), module, found.scope)).collect()
        };
        statements.flat_map(wanted).collect()
    }

    /// Whether a module of that root can be imported there: nothing but imports by whole names binds the root, and what
    /// is bound in one scope is not hidden in another.
    fn can_bind(&self, (old, new, scope): Wanted<'_>, candidates: &[Wanted<'_>]) -> bool {
        let (old, new) = (root(old), root(new));
        let statements = || self.survey.statements.iter();
        let hides = |found: &Statement| match found.stmt {
            Stmt::Import(import) => found.scope != scope && import.names.iter().any(|alias| bound_root(alias) == new),
            _ => false,
        };
        let hides_moved = |(other, to, at): &Wanted<'_>| *at != scope && root(to) == new && root(other) != old;
        let is_hidden = statements().any(hides) || candidates.iter().any(hides_moved);
        let is_other = |found: &Statement| match found.stmt {
            Stmt::Import(import) => import.names.iter().any(|alias| alias.asname.is_some() && bound(alias) == new),
            Stmt::ImportFrom(import) => import.names.iter().any(|alias| bound(alias) == new),
            _ => false,
        };
        let words = |stmt: &Stmt| match stmt {
            Stmt::Import(import) => import.names.iter().filter(|alias| root(alias.name.as_str()) == new).count(),
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().filter(|_| import.level == 0);
                usize::from(module.is_some_and(|module| root(module.as_str()) == new))
            }
            _ => 0,
        };
        let imported: usize = statements().map(|found| words(found.stmt)).sum();
        let used = self.survey.references.iter().filter(|found| found.root() == new).count();
        new == old
            || (!is_hidden
                && !statements().any(is_other)
                && occurrences(self.tokens, self.places, new) == imported + used)
    }

    /// Whether the statement has lines of its own, and another in its scope imports the same already.
    fn is_twin(&self, number: usize, import: &StmtImport, new: &str, scope: usize) -> bool {
        let same = |stmt: &Stmt| match stmt {
            Stmt::Import(other) => other.names.iter().any(|alias| alias.asname.is_none() && alias.name.as_str() == new),
            _ => false,
        };
        let run = self.survey.statements.get(number).map(|own| own.run);
        import.names.len() == 1
            && self.is_alone(import.range())
            && self
                .survey
                .statements
                .iter()
                .any(|other| Some(other.run) == run && other.scope == scope && same(other.stmt))
    }

    fn write_uses(&self, gone: &[Gone], draft: &mut Draft) {
        for used in &self.survey.references {
            let found = gone.iter().filter(|gone| used.scope == Some(gone.scope));
            let found = found.filter_map(|gone| Some((gone, used.prefix(gone.old)?))).next();
            if let Some((gone, range)) = found {
                draft.replace(range, gone.new, gone.cause);
            }
        }
    }

    /// Types that are written as strings.
    fn write_annotations(&self, gone: &[Gone], draft: &mut Draft) {
        for range in &self.survey.annotations {
            let text = self.places.slice(*range);
            let mut found: BTreeMap<usize, &Gone> = BTreeMap::new();
            for gone in gone {
                for at in places(text, gone.old) {
                    found.entry(at).or_insert(gone);
                }
            }
            let (mut out, mut end, mut causes) = (String::new(), 0, Vec::new());
            for (at, gone) in found.into_iter().filter(|(at, _)| text.is_char_boundary(*at)) {
                if at >= end {
                    out.push_str(text.get(end..at).unwrap_or_default());
                    out.push_str(gone.new);
                    end = at + gone.old.len();
                    causes.push(gone.cause);
                }
            }
            if !causes.is_empty() {
                draft.replace_for(*range, &(out + text.get(end..).unwrap_or_default()), &causes);
            }
        }
    }

    /// `import a.b` gave `a` too: where that is still used, and nothing else imports it, it is imported still.
    fn keep_roots(&self, gone: &[Gone], moved: &FxHashMap<usize, Vec<Moved<'_>>>, draft: &mut Draft) {
        let mut kept = FxHashSet::default();
        for gone in gone.iter().filter(|gone| root(gone.old) != root(gone.new)) {
            let own = root(gone.old);
            let is_left = |used: &&Reference| {
                used.root() == own && used.scope == Some(gone.scope) && used.prefix(gone.old).is_none()
            };
            let gives = |(number, found): (usize, &Statement)| match found.stmt {
                Stmt::Import(import) => import.names.iter().enumerate().any(|(at, alias)| {
                    let goes = moved.get(&number).is_some_and(|names| names.iter().any(|moved| moved.alias == at));
                    alias.asname.is_none() && root(alias.name.as_str()) == own && found.scope == gone.scope && !goes
                }),
                _ => false,
            };
            let others = self.survey.references.iter().filter(is_left);
            let is_used = others.filter(|used| !self.goes(used, gone.scope, moved)).count() > 0;
            if is_used && !self.survey.statements.iter().enumerate().any(gives) && kept.insert((gone.scope, own)) {
                let statement = self.survey.statements.iter().find(|found| match found.stmt {
                    Stmt::Import(import) => import.names.iter().any(|alias| alias.name.as_str() == gone.old),
                    _ => false,
                });
                if let Some(statement) = statement {
                    let text = vec![(format!("import {own}"), vec![gone.cause])];
                    self.write_behind(statement.stmt.range(), &text, draft);
                }
            }
        }
    }

    /// Whether another import that moves takes the use with it.
    fn goes(&self, used: &Reference, scope: usize, moved: &FxHashMap<usize, Vec<Moved<'_>>>) -> bool {
        moved.iter().any(|(number, names)| match self.survey.statements.get(*number) {
            Some(Statement { stmt: Stmt::Import(import), scope: own, .. }) if *own == scope => {
                let aliases = names.iter().filter_map(|moved| import.names.get(moved.alias));
                aliases.filter(|alias| alias.asname.is_none()).any(|alias| used.prefix(alias.name.as_str()).is_some())
            }
            _ => false,
        })
    }
}

/// The name that `import a.b` binds: `a`.
fn bound_root(alias: &Alias) -> &str {
    root(bound(alias))
}

fn root(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}
