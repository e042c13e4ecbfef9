//! `ssot schema`: the JSON Schemas.

use clap::{Args, ValueEnum};

use super::{ColorArgs, output};
use crate::{policy, report};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Of {
    /// `ssot.toml`
    Policy,
    /// What `ssot check --format json` prints
    Verdict,
    /// What `ssot parity --format json` prints
    Parity,
}

#[derive(Args)]
pub struct SchemaArgs {
    /// Whose schema
    #[arg(value_enum, value_name = "policy|verdict|parity", hide_possible_values = true)]
    of: Of,
    #[command(flatten)]
    color: ColorArgs,
}

pub fn run(args: &SchemaArgs) -> anyhow::Result<u8> {
    let schema = match args.of {
        Of::Policy => policy::schema::schema(),
        Of::Parity => report::parity::schema(),
        Of::Verdict => report::json::schema(),
    };
    output::print(&(serde_json::to_string_pretty(&schema)? + "\n"), args.color.color)?;
    Ok(0)
}
