"""One view as a drafter prepares it: mirrored, turned, broken, with its axes; and its place on paper."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.bank import Part, View, ViewName
from training.sheets.geometry import (
    Bounds,
    bounds,
    full_circles,
    mirrored,
    plain_stretch,
    quarter_matrix,
    shortened,
    turned,
)
from training.sheets.primitives import BoxMm, Point, inflated

MOST_AXES = 5
MIRROR_TWIN: Mapping[ViewName, ViewName] = {"left": "right", "right": "left"}
# what x and y of a view are in the part: (axis, sign) of x, y, z
_AXES: Mapping[ViewName, tuple[tuple[int, int], tuple[int, int]]] = {
    "front": ((0, 1), (2, 1)),
    "back": ((0, -1), (2, 1)),
    "left": ((1, -1), (2, 1)),
    "right": ((1, 1), (2, 1)),
    "top": ((0, 1), (1, 1)),
    "bottom": ((0, 1), (1, -1)),
    "section": ((0, 1), (2, 1)),
}


@dataclass(frozen=True, slots=True)
class Break:
    """A stretch left out. axis: 0 for x, 1 for y. at: middle of the gap. removed_mm: length left out."""

    axis: int
    at: float
    gap_mm: float
    removed_mm: float


@dataclass(frozen=True, slots=True)
class Drafted:
    """A view ready to be placed.

    axes: (K, 4) segments of centre lines that circles of other views cast on this one. quarters: how it was turned.
    round_axis: the axis (0 or 1) along which the part is a solid of revolution in this view, None if it is not.
    """

    part: Part
    name: ViewName
    view: View
    bounds: Bounds
    axes: NDArray[np.float64]
    quarters: int = 0
    round_axis: int | None = None
    gap: Break | None = None

    @property
    def size(self) -> tuple[float, float]:
        x0, y0, x1, y1 = self.bounds
        return (x1 - x0, y1 - y0)


@dataclass(frozen=True, slots=True)
class Placed:
    """A drafted view on paper. origin_mm: where (0, 0) of the view lies; scale: paper millimetres a part millimetre."""

    drafted: Drafted
    scale: float
    origin_mm: Point

    def paper(self, x: float, y: float) -> Point:
        return (self.origin_mm[0] + self.scale * x, self.origin_mm[1] - self.scale * y)

    def on_paper(self, points: NDArray[np.float32] | NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 2) part to (N, 2) paper millimetres."""
        return np.asarray(points, np.float64) * (self.scale, -self.scale) + self.origin_mm

    @property
    def box_mm(self) -> BoxMm:
        x0, y0, x1, y1 = self.drafted.bounds
        (left, low), (right, high) = self.paper(x0, y0), self.paper(x1, y1)
        return (left, high, right, low)

    @property
    def room_mm(self) -> BoxMm:
        """What annotations keep clear of, but for those that stand on the view's own lines."""
        return inflated(self.box_mm, 0.5)


def place(drafted: Drafted, scale: float, top_left_mm: Point) -> Placed:
    """The view with the top left corner of its ink at a point of the sheet."""
    x0, _, _, y1 = drafted.bounds
    return Placed(drafted, scale, (top_left_mm[0] - scale * x0, top_left_mm[1] + scale * y1))


def draft(part: Part, name: ViewName, *, quarters: int = 0, mirror: bool = False) -> Drafted:
    """The part's view, mirrored (the opposite hand) and then turned."""
    source = MIRROR_TWIN.get(name, name) if mirror and MIRROR_TWIN.get(name, name) in part.views else name
    view = part.views[source]
    axes, axis = cast_axes(part, source)
    if mirror:
        view, axes = mirrored(view), axes * (-1, 1, -1, 1)
    if quarters % 4:
        view = turned(view, quarters)
        axes = (axes.reshape(-1, 2) @ quarter_matrix(quarters)).reshape(-1, 4)
        axis = None if axis is None else (axis + quarters) % 2
    return Drafted(part, name, view, bounds(view), axes, quarters % 4, axis)


def cast_axes(part: Part, name: ViewName) -> tuple[NDArray[np.float64], int | None]:
    """Centre lines in a view from the circles of views at right angles to it, and its axis of revolution."""
    if name not in _AXES:
        return np.zeros((0, 4)), None
    own = dict(zip((axis for axis, _ in _AXES[name]), range(2), strict=True))
    signs = [sign for _, sign in _AXES[name]]
    extent = bounds(part.views[name])
    found: dict[tuple[int, float], float] = {}
    for other, other_axes in _AXES.items():
        if other not in part.views or {axis for axis, _ in other_axes} == set(own):
            continue
        for circle in full_circles(part.views[other]):
            for place_on, (axis, sign) in enumerate(other_axes):
                if axis in own:
                    key = (own[axis], round(float(circle[place_on]) * sign * signs[own[axis]], 2))
                    found[key] = max(found.get(key, 0.0), float(circle[2]))
    strongest = sorted(found, key=lambda key: -found[key])[:MOST_AXES]
    return np.array([_axis_line(key, extent) for key in strongest]).reshape(-1, 4), _revolution(found, extent)


def _axis_line(key: tuple[int, float], extent: Bounds) -> tuple[float, float, float, float]:
    across, at = key
    x0, y0, x1, y1 = extent
    return (at, y0, at, y1) if across == 0 else (x0, at, x1, at)


def _revolution(found: Mapping[tuple[int, float], float], extent: Bounds) -> int | None:
    """The axis along which a circle as wide as the whole view runs."""
    for (across, at), radius in found.items():
        low, high = extent[across], extent[across + 2]
        if abs(high - low - 2 * radius) < 0.02 * radius and abs((low + high) / 2 - at) < 0.02 * radius:
            return 1 - across
    return None


def broken(drafted: Drafted, axis: int, start: float, end: float) -> Drafted:
    """The view with most of the interval left out."""
    rest, stretch = drafted.size[axis] - (end - start), end - start
    margin = float(np.clip(0.1 * rest, 0.1 * stretch, 0.2 * stretch))  # a plain bar has no rest, but two ends
    gap = 0.05 * (rest + 2 * margin)
    start, end = start + margin, end - margin
    view = shortened(drafted.view, axis, start, end, gap)
    axes = drafted.axes.copy()
    for column in (axis, axis + 2):
        axes[axes[:, column] > end, column] -= end - start - gap
    removed = Break(axis, start + gap / 2, gap, end - start - gap)
    return dataclasses.replace(drafted, view=view, bounds=bounds(view), axes=axes, gap=removed)


def breakable(drafted: Drafted, axis: int) -> tuple[float, float] | None:
    """A stretch worth leaving out, if the view has one along the axis."""
    stretch = plain_stretch(drafted.view, axis)
    if stretch is None or stretch[1] - stretch[0] < 0.35 * drafted.size[axis]:
        return None
    return stretch
