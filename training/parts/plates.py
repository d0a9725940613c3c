"""Flat families: plates, panels, gaskets, links. One outline, many ways to pierce it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import atan2, degrees, hypot

from build123d import Edge, Pos, Rot, Wire

from training.parts.dice import Dice
from training.parts.shapes import (
    Point,
    Shape,
    as_drafted,
    chamfered,
    circle,
    cut,
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
    top_edges,
)

SCREW_HOLES = (3.2, 3.4, 4.3, 4.5, 5.5, 6.6, 9.0, 11.0)


def base_plate(dice: Dice) -> Shape:
    """Rectangular plate: corner forms, edge notches, hole grids and rows, a large bore, slots, pockets."""
    width, height = dice.mm("width", 40, 400, 5), dice.mm("height", 30, 300, 5)
    thick = dice.mm("thickness", 2, 20)
    small = min(width, height)
    body = plate(_cornered(dice, width, height), thick)
    if dice.has("bore", 0.4):
        body = pierced(body, [(width * dice.pick(0, 0, 0.15, -0.2), 0)], small * dice.ratio(0.2, 0.5))
    if dice.has("pocket", 0.25, possible=thick > 5):
        pocket = rectangle(width * dice.ratio(0.3, 0.6), height * dice.ratio(0.3, 0.6), radius=small * 0.04)
        body = cut(body, [plate(pocket, thick, z=thick * dice.ratio(0.3, 0.7))])
    if dice.has("notch", 0.35):
        body = cut(body, _notches(dice, width, height, thick))
    diameter = min(dice.sizes(SCREW_HOLES, "hole"), small / 8)
    body = fastener_holes(dice, body, _corner_holes(dice, width, height), diameter=diameter, depth=thick, top=thick)
    if dice.has("hole_grid", 0.45):
        columns, rows = dice.count("columns", 2, 8), dice.count("rows", 1, 6)
        at = grid_points(columns, rows, width * 0.66 / columns, height * 0.6 / rows)
        body = pierced(body, at, diameter * dice.pick(0.5, 0.8))
    if dice.has("slot", 0.35):
        body = cut(body, _slots(dice, width, height, thick))
    if dice.has("chamfer", 0.2):
        body = chamfered(body, top_edges, min(1.5, thick * 0.2))
    return as_drafted(dice, body)


def _cornered(dice: Dice, width: float, height: float) -> Wire:
    """A rectangle with plain, rounded, bevelled or stepped corners, all or some."""
    w, h, size = width / 2, height / 2, min(width, height) * dice.ratio(0.04, 0.2)
    style = dice.pick("plain", "rounded", "bevelled", "stepped", "plain", "rounded")
    if style == "plain":
        return rectangle(width, height)
    dice.has(f"{style}_corner", 1)
    which = dice.pick((1, 1, 1, 1), (1, 1, 0, 0), (1, 0, 0, 0), (0, 1, 0, 1))
    corners = [(-w, -h), (w, -h), (w, h), (-w, h)]
    if style == "rounded":
        return rounded(corners, [size * there for there in which])
    points: list[Point] = []
    for (x, y), there, starts_upright in zip(corners, which, (True, False, True, False), strict=True):
        sx, sy = (size if x < 0 else -size), (size if y < 0 else -size)
        inner = [(x + sx, y + sy)] if style == "stepped" else []
        ends = [(x, y + sy), *inner, (x + sx, y)]
        points += (ends if starts_upright else ends[::-1]) if there else [(x, y)]
    return polygon(points)


def _corner_holes(dice: Dice, width: float, height: float) -> list[Point]:
    x, y = width * dice.ratio(0.36, 0.44), height * dice.ratio(0.34, 0.42)
    four = [(-x, -y), (x, -y), (x, y), (-x, y)]
    return dice.pick(four, four, [*four, (0.0, y), (0.0, -y)], four[:2], [four[0], four[2]], [*four, (x, 0), (-x, 0)])


def _notches(dice: Dice, width: float, height: float, thick: float) -> list[Shape]:
    deep, wide = height * dice.ratio(0.1, 0.26), width * dice.ratio(0.1, 0.35)
    x = width * dice.pick(0.0, 0.2, -0.25)
    shape = dice.pick(
        rectangle(wide, 2 * deep, (x, height / 2), dice.pick(0.0, min(wide, deep) * 0.3)),
        circle(min(wide, deep), (x, height / 2)),
        polygon([(x - wide / 2, height), (x, height / 2 - deep), (x + wide / 2, height)]),
    )
    one = Pos(0, 0, -thick) * plate(shape, 3 * thick)
    return [one, Rot(0, 0, 180) * one] if dice.maybe(0.4) else [one]


def _slots(dice: Dice, width: float, height: float, thick: float) -> list[Shape]:
    count, long = dice.count("slots", 1, 4), height * dice.ratio(0.2, 0.4)
    angle = dice.pick(0.0, 90.0, 90.0, 45.0)
    wide = max(3.0, long * dice.ratio(0.1, 0.3))
    y = height * dice.pick(0.0, 0.15, -0.2)
    at = [(x, y) for x, _ in grid_points(count, 1, width * 0.7 / count, 0)]
    return [Pos(0, 0, -thick) * plate(slot(long, wide, p, angle), 3 * thick) for p in at]


def laser_panel(dice: Dice) -> Shape:
    """Panel of a laser-cut case: finger joints on some sides, slots for tabs, windows, cable holes."""
    thick = dice.pick(3.0, 4.0, 6.0, 8.0)
    width, height = dice.mm("width", 60, 420, 5), dice.mm("height", 50, 350, 5)
    sides = [(width, dice.has("finger_joint", 0.65)), (height, dice.has("finger_joint", 0.65))]
    outline = _fingered(dice, width, height, thick, [sides[i % 2][1] or dice.maybe(0.4) for i in range(4)])
    holes = [rectangle(width * 0.06 + 4, thick, p) for p in _tab_rows(dice, width, height)]
    if dice.has("window", 0.45):
        x, y = width * dice.ratio(-0.15, 0.15), height * dice.ratio(0.1, 0.25)
        holes.append(rectangle(width * dice.ratio(0.2, 0.45), height * 0.25, (x, y), dice.pick(0.0, 5.0)))
    if dice.has("round_hole", 0.6):
        big = min(width, height) * dice.ratio(0.05, 0.12)
        holes += [circle(big, (width * f, -height * 0.32)) for f in dice.pick((0.3,), (-0.3, 0.3), (-0.3, 0, 0.3))]
    return as_drafted(dice, plate(polygon(outline), thick, holes), 0.8)


def _fingered(dice: Dice, width: float, height: float, depth: float, fingered: Sequence[bool]) -> list[Point]:
    """Rectangle whose chosen sides (bottom, right, top, left) run in fingers."""
    w, h = width / 2, height / 2
    corners = [(-w, -h), (w, -h), (w, h), (-w, h)]
    inward = [(0, 1), (-1, 0), (0, -1), (1, 0)]
    points: list[Point] = []
    for side in range(4):
        (x0, y0), (x1, y1) = corners[side], corners[(side + 1) % 4]
        points.append((x0, y0))
        if not fingered[side]:
            continue
        count = 2 * dice.count(f"fingers_{side}", 1, 6) + 1
        for i in range(1, count):
            x, y = x0 + (x1 - x0) * i / count, y0 + (y1 - y0) * i / count
            raised = (x + inward[side][0] * depth, y + inward[side][1] * depth)
            points += [(x, y), raised] if i % 2 else [raised, (x, y)]
    return points


def _tab_rows(dice: Dice, width: float, height: float) -> list[Point]:
    rows = dice.count("tab_rows", 0, 2)
    count = dice.count("tabs", 2, 5)
    if not rows:
        del dice.params["tabs"]
    levels = dice.pick((-0.05, -0.2), (-0.1, 0.42), (0.0, -0.25))
    return [(x, height * y) for y in levels[:rows] for x, _ in grid_points(count, 1, width * 0.8 / count, 0)]


def irregular_plate(dice: Dice) -> Shape:
    """Plate with an outline of straight runs and arcs, as under a mechanism: bores, slots, screw holes."""
    size, thick, count = dice.mm("size", 40, 220, 5), dice.mm("thickness", 2, 14), dice.count("corners", 5, 12)
    corners = _wander(dice, count, size / 2)
    dice.params["corners"] = len(corners)  # some came out too near to the one before
    radii = [size * dice.pick(0.0, 0.02, 0.05, 0.1) for _ in corners]
    body = plate(rounded(corners, radii), thick)
    inside = [(x * 0.72, y * 0.72) for x, y in corners]
    body = pierced(body, inside[:: dice.pick(1, 2, 2, 3)], size * dice.pick(0.03, 0.04, 0.06))
    if dice.has("bore", 0.7):
        middle = (size * dice.ratio(-0.06, 0.06), size * dice.ratio(-0.06, 0.06))
        body = pierced(body, [middle], size * dice.ratio(0.14, 0.34))
    if dice.has("slot", 0.4):
        hole = slot(size * 0.2, size * 0.05, (size * 0.02, size * 0.24), dice.pick(0.0, 30.0, 90.0))
        body = cut(body, [Pos(0, 0, -thick) * plate(hole, 3 * thick)])
    if dice.has("boss", 0.25):
        boss = Pos(0, 0, thick) * plate(circle(size * 0.07, inside[1]), thick, [circle(size * 0.03, inside[1])])
        body = body + boss
    return as_drafted(dice, body, 0.8)


def _wander(dice: Dice, count: int, radius: float) -> list[Point]:
    """Corners around a centre at uneven angles and distances, some runs level or upright."""
    points: list[Point] = []
    for i in range(count):
        angle = 360 * (i + dice.ratio(-0.3, 0.3)) / count
        x, y = polar(radius * dice.ratio(0.6, 1.0), angle)
        if points and dice.maybe(0.4):
            x, y = dice.pick((x, points[-1][1]), (points[-1][0], y))
        if not points or abs(x - points[-1][0]) + abs(y - points[-1][1]) > radius * 0.12:
            points.append((x, y))
    return points


def front_panel(dice: Dice) -> Shape:
    """Panel of an instrument: connector cut-outs, displays, knob holes, vents, rack slots."""
    width, height, thick = dice.mm("width", 90, 482, 2), dice.mm("height", 43, 180, 1), dice.pick(1.5, 2.0, 3.0)
    columns = dice.count("columns", 2, 6)
    pitch = width * 0.84 / columns
    holes: list[Wire] = []
    for x, _ in grid_points(columns, 1, pitch, 0):
        for y in dice.pick((0.0,), (height * 0.2, -height * 0.22), (height * 0.1,)):
            holes += _panel_cutout(dice, (x, y), min(pitch * 0.75, height * 0.36))
    x, y = width / 2 - 6, height / 2 - 6
    mounts = [(sx * x, sy * y) for sx in (1, -1) for sy in (1, -1)]
    holes += [slot(8, 4.5, p) for p in mounts] if dice.has("rack_slot", 0.4) else [circle(1.7, p) for p in mounts]
    return as_drafted(dice, plate(rectangle(width, height, radius=dice.pick(0.0, 2.0, 4.0)), thick, holes), 0.9)


def _panel_cutout(dice: Dice, at: Point, size: float) -> list[Wire]:
    x, y = at
    half, low = size / 2, size * 0.17
    d_sub = [(x - half * 0.8, y - low), (x + half * 0.8, y - low), (x + half, y + low), (x - half, y + low)]
    kinds: dict[str, Callable[[], list[Wire]]] = {
        "d_sub": lambda: [rounded(d_sub, 1), *(circle(size * 0.06, (x + s * size * 0.64, y)) for s in (1, -1))],
        "round": lambda: [circle(size * dice.ratio(0.2, 0.45), at)],
        "screen": lambda: [rectangle(size, size * dice.ratio(0.4, 0.8), at, dice.pick(0.0, 1.0))],
        "vents": lambda: [slot(size * 0.9, size * 0.08, (x, y + (i - 2) * size * 0.17)) for i in range(5)],
        "leds": lambda: [circle(size * 0.06, (x + (i - 1.5) * size * 0.24, y)) for i in range(4)],
        "socket": lambda: [
            circle(size * 0.32, at),
            *(circle(size * 0.05, (x + s * size * 0.32, y - s * size * 0.32)) for s in (1, -1)),
        ],
        "none": list,
    }
    return kinds[dice.pick(*kinds)]()


def washer(dice: Dice) -> Shape:
    """Washer or shim: plain, tabbed, slotted, toothed, square, C-shaped, stacked holes."""
    outer, thick = dice.mm("outer_diameter", 10, 100) / 2, dice.pick(0.5, 1.0, 1.5, 2.0, 3.0, 5.0)
    bore = outer * dice.ratio(0.35, 0.75)
    style = dice.pick("plain", "tab", "toothed", "square", "open", "d_bore", "lobed")
    dice.has(style, 1)
    hole = circle(bore)
    if style == "d_bore":
        hole = _d_hole(bore)
    outline = polygon(_toothed(dice, outer)) if style == "toothed" else circle(outer)
    if style == "square":
        outline = rectangle(2 * outer, 2 * outer, radius=dice.pick(0.0, outer * 0.2))
    body = plate(outline, thick, [hole])
    if style in ("tab", "lobed"):
        tabs = dice.count("tabs", 1, 3) if style == "tab" else dice.count("lobes", 2, 4)
        arm = plate(slot(outer * 1.6, outer * dice.ratio(0.4, 0.7)), thick)
        arms = [Pos(*polar(outer, 360 * i / tabs), 0) * Rot(0, 0, 360 * i / tabs) * arm for i in range(tabs)]
        body = cut(body + arms, [plate(hole, thick)])
        if style == "lobed":
            body = pierced(body, ring_points(tabs, outer * 1.5), outer * 0.25)
    if style == "open":
        body = cut(body, [plate(rectangle(3 * outer, bore * 1.6, (1.5 * outer, 0)), thick)])
    return as_drafted(dice, body)


def _d_hole(radius: float) -> Wire:
    a, b, c = ((*polar(radius, angle), 0) for angle in (50, 180, -50))
    return Wire([Edge.make_three_point_arc(a, b, c), Edge.make_line(c, a)])


def _toothed(dice: Dice, outer: float) -> list[Point]:
    teeth = dice.count("teeth", 6, 16)
    return [polar(outer * (1.0 if i % 4 in (0, 1) else 0.85), 90 * i / teeth) for i in range(4 * teeth)]


def link_plate(dice: Dice) -> Shape:
    """Link, crank or rocker: eyes joined by straight or curved flanks, two to four pivots."""
    length, thick = dice.mm("length", 40, 240, 5), dice.mm("thickness", 3, 16)
    eye = length * dice.ratio(0.08, 0.2)
    style = dice.pick("straight", "triangle", "bent", "waisted")
    dice.has(style, 1)
    angle = dice.pick(60.0, 90.0, 120.0)
    third = polar(length * dice.ratio(0.5, 1.0), angle)
    pivots: list[Point] = [(0, 0), (length, 0)] + ([third] if style in ("triangle", "bent") else [])
    if style == "triangle":
        sides = [plate(_bar(a, b, 2 * eye), thick) for a, b in pairwise([*pivots, pivots[0]])]
        body = joined([plate(polygon(pivots), thick), *sides])
    elif style == "waisted":
        flank = [
            (0, eye),
            (length / 2, eye * 0.45),
            (length, eye),
            (length, -eye),
            (length / 2, -eye * 0.45),
            (0, -eye),
        ]
        body = plate(polygon(flank), thick) + [plate(circle(eye, p), thick) for p in pivots]
    else:
        arms = [plate(_bar((0, 0), end, 2 * eye), thick) for end in pivots[1:]]
        body = arms[0] + arms[1:] if len(arms) > 1 else arms[0]
    if dice.has("boss", 0.4):
        body = body + [plate(circle(eye * 0.8, p), thick * 1.7) for p in pivots]
    for pivot in pivots:
        body = pierced(body, [pivot], eye * dice.pick(0.7, 1.0, 1.2))
    if dice.has("slot", 0.35, possible=style != "waisted"):
        hole = slot(length * 0.4, eye * 0.7, (length * 0.5, 0))
        body = cut(body, [Pos(0, 0, -thick) * plate(hole, 4 * thick)])
    return as_drafted(dice, body, 0.8)


def _bar(a: Point, b: Point, width: float) -> Wire:
    dx, dy = b[0] - a[0], b[1] - a[1]
    return slot(hypot(dx, dy) + width, width, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), degrees(atan2(dy, dx)))
