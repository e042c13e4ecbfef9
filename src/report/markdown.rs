//! The summary of a step, or a comment: a headline, counts and a table of findings.
//!
//! Nothing that a path or a message holds is markup: see [`cell`] and [`code`].

use super::{Outcome, text};
use crate::finding::{Finding, Level};
use crate::path::printable;

/// GitHub takes a summary of 1 MiB for a step; a part is left to what else the step writes.
pub const MOST_BYTES: usize = 1_000_000;

/// The document. Errors come before warnings; what there is no room for is counted.
pub fn render(outcome: &Outcome) -> String {
    let mut out = headline(outcome);
    for trouble in outcome.troubles.iter() {
        let at = trouble.place.as_ref().map_or(String::new(), |(path, span)| {
            format!("{} ", code(&format!("{}:{}:{}", printable(path.as_bytes()), span.start.line, span.start.column)))
        });
        let help = if trouble.help.is_empty() { String::new() } else { format!("<br>help: {}", cell(&trouble.help)) };
        push(&mut out, &format!("- {at}{}: {}{help}\n", trouble.kind.name(), cell(&trouble.message)));
    }
    table(&mut out, outcome);
    for note in &outcome.verdict.notes {
        push(&mut out, &format!("\nnote: {}\n", cell(note)));
    }
    out
}

fn headline(outcome: &Outcome) -> String {
    if outcome.troubles.is_empty() {
        format!("### ssot\n\n{}\n", text::totals(outcome))
    } else {
        "### ssot: no verdict\n\n".to_owned()
    }
}

/// Adds a line if there is room for it.
fn push(out: &mut String, line: &str) -> bool {
    let fits = out.len() + line.len() <= MOST_BYTES;
    if fits {
        out.push_str(line);
    }
    fits
}

fn table(out: &mut String, outcome: &Outcome) {
    let findings = &outcome.verdict.findings;
    if findings.is_empty() {
        return;
    }
    push(out, "| rule | errors | warnings |\n|---|---|---|\n");
    let of = |name: &str, level| findings.iter().filter(|found| found.rule == name && found.level == level).count();
    for rule in outcome.verdict.by_rule().keys() {
        push(out, &format!("| {rule} | {} | {} |\n", of(rule, Level::Error), of(rule, Level::Warning)));
    }
    push(out, "\n| level | place | rule | finding |\n|---|---|---|---|\n");
    let of = |level| findings.iter().filter(move |finding| finding.level == level);
    let shown = of(Level::Error).chain(of(Level::Warning)).take_while(|finding| push(out, &row(finding))).count();
    if shown < findings.len() {
        // Short enough for the room that the limit leaves below what GitHub takes.
        out.push_str(&format!("\nThe first {shown} of {} findings are shown.\n", findings.len()));
    }
}

fn row(finding: &Finding) -> String {
    let level = if finding.level == Level::Error { "error" } else { "warning" };
    let start = finding.span.start;
    let place = code(&format!("{}:{}:{}", printable(finding.path.as_bytes()), start.line, start.column));
    let (message, help) = (cell(&finding.message), cell(&finding.help));
    format!("| {level} | {place} | {}/{} | {message}<br>help: {help} |\n", finding.hook, finding.rule)
}

/// Text in a table. What could be markup is written as a number of its character; nobody is called by an `@`,
/// which a space of no width parts from the name behind it.
fn cell(text: &str) -> String {
    entities(&printable(text)).replace("&#64;", "&#64;\u{200b}").replace("www.", "www&#46;")
}

/// Text as code, in which neither names nor addresses become links.
fn code(text: &str) -> String {
    format!("<code>{}</code>", entities(text))
}

fn entities(text: &str) -> String {
    let plain = |ch: char| !ch.is_ascii_punctuation() || "'()+,-./;=?".contains(ch);
    text.chars().map(|ch| if plain(ch) { ch.to_string() } else { format!("&#{};", u32::from(ch)) }).collect()
}
