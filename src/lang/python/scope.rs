//! Which names a scope binds, and which of them are imports.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Comprehension, ExceptHandler, Expr, ExprContext, Pattern, Stmt, StmtFunctionDef, StmtImport, StmtImportFrom,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::shim::{behind_dots, is_type_checking};

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Something imported, by its dotted name; relative ones keep their leading dots.
    Import(String),
    Other,
}

/// The names of one module, class or function body.
#[derive(Debug, Default)]
pub struct Scope {
    pub names: FxHashMap<Name, Bound>,
    pub is_class: bool,
    pub has_star: bool,
    /// Whether no expression binds a name: none says `:=`. Then only what is assigned to is looked at.
    only_targets: bool,
    /// What is imported under `if TYPE_CHECKING` alone.
    for_types: FxHashSet<Name>,
    /// Under `if TYPE_CHECKING`.
    type_checking: bool,
    outer: Vec<Name>,
    global: Vec<Name>,
}

impl Scope {
    /// `global` says nothing new there. `only_targets`: whether the text says nowhere `:=`.
    pub fn of_module(body: &[Stmt], only_targets: bool) -> Self {
        let mut scope = Self { only_targets, ..Self::default() };
        scope.visit_body(body);
        scope
    }

    pub fn of_body(body: &[Stmt], is_class: bool, only_targets: bool) -> Self {
        let mut scope = Self { is_class, only_targets, ..Self::default() };
        scope.visit_body(body);
        scope.global.retain(|name| scope.names.contains_key(name));
        for name in std::mem::take(&mut scope.outer) {
            scope.names.remove(&name);
        }
        scope
    }

    pub fn of_function(function: &StmtFunctionDef, only_targets: bool) -> Self {
        let mut scope = Self::of_body(&function.body, false, only_targets);
        for parameter in &*function.parameters {
            scope.bind(&parameter.name().id, Bound::Other);
        }
        scope
    }

    /// Names that the body declares `global` and binds: it does so in the module.
    pub fn globals(&self) -> &[Name] {
        &self.global
    }

    /// An import stays an import where something else is bound beside it, as `None` in an `except`.
    pub fn bind(&mut self, name: &Name, bound: Bound) {
        match self.names.get_mut(name) {
            Some(Bound::Import(_)) => {}
            Some(before) => *before = bound,
            None => drop(self.names.insert(name.clone(), bound)),
        }
    }

    fn bind_import(&mut self, name: &Name, target: String) {
        if !self.type_checking {
            self.for_types.remove(name);
        } else if !matches!(self.names.get(name), Some(Bound::Import(_))) {
            self.for_types.insert(name.clone());
        }
        self.bind(name, Bound::Import(target));
    }

    fn import(&mut self, import: &StmtImport) {
        for alias in &import.names {
            let dotted = alias.name.as_str();
            match &alias.asname {
                Some(name) => self.bind_import(&name.id, dotted.to_owned()),
                None => {
                    let first = dotted.split('.').next().unwrap_or(dotted);
                    self.bind_import(&Name::new(first), first.to_owned());
                }
            }
        }
    }

    fn import_from(&mut self, import: &StmtImportFrom) {
        let module = dotted_module(import);
        for alias in &import.names {
            let name = alias.name.as_str();
            if name == "*" {
                self.has_star = true;
                continue;
            }
            let joint = if module.is_empty() || module.ends_with('.') { "" } else { "." };
            let own = alias.asname.as_ref().unwrap_or(&alias.name);
            self.bind_import(&own.id, [&module, joint, name].concat());
        }
    }
}

/// The scopes around a place in the text, the module first.
#[derive(Debug)]
pub struct Scopes {
    open: Vec<Open>,
    /// What they bind, those of an inner one behind those of the one around it.
    entries: Vec<Entry>,
    /// The last entry of each name.
    last: FxHashMap<Name, usize>,
}

#[derive(Debug)]
struct Open {
    is_class: bool,
    for_types: FxHashSet<Name>,
    /// The number of its first entry.
    start: usize,
}

/// A name that a scope binds.
#[derive(Debug)]
struct Entry {
    name: Name,
    bound: Bound,
    depth: usize,
    /// The entry of the same name in a scope around.
    before: Option<usize>,
}

impl Scopes {
    pub fn new(module: Scope) -> Self {
        let mut scopes = Self { open: Vec::new(), entries: Vec::new(), last: FxHashMap::default() };
        scopes.enter(module);
        scopes
    }

    pub fn at_module_level(&self) -> bool {
        self.open.len() == 1
    }

    pub fn enter(&mut self, scope: Scope) {
        let (depth, start) = (self.open.len(), self.entries.len());
        for (name, bound) in scope.names {
            let before = self.last.insert(name.clone(), self.entries.len());
            self.entries.push(Entry { name, bound, depth, before });
        }
        self.open.push(Open { is_class: scope.is_class, for_types: scope.for_types, start });
    }

    pub fn leave(&mut self) {
        let Some(open) = self.open.pop() else { return };
        for entry in self.entries.drain(open.start..) {
            match (entry.before, self.last.get_mut(&entry.name)) {
                (Some(before), Some(last)) => *last = before,
                _ => drop(self.last.remove(&entry.name)),
            }
        }
    }

    /// What a name stands for here. A class body is not seen from the functions in it.
    pub fn lookup(&self, name: &str) -> Option<&Bound> {
        self.find(name).map(|entry| &entry.bound)
    }

    /// How many scopes stand around the one that binds the name.
    pub fn depth(&self, name: &str) -> Option<usize> {
        self.find(name).map(|entry| entry.depth)
    }

    /// Whether it is the module that binds the name.
    pub fn is_of_module(&self, name: &str) -> bool {
        self.depth(name) == Some(0)
    }

    /// Whether the name is only there for type checkers.
    pub fn is_for_types(&self, name: &str) -> bool {
        let scope = self.find(name).and_then(|entry| self.open.get(entry.depth));
        scope.is_some_and(|scope| !scope.for_types.is_empty() && scope.for_types.contains(name))
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        let innermost = self.open.len() - 1;
        let mut at = self.last.get(name).copied();
        while let Some(entry) = self.entries.get(at?) {
            let is_seen = entry.depth == innermost || !self.open.get(entry.depth)?.is_class;
            if is_seen {
                return Some(entry);
            }
            at = entry.before;
        }
        None
    }

    /// The names of the scopes that are still open.
    pub fn into_names(self) -> impl Iterator<Item = Name> {
        self.entries.into_iter().map(|entry| entry.name)
    }
}

/// `..a.b` of `from ..a.b import c`.
pub fn dotted_module(import: &StmtImportFrom) -> String {
    let dots = ".".repeat(import.level as usize);
    dots + import.module.as_ref().map_or("", |module| module.as_str())
}

impl<'a> Visitor<'a> for Scope {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => {
                self.bind(&function.name.id, Bound::Other);
                function.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                self.visit_parameters(&function.parameters);
                function.returns.iter().for_each(|returns| self.visit_annotation(returns));
            }
            Stmt::ClassDef(class) => {
                self.bind(&class.name.id, Bound::Other);
                class.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                class.arguments.iter().for_each(|arguments| self.visit_arguments(arguments));
            }
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::Global(names) => {
                let names = names.names.iter().map(|name| name.id.clone());
                self.global.extend(names.clone());
                self.outer.extend(names);
            }
            Stmt::If(test) if is_type_checking(&test.test) => {
                let before = std::mem::replace(&mut self.type_checking, true);
                stacked(|| self.visit_body(&test.body));
                self.type_checking = before;
                stacked(|| test.elif_else_clauses.iter().for_each(|clause| self.visit_elif_else_clause(clause)));
            }
            Stmt::Nonlocal(names) => self.outer.extend(names.names.iter().map(|name| name.id.clone())),
            _ => stacked(|| visitor::walk_stmt(self, stmt)),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if matches!(name.ctx, ExprContext::Store) => self.bind(&name.id, Bound::Other),
            Expr::Tuple(_) | Expr::List(_) | Expr::Starred(_) => stacked(|| visitor::walk_expr(self, expr)),
            _ if self.only_targets => {}
            Expr::Lambda(lambda) => {
                stacked(|| lambda.parameters.iter().for_each(|parameters| self.visit_parameters(parameters)));
            }
            Expr::Name(_) | Expr::StringLiteral(_) | Expr::NumberLiteral(_) => {}
            Expr::Attribute(_) => stacked(|| self.visit_expr(behind_dots(expr))),
            _ => stacked(|| visitor::walk_expr(self, expr)),
        }
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        self.visit_expr(&comprehension.iter);
        comprehension.ifs.iter().for_each(|test| self.visit_expr(test));
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.bind(&name.id, Bound::Other);
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchStar(star) => star.name.as_ref(),
            Pattern::MatchAs(named) => named.name.as_ref(),
            Pattern::MatchMapping(mapping) => mapping.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.bind(&name.id, Bound::Other);
        }
        stacked(|| visitor::walk_pattern(self, pattern));
    }
}

/// Code may be nested deeper than a thread's stack: more is taken where little is left.
pub fn stacked<T>(run: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(128 << 10, 4 << 20, run)
}

/// For what the parser does to targets in each other without asking for more stack: brackets and signs.
pub fn on_a_stack_for<T>(text: &str, run: impl FnOnce() -> T) -> T {
    if may_be_deep(text.as_bytes()) {
        let deepest = deepest(text.as_bytes());
        if deepest >= DEEP {
            return stacker::grow((4 << 20) + (deepest << 10), run);
        }
    }
    run()
}

/// So many brackets and signs in each other fit on any stack.
const DEEP: usize = 500;

/// Whether brackets and signs may stand that deep in each other: told from how many there are in each few bytes, which
/// takes a tenth of the time that it takes to look at one after the other. Where it is not so, they do not.
fn may_be_deep(text: &[u8]) -> bool {
    let (mut brackets, mut signs) = (0_usize, 0_usize);
    let (chunks, rest) = text.as_chunks::<64>();
    let mut last = [0; 64];
    last[..rest.len()].copy_from_slice(rest);
    chunks.iter().chain([&last]).any(|chunk| {
        let opened = count(chunk, |byte| matches!(byte, b'(' | b'[' | b'{'));
        let closed = count(chunk, |byte| matches!(byte, b')' | b']' | b'}'));
        let more = count(chunk, |byte| matches!(byte, b'+' | b'-' | b'~' | b'*' | b't'));
        // Any of these letters ends a row of signs.
        let ends = count(chunk, |byte| byte.wrapping_sub(b'a') <= b'm' - b'a') > 0;
        let deepest = brackets + opened + signs + more;
        brackets = (brackets + opened).saturating_sub(closed).max(opened);
        signs = if ends { more } else { signs + more };
        deepest >= DEEP
    })
}

fn count(chunk: &[u8; 64], is: impl Fn(u8) -> bool) -> usize {
    chunk.iter().fold(0_u8, |sum, byte| sum + u8::from(is(*byte))).into()
}

fn deepest(text: &[u8]) -> usize {
    let (mut brackets, mut signs, mut deepest) = (0_i64, 0_i64, 0);
    for byte in text {
        let step = STEPS[usize::from(*byte)];
        brackets = (brackets + i64::from(step.brackets)).max(0);
        signs = (signs & step.keeps) + i64::from(step.signs);
        deepest = deepest.max(brackets + signs);
    }
    usize::try_from(deepest).unwrap_or_default()
}

/// What a byte does to the number of open brackets, and of signs and `not` in a row.
#[derive(Clone, Copy)]
struct Step {
    brackets: i8,
    signs: i8,
    /// All ones where the row goes on, else none.
    keeps: i64,
}

static STEPS: [Step; 256] = {
    let mut steps = [Step { brackets: 0, signs: 0, keeps: 0 }; 256];
    let mut byte = 0;
    while byte < steps.len() {
        let letter = byte as u8;
        steps[byte] = Step {
            brackets: match letter {
                b'(' | b'[' | b'{' => 1,
                b')' | b']' | b'}' => -1,
                _ => 0,
            },
            signs: matches!(letter, b'+' | b'-' | b'~' | b'*' | b't') as i8,
            keeps: match letter {
                b'+' | b'-' | b'~' | b'*' | b't' => -1,
                b' ' | b'n' | b'o' | b'(' | b'[' | b'\\' | b'\r' | b'\n' | b'\t' => -1,
                _ => 0,
            },
        };
        byte += 1;
    }
    steps
};

#[cfg(test)]
mod tests {
    use super::{DEEP, deepest, may_be_deep};

    #[test]
    fn what_is_deep_is_seen() {
        let texts = [
            "(".repeat(DEEP),
            "a = ".to_owned() + &"[(".repeat(DEEP / 2),
            "x = ".to_owned() + &"not ".repeat(DEEP),
            "f()\n".repeat(99) + &"-".repeat(DEEP),
            "(a + ".repeat(DEEP) + &")".repeat(DEEP),
            ")".repeat(64) + &"{".repeat(DEEP),
        ];
        for text in texts {
            assert!(deepest(text.as_bytes()) >= DEEP && may_be_deep(text.as_bytes()), "{text}");
        }
        assert!(!may_be_deep("print(that[0], {1: (2, 3)}) + total\n".repeat(999).as_bytes()));
    }
}
