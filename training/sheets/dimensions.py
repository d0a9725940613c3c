"""Which dimensions a view gets: overall sizes, positions, diameters, radii. Placing them is `dimension_ink`."""

from __future__ import annotations

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
SIDES: tuple[Side, ...] = ("left", "top", "right", "bottom")
NEAR = 1e-2  # part millimetres: stations nearer than this are one


@dataclass(frozen=True, slots=True)
class Station:
    """A place on an axis worth a dimension. low, high: how far its ink reaches across the axis."""

    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Linear:
    """A length along an axis (0 is x). level: 0 is the dimension line next to the view. ordinate: no line, only `b`."""

    axis: int
    a: Station
    b: Station
    side: Side
    level: int
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
    linear: list[Linear] = []
    for axis in (0, 1):
        side: Side = pick(rng, ("bottom", "top"), (0.55, 0.45)) if axis == 0 else pick(rng, ("left", "right"))
        if drafted.round_axis == 1 - axis:
            linear += _diameters(drafted, axis, house, rng, density)
        else:
            linear += _lengths(drafted, axis, side, house, rng, density=density, overall=overall[axis])
    leaders = _holes(drafted, house, rng, density) + _radii(drafted, house, rng, density)
    return Dimensions(tuple(linear), tuple(leaders))


def with_changed_value(dimensions: Dimensions, index: int, house: House) -> Dimensions:
    """The same but for one value, made different as a revision does."""
    old = dimensions.linear[index]
    value = length_text(abs(old.b.at - old.a.at) * 1.06 + 1.0, house)
    main = f"Ø{value}" if old.label.main.startswith("Ø") else value
    changed = replace(old, label=replace(old.label, main=main))
    return replace(dimensions, linear=(*dimensions.linear[:index], changed, *dimensions.linear[index + 1 :]))


def true_length(drafted: Drafted, axis: int, a: float, b: float) -> float:
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


def _lengths(
    drafted: Drafted, axis: int, side: Side, house: House, rng: np.random.Generator, *, density: float, overall: bool
) -> list[Linear]:
    edges, holes = stations(drafted, axis)
    wanted = [s for s in holes if chance(rng, density)] + [s for s in edges if chance(rng, 0.6 * density)]
    wanted = _spread(sorted(wanted, key=lambda s: s.at), drafted, axis)[: int(rng.integers(2, 9))]
    first, last = _ends(drafted, axis)
    style = house.dimension_style
    if style == "mixed":
        style = pick(rng, ("chain", "baseline"))
    if style == "ordinate" and wanted:
        places = [first, *wanted, *([last] if overall else [])]
        return [Linear(axis, first, s, side, 0, Label(_distance(drafted, axis, first, s, house)), True) for s in places]
    found: list[Linear] = []
    if style == "baseline":
        found = [_linear(drafted, axis, first, s, side, i, house, rng) for i, s in enumerate(wanted[:4])]
    else:
        pairs = list(zip([first, *wanted], wanted, strict=False))
        found = [_linear(drafted, axis, a, b, side, 0, house, rng) for a, b in pairs]
    if overall:
        level = 1 + max((line.level for line in found), default=-1)
        found.append(_linear(drafted, axis, first, last, side, level, house, rng))
    return found


def _distance(drafted: Drafted, axis: int, a: Station, b: Station, house: House) -> str:
    return length_text(true_length(drafted, axis, a.at, b.at), house)


def _linear(
    drafted: Drafted, axis: int, a: Station, b: Station, side: Side, level: int, house: House, rng: np.random.Generator
) -> Linear:
    return Linear(axis, a, b, side, level, length_label(true_length(drafted, axis, a.at, b.at), house, rng))


def _spread(found: list[Station], drafted: Drafted, axis: int) -> list[Station]:
    """Without stations that crowd each other."""
    apart = 0.04 * drafted.size[axis]
    kept: list[Station] = []
    for station in found:
        if not kept or station.at - kept[-1].at > apart:
            kept.append(station)
    return kept


def _diameters(drafted: Drafted, axis: int, house: House, rng: np.random.Generator, density: float) -> list[Linear]:
    """Diameters of a turned part, across its axis of revolution, each on the side its edge is nearer to."""
    other = 1 - axis
    centre = (drafted.bounds[axis] + drafted.bounds[axis + 2]) / 2
    edges = straight_edges(drafted.view, Line.VISIBLE, Line.CUT)
    along = edges[(np.abs(edges[:, axis] - edges[:, axis + 2]) < NEAR) & (edges[:, axis] - centre > NEAR)]
    middle = (drafted.bounds[other] + drafted.bounds[other + 2]) / 2
    widest = (drafted.bounds[axis + 2] - drafted.bounds[axis]) / 2
    radii: dict[float, NDArray[np.float64]] = {round(float(e[axis] - centre), 2): e for e in along}
    radii.setdefault(round(widest, 2), np.array([middle, middle, middle, middle]))
    kept = [r for r in sorted(radii) if r == round(widest, 2) or chance(rng, density)][-5:]
    sides: tuple[Side, Side] = ("left", "right") if axis == 1 else ("bottom", "top")
    levels: dict[Side, int] = {}
    found = []
    for radius in kept:
        edge = radii[radius]
        side = sides[int((edge[other] + edge[other + 2]) / 2 > middle)]
        low, high = sorted((float(edge[other]), float(edge[other + 2])))
        a, b = Station(centre - radius, low, high), Station(centre + radius, low, high)
        label = length_label(2 * radius, house, rng, prefix="Ø", fit="shaft")
        found.append(Linear(axis, a, b, side, levels.get(side, 0), label))
        levels[side] = levels.get(side, 0) + 1
    return found


def _holes(drafted: Drafted, house: House, rng: np.random.Generator, density: float) -> list[Leader]:
    groups: dict[float, list[NDArray[np.float64]]] = {}
    for circle in full_circles(drafted.view):
        groups.setdefault(round(float(circle[2]), 2), []).append(circle)
    chosen = [radius for radius in groups if chance(rng, 0.35 + 0.6 * density)][:5]
    found, spoken_for = [], set[float]()
    for radius in chosen:
        if radius in spoken_for:
            continue
        circle = groups[radius][int(rng.integers(len(groups[radius])))]
        inner = _concentric(circle, groups)
        label = hole_label(
            2 * (inner or radius), len(groups[radius]), house, rng, counterbore_mm=2 * radius if inner else None
        )
        spoken_for |= {radius} | ({inner} if inner else set())
        angle = float(pick(rng, (45, 60, 30, 135, 120, -45, -135))) * np.pi / 180
        through = inner is None and len(groups[radius]) == 1 and chance(rng, 0.4)
        found.append(Leader((float(circle[0]), float(circle[1])), radius, angle, label, through))
    return found


def _concentric(circle: NDArray[np.float64], groups: dict[float, list[NDArray[np.float64]]]) -> float | None:
    """Radius of a smaller circle about the same centre that occurs as often: the bore of a counterbore."""
    count = len(groups[round(float(circle[2]), 2)])
    for radius, others in groups.items():
        smaller = 0.35 * circle[2] < radius < 0.9 * circle[2]
        if smaller and len(others) == count and any(np.hypot(*(o[:2] - circle[:2])) < NEAR for o in others):
            return radius
    return None


def _radii(drafted: Drafted, house: House, rng: np.random.Generator, density: float) -> list[Leader]:
    groups: dict[float, list[NDArray[np.float64]]] = {}
    for arc in fillets(drafted.view):
        groups.setdefault(round(float(arc[2]), 2), []).append(arc)
    chosen = [radius for radius in groups if chance(rng, 0.2 + 0.5 * density)][:3]
    found = []
    for radius in chosen:
        x, y, _, angle = groups[radius][int(rng.integers(len(groups[radius])))].tolist()
        count = len(groups[radius])
        prefix = f"{count}×" if count > 1 and chance(rng, 0.4) else ""
        found.append(Leader((x, y), radius, angle, Label(f"{prefix}R{length_text(radius, house)}")))
    return found
