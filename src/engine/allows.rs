//! Lets through what an allow covers, and has every allow judged by what came of it.

use super::{Raw, Request, Running, speaker};
use crate::facts::AllowComment;
use crate::finding::{Site, Span};
use crate::path::RepoPath;
use crate::policy::Policy;
use crate::policy::allow::Allow;
use crate::policy::day::Day;
use crate::rules::policy::{AllowUse, Stand};
use crate::rules::{Sink, Stage};

pub(super) struct Applied {
    pub raw: Vec<Raw>,
    /// How many findings were let through.
    pub allowed: usize,
}

/// One allow, wherever it stands.
enum Kind<'a> {
    Policy(&'a Allow),
    Comment(&'a RepoPath, &'a AllowComment),
}

pub(super) fn apply(
    mut raw: Vec<Raw>,
    comments: &[(RepoPath, AllowComment)],
    policy: &Policy,
    request: &Request,
    running: &[Running],
) -> Applied {
    let mut uses = uses(comments, policy, request, running);
    let mut let_through = vec![false; raw.len()];
    for (kind, allow) in &mut uses {
        let matching: Vec<usize> = (0..raw.len()).filter(|number| kind.covers(&allow.rule, &raw[*number])).collect();
        allow.matched = u32::try_from(matching.len()).unwrap_or(u32::MAX);
        let most = kind.max();
        if most.is_some_and(|most| allow.matched > most) {
            let said =
                format!("an allow lets {} of them through, but {} stand", most.unwrap_or_default(), allow.matched);
            for number in matching {
                let help = &mut raw[number].found.help;
                *help = format!("{help} ({said}; see {}:{})", allow.site.path, allow.site.span.start.line);
            }
        } else if holds(allow) {
            matching.into_iter().for_each(|number| let_through[number] = true);
        }
    }
    for (kind, allow) in uses.iter_mut().filter(|(_, allow)| allow.matched == 0) {
        let left = raw.iter().zip(&let_through).filter(|(_, through)| !**through).map(|(raw, _)| raw);
        let stand = |raw: &Raw| if raw.found.whole_file { Stand::Head } else { Stand::Line(raw.found.span.start.line) };
        allow.elsewhere = left.filter(|raw| kind.could_cover(&allow.rule, raw)).map(stand).min();
    }
    let allowed = let_through.iter().filter(|through| **through).count();
    let mut through = let_through.into_iter();
    raw.retain(|_| !through.next().unwrap_or(false));
    for Running { rule, stages } in running {
        for stage in stages {
            let Stage::Allows(stage) = stage else { continue };
            for (_, allow) in &uses {
                let mut out = Sink::default();
                stage.check(allow, &mut out);
                let named = crate::rules::find(&allow.rule).unwrap_or(rule);
                let hook = speaker(&request.selection, named);
                raw.extend(out.into_found().into_iter().map(|found| Raw { hook, rule, found }));
            }
        }
    }
    Applied { raw, allowed }
}

/// All allows, with nothing matched so far. Those of rules that another hook runs are left to that hook.
fn uses<'a>(
    comments: &'a [(RepoPath, AllowComment)],
    policy: &'a Policy,
    request: &Request,
    running: &[Running],
) -> Vec<(Kind<'a>, AllowUse)> {
    let make = |site: Site, rule: &str, reason: &str, until: Option<Result<Day, String>>| AllowUse {
        site,
        rule: crate::rules::find_shown(rule).map_or(rule, |rule| rule.name).to_owned(),
        reason: reason.to_owned(),
        until,
        judged: crate::rules::find_shown(rule)
            .is_some_and(|rule| running.iter().any(|running| running.rule.name == rule.name)),
        matched: 0,
        elsewhere: None,
        today: request.today,
        warn_days: policy.project.warn_days,
    };
    let mut uses: Vec<(Kind, AllowUse)> = Vec::new();
    for allow in &policy.allows {
        let made = make(allow.within.site.clone(), &allow.rule, &allow.reason, allow.until.map(Ok));
        uses.push((Kind::Policy(allow), made));
    }
    for (path, comment) in comments {
        let site = Site { path: path.clone(), span: comment.span };
        let until = comment.until.as_deref().map(Day::parse);
        let named = comment.rules.iter().map(String::as_str).chain(comment.rules.is_empty().then_some(""));
        for rule in named {
            uses.push((Kind::Comment(path, comment), make(site.clone(), rule, &comment.reason, until.clone())));
        }
    }
    uses.retain(|(_, allow)| {
        crate::rules::find(&allow.rule)
            .is_none_or(|rule| rule.hook == crate::rules::ANY_HOOK || request.selection.runs_hook(rule.hook))
    });
    uses
}

impl Kind<'_> {
    fn covers(&self, rule: &str, raw: &Raw) -> bool {
        let found = &raw.found;
        match self {
            Self::Policy(allow) => allow.matches(raw.rule.name, &found.path, &found.subject),
            Self::Comment(path, comment) => {
                let is_here = |at: &RepoPath, span: Span, whole_file: bool| {
                    let (first, last) = comment.lines;
                    **path == *at
                        && if whole_file { comment.heads_file } else { (first..=last).contains(&span.start.line) }
                };
                // Of two copies it may stand at either.
                let twin = found.twin().map(|twin| (&twin.path, twin.span, twin.span == Span::FILE));
                let mut places = twin.into_iter().chain([(&found.path, found.span, found.whole_file)]);
                raw.rule.name == rule && places.any(|(at, span, whole_file)| is_here(at, span, whole_file))
            }
        }
    }

    /// Whether it would cover a finding if it stood where that is.
    fn could_cover(&self, rule: &str, raw: &Raw) -> bool {
        match self {
            Self::Policy(_) => false,
            Self::Comment(path, _) => raw.rule.name == rule && **path == raw.found.path,
        }
    }

    fn max(&self) -> Option<u32> {
        match self {
            Self::Policy(allow) => allow.max,
            Self::Comment(..) => None,
        }
    }
}

/// Whether an allow lets through what it covers today.
fn holds(allow: &AllowUse) -> bool {
    let in_time = match &allow.until {
        None => true,
        Some(Ok(until)) => *until >= allow.today,
        Some(Err(_)) => false,
    };
    in_time && !allow.reason.is_empty()
}
