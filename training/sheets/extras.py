"""What fills free room of a sheet: details at a larger scale, notes, tables of numbers."""

from __future__ import annotations

import numpy as np

from training.sheets.canvas import Canvas, width_mm
from training.sheets.drafting import Placed
from training.sheets.fields import note_lines
from training.sheets.geometry import full_circles
from training.sheets.house import House, pick
from training.sheets.label_ink import caption
from training.sheets.layout import free_spot
from training.sheets.marks import draw_detail
from training.sheets.primitives import BoxMm
from training.sheets.tables import draw_list
from training.sheets.values import scale_text
from training.sheets.words import DATA_TABLES, DETAIL


def draw_magnified(canvas: Canvas, placed: Placed, house: House, area: BoxMm, rng: np.random.Generator) -> None:
    """A detail circle and its magnified copy, with captions, where there is room."""
    circles = full_circles(placed.drafted.view)
    x0, y0, x1, y1 = placed.drafted.bounds
    spot = (
        circles[int(rng.integers(len(circles))), :2].tolist()
        if len(circles)
        else [pick(rng, (x0, x1)), pick(rng, (y0, y1))]
    )
    radius, factor = float(rng.uniform(5, 11)), float(pick(rng, (2.0, 2.5, 4.0, 5.0)))
    size = 2 * radius * factor
    corner = free_spot(
        canvas, area, (size + 4, size + 4 + 4 * house.text_mm), (float(rng.random()), float(rng.random()))
    )
    if corner is None:
        return
    target = placed.paper(*spot)
    big = (corner[0] + 2, corner[1] + 2)
    draw_detail(canvas, placed, target, corner=big, radius_mm=radius, factor=factor, house=house)
    letter, height = pick(rng, ("B", "C", "X")), 1.2 * house.text_mm
    canvas.text(letter, (target[0] + radius, target[1] - radius), height, house.font, color=house.text_color)
    label = f"{pick(rng, DETAIL[house.language]).format(letter)}  {scale_text(placed.scale * factor, house)}"
    caption(canvas, label, (corner[0] + size / 2 + 2, corner[1] + size + 4 + height), height, house)
    canvas.take((corner[0], corner[1], corner[0] + size + 4, corner[1] + size + 4 + 3 * height))


def draw_notes(canvas: Canvas, house: House, area: BoxMm, rng: np.random.Generator) -> None:
    """A block of notes where there is room."""
    lines = note_lines(house, rng)
    height = house.text_mm * float(pick(rng, (0.8, 1.0, 1.2)))
    wide = max(width_mm(line, house.font, height) for line in lines)
    size = (wide + 4, 1.7 * height * len(lines) + 4)
    corner = free_spot(canvas, area, size, pick(rng, ((0.0, 0.0), (0.0, 1.0), (1.0, 0.6), (0.5, 0.0))))
    if corner is not None:
        at = (corner[0] + 2, corner[1] + 2 + height)
        canvas.lines_of_text(lines, at, height, house.font, color=house.text_color)
        canvas.take((corner[0], corner[1], corner[0] + size[0], corner[1] + size[1]))


def draw_data_table(canvas: Canvas, house: House, area: BoxMm, rng: np.random.Generator) -> None:
    """A table of holes, of gear data or of limits of size where there is room."""
    head = pick(rng, DATA_TABLES[house.language])
    lines = [head, *(_data_row(number, head, rng) for number in range(1, int(rng.integers(3, 14))))]
    row_mm = house.label_mm * float(rng.uniform(1.8, 3.0))
    widths = [
        house.label_mm * (float(rng.uniform(3, 5)) + 0.8 * max(len(line[i]) for line in lines))
        for i in range(len(head))
    ]
    size = (sum(widths) + 4, row_mm * len(lines) + 4)
    corner = free_spot(canvas, area, size, pick(rng, ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 0.5))))
    if corner is not None:
        draw_list(canvas, (corner[0] + 2, corner[1] + 2), widths, lines, house, row_mm=row_mm)
        canvas.take((corner[0], corner[1], corner[0] + size[0], corner[1] + size[1]))


def _data_row(number: int, head: tuple[str, ...], rng: np.random.Generator) -> tuple[str, ...]:
    """A name, then numbers."""
    name = pick(rng, (f"{'ABCDEF'[number % 6]}{number}", str(number)))
    numbers = [
        pick(rng, ("{:.2f}", "{:.1f}", "{:.0f}", "±{:.2f}", "M{:.0f}")).format(float(rng.uniform(0.1, 200)))
        for _ in head[1:]
    ]
    return (name, *numbers)
