"""Asks `ssot where --like` about functions of a repository as they would be written a second time, and counts where the
function itself comes in the answer: as it is, with all its local names changed, with statements added, removed and
changed, and with both. The functions are drawn by a fixed seed.

Usage: most_alike.py SSOT FOLDER [--count 20] [--seed 2026] [--lines 4-60]
"""

import argparse
import ast
import json
import random
import subprocess
import tempfile
import time
from pathlib import Path

# With fewer nodes there is hardly a function that has no like.
LEAST_NODES = 40
KEPT = {"cls", "self"}
CHANGES = {"as it is": (), "renamed": ("names",), "edited": ("statements",), "both": ("names", "statements")}

Drawn = tuple[Path, ast.FunctionDef]


def draw(folder: Path, count: int, lines: tuple[int, int], chance: random.Random) -> list[Drawn]:
    def is_fit(node: ast.AST) -> bool:
        if not isinstance(node, ast.FunctionDef) or sum(1 for _ in ast.walk(node)) <= LEAST_NODES:
            return False
        return lines[0] <= (node.end_lineno or 0) + 1 - node.lineno <= lines[1]

    files = sorted(path for path in folder.rglob("*.py") if "tests" not in path.parts)
    chance.shuffle(files)
    drawn: list[Drawn] = []
    for path in files:
        try:
            fit = [node for node in ast.walk(ast.parse(path.read_text())) if is_fit(node)]
        except (SyntaxError, UnicodeDecodeError):
            continue
        if fit and len(drawn) < count:
            drawn.append((path, chance.choice(fit)))
    return drawn


def rename(function: ast.FunctionDef) -> None:
    bound = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    bound |= {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    others = {name: f"other_{number}" for number, name in enumerate(sorted(bound - KEPT))}
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            node.id = others.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg = others.get(node.arg, node.arg)
    function.name = f"other_{len(function.name)}"


def edit(function: ast.FunctionDef, chance: random.Random) -> None:
    body = function.body
    body.insert(chance.randrange(len(body) + 1), ast.parse('LOGGER.debug("entered %s", here)').body[0])
    if len(body) > 4:
        body.pop(chance.randrange(1, len(body) - 1))
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and type(node.value) in (int, str) and chance.random() < 0.5:
            node.value = "other" if isinstance(node.value, str) else 7
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    if calls:
        chance.choice(calls).keywords.append(ast.keyword("strict", ast.Constant(True)))


def changed(function: ast.FunctionDef, changes: tuple[str, ...], chance: random.Random) -> str:
    (copy,) = ast.parse(ast.unparse(function)).body
    assert isinstance(copy, ast.FunctionDef)
    copy.decorator_list = []
    if "names" in changes:
        rename(copy)
    if "statements" in changes:
        edit(copy, chance)
    return ast.unparse(ast.fix_missing_locations(copy)) + "\n"


def ask(ssot: str, folder: Path, text: str) -> list[dict]:
    with tempfile.NamedTemporaryFile("w", suffix=".py") as draft:
        draft.write(text)
        draft.flush()
        command = [ssot, "where", "--like", f"{draft.name}:1", "--format", "json"]
        said = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=False).stdout
    return json.loads(said)["pieces"][0]["found"]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("ssot")
    words.add_argument("folder", type=Path)
    words.add_argument("--count", type=int, default=20)
    words.add_argument("--seed", type=int, default=2026)
    words.add_argument("--lines", type=lambda text: tuple(map(int, text.split("-"))), default=(4, 60))
    args = words.parse_args()
    chance = random.Random(args.seed)
    drawn = draw(args.folder, args.count, args.lines, chance)
    for name, changes in CHANGES.items():
        first, scores, others, seconds = 0, [], [], []
        for path, function in drawn:
            text = changed(function, changes, chance)
            start = time.monotonic()
            found = ask(args.ssot, args.folder, text)
            seconds.append(time.monotonic() - start)

            def is_own(like: dict, path: Path = path, function: ast.FunctionDef = function) -> bool:
                own = Path(args.folder, like["path"]) == path
                return own and like["line"] <= (function.end_lineno or 0) and function.lineno <= like["last_line"]

            own = [like["score"] for like in found if is_own(like)]
            rest = [like["score"] for like in found if not is_own(like)]
            # Another that is as much alike may stand before it by its path.
            first += bool(own) and max(own) >= max(rest, default=0)
            scores.append(max(own, default=0))
            others.append(max(rest, default=0))
            if not own:
                print(f"not found, {name}: {path.relative_to(args.folder)}:{function.lineno}")
        middle = sorted(scores)[len(scores) // 2], sorted(others)[len(others) // 2], sorted(seconds)[len(seconds) // 2]
        print(f"{name:9} first {first} of {len(drawn)}; in the middle {middle[0]}, the next {middle[1]}, {middle[2]:.2f} s")


if __name__ == "__main__":
    main()
