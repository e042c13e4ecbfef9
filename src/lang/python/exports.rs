//! `__all__`, as far as it is written out.

use ruff_python_ast::{Expr, Stmt};

/// What a statement at module level adds to `__all__`; none where it is about something else.
pub fn of(stmt: &Stmt) -> Option<Vec<String>> {
    match stmt {
        Stmt::Assign(assign) if assign.targets.iter().any(is_all) => Some(strings(&assign.value)),
        Stmt::AnnAssign(assign) if is_all(&assign.target) => assign.value.as_deref().map(strings),
        Stmt::AugAssign(assign) if is_all(&assign.target) => Some(strings(&assign.value)),
        Stmt::Expr(expr) => {
            let call = expr.value.as_call_expr()?;
            let method = call.func.as_attribute_expr().filter(|method| is_all(&method.value))?;
            match method.attr.as_str() {
                "append" | "extend" => call.arguments.args.first().map(strings),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_all(expr: &Expr) -> bool {
    expr.as_name_expr().is_some_and(|name| name.id.as_str() == "__all__")
}

fn strings(expr: &Expr) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), vec![expr]);
    while let Some(expr) = open.pop() {
        match expr {
            Expr::StringLiteral(text) => found.push(text.value.to_str().to_owned()),
            Expr::List(list) => open.extend(list.elts.iter().rev()),
            Expr::Tuple(tuple) => open.extend(tuple.elts.iter().rev()),
            Expr::BinOp(sum) => open.extend([&*sum.right, &*sum.left]),
            _ => {}
        }
    }
    found
}
