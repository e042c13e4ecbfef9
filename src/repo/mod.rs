//! The whole repository: its modules, what imports lead to, what is defined where. Built at most once a run,
//! and only where a rule asks for it.
//!
//! It says what is; whether that is allowed is decided in `rules`.

mod alike;
mod around;
mod belongs;
mod brief;
pub mod chains;
pub mod cycles;
mod defined;
mod dependencies;
mod distributions;
mod django;
mod face;
mod folders;
pub mod graph;
mod imported_as;
mod instead;
mod leaning;
mod made;
mod meaning;
mod mistakes;
mod module;
mod names;
mod packages;
pub mod parity;
mod recall;
mod reexports;
mod renames;
mod resolve;
mod roots;
mod run;
mod settled;
pub mod similar;
mod taken;
mod versions;
mod watch;
mod ways;
pub mod whereabouts;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::Span;
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::policy::contract::Modules;
use crate::source::{Attributes, Source, SourceError, Tree};

use defined::Defined;
pub use defined::Held;
use graph::Graph;
use made::Made;

pub use alike::{Rarity, Sample};
pub use around::Around;
pub use belongs::ConceptFiles;
use brief::NameHash;
pub use brief::Namesake;
pub use dependencies::Dependencies;
pub use distributions::Distribution;
use folders::Folders;
pub use instead::{Instead, as_short};
use leaning::Leanings;
pub use mistakes::mistakes;
pub use module::{Given, Module, ModuleId};
use packages::Packages;
pub use recall::Recall;
use recall::Recalled;
pub use reexports::{ByStar, Origins, Place};
pub use resolve::{Located, Lookup};
pub use roots::find as python_roots;
use settled::Settled;
use taken::Taken;
pub use versions::Version;
use versions::Versions;
use ways::{Step, Way};

/// All modules of a snapshot and the indexes that rules ask.
#[derive(Debug)]
pub struct Repo {
    modules: Vec<Module>,
    by_name: FxHashMap<String, Vec<ModuleId>>,
    tree: Folders,
    /// Folders that hold modules at some depth, by their dotted names under every root.
    folders: FxHashSet<String>,
    /// The number of parts of the longest name of a module, at least 1.
    deepest: usize,
    /// Folders where absolute imports start; the deepest first; the root of the repository is empty.
    roots: Vec<String>,
    dependencies: Dependencies,
    /// That of each module.
    distributions: Vec<Distribution>,
    packages: Packages,
    versions: Versions,
    /// Made when first asked for.
    defined: OnceLock<Defined>,
    /// The names of modules, with their numbers there, by their last parts; made when first asked for.
    by_last: OnceLock<Vec<(NameHash, ModuleId, usize)>>,
    /// Made when first asked for.
    imported_names: OnceLock<FxHashSet<String>>,
    /// What is known of the run before.
    recalled: Option<Recalled>,
    /// Made when first asked for.
    ways: OnceLock<Vec<Vec<Way>>>,
    /// Made when first asked for.
    steps: OnceLock<Vec<Vec<Step>>>,
    /// Where modules may come to be that are no files of Python.
    unbuilt: FxHashSet<Vec<u8>>,
    /// What modules set on others; made when first asked for.
    sets: OnceLock<names::Sets>,
    /// Whether imports under `if TYPE_CHECKING` are edges of the graph.
    type_checking: bool,
    /// What absolute names lead to; made when first asked for.
    settled: OnceLock<Settled>,
    /// Made when first asked for.
    graph: OnceLock<Graph>,
    /// Made when first asked for.
    imported_by: OnceLock<FxHashMap<ModuleId, Vec<(ModuleId, Span)>>>,
    /// How imports name modules that have several names; made when first asked for.
    written: OnceLock<imported_as::Written>,
    /// Folders from which modules elsewhere import; made when first asked for.
    reached: OnceLock<FxHashSet<folders::Folder>>,
    /// Which parts of the code are built on which, as far as that was asked.
    leanings: Leanings,
    /// Which distribution imports from which; made when first asked for.
    linked: OnceLock<FxHashSet<(Distribution, Distribution)>>,
    /// Made when first asked for.
    taken: OnceLock<Taken>,
    /// Those that are run; made when first asked for.
    run: OnceLock<FxHashSet<ModuleId>>,
    /// Modules that the change moved, by their old names; told by the engine where a rule asks.
    renames: OnceLock<FxHashMap<String, String>>,
    /// What is made that is no file here; told by the engine where a rule asks.
    made: OnceLock<Made>,
}

impl Repo {
    /// Builds the view from the code of each Python file, with what is known of the run before.
    pub fn build(
        source: &dyn Source,
        tree: &Tree,
        policy: &Policy,
        files: impl IntoIterator<Item = (RepoPath, Given)>,
        recall: Option<Recall>,
    ) -> Result<Self, SourceError> {
        let roots = roots::find(tree, policy.python.roots.as_deref());
        let mut modules = module::all(tree, policy, &roots, files, recall.as_ref());
        let attributes = Attributes::load(source, tree)?;
        for module in &mut modules {
            module.is_generated |= attributes.is_generated(&module.path);
        }
        let mut repo = Self {
            by_name: FxHashMap::default(),
            tree: Folders::new(&modules),
            folders: FxHashSet::default(),
            deepest: 1,
            dependencies: Dependencies::read(source, tree)?,
            distributions: distributions::of_modules(tree, &modules),
            packages: Packages::find(tree),
            versions: Versions::find(tree),
            defined: OnceLock::new(),
            by_last: OnceLock::new(),
            imported_names: OnceLock::new(),
            recalled: None,
            ways: OnceLock::new(),
            unbuilt: made::unbuilt(tree),
            sets: OnceLock::new(),
            type_checking: policy.imports.type_checking,
            settled: OnceLock::new(),
            steps: OnceLock::new(),
            graph: OnceLock::new(),
            imported_by: OnceLock::new(),
            written: OnceLock::new(),
            reached: OnceLock::new(),
            leanings: Leanings::default(),
            linked: OnceLock::new(),
            taken: OnceLock::new(),
            run: OnceLock::new(),
            renames: OnceLock::new(),
            made: OnceLock::new(),
            roots,
            modules,
        };
        for (number, module) in repo.modules.iter().enumerate() {
            let id = ModuleId::new(number);
            for name in &module.names {
                repo.deepest = repo.deepest.max(name.split('.').count());
                repo.by_name.entry(name.clone()).or_default().push(id);
                repo.tree.learn(last_part(name));
                let mut folder = name.as_str();
                while let Some((above, _)) = folder.rsplit_once('.') {
                    if !repo.folders.insert(above.to_owned()) {
                        break;
                    }
                    folder = above;
                }
            }
        }
        // Of several files for one name a package counts before a module, source before a stub.
        let modules = &repo.modules;
        for ids in repo.by_name.values_mut() {
            ids.sort_by_key(|id| modules[id.index()].rank());
        }
        repo.recalled = recall.map(|recall| Recalled::new(recall, &repo));
        Ok(repo)
    }

    pub fn modules(&self) -> impl Iterator<Item = (ModuleId, &Module)> {
        self.modules.iter().enumerate().map(|(number, module)| (ModuleId::new(number), module))
    }

    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.index()]
    }

    pub fn at(&self, path: &RepoPath) -> Option<ModuleId> {
        self.modules.binary_search_by(|module| module.path.cmp(path)).ok().map(ModuleId::new)
    }

    /// The modules of that name under some root, the one that an import finds first.
    pub fn named(&self, name: &str) -> &[ModuleId] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The paths at which a module of that name would lie.
    pub fn paths_of(&self, name: &str) -> Vec<RepoPath> {
        module::paths_of(&self.roots, name)
    }

    /// The modules and packages that names of the policy mean; sorted.
    pub fn instances(&self, of: &Modules) -> BTreeSet<&str> {
        module::instances(of, self.modules.iter().flat_map(|module| &module.names))
    }

    /// Whether something of that name can be imported: a module, a package, or a folder of modules.
    pub fn exists(&self, name: &str) -> bool {
        self.by_name.contains_key(name) || self.folders.contains(name)
    }

    /// Whether some module, or a folder above one, is called so.
    pub fn is_part(&self, name: &str) -> bool {
        self.tree.is_part(name)
    }

    /// The modules whose names are `tail` or end in `.tail`, and what stands before; by name.
    pub fn ending(&self, tail: &str) -> Vec<(ModuleId, &str)> {
        let by_last = self.by_last.get_or_init(|| {
            let names = self.modules().flat_map(|(id, module)| (0..module.names.len()).map(move |number| (id, number)));
            let last = |(id, number): (ModuleId, usize)| (last_part(&self.module(id).names[number]), id, number);
            let mut by_last: Vec<_> =
                names.map(last).map(|(last, id, number)| (NameHash::of(last), id, number)).collect();
            by_last.sort_unstable();
            by_last
        });
        let hash = NameHash::of(last_part(tail));
        let first = by_last.partition_point(|(last, ..)| *last < hash);
        let alike = by_last.iter().skip(first).take_while(|(last, ..)| *last == hash);
        let ending = alike.filter_map(|(_, id, number)| {
            let before = self.module(*id).names[*number].strip_suffix(tail)?;
            (before.is_empty() || before.ends_with('.')).then(|| (*id, before.trim_end_matches('.')))
        });
        let mut ending: Vec<_> = ending.collect();
        ending.sort_unstable_by_key(|(id, before)| (*before, *id));
        ending
    }

    /// Whether some module imports a thing of that name.
    pub fn is_imported_name(&self, name: &str) -> bool {
        watch::looks_at_all();
        if self.recalled.is_some() {
            let imports = |module: &Module| {
                module.code().is_some_and(|code| code.imports.iter().any(|import| import.name.as_deref() == Some(name)))
            };
            let may = |id| self.briefs(id).is_none_or(|(briefs, number)| briefs.may_import(number, name));
            return self.modules().any(|(id, module)| may(id) && imports(module));
        }
        let names = self.imported_names.get_or_init(|| {
            let code = self.modules.iter().filter_map(|module| module.code());
            let names = code.flat_map(|code| &code.imports).filter_map(|import| import.name.as_deref());
            names.collect::<FxHashSet<&str>>().into_iter().map(str::to_owned).collect()
        });
        names.contains(name)
    }

    /// Which module imports which, as far as the policy has it judged.
    pub fn graph(&self) -> &Graph {
        watch::looks_at_all();
        self.graph.get_or_init(|| Graph::build(self, self.type_checking))
    }

    pub fn dependencies(&self) -> &Dependencies {
        &self.dependencies
    }
}

fn last_part(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}
