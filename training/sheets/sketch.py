"""The same views by hand: no template, lines that waver and overshoot, round letters, squared paper now and then."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training.sheets.canvas import Canvas
from training.sheets.house import chance
from training.sheets.primitives import Arc, Font, Item, Pen, Points, Stroke, Text, grey
from training.sheets.sheet import SheetPlan

STEP_MM = 1.5
"""Between points of a wavering line."""
SQUARE_MM = 5.0
WARP = 0.006
"""How far the whole drawing is out of true, as a share of the sheet."""


def sketched(sheet: SheetPlan, rng: np.random.Generator) -> SheetPlan:
    """The plan drawn by hand. Symbols and tables are left out: their boxes would no longer hold."""
    pen = Pen(float(rng.uniform(0.3, 0.8)), grey(float(rng.uniform(0.0, 0.4))))
    hand = _Hand(pen, sheet.size_mm, rng)
    canvas = Canvas()
    if chance(rng, 0.3):
        _draw_squares(canvas, sheet.size_mm, float(rng.uniform(0.75, 0.9)))
    paper = canvas.items
    items = [drawn for item in sheet.items[sheet.furniture_items :] for drawn in hand.redrawn(item)]
    return replace(sheet, items=(*paper, *items), furniture_items=len(paper), furniture=(), symbols=())


class _Hand:
    def __init__(self, pen: Pen, size_mm: tuple[float, float], rng: np.random.Generator) -> None:
        self._pen, self._rng = pen, rng
        self._tremor_mm = float(rng.uniform(0.05, 0.25))
        self._overshoot_mm = float(rng.uniform(0.0, 1.2))
        self._warp_mm = WARP * max(size_mm) * rng.uniform(-1, 1, (2, 2))
        self._waves = 2 * math.pi * rng.uniform(0.3, 1.2, (2, 2)) / max(size_mm)
        self._phases = rng.uniform(0, 2 * math.pi, (2, 2))

    def redrawn(self, item: Item) -> list[Item]:
        match item:
            case Stroke():
                return self._stroke(item)
            case Arc():
                turn = np.linspace(item.start, item.end + self._rng.uniform(-0.15, 0.25), 40)
                ring = np.stack([np.cos(turn), -np.sin(turn)], axis=1) * item.radius_mm + item.centre
                return self._stroke(Stroke(ring, item.pen, item.fill))
            case Text():
                return self._text(item)
            case _:
                return []

    def _stroke(self, stroke: Stroke) -> list[Item]:
        small = float(np.ptp(stroke.points, axis=0).max()) < 4.0
        fill = stroke.fill if small else None
        if stroke.pen is None and fill is None:
            return []
        points = np.concatenate([stroke.points, stroke.points[:1]]) if stroke.closed else stroke.points
        dash = stroke.pen.dash_mm if stroke.pen else ()
        pen = replace(self._pen, dash_mm=dash)
        return [Stroke(self._wavering(points, straight=len(points) == 2), pen, fill)]

    def _wavering(self, points: Points, *, straight: bool) -> Points:
        """Resampled along its length, drawn past its ends, out of true and with a tremor."""
        if straight:
            along = points[1] - points[0]
            past = along / max(float(np.hypot(*along)), 1e-6) * self._overshoot_mm
            points = points + np.stack([-past, past]) * self._rng.uniform(-0.3, 1.0, (2, 1))
        lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
        count = max(2, math.ceil(lengths[-1] / STEP_MM))
        at = np.union1d(np.linspace(0.0, lengths[-1], count), lengths)
        drawn = np.stack([np.interp(at, lengths, points[:, axis]) for axis in (0, 1)], axis=1)
        return self._warped(drawn) + self._tremor(len(drawn))

    def _warped(self, points: Points) -> Points:
        angles = points @ self._waves.T
        return np.asarray(points + np.sin(angles + self._phases[0]) @ self._warp_mm, np.float64)

    def _tremor(self, count: int) -> NDArray[np.float64]:
        """(count, 2) millimetres, smooth from point to point."""
        noise = self._rng.normal(0.0, self._tremor_mm, (count + 4, 2))
        kernel = np.ones(5) / math.sqrt(5)
        return np.stack([np.convolve(noise[:, axis], kernel, "valid") for axis in (0, 1)], axis=1)

    def _text(self, text: Text) -> list[Item]:
        """In single strokes, a little askew; what has no strokes stays a font's."""
        canvas = Canvas()
        slant = float(self._rng.uniform(-4, 4))
        height = text.height_mm * float(self._rng.uniform(0.9, 1.25))
        canvas.text(
            text.text,
            text.at,
            height,
            Font("cad", float(self._rng.uniform(0.8, 1.1)), 0.1),
            color=self._pen.color,
            angle_deg=text.angle_deg + slant,
            anchor=text.anchor,
        )
        lettered: list[Item] = []
        for item in canvas.items:
            lettered += self._stroke(item) if isinstance(item, Stroke) else [item]
        return lettered


def _draw_squares(canvas: Canvas, size_mm: tuple[float, float], level: float) -> None:
    pen = Pen(0.12, grey(level))
    for x in np.arange(SQUARE_MM, size_mm[0], SQUARE_MM).tolist():
        canvas.line((x, 0.0), (x, size_mm[1]), pen)
    for y in np.arange(SQUARE_MM, size_mm[1], SQUARE_MM).tolist():
        canvas.line((0.0, y), (size_mm[0], y), pen)
