//! What people do to a repository, each at a random place.

use std::path::PathBuf;

use serde_json::Value;

use crate::clones::mutate::{Noise, renamed};
use crate::repository::Repository;

/// What the policy names must stand, else there is no verdict.
const HOMES: &[&str] = &["django/utils/encoding.py", "django/utils/safestring.py", "django/utils/timezone.py"];
const NAMED: &[&str] = &["django/utils/crypto.py"];

/// Folders that go and come back under another name.
const FOLDERS: &[[&str; 2]] = &[
    ["django/core/mail/backends", "django/core/mail/ways"],
    ["django/core/serializers", "django/dispatch/serializers"],
    ["django/core/cache/backends", "django/core/cache/tests"],
];

/// Words of the policy, each with what may stand there instead.
const WORDS: &[[&str; 2]] = &[
    ["mode = \"near\"", "mode = \"renamed\""],
    ["min-tokens = 50", "min-tokens = 70"],
    ["bodies = \"alike\"", "bodies = \"any\""],
    ["similar-name = {}", "similar-name = { synonyms = [[\"cache\", \"mail\"]] }"],
    ["lines = 300", "lines = 150"],
    ["relative = \"parents\"", "relative = \"all\""],
    ["private-import = \"warning\"", "private-import = \"error\""],
    ["exclude = [\"**/generated/**\"]", "exclude = [\"**/backends/**\"]"],
    ["tests = [\"**/tests/**\"]", "tests = [\"django/core/**\"]"],
    ["\"django.core\", \"weakref\"", "\"django.core.exceptions\""],
    ["wraps = [\"datetime.timezone\", \"time.time\"]", "wraps = [\"datetime\"]"],
    ["owns = [\"class Safe*\", ", "owns = [\"class S*\", "],
];

pub const IMPORTS: &[&str] = &[
    "from django.core.cache import InvalidCacheBackendError, _absent",
    "from django.core.cache.backends.base import BaseCache",
    "from django.core.cache.backends.locmem import LocMemCache",
    "from django.core.mail import send_mail",
    "from django.core.mail.backends.base import BaseEmailBackend",
    "from django.core.mail.importer import mark_safe",
    "from django.core.serializers.json import Serializer",
    "from django.dispatch import Signal",
    "from django.dispatch.dispatcher import _make_id",
    "from django.utils.connection import force_str",
    "from django.utils.crypto import salted_hmac",
    "from django.utils.gone import nothing",
    "from django.utils.hashable import curry",
    "from django.utils.safestring import mark_safe",
    "from django.utils.text_encoding import force_bytes",
    "from ..utils import encoding",
    "from datetime import timezone",
    "import django.core.signals",
    "import django.utils.safestring as safe",
    "import weakref",
];

/// What else may decide how a file is judged.
const SETTINGS: &[(&str, &[&str])] = &[
    (".gitattributes", &["django/core/** linguist-generated\n", "*.py -linguist-generated\n", "*.py text eol=crlf\n"]),
    ("NOTES.md", &["kept\n", "said again\n"]),
    ("django/utils/.gitignore", &["gone.py\n", "# nothing\n"]),
    ("requirements.txt", &["django\n", "weakref\n"]),
    ("django/dispatch/__init__.py", &["from django.dispatch.dispatcher import Signal, receiver\n", ""]),
    ("django/core/mail/backends/__init__.py", &["from .base import *\n", "__all__ = []\n"]),
    (
        "django/utils/text_encoding.py",
        &[
            "from django.utils.encoding import force_bytes, force_str\n",
            "from django.utils.encoding import force_bytes\n\n\ndef force_str(text):\n    return str(text)\n",
        ],
    ),
];

/// Versions of Python, by which the grammar of a file is judged.
const VERSIONS: &[&str] = &["3.8", "3.11", "3.14"];

/// A repository under change.
pub struct World {
    pub repository: Repository,
    pub noise: Noise,
    /// All that were made, the first one first.
    pub commits: Vec<String>,
    /// Where the last verdict found something: path, line, rule.
    pub places: Vec<(String, usize, String)>,
}

/// Says what it did; none where there is nothing to do it to.
pub type Edit = fn(&mut World) -> Option<String>;

pub const EDITS: &[Edit] = &[
    accept,
    add_imports,
    allow,
    check_out,
    copy_definition,
    copy_definition_renamed,
    copy_file,
    cut_function,
    delete_file,
    drop_import,
    exchange_files,
    leave_over,
    link,
    move_file,
    move_folder,
    package_marker,
    policy,
    python_version,
    rename_definition,
    rename_everywhere,
    set_name,
    setting,
    shift,
    spoil,
    windows_lines,
];

impl World {
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.noise.below(from.len())]
    }

    fn chance(&mut self, of: usize) -> bool {
        self.noise.below(of) == 0
    }

    /// Remembers where something was found.
    pub fn learn(&mut self, verdict: &Value) {
        let found = verdict["findings"].as_array().expect("findings").iter();
        self.places = found
            .filter_map(|found| {
                let line = usize::try_from(found["line"].as_u64()?).ok()?;
                Some((found["path"].as_str()?.to_owned(), line, found["rule"].as_str()?.to_owned()))
            })
            .collect();
    }

    /// Stages what was done, or not, and commits it, or not.
    pub fn record(&mut self) -> &'static str {
        match self.noise.below(8) {
            0 | 1 => "left in the work tree",
            2 => {
                self.repository.git(&["add", "--update"]);
                "staged, what is new aside"
            }
            3..=5 => {
                self.repository.git(&["add", "--all"]);
                "staged"
            }
            _ => {
                self.commit();
                "committed"
            }
        }
    }

    pub fn commit(&mut self) {
        self.repository.git(&["add", "--all"]);
        self.repository.git(&["commit", "--quiet", "--allow-empty", "--no-verify", "--message", "change"]);
        self.commits.push(self.repository.git(&["rev-parse", "HEAD"]).trim().to_owned());
    }

    fn at(&self, path: &str) -> PathBuf {
        self.repository.path().join(path)
    }

    /// The Python files on disk, links aside.
    fn files(&self) -> Vec<String> {
        let said = self.repository.git(&["ls-files", "--cached", "--others", "--", "*.py"]);
        let is_file = |path: &&str| std::fs::symlink_metadata(self.at(path)).is_ok_and(|found| found.is_file());
        let mut files: Vec<String> = said.lines().filter(is_file).map(str::to_owned).collect();
        files.sort();
        files.dedup();
        files
    }

    fn file(&mut self) -> Option<String> {
        let files = self.files();
        files.get(self.noise.below(files.len().max(1))).cloned()
    }

    /// A file that the policy does not name.
    fn loose_file(&mut self) -> Option<String> {
        let files = self.files().into_iter();
        let loose: Vec<_> = files.filter(|path| ![HOMES, NAMED].concat().contains(&&**path)).collect();
        loose.get(self.noise.below(loose.len().max(1))).cloned()
    }

    fn text(&self, path: &str) -> String {
        String::from_utf8_lossy(&std::fs::read(self.at(path)).expect("a file")).into_owned()
    }

    /// A definition of some file: the file, its name, its text.
    fn definition(&mut self) -> Option<(String, String, String)> {
        let path = self.file()?;
        let text = self.text(&path);
        let lines: Vec<&str> = text.lines().collect();
        let starts: Vec<usize> = (0..lines.len()).filter(|at| name(lines[*at]).is_some()).collect();
        let start = *starts.get(self.noise.below(starts.len().max(1)))?;
        let is_inside = |line: &&&str| line.is_empty() || line.starts_with([' ', ')']);
        let count = lines[start + 1..].iter().take_while(is_inside).count();
        let text = lines[start..=start + count].join("\n").trim_end().to_owned() + "\n";
        Some((path, name(lines[start])?.to_owned(), text))
    }

    /// A path that no file has, in a folder that some file is in.
    fn new_path(&mut self, name: &str) -> Option<String> {
        let path = self.file()?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        (0..).map(|number| format!("{folder}/{name}{number}.py")).find(|path| !self.at(path).exists())
    }

    fn append(&self, path: &str, text: &str) {
        let old = self.text(path);
        self.repository.write(path, format!("{old}\n\n{text}"));
    }

    fn rename(&self, old: &str, new: &str) {
        std::fs::create_dir_all(self.at(new).parent().expect("a folder above")).expect("folders");
        std::fs::rename(self.at(old), self.at(new)).expect("a rename");
    }
}

/// The name that a line defines in its module.
fn name(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("def ").or_else(|| line.strip_prefix("class "))?;
    rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()
}

/// `text` with another word throughout.
pub fn with_word(text: &str, old: &str, new: &str) -> String {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(old) {
        let end = at + old.len();
        let is_whole = !rest[..at].ends_with(is_part) && !rest[end..].starts_with(is_part);
        out += &rest[..at];
        out += if is_whole { new } else { old };
        rest = &rest[end..];
    }
    out + rest
}

fn accept(world: &mut World) -> Option<String> {
    if world.at(".ssot-baseline").exists() {
        let command = world.pick(&["update", "delete"]);
        if command == "delete" {
            std::fs::remove_file(world.at(".ssot-baseline")).ok()?;
        } else {
            world.repository.ssot(&["baseline", "update"]);
        }
        return Some(format!("{command} the baseline"));
    }
    world.repository.ssot(&["baseline", "create"]);
    Some("accept what stands".to_owned())
}

fn add_imports(world: &mut World) -> Option<String> {
    let mut done = Vec::new();
    for _ in 0..4 {
        let (path, import) = (world.file()?, world.pick(IMPORTS));
        let text = world.text(&path);
        world.repository.write(&path, format!("{import}\n{text}"));
        done.push(format!("`{import}` in {path}"));
    }
    Some(done.join(", "))
}

fn allow(world: &mut World) -> Option<String> {
    let places: Vec<_> = world.places.iter().filter(|(path, ..)| path.ends_with(".py")).cloned().collect();
    let (path, line, rule) = places.get(world.noise.below(places.len().max(1)))?.clone();
    if !world.at(&path).is_file() {
        return None;
    }
    let text = world.text(&path);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.get_mut(line - 1)?.push_str(&format!("  # ssot: allow({rule}) it is a test"));
    world.repository.write(&path, lines.join("\n") + "\n");
    Some(format!("allow {rule} at {path}:{line}"))
}

/// Another commit, or the newest.
fn check_out(world: &mut World) -> Option<String> {
    let number = if world.chance(2) { world.commits.len() - 1 } else { world.noise.below(world.commits.len()) };
    let commit = world.commits[number].clone();
    if world.chance(2) {
        world.repository.git(&["checkout", "--quiet", "--force", &commit]);
        return Some(format!("check out commit {number}"));
    }
    // Only the files: what is newer stands beside them.
    world.repository.git(&["checkout", "--quiet", &commit, "--", "."]);
    Some(format!("take the files of commit {number}"))
}

fn copy_definition(world: &mut World) -> Option<String> {
    let ((from, name, text), to) = (world.definition()?, world.file()?);
    let new = if world.chance(2) { name.clone() } else { format!("{name}_impl") };
    world.append(&to, &with_word(&text, &name, &new));
    Some(format!("copy {name} of {from} to {to} as {new}"))
}

fn copy_definition_renamed(world: &mut World) -> Option<String> {
    let ((from, name, text), to) = (world.definition()?, world.file()?);
    ruff_python_parser::parse_module(&text).ok()?;
    let text = renamed(&text);
    world.append(&to, &text);
    Some(format!("copy {name} of {from} to {to} with other names"))
}

fn copy_file(world: &mut World) -> Option<String> {
    let (from, to) = (world.file()?, world.new_path("copied")?);
    world.repository.write(&to, world.text(&from));
    Some(format!("copy {from} to {to}"))
}

fn cut_function(world: &mut World) -> Option<String> {
    let (path, name, definition) = world.definition()?;
    let text = world.text(&path);
    world.repository.write(&path, text.replacen(definition.trim_end(), "", 1));
    Some(format!("cut {name} from {path}"))
}

fn delete_file(world: &mut World) -> Option<String> {
    let path = world.loose_file()?;
    std::fs::remove_file(world.at(&path)).ok()?;
    Some(format!("delete {path}"))
}

fn drop_import(world: &mut World) -> Option<String> {
    let path = world.file()?;
    let text = world.text(&path);
    let line = text.lines().find(|line| line.starts_with("from ") && !line.ends_with('('))?;
    world.repository.write(&path, text.replacen(&format!("{line}\n"), "", 1));
    Some(format!("no `{line}` in {path}"))
}

/// A name is set on a module from elsewhere, or no more.
fn set_name(world: &mut World) -> Option<String> {
    const SETS: &str = "\n\nimport django.utils.connection\ndjango.utils.connection.force_str = None\n";
    let files: Vec<String> = world.files();
    let setting: Vec<&String> = files.iter().filter(|path| world.text(path).contains(SETS)).collect();
    if let Some(path) = setting.first() {
        world.repository.write(path, world.text(path).replace(SETS, "\n"));
        return Some(format!("no name is set in {path}"));
    }
    let (path, user) = (world.file()?, world.file()?);
    world.repository.write(&path, world.text(&path) + SETS);
    world
        .repository
        .write(&user, format!("{}\n{}", "from django.utils.connection import force_str", world.text(&user)));
    Some(format!("a name is set in {path}, for {user}"))
}

/// The same blobs, at other paths.
fn exchange_files(world: &mut World) -> Option<String> {
    let (one, other) = (world.loose_file()?, world.loose_file()?);
    let texts = (world.text(&one), world.text(&other));
    world.repository.write(&one, texts.1);
    world.repository.write(&other, texts.0);
    Some(format!("exchange {one} and {other}"))
}

fn leave_over(world: &mut World) -> Option<String> {
    let path = world.file()?;
    let to = format!("{}{}", path.trim_end_matches(".py"), world.pick(&["_old.py", ".py.bak"]));
    world.repository.write(&to, world.text(&path));
    Some(format!("leave {to} over"))
}

fn link(world: &mut World) -> Option<String> {
    let (path, to) = (world.loose_file()?, world.file()?);
    std::fs::remove_file(world.at(&path)).ok()?;
    #[cfg(unix)]
    std::os::unix::fs::symlink(world.at(&to), world.at(&path)).ok()?;
    Some(format!("make {path} a link to {to}"))
}

fn move_file(world: &mut World) -> Option<String> {
    let (old, new) = (world.loose_file()?, world.new_path("moved")?);
    world.rename(&old, &new);
    Some(format!("move {old} to {new}"))
}

fn move_folder(world: &mut World) -> Option<String> {
    let [one, other] = world.pick(FOLDERS);
    let (old, new) = if world.at(one).exists() { (one, other) } else { (other, one) };
    if !world.at(old).exists() || world.at(new).exists() {
        return None;
    }
    world.rename(old, new);
    Some(format!("move {old} to {new}"))
}

/// A package becomes a plain folder, or the other way round.
fn package_marker(world: &mut World) -> Option<String> {
    let path = world.file()?;
    let marker = format!("{}/__init__.py", path.rsplit_once('/')?.0);
    if world.at(&marker).exists() {
        std::fs::remove_file(world.at(&marker)).ok()?;
        return Some(format!("delete {marker}"));
    }
    world.repository.write(&marker, "");
    Some(format!("add {marker}"))
}

fn policy(world: &mut World) -> Option<String> {
    let (text, [one, other]) = (world.text("ssot.toml"), world.pick(WORDS));
    let (old, new) = if text.contains(one) { (one, other) } else { (other, one) };
    world.repository.write("ssot.toml", text.replacen(old, new, 1));
    Some(format!("`{new}` in the policy"))
}

fn python_version(world: &mut World) -> Option<String> {
    let version = world.pick(VERSIONS);
    if world.at("pyproject.toml").exists() && world.text("pyproject.toml").contains(version) {
        return None;
    }
    world.repository.write("pyproject.toml", format!("[project]\nname = \"x\"\nrequires-python = \">={version}\"\n"));
    Some(format!("Python {version}"))
}

fn rename_definition(world: &mut World) -> Option<String> {
    let (path, old, _) = world.definition()?;
    let (_, other, _) = world.definition()?;
    let new = if world.chance(2) { other } else { format!("new_{old}") };
    world.repository.write(&path, with_word(&world.text(&path), &old, &new));
    Some(format!("call {old} {new} in {path} alone"))
}

fn rename_everywhere(world: &mut World) -> Option<String> {
    let (_, old, _) = world.definition()?;
    let new = format!("{old}_impl");
    for path in world.files() {
        let text = world.text(&path);
        let renamed = with_word(&text, &old, &new);
        if renamed != text {
            world.repository.write(&path, renamed);
        }
    }
    Some(format!("call {old} {new} everywhere"))
}

fn setting(world: &mut World) -> Option<String> {
    let (path, texts) = world.pick(SETTINGS);
    let text = world.pick(texts);
    if world.at(path).exists() && world.chance(3) {
        std::fs::remove_file(world.at(path)).ok()?;
        return Some(format!("delete {path}"));
    }
    world.repository.write(path, text);
    Some(format!("{text:?} in {path}"))
}

/// All that follows stands on other lines.
fn shift(world: &mut World) -> Option<String> {
    let path = world.file()?;
    let text = world.text(&path);
    world.repository.write(&path, format!("# A comment.\n\n{text}"));
    Some(format!("a comment before {path}"))
}

/// What does not parse, or is no text.
fn spoil(world: &mut World) -> Option<String> {
    let path = world.loose_file()?;
    let text = world.text(&path);
    let spoiled: Vec<u8> = match world.noise.below(3) {
        0 => [text.as_bytes(), b"\ndef (:\n"].concat(),
        1 => [text.as_bytes(), b"\n# \xff\xfe\n"].concat(),
        _ => Vec::new(),
    };
    let what = if spoiled.is_empty() { "empty" } else { "spoil" };
    world.repository.write(&path, spoiled);
    Some(format!("{what} {path}"))
}

fn windows_lines(world: &mut World) -> Option<String> {
    let path = world.file()?;
    let text = world.text(&path).replace("\r\n", "\n").replace('\n', "\r\n");
    world.repository.write(&path, text);
    Some(format!("CRLF in {path}"))
}
