//! Which names a scope binds, and which of them are imports.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Comprehension, ExceptHandler, Expr, ExprContext, Pattern, Stmt, StmtFunctionDef, StmtImport, StmtImportFrom,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::deep::stacked;
use super::shim::{behind_dots, dotted, is_type_checking};

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Something imported, by its dotted name; relative ones keep their leading dots.
    Import(String),
    Other,
}

/// What names stand for, each once. Most functions bind few: to look at all of them takes less time than a table.
#[derive(Debug, Default)]
pub struct Names {
    all: Vec<(Name, Bound)>,
    /// Where each is, if there are more than [`FEW`].
    places: FxHashMap<Name, usize>,
}

/// So many names are looked at one by one.
const FEW: usize = 12;

impl Names {
    pub fn get(&self, name: &str) -> Option<&Bound> {
        self.all.get(self.place(name)?).map(|(_, bound)| bound)
    }

    /// What was there before goes, unless it is to be kept.
    fn put(&mut self, name: &Name, bound: Bound, is_kept: impl Fn(&Bound) -> bool) {
        match self.place(name) {
            Some(place) if is_kept(&self.all[place].1) => {}
            Some(place) => self.all[place].1 = bound,
            None => self.push(name.clone(), bound),
        }
    }

    /// What was there before goes.
    pub fn insert(&mut self, name: &Name, bound: Bound) {
        self.put(name, bound, |_| false);
    }

    fn place(&self, name: &str) -> Option<usize> {
        if self.all.len() > FEW {
            return self.places.get(name).copied();
        }
        self.all.iter().position(|(other, _)| other == name)
    }

    fn push(&mut self, name: Name, bound: Bound) {
        self.all.push((name, bound));
        let known = self.places.len();
        if self.all.len() > FEW {
            let new = self.all.iter().enumerate().skip(known);
            self.places.extend(new.map(|(place, (name, _))| (name.clone(), place)));
        }
    }

    fn remove_all(&mut self, names: &[Name]) {
        if names.iter().any(|name| self.place(name).is_some()) {
            self.places.clear();
            let all = std::mem::take(&mut self.all);
            all.into_iter().filter(|(name, _)| !names.contains(name)).for_each(|(name, bound)| self.push(name, bound));
        }
    }
}

/// The names of one module, class or function body.
#[derive(Debug, Default)]
pub struct Scope {
    pub names: Names,
    pub is_class: bool,
    pub has_star: bool,
    /// Whether no expression binds a name: none says `:=`. Then only what is assigned to is looked at.
    only_targets: bool,
    /// What is imported under `if TYPE_CHECKING` alone.
    for_types: FxHashSet<Name>,
    /// Under `if TYPE_CHECKING`.
    type_checking: bool,
    outer: Vec<Name>,
    global: Vec<Name>,
}

impl Scope {
    /// `patch = mock.patch`: a name for something imported is an import.
    pub fn follow_aliases(&mut self, body: &[Stmt]) {
        for stmt in body {
            let Stmt::Assign(assign) = stmt else { continue };
            let [Expr::Name(name)] = assign.targets.as_slice() else { continue };
            let Some(target) = dotted(&assign.value) else { continue };
            let (root, rest) = target.split_once('.').unwrap_or((&target, ""));
            if let Some(Bound::Import(full)) = self.names.get(root) {
                let joint = if rest.is_empty() { "" } else { "." };
                let full = format!("{full}{joint}{rest}");
                self.names.insert(&name.id, Bound::Import(full));
            }
        }
    }

    /// `global` says nothing new there. `only_targets`: whether the text says nowhere `:=`.
    pub fn of_module(body: &[Stmt], only_targets: bool) -> Self {
        let mut scope = Self { only_targets, ..Self::default() };
        scope.visit_body(body);
        scope
    }

    pub fn of_body(body: &[Stmt], is_class: bool, only_targets: bool) -> Self {
        let mut scope = Self { is_class, only_targets, ..Self::default() };
        scope.visit_body(body);
        scope.global.retain(|name| scope.names.get(name).is_some());
        scope.names.remove_all(&std::mem::take(&mut scope.outer));
        scope
    }

    pub fn of_function(function: &StmtFunctionDef, only_targets: bool) -> Self {
        let mut scope = Self::of_body(&function.body, false, only_targets);
        for parameter in &*function.parameters {
            scope.bind(&parameter.name().id, Bound::Other);
        }
        scope
    }

    /// Names that the body declares `global` and binds: it does so in the module.
    pub fn globals(&self) -> &[Name] {
        &self.global
    }

    /// An import stays an import where something else is bound beside it, as `None` in an `except`.
    pub fn bind(&mut self, name: &Name, bound: Bound) {
        self.names.put(name, bound, |before| matches!(before, Bound::Import(_)));
    }

    fn bind_import(&mut self, name: &Name, target: String) {
        if !self.type_checking {
            self.for_types.remove(name);
        } else if !matches!(self.names.get(name), Some(Bound::Import(_))) {
            self.for_types.insert(name.clone());
        }
        self.bind(name, Bound::Import(target));
    }

    fn import(&mut self, import: &StmtImport) {
        for alias in &import.names {
            let dotted = alias.name.as_str();
            match &alias.asname {
                Some(name) => self.bind_import(&name.id, dotted.to_owned()),
                None => {
                    let first = dotted.split('.').next().unwrap_or(dotted);
                    self.bind_import(&Name::new(first), first.to_owned());
                }
            }
        }
    }

    fn import_from(&mut self, import: &StmtImportFrom) {
        let module = dotted_module(import);
        for alias in &import.names {
            let name = alias.name.as_str();
            if name == "*" {
                self.has_star = true;
                continue;
            }
            let joint = if module.is_empty() || module.ends_with('.') { "" } else { "." };
            let own = alias.asname.as_ref().unwrap_or(&alias.name);
            self.bind_import(&own.id, [&module, joint, name].concat());
        }
    }
}

/// The scopes around a place in the text, the module first.
#[derive(Debug)]
pub struct Scopes {
    open: Vec<Open>,
    /// What they bind, those of an inner one behind those of the one around it.
    entries: Vec<Entry>,
    /// The last entry of each name.
    last: FxHashMap<Name, usize>,
}

#[derive(Debug)]
struct Open {
    is_class: bool,
    for_types: FxHashSet<Name>,
    /// The number of its first entry.
    start: usize,
}

/// A name that a scope binds.
#[derive(Debug)]
pub struct Entry {
    name: Name,
    pub bound: Bound,
    /// How many scopes stand around.
    pub depth: usize,
    /// The entry of the same name in a scope around.
    before: Option<usize>,
}

impl Scopes {
    pub fn new(module: Scope) -> Self {
        let mut scopes = Self { open: Vec::new(), entries: Vec::new(), last: FxHashMap::default() };
        scopes.enter(module);
        scopes
    }

    pub fn at_module_level(&self) -> bool {
        self.open.len() == 1
    }

    pub fn enter(&mut self, scope: Scope) {
        let (depth, start) = (self.open.len(), self.entries.len());
        for (name, bound) in scope.names.all {
            let before = self.last.insert(name.clone(), self.entries.len());
            self.entries.push(Entry { name, bound, depth, before });
        }
        self.open.push(Open { is_class: scope.is_class, for_types: scope.for_types, start });
    }

    pub fn leave(&mut self) {
        let Some(open) = self.open.pop() else { return };
        for entry in self.entries.drain(open.start..) {
            match (entry.before, self.last.get_mut(&entry.name)) {
                (Some(before), Some(last)) => *last = before,
                _ => drop(self.last.remove(&entry.name)),
            }
        }
    }

    /// What a name stands for here.
    pub fn lookup(&self, name: &str) -> Option<&Bound> {
        self.find(name).map(|entry| &entry.bound)
    }

    /// Whether what binds a name is only there for type checkers.
    pub fn is_for_types(&self, entry: &Entry) -> bool {
        let scope = self.open.get(entry.depth);
        scope.is_some_and(|scope| !scope.for_types.is_empty() && scope.for_types.contains(&entry.name))
    }

    /// What binds a name here. A class body is not seen from the functions in it.
    pub fn find(&self, name: &str) -> Option<&Entry> {
        let innermost = self.open.len() - 1;
        let mut at = self.last.get(name).copied();
        while let Some(entry) = self.entries.get(at?) {
            let is_seen = entry.depth == innermost || !self.open.get(entry.depth)?.is_class;
            if is_seen {
                return Some(entry);
            }
            at = entry.before;
        }
        None
    }

    /// The names of the scopes that are still open.
    pub fn into_names(self) -> impl Iterator<Item = Name> {
        self.entries.into_iter().map(|entry| entry.name)
    }
}

/// `..a.b` of `from ..a.b import c`.
pub fn dotted_module(import: &StmtImportFrom) -> String {
    let dots = ".".repeat(import.level as usize);
    dots + import.module.as_ref().map_or("", |module| module.as_str())
}

impl<'a> Visitor<'a> for Scope {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => {
                self.bind(&function.name.id, Bound::Other);
                function.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                self.visit_parameters(&function.parameters);
                function.returns.iter().for_each(|returns| self.visit_annotation(returns));
            }
            Stmt::ClassDef(class) => {
                self.bind(&class.name.id, Bound::Other);
                class.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                class.arguments.iter().for_each(|arguments| self.visit_arguments(arguments));
            }
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::Global(names) => {
                let names = names.names.iter().map(|name| name.id.clone());
                self.global.extend(names.clone());
                self.outer.extend(names);
            }
            Stmt::If(test) if is_type_checking(&test.test) => {
                let before = std::mem::replace(&mut self.type_checking, true);
                stacked(|| self.visit_body(&test.body));
                self.type_checking = before;
                stacked(|| test.elif_else_clauses.iter().for_each(|clause| self.visit_elif_else_clause(clause)));
            }
            Stmt::Nonlocal(names) => self.outer.extend(names.names.iter().map(|name| name.id.clone())),
            _ => stacked(|| visitor::walk_stmt(self, stmt)),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if matches!(name.ctx, ExprContext::Store) => self.bind(&name.id, Bound::Other),
            Expr::Tuple(_) | Expr::List(_) | Expr::Starred(_) => stacked(|| visitor::walk_expr(self, expr)),
            _ if self.only_targets => {}
            Expr::Lambda(lambda) => {
                stacked(|| lambda.parameters.iter().for_each(|parameters| self.visit_parameters(parameters)));
            }
            Expr::Name(_) | Expr::StringLiteral(_) | Expr::NumberLiteral(_) => {}
            Expr::Attribute(_) => stacked(|| self.visit_expr(behind_dots(expr))),
            _ => stacked(|| visitor::walk_expr(self, expr)),
        }
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        self.visit_expr(&comprehension.iter);
        comprehension.ifs.iter().for_each(|test| self.visit_expr(test));
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.bind(&name.id, Bound::Other);
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchStar(star) => star.name.as_ref(),
            Pattern::MatchAs(named) => named.name.as_ref(),
            Pattern::MatchMapping(mapping) => mapping.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.bind(&name.id, Bound::Other);
        }
        stacked(|| visitor::walk_pattern(self, pattern));
    }
}
