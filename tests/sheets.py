"""Every sheet of a file, for tests of the readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from search.reading import checked_page_count, open_reader
from search.types import Sheet


def read_sheets(path: Path) -> Iterator[Sheet]:
    """In order. Raises DrawingError."""
    reader = open_reader(path)
    try:
        for number in range(1, checked_page_count(reader) + 1):
            yield reader.read(number)
    finally:
        reader.close()
