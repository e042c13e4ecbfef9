//! Imports that may fail.

use ruff_python_ast::{ExceptHandler, Expr, StmtTry};

use super::shim::called;

/// Whether a failing import in the body is caught.
pub fn catches_imports(stmt: &StmtTry) -> bool {
    let names = |expr: &Expr| {
        let name = called(expr);
        let name = name.rsplit('.').next().unwrap_or_default().to_owned();
        matches!(
            name.as_str(),
            "ImportError" | "ModuleNotFoundError" | "Exception" | "BaseException" | "AttributeError"
        )
    };
    stmt.handlers.iter().any(|handler| {
        let ExceptHandler::ExceptHandler(handler) = handler;
        match handler.type_.as_deref() {
            None => true,
            Some(Expr::Tuple(tuple)) => tuple.elts.iter().any(names),
            Some(expr) => names(expr),
        }
    })
}
