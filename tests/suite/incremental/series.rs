//! A random series of changes, after each of which every snapshot is judged twice: with what earlier runs kept, and
//! from nothing.
//!
//! `SSOT_SERIES=SEED` takes another series and `SSOT_SERIES=SEED,STEPS` a longer one; what fails prints its own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::edits::{EDITS, IMPORTS, World};
use crate::clones::mutate::Noise;
use crate::peers::installed;
use crate::repository::Repository;

const SEED: u64 = 7;
const STEPS: usize = 30;

/// What the series is made on: small files of django that import each other.
const FILES: &[&str] = &[
    "core/cache/__init__.py",
    "core/cache/backends/__init__.py",
    "core/cache/backends/base.py",
    "core/cache/backends/dummy.py",
    "core/cache/backends/filebased.py",
    "core/cache/backends/locmem.py",
    "core/exceptions.py",
    "core/mail/__init__.py",
    "core/mail/backends/__init__.py",
    "core/mail/backends/base.py",
    "core/mail/backends/console.py",
    "core/mail/backends/dummy.py",
    "core/mail/backends/filebased.py",
    "core/mail/backends/locmem.py",
    "core/mail/utils.py",
    "core/serializers/json.py",
    "core/serializers/jsonl.py",
    "core/signals.py",
    "dispatch/__init__.py",
    "dispatch/dispatcher.py",
    "utils/__init__.py",
    "utils/connection.py",
    "utils/crypto.py",
    "utils/deconstruct.py",
    "utils/duration.py",
    "utils/encoding.py",
    "utils/hashable.py",
    "utils/inspect.py",
    "utils/module_loading.py",
    "utils/safestring.py",
    "utils/timezone.py",
];

/// All is asked for that can hang on another file.
const POLICY: &str = r#"version = 1

[project]
exclude = ["**/generated/**"]
tests = ["**/tests/**"]
warn-days = 60

[python]
built = ["django.apps", "django.conf", "django.db", "django.core.files", "django.core.serializers.base", "django.core.serializers.python", "django.utils.functional"]

[concept.encoding]
home = "django.utils.encoding"
owns = ["def force_*", "def smart_*", "class DjangoUnicode*"]
files = ["**/*encoding*.py"]

[concept.encoding.legacy]
"django.utils.text_encoding" = { new = "django.utils.encoding", shim-until = 2026-12-31, reason = "others use it" }
"django.utils.hashable:curry" = ""

[concept.safe-text]
home = "django.utils.safestring"
owns = ["class Safe*", "def mark_safe"]
tests = true

[concept.clock]
home = "django.utils.timezone"
wraps = ["datetime.timezone", "time.time"]

[contract.tiers]
type = "layers"
layers = ["django.core", "django.dispatch", "django.utils"]

[contract.apart]
type = "independence"
modules = ["django.core.cache", "django.core.mail"]

[contract.dispatch-alone]
type = "forbidden"
from = ["django.dispatch", "django.utils"]
to = ["django.core", "weakref"]
indirect = true

[contract.crypto]
type = "protected"
modules = ["django.utils.crypto"]
importers = ["django.utils"]

[contract.cache-door]
type = "interface"
of = "django.core.cache"
expose = ["django.core.cache:caches"]

[contract.no-cycles]
type = "acyclic"
below = "django"
depth = 3

[no-legacy-files]
forbidden = ["**/jsonl.py"]

[max-file-size]
limits = [{ files = "**/*.py", bytes = "12 KiB", lines = 300, function-lines = 40 }]

[no-duplicate-concepts]
same-name = { kinds = ["class", "def"], bodies = "alike" }
similar-name = {}
clones = { mode = "near", min-tokens = 50, min-lines = 4 }
budget = { "**" = 1.0, "django/core/**" = 2.0 }

[import-path-policy]
relative = "parents"

[levels]
private-import = "warning"
"#;

/// What a concept owns, and what stands alike in several modules.
const OWNED: &str = "def smart_text(text):\n    return force_bytes(text)\n";
const COPIED: &str =
    "def joined(texts):\n    first = next(texts)\n    rest = list(texts)\n    return first + ''.join(rest)\n";

/// Of classes with similar names.
const BODY: &str = "    def connect(self, user):\n        self.users[user] = 1\n";

/// What only newer versions of Python understand.
const GRAMMAR: &str = "match 1:\n    case 1:\n        type Alias = int\n";

/// Before and after the day on which the shim expires.
const DAYS: [&str; 2] = ["2026-11-21", "2027-01-15"];

/// Rules that hang on more than one file: a series in which they never speak shows little.
const SPEAK: &[&str] = &[
    "clone",
    "concept-outside-home",
    "duplication-budget",
    "forbidden-import",
    "import-cycle",
    "independence-violation",
    "interface-bypass",
    "layer-violation",
    "legacy-import",
    "non-canonical-import",
    "private-import",
    "protected-import",
    "same-name",
    "similar-name",
    "unchecked-file",
    "unresolved-import",
    "wrapped-import",
];

fn start(policy: &str, seed: u64) -> World {
    let repository = Repository::new();
    let django = installed("django");
    for name in FILES {
        let text = std::fs::read(django.join(name)).expect("a file of django");
        repository.write(&format!("django/{name}"), text);
    }
    repository.write("django/__init__.py", "");
    repository.write("django/core/__init__.py", "");
    repository.write("django/core/serializers/__init__.py", "");
    for (package, similar) in [("core/mail", "DocumentManager"), ("dispatch", "DocManager"), ("utils", "DocumentMgr")] {
        let imports = IMPORTS.join("\n");
        let text = format!("{imports}\n\n\n{OWNED}\n\n{COPIED}\n\nclass {similar}:\n{BODY}");
        repository.write(&format!("django/{package}/importer.py"), text);
    }
    repository.write("django/core/grammar.py", GRAMMAR);
    repository.write("ssot.toml", policy);
    let noise = Noise(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut world = World { repository, noise, commits: Vec::new(), places: Vec::new() };
    world.commit();
    world
}

/// What one series has shown.
struct Series {
    world: World,
    /// What was done, to be told where a verdict differs.
    done: Vec<String>,
    /// Verdicts from nothing of what never changes.
    of_commits: BTreeMap<Vec<String>, String>,
    rules: BTreeSet<String>,
    /// Verdicts that were reached, and those that were not.
    reached: [usize; 2],
}

impl Series {
    /// Judges twice and compares.
    fn compare(&mut self, words: &[&str], keep: bool) -> Value {
        let threads = self.world.pick(&["1", "2", "5"]);
        let kept = self.world.repository.verdict(words, &[("RAYON_NUM_THREADS", threads)]);
        let key: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let fresh = match self.of_commits.get(&key).filter(|_| keep) {
            Some(known) => known.clone(),
            None => self.world.repository.verdict(&[words, &["--no-cache"]].concat(), &[]),
        };
        if kept != fresh {
            let mut lines = kept.lines().zip(fresh.lines()).enumerate();
            let (number, (kept, fresh)) = lines.find(|(_, (kept, fresh))| kept != fresh).unwrap_or_default();
            panic!(
                "{words:?}, {threads} threads: line {number} of the verdict is\n{kept}\nand judged from nothing\n{fresh}\nafter\n{}",
                self.done.join("\n")
            );
        }
        if keep {
            self.of_commits.insert(key, fresh);
        }
        let verdict: Value = serde_json::from_str(&kept).expect("a document");
        let has_errors = verdict["errors"].as_array().is_none_or(|errors| !errors.is_empty());
        if has_errors {
            self.done.push(format!("   no verdict by {words:?}: {}", verdict["errors"][0]["message"]));
        }
        self.reached[usize::from(has_errors)] += 1;
        verdict
    }

    /// Judges what is staged, what is on disk, and a commit or something narrower, which leaves less behind.
    fn judge(&mut self) {
        let (day, number) = (self.world.pick(&DAYS), self.world.noise.below(self.world.commits.len()));
        let commit = &*self.world.commits[number].clone();
        let asides: [&[&str]; 7] = [
            &["--staged", "--rule", "clone"],
            &["--staged", "--hook", "import-path-policy"],
            &["--worktree", "--hook", "max-file-size", "--hook", "no-legacy-files"],
            &["--staged", "--new-only"],
            &["--worktree", "--since", commit],
            &["--staged", "django/utils"],
            &["--worktree", "--rule", "unresolved-import", "--rule", "similar-name"],
        ];
        let mut all: Vec<&[&str]> = vec![&["--staged"], &["--worktree", "--no-baseline"]];
        if self.world.noise.below(2) == 0 {
            all.push(self.world.pick(&asides));
        } else {
            self.compare(&["--rev", commit, "--today", day], true);
        }
        // What was judged first is found by what is judged next.
        let first = self.world.noise.below(all.len());
        all.rotate_left(first);
        for words in all {
            let verdict = self.compare(&[words, &["--today", day]].concat(), false);
            self.world.learn(&verdict);
            let found = verdict["findings"].as_array().expect("findings").iter();
            self.rules.extend(found.filter_map(|found| Some(found["rule"].as_str()?.to_owned())));
        }
    }
}

#[test]
fn judging_what_changed_equals_judging_from_nothing() {
    show(POLICY);
}

#[test]
fn judging_what_changed_by_few_modules_equals_judging_from_nothing() {
    // It asks for the code of all of them.
    show(&POLICY.replace("similar-name = {}\n", ""));
}

fn show(policy: &str) {
    let asked = std::env::var("SSOT_SERIES").unwrap_or_default();
    let mut numbers = asked.split(',').map(|number| number.parse().expect("SSOT_SERIES=SEED,STEPS"));
    let (seed, steps) = if asked.is_empty() {
        (SEED, STEPS)
    } else {
        (numbers.next().unwrap_or(SEED), numbers.next().map_or(STEPS, |steps| usize::try_from(steps).expect("steps")))
    };
    let mut series = Series {
        world: start(policy, seed),
        done: vec![format!("SSOT_SERIES={seed},{steps}")],
        of_commits: BTreeMap::new(),
        rules: BTreeSet::new(),
        reached: [0; 2],
    };
    series.judge();
    // Each kind of change comes in its turn, in an order by chance.
    let mut turns: Vec<usize> = Vec::new();
    for step in 1..=steps {
        let edited = loop {
            if turns.is_empty() {
                turns = (0..EDITS.len()).collect();
            }
            let turn = turns.swap_remove(series.world.noise.below(turns.len()));
            if let Some(edited) = EDITS[turn](&mut series.world) {
                break edited;
            }
        };
        let recorded = series.world.record();
        series.done.push(format!("{step}. {edited}; {recorded}"));
        series.judge();
    }
    println!("{}\n{:?}\n{:?}", series.done.join("\n"), series.rules, series.reached);
    let [reached, not] = series.reached;
    assert!(reached > 4 * not, "{not} of {} verdicts were not reached", reached + not);
    if asked.is_empty() {
        let is_asked = |rule: &str| rule != "similar-name" || policy.contains(rule);
        let is_silent = |rule: &&&str| is_asked(rule) && !series.rules.contains(**rule);
        let silent: Vec<_> = SPEAK.iter().filter(is_silent).collect();
        assert!(silent.is_empty(), "{silent:?} never spoke");
    }
}
