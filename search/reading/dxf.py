"""DXF to a sheet: ezdxf draws the model space (or the first filled layout) in black on a page as large as its content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ezdxf
from ezdxf import recover
from ezdxf.addons.drawing import Frontend, RenderContext, layout
from ezdxf.addons.drawing.config import BackgroundPolicy, ColorPolicy, Configuration, LineweightPolicy
from ezdxf.addons.drawing.pymupdf import PyMuPdfBackend

from search.errors import DrawingError, Reason
from search.reading.pdf import PdfReader
from search.types import WHOLE, Sheet, SizeSource, Word

PAGE_LONG_SIDE_MM = 420.0
_MARGIN_MM = 10.0


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
        document, _ = recover.readfile(path)
        space = _filled_layout(document)
        page = _drawn(document, space)
    except DrawingError:
        raise
    except (OSError, ezdxf.DXFError, ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
        raise DrawingError(Reason.DAMAGED, f"is a damaged DXF: {error}") from error
    return DxfReader(PdfReader.from_bytes(page), _texts(space))


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
        lineweight_policy=LineweightPolicy.RELATIVE_FIXED,
    )
    Frontend(RenderContext(document), backend, config=config).draw_layout(space)
    extents = backend.player().bbox()
    if not extents.has_data:
        raise DrawingError(Reason.EMPTY, "is a DXF without anything visible")
    landscape = extents.size.x >= extents.size.y
    short_mm = max(20.0, PAGE_LONG_SIDE_MM * min(extents.size.x, extents.size.y) / max(extents.size.x, extents.size.y))
    width_mm, height_mm = (PAGE_LONG_SIDE_MM, short_mm) if landscape else (short_mm, PAGE_LONG_SIDE_MM)
    page = layout.Page(
        width_mm + 2 * _MARGIN_MM, height_mm + 2 * _MARGIN_MM, layout.Units.mm, layout.Margins.all(_MARGIN_MM)
    )
    return backend.get_pdf_bytes(page, settings=layout.Settings(fixed_stroke_width=0.0008))


def _texts(space: Any) -> tuple[str, ...]:
    texts = [entity.dxf.text for entity in space.query("TEXT ATTRIB")]
    texts += [entity.plain_text() for entity in space.query("MTEXT")]
    return tuple(word for text in texts for word in text.split())
