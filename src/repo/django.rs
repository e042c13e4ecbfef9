//! What Django projects take for granted: whoever runs `manage.py` imports from the folder that holds it, `from dcim.models
//! import …` below `netbox/`, and the history of a model lies beside it.

use rustc_hash::FxHashSet;

use super::Dependencies;
use crate::path::RepoPath;
use crate::source::Tree;
use crate::source::purpose;

pub(super) const RUNNER: &[u8] = b"manage.py";

const PACKAGE: &[u8] = b"__init__.py";

/// Folders of tests: the project in them is there to be tested with.
const TESTS: &[&[u8]] = &[b"test", b"tests"];

/// Whether imports start in the folder of a `manage.py`, as far as paths tell: it lies beside the settings or the package
/// of them, and names that start there mean nothing else in the repository. A folder that is a package is none, unless the
/// settings lie beside the `urls.py` of a site.
pub(super) fn is_root(runner: &RepoPath, tree: &Tree) -> bool {
    let folder = runner.folder();
    let is_aside = purpose::is_shown(runner)
        || purpose::is_taken_over(runner)
        || folder.split(|byte| *byte == b'/').any(|part| TESTS.contains(&part));
    if is_aside {
        return false;
    }
    let is_package = tree.is_file(&[folder, PACKAGE].join(&b'/'));
    let mut names: FxHashSet<&[u8]> = FxHashSet::default();
    let mut has_settings = false;
    for entry in tree.below(folder).iter().filter(|entry| entry.path.name().ends_with(b".py")) {
        let inner = entry.path.as_bytes().get(folder.len() + 1..).unwrap_or_default();
        let parts: Vec<&[u8]> = inner.splitn(3, |byte| *byte == b'/').collect();
        has_settings |= match *parts {
            [b"settings.py"] => !is_package,
            [site, b"settings.py"] | [site, b"settings", PACKAGE] => {
                !is_package || tree.is_file(&[folder, site, b"urls.py"].join(&b'/'))
            }
            _ => false,
        };
        names.extend(parts.first().filter(|_| inner != RUNNER).map(|name| stem(name)));
    }
    let is_standard = |name: &&[u8]| std::str::from_utf8(name).is_ok_and(Dependencies::is_standard);
    has_settings && !names.iter().any(is_standard) && !is_used_elsewhere(&names, folder, tree)
}

/// The model whose history django-simple-history makes, a class in the module of the model and named for it.
pub(super) fn model_of_history(name: &str) -> Option<&str> {
    name.strip_prefix("Historical").filter(|model| !model.is_empty())
}

/// Whether a script outside of the folder would find something else by one of the names in its own folder.
fn is_used_elsewhere(names: &FxHashSet<&[u8]>, folder: &[u8], tree: &Tree) -> bool {
    let is_used = |path: &RepoPath| {
        let (above, name) = match path.name() {
            PACKAGE => split(path.folder()),
            name => (path.folder(), stem(name)),
        };
        names.contains(name) && !path.is_under(folder) && !tree.is_file(&[above, PACKAGE].join(&b'/'))
    };
    let mut python = tree.entries().iter().map(|entry| &entry.path).filter(|path| path.name().ends_with(b".py"));
    python.any(is_used)
}

fn stem(name: &[u8]) -> &[u8] {
    name.strip_suffix(b".py").unwrap_or(name)
}

/// What holds a folder, and its own name.
fn split(folder: &[u8]) -> (&[u8], &[u8]) {
    memchr::memrchr(b'/', folder).map_or((b"", folder), |slash| (&folder[..slash], &folder[slash + 1..]))
}

#[cfg(test)]
mod tests {
    use super::is_root;
    use crate::source::{At, Entry, Kind, Tree};

    #[test]
    fn a_project_by_its_paths() {
        let is = |runner: &str, others: &[&str]| {
            let paths = others.iter().chain([&runner]);
            let tree = Tree::new(paths.map(|path| Entry::new((*path).into(), Kind::File, At::Disk)).collect());
            is_root(&runner.into(), &tree)
        };
        let project = ["shop/shop/settings.py", "shop/cart/__init__.py", "shop/cart/models.py"];
        let with = |other| [project.as_slice(), &[other]].concat();
        assert!(is("shop/manage.py", &project));
        assert!(is("shop/manage.py", &["shop/config/settings/__init__.py"]));
        assert!(is("shop/manage.py", &["shop/settings.py"]));
        assert!(is("shop/manage.py", &with("manage.py")));
        assert!(is("shop/manage.py", &with("tools/cart/print.py")), "imported as `print`");
        assert!(is("shop/manage.py", &with("app/__init__.py")));
        assert!(!is("shop/manage.py", &project[1..]), "no settings");
        assert!(!is("shop/manage.py", &with("shop/__init__.py")), "a package");
        assert!(is("shop/manage.py", &[&with("shop/__init__.py")[..], &["shop/shop/urls.py"]].concat()), "a site");
        assert!(!is("shop/manage.py", &with("tools/cart.py")), "its own `cart`");
        assert!(!is("shop/manage.py", &with("tools/cart/__init__.py")), "its own `cart`");
        assert!(!is("shop/manage.py", &with("cart.py")), "its own `cart`");
        assert!(!is("shop/manage.py", &with("shop/calendar/__init__.py")), "of the standard library");
        assert!(!is("tests/shop/manage.py", &["tests/shop/settings.py"]));
        assert!(!is("examples/shop/manage.py", &["examples/shop/settings.py"]));
        let inner = [&project[..], &["app/__init__.py", "app/cart.py"]].concat();
        assert!(is("shop/manage.py", &inner), "imported as `app.cart`");
    }
}
