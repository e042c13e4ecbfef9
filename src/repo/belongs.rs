//! Which modules are a concept's home, and which its bans reach.

use super::{Module, Repo};
use crate::policy::concept::{Concept, Home, Place, Reach};

impl Repo {
    pub fn is_home(&self, concept: &Concept, module: &Module) -> bool {
        concept.homes.iter().any(|home| holds(home, module))
    }

    /// Whether the concept's bans on code hold in this module: it is no home, and of a scope, a folder and a
    /// kind of code that the concept speaks of.
    pub fn reaches(&self, concept: &Concept, module: &Module) -> bool {
        !self.is_home(concept, module)
            && (concept.within.is_empty() || concept.within.matches(&module.path))
            && (!module.is_test || concept.shared.tests || self.home_modules(concept).any(|home| home.is_test))
            && self.reaches_service(concept, module.service.as_deref())
    }

    /// In the services that have a home, and in code of no service; or everywhere.
    fn reaches_service(&self, concept: &Concept, service: Option<&str>) -> bool {
        let Some(service) = service.filter(|_| concept.reach == Reach::Service) else { return true };
        concept.homes.iter().any(|home| home.service.as_deref() == Some(service))
            || self.home_modules(concept).any(|home| home.service.as_deref() == Some(service))
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
