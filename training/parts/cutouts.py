"""Flat families cut to a shape: free-form plates, gaskets, joining plates, grilles."""

from __future__ import annotations

from itertools import pairwise

from build123d import Edge, Rot, Wire

from training.parts.dice import Dice
from training.parts.shapes import (
    Point,
    Shape,
    as_drafted,
    circle,
    disc_as_drafted,
    fastener_holes,
    grid_points,
    joined,
    pierced,
    plate,
    polar,
    polygon,
    rectangle,
    ring_points,
    rounded,
    slot,
    spline,
)

ARMS: dict[str, tuple[int, ...]] = {
    "L": (0, 90),
    "T": (0, 90, 180),
    "X": (0, 90, 180, 270),
    "Y": (90, 210, 330),
    "gusset": (0, 90),
    "I": (0, 180),
}


def organic_plate(dice: Dice) -> Shape:
    """Guard or grip with a free-form outline, like openings, a few holes."""
    size, thick, count = dice.mm("size", 50, 260, 5), dice.mm("thickness", 2, 12), dice.count("waves", 5, 9)
    stretch = dice.ratio(0.45, 1.0)
    outline = _blob(dice, count, size / 2, stretch)
    holes = [circle(size * dice.ratio(0.02, 0.04), (x * 0.76, y * 0.76)) for x, y in outline[:: dice.pick(1, 2, 3)]]
    if dice.has("free_opening", 0.6):
        holes.append(spline([(x * 0.42, y * 0.42) for x, y in outline]))
    elif dice.has("bores", 0.7):
        holes += [circle(size * 0.1 * stretch, (x, 0)) for x in dice.pick((0.0,), (-size * 0.15, size * 0.15))]
    return as_drafted(dice, plate(spline(outline), thick, holes), 0.85)


def _blob(dice: Dice, count: int, radius: float, stretch: float) -> list[Point]:
    around = [polar(radius * dice.ratio(0.68, 1.0), 360 * i / count) for i in range(count)]
    return [(x, y * stretch) for x, y in around]


def gasket(dice: Dice) -> Shape:
    """Gasket: bores in a row or alone, ears around bolt holes, water passages."""
    bores, bore = dice.count("bores", 1, 4), dice.mm("bore", 20, 80) / 2
    thick, pitch = dice.pick(0.5, 1.0, 2.0, 3.0), bore * dice.ratio(2.3, 2.8)
    centres = [(x, 0.0) for x, _ in grid_points(bores, 1, pitch, 0)]
    land, ear = bore * dice.ratio(0.2, 0.4), bore * dice.ratio(0.2, 0.3)
    bodies = [plate(circle(bore + land, c), thick) for c in centres]
    if bores > 1:
        bodies.append(plate(rectangle(pitch * (bores - 1), (bore + land) * dice.ratio(1.2, 1.9)), thick))
    bolts = _bolts(dice, centres, bore, land, ear)
    bodies += [plate(circle(ear, p), thick) for p in bolts]
    body = joined(bodies)
    for centre in centres:
        body = pierced(body, [centre], 2 * bore)
    body = pierced(body, bolts, ear)
    if dice.has("passage", 0.45, possible=bores > 1):
        gaps = [((a[0] + b[0]) / 2, s * bore * 0.8) for a, b in pairwise(centres) for s in (1, -1)]
        body = pierced(body, gaps, ear * 0.8)
    return as_drafted(dice, body, 0.85)


def _bolts(dice: Dice, centres: list[Point], bore: float, land: float, ear: float) -> list[Point]:
    reach = bore + land + ear * 0.3
    ring = dice.pick((45, 135, 225, 315), (90, 270), (30, 150, 270), (0, 60, 120, 180, 240, 300))
    return [(c[0] + polar(reach, a)[0], polar(reach, a)[1]) for c in centres for a in ring if _clear(c, a, centres)]


def _clear(centre: Point, angle: float, centres: list[Point]) -> bool:
    """Whether a bolt at this angle is not over a neighbouring bore."""
    rightward = polar(1, angle)[0]
    beyond = [c for c in centres if (c[0] - centre[0]) * rightward > 0]
    return not beyond or abs(rightward) < 0.3


def joining_plate(dice: Dice) -> Shape:
    """L, T, X, Y or gusset plate that joins members: rows of holes along each arm."""
    arm, width, thick = dice.mm("arm", 40, 140, 5), dice.mm("width", 15, 40), dice.mm("thickness", 2, 8)
    style = dice.pick("L", "T", "X", "Y", "gusset", "I")
    dice.has(style, 1)
    angles = ARMS[style]
    half = width / 2
    bar = plate(rounded([(-half, -half), (arm, -half), (arm, half), (-half, half)], _end(dice, width)), thick)
    body = joined([Rot(0, 0, a) * bar for a in angles])
    if style == "gusset" or dice.has("web", 0.25):
        web = polygon([(0, 0), (arm * 0.9, 0), (arm * 0.35, arm * 0.35), (0, arm * 0.9)])
        body = body + plate(web, thick)
    count = dice.count("holes_an_arm", 1, 4)
    along = [width * 0.3 + (arm - width * 0.6) * (i + 0.5) / count for i in range(count)]
    at = [polar(r, a) for a in angles for r in along]
    at += [(0.0, 0.0)] if dice.has("centre_hole", 0.5) else []
    return as_drafted(dice, fastener_holes(dice, body, at, diameter=width * 0.22, depth=thick, top=thick), 0.85)


def _end(dice: Dice, width: float) -> list[float]:
    round_end = dice.pick(0.0, width * 0.5, width * 0.2)
    return [0.0, round_end, round_end, 0.0]


def grille(dice: Dice) -> Shape:
    """Guard or filter grille: rings and spokes, hexagonal or round perforation, slots in a frame."""
    size, thick = dice.mm("size", 40, 160, 5), dice.mm("thickness", 1, 5)
    style = dice.pick("rings", "perforated", "slots", "honeycomb", "spiral")
    dice.has(style, 1)
    frame = dice.pick(circle(size / 2), rectangle(size, size, radius=size * 0.08))
    holes = _openings(dice, style, size)
    x = size * 0.42
    if dice.has("mounting_hole", 0.75, possible=frame.length > 3.5 * size):
        holes += [circle(size * 0.022, (sx * x, sy * x)) for sx in (1, -1) for sy in (1, -1)]
    body = plate(frame, thick, holes)
    return disc_as_drafted(dice, body) if frame.length < 3.5 * size else as_drafted(dice, body, 0.85)


def _openings(dice: Dice, style: str, size: float) -> list[Wire]:
    reach = size * 0.42
    if style == "rings":
        return _ring_gaps(dice, reach)
    if style == "slots":
        count = dice.count("slots", 4, 10)
        pitch = 2 * reach / count
        levels = [-reach + pitch * (i + 0.5) for i in range(count)]
        return [slot(1.9 * max((reach**2 - y**2) ** 0.5, pitch), pitch * 0.5, (0, y)) for y in levels]
    if style == "spiral":
        count = dice.count("blades", 5, 12)
        return [_blade(reach, 360 * i / count, 250 / count) for i in range(count)]
    pitch = reach * 2 / dice.count("openings", 4, 8)
    sides = 6 if style == "honeycomb" else 0
    rows = range(-8, 9)
    at = [(pitch * (i + (j % 2) / 2), pitch * 0.866 * j) for j in rows for i in rows]
    at = [p for p in at if (p[0] ** 2 + p[1] ** 2) ** 0.5 < reach - pitch * 0.4]
    return [_opening(p, pitch * 0.4, sides) for p in at]


def _opening(at: Point, radius: float, sides: int) -> Wire:
    if not sides:
        return circle(radius, at)
    return polygon([(at[0] + x, at[1] + y) for x, y in ring_points(sides, radius * 1.1, 30)])


def _ring_gaps(dice: Dice, reach: float) -> list[Wire]:
    """Ring-shaped gaps, interrupted by the spokes."""
    rings, spokes = dice.count("rings", 2, 5), dice.count("spokes", 2, 6)
    pitch = reach / (rings + 0.6)
    gaps = []
    for i in range(rings):
        inner, outer = pitch * (i + 0.6), pitch * (i + 1.3)
        margin = min(60.0 / spokes, 120 * pitch / outer / spokes)
        gaps += [
            _sector(inner, outer, 360 * s / spokes + margin, 360 * (s + 1) / spokes - margin) for s in range(spokes)
        ]
    return gaps


def _sector(inner: float, outer: float, start: float, end: float) -> Wire:
    middle = (start + end) / 2
    a, b, c = ((*polar(outer, angle), 0) for angle in (start, middle, end))
    d, e, f = ((*polar(inner, angle), 0) for angle in (end, middle, start))
    arcs = [Edge.make_three_point_arc(a, b, c), Edge.make_three_point_arc(d, e, f)]
    return Wire([arcs[0], Edge.make_line(c, d), arcs[1], Edge.make_line(f, a)])


def _blade(reach: float, start: float, span: float) -> Wire:
    outward = [polar(reach * r, start + 50 * (r - 0.25)) for r in (0.25, 0.5, 0.75, 1.0)]
    inward = [polar(reach * r, start + span * 0.7 + 50 * (r - 0.25)) for r in (1.0, 0.75, 0.5, 0.25)]
    return polygon(outward + inward)
