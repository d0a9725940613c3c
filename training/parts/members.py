"""Families made of bars and tubes: extrusions, structural members, bent tubes, welded frames."""

from __future__ import annotations

from math import atan2, degrees, hypot

from build123d import Box, Plane, Pos, Rot, Wire

from training.parts.dice import Dice
from training.parts.shapes import (
    Point,
    Shape,
    axis_level,
    bent_path,
    circle,
    cut,
    grid_points,
    joined,
    plate,
    polygon,
    rectangle,
    ring_points,
    rod,
    swept,
)


def t_slot(dice: Dice) -> Shape:
    """T-slot extrusion: one to three cells, open or closed sides, core bores, drilled or tapped."""
    cell, columns, rows = dice.pick(20.0, 30.0, 40.0), dice.count("columns", 1, 3), dice.pick(1, 1, 2)
    length = dice.mm("length", 20, 400, 10)
    closed = [dice.maybe(0.2) for _ in range(4)]
    opening, lip = cell * dice.ratio(0.2, 0.32), cell * dice.ratio(0.08, 0.12)
    body = plate(rectangle(columns * cell, rows * cell, radius=dice.pick(0.0, 1.5)), length)
    tools: list[Shape] = []
    for x, y in grid_points(columns, rows, cell, cell):
        tools.append(plate(circle(cell * 0.11, (x, y)), length))
        right, top = (columns - 2) / 2 * cell, (rows - 2) / 2 * cell
        outer = (y > top, x < -right, y < -top, x > right)
        open_sides = [side for side in range(4) if outer[side] and not closed[side]]
        tools += [plate(Pos(x, y, 0) * _channel(cell, opening, lip, side), length) for side in open_sides]
    body = cut(body, tools)
    if dice.has("cross_hole", 0.35):
        at = [length * f for f in dice.pick((0.5,), (0.2, 0.8), (0.1, 0.5, 0.9))]
        body = cut(body, [rod(cell * 0.25, 400, (0, 0, z), "y") for z in at])
    if dice.has("mitre", 0.2):
        body = cut(body, [Pos(0, 0, length) * Rot(0, dice.pick(45, -45), 0) * Pos(0, 0, 200) * Box(800, 800, 400)])
    return axis_level(body)


def _channel(cell: float, opening: float, lip: float, side: int) -> Wire:
    """The T channel on one side of a cell about the origin; side 0 is up, the others follow counter-clockwise."""
    half, core = cell / 2, cell * 0.19
    shape = [(opening / 2, half + 1), (opening / 2, half - lip), (cell * 0.28, half - lip), (core, core + lip * 0.4)]
    return Rot(0, 0, 90 * side) * polygon([*shape, *((-x, y) for x, y in reversed(shape))])


def structural(dice: Dice) -> Shape:
    """Rolled section: angle, channel, I, tee, hollow; mitred or coped ends, drilled legs."""
    size, length, thick = dice.mm("size", 25, 120, 5), dice.mm("length", 80, 600, 10), dice.mm("thickness", 3, 10)
    h, t = size / 2, min(thick, size * 0.15)
    b = h * dice.ratio(0.5, 1.0)
    style = dice.pick("angle", "channel", "i_beam", "tee", "hollow")
    dice.has(style, 1)
    outline: list[Point] = {
        "angle": [(-b, -h), (b, -h), (b, t - h), (t - b, t - h), (t - b, h), (-b, h)],
        "channel": [(-b, -h), (b, -h), (b, t - h), (t - b, t - h), (t - b, h - t), (b, h - t), (b, h), (-b, h)],
        "i_beam": _mirrored([(t / 2, 0), (t / 2, h - t), (b, h - t), (b, h)]),
        "tee": [(-b, h), (-b, h - t), (-t / 2, h - t), (-t / 2, -h), (t / 2, -h), (t / 2, h - t), (b, h - t), (b, h)],
        "hollow": [(-b, -h), (b, -h), (b, h), (-b, h)],
    }[style]
    holes = [rectangle(2 * (b - t), 2 * (h - t), radius=t * 0.5)] if style == "hollow" else []
    body = Rot(0, 90, 0) * Rot(0, 0, 90) * plate(polygon(outline), length, holes, z=-length / 2)
    tools = [_mitre(dice, size, length, s) for s in (1, -1) if dice.has("mitre", 0.3)]
    if dice.has("hole", 0.7):
        count = dice.count("holes", 1, 6)
        xs = [length * 0.8 * ((i + 0.5) / count - 0.5) for i in range(count)]
        axis = dice.pick("y", "z")
        tools += [rod(size * 0.15, 400, (x, 0, 0) if axis == "z" else (x, 0, h * 0.3), axis) for x in xs]
    if dice.has("cope", 0.3):
        tools.append(Pos(length / 2, 0, h) * Box(size * 0.8, 400, size * 0.5))
    return cut(body, tools)


def _mirrored(quarter: list[Point]) -> list[Point]:
    """The outline whose upper right quarter is given, from its inside up and out."""
    right = [(x, -y) for x, y in reversed(quarter)] + quarter
    return right[:] + [(-x, y) for x, y in reversed(right)]


def _mitre(dice: Dice, size: float, length: float, side: int) -> Shape:
    angle = dice.pick(30, 45, -45)
    return Pos(side * length / 2, 0, 0) * Rot(0, angle, 0) * Pos(side * (200 + size * 0.1), 0, 0) * Box(400, 800, 800)


def tube_bend(dice: Dice) -> Shape:
    """Bent tube or bar: plane or spatial run, open or flattened ends, end flanges or collars."""
    diameter, count = dice.mm("diameter", 6, 40), dice.count("bends", 1, 4)
    radius = diameter * dice.ratio(1.6, 2.5)
    path = bent_path(_route(dice, count, radius, diameter), radius)
    body = swept(path, diameter)
    if dice.has("hollow", 0.6):
        body = cut(body, [swept(path, diameter * 0.75)])
    ends = [(path.position_at(t), path.tangent_at(t)) for t in (0, 1)]
    style = dice.pick("plain", "flange", "collar", "one_flange")
    dice.has(style, 1)
    if style == "plain":
        return body
    thick, outer = diameter * 0.25, diameter * (1.1 if style != "collar" else 0.7)
    holes = ring_points(dice.pick(2, 3, 4), outer * 0.77) if style != "collar" else []
    outline = circle(outer) if dice.maybe(0.6) else rectangle(1.9 * outer, 1.9 * outer, radius=outer * 0.2)
    disc = plate(outline, thick, [circle(diameter / 2 * 0.75), *(circle(diameter * 0.12, p) for p in holes)])
    discs = [Plane(p, z_dir=d * s).location * disc for (p, d), s in zip(ends, (1, -1), strict=True)]
    return joined([body, *discs[: 1 if style == "one_flange" else 2]])


def _route(dice: Dice, bends: int, radius: float, diameter: float) -> list[tuple[float, float, float]]:
    """Corners of the run: each leg turns square or slanting from the last, in the front plane or out of it."""
    here, points = (0.0, 0.0, 0.0), [(0.0, 0.0, 0.0)]
    headings = [(1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0)]
    if dice.has("spatial", 0.4):
        headings[2] = (0.0, 1.0, 0.0)
    if dice.has("slanting", 0.35):
        headings[1] = (0.7, 0.0, 0.7)
    for i in range(bends + 1):
        run = 2.2 * radius + dice.mm(f"leg_{i}", 10, 120, 5)
        dx, dy, dz = headings[i]
        here = (here[0] + run * dx, here[1] + run * dy, here[2] + run * dz)
        points.append(here)
    return points


def welded_frame(dice: Dice) -> Shape:
    """Frame welded from hollow or solid bars: rectangle with rungs, table with legs, portal, diagonal braces, feet."""
    bar = dice.pick(20.0, 25.0, 30.0, 40.0)
    width, depth, height = (
        dice.mm("width", 200, 900, 20),
        dice.mm("depth", 150, 600, 20),
        dice.mm("height", 150, 800, 20),
    )
    style = dice.pick("flat", "table", "portal", "cube", "stand")
    dice.has(style, 1)
    w, d = width / 2 - bar / 2, depth / 2 - bar / 2
    ring = [_beam(bar, (-w, s * d, 0), (w, s * d, 0)) for s in (1, -1)]
    ring += [_beam(bar, (s * w, -d, 0), (s * w, d, 0)) for s in (1, -1)]
    legs = [_beam(bar, (sx * w, sy * d, 0), (sx * w, sy * d, height)) for sx in (1, -1) for sy in (1, -1)]
    bodies = {
        "flat": ring,
        "table": [*(Pos(0, 0, height) * beam for beam in ring), *legs],
        "portal": [*legs[::2], _beam(bar, (-w, d, height), (w, d, height)), ring[0]],
        "cube": [*ring, *(Pos(0, 0, height) * beam for beam in ring), *legs],
        "stand": [
            *legs,
            *(Pos(0, 0, height) * beam for beam in ring),
            *(Pos(0, 0, height * 0.3) * beam for beam in ring),
        ],
    }[style]
    level = 0.0 if style in ("flat", "cube", "portal") else height
    if dice.has("rung", 0.6, possible=style != "portal"):
        count = dice.count("rungs", 1, 4)
        xs = [2 * w * ((i + 1) / (count + 1) - 0.5) for i in range(count)]
        bodies += [_beam(bar, (x, -d, level), (x, d, level)) for x in xs]
    if dice.has("brace", 0.45):
        ends = ((-w, d, 0), (w, d, 0 if style == "flat" else height))
        bodies.append(_beam(bar * 0.7, (-w, -d, 0), (w, d, 0)) if style == "flat" else _beam(bar * 0.7, *ends))
    if dice.has("foot_plate", 0.5, possible=style != "flat"):
        hole = circle(bar * 0.15, (bar * 0.75, bar * 0.75))
        foot = plate(rectangle(2.4 * bar, 2.4 * bar), 8, [hole])
        corners = [(sx * w, sy * d) for sx in (1, -1) for sy in (1, -1)]
        bodies += [Pos(x, y, -8) * foot for x, y in (corners if style != "portal" else corners[::2])]
    return joined(bodies)


def _beam(bar: float, start: tuple[float, float, float], end: tuple[float, float, float]) -> Shape:
    """A square bar between two points, half a bar over each."""
    dx, dy, dz = (b - a for a, b in zip(start, end, strict=True))
    length = (dx**2 + dy**2 + dz**2) ** 0.5
    middle = tuple((a + b) / 2 for a, b in zip(start, end, strict=True))
    turn = Rot(0, 0, degrees(atan2(dy, dx))) * Rot(0, -degrees(atan2(dz, hypot(dx, dy))), 0)
    square = length + bar if abs(dx * dy) + abs(dx * dz) + abs(dy * dz) < 1 else length
    return Pos(*middle) * turn * Box(square, bar, bar)
