"""Families of round fittings and controls: nozzles, pipes, pistons, knobs, handwheels."""

from __future__ import annotations

from math import sqrt

from build123d import Box, Cylinder, Pos, Rot, Sphere, Torus

from training.parts.dice import Dice
from training.parts.shapes import (
    Point,
    Shape,
    assembled,
    axis_level,
    chamfered,
    circle,
    cut,
    filleted,
    joined,
    plate,
    polygon,
    ring_points,
    rod,
    rounded,
    standing,
    steps,
    top_edges,
    turned,
)
from training.parts.turned import with_ends


def knob(dice: Dice) -> Shape:
    """Lobed, knurled or ball-shaped hand knob with a boss and a stud or threaded hole."""
    outer, height = dice.mm("diameter", 20, 80) / 2, dice.mm("height", 10, 40)
    style = dice.pick("lobed", "fluted", "ball", "wing")
    dice.has(style, 1)
    if style == "ball":
        body = Sphere(outer) & Pos(0, 0, outer * 0.15) * Box(3 * outer, 3 * outer, 2 * outer)
        height = outer
    elif style == "wing":
        wings = plate(rounded([(-outer, 4), (-outer, -4), (outer, -4), (outer, 4)], 3.9), height)
        body = Cylinder(outer * 0.4, height) + Pos(0, 0, -height / 4) * wings
    else:
        count = dice.count("lobes", 3, 9) if style == "lobed" else dice.count("flutes", 8, 18)
        size = outer * (2.0 if style == "lobed" else 0.9) / count
        tools = [Pos(x, y, 0) * Cylinder(size, height * 2) for x, y in ring_points(count, outer * 1.08)]
        body = filleted(cut(Cylinder(outer, height), tools), top_edges, height * 0.15)
    if dice.has("boss", 0.7):
        body = body + Pos(0, 0, -height * 0.75) * Cylinder(outer * 0.45, height * 0.8)
    if dice.has("stud", 0.45):
        run = dice.mm("stud_length", 10, 40)
        return axis_level(body + Pos(0, 0, -height - run / 2) * Cylinder(outer * 0.18, run))
    return axis_level(body - Pos(0, 0, -height) * Cylinder(outer * 0.2, height * 2.4))


def nozzle(dice: Dice) -> Shape:
    """Nozzle: threaded stub, hexagon, cone with a fine tip, stepped bore."""
    across, hex_height = dice.mm("across_flats", 6, 20), dice.mm("hex_height", 3, 9, 0.5)
    stub, stub_r = dice.mm("stub_length", 4, 20), across * dice.ratio(0.3, 0.42)
    tip, tip_r = dice.mm("tip_length", 2, 12, 0.5), across * dice.ratio(0.08, 0.2)
    hexagon = plate(polygon(ring_points(6, across / sqrt(3), dice.pick(0.0, 30.0))), hex_height)
    profile: list[Point] = _ringed(dice, stub, stub_r)
    if dice.has("neck", 0.5):
        profile += steps([2], [stub_r * 0.75], profile[-1][0])
    x = profile[-1][0]
    body = turned(profile) + Pos(x, 0, 0) * axis_level(hexagon)
    x += hex_height
    if dice.has("collar", 0.4):
        body = body + turned(steps([2], [across * 0.42], x))
        x += 2
    body = body + turned([(x - 0.1, across * 0.4), (x + tip, tip_r)])
    inside = [(-1, stub_r * 0.5), (x, stub_r * 0.5), (x + tip * 0.6, tip_r * 0.4), (x + tip + 1, tip_r * 0.4)]
    return body - turned(inside)


def _ringed(dice: Dice, length: float, radius: float) -> list[Point]:
    """A threaded stub: plain with a chamfer, or with the thread's teeth."""
    if not dice.has("thread", 0.6):
        return [(0, radius - 0.5), (0.5, radius), (length, radius)]
    pitch = max(1.0, round(radius * 0.3, 1))
    profile: list[Point] = [(0, radius - pitch * 0.6)]
    for i in range(int(length / pitch)):
        profile += [((i + 0.5) * pitch, radius), ((i + 1) * pitch, radius - pitch * 0.6)]
    return profile


def piston(dice: Dice) -> Shape:
    """Piston or plunger: ring grooves, hollow skirt, pin bosses, crown cuts."""
    outer, length = dice.mm("diameter", 30, 110) / 2, dice.mm("length", 25, 110)
    profile: list[Point] = [(0, outer)]
    x = dice.mm("land", 3, 8)
    for _ in range(dice.count("rings", 1, 4)):
        width = dice.pick(2.0, 3.0, 4.0)
        profile += [(x, outer), (x, outer * 0.88), (x + width, outer * 0.88), (x + width, outer)]
        x += width + 3
    length = max(length, x + outer * 0.8)
    profile.append((length, outer))
    skirt = turned([(x + 2, outer * 0.78), (length + 1, outer * 0.8)])
    pin = outer * dice.ratio(0.35, 0.55)
    at = (x + 2 + length) / 2
    body = turned(with_ends(dice, profile)) - skirt
    if dice.has("boss", 0.7):
        gap = Box(400, outer * dice.ratio(0.6, 0.9), 400)
        body = body + (
            (rod(pin * 1.6, 2 * outer * 0.95, (at, 0, 0), "y") - gap) & turned([(0, outer), (length, outer)])
        )
    tools = [rod(pin, 3 * outer, (at, 0, 0), "y")]
    if dice.has("skirt_cut", 0.5):
        tools += [Pos(length, 0, s * outer) * rod(outer * 1.2, 4 * outer, axis="y") for s in (1, -1)]
    if dice.has("crown_pocket", 0.4):
        tools += [rod(outer * 0.7, outer * 0.3, (0, 0, s * outer * 0.4), "x") for s in dice.pick((1, -1), (0,))]
    return cut(body, tools)


def handwheel(dice: Dice) -> Shape:
    """Handwheel: rim, straight or holed spokes, hub with keyway, grip."""
    outer, rim = dice.mm("diameter", 60, 250, 5) / 2, dice.mm("rim", 6, 18)
    rim = min(rim, outer * 0.22)
    hub, bore, height = outer * dice.ratio(0.18, 0.3), outer * dice.ratio(0.06, 0.12), rim * 1.8
    if dice.has("round_rim", 0.5):
        ring = Rot(0, 90, 0) * Torus(outer - rim / 2, rim / 2)
    else:
        edge = [(-rim / 2, outer - rim * 0.3), (-rim * 0.2, outer), (rim * 0.2, outer), (rim / 2, outer - rim * 0.3)]
        ring = turned(edge, [(-rim, outer - rim), (rim, outer - rim)])
    spokes = dice.count("spokes", 3, 6)
    width = rim * dice.ratio(0.7, 1.4)
    arm = Pos(0, 0, (outer - rim / 2) / 2) * Box(rim * 0.6, width, outer - rim * 0.6)
    bodies = [ring, rod(2 * hub, height, (-height * 0.15, 0, 0), "x")]
    if dice.has("disc", 0.3):
        holes = [circle((outer - hub) * 0.22, p) for p in ring_points(spokes, (outer + hub) / 2)]
        bodies.append(Pos(-rim * 0.2, 0, 0) * axis_level(plate(circle(outer - rim / 2), rim * 0.4, holes)))
    else:
        bodies += [Rot(360 * i / spokes, 0, 0) * arm for i in range(spokes)]
    if dice.has("grip", 0.5):
        bodies.append(rod(rim * 0.9, rim * 4, (-rim * 2, 0, outer - rim / 2), "x"))
    tools = [rod(2 * bore, 400, axis="x")]
    if dice.has("keyway", 0.6):
        tools.append(Pos(0, 0, bore) * Box(400, bore * 0.6, bore * 0.8))
    body = cut(joined(bodies), tools)
    return body if dice.maybe() else Rot(0, 0, 90) * body


def rod_end(dice: Dice) -> Shape:
    """Rod end: eye with a ball, shank or socket, hexagon, grease nipple."""
    eye, bore = dice.mm("eye_diameter", 16, 60) / 2, 0.0
    bore, thick = eye * dice.ratio(0.35, 0.5), eye * dice.ratio(0.6, 0.9)
    run, shank = dice.mm("shank_length", 15, 70) + eye, eye * dice.ratio(0.5, 0.8)
    ring = Pos(0, 0, -thick / 2) * plate(circle(eye), thick)
    ring = chamfered(ring, lambda edges: edges, eye * 0.1)
    bodies = [ring, rod(shank, run - eye * 0.8, ((run + eye * 0.8) / 2, 0, 0), "x")]
    if dice.has("hexagon", 0.5):
        nut = plate(polygon(ring_points(6, shank * 0.75)), shank * 0.8)
        bodies.append(Pos(run * 0.6, 0, 0) * axis_level(nut))
    if dice.has("grease_nipple", 0.3):
        bodies.append(rod(eye * 0.2, eye * 0.5, (-eye, 0, 0), "x"))
    body = joined(bodies) - Cylinder(eye * 0.75, thick * 2)
    if dice.has("socket", 0.4):
        body = body - rod(shank * 0.6, run, (run * 0.85 + run / 2, 0, 0), "x")
    if not dice.has("ball", 0.75):
        bush = Pos(0, 0, -thick * 0.6) * plate(circle(eye * 0.75), thick * 1.2, [circle(bore)])
        return standing(assembled([body, bush]))
    ball = (Sphere(eye * 0.74) & Box(400, 400, thick * 1.25)) - Cylinder(bore, 400)
    return standing(assembled([body, ball]))


def hose_fitting(dice: Dice) -> Shape:
    """Hose tail: barbs, hexagon, threaded end, through bore; straight or elbowed."""
    radius, barbs = dice.mm("diameter", 6, 24) / 2, dice.count("barbs", 2, 6)
    pitch, bore = radius * dice.ratio(0.7, 1.1), radius * 0.55
    profile: list[Point] = [(0, radius * 0.8)]
    for i in range(barbs):
        profile += [((i + 0.9) * pitch, radius), ((i + 1) * pitch, radius), ((i + 1) * pitch, radius * 0.8)]
    x = barbs * pitch + radius
    profile += [(x, radius * 0.8)]
    hexagon = plate(polygon(ring_points(6, radius * dice.ratio(1.4, 1.9))), radius)
    body = turned(profile) + Pos(x - 0.1, 0, 0) * axis_level(hexagon)
    run = dice.mm("thread_length", 6, 24)
    if dice.has("elbow", 0.35):
        at = x + radius
        bend = [
            rod(radius * 2, radius * 2, (at + radius * 0.9, 0, 0), "x"),
            Pos(at + radius * 1.8, 0, 0) * Sphere(radius),
        ]
        leg = Pos(at + radius * 1.8, 0, -(run + radius) / 2) * Cylinder(radius, run + radius)
        bores = [rod(2 * bore, 2 * at, (at * 0.8, 0, 0), "x"), Pos(at + radius * 1.8, 0, -250) * Cylinder(bore, 500)]
        return cut(joined([body, *bend, leg]), bores)
    stub = [(px + x + radius - 0.1, r) for px, r in reversed(_mirrored(_ringed(dice, run, radius * 1.1), run))]
    return cut(body + turned(stub), [rod(2 * bore, 2000, axis="x")])


def _mirrored(profile: list[Point], length: float) -> list[Point]:
    return [(length - x, r) for x, r in profile]


def pipe_fitting(dice: Dice) -> Shape:
    """Elbow, tee, cross or reducer with flanged, collared or plain ends."""
    radius, wall = dice.mm("outer_diameter", 20, 90) / 2, dice.mm("wall", 2, 6)
    reach = radius * dice.ratio(1.6, 2.6)
    style = dice.pick("elbow", "tee", "cross", "reducer")
    dice.has(style, 1)
    angles = {"elbow": (0, 90), "tee": (0, 180, 90), "cross": (0, 90, 180, 270), "reducer": (0, 180)}[style]
    legs = [Rot(0, -a, 0) * turned([(0, radius), (reach, radius)]) for a in angles]
    bores = [Rot(0, -a, 0) * turned([(0, radius - wall), (reach * 2, radius - wall)]) for a in angles]
    if style == "elbow":
        legs.append(Sphere(radius))
        bores.append(Sphere(radius - wall))
    if style == "reducer":
        small = radius * dice.ratio(0.45, 0.7)
        legs[1] = turned([(-2 * reach, small), (-reach, small), (-reach * 0.2, radius), (0, radius)])
        bores[1] = turned(
            [(-3 * reach, small - wall), (-reach, small - wall), (-reach * 0.2, radius - wall), (0, radius - wall)]
        )
    ends = [_pipe_end(dice, radius, reach, a) for a in angles[:1] if dice.has("flange", 0.7)]
    ends += [_pipe_end(dice, radius, reach, a) for a in angles[1:] if ends and style != "reducer"]
    return cut(joined(legs + ends), bores)


def _pipe_end(dice: Dice, radius: float, reach: float, angle: float) -> Shape:
    """Flange or collar at the end of a leg; the same for every leg of one fitting."""
    thick, outer = dice.params.setdefault("flange_thickness", 8.0), radius * 1.75
    holes = [circle(radius * 0.14, p) for p in ring_points(4, radius * 1.4, 45)]
    disc = plate(circle(outer), thick, holes)
    return Rot(0, -angle, 0) * Pos(reach - thick, 0, 0) * axis_level(disc)
