//! The tokens in which copies are looked for. Left out are imports at module level and tables of data.

use std::ops::Range;

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Expr, ExprAwait, ExprYieldFrom, ModModule, Stmt, StmtFunctionDef};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::deep::stacked;
use super::places::Places;
use crate::lang::tokens::{Builder, NOWHERE, Shape, Tokens, hash, hash_all};

/// Most files have fewer names.
const SOME_NAMES: usize = 1 << 8;

/// A value of data with fewer tokens is part of the code around it.
const LEAST_TABLE: usize = 20;

pub fn tokens(parsed: &Parsed<ModModule>, places: &Places) -> Tokens {
    let layout = Layout::of(&parsed.syntax().body, parsed);
    let mut out = Builder::with_room(parsed.tokens().len());
    let mut cuts = layout.cuts.iter().peekable();
    let mut units = layout.units.iter().peekable();
    // The units that are open, by their ends and their numbers, and the last head, by its end and the number of its unit.
    let mut open: Vec<(TextSize, usize)> = Vec::new();
    let mut ranges: Vec<(Range<u32>, u32)> = Vec::new();
    let mut head: Option<(TextSize, usize)> = None;
    let mut lines = places.in_order();
    let mut names: FxHashMap<u64, u32> = FxHashMap::with_capacity_and_hasher(SOME_NAMES, FxBuildHasher);
    let kinds = &*super::body::KINDS;
    let comma = kinds[TokenKind::Comma as usize];
    let (mut behind_cut, mut behind_string, mut behind_dedent) = (false, false, false);
    for token in parsed.tokens() {
        let mut kind = token.kind();
        if matches!(kind, TokenKind::Comment | TokenKind::NonLogicalNewline | TokenKind::EndOfFile) {
            continue;
        }
        while cuts.next_if(|cut| cut.end() <= token.start()).is_some() {
            behind_cut = true;
            out.cut();
        }
        let is_cut = cuts.peek().is_some_and(|cut| cut.contains(token.start()));
        // The end of a line that was left out is left out too.
        if is_cut || (behind_cut && matches!(kind, TokenKind::Newline | TokenKind::Semi)) {
            out.cut();
            continue;
        }
        behind_cut = false;
        if let Some((_, number)) = head.take_if(|(end, _)| *end <= token.start()) {
            ranges[number].1 = out.next();
        }
        while let Some((_, number)) = open.pop_if(|(end, _)| *end <= token.start()) {
            ranges[number].0.end = out.next();
        }
        // The end of the block before stands at the same place, and is no part of it.
        let starts = |unit: &&Unit| unit.range.start() <= token.start() && !super::body::is_layout(kind);
        while let Some(unit) = units.next_if(starts) {
            open.push((unit.range.end(), ranges.len()));
            head = unit.head.map(|end| (end, ranges.len()));
            ranges.push((out.next()..out.next(), out.next()));
        }
        // Where several blocks end at once, how many does not count: it changes with where the code around stands.
        if kind == TokenKind::Dedent && behind_dedent {
            continue;
        }
        behind_dedent = kind == TokenKind::Dedent;
        if kind == TokenKind::Semi {
            kind = TokenKind::Newline;
        }
        if matches!(kind, TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace) {
            out.take_back(comma);
        }
        let is_told_by_kind = !super::body::is_more_than_its_kind(kind);
        let text = if is_told_by_kind { "" } else { text_of(kind, places.slice(token.range())) };
        let may_have_lines = !is_told_by_kind && kind != TokenKind::Name;
        let has_lines = may_have_lines && memchr::memchr(b'\n', text.as_bytes()).is_some();
        let hash = match (text, has_lines) {
            ("", _) => kinds[kind as usize],
            (text, false) => hash(kind as u64, text.as_bytes()),
            (text, true) => hash_of_lines(kind, text),
        };
        let shape = match kind {
            TokenKind::Name => Shape::Name(names.insert(hash, out.next())),
            TokenKind::String | TokenKind::FStringStart | TokenKind::TStringStart if behind_string => Shape::Silent,
            TokenKind::FStringMiddle | TokenKind::FStringEnd | TokenKind::TStringMiddle | TokenKind::TStringEnd => {
                Shape::Silent
            }
            kind if is_literal(kind) => Shape::Fixed(TokenKind::String as u32),
            kind => Shape::Fixed(kind as u32),
        };
        behind_string = matches!(kind, TokenKind::String | TokenKind::FStringEnd | TokenKind::TStringEnd);
        let first = lines.line(token.start());
        let at = match kind {
            kind if super::body::is_layout(kind) => NOWHERE,
            kind if is_text(kind) => (first, lines.line(token.end())),
            _ => (first, first),
        };
        out.push_shaped(hash, shape, at);
    }
    if let Some((_, number)) = head {
        ranges[number].1 = out.next();
    }
    for (_, number) in open {
        ranges[number].0.end = out.next();
    }
    for (range, head) in ranges.into_iter().filter(|(range, _)| !range.is_empty()) {
        let head = head - range.start;
        out.unit(range, head);
    }
    out.finish()
}

/// What counts of a token beside its kind. Of layout only the kind does, and of a string not its quotes.
fn text_of(kind: TokenKind, text: &str) -> &str {
    match kind {
        TokenKind::Name
        | TokenKind::Int
        | TokenKind::Float
        | TokenKind::Complex
        | TokenKind::FStringMiddle
        | TokenKind::TStringMiddle
        | TokenKind::IpyEscapeCommand
        | TokenKind::Unknown => text,
        TokenKind::String => text.trim_matches(|letter| matches!(letter, '"' | '\'')),
        _ => "",
    }
}

/// The hash of a text over several lines, whose indentation is that of the code around.
fn hash_of_lines(kind: TokenKind, text: &str) -> u64 {
    hash_all(text.lines().map(|line| hash(kind as u64, line.trim().as_bytes())))
}

fn is_text(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle)
}

fn is_literal(kind: TokenKind) -> bool {
    is_text(kind)
        || matches!(
            kind,
            TokenKind::Int
                | TokenKind::Float
                | TokenKind::Complex
                | TokenKind::FStringStart
                | TokenKind::TStringStart
                | TokenKind::True
                | TokenKind::False
                | TokenKind::None
        )
}

/// What is left out, and where functions and classes are; both in the order of the text.
#[derive(Default)]
struct Layout {
    cuts: Vec<TextRange>,
    units: Vec<Unit>,
}

/// A function or class.
struct Unit {
    range: TextRange,
    /// Where the head of a function ends.
    head: Option<TextSize>,
}

impl Layout {
    fn of(body: &[Stmt], parsed: &Parsed<ModModule>) -> Self {
        let mut layout = Self::default();
        layout.body(body, false, parsed);
        layout
    }

    fn body(&mut self, body: &[Stmt], in_function: bool, parsed: &Parsed<ModModule>) {
        for stmt in body {
            stacked(|| self.stmt(stmt, in_function, parsed));
        }
    }

    fn stmt(&mut self, stmt: &Stmt, in_function: bool, parsed: &Parsed<ModModule>) {
        match stmt {
            Stmt::FunctionDef(function) => {
                self.unit(function.range(), function.decorator_list.last(), Some(head_end(function)), parsed);
                self.body(&function.body, true, parsed);
            }
            Stmt::ClassDef(class) => {
                self.unit(class.range(), class.decorator_list.last(), None, parsed);
                self.body(&class.body, in_function, parsed);
            }
            Stmt::If(test) => {
                self.body(&test.body, in_function, parsed);
                test.elif_else_clauses.iter().for_each(|clause| self.body(&clause.body, in_function, parsed));
            }
            Stmt::For(stmt) => {
                self.body(&stmt.body, in_function, parsed);
                self.body(&stmt.orelse, in_function, parsed);
            }
            Stmt::While(stmt) => {
                self.body(&stmt.body, in_function, parsed);
                self.body(&stmt.orelse, in_function, parsed);
            }
            Stmt::With(stmt) => self.body(&stmt.body, in_function, parsed),
            Stmt::Match(stmt) => stmt.cases.iter().for_each(|case| self.body(&case.body, in_function, parsed)),
            Stmt::Try(stmt) => {
                self.body(&stmt.body, in_function, parsed);
                for handler in &stmt.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    self.body(&handler.body, in_function, parsed);
                }
                self.body(&stmt.orelse, in_function, parsed);
                self.body(&stmt.finalbody, in_function, parsed);
            }
            Stmt::Import(_) | Stmt::ImportFrom(_) if !in_function => self.cuts.push(stmt.range()),
            Stmt::Assign(assign) if !in_function => self.value(&assign.value, stmt.range(), parsed),
            Stmt::AnnAssign(assign) if !in_function => {
                assign.value.iter().for_each(|value| self.value(value, stmt.range(), parsed));
            }
            Stmt::AugAssign(assign) if !in_function => self.value(&assign.value, stmt.range(), parsed),
            _ => {}
        }
    }

    /// Notes a function or class from its keyword on: decorators are no part of it.
    fn unit(
        &mut self,
        range: TextRange,
        last: Option<&ruff_python_ast::Decorator>,
        head: Option<TextSize>,
        parsed: &Parsed<ModModule>,
    ) {
        let start = last.map_or(range.start(), Ranged::end);
        let mut tokens = parsed.tokens().in_range(TextRange::new(start, range.end())).iter();
        let first = tokens.find(|token| !super::body::is_layout(token.kind()));
        let range = TextRange::new(first.map_or(range.start(), Ranged::start), range.end());
        self.units.push(Unit { range, head });
    }

    /// Notes the tables of data in a value: all of it, or rows that stand between what is none.
    fn value(&mut self, value: &Expr, whole: TextRange, parsed: &Parsed<ModModule>) {
        let holds = matches!(value, Expr::Dict(_) | Expr::List(_) | Expr::Set(_) | Expr::Tuple(_) | Expr::Call(_));
        let is_code = |token: &&ruff_python_ast::token::Token| !super::body::is_layout(token.kind());
        if !holds
            || parsed.tokens().in_range(value.range()).iter().filter(is_code).take(LEAST_TABLE).count() < LEAST_TABLE
        {
            return;
        }
        if is_data(value) {
            self.cuts.push(whole);
            return;
        }
        let mut row = |value: &Expr| stacked(|| self.value(value, value.range(), parsed));
        match value {
            Expr::List(list) => list.elts.iter().for_each(row),
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(row),
            Expr::Set(set) => set.elts.iter().for_each(row),
            Expr::Dict(dict) => dict.items.iter().for_each(|item| row(&item.value)),
            Expr::Call(call) => {
                call.arguments.args.iter().for_each(&mut row);
                call.arguments.keywords.iter().for_each(|keyword| row(&keyword.value));
            }
            _ => {}
        }
    }
}

/// Where the head of a function ends, its docstring with it; where all that it does is to hand on what it takes, its end.
fn head_end(function: &StmtFunctionDef) -> TextSize {
    let body = match function.body.as_slice() {
        [first, behind @ ..] if super::outline::is_text(first) => behind,
        body => body,
    };
    match body {
        [] => function.end(),
        [only] if hands_on(only) => function.end(),
        [first, ..] => first.start(),
    }
}

/// Whether a statement does nothing, or only calls something with names and literals.
fn hands_on(stmt: &Stmt) -> bool {
    let mut value = match stmt {
        Stmt::Pass(_) => return true,
        Stmt::Expr(stmt) => &stmt.value,
        Stmt::Return(stmt) => match &stmt.value {
            Some(value) => value,
            None => return true,
        },
        _ => return false,
    };
    while let Expr::Await(ExprAwait { value: inner, .. }) | Expr::YieldFrom(ExprYieldFrom { value: inner, .. }) =
        &**value
    {
        value = inner;
    }
    let is_plain = |value: &Expr| {
        let value = if let Expr::Starred(starred) = value { &starred.value } else { value };
        matches!(value, Expr::Name(_) | Expr::Attribute(_)) || value.is_literal_expr()
    };
    match &**value {
        Expr::EllipsisLiteral(_) => true,
        Expr::Call(call) => {
            is_data(&call.func)
                && call.arguments.args.iter().all(is_plain)
                && call.arguments.keywords.iter().all(|keyword| is_plain(&keyword.value))
        }
        _ => false,
    }
}

/// Whether a value is spelled out: literals, names, what holds them, and calls that name each argument.
fn is_data(value: &Expr) -> bool {
    stacked(|| match value {
        Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::NumberLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NoneLiteral(_)
        | Expr::EllipsisLiteral(_)
        | Expr::Name(_) => true,
        Expr::FString(text) => {
            let elements = text.value.elements().filter_map(|element| element.as_interpolation());
            elements.map(|element| &*element.expression).all(is_data)
        }
        Expr::Attribute(attribute) => is_data(&attribute.value),
        Expr::UnaryOp(sign) => is_data(&sign.operand),
        Expr::Starred(starred) => is_data(&starred.value),
        Expr::List(list) => list.elts.iter().all(is_data),
        Expr::Tuple(tuple) => tuple.elts.iter().all(is_data),
        Expr::Set(set) => set.elts.iter().all(is_data),
        Expr::Dict(dict) => dict.items.iter().all(|item| item.key.iter().all(is_data) && is_data(&item.value)),
        Expr::Call(call) => {
            call.arguments.args.is_empty()
                && is_data(&call.func)
                && call.arguments.keywords.iter().all(|keyword| is_data(&keyword.value))
        }
        _ => false,
    })
}
