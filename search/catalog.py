"""What is known of drawings, sheets and regions: one SQLite file a generation, written once, then only read."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.errors import Reason
from search.symbols.classes import CLASSES
from search.symbols.packing import add_counts, unpacked
from search.types import KINDS, Box, RegionKind, SheetRecord, SizeSource, Symbol

_SCHEMA = """
CREATE TABLE drawings (
    drawing_id TEXT PRIMARY KEY,        -- SHA-256 of the file
    page_count INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE sources (                  -- one drawing may lie in several places
    source TEXT PRIMARY KEY,            -- relative to the indexed root
    drawing_id TEXT NOT NULL REFERENCES drawings
) WITHOUT ROWID;
CREATE INDEX sources_of_drawing ON sources (drawing_id);
CREATE TABLE sheets (
    row INTEGER PRIMARY KEY,            -- 0, 1, … in the order of the vectors
    drawing_id TEXT NOT NULL REFERENCES drawings,
    number INTEGER NOT NULL,            -- 1-based page
    width_px INTEGER NOT NULL, height_px INTEGER NOT NULL,
    width_mm REAL, height_mm REAL, size_source TEXT NOT NULL,
    text TEXT NOT NULL,
    first_region INTEGER NOT NULL, region_count INTEGER NOT NULL,
    preview_offset INTEGER NOT NULL, preview_bytes INTEGER NOT NULL,
    UNIQUE (drawing_id, number)
);
CREATE TABLE regions (                  -- boxes (R, 4) float32, kinds (R,) uint8 of a sheet, in vector order
    sheet_row INTEGER PRIMARY KEY REFERENCES sheets,
    boxes BLOB NOT NULL, kinds BLOB NOT NULL
);
CREATE TABLE symbols (                  -- search.symbols.packing, one row a sheet that has any
    sheet_row INTEGER PRIMARY KEY REFERENCES sheets,
    symbols BLOB NOT NULL
);
CREATE TABLE failures (                 -- what could not be read; number 0 is the whole file
    source TEXT NOT NULL, number INTEGER NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL,
    PRIMARY KEY (source, number)
) WITHOUT ROWID;
"""
_ROWS_A_PART = 10_000
_COLUMNS = """s.row, s.drawing_id, s.number, s.width_px, s.height_px, s.width_mm, s.height_mm, s.size_source, s.text,
    s.first_region, s.region_count, (SELECT MIN(source) FROM sources WHERE drawing_id = s.drawing_id)"""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One sheet as it is written: see the schema for units. symbols: packed."""

    drawing_id: str
    number: int
    size_px: tuple[int, int]
    size_mm: tuple[float, float] | None
    size_source: SizeSource
    text: str
    boxes: NDArray[np.float32]
    kinds: NDArray[np.uint8]
    symbols: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, or one page of it, that could not be read. number: 1-based page, 0 for the whole file."""

    source: str
    number: int
    reason: Reason
    message: str

    def __str__(self) -> str:
        place = self.source if self.number == 0 else f"{self.source} page {self.number}:"
        return f"{place} {self.message}"


class CatalogWriter:
    """Writes a new catalog; sheets in the order of their vectors."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA} BEGIN;")
        self._rows = 0
        self.region_count = 0

    def add_drawing(self, drawing_id: str, page_count: int, sources: Iterable[str]) -> None:
        self._connection.execute("INSERT INTO drawings VALUES (?, ?)", (drawing_id, page_count))
        self._connection.executemany("INSERT INTO sources VALUES (?, ?)", ((source, drawing_id) for source in sources))

    def add_sheet(self, entry: SheetEntry, preview_offset: int, preview_bytes: int) -> None:
        width_mm, height_mm = entry.size_mm or (None, None)
        self._connection.execute(
            "INSERT INTO sheets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(self._rows, entry.drawing_id, entry.number, *entry.size_px),
                *(width_mm, height_mm, entry.size_source.value, entry.text),
                *(self.region_count, len(entry.boxes), preview_offset, preview_bytes),
            ),
        )
        self._connection.execute(
            "INSERT INTO regions VALUES (?, ?, ?)",
            (self._rows, entry.boxes.astype(np.float32).tobytes(), entry.kinds.astype(np.uint8).tobytes()),
        )
        if entry.symbols:
            self._connection.execute("INSERT INTO symbols VALUES (?, ?)", (self._rows, entry.symbols))
        self._rows += 1
        self.region_count += len(entry.boxes)

    def add_failure(self, failure: Failure) -> None:
        self._connection.execute(
            "INSERT INTO failures VALUES (?, ?, ?, ?)",
            (failure.source, failure.number, failure.reason.value, failure.message),
        )

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


class Catalog:
    """Reads a catalog. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True, check_same_thread=False)
        self._lock = threading.Lock()

    def close(self) -> None:
        self._connection.close()

    def first_regions(self) -> NDArray[np.int64]:
        """(sheets + 1,) int64: the vectors of sheet row r are first_regions[r] to first_regions[r + 1] - 1."""
        rows = self._all("SELECT first_region, region_count FROM sheets ORDER BY row")
        if not rows:
            return np.zeros(1, np.int64)
        starts = np.array([row[0] for row in rows], np.int64)
        return np.append(starts, starts[-1] + rows[-1][1])

    def sheet(self, row: int) -> SheetRecord:
        """The sheet of a row. Raises KeyError."""
        found = self._all(f"SELECT {_COLUMNS} FROM sheets s WHERE s.row = ?", row)
        if not found:
            raise KeyError(row)
        return _record(found[0])

    def sheets_of(self, drawing_id: str) -> tuple[SheetRecord, ...]:
        """All sheets of a drawing by page, empty where it is unknown."""
        rows = self._all(f"SELECT {_COLUMNS} FROM sheets s WHERE s.drawing_id = ? ORDER BY s.number", drawing_id)
        return tuple(_record(row) for row in rows)

    def sheets(self) -> Iterator[SheetRecord]:
        """Every sheet, by row."""
        for some in self._in_parts(f"SELECT {_COLUMNS} FROM sheets s ORDER BY s.row"):
            yield from map(_record, some)

    def page_count(self, drawing_id: str) -> int | None:
        """Pages of a drawing, None where it is unknown."""
        found = self._all("SELECT page_count FROM drawings WHERE drawing_id = ?", drawing_id)
        return int(found[0][0]) if found else None

    def sources_of(self, drawing_id: str) -> tuple[str, ...]:
        rows = self._all("SELECT source FROM sources WHERE drawing_id = ? ORDER BY source", drawing_id)
        return tuple(row[0] for row in rows)

    def failures(self) -> tuple[Failure, ...]:
        """What the rebuild could not read."""
        rows = self._all("SELECT source, number, reason, message FROM failures ORDER BY source, number")
        return tuple(Failure(source, number, Reason(reason), message) for source, number, reason, message in rows)

    def regions_of(self, sheet_row: int) -> tuple[tuple[RegionKind, Box], ...]:
        """Kind and box of a sheet's regions, in the order of its vectors."""
        boxes, kinds = self._all("SELECT boxes, kinds FROM regions WHERE sheet_row = ?", sheet_row)[0]
        corners = np.frombuffer(boxes, np.float32).reshape(-1, 4).astype(float).tolist()
        return tuple((KINDS[kind], (b[0], b[1], b[2], b[3])) for kind, b in zip(kinds, corners, strict=True))

    def symbols_of(self, sheet_row: int) -> tuple[Symbol, ...]:
        """The symbols found on a sheet, best first."""
        found = self._all("SELECT symbols FROM symbols WHERE sheet_row = ?", sheet_row)
        return unpacked(found[0][0]) if found else ()

    def symbol_counts(self, sheets: int) -> NDArray[np.uint16]:
        """(sheets, C): how many symbols of each class a sheet has, by row."""
        table = np.zeros((sheets, len(CLASSES)), np.uint16)
        for some in self._in_parts("SELECT sheet_row, symbols FROM symbols"):
            rows, data = zip(*some, strict=True)
            add_counts(table, rows, data)
        return table

    def preview_place(self, sheet_row: int) -> tuple[int, int]:
        """Offset and length of a sheet's preview in previews.bin, bytes."""
        offset, length = self._all("SELECT preview_offset, preview_bytes FROM sheets WHERE row = ?", sheet_row)[0]
        return int(offset), int(length)

    def _in_parts(self, sql: str) -> Iterator[Sequence[tuple]]:  # type: ignore[type-arg]
        """What may not fit into memory; other threads have their turn in between."""
        with closing(self._connection.cursor()) as cursor:
            with self._lock:
                some = cursor.execute(sql).fetchmany(_ROWS_A_PART)
            while some:
                yield some
                with self._lock:
                    some = cursor.fetchmany(_ROWS_A_PART)

    def _all(self, sql: str, *arguments: object) -> Sequence[tuple]:  # type: ignore[type-arg]
        with self._lock, closing(self._connection.execute(sql, arguments)) as cursor:
            return cursor.fetchall()


def _record(row: tuple) -> SheetRecord:  # type: ignore[type-arg]
    size_mm = None if row[5] is None else (float(row[5]), float(row[6]))
    return SheetRecord(
        row=row[0],
        drawing_id=row[1],
        source=row[11],
        number=row[2],
        size_px=(row[3], row[4]),
        size_mm=size_mm,
        size_source=SizeSource(row[7]),
        text=row[8],
        first_region=row[9],
        region_count=row[10],
    )
