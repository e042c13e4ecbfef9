//! Readers of each format, written from its description and not from what writes it.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use ssot::path::{RepoPath, printable};

/// A finding as every format tells it: level, `hook/rule`, path in the form that the format has, line.
pub type Told = (String, String, String, u64);

/// How a format gives a path.
pub fn path_in(format: &str, path: &[u8]) -> String {
    match format {
        // Exact bytes, shown here as escapes.
        "json" | "sarif" => path.escape_ascii().to_string(),
        "gitlab" => String::from_utf8_lossy(path).into_owned(),
        "github" => {
            // Line ends have an escape of the format; the rest that acts on terminals is told as an escape.
            let lossy = RepoPath::new(path).to_lossy();
            lossy.split_inclusive(['\r', '\n']).map(tell_line).collect()
        }
        _ => tame(&printable(path)),
    }
}

fn tell_line(line: &str) -> String {
    let text = line.trim_end_matches(['\r', '\n']);
    printable(text) + &line[text.len()..]
}

fn tame(shown: &str) -> String {
    shown.replace("##[", "##\\[")
}

pub fn findings(format: &str, text: &str) -> Vec<Told> {
    let mut told = match format {
        "json" => json(text),
        "sarif" => sarif(text),
        "gitlab" => gitlab(text),
        "github" => github(text),
        "markdown" => markdown(text),
        "concise" => text.lines().map(concise).collect(),
        "text" => frames(text),
        other => panic!("there is no reader of {other}"),
    };
    told.sort();
    told
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a string: {value}")).to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or_else(|| panic!("a list: {value}"), Vec::as_slice)
}

fn json(text: &str) -> Vec<Told> {
    use base64::Engine as _;
    let one = |found: &Value| {
        let bytes = match found["path_bytes"].as_str() {
            Some(bytes) => base64::engine::general_purpose::STANDARD.decode(bytes).expect("base64"),
            None => string(&found["path"]).into_bytes(),
        };
        let id = format!("{}/{}", string(&found["hook"]), string(&found["rule"]));
        (string(&found["level"]), id, bytes.escape_ascii().to_string(), found["line"].as_u64().expect("a line"))
    };
    list(&parse(text)["findings"]).iter().map(one).collect()
}

fn sarif(text: &str) -> Vec<Told> {
    let log = parse(text);
    let one = |result: &Value| {
        let place = &result["locations"][0]["physicalLocation"];
        let path = percent_decoded(&string(&place["artifactLocation"]["uri"]), &[]).escape_ascii().to_string();
        let line = place["region"]["startLine"].as_u64().expect("a line");
        (string(&result["level"]), string(&result["ruleId"]), path, line)
    };
    list(&log["runs"][0]["results"]).iter().map(one).collect()
}

/// `%XX` as the byte; only those in `only`, if it names any.
pub fn percent_decoded(text: &str, only: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..2).map(|code| String::from_utf8_lossy(code).into_owned()).unwrap_or_default();
        if *first == b'%' && (only.is_empty() || only.contains(&code.as_str())) {
            out.push(u8::from_str_radix(&code, 16).unwrap_or_else(|_| panic!("an escape: {text}")));
            rest = &tail[2..];
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    out
}

fn gitlab(text: &str) -> Vec<Told> {
    let one = |issue: &Value| {
        let level = match issue["severity"].as_str() {
            Some("major") => "error",
            Some("minor") => "warning",
            other => panic!("a severity: {other:?}"),
        };
        let place = &issue["location"];
        let line = place["lines"]["begin"].as_u64().expect("a line");
        (level.to_owned(), string(&issue["check_name"]), string(&place["path"]), line)
    };
    list(&parse(text)).iter().map(one).collect()
}

/// A workflow command: its name, its properties, its message.
pub struct Command {
    pub name: String,
    pub properties: Vec<(String, String)>,
    pub message: String,
}

impl Command {
    /// As GitHub's runner reads a line; none where it is no command.
    pub fn read(line: &str) -> Option<Self> {
        let (head, message) = line.trim_start().strip_prefix("::")?.split_once("::")?;
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        let property = |pair: &str| {
            let (key, value) = pair.split_once('=').expect("a key and a value");
            (key.to_owned(), text(percent_decoded(value, &["0D", "0A", "3A", "2C", "25"])))
        };
        Some(Self {
            name: name.to_owned(),
            properties: properties.split(',').filter(|pair| !pair.is_empty()).map(property).collect(),
            message: text(percent_decoded(message, &["0D", "0A", "25"])),
        })
    }

    pub fn get(&self, key: &str) -> &str {
        self.properties.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value.as_str())
    }
}

fn github(text: &str) -> Vec<Told> {
    let one = |line: &str| match Command::read(line) {
        None => concise(line),
        Some(command) => {
            let line = command.get("line").parse().expect("a line");
            (command.name.clone(), command.get("title").to_owned(), command.get("file").to_owned(), line)
        }
    };
    text.lines().map(one).collect()
}

fn concise(line: &str) -> Told {
    static LINE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(.+?):(\d+):(\d+): ([a-z-]+/[a-z-]+): (warning: )?").expect("a pattern"));
    let parts = LINE.captures(line).unwrap_or_else(|| panic!("no finding: {line:?}"));
    let level = if parts.get(5).is_some() { "warning" } else { "error" };
    (level.to_owned(), parts[4].to_owned(), without_dot(&parts[1]), parts[2].parse().expect("a line"))
}

/// A name that would be a command has `./` before it.
fn without_dot(path: &str) -> String {
    path.strip_prefix("./").unwrap_or(path).to_owned()
}

fn frames(text: &str) -> Vec<Told> {
    let title = Regex::new(r"^(error|warning)\[([a-z-]+/[a-z-]+)\]: ").expect("a pattern");
    let place = Regex::new(r"^ *--> (.+?)(?::(\d+):\d+)?$").expect("a pattern");
    let mut lines = text.lines();
    let mut told = Vec::new();
    while let Some(line) = lines.next() {
        let Some(title) = title.captures(line) else { continue };
        let at = lines.next().and_then(|line| place.captures(line)).unwrap_or_else(|| panic!("no place: {line}"));
        let number = at.get(2).map_or(1, |number| number.as_str().parse().expect("a line"));
        told.push((title[1].to_owned(), title[2].to_owned(), without_dot(&at[1]), number));
    }
    told
}

/// The cells of the rows of a table with four columns, as a reader of Markdown and HTML has them.
fn markdown(text: &str) -> Vec<Told> {
    let rows = text.lines().filter(|line| line.starts_with("| error |") || line.starts_with("| warning |"));
    let one = |row: &str| {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(|cell| html_decoded(cell.trim())).collect();
        assert_eq!(cells.len(), 4, "{row}");
        let place = cells[1].strip_prefix("<code>").and_then(|cell| cell.strip_suffix("</code>")).expect("code");
        let mut parts = place.rsplitn(3, ':');
        let (_, line, path) = (parts.next(), parts.next().expect("a line"), parts.next().expect("a path"));
        (cells[0].clone(), cells[2].clone(), tame(path), line.parse().expect("a line"))
    };
    rows.map(one).collect()
}

fn html_decoded(text: &str) -> String {
    static CHARACTER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"&#(\d+);").expect("a pattern"));
    let character =
        |parts: &regex::Captures<'_>| parts[1].parse().ok().and_then(char::from_u32).expect("a character").to_string();
    CHARACTER.replace_all(text, character).into_owned()
}
