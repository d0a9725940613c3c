"""Which files are drawings, and what identifies them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from unicodedata import category

from search.errors import UsageError
from search.reading import SUFFIXES

_HASHED_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A file to index.

    name: its path relative to the root it was found under, with forward slashes; bytes that are no
    UTF-8 and what a terminal would obey as \\xNN.
    """

    path: Path
    name: str


def find_sources(roots: Sequence[Path]) -> list[Source]:
    """Every drawing below the roots, by name. Hidden files and folders are left out, links to folders not followed.

    A folder that cannot be listed is a source, too: it is found unreadable like any other.
    Raises UsageError where a root is missing or no drawing is found.
    """
    sources: dict[str, Source] = {}
    for root in roots:
        if not os.path.exists(root):  # noqa: PTH110 (Path.exists fails where a folder above may not be entered)
            raise UsageError("drawings", f"{root} does not exist, or a folder above it may not be entered")
        for source in _below(root):
            known = sources.setdefault(source.name, source)
            if known.path != source.path and os.path.realpath(known.path) != os.path.realpath(source.path):
                raise UsageError(
                    "drawings",
                    f"{source.path} and {known.path} would both be named {source.name}: index their common folder",
                )
    if not sources:
        kinds = ", ".join(sorted(SUFFIXES))
        raise UsageError("drawings", f"there is no drawing in {', '.join(map(str, roots))} (looked for {kinds})")
    return [sources[name] for name in sorted(sources)]


def _below(root: Path) -> Iterator[Source]:
    if root.is_file():
        yield _source(root, root.parent)
        return
    if not root.is_dir():
        raise UsageError("drawings", f"{root} is neither a file nor a folder")
    unlisted: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=unlisted.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(folder) / name
            if path.suffix.lower() in SUFFIXES and not name.startswith(".") and _is_file_or_dangling(path):
                yield _source(path, root)
    for error in unlisted:
        yield _source(Path(error.filename), root)


def _is_file_or_dangling(path: Path) -> bool:
    """A link to nothing, or what is in a folder that may be listed and not entered, is named as unreadable, not passed
    over; a pipe or device is never opened."""
    try:
        return path.is_file() or (path.is_symlink() and not path.exists())
    except PermissionError:
        return True


def _source(path: Path, root: Path) -> Source:
    name = os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "backslashreplace")
    return Source(path, "".join(ascii(one)[1:-1] if category(one) == "Cc" else one for one in name))


def drawing_ids(sources: Sequence[Source]) -> Iterator[str | OSError]:
    """SHA-256 of each file, in order; the error where it cannot be read."""
    with ThreadPoolExecutor(4) as pool:
        for start in range(0, len(sources), _HASHED_AT_ONCE):  # a pool takes all that it is given into memory
            yield from pool.map(_drawing_id, (source.path for source in sources[start : start + _HASHED_AT_ONCE]))


def _drawing_id(path: Path) -> str | OSError:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return error
