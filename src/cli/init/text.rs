//! The text of a policy from what was seen. A line either holds, or is a proposal with its evidence behind it.
//!
//! A proposal starts with `#` and no space, so that deleting the `#` is all there is to do.

use crate::path::{RepoPath, printable};
use crate::policy::size::show;
use crate::policy::write;
use crate::report::counted;
use crate::survey::aside::Aside;
use crate::survey::lines::LineLimit;
use crate::survey::python::Python;
use crate::survey::test_code::TestGlob;
use crate::survey::units::{Unit, Units};
use crate::survey::{Survey, glob_of, sizes};

/// What was measured beside the paths.
pub struct Seen {
    /// Files over the built-in limit, the largest first.
    pub large: Vec<(RepoPath, u64)>,
    pub leftovers: usize,
    pub lines: Vec<LineLimit>,
    /// The text of `[python]`, and of the concepts.
    pub python: String,
    pub concepts: String,
}

const HEAD: &str = concat!(
    "# The policy of this repository: ",
    env!("CARGO_PKG_REPOSITORY"),
    "\n# A line that starts with `#` and no space is a proposal; delete its `#`, and it holds.\nversion = 1\n"
);

/// How many examples and names stand in one list.
const MOST: usize = 5;
const WIDTH: usize = 100;

pub fn render(survey: &Survey, seen: &Seen) -> String {
    let mut out = HEAD.to_owned();
    if survey.files == 0 {
        out.push_str("\n# There are no files yet: the built-in policy holds. `ssot policy` shows it.\n");
        return out;
    }
    out.push_str(&format!("\n[project]\n{}", overview(survey)));
    out.push_str(&tests(survey));
    out.push_str(&exclude(&survey.aside));
    out.push_str(&services(&survey.units));
    out.push_str(&seen.python);
    out.push_str(&seen.concepts);
    out.push_str(&legacy_files(survey, seen));
    out.push_str(&file_size(seen));
    out
}

fn overview(survey: &Survey) -> String {
    let languages: Vec<_> =
        survey.languages.iter().take(MOST).map(|(extension, count)| format!("{count} .{extension}")).collect();
    let of = if languages.is_empty() { String::new() } else { format!(", of them {}", languages.join(", ")) };
    format!("# {}{of}.\n{}", counted(survey.files, "file"), python(&survey.python))
}

fn python(python: &Python) -> String {
    let mut out = String::new();
    for root in python.roots.iter().take(MOST) {
        let folder = if root.folder.is_empty() { "the root".to_owned() } else { format!("`{}/`", root.folder) };
        let names: Vec<_> = root.packages.iter().take(MOST).map(|name| format!("`{name}`")).collect();
        let more = root.packages.len().saturating_sub(MOST);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let files = counted(root.files, "file");
        out.push_str(&format!("# Python packages in {folder}: {}{more} ({files}).\n", names.join(", ")));
    }
    if python.roots.len() > MOST {
        out.push_str(&format!("# Python packages in {}.\n", counted(python.roots.len() - MOST, "more folder")));
    }
    out
}

fn tests(survey: &Survey) -> String {
    let globs = &survey.tests;
    let count: usize = globs.iter().filter(|glob| glob.built_in).map(|glob| glob.files).sum();
    if globs.iter().all(|glob| glob.built_in) {
        return if count == 0 {
            "\n# No test code was found by its name.\n".to_owned()
        } else {
            format!("\n# {} of test code, found by the built-in `tests`.\n", counted(count, "file"))
        };
    }
    // A built-in glob that matches nothing still speaks for the Python file of tomorrow.
    let kept = |glob: &&TestGlob| glob.files > 0 || (glob.built_in && survey.python.files > 0);
    let item = |glob: &TestGlob| {
        let what = match (glob.files, glob.sure) {
            (0, _) => "built-in; none yet".to_owned(),
            (files, true) => counted(files, "file"),
            (files, false) => format!("{}, if they are no part of the product", counted(files, "file")),
        };
        Item { text: write::text(&glob.text), holds: glob.sure, what }
    };
    list("\n# Test code.", "tests", globs.iter().filter(kept).map(item))
}

fn exclude(aside: &[Aside]) -> String {
    if aside.is_empty() {
        return String::new();
    }
    let item = |aside: &Aside| {
        let example = printable(aside.example.as_bytes());
        let what = format!("{}, {}: `{example}`{}", counted(aside.files, "file"), aside.what, more(aside.files));
        Item { text: write::text(aside.glob), holds: false, what }
    };
    list("\n# Never judged, on top of .gitignore.", "exclude", aside.iter().map(item))
}

/// After the first of several.
fn more(files: usize) -> &'static str {
    if files > 1 { ", …" } else { "" }
}

fn services(units: &Units) -> String {
    if units.found.is_empty() {
        return String::new();
    }
    let (mark, why) = match units.root {
        None => ("", String::new()),
        Some(marker) => ("#", format!("# The root has a {marker} too, so they may be parts of one.\n")),
    };
    let mut out = format!(
        "\n# Units that own one copy of a concept each: {} with {}.\n{why}",
        counted(units.found.len(), "folder"),
        markers(&units.found)
    );
    let entries: Vec<_> =
        units.found.iter().map(|unit| format!("{} = {}", write::key(&unit.name), write::text(&unit.folder))).collect();
    let line = format!("{mark}services = {{ {} }}\n", entries.join(", "));
    if line.chars().count() <= WIDTH {
        out.push_str(&line);
    } else {
        out.push_str(&format!("{mark}[project.services]\n"));
        entries.iter().for_each(|entry| out.push_str(&format!("{mark}{entry}\n")));
    }
    out
}

/// `a go.mod or a package.json`
fn markers(units: &[Unit]) -> String {
    let mut markers: Vec<_> = units.iter().map(|unit| unit.marker).collect();
    markers.sort_unstable();
    markers.dedup();
    markers.iter().map(|marker| format!("a {marker}")).collect::<Vec<_>>().join(" or ")
}

fn legacy_files(survey: &Survey, seen: &Seen) -> String {
    let mut out = "\n[no-legacy-files]\n".to_owned();
    out.push_str(&match seen.leftovers {
        0 => "# No file is a leftover by its name.\n".to_owned(),
        1 => "# 1 file is a leftover by its name: `ssot check --rule legacy-name` shows it.\n".to_owned(),
        count => format!("# {count} files are leftovers by their names: `ssot check --rule legacy-name` shows them.\n"),
    });
    if !survey.leftovers.is_empty() {
        let item = |found: &Aside| {
            let example = printable(found.example.as_bytes());
            let what = format!("{}, {}: `{example}`{}", counted(found.files, "file"), found.what, more(found.files));
            Item { text: write::text(found.glob), holds: false, what }
        };
        let above = "# Other names that often are leftovers; each is an error once it is listed.";
        out.push_str(&list(above, "extend-patterns", survey.leftovers.iter().map(item)));
    }
    out
}

fn file_size(seen: &Seen) -> String {
    let mut out = "\n[max-file-size]\n".to_owned();
    let count = seen.large.len();
    let over = match count {
        0 => "no file is over it".to_owned(),
        1 => "1 file is over it".to_owned(),
        count => format!("{count} files are over it"),
    };
    out.push_str(&format!("# The built-in limit is 500 KiB for every file; {over}.\n"));
    if count > MOST {
        out.push_str("# `ssot check --rule too-many-bytes` shows them all; here are the largest.\n");
    }
    let mut items = Vec::new();
    for (path, size) in seen.large.iter().take(MOST) {
        match glob_of(path) {
            Some(glob) => items.push(Item {
                text: format!("{{ files = {}, bytes = \"{}\" }}", write::text(&glob), sizes::above(*size)),
                holds: false,
                what: show(*size),
            }),
            None => out.push_str(&format!("# {} in `{path}`, a name that no glob can hold.\n", show(*size))),
        }
    }
    for limit in &seen.lines {
        let LineLimit { extension, limit, over, files, median, longest } = limit;
        let what = format!("over it: {over} of {files}, the longest {longest}; half have {median} or fewer");
        let text = format!("{{ files = \"**/*.{extension}\", lines = {limit} }}");
        items.push(Item { text, holds: false, what });
    }
    if !items.is_empty() {
        let above = "# For bytes and for lines, the last entry that names a file counts.";
        out.push_str(&list(above, "limits", items.into_iter()));
    }
    out
}

/// One line of a list.
struct Item {
    text: String,
    /// Else it is a proposal.
    holds: bool,
    /// The evidence.
    what: String,
}

fn list(above: &str, key: &str, items: impl Iterator<Item = Item>) -> String {
    let lines = items.map(|item| {
        let mark = if item.holds { "" } else { "#" };
        format!("  {mark}{},  # {}\n", item.text, item.what)
    });
    format!("{above}\n{key} = [\n{}]\n", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;
    use crate::policy::{FILE_NAME, Origin, Policy, PolicyFile};
    use crate::source::memory::MemorySource;
    use crate::source::{At, Entry, Kind, Snapshot, Tree};
    use crate::survey::look;

    /// With every proposal taken up.
    fn taken_up(policy: &str) -> String {
        let line = |line: &str| {
            let rest = line.trim_start();
            match rest.strip_prefix('#') {
                Some(proposal) if !proposal.starts_with([' ', '#']) => format!("{proposal}\n"),
                _ => format!("{line}\n"),
            }
        };
        policy.lines().map(line).collect()
    }

    #[track_caller]
    fn assert_holds(text: &str, tree: &Tree) {
        let file = PolicyFile::new(Origin::SsotToml, FILE_NAME.into(), text.to_owned());
        let (policy, mut errors) = Policy::parse(file);
        errors.extend(engine::mistakes(&policy, &MemorySource::nothing(Snapshot::Worktree), tree));
        assert!(errors.is_empty(), "{errors:?}\n{text}");
        assert!(!text.contains(|ch: char| ch.is_control() && ch != '\n'), "{text:?}");
    }

    /// Numbers that are the same in every run (Marsaglia, "Xorshift RNGs", 2003).
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, end: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % end as u64) as usize
        }

        fn pick<'a>(&mut self, from: &[&'a [u8]]) -> &'a [u8] {
            from[self.below(from.len())]
        }
    }

    const PIECES: &[&[u8]] = &[
        b"a",
        b"b",
        b"api",
        b" ",
        b"\"",
        b"'",
        b"\\",
        b"\n",
        b"\r",
        b"\t",
        b"\x1b[31m",
        b"\x7f",
        b"\xff",
        b"#",
        b"=",
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b"*",
        b"?",
        b"!",
        b".",
        b"..",
        b"-",
        b"$",
        b"\"\"\"",
        "é".as_bytes(),
        "\u{202e}".as_bytes(),
        "\u{85}".as_bytes(),
        "\u{2028}".as_bytes(),
        "\u{fffd}".as_bytes(),
        b"/",
    ];

    const ENDS: &[&[u8]] = &[
        b"/__init__.py",
        b"/go.mod",
        b"/package.json",
        b"/pyproject.toml",
        b"/tests/test_x.py",
        b"/vendor/x.js",
        b"/x.py",
        b"/x.ts",
        b".rej",
        b".test.ts",
        b"_old.py",
    ];

    /// One file; or two, that make their folder a unit.
    fn paths(numbers: &mut Numbers) -> Vec<RepoPath> {
        let start: Vec<u8> = (0..=numbers.below(3)).flat_map(|_| numbers.pick(PIECES).to_vec()).collect();
        let ends = if numbers.below(2) == 0 { vec![&b"/go.mod"[..], b"/x.go"] } else { vec![numbers.pick(ENDS)] };
        let path = |end: &[u8]| {
            let whole = [&start, end].concat();
            let parts: Vec<_> = whole.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).collect();
            RepoPath::new(parts.join(&b'/'))
        };
        ends.into_iter().map(path).collect()
    }

    #[test]
    fn any_names_give_a_policy_that_holds() {
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
        let (mut services, mut proposals) = (0, 0);
        for _ in 0..150 {
            let paths: Vec<_> = (0..numbers.below(30)).flat_map(|_| paths(&mut numbers)).collect();
            let large = paths.iter().take(8).map(|path| (path.clone(), numbers.below(1 << 40) as u64 + 1)).collect();
            let entry = |path: &RepoPath| Entry::new(path.clone(), Kind::File, At::Disk);
            let tree = Tree::new(paths.iter().map(entry).collect());
            let lines = vec![LineLimit { extension: "py", limit: 200, over: 1, files: 60, median: 5, longest: 300 }];
            let policy = render(
                &look(&tree),
                &Seen { large, leftovers: numbers.below(3), lines, python: String::new(), concepts: String::new() },
            );
            assert_holds(&policy, &tree);
            assert_holds(&taken_up(&policy), &tree);
            services += policy.matches(" = \"").count();
            proposals += policy.matches("#{ files").count();
        }
        assert!(services > 150 && proposals > 300, "{services} {proposals}: the names are too odd to show anything");
    }

    #[test]
    fn a_proposal_holds_without_its_mark() {
        let policy = "# prose\n  #\"x\",  # why\n#[project.services]\nb = 1\n";
        assert_eq!(taken_up(policy), "# prose\n\"x\",  # why\n[project.services]\nb = 1\n");
    }
}
