//! What the documents say is true.
//!
//! `UPDATE_DOCS=1 bash tests/run.sh docs` rewrites what is generated in the documents.

mod commands;
mod examples;
mod links;
mod readme;
mod transcripts;

use std::path::Path;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use ssot::rules::RULES;

/// A text in Markdown: a file of the project, or the page of a rule.
struct Document {
    /// From the root of the project.
    name: String,
    text: String,
}

/// A fenced block.
struct Block {
    language: String,
    text: String,
}

/// All files that are for readers.
fn files() -> Vec<Document> {
    let docs = std::fs::read_dir(root().join("docs")).expect("docs/");
    let docs = docs.map(|entry| format!("docs/{}", entry.expect("an entry").file_name().to_string_lossy()));
    let names = ["README.md", "CHANGELOG.md"].map(str::to_owned).into_iter().chain(docs);
    names.map(|name| Document { text: read(&name), name }).collect()
}

/// The files, and the page of every rule.
fn documents() -> Vec<Document> {
    let page = |rule: &&ssot::rules::RuleDef| Document { name: format!("page of {}", rule.name), text: rule.page() };
    files().into_iter().chain(RULES.iter().map(page)).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

impl Document {
    fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for event in parser(&self.text) {
            match (event, &mut open) {
                (Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))), _) => {
                    open = Some(Block { language: language.into_string(), text: String::new() });
                }
                (Event::Text(text), Some(block)) => block.text.push_str(&text),
                (Event::End(TagEnd::CodeBlock), _) => blocks.extend(open.take()),
                _ => {}
            }
        }
        blocks
    }

    /// What stands between backticks in a line.
    fn inline(&self) -> Vec<String> {
        let code = |event| if let Event::Code(code) = event { Some(code.into_string()) } else { None };
        parser(&self.text).filter_map(code).collect()
    }
}
