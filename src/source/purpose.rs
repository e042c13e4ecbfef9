//! What a path says that a file is for, where that is not to be a part of the program.

use super::Tree;
use crate::path::RepoPath;
use crate::policy::glob::Globs;

/// Folders of what was taken over from others, to be kept as it is there.
const VENDORED: &[&[u8]] =
    &[b"extern", b"site-packages", b"third-party", b"third_party", b"thirdparty", b"vendor", b"vendored"];

/// Folders of what was put aside.
const PUT_ASIDE: &[&[u8]] = &[b"archive", b"archived", b"attic"];

/// Folders of what shows how a thing is used, or is only looked at: each file of it by itself.
const SHOWN: &[&[u8]] = &[
    b"benchmark",
    b"benchmarks",
    b"demo",
    b"demos",
    b"doc",
    b"docs",
    b"docs_src",
    b"documentation",
    b"example",
    b"examples",
    b"sample",
    b"samples",
    b"snippets",
    b"template",
    b"templates",
    b"tutorial",
    b"tutorials",
];

/// Those of them that hold no part of the program though they be packages, as long as they are part of no other one.
const EXAMPLES: &[&[u8]] = &[b"demo", b"demos", b"example", b"examples", b"tutorial", b"tutorials"];

/// Folders of what tests read.
const TEST_DATA: &[&[u8]] =
    &[b"test-data", b"test-vectors", b"test_data", b"test_vectors", b"testdata", b"testvectors"];

/// The same, among tests: elsewhere they may be parts of the program.
const TEST_DATA_IN_TESTS: &[&[u8]] = &[b"__fixtures__", b"data", b"fixture", b"fixtures"];

fn folders(path: &RepoPath) -> impl Iterator<Item = &[u8]> {
    path.folder().split(|byte| *byte == b'/')
}

/// Whether it lies in a folder of what was taken over or put aside.
pub fn is_taken_over(path: &RepoPath) -> bool {
    is_vendored(path) || folders(path).any(|folder| is_one_of(folder, PUT_ASIDE))
}

/// Whether it lies in a folder of what was taken over; `vendored_libs` is one too.
pub fn is_vendored(path: &RepoPath) -> bool {
    let is_prefixed = |folder: &[u8]| folder.strip_prefix(b"_").unwrap_or(folder).starts_with(b"vendored_");
    folders(path).any(|folder| is_one_of(folder, VENDORED) || is_prefixed(folder))
}

/// Whether it lies in a folder of examples or docs.
pub fn is_shown(path: &RepoPath) -> bool {
    folders(path).any(is_of_shown)
}

/// The same, of a folder at the root or, where modules of Python lie in it, one which is no package, or no part of one
/// and called so that it can be nothing else.
pub fn is_example(path: &RepoPath, tree: &Tree) -> bool {
    let is_python = path.name().ends_with(b".py") || path.name().ends_with(b".pyi");
    let is_package = |end: usize| {
        let folder = path.as_bytes().get(..end).unwrap_or_default();
        tree.is_file(&[folder, b"__init__.py"].concat())
    };
    let mut end = 0;
    folders(path).any(|folder| {
        let above = end;
        end += folder.len() + 1;
        let is_apart = || !is_package(end) || (is_one_of(folder, EXAMPLES) && !is_package(above));
        is_of_shown(folder) && (above == 0 || (is_python && is_apart()))
    })
}

fn is_of_shown(folder: &[u8]) -> bool {
    is_one_of(folder, SHOWN) || is_one_of(folder, TEST_DATA)
}

/// Whether it is there for tests to read.
pub fn is_test_data(path: &RepoPath, tests: &Globs) -> bool {
    let is_in = |names| folders(path).any(|folder| is_one_of(folder, names));
    is_in(TEST_DATA) || (tests.matches(path) && is_in(TEST_DATA_IN_TESTS))
}

/// In any case, also with `_` before.
fn is_one_of(folder: &[u8], names: &[&[u8]]) -> bool {
    let folder = folder.strip_prefix(b"_").unwrap_or(folder);
    names.iter().any(|name| name.eq_ignore_ascii_case(folder))
}

/// Whether it is no description of a project though it bears the name of one: a `setup.py` in a package is a part of that.
pub fn is_mere_module(path: &RepoPath, tree: &Tree) -> bool {
    let is_package = |folder: &[u8]| !folder.is_empty() && tree.is_file(&[folder, b"/__init__.py"].concat());
    path.name() == b"setup.py" && path.folders().any(is_package)
}

/// Whether other files are made of it: `{{ cookiecutter.name }}/app.py`, `handler_template.py`.
pub fn is_template(path: &RepoPath) -> bool {
    let bytes = path.as_bytes();
    let has = |mark: &[u8]| memchr::memmem::find(bytes, mark).is_some();
    let name = path.name();
    let stem = memchr::memchr(b'.', name).map_or(name, |dot| &name[..dot]);
    has(b"{{") || has(b"{%") || stem.ends_with(b"_template")
}

/// Whether its name says that a program made it smaller: `jquery.min.js`.
pub fn is_minified(path: &RepoPath) -> bool {
    memchr::memmem::find(path.name(), b".min.").is_some()
}

/// Folders that hold a thing for callers that wait, or for those that do not.
const WAITING: &[&[u8]] = &[b"async", b"asynchronous", b"sync", b"synchronous"];

/// The path without the name of the folder that tells whether callers wait; none where there is no such folder.
pub fn without_async(path: &RepoPath) -> Option<Vec<u8>> {
    folders(path).any(|folder| is_one_of(folder, WAITING)).then(|| {
        let parts = path.as_bytes().split(|byte| *byte == b'/');
        parts.map(|part| if is_one_of(part, WAITING) { b"" } else { part }).collect::<Vec<_>>().join(&b'/')
    })
}

/// Words in the name of a version that is not, or not yet, the one to use.
const STAGES: &[&[u8]] = &[b"alpha", b"beta", b"dev", b"development", b"p", b"pre", b"preview", b"rc"];

/// What the name of a folder says that bears a version: `v1`, `v1beta1`, `v2_0`, `vision_v1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionName<'f> {
    /// What it is a version of; empty where that is left to the folder which holds it.
    pub of: &'f [u8],
    /// Whether it is the first: `v1`, `v0_2`.
    pub is_first: bool,
    pub has_stage: bool,
}

/// None where the name of a folder bears no version.
pub fn version(folder: &[u8]) -> Option<VersionName<'_>> {
    let (of, number) = match folder.strip_prefix(b"v").filter(|rest| rest.first().is_some_and(u8::is_ascii_digit)) {
        Some(number) => (&b""[..], number),
        None => memchr::memmem::rfind(folder, b"_v").map(|at| (&folder[..at], &folder[at + 2..]))?,
    };
    let words = number.split(|byte| byte.is_ascii_digit() || *byte == b'_').filter(|word| !word.is_empty());
    let is_one = number.first().is_some_and(u8::is_ascii_digit) && words.clone().all(|word| STAGES.contains(&word));
    let major = number.split(|byte| !byte.is_ascii_digit()).next().unwrap_or_default();
    let is_first = matches!(major, b"0" | b"1");
    is_one.then(|| VersionName { of, is_first, has_stage: words.clone().next().is_some() })
}

/// Whether it is a step of a series, which stays as it was taken: `0001_initial.py`.
pub fn is_step(path: &RepoPath) -> bool {
    path.name().first().is_some_and(u8::is_ascii_digit) && path.name().ends_with(b".py")
}

/// Folders called `test`, but for one at the root, that hold a `test_*.py`: a part of the product that helps others to
/// test holds none. What lies in another folder of tests below says nothing of them. Sorted.
pub fn test_folders(tree: &Tree) -> Vec<RepoPath> {
    let is_test = |path: &&RepoPath| path.name().starts_with(b"test_") && path.name().ends_with(b".py");
    let tests = tree.entries().iter().map(|entry| &entry.path).filter(is_test);
    let nearest = |path: &RepoPath| {
        let is_of_tests = |folder: &&[u8]| folder.ends_with(b"/test") || folder.ends_with(b"/tests");
        path.folders().find(is_of_tests).filter(|folder| folder.ends_with(b"/test")).map(RepoPath::new)
    };
    let mut folders: Vec<RepoPath> = tests.filter_map(nearest).collect();
    folders.sort_unstable();
    folders.dedup();
    folders
}

/// Whether a runner of tests imports a file of this name.
pub fn is_test_by_name(path: &RepoPath) -> bool {
    let name = path.name();
    let ends = [&b"_test.go"[..], b"_test.py", b"_tests.py", b"/tests.py"];
    name.starts_with(b"test")
        || name == b"conftest.py"
        || ends.iter().any(|end| path.as_bytes().ends_with(end))
        || [&b".spec."[..], b".test."].iter().any(|mark| memchr::memmem::find(name, mark).is_some())
}

/// Whether it is there to be looked at or to be worked on, not to be part of what runs: it lies in a folder of examples
/// or docs, or among tests and is none by its name.
pub fn is_specimen(path: &RepoPath, tests: &Globs) -> bool {
    is_shown(path) || (tests.matches(path) && !is_test_by_name(path))
}

#[cfg(test)]
mod tests {
    use super::{
        is_example, is_mere_module, is_specimen, is_taken_over, is_template, is_test_by_name, is_test_data,
        test_folders, version,
    };
    use crate::path::RepoPath;
    use crate::policy::glob::{Glob, Globs};
    use crate::source::{At, Entry, Kind, Tree};

    fn tree(paths: &[&str]) -> Tree {
        Tree::new(paths.iter().map(|path| Entry::new((*path).into(), Kind::File, At::Disk)).collect())
    }

    #[test]
    fn modules_called_setup() {
        let tree = tree(&["__init__.py", "app/__init__.py", "app/core/setup.py", "lib/setup.py"]);
        for (path, expected) in [("app/core/setup.py", true), ("lib/setup.py", false), ("setup.py", false)] {
            assert_eq!(is_mere_module(&path.into(), &tree), expected, "{path}");
        }
        assert!(!is_mere_module(&"app/core/pyproject.toml".into(), &tree));
    }

    #[test]
    fn folders_of_tests() {
        for (path, expected) in [
            ("app/test/test_a.py", Some("app/test")),
            ("app/test/unit/test_a.py", Some("app/test")),
            ("app/test/io/test/test_a.py", Some("app/test/io/test")),
            ("test/test_a.py", None),
            ("app/test/client.py", None),
            ("app/test/testcases.py", None),
            ("app/test/test_a.txt", None),
            ("app/test/tests/test_a.py", None),
            ("app/latest/test_a.py", None),
        ] {
            let expected: Vec<RepoPath> = expected.into_iter().map(RepoPath::from).collect();
            assert_eq!(test_folders(&tree(&[path, "app/test/a.py"])), expected, "{path}");
        }
    }

    #[test]
    fn versions() {
        for (folder, expected) in [
            ("v1", Some(("", true, false))),
            ("v0_3", Some(("", true, false))),
            ("v2_0", Some(("", false, false))),
            ("v10", Some(("", false, false))),
            ("v2019_02_01", Some(("", false, false))),
            ("v1beta1", Some(("", true, true))),
            ("v2p1beta1", Some(("", false, true))),
            ("vision_v1", Some(("vision", true, false))),
            ("vision_v1alpha", Some(("vision", true, true))),
            ("v", None),
            ("v2ray", None),
            ("vision", None),
            ("has_views", None),
        ] {
            let found = version(folder.as_bytes()).map(|name| (name.of, name.is_first, name.has_stage));
            let expected = expected.map(|(of, is_first, has_stage): (&str, _, _)| (of.as_bytes(), is_first, has_stage));
            assert_eq!(found, expected, "{folder}");
        }
    }

    #[test]
    fn told_by_paths() -> Result<(), String> {
        let package = |folder: &str| format!("{folder}/__init__.py");
        let packages = ["app/docs", "py/examples", "py/docs", "lib", "lib/examples"].map(package);
        let tree = tree(&packages.each_ref().map(String::as_str));
        let path = |path: &str| RepoPath::from(path);
        for (shown, expected) in [
            ("docs/a.py", true),
            ("docs/a.js", true),
            ("x/_examples/a.py", true),
            ("x/templates/a.js", false),
            ("app/docs/a.py", false),
            ("py/examples/a.py", true),
            ("py/docs/a.py", false),
            ("lib/examples/a.py", false),
            ("docs.py", false),
        ] {
            assert_eq!(is_example(&path(shown), &tree), expected, "{shown}");
        }
        assert!(is_taken_over(&path("a/_vendor/b/c.py")) && !is_taken_over(&path("a/vendor.py")));
        assert!(is_taken_over(&path("a/vendored_libs/c.py")) && !is_taken_over(&path("a/vendors/c.py")));
        assert!(
            is_template(&path("{{x}}/a.py"))
                && is_template(&path("a_template.py"))
                && !is_template(&path("template.py"))
        );
        assert!(
            is_test_by_name(&path("a/tests.py"))
                && is_test_by_name(&path("testX.py"))
                && is_test_by_name(&path("a/X.spec.ts"))
                && !is_test_by_name(&path("a/latest.py"))
        );
        let tests = Globs::of(&[Glob::parse("tests/**")?]);
        for (specimen, expected) in
            [("docs/test_a.py", true), ("tests/data/a.py", true), ("tests/test_a.py", false), ("a.py", false)]
        {
            assert_eq!(is_specimen(&path(specimen), &tests), expected, "{specimen}");
        }
        for (data, expected) in
            [("tests/data/a.py", true), ("test-data/a.py", true), ("tests/a.py", false), ("data/a.py", false)]
        {
            assert_eq!(is_test_data(&path(data), &tests), expected, "{data}");
        }
        Ok(())
    }
}
