"""Compares the copies that another program finds in a folder of Python with those of ssot, at the same minimum.

A pair of places that only the other one tells must be one that the rule `clone` leaves out, as Python's own parser sees
it: the reasons are counted, and what has none is printed, to be read. `--lacking 50` prints as many of what only ssot
tells, by a fixed seed, to be judged.

Usage: python3 benches/against_peers jscpd|similarity-py|weavatrix-clone PROGRAM SSOT FOLDER [--mode near] [--tokens 100]
"""

import argparse
import hashlib
from collections import Counter
from pathlib import Path

from ours import Ours, ours
from peers import PEERS, Pair, Place
from text import LEAST_CODE, TAKEN, Text

# The first and the last line of a pair may hold more than the copy.
EDGES = 2
# What is no exact copy is told where no more than this part of its lines is not.
REST = 0.25
SIMILAR = 0.7
NO_UNIT = "no whole function or class"


class Reasons:
    """Why ssot does not tell a pair."""

    def __init__(self, folder: str, mode: str, tokens: int, lines: int):
        self.folder, self.mode, self.tokens, self.lines = folder, mode, tokens, lines
        self.texts: dict[str, Text] = {}

    def text(self, path: str) -> Text:
        if path not in self.texts:
            self.texts[path] = Text(Path(self.folder, path))
        return self.texts[path]

    def why(self, kind: str, sides: list[tuple[Place, list[int]]]) -> str:
        """Empty where nothing speaks against it."""
        places = [place for place, _ in sides]
        if kind != "exact":
            alike = self.alike(places)
            return (self.stretches(sides) or alike) if alike == NO_UNIT else alike
        return self.stretches(sides) or self.exact(places)

    def stretches(self, sides: list[tuple[Place, list[int]]]) -> str:
        """Why no part is left that can be a copy. Of each side only what is not told is looked at."""
        for (path, start, end), left in sides:
            # What stands on its edges is seldom part of it as a whole.
            why = left and self.text(path).why({line for line in left if start < line < end}, self.tokens)
            if why:
                return why if len(left) == end + 1 - start else "told but for a rest of " + why
        return ""

    def exact(self, places: list[Place]) -> str:
        if min(self.text(path).height(start, end) for path, start, end in places) < self.lines:
            return "fewer lines"
        inner = [self.text(path).inside(start + 1, end - 1) for path, start, end in places]
        return "" if inner[0] == inner[1] else "not the same tokens"

    def alike(self, places: list[Place]) -> str:
        texts = [self.text(path) for path, _, _ in places]
        units = [text.unit(start, end) for text, (_, start, end) in zip(texts, places)]
        if None in units:
            return NO_UNIT
        if min(last + 1 - first for first, last in units) < self.lines:
            return "fewer lines, without decorators"
        if min(text.count(unit) for text, unit in zip(texts, units)) < self.tokens:
            return "fewer tokens"
        if max(text.code(range(unit[0], unit[1] + 1)) for text, unit in zip(texts, units)) < LEAST_CODE:
            return TAKEN
        one, other = (text.shape(unit) for text, unit in zip(texts, units))
        if self.mode == "renamed":
            return "" if one == other else "names that are not others throughout"
        if one == other:
            return ""
        one, other = (text.statements(unit) for text, unit in zip(texts, units))
        common = sum(min(tokens, other[words]) for words, tokens in one.items())
        share = 2 * common / (one.total() + other.total())
        return f"statements less than {SIMILAR} alike" if share < SIMILAR else ""


def share(place: Place, of: Place) -> float:
    """Which part of a place another one covers."""
    common = min(place[2], of[2]) + 1 - max(place[1], of[1])
    return max(common, 0) / (place[2] + 1 - place[1]) if place[0] == of[0] else 0.0


def judge(pairs: list[Pair], found: Ours, reasons: Reasons) -> Counter[str]:
    counts: Counter[str] = Counter()
    for kind, *places in sorted(pairs):
        sides = [(place, found.left(place)) for place in places]

        def is_told(place: Place, left: list[int], kind: str = kind) -> bool:
            return len(left) <= EDGES or (kind != "exact" and len(left) <= REST * (place[2] + 1 - place[1]))

        if all(is_told(*side) for side in sides):
            counts[kind, "told by ssot"] += 1
            continue
        why = reasons.why(kind, [(place, left if len(left) > EDGES else []) for place, left in sides])
        counts[kind, "left out: " + why if why else "missed"] += 1
        if not why:
            print(kind, *(f"{path}:{start}-{end}" for path, start, end in places))
    return counts


def lacking(pairs: list[Pair], found: Ours) -> list[tuple[str, list[Place]]]:
    """Our classes of which the other program tells less than two places by half."""
    told = [place for _, *places in pairs for place in places]
    by_path: dict[str, list[Place]] = {}
    for place in told:
        by_path.setdefault(place[0], []).append(place)

    def is_told(place: Place) -> bool:
        return any(share(place, other) >= 0.5 for other in by_path.get(place[0], []))

    return [(kind, places) for kind, places in found.classes if sum(map(is_told, places)) < 2]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("peer", choices=PEERS)
    words.add_argument("program")
    words.add_argument("ssot")
    words.add_argument("folder", type=lambda folder: str(Path(folder).resolve()))
    words.add_argument("--mode", choices=["exact", "renamed", "near"], default="exact")
    words.add_argument("--tokens", type=int, default=100)
    words.add_argument("--lines", type=int, default=10)
    words.add_argument("--lacking", type=int, metavar="COUNT")
    words.add_argument("--seed", type=int, default=2026)
    args = words.parse_args()
    pairs = PEERS[args.peer](args.program, args.folder, args.tokens, args.lines, args.mode)
    found = ours(args.ssot, args.folder, args.tokens, args.lines, args.mode)
    if args.lacking is not None:
        classes = lacking(pairs, found)
        print(f"{len(classes)} of {len(found.classes)} classes of ssot are not told by {args.peer}:")
        shown = [" ".join([kind, *(f"{path}:{start}-{end}" for path, start, end in places)]) for kind, places in classes]
        # Each has its own lot, so that one class more draws hardly any others.
        shown.sort(key=lambda line: hashlib.sha256(f"{args.seed} {line}".encode()).digest())
        print(*sorted(shown[: args.lacking]), sep="\n")
        return
    counts = judge(pairs, found, Reasons(args.folder, args.mode, args.tokens, args.lines))
    print(f"{len(pairs)} pairs of {args.peer} at {args.tokens} tokens:")
    for (kind, what), count in sorted(counts.items()):
        print(f"{count:6} {kind:8} {what}")


if __name__ == "__main__":
    main()
