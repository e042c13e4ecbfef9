//! Where absolute imports start.

use crate::source::Tree;

const PROJECT_FILES: [&[u8]; 3] = [b"pyproject.toml", b"setup.cfg", b"setup.py"];

/// The roots, the deepest first: those of the policy, else the repository's root, each folder with a project
/// of its own, and a `src` folder of either. A folder that is a package is none.
pub fn find(tree: &Tree, set: Option<&[String]>) -> Vec<String> {
    let mut roots: Vec<String> = match set {
        Some(roots) => roots.to_vec(),
        None => {
            let projects = tree.entries().iter().filter(|entry| PROJECT_FILES.contains(&entry.path.name()));
            let mut roots: Vec<String> =
                projects.map(|entry| String::from_utf8_lossy(entry.path.folder()).into_owned()).collect();
            roots.push(String::new());
            let sources: Vec<String> = roots.iter().map(|root| joined(root, "src")).collect();
            roots.extend(sources);
            let is_root = |root: &String| {
                root.is_empty()
                    || (tree.is_folder(root.as_bytes()) && !tree.is_file(joined(root, "__init__.py").as_bytes()))
            };
            roots.retain(is_root);
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
