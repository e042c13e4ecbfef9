//! The folders of the repository and the modules in them, as an import walks down through them: part by part.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ModuleId;
use super::module::Module;

/// Endings of modules, those first that an import finds first.
const ENDINGS: [&[u8]; 4] = [b".py", b".pyi", b".pyx", b".so"];

/// One place below which modules lie, or a module without its ending.
#[derive(Debug, Default)]
struct Node {
    /// The place that holds it; the root's is the root.
    above: usize,
    inner: FxHashMap<Box<[u8]>, usize>,
    /// The file of that name, and how early its ending comes.
    file: Option<(usize, ModuleId)>,
}

/// All of them, the root first.
#[derive(Debug)]
pub struct Folders {
    nodes: Vec<Node>,
    /// The folder of each module.
    of: Vec<usize>,
    /// The names of all of them.
    parts: FxHashSet<Box<[u8]>>,
}

/// A folder, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Folder(usize);

impl Folders {
    pub fn new(modules: &[Module]) -> Self {
        let mut folders =
            Self { nodes: vec![Node::default()], of: Vec::with_capacity(modules.len()), parts: FxHashSet::default() };
        for (number, module) in modules.iter().enumerate() {
            let mut at = 0;
            for part in module.path.folder().split(|byte| *byte == b'/').filter(|part| !part.is_empty()) {
                at = folders.enter(at, part);
            }
            folders.of.push(at);
            let name = module.path.name();
            let ending =
                ENDINGS.iter().enumerate().find_map(|(rank, ending)| Some((rank, name.strip_suffix(*ending)?)));
            if let Some((rank, stem)) = ending {
                let own = folders.enter(at, stem);
                let file = &mut folders.nodes[own].file;
                if file.is_none_or(|(other, _)| rank < other) {
                    *file = Some((rank, ModuleId::new(number)));
                }
            }
        }
        folders
    }

    fn enter(&mut self, at: usize, part: &[u8]) -> usize {
        if let Some(inner) = self.nodes[at].inner.get(part) {
            return *inner;
        }
        if !self.parts.contains(part) {
            self.parts.insert(part.into());
        }
        let new = self.nodes.len();
        self.nodes[at].inner.insert(part.into(), new);
        self.nodes.push(Node { above: at, ..Node::default() });
        new
    }

    /// The root of the repository.
    pub fn root(&self) -> Folder {
        Folder(0)
    }

    /// Which of the names stand in a folder that is no package, the root aside.
    pub fn in_bare_folders<'n>(&self, names: &FxHashSet<&'n [u8]>) -> FxHashSet<&'n [u8]> {
        let bare = (1..self.nodes.len()).map(Folder).filter(|folder| self.package(*folder).is_none());
        let inner = bare.flat_map(|folder| self.nodes[folder.0].inner.keys());
        inner.filter_map(|name| names.get(&**name).copied()).collect()
    }

    /// That a module is called so, whatever its ending.
    pub fn learn(&mut self, name: &str) {
        if !self.is_part(name) {
            self.parts.insert(name.as_bytes().into());
        }
    }

    /// Whether a folder or a module, without its ending, is called so.
    pub fn is_part(&self, name: &str) -> bool {
        self.parts.contains(name.as_bytes())
    }

    /// The folder in which a module lies.
    pub fn of(&self, id: ModuleId) -> Folder {
        Folder(self.of[id.index()])
    }

    /// The folder that holds another; none for the root.
    pub fn above(&self, folder: Folder) -> Option<Folder> {
        (folder.0 != 0).then(|| Folder(self.nodes[folder.0].above))
    }

    /// What a part of a name is in a folder; itself a folder, a file without its ending, or both.
    pub fn inner(&self, folder: Folder, part: &str) -> Option<Folder> {
        self.nodes[folder.0].inner.get(part.as_bytes()).copied().map(Folder)
    }

    /// The file of that name.
    pub fn file(&self, at: Folder) -> Option<ModuleId> {
        self.nodes[at.0].file.map(|(_, id)| id)
    }

    /// The `__init__` in a folder.
    pub fn package(&self, folder: Folder) -> Option<ModuleId> {
        self.file(self.inner(folder, "__init__")?)
    }

    /// Whether modules lie below.
    pub fn is_folder(&self, at: Folder) -> bool {
        !self.nodes[at.0].inner.is_empty()
    }
}
