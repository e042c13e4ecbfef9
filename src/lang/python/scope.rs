//! Which names a scope binds, and which of them are imports.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Comprehension, ExceptHandler, Expr, ExprContext, Pattern, Stmt, StmtFunctionDef, StmtImport, StmtImportFrom,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::shim::{behind_dots, is_type_checking};

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Something imported, by its dotted name; relative ones keep their leading dots.
    Import(String),
    Other,
}

/// The names of one module, class or function body.
#[derive(Debug, Default)]
pub struct Scope {
    pub names: FxHashMap<String, Bound>,
    pub is_class: bool,
    pub has_star: bool,
    /// What is imported under `if TYPE_CHECKING` alone.
    for_types: FxHashSet<String>,
    /// Under `if TYPE_CHECKING`.
    type_checking: bool,
    outer: Vec<String>,
    global: Vec<String>,
}

impl Scope {
    /// `global` says nothing new there.
    pub fn of_module(body: &[Stmt]) -> Self {
        let mut scope = Self::default();
        scope.visit_body(body);
        scope
    }

    pub fn of_body(body: &[Stmt], is_class: bool) -> Self {
        let mut scope = Self { is_class, ..Self::default() };
        scope.visit_body(body);
        scope.global.retain(|name| scope.names.contains_key(name));
        for name in std::mem::take(&mut scope.outer) {
            scope.names.remove(&name);
        }
        scope
    }

    pub fn of_function(function: &StmtFunctionDef) -> Self {
        let mut scope = Self::of_body(&function.body, false);
        for parameter in &*function.parameters {
            scope.bind(parameter.name(), Bound::Other);
        }
        scope
    }

    /// Names that the body declares `global` and binds: it does so in the module.
    pub fn globals(&self) -> &[String] {
        &self.global
    }

    /// An import stays an import where something else is bound beside it, as `None` in an `except`.
    pub fn bind(&mut self, name: &str, bound: Bound) {
        match self.names.get(name) {
            Some(Bound::Import(_)) => {}
            _ => drop(self.names.insert(name.to_owned(), bound)),
        }
    }

    fn bind_import(&mut self, name: &str, target: String) {
        if !self.type_checking {
            self.for_types.remove(name);
        } else if !matches!(self.names.get(name), Some(Bound::Import(_))) {
            self.for_types.insert(name.to_owned());
        }
        self.bind(name, Bound::Import(target));
    }

    fn import(&mut self, import: &StmtImport) {
        for alias in &import.names {
            let dotted = alias.name.as_str();
            match &alias.asname {
                Some(name) => self.bind_import(name.as_str(), dotted.to_owned()),
                None => {
                    let first = dotted.split('.').next().unwrap_or(dotted);
                    self.bind_import(first, first.to_owned());
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
            self.bind_import(own.as_str(), format!("{module}{joint}{name}"));
        }
    }
}

/// The scopes around a place in the text, the module first.
#[derive(Debug)]
pub struct Scopes {
    open: Vec<Scope>,
    /// In which of the scopes, the module aside, each name is bound.
    binders: FxHashMap<String, Vec<usize>>,
}

impl Scopes {
    pub fn new(module: Scope) -> Self {
        Self { open: vec![module], binders: FxHashMap::default() }
    }

    pub fn at_module_level(&self) -> bool {
        self.open.len() == 1
    }

    pub fn enter(&mut self, scope: Scope) {
        let depth = self.open.len();
        for name in scope.names.keys() {
            self.binders.entry(name.clone()).or_default().push(depth);
        }
        self.open.push(scope);
    }

    pub fn leave(&mut self) {
        let names = self.open.pop().map(|scope| scope.names).unwrap_or_default();
        for name in names.keys() {
            self.binders.get_mut(name).and_then(Vec::pop);
        }
    }

    /// What a name stands for here. A class body is not seen from the functions in it.
    pub fn lookup(&self, name: &str) -> Option<&Bound> {
        self.find(name).map(|(_, bound)| bound)
    }

    /// How many scopes stand around the one that binds the name.
    pub fn depth(&self, name: &str) -> Option<usize> {
        self.find(name).map(|(depth, _)| depth)
    }

    /// Whether it is the module that binds the name.
    pub fn is_of_module(&self, name: &str) -> bool {
        self.find(name).is_some_and(|(depth, _)| depth == 0)
    }

    /// Whether the name is only there for type checkers.
    pub fn is_for_types(&self, name: &str) -> bool {
        let scope = self.find(name).and_then(|(depth, _)| self.open.get(depth));
        scope.is_some_and(|scope| scope.for_types.contains(name))
    }

    fn find(&self, name: &str) -> Option<(usize, &Bound)> {
        let innermost = self.open.len() - 1;
        let inner = self.binders.get(name).into_iter().flatten().rev();
        let mut scopes = inner.chain(&[0]).filter_map(|depth| Some((*depth, self.open.get(*depth)?)));
        let (depth, scope) = scopes.find(|(depth, scope)| !scope.is_class || *depth == innermost)?;
        Some((depth, scope.names.get(name)?))
    }

    /// The names of the scopes that are still open.
    pub fn into_names(self) -> impl Iterator<Item = String> {
        self.open.into_iter().flat_map(|scope| scope.names.into_keys())
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
                self.bind(function.name.as_str(), Bound::Other);
                function.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                self.visit_parameters(&function.parameters);
                function.returns.iter().for_each(|returns| self.visit_annotation(returns));
            }
            Stmt::ClassDef(class) => {
                self.bind(class.name.as_str(), Bound::Other);
                class.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                class.arguments.iter().for_each(|arguments| self.visit_arguments(arguments));
            }
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::Global(names) => {
                let names = names.names.iter().map(|name| name.as_str().to_owned());
                self.global.extend(names.clone());
                self.outer.extend(names);
            }
            Stmt::If(test) if is_type_checking(&test.test) => {
                let before = std::mem::replace(&mut self.type_checking, true);
                stacked(|| self.visit_body(&test.body));
                self.type_checking = before;
                stacked(|| test.elif_else_clauses.iter().for_each(|clause| self.visit_elif_else_clause(clause)));
            }
            Stmt::Nonlocal(names) => self.outer.extend(names.names.iter().map(|name| name.as_str().to_owned())),
            _ => stacked(|| visitor::walk_stmt(self, stmt)),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if matches!(name.ctx, ExprContext::Store) => self.bind(name.id.as_str(), Bound::Other),
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
            self.bind(name.as_str(), Bound::Other);
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
            self.bind(name.as_str(), Bound::Other);
        }
        stacked(|| visitor::walk_pattern(self, pattern));
    }
}

/// Code may be nested deeper than a thread's stack: more is taken where little is left.
pub fn stacked<T>(run: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(128 << 10, 4 << 20, run)
}

/// For what the parser does to targets in each other without asking for more stack: brackets and signs.
pub fn on_a_stack_for<T>(text: &str, run: impl FnOnce() -> T) -> T {
    let (mut brackets, mut signs, mut deepest) = (0_i64, 0_i64, 0);
    for byte in text.bytes() {
        let step = STEPS[usize::from(byte)];
        brackets = (brackets + i64::from(step.brackets)).max(0);
        signs = (signs & step.keeps) + i64::from(step.signs);
        deepest = deepest.max(brackets + signs);
    }
    let deepest = usize::try_from(deepest).unwrap_or_default();
    if deepest < 500 { run() } else { stacker::grow((4 << 20) + (deepest << 10), run) }
}

/// What a byte does to the number of open brackets, and of signs and `not` in a row.
#[derive(Clone, Copy)]
struct Step {
    brackets: i8,
    signs: i8,
    /// All ones where the row goes on, else none.
    keeps: i64,
}

static STEPS: [Step; 256] = {
    let mut steps = [Step { brackets: 0, signs: 0, keeps: 0 }; 256];
    let mut byte = 0;
    while byte < steps.len() {
        let letter = byte as u8;
        steps[byte] = Step {
            brackets: match letter {
                b'(' | b'[' | b'{' => 1,
                b')' | b']' | b'}' => -1,
                _ => 0,
            },
            signs: matches!(letter, b'+' | b'-' | b'~' | b'*' | b't') as i8,
            keeps: match letter {
                b'+' | b'-' | b'~' | b'*' | b't' => -1,
                b' ' | b'n' | b'o' | b'(' | b'[' | b'\\' | b'\r' | b'\n' | b'\t' => -1,
                _ => 0,
            },
        };
        byte += 1;
    }
    steps
};
