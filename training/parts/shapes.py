"""Building blocks of the families: outlines, plates, turned bodies, cutters. Lengths in millimetres, angles in degrees.

Outlines lie in the plane z = 0; plates grow from it along +z; turned bodies have their axis along x.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import cos, hypot, pi, radians, sin, tan
from typing import Any, TypeAlias

import build123d
import numpy as np
from build123d import (
    Axis,
    Compound,
    Cone,
    Cylinder,
    Edge,
    Face,
    Plane,
    Pos,
    Rot,
    Solid,
    Vector,
    Wire,
    chamfer,
    fillet,
)
from OCP.Standard import Standard_Failure

from training.parts.dice import Dice

Point = tuple[float, float]
Shape: TypeAlias = build123d.Shape
KERNEL_REFUSALS = (ValueError, RuntimeError, Standard_Failure)


# Outlines


def polygon(points: Iterable[Point]) -> Wire:
    return Wire.make_polygon([(x, y, 0) for x, y in points], close=True)


def circle(radius: float, at: Point = (0, 0)) -> Wire:
    return Wire.make_circle(radius, Plane((*at, 0)))


def rectangle(width: float, height: float, at: Point = (0, 0), radius: float = 0.0) -> Wire:
    x, y = at
    w, h = width / 2, height / 2
    return rounded([(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)], radius)


def slot(length: float, width: float, at: Point = (0, 0), angle: float = 0.0) -> Wire:
    """An obround, `length` over all."""
    wire = rectangle(length, width, radius=width / 2)
    return Pos(*at, 0) * Rot(0, 0, angle) * wire


def rounded(points: Sequence[Point], radius: float | Sequence[float]) -> Wire:
    """A closed polygon with rounded corners; a radius too large for its corner is reduced."""
    count = len(points)
    radii = [radius] * count if isinstance(radius, (int, float)) else list(radius)
    if max(radii) <= 0:
        return polygon(points)
    corners = [_corner(points[i - 1], points[i], points[(i + 1) % count], radii[i]) for i in range(count)]
    edges: list[Edge] = []
    for i, corner in enumerate(corners):
        previous_end = corners[i - 1][-1]
        if hypot(previous_end[0] - corner[0][0], previous_end[1] - corner[0][1]) > 1e-6:
            edges.append(Edge.make_line((*previous_end, 0), (*corner[0], 0)))
        if len(corner) == 3:
            edges.append(Edge.make_three_point_arc(*((*p, 0) for p in corner)))
    return Wire(edges)


def _corner(before: Point, at: Point, after: Point, radius: float) -> tuple[Point, ...]:
    """Start, middle and end of the arc that rounds a corner; the corner alone where there is none."""
    a, b, p = np.array(before) - at, np.array(after) - at, np.array(at)
    length_a, length_b = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    a, b = a / length_a, b / length_b
    half = float(np.arccos(np.clip(a @ b, -1, 1))) / 2
    reach = min(radius / tan(half), 0.499 * min(length_a, length_b)) if 0.02 < half < pi / 2 - 0.02 else 0.0
    if reach < 1e-3:
        return (at,)
    bisector = (a + b) / np.linalg.norm(a + b)
    middle = p + bisector * (reach / cos(half) - reach * tan(half))
    return tuple((float(q[0]), float(q[1])) for q in (p + a * reach, middle, p + b * reach))


def spline(points: Sequence[Point]) -> Wire:
    """A smooth closed curve through the points."""
    return Wire([Edge.make_spline([Vector(x, y, 0) for x, y in points], periodic=True)])


def polar(radius: float, angle: float) -> Point:
    return (radius * cos(radians(angle)), radius * sin(radians(angle)))


def ring_points(count: int, radius: float, start: float = 0.0) -> list[Point]:
    return [polar(radius, start + 360 * i / count) for i in range(count)]


def grid_points(columns: int, rows: int, dx: float, dy: float) -> list[Point]:
    return [((i - (columns - 1) / 2) * dx, (j - (rows - 1) / 2) * dy) for j in range(rows) for i in range(columns)]


# Bodies


def plate(outer: Wire, thickness: float, holes: Iterable[Wire] = (), z: float = 0.0) -> Shape:
    """The outline made solid between z and z + thickness."""
    face = Face(outer, list(holes))
    if face.normal_at().Z < 0:
        face = -face
    return Pos(0, 0, z) * Solid.extrude(face, (0, 0, thickness))


def turned(profile: Sequence[Point], bore: Sequence[Point] = ()) -> Shape:
    """A body of revolution about x. profile: (x, radius) from left to right; bore: the same, of its inside."""
    body = _revolved(profile)
    return body - _revolved(bore) if bore else body


def _revolved(profile: Sequence[Point]) -> Shape:
    points = [(profile[0][0], 0.0), *profile, (profile[-1][0], 0.0)]
    kept = [points[0], *(b for a, b in pairwise(points) if hypot(b[0] - a[0], b[1] - a[1]) > 1e-6)]
    return Solid.revolve(Face(polygon(kept)), 360, Axis.X)


def steps(lengths: Sequence[float], radii: Sequence[float], x: float = 0.0) -> list[Point]:
    """Profile of a stepped body that starts at x."""
    profile: list[Point] = []
    for length, radius in zip(lengths, radii, strict=True):
        profile += [(x, radius), (x + length, radius)]
        x += length
    return profile


def rod(diameter: float, length: float, at: tuple[float, float, float] = (0, 0, 0), axis: str = "z") -> Shape:
    """A cylinder centred on `at` along an axis."""
    return Pos(*at) * _along(axis) * Cylinder(diameter / 2, length)


def _along(axis: str) -> Rot:
    return {"x": Rot(0, 90, 0), "y": Rot(90, 0, 0), "z": Rot(0, 0, 0)}[axis]


def cone(bottom_d: float, top_d: float, height: float, at: tuple[float, float, float] = (0, 0, 0)) -> Shape:
    return Pos(*at) * Cone(bottom_d / 2, max(top_d / 2, 1e-3), height)


def swept(path: Wire, diameter: float) -> Shape:
    """A round bar along a path."""
    start = path.position_at(0)
    profile = Face(Wire.make_circle(diameter / 2, Plane(start, z_dir=path.tangent_at(0))))
    return Solid.sweep(profile, path)


def bent_path(points: Sequence[tuple[float, float, float]], radius: float) -> Wire:
    """Straight runs between the points, rounded at the bends."""
    edges: list[Edge] = []
    here = Vector(*points[0])
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        a, b = (Vector(*before) - Vector(*at)).normalized(), (Vector(*after) - Vector(*at)).normalized()
        half = radians(a.get_angle(b)) / 2
        reach = radius / tan(half)
        bisector = (a + b).normalized()
        middle = Vector(*at) + bisector * (reach / cos(half) - radius)
        start, end = Vector(*at) + a * reach, Vector(*at) + b * reach
        edges += [Edge.make_line(here, start), Edge.make_three_point_arc(start, middle, end)]
        here = end
    return Wire([*edges, Edge.make_line(here, Vector(*points[-1]))])


def cut(body: Shape, tools: Iterable[Shape]) -> Shape:
    tools = list(tools)
    return body - tools if tools else body


def joined(bodies: Iterable[Shape]) -> Shape:
    first, *rest = bodies
    return first + rest if rest else first


def assembled(bodies: Iterable[Shape]) -> Shape:
    """Bodies that stay separate, as in an assembly: their edges against each other remain."""
    return Compound(children=[solid for body in bodies for solid in body.solids()])


# Features


def drilled(body: Shape, at: Iterable[Point], diameter: float, depth: float = 1000.0, top: float = 0.0) -> Shape:
    """Holes down from z = top."""
    return cut(body, (Pos(x, y, top - depth / 2) * Cylinder(diameter / 2, depth) for x, y in at))


def pierced(body: Shape, at: Iterable[Point], diameter: float) -> Shape:
    """Holes right through, along z."""
    return drilled(body, at, diameter, 2000, 1000)


def fastener_holes(dice: Dice, body: Shape, at: Sequence[Point], *, diameter: float, depth: float, top: float) -> Shape:
    """Through holes for screws: plain, counterbored or countersunk from z = top, in a plate `depth` thick."""
    body = drilled(body, at, diameter, depth * 2.5, top + depth / 4)
    style = dice.pick("plain", "plain", "counterbore", "countersink")
    if style == "counterbore" and depth > 3:
        dice.has("counterbore", 1)
        return drilled(body, at, diameter * 1.8, depth * 0.45 + 1, top + 1)
    if style == "countersink" and depth > diameter * 0.5:
        dice.has("countersink", 1)
        sink = diameter * 0.5
        return cut(body, (cone(diameter, 2 * diameter, sink, (x, y, top - sink / 2)) for x, y in at))
    return body


def filleted(body: Shape, choose: Callable[[Any], Iterable[Edge]], radius: float) -> Shape:
    """The body with the chosen edges rounded, or as it was where the kernel refuses."""
    return _eased(fillet, body, choose, radius)


def chamfered(body: Shape, choose: Callable[[Any], Iterable[Edge]], size: float) -> Shape:
    """The body with the chosen edges broken, or as it was where the kernel refuses."""
    return _eased(chamfer, body, choose, size)


def _eased(
    ease: Callable[[Any, float], Shape], body: Shape, choose: Callable[[Any], Iterable[Edge]], size: float
) -> Shape:
    try:
        edges = list(choose(body.edges()))
        eased = ease(edges, size) if edges else body
        return eased if eased.is_valid else body
    except KERNEL_REFUSALS:
        return body


def upright(edges: Any) -> Any:
    """Edges along z."""
    return edges.filter_by(Axis.Z)


def top_edges(edges: Any) -> Any:
    """Edges at the greatest z."""
    return edges.group_by(Axis.Z)[-1]


# Orientation


def standing(body: Shape) -> Shape:
    """What lay in the xy plane faces the front view."""
    return Rot(90, 0, 0) * body


def axis_level(body: Shape) -> Shape:
    """What stood along z lies along x."""
    return Rot(0, 90, 0) * body


def as_drafted(dice: Dice, body: Shape, standing_odds: float = 0.6) -> Shape:
    """A flat part as one drafter or another would put it: facing front, or lying."""
    return standing(body) if dice.maybe(standing_odds) else body


def disc_as_drafted(dice: Dice, body: Shape) -> Shape:
    """A part round about z: profile in front, or face in front."""
    return axis_level(body) if dice.maybe(0.55) else standing(body)
