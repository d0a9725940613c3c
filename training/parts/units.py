"""Bought-in units, as simplified assemblies: motors, bearings, circuit boards."""

from __future__ import annotations

from math import pi, sin

from build123d import Box, Pos, Rot, Sphere, Wire

from training.parts.dice import Dice
from training.parts.shapes import (
    Shape,
    assembled,
    axis_level,
    chamfered,
    circle,
    cut,
    disc_as_drafted,
    drilled,
    grid_points,
    plate,
    polar,
    polygon,
    rectangle,
    ring_points,
    standing,
)

Box2 = tuple[float, float, float, float]

FRAMES = (20.0, 28.0, 35.0, 42.0, 57.0, 86.0)


def motor(dice: Dice) -> Shape:
    """Motor: square or round can, end bells, pilot, shaft with flat or key, gearbox, encoder, plug, feet."""
    frame = dice.sizes(FRAMES, "frame")
    length = dice.mm("length", frame * 0.5, frame * 1.8)
    half = frame / 2
    square = dice.has("square_frame", 0.6)
    corner = frame * dice.ratio(0.06, 0.16)
    outline = _octagon(half, corner) if square else circle(half)
    bell = length * dice.ratio(0.12, 0.3)
    can = circle(half * 0.98) if dice.maybe(0.4) else _octagon(half * 0.98, corner * 1.6)
    sections = [(outline, bell), (can, length - 2 * bell), (outline, bell)]
    bodies, z = [], 0.0
    for wire, run in sections:
        bodies.append(plate(wire, run, z=-z - run))
        z += run
    at = ring_points(4 if square else dice.pick(2, 3, 6), half * (1.05 if square else 0.72), 45)
    bodies[0] = drilled(bodies[0], at, frame * 0.075, bell * 0.8, 0)
    pilot, out = half * dice.ratio(0.45, 0.6), dice.mm("shaft_length", frame * 0.3, frame * 0.8)
    bodies += [plate(circle(pilot), frame * 0.05), _motor_shaft(dice, frame * 0.06, out + frame * 0.05)]
    if dice.has("rear_shaft", 0.2):
        bodies.append(plate(circle(frame * 0.05), frame * 0.3, z=-length - frame * 0.3))
    elif dice.has("encoder", 0.3):
        bodies.append(plate(circle(half * 0.7), frame * 0.3, z=-length - frame * 0.3))
    if dice.has("plug", 0.6):
        bodies.append(Pos(0, -half - frame * 0.08, -length + bell) * Box(frame * 0.35, frame * 0.16, bell * 1.2))
    if dice.has("foot", 0.15):
        bodies.append(Pos(0, -half * 1.1, -length / 2) * Box(frame * 1.3, half * 0.2, length * 0.7))
    if dice.has("gearbox", 0.25):
        bodies.append(plate(circle(half * 0.85), length * 0.5, z=-length * 1.5))
    return Rot(180, 0, 0) * axis_level(assembled(bodies))


def _octagon(half: float, corner: float) -> Wire:
    a, b = half, half - corner
    return polygon([(a, -b), (a, b), (b, a), (-b, a), (-a, b), (-a, -b), (-b, -a), (b, -a)])


def _motor_shaft(dice: Dice, radius: float, length: float) -> Shape:
    body = chamfered(plate(circle(radius), length), lambda e: e.group_by()[-1], radius * 0.15)
    form = dice.pick("round", "d_cut", "keyed", "pinion")
    if form == "d_cut":
        return cut(body, [Pos(0, radius * 1.55, length) * Box(4 * radius, 1.6 * radius, length * 1.2)])
    if form == "keyed":
        return body + Pos(0, radius, length * 0.6) * Box(radius * 0.6, radius * 0.6, length * 0.5)
    if form == "pinion":
        teeth = [polar(radius * (1.7 if i % 4 in (0, 1) else 1.2), 9 * i + 4) for i in range(40)]
        return body + plate(polygon(teeth), length * 0.5, z=length * 0.45)
    return body


def bearing(dice: Dice) -> Shape:
    """Bearing: balls, rollers, needles or shields; flanged, thrust, linear; ring proportions vary."""
    bore = dice.sizes((3, 5, 8, 10, 15, 20, 25, 30, 40), "bore") / 2
    outer, width = bore * dice.ratio(1.7, 2.9), bore * dice.ratio(0.6, 1.3)
    style = dice.pick("ball", "roller", "shielded", "thrust", "linear", "flanged")
    dice.has(style, 1)
    ring, middle = (outer - bore) * 0.28, (outer + bore) / 2
    if style == "linear":
        return _linear_bearing(dice, bore, bore * dice.ratio(1.6, 2.0), bore * dice.ratio(3.2, 5.0))
    bodies = [plate(circle(outer), width, [circle(outer - ring)]), plate(circle(bore + ring), width, [circle(bore)])]
    count = dice.count("elements", 6, 12)
    size = min((outer - bore - 2 * ring) * 0.6, middle * sin(pi / count) * 0.9)
    if style == "thrust":
        half = width * 0.32
        bodies = [plate(circle(outer), half, [circle(bore)], z) for z in (0.0, width - half)]
        bodies += [Pos(x, y, width / 2) * Sphere(width / 2 - half) for x, y in ring_points(count, middle)]
    elif style == "roller":
        bodies += [plate(circle(size, p), width * 0.8, z=width * 0.1) for p in ring_points(count, middle)]
    elif style == "shielded":
        bodies.append(plate(circle(outer - ring), width * 0.8, [circle(bore + ring)], z=width * 0.1))
    else:
        groove = [Pos(x, y, width / 2) * Sphere(size) for x, y in ring_points(count, middle)]
        bodies += groove
    if style == "flanged":
        bodies.append(plate(circle(outer * 1.15), width * 0.2, [circle(outer)]))
    if dice.has("snap_groove", 0.2, possible=style in ("ball", "roller")):
        bodies[0] = cut(bodies[0], [plate(circle(outer * 1.2), width * 0.1, [circle(outer * 0.96)], z=width * 0.8)])
    if dice.has("extended_inner_ring", 0.2, possible=style != "thrust"):
        bodies.append(plate(circle(bore + ring), width * 0.5, [circle(bore)], z=width))
    return disc_as_drafted(dice, assembled(bodies))


def _linear_bearing(dice: Dice, bore: float, outer: float, length: float) -> Shape:
    body = plate(circle(outer), length, [circle(bore)])
    grooves = [plate(circle(outer * 1.2), length * 0.04, [circle(outer * 0.95)], z=length * f) for f in (0.15, 0.81)]
    body = cut(body, grooves)
    if dice.has("flange", 0.5):
        thick, reach = length * 0.12, outer * 1.7
        holes = [circle(outer * 0.16, p) for p in ring_points(4, outer * 1.32, 45)]
        outline = dice.pick(circle(reach), rectangle(1.9 * outer * 1.4, 1.9 * outer * 1.4))
        body = body + plate(outline, thick, [circle(outer * 0.99), *holes], z=length * dice.pick(0.0, 0.45))
    if dice.has("opening", 0.3):
        body = cut(body, [Pos(outer, 0, 0) * Box(2 * outer, bore, 4 * length)])
    return axis_level(body)


def circuit_board(dice: Dice) -> Shape:
    """Board with parts: chips, headers, sockets, cans, heat sinks; plain, notched or rounded outline; holes."""
    width, depth, thick = dice.mm("width", 30, 160, 2), dice.mm("depth", 25, 110, 2), 1.6
    x, y = width / 2 - 4, depth / 2 - 4
    holes = [circle(1.6, (sx * x, sy * y)) for sx in (1, -1) for sy in (1, -1)][: dice.pick(2, 4, 4)]
    board = plate(rectangle(width, depth, radius=dice.pick(0.0, 3.0)), thick, holes)
    if dice.has("notch", 0.3):
        board = cut(board, [plate(rectangle(width * 0.2, depth * 0.3, (width * 0.5, depth * 0.1)), 9, z=-4)])
    bodies, taken = [board], [(sx * x, sy * y, 8.0, 8.0) for sx in (1, -1) for sy in (1, -1)]
    for _ in range(dice.count("components", 5, 16)):
        kind = dice.pick("chip", "chip", "can", "header", "socket", "block", "resistor")
        w, d = dice.mm("component_width", 3, width * 0.28), dice.mm("component_depth", 2, depth * 0.3)
        at = (width * dice.ratio(-0.42, 0.42), depth * dice.ratio(-0.42, 0.42))
        if _overlaps((*at, w, d), taken, width, depth):
            continue
        taken.append((*at, w, d))
        bodies += _component(dice, kind, (*at, w, d), thick)
    dice.params["components"] = len(taken) - 4
    return assembled(bodies) if dice.maybe(0.7) else standing(assembled(bodies))


def _overlaps(box: Box2, taken: list[Box2], width: float, depth: float) -> bool:
    x, y, w, d = box
    if abs(x) + w / 2 > width / 2 or abs(y) + d / 2 > depth / 2:
        return True
    return any(abs(x - a) < (w + b) / 2 + 0.5 and abs(y - c) < (d + e) / 2 + 0.5 for a, c, b, e in taken)


def _component(dice: Dice, kind: str, box: Box2, z: float) -> list[Shape]:
    """One component on the board at z. box: centre x, y, width, depth."""
    at, (w, d) = box[:2], box[2:]
    small = min(w, d)
    if kind == "can":
        return [plate(circle(small / 2, at), small * dice.ratio(0.5, 1.6), z=z)]
    if kind == "header":
        pitch = 2.54
        pins = [(at[0] + px, at[1] + py) for px, py in grid_points(min(8, max(2, int(w / pitch))), 1, pitch, pitch)]
        base = plate(rectangle(len(pins) * pitch, pitch, at), 2.5, z=z)
        return [base, *(plate(rectangle(0.64, 0.64, p), 6, z=z + 2.5) for p in pins)]
    if kind == "socket":
        return [
            cut(
                plate(rectangle(w, d, at), small * 0.8, z=z),
                [plate(rectangle(w * 0.8, d * 0.8, at), 99, z=z + small * 0.2)],
            )
        ]
    height = {"chip": 1.5, "block": small * 1.1, "resistor": 0.6}[kind]
    body = plate(rectangle(w, d, at), height, z=z)
    if kind != "chip" or w < 5:
        return [body]
    count = min(8, int(w / 1.8))
    legs = [(at[0] + px, at[1] + py) for px, py in grid_points(count, 2, w * 0.95 / count, d + 1)]
    return [body, *(plate(rectangle(0.6, 1.0, p), 0.5, z=z) for p in legs)]
