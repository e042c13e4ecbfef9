//! What `ssot parity` found: as text, and as one JSON document.

use schemars::{JsonSchema, schema_for};
use serde::Serialize;

use super::{Here, Trouble, counted};
use crate::path::{RepoPath, printable};
use crate::repo::parity::{Row, Standing};

/// The version of the document's form. A later form with the same number only adds.
const SCHEMA_VERSION: u32 = 1;

/// How many names are listed where more are equal or private.
const MOST: usize = 10;

/// How many names the next step is about.
const MOST_STEPS: usize = 3;

/// A module, or one thing in it.
pub struct Named {
    pub path: RepoPath,
    pub module: String,
    pub name: Option<String>,
}

pub struct Importer {
    pub path: RepoPath,
    pub line: u32,
    pub column: u32,
    pub takes: Vec<String>,
    pub call: Option<String>,
}

pub struct Parity {
    pub duplicate: Named,
    pub canonical: Named,
    /// How the canonical one was found; none where it was given.
    pub found: Option<String>,
    pub rows: Vec<Row>,
    pub importers: Vec<Importer>,
    /// Whether the duplicate makes names at run time.
    pub makes_names: bool,
    /// Whether a commit holds the duplicate as it is.
    pub is_kept: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    /// Nothing would be lost: exit status 0.
    MayGo,
    /// Something would be lost: exit status 1.
    WouldLose,
    /// It cannot be judged: exit status 2.
    Unknown,
}

impl Parity {
    fn verdict(&self) -> Verdict {
        match (self.rows.iter().any(Row::is_lost), self.makes_names) {
            (true, _) => Verdict::WouldLose,
            (false, true) => Verdict::Unknown,
            (false, false) => Verdict::MayGo,
        }
    }

    pub fn exit_status(&self) -> u8 {
        match self.verdict() {
            Verdict::MayGo => 0,
            Verdict::WouldLose => 1,
            Verdict::Unknown => 2,
        }
    }

    fn lacks(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| matches!(row.standing, Standing::Lacks { .. }))
    }

    fn differs(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| matches!(row.standing, Standing::Differs(_)))
    }

    fn names(&self, standing: &Standing) -> Vec<&str> {
        self.rows.iter().filter(|row| row.standing == *standing).map(|row| row.name.as_str()).collect()
    }

    /// The one next step.
    fn next(&self, here: &Here) -> String {
        let path = |named: &Named| here.show(&named.path);
        let (lacks, differs) = (self.lacks().count(), self.differs().count());
        if lacks + differs > 0 {
            let counts = [(lacks, "missing"), (differs, "different")].into_iter().filter(|(count, _)| *count > 0);
            let counts: Vec<_> = counts.map(|(count, what)| format!("{count} {what}")).collect();
            let rows: Vec<&Row> = if lacks > 0 { self.lacks().collect() } else { self.differs().collect() };
            let mut names: Vec<String> = rows.iter().take(MOST_STEPS).map(|row| quoted_with(row)).collect();
            if rows.len() > MOST_STEPS {
                names.push(format!("{} more", rows.len() - MOST_STEPS));
            }
            let step = match lacks {
                0 => format!("settle what is right of {}", names.join(", ")),
                _ => format!("move {} to {}", names.join(", "), path(&self.canonical)),
            };
            return format!("It would be a loss: {}. Next: {step}.", counts.join(", "));
        }
        if self.makes_names {
            return format!("It cannot be judged: {} makes names at run time. Next: read it.", path(&self.duplicate));
        }
        let delete = match &self.duplicate.name {
            Some(name) => format!("delete `{}` from {}", printable(name), path(&self.duplicate)),
            None if self.is_kept => format!("`git rm {}`", word(&path(&self.duplicate))),
            None => format!("delete `{}`, which git does not keep", path(&self.duplicate)),
        };
        match self.importers.len() {
            0 => format!("Nothing would be lost, and nothing imports it. Next: {delete}."),
            count => {
                let places = counted(count, "import");
                let to = target(&self.canonical);
                let by = "`ssot fix` does so where a concept lists the old path under `legacy`";
                format!("Nothing would be lost. Next: turn {places} to `{to}` ({by}), then {delete}.")
            }
        }
    }

    pub fn text(&self, here: &Here) -> String {
        let mut out = format!("`{}` against `{}`", target(&self.duplicate), target(&self.canonical));
        out.push_str(&self.found.as_ref().map(|how| format!(": {}", printable(how))).unwrap_or_default());
        out.push_str("\n\n");
        let own = here.show(&self.duplicate.path);
        for row in self.rows.iter() {
            let what = match &row.standing {
                Standing::Lacks { .. } => "lacks  ",
                Standing::Differs(_) => "differs",
                Standing::Renamed(_) => "renamed",
                Standing::Equal | Standing::Private => continue,
            };
            out.push_str(&format!(
                "{what}  {own}:{}: {}{}\n",
                row.span.start.line,
                printable(&row.shown),
                printable(rest(row))
            ));
        }
        for (what, standing) in [("equal  ", Standing::Equal), ("private", Standing::Private)] {
            let names = self.names(&standing);
            if !names.is_empty() {
                let shown: Vec<String> = names.iter().take(MOST).map(printable).collect();
                let more = if names.len() > MOST { format!(", {} more", names.len() - MOST) } else { String::new() };
                let why = if standing == Standing::Private { ": nothing public needs it" } else { "" };
                out.push_str(&format!("{what}  {}{more}{why}\n", shown.join(", ")));
            }
        }
        if !self.importers.is_empty() {
            out.push_str("\nimported by\n");
        }
        for importer in &self.importers {
            let takes = if importer.takes.is_empty() { "the module".to_owned() } else { importer.takes.join(", ") };
            let call = importer.call.as_ref().map(|call| format!(", in a string of `{call}`")).unwrap_or_default();
            let path = here.show(&importer.path);
            out.push_str(&format!("  {path}:{}:{}: {}\n", importer.line, importer.column, printable(takes + &call)));
        }
        out + "\n" + &self.next(here) + "\n"
    }
}

/// What is said of a row behind its name.
fn rest(row: &Row) -> String {
    let mut parts = match &row.standing {
        Standing::Differs(differs) => differs.clone(),
        Standing::Renamed(name) => vec![format!("now `{name}`")],
        Standing::Lacks { with } if !with.is_empty() => vec![format!("it needs {}", quoted(with.iter()))],
        _ => Vec::new(),
    };
    parts.extend(row.needed_by.as_ref().map(|by| format!("`{by}` needs it")));
    if parts.is_empty() { String::new() } else { format!(": {}", parts.join("; ")) }
}

/// A name, with the private ones that it takes along.
fn quoted_with(row: &Row) -> String {
    match &row.standing {
        Standing::Lacks { with } if !with.is_empty() => {
            format!("`{}` (with {})", printable(&row.name), quoted(with.iter()))
        }
        _ => format!("`{}`", printable(&row.name)),
    }
}

fn quoted<'n>(names: impl Iterator<Item = &'n String>) -> String {
    names.map(|name| format!("`{}`", printable(name))).collect::<Vec<_>>().join(", ")
}

fn target(named: &Named) -> String {
    let name = named.name.as_ref().map(|name| format!(":{name}")).unwrap_or_default();
    printable(format!("{}{name}", named.module))
}

/// A path as a shell takes it.
fn word(path: &str) -> String {
    let plain = |ch: char| ch.is_alphanumeric() || matches!(ch, '/' | '.' | '_' | '-' | '+' | ',' | '@');
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

/// Whether a duplicate may go. Lines and columns count from 1; paths are from the repository's root.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "ssot parity")]
struct Document<'p> {
    schema_version: u32,
    verdict: Verdict,
    /// Null where it could not be found.
    duplicate: Option<TargetDocument<'p>>,
    canonical: Option<TargetDocument<'p>>,
    /// How the canonical one was found; null where it was given.
    found: Option<&'p str>,
    /// What the duplicate has and the canonical one has not.
    lacks: Vec<RowDocument<'p>>,
    /// What both have, and not alike.
    differs: Vec<RowDocument<'p>>,
    /// What the canonical one has under another name.
    renamed: Vec<RowDocument<'p>>,
    equal: Vec<&'p str>,
    /// Private names that the canonical one lacks or has otherwise, and that nothing public needs.
    private: Vec<&'p str>,
    importers: Vec<ImporterDocument<'p>>,
    /// The one next step; empty where there is no verdict.
    next: String,
    /// Why there is no verdict.
    errors: Vec<ErrorDocument<'p>>,
}

#[derive(Serialize, JsonSchema)]
struct TargetDocument<'p> {
    path: String,
    module: &'p str,
    name: Option<&'p str>,
}

#[derive(Serialize, JsonSchema)]
struct RowDocument<'p> {
    name: &'p str,
    /// With its signature or value.
    shown: &'p str,
    line: u32,
    /// The line on which the canonical one has it.
    canonical_line: Option<u32>,
    /// What differs, in words.
    differences: &'p [String],
    /// The name that it has in the canonical one.
    new_name: Option<&'p str>,
    /// Private names that must move with it.
    with: &'p [String],
    /// The public name because of which something private counts.
    needed_by: Option<&'p str>,
}

#[derive(Serialize, JsonSchema)]
struct ImporterDocument<'p> {
    path: String,
    line: u32,
    column: u32,
    /// Empty for the module as a whole; `*` for all of it.
    takes: &'p [String],
    /// The call that resolves it, where it is a string.
    call: Option<&'p str>,
}

#[derive(Serialize, JsonSchema)]
struct ErrorDocument<'p> {
    kind: &'static str,
    path: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    message: &'p str,
    help: &'p str,
}

/// The JSON Schema of the document.
pub fn schema() -> serde_json::Value {
    schema_for!(Document<'_>).to_value()
}

/// The document where there is a verdict.
pub fn json(parity: &Parity) -> serde_json::Result<String> {
    let importers = parity.importers.iter().map(|importer| ImporterDocument {
        path: importer.path.to_lossy(),
        line: importer.line,
        column: importer.column,
        takes: &importer.takes,
        call: importer.call.as_deref(),
    });
    write(&Document {
        verdict: parity.verdict(),
        duplicate: Some(parity.duplicate.document()),
        canonical: Some(parity.canonical.document()),
        found: parity.found.as_deref(),
        lacks: parity.lacks().map(row).collect(),
        differs: parity.differs().map(row).collect(),
        renamed: parity.rows.iter().filter(|row| matches!(row.standing, Standing::Renamed(_))).map(row).collect(),
        equal: parity.names(&Standing::Equal),
        private: parity.names(&Standing::Private),
        importers: importers.collect(),
        next: parity.next(&Here::default()),
        ..Document::empty()
    })
}

/// The document where there is none.
pub fn refused(troubles: &[Trouble]) -> serde_json::Result<String> {
    let errors = troubles.iter().map(|trouble| {
        let place = trouble.place.as_ref();
        ErrorDocument {
            kind: trouble.kind.name(),
            path: place.map(|(path, _)| path.to_lossy()),
            line: place.map(|(_, span)| span.start.line),
            column: place.map(|(_, span)| span.start.column),
            message: &trouble.message,
            help: &trouble.help,
        }
    });
    write(&Document { errors: errors.collect(), ..Document::empty() })
}

impl Named {
    fn document(&self) -> TargetDocument<'_> {
        TargetDocument { path: self.path.to_lossy(), module: &self.module, name: self.name.as_deref() }
    }
}

impl Document<'_> {
    fn empty() -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            verdict: Verdict::Unknown,
            duplicate: None,
            canonical: None,
            found: None,
            lacks: Vec::new(),
            differs: Vec::new(),
            renamed: Vec::new(),
            equal: Vec::new(),
            private: Vec::new(),
            importers: Vec::new(),
            next: String::new(),
            errors: Vec::new(),
        }
    }
}

fn row(row: &Row) -> RowDocument<'_> {
    let (differences, new_name, with): (&[String], _, &[String]) = match &row.standing {
        Standing::Differs(differs) => (differs, None, &[]),
        Standing::Renamed(name) => (&[], Some(name.as_str()), &[]),
        Standing::Lacks { with } => (&[], None, with),
        Standing::Equal | Standing::Private => (&[], None, &[]),
    };
    RowDocument {
        name: &row.name,
        shown: &row.shown,
        line: row.span.start.line,
        canonical_line: row.twin.map(|twin| twin.start.line),
        differences,
        new_name,
        with,
        needed_by: row.needed_by.as_deref(),
    }
}

fn write(document: &Document<'_>) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}
