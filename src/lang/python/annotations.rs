//! Types that are written as text: `"os.PathLike[str]"` is a use of `os`, as it is without the quotes.

use ruff_python_ast::{Expr, ExprCall, ExprStringLiteral};
use ruff_python_parser::typing::{ParsedAnnotation, parse_type_annotation};

use super::shim::called;

/// A longer text is not read: what it holds could be nested deeper than is good for a parser.
const LONGEST: usize = 500;

/// The texts in a type that are types themselves.
pub fn quoted(annotation: &Expr) -> Vec<&ExprStringLiteral> {
    let (mut texts, mut open) = (Vec::new(), vec![annotation]);
    while let Some(expr) = open.pop() {
        match expr {
            Expr::StringLiteral(text) => texts.push(text),
            Expr::Subscript(subscript) => {
                let of = called(&subscript.value);
                match of.rsplit('.').next() {
                    Some("Literal") => {}
                    Some("Annotated") => match &*subscript.slice {
                        Expr::Tuple(tuple) => open.extend(tuple.elts.first()),
                        only => open.push(only),
                    },
                    _ => open.push(&subscript.slice),
                }
            }
            Expr::BinOp(either) => open.extend([&*either.left, &*either.right]),
            Expr::List(list) => open.extend(&list.elts),
            Expr::Starred(starred) => open.push(&starred.value),
            Expr::Tuple(tuple) => open.extend(&tuple.elts),
            _ => {}
        }
    }
    texts
}

/// What a text says as a type; none where it is no code.
pub fn read(text: &ExprStringLiteral, source: &str) -> Option<ParsedAnnotation> {
    let is_short = text.value.to_str().len() < LONGEST;
    is_short.then(|| stacker::maybe_grow(1 << 20, 4 << 20, || parse_type_annotation(text, source).ok()))?
}

/// The arguments of a call that are types.
pub fn of_call<'c>(function: &str, call: &'c ExprCall) -> Vec<&'c Expr> {
    let Some(("typing" | "typing_extensions", function)) = function.split_once('.') else { return Vec::new() };
    let arguments = &call.arguments;
    let named = |names: &[&str]| {
        let keywords =
            arguments.keywords.iter().filter(|word| word.arg.as_ref().is_some_and(|arg| names.contains(&arg.as_str())));
        keywords.map(|word| &word.value).collect::<Vec<_>>()
    };
    match function {
        "cast" => arguments.args.first().into_iter().chain(named(&["typ"])).collect(),
        "NewType" => arguments.args.iter().skip(1).chain(named(&["tp"])).collect(),
        "TypeVar" => arguments.args.iter().skip(1).chain(named(&["bound", "default"])).collect(),
        _ => Vec::new(),
    }
}
