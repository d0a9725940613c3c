"""Frames: border lines, zones, centring marks."""

from __future__ import annotations

import numpy as np

from training.sheets.canvas import Canvas
from training.sheets.house import House, chance, pick
from training.sheets.primitives import BLACK, BoxMm, Pen


def draw_frame(canvas: Canvas, house: House, size_mm: tuple[float, float], rng: np.random.Generator) -> BoxMm:
    """The house's frame, and what is inside of it; `rng` is the house's, so that all its frames are alike."""
    wide, tall = size_mm
    big = 2.0 if max(size_mm) > 700 else 1.0
    margin = float(rng.uniform(4, 11)) * big
    left = margin + (12.0 if chance(rng, 0.25) else 0.0)
    outer = (left, margin, wide - margin, tall - margin)
    zones = chance(rng, 0.55)
    inset = float(rng.uniform(4, 7)) * big if zones else 0.0
    inner = (outer[0] + inset, outer[1] + inset, outer[2] - inset, outer[3] - inset)
    canvas.rectangle(inner, house.pens.frame)
    if zones:
        canvas.rectangle(outer, Pen(0.18, house.pens.frame.color))
        _draw_zones(canvas, house, outer, inner, rng)
    elif chance(rng, 0.3):
        gap = float(rng.uniform(0.8, 2.0))
        canvas.rectangle(
            (inner[0] - gap, inner[1] - gap, inner[2] + gap, inner[3] + gap), Pen(0.18, house.pens.frame.color)
        )
    _draw_centring(canvas, inner, pick(rng, ("none", "line", "arrow", "none")), margin)
    return inner


def _draw_zones(canvas: Canvas, house: House, outer: BoxMm, inner: BoxMm, rng: np.random.Generator) -> None:
    """Numbers along the top and foot, letters along the sides."""
    wide, tall = inner[2] - inner[0], inner[3] - inner[1]
    pitch = float(pick(rng, (50.0, 70.0, 100.0)))
    columns, rows = max(2, round(wide / pitch / 2) * 2), max(2, round(tall / pitch / 2) * 2)
    pen = Pen(0.18, house.pens.frame.color)
    height = 0.45 * (inner[0] - outer[0])
    backwards = chance(rng, 0.5)
    for i in range(columns):
        x, text = inner[0] + (i + 0.5) * wide / columns, str(columns - i if backwards else i + 1)
        for low, high in ((outer[1], inner[1]), (inner[3], outer[3])):
            canvas.text(text, (x, (low + high + height) / 2), height, house.font, color=pen.color, anchor="centre")
            if i:
                canvas.line((inner[0] + i * wide / columns, low), (inner[0] + i * wide / columns, high), pen)
    for i in range(rows):
        y, text = inner[1] + (i + 0.5) * tall / rows, chr(65 + (rows - 1 - i if backwards else i))
        for low, high in ((outer[0], inner[0]), (inner[2], outer[2])):
            canvas.text(text, ((low + high) / 2, y + height / 2), height, house.font, color=pen.color, anchor="centre")
            if i:
                canvas.line((low, inner[1] + i * tall / rows), (high, inner[1] + i * tall / rows), pen)


def _draw_centring(canvas: Canvas, inner: BoxMm, kind: str, margin: float) -> None:
    """Marks at the middle of each side for microfilm."""
    if kind == "none":
        return
    x0, y0, x1, y1 = inner
    cx, cy, pen = (x0 + x1) / 2, (y0 + y1) / 2, Pen(0.5, BLACK)
    for x, y, dx, dy in ((x0, cy, -1, 0), (x1, cy, 1, 0), (cx, y0, 0, -1), (cx, y1, 0, 1)):
        size = 0.6 * margin
        canvas.line((x - 3 * dx, y - 3 * dy), (x + size * dx, y + size * dy), pen)
        if kind == "arrow":
            half = 0.4 * size
            points = [
                (x, y),
                (x + size * dx + half * dy, y + size * dy + half * dx),
                (x + size * dx - half * dy, y + size * dy - half * dx),
            ]
            canvas.polyline(points, Pen(0.25, BLACK), closed=True)
