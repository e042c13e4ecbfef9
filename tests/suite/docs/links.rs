//! Every link within the project leads somewhere.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{files, parser, read, root};

/// The anchors of a text, as GitHub and GitLab make them from its headings.
fn anchors(text: &str) -> Vec<String> {
    let mut anchors = Vec::new();
    let mut open: Option<String> = None;
    for event in parser(text) {
        match (event, &mut open) {
            (Event::Start(Tag::Heading { .. }), _) => open = Some(String::new()),
            (Event::End(TagEnd::Heading(_)), _) => anchors.extend(open.take().map(|heading| anchor(&heading))),
            (Event::Text(words) | Event::Code(words), Some(heading)) => heading.push_str(&words),
            _ => {}
        }
    }
    anchors
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// What is wrong with a link that stands in the file `from`; none where it is right or leads elsewhere.
fn wrong(from: &str, link: &str) -> Option<String> {
    if link.contains("://") {
        return None;
    }
    let (path, heading) = link.split_once('#').map_or((link, None), |(path, heading)| (path, Some(heading)));
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let target = if path.is_empty() { root().join(from) } else { root().join(folder).join(path) };
    if !target.is_file() {
        return Some(format!("{from}: `{link}` leads to no file"));
    }
    let heading = heading?;
    let known = anchors(&read(&target.to_string_lossy()));
    (!known.iter().any(|anchor| anchor == heading)).then(|| format!("{from}: `{link}` leads to no heading"))
}

#[test]
fn every_link_leads_somewhere() {
    let mut seen = 0;
    let mut mistakes = Vec::new();
    for file in files() {
        for event in parser(&file.text) {
            if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event {
                mistakes.extend(wrong(&file.name, &dest_url));
                seen += 1;
            }
        }
    }
    assert!(seen > 0, "no links");
    assert_eq!(mistakes, [""; 0]);
}

#[test]
fn a_link_that_leads_nowhere_is_told() {
    assert_eq!(anchors("# `a-b` and: *C*, d\n"), ["a-b-and-c-d"]);
    assert_eq!(wrong("README.md", "https://example.com/none"), None);
    assert_eq!(wrong("README.md", "#quick-start"), None);
    assert_eq!(wrong("docs/git.md", "../README.md#quick-start"), None);
    assert_eq!(wrong("README.md", "docs/none.md").as_deref(), Some("README.md: `docs/none.md` leads to no file"));
    assert_eq!(wrong("README.md", "#none").as_deref(), Some("README.md: `#none` leads to no heading"));
}
