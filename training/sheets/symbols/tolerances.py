"""Geometrical tolerances after JIS B 0021 and ISO 1101: characteristics in frames, datums."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from training.sheets.house import chance, pick
from training.sheets.symbols.ink import SymbolInk

Mark = Callable[[SymbolInk, float, float, float, np.random.Generator], None]
"""Draws a characteristic as one of the many fonts and drafters do: ink, x and y of its middle, reach."""


def _straightness(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    half = float(rng.uniform(0.75, 1.1)) * r
    ink.line((x - half, y), (x + half, y))


def _flatness(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    high, lean = float(rng.uniform(0.4, 0.65)) * r, float(rng.uniform(0.25, 0.6)) * r
    ink.line((x - r, y - high), (x - r + lean, y + high), (x + r, y + high), (x + r - lean, y - high), closed=True)


def _circularity(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    ink.circle((x, y), float(rng.uniform(0.6, 0.85)) * r)


def _cylindricity(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    radius = float(rng.uniform(0.45, 0.6)) * r
    ink.circle((x, y), radius)
    _two_strokes(ink, x, y, r, 1.15 * radius, float(rng.uniform(0.25, 0.5)) * r)


def _line_profile(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    _dome(ink, x, y, r, rng)


def _surface_profile(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    half, low = _dome(ink, x, y, r, rng)
    ink.line((x - half, low), (x + half, low))


def _dome(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> tuple[float, float]:
    """Half a circle or less; half its width and the height of its base."""
    radius, cut = float(rng.uniform(0.8, 1.0)) * r, float(rng.uniform(0.0, 30.0))
    low = y - 0.45 * r
    ink.arc((x, low - radius * math.sin(math.radians(cut))), radius, cut, 180 - cut)
    return radius * math.cos(math.radians(cut)), low


def _parallelism(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    _two_strokes(ink, x, y, r, float(rng.uniform(0.2, 0.4)) * r, float(rng.uniform(0.2, 0.55)) * r)


def _two_strokes(ink: SymbolInk, x: float, y: float, r: float, apart: float, lean: float) -> None:
    """apart, lean: half of what is between the strokes, and of what each goes to the right."""
    for dx in (-apart, apart):
        ink.line((x + dx - lean, y - 0.8 * r), (x + dx + lean, y + 0.8 * r))


def _perpendicularity(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    half, low, top = (float(rng.uniform(*span)) * r for span in ((0.6, 0.95), (0.6, 0.8), (0.7, 0.95)))
    ink.line((x - half, y - low), (x + half, y - low))
    ink.line((x, y - low), (x, y + top))


def _angularity(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    end, top = float(rng.uniform(0.5, 0.9)) * r, float(rng.uniform(0.4, 0.8)) * r
    ink.line((x + end, y + top), (x - 0.9 * r, y - 0.6 * r), (x + 0.9 * r, y - 0.6 * r))


def _position(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    reach = float(rng.uniform(0.85, 1.05)) * r
    ink.circle((x, y), float(rng.uniform(0.45, 0.7)) * r)
    ink.line((x - reach, y), (x + reach, y))
    ink.line((x, y - reach), (x, y + reach))


def _concentricity(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    radius = float(rng.uniform(0.7, 0.9)) * r
    ink.circle((x, y), radius)
    ink.circle((x, y), float(rng.uniform(0.4, 0.65)) * radius)


def _symmetry(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    apart, short = float(rng.uniform(0.35, 0.55)) * r, float(rng.uniform(0.45, 0.7)) * r
    for dy, half in ((-apart, short), (0.0, 0.95 * r), (apart, short)):
        ink.line((x - half, y + dy), (x + half, y + dy))


def _circular_runout(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    _runout_arrows(ink, (x - 0.6 * r,), y, r, rng)


def _total_runout(ink: SymbolInk, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    ink.line((x - 0.95 * r, y - 0.8 * r), (x + 0.05 * r, y - 0.8 * r))
    _runout_arrows(ink, (x - 0.95 * r, x + 0.05 * r), y, r, rng)


def _runout_arrows(ink: SymbolInk, feet: tuple[float, ...], y: float, r: float, rng: np.random.Generator) -> None:
    """Slanted arrows that start at the feet, their heads filled or, now and then, open."""
    along, filled, wide = float(rng.uniform(0.7, 1.0)) * r, chance(rng, 0.8), float(rng.uniform(0.9, 1.3))
    back = np.array([-0.31, -0.275]) * r * wide
    across = np.array([-0.11, 0.145]) * r * wide
    for x in feet:
        tip = (x + along, y + 0.8 * r)
        ink.line((x, y - 0.8 * r), tip)
        left, right = ((tip[0] + dx, tip[1] + dy) for dx, dy in ((back + across).tolist(), (back - across).tolist()))
        ink.line(left, tip, right, filled=filled, closed=filled)


CHARACTERISTICS: Mapping[str, Mark] = {
    "straightness": _straightness,
    "flatness": _flatness,
    "circularity": _circularity,
    "cylindricity": _cylindricity,
    "line_profile": _line_profile,
    "surface_profile": _surface_profile,
    "parallelism": _parallelism,
    "perpendicularity": _perpendicularity,
    "angularity": _angularity,
    "position": _position,
    "concentricity": _concentricity,
    "symmetry": _symmetry,
    "circular_runout": _circular_runout,
    "total_runout": _total_runout,
}
WITHOUT_DATUM = ("straightness", "flatness", "circularity", "cylindricity")
ROUND_ZONES = ("straightness", "parallelism", "perpendicularity", "angularity", "position", "concentricity")
"""Whose zone may be a cylinder or a circle, written with a diameter sign (ISO 1101)."""
MODIFIER = 1.1
"""Room that a circled letter takes besides the gap that is there anyway."""
VALUES = ("0.05", "0.1", "0.02", "0.2", "0.01", "0.005", "0.5")


@dataclass(frozen=True, slots=True)
class Cell:
    """Of a frame: a text and a letter in a circle behind it, either may be empty."""

    text: str
    modifier: str


def draw_frame(ink: SymbolInk, name: str, rng: np.random.Generator, low: float = 0.0) -> float:
    """A tolerance frame, its lower left corner at (0, low); characteristic, value, datums. Its height."""
    tall = float(rng.uniform(1.7, 2.1))
    sign = pick(rng, ("", "", "Ø"))
    value = pick(rng, VALUES) + pick(rng, ("", " MAX", " CZ"), (0.94, 0.03, 0.03))
    value = sign + value if name in ROUND_ZONES else value
    datums = () if name in WITHOUT_DATUM else pick(rng, (("A",), ("A", "B"), ("A", "B", "C"), ("A-B",), ("B",)))
    cells = [Cell(value, _modifier(rng, 0.25)), *(Cell(letter, _modifier(rng, 0.12)) for letter in datums)]
    wide = [tall, *(ink.width(cell.text, 1.0) + 0.9 + (MODIFIER if cell.modifier else 0.0) for cell in cells)]
    base = low + (tall - 1.0) / 2
    with ink.symbol("tolerance_frame"):
        ink.line((0, low), (sum(wide), low), (sum(wide), low + tall), (0, low + tall), closed=True)
        with ink.symbol(name):
            CHARACTERISTICS[name](ink, tall / 2, low + tall / 2, float(rng.uniform(0.29, 0.37)) * tall, rng)
        left = tall
        for cell, width in zip(cells, wide[1:], strict=True):
            ink.line((left, low), (left, low + tall))
            reach = width - (MODIFIER if cell.modifier else 0.0)
            ink.text(cell.text, (left + reach / 2, base), 1.0)
            if cell.modifier:
                middle = left + reach + 0.35
                ink.circle((middle, low + tall / 2), 0.68)
                ink.text(cell.modifier, (middle, low + tall / 2 - 0.4), 0.8)
            left += width
    return tall


def _modifier(rng: np.random.Generator, often: float) -> str:
    """The letter in a circle behind a value or a datum: maximum material, projected zone and so on."""
    return pick(rng, "MMLFPETU") if chance(rng, often) else ""


def draw_datum(ink: SymbolInk, rng: np.random.Generator) -> None:
    """A triangle with its base (sometimes its tip) at (0, 0), most often a leader, and a boxed letter.

    Or the letter between dashes in a box, without a triangle, as American drawings had it until 1994.
    """
    letter = pick(rng, "ABCDEFG")
    if chance(rng, 0.06):
        wide, side = ink.width(f"-{letter}-", 1.0) + 0.8, float(rng.uniform(1.6, 2.0))
        with ink.symbol("datum"):
            _box(ink, 0.0, wide, side)
            ink.text(f"-{letter}-", (0.0, (side - 1.0) / 2), 1.0)
        return
    half, tall, side = float(rng.uniform(0.4, 0.65)), float(rng.uniform(0.8, 1.1)), float(rng.uniform(1.6, 2.0))
    low = tall + float(pick(rng, (0.0, 0.3, 0.8, 1.5, 3.0, 8.0), (0.12, 0.08, 0.35, 0.27, 0.13, 0.05)))
    with ink.symbol("datum"):
        if chance(rng, 0.15):  # on its tip
            triangle = [(-half, tall), (half, tall), (0.0, 0.0)]
        else:
            triangle = [(-half, 0.0), (half, 0.0), (0.0, tall)]
        ink.line(*triangle, closed=True, filled=chance(rng, 0.65))
        ink.line((0, tall), (0, low))
        _box(ink, low, side, side)
        if chance(rng, 0.7):
            ink.text(letter, (0.0, low + side / 2), 1.0, upright=True)
        else:
            ink.text(letter, (0.0, low + (side - 1.0) / 2), 1.0)


def _box(ink: SymbolInk, low: float, wide: float, tall: float) -> None:
    """Its lower side's middle at (0, low)."""
    ink.line((-wide / 2, low), (wide / 2, low), (wide / 2, low + tall), (-wide / 2, low + tall), closed=True)
