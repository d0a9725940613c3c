"""Symbols of dimensions and of the sheet: diameter, counterbore, projection method, sections, balloons, revisions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from training.sheets.house import chance, pick
from training.sheets.symbols.ink import SymbolInk

Shape = Callable[[SymbolInk, np.random.Generator], float]
"""Draws a symbol about one unit high from x = 0 to the right, as one of the many fonts and drafters do; its width."""


def _diameter(ink: SymbolInk, rng: np.random.Generator) -> float:
    """The stroke leans as in a Nordic letter, or stands as in a Greek one."""
    radius, lean = float(rng.uniform(0.32, 0.46)), math.radians(float(rng.uniform(48, 90)))
    x, y = (radius * float(rng.uniform(1.15, 1.6)) * part for part in (math.cos(lean), math.sin(lean)))
    ink.circle((0.5, 0.5), radius)
    ink.line((0.5 - x, 0.5 - y), (0.5 + x, 0.5 + y))
    return 1.0


def _square(ink: SymbolInk, rng: np.random.Generator) -> float:
    side = float(rng.uniform(0.7, 0.95))
    ink.line((0.05, 0), (0.05 + side, 0), (0.05 + side, side), (0.05, side), closed=True)
    return side + 0.15


def _counterbore(ink: SymbolInk, rng: np.random.Generator) -> float:
    wide, high = float(rng.uniform(0.9, 2.2)), float(rng.uniform(0.4, 0.85))
    ink.line((0, high), (0, 0), (wide, 0), (wide, high))
    return wide + 0.1


def _countersink(ink: SymbolInk, rng: np.random.Generator) -> float:
    wide, high = float(rng.uniform(0.9, 1.6)), float(rng.uniform(0.5, 0.9))
    ink.line((0, high), (wide / 2, 0), (wide, high))
    return wide + 0.1


def _depth(ink: SymbolInk, rng: np.random.Generator) -> float:
    """The head of the arrow small and filled, or as wide as the bar and open."""
    half, top = float(rng.uniform(0.35, 0.55)), float(rng.uniform(0.8, 1.0))
    filled = chance(rng, 0.4)
    across, up = (0.2, 0.4) if filled else (float(rng.uniform(0.25, 1.0)) * half, float(rng.uniform(0.35, 0.7)))
    ink.line((0.5 - half, top), (0.5 + half, top))
    ink.line((0.5, top), (0.5, 0))
    ink.line((0.5 - across, up), (0.5, 0), (0.5 + across, up), filled=filled, closed=filled)
    return 1.1


def _taper(ink: SymbolInk, rng: np.random.Generator) -> float:
    long, half = float(rng.uniform(1.3, 1.9)), float(rng.uniform(0.28, 0.45))
    ink.line((0, 0.5 - half), (long, 0.5), (0, 0.5 + half), closed=True)
    return long + 0.1


def _slope(ink: SymbolInk, rng: np.random.Generator) -> float:
    long, high = float(rng.uniform(1.2, 1.8)), float(rng.uniform(0.5, 0.85))
    ink.line((0, 0), (long, 0), (0, high), closed=True)
    return long + 0.1


SHAPES: Mapping[str, Shape] = {
    "diameter": _diameter,
    "square": _square,
    "counterbore": _counterbore,
    "countersink": _countersink,
    "depth": _depth,
    "taper": _taper,
    "slope": _slope,
}


def draw_value(ink: SymbolInk, name: str, rng: np.random.Generator) -> None:
    """The symbol and a number behind it, from (0, 0) to the right."""
    ratio = name in ("taper", "slope")
    text = f"1:{int(rng.integers(3, 60))}" if ratio else f"{float(rng.uniform(2, 80)):.{int(rng.integers(0, 2))}f}"
    with ink.symbol(name):
        wide = SHAPES[name](ink, rng)
    ink.text(text, (wide + 0.1 + ink.width(text, 1.0) / 2, 0.0), 1.0)


def draw_hole_note(ink: SymbolInk, rng: np.random.Generator) -> None:
    """A hole with its counterbore or countersink and depth."""
    x = 0.0
    for name in ("diameter", pick(rng, ("counterbore", "countersink")), "diameter", "depth"):
        text = f"{int(rng.integers(3, 40))}"
        with ink.symbol(name):
            x += _moved(ink, name, x, rng)
        if name not in ("counterbore", "countersink"):
            ink.text(text, (x + ink.width(text, 1.0) / 2, 0.0), 1.0)
            x += ink.width(text, 1.0) + 0.4


def _moved(ink: SymbolInk, name: str, x: float, rng: np.random.Generator) -> float:
    """A shape drawn with its left edge at x; its width."""
    before = ink.origin_mm
    ink.origin_mm = tuple(ink.paper([(x, 0.0)])[0].tolist())
    wide = SHAPES[name](ink, rng)
    ink.origin_mm = before
    return wide


def draw_projection(ink: SymbolInk, *, first_angle: bool, axes: bool) -> None:
    """A truncated cone and its two circles: at its wide end in first angle, at its narrow end in third angle."""
    large, small, half, gap = 0.5, 0.25, 0.5, 0.28
    way = 1.0 if first_angle else -1.0
    circles, cone = way * (half + gap / 2), -way * (large + gap / 2)
    with ink.symbol("first_angle" if first_angle else "third_angle"):
        ink.circle((circles, 0), large)
        ink.circle((circles, 0), small)
        left, right = cone - half, cone + half
        ink.line((left, small), (right, large), (right, -large), (left, -small), closed=True)
        if axes:
            ink.line((left - 0.12, 0), (right + 0.12, 0))
            ink.line((circles - large - 0.12, 0), (circles + large + 0.12, 0))
            ink.line((circles, -large - 0.12), (circles, large + 0.12))


def draw_revision(ink: SymbolInk, text: str, *, up: bool = True) -> None:
    """A triangle, upright or on its tip, with the number or letter of the revision."""
    sign = 1.0 if up else -1.0
    with ink.symbol("revision_triangle"):
        ink.line((-0.9, -0.6 * sign), (0.9, -0.6 * sign), (0.0, 0.95 * sign), closed=True)
        ink.text(text, (0.0, -0.05 if up else 0.08), 0.75, upright=True)


def draw_balloon_mark(ink: SymbolInk, text: str, radius: float, below: str = "") -> None:
    """A circle with a number; divided where there is something below."""
    with ink.symbol("balloon"):
        ink.circle((0, 0), radius)
        if below:
            ink.line((-radius, 0), (radius, 0))
            ink.text(text, (0.0, 0.15), 0.6 * radius)
            ink.text(below, (0.0, -0.15 - 0.6 * radius), 0.6 * radius)
        else:
            ink.text(text, (0.0, 0.0), 1.0, upright=True)


def draw_section_arrow(ink: SymbolInk, letter: str, rng: np.random.Generator, inwards: float) -> None:
    """One end of a cutting plane: the plane along y, looking to +x; its letter at the tail, at the tip or beside it.

    The arrow starts from the plane (JIS Z 8316) or ends on it (ISO 128-3). It is seen at the head: the middle of arrow
    and letter is paper. inwards: 1.0 or -1.0, the y direction in which the plane goes on: no letter stands there; 0.0
    where the plane is a short bar at the arrow's tip.
    """
    head, ends_on_plane = int(rng.integers(len(_HEADS))), chance(rng, 0.4) or inwards == 0.0
    long = float(rng.uniform(1.6, 4.0) if chance(rng, 0.8) else rng.uniform(4.0, 8.0))
    height = float(rng.uniform(1.0, 1.9))
    out = -inwards if chance(rng, 0.5) or not ends_on_plane else inwards
    beside, away = 0.5 * out * (height + 1.0), 0.5 * height + 0.4
    start = -long if ends_on_plane else 0.0
    places = ((start - away, 0.0), (start + long + away, 0.0), (start, beside), (start + 0.5 * long, beside))
    place = pick(rng, places if inwards else places[:2])
    with ink.symbol("section_arrow", anchor=(start + long - 0.5, 0.0)):
        _HEADS[head](ink, start, start + long)
        ink.text(letter, place, height, upright=True)


def _filled_head(ink: SymbolInk, start: float, tip: float) -> None:
    ink.line((start, 0), (tip, 0))
    ink.line((tip, 0), (tip - 1.0, 0.28), (tip - 1.0, -0.28), closed=True, filled=True)


def _open_head(ink: SymbolInk, start: float, tip: float) -> None:
    ink.line((start, 0), (tip, 0))
    ink.line((tip - 0.8, 0.4), (tip, 0), (tip - 0.8, -0.4))


def _outlined_head(ink: SymbolInk, start: float, tip: float) -> None:
    ink.line((start, 0), (tip - 1.1, 0))
    ink.line((tip, 0), (tip - 1.1, 0.4), (tip - 1.1, -0.4), closed=True)


def _block(ink: SymbolInk, start: float, tip: float) -> None:
    neck = start + 0.55 * (tip - start)
    half = [(start, 0.25), (neck, 0.25), (neck, 0.6)]
    ink.line(*half, (tip, 0), *((x, -y) for x, y in reversed(half)), closed=True)


def _corner(ink: SymbolInk, start: float, tip: float) -> None:
    """The thick line of the plane bends into the arrow."""
    ink.line((start, -1.2), (start, 0))
    _filled_head(ink, start, tip)


def _half_shaded(ink: SymbolInk, start: float, tip: float) -> None:
    ink.line((start, 0), (tip - 1.1, 0))
    ink.line((tip, 0), (tip - 1.1, 0.45), (tip - 1.1, -0.45), closed=True)
    ink.line((tip, 0), (tip - 1.1, 0.45), (tip - 1.1, 0), closed=True, filled=True)


def _wide_head(ink: SymbolInk, start: float, tip: float) -> None:
    ink.line((start, 0), (tip - 1.2, 0))
    ink.line((tip, 0), (tip - 1.2, 0.6), (tip - 1.2, -0.6), closed=True, filled=True)


_HEADS = (_filled_head, _filled_head, _open_head, _outlined_head, _block, _corner, _half_shaded, _wide_head)
