"""Files to sheets: PDF, PNG, JPEG, TIFF, DXF. What a file is, its first bytes say, not its name.

None of the readers is safe in threads, and a hostile file may crash or stall them: services read through
`search.isolation`, one process a document.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from search.errors import DrawingError, Reason
from search.types import Sheet

MAX_FILE_BYTES = 512 * 2**20
MAX_PAGES = 1000
LONG_SIDE_PX = 3000
"""Long side at which a sheet is kept: A4 at 257 dpi, A0 at 64 dpi."""

SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".dxf"})


class Reader(Protocol):
    """An open drawing."""

    page_count: int

    def read(self, number: int) -> Sheet:
        """The sheet of a 1-based page. Raises DrawingError."""
        ...

    def close(self) -> None: ...


def open_reader(path: Path) -> Reader:
    """Open a drawing by its content. Raises DrawingError with what is wrong and what would be right."""
    head = _head(path)
    if b"%PDF-" in head:
        from search.reading.pdf import PdfReader

        return PdfReader.open(path)
    if head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        from search.reading.raster import RasterReader

        return RasterReader(path)
    if _looks_like_dxf(head):
        from search.reading.dxf import open_dxf

        return open_dxf(path)
    raise DrawingError(
        Reason.UNKNOWN_FORMAT, "is no PDF, PNG, JPEG, TIFF or DXF (judged by its content, not by its name)"
    )


def read_sheet(path: Path, number: int) -> Sheet:
    """One sheet, by its 1-based page number. Raises DrawingError."""
    reader = open_reader(path)
    try:
        return reader.read(checked_number(reader, number))
    finally:
        reader.close()


def checked_number(reader: Reader, number: int) -> int:
    """The 1-based page number itself. Raises DrawingError where there is no such page."""
    if not 1 <= number <= reader.page_count:
        raise DrawingError(Reason.NO_SUCH_PAGE, f"has no page {number}; it has pages 1 to {reader.page_count}")
    return number


def checked_page_count(reader: Reader) -> int:
    """The number of pages. Raises DrawingError where there are more than MAX_PAGES."""
    if reader.page_count > MAX_PAGES:
        raise DrawingError(Reason.TOO_LARGE, f"has {reader.page_count} pages; at most {MAX_PAGES} are read: split it")
    return reader.page_count


def _head(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size == 0:
            raise DrawingError(Reason.EMPTY, "is empty (0 bytes)")
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as error:
        raise DrawingError(Reason.MISSING, f"cannot be opened: {error.strerror}") from error
    if size > MAX_FILE_BYTES:
        raise DrawingError(Reason.TOO_LARGE, f"has {size / 2**20:.0f} MiB; at most {MAX_FILE_BYTES // 2**20} are read")
    return head


def _looks_like_dxf(head: bytes) -> bool:
    if head.startswith(b"AutoCAD Binary DXF"):
        return True
    lines = [line.strip() for line in head.splitlines()]
    return b"SECTION" in lines and lines[lines.index(b"SECTION") - 1] == b"0"
