//! Rules on modules and on the repository as a whole.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::clock::{Took, timed};
use super::{EngineError, Raw, Request, Running, Task, copies, everything, has_content, whole};
use crate::cache::{Cache, Folder, Key, key};
use crate::clones::held::{self, Hold};
use crate::clones::sketch::Sketch;
use crate::clones::{self, Copies};
use crate::facts::{Detail, Facts};
use crate::gather::{Ask, Seen, content_key, gather_both};
use crate::lang;
use crate::lang::tokens::Tokens;
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::policy::clones::{Clones, Mode};
use crate::policy::day::Day;
use crate::repo::{Given, Recall, Repo};
use crate::rules::{Found, Sink, Stage};
use crate::source::{Entry, Source, SourceError, Tree};

/// What was seen of every file with code; empty where no rule asks for the whole repository.
pub type Modules = FxHashMap<RepoPath, Seen>;

/// What was seen of every file with code, and of the files in which copies are looked for; both where a rule asks.
#[derive(Default)]
pub(super) struct Read<'t> {
    pub modules: Modules,
    pub copied: Vec<(clones::File<'t>, Option<Sketch>)>,
    /// Tokens of the latter, so that few files are read again.
    pub held: held::Texts,
    /// Where facts are kept, if it was asked.
    pub facts: Option<Cache<Facts>>,
    /// What was kept of all modules, and those among them that are read when they are asked for.
    pub recall: Option<Recall>,
    pub kept: Vec<&'t RepoPath>,
    /// How far facts look into definitions.
    pub detail: Detail,
}

impl Read<'_> {
    /// Whether nothing that was asked for is missing.
    pub fn is_whole(&self) -> bool {
        self.modules.values().all(|seen| matches!(seen, Seen::Facts(_)))
            && self.copied.iter().all(|(_, sketch)| sketch.is_some())
    }
}

/// Nothing yet.
pub(super) fn unread<'t>(task: &Task<'t>) -> Read<'t> {
    // What is kept is shared by all that is run under one policy.
    let running = most_detail(task.running);
    let detail = task.request.cache.as_ref().map_or(running, |_| running.max(detail_under(task.policy)));
    Read { detail, ..Read::default() }
}

/// Looks at all that rules on modules and on the repository ask for; with a key for all that hangs on rules and policy.
pub(super) fn read<'t>(task: &Task<'t>, context: Key) -> Result<Read<'t>, SourceError> {
    let Task { source, tree, policy, request, running } = *task;
    let unread = unread(task);
    if !running.iter().any(Running::needs_repo) {
        return Ok(unread);
    }
    let day = request.today.to_string();
    let open = || request.cache.as_ref().map(|folder| Recall::open(folder, key(&[&context, day.as_bytes()])));
    let (recall, copied) = rayon::join(open, || copies::files(source, tree, policy, running));
    let is_sparing = unread.detail < Detail::Words && !running.iter().any(Running::looks_at_all);
    let asked = Asked { copied: copied?, settings: &policy.clones, detail: unread.detail };
    let known = recall.as_ref().filter(|_| is_sparing);
    let read = read_both(source, tree, asked, known, request.cache.as_ref())?;
    Ok(Read { recall, ..read })
}

/// The same, and nothing is left to be read when it is asked for.
fn read_all<'t>(task: &Task<'t>) -> Result<Read<'t>, SourceError> {
    let Task { source, tree, policy, request, running } = *task;
    let copied = copies::files(source, tree, policy, running)?;
    let asked = Asked { copied, settings: &policy.clones, detail: unread(task).detail };
    let mut read = read_both(source, tree, asked, None, request.cache.as_ref())?;
    // What is read anew is there for the next run. A cache that cannot be written is only slower.
    let _ = read.facts.take().map(|mut facts| facts.save());
    Ok(read)
}

fn most_detail(running: &[Running]) -> Detail {
    running.iter().map(Running::detail).max().unwrap_or(Detail::Heads)
}

/// How far some rule looks into definitions, whatever runs now.
fn detail_under(policy: &Policy) -> Detail {
    most_detail(&everything(policy)).max(Detail::Bodies)
}

/// Looks at all files with code, excluded ones too: imports into them still lead somewhere.
pub fn modules(
    source: &dyn Source,
    tree: &Tree,
    policy: &Policy,
    cache: Option<&Folder>,
) -> Result<Modules, SourceError> {
    let asked = Asked { copied: Vec::new(), settings: &policy.clones, detail: detail_under(policy) };
    let read = read_both(source, tree, asked, None, cache)?;
    // A cache that cannot be written is only slower.
    let _ = read.facts.map(|mut facts| facts.save());
    Ok(read.modules)
}

/// What only similar names are told by takes room, and is kept where it is asked for.
pub(super) fn kept_facts(folder: &Folder, detail: Detail) -> Cache<Facts> {
    folder.open_packed(if detail >= Detail::Words { "facts-words" } else { "facts" })
}

/// What is asked beside the facts of all code.
struct Asked<'t> {
    /// The files in which copies are looked for, sorted by path, and how.
    copied: Vec<clones::File<'t>>,
    settings: &'t Clones,
    detail: Detail,
}

/// Reads each file once, whatever is asked of it; not those whose facts are kept and of which enough is `known`.
fn read_both<'t>(
    source: &dyn Source,
    tree: &'t Tree,
    Asked { copied, settings, detail }: Asked<'t>,
    known: Option<&Recall>,
    cache: Option<&Folder>,
) -> Result<Read<'t>, SourceError> {
    let facts = cache.map(|folder| kept_facts(folder, detail));
    let kept = kept(tree, known, facts.as_ref());
    let (mut next, mut next_kept) = (copied.iter().peekable(), kept.iter().peekable());
    let mut asked = Vec::new();
    for entry in tree.entries().iter().filter(|entry| has_content(entry.kind)) {
        let is_kept = next_kept.next_if(|path| ***path == entry.path).is_some();
        let facts = !is_kept && lang::of(&entry.path).has_code();
        let tokens = next.next_if(|file| file.entry.path == entry.path).is_some();
        if facts || tokens {
            asked.push(Ask { entry, facts, tokens });
        }
    }
    // What only near copies are found by takes as much room as all else, and is kept apart.
    let is_near = settings.mode >= Mode::Near;
    let sketches = cache
        .filter(|_| !copied.is_empty())
        .map(|folder| folder.open::<Sketch>(if is_near { "clones-near" } else { "clones" }));
    let hold = Hold::new(copied.len(), settings.min_tokens);
    let sketch = |tokens: &Tokens, bytes: &[u8]| {
        let sketch = Sketch::of(tokens, bytes, is_near);
        hold.keep(tokens, &sketch);
        sketch
    };
    let looked = gather_both(source, &asked, facts.as_ref(), detail, sketches.as_ref(), &sketch)?;
    // That it cannot be written is told by whoever judges the files.
    let _ = sketches.map(|mut sketches| sketches.save());
    let (mut modules, mut made) = (Modules::default(), Vec::with_capacity(copied.len()));
    for (ask, looked) in asked.iter().zip(looked) {
        modules.extend(looked.facts.map(|seen| (ask.entry.path.clone(), seen)));
        if ask.tokens {
            made.push(looked.made);
        }
    }
    let copied = copied.into_iter().zip(made).collect();
    Ok(Read { modules, copied, held: hold.finish(), facts, detail, recall: None, kept })
}

/// The files with code of which enough is known, and whose facts are there for who asks more; sorted.
fn kept<'t>(tree: &'t Tree, known: Option<&Recall>, facts: Option<&Cache<Facts>>) -> Vec<&'t RepoPath> {
    let Some((known, facts)) = known.zip(facts) else { return Vec::new() };
    let code = tree.entries().par_iter().filter(|entry| has_content(entry.kind) && lang::of(&entry.path).has_code());
    let is_kept = |entry: &&Entry| content_key(entry).is_some_and(|key| known.holds(&key) && facts.holds(key));
    code.filter(is_kept).map(|entry| &entry.path).collect()
}

/// The whole repository of a snapshot, as rules see it.
pub fn view(source: &dyn Source, tree: &Tree, policy: &Policy, request: &Request) -> Result<Repo, EngineError> {
    let seen = modules(source, tree, policy, request.cache.as_ref())?;
    Ok(Repo::build(source, tree, policy, given(seen), None)?)
}

fn given(modules: Modules) -> impl Iterator<Item = (RepoPath, Given)> {
    modules.into_iter().map(|(path, seen)| match seen {
        Seen::Facts(facts) => (path, Given::Read(facts.code)),
        _ => (path, Given::Unseen),
    })
}

/// What the rules say.
#[derive(Default)]
pub(super) struct Judged {
    pub raw: Vec<Raw>,
    /// How long each took.
    pub seconds: Vec<Took>,
    /// What the next run can use of it.
    pub later: Option<whole::Later>,
}

/// What the rules say, to be kept in `place`.
pub(super) fn judge(task: &Task<'_>, read: Read<'_>, place: Option<whole::Place>) -> Result<Judged, SourceError> {
    if !task.running.iter().any(Running::needs_repo) {
        return Ok(Judged::default());
    }
    let place = place.filter(|_| read.is_whole());
    let witness = whole::Witness::of(task);
    let Task { source, tree, policy, request, running } = Task { source: &witness, ..*task };
    let Read { modules, copied, held, facts, mut recall, kept, .. } = read;
    if let (Some(recall), Some(facts)) = (&mut recall, facts) {
        recall.read_from(facts);
    }
    let code = given(modules).chain(kept.into_iter().map(|path| (path.clone(), Given::Kept)));
    let (repo, copies) = rayon::join(
        || timed(|| Repo::build(source, tree, policy, code, recall)),
        || timed(|| clones::find(source, copied, held, &policy.clones, request.cache.as_ref())),
    );
    let mut seconds = vec![("names", repo.1), ("copies", copies.1)];
    let (mut repo, copies) = (repo.0?, copies.0?);
    let judge = |rule: &Running| {
        let stages = rule.stages.iter().enumerate();
        let stages = stages.map(|(number, stage)| {
            let name = format!("{}/{number}", rule.rule.name);
            judge_stage(stage, &name, source, tree, &repo, &copies, request.today)
        });
        let found: Vec<Vec<Found>> = stages.collect::<Result<_, _>>()?;
        let kept = found.into_iter().flatten().filter(|found| !policy.project.exclude.matches(&found.path));
        Ok(kept.map(|found| Raw { hook: rule.rule.hook, rule: rule.rule, found }).collect::<Vec<_>>())
    };
    let judged: Vec<_> = running.par_iter().map(|rule| (rule.rule.name, timed(|| judge(rule)))).collect();
    if repo.has_lost() {
        return self::judge(task, read_all(task)?, place);
    }
    let mut raw = Vec::new();
    for (name, (found, took)) in judged {
        raw.extend(found?);
        seconds.push((name, took));
    }
    let later = || place.and_then(|place| place.after(&raw, witness));
    let (later, ()) = rayon::join(later, || repo.remember());
    // To take it apart takes a while, and nobody has to wait for that.
    rayon::spawn(move || drop((repo, copies)));
    Ok(Judged { raw, seconds, later })
}

/// What one stage says, if it asks for modules, the repository or copies.
fn judge_stage(
    stage: &Stage,
    name: &str,
    source: &dyn Source,
    tree: &Tree,
    repo: &Repo,
    copies: &Copies,
    today: Day,
) -> Result<Vec<Found>, SourceError> {
    let mut out = Sink::default();
    match stage {
        Stage::Module(stage) => {
            // What is found may say where something is now, which hangs on all modules.
            let judged = repo.each(name, |id| {
                let mut out = Sink::default();
                let module = repo.module(id);
                if let Some(code) = module.code().filter(|_| !module.is_excluded) {
                    stage.check(id, code, repo, today, &mut out);
                }
                let found = out.into_found();
                let is_kept = found.is_empty();
                (found, is_kept)
            });
            return Ok(judged.into_iter().flat_map(|(_, found)| found).collect());
        }
        Stage::Repo(stage) => {
            let check = || {
                let mut out = Sink::default();
                stage.check(repo, today, &mut out);
                out.into_found()
            };
            let found = if stage.looks_at_graph_only() { repo.along_links(name, check) } else { check() };
            // Git is asked, and other files are read, only where somebody is stopped.
            if found.is_empty() || !stage.wants_surroundings() {
                return Ok(found);
            }
            repo.learn_renames(&source.renames()?);
            repo.learn_made(source, tree)?;
            stage.check_again(found, repo, source, &mut out)?;
        }
        Stage::Clones(stage) => stage.check(copies, repo, &mut out),
        Stage::Path(_) | Stage::Tree(_) | Stage::Size(_) | Stage::Facts(_) | Stage::Allows(_) => {}
    }
    Ok(out.into_found())
}
