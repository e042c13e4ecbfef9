//! Names that lead nowhere: no module bears them, and the module above surely binds no such thing.
//!
//! That is asked of the file itself, and only where no module bears a name, for the facts of files come after the policy.

use crate::facts::Detail;
use crate::gather::{Seen, gather};
use crate::policy::Policy;
use crate::policy::dotted::is_under;
use crate::repo::dependencies::Dependencies;
use crate::repo::made::{Made, unbuilt};
use crate::repo::module::{may_be, names_of, stem};
use crate::source::{Entry, Kind, Source, Tree, purpose};

pub(super) struct Nowhere<'c> {
    pub policy: &'c Policy,
    pub source: &'c dyn Source,
    pub tree: &'c Tree,
    pub roots: &'c [String],
    /// Of all modules.
    pub names: &'c [String],
}

/// A module, and all that it binds.
pub(super) struct Above {
    pub module: String,
    pub binds: Vec<String>,
}

impl Nowhere<'_> {
    /// The module above a name that leads nowhere; none where it leads somewhere, or may.
    pub fn above(&self, name: &str) -> Option<Above> {
        let exists = |name: &str| self.names.iter().any(|own| is_under(own, name));
        let first = name.split('.').next().unwrap_or(name);
        if exists(name) || Dependencies::is_standard(first) {
            return None;
        }
        let (module, rest) =
            name.rmatch_indices('.').map(|(dot, _)| name.split_at(dot)).find(|(above, _)| exists(above))?;
        let part = rest.trim_start_matches('.').split('.').next().unwrap_or_default();
        let files = self.files(module);
        if files.is_empty() || part.starts_with("__") || !files.iter().all(|file| self.is_plain(file)) {
            return None;
        }
        let binds = self.bound(&files)?;
        (!binds.iter().any(|bound| bound == part) && !self.may_come(module, part, &files))
            .then(|| Above { module: module.to_owned(), binds })
    }

    /// The files that bear the name of a module.
    fn files(&self, module: &str) -> Vec<&Entry> {
        let bears = |entry: &&Entry| {
            stem(&entry.path)
                .is_some_and(|(stem, is_package)| names_of(self.roots, &stem, is_package).any(|own| own == module))
        };
        self.tree.entries().iter().filter(|entry| may_be(entry)).filter(bears).collect()
    }

    /// Whether it is source of this repository, and no folder that merely bears the name of another's package.
    fn is_plain(&self, file: &Entry) -> bool {
        file.kind == Kind::File
            && file.path.name().ends_with(b".py")
            && !self.policy.project.tests.matches(&file.path)
            && !purpose::is_example(&file.path, self.tree)
            && !purpose::is_taken_over(&file.path)
    }

    /// All that they bind; none where they may bind more.
    fn bound(&self, files: &[&Entry]) -> Option<Vec<String>> {
        let mut all = Vec::new();
        for seen in gather(self.source, files, None, Detail::Heads).ok()? {
            let Seen::Facts(facts) = seen else { return None };
            let code = facts.code?;
            if code.open || code.imports.iter().any(|import| import.name.as_deref() == Some("*")) {
                return None;
            }
            all.extend(code.bound.iter().map(str::to_owned));
        }
        Some(all)
    }

    /// Whether something else makes a module of that name.
    fn may_come(&self, module: &str, part: &str, files: &[&Entry]) -> bool {
        let (unbuilt, made) = (unbuilt(self.tree), Made::read(self.source, self.tree));
        files.iter().filter_map(|file| stem(&file.path)).any(|(above, _)| {
            let below = format!("{above}/{part}");
            unbuilt.contains(below.as_bytes())
                || made.as_ref().map_or(true, |made| made.makes(&format!("{module}.{part}"), &below))
        })
    }
}
