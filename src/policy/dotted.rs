//! Dotted names of the policy: `a.b` is that module and all below it, `*` is one part, `**` any number, and
//! `module:Name` is one name in a module (the notation of entry points).

use regex::Regex;

/// A dotted name, or a pattern of them.
#[derive(Clone, Debug)]
pub struct Dotted {
    pub text: String,
    /// None where the name is plain.
    pattern: Option<Regex>,
}

impl Dotted {
    /// The error says what is wrong, for a person.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('.').collect();
        if let Some(part) = parts.iter().find(|part| !is_part(part)) {
            let why = if part.is_empty() { "an empty part".to_owned() } else { format!("`{part}`") };
            return Err(format!("`{text}` is no dotted name such as `backend.app.db`: it has {why}"));
        }
        let pattern = if text.contains('*') { Some(compile(&parts, r"(?:\..*)?")?) } else { None };
        Ok(Self { text: text.to_owned(), pattern })
    }

    /// Whether `name` is this, or lies below it.
    pub fn covers(&self, name: &str) -> bool {
        match &self.pattern {
            Some(pattern) => pattern.is_match(name),
            None => is_under(name, &self.text),
        }
    }

    /// What of `name` this means: `a.b` of `a.b.c.d` for `a.*`; none where it does not cover it.
    pub fn instance<'n>(&self, name: &'n str) -> Option<&'n str> {
        if self.pattern.is_none() {
            return self.covers(name).then(|| name.get(..self.text.len())).flatten();
        }
        let ends = name.match_indices('.').map(|(dot, _)| dot).chain([name.len()]);
        ends.filter_map(|end| name.get(..end)).find(|start| self.covers(start))
    }

    pub fn is_pattern(&self) -> bool {
        self.pattern.is_some()
    }
}

/// Whether a dotted name is another, or lies below it.
pub fn is_under(name: &str, above: &str) -> bool {
    name.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// `module`, or `module:Name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub module: String,
    pub name: Option<String>,
}

impl Target {
    /// The error says what is wrong, for a person.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (module, name) = match text.split_once(':') {
            Some((module, name)) => (module, Some(name)),
            None => (text, None),
        };
        for part in module.split('.').chain(name) {
            if !is_identifier(part) {
                return Err(format!("`{text}` is neither a module such as `a.b` nor a name in one such as `a.b:Name`"));
            }
        }
        Ok(Self { module: module.to_owned(), name: name.map(str::to_owned) })
    }

    /// `a.b.Name`, as an import would say it.
    pub fn dotted(&self) -> String {
        match &self.name {
            Some(name) => format!("{}.{name}", self.module),
            None => self.module.clone(),
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{}:{name}", self.module),
            None => f.write_str(&self.module),
        }
    }
}

/// Parts with `*`, `?` and `**` as an expression for whole names; `end` is what may follow.
pub fn compile(parts: &[&str], end: &str) -> Result<Regex, String> {
    let mut expression = String::from("^");
    for (number, part) in parts.iter().enumerate() {
        let last = number + 1 == parts.len();
        if *part == "**" {
            expression.push_str(if last { ".*" } else { r"(?:[^.]+\.)*" });
            continue;
        }
        for ch in part.chars() {
            match ch {
                '*' => expression.push_str("[^.]*"),
                '?' => expression.push_str("[^.]"),
                _ => expression.push_str(&regex::escape(ch.encode_utf8(&mut [0; 4]))),
            }
        }
        if !last {
            expression.push_str(r"\.");
        }
    }
    Regex::new(&format!("{expression}{end}$")).map_err(|error| error.to_string())
}

fn is_part(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, '_' | '*'))
}

/// The bytes of names that are ASCII.
const LETTERS: [bool; 256] = {
    let mut letters = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        letters[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    letters
};

/// Whether `part` can be a name in Python.
pub fn is_identifier(part: &str) -> bool {
    if part.bytes().all(|byte| LETTERS[usize::from(byte)]) {
        return part.bytes().next().is_some_and(|first| !first.is_ascii_digit());
    }
    part.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && part.chars().all(|ch| ch.is_alphanumeric() || ch == '_')
}

#[cfg(test)]
mod tests {
    use super::{Dotted, Target};

    #[test]
    fn covers_itself_and_below() {
        for (pattern, name, expected) in [
            ("a.b", "a.b", true),
            ("a.b", "a.b.c", true),
            ("a.b", "a.bc", false),
            ("a.b", "a", false),
            ("a.*.c", "a.b.c.d", true),
            ("a.*.c", "a.c", false),
            ("**.*_pb2", "a.b.x_pb2", true),
            ("**.*_pb2", "x_pb2", true),
            ("**.*_pb2", "a.x_pb2.Y", true),
            ("a.**", "a.b.c", true),
        ] {
            let pattern = Dotted::parse(pattern).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(pattern.covers(name), expected, "{} {name}", pattern.text);
        }
        for wrong in ["", "a..b", "a/b", "a b", ".a"] {
            assert!(Dotted::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn instances() {
        for (pattern, name, expected) in [
            ("a.b", "a.b.c", Some("a.b")),
            ("a.b", "a.bc", None),
            ("a.*", "a.b.c.d", Some("a.b")),
            ("a.*", "a", None),
            ("*.db", "shop.db.models", Some("shop.db")),
            ("a.**", "a.b.c", Some("a.b")),
        ] {
            let pattern = Dotted::parse(pattern).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(pattern.instance(name), expected, "{} {name}", pattern.text);
        }
    }

    #[test]
    fn targets() {
        assert_eq!(Target::parse("a.b:C").map(|target| target.dotted()).as_deref(), Ok("a.b.C"));
        for wrong in ["", "a:", ":b", "a.b:c.d", "a b", "a.*", "a:b:c"] {
            assert!(Target::parse(wrong).is_err(), "{wrong}");
        }
    }
}
