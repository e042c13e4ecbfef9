"""Commands in turn, each with its time and its memory."""

import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


ALONE = Path(__file__).with_name("alone.py")


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
    words = [str(word) for word in command.words]
    done = subprocess.run(
        [sys.executable, "-I", "-S", ALONE, *words],
        cwd=command.folder,
        env=os.environ | command.environment,
        capture_output=True,
        text=True,
        errors="replace",
    )
    seconds, kibibytes, status = done.stdout.split() or ("0", "0", "2")
    if int(status) not in (0, 1):
        raise SystemExit(f"{' '.join(words)}: exit status {status}\n{done.stderr}")
    return Measured(float(seconds), int(kibibytes) * 1024)


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
