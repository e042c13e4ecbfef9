//! # legacy-name
//!
//! ## What it does
//! Flags a file that is a leftover by its name.
//!
//! | name | is flagged |
//! |---|---|
//! | `x.bak`, `x.orig`, `x.backup`, `X.backup.tsx`, `x.py~` | as an error |
//! | `x.py.backup_20250917_084026`, `x.py.20250917` | as an error |
//! | `copy of x.py`, `x - Copy.py`, `x copy.py` | as an error |
//! | all in `archived/` and `old_tests/` | as an error |
//! | `x_old`, `x_enhanced` | as an error beside its twin `x`, else as a warning |
//! | `x_fixed`, `x_deprecated` | as an error beside its twin `x` |
//! | `x_temp`, `x_backup`, `x_archive` | as an error beside its twin `x` of the same kind, unless it is of a family |
//!
//! It is of a family where other siblings start with `x_` too: then the word is a noun, as in `volume_backup.py` beside
//! `volume.py` and `volume_type.py`. A folder `x_old/` beside its twin `x/` is a leftover with all that it holds;
//! `x_backup/` and `x_archive/` are, unless they have such a family. Never flagged:
//!
//! - such a word right after a bare `test_` (`test_old.py` tests what is old) or after `not_`, `to_`, `from_`, `and_`
//!   or `or_`, and `backup`, `archive` or `temp` behind nothing but what is done with it (`create_backup.sql`);
//! - one behind the name of a test that says what is tested (`test_plugin_deprecated.py`, `test_x_backup.py`);
//! - one in the name of what lies among tests and is none by its name, in a folder of examples or docs, or in one of what
//!   was taken over (`vendor/`, `third_party/`, …);
//! - a `temp`, `backup` or `archive` that three others of its kind in the folder end in, without a twin: a convention;
//! - the text of a licence (`LICENSE.orig`);
//! - one without a twin of the same extension where siblings tell themselves apart by other words (`foo_fixed.f90`,
//!   `foo_free.f90`);
//! - a capitalised part of a dotted name (`Acme.Backup.psm1`).
//!
//! What `patterns` and `extend-patterns` in `[no-legacy-files]` list is an error; `patterns` replaces the table above.
//!
//! ## Why is this bad?
//! Two files for one thing: readers do not know which one counts, searches find both, and mends go to the
//! wrong one. Git keeps every old version already.
//!
//! ## Example
//! `db_manager.py`, `db_manager_old.py` and `db_manager.py.bak` in one folder.
//!
//! ## What to do instead
//! Keep the one that counts under the plain name and delete the others; `git log -- FILE` brings them back. A
//! file that is no leftover gets a name that says what it is, or an `[[allow]]` with the reason.
//!
//! ## Fix
//! `ssot fix --unsafe` deletes what is an error, is committed as it stands, is used by no module, and named by no other file
//! but prose: each file is named. Unsafe: a script may be run by what is not seen here.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::finding::Level;
use crate::path::{RepoPath, printable};
use crate::policy::Sited;
use crate::policy::glob::{Glob, Globs};
use crate::rules::{Found, PathRule, RuleDef, Sink, Stage};
use crate::source::{Entry, Tree, purpose};

pub static RULE: RuleDef = RuleDef {
    hook: "no-legacy-files",
    name: "legacy-name",
    summary: "a leftover by its name: `_old`, `.bak`, `copy of`, `archived/`, …",
    source: include_str!("legacy_name.rs"),
    level: Some(Level::Error),
    compile: |policy| {
        let listed = policy.legacy_files.patterns.clone();
        let set = Globs::of(&listed.iter().map(|glob| glob.value.clone()).collect::<Vec<_>>());
        let tests = policy.project.tests.clone();
        Ok(vec![Stage::Path(Box::new(LegacyName { built_in: policy.legacy_files.built_in, set, listed, tests }))])
    },
};

/// Folders that hold nothing but leftovers.
const FOLDERS: [&[u8]; 2] = [b"archived", b"old_tests"];

/// Words that say "not the current one" wherever they stand.
const STATES: [&[u8]; 4] = [b"deprecated", b"enhanced", b"fixed", b"old"];

/// Words that are as often part of what the file is about.
const NOUNS: [&[u8]; 3] = [b"archive", b"backup", b"temp"];

/// Words that are told without a twin too: the others are as often part of what the file is about.
const ALONE: [&[u8]; 2] = [b"enhanced", b"old"];

/// Names that editors, merges and careful people leave behind, in any case. Only before an extension the case
/// tells: `X.backup.tsx` is a copy of `X.tsx`, `Acme.Backup.psm1` a module of its own.
static LEFTOVER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let made_by = r".\.(bak|orig|backup)([._-]?\d[\d_.-]*)?$";
    let inside = r"(?-i:.\.(bak|BAK|orig|ORIG|backup|BACKUP)([._-]?\d[\d_.-]*)?\.\w{1,5}$)";
    let dated =
        r"\.(css|go|html|ini|java|js|json|jsx|py|pyi|rb|rs|sh|sql|toml|ts|tsx|yaml|yml)\.(19|20)\d{6}([_-]?\d{4,6})?$";
    let copied = r"^copy (\(\d+\) )?of .|.( -|_-)? copy( ?\(?\d+\)?)?(\.\w+)*$";
    // By bytes: a name need not be UTF-8, nor keep to one line.
    Regex::new(&format!("(?is-u){made_by}|{inside}|{dated}|{copied}|.~$")).ok()
});

/// How the names of licence texts start, in any case.
const LICENCES: [&[u8]; 4] = [b"copying", b"licence", b"license", b"notice"];

/// So many files of one kind in a folder that end in a word, and have no twin, are called so by convention.
const CONVENTION: usize = 3;

/// So many files of a folder are looked at for that.
const MOST_SEEN: usize = 1000;

struct LegacyName {
    built_in: bool,
    set: Globs,
    listed: Vec<Sited<Glob>>,
    tests: Globs,
}

impl PathRule for LegacyName {
    fn check(&self, entry: &Entry, tree: &Tree, out: &mut Sink) {
        let path = &entry.path;
        let help = "delete it (git keeps what was committed), or name it for what it is";
        if let Some(glob) = self.set.matching(path).into_iter().min().and_then(|number| self.listed.get(number)) {
            let message = format!("`{path}` is a leftover: the policy lists `{}`", glob.value.text);
            out.report(Found::file(path, message, help).by(Some(&glob.site)).deletable());
            return;
        }
        if !self.built_in {
            return;
        }
        match leftover(path, tree, &self.tests) {
            Some(Leftover::Name) => {
                let message = format!("`{}` is a leftover by its name", printable(path.name()));
                out.report(Found::file(path, message, help).deletable());
            }
            Some(Leftover::Folder(folder)) => {
                let message = format!("`{path}` lies in `{}/`, a folder of leftovers", printable(folder));
                out.report(Found::file(path, message, help).deletable());
            }
            Some(Leftover::FolderBesideTwin(folder, twin)) => {
                let message =
                    format!("`{path}` lies in `{}/`, a leftover beside `{}/`", printable(folder), printable(twin));
                let help = "delete the folder (git keeps what was committed), or name it for what it is";
                out.report(Found::file(path, message, help).deletable());
            }
            Some(Leftover::BesideTwin(twin)) => {
                let message = format!("`{}` is a leftover beside `{}`", printable(path.name()), printable(twin.name()));
                let help = format!("keep what counts in `{twin}` and delete this file: git keeps what was committed");
                out.report(Found::file(path, message, help).related(&twin, "its twin").deletable());
            }
            Some(Leftover::Alone) => {
                let message = format!("`{}` is named as a leftover", printable(path.name()));
                let help = "name it for what it is, or delete it (git keeps what was committed)";
                out.report(Found::file(path, message, help).level(Level::Warning));
            }
            None => {}
        }
    }
}

enum Leftover<'p> {
    Name,
    Folder(&'p [u8]),
    FolderBesideTwin(&'p [u8], &'p [u8]),
    BesideTwin(RepoPath),
    Alone,
}

fn leftover<'p>(path: &'p RepoPath, tree: &Tree, tests: &Globs) -> Option<Leftover<'p>> {
    if is_leftover(path.name()) {
        return Some(Leftover::Name);
    }
    // A word in a specimen's name may tell it from others of its kind, not from what it was before.
    let is_kept_so = || purpose::is_specimen(path, tests) || purpose::is_vendored(path);
    folder(path, tree).or_else(|| suffix(path, tree).filter(|_| !is_kept_so()))
}

fn is_leftover(name: &[u8]) -> bool {
    // What somebody else's licence is called is kept to the letter.
    let is_licence =
        || LICENCES.iter().any(|start| name.get(..start.len()).is_some_and(|of| of.eq_ignore_ascii_case(start)));
    LEFTOVER.as_ref().is_some_and(|regex| regex.is_match(name)) && !is_licence()
}

/// A folder of leftovers on the way to the file.
fn folder<'p>(path: &'p RepoPath, tree: &Tree) -> Option<Leftover<'p>> {
    let bytes = path.as_bytes();
    let mut start = 0;
    for end in memchr::memchr_iter(b'/', bytes) {
        let (part, whole) = (&bytes[start..end], &bytes[..end]);
        if FOLDERS.iter().any(|folder| part.eq_ignore_ascii_case(folder)) {
            return Some(Leftover::Folder(whole));
        }
        if let Some((base, word)) = split_word(part).filter(|(base, _)| !part[..*base].eq_ignore_ascii_case(b"test")) {
            let twin = &bytes[..start + base];
            let is_noun = NOUNS.contains(&word) && is_family(tree, twin, part);
            // More folders hold temperatures than what is for a while.
            if tree.is_folder(twin) && !is_noun && word != b"temp" {
                return Some(Leftover::FolderBesideTwin(whole, twin));
            }
        }
        start = end + 1;
    }
    None
}

/// A word behind the name: `x_old.py`.
fn suffix<'p>(path: &RepoPath, tree: &Tree) -> Option<Leftover<'p>> {
    let stem = stem(path.name());
    let (base, word) = split_word(stem)?;
    let is_topic = || NOUNS.contains(&word) || word == b"deprecated";
    let is_test = [&b"test"[..], b"tests"].iter().any(|test| stem[..base].eq_ignore_ascii_case(test));
    if is_test || (purpose::is_test_by_name(path) && is_topic()) {
        return None;
    }
    let base = &stem[..base];
    let extension = &path.name()[stem.len()..];
    let twins: Vec<_> = tree
        .siblings(path.folder(), base)
        .filter(|twin| self::stem(twin.name()) == base && !is_leftover(twin.name()))
        .collect();
    let same = twins.iter().find(|twin| twin.name().get(base.len()..) == Some(extension));
    let whole = joined(path.folder(), base);
    let folder = tree.is_folder(&whole).then(|| RepoPath::new(whole.clone()));
    let is_state = STATES.contains(&word);
    if is_state && let Some(twin) = same.map(|twin| (*twin).clone()).or(folder) {
        return Some(Leftover::BesideTwin(twin));
    }
    if is_family(tree, &whole, path.name()) || (!is_state && is_convention(path, word, tree)) {
        return None;
    }
    let of_its_kind = |twin: &&&RepoPath| self::extension(twin.name()) == self::extension(path.name());
    let other = if is_state { twins.first() } else { twins.iter().find(of_its_kind) };
    match same.or(other) {
        Some(twin) => Some(Leftover::BesideTwin((*twin).clone())),
        None if ALONE.contains(&word) => Some(Leftover::Alone),
        None => None,
    }
}

/// Whether others of its kind in its folder end in the word too, and have no twin.
fn is_convention(path: &RepoPath, word: &[u8], tree: &Tree) -> bool {
    let is_alone = |other: &&RepoPath| {
        let (stem, ending) = (stem(other.name()), extension(other.name()));
        let base = split_word(stem).filter(|(_, of)| *of == word).map(|(base, _)| &stem[..base]);
        let has_twin = |base| tree.siblings(path.folder(), base).any(|twin| self::stem(twin.name()) == base);
        ending == extension(path.name()) && base.is_some_and(|base| !has_twin(base))
    };
    tree.siblings(path.folder(), b"").take(MOST_SEEN).filter(is_alone).nth(CONVENTION - 1).is_some()
}

/// What a file would be called that is a leftover beside it: `x.py` for `x_fixed.py`.
pub fn plain(path: &RepoPath) -> Option<RepoPath> {
    let stem = stem(path.name());
    let (base, _) = split_word(stem)?;
    let name = [&stem[..base], &path.name()[stem.len()..]].concat();
    Some(RepoPath::new(joined(path.folder(), &name)))
}

/// The name up to its first dot, a leading one aside.
fn stem(name: &[u8]) -> &[u8] {
    let dot = name.iter().skip(1).position(|byte| *byte == b'.').map(|at| at + 1);
    &name[..dot.unwrap_or(name.len())]
}

/// What stands behind the last dot.
fn extension(name: &[u8]) -> &[u8] {
    name.rsplit(|byte| *byte == b'.').next().filter(|extension| extension.len() < name.len()).unwrap_or_default()
}

/// Words before one that make it a part of what the file is about: `not_old`, `new_to_old`.
const JOINING: [&[u8]; 5] = [b"and", b"from", b"not", b"or", b"to"];

/// What is done with a backup or an archive: `drop_backup.sql` beside `drop.sql`.
const ACTIONS: [&[u8]; 22] = [
    b"check",
    b"clean",
    b"copy",
    b"create",
    b"delete",
    b"download",
    b"drop",
    b"export",
    b"get",
    b"import",
    b"list",
    b"load",
    b"make",
    b"prune",
    b"read",
    b"remove",
    b"restore",
    b"run",
    b"send",
    b"upload",
    b"verify",
    b"write",
];

/// Where the base of `x_old` ends, and its word; in any case.
fn split_word(name: &[u8]) -> Option<(usize, &'static [u8])> {
    let words = || STATES.iter().chain(&NOUNS);
    let last = name.last()?.to_ascii_lowercase();
    // Most names end in another letter; no word is longer than `deprecated`.
    words().any(|word| word.ends_with(&[last])).then_some(())?;
    let under = name.iter().rev().take(b"deprecated".len() + 1).position(|byte| *byte == b'_')?;
    let (base, behind) = name.split_at(name.len() - under);
    let base = &base[..base.len() - 1];
    let word = *words().find(|word| behind.eq_ignore_ascii_case(word))?;
    let before = base.rsplit(|byte| *byte == b'_').next().unwrap_or_default();
    let is_joined = JOINING.iter().any(|joining| before.eq_ignore_ascii_case(joining));
    let has_name = base.iter().any(|byte| *byte != b'_');
    let is_object = NOUNS.contains(&word) && ACTIONS.iter().any(|action| base.eq_ignore_ascii_case(action));
    (has_name && !is_joined && !is_object).then_some((base.len(), word))
}

/// Whether other files or folders than leftovers start with the base and an underscore too: then the word behind
/// it tells this one from them, and not from an older one.
fn is_family(tree: &Tree, base: &[u8], own_name: &[u8]) -> bool {
    let base = RepoPath::new(base);
    let start = [base.name(), b"_"].concat();
    let own_stem = stem(own_name);
    tree.names(base.folder(), &start).any(|name| {
        let stem = stem(name);
        !stem.eq_ignore_ascii_case(own_stem) && split_word(stem).is_none()
    })
}

fn joined(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, b"/", name].concat() }
}

#[cfg(test)]
mod tests {
    use super::{Globs, Leftover, RepoPath, Tree, leftover};
    use crate::source::{At, Entry, Kind};

    /// What is said of the first of these files.
    fn judge(paths: &[&str]) -> &'static str {
        let entry = |path: &&str| Entry::new((*path).into(), Kind::File, At::Disk);
        let tree = Tree::new(paths.iter().map(entry).collect());
        match leftover(&RepoPath::from(paths[0]), &tree, &Globs::of(&[])) {
            Some(Leftover::Name) => "name",
            Some(Leftover::Folder(_)) => "folder",
            Some(Leftover::FolderBesideTwin(..)) => "folder beside twin",
            Some(Leftover::BesideTwin(_)) => "beside twin",
            Some(Leftover::Alone) => "alone",
            None => "",
        }
    }

    #[test]
    fn leftovers_in_the_wild() {
        for (paths, expected) in [
            (&["a/Page.backup.tsx"][..], "name"),
            (&["a/X.BAK"], "name"),
            (&["a/X.Bak"], "name"),
            (&["a/x.py.backup_20250917_084026"], "name"),
            (&["a/pcg64.orig.c", "a/pcg64.c"], "name"),
            (&["a/all.yml~"], "name"),
            (&["a/admin copy.yml"], "name"),
            (&["a/Copy of x.py"], "name"),
            (&["a/module_old.py", "a/module.py"], "beside twin"),
            (&["a/module_old.py", "a/module.py", "a/module_new.py"], "beside twin"),
            (&["a/app_old.js", "a/app.ts"], "beside twin"),
            (&["a/drop_old.sql", "a/drop.sql"], "beside twin"),
            (&["a/file_import_backup.py", "a/file_import.py"], "beside twin"),
            (&["a/app_old.py", "a/app/__init__.py"], "beside twin"),
            (&["a/app_old.py", "a/app/__init__.py", "a/app_new.py"], "beside twin"),
            (&["a/regcomp_enhanced.c"], "alone"),
            (&["a_old/x.py", "a/x.py"], "folder beside twin"),
        ] {
            assert_eq!(judge(paths), expected, "{paths:?}");
        }
    }

    #[test]
    fn names_that_only_look_like_leftovers() {
        for paths in [
            &["Acme.Tools.Backup.psm1"][..],
            &["_not_deprecated.py"],
            &["key_not_deprecated.cfg", "key.cfg"],
            &["key_deprecated.cfg", "key_not_deprecated.cfg"],
            &["foo_fixed.f90", "foo.f", "foo_free.f90"],
            &["layout_fixed.css", "layout_fluid.css"],
            &["volume_backup.py", "volume.py", "volume_type.py"],
            &["log_archive.py"],
            &["find_deprecated.py", "partial_fixed.py"],
            &["dallas_temp/sensor.py", "dallas/sensor.py"],
            &["new_to_old.py", "new_to.py"],
            &["drop_backup.sql", "drop.sql"],
            &["_decorators_v1.py", "_decorators.py"],
            &["test_plugin_deprecated.py", "test_plugin.py"],
            &["test_old.py", "test.py"],
            &["photocopy.py", "copyright.py", "backup.py", "original.py"],
        ] {
            assert_eq!(judge(paths), "", "{paths:?}");
        }
    }
}
