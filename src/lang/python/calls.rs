//! Calls that resolve a dotted name given as a string.

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{TextRange, TextSize};

/// What the first argument of a call names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    Module,
    /// A thing in a module.
    Thing,
}

/// Functions by their full names.
const FUNCTIONS: &[(&str, Names)] = &[
    ("__import__", Names::Module),
    ("builtins.__import__", Names::Module),
    ("django.conf.urls.include", Names::Module),
    ("django.urls.include", Names::Module),
    ("django.utils.module_loading.import_string", Names::Thing),
    ("importlib.__import__", Names::Module),
    ("importlib.import_module", Names::Module),
    ("importlib.util.find_spec", Names::Module),
    ("mock.patch", Names::Thing),
    ("mock.patch.dict", Names::Thing),
    ("mock.patch.multiple", Names::Thing),
    ("pkgutil.resolve_name", Names::Thing),
    ("pytest.importorskip", Names::Module),
    ("runpy.run_module", Names::Module),
    ("unittest.mock.patch", Names::Thing),
    ("unittest.mock.patch.dict", Names::Thing),
    ("unittest.mock.patch.multiple", Names::Thing),
];

/// Names that stand for one object, and its methods.
type Fixture = (&'static [&'static str], &'static [(&'static str, Names)]);

/// Fixtures: their names are given by pytest, nothing imports them.
const FIXTURES: &[Fixture] = &[
    (
        &["class_mocker", "mocker", "module_mocker", "package_mocker", "session_mocker"],
        &[("patch", Names::Thing), ("patch.dict", Names::Thing), ("patch.multiple", Names::Thing)],
    ),
    (&["monkeypatch", "mp"], &[("delattr", Names::Thing), ("setattr", Names::Thing)]),
];

/// What the call of `dotted` names; `imported` tells whether its first part is an import.
pub fn names(dotted: &str, imported: bool) -> Option<Names> {
    if imported || !dotted.contains('.') {
        return FUNCTIONS.iter().find(|(name, _)| *name == dotted).map(|(_, names)| *names);
    }
    let dotted = dotted.strip_prefix("self.").unwrap_or(dotted);
    let (root, rest) = dotted.split_once('.')?;
    let (_, methods) = FIXTURES.iter().find(|(roots, _)| roots.contains(&root))?;
    methods.iter().find(|(method, _)| *method == rest).map(|(_, names)| *names)
}

/// The string that the call is given: its first argument, or the one by name.
pub fn string(call: &ExprCall) -> Option<&Expr> {
    let by_name = || {
        let keyword = |name: &str| matches!(name, "target" | "name" | "in_dict" | "modname");
        let found =
            call.arguments.keywords.iter().find(|word| word.arg.as_ref().is_some_and(|arg| keyword(arg.as_str())));
        found.map(|word| &word.value)
    };
    call.arguments.args.first().or_else(by_name).filter(|argument| argument.is_string_literal_expr())
}

/// The value of `package=`, or the second argument, where it is a string.
pub fn package(call: &ExprCall) -> Option<&str> {
    let by_name = || {
        let found = call.arguments.keywords.iter().find(|word| word.arg.as_ref().is_some_and(|arg| arg == "package"));
        found.map(|word| &word.value)
    };
    match call.arguments.args.get(1).or_else(by_name)? {
        Expr::StringLiteral(text) => Some(text.value.to_str()),
        _ => None,
    }
}

/// Whether the function only tells whether a module is there.
pub fn asks_whether(function: &str) -> bool {
    function == "importlib.util.find_spec"
}

/// Whether the call says `create=True`, or for `setattr` and `delattr` `raising=False`.
pub fn may_be_missing(call: &ExprCall) -> bool {
    call.arguments.keywords.iter().any(|word| {
        let Some(name) = &word.arg else { return false };
        match &word.value {
            Expr::BooleanLiteral(flag) => (name == "create" && flag.value) || (name == "raising" && !flag.value),
            _ => name == "create",
        }
    })
}

/// The range between the quotes of a plain literal.
pub fn inside_quotes(literal: &str, range: TextRange) -> TextRange {
    let quote = literal.bytes().next().filter(|quote| matches!(quote, b'"' | b'\''));
    let triple = literal.starts_with("\"\"\"") || literal.starts_with("'''");
    match quote {
        Some(quote) if !triple && literal.len() >= 2 && literal.bytes().filter(|byte| *byte == quote).count() == 2 => {
            TextRange::new(range.start() + TextSize::from(1), range.end() - TextSize::from(1))
        }
        _ => range,
    }
}
