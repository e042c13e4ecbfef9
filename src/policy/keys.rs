//! Every key that a policy may hold: the one list from which reading, refusing, `ssot schema` and
//! `ssot policy` follow.

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
    /// A folder from the root, without a glob.
    Folder,
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
    Folder,
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
    key(
        "levels",
        Takes::Map { keys: MapKeys::Rule, value: &Takes::Choice(&["error", "warning", "off"]) },
        "Rule to level.",
    ),
    key("defaults", Takes::Table(DEFAULTS), "What every finding inherits."),
    key("no-legacy-files", Takes::Table(NO_LEGACY_FILES), "Leftover files, forbidden paths, closed folders."),
    key("max-file-size", Takes::Table(MAX_FILE_SIZE), "How large a file may be."),
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
];

const ALLOW: &[Key] = &[
    required("rule", Takes::Text, "The rule whose findings are let through."),
    key("of", Takes::Text, "The subject, exact or a glob; any when absent."),
    required("in", Takes::Glob, "A path, or a glob together with `max`."),
    key("max", Takes::Count { least: 1 }, "The most findings that this lets through."),
    key("until", Takes::Day, "The last day on which this holds, UTC."),
    required("reason", Takes::Text, "Why."),
];
