"""Commands in turn, each with its time and its memory."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Command:
    """What is run, and where. Findings are no failure."""

    words: list[str | Path]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """Seconds, and bytes of the largest process: of one that was started in turn too, but no sum."""

    seconds: float
    memory: int


def measure(command: Command) -> Measured:
    environment = os.environ | command.environment
    words = [str(word) for word in command.words]
    start = time.perf_counter()
    child = subprocess.Popen(
        words, cwd=command.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert child.stderr
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stderr.close()
    if child.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(words)}: exit status {child.returncode}\n{said.decode(errors='replace')}")
    # Linux counts in KiB.
    return Measured(seconds, usage.ru_maxrss * 1024)


@dataclass(frozen=True)
class Pair:
    """What is measured, and what it is measured against; none where a figure stands for itself."""

    ours: Command
    theirs: Command | None
    # Run before each turn, with its number, outside what is measured; the first turn is a warm-up.
    prepare: Callable[[int], None] = lambda turn: None


@dataclass(frozen=True)
class Result:
    """What was measured in turn."""

    ours: list[Measured]
    theirs: list[Measured]

    def ratios(self, of: Callable[[Measured], float]) -> list[float]:
        return [of(ours) / of(theirs) for ours, theirs in zip(self.ours, self.theirs)]


def seconds(measured: Measured) -> float:
    return measured.seconds


def memory(measured: Measured) -> float:
    return measured.memory


def median(all_measured: list[Measured], of: Callable[[Measured], float]) -> float:
    return statistics.median(of(measured) for measured in all_measured)


def in_turn(pair: Pair, runs: int, warm_up: bool = True) -> Result:
    """One, the other, one, the other; what the machine does beside it falls on both."""
    result = Result([], [])
    for turn in range(0 if warm_up else 1, runs + 1):
        pair.prepare(turn)
        ours = measure(pair.ours)
        theirs = measure(pair.theirs) if pair.theirs else None
        if turn > 0:
            result.ours.append(ours)
            if theirs:
                result.theirs.append(theirs)
    return result
