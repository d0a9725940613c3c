"""Small ink that annotations share: arrowheads, dimension texts, captions."""

from __future__ import annotations

import math

from training.sheets.canvas import Canvas, text_box, width_mm
from training.sheets.house import House
from training.sheets.primitives import Pen, Point
from training.sheets.values import Label

SMALL = 0.65  # height of limits against the value


def label_width_mm(label: Label, house: House) -> float:
    """Width of the value with its limits; lines below it not counted."""
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
            canvas.polyline([tip, left, right], pen, closed=True)
        case "open":
            canvas.polyline([left, tip, right], pen)
        case "tick":
            half, bold = 0.35 * size, Pen(2 * pen.width_mm, pen.color)
            canvas.line((tip[0] - half, tip[1] + half), (tip[0] + half, tip[1] - half), bold)
        case _:
            canvas.circle(tip, 0.16 * size, None, fill=pen.color)


def pointer(canvas: Canvas, tip: Point, knee: Point, house: House) -> None:
    """A plain leader line."""
    canvas.line(tip, knee, house.pens.dimension)
    arrowhead(canvas, tip, knee, house)


def caption(canvas: Canvas, text: str, at: Point, height_mm: float, house: House) -> None:
    """A centred line of text that other annotations keep clear of."""
    canvas.take(text_box(text, at, height_mm, house.font, anchor="centre"))
    canvas.text(text, at, height_mm, house.font, color=house.text_color, anchor="centre")
