"""What was made of each page, by file, page and maker: a rebuild redoes only what changed, a killed one resumes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.catalog import SheetEntry
from search.prepare import PreparedSheet
from search.symbols.packing import packed
from search.types import SizeSource

_FORMAT = 3
_SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
    drawing_id TEXT NOT NULL, number INTEGER NOT NULL, made_by TEXT NOT NULL,
    width_px INTEGER NOT NULL, height_px INTEGER NOT NULL,
    width_mm REAL, height_mm REAL, size_source TEXT NOT NULL, text TEXT NOT NULL,
    boxes BLOB NOT NULL, kinds BLOB NOT NULL, vectors BLOB NOT NULL, symbols BLOB NOT NULL, preview_png BLOB NOT NULL,
    PRIMARY KEY (drawing_id, made_by, number)
);
CREATE TABLE IF NOT EXISTS drawings (   -- every page of these was read or found unreadable
    drawing_id TEXT NOT NULL, made_by TEXT NOT NULL,
    PRIMARY KEY (drawing_id, made_by)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class CachedSheet:
    """A page as it goes into a generation. vectors: (R, D) float16, unit length."""

    entry: SheetEntry
    vectors: NDArray[np.float16]
    preview_png: bytes


class Cache:
    """The pages made so far by one encoder and one detector. One writer."""

    def __init__(self, path: Path, made_by: str, dimensions: int) -> None:
        """made_by: fingerprints of what makes the pages; those made by others are not seen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path)
        self._forget_other_formats()
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)
        self._made_by = made_by
        self.dimensions = dimensions

    def close(self) -> None:
        self._connection.close()

    def _forget_other_formats(self) -> None:
        """What another version of this program kept is made anew."""
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version != _FORMAT:
            self._connection.executescript(
                f"DROP TABLE IF EXISTS pages; DROP TABLE IF EXISTS drawings; PRAGMA user_version = {_FORMAT}"
            )

    def complete(self) -> frozenset[str]:
        """Every drawing that needs no more work."""
        rows = self._connection.execute("SELECT drawing_id FROM drawings WHERE made_by = ?", (self._made_by,))
        return frozenset(drawing_id for (drawing_id,) in rows)

    def region_count(self, drawing_id: str) -> int:
        """Regions of all pages of a drawing."""
        (count,) = self._connection.execute(
            "SELECT COALESCE(SUM(LENGTH(kinds)), 0) FROM pages WHERE drawing_id = ? AND made_by = ?",
            (drawing_id, self._made_by),
        ).fetchone()
        return int(count)

    def pages_done(self, drawing_id: str) -> frozenset[int]:
        """Pages of an incomplete drawing that are there already."""
        rows = self._connection.execute(
            "SELECT number FROM pages WHERE drawing_id = ? AND made_by = ?", (drawing_id, self._made_by)
        )
        return frozenset(number for (number,) in rows)

    def put(self, drawing_id: str, sheet: PreparedSheet, vectors: NDArray[np.float32]) -> None:
        """Keep a page; nothing is durable before `commit`."""
        width_mm, height_mm = sheet.size_mm or (None, None)
        self._connection.execute(
            "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(drawing_id, sheet.number, self._made_by, *sheet.size_px),
                *(width_mm, height_mm, sheet.size_source.value, sheet.text),
                *(sheet.boxes.tobytes(), sheet.kinds.tobytes()),
                *(vectors.astype(np.float16).tobytes(), packed(sheet.symbols), sheet.preview_png),
            ),
        )

    def finish(self, drawing_id: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO drawings VALUES (?, ?)", (drawing_id, self._made_by))

    def commit(self) -> None:
        self._connection.commit()

    def sheets(self, drawing_id: str) -> Iterator[CachedSheet]:
        """The pages of a drawing, by number."""
        rows = self._connection.execute(
            "SELECT number, width_px, height_px, width_mm, height_mm, size_source, text, boxes, kinds, vectors, "
            "symbols, preview_png FROM pages WHERE drawing_id = ? AND made_by = ? ORDER BY number",
            (drawing_id, self._made_by),
        )
        for number, *size_px, width_mm, height_mm, size_source, text, boxes, kinds, vectors, symbols, png in rows:
            entry = SheetEntry(
                drawing_id=drawing_id,
                number=number,
                size_px=(size_px[0], size_px[1]),
                size_mm=None if width_mm is None else (width_mm, height_mm),
                size_source=SizeSource(size_source),
                text=text,
                boxes=np.frombuffer(boxes, np.float32).reshape(-1, 4),
                kinds=np.frombuffer(kinds, np.uint8),
                symbols=symbols,
            )
            yield CachedSheet(entry, np.frombuffer(vectors, np.float16).reshape(-1, self.dimensions), png)
