//! What dotted names stand for.

use ruff_python_ast::{Expr, ExprContext, ExprName};
use ruff_text_size::Ranged;

use super::super::scope::Bound;
use super::super::shim::{behind_dots, dotted};
use super::Walk;
use crate::facts::Use;

impl Walk<'_, '_> {
    /// The full name of `a.b.c`, and whether its first part is an import.
    pub(super) fn full_name(&self, expr: &Expr) -> Option<(String, bool)> {
        let mut name = String::new();
        self.full_name_into(expr, &mut name).map(|imported| (name, imported))
    }

    /// The same, behind what stands in `into`.
    pub(super) fn full_name_into(&self, expr: &Expr, into: &mut String) -> Option<bool> {
        let root = behind_dots(expr).as_name_expr()?;
        let target = self.imported_as(root);
        append_dotted(into, target.unwrap_or(root.id.as_str()), expr);
        Some(target.is_some())
    }

    /// What a name is imported as.
    pub(super) fn imported_as(&self, name: &ExprName) -> Option<&str> {
        match self.scopes.lookup(name.id.as_str())? {
            Bound::Import(target) => Some(target),
            Bound::Other => None,
        }
    }

    /// Notes what the name says that `a.b.c` starts with. Of what was imported it gives the full name, and whether that is
    /// only there for type checkers.
    pub(super) fn root(&mut self, name: &ExprName, expr: &Expr) -> Option<(String, bool)> {
        let entry = self.scopes.find(name.id.as_str());
        let depth = entry.map(|entry| entry.depth);
        let imported = entry.filter(|_| expr.is_attribute_expr()).and_then(|entry| match &entry.bound {
            Bound::Import(target) => Some((dotted_onto(target, expr)?, self.scopes.is_for_types(entry))),
            Bound::Other => None,
        });
        let makes_modules = imported.is_none() && self.makes_modules(name.id.as_str(), entry);
        let opens = makes_modules || (imported.is_none() && self.opens(name.id.as_str(), entry));
        self.out.makes_modules |= makes_modules;
        self.out.open |= opens;
        self.need(name, depth);
        if depth.is_none() {
            self.free_root(name, expr);
        }
        imported
    }

    /// Notes a name that nothing binds, where a star import may bind it.
    pub(super) fn free_root(&mut self, name: &ExprName, expr: &Expr) {
        if !self.has_star || !matches!(name.ctx, ExprContext::Load) {
            return;
        }
        let Some(target) = dotted(expr) else { return };
        let span = self.places.span(expr.range());
        self.out.free.push(&Use { target: &target, span, type_checking: self.type_checking });
    }

    /// Notes that imports of these modules, and strings that mean them, were asked for first; `since` how many others there
    /// were before.
    pub(super) fn guard(&mut self, modules: &[&str], since: (usize, usize)) {
        let is_asked = |whole: &str| {
            let mut rests = modules.iter().filter_map(|module| whole.strip_prefix(*module));
            rests.any(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        for import in self.out.imports.iter_mut().skip(since.0).filter(|import| import.level == 0) {
            import.guarded |= match import.name.as_deref() {
                Some(name) => is_asked(&format!("{}.{name}", import.module)),
                None => is_asked(&import.module),
            };
        }
        for string in self.out.strings.iter_mut().skip(since.1) {
            string.create |= is_asked(&string.text);
        }
    }

    /// Whether an expression stands for that thing, by its dotted name.
    pub(super) fn is_thing(&self, expr: &Expr, thing: &str) -> bool {
        let last = thing.rsplit('.').next();
        match expr {
            Expr::Attribute(attribute) if Some(attribute.attr.as_str()) != last => false,
            Expr::Name(name) => self.imported_as(name).unwrap_or(name.id.as_str()) == thing,
            _ => self.full_name(expr).is_some_and(|(name, _)| name == thing),
        }
    }
}

/// `a.b.c` with `target` in the place of `a`; none where more than names and dots is written.
pub fn dotted_onto(target: &str, expr: &Expr) -> Option<String> {
    behind_dots(expr).as_name_expr()?;
    let mut whole = String::new();
    append_dotted(&mut whole, target, expr);
    Some(whole)
}

/// Appends `target`, and of `a.b.c` what stands behind `a`: from its end, as the tree has it.
fn append_dotted(whole: &mut String, target: &str, expr: &Expr) {
    let parts = || std::iter::successors(expr.as_attribute_expr(), |attribute| attribute.value.as_attribute_expr());
    let behind: usize = parts().map(|part| part.attr.len() + 1).sum();
    let behind = behind.saturating_sub(usize::from(target.ends_with('.')));
    let mut bytes = std::mem::take(whole).into_bytes();
    bytes.reserve_exact(target.len() + behind);
    bytes.extend_from_slice(target.as_bytes());
    let mut end = bytes.len() + behind;
    bytes.resize(end, b'.');
    for part in parts() {
        let start = end - part.attr.len();
        bytes[start..end].copy_from_slice(part.attr.as_bytes());
        end = start.saturating_sub(1);
    }
    *whole = String::from_utf8(bytes).unwrap_or_default();
}
