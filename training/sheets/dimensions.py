"""Which dimensions a view gets: overall sizes, positions, diameters, radii. Placing them is `dimension_ink`."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from training.bank import Line
from training.sheets.drafting import Drafted
from training.sheets.geometry import fillets, full_circles, straight_edges
from training.sheets.house import House, chance, pick
from training.sheets.values import Label, hole_label, length_label, length_text

Side = Literal["top", "bottom", "left", "right"]
Circle = NDArray[np.float64]
"""Centre x, y and radius, part millimetres; of an arc also its middle angle."""
SIDES: tuple[Side, ...] = ("left", "top", "right", "bottom")
LARGEST_BORE = 0.2  # radius of a counterbore against the view's size, at most
NEAR = 1e-2  # part millimetres: stations nearer than this are one


@dataclass(frozen=True, slots=True)
class Station:
    """A place on an axis worth a dimension. low, high: how far its ink reaches across the axis."""

    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Linear:
    """A length along an axis (0 is x) of the part. level: 0 is the dimension line next to the view.

    ordinate: no dimension line, the value stands at the end of the extension line of `b`.
    """

    axis: int
    a: Station
    b: Station
    side: Side
    level: int
    value_mm: float
    label: Label
    ordinate: bool = False


@dataclass(frozen=True, slots=True)
class Leader:
    """A text that points at a circle or arc. angle: preferred direction of the pointer, radians, y up."""

    centre: tuple[float, float]
    radius: float
    angle: float
    label: Label
    through: bool = False


@dataclass(frozen=True, slots=True)
class Dimensions:
    linear: tuple[Linear, ...] = ()
    leaders: tuple[Leader, ...] = ()

    def margins_mm(self, house: House) -> tuple[float, float, float, float]:
        """Paper needed left, above, right and below the view."""
        left, top, right, bottom = (self._margin(side, house) for side in SIDES)
        over = 3.2 * house.text_mm if self.leaders else 0.0
        return (left, max(top, over), max(right, over), bottom)

    def _margin(self, side: Side, house: House) -> float:
        levels = [line.level for line in self.linear if line.side == side and not line.ordinate]
        ordinates = [len(line.label.main) for line in self.linear if line.side == side and line.ordinate]
        deep = house.first_mm + max(levels) * house.step_mm + 1.6 * house.text_mm if levels else 0.0
        wide = 1.5 * house.text_mm + 0.75 * house.text_mm * max(ordinates) if ordinates else 0.0
        return max(deep, wide, 2.0)


def choose_dimensions(
    drafted: Drafted, house: House, rng: np.random.Generator, *, density: float, overall: tuple[bool, bool]
) -> Dimensions:
    """Dimensions of a view. density: 0 only overall sizes, 1 all there is. overall: whether in x, in y."""
    chooser = Chooser(drafted, house, rng, density)
    linear: list[Linear] = []
    for axis in (0, 1):
        if drafted.round_axis == 1 - axis:
            linear += chooser.diameters(axis)
        else:
            linear += chooser.lengths(axis, overall=overall[axis])
    return Dimensions(tuple(linear), (*chooser.holes(), *chooser.radii()))


def with_changed_value(dimensions: Dimensions, index: int, house: House) -> Dimensions:
    """The same but for one value, made different as a revision does, its tolerance or brackets left out."""
    old = dimensions.linear[index]
    value_mm = old.value_mm * 1.06 + 1.0
    prefix = "Ø" if old.label.main.startswith("Ø") else ""
    label = replace(old.label, main=prefix + length_text(value_mm, house))
    changed = replace(old, label=label, value_mm=value_mm)
    return replace(dimensions, linear=(*dimensions.linear[:index], changed, *dimensions.linear[index + 1 :]))


def true_length_mm(drafted: Drafted, axis: int, a: float, b: float) -> float:
    """Length of the part between two places of the view, with what a break left out."""
    gap = drafted.gap
    hidden = gap.removed_mm if gap is not None and gap.axis == axis and min(a, b) < gap.at < max(a, b) else 0.0
    return abs(b - a) + hidden


def stations(drafted: Drafted, axis: int) -> tuple[list[Station], list[Station]]:
    """(edges, holes): places inside the view's extent, in order."""
    view = drafted.view
    edges = straight_edges(view, Line.VISIBLE, Line.CUT)
    across = edges[np.abs(edges[:, axis] - edges[:, axis + 2]) < NEAR]
    other = 1 - axis
    flat = [Station(float(e[axis]), min(e[other], e[other + 2]), max(e[other], e[other + 2])) for e in across]
    circles = full_circles(view)
    holes = [Station(float(c[axis]), float(c[other] - c[2]), float(c[other] + c[2])) for c in circles]
    return _merged(flat, drafted, axis), _merged(holes, drafted, axis)


def _merged(found: list[Station], drafted: Drafted, axis: int) -> list[Station]:
    low, high = drafted.bounds[axis], drafted.bounds[axis + 2]
    margin = 0.015 * (high - low)
    merged: dict[float, Station] = {}
    for station in found:
        if low + margin < station.at < high - margin:
            key = round(station.at, 1)
            old = merged.get(key, station)
            merged[key] = Station(station.at, min(old.low, station.low), max(old.high, station.high))
    return [merged[key] for key in sorted(merged)]


def _ends(drafted: Drafted, axis: int) -> tuple[Station, Station]:
    """The outermost places; their extension lines start at the ink that touches them."""
    edges = straight_edges(drafted.view, Line.VISIBLE, Line.CUT)
    other = 1 - axis
    found = []
    for limit in (drafted.bounds[axis], drafted.bounds[axis + 2]):
        touching = edges[(np.abs(edges[:, axis] - limit) < NEAR) | (np.abs(edges[:, axis + 2] - limit) < NEAR)]
        middle = (drafted.bounds[other] + drafted.bounds[other + 2]) / 2
        low = float(touching[:, [other, other + 2]].min()) if len(touching) else middle
        high = float(touching[:, [other, other + 2]].max()) if len(touching) else middle
        found.append(Station(limit, low, high))
    return found[0], found[1]


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses the dimensions of one view."""

    drafted: Drafted
    house: House
    rng: np.random.Generator
    density: float

    def lengths(self, axis: int, *, overall: bool) -> list[Linear]:
        """Positions of edges and holes in the house's style, and the overall size."""
        sides: tuple[Side, Side] = ("bottom", "top") if axis == 0 else ("left", "right")
        side = pick(self.rng, sides)
        wanted = self._wanted(axis)
        first, last = _ends(self.drafted, axis)
        style = self.house.dimension_style
        if style == "mixed":
            style = pick(self.rng, ("chain", "baseline"))
        if style == "ordinate" and wanted:
            places = [first, *wanted, *([last] if overall else [])]
            return [self._ordinate(axis, side, first, place) for place in places]
        starts = [first] * len(wanted) if style == "baseline" else [first, *wanted]
        levels = range(len(wanted)) if style == "baseline" else [0] * len(wanted)
        found = [self._length(axis, side, a, b, i) for a, b, i in zip(starts, wanted, levels, strict=False)]
        if overall:
            found.append(self._length(axis, side, first, last, 1 + max(levels, default=-1)))
        return found

    def _wanted(self, axis: int) -> list[Station]:
        """Some of the stations, in order, without such as crowd each other."""
        edges, holes = stations(self.drafted, axis)
        chosen = [s for s in holes if chance(self.rng, self.density)]
        chosen += [s for s in edges if chance(self.rng, 0.6 * self.density)]
        apart = 0.04 * self.drafted.size[axis]
        kept: list[Station] = []
        for station in sorted(chosen, key=lambda s: s.at):
            if not kept or station.at - kept[-1].at > apart:
                kept.append(station)
        return kept[: int(self.rng.integers(2, 4 if self.house.dimension_style == "baseline" else 9))]

    def _value_mm(self, axis: int, a: Station, b: Station) -> float:
        return true_length_mm(self.drafted, axis, a.at, b.at)

    def _length(self, axis: int, side: Side, a: Station, b: Station, level: int) -> Linear:
        value_mm = self._value_mm(axis, a, b)
        return Linear(axis, a, b, side, level, value_mm, length_label(value_mm, self.house, self.rng))

    def _ordinate(self, axis: int, side: Side, first: Station, place: Station) -> Linear:
        value_mm = self._value_mm(axis, first, place)
        label = Label(length_text(value_mm, self.house))
        return Linear(axis, first, place, side, 0, value_mm, label, ordinate=True)

    def diameters(self, axis: int) -> list[Linear]:
        """Diameters of a turned part, across its axis of revolution, each on the side its edge is nearer to."""
        bounds, other = self.drafted.bounds, 1 - axis
        centre, middle = (bounds[axis] + bounds[axis + 2]) / 2, (bounds[other] + bounds[other + 2]) / 2
        edges = straight_edges(self.drafted.view, Line.VISIBLE, Line.CUT)
        along = edges[(np.abs(edges[:, axis] - edges[:, axis + 2]) < NEAR) & (edges[:, axis] - centre > NEAR)]
        widest = round((bounds[axis + 2] - bounds[axis]) / 2, 2)
        reaches = {round(float(e[axis] - centre), 2): (float(e[other]), float(e[other + 2])) for e in along}
        reaches.setdefault(widest, (middle, middle))
        kept = [r for r in sorted(reaches) if r == widest or chance(self.rng, self.density)][-5:]
        sides: tuple[Side, Side] = ("left", "right") if axis == 1 else ("bottom", "top")
        levels: dict[Side, int] = {}
        found = []
        for radius in kept:
            low, high = sorted(reaches[radius])
            side = sides[int((low + high) / 2 > middle)]
            a, b = Station(centre - radius, low, high), Station(centre + radius, low, high)
            label = length_label(2 * radius, self.house, self.rng, prefix="Ø", fit="shaft")
            found.append(Linear(axis, a, b, side, levels.get(side, 0), 2 * radius, label))
            levels[side] = levels.get(side, 0) + 1
        return found

    def holes(self) -> list[Leader]:
        """Leaders to one of each chosen group of equal holes; concentric pairs as counterbores."""
        groups = _by_radius(full_circles(self.drafted.view))
        chosen = [radius for radius in groups if chance(self.rng, 0.35 + 0.6 * self.density)][:5]
        found, written = [], set[float]()
        for radius in chosen:
            if radius in written:
                continue
            circle = groups[radius][int(self.rng.integers(len(groups[radius])))]
            small = circle[2] < LARGEST_BORE * max(self.drafted.size)
            inner = _concentric(circle, groups) if small else None
            written |= {radius} | ({inner} if inner else set())
            found.append(self._hole(circle, len(groups[radius]), inner))
        return found

    def _hole(self, circle: Circle, count: int, inner: float | None) -> Leader:
        x, y, radius = circle[:3].tolist()
        bore = 2 * radius if inner else None
        label = hole_label(2 * (inner or radius), count, self.house, self.rng, counterbore_mm=bore)
        angle = math.radians(pick(self.rng, (45, 60, 30, 135, 120, -45, -135)))
        through = inner is None and count == 1 and chance(self.rng, 0.4)
        return Leader((x, y), radius, angle, label, through)

    def radii(self) -> list[Leader]:
        """Leaders to one of each chosen group of equal fillets."""
        groups = _by_radius(fillets(self.drafted.view))
        chosen = [radius for radius in groups if chance(self.rng, 0.2 + 0.5 * self.density)][:3]
        found = []
        for radius in chosen:
            x, y, _, angle = groups[radius][int(self.rng.integers(len(groups[radius])))].tolist()
            count = len(groups[radius])
            prefix = f"{count}×" if count > 1 and chance(self.rng, 0.4) else ""
            found.append(Leader((x, y), radius, angle, Label(f"{prefix}R{length_text(radius, self.house)}")))
        return found


def _by_radius(circles: NDArray[np.float64]) -> dict[float, list[Circle]]:
    groups: dict[float, list[Circle]] = {}
    for circle in circles:
        groups.setdefault(round(float(circle[2]), 2), []).append(circle)
    return groups


def _concentric(circle: Circle, groups: dict[float, list[Circle]]) -> float | None:
    """Radius of a smaller circle about the same centre that occurs as often: the bore of a counterbore."""
    count = len(groups[round(float(circle[2]), 2)])
    for radius, others in groups.items():
        smaller = 0.35 * circle[2] < radius < 0.9 * circle[2]
        if smaller and len(others) == count and any(np.hypot(*(o[:2] - circle[:2])) < NEAR for o in others):
            return radius
    return None
