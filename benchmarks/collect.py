"""Collect the real drawings of the benchmark from their public repositories: python -m benchmarks.collect DIR

The drawings are not ours to pass on; `real_drawings.csv` beside this file says where each of them lies. A drawing is
asked for by the id that git gives its content, so that it is found wherever in the history it is, and checked by its
SHA-256. Needs git and the internet.
"""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

TABLE = Path(__file__).with_name("real_drawings.csv")
REMOTE = "https://github.com"


@dataclass(frozen=True, slots=True)
class RealDrawing:
    """A row of the table. file: where it goes, relative to the folder. commit: empty where it was the newest version.

    git_blob: SHA-1 that git knows the content by. sheets: how many, in digits, as all columns are text.
    """

    file: str
    repository: str
    commit: str
    path: str
    git_blob: str
    sha256: str
    licence: str
    sheets: str


def read_table(path: Path = TABLE) -> list[RealDrawing]:
    with path.open(encoding="utf-8", newline="") as file:
        return [RealDrawing(**row) for row in csv.DictReader(file)]


def collect(drawings: Sequence[RealDrawing], folder: Path, remote: str = REMOTE) -> Iterator[tuple[RealDrawing, str]]:
    """Write what is missing into the folder; yields each drawing that could not be had, with the reason."""
    wanted: dict[str, list[RealDrawing]] = defaultdict(list)
    for drawing in drawings:
        if not _is_there(drawing, folder):
            wanted[drawing.repository].append(drawing)
    for repository, some in wanted.items():
        with tempfile.TemporaryDirectory(prefix="nizu-collect-") as scratch:
            cloned = _git("clone", "--quiet", "--bare", "--filter=blob:none", f"{remote}/{repository}", scratch)
            for drawing in some:
                why = _reason(cloned) if cloned.returncode else _fetch(drawing, Path(scratch), folder)
                if why:
                    yield drawing, why


def _is_there(drawing: RealDrawing, folder: Path) -> bool:
    file = folder / drawing.file
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == drawing.sha256


def _fetch(drawing: RealDrawing, clone: Path, folder: Path) -> str:
    """The reason why not, empty where the drawing is now in the folder."""
    shown = _git("-C", str(clone), "cat-file", "blob", drawing.git_blob)
    if shown.returncode:
        return _reason(shown)
    if hashlib.sha256(shown.stdout).hexdigest() != drawing.sha256:
        return "its content is not what the table says"
    target = folder / drawing.file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(shown.stdout)
    return ""


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    unattended = os.environ | {"GIT_TERMINAL_PROMPT": "0"}  # a vanished repository would ask for a password
    return subprocess.run(["git", *arguments], capture_output=True, check=False, env=unattended)


def _reason(failed: subprocess.CompletedProcess[bytes]) -> str:
    lines = failed.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"git ended with {failed.returncode}"


def main(folder: Annotated[Path, typer.Argument(help="Where to put them; what is there already is kept.")]) -> None:
    """Collect the real drawings of the benchmark. Exit code 1 where some could not be had."""
    notes = Console(stderr=True)
    drawings = read_table()
    missed = 0
    for drawing, why in collect(drawings, folder):
        notes.print(f"{drawing.file}: {why} ({drawing.repository}, {drawing.path})")
        missed += 1
    notes.print(f"{len(drawings) - missed} of {len(drawings)} drawings are in {folder}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    typer.run(main)
