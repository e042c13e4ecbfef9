//! One walk over the syntax tree, from which all facts about code come.

mod definitions;
mod names;
mod sets;

use compact_str::CompactString;
use ruff_python_ast::name::Name;
use ruff_python_ast::token::Tokens;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Comprehension, Expr, ExprCall, Pattern, Stmt, StmtClassDef, StmtFunctionDef, StmtImportFrom, StmtTry, TypeParam,
    TypeParamTypeVar,
};
use ruff_text_size::{Ranged, TextRange};

use super::body::Bodies;
use super::deep::stacked;
use super::places::Places;
use super::scope::{Bound, Scope, Scopes};
use super::shim::{behind_dots, called, is_type_checking};
use super::{annotations, calls, exports, guards, shim};
use crate::facts::{Code, DefinitionKind, DottedString, Import, NameSet, Use};
use crate::lang::fitted;
use definitions::Needs;
pub use names::dotted_onto;
use sets::{is_modules, is_opening};

/// The facts of a module's body.
pub fn code(body: &[Stmt], tokens: &Tokens, bodies: Bodies, places: &Places) -> Code {
    let only_targets = memchr::memmem::find(places.text.as_bytes(), b":=").is_none();
    let mut module = Scope::of_module(body, only_targets);
    module.follow_aliases(body);
    let mut walk = Walk {
        places,
        tokens,
        bodies,
        out: Code {
            logic: shim::logic(body).map(|range| places.span(range)),
            demands: guards::demands(body),
            runs: guards::runs(body),
            ..Code::default()
        },
        globals: Vec::new(),
        has_star: module.has_star,
        scopes: Scopes::new(module),
        holders: Vec::new(),
        only_targets,
        has_finder: memchr::memmem::find(places.text.as_bytes(), b"def find_spec(").is_some(),
        needs: Needs::default(),
        name: String::new(),
        functions: 0,
        type_checking: false,
        guarded: false,
        script: false,
    };
    walk.visit_body(body);
    let mut bound: Vec<Name> = walk.scopes.into_names().chain(walk.globals).collect();
    bound.sort_unstable();
    bound.dedup();
    walk.out.open |= bound.iter().any(|name| name == "__getattr__");
    walk.out.bound = NameSet::of_sorted(bound.iter().map(Name::as_str));
    walk.out.definitions = fitted(walk.out.definitions);
    walk.out.imports = fitted(walk.out.imports);
    walk.out.uses = walk.out.uses.fitted();
    walk.out.free = walk.out.free.fitted();
    walk.out
}

struct Walk<'w, 't> {
    places: &'w Places<'t>,
    tokens: &'w Tokens,
    bodies: Bodies,
    out: Code,
    /// Names that functions bind in the module by `global`.
    globals: Vec<Name>,
    has_star: bool,
    /// Whether no expression binds a name.
    only_targets: bool,
    /// Whether it defines what finds modules.
    has_finder: bool,
    scopes: Scopes,
    /// The names of the definitions around.
    holders: Vec<Name>,
    /// What the definition at module level that is walked takes from its module.
    needs: Needs,
    /// Room for the name of what is called.
    name: String,
    functions: u32,
    type_checking: bool,
    guarded: bool,
    /// In what only a file that is run does.
    script: bool,
}

impl Walk<'_, '_> {
    fn at_module_level(&self) -> bool {
        self.scopes.at_module_level()
    }

    fn qualified(&self, name: &str) -> String {
        let length = self.holders.iter().map(|holder| holder.len() + 1).sum::<usize>() + name.len();
        let mut whole = String::with_capacity(length);
        for holder in &self.holders {
            whole.push_str(holder);
            whole.push('.');
        }
        whole + name
    }

    fn import(
        &mut self,
        module: &str,
        level: u32,
        name: Option<&str>,
        alias: &ruff_python_ast::Alias,
        stmt: TextRange,
    ) {
        self.out.imports.push(Import {
            module: module.into(),
            level,
            name: name.map(CompactString::from),
            alias: alias.asname.as_ref().map(|alias| alias.as_str().into()),
            span: self.places.span(alias.range()),
            line: self.places.line(stmt.start()),
            local: self.functions > 0,
            type_checking: self.type_checking,
            guarded: self.guarded,
        });
    }

    fn import_from(&mut self, import: &StmtImportFrom) {
        let module = import.module.as_ref().map_or("", |module| module.as_str());
        for alias in &import.names {
            self.import(module, import.level, Some(alias.name.as_str()), alias, import.range());
        }
    }

    fn function(&mut self, function: &StmtFunctionDef) {
        let number = self.out.definitions.len();
        let decorators = &function.decorator_list;
        self.define(DefinitionKind::Function, &function.name, function.range(), decorators, Vec::new(), &function.body);
        decorators.iter().for_each(|decorator| self.visit_decorator(decorator));
        self.begin();
        if let Some(parameters) = &function.type_params {
            self.visit_type_params(parameters);
        }
        self.visit_parameters(&function.parameters);
        if let Some(returns) = &function.returns {
            self.visit_annotation(returns);
        }
        let scope = Scope::of_function(function, self.only_targets);
        self.globals.extend_from_slice(scope.globals());
        self.scopes.enter(scope);
        self.holders.push(function.name.id.clone());
        self.functions += 1;
        let guarded = std::mem::take(&mut self.guarded);
        self.visit_body(&function.body);
        self.guarded = guarded;
        self.functions -= 1;
        self.holders.pop();
        self.scopes.leave();
        self.end(number);
    }

    fn class(&mut self, class: &StmtClassDef) {
        let arguments = class.arguments.as_deref();
        let bases = arguments.map_or(Vec::new(), |arguments| arguments.args.iter().map(called).collect());
        let number = self.out.definitions.len();
        self.define(DefinitionKind::Class, &class.name, class.range(), &class.decorator_list, bases, &class.body);
        class.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
        self.begin();
        if let Some(parameters) = &class.type_params {
            self.visit_type_params(parameters);
        }
        if let Some(arguments) = arguments {
            self.visit_arguments(arguments);
        }
        let scope = Scope::of_body(&class.body, true, self.only_targets);
        self.globals.extend_from_slice(scope.globals());
        self.scopes.enter(scope);
        self.holders.push(class.name.id.clone());
        self.visit_body(&class.body);
        self.holders.pop();
        self.scopes.leave();
        self.end(number);
    }

    fn r#try(&mut self, stmt: &StmtTry) {
        let guarded = self.guarded;
        self.guarded |= guards::catches_imports(stmt);
        self.visit_body(&stmt.body);
        // What an `except ImportError` imports instead is as conditional as what failed.
        for handler in &stmt.handlers {
            self.visit_except_handler(handler);
        }
        self.guarded = guarded;
        self.visit_body(&stmt.orelse);
        self.visit_body(&stmt.finalbody);
    }

    fn note_use(&mut self, target: &str, expr: &Expr, for_types: bool) {
        let span = self.places.span(expr.range());
        self.out.searches |= target == "sys.path" || target.starts_with("sys.path.");
        let type_checking = self.type_checking || for_types;
        self.out.uses.push(&Use { target, span, type_checking });
    }

    /// Reads the types in a type that are written as text.
    fn quoted(&mut self, annotation: &Expr) {
        for text in annotations::quoted(annotation) {
            if let Some(parsed) = annotations::read(text, self.places.text) {
                stacked(|| self.visit_annotation(parsed.expression()));
            }
        }
    }

    fn call(&mut self, call: &ExprCall) {
        let mut function = std::mem::take(&mut self.name);
        function.clear();
        if let Some(imported) = self.full_name_into(&call.func, &mut function) {
            if imported {
                annotations::of_call(&function, call).into_iter().for_each(|argument| self.quoted(argument));
            }
            self.sets_by_call(call, &function);
            self.string(call, &function, imported);
        }
        self.name = function;
    }

    /// Notes a string by which a call names a module, or a thing in one.
    fn string(&mut self, call: &ExprCall, function: &str, imported: bool) {
        let Some(names) = calls::names(function, imported) else { return };
        let Some(Expr::StringLiteral(literal)) = calls::string(call) else { return };
        let mut text = literal.value.to_str().to_owned();
        if text.starts_with('.') {
            let Some(package) = calls::package(call) else { return };
            let Some(whole) = crate::lang::modules::relative(package, &text) else { return };
            text = whole;
        }
        let span = self.places.span(calls::inside_quotes(self.places.slice(literal.range()), literal.range()));
        let is_module = names == calls::Names::Module;
        self.out.strings.push(DottedString {
            text: text.into(),
            span,
            is_module,
            create: self.guarded || calls::may_be_missing(call) || calls::asks_whether(function),
            call: function.into(),
        });
    }
}

impl<'a> Visitor<'a> for Walk<'_, '_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.at_module_level()
            && let Some(names) = exports::of(stmt)
        {
            self.out.exports.get_or_insert_default().extend(names.into_iter().map(CompactString::from));
        }
        match stmt {
            Stmt::FunctionDef(function) => stacked(|| self.function(function)),
            Stmt::ClassDef(class) => stacked(|| self.class(class)),
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.import(alias.name.as_str(), 0, None, alias, import.range());
                }
            }
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::Try(stmt) => stacked(|| self.r#try(stmt)),
            Stmt::With(with) if guards::expects_failure(with) => self.attempt(stmt),
            Stmt::If(test) if guards::asks_for_file(&test.test) => self.attempt(stmt),
            Stmt::If(test) if !guards::asked_for(&test.test).is_empty() => {
                let before = (self.out.imports.len(), self.out.strings.len());
                stacked(|| visitor::walk_stmt(self, stmt));
                self.guard(&guards::asked_for(&test.test), before);
            }
            Stmt::If(test) if is_type_checking(&test.test) => {
                let before = std::mem::replace(&mut self.type_checking, true);
                stacked(|| self.visit_body(&test.body));
                self.type_checking = before;
                stacked(|| test.elif_else_clauses.iter().for_each(|clause| self.visit_elif_else_clause(clause)));
            }
            Stmt::If(test) if self.at_module_level() && guards::is_of_script(&test.test) => {
                self.out.script = true;
                self.script = true;
                stacked(|| self.visit_body(&test.body));
                self.script = false;
                stacked(|| test.elif_else_clauses.iter().for_each(|clause| self.visit_elif_else_clause(clause)));
            }
            Stmt::Assign(assign) => {
                let number = self.begin();
                assign.targets.iter().for_each(|target| self.constant(target, Some(&assign.value), assign.range()));
                self.set_anywhere(&assign.value);
                stacked(|| visitor::walk_stmt(self, stmt));
                self.end(number);
            }
            Stmt::AnnAssign(assign) => {
                let number = self.begin();
                self.constant(&assign.target, assign.value.as_deref(), assign.range());
                stacked(|| visitor::walk_stmt(self, stmt));
                self.end(number);
            }
            Stmt::TypeAlias(alias) => {
                stacked(|| visitor::walk_stmt(self, stmt));
                self.quoted(&alias.value);
            }
            _ => stacked(|| visitor::walk_stmt(self, stmt)),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Attribute(_) => {
                self.out.open |= self.is_own_namespace(expr);
                match behind_dots(expr) {
                    Expr::Name(root) => {
                        if let Some((target, for_types)) = self.root(root, expr) {
                            self.out.makes_modules |= is_modules(&target);
                            self.out.open |= is_opening(&target);
                            self.set_attribute(&target, expr);
                            self.note_use(&target, expr, for_types);
                        }
                    }
                    inner => {
                        self.set_by_chain(expr);
                        stacked(|| self.visit_expr(inner));
                    }
                }
            }
            Expr::Name(name) => drop(self.root(name, expr)),
            Expr::Subscript(subscript) => {
                self.set_module(subscript);
                stacked(|| visitor::walk_expr(self, expr));
            }
            Expr::Call(call) => {
                self.call(call);
                stacked(|| visitor::walk_expr(self, expr));
            }
            Expr::Lambda(lambda) => {
                let mut scope = Scope::default();
                for parameter in lambda.parameters.iter().flat_map(|parameters| parameters.iter()) {
                    scope.bind(&parameter.name().id, Bound::Other);
                }
                self.scopes.enter(scope);
                stacked(|| visitor::walk_expr(self, expr));
                self.scopes.leave();
            }
            Expr::ListComp(comp) => self.comprehension(&comp.generators, expr),
            Expr::SetComp(comp) => self.comprehension(&comp.generators, expr),
            Expr::DictComp(comp) => self.comprehension(&comp.generators, expr),
            Expr::Generator(comp) => self.comprehension(&comp.generators, expr),
            Expr::StringLiteral(_) => self.set_by_finder(expr),
            Expr::NumberLiteral(_) => {}
            _ => stacked(|| visitor::walk_expr(self, expr)),
        }
    }

    fn visit_annotation(&mut self, annotation: &'a Expr) {
        self.visit_expr(annotation);
        self.quoted(annotation);
    }

    fn visit_type_param(&mut self, parameter: &'a TypeParam) {
        visitor::walk_type_param(self, parameter);
        if let TypeParam::TypeVar(TypeParamTypeVar { bound: Some(bound), .. }) = parameter {
            self.quoted(bound);
        }
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        stacked(|| visitor::walk_pattern(self, pattern));
    }
}

impl Walk<'_, '_> {
    /// Visits what holds imports that may fail.
    fn attempt(&mut self, stmt: &Stmt) {
        let before = std::mem::replace(&mut self.guarded, true);
        stacked(|| visitor::walk_stmt(self, stmt));
        self.guarded = before;
    }

    /// Names bound by a comprehension are its own.
    fn comprehension(&mut self, generators: &[Comprehension], expr: &Expr) {
        let mut scope = Scope::default();
        for generator in generators {
            scope.visit_expr(&generator.target);
        }
        self.scopes.enter(scope);
        stacked(|| visitor::walk_expr(self, expr));
        self.scopes.leave();
    }
}
