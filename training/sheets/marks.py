"""What is drawn over a view besides dimensions: cutting planes, details, balloons, revision marks."""

from __future__ import annotations

import math

import numpy as np

from training.bank import Line
from training.sheets.canvas import Canvas
from training.sheets.drafting import Placed
from training.sheets.geometry import quarter_matrix, section_place
from training.sheets.house import House, pick
from training.sheets.label_ink import pointer
from training.sheets.primitives import Arc, BoxMm, Pen, Point, inflated, inside
from training.sheets.symbols.ink import SymbolInk
from training.sheets.symbols.notes import draw_balloon_mark, draw_revision, draw_section_arrow
from training.sheets.view_ink import draw_edges


def draw_cutting_line(canvas: Canvas, placed: Placed, letter: str, house: House) -> None:
    """The plane of the section across the view, with arrows and letters at its ends."""
    drafted = placed.drafted
    horizontal = drafted.name in ("top", "bottom")
    line = np.array([[-1.0, 0.0], [1.0, 0.0]] if horizontal else [[0.0, -1.0], [0.0, 1.0]])
    look = np.array(
        [[0.0, 1.0 if drafted.name == "top" else -1.0]]
        if horizontal
        else [[1.0 if drafted.name == "right" else -1.0, 0.0]]
    )
    turn = quarter_matrix(drafted.quarters)
    line, look = line @ turn, (look @ turn)[0]
    low, high = np.array(drafted.bounds[:2]), np.array(drafted.bounds[2:])
    ends = np.where(line > 0, high, low)
    across = int(abs(line[0, 0]) > 0.5)
    ends[:, across] = section_place(float(low[across]), float(high[across]))
    start, end = placed.on_paper(ends).tolist()
    ahead = (float(look[0]), -float(look[1]))
    canvas.taken += _draw_plane(canvas, (start[0], start[1]), (end[0], end[1]), ahead, letter, house)


def draw_any_cutting_line(
    canvas: Canvas, placed: Placed, letter: str, house: House, area: BoxMm, rng: np.random.Generator
) -> None:
    """A plane across the view somewhere, upright or level, where its arrows find room: its section is on another
    sheet."""
    x0, y0, x1, y1 = placed.box_mm
    x, y = x0 + float(rng.uniform(0.1, 0.9)) * (x1 - x0), y0 + float(rng.uniform(0.1, 0.9)) * (y1 - y0)
    way = pick(rng, (1.0, -1.0))
    start, end, look = pick(rng, (((x, y0), (x, y1), (way, 0.0)), ((x0, y), (x1, y), (0.0, way))))
    trial = Canvas()
    rooms = _draw_plane(trial, start, end, look, letter, house)
    if all(inside(room, area) and canvas.free(room) for room in rooms):
        canvas.accept(trial, *rooms)


def _draw_plane(canvas: Canvas, start: Point, end: Point, look: Point, letter: str, house: House) -> list[BoxMm]:
    """From edge to edge of a view, with arrows beyond both that look that way; the boxes of the arrows."""
    length = math.dist(start, end) or 1.0
    ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    over = 1.6 * house.text_mm + 2.0
    a, b = (start[0] - over * ux, start[1] - over * uy), (end[0] + over * ux, end[1] + over * uy)
    canvas.line(a, b, house.pens.cutting)
    thick = Pen(2.0 * house.pens.visible.width_mm, house.pens.cutting.color)
    rooms = []
    for (x, y), sign in ((a, 1.0), (b, -1.0)):
        canvas.line((x, y), (x + sign * 3.0 * ux, y + sign * 3.0 * uy), thick)
        angle = math.atan2(-look[1], look[0])
        ink = SymbolInk(canvas, (x, y), house.text_mm, house.pens.dimension, house.title_font, angle)
        inwards = math.copysign(1.0, -sign * (ux * math.sin(angle) + uy * math.cos(angle)))
        draw_section_arrow(ink, letter, np.random.default_rng([house.seed, 0x5EC7]), inwards)
        rooms.append(inflated(ink.box_mm, 0.5))
    return rooms


def draw_detail(
    canvas: Canvas, placed: Placed, target: Point, *, corner: Point, radius_mm: float, factor: float, house: House
) -> None:
    """A circle on the view and its magnified content; `corner` is the top left of the box of the magnified circle."""
    canvas.circle(target, radius_mm, house.pens.dimension)
    big = radius_mm * factor
    middle = (corner[0] + big, corner[1] + big)
    shift = (
        middle[0] - factor * (target[0] - placed.origin_mm[0]),
        middle[1] - factor * (target[1] - placed.origin_mm[1]),
    )
    copy = Canvas()
    draw_edges(
        copy,
        Placed(placed.drafted, placed.scale * factor, shift),
        {Line.VISIBLE: house.pens.visible, Line.CUT: house.pens.visible},
    )
    canvas.clipped(Arc(middle, big, 0.0, 2 * math.pi, None), copy.items)
    canvas.circle(middle, big, house.pens.dimension)


def draw_balloon(
    canvas: Canvas, placed: Placed, number: int, *, house: House, area: BoxMm, rng: np.random.Generator
) -> None:
    """A numbered circle with a pointer to the view."""
    x0, y0, x1, y1 = placed.box_mm
    target = (x0 + float(rng.uniform(0.3, 0.7)) * (x1 - x0), y0 + float(rng.uniform(0.3, 0.7)) * (y1 - y0))
    radius = 1.7 * house.text_mm
    for angle in rng.permutation(12) * math.pi / 6:
        reach = 0.6 * math.hypot(x1 - x0, y1 - y0) + 2 * radius
        centre = (target[0] + reach * math.cos(angle), target[1] - reach * math.sin(angle))
        box = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
        if inside(box, area) and canvas.free(box):
            canvas.take(box)
            rim = (centre[0] - radius * math.cos(angle), centre[1] + radius * math.sin(angle))
            pointer(canvas, target, rim, house)
            ink = SymbolInk(canvas, centre, house.text_mm, house.pens.dimension, house.font)
            draw_balloon_mark(ink, str(number), radius / house.text_mm)
            return


def draw_revision_mark(canvas: Canvas, at: Point, letter: str, house: House) -> None:
    """A triangle, in some houses a circle, with the letter of the revision, beside what changed."""
    size = 1.3 * house.text_mm
    middle = (at[0] + 2.2 * size, at[1] - 0.9 * size)
    if house.seed % 4:
        draw_revision(SymbolInk(canvas, middle, size, house.pens.dimension, house.font), letter)
    else:
        canvas.circle(middle, 0.85 * size, house.pens.dimension)
        at = (middle[0], middle[1] + 0.4 * size)
        canvas.text(letter, at, 0.75 * size, house.font, anchor="centre")
