//! Which modules are a concept's home, and which its bans reach.

use super::{Module, ModuleId, Repo, module, roots};
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::policy::concept::{Concept, Home, Legacy, Place, Reach};
use crate::source::Tree;

impl Repo {
    pub fn is_home(&self, concept: &Concept, module: &Module) -> bool {
        concept.homes.iter().any(|home| holds(home, module))
    }

    /// The packages that hold a home which this module is in: of a home that is a package, itself.
    pub fn home_packages<'r>(&'r self, concept: &'r Concept, module: &'r Module) -> impl Iterator<Item = &'r str> {
        let homes = concept.homes.iter().filter(|home| holds(home, module));
        let packages = homes.flat_map(|home| match &home.place {
            Place::Module(name) => {
                let home = self.named(name).first().map(|id| self.module(*id));
                let is_package = home.is_none_or(|home| home.is_package);
                let above = name.rsplit_once('.').map_or("", |(above, _)| above);
                vec![if is_package { name.as_str() } else { above }]
            }
            Place::Path(_) => module.packages().collect(),
        });
        packages.filter(|package| !package.is_empty())
    }

    /// Whether the concept's bans on code hold in this module: it is no home, and of a scope, a folder and a
    /// kind of code that the concept speaks of.
    pub fn reaches(&self, concept: &Concept, module: &Module) -> bool {
        !self.is_home(concept, module)
            && (concept.within.is_empty() || concept.within.matches(&module.path))
            && (!module.is_test || concept.shared.tests || self.is_test_concept(concept))
            && self.reaches_service(concept, module.service.as_deref())
    }

    /// The modules that an old path still holds. What lies below it and is the home, the public place, the new
    /// path, or an old path of its own, is none of them.
    pub fn retired<'r>(
        &'r self,
        concept: &'r Concept,
        legacy: &'r Legacy,
    ) -> impl Iterator<Item = (ModuleId, &'r Module)> {
        let old = legacy.old.module.as_str();
        let below = move |name: &str| name.strip_prefix(old).is_some_and(|rest| rest.starts_with('.'));
        let others = concept.legacy.iter().filter(|other| other.old.name.is_none()).map(|other| &other.old.module);
        let new = concept.legacy.iter().filter_map(|legacy| legacy.new.as_ref()).map(|new| &new.module);
        let public = concept.public.iter().map(|(public, _)| public);
        let apart: Vec<&String> = others.chain(new).chain(public).filter(|name| below(name)).collect();
        self.modules().filter(move |(_, module)| {
            legacy.old.name.is_none()
                && module.is_under(old)
                && !self.is_home(concept, module)
                && !apart.iter().any(|name| module.is_under(name))
        })
    }

    /// In the services that have a home, and in code of no service; or everywhere.
    pub fn reaches_service(&self, concept: &Concept, service: Option<&str>) -> bool {
        let Some(service) = service.filter(|_| concept.reach == Reach::Service) else { return true };
        concept.homes.iter().any(|home| home.service.as_deref() == Some(service))
            || self.home_modules(concept).any(|home| home.service.as_deref() == Some(service))
    }

    /// Whether its home is test code: a package that holds its own tests is none.
    fn is_test_concept(&self, concept: &Concept) -> bool {
        let mut homes = self.home_modules(concept).peekable();
        homes.peek().is_some() && homes.all(|home| home.is_test)
    }

    fn home_modules<'r>(&'r self, concept: &'r Concept) -> impl Iterator<Item = &'r Module> {
        self.modules.iter().filter(|module| self.is_home(concept, module))
    }
}

fn holds(home: &Home, module: &Module) -> bool {
    match &home.place {
        Place::Module(name) => module.is_under(name),
        Place::Path(glob) => glob.matches(&module.path),
    }
}

/// Which files a concept's ban on names reaches: those of any language, so paths are all that is asked.
pub struct ConceptFiles<'c> {
    concept: &'c Concept,
    policy: &'c Policy,
    /// The modules of the home, and of shims.
    own: Vec<RepoPath>,
    /// The folders of the packages among them.
    folders: Vec<Vec<u8>>,
    /// The services that have a home.
    services: Vec<String>,
    home_is_test: bool,
}

impl<'c> ConceptFiles<'c> {
    pub fn find(concept: &'c Concept, policy: &'c Policy, tree: &Tree) -> Self {
        let roots = roots::find(tree, policy.python.roots.as_deref());
        let (mut own, mut folders, mut home_is_test) = (Vec::new(), Vec::new(), false);
        let mut services: Vec<_> = concept.homes.iter().filter_map(|home| home.service.clone()).collect();
        for module in module::all(tree, policy, &roots, [], None) {
            let home = concept.homes.iter().any(|home| holds(home, &module));
            if home {
                services.extend(module.service.clone());
                home_is_test |= module.is_test;
            }
            if home || concept.shims().any(|old| module.is_under(old)) {
                folders.extend(module.is_package.then(|| module.path.folder().to_vec()));
                own.push(module.path);
            }
        }
        Self { concept, policy, own, folders, services, home_is_test }
    }

    pub fn reaches(&self, path: &RepoPath) -> bool {
        let concept = self.concept;
        let by_path = |home: &Home| matches!(&home.place, Place::Path(glob) if glob.matches(path));
        let own = self.own.contains(path)
            || self.folders.iter().any(|folder| path.is_under(folder))
            || concept.homes.iter().any(by_path);
        let judged = concept.shared.tests || self.home_is_test || !self.policy.project.tests.matches(path);
        let service = self.policy.project.service_of(path).filter(|_| concept.reach == Reach::Service);
        !own && judged
            && (concept.within.is_empty() || concept.within.matches(path))
            && service.is_none_or(|service| self.services.iter().any(|known| known == service))
    }
}
