//! Whether a module is only a re-export: a docstring, imports, `__all__`, `Old = New`, a warning, a module
//! `__getattr__`, and imports under `TYPE_CHECKING`.

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::deep::stacked;

/// The first statement that is more.
pub fn logic(body: &[Stmt]) -> Option<TextRange> {
    body.iter().find(|stmt| !is_re_export(stmt)).map(Ranged::range)
}

fn is_re_export(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::Pass(_) | Stmt::Delete(_) => true,
        Stmt::FunctionDef(function) => {
            matches!(function.name.as_str(), "__getattr__" | "__dir__") && function.body.iter().all(gives_names)
        }
        Stmt::Assign(assign) => {
            super::exports::of(stmt).is_some()
                || (assign.targets.iter().all(Expr::is_name_expr) && dotted(&assign.value).is_some())
        }
        Stmt::AnnAssign(assign) => {
            super::exports::of(stmt).is_some()
                || (assign.target.is_name_expr()
                    && assign.value.as_deref().is_some_and(|value| dotted(value).is_some()))
        }
        Stmt::AugAssign(_) => super::exports::of(stmt).is_some(),
        Stmt::Expr(expr) => match &*expr.value {
            Expr::StringLiteral(_) | Expr::EllipsisLiteral(_) => true,
            Expr::Call(call) => super::exports::of(stmt).is_some() || is_warning(&call.func),
            _ => false,
        },
        Stmt::If(test) => {
            is_type_checking(&test.test)
                && test.elif_else_clauses.is_empty()
                && stacked(|| test.body.iter().all(is_re_export))
        }
        _ => false,
    }
}

/// Whether a statement of a module `__getattr__` looks a name up, warns, and gives it or not.
fn gives_names(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::If(test) => {
            let clauses = test.elif_else_clauses.iter().flat_map(|clause| &clause.body);
            test.body.iter().chain(clauses).all(gives_names)
        }
        Stmt::Assign(assign) => assign.targets.iter().all(|target| target.is_name_expr() || target.is_subscript_expr()),
        Stmt::Return(_) | Stmt::Raise(_) | Stmt::Global(_) => true,
        _ => is_re_export(stmt),
    }
}

fn is_warning(function: &Expr) -> bool {
    dotted(function).is_some_and(|name| matches!(name.as_str(), "warn" | "warnings.warn"))
}

/// `TYPE_CHECKING`, bare or behind a module.
pub fn is_type_checking(test: &Expr) -> bool {
    match test {
        Expr::Name(name) => name.id.as_str() == "TYPE_CHECKING",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
        _ => false,
    }
}

/// `a.b.c`, where the expression is nothing but names and dots.
pub fn dotted(expr: &Expr) -> Option<String> {
    let root = behind_dots(expr).as_name_expr()?;
    super::walk::dotted_onto(root.id.as_str(), expr)
}

/// What the first dot of `….a.b.c` follows.
pub fn behind_dots(mut expr: &Expr) -> &Expr {
    while let Expr::Attribute(attribute) = expr {
        expr = &attribute.value;
    }
    expr
}

/// The dotted name of what is called, subscripted, or named; empty where it is something else.
pub fn called(expr: &Expr) -> String {
    let mut expr = expr;
    loop {
        expr = match expr {
            Expr::Call(call) => &call.func,
            Expr::Subscript(subscript) => &subscript.value,
            _ => return dotted(expr).unwrap_or_default(),
        };
    }
}
