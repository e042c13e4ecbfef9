//! What a module defines, and what each definition takes from its module.

use compact_str::CompactString;
use ruff_python_ast::name::Name;
use ruff_python_ast::{Decorator, Expr, ExprContext, ExprName, Identifier, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashSet;
use thin_vec::ThinVec;

use super::super::body::is_layout;
use super::super::deep::stacked;
use super::super::outline::is_text;
use super::super::shim::{called, dotted};
use super::Walk;
use crate::facts::{Alias, Definition, DefinitionKind, NameSet};

/// The names of its module that a definition uses: few, and most of them again and again.
#[derive(Debug, Default)]
pub(super) struct Needs {
    names: FxHashSet<Name>,
}

impl Walk<'_, '_> {
    pub(super) fn define(
        &mut self,
        kind: DefinitionKind,
        name: &Identifier,
        range: TextRange,
        decorators: &[Decorator],
        bases: Vec<String>,
        body: &[Stmt],
    ) {
        let start = decorators.last().map_or(range.start(), |last| last.end());
        let code = TextRange::new(start, range.end());
        let first = self.tokens.in_range(code).iter().find(|token| !is_layout(token.kind()));
        let first = first.map_or(range.start(), |token| token.start());
        let qualified = self.qualified(name.as_str());
        let is_top = !qualified.contains('.') && kind != DefinitionKind::Constant;
        let definition = Definition {
            kind,
            name: qualified.into(),
            span: self.places.of_name(name),
            lines: (self.places.line(first), self.places.line(range.end())),
            decorators: decorators.iter().map(|decorator| called(&decorator.expression).into()).collect(),
            bases: bases.into_iter().map(CompactString::from).collect(),
            body: self.bodies.hash(TextRange::new(first, range.end())),
            code_lines: self.code_lines(first, range.end(), body),
            local: self.functions > 0 || self.script,
            needs: NameSet::default(),
            words: if is_top { self.bodies.words(TextRange::new(name.end(), range.end())) } else { ThinVec::new() },
            fresh: false,
        };
        self.out.definitions.push(definition);
    }

    /// The lines of a definition that hold code. A constant has no body.
    fn code_lines(&self, first: TextSize, end: TextSize, body: &[Stmt]) -> u32 {
        let docstring = body.first().filter(|stmt| is_text(stmt)).map(Ranged::end);
        let start = docstring.or_else(|| body.first().map(Ranged::start));
        let lines = self.bodies.lines(TextRange::new(start.unwrap_or(first), end));
        lines.saturating_add(u32::from(start.is_some()))
    }

    /// At a statement that may define something at module level; gives the number of what it defines first.
    pub(super) fn begin(&mut self) -> usize {
        if self.at_module_level() {
            self.needs.names.clear();
        }
        self.out.definitions.len()
    }

    /// At the end of that statement.
    pub(super) fn end(&mut self, number: usize) {
        if !self.at_module_level() {
            return;
        }
        let mut needs: Vec<Name> = self.needs.names.drain().collect();
        needs.sort_unstable();
        for definition in self.out.definitions.iter_mut().skip(number).filter(|definition| definition.is_top()) {
            let others = needs.iter().filter(|name| definition.name != name.as_str());
            definition.needs = NameSet::of_sorted(others.map(Name::as_str));
        }
    }

    pub(super) fn constant(&mut self, target: &Expr, value: Option<&Expr>, range: TextRange) {
        match target {
            Expr::Name(name) if self.functions == 0 => {
                let target = value.and_then(dotted).filter(|_| self.at_module_level());
                let id = name.id.as_str();
                if id == "__all__" {
                    return;
                }
                if let Some(target) = target {
                    let span = self.places.span(name.range());
                    self.out.aliases.push(Alias { name: id.into(), target: target.into(), span });
                } else {
                    let name = Identifier::new(name.id.clone(), name.range());
                    self.define(DefinitionKind::Constant, &name, range, &[], Vec::new(), &[]);
                    if let Some(definition) = self.out.definitions.last_mut() {
                        definition.fresh = value.is_some_and(is_fresh);
                    }
                }
            }
            Expr::Tuple(tuple) => stacked(|| tuple.elts.iter().for_each(|target| self.constant(target, None, range))),
            Expr::List(list) => stacked(|| list.elts.iter().for_each(|target| self.constant(target, None, range))),
            Expr::Starred(starred) => stacked(|| self.constant(&starred.value, None, range)),
            _ => {}
        }
    }

    /// Notes a name that a definition takes from its module; `depth` is that of the scope which binds it.
    pub(super) fn need(&mut self, name: &ExprName, depth: Option<usize>) {
        let id = name.id.as_str();
        let bound_here = self.at_module_level() && !matches!(name.ctx, ExprContext::Load);
        let is_needed = match depth {
            Some(depth) => depth == 0,
            None => matches!(id, "__doc__" | "__file__" | "__package__" | "__path__" | "__spec__" | "globals"),
        };
        if !bound_here && is_needed && !self.needs.names.contains(id) {
            self.needs.names.insert(name.id.clone());
        }
    }
}

/// Whether a value is made to be filled or told apart: `{}`, `[]`, `set()`, `object()`.
fn is_fresh(value: &Expr) -> bool {
    match value {
        Expr::List(list) => list.elts.is_empty(),
        Expr::Dict(dict) => dict.items.is_empty(),
        Expr::Call(call) => call.arguments.args.is_empty() && call.arguments.keywords.is_empty(),
        _ => false,
    }
}
