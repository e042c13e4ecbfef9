"""What is compared with what, and what is wanted of it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from speed import fetch, repositories
from speed.measure import Command, Pair
from speed.repositories import Changes

# The least copy, for all tools alike.
LEAST = ["--min-tokens", "100", "--min-lines", "10"]
BANNED = """[lint]
select = ["TID251"]
[lint.flake8-tidy-imports.banned-api]
"orjson".msg = "use homeassistant.helpers.json"
"homeassistant.helpers.entity_platform.EntityPlatform".msg = "banned"
"""


@dataclass(frozen=True)
class Row:
    name: str
    what: str
    against: str
    # The most that the ratio of times may be, and that of memory; in MB where it stands for itself.
    wanted: str
    pair: Callable[[Path], Pair]
    # Runs that are counted where nobody asks for a number; a single one is cold and has no warm-up.
    runs: int = 7


def place(name: str) -> Path:
    fetch.PLACE.mkdir(parents=True, exist_ok=True)
    return fetch.PLACE / name


def check(ssot: Path, folder: Path, *words: str) -> Command:
    return Command([ssot, "check", *words], folder)


def ruff(folder: Path) -> Command:
    """One rule, on the code of the package."""
    settings = place("ruff.toml")
    settings.write_text(BANNED)
    return Command([fetch.ruff(), "check", "--no-cache", "--config", settings, "homeassistant"], folder)


def jscpd(folder: Path) -> Command:
    limits = ["--max-lines", "1000000", "--max-size", "10mb"]
    return Command(
        [fetch.jscpd(), "--reporters", "silent", "--format", "python", *LEAST, *limits, "homeassistant"], folder
    )


def weavatrix(folder: Path, mode: str) -> Command:
    return Command([fetch.weavatrix(), "--summary", "--mode", mode, "--format", "py", *LEAST, "homeassistant"], folder)


def cold(*words: str, theirs: Callable[[Path], Command]) -> Callable[[Path], Pair]:
    def pair(ssot: Path) -> Pair:
        folder = repositories.homeassistant()
        return Pair(check(ssot, folder, "--no-cache", *words), theirs(folder))

    return pair


def near(ssot: Path) -> Pair:
    folder = repositories.homeassistant()
    policy = place("near.toml")
    policy.write_text((folder / "ssot.toml").read_text().replace('"renamed"', '"near"'))
    words = ["--no-cache", "--hook", "no-duplicate-concepts", "--policy", str(policy)]
    return Pair(check(ssot, folder, *words), weavatrix(folder, "near"))


def warm(*git: str, kind: str = "*.py") -> Callable[[Path], Pair]:
    """Each turn has one file staged that no run has seen, and all else as it was committed."""

    def pair(ssot: Path) -> Pair:
        folder = repositories.large()
        changes = Changes(folder, 1, kind)

        def prepare(turn: int) -> None:
            changes.next(turn)

        return Pair(check(ssot, folder, "--staged"), Command(["git", *git], folder), prepare)

    return pair


def switched(ssot: Path) -> Pair:
    """Each turn has 1,000 files that no run has seen, as after a switch to another branch."""
    folder = repositories.large()
    changes = Changes(folder, 1000)
    blobs, paths = place("switched-blobs"), place("switched-paths")

    def prepare(turn: int) -> None:
        changed = changes.next(turn)
        paths.write_text("\n".join(changed))
        listed = fetch.git(folder, "ls-files", "-s", "--", *changed).splitlines()
        blobs.write_text("".join(line.split()[1] + "\n" for line in listed))

    # Nothing but the parser, and what cannot be parsed.
    parse = f"xargs -a '{paths}' '{fetch.ruff()}' check --isolated --no-cache --select E902 --exit-zero"
    script = f"git ls-files -s -z >/dev/null && git cat-file --batch <'{blobs}' >/dev/null && {parse}"
    return Pair(check(ssot, folder, "--staged"), Command(["sh", "-c", script], folder), prepare)


def tenfold(ssot: Path) -> Pair:
    ten, one = repositories.homeassistants(10), repositories.homeassistants(1)
    return Pair(check(ssot, ten, "--no-cache"), check(ssot, one, "--no-cache"))


def ten_million(ssot: Path) -> Pair:
    return Pair(check(ssot, repositories.large(), "--no-cache"), None)


def install(ssot: Path) -> Pair:
    """Both from crates that are downloaded already, into folders that are empty."""
    empty, root = place("empty-crate"), place("installed")
    for name in ["Cargo.toml", "Cargo.lock", "README.md"]:
        (empty / "src").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(fetch.CHECKOUT / name, empty / name)
    (empty / "src" / "main.rs").write_text("fn main() {}\n")

    def command(folder: Path, target: str) -> Command:
        words = ["--quiet", "--locked", "--force", "--path", folder, "--root", root, "--target-dir", place(target)]
        return Command(["cargo", "install", *words], folder)

    def prepare(turn: int) -> None:
        for target in ["target-ours", "target-empty"]:
            shutil.rmtree(place(target), ignore_errors=True)
        fetch.run(["cargo", "fetch", "--quiet", "--locked"])

    return Pair(command(fetch.CHECKOUT, "target-ours"), command(empty, "target-empty"), prepare)


ALL = "cold `ssot check --no-cache`, all hooks, clones `renamed`"
IMPORTS = "cold `import-path-policy` alone"
COPIES = "cold `no-duplicate-concepts` alone"
WARM = "warm `ssot check --staged`, one file changed, 50,000 files, 10 million lines"
ONE_RULE = "ruff, `TID251` alone, no cache"
DUPLICATES = ["--hook", "no-duplicate-concepts"]

ROWS = [
    Row("cold", ALL, ONE_RULE, "≤ 1.2 ×", cold(theirs=ruff)),
    Row("imports", IMPORTS, ONE_RULE, "≤ 0.85 ×", cold("--hook", "import-path-policy", theirs=ruff)),
    Row("jscpd", f"{COPIES}, `renamed`", "jscpd, exact", "≤ 0.25 ×, memory ≤ 0.3 ×", cold(*DUPLICATES, theirs=jscpd)),
    Row(
        "renamed",
        f"{COPIES}, `renamed`",
        "weavatrix-clone `--mode renamed`",
        "≤ 0.25 ×",
        cold(*DUPLICATES, theirs=lambda folder: weavatrix(folder, "renamed")),
    ),
    Row("near", f"{COPIES}, `near`", "weavatrix-clone `--mode near`", "≤ 0.5 ×", near),
    Row("status", WARM, "`git status`", "≤ 0.5 ×, ≤ 120 MB", warm("status")),
    Row("ls-files", WARM, "`git ls-files -s -z`", "≤ 3 ×, ≤ 120 MB", warm("ls-files", "-s", "-z")),
    Row("documents", "the same, where what changed is no code", "`git status`", "", warm("status", kind="*.yaml")),
    Row(
        "switch",
        "the same after a switch that changes 1,000 files",
        "`ls-files`, `cat-file`, parsing by ruff",
        "≤ 2 ×",
        switched,
    ),
    Row("tenfold", "cold, 10 × the code", "cold, 1 ×", "≤ 10.5 ×", tenfold, runs=3),
    Row("memory", "cold, 10 million lines", "", "≤ 600 MB", ten_million, runs=3),
    Row(
        "install",
        "cold `cargo install --path .`",
        "an empty crate with the same dependencies",
        "≤ 1.6 ×, ≤ 150 s",
        install,
        runs=1,
    ),
]
