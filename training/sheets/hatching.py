"""Hatching of cut faces: parallel lines clipped by the even-odd rule against the outline."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from training.bank import View
from training.sheets.geometry import cut_segments
from training.sheets.house import House
from training.sheets.primitives import Pen

MOST_LINES = 160


def hatch_lines(view: View, house: House, scale: float) -> list[tuple[Pen, NDArray[np.float64]]]:
    """(pen, (K, 4)) x0, y0, x1, y1 of the lines, in part millimetres."""
    outline = cut_segments(view)
    if not len(outline):
        return []
    pen, step = house.pens.hatch, house.hatch_mm / scale
    forward, backward = math.radians(45), math.radians(-45)
    match house.hatch:
        case "opposite":
            layers = [(backward, step, 0.0)]
        case "double":
            layers = [(forward, 2 * step, 0.0), (forward, 2 * step, 0.35 * step)]
        case "cross":
            layers = [(forward, 1.5 * step, 0.0), (backward, 1.5 * step, 0.0)]
        case "brick":
            layers = [(0.0, step, 0.0), (math.radians(90), 2 * step, 0.0)]
        case "wide":
            layers = [(math.radians(30), 1.8 * step, 0.0)]
        case _:
            layers = [(forward, step, 0.0)]
    if house.hatch == "dashed":
        pen = Pen(pen.width_mm, pen.color, (2.0, 0.8))
    return [(pen, _lines(outline, angle, step_mm, shift)) for angle, step_mm, shift in layers]


def _lines(outline: NDArray[np.float64], angle: float, step: float, shift: float) -> NDArray[np.float64]:
    cos, sin = math.cos(angle), math.sin(angle)
    turn = np.array([[cos, -sin], [sin, cos]])
    a, b = outline[:, :2] @ turn, outline[:, 2:] @ turn
    low, high = min(a[:, 1].min(), b[:, 1].min()), max(a[:, 1].max(), b[:, 1].max())
    step = max(step, (high - low) / MOST_LINES)
    found = [
        (start, at, end, at)
        for at in np.arange(low + shift + 0.37 * step, high, step)
        for start, end in _inside(a, b, float(at))
    ]
    lines = np.array(found, np.float64).reshape(-1, 4)
    return np.concatenate([lines[:, :2] @ turn.T, lines[:, 2:] @ turn.T], axis=1)


def _inside(a: NDArray[np.float64], b: NDArray[np.float64], at: float) -> list[tuple[float, float]]:
    """Intervals of a horizontal line within the outline; none where the outline has a hole in it."""
    crosses = (a[:, 1] > at) != (b[:, 1] > at)
    start, end = a[crosses], b[crosses]
    x = np.sort(start[:, 0] + (at - start[:, 1]) / (end[:, 1] - start[:, 1]) * (end[:, 0] - start[:, 0]))
    return [] if len(x) % 2 else list(zip(x[::2].tolist(), x[1::2].tolist(), strict=True))
