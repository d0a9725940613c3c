"""Drawing verbs over a list of items, and the memory of where ink already is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.sheets import lettering
from training.sheets.pdf import letter_bounds, text_width_mm
from training.sheets.primitives import (
    BLACK,
    Anchor,
    Arc,
    BoxMm,
    Clip,
    Color,
    DrawnSymbol,
    Font,
    Item,
    Pen,
    Picture,
    Point,
    Stroke,
    Text,
    middle,
    overlap,
)

DIAMETER_SIGN = "Ø"
STROKE = 0.09
"""Width of the pen of CAD letters, in their height."""


def width_mm(text: str, font: Font, height_mm: float) -> float:
    if font.face == "cad":
        if lettering.drawable(text):
            return lettering.width(text) * font.stretch * height_mm
        return text_width_mm(text, Font("helv", font.stretch, font.slant), height_mm)
    return text_width_mm(text, font, height_mm)


@dataclass(slots=True)
class Canvas:
    """taken: boxes that further annotations keep clear of, in millimetres. symbols: inner ones first."""

    items: list[Item] = field(default_factory=list)
    taken: list[BoxMm] = field(default_factory=list)
    symbols: list[DrawnSymbol] = field(default_factory=list)

    def line(self, a: Point, b: Point, pen: Pen) -> None:
        self.items.append(Stroke(np.array([a, b], np.float64), pen))

    def polyline(
        self,
        points: Sequence[Point] | NDArray[Any],
        pen: Pen | None,
        *,
        closed: bool = False,
        fill: Color | None = None,
    ) -> None:
        self.items.append(Stroke(np.asarray(points, np.float64), pen, fill, closed))

    def rectangle(self, box: BoxMm, pen: Pen | None, *, fill: Color | None = None) -> None:
        x0, y0, x1, y1 = box
        self.polyline([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], pen, closed=True, fill=fill)

    def circle(self, centre: Point, radius_mm: float, pen: Pen | None, *, fill: Color | None = None) -> None:
        self.arc(centre, radius_mm, 0.0, 2 * math.pi, pen, fill=fill)

    def arc(
        self, centre: Point, radius_mm: float, start: float, end: float, pen: Pen | None, *, fill: Color | None = None
    ) -> None:
        self.items.append(Arc(centre, radius_mm, start, end, pen, fill))

    def picture(self, pixels: NDArray[np.uint8], box: BoxMm) -> None:
        self.items.append(Picture(pixels, box))

    def clipped(self, outline: Stroke | Arc, items: list[Item]) -> None:
        self.items.append(Clip(outline, items))

    def text(
        self,
        text: str,
        at: Point,
        height_mm: float,
        font: Font,
        *,
        color: Color = BLACK,
        angle_deg: float = 0.0,
        anchor: Anchor = "left",
    ) -> None:
        if font.face == "cad" and not lettering.drawable(text):
            font = Font("helv", font.stretch, font.slant)
        item = Text(text, at, height_mm, font, color, angle_deg, anchor)
        self._note_diameters(item)
        if font.face == "cad":
            self._stroke_text(item)
        else:
            self.items.append(item)

    def _note_diameters(self, item: Text) -> None:
        """Diameter signs stand in texts: they are symbols like those that are drawn."""
        angle = math.radians(item.angle_deg)
        along, up = np.array([math.cos(angle), -math.sin(angle)]), np.array([-math.sin(angle), -math.cos(angle)])
        back = {"left": 0.0, "centre": 0.5, "right": 1.0}[item.anchor]
        start = np.array(item.at) - back * width_mm(item.text, item.font, item.height_mm) * along
        pen_mm = STROKE * item.height_mm if item.font.face == "cad" else 0.0
        for index in (i for i, letter in enumerate(item.text) if letter == DIAMETER_SIGN):
            ink = start + item.height_mm * _diameter_ink(item, index) @ np.array([along, up])
            (left, top), (right, low) = (ink.min(axis=0) - pen_mm / 2).tolist(), (ink.max(axis=0) + pen_mm / 2).tolist()
            box = (left, top, right, low)
            self.symbols.append(DrawnSymbol("diameter", box, middle(box), ink))

    def _stroke_text(self, item: Text) -> None:
        back = {"left": 0.0, "centre": 0.5, "right": 1.0}[item.anchor]
        along = -back * width_mm(item.text, item.font, item.height_mm)
        angle = math.radians(item.angle_deg)
        start = np.array([item.at[0] + along * math.cos(angle), item.at[1] - along * math.sin(angle)])
        pen = Pen(STROKE * item.height_mm, item.color)
        font = item.font
        for chain in lettering.chains(item.text, stretch=font.stretch, slant=font.slant, angle_deg=item.angle_deg):
            self.items.append(Stroke(start + chain * item.height_mm, pen))

    def lines_of_text(
        self,
        lines: Sequence[str],
        at: Point,
        height_mm: float,
        font: Font,
        *,
        color: Color = BLACK,
        anchor: Anchor = "left",
        leading: float = 1.7,
    ) -> None:
        """Lines below each other; `at` is the base line of the first."""
        for number, line in enumerate(lines):
            self.text(line, (at[0], at[1] + number * leading * height_mm), height_mm, font, color=color, anchor=anchor)

    def free(self, box: BoxMm) -> bool:
        return not any(overlap(box, other) for other in self.taken)

    def take(self, box: BoxMm) -> None:
        self.taken.append(box)

    def accept(self, trial: Canvas, *boxes: BoxMm) -> None:
        """What was tried on a canvas of its own stays; the boxes are taken."""
        self.items += trial.items
        self.symbols += trial.symbols
        self.taken += boxes


def _diameter_ink(item: Text, index: int) -> NDArray[np.float64]:
    """(N, 2) points of a diameter sign from the start of its text: along and up, in heights of a capital."""
    font = item.font
    if font.face == "cad":
        return lettering.letter(item.text, index, stretch=font.stretch, slant=font.slant)
    left, low, right, high = letter_bounds(item.text, index, font.face)
    turns = np.linspace(0, 2 * math.pi, 16, endpoint=False)
    half, centre = np.array([right - left, high - low]) / 2, np.array([right + left, high + low]) / 2
    ring = centre + half * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    points = np.concatenate([ring, [(left, low), (right, high)]])  # the ends of the stroke
    return np.asarray(points @ np.array([[font.stretch, 0.0], [font.slant, 1.0]]))


def text_box(
    text: str, at: Point, height_mm: float, font: Font, *, anchor: Anchor = "left", upright: bool = True
) -> BoxMm:
    """Where a line of text lies; `upright=False` is text that reads from below."""
    width = width_mm(text, font, height_mm)
    start = -{"left": 0.0, "centre": 0.5, "right": 1.0}[anchor] * width
    if upright:
        return (at[0] + start, at[1] - height_mm, at[0] + start + width, at[1])
    return (at[0] - height_mm, at[1] - start - width, at[0], at[1] - start)
