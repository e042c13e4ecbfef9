//! `ssot facts`: what is known of a file, which answers "why was my import not seen".

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::scope::{self, Scope, ScopeArgs};
use super::{ColorArgs, output};
use crate::facts::Detail;
use crate::gather::{Seen, gather};
use crate::lang;
use crate::report::{Outcome, text};
use crate::source::{Entry, Kind};

#[derive(Args)]
pub struct FactsArgs {
    /// The files, or folders of them
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    color: ColorArgs,
}

pub fn run(args: &FactsArgs) -> anyhow::Result<u8> {
    let refuse = |outcome: &Outcome, here| {
        output::complain_in(&text::troubles(outcome, here), args.color.color);
        Ok(2)
    };
    let scope = match Scope::open(&args.scope) {
        Ok(scope) => scope,
        Err(refusal) => return refuse(&Outcome::refused(refusal.file, refusal.troubles), &refusal.here),
    };
    let paths = match scope.resolve(&args.paths) {
        Ok(paths) => paths,
        Err(troubles) => return refuse(&Outcome::refused(scope.file, troubles), &scope.here),
    };
    let wanted: Vec<&Entry> = scope
        .tree
        .entries()
        .iter()
        .filter(|entry| entry.kind == Kind::File && paths.iter().any(|path| entry.path.is_under(path.as_bytes())))
        .collect();
    let seen = match gather(scope.source.as_ref(), &wanted, None, Detail::Words) {
        Ok(seen) => seen,
        Err(error) => {
            return refuse(&Outcome::refused(scope.file, vec![scope::from_source(&error)]), &scope.here);
        }
    };
    let mut out = String::new();
    for (entry, seen) in wanted.iter().zip(&seen) {
        let (facts, trouble) = match seen {
            Seen::Facts(facts) => (Some(facts), None),
            Seen::TooLarge(size) => (None, Some(format!("not read: {size} bytes"))),
            Seen::Absent => (None, Some("its content is not in this clone".to_owned())),
            Seen::Unreadable(why) => (None, Some(why.clone())),
            Seen::Panicked(why) => (None, Some(format!("a parser failed on it: {why}"))),
        };
        let language = lang::of(&entry.path).id();
        let document = json!({"path": entry.path.to_lossy(), "language": language, "facts": facts, "trouble": trouble});
        out.push_str(&if wanted.len() == 1 {
            serde_json::to_string_pretty(&document)?
        } else {
            serde_json::to_string(&document)?
        });
        out.push('\n');
    }
    output::print(&out, args.color.color)?;
    Ok(0)
}
