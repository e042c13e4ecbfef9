"""What the rule `clone` sees of a file of Python, by Python's own parser: its tokens, what of them is left out, and its
functions and classes."""

import ast
import io
import keyword
import re
import tokenize
from collections import Counter
from collections.abc import Collection
from pathlib import Path

TABLE = 20
# A function of fewer tokens has no head that is looked at, and a copy with fewer beside heads is none.
LEAST_UNIT = 50
LEAST_CODE = 20
GENERATED = re.compile(r"(?i)@generated\b|\bauto(matically)?[- ]?generated\b|\bcode generated\b|\bdo not edit\b")
SPELLED = (ast.Constant, ast.Name)
BRACKETS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Attribute, ast.UnaryOp, ast.Starred, ast.JoinedStr, ast.FormattedValue)
UNITS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LAYOUT = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
LITERALS = {kind: "" for kind in (tokenize.NUMBER, tokenize.STRING, tokenize.FSTRING_MIDDLE)}
WORDS = ("False", "None", "True")
TAKEN = "what functions take"


def is_data(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return not value.args and is_data(value.func) and all(is_data(keyword.value) for keyword in value.keywords)
    inner = [child for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr)]
    return isinstance(value, SPELLED) or (isinstance(value, BRACKETS) and all(map(is_data, inner)))


def hands_on(stmt: ast.stmt) -> bool:
    """Whether a statement does nothing, or only calls something with names and literals."""
    value = stmt.value if isinstance(stmt, (ast.Expr, ast.Return)) else None
    while isinstance(value, (ast.Await, ast.YieldFrom)):
        value = value.value
    if not isinstance(value, ast.Call):
        return isinstance(stmt, ast.Pass) or (value is None and isinstance(stmt, ast.Return)) or (
            isinstance(value, ast.Constant) and value.value is ...
        )
    given = [arg.value if isinstance(arg, ast.Starred) else arg for arg in value.args]
    given += [keyword.value for keyword in value.keywords]
    return is_data(value.func) and all(isinstance(arg, (ast.Name, ast.Attribute, ast.Constant)) for arg in given)


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
        tree = ast.parse(source)
        self.body(source, tree.body)
        # First and last line; decorators are no part.
        self.units = [(node.lineno, node.end_lineno or 0) for node in ast.walk(tree) if isinstance(node, UNITS)]
        functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
        self.heads = [self.head_of(source, node) for node in functions]
        self.tokens: list[int | None] = []
        for token in self.all:
            is_cut = any(start <= token.start < end for start, end in self.cuts)
            self.tokens.append(None if is_cut else token.start[0])

    def head_of(self, source: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[tuple[int, int], tuple[int, int]]:
        """What a function takes, with its docstring; all of one that only hands it on."""
        start, end = self.range(source, node)
        if sum(start <= token.start < end for token in self.raw) < LEAST_UNIT:
            return start, start
        body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
        if not body or (len(body) == 1 and hands_on(body[0])):
            return start, end
        return start, self.range(source, body[0])[0]

    def code(self, lines: Collection[int]) -> int:
        """How many tokens of the lines stand in no head of a function."""
        inside = [token.start for token in self.all if token.start[0] in lines]
        return sum(not any(start <= place < end for start, end in self.heads) for place in inside)

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

    def unit(self, start: int, end: int) -> tuple[int, int] | None:
        """The function or class that stands there, give or take a fifth."""

        def share(unit: tuple[int, int]) -> float:
            return (min(unit[1], end) + 1 - max(unit[0], start)) / (max(unit[1], end) + 1 - min(unit[0], start))

        best = max(self.units, key=share, default=None)
        return best if best and share(best) >= 0.8 else None

    def shape(self, unit: tuple[int, int]) -> list[str | int]:
        """The tokens of a unit, literals aside, each name by how far before it stands the same."""
        found: list[str | int] = []
        last: dict[str, int] = {}
        for token in self.all:
            if unit[0] <= token.start[0] <= unit[1] and token.type not in LAYOUT:
                word = LITERALS.get(token.type, token.string)
                if token.type == tokenize.NAME and not keyword.iskeyword(word):
                    found.append(len(found) - last.get(word, len(found)))
                    last[word] = len(found) - 1
                else:
                    found.append("" if word in WORDS else word)
        return found

    def statements(self, unit: tuple[int, int]) -> Counter[tuple[str, ...]]:
        """The statements of a unit, literals aside, with the tokens of each."""
        found: Counter[tuple[str, ...]] = Counter()
        words: list[str] = []
        for token in self.all:
            if not unit[0] <= token.start[0] <= unit[1]:
                continue
            if token.type not in LAYOUT:
                word = LITERALS.get(token.type, token.string)
                words.append("" if word in WORDS else word)
            elif words:
                found[tuple(words)] += len(words)
                words = []
        found[tuple(words)] += len(words)
        return found

    def height(self, start: int, end: int) -> int:
        """The lines of the tokens that start there: a string that starts before is no part."""
        inner = [token for token in self.all if start <= token.start[0] <= end and token.type not in LAYOUT]
        return inner[-1].end[0] + 1 - inner[0].start[0] if inner else 0

    def count(self, unit: tuple[int, int]) -> int:
        return sum(unit[0] <= token.start[0] <= unit[1] for token in self.all)

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
            return "fewer tokens"
        if most < least:
            return "imports and tables of data"
        return TAKEN if self.code(lines) < LEAST_CODE else ""
