"""Plane geometry of views: extents, turns, mirrors, breaks, circles. Part millimetres, y up."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from training.bank import Line, View

Bounds = tuple[float, float, float, float]
"""(x0, y0, x1, y1) in part millimetres, y up."""
FULL_TURN = 2 * np.pi
_QUARTERS = ((1, 0, 0, 1), (0, -1, 1, 0), (-1, 0, 0, -1), (0, 1, -1, 0))


def arc_points(arc: NDArray[np.float32], count: int = 24) -> NDArray[np.float64]:
    """(count, 2) points from start to end."""
    x, y, radius, start, end = arc.astype(np.float64)
    angles = np.linspace(start, end, count)
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1)


def bounds(view: View) -> Bounds:
    """Extent of all ink of the view."""
    points = [curve.astype(np.float64) for curve in view.polylines]
    if len(view.arcs):
        x, y, radius, start, end = view.arcs.astype(np.float64).T[:, :, None]
        angles = start + (end - start) * np.linspace(0, 1, 33)
        points.append(np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=-1).reshape(-1, 2))
    every = np.concatenate(points)
    (x0, y0), (x1, y1) = every.min(axis=0), every.max(axis=0)
    return (float(x0), float(y0), float(x1), float(y1))


def quarter_matrix(quarters: int) -> NDArray[np.float64]:
    """(2, 2) for points in rows: `points @ matrix` turns them counter-clockwise."""
    a, b, c, d = _QUARTERS[quarters % 4]
    return np.array([[a, b], [c, d]], np.float64).T


def turned(view: View, quarters: int) -> View:
    """The view turned counter-clockwise by quarter turns about the origin."""
    if quarters % 4 == 0:
        return view
    matrix = quarter_matrix(quarters).astype(np.float32)
    arcs = view.arcs.copy()
    arcs[:, :2] = view.arcs[:, :2] @ matrix
    arcs[:, 3:] += np.float32(quarters % 4 * np.pi / 2)
    shade = None if view.shade is None else np.ascontiguousarray(np.rot90(view.shade, quarters))
    return dataclasses.replace(
        view, polylines=tuple(curve @ matrix for curve in view.polylines), arcs=arcs, shade=shade
    )


def mirrored(view: View) -> View:
    """The view seen in a mirror: x changes its sign."""
    flip = np.array([-1, 1], np.float32)
    arcs = view.arcs.copy()
    arcs[:, 0] = -view.arcs[:, 0]
    arcs[:, 3], arcs[:, 4] = np.pi - view.arcs[:, 4], np.pi - view.arcs[:, 3]
    shade = None if view.shade is None else np.ascontiguousarray(view.shade[:, ::-1])
    return dataclasses.replace(view, polylines=tuple(curve * flip for curve in view.polylines), arcs=arcs, shade=shade)


def full_circles(view: View) -> NDArray[np.float64]:
    """(K, 3) centre and radius of the visible and cut full circles, largest first."""
    arcs = view.arcs.astype(np.float64)
    drawn = np.isin(view.arc_lines, (Line.VISIBLE, Line.CUT))
    found = arcs[(arcs[:, 4] - arcs[:, 3] > FULL_TURN - 1e-3) & drawn, :3]
    return found[np.argsort(-found[:, 2], kind="stable")]


def fillets(view: View) -> NDArray[np.float64]:
    """(K, 4) centre, radius and middle angle of visible arcs that are no full circles."""
    arcs = view.arcs.astype(np.float64)
    part = arcs[(arcs[:, 4] - arcs[:, 3] < 1.2 * np.pi) & (view.arc_lines == Line.VISIBLE)]
    return np.column_stack([part[:, :3], (part[:, 3] + part[:, 4]) / 2])


def straight_edges(view: View, *lines: Line) -> NDArray[np.float64]:
    """(K, 4) x0, y0, x1, y1 of the straight edges drawn in one of the line types."""
    edges = [
        curve.ravel()
        for curve, line in zip(view.polylines, view.polyline_lines, strict=True)
        if len(curve) == 2 and line in lines
    ]
    return np.array(edges, np.float64).reshape(-1, 4)


def cut_segments(view: View) -> NDArray[np.float64]:
    """(K, 4) outline of the cut faces in straight pieces."""
    return drawn_segments(view, Line.CUT)


def drawn_segments(view: View, *lines: Line) -> NDArray[np.float64]:
    """(K, 4) all that is drawn, or what is drawn in one of the line types, in straight pieces."""
    kinds = lines or tuple(Line)
    chains = [
        curve.astype(np.float64)
        for curve, line in zip(view.polylines, view.polyline_lines, strict=True)
        if line in kinds
    ]
    chains += [arc_points(arc) for arc, line in zip(view.arcs, view.arc_lines, strict=True) if line in kinds]
    pieces = [np.concatenate([chain[:-1], chain[1:]], axis=1) for chain in chains]
    return np.concatenate([np.zeros((0, 4)), *pieces])


def plain_stretch(view: View, axis: int) -> tuple[float, float] | None:
    """The longest interval along the axis in which only straight lines along it run; None where there is no such."""
    low, high = bounds(view)[axis], bounds(view)[axis + 2]
    ends = [curve[:, axis].astype(np.float64) for curve in view.polylines]
    if len(view.arcs):
        centre, radius = view.arcs[:, axis].astype(np.float64), view.arcs[:, 2].astype(np.float64)
        ends.append(np.concatenate([np.linspace(c - r, c + r, 9) for c, r in zip(centre, radius, strict=True)]))
    stations = np.unique(np.clip(np.concatenate([[low, high], *ends]), low, high))
    gaps = np.diff(stations)
    widest = int(gaps.argmax())
    start, end = float(stations[widest]), float(stations[widest + 1])
    for curve in view.polylines:
        crosses = curve[:, axis].min() < end - 1e-6 and curve[:, axis].max() > start + 1e-6
        if crosses and (len(curve) > 2 or abs(float(curve[0, 1 - axis] - curve[1, 1 - axis])) > 1e-3):
            return None
    return start, end


def shortened(view: View, axis: int, start: float, end: float, left_mm: float) -> View:
    """The view with the interval cut out but for a gap of `left_mm`; what lies beyond moves up."""
    shift = np.zeros(2, np.float32)
    shift[axis] = end - start - left_mm
    curves: list[NDArray[np.float32]] = []
    lines: list[int] = []
    for curve, line in zip(view.polylines, view.polyline_lines, strict=True):
        pieces = _cut_out(curve, axis, start, end)
        curves += [piece - shift if piece[:, axis].min() >= end - 1e-4 else piece for piece in pieces]
        lines += [int(line)] * len(pieces)
    arcs = view.arcs.copy()
    arcs[arcs[:, axis] > end, axis] -= shift[axis]
    return dataclasses.replace(
        view, polylines=tuple(curves), polyline_lines=np.array(lines, np.uint8), arcs=arcs, shade=None
    )


def _cut_out(curve: NDArray[np.float32], axis: int, start: float, end: float) -> list[NDArray[np.float32]]:
    low, high = float(curve[:, axis].min()), float(curve[:, axis].max())
    if high <= start + 1e-4 or low >= end - 1e-4:
        return [curve]
    across = float(curve[0, 1 - axis])
    pieces = []
    for a, b in ((low, start), (end, high)):
        if b - a > 1e-4:
            piece = np.empty((2, 2), np.float32)
            piece[:, axis], piece[:, 1 - axis] = (a, b), across
            pieces.append(piece)
    return pieces


def section_place(low: float, high: float) -> float:
    """Where a section cuts a part that reaches from low to high: on its axis, or halfway where that is not inside."""
    inside = 0.25 * (high - low)
    return 0.0 if low + inside < 0 < high - inside else (low + high) / 2
