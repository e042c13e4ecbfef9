#!/usr/bin/env python3
"""Measures ssot beside other tools, in turn, and prints a table: `python3 benches/run.py [ROW …] [--runs N]`.

It needs a Rust toolchain, git, Python with pip, npm and some GB: corpora and peers are fetched at pinned versions, into
`target/benches`, where they stay. Ratios are those of runs that followed each other. The memory of a run is that of its
largest process, so of a command that starts others (git, sh) not the sum, and never less than the 9 MB of a bare Python.
"""

import argparse
from pathlib import Path

from speed import fetch, report, repositories
from speed.measure import in_turn, measure
from speed.rows import ROWS, check

CACHE = "cache"


def size_of_cache(ssot: Path) -> None:
    """Judges what is staged once, from nothing, and looks at what that leaves."""
    for name, folder in [("homeassistant", repositories.homeassistant()), ("10 million lines", repositories.large())]:
        kept = folder / ".git" / "ssot"
        for path in [path for path in kept.rglob("*") if path.is_file()]:
            path.unlink()
        measure(check(ssot, folder, "--staged"))
        # What is written later, by the run that follows, is part of it.
        measure(check(ssot, folder, "--staged"))
        # In blocks, since a store may have holes.
        cache = sum(path.stat().st_blocks * 512 for path in kept.rglob("*") if path.is_file())
        print(report.cache_line(name, cache, repositories.size(folder).bytes), flush=True)


def main() -> None:
    names = [row.name for row in ROWS] + [CACHE]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "rows", nargs="*", metavar="ROW", help=f"which rows; all where none is named: {', '.join(names)}"
    )
    parser.add_argument(
        "--runs", type=int, help="how many runs are counted after one to warm up [7; of slow rows fewer]"
    )
    parser.add_argument("--ssot", type=Path, help="measure this program, not one that is built of this checkout")
    arguments = parser.parse_args()
    unknown = set(arguments.rows) - set(names)
    if unknown:
        parser.error(f"no row is called {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    wanted = arguments.rows or names
    ssot = arguments.ssot.resolve() if arguments.ssot else fetch.ssot()
    # All that is fetched and made, before anything is measured.
    pairs = [(row, row.pair(ssot)) for row in ROWS if row.name in wanted]
    ours = fetch.run([ssot, "--version"]).split()[1]
    peers = [("ruff", fetch.RUFF), ("jscpd", fetch.JSCPD), ("weavatrix-clone", fetch.WEAVATRIX)]
    print(report.heading([("ssot", ours), *peers, *fetch.CORPORA.items()]), flush=True)
    for row, pair in pairs:
        runs = min(arguments.runs or row.runs, row.runs) if row.runs == 1 else arguments.runs or row.runs
        print(report.line(row, in_turn(pair, runs, warm_up=row.runs > 1)), flush=True)
    if CACHE in wanted:
        size_of_cache(ssot)


if __name__ == "__main__":
    main()
