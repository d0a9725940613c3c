"""PDF to sheets, by PyMuPDF (AGPL); `dxf.py` draws with it, too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pymupdf

from search.errors import DrawingError, Reason
from search.ink import even_paper, shrink_to
from search.reading import LONG_SIDE_PX
from search.types import Box, Pixels, Sheet, SizeSource, Word

MAX_WORDS = 20_000
_POINT_MM = 25.4 / 72
_LARGE_SHEET_MM = 600.0
"""From here on a 0.18 mm line is thinner than a pixel of the sheet: A1 and A0."""


class PdfReader:
    """A PDF, by page. Not thread-safe."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self.page_count: int = document.page_count

    @classmethod
    def open(cls, path: Path) -> PdfReader:
        """Raises DrawingError: damaged, encrypted, or without pages."""
        pymupdf.TOOLS.mupdf_display_errors(on=False)
        pymupdf.TOOLS.mupdf_display_warnings(on=False)
        try:
            document = _opened(path)
        except Exception as error:  # PyMuPDF raises its own and MuPDF's, without a common base
            why = str(error).replace(str(path), "the file")  # a query's has a name of ours
            raise DrawingError(Reason.DAMAGED, f"is a damaged PDF: {why}") from error
        if document.needs_pass:
            raise DrawingError(Reason.ENCRYPTED, "is password-protected: save it without a password")
        if document.page_count == 0 or (document.is_repaired and not _has_end_marker(path)):
            raise DrawingError(Reason.DAMAGED, "is a truncated PDF (its end is missing): copy or export it again")
        return cls(document)

    @classmethod
    def from_bytes(cls, data: bytes) -> PdfReader:
        """A PDF made by this program itself."""
        return cls(pymupdf.open(stream=data, filetype="pdf"))

    def read(self, number: int) -> Sheet:
        try:
            page = self._document[number - 1]
            return _sheet(page, number)
        except (DrawingError, MemoryError):
            raise
        except Exception as error:  # as above
            raise DrawingError(Reason.DAMAGED, f"page {number} cannot be rendered: {error}") from error

    def close(self) -> None:
        self._document.close()


def _opened(path: Path) -> Any:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:  # MuPDF opens no name that is not UTF-8
        return pymupdf.open(stream=path.read_bytes(), filetype="pdf")
    return pymupdf.open(path, filetype="pdf")


def _sheet(page: Any, number: int) -> Sheet:
    width_pt, height_pt = page.rect.width, page.rect.height
    if not (width_pt > 0 and height_pt > 0):
        raise DrawingError(Reason.DAMAGED, f"page {number} has no area")
    return Sheet(
        number=number,
        pixels=even_paper(_pixels(page)),
        size_mm=(width_pt * _POINT_MM, height_pt * _POINT_MM),
        size_source=SizeSource.PAGE_BOX,
        words=_words(page),
    )


def _pixels(page: Any) -> Pixels:
    """(H, W) uint8. MuPDF averages what is thinner than a pixel: large sheets are drawn larger and shrunk by `ink`."""
    long_side_pt = max(page.rect.width, page.rect.height)
    drawn_px = LONG_SIDE_PX * (2 if long_side_pt * _POINT_MM > _LARGE_SHEET_MM else 1)
    zoom = pymupdf.Matrix(drawn_px / long_side_pt, drawn_px / long_side_pt)
    pixmap = page.get_pixmap(matrix=zoom, colorspace=pymupdf.csGRAY, alpha=False)
    pixels = np.frombuffer(pixmap.samples_mv, np.uint8).reshape(pixmap.height, pixmap.stride)[:, : pixmap.width]
    return pixels.copy() if drawn_px == LONG_SIDE_PX else shrink_to(pixels, LONG_SIDE_PX)


def _words(page: Any) -> tuple[Word, ...]:
    turn = page.rotation_matrix  # words come in the unrotated page's coordinates
    width_pt, height_pt = page.rect.width, page.rect.height
    words: list[Word] = []
    for x0, y0, x1, y1, text, *_ in page.get_text("words")[:MAX_WORDS]:
        rect = pymupdf.Rect(x0, y0, x1, y1) * turn
        box = clipped((rect.x0 / width_pt, rect.y0 / height_pt, rect.x1 / width_pt, rect.y1 / height_pt))
        if box is not None:
            words.append(Word(text, box))
    return tuple(words)


def clipped(box: Box) -> Box | None:
    """The part of a box that lies on the sheet, None where there is none."""
    x0, y0, x1, y1 = (min(1.0, max(0.0, value)) for value in box)
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _has_end_marker(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2048))
        return b"%%EOF" in file.read()
