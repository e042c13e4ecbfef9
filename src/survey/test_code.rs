//! Which globs name the test code: those of the built-in policy, folders that are test code by what they hold, and
//! others that are common.

use crate::path::RepoPath;
use crate::policy::project::{default_tests, found_tests};
use crate::source::{Tree, purpose};

use super::globs;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestGlob {
    pub text: String,
    /// How many files it matches that none before it does.
    pub files: usize,
    pub built_in: bool,
    /// Whether the name says nothing else than test code.
    pub sure: bool,
}

/// Other globs of test code, and whether they mean nothing else. `test/` deep in a tree that holds no test by its name
/// may be a part of the product, as `django/test/` is.
pub(super) const CANDIDATES: &[(&str, bool)] = &[
    ("**/*_spec.rb", true),
    ("**/*_test.rb", true),
    ("**/src/test/**", true),
    ("**/*Test.{java,kt}", true),
    ("**/*Tests.{cs,java,kt}", true),
    ("/spec/", true),
    ("/cypress/", true),
    ("**/e2e/**", true),
    ("**/spec/**", false),
    ("**/test/**", false),
];

/// The built-in globs, whether or not they match, then the others that match what none before them does.
pub fn find(tree: &Tree, files: &[&RepoPath]) -> Vec<TestGlob> {
    let known = default_tests().into_iter().chain(found_tests(&purpose::test_folders(tree)));
    let built_in = known.map(|text| TestGlob { text, files: 0, built_in: true, sure: true });
    let other =
        |(text, sure): &(&str, bool)| TestGlob { text: (*text).to_owned(), files: 0, built_in: false, sure: *sure };
    let mut found: Vec<_> = built_in.chain(CANDIDATES.iter().map(other)).collect();
    let set = globs(found.iter().map(|glob| glob.text.as_str()));
    for path in files {
        let first = set.matching(path).into_iter().min();
        if let Some(glob) = first.and_then(|first| found.get_mut(first)) {
            glob.files += 1;
        }
    }
    found.retain(|glob| glob.built_in || glob.files > 0);
    found
}

#[cfg(test)]
mod tests {
    use super::super::{look, tests::tree};

    #[test]
    fn each_file_counts_once() {
        let paths = [
            "a/tests/test_x.py",
            "test_y.py",
            "src/__tests__/a.test.ts",
            "b.test.ts",
            "lib/test/x.py",
            "app/test/unit/test_x.py",
            "app/test/fake.py",
        ];
        let found = look(&tree(&paths)).tests;
        let shown: Vec<_> = found.iter().map(|glob| (glob.text.as_str(), glob.files, glob.sure)).collect();
        assert_eq!(
            shown,
            [
                ("/test/**", 0, true),
                ("**/tests/**", 1, true),
                ("**/*_tests/**", 0, true),
                ("**/test cases/**", 0, true),
                ("**/test_*.py", 2, true),
                ("**/test[A-Z]*.py", 0, true),
                ("**/*_test.py", 0, true),
                ("**/conftest.py", 0, true),
                ("**/__tests__/**", 1, true),
                ("**/*.{spec,test}.{cjs,js,jsx,mjs,ts,tsx}", 1, true),
                ("**/*_test.go", 0, true),
                ("app/test/**", 1, true),
                ("**/test/**", 1, false),
            ]
        );
    }
}
