"""More prismatic families: clamps, V blocks, heat sinks, clevises, slides."""

from __future__ import annotations

from build123d import Box, Pos, Rot

from training.parts.dice import Dice
from training.parts.shapes import (
    Point,
    Shape,
    circle,
    cut,
    fastener_holes,
    grid_points,
    joined,
    pierced,
    plate,
    polygon,
    rectangle,
    ring_points,
    rod,
    rounded,
    standing,
)


def split_clamp(dice: Dice) -> Shape:
    """Split clamp: ring or block with a slit, lugs and clamp screws, mounting face."""
    bore, wall, width = dice.mm("bore", 8, 60) / 2, dice.mm("wall", 4, 14), dice.mm("width", 8, 40)
    outer, slit = bore + wall, dice.pick(1.0, 2.0, 3.0)
    lug = wall * dice.ratio(1.4, 2.4)
    style = dice.pick("ring", "block", "two_piece", "hexagonal")
    dice.has(style, 1)
    outline = {
        "ring": circle(outer),
        "block": rectangle(2 * outer, 2 * outer, radius=dice.pick(0.0, wall * 0.6)),
        "two_piece": circle(outer),
        "hexagonal": polygon(ring_points(6, outer * 1.12, 30)),
    }[style]
    sides = (1, -1) if style == "two_piece" else (1,)
    lugs = [plate(rectangle(lug + wall, 2.6 * wall, (s * (outer + lug / 2 - wall / 2), 0)), width) for s in sides]
    body = joined([plate(outline, width), *lugs])
    if dice.has("foot", 0.5, possible=style != "two_piece"):
        foot = plate(rectangle(2.8 * outer, wall * 1.2, (0, -outer - wall * 0.4)), width)
        at = [(x, -outer, width / 2) for x in (-outer * 1.2, outer * 1.2)]
        body = cut(body + foot, [rod(min(wall, width) * 0.6, 9 * wall, p, "y") for p in at])
    tools: list[Shape] = [plate(circle(bore), 400, z=-200)]
    tools += [Pos(s * 2 * outer, 0, 0) * Box(4 * outer, slit, 400) for s in sides]
    levels = dice.pick((0.5,), (0.28, 0.72)) if width > 14 else (0.5,)
    screw = min(lug, width) * 0.35
    tools += [rod(screw, 400, (s * (outer + lug * 0.5), 0, width * z), "y") for s in sides for z in levels]
    return Pos(0, width / 2, 0) * standing(cut(body, tools))


def v_block(dice: Dice) -> Shape:
    """V block, jaw or stop: V grooves of several sizes, side channels, T slots, dowel holes."""
    width, height, length = dice.mm("width", 30, 120, 2), dice.mm("height", 25, 100, 2), dice.mm("length", 25, 140, 2)
    w = width / 2
    body = plate(rectangle(width, height, (0, height / 2)), length)
    deep = min(height * 0.45, w * dice.ratio(0.4, 0.9))
    cuts = [polygon([(-deep, height + 0.01), (0, height - deep), (deep, height + 0.01)])]
    relief = dice.pick(1.0, 2.0, 3.0)
    cuts.append(rectangle(relief, 2 * relief, (0, height - deep)))
    if dice.has("bottom_v", 0.4):
        small = deep * 0.6
        cuts.append(polygon([(-small, -0.01), (small, -0.01), (0, small)]))
    if dice.has("side_channel", 0.6):
        cuts += [rectangle(w * 0.4, height * 0.18, (s * w, height * 0.38)) for s in (1, -1)]
    if dice.has("t_slot", 0.3, possible="bottom_v" not in dice.features):
        cuts += [rectangle(w * 0.4, height * 0.3, (0, 0)), rectangle(w * 0.75, height * 0.1, (0, height * 0.18))]
    body = cut(body, [plate(outline, 400, z=-200) for outline in cuts])
    body = Pos(0, length / 2, 0) * standing(body)
    if dice.has("dowel", 0.6):
        tools = [
            rod(width * 0.08, 400, (s * w * 0.78, 0, height * z), "y")
            for s in (1, -1)
            for z in dice.pick((0.75,), (0.2, 0.75))
        ]
        body = cut(body, tools)
    if dice.has("through_hole", 0.4):
        body = pierced(body, [(0, y * length) for y in dice.pick((0.0,), (0.3, -0.3))], w * 0.24)
    return body


def heat_sink(dice: Dice) -> Shape:
    """Heat sink: straight fins, pins, or fins on both sides; clearings for components and screws."""
    width, length, base = dice.mm("width", 25, 150, 5), dice.mm("length", 25, 150, 5), dice.mm("base", 2, 10)
    rise, count = dice.mm("fin_height", 8, 50), dice.count("fins", 4, 14)
    pitch = width / count
    fin = pitch * dice.ratio(0.25, 0.5)
    body: Shape = Pos(0, 0, base / 2) * Box(width, length, base)
    xs = [(i - (count - 1) / 2) * (width - fin) / (count - 1) for i in range(count)]
    style = dice.pick("straight", "pins", "both_sides", "flared", "stepped")
    dice.has(style, 1)
    heights = [rise * (1 - 0.5 * abs(2 * i / (count - 1) - 1) if style == "stepped" else 1.0) for i in range(count)]
    body = body + [Pos(x, 0, base + h / 2 - 0.01) * Box(fin, length, h) for x, h in zip(xs, heights, strict=True)]
    if style == "both_sides":
        body = body + [Pos(x, 0, -rise * 0.3) * Box(fin, length, rise * 0.61) for x in xs]
    if style == "pins":
        rows = min(8, max(2, round(length / pitch / 1.5)))
        gaps = [
            Pos(0, (j - (rows - 2) / 2) * length / rows, base + rise / 2) * Box(2 * width, length / rows * 0.4, rise)
            for j in range(rows - 1)
        ]
        body = cut(body, gaps)
    if style == "flared":
        body = body + [Pos(s * (width / 2 + 5), 0, base / 2) * Box(12, length, base) for s in (1, -1)]
        body = pierced(body, [(s * (width / 2 + 6), y * length) for s in (1, -1) for y in (0.3, -0.3)], 4)
    if dice.has("clearing", 0.4):
        body = cut(
            body, [Pos(0, length * dice.pick(0.0, 0.25), base + rise) * Box(width * 0.35, length * 0.3, 2 * rise)]
        )
    return body if dice.maybe(0.6) else Rot(90, 0, 0) * body


def clevis(dice: Dice) -> Shape:
    """Fork, yoke or lug: one to three prongs with a pin hole, shank, socket or flange behind."""
    width, height, reach = dice.mm("width", 16, 70), dice.mm("height", 14, 60), dice.mm("reach", 18, 80)
    prongs = dice.count("prongs", 1, 3)
    eye = height / 2
    outline = dice.pick(
        rounded([(0, -eye), (reach + eye, -eye), (reach + eye, eye), (0, eye)], [0, eye * 0.98, eye * 0.98, 0]),
        polygon([(0, -eye), (reach, -eye), (reach + eye, -eye / 2), (reach + eye, eye / 2), (reach, eye), (0, eye)]),
    )
    body = Pos(0, width / 2, 0) * standing(plate(outline, width))
    gaps = prongs if prongs > 1 else 2
    spaces = (
        [(i + 0.5) / gaps - 0.5 for i in range(gaps)]
        if prongs == 1
        else [(i + 1) / prongs - 0.5 for i in range(prongs - 1)]
    )
    gap = width * (0.3 if prongs == 1 else 0.55 / prongs)
    spaces = [-0.5, 0.5] if prongs == 1 else spaces
    long = reach * dice.ratio(0.75, 0.9)
    body = cut(
        body,
        [
            Pos(reach + eye - long / 2 + 1, y * width, 0) * Box(long + eye, gap * (2 if prongs == 1 else 1), 3 * eye)
            for y in spaces
        ],
    )
    body = cut(body, [rod(eye * dice.ratio(0.6, 1.1), 4 * width, (reach, 0, 0), "y")])
    rear = dice.pick("shank", "socket", "flange", "plain")
    dice.has(rear, 1)
    if rear == "shank":
        run = dice.mm("shank", 15, 60)
        return body + rod(eye * 1.1, run, (-run / 2, 0, 0), "x")
    if rear == "socket":
        sleeve = rod(min(width, height) * 0.95, 20, (-10, 0, 0), "x")
        return cut(body + sleeve, [rod(eye * 0.8, 32, (-8, 0, 0), "x")])
    if rear == "flange":
        thick = dice.mm("flange_thickness", 5, 14)
        foot = Pos(-thick / 2, 0, 0) * Box(thick, width * 1.8, height * 1.8)
        at = [(-thick / 2, sy * width * 0.7, sz * height * 0.7) for sy in (1, -1) for sz in (1, -1)]
        return cut(body + foot, [rod(eye * 0.3, 3 * thick, p, "x") for p in at])
    return body


def dovetail_slide(dice: Dice) -> Shape:
    """Dovetail or T slide: tongue or channel along the length, gib screws, clearances, stops."""
    width, height, length = dice.mm("width", 30, 120, 2), dice.mm("height", 14, 50), dice.mm("length", 30, 180, 2)
    w, h = width / 2, height
    neck, wide, deep = w * dice.ratio(0.3, 0.5), w * dice.ratio(0.55, 0.75), h * dice.ratio(0.3, 0.5)
    if dice.has("t_form", 0.35):
        key: list[Point] = [(-neck, 0), (-neck, deep * 0.5), (-wide, deep * 0.5), (-wide, deep)]
    else:
        key = [(-neck, 0), (-wide, deep)]
    key += [(-x, y) for x, y in reversed(key)]
    if dice.has("tongue", 0.45):
        base = rectangle(width, h - deep, (0, -(h - deep) / 2))
        body = plate(base, length) + plate(polygon(key), length)
    else:
        body = cut(plate(rectangle(width, h, (0, h / 2)), length), [plate(polygon(key), 400, z=-200)])
        if dice.has("gib_screw", 0.6):
            zs = [length * f for f in dice.pick((0.25, 0.75), (0.2, 0.5, 0.8))]
            body = cut(body, [rod(deep * 0.4, w, (w, deep * 0.5, z), "x") for z in zs])
    body = Pos(0, length / 2, 0) * standing(body)
    top = body.bounding_box(optimal=False).max.Z
    at = grid_points(2, dice.count("rows", 1, 4), w * 1.5, length * 0.22)
    return fastener_holes(dice, body, at, diameter=w * 0.12, depth=h * 0.5, top=top)
