//! Files that nobody wrote here, and files that are left over: told by globs, as proposals.

use crate::path::RepoPath;

use crate::policy::glob::Globs;

/// Globs of generated and vendored files, and what they are.
pub const NOT_WRITTEN_HERE: &[(&str, &str)] = &[
    ("**/node_modules/**", "vendored"),
    ("**/site-packages/**", "vendored"),
    ("**/vendor/**", "vendored"),
    ("**/_vendor/**", "vendored"),
    ("**/vendored/**", "vendored"),
    ("**/third_party/**", "vendored"),
    ("**/third-party/**", "vendored"),
    ("**/*.min.{css,js}", "minified"),
    ("**/*_pb2{,_grpc}.{py,pyi}", "generated"),
    ("**/*.pb.go", "generated"),
    ("**/*.generated.*", "generated"),
    ("**/generated/**", "generated"),
    ("**/__generated__/**", "generated"),
    ("**/__snapshots__/**", "generated"),
    ("/dist/", "built"),
    ("/build/", "built"),
];

/// Globs of names that are often leftovers, beyond those that `legacy-name` knows.
pub const LEFTOVERS: &[(&str, &str)] = &[
    ("**/*_bak.*", "a copy"),
    ("**/*.old", "an old state"),
    ("**/*.rej", "a patch that did not apply"),
    ("**/*.swp", "an editor's"),
    ("**/*.tmp", "a temporary file"),
];

/// A glob that matches something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    pub glob: &'static str,
    pub what: &'static str,
    /// How many files it matches that none before it does.
    pub files: usize,
    /// The first of them.
    pub example: RepoPath,
}

/// What [`NOT_WRITTEN_HERE`] matches.
pub fn globs() -> Globs {
    super::globs(NOT_WRITTEN_HERE.iter().map(|(glob, _)| *glob))
}

pub fn find(files: &[&RepoPath], table: &'static [(&'static str, &'static str)]) -> Vec<Aside> {
    let set = super::globs(table.iter().map(|(glob, _)| *glob));
    let mut found: Vec<Option<Aside>> = vec![None; table.len()];
    for path in files {
        let Some(first) = set.matching(path).into_iter().min() else { continue };
        let (Some(slot), Some((glob, what))) = (found.get_mut(first), table.get(first)) else { continue };
        slot.get_or_insert_with(|| Aside { glob, what, files: 0, example: (*path).clone() }).files += 1;
    }
    found.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::super::{look, tests::tree};

    #[test]
    fn the_first_glob_takes_a_file() {
        let survey = look(&tree(&["a/vendor/node_modules/x.js", "a/vendor/y.min.js", "b_pb2.py", "c.rej", "dist.py"]));
        let shown: Vec<_> = survey.aside.iter().map(|aside| (aside.glob, aside.files)).collect();
        assert_eq!(shown, [("**/node_modules/**", 1), ("**/vendor/**", 1), ("**/*_pb2{,_grpc}.{py,pyi}", 1)]);
        assert_eq!(survey.leftovers[0].example, "c.rej".into());
    }
}
