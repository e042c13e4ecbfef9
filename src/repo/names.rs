//! Which names a module may hold, by whatever means it came to them.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::face::Face;
use super::folders::Folder;
use super::module::own_name;
use super::recall::{Names, Recalled};
use super::{Module, ModuleId, Repo, django};
use crate::facts::Code;

/// What every module has, and what every object has that a test may patch.
const ATTRIBUTES: [&str; 21] = [
    "__annotate__",
    "__annotations__",
    "__builtins__",
    "__cached__",
    "__class__",
    "__delattr__",
    "__dict__",
    "__dir__",
    "__doc__",
    "__file__",
    "__getattribute__",
    "__hash__",
    "__init__",
    "__loader__",
    "__name__",
    "__new__",
    "__package__",
    "__path__",
    "__repr__",
    "__setattr__",
    "__spec__",
];

/// What is set on modules from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Sets {
    /// By the last part of the module's name all names that are set there; `*` for any. `b.*` is each module below a `b`.
    names: BTreeMap<String, BTreeSet<String>>,
    /// What may fill the modules that use it, wherever it is had from.
    fillers: BTreeSet<String>,
}

impl Sets {
    /// What a module that gives it another name has a part in.
    pub(super) fn fillers(&self) -> Names {
        let mut names = Names::default();
        self.fillers.iter().for_each(|filler| names.insert(filler));
        names
    }

    /// Whether something that the module uses may fill it.
    fn fill(&self, code: &Code) -> bool {
        let is_filler = |dotted: &str| dotted.split('.').any(|part| self.fillers.contains(part));
        code.imports.iter().any(|import| import.name.as_deref().is_some_and(is_filler))
            || code.uses.iter().chain(code.free.iter()).any(|used| is_filler(used.target))
    }
}

impl Repo {
    /// Whether a module may hold a name: it binds it, a star may bring it, another module sets it, it is a module
    /// below; or not all of what it binds is known.
    pub fn may_hold(&self, module: ModuleId, name: &str) -> bool {
        self.is_stub(module) || self.may_bind(module, name)
    }

    /// The same, but a stub is taken for the whole module.
    pub fn may_bind(&self, module: ModuleId, name: &str) -> bool {
        let history = django::model_of_history(name);
        let binds = |id: ModuleId| {
            let face = self.module(id).face();
            face.is_none_or(|face| face.is_open() || face.binds(name) || history.is_some_and(|model| face.binds(model)))
        };
        if binds(module) || ATTRIBUTES.contains(&name) {
            return true;
        }
        let (mut seen, mut open) = (FxHashSet::from_iter([module]), vec![module]);
        while let Some(id) = open.pop() {
            for twin in self.twins(id) {
                if binds(twin) || self.is_set(twin, name) || self.is_below(twin, name) {
                    return true;
                }
                for star in self.module(twin).face().into_iter().flat_map(Face::stars) {
                    let source = self.source_of(twin, star).filter(|source| !self.is_stub(*source));
                    let Some(source) = source else { return true };
                    let exports = self.module(source).face().is_none_or(Face::has_exports);
                    // An `__all__` may be made of more than is written, but without one nothing private is brought.
                    if (exports || !name.starts_with('_')) && seen.insert(source) {
                        open.push(source);
                    }
                }
            }
        }
        false
    }

    /// Whether a module of that name may hold another name.
    pub fn may_give(&self, module: &str, name: &str) -> bool {
        self.named(module).iter().any(|id| self.may_hold(*id, name))
    }

    /// Whether something may be imported from below a name of a package, where no file is seen: to bind a name, by whatever
    /// means, is not enough.
    pub fn may_have_below(&self, package: ModuleId, name: &str) -> bool {
        let has = |id: ModuleId| {
            let face = self.module(id).face();
            face.is_none_or(|face| face.makes_modules() || face.binds(name)) || self.is_below(id, name)
        };
        // `sys.modules["a.name"] = …`, wherever that is written.
        let is_made = || self.sets().names.get(name).is_some_and(|names| names.contains("*"));
        // What is compiled may make modules below it, where it is a package by its stub alone.
        let is_compiled = || {
            let folder = [self.module(package).path.folder(), b"/"].concat();
            self.is_stub(package) && self.modules_of(&folder).len() == 1
        };
        self.twins(package).into_iter().any(has) || is_made() || is_compiled()
    }

    /// All modules that an absolute dotted name can be, as seen from a module: by the roots, and beside it or above.
    /// None where one of them is a mere folder, in which anything may lie.
    pub fn readings(&self, from: ModuleId, dotted: &str) -> Option<Vec<ModuleId>> {
        let names = self.absolute(from, dotted);
        let mut found: Vec<ModuleId> = names.iter().flat_map(|name| self.named(name)).copied().collect();
        let parts: Vec<&str> = dotted.split('.').collect();
        let mut folder = Some(self.tree.of(from));
        while let Some(at) = folder {
            let below = self.below(at, &parts);
            if below.found == parts.len() {
                found.push(below.module.filter(|id| own_name(self.module(*id)) == parts[parts.len() - 1].as_bytes())?);
            }
            folder = self.tree.above(at);
        }
        Some(found)
    }

    /// Whether a module changes where others are looked for, or one does that is run before it: a package above, or for a
    /// test a `conftest.py`, or what pytest is told.
    pub fn searches(&self, id: ModuleId) -> bool {
        let searches = |id: ModuleId| self.module(id).face().is_some_and(Face::searches);
        let conftest = |at| self.tree.inner(at, "conftest").and_then(|inner| self.tree.file(inner));
        let above = |at: &Folder| self.tree.above(*at);
        let module = self.module(id);
        if module.is_test && self.dependencies.searched().iter().any(|folder| module.path.is_under(folder.as_bytes())) {
            return true;
        }
        std::iter::successors(Some(self.tree.of(id)), above)
            .flat_map(|at| [self.tree.package(at), conftest(at).filter(|_| module.is_test)])
            .flatten()
            .chain([id])
            .any(searches)
    }

    /// Whether only its stub is seen.
    fn is_stub(&self, id: ModuleId) -> bool {
        let is_stub = |id: ModuleId| self.module(id).path.name().ends_with(b".pyi");
        is_stub(id) && self.twins(id).into_iter().all(is_stub)
    }

    /// All files that can be what a module is: the same under another root, its stub, what is compiled.
    fn twins(&self, id: ModuleId) -> Vec<ModuleId> {
        let module = self.module(id);
        let by_name = module.names.iter().flat_map(|name| self.named(name)).copied();
        let stem = self.stem(id);
        let beside = [b".".as_slice(), b"/__init__."].into_iter().flat_map(|ending| {
            let start = [stem.as_slice(), ending].concat();
            let first = self.modules.partition_point(|module| module.path.as_bytes() < start.as_slice());
            let beside = self.modules.iter().enumerate().skip(first);
            beside
                .take_while(move |(_, module)| module.path.as_bytes().starts_with(&start))
                .map(|(at, _)| ModuleId::new(at))
        });
        by_name.chain(beside).collect::<FxHashSet<_>>().into_iter().collect()
    }

    /// Its path without its ending; for a package, its folder.
    fn stem(&self, id: ModuleId) -> Vec<u8> {
        let module = self.module(id);
        match (module.is_package, module.path.folder()) {
            (true, folder) => folder.to_vec(),
            (false, b"") => own_name(module).to_vec(),
            (false, folder) => [folder, b"/", own_name(module)].concat(),
        }
    }

    /// Whether a package has, or may be given by what builds it, a module of that name.
    fn is_below(&self, id: ModuleId, name: &str) -> bool {
        let module = self.module(id);
        let path = || match module.path.folder() {
            b"" => name.as_bytes().to_vec(),
            folder => [folder, b"/", name.as_bytes()].concat(),
        };
        module.is_package
            && (self.below(self.tree.of(id), &[name]).found == 1
                || module.names.iter().any(|package| self.exists(&format!("{package}.{name}")))
                || self.unbuilt.contains(&path()))
    }

    /// Whether some module sets that name on this one.
    fn is_set(&self, id: ModuleId, name: &str) -> bool {
        let sets = self.sets();
        let holds = |of: &str| sets.names.get(of).is_some_and(|names| names.contains(name) || names.contains("*"));
        let own = String::from_utf8_lossy(own_name(self.module(id)));
        let above = || self.module(id).names.iter().filter_map(|name| name.rsplit('.').nth(1));
        holds(own.as_ref())
            || above().any(|above| holds(&format!("{above}.*")))
            || (!sets.fillers.is_empty() && self.module(id).code().is_some_and(|code| sets.fill(code)))
    }

    pub(super) fn sets(&self) -> &Sets {
        let known = || self.recalled.as_ref().and_then(Recalled::sets).cloned();
        self.sets.get_or_init(|| known().unwrap_or_else(|| self.find_sets()))
    }

    fn find_sets(&self) -> Sets {
        let mut sets = Sets::default();
        let may_set = |id: ModuleId| self.briefs(id).is_none_or(|(briefs, number)| briefs.tells(number).sets);
        let setting: Vec<&Module> = self.modules().filter(|(id, _)| may_set(*id)).map(|(_, module)| module).collect();
        let code = || setting.iter().filter_map(|module| module.code());
        let written = code().flat_map(|code| &code.sets);
        let made = code().flat_map(|code| &code.strings).filter(|string| string.create && !string.is_module);
        for dotted in written.chain(made.map(|string| &string.text)) {
            if let Some((module, name)) = dotted.rsplit_once('.') {
                // `a.b.*`: some module below `b`.
                let parts = if module.ends_with(".*") { 2 } else { 1 };
                let start = module.rmatch_indices('.').nth(parts - 1).map_or(0, |(dot, _)| dot + 1);
                let last = module.get(start..).unwrap_or(module);
                sets.names.entry(last.to_owned()).or_default().insert(name.to_owned());
            }
        }
        for code in code().filter(|code| !code.fills.is_empty()) {
            let mut fillers: Vec<&str> = code.fills.iter().map(CompactString::as_str).collect();
            while let Some(filler) = fillers.pop() {
                if sets.fillers.insert(filler.to_owned()) {
                    let users = code.definitions.iter().filter(|user| user.needs.contains(filler));
                    fillers.extend(users.map(|user| user.name.as_str()));
                }
            }
        }
        let mut names = sets.fillers();
        for (id, module) in self.modules() {
            if !self.may_rename(id, &names) {
                continue;
            }
            for import in module.code().into_iter().flat_map(|code| &code.imports) {
                if let (Some(name), Some(alias)) = (&import.name, &import.alias)
                    && sets.fillers.contains(name.as_str())
                {
                    names.insert(alias);
                    sets.fillers.insert(alias.to_string());
                }
            }
        }
        sets
    }
}
