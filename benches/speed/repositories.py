"""The repositories that are judged, each made once of the corpora, committed and packed."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from speed.copies import Original, python_files
from speed.fetch import PLACE, corpus, git, say

# How often each package stands in the large repository, which has so many files, of which so many bytes each at most
# where they are no code.
LARGE = {"ansible": 1, "django": 4, "sympy": 6}
LARGE_FILES = 50_000
SMALL = 1 << 16

# Two concepts, three contracts, and copied code. `{package}` is the first of the copies.
HOMEASSISTANT_POLICY = """version = 1

[concept.entity-platform]
home = "{package}.helpers.entity_platform"
owns = ["class EntityPlatform", "def async_get_platforms"]

[concept.json]
home = "{package}.helpers.json"
owns = ["class *JSONEncoder"]
wraps = ["orjson"]

[contract.core-apart]
type = "forbidden"
from = ["{package}.helpers", "{package}.util"]
to = ["{package}.components", "voluptuous"]

[contract.tiers]
type = "layers"
layers = ["{package}.components", "{package}.auth | {package}.scripts", "{package}.helpers", "{package}.util"]

[contract.clouds]
type = "independence"
modules = ["{package}.components.cloud", "{package}.components.alexa", "{package}.components.recorder"]

[no-duplicate-concepts]
clones = {{ mode = "renamed" }}
"""
LARGE_POLICY = """version = 1

[concept.iteration]
home = "sympy_1.utilities.iterables"
owns = ["def *flatten_1", "def numbered_symbols_1"]
in = ["sympy_1/**"]

[concept.safe-text]
home = "django_1.utils.safestring"
owns = ["class Safe*", "def mark_safe_1"]
wraps = ["html"]
in = ["django_1/**"]

[contract.tiers]
type = "layers"
layers = ["sympy_1.solvers", "sympy_1.simplify", "sympy_1.core"]

[contract.apart]
type = "forbidden"
from = ["django_1", "django_2"]
to = ["sympy_1", "sympy_2", "ansible_collections_1"]

[contract.collections]
type = "independence"
modules = ["ansible_collections_1.amazon", "ansible_collections_1.azure", "ansible_collections_1.google"]

[no-duplicate-concepts]
clones = { mode = "renamed" }
"""


@dataclass(frozen=True)
class Size:
    """How much there is to judge."""

    files: int
    python_files: int
    lines: int
    bytes: int

    def __str__(self) -> str:
        mega = self.bytes / 1e6
        return f"{self.files:,} files, {self.python_files:,} of them Python: {self.lines:,} lines, {mega:,.0f} MB"


def made(name: str, make: Callable[[Path], None]) -> Path:
    """The repository of that name; whole or not there."""
    folder = PLACE / "repositories" / name
    if not folder.exists():
        say(f"making the repository {name}")
        new = folder.with_name(name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        make(new)
        git(new, "init", "--quiet", "--initial-branch=main")
        git(new, "add", "--all")
        git(new, "commit", "--quiet", "--message", "as made")
        git(new, "gc", "--quiet")
        new.rename(folder)
        # The index knows the files by where they are.
        git(folder, "status")
    return folder


def size(folder: Path) -> Size:
    paths = [folder / path for path in git(folder, "ls-files", "-z").split("\0") if path]
    texts = [path.read_bytes() for path in paths if path.suffix == ".py" and path.is_file()]
    lines = sum(text.count(b"\n") for text in texts)
    return Size(len(paths), len(texts), lines, sum(map(len, texts)))


def homeassistant() -> Path:
    """The package as it was released, with all that lies beside the code."""

    def make(folder: Path) -> None:
        shutil.copytree(corpus("homeassistant"), folder, dirs_exist_ok=True)
        (folder / "ssot.toml").write_text(HOMEASSISTANT_POLICY.format(package="homeassistant"))

    return made("homeassistant", make)


def homeassistants(count: int) -> Path:
    """The code of so many copies of it."""

    def make(folder: Path) -> None:
        original = Original(corpus("homeassistant"))
        for number in range(1, count + 1):
            original.copy(number, folder)
        (folder / "ssot.toml").write_text(HOMEASSISTANT_POLICY.format(package="homeassistant_1"))

    return made(f"homeassistant-{count}", make)


def large() -> Path:
    """10 million lines of Python, and small files of other kinds."""

    def make(folder: Path) -> None:
        for name, count in LARGE.items():
            original = Original(corpus(name))
            for number in range(1, count + 1):
                original.copy(number, folder)
        (folder / "ssot.toml").write_text(LARGE_POLICY)
        wanted = LARGE_FILES - len(python_files(folder)) - 1
        others = corpus("homeassistant")
        small = (path for path in sorted(others.rglob("*")) if path.is_file() and path.suffix != ".py")
        for path in [path for path in small if path.stat().st_size < SMALL][:wanted]:
            to = folder / "others" / path.relative_to(others)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)

    return made("large", make)


# An import by itself, behind which one more line stands well.
IMPORT = re.compile(rb"^import \w+$", re.MULTILINE)


def change(path: Path, value: str) -> None:
    """Adds a line, which moves all that follows: behind an import, else at the end."""
    text = path.read_bytes()
    found = IMPORT.search(text)
    at = found.end() if found else len(text)
    path.write_bytes(text[:at] + f'\nchanged_by_benches = "{value}"\n'.encode() + text[at:].removeprefix(b"\n"))


class Changes:
    """Changes of the large repository that no earlier run has seen."""

    def __init__(self, folder: Path, count: int, kind: str = "*.py"):
        self.folder = folder
        self.count = count
        # What earlier measurements changed goes.
        first = git(folder, "rev-list", "--max-parents=0", "HEAD").strip()
        git(folder, "reset", "--quiet", "--hard", first)
        self.paths = git(folder, "ls-files", kind).splitlines()

    def next(self, turn: int) -> list[str]:
        """Commits what was changed last, and changes and stages as many other files."""
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", "the change before")
        head = git(self.folder, "rev-parse", "HEAD").strip()
        # Far apart, and others in each turn.
        step = len(self.paths) // self.count
        paths = [self.paths[(turn * 7919 + number * step) % len(self.paths)] for number in range(self.count)]
        for path in paths:
            change(self.folder / path, head)
        git(self.folder, "add", "--update")
        return paths
