//! Writing to the terminal: colours where they are wanted, and a reader who leaves early is no error.

use std::io::{self, Write};

use anstream::AutoStream;
use anyhow::Context;
use clap::ColorChoice;

use crate::report::frame::Frames;
use crate::report::{Here, Outcome};

fn choice(color: ColorChoice) -> anstream::ColorChoice {
    match color {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
}

/// Writes to standard output, whole. `| head` may leave early; a full disk is an error.
pub fn print(text: &str, color: ColorChoice) -> anyhow::Result<()> {
    let mut stream = AutoStream::new(io::stdout().lock(), choice(color));
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("standard output"),
        _ => Ok(()),
    }
}

/// Writes to standard error; nothing can be done where that fails.
pub fn complain_in(text: &str, color: ColorChoice) {
    let mut stream = AutoStream::new(io::stderr().lock(), choice(color));
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

pub fn complain(text: &str) {
    complain_in(text, ColorChoice::Auto);
}

/// Says why a command cannot do what was asked; the exit status for it.
pub fn refuse(outcome: &Outcome, here: &Here, color: ColorChoice) -> u8 {
    let frames = Frames::new(outcome, here);
    let said: String = outcome.troubles.iter().map(|trouble| frames.trouble(trouble) + "\n").collect();
    complain_in(&said, color);
    2
}
