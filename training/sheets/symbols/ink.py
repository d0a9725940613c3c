"""A canvas for symbols: local coordinates, any angle, and the box of each symbol's ink, exact but for bare lines."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.sheets.canvas import Canvas, width_mm
from training.sheets.primitives import BoxMm, DrawnSymbol, Font, Pen, Point, middle

Local = tuple[float, float]
"""x along the symbol's base line, y away from it (up), in units of the symbol's size."""
ARC_STEP = math.pi / 24
THINNEST, BARE_LINES = 0.5, ("straightness", "flush_contour")
"""Least side of the boxes of these, in units of the symbol's size: no two people box a bare line alike."""


@dataclass(slots=True)
class SymbolInk:
    """Draws in units of `size_mm` from an origin on paper, turned counter-clockwise by `angle`, mirrored or not.

    The canvas keeps the symbols, inner ones before those that hold them.
    """

    canvas: Canvas
    origin_mm: Point
    size_mm: float
    pen: Pen
    font: Font
    angle: float = 0.0
    mirrored: bool = False
    _inked: list[NDArray[np.float64]] = field(default_factory=list)

    @contextmanager
    def symbol(self, name: str, anchor: Local | None = None) -> Iterator[None]:
        """What is drawn inside is a symbol of this class; symbols may hold symbols. anchor: the middle by default."""
        start = len(self._inked)
        yield
        points = np.concatenate(self._inked[start:])
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        least_mm = THINNEST * self.size_mm if name in BARE_LINES else 0.0
        spare_x, spare_y = (max(self.pen.width_mm, least_mm - float(side)) / 2 for side in (x1 - x0, y1 - y0))
        box = (float(x0) - spare_x, float(y0) - spare_y, float(x1) + spare_x, float(y1) + spare_y)
        x, y = middle(box) if anchor is None else self.paper([anchor])[0].tolist()
        self.canvas.symbols.append(DrawnSymbol(name, box, (x, y), points))

    @property
    def box_mm(self) -> BoxMm:
        """Around everything drawn so far."""
        points = np.concatenate(self._inked)
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        return (float(x0), float(y0), float(x1), float(y1))

    def paper(self, points: Sequence[Local] | NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 2) local to (N, 2) millimetres on paper."""
        local = np.asarray(points, np.float64) * self.size_mm * (-1.0 if self.mirrored else 1.0, 1.0)
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        x, y = local[:, 0] * cos - local[:, 1] * sin, local[:, 0] * sin + local[:, 1] * cos
        return np.stack([self.origin_mm[0] + x, self.origin_mm[1] - y], axis=1)

    def line(self, *points: Local, closed: bool = False, filled: bool = False, dashed: bool = False) -> None:
        """A chain of straight lines."""
        on_paper = self.paper(points)
        pen = Pen(self.pen.width_mm, self.pen.color, (0.5 * self.size_mm, 0.3 * self.size_mm)) if dashed else self.pen
        self.canvas.polyline(on_paper, pen, closed=closed, fill=self.pen.color if filled else None)
        self._inked.append(on_paper)

    def arc(self, centre: Local, radius: float, start_deg: float, end_deg: float, *, filled: bool = False) -> None:
        """Counter-clockwise from start to end."""
        start, end = math.radians(start_deg), math.radians(end_deg)
        turn = np.linspace(start, end, max(3, math.ceil((end - start) / ARC_STEP)))
        points = np.array(centre) + radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)
        closed = end_deg - start_deg >= 360
        self.canvas.polyline(self.paper(points), self.pen, closed=closed, fill=self.pen.color if filled else None)
        self._inked.append(self.paper(points))

    def circle(self, centre: Local, radius: float, *, filled: bool = False) -> None:
        self.arc(centre, radius, 0.0, 360.0, filled=filled)

    def width(self, text: str, height: float) -> float:
        """Of a text, in units of the size."""
        return width_mm(text, self.font, height * self.size_mm) / self.size_mm

    def text(self, text: str, at: Local, height: float, *, upright: bool = False) -> None:
        """Centred on x, its base line at y, turned with the symbol so far that it is read from below or from the right;
        upright: centred on the point, read from below."""
        reach = np.array([self.width(text, height) / 2, height / 2]) * self.size_mm
        angle = 0.0 if upright else _readable(self.angle)
        middle = self.paper([at if upright else (at[0], at[1] + height / 2)])[0]
        along, up = np.array([math.cos(angle), -math.sin(angle)]), np.array([-math.sin(angle), -math.cos(angle)])
        base = middle - reach[1] * up
        self.canvas.text(
            text,
            (float(base[0]), float(base[1])),
            height * self.size_mm,
            self.font,
            color=self.pen.color,
            angle_deg=math.degrees(angle),
            anchor="centre",
        )
        corners = [middle + a * reach[0] * along + b * reach[1] * up for a in (-1, 1) for b in (-1, 1)]
        self._inked.append(np.array(corners))


def _readable(angle: float) -> float:
    """The same direction or its opposite: more than -90 degrees, at most 90."""
    turn = math.remainder(angle, math.pi)
    return turn if turn > -math.pi / 2 + 1e-6 else turn + math.pi
