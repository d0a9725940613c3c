"""Sheet-metal families: brackets, channels, straps, trays, hinges."""

from __future__ import annotations

from itertools import accumulate
from math import cos, radians, sin

from build123d import Box, Pos, Rot, Wire

from training.parts.dice import Dice
from training.parts.shapes import (
    Point,
    Shape,
    assembled,
    circle,
    cut,
    drilled,
    filleted,
    grid_points,
    joined,
    plate,
    polygon,
    rectangle,
    rod,
    rounded,
    slot,
    standing,
)

THICKNESSES = (1.0, 1.5, 2.0, 3.0, 4.0)
TURNS: dict[str, tuple[float, ...]] = {
    "l_form": (90,),
    "z_form": (90, -90),
    "u_form": (90, 90),
    "hat_form": (-90, 90, 90, -90),
    "step_form": (90, -90, 90),
    "open_form": (60,),
    "hook_form": (90, 90, -45),
    "c_form": (90, 90, 90),
}


def sheet_bracket(dice: Dice) -> Shape:
    """Bracket bent from a strip: L, Z, U, hat and other forms; holes, slots, rounded or bevelled ends, notches."""
    form = dice.pick(*TURNS)
    dice.has(form, 1)
    thick, width = dice.sizes(THICKNESSES, "thickness"), dice.mm("width", 15, 120)
    turns = TURNS[form]
    runs = [dice.mm(f"leg_{i}", 14, 80) for i in range(len(turns) + 1)]
    if form in ("hat_form", "c_form"):
        runs[-1], runs[-2] = runs[0], runs[1]
    body = standing(plate(strip(runs, turns, thick), width))
    body = Pos(0, width / 2, 0) * body
    tools = [
        _flange_holes(dice, runs, turns, i, width=width, thick=thick)
        for i in range(len(runs))
        if dice.has("hole", 0.75)
    ]
    body = cut(body, [tool for group in tools for tool in group])
    if dice.has("gusset", 0.3, possible=form in ("l_form", "z_form", "step_form")):
        reach = min(runs[0], runs[1]) * 0.6
        corner = polygon([(runs[0] - reach, thick / 2), (runs[0], thick / 2), (runs[0], reach)])
        body = body + Pos(0, thick, 0) * standing(plate(corner, 2 * thick))
    if dice.has("tapered_end", 0.3):
        body = cut(body, _end_cuts(width, runs[0] * 0.5))
    return dice.pick(body, body, Rot(0, 0, 90) * body, Rot(0, 0, -90) * body, Rot(0, 0, 180) * body)


def strip(runs: list[float], turns: tuple[float, ...], thick: float) -> Wire:
    """Outline of a strip's edge: `runs` along its middle, bent by `turns` degrees between them, from the origin."""
    radius = thick * 1.5
    headings = [0.0, *accumulate(turns)]
    middle: list[Point] = [(0.0, 0.0)]
    for run, heading in zip(runs, headings, strict=True):
        middle.append((middle[-1][0] + run * cos(radians(heading)), middle[-1][1] + run * sin(radians(heading))))
    left = [_shifted(middle, headings, i, thick / 2) for i in range(len(middle))]
    right = [_shifted(middle, headings, i, -thick / 2) for i in range(len(middle))]
    signs = [0.0, *(1.0 if turn > 0 else -1.0 for turn in turns), 0.0]
    inner_left = [abs(s) * (radius if s > 0 else radius + thick) for s in signs]
    inner_right = [abs(s) * (radius + thick if s > 0 else radius) for s in signs]
    return rounded(left + right[::-1], inner_left + inner_right[::-1])


def _shifted(middle: list[Point], headings: list[float], i: int, by: float) -> Point:
    """The corner i of the middle line moved sideways, mitred at bends."""
    before, after = headings[max(0, i - 1)], headings[min(i, len(headings) - 1)]
    half = radians((after - before) / 2)
    normal = radians((before + after) / 2 + 90)
    return middle[i][0] + by / cos(half) * cos(normal), middle[i][1] + by / cos(half) * sin(normal)


def _flange_holes(
    dice: Dice, runs: list[float], turns: tuple[float, ...], i: int, *, width: float, thick: float
) -> list[Shape]:
    """Holes or slots through the leg i, square to it."""
    headings = [0.0, *accumulate(turns)]
    x, z = 0.0, 0.0
    for run, heading in zip(runs[:i], headings, strict=False):
        x, z = x + run * cos(radians(heading)), z + run * sin(radians(heading))
    run = runs[i]
    size = min(run, width) * dice.ratio(0.12, 0.3)
    rows = dice.pick((0.0,), (-0.28, 0.28), (-0.3, 0.0, 0.3))
    wire = slot(size * 2, size, angle=dice.pick(0.0, 90.0)) if dice.has("slot", 0.3) else circle(size / 2)
    along = run * dice.pick(0.5, 0.58)
    tools = [Pos(along, width * y, -thick * 3) * plate(wire, 6 * thick) for y in rows if size < width * 0.3 or y == 0]
    return [Pos(x, 0, z) * Rot(0, -headings[i], 0) * tool for tool in tools]


def _end_cuts(width: float, reach: float) -> list[Shape]:
    """Wedges that taper the free end of the first leg."""
    wedge = [(-1, -width), (reach, -width), (reach, -width / 2), (-1, -width * 0.2)]
    return [plate(polygon([(x, side * y) for x, y in wedge]), 400, z=-200) for side in (1, -1)]


def sheet_tray(dice: Dice) -> Shape:
    """Tray, lid or chassis: three or four walls, corner reliefs, flanges, vents, cut-outs, holes."""
    width, depth, height = dice.mm("width", 50, 300, 5), dice.mm("depth", 40, 220, 5), dice.mm("height", 10, 90)
    thick = dice.sizes(THICKNESSES[:4], "thickness")
    gap = thick * dice.pick(0, 1.5)
    walls = [
        Pos(0, (depth - thick) / 2, height / 2) * Box(width - 2 * gap - 2 * thick, thick, height),
        Pos((width - thick) / 2, 0, height / 2) * Box(thick, depth - 2 * gap, height),
        Pos((thick - width) / 2, 0, height / 2) * Box(thick, depth - 2 * gap, height),
        Pos(0, (thick - depth) / 2, height / 2) * Box(width - 2 * gap - 2 * thick, thick, height),
    ]
    kept = walls[: dice.pick(3, 4, 4)] if dice.has("end_wall", 0.7) else walls[1:3]
    body = joined([plate(_relieved(width, depth, 2 * gap + thick if gap else 0), thick), *kept])
    if dice.has("flange", 0.45):
        lip = dice.mm("lip", 8, 20)
        ears = [
            Pos(s * (width / 2 + lip / 2 - thick), 0, height - thick / 2) * Box(lip, depth - 2 * gap, thick)
            for s in (1, -1)
        ]
        at = [(s * (width / 2 + lip * 0.5), y * depth) for s in (1, -1) for y in dice.pick((0.3, -0.3), (0.0,))]
        body = drilled(body + ears, at, lip * 0.4, 2 * thick + 1, height + 1)
    tools = _tray_openings(dice, width, depth, height)
    body = cut(body, tools)
    return Rot(180, 0, 0) * body if dice.maybe(0.3) else body


def _relieved(width: float, depth: float, size: float) -> Wire:
    """The floor with square corner reliefs."""
    if size <= 0:
        return rectangle(width, depth)
    w, d = width / 2, depth / 2
    quarter = [(w, d - size), (w - size, d - size), (w - size, d)]
    points = [p for sx, sy in ((1, 1), (-1, 1), (-1, -1), (1, -1)) for p in _signed(quarter, sx, sy)]
    return polygon(points)


def _signed(points: list[Point], sx: int, sy: int) -> list[Point]:
    flipped = [(sx * x, sy * y) for x, y in points]
    return flipped if sx * sy > 0 else flipped[::-1]


def _tray_openings(dice: Dice, width: float, depth: float, height: float) -> list[Shape]:
    tools: list[Shape] = []
    if dice.has("vent", 0.45):
        count = dice.count("vents", 3, 8)
        rows = [depth * 0.6 * ((i + 0.5) / count - 0.5) for i in range(count)]
        long, x = width * dice.ratio(0.15, 0.35), width * dice.pick(0.0, 0.22)
        tools += [plate(slot(long, depth * 0.3 / count, (x, y)), 30, z=-10) for y in rows]
    if dice.has("hole", 0.7):
        x, y = width * 0.36, depth * 0.32
        tools += [rod(min(6, depth * 0.06), 40, (sx * x, sy * y, 0)) for sx in (1, -1) for sy in (1, -1)]
    if dice.has("side_opening", 0.5):
        tools.append(Pos(width * 0.2, -depth / 2, height * 0.55) * Box(width * 0.25, 20, height * 0.35))
        tools += [
            rod(min(height * 0.4, width * 0.14), 20, (-width * x, -depth / 2, height * 0.5), "y")
            for x in dice.pick((0.2,), (0.1, 0.3))
        ]
    if dice.has("floor_window", 0.3):
        tools.append(plate(rectangle(width * 0.3, depth * 0.35, (-width * 0.2, 0), dice.pick(0.0, 5.0)), 40, z=-20))
    return tools


def pipe_strap(dice: Dice) -> Shape:
    """Saddle strap or P-clip: one or more arches between drilled feet."""
    bore, wall, width = dice.mm("pipe_diameter", 10, 70) / 2, dice.pick(1.5, 2.0, 3.0, 5.0), dice.mm("width", 10, 40)
    foot, arches = dice.mm("foot", 12, 35), dice.count("arches", 1, 3)
    rise = bore * dice.pick(0.0, 0.0, 0.4)
    outer, pitch = bore + wall, (2 * bore + wall) * dice.ratio(1.0, 1.4)
    centres = [x for x, _ in grid_points(arches, 1, pitch, 0)]
    left, right = centres[0] - outer - foot, centres[-1] + outer + foot * dice.pick(1, 1, 0)
    bodies = [plate(polygon([(left, 0), (right, 0), (right, wall), (left, wall)]), width)]
    for x in centres:
        bodies.append(plate(circle(outer, (x, rise)), width))
        bodies.append(plate(rectangle(2 * outer, rise + 0.02, (x, rise / 2)), width))
    tools = [plate(circle(bore, (x, rise)), 400, z=-200) for x in centres]
    tools += [plate(rectangle(2 * bore, 2 * outer, (x, rise - outer)), 400, z=-200) for x in centres]
    tools.append(plate(rectangle(2000, 4 * outer, (0, -2 * outer)), 400, z=-200))
    body = cut(joined(bodies), tools)
    holes = [left + foot / 2] + ([right - foot / 2] if right > centres[-1] + outer else [])
    body = cut(body, [rod(min(foot, width) * 0.4, 4 * wall, (x, 0, width / 2), "y") for x in holes])
    if dice.has("rounded_foot", 0.5):
        body = filleted(body, lambda e: e.filter_by(lambda x: abs(x.length - wall) < 1e-3), min(width, foot) * 0.35)
    return standing(body)


def hinge(dice: Dice) -> Shape:
    """Butt or strap hinge: one or two leaves, knuckles, pin, countersunk holes; leaf forms vary."""
    height, knuckles = dice.mm("height", 25, 120), dice.pick(3, 5, 7)
    leaf, thick = height * dice.ratio(0.3, 1.1), dice.pick(1.5, 2.0, 3.0)
    barrel, pitch = thick * 1.4, height / knuckles
    gap = pitch * 0.04
    leaves = []
    for side in (1, -1) if dice.has("two_leaves", 0.7) else (1,):
        mine = [i for i in range(knuckles) if (i % 2 == 0) == (side > 0)]
        body = _leaf(dice, leaf, height, thick, side)
        body = cut(
            body,
            [
                Pos(0, (i + 0.5) * pitch, 0) * Box(3 * barrel, pitch + gap, 9 * barrel)
                for i in range(knuckles)
                if i not in mine
            ],
        )
        body = body + [rod(2 * barrel, pitch - gap, (0, (i + 0.5) * pitch, 0), "y") for i in mine]
        leaves.append(body - rod(barrel, 3 * height, axis="y"))
    if dice.has("pin", 0.75):
        leaves.append(rod(barrel, height * 1.05, (0, height / 2, 0), "y"))
    return standing(assembled(leaves))


def _leaf(dice: Dice, leaf: float, height: float, thick: float, side: int) -> Shape:
    tip = height * dice.pick(0.5, 0.3, 0.2)
    form = dice.pick("square", "square", "tapered", "round")
    low, high = (tip, height - tip) if form == "tapered" else (0.0, height)
    points = [(0.0, 0.0), (side * leaf, low), (side * leaf, high), (0.0, height)]
    radius = height * 0.2 if form == "round" else 0.0
    body = plate(rounded(points, [0, radius, radius, 0]), thick, z=-thick / 2)
    count = dice.count("holes", 2, 4)
    at = [(side * leaf * (0.35 if i % 2 else 0.7), height * (0.2 + 0.6 * i / (count - 1))) for i in range(count)]
    return drilled(
        body, [(x, height / 2 + (y - height / 2) * (high - low) / height) for x, y in at], leaf * 0.12, 100, 50
    )
