//! One finding, or one mistake, as a frame: what, where, why, whose, and how to end it.

use annotate_snippets::{AnnotationKind, Group, Level as Label, Origin, Renderer, Snippet};

use super::{Here, Outcome, Trouble};
use crate::finding::{Finding, Level, Site, Span};
use crate::lang::text::lines;
use crate::path::{RepoPath, printable};

/// A longer line is cut around the place that matters.
const LONGEST_LINE: usize = 400;

/// The width where there is no terminal.
pub const WIDTH: usize = 120;

/// Draws frames.
pub struct Frames<'o> {
    outcome: &'o Outcome,
    here: &'o Here,
    renderer: Renderer,
}

impl<'o> Frames<'o> {
    pub fn new(outcome: &'o Outcome, here: &'o Here) -> Self {
        let width = terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0).max(40));
        Self::of_width(outcome, here, width)
    }

    pub fn of_width(outcome: &'o Outcome, here: &'o Here, width: usize) -> Self {
        Self { outcome, here, renderer: Renderer::styled().term_width(width) }
    }

    pub fn finding(&self, finding: &Finding) -> String {
        let label = match finding.level {
            Level::Error => Label::ERROR,
            Level::Warning => Label::WARNING,
        };
        let title =
            label.primary_title(printable(finding.message.as_bytes())).id(format!("{}/{}", finding.hook, finding.rule));
        let mut group = self.place(Group::with_title(title), &finding.path, finding.span, AnnotationKind::Primary, "");
        let same = finding.policy.as_ref().is_some_and(|site| site.path == finding.path && site.span == finding.span);
        if let Some(site) = finding.policy.as_ref().filter(|_| !same) {
            group = self.policy_line(group, site);
        }
        for place in &finding.related {
            let at = self.here.show(&place.path);
            let line = if place.span == Span::FILE { String::new() } else { format!(":{}", place.span.start.line) };
            let message = format!("{at}{line}: {}", printable(place.message.as_bytes()));
            group = group.element(Label::NOTE.message(message));
        }
        let told = [("owner", &finding.owner), ("docs", &finding.url)];
        for (name, text) in told.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?))) {
            group = group.element(Label::NOTE.with_name(name).message(printable(text.as_bytes())));
        }
        self.draw(group, &finding.help)
    }

    pub fn trouble(&self, trouble: &Trouble) -> String {
        let title = Label::ERROR.primary_title(printable(trouble.message.as_bytes())).id(trouble.kind.name());
        let mut group = Group::with_title(title);
        if let Some((path, span)) = &trouble.place {
            group = self.place(group, path, *span, AnnotationKind::Primary, "");
        }
        self.draw(group, &trouble.help)
    }

    fn draw(&self, group: Group<'_>, help: &str) -> String {
        let group =
            if help.is_empty() { group } else { group.element(Label::HELP.message(printable(help.as_bytes()))) };
        self.renderer.render(&[group]) + "\n"
    }

    fn policy_line<'g>(&self, group: Group<'g>, site: &Site) -> Group<'g> {
        self.place(group, &site.path, site.span, AnnotationKind::Context, "the policy says so here")
    }

    /// The line at a place, or the bare path where it is about the whole file or the text is not at hand.
    fn place<'g>(
        &self,
        group: Group<'g>,
        path: &RepoPath,
        span: Span,
        kind: AnnotationKind,
        label: &'static str,
    ) -> Group<'g> {
        let policy = &self.outcome.policy;
        let text = if *path == policy.path { Some(&policy.text) } else { self.outcome.texts.get(path) };
        let excerpt = text.filter(|_| span != Span::FILE).and_then(|text| Excerpt::of(text, span));
        let shown = self.here.show(path);
        match excerpt {
            None if span == Span::FILE => group.element(Origin::path(shown)),
            None => group
                .element(Origin::path(shown).line(span.start.line as usize).char_column(span.start.column as usize)),
            Some(Excerpt { line, range }) => {
                let annotation = kind.span(range);
                let annotation = if label.is_empty() { annotation } else { annotation.label(label) };
                let snippet = Snippet::source(line).line_start(span.start.line as usize).path(shown);
                group.element(snippet.annotation(annotation))
            }
        }
    }
}

/// The first line of a span, cut where it is very long, and the bytes of it that are meant.
struct Excerpt {
    line: String,
    range: std::ops::Range<usize>,
}

impl Excerpt {
    fn of(text: &str, span: Span) -> Option<Self> {
        // Columns are counted behind the mark of the encoding.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let line = String::from_utf8_lossy(lines(text.as_bytes()).nth(span.start.line as usize - 1)?);
        let first = span.start.column.saturating_sub(1) as usize;
        let length = line.chars().count();
        let last = if span.end.line > span.start.line { length } else { span.end.column.saturating_sub(1) as usize };
        let (first, last) = (first.min(length), last.clamp(first.min(length), length));
        let cut = if length > LONGEST_LINE { first.saturating_sub(LONGEST_LINE / 4) } else { 0 };
        let line: String = line.chars().skip(cut).take(LONGEST_LINE).collect();
        let byte = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
        let range = byte(first - cut)..byte(last - cut);
        Some(Self { range, line })
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpt;
    use crate::finding::{Position, Span};

    #[test]
    fn excerpts() {
        let at = |line, column, end| Span { start: Position { line, column }, end: Position { line, column: end } };
        let cut = |text: &str, span| Excerpt::of(text, span).map(|excerpt| excerpt.line[excerpt.range].to_owned());
        assert_eq!(cut("a\nbïg = 1\n", at(2, 1, 4)).as_deref(), Some("bïg"));
        assert_eq!(cut("a\r\nb\r\n", at(1, 1, 9)).as_deref(), Some("a"));
        assert_eq!(cut("a\rb\r\nc", at(2, 1, 9)).as_deref(), Some("b"));
        assert_eq!(cut("\u{feff}a = 1", at(1, 1, 2)).as_deref(), Some("a"));
        assert_eq!(cut("a", at(3, 1, 2)), None);
        assert_eq!(
            cut(&format!("{}mark{}", "x".repeat(5000), "y".repeat(5000)), at(1, 5001, 5005)).as_deref(),
            Some("mark")
        );
    }
}
