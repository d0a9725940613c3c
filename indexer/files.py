"""Which files are drawings, and what identifies them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from search.errors import UsageError
from search.reading import SUFFIXES


@dataclass(frozen=True, slots=True)
class Source:
    """A file to index. name: its path relative to the root it was found under, with forward slashes."""

    path: Path
    name: str


def find_sources(roots: Sequence[Path]) -> list[Source]:
    """Every drawing below the roots, by name. Hidden files and folders are left out.

    Raises UsageError where a root is missing or no drawing is found.
    """
    sources: dict[str, Source] = {}
    for root in roots:
        if not root.exists():
            raise UsageError("drawings", f"{root} does not exist")
        for source in _below(root):
            if source.name in sources and sources[source.name].path != source.path:
                raise UsageError("drawings", f"{source.path} and {sources[source.name].path} have the same name: "
                                 "index their common folder instead")
            sources[source.name] = source
    if not sources:
        kinds = ", ".join(sorted(SUFFIXES))
        raise UsageError("drawings", f"there is no drawing in {', '.join(map(str, roots))} (looked for {kinds})")
    return [sources[name] for name in sorted(sources)]


def _below(root: Path) -> Iterator[Source]:
    if root.is_file():
        yield Source(root, root.name)
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(folder) / name
            if path.suffix.lower() in SUFFIXES and not name.startswith(".") and path.is_file():
                yield Source(path, path.relative_to(root).as_posix())


def drawing_ids(sources: Sequence[Source]) -> Iterator[str | OSError]:
    """SHA-256 of each file, in order; the error where it cannot be read."""
    with ThreadPoolExecutor(4) as pool:
        yield from pool.map(_drawing_id, (source.path for source in sources))


def _drawing_id(path: Path) -> str | OSError:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return error
