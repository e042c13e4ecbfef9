//! Judges the files of a case.

use rustc_hash::{FxHashMap, FxHashSet};
use ssot::baseline::{Baseline, text};
use ssot::engine::{self, Base, EngineError, Gate, Request, Verdict};
use ssot::fix::{self, Asked, Left, Mended, patch};
use ssot::path::RepoPath;
use ssot::policy::error::PolicyError;
use ssot::policy::{FILE_NAME, Origin, Policy, PolicyFile, is_in_pyproject};
use ssot::report::{Here, Outcome, concise};
use ssot::source::memory::MemorySource;
use ssot::source::overlay::Overlay;
use ssot::source::{Content, Entry, Kind, Size, Snapshot, Source, SourceError, Tree, purpose};

use super::case::{Case, Special, When};

/// What is found, or what is wrong with the policy, one a line.
pub fn findings(case: &Case) -> String {
    let source = CaseSource::of(case, When::After);
    let tree = Tree::new(source.entries().unwrap());
    let file = policy_file(case, When::After);
    let (mut policy, mut errors) = Policy::parse(file.clone());
    policy.project.learn_tests(&purpose::test_folders(&tree));
    errors.extend(engine::mistakes(&policy, &source, &tree));
    errors.sort_by_key(|error| error.range.as_ref().map(|range| range.start));
    if !errors.is_empty() {
        return mistakes(&file, &errors);
    }
    let mut request = request(case);
    if case.options.new_only {
        request.base = Some(base(case, &policy, &request));
    } else {
        request.baseline = accepted(case);
    }
    match engine::judge(&source, &tree, &policy, &request) {
        Ok(verdict) if case.options.with_help => with_help(verdict, &file),
        Ok(verdict) => concise::render(&Outcome { verdict, ..Outcome::refused(file, Vec::new()) }, &Here::default()),
        Err(EngineError::Policy(errors)) => mistakes(&file, &errors),
        Err(EngineError::Source(error)) => format!("{error}\n"),
    }
}

/// The patch that mends what is found, and what is left. Mended once, there is nothing to mend.
pub fn fix(case: &Case) -> String {
    let source = CaseSource::of(case, When::After);
    let (policy, errors) = Policy::parse(policy_file(case, When::After));
    assert!(errors.is_empty(), "{}: {errors:?}", case.heading);
    let mended = mend(&source, &policy, case);
    let again = mend(&Overlay::new(&source, &mended.changed), &policy, case);
    assert!(again.changed.is_empty(), "{}: mended twice", case.heading);
    let mut paths: Vec<_> = mended.changed.keys().collect();
    paths.sort();
    let mut out = String::new();
    for path in paths {
        let before = &case.files.iter().find(|file| file.path.as_bytes() == path.as_bytes()).unwrap().content;
        out.push_str(&patch::of(path, false, before, mended.changed[path].as_deref()).unwrap());
    }
    for Left { path, span, rule, why } in &mended.left {
        out.push_str(&format!("left {path}:{}:{}: {rule}: {why}\n", span.start.line, span.start.column));
    }
    out
}

fn mend(source: &dyn Source, policy: &Policy, case: &Case) -> Mended {
    let tree = Tree::new(source.entries().unwrap());
    let asked = Asked {
        source,
        tree: &tree,
        policy,
        request: &request(case),
        rules: &[],
        paths: &[],
        kept: FxHashMap::default(),
        deletes: true,
    };
    fix::mend(&asked).unwrap()
}

fn request(case: &Case) -> Request {
    Request {
        selection: case.options.selection.clone(),
        today: case.options.today,
        cache: None,
        baseline: None,
        base: None,
    }
}

/// A baseline of what is found before, as it would be read from its file.
fn accepted(case: &Case) -> Option<Baseline> {
    case.files.iter().find(|file| file.when != When::Always)?;
    let source = CaseSource::of(case, When::Before);
    let tree = Tree::new(source.entries().unwrap());
    let (policy, errors) = Policy::parse(policy_file(case, When::Before));
    assert!(errors.is_empty(), "{errors:?}");
    let verdict = engine::judge(&source, &tree, &policy, &request(case)).unwrap();
    let entries = engine::entries(&source, &tree, &verdict.findings).unwrap();
    let path = policy.project.baseline;
    Some(text::parse(path.clone(), &text::render(&Baseline::new(path, entries))).unwrap())
}

/// What stood before.
fn base(case: &Case, policy: &Policy, request: &Request) -> Base {
    let source = CaseSource::of(case, When::Before);
    let tree = Tree::new(source.entries().unwrap());
    let (old, _) = Policy::parse(policy_file(case, When::Before));
    let gate = Gate { policy: Some(old), ..Gate::default() };
    let mut base = Base::default();
    base.add(&source, &tree, policy, request, &FxHashMap::default(), gate).unwrap();
    base
}

/// Below each finding its help, its owner and the page about it.
fn with_help(verdict: Verdict, file: &PolicyFile) -> String {
    let refused = || Outcome::refused(file.clone(), Vec::new());
    let mut out = String::new();
    for finding in &verdict.findings {
        let alone = Verdict { findings: vec![finding.clone()], ..Verdict::default() };
        out.push_str(&concise::render(&Outcome { verdict: alone, ..refused() }, &Here::default()));
        for line in [Some(&finding.help), finding.owner.as_ref(), finding.url.as_ref()].into_iter().flatten() {
            out.push_str(&format!("    {line}\n"));
        }
    }
    out
}

fn policy_file(case: &Case, when: When) -> PolicyFile {
    let text = |name: &str| {
        let file = case.files_in(when).find(|file| file.path == name)?;
        Some(String::from_utf8(file.content.clone()).unwrap())
    };
    if let Some(text) = text(FILE_NAME) {
        return PolicyFile::new(Origin::SsotToml, FILE_NAME.into(), text);
    }
    match text("pyproject.toml").filter(|text| is_in_pyproject(text)) {
        Some(text) => PolicyFile::new(Origin::Pyproject, "pyproject.toml".into(), text),
        None => PolicyFile::defaults(),
    }
}

fn mistakes(file: &PolicyFile, errors: &[PolicyError]) -> String {
    let line = |error: &PolicyError| {
        let at = file.site(error.range.clone().unwrap_or(0..0)).span.start;
        format!("{}:{}:{}: {}\n", file.path, at.line, at.column, error.message)
    };
    errors.iter().map(line).collect()
}

/// Files in memory, some of which cannot be read.
struct CaseSource<'c> {
    case: &'c Case,
    when: When,
    files: MemorySource,
}

impl<'c> CaseSource<'c> {
    fn of(case: &'c Case, when: When) -> Self {
        let files = case.files_in(when).map(|file| (RepoPath::from(file.path.as_str()), file.content.clone()));
        Self { case, when, files: MemorySource::new(files) }
    }

    fn special(&self, path: &RepoPath) -> Special {
        let file = self.case.files_in(self.when).find(|file| file.path.as_bytes() == path.as_bytes());
        file.map_or(Special::Nothing, |file| file.special)
    }
}

impl Source for CaseSource<'_> {
    fn snapshot(&self) -> Snapshot {
        self.files.snapshot()
    }

    fn entries(&self) -> Result<Vec<Entry>, SourceError> {
        let mut entries = self.files.entries()?;
        for entry in &mut entries {
            entry.kind = match self.special(&entry.path) {
                Special::Symlink => Kind::Symlink,
                Special::Submodule => Kind::Submodule,
                _ => Kind::File,
            };
        }
        Ok(entries)
    }

    fn sizes(&self, wanted: &[&Entry]) -> Result<Vec<Size>, SourceError> {
        let sizes = self.files.sizes(wanted)?;
        let size = |(entry, size): (&&Entry, Size)| match self.special(&entry.path) {
            Special::Unreadable => Size::Unreadable("Permission denied".to_owned()),
            Special::Absent | Special::AbsentUnchanged => Size::Absent,
            _ => size,
        };
        Ok(wanted.iter().zip(sizes).map(size).collect())
    }

    fn read(&self, wanted: &[&Entry], each: &(dyn Fn(usize, Content<'_>) + Sync)) -> Result<(), SourceError> {
        self.files.read(wanted, &|number, content| match self.special(&wanted[number].path) {
            Special::Unreadable => each(number, Content::Unreadable("Permission denied".to_owned())),
            Special::Absent | Special::AbsentUnchanged => each(number, Content::Absent),
            _ => each(number, content),
        })
    }

    fn changed(&self) -> Result<FxHashSet<RepoPath>, SourceError> {
        let changed = self.case.files.iter().filter(|file| file.special != Special::AbsentUnchanged);
        Ok(changed.map(|file| RepoPath::from(file.path.as_str())).collect())
    }

    fn is_partial(&self) -> Result<bool, SourceError> {
        Ok(true)
    }
}
