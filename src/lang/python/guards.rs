//! What runs under a condition: imports that may fail, and what only a file that is run does.

use ruff_python_ast::{CmpOp, ExceptHandler, Expr, ExprCall, Stmt, StmtTry, StmtWith};

use super::shim::called;

/// Whether a failing import in the body is caught.
pub fn catches_imports(stmt: &StmtTry) -> bool {
    stmt.handlers.iter().any(|handler| {
        let ExceptHandler::ExceptHandler(handler) = handler;
        handler.type_.as_deref().is_none_or(is_import_error)
    })
}

/// Whether a module says at its own level that it cannot be imported without some package: `except ImportError: raise …`.
pub fn demands(body: &[Stmt]) -> bool {
    let tries = body.iter().filter_map(Stmt::as_try_stmt).filter(|stmt| catches_imports(stmt));
    let imports = |stmt: &&StmtTry| stmt.body.iter().any(|inner| inner.is_import_stmt() || inner.is_import_from_stmt());
    let raises = |stmt: &StmtTry| {
        stmt.handlers.iter().any(|ExceptHandler::ExceptHandler(handler)| handler.body.iter().any(Stmt::is_raise_stmt))
    };
    tries.filter(imports).any(raises)
}

/// Whether to import a module runs a program: at its own level it reads the command line, or calls the `setup` of a
/// distribution.
pub fn runs(body: &[Stmt]) -> bool {
    let mut calls = body.iter().filter_map(|stmt| match stmt {
        Stmt::Expr(alone) => alone.value.as_call_expr(),
        Stmt::Assign(assign) => assign.value.as_call_expr(),
        _ => None,
    });
    calls.any(|call| {
        let function = called(&call.func);
        let is_named = || call.arguments.keywords.iter().any(|given| given.arg.as_deref() == Some("name"));
        match function.rsplit('.').next().unwrap_or_default() {
            "parse_args" | "parse_known_args" => true,
            "setup" => is_named(),
            _ => false,
        }
    })
}

/// Whether a failing import in the body is let pass, or is what a test waits for: `with suppress(ImportError)`,
/// `with pytest.raises(ImportError)`.
pub fn expects_failure(stmt: &StmtWith) -> bool {
    stmt.items.iter().filter_map(|item| item.context_expr.as_call_expr()).any(|call| {
        let name = called(&call.func);
        let name = name.rsplit('.').next().unwrap_or_default();
        let takes = matches!(name, "assertRaises" | "assertRaisesRegex" | "raises" | "suppress");
        takes && call.arguments.args.iter().any(is_import_error)
    })
}

/// The modules that a condition asks for: `a.b` of `find_spec("a.b") is not None`.
pub fn asked_for(test: &Expr) -> Vec<&str> {
    let asked = calls(test).filter(|(name, _)| *name == "find_spec");
    asked.filter_map(|(_, call)| Some(call.arguments.args.first()?.as_string_literal_expr()?.value.to_str())).collect()
}

/// Whether a condition asks for a file: what it imports may be none.
pub fn asks_for_file(test: &Expr) -> bool {
    calls(test).any(|(name, _)| matches!(name, "exists" | "isdir" | "isfile" | "is_dir" | "is_file"))
}

/// The functions and methods that a condition calls, each by the last of its names.
fn calls(test: &Expr) -> impl Iterator<Item = (&str, &ExprCall)> {
    let all = match bare(test) {
        Expr::BoolOp(several) => several.values.as_slice(),
        one => std::slice::from_ref(one),
    };
    all.iter().filter_map(|test| {
        let call = bare(test).as_call_expr()?;
        let name = match &*call.func {
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            function => function.as_name_expr()?.id.as_str(),
        };
        Some((name, call))
    })
}

/// What a condition is about: `a` of `not a` and of `a is None`.
fn bare(mut test: &Expr) -> &Expr {
    loop {
        test = match test {
            Expr::UnaryOp(not) => &not.operand,
            Expr::Compare(compare) => &compare.left,
            _ => return test,
        };
    }
}

/// Whether it is an exception, or a tuple of some, that a failing import raises.
fn is_import_error(expr: &Expr) -> bool {
    if let Expr::Tuple(tuple) = expr {
        return tuple.elts.iter().any(|expr| !expr.is_tuple_expr() && is_import_error(expr));
    }
    let name = called(expr);
    let name = name.rsplit('.').next().unwrap_or_default();
    matches!(name, "ImportError" | "ModuleNotFoundError" | "Exception" | "BaseException" | "AttributeError")
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
