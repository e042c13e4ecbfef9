//! Files as modules.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::sync::{Arc, OnceLock};

use bstr::ByteSlice;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::recall::{Recall, Shelf};
use super::watch;
use crate::cache::Key;
use crate::cache::flat::Flat;
use crate::facts::Code;
use crate::gather::content_key;
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::policy::contract::Modules;
use crate::policy::dotted::{Dotted, is_identifier, is_under};
use crate::source::{Entry, Kind, Tree, purpose};

/// What is known of the code of a file.
#[derive(Debug)]
pub enum Given {
    /// It could not be read, which may be otherwise with the same content.
    Unseen,
    /// None where there is none.
    Read(Option<Box<Code>>),
    /// It is read when it is asked for.
    Kept,
}

/// The number of a module in its repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ModuleId(u32);

impl ModuleId {
    /// There are fewer files than this can number.
    pub(super) fn new(number: usize) -> Self {
        Self(u32::try_from(number).unwrap_or(u32::MAX))
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

impl Flat for ModuleId {
    const BYTES: usize = u32::BYTES;

    fn put(self, into: &mut Vec<u8>) {
        self.0.put(into);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        u32::take(bytes).map(Self)
    }
}

#[derive(Debug)]
pub struct Module {
    pub path: RepoPath,
    /// The dotted names by which it can be imported, from the deepest root first; none where a folder is no name.
    pub names: Vec<String>,
    /// Whether it is the `__init__` of a package.
    pub is_package: bool,
    pub(super) id: ModuleId,
    /// None where it is compiled, or could not be read.
    code: OnceLock<Option<Box<Code>>>,
    /// What its file holds; none where that lies on disk.
    pub(super) content: Option<Key>,
    /// Where its code is kept, if it was not read so far.
    shelf: Option<Arc<Shelf>>,
    pub is_test: bool,
    /// Whether it shows how a thing is used, by itself.
    pub is_example: bool,
    /// Whether it was taken over from others, to be kept as it is there.
    pub is_taken_over: bool,
    /// The service of `[project]` that holds it.
    pub service: Option<String>,
    /// Whether the policy leaves it unjudged.
    pub is_excluded: bool,
    /// Whether a program wrote it: its head or `.gitattributes` says so.
    pub is_generated: bool,
}

impl Module {
    /// What it defines, imports and uses; none where it is compiled, or could not be read.
    pub fn code(&self) -> Option<&Code> {
        watch::looks_at(self.id);
        self.code_unwatched()
    }

    /// The same where only so much is asked of it as is noted otherwise.
    pub(super) fn code_unwatched(&self) -> Option<&Code> {
        let read = || self.shelf.as_ref().and_then(|shelf| shelf.code(self.content?));
        self.code.get_or_init(read).as_deref()
    }

    /// The same as far as it was read already.
    pub(super) fn code_at_hand(&self) -> Option<&Code> {
        self.code.get()?.as_deref()
    }

    /// The name that messages use.
    pub fn name(&self) -> String {
        self.names.first().cloned().unwrap_or_else(|| self.path.to_lossy())
    }

    /// Whether an import can name it: `0001_initial` and `build-docs` are none.
    pub fn is_importable(&self) -> bool {
        self.names.iter().any(|name| name.rsplit('.').next().is_some_and(is_identifier))
            && self.path.name() != b"setup.py"
    }

    /// Whether `pattern` is this module, or something above it, under some root.
    pub fn is_covered(&self, pattern: &Dotted) -> bool {
        self.names.iter().any(|name| pattern.covers(name))
    }

    /// Whether this is `name` or below it, under some root.
    pub fn is_under(&self, name: &str) -> bool {
        self.names.iter().any(|own| is_under(own, name))
    }

    /// The dotted names of the package from which its relative imports start.
    pub fn packages(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| {
            if self.is_package { name.as_str() } else { name.rsplit_once('.').map_or("", |(above, _)| above) }
        })
    }

    /// Packages before modules, source before stubs, stubs before what is compiled.
    pub(super) fn rank(&self) -> (bool, u8) {
        let name = self.path.name();
        let kind = if name.ends_with(b".py") {
            0
        } else if name.ends_with(b".pyi") {
            1
        } else {
            2
        };
        (!self.is_package, kind)
    }
}

/// The modules and packages that names of the policy mean, each pattern in all of `names` that it matches; sorted.
pub fn instances<'m>(of: &Modules, names: impl IntoIterator<Item = &'m String>) -> BTreeSet<&'m str> {
    names.into_iter().flat_map(|name| of.iter().filter_map(|(pattern, _)| pattern.instance(name))).collect()
}

/// The names of all modules.
pub fn names(tree: &Tree, roots: &[String]) -> Vec<String> {
    let names = tree.entries().par_iter().filter(|entry| may_be(entry)).flat_map_iter(|entry| {
        let stem = stem(&entry.path);
        stem.into_iter().flat_map(|(stem, is_package)| names_of(roots, &stem, is_package).collect::<Vec<_>>())
    });
    names.collect()
}

/// Whether such an entry can be a module.
pub(super) fn may_be(entry: &Entry) -> bool {
    matches!(entry.kind, Kind::File | Kind::Symlink)
}

/// The paths at which a module of a dotted name would lie, below each root: as a file, and as a package.
pub(super) fn paths_of(roots: &[String], dotted: &str) -> Vec<RepoPath> {
    let stem = dotted.replace('.', "/");
    let below = |root: &String| if root.is_empty() { stem.clone() } else { format!("{root}/{stem}") };
    let both = |stem: String| [format!("{stem}.py"), format!("{stem}/__init__.py")];
    roots.iter().map(below).flat_map(both).map(RepoPath::new).collect()
}

/// Its names under all roots that it has one under.
pub(super) fn names_of(roots: &[String], stem: &str, is_package: bool) -> impl Iterator<Item = String> {
    roots.iter().filter_map(move |root| name_under(root, stem, is_package))
}

/// All modules, sorted by path: the Python files with their code, and what is compiled from other languages.
pub fn all(
    tree: &Tree,
    policy: &Policy,
    roots: &[String],
    files: impl IntoIterator<Item = (RepoPath, Given)>,
    recall: Option<&Recall>,
) -> Vec<Module> {
    let mut files: FxHashMap<RepoPath, Given> = files.into_iter().collect();
    let module = |entry: &Entry| {
        let (stem, is_package) = stem(&entry.path)?;
        Some(Module {
            names: names_of(roots, &stem, is_package).collect(),
            is_package,
            is_generated: false,
            id: ModuleId::default(),
            code: OnceLock::new(),
            content: recall.and_then(|_| content_key(entry)),
            shelf: None,
            is_test: policy.project.tests.matches(&entry.path),
            is_example: purpose::is_example(&entry.path, tree),
            is_taken_over: purpose::is_taken_over(&entry.path),
            service: policy.project.service_of(&entry.path).map(str::to_owned),
            is_excluded: policy.project.exclude.matches(&entry.path),
            path: entry.path.clone(),
        })
    };
    let modules = tree.entries().par_iter().filter(|entry| may_be(entry)).filter_map(module);
    let mut modules: Vec<Module> = modules.collect();
    for (module, number) in modules.iter_mut().zip(0..) {
        module.id = ModuleId::new(number);
        match files.remove(&module.path) {
            Some(Given::Kept) => {
                module.shelf = recall.and_then(Recall::shelf);
                module.is_generated =
                    recall.zip(module.content).is_some_and(|(recall, content)| recall.is_generated(&content));
            }
            Some(Given::Read(code)) => {
                module.is_generated = code.as_ref().is_some_and(|code| code.generated);
                module.code = OnceLock::from(code);
            }
            Some(Given::Unseen) => (module.content, module.code) = (None, OnceLock::from(None)),
            // What is compiled, and links, have no code whatever they hold.
            None => (module.content, module.code) = (Some(Key::default()), OnceLock::from(None)),
        }
    }
    modules
}

/// What `each` says of every module, in their order, on several threads. They are not those of the rules: one that waits
/// for a table that another makes must not take up work that waits for the same table.
pub(super) fn spread<R: Send>(modules: &[Module], each: impl Fn(ModuleId, &Module) -> R + Sync) -> Vec<R> {
    let share = modules.len().div_ceil(rayon::current_num_threads()).max(1);
    let one = |(first, modules): (usize, &[Module])| -> Vec<R> {
        modules.iter().enumerate().map(|(number, module)| each(ModuleId::new(first + number), module)).collect()
    };
    let shares = || modules.chunks(share).enumerate().map(|(number, modules)| (number * share, modules));
    if modules.len() < 500 {
        return shares().flat_map(one).collect();
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> = shares().map(|share| scope.spawn(move || one(share))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// The last part of the module's name, as its file has it.
pub(super) fn own_name(module: &Module) -> &[u8] {
    let end = |path: &[u8]| memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
    if module.is_package {
        let folder = module.path.folder();
        return &folder[end(folder)..];
    }
    let name = module.path.name();
    memchr::memchr(b'.', name).map_or(name, |dot| &name[..dot])
}

/// The path without its ending, or of its folder for a package; none where it is no module. Bytes that are not UTF-8
/// are in no name that an import can write, but the file may be run.
pub(super) fn stem(path: &RepoPath) -> Option<(Cow<'_, str>, bool)> {
    let name = path.name();
    let (stem, ending) = name.split_at(memchr::memchr(b'.', name)?);
    let is_compiled = || matches!(ending.rsplit(|byte| *byte == b'.').next(), Some(b"so" | b"pyd"));
    if !matches!(ending, b".py" | b".pyi" | b".pyx") && !is_compiled() {
        return None;
    }
    let is_package = stem == b"__init__";
    let end = if is_package { path.folder().len() } else { path.as_bytes().len() - ending.len() };
    Some((path.as_bytes().get(..end)?.to_str_lossy(), is_package))
}

/// The dotted name of a path under a root; none where a folder is no name. The file itself need be none: what is
/// run as a script, or loaded as `0001_initial`, imports as its package does.
pub(super) fn name_under(root: &str, stem: &str, is_package: bool) -> Option<String> {
    let inner = if root.is_empty() { stem } else { stem.strip_prefix(root)?.strip_prefix('/')? };
    let folders = if is_package { inner } else { inner.rsplit_once('/').map_or("", |(folders, _)| folders) };
    let sound = !inner.is_empty() && (folders.is_empty() || folders.split('/').all(is_identifier));
    sound.then(|| inner.replace('/', "."))
}
