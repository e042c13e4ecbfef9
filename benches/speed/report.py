"""The table, in Markdown."""

import statistics
from collections.abc import Callable, Iterable

from speed import fetch
from speed.measure import Measured, Result, median, memory, seconds
from speed.rows import Row

HEAD = """| what | against | wanted | time × min / median / max | medians | memory × | peak memory |
|---|---|---|---|---|---|---|"""


def heading(versions: Iterable[tuple[str, str]]) -> str:
    machine = fetch.machine()
    gibibytes = machine.memory / 2**30
    host = f"{machine.processor}, {machine.cores} cores, {gibibytes:.0f} GiB, {machine.kernel}, git {machine.git}, Rust {machine.rust}"
    listed = ", ".join(f"{name} {version}" for name, version in versions)
    return f"{host}.\n{listed}.\n\n{HEAD}"


def both(result: Result, tell: str, scale: float, of: Callable[[Measured], float]) -> str:
    medians = [median(measured, of) / scale for measured in (result.ours, result.theirs) if measured]
    return " / ".join(format(value, tell) for value in medians)


def times(ratios: list[float]) -> str:
    if not ratios:
        return ""
    return " / ".join(f"{value:.2f}" for value in (min(ratios), statistics.median(ratios), max(ratios)))


def line(row: Row, result: Result) -> str:
    of_memory = result.ratios(memory)
    cells = [
        row.what,
        row.against,
        row.wanted,
        times(result.ratios(seconds)),
        both(result, ".3f", 1, seconds) + " s",
        f"{statistics.median(of_memory):.2f}" if of_memory else "",
        both(result, ".0f", 1e6, memory) + " MB",
    ]
    return "| " + " | ".join(cells) + " |"


def cache_line(name: str, cache: int, source: int) -> str:
    megabytes = f"{cache / 1e6:.1f} / {source / 1e6:.1f} MB"
    return f"| size of the cache, {name} | its Python files | ≤ 0.15 × | {cache / source:.3f} | {megabytes} | | |"
