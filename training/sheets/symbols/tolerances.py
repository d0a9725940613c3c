"""Geometrical tolerances after JIS B 0021 and ISO 1101: characteristics in frames, datums."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from training.sheets.house import chance, pick
from training.sheets.symbols.ink import SymbolInk

Mark = Callable[[SymbolInk, float, float, float], None]
"""(ink, x and y of the middle, reach)."""


def _straightness(ink: SymbolInk, x: float, y: float, r: float) -> None:
    ink.line((x - r, y), (x + r, y))


def _flatness(ink: SymbolInk, x: float, y: float, r: float) -> None:
    ink.line(
        (x - r, y - 0.5 * r), (x - 0.4 * r, y + 0.5 * r), (x + r, y + 0.5 * r), (x + 0.4 * r, y - 0.5 * r), closed=True
    )


def _circularity(ink: SymbolInk, x: float, y: float, r: float) -> None:
    ink.circle((x, y), 0.75 * r)


def _cylindricity(ink: SymbolInk, x: float, y: float, r: float) -> None:
    ink.circle((x, y), 0.55 * r)
    for dx in (-0.62, 0.62):
        ink.line((x + (dx - 0.4) * r, y - 0.8 * r), (x + (dx + 0.4) * r, y + 0.8 * r))


def _line_profile(ink: SymbolInk, x: float, y: float, r: float) -> None:
    ink.arc((x, y - 0.45 * r), 0.95 * r, 0, 180)


def _surface_profile(ink: SymbolInk, x: float, y: float, r: float) -> None:
    _line_profile(ink, x, y, r)
    ink.line((x - 0.95 * r, y - 0.45 * r), (x + 0.95 * r, y - 0.45 * r))


def _parallelism(ink: SymbolInk, x: float, y: float, r: float) -> None:
    for dx in (-0.3, 0.3):
        ink.line((x + (dx - 0.4) * r, y - 0.8 * r), (x + (dx + 0.4) * r, y + 0.8 * r))


def _perpendicularity(ink: SymbolInk, x: float, y: float, r: float) -> None:
    ink.line((x - 0.8 * r, y - 0.7 * r), (x + 0.8 * r, y - 0.7 * r))
    ink.line((x, y - 0.7 * r), (x, y + 0.8 * r))


def _angularity(ink: SymbolInk, x: float, y: float, r: float) -> None:
    ink.line((x + 0.8 * r, y + 0.6 * r), (x - 0.9 * r, y - 0.6 * r), (x + 0.9 * r, y - 0.6 * r))


def _position(ink: SymbolInk, x: float, y: float, r: float) -> None:
    ink.circle((x, y), 0.55 * r)
    ink.line((x - 0.95 * r, y), (x + 0.95 * r, y))
    ink.line((x, y - 0.95 * r), (x, y + 0.95 * r))


def _concentricity(ink: SymbolInk, x: float, y: float, r: float) -> None:
    ink.circle((x, y), 0.8 * r)
    ink.circle((x, y), 0.4 * r)


def _symmetry(ink: SymbolInk, x: float, y: float, r: float) -> None:
    for dy, half in ((-0.45, 0.55), (0.0, 0.95), (0.45, 0.55)):
        ink.line((x - half * r, y + dy * r), (x + half * r, y + dy * r))


def _circular_runout(ink: SymbolInk, x: float, y: float, r: float) -> None:
    _runout_arrow(ink, x - 0.6 * r, y, r)


def _total_runout(ink: SymbolInk, x: float, y: float, r: float) -> None:
    ink.line((x - 0.95 * r, y - 0.8 * r), (x + 0.05 * r, y - 0.8 * r))
    for dx in (-0.95, 0.05):
        _runout_arrow(ink, x + dx * r, y, r)


def _runout_arrow(ink: SymbolInk, x: float, y: float, r: float) -> None:
    tip = (x + 0.9 * r, y + 0.8 * r)
    ink.line((x, y - 0.8 * r), tip)
    ink.line(
        (tip[0] - 0.42 * r, tip[1] - 0.13 * r), tip, (tip[0] - 0.2 * r, tip[1] - 0.42 * r), filled=True, closed=True
    )


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
    value = pick(rng, ("", "", "Ø")) + pick(rng, VALUES) + pick(rng, ("", " MAX", " CZ"), (0.94, 0.03, 0.03))
    datums = () if name in WITHOUT_DATUM else pick(rng, (("A",), ("A", "B"), ("A", "B", "C"), ("A-B",), ("B",)))
    cells = [Cell(value, _modifier(rng, 0.25)), *(Cell(letter, _modifier(rng, 0.12)) for letter in datums)]
    wide = [tall, *(ink.width(cell.text, 1.0) + 0.9 + (MODIFIER if cell.modifier else 0.0) for cell in cells)]
    base = low + (tall - 1.0) / 2
    with ink.symbol("tolerance_frame"):
        ink.line((0, low), (sum(wide), low), (sum(wide), low + tall), (0, low + tall), closed=True)
        with ink.symbol(name):
            CHARACTERISTICS[name](ink, tall / 2, low + tall / 2, 0.34 * tall)
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
    """A triangle with its base (sometimes its tip) at (0, 0), a leader and a boxed letter."""
    half, tall = 0.55, float(rng.uniform(0.8, 1.1))
    leader = float(pick(rng, (0.8, 1.5, 3.0, 8.0), (0.45, 0.35, 0.15, 0.05)))
    on_tip, filled, letter = chance(rng, 0.15), chance(rng, 0.65), pick(rng, "ABCDEFG")
    with ink.symbol("datum"):
        triangle = [(-half, tall), (half, tall), (0.0, 0.0)] if on_tip else [(-half, 0.0), (half, 0.0), (0.0, tall)]
        ink.line(*triangle, closed=True, filled=filled)
        ink.line((0, tall), (0, tall + leader))
        low, side = tall + leader, float(rng.uniform(1.6, 2.0))
        ink.line((-side / 2, low), (side / 2, low), (side / 2, low + side), (-side / 2, low + side), closed=True)
        ink.text(letter, (0.0, low + (side - 1.0) / 2), 1.0)
