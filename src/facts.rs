//! What is known of one file from its bytes alone: plain data, without a path and without a policy.

mod packed;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

use crate::finding::Span;
pub use packed::{NameSet, Uses};

/// The facts of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Physical lines: each ends with LF, CRLF or a lone CR; a last one without an end counts.
    pub lines: u32,
    /// Whether it holds a NUL among its first 8,000 bytes, which is how git tells binary content.
    pub binary: bool,
    pub allows: Vec<AllowComment>,
    /// Why not all of it could be understood.
    pub broken: Vec<Broken>,
    /// What it defines and imports, in a language that is understood.
    pub code: Option<Box<Code>>,
}

/// `# ssot: allow(rule, until=2026-12-31) reason`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowComment {
    /// The comment, from its marker to the end of the line.
    pub span: Span,
    /// The rules that it names; empty where it is malformed.
    pub rules: Vec<String>,
    /// What is written after `until=`.
    pub until: Option<String>,
    pub reason: String,
    /// The lines whose findings it lets through, the last included.
    pub lines: (u32, u32),
    /// Whether only blank and comment lines stand above it: then it speaks for the file as a whole.
    pub heads_file: bool,
}

/// A release of a language, such as 3.13.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version(pub u8, pub u8);

/// What it is in a file that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// Its bytes are no text of the encoding that it is said to have, or of any that is known.
    Encoding,
    /// Its text holds a NUL.
    Nul,
    /// A mark of git stands where a merge left two sides.
    Conflict,
    Syntax,
}

/// Something that is no text of the language, or not of every release of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    pub span: Span,
    pub wrong: Wrong,
    pub message: String,
    /// The first release that allows it; none where no release does, or the first ones did.
    pub since: Option<Version>,
    /// The first release that allows it no longer.
    pub until: Option<Version>,
}

impl Broken {
    /// Whether it is wrong in that release.
    pub fn in_version(&self, version: Version) -> bool {
        match (self.since, self.until) {
            (None, None) => true,
            (since, until) => since.is_some_and(|since| version < since) || until.is_some_and(|until| version >= until),
        }
    }
}

/// What a module defines, imports and uses, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    pub definitions: Vec<Definition>,
    pub imports: Vec<Import>,
    /// `A = b.C` at module level.
    pub aliases: Vec<Alias>,
    /// The strings of `__all__`; none where there is no `__all__`.
    pub exports: Option<Vec<CompactString>>,
    /// All names that the module binds at module level, without those of stars.
    pub bound: NameSet,
    /// Whether it may bind more than is written: `globals()`, `exec`, `sys.modules`, `__getattr__`, `__path__`; or
    /// not all of it could be understood.
    pub open: bool,
    /// Whether it may make modules that are no files: `sys.modules`, `__path__`, `exec`; or not all of it could be
    /// understood. Where it only binds names, nothing can be imported from below them.
    pub makes_modules: bool,
    /// What it may set on the things that it imports: `a.b.c` where it says `b.c = 1`; `a.b.*` where any name.
    pub sets: Vec<CompactString>,
    /// Definitions at module level that may set names on modules which are not written: those that use them.
    pub fills: Vec<CompactString>,
    /// Dotted uses that start at an imported name: `os.environ.get` after `import os`.
    pub uses: Uses,
    /// Names that nothing in the file binds, where a star import may: `environ` after `from os import *`.
    pub free: Uses,
    /// Strings by which a call names a module, or a thing in one.
    pub strings: Vec<DottedString>,
    /// The first statement that is more than a re-export; none in a pure shim, and in an empty module.
    pub logic: Option<Span>,
    /// Whether it uses `sys.path`: then what its imports lead to may lie elsewhere.
    pub searches: bool,
    /// Whether a comment or a docstring at its head says that a program wrote it.
    pub generated: bool,
    /// Whether it does something where the file is run: under `if __name__ == "__main__"`.
    pub script: bool,
    /// Whether it says that it cannot be imported without some package: by a `raise` where an import of its own fails.
    pub demands: bool,
    /// Whether to import it runs a program: it reads the command line, or builds a distribution.
    pub runs: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DefinitionKind {
    Class,
    Function,
    /// A name that is assigned at module level or in a class.
    Constant,
}

impl DefinitionKind {
    pub const ALL: [Self; 3] = [Self::Class, Self::Function, Self::Constant];

    /// The word for it in a policy.
    pub fn word(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Function => "def",
            Self::Constant => "const",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    pub kind: DefinitionKind,
    /// `Outer.method`; what stands in a function is named through it: `function.Inner`.
    pub name: CompactString,
    /// Where the name stands.
    pub span: Span,
    /// First and last line, without decorators.
    pub lines: (u32, u32),
    /// As written, calls without their arguments: `functools.wraps`.
    pub decorators: ThinVec<CompactString>,
    pub bases: ThinVec<CompactString>,
    /// A hash of the tokens, layout and comments aside.
    pub body: u64,
    /// Lines that hold code: its head counts as one, its docstring does not.
    pub code_lines: u32,
    /// Whether it stands in a function, or exists only where the file is run: under `if __name__ == "__main__"`.
    pub local: bool,
    /// At module level: the names of its module that it uses, its own aside.
    pub needs: NameSet,
    /// At module level: a sample of the words of the names that it is made of, the smallest hashes; sorted. Two samples
    /// tell how much of their words two definitions share.
    pub words: ThinVec<u32>,
    /// A constant that is made to be filled or told apart: `{}`, `[]`, `set()`, `object()`.
    pub fresh: bool,
}

/// How far definitions are looked into; each takes in the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Without `body`, `code_lines` and `words`.
    #[default]
    Heads,
    /// Without `words`.
    Bodies,
    Words,
}

impl Definition {
    /// So many words are kept of a definition: few have more, and of those the sample tells as much.
    pub const MOST_WORDS: usize = 48;

    /// The name without what holds it.
    pub fn own_name(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or(&self.name)
    }

    /// Whether it stands at module level.
    pub fn is_top(&self) -> bool {
        !self.name.contains('.')
    }
}

/// One name of one import statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// `a.b`; empty in `from . import c`.
    pub module: CompactString,
    /// The number of leading dots.
    pub level: u32,
    /// The name that is taken from the module, `*` for all; none in `import a.b`.
    pub name: Option<CompactString>,
    /// What stands after `as`.
    pub alias: Option<CompactString>,
    /// The name with its alias.
    pub span: Span,
    /// The line on which the statement starts.
    pub line: u32,
    /// In a function: it runs when the function does.
    pub local: bool,
    /// Under `if TYPE_CHECKING`.
    pub type_checking: bool,
    /// In a `try` that catches its failure, or behind a question whether it is there.
    pub guarded: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    pub name: CompactString,
    /// As written: `b.C`.
    pub target: CompactString,
    pub span: Span,
}

/// A use of something that was imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use<'t> {
    /// Through the import: `os.environ.get`; with leading dots where the import is relative.
    pub target: &'t str,
    pub span: Span,
    pub type_checking: bool,
}

/// A string that a call resolves to a module, or to a thing in one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DottedString {
    pub text: CompactString,
    /// Between the quotes where the string is plain, else the whole literal.
    pub span: Span,
    /// Whether the whole is a module; else its last part is a thing in one.
    pub is_module: bool,
    /// Whether the call may name what does not exist: `patch(…, create=True)`, `find_spec`, or any in a `try` that
    /// catches the failure of an import.
    pub create: bool,
    /// The call: `unittest.mock.patch`.
    pub call: CompactString,
}
