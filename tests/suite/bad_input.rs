//! Bad input: the right verdict, or exit status 2 with one clear line at the right place. No panic, no hang,
//! memory bounded, nothing written.

pub mod bounded;
#[cfg(unix)]
mod broken_git;
mod chains;
mod code_mistakes;
mod contents;
#[cfg(unix)]
mod hostile_config;
mod imports;
mod mistakes;
mod noise;
mod paths;
mod policies;
mod refusals;
#[cfg(unix)]
mod streams;
