//! What the repository declares to depend on: pyproject.toml, requirements, setup.cfg and lock files.
//!
//! The names of distributions are what is declared, the names of modules what is imported; where the two
//! differ and both are well known, both count.

use std::sync::{LazyLock, Mutex};

use regex::Regex;
use rustc_hash::FxHashSet;

use crate::path::RepoPath;
use crate::source::{Content, Entry, Kind, Source, SourceError, Tree};

/// Modules of the standard library, of any release since Python 3.8.
const STANDARD_LIBRARY: &str = include_str!("../lang/python/stdlib.txt");

/// Distributions whose modules have another name.
const OTHER_NAMES: &[(&str, &[&str])] = &[
    ("attrs", &["attr"]),
    ("beautifulsoup4", &["bs4"]),
    ("discord-py", &["discord"]),
    ("django-rest-framework", &["rest_framework"]),
    ("djangorestframework", &["rest_framework"]),
    ("gitpython", &["git"]),
    ("grpcio", &["grpc"]),
    ("mysqlclient", &["MySQLdb"]),
    ("opencv-python", &["cv2"]),
    ("opencv-python-headless", &["cv2"]),
    ("pillow", &["PIL"]),
    ("protobuf", &["google"]),
    ("psycopg2-binary", &["psycopg2"]),
    ("pycryptodome", &["Crypto"]),
    ("pyjwt", &["jwt"]),
    ("pymupdf", &["fitz"]),
    ("pyopenssl", &["OpenSSL"]),
    ("pyserial", &["serial"]),
    ("python-dateutil", &["dateutil"]),
    ("python-dotenv", &["dotenv"]),
    ("python-jose", &["jose"]),
    ("python-multipart", &["multipart"]),
    ("pyusb", &["usb"]),
    ("pyyaml", &["yaml"]),
    ("pyzmq", &["zmq"]),
    ("scikit-image", &["skimage"]),
    ("scikit-learn", &["sklearn"]),
    ("setuptools", &["pkg_resources", "setuptools"]),
    ("websocket-client", &["websocket"]),
];

/// A requirement at the start of a line or of a quoted string: a name, then what may follow it.
static REQUIREMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?m)^[\s"'-]*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:[\[=<>!~;@,"']|\(\s*[=<>!~]|$)"#).ok()
});

/// A quoted requirement anywhere on a line, or a bare key of a table.
static QUOTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"["']([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:(?:[\[=<>!~;@]|\(\s*[=<>!~])[^"']*)?["']|^([A-Za-z0-9][A-Za-z0-9._-]*)\s*="#)
        .ok()
});

/// Where pytest is told to look for modules.
static PYTHONPATH: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\s*pythonpath\s*=").ok());

/// The names that are declared, as modules.
#[derive(Debug, Default)]
pub struct Dependencies {
    modules: FxHashSet<String>,
    /// Folders below which tests are run with other places to look for modules; sorted.
    searched: Vec<RepoPath>,
}

impl Dependencies {
    pub fn read(source: &dyn Source, tree: &Tree) -> Result<Self, SourceError> {
        let is_asked = |name: &[u8]| declares(name) || configures_pytest(name);
        let files: Vec<&Entry> =
            tree.entries().iter().filter(|entry| entry.kind == Kind::File && is_asked(entry.path.name())).collect();
        let found = Mutex::new((FxHashSet::default(), Vec::new()));
        source.read(&files, &|number, content| {
            if let (Content::Bytes(bytes), Ok(mut found)) = (content, found.lock()) {
                let (found, searched) = &mut *found;
                let text = String::from_utf8_lossy(bytes);
                let path = &files[number].path;
                let sets = |line: &str| PYTHONPATH.as_ref().is_some_and(|regex| regex.is_match(line));
                if configures_pytest(path.name()) && text.lines().any(sets) {
                    searched.push(RepoPath::new(path.folder()));
                }
                if !declares(path.name()) {
                    return;
                }
                let regex = if path.name().ends_with(b".txt") { &REQUIREMENT } else { &QUOTED };
                for line in text.lines() {
                    for names in regex.iter().flat_map(|regex| regex.captures_iter(line)) {
                        found.extend(names.iter().skip(1).flatten().map(|name| normal(name.as_str())));
                    }
                }
            }
        })?;
        let (mut modules, mut searched) = found.into_inner().unwrap_or_default();
        searched.sort_unstable();
        for (distribution, names) in OTHER_NAMES {
            if modules.contains(&normal(distribution)) {
                modules.extend(names.iter().map(|name| normal(name)));
            }
        }
        // `python-ldap` brings `ldap`.
        let others: Vec<_> =
            modules.iter().filter_map(|name| name.strip_prefix("python_")).map(str::to_owned).collect();
        modules.extend(others);
        Ok(Self { modules, searched })
    }

    /// Whether a dependency is declared that brings this module.
    pub fn declares(&self, module: &str) -> bool {
        let is_normal = |byte: u8| !byte.is_ascii_uppercase() && !matches!(byte, b'-' | b'.');
        if module.bytes().all(is_normal) {
            return self.modules.contains(module);
        }
        self.modules.contains(&normal(module))
    }

    /// All names, sorted.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.modules.iter().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Folders below which tests are run with other places to look for modules; sorted.
    pub(super) fn searched(&self) -> &[RepoPath] {
        &self.searched
    }

    /// Whether the module is of Python's standard library.
    pub fn is_standard(module: &str) -> bool {
        static NAMES: LazyLock<FxHashSet<&str>> = LazyLock::new(|| STANDARD_LIBRARY.lines().collect());
        NAMES.contains(module)
    }
}

/// The files that may say how pytest runs.
fn configures_pytest(name: &[u8]) -> bool {
    matches!(name, b"pyproject.toml" | b"pytest.ini" | b".pytest.ini" | b"pytest.toml" | b"tox.ini" | b"setup.cfg")
}

/// The files that declare dependencies.
fn declares(name: &[u8]) -> bool {
    matches!(
        name,
        b"pyproject.toml"
            | b"setup.cfg"
            | b"setup.py"
            | b"Pipfile"
            | b"poetry.lock"
            | b"uv.lock"
            | b"pdm.lock"
            | b"pylock.toml"
    ) || (name.starts_with(b"requirements") && name.ends_with(b".txt"))
        || (name.ends_with(b"requirements.txt"))
}

/// Names are compared as PEP 503 says, with the underscore of modules.
fn normal(name: &str) -> String {
    name.to_ascii_lowercase().replace(['-', '.'], "_")
}
