"""Small standard parts: screws, springs, nuts, retaining rings, hooks."""

from __future__ import annotations

from math import atan2, degrees, sqrt

from build123d import Axis, Box, Cylinder, Face, Pos, Rot, Solid, Sphere, Torus, Wire

from training.parts.dice import Dice
from training.parts.shapes import (
    Point,
    Shape,
    as_drafted,
    assembled,
    axis_level,
    bent_path,
    circle,
    cone,
    cut,
    joined,
    pierced,
    plate,
    polygon,
    rectangle,
    ring_points,
    rod,
    standing,
    steps,
    swept,
    turned,
)

THREADS = (3, 4, 5, 6, 8, 10, 12, 16)


def screw(dice: Dice) -> Shape:
    """Screw, bolt, stud or shoulder screw: head forms, drives, plain shank, modelled thread or chamfered end."""
    size = dice.sizes(THREADS, "thread")
    length = dice.mm("length", size * 1.5, size * 10)
    head = dice.pick("socket", "hexagon", "button", "countersunk", "shoulder", "thumb", "flanged", "eye")
    dice.has(head, 1)
    r = size / 2
    body = turned(_shank(dice, length, r))
    if head == "shoulder":
        body = body + turned(steps([size * 2, size], [r * 1.4, r * 2.4], -3 * size))
        return cut(body, [Pos(-3 * size, 0, 0) * axis_level(plate(_hexagon(size * 1.2), size * 0.6, z=-0.01))])
    return _with_head(dice, head, body, size)


def _shank(dice: Dice, length: float, r: float) -> list[Point]:
    pitch = max(0.8, round(r * 0.35, 1))
    plain = length * dice.pick(0.0, 0.0, 0.4) if dice.has("thread", 0.5) else length - pitch
    profile: list[Point] = [(0, r), (plain, r)]
    for i in range(int((length - plain) / pitch) if "thread" in dice.features else 0):
        x = plain + i * pitch
        profile += [(x + pitch / 2, r * 0.84), (x + pitch, r)]
    return [*profile, (length, r * 0.8)]


def _hexagon(across_flats: float) -> Wire:
    return polygon(ring_points(6, across_flats / sqrt(3)))


def _with_head(dice: Dice, head: str, body: Shape, size: float) -> Shape:
    """The head grows from x = 0 towards -x."""
    socket = axis_level(plate(_hexagon(size * 0.8), size * 0.5))
    if head in ("hexagon", "flanged"):
        top = Pos(-size * 0.7, 0, 0) * axis_level(plate(_hexagon(size * 1.6), size * 0.7))
        top = top & turned([(-size, size * 0.6), (-size * 0.5, size), (1, size)])
        return body + top + turned(steps([size * 0.2], [size * 1.1], -0.1)) if head == "flanged" else body + top
    if head == "eye":
        ring = Pos(-size * 1.2, 0, 0) * standing(
            plate(circle(size * 1.3), size * 0.8, [circle(size * 0.7)], -size * 0.4)
        )
        return body + ring
    if head == "thumb":
        flutes = [Rot(20 * i, 0, 0) * rod(size * 0.2, 6 * size, (0, size * 1.3, 0), "x") for i in range(18)]
        return body + cut(turned(steps([size * 0.9], [size * 1.25], -size * 0.9)), flutes)
    profile: list[Point] = {
        "socket": [(-size, size * 0.7), (-size * 0.9, size * 0.78), (0, size * 0.78)],
        "button": [
            (-size * 0.6, size * 0.35),
            (-size * 0.5, size * 0.6),
            (-size * 0.25, size * 0.85),
            (0, size * 0.95),
        ],
        "countersunk": [(-size * 0.55, size), (-size * 0.45, size), (0, size / 2)],
    }[head]
    drive = Pos(profile[0][0] - 0.01, 0, 0) * socket
    if dice.has("slot_drive", 0.3):
        drive = Pos(profile[0][0], 0, 0) * Box(size * 0.5, 4 * size, size * 0.2)
    return cut(body + turned(profile), [drive])


def spring(dice: Dice) -> Shape:
    """Coil spring as a stack of turns: cylindrical, conical or waisted; hooked, closed or ring ends; disc springs."""
    outer, turns = dice.mm("outer_diameter", 8, 60) / 2, dice.count("turns", 3, 5)
    wire = outer * dice.ratio(0.12, 0.3)
    style = dice.pick("cylindrical", "conical", "waisted", "disc", "extension")
    dice.has(style, 1)
    if style == "disc":
        return _disc_springs(dice, outer, turns)
    pitch = wire * (1.02 if style == "extension" else dice.ratio(1.3, 2.4))
    radii = [_turn_radius(style, outer - wire / 2, i / (turns - 1)) for i in range(turns)]
    tilt = Rot(0, degrees(atan2(pitch / 2, 2 * outer)), 0)
    rings = [Pos(0, 0, i * pitch) * tilt * Torus(radius, wire / 2) for i, radius in enumerate(radii)]
    if style == "extension":
        reach = outer * 0.9
        ends = [
            Pos(0, 0, z) * Rot(90, 0, dice.pick(0, 90)) * Torus(outer * 0.8, wire / 2)
            for z in (-reach, (turns - 1) * pitch + reach)
        ]
        rings += ends
    return axis_level(assembled(rings))


def _turn_radius(style: str, radius: float, along: float) -> float:
    if style == "conical":
        return radius * (1 - 0.5 * along)
    return radius * (0.65 + 0.35 * abs(2 * along - 1)) if style == "waisted" else radius


def _disc_springs(dice: Dice, outer: float, count: int) -> Shape:
    thick, rise, inner = outer * 0.08, outer * 0.15, outer * 0.5
    profile = Face(polygon([(0, inner), (rise, outer), (rise + thick, outer), (thick, inner)]))
    one = Solid.revolve(profile, 360, Axis.X)
    flipped = Rot(0, 180, 0) * one
    gap = rise + thick
    return assembled(Pos((i + i % 2) * gap, 0, 0) * (flipped if i % 2 else one) for i in range(count))


def nut(dice: Dice) -> Shape:
    """Nut: hexagon, square, cap, wing, flanged, slotted, round with holes or slots, T-slot nut, long."""
    size = dice.sizes(THREADS, "thread")
    style = dice.pick("hexagon", "square", "cap", "wing", "flanged", "castle", "round", "t_nut", "long")
    dice.has(style, 1)
    height = size * (dice.ratio(1.8, 3.2) if style == "long" else dice.ratio(0.6, 1.0))
    across = size * dice.ratio(1.55, 1.9)
    body = _nut_body(dice, style, size, across, height)
    if style == "cap":
        return axis_level(cut(body, [Cylinder(size / 2, 2 * height)]))
    body = body - Cylinder(size / 2, 400)
    if dice.has("countersink", 0.5):
        body = cut(body, [cone(size * 1.25, size, size * 0.15, (0, 0, size * 0.07))])
    return dice.pick(axis_level(body), standing(body), body)


def _nut_body(dice: Dice, style: str, size: float, across: float, height: float) -> Shape:
    form = {"square": _square_nut, "wing": _wing_nut, "t_nut": _t_nut, "round": _round_nut}.get(style)
    if form:
        return form(dice, size, across, height)
    edge, flat, low = across * 0.52, across * 0.6, height * 0.2
    bevel = Rot(0, -90, 0) * turned([(0, edge), (low, flat), (height - low, flat), (height, edge)])
    body = plate(_hexagon(across), height) & bevel
    if style == "cap":
        dome = Sphere(across * 0.46) & Pos(0, 0, across / 2) * Box(3 * across, 3 * across, across)
        return body + Pos(0, 0, height) * dome
    if style == "flanged":
        return body + cone(across * 1.4, across * 1.1, height * 0.3, (0, 0, height * 0.15))
    if style == "castle":
        slit = Pos(0, 0, height * 1.1) * Box(3 * across, size * 0.25, height * 0.7)
        return cut(body, [Rot(0, 0, 60 * i) * slit for i in range(3)])
    return body


def _square_nut(dice: Dice, size: float, across: float, height: float) -> Shape:
    return plate(rectangle(across, across, radius=dice.pick(0.0, size * 0.2)), height)


def _wing_nut(dice: Dice, size: float, across: float, height: float) -> Shape:
    rise = dice.ratio(1.4, 2.2)
    wing = polygon([(0, -size * 0.3), (across * 1.3, size), (across * 1.1, size * rise), (size * 0.3, size)])
    wings = [Rot(0, 0, a) * Pos(0, size * 0.2, 0) * standing(plate(wing, size * 0.4)) for a in (0, 180)]
    return Cylinder(across * 0.5, height * 1.6) + wings


def _t_nut(dice: Dice, size: float, across: float, height: float) -> Shape:
    foot = rectangle(across * 2, across * 1.2, radius=dice.pick(0.0, size * 0.4))
    return plate(foot, height * 0.6) + plate(rectangle(across * 2, size * 1.2), height)


def _round_nut(dice: Dice, size: float, across: float, height: float) -> Shape:
    count = dice.pick(4, 6)
    if dice.has("face_hole", 0.5):
        tools = [Pos(*p, height) * Cylinder(size * 0.12, height) for p in ring_points(count, across * 0.75)]
    else:
        notch = Pos(across, 0, 0) * Box(size * 0.4, size * 0.4, 400)
        tools = [Rot(0, 0, 360 * i / count) * notch for i in range(count)]
    return cut(plate(circle(across), height), tools)


def retaining_ring(dice: Dice) -> Shape:
    """Retaining ring: C with lugs inside or outside, E clip, snap ring, spiral lock with notches."""
    outer, thick = dice.mm("outer_diameter", 8, 90) / 2, dice.pick(0.6, 1.0, 1.5, 2.0, 3.0)
    style = dice.pick("shaft_ring", "bore_ring", "e_clip", "snap_ring", "wave")
    dice.has(style, 1)
    band = outer * dice.ratio(0.12, 0.25)
    inner, opening = outer - band, dice.ratio(0.15, 0.5) * outer
    shift = (0.0, band * dice.pick(0.0, 0.25, 0.4))
    body = plate(circle(outer), thick, [circle(inner, shift)])
    gap = plate(rectangle(opening, 2 * outer, (0, outer)), 400, z=-200)
    if style == "e_clip":
        prongs = [
            plate(rectangle(outer * 0.35, outer * 0.75, (x, y)), thick) for x, y in ring_points(3, outer * 0.7, 270)[:1]
        ]
        prongs += [plate(rectangle(outer * 0.6, outer * 0.3, (s * outer * 0.65, outer * 0.1)), thick) for s in (1, -1)]
        return as_drafted(dice, cut(joined([body, *prongs]), [plate(circle(outer * 0.42), 400, z=-200), gap]), 0.85)
    body = cut(body, [gap])
    if style in ("shaft_ring", "bore_ring"):
        lug = band * dice.ratio(0.7, 1.0)
        radius = outer + lug * 0.4 if style == "shaft_ring" else inner - lug * 0.2
        at = [(s * (opening / 2 + lug * 0.8), (radius**2 - (opening / 2 + lug * 0.8) ** 2) ** 0.5) for s in (1, -1)]
        body = pierced(body + [plate(circle(lug, p), thick) for p in at], at, lug * 0.9)
    if style == "wave":
        notches = [
            plate(circle(band * 0.35, p), 400, z=-200) for p in ring_points(dice.count("notches", 3, 9), outer, 200)
        ]
        body = cut(body, notches)
    return as_drafted(dice, body, 0.85)


def hook(dice: Dice) -> Shape:
    """Bent wire or bar: hook, U bolt, J bolt, S hook, eye, handle; threaded stubs or flattened ends."""
    bar, reach = dice.mm("bar_diameter", 3, 16), dice.mm("reach", 20, 120)
    radius = bar * dice.ratio(1.5, 3.0)
    style = dice.pick("u_bolt", "j_bolt", "s_hook", "handle", "ring_hook", "square_u")
    dice.has(style, 1)
    run, leg = reach + 3 * radius, radius * 2.4
    route: dict[str, list[tuple[float, float, float]]] = {
        "u_bolt": [(0, 0, 0), (0, 0, -run), (2 * radius + 0.2, 0, -run), (2 * radius + 0.2, 0, 0)],
        "j_bolt": [(0, 0, 0), (0, 0, -run), (2 * radius + 0.2, 0, -run), (2 * radius + 0.2, 0, -run + leg)],
        "s_hook": [(-run, 0, leg), (-run, 0, 0), (0, 0, 0), (0, 0, -leg)],
        "handle": [(0, -leg, 0), (0, 0, 0), (run, 0, 0), (run, -leg, 0)],
        "ring_hook": [(0, 0, 0), (run, 0, 0), (run, 0, -leg), (run - leg, 0, -leg), (run - leg, 0, -leg / 3)],
        "square_u": [(0, 0, 0), (0, 0, -run), (run * 0.8, 0, -run), (run * 0.8, 0, 0)],
    }
    points = route[style]
    body = swept(bent_path(points, radius * (0.98 if style != "square_u" else 0.6)), bar)
    ends = [points[0], points[-1]]
    if dice.has("ball_end", 0.25):
        body = body + [Pos(*p) * Sphere(bar * 0.8) for p in ends]
    if dice.has("nut", 0.4, possible=style in ("u_bolt", "j_bolt", "square_u")):
        nuts = [
            Pos(p[0], p[1], -run * 0.25) * plate(_hexagon(bar * 1.7), bar * 0.8)
            for p in (ends if style != "j_bolt" else ends[:1])
        ]
        body = body + nuts
    if dice.has("cross_plate", 0.4, possible=style in ("u_bolt", "square_u")):
        span = points[-1][0]
        body = body + Pos(span / 2, 0, -run * 0.4) * Box(span + 4 * bar, 2.5 * bar, bar * 0.6)
    if dice.has("foot", 0.5, possible=style == "handle"):
        body = body + [rod(bar * 2.4, bar * 0.6, p, "y") for p in ends]
    return body
