"""Corpora and peers at pinned versions, each fetched once."""

import os
import platform
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
# Below what git ignores already; `cargo clean` removes it.
PLACE = CHECKOUT / "target" / "benches"

CORPORA = {"ansible": "14.5.0", "django": "6.1.3", "homeassistant": "2026.2.3", "sympy": "1.14.0"}
RUFF = "0.17.6"
JSCPD = "5.3.3"
WEAVATRIX = "0.1.4"


def run(words: Sequence[str | Path], folder: Path = CHECKOUT) -> str:
    """What a command prints, which must succeed."""
    return subprocess.run(
        [str(word) for word in words], cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


# Nothing is packed behind the back of a measurement.
GIT = [
    "user.name=benches",
    "user.email=benches@localhost",
    "commit.gpgsign=false",
    "gc.auto=0",
    "maintenance.auto=false",
]


def git(folder: Path, *words: str) -> str:
    return run(["git", *(word for setting in GIT for word in ("-c", setting)), *words], folder)


def corpus(name: str) -> Path:
    """The folder of a package as it was released."""
    folder = PLACE / "corpora" / f"{name}-{CORPORA[name]}"
    if not folder.exists():
        say(f"fetching {name} {CORPORA[name]}")
        wheels = PLACE / "wheels"
        only = ["--no-deps", "--only-binary=:all:", "--python-version", "3.14"]
        words = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", *only]
        run([*words, "--dest", wheels, f"{name}=={CORPORA[name]}"])
        (wheel,) = wheels.glob(f"{name}-{CORPORA[name]}-*.whl")
        unpacked = folder.with_name(folder.name + ".new")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked)
        unpacked.rename(folder)
    return folder


def ruff() -> Path:
    venv = PLACE / f"ruff-{RUFF}"
    program = venv / "bin" / "ruff"
    if not program.exists():
        say(f"installing ruff {RUFF}")
        run([sys.executable, "-m", "venv", venv])
        run(
            [venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"ruff=={RUFF}"]
        )
    return program


def jscpd() -> Path:
    """The program itself: what npm starts it with is no part of what is measured."""
    folder = PLACE / f"jscpd-{JSCPD}"
    if not list(folder.glob("node_modules/jscpd-*/bin/jscpd")):
        say(f"installing jscpd {JSCPD}")
        folder.mkdir(parents=True, exist_ok=True)
        run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, f"jscpd@{JSCPD}"])
    (program,) = folder.glob("node_modules/jscpd-*/bin/jscpd")
    return program


def weavatrix() -> Path:
    root = PLACE / f"weavatrix-clone-{WEAVATRIX}"
    program = root / "bin" / "weavatrix-clone"
    if not program.exists():
        say(f"building weavatrix-clone {WEAVATRIX}")
        run(
            ["cargo", "install", "--quiet", "--locked", "--root", root, "--version", f"={WEAVATRIX}", "weavatrix-clone"]
        )
    return program


def ssot() -> Path:
    """This checkout, as it is installed."""
    say("building ssot")
    run(["cargo", "build", "--quiet", "--locked", "--release", "--bin", "ssot"])
    return CHECKOUT / "target" / "release" / "ssot"


@dataclass(frozen=True)
class Machine:
    """What the figures were measured on."""

    processor: str
    cores: int
    memory: int
    kernel: str
    git: str
    rust: str


def machine() -> Machine:
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return Machine(
        processor=found[1] if found else platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        kernel=f"{platform.system()} {platform.release()}",
        git=run(["git", "--version"]).split()[2],
        rust=run(["rustc", "--version"]).split()[1],
    )
