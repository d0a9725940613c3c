"""Symbols beside the dimensions: sections, details, surface marks, datums, tolerance frames, welds, balloons."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from training.bank import Line
from training.sheets.canvas import Canvas, text_box, width_mm
from training.sheets.drafting import Placed
from training.sheets.geometry import quarter_matrix, straight_edges
from training.sheets.house import House, chance, pick
from training.sheets.label_ink import arrowhead, pointer
from training.sheets.primitives import Arc, BoxMm, Pen, Point, inflated, inside
from training.sheets.view_ink import draw_edges

Draw = Callable[[Canvas, Point, House, np.random.Generator], None]


def draw_cutting_line(canvas: Canvas, placed: Placed, letter: str, house: House) -> None:
    """The plane y = 0 of the part across the view, with arrows and letters at its ends."""
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
    x0, y0, x1, y1 = drafted.bounds
    ends = line * np.where(np.abs(line) > 0.5, [max(abs(x0), abs(x1)), max(abs(y0), abs(y1))], 0.0)
    ends = np.clip(ends, [min(x0, 0), min(y0, 0)], [max(x1, 0), max(y1, 0)])
    (ax, ay), (bx, by) = placed.on_paper(ends)
    length = math.hypot(bx - ax, by - ay) or 1.0
    ux, uy = (bx - ax) / length, (by - ay) / length
    over, size = 1.6 * house.text_mm + 2.0, 1.3 * house.text_mm
    a, b = (ax - over * ux, ay - over * uy), (bx + over * ux, by + over * uy)
    canvas.line(a, b, house.pens.cutting)
    lx, ly = float(look[0]), -float(look[1])
    for (x, y), sign in ((a, 1.0), (b, -1.0)):
        thick = Pen(2.0 * house.pens.visible.width_mm, house.pens.cutting.color)
        canvas.line((x, y), (x + sign * 3.0 * ux, y + sign * 3.0 * uy), thick)
        tip = (x + 2.2 * size * lx, y + 2.2 * size * ly)
        canvas.line((x, y), tip, house.pens.dimension)
        arrowhead(canvas, tip, (x, y), house)
        at = (x - sign * 0.9 * size * ux - 0.4 * size, y - sign * 0.9 * size * uy + 0.5 * size)
        canvas.text(letter, at, size, house.title_font)
        canvas.take(inflated(text_box(letter, at, size, house.title_font), 0.5))


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


def draw_surface_mark(canvas: Canvas, foot: Point, house: House, rng: np.random.Generator) -> None:
    """A tick on a surface with a roughness; in Japan sometimes the old triangles."""
    size, pen, (x, y) = 1.4 * house.text_mm, house.pens.dimension, foot
    if house.language == "ja" and chance(rng, 0.4):
        for number in range(int(rng.integers(1, 4))):
            left = x + number * 1.1 * size
            points = [(left, y), (left - 0.5 * size, y - 0.85 * size), (left + 0.5 * size, y - 0.85 * size)]
            canvas.polyline(points, pen, closed=True)
        return
    canvas.polyline(
        [(x - 0.5 * size, y - 0.87 * size), (x, y), (x + size, y - 1.73 * size), (x + 3 * size, y - 1.73 * size)], pen
    )
    if chance(rng, 0.6):
        canvas.line((x - 0.5 * size, y - 0.87 * size), (x + 0.5 * size, y - 0.87 * size), pen)
    value = pick(rng, ("Ra 3.2", "Ra 1.6", "Ra 6.3", "Ra 0.8", "1.6", "3.2", "6.3", "25"))
    canvas.text(value, (x + 1.1 * size, y - 1.0 * size), 0.7 * house.text_mm, house.font, color=house.text_color)


def draw_datum(canvas: Canvas, foot: Point, house: House, rng: np.random.Generator) -> None:
    """A triangle on a surface with a boxed letter."""
    size, pen, (x, y) = 0.9 * house.text_mm, house.pens.dimension, foot
    triangle = [(x, y), (x - 0.6 * size, y - size), (x + 0.6 * size, y - size)]
    if chance(rng, 0.5):
        triangle = [(x, y - size), (x - 0.6 * size, y), (x + 0.6 * size, y)]
    canvas.polyline(triangle, pen, closed=True, fill=pen.color if chance(rng, 0.7) else None)
    canvas.line((x, y - size), (x, y - 2 * size), pen)
    box = (x - size, y - 4 * size, x + size, y - 2 * size)
    canvas.rectangle(box, pen)
    letter = pick(rng, ("A", "B", "C", "D"))
    canvas.text(letter, (x, y - 2.5 * size), size, house.font, color=house.text_color, anchor="centre")


def draw_tolerance_frame(canvas: Canvas, foot: Point, house: House, rng: np.random.Generator) -> None:
    """A feature control frame on a leader."""
    size, pen, (x, y) = 2.0 * house.text_mm, house.pens.dimension, foot
    value = pick(rng, ("0.05", "0.1", "0.02", "Ø0.1", "0.2", "Ø0.05"))
    datums = pick(rng, ("", "A", "A B", "A B C")).split()
    widths = [size, width_mm(value, house.font, house.text_mm) + 0.5 * size, *[0.9 * size] * len(datums)]
    left, top = x + 0.8 * size, y - 2.4 * size
    canvas.polyline([(left, top + size / 2), (x, top + size / 2), (x, y)], pen)
    arrowhead(canvas, (x, y), (x, y - 1.0), house)
    for width, text in zip(widths, ["", value, *datums], strict=True):
        canvas.rectangle((left, top, left + width, top + size), pen)
        at = (left + width / 2, top + 0.75 * size)
        canvas.text(text, at, house.text_mm, house.font, color=house.text_color, anchor="centre")
        left += width
    _characteristic(canvas, (x + 1.3 * size, top + size / 2), 0.32 * size, int(rng.integers(6)), pen)


def _characteristic(canvas: Canvas, centre: Point, r: float, kind: int, pen: Pen) -> None:
    cx, cy = centre
    if kind == 0:  # position
        canvas.circle(centre, 0.7 * r, pen)
        canvas.line((cx - r, cy), (cx + r, cy), pen)
        canvas.line((cx, cy - r), (cx, cy + r), pen)
    elif kind == 1:  # perpendicularity
        canvas.line((cx - r, cy + r), (cx + r, cy + r), pen)
        canvas.line((cx, cy - r), (cx, cy + r), pen)
    elif kind == 2:  # parallelism
        for dx in (-0.4, 0.4):
            canvas.line((cx + dx * r - 0.4 * r, cy + r), (cx + dx * r + 0.4 * r, cy - r), pen)
    elif kind == 3:  # flatness
        points = [
            (cx - r, cy + 0.6 * r),
            (cx - 0.4 * r, cy - 0.6 * r),
            (cx + r, cy - 0.6 * r),
            (cx + 0.4 * r, cy + 0.6 * r),
        ]
        canvas.polyline(points, pen, closed=True)
    elif kind == 4:  # concentricity
        canvas.circle(centre, r, pen)
        canvas.circle(centre, 0.5 * r, pen)
    else:  # profile
        canvas.arc((cx, cy + 0.6 * r), r, 0.0, math.pi, pen)
        canvas.line((cx - r, cy + 0.6 * r), (cx + r, cy + 0.6 * r), pen)


def draw_weld(canvas: Canvas, foot: Point, house: House, rng: np.random.Generator) -> None:
    """An arrow to a reference line with a weld symbol on or below it."""
    size, pen, (x, y) = 1.5 * house.text_mm, house.pens.dimension, foot
    knee = (x + 1.8 * size, y - 2.4 * size)
    pointer(canvas, foot, knee, house)
    canvas.line(knee, (knee[0] + 4 * size, knee[1]), pen)
    side = 1.0 if chance(rng, 0.5) else -1.0
    mx, kind = knee[0] + 1.8 * size, int(rng.integers(3))
    if kind == 0:
        canvas.polyline([(mx, knee[1]), (mx, knee[1] + side * size), (mx + size, knee[1])], pen)
    elif kind == 1:
        canvas.polyline(
            [(mx - 0.5 * size, knee[1] + side * size), (mx, knee[1]), (mx + 0.5 * size, knee[1] + side * size)], pen
        )
    else:
        canvas.polyline([(mx, knee[1]), (mx, knee[1] + side * size)], pen)
        canvas.line((mx, knee[1]), (mx + 0.7 * size, knee[1] + side * size), pen)
    canvas.text(
        str(int(rng.integers(3, 9))),
        (mx - 0.9 * size, knee[1] + (0.8 * size if side > 0 else -0.2 * size)),
        0.8 * house.text_mm,
        house.font,
    )
    if chance(rng, 0.3):
        canvas.circle(knee, 0.4 * size, pen)


SURFACE_MARKS: tuple[Draw, ...] = (draw_surface_mark, draw_datum, draw_tolerance_frame, draw_weld)
_WEIGHTS = (0.5, 0.2, 0.2, 0.1)


def draw_surface_marks(canvas: Canvas, placed: Placed, house: House, area: BoxMm, rng: np.random.Generator) -> None:
    """A few marks on upper edges of the view, where there is room."""
    for _ in range(int(pick(rng, (0, 1, 2, 3), (0.6, 0.2, 0.12, 0.08)))):
        mark = pick(rng, SURFACE_MARKS, _WEIGHTS)
        foot = _upper_foot(placed, rng)
        if foot is None:
            return
        size = house.text_mm
        box = (foot[0] - 1.5 * size, foot[1] - 6 * size, foot[0] + 9 * size, foot[1] - 0.5)
        if inside(box, area) and canvas.free(box):
            canvas.take(box)
            mark(canvas, foot, house, rng)


def _upper_foot(placed: Placed, rng: np.random.Generator) -> Point | None:
    """A place on a horizontal edge near the top of the view."""
    edges = straight_edges(placed.drafted.view, Line.VISIBLE)
    _, y0, _, y1 = placed.drafted.bounds
    flat = edges[(np.abs(edges[:, 1] - edges[:, 3]) < 1e-3) & (edges[:, 1] > y1 - 0.15 * (y1 - y0))]
    if not len(flat):
        return None
    ax, ay, bx, _ = flat[int(rng.integers(len(flat)))].tolist()
    return placed.paper(ax + float(rng.uniform(0.1, 0.9)) * (bx - ax), ay)


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
            canvas.circle(centre, radius, house.pens.dimension)
            at = (centre[0], centre[1] + 0.5 * house.text_mm)
            canvas.text(str(number), at, house.text_mm, house.font, anchor="centre")
            return


def draw_revision_mark(canvas: Canvas, at: Point, letter: str, house: House) -> None:
    """A triangle or circle with the letter of the revision, beside what changed."""
    size = 1.3 * house.text_mm
    x, y = at[0] + 2.2 * size, at[1] - 0.9 * size
    pen = house.pens.dimension
    if house.seed % 2:
        canvas.polyline(
            [(x, y - size), (x + 0.95 * size, y + 0.6 * size), (x - 0.95 * size, y + 0.6 * size)], pen, closed=True
        )
    else:
        canvas.circle((x, y), 0.85 * size, pen)
    canvas.text(letter, (x, y + 0.4 * size), 0.75 * size, house.font, anchor="centre")
