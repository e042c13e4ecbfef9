"""What other programs say is copied: pairs of places. Each place is a path from the folder, a first and a last line."""

import json
import re
import subprocess
import tempfile
from pathlib import Path

Place = tuple[str, int, int]
Pair = tuple[str, Place, Place]


def jscpd(program: str, folder: str, tokens: int, lines: int, mode: str) -> list[Pair]:
    with tempfile.TemporaryDirectory() as out:
        words = ["--min-lines", lines, "--max-lines", 10**6, "--max-size", "10mb", "--format", "python", "--mode", "weak"]
        command = [program, folder, "--min-tokens", tokens, *words, "--reporters", "json", "--silent", "--output", out]
        subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)
        report = json.loads(Path(out, "jscpd-report.json").read_text())

    def place(file: dict) -> Place:
        return str(Path(folder, file["name"]).relative_to(folder)), file["start"], file["end"]

    return [("exact", place(clone["firstFile"]), place(clone["secondFile"])) for clone in report["duplicates"]]


def weavatrix(program: str, folder: str, tokens: int, lines: int, mode: str) -> list[Pair]:
    words = ["--mode", mode, "--min-tokens", str(tokens), "--min-lines", str(lines), "--format", "py", "--output-format", "json"]
    said = subprocess.run([program, *words, folder], stdout=subprocess.PIPE, check=True).stdout

    def place(side: dict) -> Place:
        return side["path"], side["span"]["startLine"], side["span"]["endLine"]

    kinds = {"type1": "exact", "type2": "renamed", "type3": "near"}
    return [(kinds[pair["kind"]], place(pair["left"]), place(pair["right"])) for pair in json.loads(said)["pairs"]]


def similarity(program: str, folder: str, tokens: int, lines: int, mode: str) -> list[Pair]:
    words = ["--threshold", "0.9", "--min-tokens", str(tokens), "--min-lines", str(lines)]
    said = subprocess.run([program, *words, folder], stdout=subprocess.PIPE, check=True, text=True).stdout
    side = r"(\S+):(\d+)-(\d+) \w+ \S+"

    def place(path: str, first: str, last: str) -> Place:
        return str(Path(path).relative_to(folder)), int(first), int(last)

    pairs = re.findall(rf"^  {side} <-> {side}$", said, re.MULTILINE)
    return [("near", place(*pair[:3]), place(*pair[3:])) for pair in pairs]


PEERS = {"jscpd": jscpd, "similarity-py": similarity, "weavatrix-clone": weavatrix}
