//! Annotations of GitHub: workflow commands, `::error file=…,line=…::message`, read from the log of a step.

use super::{Here, Outcome, concise, without_commands};
use crate::finding::{Finding, Level, Span};
use crate::path::{RepoPath, printable, reorders};

/// GitHub shows so many annotations of each level for a step, and drops the rest in silence.
pub const MOST_ANNOTATIONS: usize = 10;

/// Commands for the first of each level, what stands in the way of a verdict before all; the rest in plain lines.
pub fn render(outcome: &Outcome, here: &Here) -> String {
    let mut out = String::new();
    for trouble in outcome.troubles.iter().take(MOST_ANNOTATIONS) {
        let place = trouble.place.as_ref().map(|(path, span)| (path, *span));
        out.push_str(&command(Level::Error, place, trouble.kind.name(), &trouble.message, &trouble.help));
    }
    let mut room = [MOST_ANNOTATIONS.saturating_sub(outcome.troubles.len()), MOST_ANNOTATIONS];
    let mut rest = String::new();
    for finding in &outcome.verdict.findings {
        let left = &mut room[usize::from(finding.level == Level::Warning)];
        if *left == 0 {
            rest.push_str(&concise::line(finding, here));
        } else {
            *left -= 1;
            out.push_str(&annotation(finding));
        }
    }
    // A command is read as one, whatever it holds; what is no command must not become one.
    out + &without_commands(&rest)
}

fn annotation(finding: &Finding) -> String {
    let title = format!("{}/{}", finding.hook, finding.rule);
    command(finding.level, Some((&finding.path, finding.span)), &title, &finding.message, &finding.help)
}

fn command(level: Level, place: Option<(&RepoPath, Span)>, title: &str, message: &str, help: &str) -> String {
    let name = match level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    let place = place.map_or(String::new(), |(path, span)| format!("{},", at(path, span)));
    let help = if help.is_empty() { String::new() } else { format!("\nhelp: {}", printable(help)) };
    let message = data(&(printable(message) + &help));
    format!("::{name} {place}title={}::{message}\n", property(title))
}

/// Where it is. GitHub takes columns only of what stands on one line.
fn at(path: &RepoPath, Span { start, end }: Span) -> String {
    let file = property(&tame(&path.to_lossy()));
    let columns =
        if start.line == end.line { format!(",col={},endColumn={}", start.column, end.column) } else { String::new() };
    format!("file={file},line={},endLine={}{columns}", start.line, end.line)
}

/// Line ends have an escape of their own in a command; other characters that act on a terminal have none.
fn tame(text: &str) -> String {
    let acts = |ch: char| (ch.is_control() && !['\r', '\n'].contains(&ch)) || reorders(ch);
    text.chars().map(|ch| if acts(ch) { ch.escape_default().to_string() } else { ch.to_string() }).collect()
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
