//! Where absolute imports start.

use super::django;
use crate::path::RepoPath;
use crate::source::{Tree, purpose};

const PROJECT_FILES: [&[u8]; 3] = [b"pyproject.toml", b"setup.cfg", b"setup.py"];

/// The roots, the deepest first: those of the policy, else the repository's root, each folder with a project
/// of its own, a `src` folder of either, and that of a Django project. A folder that is a package is none.
pub fn find(tree: &Tree, set: Option<&[String]>) -> Vec<String> {
    let mut roots: Vec<String> = match set {
        Some(roots) => roots.to_vec(),
        None => {
            let folder = |path: &RepoPath| String::from_utf8_lossy(path.folder()).into_owned();
            let (mut roots, mut of_django) = (vec![String::new()], Vec::new());
            for path in tree.entries().iter().map(|entry| &entry.path) {
                match path.name() {
                    django::RUNNER => of_django.push(path),
                    name if PROJECT_FILES.contains(&name) && !purpose::is_mere_module(path, tree) => {
                        roots.push(folder(path));
                    }
                    _ => {}
                }
            }
            let sources: Vec<String> = roots.iter().map(|root| joined(root, "src")).collect();
            roots.extend(sources);
            let is_root = |root: &String| {
                root.is_empty()
                    || (tree.is_folder(root.as_bytes()) && !tree.is_file(joined(root, "__init__.py").as_bytes()))
            };
            roots.retain(is_root);
            of_django.retain(|runner| !roots.contains(&folder(runner)) && django::is_root(runner, tree));
            roots.extend(of_django.into_iter().map(folder));
            roots
        }
    };
    roots.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    roots.dedup();
    roots
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
