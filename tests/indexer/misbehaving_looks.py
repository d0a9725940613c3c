"""A `look_at` for worker processes that does what its file's name says; light, as each of them imports it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from indexer import annotate


def look_at(path: Path, number: int, look: annotate.Look) -> annotate.Seen:
    """Kills itself or fails on the page that the file's name tells, else the real thing."""
    what, _, page = path.stem.partition("-on-page-")
    if page and int(page) == number:
        if what == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "fails":
            raise ZeroDivisionError("by a hostile drawing")
    return annotate.look_at(path, number, look)
