"""Boxes drawn over a sheet: as SVG to lay over its image, and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import cv2
import numpy as np

from api.pictures import pixels_of, png_of
from search.errors import UsageError
from search.prepare import box_of
from search.symbols.classes import COLOURS, SymbolGroup
from search.types import Box, RegionKind

MAX_BOXES = 50


@dataclass(frozen=True, slots=True)
class Mark:
    """A box and what it is. name: class in the SVG and label in the legend. title: said when pointed at."""

    name: str
    box: Box
    title: str = ""


@dataclass(frozen=True, slots=True)
class Pen:
    """How marks of a name are drawn. width, dashes: in thousandths of the sheet's long side."""

    colour: str
    width: float
    filled: bool = False
    dashes: tuple[float, ...] = ()

    @property
    def bgr(self) -> tuple[int, int, int]:
        red, green, blue = bytes.fromhex(self.colour[1:])
        return blue, green, red


_DASHES: Mapping[SymbolGroup, tuple[float, ...]] = {
    SymbolGroup.WELD: (),
    SymbolGroup.WELD_DETAIL: (4, 2),
    SymbolGroup.SURFACE: (1, 1),
    SymbolGroup.TOLERANCE: (6, 2, 1, 2),
    SymbolGroup.DIMENSION: (2, 2),
    SymbolGroup.SHEET: (8, 3),
}
PENS = {
    RegionKind.TILE.value: Pen("#8a8f98", 0.8),
    RegionKind.VIEW.value: Pen("#0b6fb8", 2.0),
    RegionKind.SHEET.value: Pen("#1a7f37", 2.5),
    "match": Pen("#d1440c", 2.5, filled=True),
    **{group.value: Pen(COLOURS[group], 1.4, dashes=dashes) for group, dashes in _DASHES.items()},
}
"""In the order in which they are drawn."""


def boxes_of(text: str | None) -> tuple[Box, ...]:
    """`x0,y0,x1,y1;…` to boxes. Raises UsageError."""
    if not text:
        return ()
    parts = text.split(";")
    if len(parts) > MAX_BOXES:
        raise UsageError("boxes", f"boxes has {len(parts)} boxes; give at most {MAX_BOXES}")
    return tuple(box_of(part, "boxes") for part in parts)


def svg_of(marks: Sequence[Mark], size_px: tuple[int, int]) -> str:
    """An SVG of a sheet of this size, paper transparent. Colours are attributes, so that it needs no style sheet."""
    width, height = size_px
    unit = max(width, height) / 1000
    groups = "".join(
        _group(name, [mark for mark in marks if mark.name == name], size_px, unit) for name in _names(marks)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img"><title>{escape(_title(marks))}</title>{groups}{_legend(_names(marks), unit)}</svg>'
    )


def picture_of(preview_png: bytes, marks: Sequence[Mark]) -> bytes:
    """PNG of the sheet with the marks drawn over it."""
    picture = cv2.cvtColor(pixels_of(preview_png), cv2.COLOR_GRAY2BGR).astype(np.uint8, copy=False)
    height, width = picture.shape[:2]
    unit = max(width, height) / 1000
    for name in _names(marks):
        pen = PENS[name]
        for mark in marks:
            if mark.name == name:
                (x0, y0), (x1, y1) = ((round(mark.box[i] * width), round(mark.box[i + 1] * height)) for i in (0, 2))
                cv2.rectangle(picture, (x0, y0), (x1 - 1, y1 - 1), pen.bgr, max(1, round(pen.width * unit)))
    return png_of(picture)


def _names(marks: Sequence[Mark]) -> list[str]:
    present = {mark.name for mark in marks}
    return [name for name in PENS if name in present]


def _title(marks: Sequence[Mark]) -> str:
    counts = [(name, sum(mark.name == name for mark in marks)) for name in _names(marks)]
    return ", ".join(f"{count} {name}" for name, count in counts) or "nothing marked"


def _group(name: str, marks: Sequence[Mark], size_px: tuple[int, int], unit: float) -> str:
    pen = PENS[name]
    fill = f'fill="{pen.colour}" fill-opacity="0.08"' if pen.filled else 'fill="none"'
    boxes = "".join(_rectangle(mark, size_px) for mark in marks)
    return f"<g class={quoteattr(name)} {fill} {_stroke(pen, pen.width, unit)}>{boxes}</g>"


def _stroke(pen: Pen, width: float, unit: float) -> str:
    dashes = f' stroke-dasharray="{" ".join(f"{dash * unit:.2f}" for dash in pen.dashes)}"' if pen.dashes else ""
    return f'stroke="{pen.colour}" stroke-width="{width * unit:.2f}"{dashes}'


def _rectangle(mark: Mark, size_px: tuple[int, int]) -> str:
    width, height = size_px
    x0, y0, x1, y1 = mark.box[0] * width, mark.box[1] * height, mark.box[2] * width, mark.box[3] * height
    shape = f'rect x="{x0:.1f}" y="{y0:.1f}" width="{x1 - x0:.1f}" height="{y1 - y0:.1f}"'
    return f"<{shape}><title>{escape(mark.title)}</title></rect>" if mark.title else f"<{shape}/>"


def _legend(names: Sequence[str], unit: float) -> str:
    """Names and colours in the top left corner; lengths in thousandths of the long side."""
    if not names:
        return ""
    rows = "".join(
        f'<rect x="{8 * unit:.1f}" y="{(7 + 16 * row) * unit:.1f}" width="{14 * unit:.1f}" height="{10 * unit:.1f}" '
        f'fill="none" {_stroke(PENS[name], 2, unit)}/>'
        f'<text x="{28 * unit:.1f}" y="{(16 + 16 * row) * unit:.1f}">{escape(name.replace("_", " "))}</text>'
        for row, name in enumerate(names)
    )
    return (
        f'<g class="legend" font-family="sans-serif" font-size="{12 * unit:.1f}" fill="#1c1f23">'
        f'<rect width="{105 * unit:.1f}" height="{(8 + 16 * len(names)) * unit:.1f}" fill="#ffffff" '
        f'fill-opacity="0.85"/>{rows}</g>'
    )
