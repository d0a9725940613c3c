"""The serving engine, swapped for that of a new generation without losing a request."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path

import structlog

from api.metrics import Metrics
from search.engine import Engine
from search.errors import IndexUnusable
from search.generation import MANIFEST

CHECK_EVERY_S = 1.0
RETRY_AFTER_S = 30.0
"""A generation that could not be opened is tried again: a full file table or a slow network disk passes."""


class EngineHolder:
    """Watches `DIR/CURRENT` from a thread of its own and opens what it names.

    Whoever took an engine goes on with it after a swap; its generation is closed when the last one lets go of it.
    """

    def __init__(self, index_dir: Path, open_engine: Callable[[], Engine], metrics: Metrics) -> None:
        self._index_dir = index_dir
        self._open_engine = open_engine
        self._metrics = metrics
        self._engine: Engine | None = None
        self._serving = ""  # what was published when the engine was opened
        self._failure: tuple[str, float] | None = None  # what was published, and when it could not be opened
        self._reason = "The server is starting."
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="generation-watcher", daemon=True)

    def start(self) -> None:
        """Open the serving generation if there is one, and begin to watch."""
        self.refresh()
        self._watcher.start()

    def close(self) -> None:
        self._stop.set()
        self._watcher.join()
        self._engine = None

    def engine(self) -> Engine:
        """The serving engine. Raises IndexUnusable."""
        engine = self._engine
        if engine is None:
            raise IndexUnusable(self._reason)
        return engine

    def refresh(self) -> None:
        """Open what is published, if it is something else; what cannot be opened changes nothing."""
        published = self._published()
        if (self._engine and self._serving == published) or self._failed_lately(published):
            return
        try:
            engine = self._open_engine()
        except Exception as error:  # whatever is wrong with new files, the old ones go on serving
            self._keep_old(published, error)
            return
        weakref.finalize(engine, engine.generation.close)
        self._engine, self._serving, self._failure = engine, published, None
        manifest = engine.generation.manifest
        self._metrics.swapped(manifest)
        structlog.get_logger().info("generation serves", generation=manifest.generation, sheets=manifest.sheets)

    def _watch(self) -> None:
        while not self._stop.wait(CHECK_EVERY_S):
            self.refresh()

    def _published(self) -> str:
        """The name in CURRENT and that generation's manifest: a folder that was replaced has the old names."""
        name = _text(self._index_dir / "CURRENT").strip()
        manifest = _text(self._index_dir / "generations" / name / MANIFEST) if name.isdigit() else ""
        return f"{name}\n{manifest}"

    def _failed_lately(self, published: str) -> bool:
        return (
            self._failure is not None
            and self._failure[0] == published
            and time.monotonic() - self._failure[1] < RETRY_AFTER_S
        )

    def _keep_old(self, published: str, error: Exception) -> None:
        known, name = isinstance(error, IndexUnusable), published.split("\n", maxsplit=1)[0]
        text = str(error).replace(str(self._index_dir), self._index_dir.name)
        self._reason = text if known else f"Generation {name} cannot be opened: run 'nizu verify', then 'nizu rebuild'."
        self._failure = published, time.monotonic()
        self._metrics.swap_failed()
        structlog.get_logger().error(
            "generation cannot be opened", generation=name, error=str(error), exc_info=None if known else error
        )


def _text(path: Path) -> str:
    """Of a file, empty where it cannot be read."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
