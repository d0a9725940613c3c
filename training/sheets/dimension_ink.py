"""Dimensions as ink: extension lines, arrows, texts, leaders; what would cover something else is left out."""

from __future__ import annotations

import math

import numpy as np

from training.sheets.canvas import Canvas, text_box, width_mm
from training.sheets.dimensions import Dimensions, Leader, Linear
from training.sheets.drafting import Placed
from training.sheets.house import House
from training.sheets.primitives import BoxMm, Color, Pen, Point, inflated, inside
from training.sheets.values import Label

SMALL = 0.65  # height of limits against the value


def draw_dimensions(
    canvas: Canvas, placed: Placed, dimensions: Dimensions, house: House, area: BoxMm
) -> list[Point | None]:
    """Draws what fits into `area`; the middle of each linear dimension's text, None where it was left out."""
    places = [_draw_linear(canvas, placed, line, house, area) for line in dimensions.linear]
    for leader in dimensions.leaders:
        _draw_leader(canvas, placed, leader, house, area)
    return places


def label_width_mm(label: Label, house: House) -> float:
    main = width_mm(label.main, house.font, house.text_mm)
    small = max(width_mm(text, house.font, SMALL * house.text_mm) for text in (label.upper, label.lower))
    return main + (small + 0.4 * house.text_mm if small else 0.0)


def draw_label(canvas: Canvas, label: Label, middle: Point, angle_deg: float, house: House) -> None:
    """The label centred on a point of its base line."""
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    total, height = label_width_mm(label, house), house.text_mm
    main = width_mm(label.main, house.font, height)

    def at(along: float, up: float) -> Point:
        along -= total / 2
        return (middle[0] + along * cos - up * sin, middle[1] - along * sin - up * cos)

    canvas.text(label.main, at(0, 0), height, house.font, color=house.text_color, angle_deg=angle_deg)
    for text, up in ((label.upper, 0.62), (label.lower, -0.3)):
        start = at(main + 0.4 * height, up * height)
        canvas.text(text, start, SMALL * height, house.font, color=house.text_color, angle_deg=angle_deg)
    if label.boxed:
        pad = 0.35 * height
        corners = [at(-pad, -pad), at(total + pad, -pad), at(total + pad, height + pad), at(-pad, height + pad)]
        canvas.polyline(corners, house.pens.dimension, closed=True)


def arrowhead(canvas: Canvas, tip: Point, towards: Point, house: House) -> None:
    """An arrowhead at `tip` whose shaft comes from `towards`."""
    dx, dy = towards[0] - tip[0], towards[1] - tip[1]
    length = math.hypot(dx, dy) or 1.0
    ux, uy, size = dx / length, dy / length, house.arrow_mm
    pen = house.pens.dimension
    wide = {"filled": 0.17, "long": 0.1, "open": 0.25, "closed": 0.2}.get(house.arrow, 0.0) * size
    back = (tip[0] + size * ux, tip[1] + size * uy)
    left, right = (back[0] - wide * uy, back[1] + wide * ux), (back[0] + wide * uy, back[1] - wide * ux)
    match house.arrow:
        case "filled" | "long":
            canvas.polyline([tip, left, right], None, closed=True, fill=pen.color)
        case "closed":
            canvas.polyline([tip, left, right], Pen(pen.width_mm, pen.color), closed=True)
        case "open":
            canvas.polyline([left, tip, right], Pen(pen.width_mm, pen.color))
        case "tick":
            half = 0.35 * size
            canvas.line(
                (tip[0] - half, tip[1] + half), (tip[0] + half, tip[1] - half), Pen(2 * pen.width_mm, pen.color)
            )
        case _:
            canvas.circle(tip, 0.16 * size, None, fill=pen.color)


def _draw_linear(canvas: Canvas, placed: Placed, line: Linear, house: House, area: BoxMm) -> Point | None:
    a, b = _line_ends(placed, line, house)
    if line.ordinate:
        return _draw_ordinate(canvas, placed, line, b, house, area)
    upright = house.upright and line.axis == 1
    spot = _text_spot(a, b, line, house)
    if spot is None:
        return None
    middle, box, tail = spot
    if not inside(box, area) or not canvas.free(inflated(box, 0.2 * house.text_mm)):
        return None
    canvas.take(box)
    _extension_lines(canvas, placed, line, a, b, house)
    _dimension_line(canvas, a, b, line, house, tail)
    draw_label(canvas, line.label, middle, 90.0 if line.axis == 1 and not upright else 0.0, house)
    return middle


def _line_ends(placed: Placed, line: Linear, house: House) -> tuple[Point, Point]:
    """Ends of the dimension line on paper."""
    x0, y0, x1, y1 = placed.box_mm
    off = house.first_mm + line.level * house.step_mm
    if line.axis == 0:
        y = y0 - off if line.side == "top" else y1 + off
        return (placed.paper(line.a.at, 0)[0], y), (placed.paper(line.b.at, 0)[0], y)
    x = x0 - off if line.side == "left" else x1 + off
    return (x, placed.paper(0, line.a.at)[1]), (x, placed.paper(0, line.b.at)[1])


def _text_spot(a: Point, b: Point, line: Linear, house: House) -> tuple[Point, BoxMm, float] | None:
    """(middle of the base line, box of the text, how far the line runs on past b to carry it)."""
    length = abs(b[0] - a[0]) + abs(b[1] - a[1])
    if length < 0.3:
        return None
    wide, height = label_width_mm(line.label, house), house.text_mm
    upright = house.upright and line.axis == 1
    needed = height if upright else wide
    outside = needed + 0.6 * height > length - (0.0 if house.arrow in ("tick", "dot") else house.arrow_mm)
    tail = needed + 1.6 * house.arrow_mm + 0.6 * height if outside else 0.0
    # along: from a towards b, the text's middle
    along = length + tail - needed / 2 - 0.2 * height if outside else length / 2
    lift = 0.3 * height if house.text_above else -0.5 * height
    if line.axis == 0:
        left = min(a[0], b[0])
        middle = (left + along, a[1] - lift)
        box = (middle[0] - wide / 2, middle[1] - height, middle[0] + wide / 2, middle[1])
    elif upright:
        low = max(a[1], b[1])
        middle = (a[0], low - along + height / 2)
        box = (middle[0] - wide / 2, middle[1] - height, middle[0] + wide / 2, middle[1])
    else:
        low = max(a[1], b[1])
        middle = (a[0] - lift, low - along)
        box = (middle[0] - height, middle[1] - wide / 2, middle[0], middle[1] + wide / 2)
    return middle, box, tail


def _extension_lines(canvas: Canvas, placed: Placed, line: Linear, a: Point, b: Point, house: House) -> None:
    over, gap = 0.5 * house.text_mm, house.gap_mm
    for station, end in ((line.a, a), (line.b, b)):
        reach = station.low if line.side in ("bottom", "left") else station.high
        if line.axis == 0:
            start = placed.paper(station.at, reach)
            sign = 1.0 if end[1] > start[1] else -1.0
            canvas.line((end[0], start[1] + sign * gap), (end[0], end[1] + sign * over), house.pens.dimension)
        else:
            start = placed.paper(reach, station.at)
            sign = 1.0 if end[0] > start[0] else -1.0
            canvas.line((start[0] + sign * gap, end[1]), (end[0] + sign * over, end[1]), house.pens.dimension)


def _dimension_line(canvas: Canvas, a: Point, b: Point, line: Linear, house: House, tail: float) -> None:
    if (b[0] - a[0]) - (b[1] - a[1]) < 0:  # towards the right or up
        a, b = b, a
    length = abs(b[0] - a[0]) + abs(b[1] - a[1])
    ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    pen = house.pens.dimension
    if tail:
        stub = 1.6 * house.arrow_mm
        canvas.line((a[0] - stub * ux, a[1] - stub * uy), (b[0] + tail * ux, b[1] + tail * uy), pen)
        arrowhead(canvas, a, (a[0] - ux, a[1] - uy), house)
        arrowhead(canvas, b, (b[0] + ux, b[1] + uy), house)
        return
    in_gap = not house.text_above or (house.upright and line.axis == 1)
    if in_gap:
        needed = house.text_mm if house.upright and line.axis == 1 else label_width_mm(line.label, house)
        half = (length - needed) / 2 - 0.3 * house.text_mm
        canvas.line(a, (a[0] + half * ux, a[1] + half * uy), pen)
        canvas.line((b[0] - half * ux, b[1] - half * uy), b, pen)
    else:
        canvas.line(a, b, pen)
    arrowhead(canvas, a, b, house)
    arrowhead(canvas, b, a, house)


def _draw_ordinate(canvas: Canvas, placed: Placed, line: Linear, end: Point, house: House, area: BoxMm) -> Point | None:
    """One extension line with the value at its end."""
    height, wide = house.text_mm, width_mm(line.label.main, house.font, house.text_mm)
    x0, y0, x1, y1 = placed.box_mm
    reach = line.b.low if line.side in ("bottom", "left") else line.b.high
    vertical = line.axis == 0
    start = placed.paper(line.b.at, reach) if vertical else placed.paper(reach, line.b.at)
    edge = {"top": y0, "bottom": y1, "left": x0, "right": x1}[line.side]
    sign = -1.0 if line.side in ("top", "left") else 1.0
    stop = edge + sign * 1.2 * height
    middle = stop + sign * (0.5 * height + wide / 2)
    if vertical:
        spot, box = (
            (end[0] + height / 2, middle),
            (end[0] - height / 2, middle - wide / 2, end[0] + height / 2, middle + wide / 2),
        )
    else:
        spot, box = (
            (middle, end[1] + height / 2),
            (middle - wide / 2, end[1] - height / 2, middle + wide / 2, end[1] + height / 2),
        )
    if not inside(box, area) or not canvas.free(box):
        return None
    canvas.take(box)
    gap = sign * house.gap_mm
    if vertical:
        canvas.line((end[0], start[1] + gap), (end[0], stop), house.pens.dimension)
    else:
        canvas.line((start[0] + gap, end[1]), (stop, end[1]), house.pens.dimension)
    draw_label(canvas, line.label, spot, 90.0 if vertical else 0.0, house)
    return spot


def _draw_leader(canvas: Canvas, placed: Placed, leader: Leader, house: House, area: BoxMm) -> None:
    radius = leader.radius * placed.scale
    wide = label_width_mm(leader.label, house)
    if leader.through and 2 * radius > wide + 3 * house.arrow_mm:
        _draw_across(canvas, placed, leader, house)
        return
    for turn in (0.0, 30.0, -30.0, 90.0, 180.0, 60.0, -90.0, 150.0):
        angle = leader.angle + math.radians(turn)
        knee, box = _leader_spot(placed, leader, angle, house)
        if inside(box, area) and canvas.free(inflated(box, 0.3)):
            canvas.take(box)
            _draw_pointer(canvas, placed, leader, angle, knee, house)
            return


def _leader_spot(placed: Placed, leader: Leader, angle: float, house: House) -> tuple[Point, BoxMm]:
    """(knee of the pointer, box of the text) for a direction, the text just outside the view where that is near."""
    cx, cy = placed.paper(*leader.centre)
    ux, uy = math.cos(angle), -math.sin(angle)
    x0, y0, x1, y1 = inflated(placed.box_mm, 1.5 * house.text_mm)
    exits = [
        (side - c) / u
        for side, c, u in ((x1 if ux > 0 else x0, cx, ux), (y1 if uy > 0 else y0, cy, uy))
        if abs(u) > 1e-6
    ]
    reach, radius = min(exits), leader.radius * placed.scale
    if reach > radius + 28.0:
        reach = radius + 3.5 * house.text_mm
    knee = (cx + reach * ux, cy + reach * uy)
    lines = 1 + len(leader.label.below)
    wide = max(
        [label_width_mm(leader.label, house), *(width_mm(t, house.font, house.text_mm) for t in leader.label.below)]
    )
    side = 1.0 if ux >= 0 else -1.0
    start = knee[0] + side * 0.8 * house.text_mm
    low = knee[1] + (lines - 1) * 1.6 * house.text_mm
    return knee, (min(start, start + side * wide), knee[1] - 1.4 * house.text_mm, max(start, start + side * wide), low)


def _draw_pointer(canvas: Canvas, placed: Placed, leader: Leader, angle: float, knee: Point, house: House) -> None:
    cx, cy = placed.paper(*leader.centre)
    radius, side = leader.radius * placed.scale, 1.0 if math.cos(angle) >= 0 else -1.0
    tip = (cx + radius * math.cos(angle), cy - radius * math.sin(angle))
    wide = label_width_mm(leader.label, house)
    shelf_end = (knee[0] + side * (0.8 * house.text_mm + (wide if house.text_above else -0.2 * house.text_mm)), knee[1])
    canvas.polyline([tip, knee, shelf_end], house.pens.dimension)
    arrowhead(canvas, tip, knee, house)
    drop = 0.3 * house.text_mm if house.text_above else -0.5 * house.text_mm
    middle = (knee[0] + side * (0.8 * house.text_mm + wide / 2), knee[1] - drop)
    draw_label(canvas, leader.label, middle, 0.0, house)
    for number, text in enumerate(leader.label.below, start=1):
        at = (middle[0], middle[1] + number * 1.6 * house.text_mm)
        canvas.text(text, at, house.text_mm, house.font, color=house.text_color, anchor="centre")


def _draw_across(canvas: Canvas, placed: Placed, leader: Leader, house: House) -> None:
    """A diameter line through the circle with its text on it."""
    cx, cy = placed.paper(*leader.centre)
    angle = math.atan(math.tan(leader.angle)) * 0.7
    radius = leader.radius * placed.scale
    ux, uy = math.cos(angle), -math.sin(angle)
    a, b = (cx - radius * ux, cy - radius * uy), (cx + radius * ux, cy + radius * uy)
    canvas.line(a, b, house.pens.dimension)
    arrowhead(canvas, a, b, house)
    arrowhead(canvas, b, a, house)
    lift = 0.35 * house.text_mm
    middle = (cx + 0.35 * radius * ux + lift * uy, cy + 0.35 * radius * uy - lift * ux)
    draw_label(canvas, leader.label, middle, math.degrees(angle), house)


def pointer(canvas: Canvas, tip: Point, knee: Point, house: House) -> None:
    """A plain leader line."""
    canvas.line(tip, knee, house.pens.dimension)
    arrowhead(canvas, tip, knee, house)


def caption(canvas: Canvas, text: str, at: Point, height_mm: float, house: House, color: Color) -> None:
    """A centred line of text that other annotations keep clear of."""
    canvas.take(text_box(text, at, height_mm, house.font, anchor="centre"))
    canvas.text(text, at, height_mm, house.font, color=color, anchor="centre")


def paper_middle(box: BoxMm) -> Point:
    return (float(np.mean(box[::2])), float(np.mean(box[1::2])))
