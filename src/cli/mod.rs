//! The command line: arguments in, an exit status out. One file per command.
//!
//! Exit statuses: 0 clean, 1 at least one finding of level error, 2 no verdict could be reached.

mod base;
mod baseline;
mod before;
mod check;
mod explain;
mod facts;
mod fix;
mod init;
mod install;
mod like;
mod output;
mod parity;
mod place;
mod policy;
mod reports;
mod rules;
mod schema;
mod scope;
mod unstaged;
mod whereabouts;
mod write;

use std::process::ExitCode;

use clap::{Args, ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::rules::HOOKS;

/// Keeps a codebase's concepts single: one concept, one home.
#[derive(Parser)]
#[command(name = "ssot", version, max_term_width = 100, color = ColorChoice::Auto)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Judge the repository: all hooks, or those named
    Check(check::UmbrellaArgs),
    /// Accept what stands today, so that only what is new stops anybody
    Baseline(baseline::BaselineArgs),
    /// Show the page of a rule
    Explain(explain::ExplainArgs),
    /// Write what findings ask for: imports, uses and strings that moved; with --unsafe, files that can go
    Fix(fix::FixArgs),
    /// Show what is known of a file: its definitions, imports and uses, as JSON
    Facts(facts::FactsArgs),
    /// Write an ssot.toml fitted to this repository
    Init(init::InitArgs),
    /// List hooks and rules
    Rules(rules::RulesArgs),
    /// Tell whether a duplicate may go: what it has that the canonical one lacks or has otherwise
    Parity(parity::ParityArgs),
    /// Show the policy that holds, and where each value comes from
    Policy(policy::PolicyArgs),
    /// Print the JSON Schema of the policy, of the JSON verdict, or of what `ssot parity` prints
    Schema(schema::SchemaArgs),
    /// Show where a name, and those like it, are defined, and the import to write
    Where(whereabouts::WhereArgs),
    /// Run `ssot check --staged` before every commit and merge, by git's hooks
    Install(install::InstallArgs),
    /// Take away what `ssot install` wrote
    Uninstall,
}

/// When to colour what is printed.
#[derive(Args, Clone, Copy, Debug)]
struct ColorArgs {
    /// When to colour [default: auto, which obeys NO_COLOR and CLICOLOR_FORCE]
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto, hide_default_value = true)]
    color: ColorChoice,
}

/// Runs `ssot` with the arguments of the process.
pub fn main() -> ExitCode {
    let run = || {
        let cli = Cli::parse();
        match cli.command {
            Command::Check(args) => check::run(&args.check, &args.hooks()),
            Command::Baseline(args) => baseline::run(&args),
            Command::Explain(args) => explain::run(&args),
            Command::Facts(args) => facts::run(&args),
            Command::Fix(args) => fix::run(&args),
            Command::Init(args) => init::run(&args),
            Command::Rules(args) => rules::run(&args),
            Command::Parity(args) => parity::run(&args),
            Command::Policy(args) => policy::run(&args),
            Command::Schema(args) => schema::run(&args),
            Command::Where(args) => whereabouts::run(&args),
            Command::Install(args) => install::install(&args),
            Command::Uninstall => install::uninstall(),
        }
    };
    finish(run())
}

/// Runs one hook under its own name, with the arguments of the process.
pub fn hook_main(id: &'static str) -> ExitCode {
    #[derive(Parser)]
    #[command(version, max_term_width = 100)]
    struct HookCli {
        #[command(flatten)]
        check: check::CheckArgs,
    }
    let summary = HOOKS.iter().find(|hook| hook.id == id).map_or("", |hook| hook.summary);
    let matches = HookCli::command().name(id).about(format!("One hook of ssot: {summary}")).get_matches();
    let cli = HookCli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    finish(check::run(&cli.check, &[id]))
}

/// A failure that no report could tell is told here, with its causes.
fn finish(result: anyhow::Result<u8>) -> ExitCode {
    match result {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            let causes: Vec<_> = error.chain().map(|cause| crate::path::printable(cause.to_string())).collect();
            output::complain(&format!("error: {}\n", causes.join(": ")));
            ExitCode::from(2)
        }
    }
}
