//! What runs under a condition: imports that may fail, and what only a file that is run does.

use ruff_python_ast::{CmpOp, ExceptHandler, Expr, StmtTry};

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

/// `__name__ == "__main__"`
pub fn is_of_script(test: &Expr) -> bool {
    let Expr::Compare(compare) = test else { return false };
    let sides = [Some(&*compare.left), compare.comparators.first()];
    let is_name = |side: &Expr| side.as_name_expr().is_some_and(|name| name.id.as_str() == "__name__");
    let is_main = |side: &Expr| side.as_string_literal_expr().is_some_and(|text| text.value.to_str() == "__main__");
    let has = |is: &dyn Fn(&Expr) -> bool| sides.iter().flatten().any(|side| is(side));
    *compare.ops == [CmpOp::Eq] && has(&is_name) && has(&is_main)
}
