"""Families made on a lathe: shafts, bushes, flanges, pulleys, couplings."""

from __future__ import annotations

from build123d import Box, Cylinder, Pos, Rot

from training.parts.dice import Dice
from training.parts.shapes import (
    Point,
    Shape,
    axis_level,
    circle,
    cone,
    cut,
    disc_as_drafted,
    drilled,
    fastener_holes,
    joined,
    plate,
    polar,
    polygon,
    rectangle,
    ring_points,
    rod,
    steps,
    turned,
)

BORES = (4, 5, 6, 8, 10, 12, 15, 17, 20, 25, 30)


def shaft(dice: Dice) -> Shape:
    """Stepped shaft: keyways, flats, grooves, centre bores, cross holes."""
    count = dice.count("steps", 1, 6)
    peak = dice.count("widest_step", 0, count - 1)
    radii = [dice.mm(f"diameter_{i}", 8, 40, 1) / 2 for i in range(count)]
    radii = sorted(radii[: peak + 1]) + sorted(radii[peak + 1 :], reverse=True)
    lengths = [dice.mm(f"length_{i}", 8, 70, 1) for i in range(count)]
    total = sum(lengths)
    body = turned(with_ends(dice, _with_grooves(dice, lengths, radii)))
    starts = [sum(lengths[:i]) for i in range(count)]
    tools = [_keyway(dice, starts[i], lengths[i], radii[i]) for i in range(count) if dice.has("keyway", 0.3)]
    if dice.has("cross_hole", 0.25):
        tools.append(rod(radii[0] * 0.6, 100, (lengths[0] / 2, 0, 0), dice.pick("y", "z")))
    if dice.has("flat", 0.25):
        tools += _flats(dice, total, lengths[-1], radii[-1])
    if dice.has("end_hole", 0.35):
        tools.append(rod(radii[-1] * 0.7, 30, (total - dice.mm("end_hole_depth", 5, 14), 0, 0), "x"))
    return cut(body, tools)


def _with_grooves(dice: Dice, lengths: list[float], radii: list[float]) -> list[Point]:
    """Step profile with ring grooves at some shoulders."""
    profile: list[Point] = []
    x = 0.0
    for length, radius in zip(lengths, radii, strict=True):
        profile += [(x, radius)]
        if length > 14 and dice.has("groove", 0.3):
            width, depth = dice.pick(1.5, 2.0, 3.0), radius * 0.12
            at = x + dice.pick(0.15, 0.5, 0.8) * length
            profile += [(at, radius), (at, radius - depth), (at + width, radius - depth), (at + width, radius)]
        x += length
        profile += [(x, radius)]
    return profile


def with_ends(dice: Dice, profile: list[Point]) -> list[Point]:
    """The profile with both ends chamfered."""
    size = dice.pick(0.5, 1.0, 1.5, 2.0)
    (x0, r0), (x1, r1) = profile[0], profile[-1]
    return [(x0, r0 - size), (x0 + size, r0), *profile[1:-1], (x1 - size, r1), (x1, r1 - size)]


def _keyway(dice: Dice, start: float, length: float, radius: float) -> Shape:
    width, run = round(radius * 0.55, 1), round(length * 0.7, 1)
    at = start + length / 2
    outline = rectangle(run, width, (at, 0), dice.pick(0.0, width / 2))
    top = Pos(0, 0, radius * 0.72) * plate(outline, radius)
    return top if dice.maybe() else Rot(dice.pick(90, -90, 180), 0, 0) * top


def _flats(dice: Dice, total: float, length: float, radius: float) -> list[Shape]:
    run, depth = min(length, dice.mm("flat_length", 6, 24)), radius * 0.25
    sides = dice.pick([0], [0, 180], [0, 90, 180, 270])
    block = Pos(total - run / 2, 0, 2 * radius - depth) * Box(run, 4 * radius, 2 * radius)
    return [Rot(angle, 0, 0) * block for angle in sides]


def bushing(dice: Dice) -> Shape:
    """Bush, collar or spacer: flange, cross holes, grooves, slits, lubrication slots."""
    bore = dice.sizes(BORES, "bore") / 2
    outer = bore + dice.mm("wall", 1.5, 8, 0.5)
    length = dice.mm("length", 5, 60)
    profile = steps([length], [outer])
    if dice.has("flange", 0.5):
        thick, flange = dice.mm("flange_thickness", 2, 6), outer + dice.mm("flange_width", 3, 12)
        profile = steps([thick, length], [flange, outer])
    if dice.has("second_step", 0.35):
        profile += steps([dice.mm("step_length", 4, 25)], [outer - (outer - bore) * 0.4], profile[-1][0])
    end = profile[-1][0]
    inside: list[Point] = [(-1, bore), (end + 1, bore)]
    if dice.has("counterbore", 0.35):
        wide = bore + (outer - bore) * 0.5
        inside = [(-1, wide), (end * 0.3, wide), (end * 0.3, bore), (end + 1, bore)]
    body = turned(with_ends(dice, profile), inside)
    tools: list[Shape] = []
    if dice.has("cross_hole", 0.35):
        around = dice.pick([0], [0, 90], [0, 120, 240])
        tools += [Rot(a, 0, 0) * rod(min(bore, 5), 2 * outer, (end * 0.6, 0, outer)) for a in around]
    if dice.has("slit", 0.25):
        tools.append(Pos(end / 2, 0, outer) * Box(2 * end, dice.pick(1.0, 2.0, 3.0), 2 * outer))
    if dice.has("flange_hole", 0.4, possible="flange" in dice.features):
        at = ring_points(dice.pick(2, 3, 4, 6), (outer + profile[0][1]) / 2)
        tools += [rod((profile[0][1] - outer) * 0.45, 40, (0, y, z), "x") for y, z in at]
    return cut(body, tools)


def flange(dice: Dice) -> Shape:
    """Round or square flange: hub, raised face, bolt circles, ribs, cut sides."""
    outer = dice.mm("outer_diameter", 50, 200, 5) / 2
    thick = dice.mm("thickness", 5, 22)
    bore, hub_d = outer * dice.ratio(0.15, 0.45), 0.0
    outline = dice.pick(circle(outer), circle(outer), rectangle(1.8 * outer, 1.8 * outer, radius=outer * 0.25))
    body = plate(outline, thick)
    if dice.has("hub", 0.6):
        hub_d, height = bore * 2 * dice.ratio(1.3, 1.6), dice.mm("hub_height", 8, 60)
        hub = cone(hub_d * 1.1, hub_d, height, (0, 0, thick + height / 2))
        body = body + hub
        if dice.has("rib", 0.3):
            body = body + _ribs(dice, thick, hub_d, height, outer * 0.85)
    if dice.has("raised_face", 0.4):
        body = body + Pos(0, 0, -1.5) * Cylinder(max(hub_d / 2, bore) + outer * 0.1, 3)
    body = body - Cylinder(bore, 400)
    at = ring_points(dice.pick(3, 4, 4, 6, 8, 12), outer * 0.78, dice.pick(0.0, 45.0))
    body = fastener_holes(dice, body, at, diameter=max(3.0, round(outer * 0.11)), depth=thick, top=thick)
    if dice.has("inner_bolt_circle", 0.3):
        body = drilled(body, ring_points(dice.pick(3, 4, 6), max(hub_d / 2, bore) + outer * 0.12), outer * 0.06)
    if dice.has("cut_side", 0.3):
        sides = dice.pick((1,), (1, -1))
        body = cut(body, [Pos(s * outer * 1.58, 0, 0) * Box(1.6 * outer, 3 * outer, 2 * thick) for s in sides])
    return disc_as_drafted(dice, body)


def _ribs(dice: Dice, base: float, hub_d: float, height: float, reach: float) -> list[Shape]:
    count, thick = dice.pick(3, 4, 6), dice.mm("rib_thickness", 3, 8)
    profile = polygon([(hub_d * 0.3, 0), (reach * 0.85, 0), (hub_d * 0.3, height * 0.9)])
    rib = Pos(0, thick / 2, base) * Rot(90, 0, 0) * plate(profile, thick)
    return [Rot(0, 0, 360 * i / count + 30) * rib for i in range(count)]


def v_pulley(dice: Dice) -> Shape:
    """Belt pulley: V, round or flat grooves, web, spoke holes, hub, keyway, set screw."""
    outer = dice.mm("outer_diameter", 30, 160, 2) / 2
    grooves, pitch = dice.count("grooves", 1, 4), dice.mm("groove_pitch", 8, 16)
    depth, width = min(outer * 0.3, pitch * 0.8), grooves * pitch + 4
    profile: list[Point] = [(0, outer)]
    shape = dice.pick("v", "flat", "round")
    for i in range(grooves):
        middle = 2 + pitch * (i + 0.5)
        half = pitch * 0.38
        low = {"v": half * 0.4, "flat": half, "round": half * 0.6}[shape]
        profile += [(middle - half, outer), (middle - low, outer - depth), (middle + low, outer - depth)]
        profile += [(middle + half, outer)]
    profile.append((width, outer))
    bore = min(outer * 0.35, dice.sizes(BORES, "bore") / 2)
    if dice.has("hub", 0.6):
        profile += steps([dice.mm("hub_length", 6, 25)], [max(bore * 1.6, outer * 0.4)], width)
    body = turned(profile, [(-1, bore), (profile[-1][0] + 1, bore)])
    rim = outer - depth - 4
    tools: list[Shape] = []
    if dice.has("web", 0.5, possible=rim > bore * 2.2):
        ring = plate(circle(rim), width * 0.35, [circle(bore * 1.7)])
        tools.append(Pos(-0.01, 0, 0) * axis_level(ring))
        if dice.has("web_hole", 0.6):
            at = ring_points(dice.pick(3, 4, 5, 6), (rim + bore * 1.7) / 2)
            tools += [rod((rim - bore * 1.7) * 0.6, 3 * width, (width / 2, y, z), "x") for y, z in at]
    if dice.has("keyway", 0.5):
        tools.append(Pos(0, 0, bore) * Box(400, bore * 0.6, bore * 0.7))
    if dice.has("set_screw", 0.4):
        tools.append(rod(min(5, bore), outer * 2, (profile[-1][0] - 4, 0, outer)))
    return cut(body, tools)


def coupling(dice: Dice) -> Shape:
    """Shaft coupling: rigid with clamp slits, beam with cross slits, or jaw half."""
    outer, length = dice.mm("outer_diameter", 16, 60) / 2, dice.mm("length", 20, 80)
    bore_a, bore_b = (outer * dice.ratio(0.3, 0.55) for _ in range(2))
    body = turned(with_ends(dice, steps([length], [outer])), steps([length / 2, length / 2], [bore_a, bore_b]))
    style = dice.pick("clamp", "beam", "jaw", "set_screw")
    dice.has(style, 1)
    if style == "clamp":
        return cut(body, _clamp_cuts(dice, outer, length))
    if style == "beam":
        count = dice.count("slits", 2, 7)
        gap = length * 0.6 / count
        at = [length * 0.2 + gap * (i + 0.5) for i in range(count)]
        slits = [Pos(x, outer * 0.35 * (-1) ** i, 0) * Box(gap * 0.4, 2 * outer, 3 * outer) for i, x in enumerate(at)]
        return cut(body, slits + _screws(dice, outer, length))
    if style == "jaw":
        count, height = dice.pick(2, 3, 4), length * 0.3
        jaws = [Rot(360 * i / count, 0, 0) * _jaw(length, height, outer, count) for i in range(count)]
        return cut(joined([body, *jaws]), [rod(2 * bore_b, 400, axis="x"), *_screws(dice, outer, length)[:1]])
    return cut(body, _screws(dice, outer, length))


def _jaw(x: float, height: float, outer: float, count: int) -> Shape:
    ends = [polar(outer * 1.5, a) for a in (-80 / count, 80 / count)]
    wedge = axis_level(plate(polygon([(0, 0), *ends]), height))
    return (Pos(x - 0.01, 0, 0) * wedge) & rod(2 * outer, 400, axis="x")


def _clamp_cuts(dice: Dice, outer: float, length: float) -> list[Shape]:
    slit, screws = outer * 0.14, dice.pick(2, 4)
    cuts: list[Shape] = [Pos(length / 2, 0, outer) * Box(2 * length, slit, 2 * outer)]
    if dice.has("split", 0.4):
        cuts.append(Pos(length / 2, 0, -outer) * Box(2 * length, slit, 2 * outer))
    for i in range(screws):
        x = length * (i + 0.5) / screws
        cuts += [rod(outer * 0.22, 4 * outer, (x, 0, outer * 0.7), "y")]
        cuts += [rod(outer * 0.4, outer, (x, -outer, outer * 0.7), "y")]
    return cuts


def _screws(dice: Dice, outer: float, length: float) -> list[Shape]:
    angle = dice.pick(0, 90)
    return [
        Rot(a, 0, 0) * rod(outer * 0.25, outer * 2, (x, 0, outer))
        for x, a in ((length * 0.12, 0), (length * 0.88, angle))
    ]
