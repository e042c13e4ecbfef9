//! What makes a module bind more than is written in it, there or from another module.

use compact_str::{CompactString, format_compact};
use ruff_python_ast::{Expr, ExprCall, ExprContext, ExprSubscript};

use super::super::deep::stacked;
use super::super::scope::{Bound, Entry};
use super::Walk;
use crate::policy::dotted::is_identifier;

/// `setattr`, `monkeypatch.setattr`, `patch.object`.
const SETTERS: [&str; 2] = ["object", "setattr"];

/// By these a module answers for names that it does not bind.
const ANSWERS: [&str; 3] = ["__class__", "__dict__", "__getattr__"];

/// In the name of a function that is told the old and the new name of a module: `moved_module("a.old", "a.new")`.
const MOVES: [&str; 3] = ["moved", "relocated", "renamed"];

/// Whether a function puts into the module that calls it what others hold: those of `zope.deprecation` and
/// `zope.deferredimport`.
fn is_filling(function: &str) -> bool {
    const DEFERRED: [&str; 5] = ["define", "defineFrom", "deprecated", "deprecatedFrom", "initialize"];
    function == "zope.deprecation.moved"
        || function.strip_prefix("zope.deferredimport.").is_some_and(|function| DEFERRED.contains(&function))
}

/// The text of a string that can be the whole name of a module below another.
fn dotted_text(expr: &Expr) -> Option<&str> {
    let text = expr.as_string_literal_expr()?.value.to_str();
    (text.contains('.') && text.split('.').all(is_identifier)).then_some(text)
}

/// Whether a name stands for the table of modules, or something of it.
pub(super) fn is_modules(target: &str) -> bool {
    target.strip_prefix("sys.modules").is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether what was imported reaches into the namespace of the module that names it.
pub(super) fn is_opening(target: &str) -> bool {
    is_modules(target) || matches!(target, "builtins.exec" | "builtins.globals" | "enum.global_enum")
}

impl Walk<'_, '_> {
    /// Whether by a name, and what binds it, the module reaches into its own namespace. What a function does may be done
    /// when the module is run.
    pub(super) fn opens(&self, id: &str, entry: Option<&Entry>) -> bool {
        match entry.map(|entry| &entry.bound) {
            Some(Bound::Import(target)) => is_opening(target),
            Some(Bound::Other) => false,
            None => id == "globals" || (matches!(id, "locals" | "vars") && self.functions == 0),
        }
    }

    /// Whether by a name, and what binds it, it reaches into the table of modules, or its own search path.
    pub(super) fn makes_modules(&self, id: &str, entry: Option<&Entry>) -> bool {
        match entry.map(|entry| (&entry.bound, entry.depth)) {
            Some((Bound::Import(target), _)) => is_modules(target),
            Some((Bound::Other, depth)) => depth == 0 && id == "__path__",
            None => matches!(id, "__path__" | "exec"),
        }
    }

    /// `b.c = 1`, and `b.__dict__` whatever is done with it.
    pub(super) fn set_attribute(&mut self, target: &str, expr: &Expr) {
        let parts = || target.match_indices('.').map(|(dot, _)| (&target[..dot], &target[dot + 1..]));
        let answers = |rest: &str| ANSWERS.contains(&rest.split('.').next().unwrap_or_default());
        let is_stored = expr.as_attribute_expr().is_some_and(|attribute| attribute.ctx == ExprContext::Store);
        let whole =
            parts().find(|(_, rest)| answers(rest)).filter(|(_, rest)| is_stored || rest.starts_with("__dict__"));
        match whole {
            Some((thing, _)) => self.out.sets.push(format_compact!("{thing}.*")),
            None if is_stored => self.out.sets.push(target.into()),
            None => {}
        }
    }

    /// `sys.modules["a.b"] = …`
    pub(super) fn set_module(&mut self, subscript: &ExprSubscript) {
        if subscript.ctx != ExprContext::Store {
            return;
        }
        self.set_anywhere(&subscript.value);
        if self.is_thing(&subscript.value, "sys.modules") {
            self.set_all_of(&subscript.slice);
            // `sys.modules[caller] = module`: a helper that puts another module in the place of its caller.
            let is_own = subscript.slice.as_name_expr().is_some_and(|name| name.id.as_str() == "__name__");
            if !is_own && !subscript.slice.is_string_literal_expr() {
                self.fill();
            }
        }
    }

    /// `module = sys.modules[cls.__module__]`, `frame.f_globals["x"] = 1`: a helper that fills the module of its caller; and
    /// `names = names or frame.f_globals`.
    pub(super) fn set_anywhere(&mut self, thing: &Expr) {
        let is_some_module = match thing {
            Expr::Attribute(attribute) => match attribute.attr.as_str() {
                "f_globals" => true,
                "__dict__" => return stacked(|| self.set_anywhere(&attribute.value)),
                _ => false,
            },
            Expr::Subscript(of) => {
                let is_table = self.is_thing(&of.value, "sys.modules");
                let is_own = of.slice.as_name_expr().is_some_and(|name| name.id.as_str() == "__name__");
                is_table && !is_own && !of.slice.is_string_literal_expr()
            }
            Expr::BoolOp(either) => return stacked(|| either.values.iter().for_each(|value| self.set_anywhere(value))),
            Expr::If(either) => {
                return stacked(|| {
                    [&either.body, &either.orelse].into_iter().for_each(|value| self.set_anywhere(value))
                });
            }
            _ => false,
        };
        if is_some_module {
            self.fill();
        }
    }

    /// Notes that the definition around fills modules of others.
    fn fill(&mut self) {
        if let Some(holder) = self.holders.first()
            && !self.out.fills.iter().any(|name| name == holder.as_str())
        {
            self.out.fills.push(holder.as_str().into());
        }
    }

    /// `sys._getframe().f_globals`, `f.__globals__`: in a function they may be of another module.
    pub(super) fn is_own_namespace(&self, expr: &Expr) -> bool {
        let mut parts = std::iter::successors(expr.as_attribute_expr(), |part| part.value.as_attribute_expr());
        self.functions == 0 && parts.any(|part| matches!(part.attr.as_str(), "__globals__" | "f_globals"))
    }

    /// `sys.modules[name].x = 1`, `sys.modules[name].__dict__.update(…)`
    pub(super) fn set_by_chain(&mut self, expr: &Expr) {
        let Expr::Attribute(attribute) = expr else { return };
        let fills = matches!(attribute.attr.as_str(), "setdefault" | "update");
        let of_dict = attribute.value.as_attribute_expr().is_some_and(|inner| inner.attr.as_str() == "__dict__");
        let is_globals = attribute.value.as_attribute_expr().is_some_and(|inner| inner.attr.as_str() == "f_globals");
        if attribute.ctx == ExprContext::Store || (fills && (of_dict || is_globals)) {
            self.set_anywhere(&attribute.value);
        }
    }

    /// `setattr(b, "c", 1)`, `vars(b)`, `import_module(__name__)`, `patch.dict("sys.modules", {"a.b": …})`
    pub(super) fn sets_by_call(&mut self, call: &ExprCall, function: &str) {
        let arguments = &call.arguments.args;
        let last = function.rsplit('.').next().unwrap_or(function);
        let is_own = arguments.first().is_some_and(|module| self.is_thing(module, "__name__"));
        self.out.open |= (is_own && matches!(last, "__import__" | "import_module")) || is_filling(function);
        if let Some((old, _)) = arguments.first().and_then(dotted_text).zip(arguments.get(1).and_then(dotted_text))
            && MOVES.iter().any(|moves| last.contains(moves))
        {
            self.out.sets.extend([format_compact!("{old}.*"), old.into()]);
        }
        let is_setter = SETTERS.contains(&last);
        if let Some(first) = arguments.first().filter(|_| is_setter || last == "vars") {
            self.set_anywhere(first);
            if let Some(thing) = self.imported_thing(first) {
                let name = arguments.get(1).and_then(Expr::as_string_literal_expr).filter(|_| is_setter);
                let name = name.map(|name| name.value.to_str()).filter(|name| !ANSWERS.contains(name));
                self.out.sets.push(format_compact!("{thing}.{}", name.unwrap_or("*")));
            }
        }
        let is_table = |argument: &Expr| match argument {
            Expr::StringLiteral(text) => text.value.to_str() == "sys.modules",
            _ => self.is_thing(argument, "sys.modules"),
        };
        if is_modules(function) || arguments.iter().any(is_table) {
            for argument in arguments {
                match argument {
                    Expr::Dict(dict) => {
                        dict.items.iter().filter_map(|item| item.key.as_ref()).for_each(|key| self.set_all_of(key))
                    }
                    _ => self.set_all_of(argument),
                }
            }
        }
    }

    /// What a finder (`importlib.abc.MetaPathFinder`) compares names with: it makes the modules that it answers for. It may
    /// look them up in a table that its module holds.
    pub(super) fn set_by_finder(&mut self, text: &Expr) {
        let is_in_finder = || self.holders.last().is_some_and(|holder| holder.as_str() == "find_spec");
        if (self.has_finder && dotted_text(text).is_some()) || is_in_finder() {
            self.set_all_of(text);
        }
    }

    /// What an expression stands for, if that was imported: `a.b`; `a.b.*` where `getattr` takes something of it.
    fn imported_thing(&self, expr: &Expr) -> Option<CompactString> {
        if let Some((thing, true)) = self.full_name(expr) {
            return Some(thing.as_str().into());
        }
        let arguments = &expr.as_call_expr().filter(|call| self.is_thing(&call.func, "getattr"))?.arguments.args;
        let (thing, _) = self.full_name(arguments.first()?).filter(|(_, imported)| *imported)?;
        let name = arguments.get(1)?.as_string_literal_expr().map_or("*", |name| name.value.to_str());
        Some(format_compact!("{thing}.{name}"))
    }

    /// A module of that name may be there, and any name in it; from what is above it can be taken as a name too.
    fn set_all_of(&mut self, module: &Expr) {
        if let Expr::StringLiteral(module) = module {
            let module = module.value.to_str();
            self.out.sets.push(format_compact!("{module}.*"));
            if module.contains('.') {
                self.out.sets.push(module.into());
            }
        }
    }
}
