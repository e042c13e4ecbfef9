//! `ssot policy`: what holds, and where each value comes from.

use clap::Args;

use super::scope::{Scope, ScopeArgs};
use super::{ColorArgs, output, rules};
use crate::path::printable;
use crate::policy::show::shown;
use crate::policy::{Origin, Policy, write};
use crate::report::Outcome;
use crate::rules::RULES;

#[derive(Args)]
pub struct PolicyArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    color: ColorArgs,
}

pub fn run(args: &PolicyArgs) -> anyhow::Result<u8> {
    let scope = match Scope::open(&args.scope) {
        Ok(scope) => scope,
        Err(refusal) => {
            let outcome = Outcome::refused(refusal.file, refusal.troubles);
            return Ok(output::refuse(&outcome, &refusal.here, args.color.color));
        }
    };
    let policy = match scope.policy() {
        Ok(policy) => policy,
        Err(mistakes) => {
            return Ok(output::refuse(&Outcome::refused(scope.file, mistakes), &scope.here, args.color.color));
        }
    };
    output::print(&render(&scope, &policy), args.color.color)?;
    Ok(0)
}

fn render(scope: &Scope, policy: &Policy) -> String {
    let path = scope.here.show(&scope.file.path);
    let from = match scope.file.origin {
        Origin::Defaults => "no ssot.toml and no [tool.ssot]: the built-in defaults".to_owned(),
        _ => format!("read from {path}"),
    };
    let origin = |line: Option<u32>| line.map_or("default".to_owned(), |line| format!("{path}:{line}"));
    let mut rows = Vec::new();
    let values = shown(&scope.file);
    for rule in RULES {
        let (level, site) = policy.level(rule.name, rule.level);
        let (value, line) = (format!("\"{}\"", rules::level(level)), site.map(|site| site.span.start.line));
        rows.push(("levels".to_owned(), rule.name.to_owned(), value, origin(line)));
    }
    for value in values.iter().filter(|value| value.table != "levels") {
        rows.push((value.table.clone(), value.key.clone(), value.value.clone(), origin(value.line)));
        let found = &policy.project.found_tests;
        if (value.table.as_str(), value.key.as_str()) == ("project", "tests") && !found.is_empty() {
            let found: Vec<String> = found.iter().map(|glob| write::text(glob)).collect();
            rows.push((value.table.clone(), value.key.clone(), format!("[{}]", found.join(", ")), "found".to_owned()));
        }
    }
    rows.sort_by_key(|(table, ..)| !table.is_empty());
    let mut out = format!("# {from}\n");
    let mut open = "";
    for (table, key, value, origin) in &rows {
        if table != open {
            out.push_str(&format!("\n[{table}]\n"));
            open = table;
        }
        let written = printable(format!("{key} = {value}"));
        out.push_str(&format!("{written:<58}  # {origin}\n"));
    }
    out
}
