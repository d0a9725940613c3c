"""What stands on practice sheets beside symbols and is none, though it looks like one."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from training.sheets.canvas import DIAMETER_SIGN, Canvas, width_mm
from training.sheets.house import House, chance, pick
from training.sheets.label_ink import arrowhead, draw_label, pointer
from training.sheets.primitives import Pen, Point
from training.sheets.values import Label

_ARC = [(math.cos(turn), math.sin(turn)) for turn in np.linspace(math.pi, 0.0, 13).tolist()]
_RING = [(math.cos(turn), math.sin(turn)) for turn in np.linspace(1.25 * math.pi, -0.25 * math.pi, 19).tolist()]
_DRILLED: tuple[Point, ...] = ((0.0, 0.0), (0.0, 0.75), (0.5, 1.0), (1.0, 0.75), (1.0, 0.0))
NOTCHES: tuple[tuple[Point, ...], ...] = (
    _DRILLED,
    ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)),
    ((0.0, 0.0), (0.5, 1.0), (1.0, 0.0)),
    ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0)),
    ((0.3, 0.0), (0.0, 1.0), (1.0, 1.0), (0.7, 0.0)),
    ((0.0, 0.0), *((0.5 + 0.5 * x, y) for x, y in _ARC), (1.0, 0.0)),
    ((0.0, 0.0), *((0.5 + 0.5 * x, 0.7 + 0.3 * y) for x, y in _ARC), (1.0, 0.0)),
    ((0.3, 0.0), (0.3, 0.5), *((0.5 + 0.3 * x, 0.7 + 0.3 * y) for x, y in _RING), (0.7, 0.5), (0.7, 0.0)),
    ((0.0, 0.0), *((0.1 + 0.16 * step, (-1.0) ** step) for step in range(6)), (1.0, 0.0)),
    tuple((x, math.sin(2 * math.pi * x)) for x in np.linspace(0.0, 1.0, 17).tolist()),
)
"""Chains of points over a unit of width, 1 deep."""
TRIANGLE = ((-0.6, 0.0), (0.6, 0.0), (0.0, -1.0))
Clutter = Callable[[Canvas, Point, House, np.random.Generator], None]


def _words(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    if chance(rng, 0.08):
        _watermark(canvas, at, house, rng)
        return
    text, font = _text(rng), pick(rng, (house.font, house.title_font))
    angle = pick(rng, (0.0, 90.0, float(rng.uniform(-90.0, 90.0))), (0.7, 0.15, 0.15))
    size = float(rng.uniform(0.6, 1.5) if chance(rng, 0.75) else rng.uniform(1.5, 5.0))  # a title's letters are large
    high = house.text_mm * size
    canvas.text(text, at, high, font, angle_deg=angle)
    if angle == 0.0 and chance(rng, 0.15):  # between lines, as notes on leaders are: no tolerance frame
        reach = width_mm(text, font, high)
        for y in (at[1] - 1.3 * high, at[1] + 0.3 * high):
            canvas.line((at[0], y), (at[0] + reach, y), house.pens.dimension)


def _text(rng: np.random.Generator) -> str:
    """Capitals and signs, small letters, a radius, or a part number."""
    if chance(rng, 0.15):
        return f"R{rng.uniform(0.2, 100):.{rng.integers(0, 3)}f}"
    letters = pick(
        rng, ("ABCDEFGHIJKLMNOPRSTUVWXYZ0123456789.-/()=+±VVKXO", "abcdefghijklmnopqrstuvwxyz -_,."), (0.6, 0.4)
    )
    text = "".join(pick(rng, letters) for _ in range(int(rng.integers(1, 12))))
    return f"{text}-{int(rng.integers(1, 9999)):04d}" if chance(rng, 0.2) else text


def _watermark(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """Pale words across a sheet."""
    text, grey = (
        pick(rng, ("COPY", "DRAFT", "SAMPLE", "ACADEMIC", "CONTROLLED")),
        float(rng.uniform(0.7, 0.92)),
    )
    size, angle = house.text_mm * float(rng.uniform(4.0, 14.0)), pick(rng, (0.0, float(rng.uniform(-60, 60))))
    canvas.text(text, at, size, house.title_font, color=(grey, grey, grey), angle_deg=angle, anchor="centre")


def _table(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """Rows of a parts list or cells of a title block: text between lines, as in a tolerance frame."""
    high = house.text_mm * float(rng.uniform(1.5, 3.5))
    widths = house.text_mm * rng.uniform(3.0, 16.0, int(rng.integers(1, 5)))
    rows, pen = int(rng.integers(2, 8)), pick(rng, (house.pens.visible, house.pens.dimension))
    edges = at[0] + np.concatenate([[0.0], np.cumsum(widths)])
    for row in range(rows + 1):
        y = at[1] + row * high
        canvas.line((at[0], y), (float(edges[-1]), y), pen)
    for x in edges.tolist():
        canvas.line((x, at[1]), (x, at[1] + rows * high), pen)
    canvas.take((at[0], at[1], float(edges[-1]), at[1] + rows * high))
    size = float(rng.uniform(0.5, 0.7)) * min(high, 1.8 * house.text_mm)
    for row in range(rows):
        for x in edges[:-1].tolist():
            if chance(rng, 0.7):
                canvas.text(_text(rng), (x + 0.3 * house.text_mm, at[1] + (row + 0.75) * high), size, house.font)


def _centring(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """The arrow of a sheet's edge that marks its middle, most often on the line of the frame."""
    size, to = house.text_mm * float(rng.uniform(0.7, 2.5)), _placing(at, int(rng.integers(4)) * math.pi / 2)

    def placed(x: float, y: float) -> Point:
        return to(size * x, size * y)

    pen = pick(rng, (house.pens.visible, house.pens.frame, house.pens.dimension))
    fill = pen.color if chance(rng, 0.2) else None
    canvas.polyline([placed(x, y) for x, y in TRIANGLE], pen, closed=True, fill=fill)
    canvas.line(placed(0.0, -float(rng.uniform(0.0, 1.6))), placed(0.0, float(rng.uniform(0.3, 2.5))), pen)
    if chance(rng, 0.7):
        edge, long = pick(rng, (0.0, -1.0)), float(rng.uniform(3.0, 20.0))
        canvas.line(placed(-long, edge), placed(long, edge), pen)


def _dimension(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """A line between two others with arrows at both ends, inside or, where that is too narrow, outside; its value, now
    and then boxed."""
    high, outside = house.text_mm, chance(rng, 0.4)
    long, over = high * float(rng.uniform(0.5, 4) if outside else rng.uniform(4, 20)), high * float(rng.uniform(1.5, 5))
    placed = _placing(at, pick(rng, (0.0, math.pi / 2, float(rng.uniform(-1.5, 1.5))), (0.5, 0.4, 0.1)))
    start, end = placed(0.0, 0.0), placed(long, 0.0)
    if outside:
        canvas.line(placed(-over, 0.0), start, house.pens.dimension)
        canvas.line(end, placed(long + over, 0.0), house.pens.dimension)
    else:
        canvas.line(start, end, house.pens.dimension)
    arrowhead(canvas, start, placed(-over, 0.0) if outside else end, house)
    arrowhead(canvas, end, placed(long + over, 0.0) if outside else start, house)
    if chance(rng, 0.7):
        reach = high * float(rng.uniform(1, 8)) * pick(rng, (1.0, -1.0))
        for x in (0.0, long):
            canvas.line(placed(x, -math.copysign(0.6 * high, reach)), placed(x, reach), house.pens.dimension)
    value = pick(rng, ("", "", DIAMETER_SIGN, "R")) + pick(
        rng, (f"{rng.integers(1, 30)}", f"{rng.uniform(0.5, 300):.1f}", f"{rng.uniform(0.5, 20):.2f}")
    )
    x = pick(rng, (long / 2, long + over + 0.6 * width_mm(value, house.font, high))) if outside else long / 2
    middle = placed(x, high * float(rng.uniform(-0.6, 0.5)))
    angle = pick(rng, (0.0, 90.0), (0.8, 0.2))
    draw_label(canvas, Label(value, boxed=chance(rng, 0.2)), middle, angle, house)


def _placing(at: Point, turn: float) -> Callable[[float, float], Point]:
    """Points along and across (down) of a direction from a point."""
    cos, sin = math.cos(turn), math.sin(turn)

    def placed(x: float, y: float) -> Point:
        return (at[0] + x * cos - y * sin, at[1] + x * sin + y * cos)

    return placed


def _exact(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """A theoretically exact value in its box, along a leader at any angle: no tolerance frame."""
    sign = pick(rng, ("", DIAMETER_SIGN, "R", "2X "), (0.5, 0.3, 0.1, 0.1))
    value = f"{rng.uniform(0.5, 200):.{rng.integers(0, 3)}f}"
    angle = pick(rng, (0.0, 90.0, float(rng.uniform(-89.0, 89.0))), (0.4, 0.2, 0.4))
    draw_label(canvas, Label(sign + value, boxed=True), at, angle, house)
    if chance(rng, 0.5):
        long, turn = house.text_mm * float(rng.uniform(-20, 20)), math.radians(angle)
        pointer(canvas, (at[0] + long * math.cos(turn), at[1] - long * math.sin(turn)), at, house)


def _lines(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    pen = pick(rng, (house.pens.visible, house.pens.hidden, house.pens.centre, house.pens.dimension))
    for _ in range(int(rng.integers(1, 5))):
        angle = pick(rng, (0.0, math.pi / 2, float(rng.uniform(0, math.pi))), (0.4, 0.4, 0.2))
        long = house.text_mm * float(rng.uniform(3, 40))
        end = (at[0] + long * math.cos(angle), at[1] - long * math.sin(angle))
        canvas.line(at, end, pen)
        at = end


def _holes(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """Circles with and without centre lines: holes, counterbores, bolt circles, details, threads, punch marks."""
    radius = house.text_mm * float(rng.uniform(0.3, 3) if chance(rng, 0.7) else rng.uniform(3, 5))
    canvas.circle(at, radius, house.pens.visible)
    if chance(rng, 0.6):
        reach = radius * float(pick(rng, (0.3, 0.6, 1.0, 1.3)))
        for dx, dy in ((reach, 0.0), (0.0, reach)):
            canvas.line((at[0] - dx, at[1] - dy), (at[0] + dx, at[1] + dy), house.pens.centre)
    if chance(rng, 0.5):
        canvas.circle(at, radius * float(rng.uniform(0.3, 0.8)), pick(rng, (house.pens.visible, house.pens.hidden)))
    if chance(rng, 0.3):
        canvas.arc(at, 0.8 * radius, 0.3, 5.0, house.pens.dimension)
    if chance(rng, 0.15):  # a screw's socket
        turns = float(rng.uniform(0, 1)) + np.arange(6) * math.pi / 3
        hexagon = 0.6 * radius * np.stack([np.cos(turns), np.sin(turns)], axis=1) + at
        canvas.polyline(hexagon, house.pens.visible, closed=True)
    if chance(rng, 0.2):
        for turn in np.linspace(0, 2 * math.pi, int(rng.integers(3, 9)), endpoint=False).tolist():
            hole = (at[0] + 0.7 * radius * math.cos(turn), at[1] + 0.7 * radius * math.sin(turn))
            canvas.circle(hole, 0.12 * radius, house.pens.visible)
    if chance(rng, 0.3):
        turn, long = float(rng.uniform(0, 2 * math.pi)), radius + house.text_mm * float(rng.uniform(3, 10))
        tip, knee = (
            (at[0] + reach * math.cos(turn), at[1] + reach * math.sin(turn))
            for reach in (radius * float(rng.integers(2)), long)
        )
        pointer(canvas, tip, knee, house)


def _contour(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """An edge of a part with what is cut into it or stands on it: slots, grooves, keyholes, drilled holes, jags."""
    high, x, points = house.text_mm, 0.0, [(0.0, 0.0)]
    placed = _placing(at, pick(rng, (0.0, math.pi / 2, float(rng.uniform(-math.pi, math.pi))), (0.4, 0.4, 0.2)))
    pen = pick(rng, (house.pens.visible, house.pens.hidden, house.pens.dimension), (0.8, 0.1, 0.1))
    for _ in range(int(rng.integers(1, 5))):
        x += high * float(rng.uniform(0.6, 6))
        wide, deep = high * float(rng.uniform(0.3, 2.5)), high * float(rng.uniform(0.3, 3)) * pick(rng, (1.0, -1.0))
        notch = pick(rng, NOTCHES)
        points += [(x + wide * u, deep * v) for u, v in notch]
        if notch is _DRILLED:  # in a section its edges show: that of the hole, that of the cone
            for level in (0.0, 0.75 * deep):
                canvas.line(placed(x, level), placed(x + wide, level), pen)
        x += wide
    points.append((x + high * float(rng.uniform(0.6, 8)), 0.0))
    canvas.polyline([placed(*point) for point in points], pen)
    if chance(rng, 0.2):
        _hatching(canvas, at, house, rng)


def _hatching(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    step, count, long = house.hatch_mm, int(rng.integers(4, 16)), house.text_mm * float(rng.uniform(2, 8))
    for number in range(count):
        x = at[0] + number * step
        canvas.line((x, at[1]), (x + long, at[1] - long), house.pens.hatch)


def _filled(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """A weld bead in a section, a centring mark, two strokes as of an equal sign."""
    size = house.text_mm * float(rng.uniform(0.4, 2.0))
    kind = int(rng.integers(3))
    if kind == 0:
        corner = [at, (at[0] + size, at[1]), (at[0], at[1] - size)]
        canvas.polyline(corner, None, closed=True, fill=house.pens.visible.color)
        canvas.line(at, (at[0] + 6 * size, at[1]), house.pens.visible)
        canvas.line(at, (at[0], at[1] - 6 * size), house.pens.visible)
    elif kind == 1:
        wide = 1.5 * size
        canvas.polyline([(at[0] - wide, at[1]), at, (at[0], at[1] - wide)], house.pens.visible, closed=True)
    else:
        for dy in (0.0, 0.5 * size):
            canvas.line((at[0], at[1] + dy), (at[0] + size, at[1] + dy), house.pens.dimension)


def _logo(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """Letters in a disc, a ring or a box, as firms and licences have; spokes of a wheel."""
    size = house.text_mm * float(rng.uniform(1.0, 4.0))
    pen, dark = house.pens.visible, chance(rng, 0.3)
    ring = Pen(pen.width_mm * float(rng.uniform(1.0, 4.0)), pen.color)
    kind = int(rng.integers(3))
    if kind == 0:
        canvas.circle(at, size, ring, fill=pen.color if dark else None)
    elif kind == 1:
        canvas.rectangle((at[0] - 1.4 * size, at[1] - size, at[0] + 1.4 * size, at[1] + size), ring)
    else:
        for turn in np.arange(int(rng.integers(2, 7))) * math.pi / int(rng.integers(2, 7)):
            dx, dy = size * math.cos(turn), size * math.sin(turn)
            canvas.line((at[0] - dx, at[1] - dy), (at[0] + dx, at[1] + dy), pick(rng, (pen, house.pens.centre)))
        return
    letters = "".join(pick(rng, "ABCDEGMNRSTWc") for _ in range(int(rng.integers(2, 4))))
    color = (1.0, 1.0, 1.0) if dark and kind == 0 else pen.color
    canvas.text(letters, (at[0], at[1] + 0.3 * size), 0.7 * size, house.title_font, anchor="centre", color=color)


def _flag(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """A number in a pennant, a pentagon, a hexagon or a box: a note that the sheet gives elsewhere."""
    corners, size = int(rng.integers(3, 7)), house.text_mm * float(rng.uniform(1.0, 1.8))
    turn = {3: pick(rng, (0.0, math.pi)), 4: math.pi / 4}.get(corners, math.pi / 2)  # a triangle on its side
    turns = turn + np.arange(corners) * 2 * math.pi / corners
    outline = size * np.stack([np.cos(turns), -np.sin(turns)], axis=1) + at
    canvas.polyline(outline, house.pens.dimension, closed=True)
    canvas.text(
        str(int(rng.integers(1, 30))),
        (at[0], at[1] + 0.35 * house.text_mm),
        0.7 * house.text_mm,
        house.font,
        anchor="centre",
    )


CLUTTER: tuple[Clutter, ...] = (
    *(_words, _words, _dimension, _dimension, _dimension, _exact, _lines, _lines),
    *(_holes, _holes, _holes, _contour, _contour, _hatching, _filled, _table, _table, _centring, _centring),
    *(_logo, _flag),
)
