//! Every key that a policy may hold: the one list from which reading, refusing, `ssot schema` and
//! `ssot policy` follow.

use super::clones::LEAST_TOKENS;

/// What a key takes.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// The number of the format: 1.
    Version,
    Text,
    /// A whole number from 0 (or 1) up.
    Count {
        least: u32,
    },
    Day,
    Glob,
    /// One glob, or a list of them.
    Globs,
    /// A size such as `"500 KiB"`, or `"off"`.
    Size,
    /// A number of lines, or `"off"`.
    Lines,
    Choice(&'static [&'static str]),
    Flag,
    /// A number from 0 to this one.
    UpTo(u32),
    /// A release of Python such as `"3.13"`.
    Release,
    /// A dotted name, in which `*` and `**` may stand for parts.
    Dotted,
    /// A module, without a pattern.
    Module,
    /// A module, `module:Name`, or nothing.
    Replacement,
    /// A module, or a path with a slash.
    Place,
    /// What a concept owns: `class *Manager`.
    Owned,
    /// Whichever of them fits the type that is written.
    Either(&'static [Takes]),
    /// Modules of one layer: `a`, `a | b`, `a : b`, `(a)`.
    Layer,
    /// A module, `module:Name` or `module:*`.
    Exposed,
    /// A folder from the root, without a glob.
    Folder,
    /// A file, likewise.
    File,
    List(&'static Takes),
    Table(&'static [Key]),
    /// A table whose keys are free: their meaning, and what each takes.
    Map {
        keys: MapKeys,
        value: &'static Takes,
    },
}

/// What the keys of a free table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapKeys {
    Name,
    /// A module, or `module:Name`.
    Target,
    Folder,
    Glob,
    /// The name of a rule; that it exists is checked where the rules are known.
    Rule,
}

#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub name: &'static str,
    pub takes: Takes,
    pub required: bool,
    /// One line for `ssot schema`.
    pub doc: &'static str,
}

const fn key(name: &'static str, takes: Takes, doc: &'static str) -> Key {
    Key { name, takes, required: false, doc }
}

const fn required(name: &'static str, takes: Takes, doc: &'static str) -> Key {
    Key { name, takes, required: true, doc }
}

pub const POLICY: &[Key] = &[
    key("version", Takes::Version, "The number of this format: 1."),
    key("project", Takes::Table(PROJECT), "The repository as a whole."),
    key("python", Takes::Table(PYTHON), "How Python is read."),
    key(
        "concept",
        Takes::Map { keys: MapKeys::Name, value: &Takes::Table(CONCEPT) },
        "Nouns of the codebase: one concept, one home.",
    ),
    key("contract", Takes::Map { keys: MapKeys::Name, value: &Takes::Table(CONTRACT) }, "Who may import whom."),
    key(
        "levels",
        Takes::Map { keys: MapKeys::Rule, value: &Takes::Choice(&["error", "warning", "off"]) },
        "Rule to level.",
    ),
    key("defaults", Takes::Table(DEFAULTS), "What every finding inherits."),
    key("no-legacy-files", Takes::Table(NO_LEGACY_FILES), "Leftover files, forbidden paths, closed folders."),
    key("max-file-size", Takes::Table(MAX_FILE_SIZE), "How large a file may be."),
    key("no-duplicate-concepts", Takes::Table(NO_DUPLICATE_CONCEPTS), "What exists more than once."),
    key("import-path-policy", Takes::Table(IMPORT_PATH_POLICY), "How imports are written."),
    key("allow", Takes::List(&Takes::Table(ALLOW)), "What is let through, and until when."),
];

const PROJECT: &[Key] = &[
    key("exclude", Takes::Globs, "Files that are never judged, on top of .gitignore."),
    key("tests", Takes::Globs, "Files that are test code."),
    key(
        "services",
        Takes::Map { keys: MapKeys::Name, value: &Takes::Folder },
        "Name to folder of the units that own one copy of a concept each; the longest folder wins.",
    ),
    key("baseline", Takes::File, "The list of findings that are accepted until they are mended."),
    key("warn-days", Takes::Count { least: 0 }, "Days before an `until` from which on a warning says so."),
];

const DEFAULTS: &[Key] = &[
    key("owner", Takes::Text, "Who owns what is found, such as \"@platform\"."),
    key("docs", Takes::Text, "A link shown with each finding; `{id}` becomes the rule's name."),
];

const NO_LEGACY_FILES: &[Key] = &[
    key("patterns", Takes::List(&Takes::Glob), "Globs of leftover files, in place of the built-in list."),
    key("extend-patterns", Takes::List(&Takes::Glob), "Globs of leftover files, on top of the built-in list."),
    key("forbidden", Takes::List(&Takes::Glob), "Paths that must not exist."),
    key(
        "closed",
        Takes::Map { keys: MapKeys::Folder, value: &Takes::List(&Takes::Glob) },
        "Folders whose list is complete: folder to globs relative to it.",
    ),
];

const MAX_FILE_SIZE: &[Key] = &[key(
    "limits",
    Takes::List(&Takes::Table(LIMIT)),
    "On top of the built-in 500 KiB; per key, the last entry that matches a file and sets it holds.",
)];

const LIMIT: &[Key] = &[
    required("files", Takes::Globs, "The files that this entry limits."),
    key("bytes", Takes::Size, "The largest size, or \"off\"."),
    key("lines", Takes::Lines, "The most physical lines, or \"off\"."),
    key("function-lines", Takes::Lines, "The most lines of one function, or \"off\"."),
];

const ALLOW: &[Key] = &[
    required("rule", Takes::Text, "The rule whose findings are let through."),
    key("of", Takes::Text, "The subject, exact or a glob; any when absent."),
    required("in", Takes::Glob, "A path, or a glob together with `max`."),
    key("max", Takes::Count { least: 1 }, "The most findings that this lets through."),
    key("until", Takes::Day, "The last day on which this holds, UTC."),
    required("reason", Takes::Text, "Why it may stand."),
];

const PYTHON: &[Key] = &[
    key("version", Takes::Release, "Whose grammar decides what is a syntax error."),
    key("roots", Takes::List(&Takes::Folder), "Where absolute imports start; found from the tree when absent."),
    key("built", Takes::List(&Takes::Dotted), "Modules that exist only after a build."),
];

const CONCEPT: &[Key] = &[
    required(
        "home",
        Takes::Either(&[Takes::Place, Takes::List(&Takes::Place), HOMES]),
        "Where it is defined: a module, a list of them, a path with a slash, or one per service.",
    ),
    key("public", MODULES, "Where all outside the home's package import it from; the home when absent."),
    key("owns", OWNED, "Definitions that are this concept: `class *Manager`, `def **.handle`, `const LIMIT`."),
    key("files", Takes::Globs, "File names that mean this concept."),
    key("wraps", DOTTED, "Packages or APIs that only a home may use."),
    key("scope", Takes::Choice(&["service", "repo"]), "Whether each service has its own, or the repository one."),
    key("in", Takes::Globs, "Where the bans hold; everywhere when absent."),
    key(
        "legacy",
        Takes::Map { keys: MapKeys::Target, value: &Takes::Either(&[Takes::Replacement, Takes::Table(SHIM)]) },
        "Old import path to new; \"\" where nothing replaces it.",
    ),
    LEVEL,
    TESTS,
    MESSAGE,
    OWNER,
    DOCS,
    REASON,
];

const HOMES: Takes =
    Takes::Map { keys: MapKeys::Name, value: &Takes::Either(&[Takes::Place, Takes::List(&Takes::Place)]) };
const MODULES: Takes = Takes::Either(&[Takes::Module, Takes::List(&Takes::Module)]);
const OWNED: Takes = Takes::Either(&[Takes::Owned, Takes::List(&Takes::Owned)]);
const DOTTED: Takes = Takes::Either(&[Takes::Dotted, Takes::List(&Takes::Dotted)]);

const EXPOSED: Takes = Takes::Either(&[Takes::Exposed, Takes::List(&Takes::Exposed)]);
const CONTRACT_TYPES: &[&str] = &["acyclic", "forbidden", "independence", "interface", "layers", "protected"];

const SHIM: &[Key] = &[
    required("new", Takes::Replacement, "What came in its place."),
    key("shim-until", Takes::Day, "The last day on which the old module may stand as a pure re-export."),
    key("reason", Takes::Text, "Who still needs it."),
];

const CONTRACT: &[Key] = &[
    required("type", Takes::Choice(CONTRACT_TYPES), "What the contract says."),
    key("modules", DOTTED, "The modules that are independent, or protected; \"services\" for all of them."),
    key("from", DOTTED, "Who must not import."),
    key("to", DOTTED, "What must not be imported: modules, packages, or names and attributes in them."),
    key("importers", DOTTED, "Who may import the protected modules."),
    key("layers", Takes::List(&Takes::Layer), "The layers, the highest first; a layer imports only those below it."),
    key("closed", MODULES, "The layers that nobody above may go around."),
    key("containers", DOTTED, "The packages in which the layers repeat."),
    key("exhaustive", Takes::Flag, "Whether each child of a container must be a layer."),
    key("exhaustive-ignores", MODULES, "Children of containers that need be no layer."),
    key("of", DOTTED, "The modules that have an interface."),
    key("expose", EXPOSED, "What others may import of them: `a.b` with all below it, `a.b:Name`, `a.b:*`."),
    key("below", DOTTED, "The packages whose children must not import each other in a circle."),
    key("depth", Takes::Count { least: 1 }, "How many levels below them; 1, the default, is their children."),
    key("indirect", Takes::Flag, "Whether imports through other modules count; false when absent."),
    LEVEL,
    TESTS,
    MESSAGE,
    OWNER,
    DOCS,
    REASON,
];

const LEVEL: Key = key("level", Takes::Choice(&["error", "warning", "off"]), "The level of what it finds.");
const TESTS: Key = key("tests", Takes::Flag, "Whether test code is judged too.");
const MESSAGE: Key = key("message", Takes::Text, "Shown with each finding; `{home}` becomes the home.");
const OWNER: Key = key("owner", Takes::Text, "Who owns it.");
const DOCS: Key = key("docs", Takes::Text, "A link shown with each finding; `{id}` becomes the name.");
const REASON: Key = key("reason", Takes::Text, "Why it is so; shown with each finding.");

const NO_DUPLICATE_CONCEPTS: &[Key] = &[
    key("same-name", Takes::Table(SAME_NAME), "One name defined in several modules."),
    key("similar-name", Takes::Table(SIMILAR_NAME), "Names that differ by words that say nothing; off when absent."),
    key("clones", Takes::Table(CLONES), "Copied code; the rule `clone` is off when absent."),
    key(
        "budget",
        Takes::Map { keys: MapKeys::Glob, value: &Takes::UpTo(100) },
        "Glob to the percent of lines that may lie in a copy.",
    ),
];

const SIMILAR_NAME: &[Key] = &[
    key("noise", WORDS, "More words that only say that something is another version."),
    key("vague", WORDS, "More words that say too little to tell two things apart."),
    key("synonyms", Takes::List(&WORDS), "More words that mean the same; each a list."),
];

const WORDS: Takes = Takes::List(&Takes::Text);

/// Tables whose lists come on top of the built-in ones.
pub const EXTENDED: &[&str] = &["similar-name"];

const CLONES: &[Key] = &[
    key("mode", Takes::Choice(&["exact", "renamed", "near"]), "Which copies count; each takes in those before it."),
    key("min-tokens", Takes::Count { least: LEAST_TOKENS }, "The fewest tokens of a copy; 100 when absent."),
    key("min-lines", Takes::Count { least: 1 }, "The fewest lines of a copy; 10 when absent."),
    key("min-similarity", Takes::UpTo(1), "From which likeness on a function is a near copy; 0.7 when absent."),
    key("tests", Takes::Flag, "Whether test code is judged too."),
];

const SAME_NAME: &[Key] = &[
    key("kinds", Takes::List(&Takes::Choice(&["class", "def", "const"])), "Which definitions are compared."),
    key("bodies", Takes::Choice(&["alike", "any"]), "Whether the bodies must be alike."),
];

const IMPORT_PATH_POLICY: &[Key] = &[
    key("relative", Takes::Choice(&["all", "parents", "none"]), "Which relative imports are banned."),
    key("type-checking", Takes::Choice(&["check", "ignore"]), "Whether imports under TYPE_CHECKING are judged."),
    key("strings", Takes::Choice(&["calls", "off"]), "Whether strings of calls that resolve a dotted name are judged."),
];
