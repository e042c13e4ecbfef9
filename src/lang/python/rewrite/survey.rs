//! What a file imports and uses, with the places that edits need.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Comprehension, Expr, ExprStringLiteral, Pattern, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::super::deep::stacked;
use super::super::places::Places;
use super::super::scope::{Scope, Scopes};

/// An import statement.
pub struct Statement<'a> {
    pub stmt: &'a Stmt,
    /// Imports that follow each other in one block have one number.
    pub run: usize,
    /// The number of the scope in which it binds; 0 is the module.
    pub scope: usize,
}

/// A name that is read, with the attributes behind it: `a.b.c`.
pub struct Reference<'t> {
    /// Where each part ends, and the text of each.
    pub parts: Vec<(TextSize, &'t str)>,
    pub start: TextSize,
    /// The number of the scope that binds its first part; none where nothing in the file does.
    pub scope: Option<usize>,
}

impl Reference<'_> {
    pub fn root(&self) -> &str {
        self.parts.first().map_or("", |(_, part)| part)
    }

    /// Where the first `count` parts stand, if they are `dotted`.
    pub fn prefix(&self, dotted: &str) -> Option<TextRange> {
        let count = dotted.split('.').count();
        let own = self.parts.get(..count)?;
        let same = own.iter().map(|(_, part)| *part).eq(dotted.split('.'));
        same.then(|| self.first(count)).flatten()
    }

    /// Where the first `count` parts stand.
    pub fn first(&self, count: usize) -> Option<TextRange> {
        let (end, _) = self.parts.get(count.checked_sub(1)?)?;
        Some(TextRange::new(self.start, *end))
    }
}

/// All of one file.
pub struct Survey<'a, 't> {
    places: &'a Places<'t>,
    scopes: Scopes,
    /// The numbers of the open scopes.
    open: Vec<usize>,
    next: usize,
    run: usize,
    in_annotation: bool,
    pub statements: Vec<Statement<'a>>,
    pub references: Vec<Reference<'t>>,
    /// Strings that stand for types.
    pub annotations: Vec<TextRange>,
    /// Strings in `__all__`.
    pub exports: Vec<&'a ExprStringLiteral>,
}

impl<'a, 't> Survey<'a, 't> {
    pub fn of(body: &'a [Stmt], places: &'a Places<'t>) -> Self {
        let mut survey = Self {
            places,
            scopes: Scopes::new(Scope::of_body(body, false, false)),
            open: vec![0],
            next: 1,
            run: 0,
            in_annotation: false,
            statements: Vec::new(),
            references: Vec::new(),
            annotations: Vec::new(),
            exports: Vec::new(),
        };
        survey.visit_body(body);
        survey
    }

    fn enter(&mut self, scope: Scope) {
        self.scopes.enter(scope);
        self.open.push(self.next);
        self.next += 1;
    }

    fn leave(&mut self) {
        self.scopes.leave();
        self.open.pop();
    }

    fn function(&mut self, function: &'a StmtFunctionDef) {
        function.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
        if let Some(types) = &function.type_params {
            self.visit_type_params(types);
        }
        self.visit_parameters(&function.parameters);
        if let Some(returns) = &function.returns {
            self.visit_annotation(returns);
        }
        self.enter(Scope::of_function(function, false));
        self.visit_body(&function.body);
        self.leave();
    }

    fn class(&mut self, class: &'a StmtClassDef) {
        class.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
        if let Some(types) = &class.type_params {
            self.visit_type_params(types);
        }
        if let Some(arguments) = &class.arguments {
            self.visit_arguments(arguments);
        }
        self.enter(Scope::of_body(&class.body, true, false));
        self.visit_body(&class.body);
        self.leave();
    }

    fn comprehension(&mut self, generators: &'a [Comprehension], expr: &'a Expr) {
        let mut scope = Scope::default();
        for generator in generators {
            scope.visit_expr(&generator.target);
        }
        self.enter(scope);
        stacked(|| visitor::walk_expr(self, expr));
        self.leave();
    }

    /// Notes `a.b.c`, or what `….b.c` stands on.
    fn chain(&mut self, expr: &'a Expr) {
        let (mut parts, mut inner) = (Vec::new(), expr);
        while let Expr::Attribute(attribute) = inner {
            parts.push((attribute.range().end(), self.places.slice(attribute.attr.range())));
            inner = &attribute.value;
        }
        let Expr::Name(name) = inner else { return stacked(|| self.visit_expr(inner)) };
        parts.push((name.range().end(), self.places.slice(name.range())));
        parts.reverse();
        let scope = self.scopes.find(name.id.as_str()).and_then(|entry| self.open.get(entry.depth).copied());
        self.references.push(Reference { parts, start: expr.range().start().min(name.range().start()), scope });
    }
}

impl<'a> Visitor<'a> for Survey<'a, '_> {
    fn visit_body(&mut self, body: &'a [Stmt]) {
        self.run += 1;
        for stmt in body {
            self.visit_stmt(stmt);
        }
        self.run += 1;
    }

    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if matches!(stmt, Stmt::Import(_) | Stmt::ImportFrom(_)) {
            let scope = self.open.last().copied().unwrap_or_default();
            self.statements.push(Statement { stmt, run: self.run, scope });
            return;
        }
        self.run += 1;
        if self.open.len() == 1 {
            self.exports.extend(exports(stmt));
        }
        match stmt {
            Stmt::FunctionDef(function) => stacked(|| self.function(function)),
            Stmt::ClassDef(class) => stacked(|| self.class(class)),
            _ => stacked(|| visitor::walk_stmt(self, stmt)),
        }
        self.run += 1;
    }

    fn visit_annotation(&mut self, expr: &'a Expr) {
        let before = std::mem::replace(&mut self.in_annotation, true);
        visitor::walk_annotation(self, expr);
        self.in_annotation = before;
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Attribute(_) | Expr::Name(_) => self.chain(expr),
            Expr::Lambda(lambda) => {
                let mut scope = Scope::default();
                for parameter in lambda.parameters.iter().flat_map(|parameters| parameters.iter()) {
                    scope.bind(&parameter.name().id, super::super::scope::Bound::Other);
                }
                self.enter(scope);
                stacked(|| visitor::walk_expr(self, expr));
                self.leave();
            }
            Expr::ListComp(comp) => self.comprehension(&comp.generators, expr),
            Expr::SetComp(comp) => self.comprehension(&comp.generators, expr),
            Expr::DictComp(comp) => self.comprehension(&comp.generators, expr),
            Expr::Generator(comp) => self.comprehension(&comp.generators, expr),
            Expr::StringLiteral(text) if self.in_annotation => self.annotations.push(text.range()),
            Expr::StringLiteral(_) | Expr::NumberLiteral(_) => {}
            _ => stacked(|| visitor::walk_expr(self, expr)),
        }
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        stacked(|| visitor::walk_pattern(self, pattern));
    }
}

/// The plain strings of `__all__ = […]` and of what adds to it.
fn exports(stmt: &Stmt) -> impl Iterator<Item = &ExprStringLiteral> {
    let is_all = |expr: &Expr| matches!(expr, Expr::Name(name) if name.id.as_str() == "__all__");
    let value = match stmt {
        Stmt::Assign(assign) if assign.targets.iter().any(is_all) => Some(&*assign.value),
        Stmt::AnnAssign(assign) if is_all(&assign.target) => assign.value.as_deref(),
        Stmt::AugAssign(assign) if is_all(&assign.target) => Some(&*assign.value),
        _ => None,
    };
    let elements = match value {
        Some(Expr::List(list)) => list.elts.as_slice(),
        Some(Expr::Tuple(tuple)) => tuple.elts.as_slice(),
        _ => &[],
    };
    elements.iter().filter_map(|element| match element {
        Expr::StringLiteral(text) => Some(text),
        _ => None,
    })
}

/// How often an identifier stands in a file, attributes aside.
pub fn occurrences(tokens: &Tokens, places: &Places, name: &str) -> usize {
    let mut before = TokenKind::Newline;
    let mut count = 0;
    for token in tokens.iter() {
        count += usize::from(before != TokenKind::Dot && places.slice(token.range()) == name);
        before = token.kind();
    }
    count
}
