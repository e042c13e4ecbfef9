//! What a Python file offers: classes with their members, functions, constants, and what it runs when imported.

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Decorator, Expr, ExprContext, Identifier, Number, Parameters, Pattern, Stmt, StmtClassDef, StmtFunctionDef,
};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use super::body::Bodies;
use super::deep::{on_a_stack_for, stacked};
use super::places::Places;
use super::shim::{called, is_type_checking};
use super::{decode, dismantle, exports, guards};
use crate::facts::Detail;
use crate::lang::outline::{Item, Kind, Parameter, Place, short};

/// The outline of a file, in the order of the text; of one that does not parse, as far as it does.
pub fn outline(bytes: &[u8]) -> Vec<Item> {
    let text = decode::decode(bytes, &mut Vec::new());
    let places = Places::new(&text);
    let parsed = on_a_stack_for(&text, || parse_unchecked(&text, ParseOptions::from(Mode::Module)));
    let mut make =
        Make { places: &places, bodies: Bodies::new(parsed.tokens(), &places, Detail::Bodies), items: Vec::new() };
    if let ruff_python_ast::Mod::Module(module) = parsed.syntax() {
        make.block(&module.body, "", true);
    }
    let items = make.items;
    dismantle::dismantle(parsed.into_syntax());
    items
}

struct Make<'m, 't> {
    places: &'m Places<'t>,
    bodies: Bodies,
    items: Vec<Item>,
}

impl Make<'_, '_> {
    /// What a body defines. `holder` ends with a dot where it is a class; then nothing counts that only runs.
    fn block(&mut self, body: &[Stmt], holder: &str, first: bool) {
        for (number, stmt) in body.iter().enumerate() {
            let is_docstring = first && number == 0 && is_text(stmt);
            match stmt {
                Stmt::FunctionDef(function) => self.function(function, holder),
                Stmt::ClassDef(class) => stacked(|| self.class(class, holder)),
                Stmt::Assign(assign) => {
                    for target in &assign.targets {
                        self.value(target, Some(&assign.value), holder);
                    }
                }
                Stmt::AnnAssign(assign) => self.value(&assign.target, assign.value.as_deref(), holder),
                Stmt::TypeAlias(alias) => self.value(&alias.name, Some(&alias.value), holder),
                Stmt::If(test) if holder.is_empty() && guards::is_of_script(&test.test) => self.effect(stmt, holder),
                Stmt::If(test) => {
                    if !is_type_checking(&test.test) {
                        stacked(|| self.block(&test.body, holder, false));
                    }
                    test.elif_else_clauses
                        .iter()
                        .for_each(|clause| stacked(|| self.block(&clause.body, holder, false)));
                }
                Stmt::Try(stmt) => {
                    let handlers = stmt.handlers.iter().map(|handler| {
                        let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                        &handler.body
                    });
                    let blocks = [&stmt.body].into_iter().chain(handlers).chain([&stmt.orelse, &stmt.finalbody]);
                    blocks.for_each(|block| stacked(|| self.block(block, holder, false)));
                }
                Stmt::With(with) => stacked(|| self.block(&with.body, holder, false)),
                Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::Pass(_) | Stmt::Global(_) => {}
                _ if is_docstring || exports::of(stmt).is_some() => {}
                Stmt::Expr(expr) if expr.value.is_string_literal_expr() || expr.value.is_ellipsis_literal_expr() => {}
                _ => self.effect(stmt, holder),
            }
        }
    }

    fn item(&self, kind: Kind, name: String, range: TextRange, body: TextRange) -> Item {
        Item {
            kind,
            name,
            span: self.places.span(range),
            parameters: Vec::new(),
            is_async: false,
            value: None,
            bases: Vec::new(),
            decorators: Vec::new(),
            body: self.bodies.hash(body),
            tokens: self.bodies.count(body),
            uses: BTreeSet::new(),
        }
    }

    fn effect(&mut self, stmt: &Stmt, holder: &str) {
        if !holder.is_empty() {
            return;
        }
        let text = self.places.slice(stmt.range());
        let name = short(text.lines().next().unwrap_or_default());
        let mut item = self.item(Kind::Effect, name, stmt.range(), stmt.range());
        let mut names = Names::default();
        names.visit_stmt(stmt);
        item.uses = names.used;
        self.items.push(item);
    }

    fn value(&mut self, target: &Expr, value: Option<&Expr>, holder: &str) {
        let (mut open, mut alone) = (vec![target], true);
        while let Some(target) = open.pop() {
            match target {
                Expr::Name(name) if name.id.as_str() != "__all__" => {
                    let kind = if holder.is_empty() { Kind::Constant } else { Kind::Attribute };
                    let range = value.map_or(name.range(), Ranged::range);
                    let mut item = self.item(kind, format!("{holder}{}", name.id.as_str()), name.range(), range);
                    item.value = value.map(|value| self.text(value));
                    // Of `A, B = f()` the value is that of both.
                    item.value = item.value.map(|text| if alone { text } else { format!("of {text}") });
                    let mut names = Names::default();
                    value.into_iter().for_each(|value| names.visit_expr(value));
                    item.uses = names.used;
                    self.items.push(item);
                }
                Expr::Tuple(tuple) => open.extend(tuple.elts.iter().rev()),
                Expr::List(list) => open.extend(list.elts.iter().rev()),
                Expr::Starred(starred) => open.push(&starred.value),
                _ => {}
            }
            alone = false;
        }
    }

    /// A literal as it is meant, all else as it is written.
    fn text(&self, value: &Expr) -> String {
        match value {
            Expr::StringLiteral(text) => format!("{:?}", text.value.to_str()),
            Expr::NumberLiteral(number) => match &number.value {
                Number::Int(number) => number.to_string(),
                Number::Float(number) => format!("{number:?}"),
                Number::Complex { .. } => self.places.slice(value.range()).to_owned(),
            },
            _ => self.places.slice(value.range()).to_owned(),
        }
    }

    fn function(&mut self, function: &StmtFunctionDef, holder: &str) {
        let decorators: Vec<String> =
            function.decorator_list.iter().map(|decorator| self.decorator(decorator)).collect();
        let last =
            decorators.iter().map(|text| text.rsplit('.').next().unwrap_or(text)).next_back().unwrap_or_default();
        if last == "overload" {
            return;
        }
        // What sets or deletes a property has its name.
        let further = if matches!(last, "setter" | "deleter") { format!(".{last}") } else { String::new() };
        let name = format!("{holder}{}{further}", function.name.as_str());
        let start = function.body.iter().find(|stmt| !is_text(stmt)).map_or(function.end(), Ranged::start);
        let body = TextRange::new(start, function.end());
        let mut item = self.item(Kind::Function, name, function.name.range(), body);
        item.parameters = self.parameters(&function.parameters);
        item.is_async = function.is_async;
        item.decorators = decorators;
        let own = function.parameters.iter_non_variadic_params().next().map(|first| first.name().as_str());
        let mut names = Names { own: own.filter(|_| !holder.is_empty()), ..Names::default() };
        names.visit_parameters(&function.parameters);
        names.visit_body(&function.body);
        item.uses = names.used;
        self.items.push(item);
        for (name, span) in names.attributes {
            let mut item =
                self.item(Kind::Attribute, format!("{holder}{name}"), span, TextRange::empty(function.end()));
            (item.body, item.tokens) = (0, 0);
            self.items.push(item);
        }
    }

    fn class(&mut self, class: &StmtClassDef, holder: &str) {
        let name = format!("{holder}{}", class.name.as_str());
        let mut item = self.item(Kind::Class, name, class.name.range(), TextRange::empty(class.end()));
        (item.body, item.tokens) = (0, 0);
        item.decorators = class.decorator_list.iter().map(|decorator| self.decorator(decorator)).collect();
        let mut names = Names::default();
        class.decorator_list.iter().for_each(|decorator| names.visit_decorator(decorator));
        if let Some(arguments) = class.arguments.as_deref() {
            item.bases = arguments.args.iter().map(called).collect();
            names.visit_arguments(arguments);
        }
        item.uses = names.used;
        let holder = format!("{}.", item.name);
        self.items.push(item);
        self.block(&class.body, &holder, true);
    }

    fn decorator(&self, decorator: &Decorator) -> String {
        self.places.slice(decorator.expression.range()).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn parameters(&self, parameters: &Parameters) -> Vec<Parameter> {
        let one = |place: Place, name: &Identifier, default: Option<&Expr>| Parameter {
            place,
            name: name.as_str().to_owned(),
            default: default.map(|default| self.text(default)),
        };
        let each = |place: Place, of: &[ruff_python_ast::ParameterWithDefault]| {
            of.iter().map(|each| one(place, &each.parameter.name, each.default.as_deref())).collect::<Vec<_>>()
        };
        let rest = |place: Place, of: &Option<Box<ruff_python_ast::Parameter>>| {
            of.iter().map(|of| one(place, &of.name, None)).collect::<Vec<_>>()
        };
        [
            each(Place::Position, &parameters.posonlyargs),
            each(Place::PositionOrName, &parameters.args),
            rest(Place::Rest, &parameters.vararg),
            each(Place::Name, &parameters.kwonlyargs),
            rest(Place::RestByName, &parameters.kwarg),
        ]
        .concat()
    }
}

/// Whether a statement is a text alone: the first one of a body is its docstring.
pub(super) fn is_text(stmt: &Stmt) -> bool {
    stmt.as_expr_stmt().is_some_and(|expr| expr.value.is_string_literal_expr())
}

/// The names in a stretch of code, and the attributes that a method gives its object.
#[derive(Default)]
struct Names<'a> {
    used: BTreeSet<String>,
    /// The name of the object in a method.
    own: Option<&'a str>,
    attributes: Vec<(String, TextRange)>,
}

impl<'a> Visitor<'a> for Names<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        stacked(|| visitor::walk_stmt(self, stmt));
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let mut expr = expr;
        while let Expr::Attribute(attribute) = expr {
            let name = attribute.attr.as_str();
            let of_own = attribute.value.as_name_expr().is_some_and(|name| Some(name.id.as_str()) == self.own);
            if of_own && matches!(attribute.ctx, ExprContext::Store) {
                self.attributes.push((name.to_owned(), attribute.attr.range()));
            }
            self.used.insert(name.to_owned());
            expr = &attribute.value;
        }
        match expr {
            Expr::Name(name) => drop(self.used.insert(name.id.as_str().to_owned())),
            _ => stacked(|| visitor::walk_expr(self, expr)),
        }
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        stacked(|| visitor::walk_pattern(self, pattern));
    }
}
