"""The ink of a view's geometry: faces, hatching, centre lines, edges, breaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.bank import Line
from training.sheets.canvas import Canvas
from training.sheets.drafting import Break, Placed
from training.sheets.faces import face_picture
from training.sheets.geometry import full_circles
from training.sheets.hatching import hatch_lines
from training.sheets.house import House
from training.sheets.primitives import Color, Pen

SHADE_ZOOM = 3


@dataclass(frozen=True, slots=True)
class Look:
    """What a sheet shows of its views."""

    hidden: bool
    shaded: bool
    faces: bool
    axes: bool


def draw_view(canvas: Canvas, placed: Placed, house: House, look: Look) -> None:
    """All ink of the view's geometry: faces, hatching, centre lines, edges."""
    _draw_faces(canvas, placed, house, look)
    if placed.drafted.name == "section":
        _draw_hatching(canvas, placed, house)
    if look.axes and placed.drafted.name != "iso":
        _draw_axes(canvas, placed, house)
    pens = {Line.VISIBLE: house.pens.visible, Line.CUT: house.pens.visible}
    if house.tangent_lines or placed.drafted.name == "iso":
        pens[Line.TANGENT] = house.pens.tangent
    if look.hidden:
        pens[Line.HIDDEN] = house.pens.hidden
    draw_edges(canvas, placed, pens)
    if placed.drafted.gap is not None:
        _draw_break(canvas, placed, placed.drafted.gap, house.pens.dimension)


def draw_edges(canvas: Canvas, placed: Placed, pens: Mapping[Line, Pen]) -> None:
    """Edges and arcs of the line types that have a pen."""
    view = placed.drafted.view
    for curve, line in zip(view.polylines, view.polyline_lines.tolist(), strict=True):
        if line in pens:
            canvas.polyline(placed.on_paper(curve), pens[Line(line)])
    for (x, y, radius, start, end), line in zip(view.arcs.tolist(), view.arc_lines.tolist(), strict=True):
        if line in pens:
            canvas.arc(placed.paper(x, y), radius * placed.scale, start, end, pens[Line(line)])


def _draw_faces(canvas: Canvas, placed: Placed, house: House, look: Look) -> None:
    """The rendered picture of an isometric view, or tones over the faces of a flat one."""
    drafted = placed.drafted
    shade = drafted.view.shade if look.shaded else None
    if shade is None and look.faces and drafted.name != "section" and drafted.gap is None:
        shade = face_picture(drafted, house.seed)
    if shade is not None:
        canvas.picture(_tinted(shade, house.tint), placed.box_mm)


def _tinted(shade: NDArray[np.uint8], tint: Color | None) -> NDArray[np.uint8]:
    """(H, W) grey, enlarged so that its outline is smooth, to (H', W', 3) in a colour; paper stays white."""
    shade = cv2.resize(shade, None, fx=SHADE_ZOOM, fy=SHADE_ZOOM, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    if tint is None:
        return shade
    white = (shade[:, :, None].astype(np.float32) - 215.0).clip(0.0) / 40.0
    tinted = shade[:, :, None] * np.array(tint, np.float32)
    return (tinted + white * (255.0 - tinted)).astype(np.uint8)


def _draw_hatching(canvas: Canvas, placed: Placed, house: House) -> None:
    for pen, lines in hatch_lines(placed.drafted.view, house, placed.scale):
        for a, b in zip(placed.on_paper(lines[:, :2]), placed.on_paper(lines[:, 2:]), strict=True):
            canvas.polyline([a, b], pen)


def _draw_axes(canvas: Canvas, placed: Placed, house: House) -> None:
    """Crosses on circles, centre lines cast by other views."""
    pen = house.pens.centre
    over = 0.8 * house.text_mm
    for x, y, radius in _distinct(full_circles(placed.drafted.view)):
        reach = radius * placed.scale + over
        cx, cy = placed.paper(x, y)
        mark = pen if reach > 5.0 else Pen(pen.width_mm, pen.color)
        canvas.line((cx - reach, cy), (cx + reach, cy), mark)
        canvas.line((cx, cy - reach), (cx, cy + reach), mark)
    for x0, y0, x1, y1 in placed.drafted.axes.tolist():
        (ax, ay), (bx, by) = placed.paper(x0, y0), placed.paper(x1, y1)
        if x0 == x1:
            canvas.line((ax, ay + over), (bx, by - over), pen)
        else:
            canvas.line((ax - over, ay), (bx + over, by), pen)


def _distinct(circles: NDArray[np.float64]) -> list[tuple[float, float, float]]:
    """The largest of concentric circles."""
    found: dict[tuple[float, float], tuple[float, float, float]] = {}
    for x, y, radius in circles.tolist():
        found.setdefault((round(x, 2), round(y, 2)), (x, y, radius))
    return list(found.values())


def _draw_break(canvas: Canvas, placed: Placed, gap: Break, pen: Pen) -> None:
    """Two zigzag lines across the gap."""
    x0, y0, x1, y1 = placed.drafted.bounds
    low, high = (y0, y1) if gap.axis == 0 else (x0, x1)
    over = 0.08 * (high - low)
    along = np.array([low - over, low + 0.42 * (high - low), low + 0.58 * (high - low), high + over])
    across = np.array([0.0, 0.0, 0.0, 0.0])
    across[1], across[2] = 0.6 * gap.gap_mm, -0.6 * gap.gap_mm
    for side in (-0.5, 0.5):
        points = np.empty((4, 2))
        points[:, gap.axis], points[:, 1 - gap.axis] = gap.at + side * gap.gap_mm + across, along
        canvas.polyline(placed.on_paper(points), pen)
