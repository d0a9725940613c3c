"""What every house template is given and the pieces they share."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from training.sheets.canvas import Canvas
from training.sheets.house import House, chance
from training.sheets.primitives import BoxMm, Point
from training.sheets.tables import Cell, Fields, Row, draw_block, draw_list, row
from training.sheets.words import PARTS_LIST, Language

Size = tuple[float, float]


@dataclass(slots=True)
class Setting:
    """What a template draws on. rng: of the house, equal on all its sheets. revisions: newest last.

    parts: (item, quantity, number, description) lines of a parts list, empty for a single part.
    """

    canvas: Canvas
    house: House
    size_mm: Size
    fields: Fields
    revisions: Sequence[tuple[str, str, str, str]]
    parts: Sequence[tuple[str, str, str, str]]
    rng: np.random.Generator


Draw = Callable[[Setting], BoxMm]
"""Draws the template, takes what it covers, and returns the area for views."""


@dataclass(frozen=True, slots=True)
class Template:
    draw: Draw
    languages: tuple[Language, ...] = ("en", "ja", "de", "fr")
    sizes: tuple[str, ...] = ("A4", "A3", "A2", "A1", "A0")
    portrait: float = 0.15


def template_rng(name: str, house: House) -> np.random.Generator:
    return np.random.default_rng([house.seed, zlib.crc32(name.encode())])


def block(s: Setting, box: BoxMm, rows: Sequence[Row]) -> None:
    pen = s.house.pens.frame if chance(s.rng, 0.6) else s.house.pens.table
    draw_block(s.canvas, box, rows, s.fields, s.house)
    s.canvas.rectangle(box, pen)
    s.canvas.take(box)


def revision_table(s: Setting, corner: Point, width_mm: float, *, upwards: bool = False) -> BoxMm:
    """Revision table with its top left (or bottom left) corner at a point."""
    labels = s.house.labels
    head = (labels["revision"], labels["change"], labels["date"], labels["approved"])
    lines = [head, *s.revisions]
    widths = [width_mm * share for share in (0.12, 0.5, 0.2, 0.18)]
    box = draw_list(s.canvas, corner, widths, lines, s.house, row_mm=4.0 + s.house.label_mm * 0.6, upwards=upwards)
    s.canvas.take(box)
    return box


def parts_list(s: Setting, corner: Point, width_mm: float, *, upwards: bool) -> None:
    if not s.parts:
        return
    lines = [PARTS_LIST[s.house.language], *s.parts]
    widths = [width_mm * share for share in (0.1, 0.1, 0.32, 0.48)]
    s.canvas.take(draw_list(s.canvas, corner, widths, lines, s.house, row_mm=6.0, upwards=upwards))


def approvals(s: Setting) -> tuple[Row, ...]:
    keys = ["drawn", "checked", "approved"] + (["client"] if chance(s.rng, 0.4) else [])
    return tuple(row(Cell(key, 1.6, inline=True), Cell("blank", 0.7), Cell("date_" + key, 0.7)) for key in keys)


def corner_block(s: Setting, frame: BoxMm, rows: Sequence[Row], *, wide: float, tall: float) -> BoxMm:
    x0, _, x1, y1 = frame
    box = (x1 - min(wide, x1 - x0), y1 - tall, x1, y1)
    block(s, box, rows)
    return box
