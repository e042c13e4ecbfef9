//! Drops a syntax tree without recursion: what is nested deeper than a thread's stack would end the process,
//! for dropping a box drops what is in it first.

use std::cell::RefCell;

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::visitor::transformer::{self, Transformer};
use ruff_python_ast::{
    Expr, ExprNoneLiteral, InterpolatedStringElement, InterpolatedStringLiteralElement, Mod, ModModule, Pattern,
    PatternMatchSingleton, Singleton, Stmt, StmtPass,
};
use ruff_python_parser::Parsed;

/// Nodes that were taken out of those above them, and are to be taken apart themselves.
#[derive(Default)]
struct Dismantle {
    stmts: RefCell<Vec<Stmt>>,
    exprs: RefCell<Vec<Expr>>,
    patterns: RefCell<Vec<Pattern>>,
    elements: RefCell<Vec<InterpolatedStringElement>>,
}

/// So many tokens in one statement can be nested in each other without harm.
const FLAT: usize = 400;

/// Drops what was parsed.
pub fn drop_tree(parsed: Parsed<ModModule>) {
    if !is_flat(parsed.tokens()) {
        dismantle(Mod::Module(parsed.into_syntax()));
    }
}

/// Whether no statement has many tokens, and none stands in many others: then nothing is nested deeply.
fn is_flat(tokens: &Tokens) -> bool {
    let (mut in_line, mut blocks) = (0, 0_usize);
    tokens.iter().all(|token| {
        match token.kind() {
            TokenKind::Newline => in_line = 0,
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = blocks.saturating_sub(1),
            _ => in_line += 1,
        }
        in_line + blocks < FLAT
    })
}

pub fn dismantle(tree: Mod) {
    let open = Dismantle::default();
    match tree {
        Mod::Module(module) => open.stmts.borrow_mut().extend(module.body),
        Mod::Expression(expression) => open.exprs.borrow_mut().push(*expression.body),
    }
    loop {
        if let Some(mut expr) = taken(&open.exprs) {
            transformer::walk_expr(&open, &mut expr);
        } else if let Some(mut pattern) = taken(&open.patterns) {
            transformer::walk_pattern(&open, &mut pattern);
        } else if let Some(mut element) = taken(&open.elements) {
            transformer::walk_interpolated_string_element(&open, &mut element);
        } else if let Some(mut stmt) = taken(&open.stmts) {
            transformer::walk_stmt(&open, &mut stmt);
        } else {
            return;
        }
    }
}

fn taken<T>(stack: &RefCell<Vec<T>>) -> Option<T> {
    stack.borrow_mut().pop()
}

/// Each child is replaced by a leaf and put aside; leaves stay where they are.
impl Transformer for Dismantle {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        let pass = StmtPass { node_index: Default::default(), range: Default::default() };
        if !matches!(stmt, Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_)) {
            self.stmts.borrow_mut().push(std::mem::replace(stmt, pass.into()));
        }
    }

    fn visit_expr(&self, expr: &mut Expr) {
        let none = ExprNoneLiteral { node_index: Default::default(), range: Default::default() };
        if !matches!(expr, Expr::Name(_) | Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::NoneLiteral(_)) {
            self.exprs.borrow_mut().push(std::mem::replace(expr, none.into()));
        }
    }

    fn visit_pattern(&self, pattern: &mut Pattern) {
        let leaf =
            PatternMatchSingleton { node_index: Default::default(), range: Default::default(), value: Singleton::None };
        self.patterns.borrow_mut().push(std::mem::replace(pattern, leaf.into()));
    }

    fn visit_interpolated_string_element(&self, element: &mut InterpolatedStringElement) {
        let leaf = InterpolatedStringLiteralElement {
            node_index: Default::default(),
            range: Default::default(),
            value: Default::default(),
        };
        self.elements.borrow_mut().push(std::mem::replace(element, InterpolatedStringElement::Literal(leaf)));
    }
}
