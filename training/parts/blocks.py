"""Prismatic families: machined blocks, bearing blocks, housings, ribbed brackets, carriages."""

from __future__ import annotations

from build123d import Axis, Box, Pos, Rot

from training.parts.dice import Dice
from training.parts.shapes import (
    Shape,
    chamfered,
    circle,
    cut,
    drilled,
    fastener_holes,
    filleted,
    grid_points,
    pierced,
    plate,
    polygon,
    rectangle,
    ring_points,
    rod,
    slot,
    standing,
    top_edges,
    upright,
)


def machined_block(dice: Dice) -> Shape:
    """Block milled from the solid: steps, pockets, grooves, bores from several sides, tapped rows, broken corners."""
    width, depth, height = dice.mm("width", 20, 140, 2), dice.mm("depth", 16, 100, 2), dice.mm("height", 10, 80, 2)
    body: Shape = Pos(0, 0, height / 2) * Box(width, depth, height)
    for _ in range(dice.count("cuts", 0, 3)):
        body = cut(body, [_block_cut(dice, width, depth, height)])
    if dice.has("pocket", 0.4):
        outline = rectangle(width * dice.ratio(0.3, 0.6), depth * dice.ratio(0.3, 0.6), radius=depth * 0.06)
        body = cut(body, [plate(outline, height, z=height * dice.ratio(0.3, 0.8))])
    if dice.has("side_bore", 0.5):
        bore = min(depth, height) * dice.ratio(0.25, 0.5)
        run, axis = dice.pick((width * 0.9, "x"), (3 * width, "x"), (3 * depth, "y"))
        body = cut(body, [rod(bore, run, (dice.pick(0, width / 2), 0, height * 0.45), axis)])
    if dice.has("bore", 0.4):
        body = pierced(body, [(width * dice.pick(0.0, 0.2, -0.25), 0)], depth * dice.ratio(0.2, 0.5))
    at = grid_points(dice.count("columns", 1, 4), dice.count("rows", 1, 2), width * 0.26, depth * 0.6)
    body = fastener_holes(dice, body, at, diameter=min(width, depth) * 0.09, depth=height, top=height)
    if dice.has("cross_drilling", 0.4):
        body = cut(body, [rod(height * 0.18, 4 * depth, (x, 0, height * 0.25), "y") for x in (-width / 4, width / 4)])
    if dice.has("fillet", 0.35):
        body = filleted(body, upright, min(width, depth) * dice.pick(0.05, 0.12))
    if dice.has("chamfer", 0.3):
        body = chamfered(body, top_edges, dice.pick(0.5, 1.0, 2.0))
    return body


def _block_cut(dice: Dice, width: float, depth: float, height: float) -> Shape:
    """A step, groove, bevel or saddle over the whole depth."""
    x, low = width * dice.pick(-0.5, 0.5, 0.0, 0.25), height * dice.ratio(0.3, 0.75)
    wide = width * dice.ratio(0.2, 0.5)
    kind = dice.pick("step", "v_groove", "saddle", "bevel")
    dice.has(kind, 1)
    outline = {
        "step": rectangle(wide, 2 * (height - low), (x, height)),
        "v_groove": polygon([(x - wide / 2, height + 1), (x, low), (x + wide / 2, height + 1)]),
        "saddle": circle(min(wide, height - low) * 0.7, (x, height)),
        "bevel": polygon([(width / 2 - wide, height + 1), (width / 2 + 1, low), (width / 2 + 1, height + 1)]),
    }[kind]
    return Pos(0, 2 * depth, 0) * standing(plate(outline, 4 * depth))


def pillow_block(dice: Dice) -> Shape:
    """Bearing block: foot, arch or square body, stepped bore, split cap, ribs, foot holes or slots."""
    bore, wall = dice.mm("bore", 10, 60) / 2, dice.mm("wall", 5, 20)
    width, centre, foot = dice.mm("width", 14, 60), bore + wall + dice.mm("rise", 4, 40), dice.mm("foot_height", 6, 20)
    outer, half = bore + wall, bore + wall + dice.mm("foot_reach", 12, 50)
    head = dice.pick("arch", "square", "bevelled", "flange_mounted")
    dice.has(head, 1)
    if head == "square":
        body = plate(rectangle(2 * outer, centre + outer, (0, (centre + outer) / 2)), width)
    elif head == "bevelled":
        top = centre + outer
        body = plate(polygon([(-outer * 1.3, 0), (outer * 1.3, 0), (outer * 0.6, top), (-outer * 0.6, top)]), width)
    else:
        body = plate(rectangle(2 * outer, centre, (0, centre / 2)), width) + plate(circle(outer, (0, centre)), width)
    sole = plate(rectangle(2 * half, foot, (0, foot / 2), dice.pick(0.0, 2.0)), width * dice.pick(1, 1, 1.4))
    body = body + sole
    if dice.has("rib", 0.35):
        body = body + plate(
            polygon([(-half * 0.95, foot), (half * 0.95, foot), (0, centre + outer * 0.6)]), width * 0.3
        )
    body = pierced(body, [(0, centre)], 2 * bore * 0.8)
    body = drilled(body, [(0, centre)], 2 * bore, width * dice.ratio(0.4, 0.9), width * 2 - width * dice.pick(0.6, 1.0))
    tools = [_foot_hole(dice, x, width, foot) for x in ((half + outer) / 2, -(half + outer) / 2)]
    if dice.has("split", 0.3):
        tools.append(Pos(outer, centre, 0) * Box(2 * outer, 2, 400))
    if dice.has("grease_hole", 0.4):
        tools.append(rod(4, 2 * outer, (0, centre + outer, width / 2), "y"))
    return Pos(0, width / 2, 0) * standing(cut(body, tools))


def _foot_hole(dice: Dice, x: float, width: float, foot: float) -> Shape:
    size = width * dice.params.setdefault("foot_hole_share", 0.32)
    return rod(size, 4 * foot, (x, 0, width / 2), "y")


def housing(dice: Dice) -> Shape:
    """Box housing: walls, screw bosses, flange or ears, ports with collars, ribs, windows."""
    width, depth, height = dice.mm("width", 50, 220, 5), dice.mm("depth", 40, 160, 5), dice.mm("height", 20, 100, 2)
    wall, radius = dice.mm("wall", 2, 8), dice.pick(0.0, 3.0, 8.0, 15.0)
    body = plate(rectangle(width, depth, radius=radius), height)
    inside = plate(rectangle(width - 2 * wall, depth - 2 * wall, radius=max(0.0, radius - wall)), height, z=wall)
    body = cut(body, [inside])
    boss = max(3.0, wall * 1.2)
    x, y = width / 2 - wall - boss * 0.8, depth / 2 - wall - boss * 0.8
    corners = [(sx * x, sy * y) for sx in (1, -1) for sy in (1, -1)]
    if dice.has("boss", 0.7):
        body = drilled(body + [plate(circle(boss, p), height) for p in corners], corners, boss, height * 0.6, height)
    if dice.has("flange", 0.35):
        lip = plate(rectangle(width + 24, depth + 24, radius=radius + 6), wall, [rectangle(width - wall, depth - wall)])
        at = [(sx * (width / 2 + 6), sy * (depth / 2 + 6)) for sx in (1, -1) for sy in (1, -1)]
        body = pierced(body + Pos(0, 0, height - wall) * lip, at, 5)
    if dice.has("ear", 0.35):
        body = _with_ears(dice, body, width, wall)
    if dice.has("port", 0.6):
        body = _with_port(dice, body, width, height, wall)
    if dice.has("window", 0.5):
        opening = Box(width * dice.ratio(0.2, 0.5), 4 * wall, height * 0.4)
        body = cut(body, [Pos(width * dice.pick(0.0, 0.15), -depth / 2, height * 0.5) * opening])
    if dice.has("floor_bore", 0.4):
        body = drilled(body, [(-width * 0.15, 0)], depth * dice.ratio(0.25, 0.5), 3 * wall, 2 * wall)
    if dice.has("floor_boss", 0.4):
        at = ring_points(dice.pick(2, 3, 4), depth * 0.22, 45)
        body = drilled(body + [plate(circle(boss, p), height * 0.4) for p in at], at, boss, height * 0.3, height * 0.4)
    return body if dice.maybe(0.6) else Rot(90, 0, 0) * body


def _with_ears(dice: Dice, body: Shape, width: float, wall: float) -> Shape:
    ears = [plate(slot(30, 16, (s * width / 2, 0)), max(wall, 3)) for s in (1, -1)]
    return drilled(cut(body + ears, []), [(s * (width / 2 + 7), 0) for s in (1, -1)], 6, 3 * wall, 2 * wall)


def _with_port(dice: Dice, body: Shape, width: float, height: float, wall: float) -> Shape:
    size = height * dice.ratio(0.25, 0.5)
    collar = rod(size * 1.5, wall * 3, (width / 2, 0, height * 0.5), "x")
    return cut(body + collar, [rod(size, wall * 9, (width / 2, 0, height * 0.5), "x")])


def ribbed_bracket(dice: Dice) -> Shape:
    """Cast or welded bearing bracket: base, upright with a boss or a shelf, one or more ribs, holes in the base."""
    width, depth, height = dice.mm("width", 40, 160, 2), dice.mm("depth", 30, 130, 2), dice.mm("height", 40, 180, 2)
    thick = dice.mm("thickness", 6, 16)
    body: Shape = Pos(0, 0, thick / 2) * Box(width, depth, thick)
    boss, bore = width * dice.ratio(0.18, 0.36), 0.0
    back = depth / 2 - thick
    style = dice.pick("boss", "shelf", "twin", "tapered")
    dice.has(style, 1)
    wall = {
        "boss": [(-width * 0.35, 0), (width * 0.35, 0), (boss, height), (-boss, height)],
        "shelf": [(-width / 2, 0), (width / 2, 0), (width / 2, height), (-width / 2, height)],
        "twin": [(-width * 0.3, 0), (width * 0.3, 0), (width * 0.3, height), (-width * 0.3, height)],
        "tapered": [(-width * 0.5, 0), (width * 0.5, 0), (width * 0.15, height), (-width * 0.15, height)],
    }[style]
    places = (back, -depth / 2) if style == "twin" else (back,)
    body = body + [Pos(0, y + thick, 0) * standing(plate(polygon(wall), thick)) for y in places]
    if style in ("boss", "twin"):
        bore = boss * dice.ratio(0.5, 0.75)
        body = body + [rod(2 * boss, thick * 1.5, (0, y + thick / 2, height), "y") for y in places]
        body = cut(body, [rod(2 * bore, 4 * depth, (0, 0, height), "y")])
    if style == "shelf":
        body = body + Pos(0, 0, height - thick / 2) * Box(width, depth * dice.ratio(0.5, 1.0), thick)
    if style != "twin":
        body = body + _ribs(dice, width, depth - thick, height * dice.ratio(0.5, 0.85), thick)
    at = [(s * width * 0.36, y * depth) for s in (1, -1) for y in dice.pick((-0.3,), (-0.35, 0.1), (0.0,))]
    return fastener_holes(dice, body, at, diameter=width * 0.08, depth=thick, top=thick)


def _ribs(dice: Dice, width: float, depth: float, height: float, thick: float) -> list[Shape]:
    count = dice.count("ribs", 1, 3)
    rib = polygon([(-depth * 0.45, thick * 0.5), (depth * 0.52, thick * 0.5), (depth * 0.52, height)])
    one = Pos(-thick * 0.3, 0, 0) * Rot(0, 0, 90) * standing(plate(rib, thick * 0.6))
    return [Pos(x, 0, 0) * one for x, _ in grid_points(count, 1, width * 0.8 / count, 0)]


def carriage(dice: Dice) -> Shape:
    """Linear carriage: rail channel, end caps, tapped holes, flanges, side bores."""
    length, width, height = dice.mm("length", 30, 130, 2), dice.mm("width", 24, 100, 2), dice.mm("height", 14, 50)
    w, h, rail = width / 2, height, width * dice.ratio(0.14, 0.24)
    lip = dice.pick(0.0, width * 0.15)
    neck = h * dice.ratio(0.25, 0.5)
    outline = [(-w, 0), (-rail, 0), (-rail, neck * 0.4), (-rail * 1.4, neck * 0.6), (-rail, neck), (rail, neck)]
    outline += [(rail * 1.4, neck * 0.6), (rail, neck * 0.4), (rail, 0), (w, 0), (w, h * 0.55), (w + lip, h * 0.6)]
    outline += [(w + lip, h), (-w - lip, h), (-w - lip, h * 0.6), (-w, h * 0.55)]
    body = plate(polygon(outline), length, z=-length / 2)
    if dice.has("end_cap", 0.6):
        cap = [(x * 0.95, y * 0.92 + 0.5) for x, y in outline]
        body = body + [plate(polygon(cap), length * 0.08, z=z) for z in (length / 2, -length * 0.58)]
    body = Rot(0, 0, 90) * standing(body)
    at = grid_points(dice.pick(2, 2, 3), 2, length * dice.ratio(0.25, 0.35), width * 0.6 + lip)
    body = fastener_holes(dice, body, at, diameter=width * 0.09, depth=h * 0.5, top=h)
    if dice.has("grease_hole", 0.4):
        body = cut(body, [rod(3, 20, (length / 2, 0, h * 0.75), "x")])
    return chamfered(body, lambda edges: top_edges(edges).filter_by(Axis.X), 1.0) if dice.has("chamfer", 0.3) else body
