"""More bought-in units, as simplified assemblies: fans, connectors, cylinders, castors."""

from __future__ import annotations

from itertools import pairwise

from build123d import Box, Edge, Pos, Rot, Wire

from training.parts.dice import Dice
from training.parts.shapes import (
    Point,
    Shape,
    assembled,
    axis_level,
    circle,
    cut,
    drilled,
    grid_points,
    plate,
    polar,
    polygon,
    rectangle,
    ring_points,
    rod,
    rounded,
    slot,
    standing,
)


def fan(dice: Dice) -> Shape:
    """Fan: axial in a square frame, or blower with a volute; hub, blades, struts, mounting holes."""
    size = dice.sizes((25, 30, 40, 50, 60, 80, 92, 120), "size")
    thick = dice.mm("thickness", size * 0.15, size * 0.5)
    half = size / 2
    if dice.has("blower", 0.4):
        return standing(_blower(dice, half, thick))
    hole = half * 0.94
    corner = [(s * half * 0.85, t * half * 0.85) for s in (1, -1) for t in (1, -1)]
    frame = plate(
        rectangle(size, size, radius=half * 0.1), thick, [circle(hole), *(circle(size * 0.035, p) for p in corner)]
    )
    if dice.has("waisted_frame", 0.5, possible=thick > 12):
        frame = cut(frame, [plate(rectangle(3 * size, 3 * size), thick * 0.6, [circle(half * 1.02)], z=thick * 0.2)])
    hub, blades = half * dice.ratio(0.35, 0.5), dice.count("blades", 5, 11)
    rotor = [plate(circle(hub), thick * 0.85, z=thick * 0.1)]
    rotor += [
        Rot(0, 0, 360 * i / blades) * _fan_blade(hub, hole * 0.95, thick, dice.params["blades"]) for i in range(blades)
    ]
    strut = plate(rectangle(half - 1, size * 0.03, (half * 0.52, 0)), thick * 0.08)
    arms = [Rot(0, 0, a + 30) * strut for a in (0, 120, 240)]
    return standing(assembled([frame, *rotor, *arms]))


def _fan_blade(hub: float, reach: float, thick: float, blades: float) -> Shape:
    sweep = 250 / blades
    outline = [polar(hub * 0.99, 0), polar((hub + reach) / 2, 8), polar(reach, 22), polar(reach, 22 + sweep * 0.8)]
    outline += [polar((hub + reach) / 2, sweep * 0.85), polar(hub * 0.99, sweep * 0.7)]
    return plate(polygon(outline), thick * 0.5, z=thick * 0.3)


def _blower(dice: Dice, half: float, thick: float) -> Shape:
    """A snail-shaped case with an outlet, an inlet with the wheel in it, and ears."""
    snail = Edge.make_spline([(*polar(half * (0.72 + 0.28 * a / 270), a), 0) for a in range(0, 271, 30)])
    throat = half * dice.ratio(0.74, 0.95)
    corners = [snail @ 1, (throat, -half, 0), (throat, 0, 0), snail @ 0]
    case = plate(Wire([snail, *(Edge.make_line(a, b) for a, b in pairwise(corners))]), thick)
    inlet = half * dice.ratio(0.4, 0.52)
    case = cut(case, [plate(circle(inlet), thick, z=thick * 0.15)])
    fins = dice.count("vanes", 12, 24)
    vanes = [
        Rot(0, 0, 360 * i / fins)
        * plate(rectangle(inlet * 0.25, inlet * 0.06, (inlet * 0.84, 0)), thick * 0.6, z=thick * 0.15)
        for i in range(fins)
    ]
    hub = plate(circle(inlet * 0.5), thick * 0.65, z=thick * 0.15)
    ears = [
        plate(circle(half * 0.14, p), thick, [circle(half * 0.06, p)])
        for p in (polar(half * 1.02, 150), polar(half * 0.95, 40))
    ]
    return assembled([case, hub, *vanes, *ears])


def connector(dice: Dice) -> Shape:
    """Plug or socket: shell, pins or openings in rows, latch, ears with holes, cable boss or solder tails."""
    columns, rows, pitch = dice.count("columns", 2, 12), dice.count("rows", 1, 3), dice.pick(2.0, 2.54, 3.96, 5.08)
    width, height = columns * pitch + pitch, rows * pitch + pitch * dice.ratio(0.8, 1.6)
    depth = pitch * dice.ratio(3.0, 6.0)
    style = dice.pick("header", "socket", "d_shell", "terminal", "round")
    dice.has(style, 1)
    at = grid_points(columns, rows, pitch, pitch)
    if style == "round":
        return _round_connector(dice, pitch * (columns + 2) * 0.35, depth)
    outline = {
        "d_shell": rounded(_d_shape(width * 0.62, height * 0.6), pitch * 0.6),
    }.get(style, rectangle(width, height, radius=dice.pick(0.0, 0.5)))
    shell = plate(outline, depth)
    if style in ("header", "d_shell"):
        inner = (
            rounded(_d_shape(width * 0.55, height * 0.5), pitch * 0.5)
            if style == "d_shell"
            else rectangle(width * 0.92, height * 0.8)
        )
        shell = cut(shell, [plate(inner, depth, z=depth * 0.3)])
        bodies = [shell, *(plate(rectangle(0.6, 0.6, p), depth * 0.6, z=depth * 0.3) for p in at)]
    else:
        bodies = [cut(shell, [plate(rectangle(pitch * 0.5, pitch * 0.5, p), depth, z=depth * 0.4) for p in at])]
    if style == "terminal":
        tops = [(p[0], height / 2, depth * 0.6) for p in at[-columns:]]
        bodies = [cut(bodies[0], [rod(pitch * 0.7, height * 0.5, p, "y") for p in tops])]
    if dice.has("tail", 0.6):
        bodies += [plate(rectangle(0.6, 0.6, p), depth * 0.4, z=-depth * 0.4) for p in at]
    if dice.has("latch", 0.4):
        bodies.append(
            plate(
                rectangle(width * 0.3, height * 0.2, (0, height * (0.6 if style != "d_shell" else 0.75))), depth * 0.6
            )
        )
    if dice.has("ear", 0.4) or style == "d_shell":
        reach = width * 0.62 + pitch * 1.6
        flange = plate(rectangle(2 * reach, height * 1.1), pitch * 0.4)
        bodies.append(
            drilled(
                cut(flange, [plate(outline, 9, z=-4)]),
                [(s * (reach - pitch * 0.8), 0) for s in (1, -1)],
                pitch * 0.8,
                99,
                50,
            )
        )
    return standing(assembled(bodies)) if dice.maybe(0.7) else assembled(bodies)


def _d_shape(half: float, low: float) -> list[Point]:
    return [(-half * 0.88, -low), (half * 0.88, -low), (half, low), (-half, low)]


def _round_connector(dice: Dice, radius: float, depth: float) -> Shape:
    shell = plate(circle(radius), depth)
    shell = cut(shell, [plate(circle(radius * 0.85), depth, z=depth * 0.35)])
    count = dice.count("pins", 2, 8)
    pins = [plate(circle(radius * 0.1, p), depth * 0.5, z=depth * 0.35) for p in ring_points(count, radius * 0.5)]
    nut = plate(polygon(ring_points(6, radius * 1.5)), depth * 0.15, [circle(radius)], z=depth * 0.3)
    flange = plate(
        rectangle(2.6 * radius, 2.6 * radius, radius=2),
        depth * 0.12,
        [circle(radius), *(circle(radius * 0.12, p) for p in ring_points(4, radius * 1.5, 45))],
    )
    collar = nut if dice.has("nut", 0.5) else flange
    cable = plate(circle(radius * 0.5), depth * 0.8, z=-depth * 0.8)
    return axis_level(assembled([shell, collar, *pins, *([cable] if dice.has("cable_boss", 0.5) else [])]))


def cylinder(dice: Dice) -> Shape:
    """Fluid cylinder: tie-rod or round barrel, caps, ports, piston rod with eye or thread, feet, flange or clevis."""
    bore, stroke = dice.sizes((16, 20, 25, 32, 40, 50, 63), "bore"), dice.mm("stroke", 20, 200, 5)
    barrel, cap = bore * 1.15, bore * dice.ratio(0.45, 0.8)
    length = stroke + 2 * cap
    square = dice.has("square_cap", 0.6)
    outline = rectangle(bore * 1.45, bore * 1.45, radius=dice.pick(0.0, 2.0)) if square else circle(bore * 0.72)
    bodies = [plate(outline, cap), plate(circle(barrel / 2), stroke, z=cap), plate(outline, cap, z=cap + stroke)]
    bodies = [cut(bodies[0], [rod(bore * 0.2, bore, (0, bore * 0.7, cap / 2), "y")]), bodies[1], bodies[2]]
    if square and dice.has("tie_rod", 0.7):
        rods = [plate(circle(bore * 0.07, p), stroke, z=cap) for p in ring_points(4, bore * 0.84, 45)]
        nuts = [
            plate(polygon([(p[0] + q[0], p[1] + q[1]) for q in ring_points(6, bore * 0.13)]), bore * 0.12, z=z)
            for p in ring_points(4, bore * 0.84, 45)
            for z in (-bore * 0.12, length)
        ]
        bodies += rods + nuts
    out, rod_r = dice.mm("rod_out", bore * 0.5, bore * 2), bore * dice.ratio(0.16, 0.28)
    bodies += [plate(circle(rod_r * 1.8), bore * 0.15, z=length), plate(circle(rod_r), out, z=length + bore * 0.15)]
    tip = length + bore * 0.15 + out
    if dice.has("rod_eye", 0.4):
        bodies.append(
            Pos(0, 0, tip + rod_r * 1.5) * standing(plate(circle(rod_r * 2), rod_r * 2, [circle(rod_r)], z=-rod_r))
        )
    elif dice.has("rod_nut", 0.6):
        bodies.append(plate(polygon(ring_points(6, rod_r * 1.9)), rod_r, [circle(rod_r)], z=tip - rod_r * 2))
    rear = dice.pick("plain", "clevis", "foot", "flange")
    dice.has(rear, 1)
    if rear == "clevis":
        lug = standing(plate(circle(bore * 0.35), bore * 0.3, [circle(bore * 0.15)], z=-bore * 0.15))
        bodies += [Pos(0, s * bore * 0.32, -bore * 0.34) * lug for s in (1, -1)]
    if rear == "foot":
        bodies += [
            Pos(0, -bore * 0.85, z) * Box(bore * 1.6, bore * 0.25, bore * 0.6) for z in (cap / 2, length - cap / 2)
        ]
    if rear == "flange":
        holes = [circle(bore * 0.11, (s * bore * 1.05, t * bore * 0.45)) for s in (1, -1) for t in (1, -1)]
        bodies.append(plate(rectangle(bore * 2.5, bore * 1.4), bore * 0.25, holes, z=-bore * 0.25))
    return axis_level(assembled(bodies))


def castor(dice: Dice) -> Shape:
    """Castor or guide roller: wheel with tread and hub, fork, top plate or stem, axle."""
    radius = dice.mm("wheel_diameter", 25, 125, 5) / 2
    width = radius * dice.ratio(0.4, 0.8)
    gap, arm = width * 0.12, radius * 0.12
    lead = radius * dice.pick(0.0, 0.35, 0.5)
    tread = Pos(0, width / 2, 0) * standing(plate(circle(radius), width, [circle(radius * 0.72)]))
    core = Pos(0, width * 0.4, 0) * standing(plate(circle(radius * 0.72), width * 0.8, [circle(radius * 0.16)]))
    if dice.has("spoked_core", 0.4):
        at = ring_points(dice.pick(4, 5, 6), radius * 0.45)
        core = cut(core, [rod(radius * 0.26, 400, (x, 0, z), "y") for x, z in at])
    top = radius * dice.ratio(1.15, 1.4)
    side = polygon(
        [
            (-radius * 0.25, -radius * 0.2),
            (radius * 0.25, -radius * 0.2),
            (lead + radius * 0.5, top),
            (lead - radius * 0.5, top),
        ]
    )
    reach = width / 2 + gap
    cheeks = [Pos(0, y, 0) * standing(plate(side, arm)) for y in (reach + arm, -reach)]
    bridge = Pos(lead, 0, top + arm / 2) * Box(radius, 2 * (reach + arm), arm)
    axle = rod(radius * 0.3, 2 * (reach + arm) + radius * 0.3, axis="y")
    bodies = [tread, core, *cheeks, bridge, axle]
    if dice.has("stem", 0.4):
        bodies.append(Pos(lead, 0, top + arm) * plate(circle(radius * 0.16), radius * dice.ratio(0.5, 1.0)))
    else:
        w, d = radius * 1.6, radius * dice.ratio(1.1, 1.6)
        holes = [slot(radius * 0.25, radius * 0.14, (sx * w * 0.38, sy * d * 0.36)) for sx in (1, -1) for sy in (1, -1)]
        bodies.append(Pos(lead, 0, top + arm) * plate(rectangle(w, d, radius=radius * 0.08), arm, holes))
        bodies.append(Pos(lead, 0, top + 2 * arm) * plate(circle(radius * 0.12), arm * 0.6))
    if dice.has("brake", 0.3):
        bodies.append(Pos(-radius * 0.7, 0, radius * 0.9) * Rot(0, -30, 0) * Box(radius * 0.9, width * 0.8, arm))
    return assembled(bodies)
