//! Rules on sizes and facts, file by file, behind the cache of verdicts.
//!
//! A file's verdict is a function of its path, its content, the policy, the rules that run, and what
//! `.gitattributes` say; that is its key. Rules whose verdict hangs on other files are not judged here.

use std::borrow::Cow;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::batches::{self, Batch};
use super::code::{self, Read};
use super::version::python_version;
use super::{Raw, Running, Task, has_content, keys, speaker};
use crate::cache::{BATCHES, Cache, Folder, Kept, Key, VERDICTS};
use crate::facts::{AllowComment, Facts, Version};
use crate::gather::{Seen, gather};
use crate::lang;
use crate::path::RepoPath;
use crate::policy::project::Project;
use crate::policy::size::show;
use crate::rules::source::unchecked_file;
use crate::rules::{Found, RuleDef, Sink, Stage, find};
use crate::source::{Attributes, Entry, MAX_CONTENT, Size, Source, SourceError, Tree};

/// What looking at all files gave.
#[derive(Default)]
pub(super) struct Judged {
    pub raw: Vec<Raw>,
    /// The allows in comments, by file.
    pub allows: Vec<(RepoPath, AllowComment)>,
    pub notes: Vec<String>,
}

/// What one file gave: the part of a verdict that is cached.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct FileVerdict {
    /// With the name of its rule.
    found: Vec<(String, Found)>,
    allows: Vec<AllowComment>,
    /// The size of a content that was too large to look into.
    too_large: Option<u64>,
    absent: bool,
    /// Whether something that it hangs on could not be told: its size, or what `.gitattributes` say.
    #[serde(skip)]
    is_provisional: bool,
}

impl FileVerdict {
    /// Whether it is the same wherever this content stands at this path.
    fn is_lasting(&self) -> bool {
        !self.absent && !self.is_provisional
    }
}

/// `context` is what every verdict hangs on beside its file.
pub(super) fn judge(task: &Task<'_>, judged: &Tree, context: Key, read: &mut Read<'_>) -> Result<Judged, SourceError> {
    let Task { source, policy, request, running, .. } = *task;
    let rules = FileRules::of(running, &policy.project, python_version(policy));
    let entries: Vec<&Entry> = judged.entries().iter().filter(|entry| has_content(entry.kind)).collect();
    let batches = batches::of(&entries, request.cache.is_some());
    let mut cache = request.cache.as_ref().map(|folder| folder.one_of::<Vec<(u32, FileVerdict)>>(&BATCHES, context));
    let kept = |batch: &Batch| cache.as_ref()?.get(batch.key?);
    let kept: Vec<Option<Vec<(u32, FileVerdict)>>> = batches.par_iter().map(kept).collect();
    let unknown = batches.iter().zip(&kept).filter(|(_, kept)| kept.is_none());
    let open: Vec<&Entry> = unknown.flat_map(|(batch, _)| &entries[batch.entries.clone()]).copied().collect();
    let mut notes = Vec::new();
    let mut found_out = rules.verdicts(task, &open, context, read, &mut notes)?.into_iter();
    let mut verdicts: Vec<(&Entry, FileVerdict)> = Vec::new();
    for (batch, kept) in batches.iter().zip(kept) {
        let of_batch = kept.unwrap_or_else(|| {
            let all = (0..).zip(found_out.by_ref().take(batch.entries.len()));
            let told: Vec<_> = all.filter(|(_, verdict)| *verdict != FileVerdict::default()).collect();
            if let (Some(cache), Some(key)) = (&cache, batch.key)
                && told.iter().all(|(_, verdict)| verdict.is_lasting())
            {
                cache.put(key, &told);
            }
            told
        });
        let entry = |number: u32| entries.get(batch.entries.start + number as usize).copied();
        verdicts.extend(of_batch.into_iter().filter_map(|(number, verdict)| Some((entry(number)?, verdict))));
    }
    read.facts.iter_mut().for_each(|cache| save(cache, &mut notes));
    cache.iter_mut().for_each(|cache| save(cache, &mut notes));
    if !open.is_empty() {
        request.cache.iter().for_each(Folder::forget_old);
    }
    let mut judged = Judged { notes, ..Judged::default() };
    let hook = |found: &Found, rule: &'static RuleDef| {
        let asked = if found.whole_file { rules.hook_of(&found.path) } else { rules.code_hook(&found.path) };
        asked.filter(|_| rule.name == unchecked_file::RULE.name).unwrap_or_else(|| speaker(&request.selection, rule))
    };
    collect(&mut judged, source, &hook, verdicts.into_iter())?;
    Ok(judged)
}

/// Which of the file's measures a rule asks for.
#[derive(Clone, Copy)]
struct Wants {
    size: bool,
    facts: bool,
}

impl Wants {
    fn any(self) -> bool {
        self.size || self.facts
    }
}

/// The stages that judge one file at a time.
struct FileRules<'r> {
    stages: Vec<(&'static str, &'r Stage)>,
    /// Whether allows in comments are looked for.
    comments: bool,
    /// Whether code is asked for in every file.
    code: bool,
    /// Whether copies are looked for.
    copies: bool,
    /// The first hook that asks for the whole repository.
    repo_hook: Option<&'static str>,
    project: &'r Project,
    version: Version,
}

impl<'r> FileRules<'r> {
    fn of(running: &'r [Running], project: &'r Project, version: Version) -> Self {
        let stages = running.iter().flat_map(|running| running.stages.iter().map(|stage| (running.rule.name, stage)));
        let comments =
            running.iter().flat_map(|running| &running.stages).any(|stage| matches!(stage, Stage::Allows(_)));
        Self {
            stages: stages.filter(|(_, stage)| matches!(stage, Stage::Size(_) | Stage::Facts(_))).collect(),
            comments,
            code: running.iter().any(Running::needs_repo),
            copies: running.iter().any(Running::needs_copies),
            repo_hook: running.iter().find(|running| running.needs_repo()).map(|running| running.rule.hook),
            project,
            version,
        }
    }

    fn wants(&self, path: &RepoPath) -> Wants {
        let size = self.stages.iter().any(|(_, stage)| matches!(stage, Stage::Size(rule) if rule.wants(path)));
        let facts = self.stages.iter().any(|(_, stage)| matches!(stage, Stage::Facts(rule) if rule.wants(path)));
        let language = lang::of(path);
        let asked = (self.code && language.has_code())
            || (self.comments && language.has_comments())
            || (self.copies && language.has_tokens());
        Wants { size, facts: facts || asked }
    }

    /// Whether a rule looks into the code of this file.
    fn needs_code(&self, path: &RepoPath) -> bool {
        let by_rule = |stage: &Stage| matches!(stage, Stage::Facts(rule) if rule.needs_code() && rule.wants(path));
        lang::of(path).has_code() && (self.code || self.stages.iter().any(|(_, stage)| by_rule(stage)))
    }

    /// The hook of the first rule that looks into this file; none where only the allows in it are looked for.
    fn hook_of(&self, path: &RepoPath) -> Option<&'static str> {
        let looks = |stage: &Stage| match stage {
            Stage::Size(rule) => rule.wants(path),
            Stage::Facts(rule) => rule.wants(path),
            _ => false,
        };
        let (name, _) = self.stages.iter().find(|(_, stage)| looks(stage))?;
        Some(find(name)?.hook)
    }

    /// The hook of the first rule that looks into the code of this file.
    fn code_hook(&self, path: &RepoPath) -> Option<&'static str> {
        let looks = |stage: &Stage| matches!(stage, Stage::Facts(rule) if rule.needs_code() && rule.wants(path));
        let by_rule = self.stages.iter().find(|(_, stage)| looks(stage)).and_then(|(name, _)| find(name));
        by_rule.map(|rule| rule.hook).or(self.repo_hook)
    }

    /// What each of these files gives, of which some may have been judged before.
    fn verdicts(
        &self,
        task: &Task<'_>,
        entries: &[&Entry],
        context: Key,
        read: &mut Read<'_>,
        notes: &mut Vec<String>,
    ) -> Result<Vec<FileVerdict>, SourceError> {
        let Task { source, tree, request, .. } = *task;
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let wants: Vec<Wants> = entries.par_iter().map(|entry| self.wants(&entry.path)).collect();
        let key = |entry: &&Entry| request.cache.as_ref().and_then(|_| keys::of_file(entry));
        let keys: Vec<Option<Key>> = entries.par_iter().map(key).collect();
        let mut cache = request.cache.as_ref().map(|folder| folder.one_of::<FileVerdict>(&VERDICTS, context));
        let known = |(wants, key): (&Wants, &Option<Key>)| match wants.any() {
            true => cache.as_ref()?.get((*key)?),
            false => Some(FileVerdict::default()),
        };
        let mut verdicts: Vec<Option<FileVerdict>> = wants.par_iter().zip(&keys).map(known).collect();
        let mut facts = read.facts.take();
        let missing: Vec<usize> = (0..entries.len()).filter(|number| verdicts[*number].is_none()).collect();
        if !missing.is_empty() {
            let files: Vec<(&Entry, Wants)> = missing.iter().map(|number| (entries[*number], wants[*number])).collect();
            facts = facts.or_else(|| request.cache.as_ref().map(|folder| code::kept_facts(folder, read.detail)));
            let fresh = self.look(source, tree, &files, read, facts.as_ref())?;
            for (number, verdict) in missing.into_iter().zip(fresh) {
                if let (Some(cache), Some(key), true) = (&cache, keys[number], verdict.is_lasting()) {
                    cache.put(key, &verdict);
                }
                verdicts[number] = Some(verdict);
            }
        }
        cache.iter_mut().for_each(|cache| save(cache, notes));
        read.facts = facts;
        Ok(verdicts.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// Asks for sizes and facts, and judges them.
    fn look(
        &self,
        source: &dyn Source,
        tree: &Tree,
        files: &[(&Entry, Wants)],
        known: &Read<'_>,
        cache: Option<&Cache<Facts>>,
    ) -> Result<Vec<FileVerdict>, SourceError> {
        let attributes = Attributes::load(source, tree)?;
        let pick = |wanted: fn(Wants) -> bool| -> Vec<usize> {
            (0..files.len()).filter(|number| wanted(files[*number].1)).collect()
        };
        let (sized, mut read) = (pick(|wants| wants.size), pick(|wants| wants.facts));
        let mut sizes = vec![None; files.len()];
        let of_size: Vec<_> = sized.iter().map(|number| files[*number].0).collect();
        let mut seen: Vec<Option<Cow<'_, Seen>>> = vec![None; files.len()];
        read.retain(|number| {
            seen[*number] = known.modules.get(&files[*number].0.path).map(Cow::Borrowed);
            seen[*number].is_none()
        });
        let asked: Vec<_> = read.iter().map(|number| files[*number].0).collect();
        // Git tells sizes while files are read.
        let (told, looked) =
            rayon::join(|| self.sizes(source, &of_size), || gather(source, &asked, cache, known.detail));
        for (number, size) in sized.into_iter().zip(told?) {
            sizes[number] = size;
        }
        for (number, looked) in read.into_iter().zip(looked?) {
            seen[number] = Some(Cow::Owned(looked));
        }
        let all = files.par_iter().zip(sizes).zip(seen);
        Ok(all
            .map(|(((entry, _), size), seen)| self.judge_one(&entry.path, size, seen.as_deref(), &attributes))
            .collect())
    }

    /// The sizes of `wanted`, in its order; none where no rule can say anything of it.
    fn sizes(&self, source: &dyn Source, wanted: &[&Entry]) -> Result<Vec<Option<Size>>, SourceError> {
        let is_within = |entry: &Entry, (_, stage): &(_, &Stage)| match stage {
            Stage::Size(rule) => !rule.wants(&entry.path) || source.is_within(entry, rule.most(&entry.path)),
            _ => true,
        };
        let is_open: Vec<bool> =
            wanted.par_iter().map(|entry| !self.stages.iter().all(|stage| is_within(entry, stage))).collect();
        let open: Vec<&Entry> =
            wanted.iter().zip(&is_open).filter(|(_, open)| **open).map(|(entry, _)| *entry).collect();
        let mut told = source.sizes(&open)?.into_iter();
        Ok(is_open.into_iter().map(|open| if open { told.next() } else { None }).collect())
    }

    fn judge_one(
        &self,
        path: &RepoPath,
        size: Option<Size>,
        seen: Option<&Seen>,
        attributes: &Attributes,
    ) -> FileVerdict {
        let mut verdict = FileVerdict::default();
        let by_size = match &size {
            Some(Size::Absent) => Some(Seen::Absent),
            Some(Size::Unreadable(why)) => Some(Seen::Unreadable(why.clone())),
            _ => None,
        };
        let seen = seen.or(by_size.as_ref());
        verdict.absent = seen == Some(&Seen::Absent);
        verdict.is_provisional = !attributes.is_whole || matches!(size, Some(Size::Absent | Size::Unreadable(_)));
        if let Some(found) = seen.and_then(|seen| unchecked_file::judge(path, seen)) {
            verdict.found.push((unchecked_file::RULE.name.to_owned(), found));
        }
        if let Some(Seen::Facts(facts)) = seen.filter(|_| self.needs_code(path))
            && let Some(found) = unchecked_file::judge_syntax(path, facts, self.version, self.project)
        {
            verdict.found.push((unchecked_file::RULE.name.to_owned(), found));
        }
        for (rule, stage) in &self.stages {
            let mut out = Sink::default();
            match (stage, &size, seen) {
                (Stage::Size(stage), Some(Size::Bytes(bytes)), _) if stage.wants(path) => {
                    stage.check(path, *bytes, attributes, &mut out);
                }
                (Stage::Facts(stage), _, Some(Seen::Facts(facts))) if !facts.binary && stage.wants(path) => {
                    stage.check(path, facts, &mut out);
                }
                _ => {}
            }
            verdict.found.extend(out.into_found().into_iter().map(|found| ((*rule).to_owned(), found)));
        }
        match seen {
            Some(Seen::Facts(facts)) => verdict.allows.clone_from(&facts.allows),
            Some(Seen::TooLarge(size)) => verdict.too_large = Some(*size),
            _ => {}
        }
        verdict
    }
}

/// Turns verdicts into findings, and what no finding says into notes.
fn collect<'e>(
    judged: &mut Judged,
    source: &dyn Source,
    hook: &dyn Fn(&Found, &'static RuleDef) -> &'static str,
    verdicts: impl Iterator<Item = (&'e Entry, FileVerdict)>,
) -> Result<(), SourceError> {
    let (mut large, mut absent) = (Vec::new(), Vec::new());
    for (entry, verdict) in verdicts {
        judged.allows.extend(verdict.allows.into_iter().map(|allow| (entry.path.clone(), allow)));
        large.extend(verdict.too_large.map(|size| (size, &entry.path)));
        let known = verdict.found.into_iter().filter_map(|(name, found)| Some((find(&name)?, found)));
        let raw = known.map(|(rule, found)| Raw { hook: hook(&found, rule), rule, found });
        if verdict.absent { absent.extend(raw) } else { judged.raw.extend(raw) }
    }
    if !absent.is_empty() {
        let (touched, other): (Vec<_>, Vec<_>) = if source.is_partial()? {
            let changed = source.changed()?;
            absent.into_iter().partition(|raw| changed.contains(&raw.found.path))
        } else {
            (absent, Vec::new())
        };
        judged.raw.extend(touched);
        if !other.is_empty() {
            let count = other.len();
            let absent = unchecked_file::ABSENT;
            judged
                .notes
                .push(format!("{count} file(s) that this change does not touch are {absent} and were not checked"));
        }
    }
    if let Some((size, path)) = large.iter().max() {
        let (count, most) = (large.len(), show(MAX_CONTENT));
        judged.notes.push(format!(
            "{count} file(s) over {most} were not looked into, the largest `{path}` with {}",
            show(*size)
        ));
    }
    Ok(())
}

fn save<T: Kept>(cache: &mut Cache<T>, notes: &mut Vec<String>) {
    if let Err(error) = cache.save() {
        let note = format!("the cache could not be written and is off: {error}");
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
}
