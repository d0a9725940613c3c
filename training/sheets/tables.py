"""Title blocks as nested rows and cells; revision tables and parts lists."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.sheets.canvas import Canvas, width_mm
from training.sheets.house import House, pick
from training.sheets.primitives import BoxMm, Font, Pen
from training.sheets.symbols import notes as symbols
from training.sheets.symbols.ink import SymbolInk
from training.sheets.words import TOLERANCES

Fields = Mapping[str, str]
PAD_MM = 0.8
INLINE_BELOW_MM = 5.5  # cells as low as this have the value behind the label


@dataclass(frozen=True, slots=True)
class Cell:
    """content: a field's key, rows inside the cell, or `tolerance`, `logo`, `projection`, `blank`. share: of the width.

    inline: the value stands behind its label instead of below it.
    """

    content: str | tuple[Row, ...]
    share: float = 1.0
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """share: of the block's height."""

    cells: tuple[Cell, ...]
    share: float = 1.0


def row(*contents: str | Cell, share: float = 1.0) -> Row:
    return Row(tuple(content if isinstance(content, Cell) else Cell(content) for content in contents), share)


def draw_block(canvas: Canvas, box: BoxMm, rows: Sequence[Row], fields: Fields, house: House) -> None:
    """Rows that fill the box, with lines between all cells."""
    x0, y0, x1, y1 = box
    unit = (y1 - y0) / sum(line.share for line in rows)
    top = y0
    for number, line in enumerate(rows):
        bottom = top + unit * line.share
        if number:
            canvas.line((x0, top), (x1, top), house.pens.table)
        _draw_row(canvas, (x0, top, x1, bottom), line, fields, house)
        top = bottom


def _draw_row(canvas: Canvas, box: BoxMm, line: Row, fields: Fields, house: House) -> None:
    left, y0, right, y1 = box
    unit = (right - left) / sum(cell.share for cell in line.cells)
    for number, cell in enumerate(line.cells):
        end = left + unit * cell.share
        if number:
            canvas.line((left, y0), (left, y1), house.pens.table)
        _draw_cell(canvas, (left, y0, end, y1), cell, fields, house)
        left = end


def _draw_cell(canvas: Canvas, box: BoxMm, cell: Cell, fields: Fields, house: House) -> None:
    if not isinstance(cell.content, str):
        draw_block(canvas, box, cell.content, fields, house)
    elif cell.content == "logo":
        draw_logo(canvas, box, house)
    elif cell.content == "projection":
        draw_projection(canvas, box, house)
    elif cell.content == "tolerance":
        _draw_small_print(canvas, box, house)
    else:
        _draw_field(canvas, box, cell, fields, house)


def fitted_mm(text: str, font: Font, height_mm: float, room_mm: float) -> float:
    """The height at which the text is no wider than the room."""
    wide = width_mm(text, font, height_mm)
    return height_mm if wide <= room_mm else height_mm * room_mm / wide


def _draw_field(canvas: Canvas, box: BoxMm, cell: Cell, fields: Fields, house: House) -> None:
    x0, y0, x1, y1 = box
    key = str(cell.content)
    label, value = house.labels.get(key, ""), fields.get(key, "")
    room, tall = x1 - x0 - 2 * PAD_MM, y1 - y0
    inline = cell.inline or tall < INLINE_BELOW_MM
    small = min(house.label_mm, 0.34 * tall if not inline else 0.5 * tall)
    label_mm = fitted_mm(label, house.font, small, room if not inline else 0.5 * room)
    at = (x0 + PAD_MM, (y0 + y1 + label_mm) / 2 if inline else y0 + PAD_MM + label_mm)
    canvas.text(label, at, label_mm, house.font, color=house.label_color)
    if not value:
        return
    font, wish = (house.title_font, 4.5) if key in ("title", "number", "company") else (house.font, 2.8)
    if inline:
        used = width_mm(label, house.font, label_mm) + 2 * PAD_MM
        height = fitted_mm(value, font, min(wish, 0.5 * tall), max(room - used, 4.0))
        canvas.text(value, (x0 + PAD_MM + used, (y0 + y1 + height) / 2), height, font)
        return
    height = fitted_mm(value, font, min(wish, 0.42 * tall), room)
    canvas.text(value, ((x0 + x1) / 2, y1 - 0.28 * (tall - small) + 0.2 * height), height, font, anchor="centre")


def _draw_small_print(canvas: Canvas, box: BoxMm, house: House) -> None:
    """General tolerances, as many lines as fit."""
    x0, y0, x1, y1 = box
    lines = [house.labels["tolerance"], *TOLERANCES[house.language][house.seed % len(TOLERANCES[house.language])]]
    height = min(house.label_mm, (y1 - y0 - PAD_MM) / (1.6 * len(lines)))
    height = min(fitted_mm(line, house.font, height, x1 - x0 - 2 * PAD_MM) for line in lines)
    canvas.lines_of_text(
        lines, (x0 + PAD_MM, y0 + PAD_MM + height), height, house.font, color=house.label_color, leading=1.6
    )


def draw_projection(canvas: Canvas, box: BoxMm, house: House) -> None:
    """The symbol of the projection method: a truncated cone and its end view."""
    x0, y0, x1, y1 = box
    size = min(y1 - y0, 0.5 * (x1 - x0)) * 0.62
    pen, flipped = Pen(0.25, house.pens.table.color), house.seed % 5 == 0
    ink = SymbolInk(canvas, ((x0 + x1) / 2, (y0 + y1) / 2), size, pen, house.font, mirrored=flipped)
    symbols.draw_projection(ink, first_angle=house.first_angle, axes=house.centre_marks)


def draw_logo(canvas: Canvas, box: BoxMm, house: House) -> None:
    """The house's mark and name."""
    x0, y0, x1, y1 = box
    rng = np.random.default_rng([house.seed, 0x1060])
    size = 0.7 * min(y1 - y0, 0.3 * (x1 - x0), 18.0)
    color = pick(rng, ((0, 0, 0), (0, 0, 0), (0.1, 0.2, 0.6), (0.7, 0.1, 0.1), (0.4, 0.4, 0.4)))
    centre = (x0 + 0.16 * (x1 - x0), (y0 + y1) / 2)
    draw_mark(canvas, centre, size / 2, int(rng.integers(6)), color)
    room = 0.64 * (x1 - x0)
    height = fitted_mm(house.company, house.title_font, min(6.0, 0.4 * (y1 - y0)), room)
    canvas.text(house.company, (x0 + 0.31 * (x1 - x0), (y0 + y1 + height) / 2), height, house.title_font, color=color)


def draw_mark(
    canvas: Canvas, centre: tuple[float, float], radius: float, kind: int, color: tuple[float, float, float]
) -> None:
    cx, cy = centre
    if kind == 0:
        canvas.circle(centre, radius, None, fill=color)
        canvas.circle(centre, 0.55 * radius, None, fill=(1, 1, 1))
    elif kind == 1:
        for step in range(3):
            left = cx - radius + step * 0.75 * radius
            canvas.rectangle(
                (left, cy - radius + 0.4 * step * radius, left + 0.5 * radius, cy + radius), None, fill=color
            )
    elif kind == 2:
        canvas.polyline(
            [(cx, cy - radius), (cx + radius, cy + radius), (cx - radius, cy + radius)], None, closed=True, fill=color
        )
    elif kind == 3:
        points = [(cx + radius * math.cos(a), cy + radius * math.sin(a)) for a in np.arange(6) * math.pi / 3]
        canvas.polyline(points, Pen(0.3 * radius, color), closed=True)
    elif kind == 4:
        canvas.rectangle((cx - radius, cy - radius, cx + radius, cy + radius), None, fill=color)
        canvas.circle((cx + 0.2 * radius, cy - 0.2 * radius), 0.6 * radius, None, fill=(1, 1, 1))
    else:
        for angle in np.arange(8) * math.pi / 4:
            tip = (cx + radius * math.cos(angle), cy + radius * math.sin(angle))
            canvas.line(centre, tip, Pen(0.22 * radius, color))
        canvas.circle(centre, 0.55 * radius, None, fill=color)


def draw_list(
    canvas: Canvas,
    corner: tuple[float, float],
    widths_mm: Sequence[float],
    lines: Sequence[Sequence[str]],
    house: House,
    *,
    row_mm: float,
    upwards: bool = False,
) -> BoxMm:
    """A table of equal rows whose first line is the head; `corner` is its top left, or bottom left if it grows up."""
    x0, total = corner[0], row_mm * len(lines)
    y0 = corner[1] - total if upwards else corner[1]
    x1 = x0 + sum(widths_mm)
    canvas.rectangle((x0, y0, x1, y0 + total), house.pens.table)
    ordered = list(reversed(lines)) if upwards else list(lines)
    for number, line in enumerate(ordered):
        y = y0 + number * row_mm
        if number:
            canvas.line((x0, y), (x1, y), house.pens.table)
        left = x0
        for width, text in zip(widths_mm, line, strict=True):
            height = fitted_mm(text, house.font, min(house.label_mm * 1.2, 0.5 * row_mm), width - 2 * PAD_MM)
            canvas.text(text, (left + PAD_MM, y + (row_mm + height) / 2), height, house.font, color=house.label_color)
            left += width
    for edge in x0 + np.cumsum(widths_mm)[:-1]:
        canvas.line((float(edge), y0), (float(edge), y0 + total), house.pens.table)
    return (x0, y0, x1, y0 + total)
