//! What dotted names stand for.

use ruff_python_ast::{Expr, ExprName};

use super::super::scope::Bound;
use super::super::shim::{behind_dots, dotted};
use super::Walk;

impl Walk<'_, '_> {
    /// The full name of `a.b.c`, and whether its first part is an import.
    pub(super) fn full_name(&self, expr: &Expr) -> Option<(String, bool)> {
        let root = behind_dots(expr).as_name_expr()?;
        match self.imported_as(root) {
            Some(target) => Some((in_full(target, expr, root)?, true)),
            None => Some((dotted(expr)?, false)),
        }
    }

    /// What a name is imported as.
    pub(super) fn imported_as(&self, name: &ExprName) -> Option<&str> {
        match self.scopes.lookup(name.id.as_str())? {
            Bound::Import(target) => Some(target),
            Bound::Other => None,
        }
    }

    /// Whether an expression stands for that thing, by its dotted name.
    pub(super) fn is_thing(&self, expr: &Expr, thing: &str) -> bool {
        let last = thing.rsplit('.').next();
        match expr {
            Expr::Attribute(attribute) if Some(attribute.attr.as_str()) != last => false,
            _ => self.full_name(expr).is_some_and(|(name, _)| name == thing),
        }
    }
}

/// `a.b.c` with what its first part is imported as in the place of that.
pub(super) fn in_full(target: &str, expr: &Expr, root: &ExprName) -> Option<String> {
    let written = dotted(expr)?;
    let rest = written.get(root.id.as_str().len()..)?;
    Some([target, if target.ends_with('.') { rest.trim_start_matches('.') } else { rest }].concat())
}
