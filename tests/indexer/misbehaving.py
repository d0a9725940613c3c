"""A `prepare_pages` for worker processes that does what its file's name says."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from search.errors import DrawingError, Reason
from search.prepare import Pages, Recipe, prepare_pages


def prepare(path: Path, first: int, count: int, recipe: Recipe, done: frozenset[int] = frozenset()) -> Pages:
    """Kills itself, stalls or fails on the page that the file's name tells, 0 for any, else the real thing."""
    what, _, number = path.stem.partition("-on-page-")
    if number == "0" or (number and int(number) in range(first, first + count) and int(number) not in done):
        if what == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "stalls":
            time.sleep(600)
        if what == "fails":
            raise ZeroDivisionError("by a hostile drawing")
        if what == "vanishes":
            raise DrawingError(Reason.MISSING, "cannot be opened: stale file handle")
    return prepare_pages(path, first, count, recipe, done)
