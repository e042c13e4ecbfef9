//! What a policy names and the repository does not have.

mod nowhere;

use std::cell::OnceCell;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::module::instances;
use super::{module, renames, roots};
use crate::policy::Policy;
use crate::policy::concept::{Home, Place};
use crate::policy::contract::Kind;
use crate::policy::dotted::{Dotted, Target, is_under};
use crate::policy::error::{PolicyError, nearest};
use crate::policy::layers::{Exposed, Layers, Part};
use crate::source::{Source, Tree};
use nowhere::{Above, Nowhere};

/// Each home, public place, replacement, service and module of a contract that does not exist, and each name of one that
/// leads nowhere.
pub fn mistakes(policy: &Policy, source: &dyn Source, tree: &Tree) -> Vec<PolicyError> {
    let mut errors = Vec::new();
    let python = &policy.python;
    for (root, range) in python.roots.iter().flatten().zip(&python.root_ranges) {
        if !tree.is_folder(root.as_bytes()) {
            let error = PolicyError::new(range.clone(), format!("the Python root `{root}` does not exist"));
            errors.push(error.help("name the folder where absolute imports start, from the repository's root"));
        }
    }
    // What the names of modules are hangs on the roots.
    if !errors.is_empty() || (policy.concepts.is_empty() && policy.contracts.is_empty()) {
        return errors;
    }
    let roots = roots::find(tree, policy.python.roots.as_deref());
    let names = module::names(tree, &roots);
    let nowhere = Nowhere { policy, source, tree, roots: &roots, names: &names };
    let check = Check { policy, tree, names: &names, nowhere, renames: OnceCell::new() };
    check.concepts(&mut errors);
    check.contracts(&mut errors);
    errors
}

struct Check<'c> {
    policy: &'c Policy,
    tree: &'c Tree,
    /// Of all modules.
    names: &'c [String],
    nowhere: Nowhere<'c>,
    /// What the change at hand calls modules, by their names before; asked where something is missing.
    renames: OnceCell<FxHashMap<String, String>>,
}

impl Check<'_> {
    fn concepts(&self, errors: &mut Vec<PolicyError>) {
        for concept in &self.policy.concepts {
            for home in &concept.homes {
                errors.extend(self.home(&concept.id, home));
            }
            for (public, range) in &concept.public {
                if !self.exists(public) {
                    let message = format!("the public place `{public}` of `{}` does not exist", concept.id);
                    errors.push(PolicyError::new(range.clone(), message).help(self.meant(public)));
                }
            }
            for legacy in &concept.legacy {
                let Some(new) = legacy.new.as_ref().filter(|new| !self.leads(new)) else { continue };
                let message =
                    format!("`{}` of `{}` is replaced by `{new}`, which does not exist", legacy.old, concept.id);
                errors.push(
                    PolicyError::new(legacy.new_range.clone(), message).help(self.meant_thing(&new.dotted(), ':')),
                );
            }
            for wrapped in &concept.wraps {
                errors.extend(self.lost(&wrapped.value, &wrapped.range, &format!("`{}`", concept.id)));
            }
        }
    }

    fn home(&self, id: &str, home: &Home) -> Option<PolicyError> {
        if let Some(service) = home.service.as_ref().filter(|service| !self.is_service(service)) {
            let known: Vec<_> = self.policy.project.services.iter().map(|service| service.name.as_str()).collect();
            let message = format!("`{service}` is no service of `[project]`");
            let help = nearest(service, known).map_or_else(String::new, |known| format!("did you mean `{known}`?"));
            return Some(PolicyError::new(home.range.clone(), message).help(help));
        }
        let exists = match &home.place {
            Place::Module(module) => self.exists(module),
            Place::Path(glob) => self.tree.entries().iter().any(|entry| glob.matches(&entry.path)),
        };
        let message = format!("the home `{}` of `{id}` does not exist", home.text);
        (!exists).then(|| PolicyError::new(home.range.clone(), message).help(self.meant(&home.text)))
    }

    fn contracts(&self, errors: &mut Vec<PolicyError>) {
        for contract in &self.policy.contracts {
            let named: Vec<_> = match &contract.kind {
                Kind::IndependentServices => Vec::new(),
                Kind::Independence { modules } => modules.iter().collect(),
                Kind::Forbidden { from, to } => {
                    let id = format!("the contract `{}`", contract.id);
                    errors.extend(to.iter().filter_map(|to| self.lost(&to.value, &to.range, &id)));
                    from.iter().collect()
                }
                Kind::Protected { modules, importers } => modules.iter().chain(importers).collect(),
                Kind::Layers(layers) => {
                    errors.extend(self.layers(&contract.id, layers));
                    layers.containers.iter().collect()
                }
                Kind::Interface { of, expose } => {
                    errors.extend(expose.iter().filter_map(|(exposed, range)| {
                        let module = exposed.module();
                        let (what, help) = if !of.iter().any(|(of, _)| of.covers(module)) {
                            ("is not in its `of`", "name what lies in it".to_owned())
                        } else if !self.exists(module) {
                            ("does not exist", self.meant(module))
                        } else if let Exposed::Name(name) = exposed
                            && !self.leads(name)
                        {
                            ("does not exist", self.meant_thing(&name.dotted(), ':'))
                        } else {
                            return None;
                        };
                        let message = format!("`{exposed}` of the contract `{}` {what}", contract.id);
                        Some(PolicyError::new(range.clone(), message).help(help))
                    }));
                    of.iter().collect()
                }
                Kind::Acyclic { below, .. } => below.iter().collect(),
            };
            for (name, range) in named {
                if !self.matches(name) {
                    let message = format!("`{}` of the contract `{}` does not exist", name.text, contract.id);
                    errors.push(PolicyError::new(range.clone(), message).help(self.meant(&name.text)));
                }
            }
        }
    }

    /// The layers that must be there and are not, each once.
    fn layers(&self, id: &str, layers: &Layers) -> Vec<PolicyError> {
        let parts = layers.levels.iter().flat_map(|level| &level.parts).filter(|part| !part.optional);
        let containers = instances(&layers.containers, self.names);
        let missing = |part: &Part| match (layers.containers.is_empty(), &containers) {
            (true, _) => (!self.exists(&part.name)).then(|| part.name.clone()),
            (false, containers) => {
                let mut wholes = containers.iter().map(|container| format!("{container}.{}", part.name));
                wholes.find(|whole| !self.exists(whole))
            }
        };
        let error = |part: &Part| {
            let missing = missing(part)?;
            let message = format!("the layer `{missing}` of the contract `{id}` does not exist");
            let meant = match self.meant(&missing) {
                meant if meant.is_empty() => String::new(),
                meant => format!("; {meant}"),
            };
            let help = format!("write `({})` if it may be missing{meant}", part.name);
            Some(PolicyError::new(part.range.clone(), message).help(help))
        };
        parts.filter_map(error).collect()
    }

    fn is_service(&self, name: &str) -> bool {
        self.policy.project.services.iter().any(|service| service.name == name)
    }

    fn exists(&self, name: &str) -> bool {
        self.names.iter().any(|own| is_under(own, name))
    }

    fn matches(&self, name: &Dotted) -> bool {
        self.names.iter().any(|own| name.covers(own))
    }

    fn leads(&self, target: &Target) -> bool {
        self.exists(&target.module) && self.nowhere.above(&target.dotted()).is_none()
    }

    /// A name of `whose` that leads nowhere.
    fn lost(&self, name: &Dotted, range: &Range<usize>, whose: &str) -> Option<PolicyError> {
        if name.is_pattern() || self.nowhere.above(&name.text).is_none() {
            return None;
        }
        let message = format!("`{}` of {whose} does not exist", name.text);
        Some(PolicyError::new(range.clone(), message).help(self.meant_thing(&name.text, '.')))
    }

    /// Where this change moved the module; else the one that has the same last part, or a similar name.
    fn meant(&self, name: &str) -> String {
        let renames = self.renames.get_or_init(|| {
            let renames = self.nowhere.source.renames().unwrap_or_default();
            renames::by_name(renames.iter(), self.nowhere.roots)
        });
        if let Some(now) = renames::became(name, renames).filter(|now| self.exists(now)) {
            return format!("this change moved it: write `{now}`");
        }
        let last = name.rsplit(['.', '/']).next().unwrap_or(name);
        let names = || self.names.iter().map(String::as_str);
        let same = names().find(|own| own.rsplit('.').next() == Some(last));
        same.or_else(|| nearest(name, names())).map_or_else(String::new, |meant| format!("did you mean `{meant}`?"))
    }

    /// The same, or a thing in the module above, behind `sign`.
    fn meant_thing(&self, name: &str, sign: char) -> String {
        let thing = || {
            let Above { module, binds } = self.nowhere.above(name)?;
            let part = name.get(module.len() + 1..)?;
            let thing = nearest(part, binds.iter().map(String::as_str))?;
            Some(format!("did you mean `{module}{sign}{thing}`?"))
        };
        thing().unwrap_or_else(|| self.meant(name))
    }
}
