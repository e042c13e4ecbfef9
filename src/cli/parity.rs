//! `ssot parity`: whether a duplicate may go.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use clap::{Args, ValueEnum};
use rustc_hash::FxHashSet;

use super::scope::{Scope, ScopeArgs, from_source};
use super::{ColorArgs, output};
use crate::engine;
use crate::finding::Span;
use crate::gather::Seen;
use crate::lang;
use crate::lang::outline::Item;
use crate::path::{RepoPath, printable};
use crate::policy::{Policy, PolicyFile};
use crate::repo::parity::{Around, Choice, Side, Target, find, importers};
use crate::repo::{Given, ModuleId, Repo};
use crate::report::parity::{Importer, Named, Parity, json, refused};
use crate::report::{Here, Outcome, Trouble, TroubleKind};
use crate::source::{Content, Snapshot};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Args)]
pub struct ParityArgs {
    /// What may go: a path, a module, or module:Name for one class or function
    #[arg(value_name = "DUPLICATE")]
    duplicate: String,
    /// What should hold all that it has [default: what the policy says, else what has most in common]
    #[arg(value_name = "CANONICAL")]
    canonical: Option<String>,
    /// Take functions of one signature for equal, whatever they do: once you have read them
    #[arg(long)]
    signatures_only: bool,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    color: ColorArgs,
}

pub fn run(args: &ParityArgs) -> anyhow::Result<u8> {
    let refuse = |file: PolicyFile, troubles: Vec<Trouble>, here: &Here| {
        if args.format == Format::Json {
            output::print(&refused(&troubles)?, args.color.color)?;
            return Ok(2);
        }
        Ok(output::refuse(&Outcome::refused(file, troubles), here, args.color.color))
    };
    let scope = match Scope::open(&args.scope) {
        Ok(scope) => scope,
        Err(refusal) => return refuse(refusal.file, refusal.troubles, &refusal.here),
    };
    let parity = scope.policy().and_then(|policy| compare(args, &scope, &policy));
    match parity {
        Ok(parity) => {
            let text = match args.format {
                Format::Text => parity.text(&scope.here),
                Format::Json => json(&parity)?,
            };
            output::print(&text, args.color.color)?;
            Ok(parity.exit_status())
        }
        Err(troubles) => refuse(scope.file, troubles, &scope.here),
    }
}

fn compare(args: &ParityArgs, scope: &Scope, policy: &Policy) -> Result<Parity, Vec<Trouble>> {
    let asked = Asked::read(scope, policy).map_err(|error| vec![error])?;
    let duplicate = asked.target(&args.duplicate)?;
    let choice = match &args.canonical {
        Some(written) => {
            let mut target = asked.target(written)?;
            // A class against a module is a class against the one of its name there.
            target.name = target.name.or_else(|| duplicate.name.clone());
            Choice { target, how: String::new() }
        }
        None if asked.is_home(policy, &duplicate) => {
            let message =
                format!("`{}` is the home of a concept: it is the canonical one itself", printable(&args.duplicate));
            return Err(vec![trouble(None, message, "name the copy first, and this behind it")]);
        }
        None => find(&asked.repo, policy, &duplicate).ok_or_else(|| {
            let message = format!("nothing has a definition in common with `{}`", printable(&args.duplicate));
            vec![trouble(None, message, "name the canonical one behind it")]
        })?,
    };
    let canonical = choice.target;
    if canonical == duplicate {
        let message = format!("`{}` is the canonical one itself", printable(&args.duplicate));
        return Err(vec![trouble(None, message, "name two different ones")]);
    }
    let mut troubles = Vec::new();
    for target in [&duplicate, &canonical] {
        troubles.extend(asked.outline(target).err());
    }
    let (Ok(own), Ok(other)) = (asked.outline(&duplicate), asked.outline(&canonical)) else { return Err(troubles) };
    let importers = importers(&asked.repo, &duplicate);
    let taken: BTreeSet<String> = importers.iter().flat_map(|importer| importer.takes.iter().cloned()).collect();
    let around = Around { taken: &taken, signatures_only: args.signatures_only };
    let side = |target, items| Side { target, items };
    let rows = asked.repo.parity(&side(&duplicate, &own), &side(&canonical, &other), &around);
    let importers = importers.into_iter().map(|importer| Importer {
        path: asked.repo.module(importer.module).path.clone(),
        line: importer.span.start.line,
        column: importer.span.start.column,
        takes: importer.takes,
        call: importer.call,
    });
    let code = asked.repo.module(duplicate.module).code();
    Ok(Parity {
        importers: importers.collect(),
        is_kept: asked.is_kept(&duplicate).map_err(|error| vec![error])?,
        makes_names: duplicate.name.is_none() && code.is_some_and(|code| code.open),
        found: args.canonical.is_none().then_some(choice.how),
        duplicate: asked.named(duplicate),
        canonical: asked.named(canonical),
        rows,
    })
}

/// The repository that is asked, and what of it could not be read.
struct Asked<'s> {
    scope: &'s Scope,
    repo: Repo,
    /// Files that cannot be judged, with where and why.
    broken: Vec<(RepoPath, Span, String)>,
}

impl<'s> Asked<'s> {
    fn read(scope: &'s Scope, policy: &Policy) -> Result<Self, Trouble> {
        let source = scope.source.as_ref();
        let modules =
            engine::modules(source, &scope.tree, policy, scope.cache.as_ref()).map_err(|error| from_source(&error))?;
        let version = engine::python_version(policy);
        let mut broken = Vec::new();
        let mut files = Vec::new();
        for (path, seen) in modules {
            let (span, why) = match seen {
                Seen::Facts(facts) => {
                    let wrong = facts.broken.into_iter().find(|broken| broken.in_version(version));
                    files.push((path.clone(), Given::Read(facts.code)));
                    match wrong {
                        Some(wrong) => (wrong.span, wrong.message),
                        None => continue,
                    }
                }
                Seen::TooLarge(size) => (Span::FILE, format!("{size} bytes are too many")),
                Seen::Absent => (Span::FILE, "its content is not in this clone".to_owned()),
                Seen::Unreadable(why) => (Span::FILE, why),
                Seen::Panicked(why) => (Span::FILE, format!("a parser failed on it: {why}")),
            };
            broken.push((path, span, why));
        }
        let repo = Repo::build(source, &scope.tree, policy, files, None).map_err(|error| from_source(&error))?;
        Ok(Self { scope, repo, broken })
    }

    fn named(&self, target: Target) -> Named {
        let module = self.repo.module(target.module);
        Named { path: module.path.clone(), module: module.name(), name: target.name }
    }

    /// A path, a dotted module, or either with `:Name`.
    fn target(&self, written: &str) -> Result<Target, Vec<Trouble>> {
        let (place, name) = match written.rsplit_once(':') {
            Some((place, name)) => (place, Some(name.to_owned())),
            None => (written, None),
        };
        let refuse = |message: String, help: &str| Err(vec![trouble(None, message, help)]);
        let shown = printable(place);
        let named = self.repo.named(place);
        if let ([first, ..], false) = (named, place.contains('/')) {
            let folders: BTreeSet<&[u8]> = named.iter().map(|id| self.repo.module(*id).path.folder()).collect();
            let is_one = named.len() == 1 || folders.len() == 1 || self.repo.module(*first).is_package;
            let paths = || named.iter().map(|id| format!("`{}`", self.show(*id))).collect::<Vec<_>>().join(", ");
            return match is_one {
                true => Ok(Target { module: *first, name }),
                false => refuse(format!("`{shown}` is the name of {}", paths()), "name one of them by its path"),
            };
        }
        let is_module = !place.contains('/')
            && !place.ends_with(".py")
            && place.split('.').all(crate::policy::dotted::is_identifier);
        let path = match self.scope.resolve(&[Path::new(place).to_owned()]) {
            Ok(paths) => paths.into_iter().next().unwrap_or_else(|| place.into()),
            Err(_) if is_module => {
                return refuse(format!("there is no module `{shown}`, and no file"), "check the spelling");
            }
            Err(troubles) => return Err(troubles),
        };
        if let Some(module) = self.repo.at(&path) {
            return Ok(Target { module, name });
        }
        if self.scope.tree.is_folder(path.as_bytes()) {
            let inner = RepoPath::new([path.as_bytes(), b"/__init__.py"].concat());
            return match self.repo.at(&inner) {
                Some(module) => Ok(Target { module, name }),
                None => refuse(format!("`{shown}` is a folder"), "name one of its modules"),
            };
        }
        match lang::of(&path).has_code() {
            true => refuse(format!("`{shown}` is not in the snapshot"), "add it, or judge the work tree"),
            false => refuse(format!("`{shown}` is no Python file"), "only Python can be compared"),
        }
    }

    /// Whether the policy names this very module as a home.
    fn is_home(&self, policy: &Policy, target: &Target) -> bool {
        let module = self.repo.module(target.module);
        let mut homes = policy.concepts.iter().flat_map(|concept| &concept.homes);
        !module.is_package && homes.any(|home| module.names.contains(&home.text))
    }

    /// Whether a commit holds its file as it is.
    fn is_kept(&self, target: &Target) -> Result<bool, Trouble> {
        let source = self.scope.source.as_ref();
        let staged = match source.snapshot() {
            Snapshot::Commit(_) => FxHashSet::default(),
            Snapshot::Index | Snapshot::Worktree => source.changed().map_err(|error| from_source(&error))?,
        };
        let entry = self.scope.tree.get(self.repo.module(target.module).path.as_bytes());
        Ok(entry.is_some_and(|entry| entry.is_kept(&staged)))
    }

    fn show(&self, id: ModuleId) -> String {
        self.scope.here.show(&self.repo.module(id).path)
    }

    /// What a target's file offers; what is wrong with it where that cannot be told.
    fn outline(&self, target: &Target) -> Result<Vec<Item>, Trouble> {
        let path = &self.repo.module(target.module).path;
        if let Some((_, span, why)) = self.broken.iter().find(|(broken, ..)| broken == path) {
            let message = format!("it cannot be compared: {why}");
            return Err(trouble(Some((path.clone(), *span)), message, "mend it first"));
        }
        let entry = self.scope.tree.get(path.as_bytes());
        let outline = Mutex::new(None);
        self.scope
            .source
            .read(&entry.into_iter().collect::<Vec<_>>(), &|_, content| {
                if let Content::Bytes(bytes) = content {
                    *outline.lock().unwrap_or_else(PoisonError::into_inner) = lang::of(path).outline(bytes);
                }
            })
            .map_err(|error| from_source(&error))?;
        let items = outline.into_inner().unwrap_or_else(PoisonError::into_inner);
        let place = Some((path.clone(), Span::FILE));
        let items = items.ok_or_else(|| trouble(place.clone(), "it cannot be read as Python".to_owned(), ""))?;
        if let Some(name) = target.name.as_ref().filter(|name| !self.has(target, &items, name)) {
            return Err(trouble(place, format!("it has no `{}`", printable(name)), "name what it defines at its top"));
        }
        Ok(items)
    }

    /// Whether a file defines or imports a name.
    fn has(&self, target: &Target, items: &[Item], name: &str) -> bool {
        let code = self.repo.module(target.module).code();
        items.iter().any(|item| item.name == name) || code.is_some_and(|code| code.bound.contains(name))
    }
}

fn trouble(place: Option<(RepoPath, Span)>, message: String, help: &str) -> Trouble {
    Trouble { kind: TroubleKind::Io, place, message, help: help.to_owned() }
}
