//! Reads a file of cases.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use ssot::engine::Selection;
use ssot::policy::day::Day;
use ssot::rules::{HOOKS, RULES};

/// One heading with its blocks.
pub struct Case {
    pub heading: String,
    pub line: usize,
    pub files: Vec<File>,
    pub options: Options,
    /// One finding a line; of a case of `tests/fixes`, a patch and what is left.
    pub findings: String,
    /// The bytes of the findings' block, fences included.
    pub findings_range: Range<usize>,
}

pub struct File {
    pub path: String,
    pub content: Vec<u8>,
    pub special: Special,
    pub when: When,
}

/// In which snapshot a file stands. Where any is in one only, what was found before is accepted by a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Always,
    Before,
    After,
}

/// What is unusual about a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Special {
    Nothing,
    Symlink,
    Submodule,
    Unreadable,
    Absent,
    AbsentUnchanged,
}

pub struct Options {
    pub today: Day,
    pub selection: Selection,
    /// Whether the findings are shown with their help, owner and page.
    pub with_help: bool,
    /// Whether what was found before is compared with, in place of being accepted by a baseline.
    pub new_only: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            today: Day::parse("2026-11-21").unwrap(),
            selection: Selection::default(),
            with_help: false,
            new_only: false,
        }
    }
}

/// The cases of `rule`. The error says what is wrong with the file.
pub fn read(rule: &str, text: &str) -> Result<Vec<Case>, String> {
    let mut reader = Reader { rule, text, title: String::new(), cases: Vec::new() };
    let mut open: Option<(HeadingLevel, String)> = None;
    let mut block: Option<(String, String)> = None;
    for (event, range) in Parser::new(text).into_offset_iter() {
        let at = |message: String| format!("line {}: {message}", line_of(text, range.start));
        match event {
            Event::Start(Tag::Heading { level, .. }) => open = Some((level, String::new())),
            Event::End(TagEnd::Heading(_)) => {
                let (level, heading) = open.take().unwrap_or((HeadingLevel::H1, String::new()));
                reader.heading(level, heading, range.start).map_err(at)?;
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                block = Some((info.into_string(), String::new()));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                return Err(at("a block without a fence".to_owned()));
            }
            Event::End(TagEnd::CodeBlock) => {
                let (info, content) = block.take().unwrap_or_default();
                reader.block(&info, &content, range.clone()).map_err(at)?;
            }
            Event::Text(text) | Event::Code(text) => match (&mut open, &mut block) {
                (Some((_, words)), _) | (None, Some((_, words))) => words.push_str(&text),
                (None, None) => {}
            },
            _ => {}
        }
    }
    reader.finish()
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

struct Reader<'t> {
    rule: &'t str,
    text: &'t str,
    title: String,
    cases: Vec<Case>,
}

impl Reader<'_> {
    fn heading(&mut self, level: HeadingLevel, heading: String, start: usize) -> Result<(), String> {
        match level {
            HeadingLevel::H1 if self.title.is_empty() => self.title = heading,
            HeadingLevel::H2 if self.cases.iter().any(|case| case.heading == heading) => {
                return Err(format!("a second case `{heading}`"));
            }
            HeadingLevel::H2 => self.cases.push(Case {
                heading,
                line: line_of(self.text, start),
                files: Vec::new(),
                options: Options::default(),
                findings: String::new(),
                findings_range: 0..0,
            }),
            _ => return Err(format!("`{heading}` is neither the title nor a case")),
        }
        Ok(())
    }

    fn block(&mut self, info: &str, content: &str, range: Range<usize>) -> Result<(), String> {
        let case = self.cases.last_mut().ok_or("a block before the first case")?;
        let words = words(info)?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            [] => return Err("a block without a name".to_owned()),
            ["text", "findings"] | ["diff", "fix"] if !case.findings_range.is_empty() => {
                return Err(format!("the findings of `{}` stand twice", case.heading));
            }
            ["text", "findings"] | ["diff", "fix"] => {
                (case.findings, case.findings_range) = (content.to_owned(), range)
            }
            ["text", "options"] => case.options = options(content)?,
            ["text", "files"] => {
                for line in content.lines() {
                    case.add(File {
                        path: line.to_owned(),
                        content: Vec::new(),
                        special: Special::Nothing,
                        when: When::Always,
                    })?;
                }
            }
            ["text", name] if !name.contains(['.', '/']) => return Err(format!("unknown block `text {name}`")),
            [word, _, ..] if word.contains(['.', '/']) => return Err(format!("`{word}` is no language")),
            [path] | [_, path] => case.add(file(path, &[], content)?)?,
            [_, path, special @ ..] => case.add(file(path, special, content)?)?,
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<Case>, String> {
        if self.title != self.rule {
            return Err(format!("no `# {}` at its head", self.rule));
        }
        if self.cases.is_empty() {
            return Err("no cases".to_owned());
        }
        match self.cases.iter().find(|case| case.findings_range.is_empty()) {
            Some(case) => Err(format!("line {}: `{}` has no findings", case.line, case.heading)),
            None => Ok(self.cases),
        }
    }
}

impl Case {
    /// The files of one snapshot.
    pub fn files_in(&self, when: When) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.when == When::Always || file.when == when)
    }

    fn add(&mut self, file: File) -> Result<(), String> {
        let together = |other: When| other == file.when || other == When::Always || file.when == When::Always;
        if self.files.iter().any(|other| other.path == file.path && together(other.when)) {
            return Err(format!("the file `{}` stands twice", file.path));
        }
        self.files.push(file);
        Ok(())
    }
}

/// Words divided by spaces; quotes hold one together.
fn words(info: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = info.trim();
    while !rest.is_empty() {
        let (word, left) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or_else(|| format!("`{info}`: a quote is missing"))?,
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = left.trim_start();
    }
    Ok(words)
}

fn file(path: &str, words: &[&str], content: &str) -> Result<File, String> {
    let mut content = content.as_bytes().to_vec();
    let (mut special, mut when) = (Special::Nothing, When::Always);
    for word in words {
        match *word {
            "before" => when = When::Before,
            "after" => when = When::After,
            "no-newline" => drop(content.pop()),
            "binary" => content.insert(0, 0),
            "symlink" => special = Special::Symlink,
            "submodule" => special = Special::Submodule,
            "unreadable" => special = Special::Unreadable,
            "absent" => special = Special::Absent,
            "absent-unchanged" => special = Special::AbsentUnchanged,
            word => {
                let count = word.strip_prefix("repeat=").and_then(|count| count.parse().ok());
                content = content.repeat(count.ok_or_else(|| format!("unknown word `{word}`"))?);
            }
        }
    }
    Ok(File { path: path.to_owned(), content, special, when })
}

fn options(text: &str) -> Result<Options, String> {
    let mut options = Options::default();
    let mut words = text.split_whitespace();
    let rule = |name: Option<&str>| -> Result<&'static str, String> {
        let known = RULES.iter().map(|rule| rule.name).find(|known| Some(*known) == name);
        known.ok_or_else(|| format!("no rule `{}`", name.unwrap_or_default()))
    };
    while let Some(word) = words.next() {
        let selection = &mut options.selection;
        match word {
            "--today" => options.today = Day::parse(words.next().unwrap_or_default())?,
            "--rule" => selection.rules.push(rule(words.next())?),
            "--deny" => selection.denied.push(rule(words.next())?),
            "--new-only" => options.new_only = true,
            "--with-help" => options.with_help = true,
            "--deny-warnings" => selection.deny_warnings = true,
            "--hook" => {
                let name = words.next().unwrap_or_default();
                let hook = HOOKS.iter().map(|hook| hook.id).find(|id| *id == name);
                selection.hooks.push(hook.ok_or_else(|| format!("no hook `{name}`"))?);
            }
            _ => return Err(format!("unknown option `{word}`")),
        }
    }
    Ok(options)
}
