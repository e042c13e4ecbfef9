//! `ssot where`: what there is of a name already, or of some code, which is to be asked before one more is written.

use std::ffi::OsString;

use clap::{Args, ValueEnum};
use rustc_hash::FxHashSet;
use serde_json::json;

use super::scope::{self, Scope, ScopeArgs};
use super::{ColorArgs, like, output};
use crate::engine::{self, EngineError, Request, Selection};
use crate::path::printable;
use crate::policy::Policy;
use crate::policy::concept::Concept;
use crate::policy::day::Day;
use crate::repo::whereabouts::{Standing, Whereabouts};
use crate::repo::{ModuleId, Repo};
use crate::report::{Outcome, Trouble, TroubleKind, without_commands};

/// More rows are counted, not printed.
const MOST_ROWS: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

#[derive(Args)]
pub struct WhereArgs {
    /// The name of a class, function, constant or module; the exit status is 1 where there is none like it
    #[arg(value_name = "NAME", required_unless_present = "like")]
    name: Option<String>,
    /// Code in place of a name: what is most like each function and class of this file, or of its lines; a line alone is
    /// the function around it, and lines that hold no whole function are compared as they are
    #[arg(long, value_name = "FILE[:LINE-LINE]", conflicts_with = "name")]
    like: Option<OsString>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    pub color: ColorArgs,
}

/// What is said of a name.
struct Answer<'a> {
    name: &'a str,
    concept: Option<&'a Concept>,
    /// The statement to write.
    import: Option<String>,
    owner: Option<&'a str>,
    /// How many definitions of the name that is imported are not alike, where the policy names no home for it.
    different: usize,
    found: &'a [Whereabouts],
}

pub fn run(args: &WhereArgs) -> anyhow::Result<u8> {
    let refuse = |outcome: &Outcome, here| Ok(output::refuse(outcome, here, args.color.color));
    let scope = match Scope::open(&args.scope) {
        Ok(scope) => scope,
        Err(refusal) => return refuse(&Outcome::refused(refusal.file, refusal.troubles), &refusal.here),
    };
    if let Some(code) = &args.like {
        return like::run(args, code, &scope);
    }
    // `app.realtime.Manager` and `app.realtime:Manager` name what is behind the last sign.
    let written = args.name.as_deref().unwrap_or_default();
    let name = written.rsplit(['.', ':']).next().unwrap_or_default();
    if !name.chars().any(char::is_alphanumeric) || !name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
    {
        return refuse(&Outcome::refused(scope.file, vec![no_name(written)]), &scope.here);
    }
    let policy = match scope.policy() {
        Ok(policy) => policy,
        Err(mistakes) => return refuse(&Outcome::refused(scope.file, mistakes), &scope.here),
    };
    let repo = match engine::view(scope.source.as_ref(), &scope.tree, &policy, &request(&scope)) {
        Ok(repo) => repo,
        Err(EngineError::Source(error)) => {
            return refuse(&Outcome::refused(scope.file, vec![scope::from_source(&error)]), &scope.here);
        }
        Err(EngineError::Policy(errors)) => {
            let troubles = scope::from_policy(&scope.file, errors);
            return refuse(&Outcome::refused(scope.file, troubles), &scope.here);
        }
    };
    let found = repo.whereabouts(name, &repo.names(&policy.similar_name), &policy.concepts);
    let answer = answer(name, &found, &policy, &repo);
    let text = match args.format {
        Format::Text => without_commands(&render(&answer, &repo, &scope)),
        Format::Json => serde_json::to_string_pretty(&document(&answer, &repo))? + "\n",
    };
    output::print(&text, args.color.color)?;
    Ok(u8::from(found.is_empty()))
}

fn request(scope: &Scope) -> Request {
    Request {
        selection: Selection::default(),
        today: Day::today(),
        cache: scope.cache.clone(),
        baseline: None,
        base: None,
    }
}

fn no_name(written: &str) -> Trouble {
    let message = format!("`{}` is no name", printable(written.as_bytes()));
    let help = "write it as in code: `WebSocketManager`, `load_config`".to_owned();
    Trouble { kind: TroubleKind::Io, place: None, message, help }
}

/// What the policy says, else what is first.
fn answer<'a>(name: &'a str, found: &'a [Whereabouts], policy: &'a Policy, repo: &Repo) -> Answer<'a> {
    // Another name in test code is nothing to build on.
    let is_within_reach = |first: &Whereabouts| first.place.name == name || !repo.module(first.place.module).is_test;
    let is_to_import = |first: &&Whereabouts| first.is_made(name) && is_within_reach(first);
    let first = found.first().filter(is_to_import);
    let own = first.map_or(name, |first| first.place.name.as_str());
    let module = first.map(|first| first.place.module);
    let mut concepts = policy.concepts.iter().filter(|concept| concept.owns(own));
    // Of a home that does not hold it nothing can be imported yet.
    let concept = concepts.find(|concept| module.is_none_or(|id| repo.is_home(concept, repo.module(id))));
    let service = module.and_then(|id| repo.module(id).service.as_deref());
    let entrance = concept.map(|concept| concept.entrance(service)).filter(|entrance| !entrance.contains('/'));
    // A package may be the home of what only a module below it gives.
    let from = match (entrance, module) {
        (Some(entrance), Some(_)) if repo.may_give(entrance, own) => Some(entrance.to_owned()),
        (_, Some(id)) => importable(id, repo),
        (entrance, None) => entrance.map(str::to_owned),
    };
    let is_called_so = |found: &&Whereabouts| found.place.name == own && !repo.module(found.place.module).is_test;
    let bodies: FxHashSet<u64> = found.iter().filter(is_called_so).filter_map(|found| found.body).collect();
    let different = if concept.is_none() { bodies.len() } else { 0 };
    let owner = concept.and_then(|concept| concept.shared.owner.as_deref()).or(policy.defaults.owner.as_deref());
    Answer { name, concept, import: from.map(|from| format!("from {from} import {own}")), owner, different, found }
}

/// The name to import it by; none where no import can.
fn importable(id: ModuleId, repo: &Repo) -> Option<String> {
    (!repo.module(id).names.is_empty()).then(|| repo.imported_as(id))
}

fn render(answer: &Answer, repo: &Repo, scope: &Scope) -> String {
    let mut head = Vec::new();
    head.extend(answer.import.as_ref().map(|import| format!("`{}`", printable(import.as_bytes()))));
    head.extend((answer.different > 1).then(|| format!("one of {} different things called so", answer.different)));
    head.extend(answer.concept.map(|concept| format!("concept {}", printable(concept.id.as_bytes()))));
    head.extend(answer.owner.map(|owner| format!("owner {}", printable(owner.as_bytes()))));
    let none = answer.found.is_empty().then(|| format!("there is no `{}` and nothing like it\n", answer.name));
    let head = if head.is_empty() { String::new() } else { head.join(", ") + "\n" };
    let place = |found: &Whereabouts| {
        let path = scope.here.show(&repo.module(found.place.module).path);
        format!("{path}:{}", found.span.start.line)
    };
    let cells: Vec<[String; 3]> = answer
        .found
        .iter()
        .take(MOST_ROWS)
        .map(|found| [place(found), standing(found.standing).to_owned(), printable(found.place.name.as_bytes())])
        .collect();
    let width = |column: usize| cells.iter().map(|cells| cells[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    let rows = cells.iter().zip(answer.found).map(|([place, standing, name], found)| {
        let of = found.of.as_ref().filter(|of| of.name != found.place.name);
        let of = of.map(|of| format!(", is `{}`", printable(of.name.as_bytes()))).unwrap_or_default();
        let [a, b, c] = widths;
        format!("{place:a$}  {standing:b$}  {name:c$}  imported by {}{of}\n", found.importers)
    });
    let more = answer.found.len().saturating_sub(MOST_ROWS);
    let more = (more > 0).then(|| format!("and {more} more, which `--format json` has\n"));
    none.into_iter().chain([head]).chain(rows).chain(more).collect()
}

fn document(answer: &Answer, repo: &Repo) -> serde_json::Value {
    let found = answer.found.iter().map(|found| {
        let module = repo.module(found.place.module);
        let of = found.of.as_ref().map(|of| format!("{}:{}", repo.imported_as(of.module), of.name));
        json!({
            "path": module.path.to_lossy(),
            "line": found.span.start.line,
            "column": found.span.start.column,
            "kind": standing(found.standing),
            "name": found.place.name,
            "module": importable(found.place.module, repo),
            "is_test": module.is_test,
            "imported_by": found.importers,
            "of": of,
        })
    });
    json!({
        "name": answer.name,
        "import": answer.import,
        "concept": answer.concept.map(|concept| &concept.id),
        "owner": answer.owner,
        "different": answer.different,
        "found": found.collect::<Vec<_>>(),
    })
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Definition(kind) => kind.word(),
        Standing::Alias => "alias",
        Standing::ReExport => "re-export",
        Standing::Shim => "shim",
        Standing::Module => "module",
    }
}
