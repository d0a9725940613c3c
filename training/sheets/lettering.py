"""Letters as CAD programs draw them: strokes on a grid 4 wide and 6 high, capitals only."""

from __future__ import annotations

import math

import numpy as np

from training.sheets.primitives import Points

CAPITAL_UNITS = 6.0
SPACING_UNITS = 1.8
SPACE_UNITS = 3.0
_ROUND = "103041453616050110"
# chains of two-digit points (x, y up), a blank lifts the pen
_GLYPHS = {
    "A": "002640 1232", "B": "00063645443303 3342413000", "C": "4536160501103041", "D": "00062644422000",
    "E": "46060040 0333", "F": "460600 0333", "G": "45361605011030414323", "H": "0006 4046 0343", "I": "0006",
    "J": "4641301001", "K": "0006 4602 1340", "L": "060040", "M": "0006234640", "N": "00064046", "O": _ROUND,
    "P": "00063645443303", "Q": _ROUND + " 2240", "R": "00063645443303 2340", "S": "453616050413334241301001",
    "T": "0646 2026", "U": "060110304146", "V": "062046", "W": "0610243046", "X": "0046 0640", "Y": "062346 2320",
    "Z": "06460040", "0": _ROUND, "1": "041610", "2": "05163645440040", "3": "0516364544334241301001 1333",
    "4": "360242 3630", "5": "460603334241301001", "6": "453616050110304142331302", "7": "064610",
    "8": "13334445361605041302011030414233", "9": "011030414536160504133344", ".": "0001", ",": "1100",
    "-": "0333", "+": "0343 2125", "/": "0046", "(": "16050110", ")": "06151100", "%": "0046 0616150506 3141403031",
    ":": "0102 0405", "=": "0242 0444", "°": "0515160605", "±": "0444 2226 0141", "×": "0145 0541",
    "Ø": _ROUND + " 0046", "_": "0040", "'": "0506", '"': "0506 1516", "[": "16060010", "]": "06161000",
    "#": "1016 3036 0242 0444", "&": "4005163625011030 42", "<": "440341", ">": "044301",
}  # fmt: skip


def _parsed(code: str) -> tuple[Points, ...]:
    return tuple(np.array([int(digit) for digit in chain], float).reshape(-1, 2) for chain in code.split(" "))


_CHAINS = {letter: _parsed(code) for letter, code in _GLYPHS.items()}
_WIDTHS = {letter: float(max(chain[:, 0].max() for chain in chains)) for letter, chains in _CHAINS.items()}


def drawable(text: str) -> bool:
    return all(letter == " " or letter in _CHAINS for letter in text.upper())


def width(text: str) -> float:
    """Width of the text where a capital is 1 high."""
    units = sum(_WIDTHS.get(letter, SPACE_UNITS) + SPACING_UNITS for letter in text.upper())
    return max(0.0, units - SPACING_UNITS) / CAPITAL_UNITS


def letter(text: str, index: int, *, stretch: float, slant: float) -> Points:
    """Points of one letter of a text at the origin, (N, 2): along the base line and up from it, capitals 1 high."""
    along = sum(_WIDTHS.get(one, SPACE_UNITS) + SPACING_UNITS for one in text[:index].upper())
    points = np.concatenate(_CHAINS[text[index].upper()]) + np.array([along, 0.0])
    return np.asarray(points @ np.array([[stretch, 0.0], [slant, 1.0]]) / CAPITAL_UNITS)


def chains(text: str, *, stretch: float, slant: float, angle_deg: float) -> list[Points]:
    """Strokes of the text at the origin, base line turned by the angle, capitals 1 high, y down."""
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    turn = np.array([[cos, -sin], [-sin, -cos]])  # (x, y up) to paper
    shape = np.array([[stretch, 0.0], [slant, 1.0]])
    matrix = shape @ turn / CAPITAL_UNITS
    found, along = [], 0.0
    for letter in text.upper():
        found += [(chain + np.array([along, 0.0])) @ matrix for chain in _CHAINS.get(letter, ())]
        along += _WIDTHS.get(letter, SPACE_UNITS) + SPACING_UNITS
    return found
