//! Where Python packages start.

use std::collections::{BTreeMap, BTreeSet};

use crate::path::RepoPath;
use crate::source::Tree;

use super::{folders_above, is_beside};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Python {
    pub files: usize,
    /// The one that holds the most files first.
    pub roots: Vec<Root>,
}

/// A folder from which absolute imports start.
#[derive(Debug, PartialEq, Eq)]
pub struct Root {
    /// Empty for the repository's root.
    pub folder: String,
    pub packages: Vec<String>,
    pub files: usize,
}

impl Root {
    /// Whether absolute imports start here, as far as they tell: at least as many lead on from its packages as name them
    /// from one of the roots above, where this folder is a namespace (PEP 420). Where none tells, unless it lies in a package.
    pub fn is_start(&self, above: &[String], imports: &BTreeSet<String>, tree: &Tree) -> bool {
        let (mut here, mut from_above) = (0, 0);
        let is_module = |path: String| {
            tree.is_folder(path.as_bytes())
                || ["py", "pyi"].iter().any(|ending| tree.is_file(format!("{path}.{ending}").as_bytes()))
        };
        let namespaces: Vec<String> =
            above.iter().filter_map(|root| below(&self.folder, root)).map(|path| path.replace('/', ".")).collect();
        for package in &self.packages {
            let parts =
                at_or_below(imports, package).filter_map(|import| import.get(package.len() + 1..)?.split('.').next());
            here += parts.filter(|part| is_module(format!("{}/{package}/{part}", self.folder))).count();
            from_above += namespaces
                .iter()
                .map(|space| at_or_below(imports, &format!("{space}.{package}")).count())
                .sum::<usize>();
        }
        let is_inner =
            || folders_above(self.folder.as_bytes()).any(|folder| tree.is_file(&[folder, b"/__init__.py"].concat()));
        if here + from_above == 0 { !is_inner() } else { here >= from_above }
    }
}

/// The path of a folder from one above it.
fn below<'f>(folder: &'f str, above: &str) -> Option<&'f str> {
    if above.is_empty() { Some(folder) } else { folder.strip_prefix(above)?.strip_prefix('/') }
}

/// The dotted names that are `name`, or start with it and a dot.
fn at_or_below<'i>(imports: &'i BTreeSet<String>, name: &'i str) -> impl Iterator<Item = &'i str> {
    let from = imports.range(name.to_owned()..).map(String::as_str);
    from.take_while(move |import| import.starts_with(name))
        .filter(move |import| import.as_bytes().get(name.len()).is_none_or(|byte| *byte == b'.'))
}

/// A package that lies in no other is a top-level one; the folder that holds it is a root.
pub fn find(files: &[&RepoPath]) -> Python {
    let python: Vec<&[u8]> = files.iter().map(|path| path.as_bytes()).filter(|path| path.ends_with(b".py")).collect();
    let packages: BTreeSet<&[u8]> = python.iter().filter_map(|path| path.strip_suffix(b"/__init__.py")).collect();
    let mut counts: BTreeMap<&[u8], usize> = BTreeMap::new();
    for path in &python {
        let top = folders_above(path).take_while(|folder| packages.contains(folder)).last();
        if let Some(top) = top.filter(|top| !is_beside(top)) {
            *counts.entry(top).or_default() += 1;
        }
    }
    let mut roots: BTreeMap<&[u8], Vec<(&[u8], usize)>> = BTreeMap::new();
    for (package, count) in counts {
        let slash = memchr::memrchr(b'/', package);
        let (root, name) = slash.map_or((&b""[..], package), |slash| (&package[..slash], &package[slash + 1..]));
        roots.entry(root).or_default().push((name, count));
    }
    let shown = |bytes: &[u8]| crate::path::printable(bytes);
    let root = |(folder, packages): (&[u8], Vec<(&[u8], usize)>)| Root {
        folder: shown(folder),
        files: packages.iter().map(|(_, count)| count).sum(),
        packages: packages.into_iter().map(|(name, _)| shown(name)).collect(),
    };
    let mut roots: Vec<_> = roots.into_iter().map(root).collect();
    roots.sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.folder.cmp(&b.folder)));
    Python { files: python.len(), roots }
}

#[cfg(test)]
mod tests {
    use super::super::{look, tests::tree};

    #[test]
    fn roots_and_packages() {
        let shown = |paths: &[&str]| -> Vec<String> {
            let roots = look(&tree(paths)).python.roots;
            roots.iter().map(|root| format!("{}: {} ({})", root.folder, root.packages.join(" "), root.files)).collect()
        };
        assert_eq!(shown(&["app/__init__.py", "app/x.py", "app/sub/__init__.py", "setup.py"]), [": app (3)"]);
        assert_eq!(
            shown(&["src/a/__init__.py", "src/b/__init__.py", "tests/__init__.py", "lib/c/__init__.py"]),
            ["src: a b (2)", "lib: c (1)"]
        );
        assert_eq!(shown(&["a.py", "b/c.py"]), Vec::<String>::new());
    }
}
