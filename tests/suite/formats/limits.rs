//! What GitHub takes: 10 annotations of a level, 5,000 results in 10 MB, a summary of 1 MiB.

use std::io::Write;
use std::process::{Command, Stdio};

use ssot::finding::{Finding, Level, Related, Span};
use ssot::report::{Here, Outcome, Trouble, TroubleKind, github, markdown, sarif};

use super::reading::{Command as Annotation, findings};
use super::sarif::valid;
use super::{finding, made_up};

/// So many of each level, warnings first by path.
fn many(errors: usize, warnings: usize) -> Outcome {
    let warnings = (0..warnings).map(|number| finding(&format!("a/{number:06}.bak"), Level::Warning));
    let errors = (0..errors).map(|number| finding(&format!("b/{number:06}.bak"), Level::Error));
    made_up(warnings.chain(errors).collect(), Vec::new())
}

fn gzipped(text: &str) -> usize {
    let mut gzip =
        Command::new("gzip").arg("-c").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("gzip starts");
    let mut input = gzip.stdin.take().expect("a pipe");
    let text = text.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let out = gzip.wait_with_output().expect("gzip ends").stdout;
    writer.join().expect("it ends").expect("gzip reads");
    out.len()
}

fn annotations(text: &str) -> (usize, usize) {
    let commands: Vec<_> = text.lines().filter_map(Annotation::read).collect();
    let of = |name: &str| commands.iter().filter(|command| command.name == name).count();
    (of("error"), of("warning"))
}

#[test]
fn annotations_of_a_step() {
    for (errors, warnings) in [(0, 0), (1, 0), (10, 10), (11, 9), (9, 11), (40, 40)] {
        let text = github::render(&many(errors, warnings), &Here::default());
        assert_eq!(annotations(&text), (errors.min(10), warnings.min(10)), "{errors} and {warnings}");
        assert_eq!(text.lines().count(), errors + warnings, "what is no annotation is a line");
        assert_eq!(findings("github", &text).len(), errors + warnings);
    }
    let trouble = |number: usize| Trouble {
        kind: TroubleKind::Policy,
        place: Some(("ssot.toml".into(), Span::point(number as u32, 1))),
        message: format!("mistake {number}"),
        help: String::new(),
    };
    let mut outcome = many(40, 0);
    outcome.troubles = (1..=3).map(trouble).collect();
    let text = github::render(&outcome, &Here::default());
    assert_eq!(annotations(&text), (10, 0));
    let first = Annotation::read(text.lines().next().expect("a line")).expect("a command");
    assert_eq!((first.get("file"), first.message.as_str()), ("ssot.toml", "mistake 1"), "why there is no verdict");
}

#[test]
fn columns_stand_only_with_one_line() {
    let mut found = finding("a", Level::Error);
    let at = |line, column| ssot::finding::Position { line, column };
    for (end, columns) in [(at(3, 9), "2 9"), (at(4, 1), " ")] {
        found.span = Span { start: at(3, 2), end };
        let text = github::render(&made_up(vec![found.clone()], Vec::new()), &Here::default());
        let command = Annotation::read(&text).expect("a command");
        assert_eq!((command.get("line"), command.get("endLine")), ("3", end.line.to_string().as_str()));
        assert_eq!(format!("{} {}", command.get("col"), command.get("endColumn")), columns);
    }
}

/// Level by level, how many results stand in a document, and how many are said to be left out.
fn counted(text: &str) -> (usize, usize, usize, Option<String>) {
    let log: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    let of = |level: &str, accepted: bool| {
        results.iter().filter(|r| r["level"] == level && r["suppressions"].is_array() == accepted).count()
    };
    let said = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    let said = said.as_str().map(|said| said.split(" are").next().unwrap_or_default().to_owned());
    (of("error", false), of("warning", false), of("error", true), said)
}

#[test]
fn results_of_a_run() {
    let rendered = |outcome: &Outcome| sarif::render(outcome).expect("a document");
    let said = |text: &str| Some(text.to_owned());
    assert_eq!(counted(&rendered(&many(3000, 2000))), (3000, 2000, 0, None));
    assert_eq!(counted(&rendered(&many(3000, 2001))), (3000, 2000, 0, said("1 of 5001 results")));
    assert_eq!(counted(&rendered(&many(6000, 10))), (5000, 0, 0, said("1010 of 6010 results")));
    let mut outcome = many(4000, 0);
    outcome.verdict.baselined = many(2000, 0).verdict.findings;
    assert_eq!(counted(&rendered(&outcome)), (4000, 0, 1000, said("1000 of 6000 results")));
}

#[test]
fn a_hundred_thousand_findings() {
    let outcome = many(60_000, 40_000);
    let text = sarif::render(&outcome).expect("a document");
    let gz = gzipped(&text);
    eprintln!("SARIF of 5,000 results: {} bytes, {gz} gzipped", text.len());
    assert!(gz < sarif::MOST_BYTES, "{gz}");
    assert_eq!(counted(&text), (5000, 0, 0, Some("95000 of 100000 results".to_owned())));
    let table = markdown::render(&outcome);
    eprintln!("Markdown: {} bytes", table.len());
    assert!(table.len() < 1 << 20, "{}", table.len());
    let told = findings("markdown", &table);
    let shown = told.len();
    assert!(shown > 1000, "{shown}");
    assert!(table.ends_with(&format!("\nThe first {shown} of 100000 findings are shown.\n")));
    assert!(told.iter().all(|told| told.0 == "error"), "errors come first");
}

#[test]
fn results_that_are_large() {
    // What no compression makes small.
    let mut noise = 1u64;
    let mut letters = |count: usize| -> String {
        let mut letter = || {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from_u32(0x4e00 + ((noise >> 33) % 20_000) as u32).expect("a letter")
        };
        (0..count).map(|_| letter()).collect()
    };
    let mut large = |number: usize| -> Finding {
        let mut found = finding(&format!("{number}.bak"), Level::Error);
        found.message = letters(3000);
        found.related =
            (0..100).map(|at| Related { path: "a".into(), span: Span::FILE, message: at.to_string() }).collect();
        found
    };
    let outcome = made_up((0..2000).map(&mut large).collect(), Vec::new());
    let text = sarif::render(&outcome).expect("a document");
    let (errors, .., said) = counted(&text);
    assert!(text.len() < sarif::MOST_BYTES && gzipped(&text) < sarif::MOST_BYTES, "{}", text.len());
    assert!((500..2000).contains(&errors), "{errors}");
    assert_eq!(said, Some(format!("{} of 2000 results", 2000 - errors)));
    let few = valid(&sarif::render(&made_up(vec![large(0)], Vec::new())).expect("a document"));
    let related = few["runs"][0]["results"][0]["relatedLocations"].as_array().map(Vec::len);
    assert!(related.is_some_and(|related| (1..100).contains(&related)), "GitHub shows 100 places of a result");
    let table = markdown::render(&outcome);
    assert!(table.len() < 1 << 20, "{}", table.len());
}
