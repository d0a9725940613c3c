"""Toothed families: gears, timing pulleys, cams, sprockets, racks, index wheels."""

from __future__ import annotations

from math import acos, cos, degrees, pi, radians, sin, tan

from build123d import Box, Cylinder, Edge, Pos, Rot, Wire

from training.parts.dice import Dice
from training.parts.shapes import (
    Point,
    Shape,
    circle,
    cut,
    disc_as_drafted,
    joined,
    pierced,
    plate,
    polar,
    polygon,
    rectangle,
    ring_points,
    rod,
    slot,
    spline,
    standing,
)

PRESSURE_ANGLE = 20.0


def spur_gear(dice: Dice) -> Shape:
    """Spur gear with involute flanks, or internal ring gear: web, hub, lightening holes or spokes, keyway."""
    module, teeth = dice.pick(1.0, 1.5, 2.0, 2.5, 3.0), dice.count("teeth", 10, 30)
    dice.params["module"] = module
    pitch_r, width = module * teeth / 2, dice.mm("face_width", 5, 30)
    if dice.has("internal", 0.15):
        rim = pitch_r + module * 5
        body = plate(circle(rim), width, [polygon(_gear(module, teeth))])
        return disc_as_drafted(dice, pierced(body, ring_points(6, rim - module * 1.8), module * 1.4))
    body = plate(polygon(_gear(module, teeth)), width)
    bore, root = pitch_r * dice.ratio(0.15, 0.35), pitch_r - 2 * module
    if dice.has("hub", 0.5):
        body = body + plate(circle(min(bore * 1.8, root * 0.9)), width + dice.mm("hub_height", 4, 25))
    body = body - Cylinder(bore, 400)
    if root > bore * 2.4:
        body = _lightened(dice, body, root - module, bore * 1.7, width)
    if dice.has("keyway", 0.5):
        body = cut(body, [Pos(0, bore, 0) * Box(bore * 0.6, bore * 0.7, 400)])
    return disc_as_drafted(dice, body)


def _gear(module: float, teeth: int) -> list[Point]:
    """Outline with involute flanks of four points each."""
    pitch_r = module * teeth / 2
    base_r, tip_r, root_r = pitch_r * cos(radians(PRESSURE_ANGLE)), pitch_r + module, pitch_r - 1.25 * module
    half = 90 / teeth + degrees(_involute(base_r, pitch_r))
    lowest = max(base_r, root_r)
    flank = [lowest + (tip_r - lowest) * i / 3 for i in range(4)]
    outline: list[Point] = []
    for tooth in range(teeth):
        middle = 360 * tooth / teeth
        spread = [half - degrees(_involute(base_r, r)) for r in flank]
        outline.append(polar(root_r, middle - spread[0]))
        outline += [polar(r, middle - s) for r, s in zip(flank, spread, strict=True)]
        outline += [polar(r, middle + s) for r, s in zip(flank[::-1], spread[::-1], strict=True)]
        outline.append(polar(root_r, middle + spread[0]))
    return outline


def _involute(base_r: float, r: float) -> float:
    angle = acos(min(1.0, base_r / r))
    return tan(angle) - angle


def _lightened(dice: Dice, body: Shape, outer: float, inner: float, width: float) -> Shape:
    style = dice.pick("solid", "web", "holes", "spokes", "web_holes")
    dice.has(style, 1)
    if style.startswith("web"):
        recess = plate(circle(outer), width, [circle(inner)])
        body = cut(body, [Pos(0, 0, width * 0.65) * recess, Pos(0, 0, -width * 0.65) * recess])
    if style.endswith("holes"):
        count = dice.count("holes", 3, 8)
        room = min((outer - inner) * 0.7, 2 * sin(pi / count) * (outer + inner) / 2 * 0.7)
        body = pierced(body, ring_points(count, (outer + inner) / 2), room)
    if style == "spokes":
        count = dice.count("spokes", 3, 6)
        windows = plate(circle(outer), 400, [circle(inner)], z=-200)
        arms = [Pos(*polar(outer / 2, 360 * i / count), 0) * _arm(outer, 360 * i / count) for i in range(count)]
        body = cut(body, [cut(windows, arms)])
    return body


def _arm(length: float, angle: float) -> Shape:
    return plate(rotated_bar(length, length * 0.2, angle), 600, z=-300)


def rotated_bar(length: float, width: float, angle: float) -> Wire:
    """A rectangle about the origin, its length at `angle`."""
    c, s = cos(radians(angle)) / 2, sin(radians(angle)) / 2
    corners = [(1, 1), (-1, 1), (-1, -1), (1, -1)]
    return polygon([(x * length * c - y * width * s, x * length * s + y * width * c) for x, y in corners])


def timing_pulley(dice: Dice) -> Shape:
    """Timing-belt pulley: round or trapezoid teeth, one or two flanges, hub with set screws."""
    pitch, teeth = dice.pick(2.0, 3.0, 5.0), dice.count("teeth", 12, 28)
    outer, width = pitch * teeth / (2 * pi), dice.mm("belt_width", 6, 25)
    groove, depth = pitch * 0.33, pitch * 0.38
    outline = _grooved(teeth, outer, groove / outer * 57.3, depth, dice.pick(0.6, 0.9))
    body = plate(polygon(outline), width)
    flanges = dice.count("flanges", 0, 2)
    rims = [plate(circle(outer * 1.12), 1.5, z=z) for z in (-1.5, width)[:flanges]]
    if dice.has("hub", 0.75):
        rims.append(plate(circle(outer * dice.ratio(0.6, 1.1)), dice.mm("hub_height", 5, 15), z=width + 1.5))
        rims.append(plate(circle(outer * 0.5), 3, z=width - 1))
    bore = outer * dice.ratio(0.2, 0.45)
    body = (body + rims if rims else body) - Cylinder(bore, 400)
    if dice.has("set_screw", 0.6):
        body = cut(body, [rod(bore * 0.5, outer * 2, (outer, 0, width + 5), "x")])
    return disc_as_drafted(dice, body)


def _grooved(teeth: int, outer: float, half_angle: float, depth: float, taper: float) -> list[Point]:
    outline: list[Point] = []
    for i in range(teeth):
        a = 360 * i / teeth
        outline += [polar(outer, a - half_angle), polar(outer - depth, a - half_angle * taper)]
        outline += [polar(outer - depth, a + half_angle * taper), polar(outer, a + half_angle)]
    return outline


def cam(dice: Dice) -> Shape:
    """Disc cam or eccentric: free lobe curve, bore, keyway, hub, track groove."""
    base, lift, thick = dice.mm("base_radius", 15, 60), dice.mm("lift", 4, 30), dice.mm("thickness", 5, 25)
    style = dice.pick("lobe", "eccentric", "heart", "snail")
    dice.has(style, 1)
    outline = circle(base + lift / 2, (lift * 0.6, 0)) if style == "eccentric" else _cam_curve(style, base, lift)
    body = plate(outline, thick)
    if dice.has("hub", 0.5):
        body = body + plate(circle(base * 0.55), thick * 1.8)
    bore = base * dice.ratio(0.2, 0.4)
    body = body - Cylinder(bore, 400)
    if dice.has("keyway", 0.6):
        body = cut(body, [Pos(0, bore, 0) * Box(bore * 0.6, bore * 0.7, 400)])
    if dice.has("pin_hole", 0.5):
        body = pierced(body, ring_points(dice.pick(1, 2, 3), base * 0.75, 20), base * 0.14)
    return disc_as_drafted(dice, body)


def _cam_curve(style: str, base: float, lift: float) -> Wire:
    if style == "snail":
        rise = Edge.make_spline([(*polar(base + lift * a / 360, a), 0) for a in range(0, 361, 30)])
        return Wire([rise, Edge.make_line(rise @ 1, rise @ 0)])
    exponent = 4 if style == "lobe" else 1
    return spline([polar(base + lift * ((1 + cos(radians(a))) / 2) ** exponent, a) for a in range(0, 360, 12)])


def sprocket(dice: Dice) -> Shape:
    """Chain sprocket: round tooth gaps, one or two rows, hub, slots or holes in the web."""
    pitch, teeth = dice.pick(6.35, 9.525, 12.7), dice.count("teeth", 9, 36)
    pitch_r, thick, roller = pitch / (2 * sin(pi / teeth)), pitch * dice.pick(0.3, 0.5), pitch * 0.31
    disc = plate(circle(pitch_r + pitch * 0.3), thick)
    one = pierced(disc, ring_points(teeth, pitch_r), 2 * roller)
    body = one
    if dice.has("double", 0.25):
        body = joined([one, Pos(0, 0, thick * 2.4) * one, plate(circle(pitch_r * 0.7), 3 * thick)])
    hub, bore = pitch_r * dice.ratio(0.35, 0.55), pitch_r * dice.ratio(0.12, 0.28)
    if dice.has("hub", 0.6):
        body = body + plate(circle(hub), dice.mm("hub_height", 10, 35))
    body = body - Cylinder(bore, 600)
    room = pitch_r - pitch * 0.6 - hub
    if room > 8 and dice.has("web_slot", 0.6):
        middle, count = (pitch_r - pitch * 0.6 + hub) / 2, dice.count("openings", 3, 6)
        reach = ((pitch_r - pitch * 0.6) ** 2 - (middle + room * 0.25) ** 2) ** 0.5  # keeps the slot inside the rim
        long = min(dice.pick(room * 0.6, middle * 4 / count), 1.8 * reach)
        holes = [slot(max(long, room * 0.55), room * 0.5, polar(middle, a), a + 90) for a in _angles(count)]
        body = cut(body, [plate(hole, 400, z=-200) for hole in holes])
    return disc_as_drafted(dice, body)


def _angles(count: int) -> list[float]:
    return [360 * i / count for i in range(count)]


def rack(dice: Dice) -> Shape:
    """Toothed rack: straight bar, mounting holes, step, toothed over a part or all of its length."""
    module, teeth = dice.pick(1.5, 2.0, 3.0, 4.0), dice.count("teeth", 8, 30)
    pitch, height, width = pi * module, module * dice.ratio(5.0, 9.0), dice.mm("width", 8, 35)
    margin = pitch * dice.pick(0, 0, 1, 3)
    length = pitch * teeth + 2 * margin
    top: list[Point] = []
    for i in range(teeth):
        x = margin + pitch * (i + 0.5)
        top += [
            (x - pitch * 0.43, -module),
            (x - pitch * 0.14, module),
            (x + pitch * 0.14, module),
            (x + pitch * 0.43, -module),
        ]
    if not dice.has("upward_ends", 0.3) and margin:
        top = [(margin, module), *top, (length - margin, module)]
    outline = [(0.0, -height), (0.0, -module), *top, (length, -module), (length, -height)]
    body = plate(polygon(outline), width)
    if dice.has("foot", 0.4):
        body = body + plate(
            polygon([(0, -height), (length, -height), (length, -height * 0.8), (0, -height * 0.8)]), width * 1.8
        )
    count = dice.count("holes", 2, 5)
    at = [(length * (i + 0.5) / count, -height * 0.55) for i in range(count)]
    if dice.has("side_hole", 0.6):
        body = pierced(body, at, min(height * 0.35, 8))
    else:
        body = cut(body, [rod(width * 0.3, 4 * height, (x, 0, width / 2), "y") for x, _ in at])
    return standing(body)


def ratchet(dice: Dice) -> Shape:
    """Ratchet or Geneva wheel, encoder disc, star wheel: one-way teeth, slots, windows, a boss."""
    outer, thick, count = (
        dice.mm("outer_diameter", 30, 140) / 2,
        dice.mm("thickness", 2, 14),
        dice.count("divisions", 4, 24),
    )
    style = dice.pick("ratchet", "geneva", "encoder", "star")
    dice.has(style, 1)
    if style == "ratchet":
        deep = outer * dice.ratio(0.75, 0.9)
        points = [p for a in _angles(count) for p in (polar(outer, a), polar(deep, a + 12 / count))]
        body = plate(polygon(points), thick)
    elif style == "geneva":
        count = min(count, 8)
        body = plate(circle(outer), thick)
        slots = [plate(slot(outer, outer * 0.14, polar(outer, a), a), 400, z=-200) for a in _angles(count)]
        bites = [
            plate(circle(outer * 1.6 / count, polar(outer * 1.12, a + 180 / count)), 400, z=-200)
            for a in _angles(count)
        ]
        body = cut(body, slots + bites)
    elif style == "encoder":
        window = rectangle(outer * 0.2, outer * 2.4 / count, (outer * 0.84, 0))
        body = plate(circle(outer), thick)
        body = cut(body, [plate(rotated(window, a), 400, z=-200) for a in _angles(count)])
    else:
        points = [
            polar(outer * (1.0 if i % 2 else dice.params.setdefault("waist", 0.6)), 180 * i / count)
            for i in range(2 * count)
        ]
        body = plate(polygon(points), thick)
    if dice.has("boss", 0.5):
        body = body + Cylinder(outer * 0.3, thick * 3)
    return disc_as_drafted(dice, body - Cylinder(outer * dice.ratio(0.08, 0.2), 400))


def rotated(wire: Wire, angle: float) -> Wire:
    return Rot(0, 0, angle) * wire
