"""Compares the exact clones of jscpd with those of ssot, at the same minimum. A place that jscpd tells and ssot does not
must be one that the rules of `clone` leave out, as Python's own parser sees it; any other is printed, to be read.
`npm install jscpd` brings jscpd.

Usage: against_jscpd.py JSCPD SSOT FOLDER MIN_TOKENS
"""

import ast
import io
import json
import re
import subprocess
import sys
import tempfile
import tokenize
from collections import Counter
from pathlib import Path

POLICY = """version = 1
[project]
tests = []
[no-duplicate-concepts]
clones = {{ mode = "exact", min-tokens = {tokens}, min-lines = 1 }}
"""
LINES = 10
# The first and the last line of a clone of jscpd may hold more than the clone.
EDGES = 2
TABLE = 20
GENERATED = re.compile(r"(?i)@generated\b|\bauto(matically)?[- ]?generated\b|\bcode generated\b|\bdo not edit\b")
LITERALS = (ast.Constant, ast.Name)
BRACKETS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Attribute, ast.UnaryOp, ast.Starred, ast.JoinedStr, ast.FormattedValue)


Place = tuple[str, int, int]


def by_jscpd(jscpd: str, folder: str, tokens: int) -> list[tuple[Place, Place]]:
    """Each place with the one that it is a copy of."""
    with tempfile.TemporaryDirectory() as out:
        words = ["--min-lines", LINES, "--max-lines", 10**6, "--max-size", "10mb", "--format", "python", "--mode", "weak"]
        command = [jscpd, folder, "--min-tokens", tokens, *words, "--reporters", "json", "--silent", "--output", out]
        subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)
        report = json.loads(Path(out, "jscpd-report.json").read_text())
    found = set()
    for clone in report["duplicates"]:
        files = clone["firstFile"], clone["secondFile"]
        one, other = ((str(Path(folder, file["name"]).relative_to(folder)), file["start"], file["end"]) for file in files)
        found |= {(one, other), (other, one)}
    return sorted(found)


def by_ssot(ssot: str, folder: str, tokens: int) -> dict[str, set[int]]:
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as policy:
        policy.write(POLICY.format(tokens=tokens))
        policy.flush()
        command = [ssot, "check", "--policy", policy.name, "--rule", "clone", "--format", "json"]
        verdict = json.loads(subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=False).stdout)
    covered: dict[str, set[int]] = {}
    for finding in verdict["findings"]:
        for place in [finding, *finding["related"]]:
            said = re.search(r"lines (\d+) to (\d+)", place["message"])
            first, last = map(int, said.groups()) if said else (place["line"], place["end_line"] - 1)
            covered.setdefault(place["path"], set()).update(range(first, last + 1))
    return covered


def is_data(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return not value.args and is_data(value.func) and all(is_data(keyword.value) for keyword in value.keywords)
    inner = [child for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr)]
    return isinstance(value, LITERALS) or (isinstance(value, BRACKETS) and all(map(is_data, inner)))


class Text:
    """The tokens of a file that count, each with its line; `None` between what a copy cannot reach across."""

    def __init__(self, path: Path):
        source = path.read_text()
        self.head = source.split("\n\n", 1)[0]
        self.cuts: list[tuple[tuple[int, int], tuple[int, int]]] = []
        tokens = [token for token in tokenize.generate_tokens(io.StringIO(source).readline)]
        kept = (tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER)
        tokens = [token for token in tokens if token.type not in kept]
        # A comma before a closing bracket is layout.
        self.raw = tokens
        pairs = zip(tokens, [*tokens[1:], tokens[-1]])
        self.all = [token for token, after in pairs if token.string != "," or after.string not in (")", "]", "}")]
        self.body(source, ast.parse(source).body)
        self.tokens: list[int | None] = []
        for token in self.all:
            is_cut = any(start <= token.start < end for start, end in self.cuts)
            self.tokens.append(None if is_cut else token.start[0])

    def body(self, source: str, body: list[ast.stmt]) -> None:
        for stmt in body:
            if isinstance(stmt, (ast.Import, ast.ImportFrom)):
                self.cut(source, stmt)
            elif isinstance(stmt, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and stmt.value:
                self.value(source, stmt.value, stmt)
            elif not isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for name in ("body", "orelse", "finalbody", "handlers", "cases"):
                    inner = getattr(stmt, name, [])
                    for part in inner if isinstance(inner, list) else []:
                        self.body(source, [part] if isinstance(part, ast.stmt) else part.body)

    def value(self, source: str, value: ast.expr, whole: ast.AST) -> None:
        if not isinstance(value, (ast.Dict, ast.List, ast.Set, ast.Tuple, ast.Call)):
            return
        start, end = self.range(source, value)
        if sum(start <= token.start < end for token in self.raw) < TABLE:
            return
        if is_data(value):
            self.cut(source, whole)
            return
        rows = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", [])
        if isinstance(value, ast.Call):
            rows = [*value.args, *(keyword.value for keyword in value.keywords)]
        for row in rows:
            self.value(source, row, row)

    def range(self, source: str, node: ast.AST) -> tuple[tuple[int, int], tuple[int, int]]:
        def column(line: int, offset: int) -> int:
            return len(source.split("\n")[line - 1].encode()[:offset].decode())

        return (node.lineno, column(node.lineno, node.col_offset)), (node.end_lineno, column(node.end_lineno, node.end_col_offset))

    def cut(self, source: str, node: ast.AST) -> None:
        self.cuts.append(self.range(source, node))

    def inside(self, start: int, end: int) -> list[str]:
        """The tokens of the lines; how many blocks end at once does not count, nor what stands before the first word."""
        names = {tokenize.INDENT: "indent", tokenize.DEDENT: "dedent"}
        inner = [token for token in self.all if start <= token.start[0] <= end and token.type != tokenize.NEWLINE]
        words = [names.get(token.type, token.string) for token in inner]
        while words and words[0] in names.values():
            words.pop(0)
        return [word for word, before in zip(words, ["", *words]) if (word, before) != ("dedent", "dedent")]

    def why(self, lines: set[int], least: int) -> str:
        """Why the lines hold no copy; empty where they may."""
        if GENERATED.search("\n".join(line for line in self.head.splitlines() if line.startswith("#"))):
            return "generated"
        run, most, all_tokens = 0, 0, 0
        for token, line in zip(self.all, self.tokens, strict=True):
            inside = token.start[0] in lines
            all_tokens += inside
            run = run + 1 if inside and line is not None else 0
            most = max(most, run)
        if all_tokens < least:
            return "fewer tokens, where a string is one"
        return "imports and tables of data" if most < least else ""


def main() -> None:
    jscpd, ssot, folder, least = *sys.argv[1:4], int(sys.argv[4])
    told = by_jscpd(jscpd, folder, least)
    covered = by_ssot(ssot, folder, least)
    texts: dict[str, Text] = {}
    counts: Counter[str] = Counter()
    for place, other in told:
        path, start, end = place
        rest = sorted(set(range(start, end + 1)) - covered.get(path, set()))
        if len(rest) <= EDGES:
            counts["told by ssot"] += 1
            continue
        for name in (path, other[0]):
            if name not in texts:
                texts[name] = Text(Path(folder, name))
        # What stands on its edges is seldom part of it as a whole.
        inner = {line for line in rest if start < line < end}
        why = texts[path].why(inner, least) or texts[other[0]].why(set(range(other[1] + 1, other[2])), least)
        if not why and texts[path].inside(start + 1, end - 1) != texts[other[0]].inside(other[1] + 1, other[2] - 1):
            why = "not the same tokens"
        counts["left out: " + why if why else "missed"] += 1
        if not why:
            print(f"{path}:{start}-{end}: {len(rest)} lines from {rest[0]} on are not told")
    print(f"{len(told)} places of jscpd at {least} tokens:")
    for what, count in counts.most_common():
        print(f"{count:6} {what}")


if __name__ == "__main__":
    main()
