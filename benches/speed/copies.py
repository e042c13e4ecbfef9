"""Copies of a package that are other code: names are changed, and statements stand between those of the original, so that
no blob and hardly a function is alike. The same input always gives the same output.

Imports still lead where they led: the package of a copy has a name of its own, modules keep theirs, and what is defined is
called the same wherever it is used.
"""

import __future__

import builtins
import keyword
import re
import sys
import zlib
from pathlib import Path

DEFINED = re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)
# A shorter one may be the prefix of a string; the name of a character is none.
WORD = re.compile(r"\\N\{[^}]*\}|\b[A-Za-z_]\w{2,}")
# A line that starts like this starts a statement, and is no clause of the one before.
STATEMENT = re.compile(r"^( +)(?=(?:assert|raise|return|try|while|with)\b|self\.\w+ = )", re.MULTILINE)
FORMS = [
    "{name} = {number}",
    "{name} = [{number}, {number}]",
    "{name}: int = -{number}",
    "{name} = not {number}",
    "del {name}[{number}:]",
    "assert {name} is None, {number}",
    "{name}.value += {number} * {number}",
    "{name}({number}, key={number})",
    "global_{name} = {{{number}: {number}}}",
]


def python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if path.is_file())


def read(path: Path) -> str | None:
    """The text of a file; none where it is not UTF-8."""
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        return None


class Original:
    """A package that is to be copied."""

    def __init__(self, folder: Path):
        self.tops = sorted(
            path.name for path in folder.iterdir() if path.is_dir() and not path.name.endswith(".dist-info")
        )
        files = [(path.relative_to(folder), read(path)) for top in self.tops for path in python_files(folder / top)]
        self.files = [(path, text) for path, text in files if text is not None]
        modules = {part for path, _ in self.files for part in path.with_suffix("").parts}
        words = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *__future__.all_feature_names}
        kept = modules | words | sys.stdlib_module_names
        defined = {found for _, text in self.files for found in DEFINED.findall(text)}
        self.names = {name for name in defined - kept if not (name.startswith("__") and name.endswith("__"))}

    def copy(self, number: int, into: Path) -> None:
        """Writes the copy of that number beside the others."""
        names = {name: f"{name}_{number}" for name in [*self.names, *self.tops]}
        new = names.get

        def renamed(found: re.Match[str]) -> str:
            word = found[0]
            return new(word, word)

        for path, text in self.files:
            top, *rest = path.parts
            to = into.joinpath(names[top], *rest)
            to.parent.mkdir(parents=True, exist_ok=True)
            between = Between(f"{number}/{path}")
            to.write_text(STATEMENT.sub(between, WORD.sub(renamed, text)), newline="")


class Between:
    """Puts a statement before every second one or so; which, and of what form, hangs on the file and the copy."""

    def __init__(self, seed: str):
        self.state = zlib.crc32(seed.encode())

    def __call__(self, found: re.Match[str]) -> str:
        # The constants of Numerical Recipes.
        self.state = (self.state * 1664525 + 1013904223) & 0xFFFFFFFF
        number = self.state >> 8
        if number % 2:
            return found[0]
        form = FORMS[number // 2 % len(FORMS)]
        return f"{found[1]}{form.format(name=f'name_{number % 997}', number=number % 89)}\n{found[1]}"
