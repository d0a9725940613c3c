"""DXF to a sheet: ezdxf draws the model space, or the first filled layout, in black on a page that fits its content."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ezdxf import filemanagement, recover
from ezdxf.addons.drawing import layout
from ezdxf.addons.drawing.config import (
    BackgroundPolicy,
    ColorPolicy,
    Configuration,
    ImagePolicy,
    LineweightPolicy,
)
from ezdxf.addons.drawing.frontend import Frontend
from ezdxf.addons.drawing.properties import RenderContext
from ezdxf.addons.drawing.pymupdf import PyMuPdfBackend

from search.errors import DrawingError, Reason
from search.reading.pdf import PdfReader
from search.types import WHOLE, Sheet, SizeSource, Word

logging.getLogger("ezdxf").setLevel(logging.CRITICAL + 1)  # it quotes a file's bytes as they are, a line a defect
BINARY_MARK = b"AutoCAD Binary DXF"
PAGE_LONG_SIDE_MM = 420.0
_MARGIN_MM = 10.0
_MIN_LINE_INCH_300 = 3.0
"""Thinnest line, 0.25 mm, in the 1/300 inch that ezdxf counts in; the backend knows no fixed width for all lines."""


class DxfReader:
    """A DXF drawing, drawn as one page. Its scale on paper is not known, so neither is its size."""

    page_count = 1

    def __init__(self, pdf: PdfReader, texts: tuple[str, ...]) -> None:
        self._pdf = pdf
        self._texts = texts

    def read(self, number: int) -> Sheet:
        drawn = self._pdf.read(number)
        words = tuple(Word(text, WHOLE) for text in self._texts)
        return Sheet(number, drawn.pixels, None, SizeSource.UNKNOWN, words)

    def close(self) -> None:
        self._pdf.close()


def open_dxf(path: Path) -> DxfReader:
    """Raises DrawingError: damaged, or nothing in it to draw."""
    try:
        document = _document(path)
        space = _filled_layout(document)
        return DxfReader(PdfReader.from_bytes(_drawn(document, space)), tuple(_texts(space)))
    except (DrawingError, MemoryError):
        raise
    except Exception as error:  # on damaged content ezdxf raises whatever it trips over
        why = str(error).replace(str(path), path.name)  # a report holds no path of a machine
        raise DrawingError(Reason.DAMAGED, f"is a damaged DXF: {why}") from error


def _document(path: Path) -> Any:
    """Text that no encoding explains is dropped: kept as surrogates it could not be stored."""
    with path.open("rb") as file:
        binary = file.read(len(BINARY_MARK)) == BINARY_MARK
    return filemanagement.readfile(path, errors="ignore") if binary else recover.readfile(path, errors="ignore")[0]


def _filled_layout(document: Any) -> Any:
    spaces = [document.modelspace(), *(document.paperspace(name) for name in document.layout_names_in_taborder()[1:])]
    for space in spaces:
        if len(space):
            return space
    raise DrawingError(Reason.EMPTY, "is a DXF without any entity")


def _drawn(document: Any, space: Any) -> bytes:
    backend = PyMuPdfBackend()
    config = Configuration(
        background_policy=BackgroundPolicy.WHITE,
        color_policy=ColorPolicy.BLACK,
        lineweight_policy=LineweightPolicy.ABSOLUTE,
        min_lineweight=_MIN_LINE_INCH_300,
        image_policy=ImagePolicy.RECT,  # pictures are named by path: an uploaded drawing must not show files of ours
    )
    Frontend(RenderContext(document), backend, config=config).draw_layout(space)
    extents = backend.player().bbox()
    if not extents.has_data or max(extents.size.x, extents.size.y) <= 0:
        raise DrawingError(Reason.EMPTY, "is a DXF without anything visible")
    landscape = extents.size.x >= extents.size.y
    short_mm = max(20.0, PAGE_LONG_SIDE_MM * min(extents.size.x, extents.size.y) / max(extents.size.x, extents.size.y))
    width_mm, height_mm = (PAGE_LONG_SIDE_MM, short_mm) if landscape else (short_mm, PAGE_LONG_SIDE_MM)
    page = layout.Page(
        width_mm + 2 * _MARGIN_MM, height_mm + 2 * _MARGIN_MM, layout.Units.mm, layout.Margins.all(_MARGIN_MM)
    )
    return backend.get_pdf_bytes(page)


def _texts(space: Any) -> Iterator[str]:
    """Words of a layout and of the blocks placed in it, attributes included."""
    for entity in space.query("TEXT MTEXT"):
        yield from entity.plain_text().split()
    for insert in space.query("INSERT"):
        for entity in (*insert.attribs, *_block_texts(insert)):
            yield from entity.plain_text().split()


def _block_texts(insert: Any) -> Iterator[Any]:
    block = insert.block()
    return iter(block.query("TEXT MTEXT")) if block is not None else iter(())
