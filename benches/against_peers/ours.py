"""What ssot says is copied."""

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass, field

from peers import Place

POLICY = """version = 1
[project]
tests = []
[no-duplicate-concepts]
clones = {{ mode = "{mode}", min-tokens = {tokens}, min-lines = {lines} }}
"""
KINDS = {"are copied from": "exact", "but for names and literals": "renamed", "are nearly those": "near"}


@dataclass
class Ours:
    # The kind and the places of each class of copies.
    classes: list[tuple[str, list[Place]]] = field(default_factory=list)
    # The lines of each file that stand in one.
    covered: dict[str, set[int]] = field(default_factory=dict)

    def left(self, place: Place) -> list[int]:
        """The lines of a place that stand in no copy."""
        return sorted(set(range(place[1], place[2] + 1)) - self.covered.get(place[0], set()))


def ours(ssot: str, folder: str, tokens: int, lines: int, mode: str) -> Ours:
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as policy:
        policy.write(POLICY.format(tokens=tokens, lines=lines, mode=mode))
        policy.flush()
        command = [ssot, "check", "--no-cache", "--policy", policy.name, "--rule", "clone", "--format", "json"]
        verdict = json.loads(subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=False).stdout)
    found = Ours()
    for finding in verdict["findings"]:
        places = []
        for place in [finding, *finding["related"]]:
            said = re.search(r"lines (\d+) to (\d+)", place["message"])
            first, last = map(int, said.groups()) if said else (place["line"], place["end_line"] - 1)
            places.append((place["path"], first, last))
            found.covered.setdefault(place["path"], set()).update(range(first, last + 1))
        found.classes.append((next(kind for words, kind in KINDS.items() if words in finding["message"]), places))
    return found
