"""Clean plane linework: what a drafter leaves of the edges a projection throws up.

A projection yields an edge once a face, front and back, visible and hidden. One ink line remains of all that lie on
each other, drawn as the strongest of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from training.bank import Line, View

STRENGTH = (Line.CUT, Line.VISIBLE, Line.TANGENT, Line.HIDDEN)
SAME = 2e-4  # of the extent: edges nearer than this are one edge
SPECK = 1e-3  # of the extent: shorter edges are left out
FLATNESS = 1e-3  # of the extent: how far a simplified curve may leave the true one
ROUNDNESS = 5e-4  # of its radius: how far a curve may leave a circle and still be an arc
TURN = 2 * np.pi

Interval = tuple[float, float]
Curve = NDArray[np.float64]


@dataclass(slots=True)
class Linework:
    """Edges as they come from a projection, in millimetres.

    curves: (line, (N, 2)), straight where N is 2. arcs: (line, (5,)) as in `View`.
    """

    curves: list[tuple[Line, Curve]] = field(default_factory=list)
    arcs: list[tuple[Line, Curve]] = field(default_factory=list)


def view_of(work: Linework, shade: NDArray[np.uint8] | None = None) -> View:
    """The view that is left when every ink line is drawn once."""
    extent = extent_mm(work)
    plain = _classified(work, extent)
    curves = chained(_lines(plain, extent) + _curves(plain, extent), SPECK * extent)
    arcs = _arcs(plain, extent)
    return View(
        polylines=tuple(curve.astype(np.float32) for _, curve in curves),
        polyline_lines=np.array([line for line, _ in curves], np.uint8),
        arcs=np.array([arc for _, arc in arcs], np.float32).reshape(-1, 5),
        arc_lines=np.array([line for line, _ in arcs], np.uint8),
        shade=shade,
    )


def bounds_mm(work: Linework) -> tuple[float, float, float, float]:
    """x0, y0, x1, y1 of all edges; of arcs, of their whole circles."""
    corners = [curve for _, curve in work.curves]
    corners += [arc[None, :2] + sign * arc[2] for _, arc in work.arcs for sign in (-1, 1)]
    points = np.concatenate([np.zeros((0, 2)), *corners])
    if not len(points):
        return (0.0, 0.0, 0.0, 0.0)
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return (x0, y0, x1, y1)


def extent_mm(work: Linework) -> float:
    """The longer side of the bounds."""
    x0, y0, x1, y1 = bounds_mm(work)
    return max(x1 - x0, y1 - y0)


def simplified(curve: Curve, tolerance_mm: float) -> Curve:
    """The curve with the fewest points that stays within the tolerance (Douglas-Peucker); ends are kept."""
    if len(curve) < 3:
        return curve
    kept = cv2.approxPolyDP(curve.astype(np.float32)[:, None], tolerance_mm, closed=False)
    return np.asarray(kept[:, 0], np.float64)


def circular(curve: Curve) -> Curve | None:
    """(5,) arc through a curve that is one, counter-clockwise; None otherwise."""
    if len(curve) < 5:
        return None
    centre = _centre(curve[0], curve[len(curve) // 3], curve[2 * len(curve) // 3])
    if centre is None:
        return None
    spokes = curve - centre
    radii = np.hypot(spokes[:, 0], spokes[:, 1])
    radius = float(radii.mean())
    if np.abs(radii - radius).max() > ROUNDNESS * radius:
        return None
    angles = np.unwrap(np.arctan2(spokes[:, 1], spokes[:, 0]))
    start, end = sorted((float(angles[0]), float(angles[-1])))
    return np.array([*centre, radius, start, min(end, start + TURN)])


def _centre(a: Curve, b: Curve, c: Curve) -> Curve | None:
    """Centre of the circle through three points; None where they are all but in line."""
    sides = np.array([b - a, c - a])
    if abs(np.linalg.det(sides)) < 1e-3 * float((sides**2).sum()):
        return None
    offset: Curve = np.linalg.solve(sides, 0.5 * (sides**2).sum(axis=1))
    return a + offset


def _classified(work: Linework, extent: float) -> Linework:
    """Curves that are circular as arcs, those that are straight as two points, the rest simplified."""
    plain = Linework(arcs=list(work.arcs))
    for line, curve in work.curves:
        short = simplified(_straightened(curve, SAME * extent), FLATNESS * extent)
        arc = circular(curve) if len(short) > 2 else None
        if arc is not None:
            plain.arcs.append((line, arc))
        else:
            plain.curves.append((line, short))
    return plain


def _straightened(curve: Curve, same_mm: float) -> Curve:
    """Two points where the curve runs, to and fro perhaps, along one straight line (a circle seen edge-on)."""
    if len(curve) < 3:
        return curve
    offsets = curve - curve.mean(axis=0)
    _, spread, axes = np.linalg.svd(offsets, full_matrices=False)
    if np.abs(offsets @ axes[1]).max() > same_mm or spread[0] == 0:
        return curve
    along = offsets @ axes[0]
    ends: Curve = curve.mean(axis=0) + np.outer([along.min(), along.max()], axes[0])
    return ends


def _lines(work: Linework, extent: float) -> list[tuple[Line, Curve]]:
    straight = [
        (line, curve)
        for line, curve in work.curves
        if len(curve) == 2 and np.hypot(*(curve[1] - curve[0])) > SPECK * extent
    ]
    return [kept for members in _by_carrier(straight, SAME * extent) for kept in _on_one_carrier(members, extent)]


def _by_carrier(straight: Sequence[tuple[Line, Curve]], same_mm: float) -> Iterator[list[tuple[Line, Curve]]]:
    """Straight edges grouped by the line that carries them, each group in the order given."""
    places = [_carrier(curve) for _, curve in straight]
    order = sorted(range(len(straight)), key=places.__getitem__)
    group: list[int] = []
    for i in order:
        (angle, distance), (last_angle, last_distance) = places[i], places[group[-1]] if group else places[i]
        if angle != last_angle or distance - last_distance > same_mm:
            yield [straight[k] for k in sorted(group)]
            group = []
        group.append(i)
    if group:
        yield [straight[k] for k in sorted(group)]


def _carrier(curve: Curve) -> tuple[int, float]:
    """Angle, in steps, and distance from the origin of the straight line that carries the edge."""
    direction = _direction(curve)
    distance = direction[0] * curve[0, 1] - direction[1] * curve[0, 0]
    return round(np.arctan2(direction[1], direction[0]) * 1000), float(distance)


def _direction(curve: Curve) -> Curve:
    """Unit vector along a straight edge, in the half plane right of and including straight up."""
    step: Curve = (curve[1] - curve[0]) / np.hypot(*(curve[1] - curve[0]))
    step[np.abs(step) < 1e-6] = 0.0
    backward = step[0] < 0 or (step[0] == 0 and step[1] < 0)
    return np.negative(step) if backward else step


def _on_one_carrier(members: Sequence[tuple[Line, Curve]], extent: float) -> list[tuple[Line, Curve]]:
    origin, direction = members[0][1][0], _direction(members[0][1])  # the first comes from a true edge, not an outline
    spans: dict[Line, list[Interval]] = defaultdict(list)
    for line, curve in members:
        low, high = sorted((curve - origin) @ direction)
        spans[line].append((float(low), float(high)))
    kept = strongest(spans, SPECK * extent)
    return [(line, origin + np.outer(span, direction)) for line, each in kept.items() for span in each]


def _arcs(work: Linework, extent: float) -> list[tuple[Line, Curve]]:
    circles: dict[tuple[int, ...], list[tuple[Line, Curve]]] = defaultdict(list)
    for line, arc in work.arcs:
        if arc[2] > SPECK * extent:
            key = tuple(round(float(value) / (SAME * extent) + 0.31) for value in arc[:3])
            circles[key].append((line, arc))
    return [kept for members in circles.values() for kept in _on_one_circle(members, extent)]


def _on_one_circle(members: Sequence[tuple[Line, Curve]], extent: float) -> list[tuple[Line, Curve]]:
    circle = members[0][1][:3]
    spans: dict[Line, list[Interval]] = defaultdict(list)
    for line, arc in members:
        spans[line] += _within_turn(float(arc[3]), float(arc[4]))
    kept = strongest(spans, SPECK * extent / float(circle[2]))
    return [(line, np.array([*circle, *span])) for line, each in kept.items() for span in _over_zero(each)]


def _within_turn(start: float, end: float) -> list[Interval]:
    """An arc's angles as intervals inside 0 to 2 pi."""
    if end - start > TURN - 1e-4:
        return [(0.0, TURN)]
    low = start % TURN
    high = low + end - start
    return [(low, high)] if high <= TURN else [(low, TURN), (0.0, high - TURN)]


def _over_zero(spans: list[Interval]) -> list[Interval]:
    """The inverse: intervals that meet at angle 0 are one arc."""
    if len(spans) > 1 and spans[0][0] < 1e-6 and spans[-1][1] > TURN - 1e-6:
        return [*spans[1:-1], (spans[-1][0], spans[0][1] + TURN)]
    return spans


def _curves(work: Linework, extent: float) -> list[tuple[Line, Curve]]:
    """Curves that are neither straight nor circular: of equal ones the strongest."""
    best: dict[tuple[int, ...], tuple[Line, Curve]] = {}
    for line, curve in work.curves:
        if len(curve) > 2:
            key = _likeness(curve, 5 * SAME * extent)
            if key not in best or STRENGTH.index(line) < STRENGTH.index(best[key][0]):
                best[key] = (line, curve)
    return list(best.values())


def _likeness(curve: Curve, same_mm: float) -> tuple[int, ...]:
    """What two runs over the same curve have in common, whichever way they run."""
    ends = sorted([tuple(curve[0]), tuple(curve[-1])])
    numbers = [*ends[0], *ends[1], *curve.min(axis=0), *curve.max(axis=0)]
    return tuple(round(float(number) / same_mm + 0.31) for number in numbers)


def chained(curves: Sequence[tuple[Line, Curve]], same_mm: float) -> list[tuple[Line, Curve]]:
    """The curves in an order, and each in the direction, in which they follow on each other end to start."""
    ends: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, (_, curve) in enumerate(curves):
        for end in (curve[0], curve[-1]):
            ends[_place(end, same_mm)].append(i)
    waiting = dict.fromkeys(range(len(curves)))
    ordered: list[tuple[Line, Curve]] = []
    while waiting:
        here = _place(ordered[-1][1][-1], same_mm) if ordered else None
        following = [i for i in ends.get(here, ()) if i in waiting] if here else []
        chosen = following[0] if following else next(iter(waiting))
        del waiting[chosen]
        line, curve = curves[chosen]
        ordered.append((line, curve if not following or _place(curve[0], same_mm) == here else curve[::-1]))
    return ordered


def _place(point: Curve, same_mm: float) -> tuple[int, int]:
    return round(float(point[0]) / same_mm + 0.31), round(float(point[1]) / same_mm + 0.31)


def strongest(spans: dict[Line, list[Interval]], shortest: float) -> dict[Line, list[Interval]]:
    """Each point of the carrier given to the strongest line that covers it; rests below `shortest` are dropped."""
    taken: list[Interval] = []
    kept: dict[Line, list[Interval]] = {}
    for line in STRENGTH:
        free = [rest for span in united(spans.get(line, ())) for rest in without(span, taken)]
        kept[line] = [span for span in free if span[1] - span[0] > shortest]
        taken = united([*taken, *kept[line]])
    return kept


def united(spans: Iterable[Interval], gap: float = 1e-5) -> list[Interval]:
    """Intervals in order, those that overlap or touch made one."""
    merged: list[Interval] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1] + gap:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def without(span: Interval, taken: Sequence[Interval]) -> list[Interval]:
    """What is left of `span` outside the ordered intervals `taken`."""
    rest, low = [], span[0]
    for start, end in taken:
        if start < span[1] and end > low:
            if start > low:
                rest.append((low, start))
            low = max(low, end)
    return [*rest, (low, span[1])] if low < span[1] else rest
