"""Practice sheets: every symbol class, the common ones oftener, anywhere, at any angle, amid what is no symbol."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from search.types import Pixels
from training.sheets.canvas import Canvas
from training.sheets.house import House, chance, make_house, pick
from training.sheets.label_ink import pointer
from training.sheets.pdf import Page, page_pixels
from training.sheets.primitives import BoxMm, DrawnSymbol, Pen, Point, inflated, inside
from training.sheets.symbols.catalogue import EXAMPLES
from training.sheets.symbols.ink import SymbolInk
from training.symbols.clutter import CLUTTER

TRIES, SYMBOLS = 5, 14
"""Places tried for a symbol; symbols that a sheet of 24 letter heights is to take, of which half find room."""
COMMON = {
    "section_arrow": 10.0,
    **dict.fromkeys(("surface_basic", "surface_removal"), 4.0),
    "field_weld": 4.0,
    **dict.fromkeys(("balloon", "fillet_weld", "double_fillet_weld", "square_weld", "bevel_weld"), 3.0),
    **dict.fromkeys(("flare_bevel_weld", "field_weld_old", "diameter", "parallelism"), 3.0),
    **dict.fromkeys(("flush_contour", "convex_contour", "concave_contour", "blended_toes"), 3.0),
    **dict.fromkeys(("datum", "surface_wave", "surface_no_removal"), 2.0),
    **dict.fromkeys(("depth", "counterbore", "countersink"), 2.0),
    **dict.fromkeys((f"surface_triangle_{count}" for count in (1, 2, 3, 4)), 2.0),
    **dict.fromkeys(("v_weld", "j_weld", "all_around", "all_around_field_weld_old"), 2.0),
}
"""How much oftener than the others what most drawings have is practised, and what was learned worst."""


@dataclass(frozen=True, slots=True)
class Practice:
    """pixels: (H, W) uint8. symbols: boxes and anchors in pixels."""

    pixels: Pixels
    symbols: Sequence[DrawnSymbol]


def practice_sheet(side_px: int, text_px: float, rng: np.random.Generator) -> Practice:
    """A square sheet full of symbols and of what looks like them."""
    house = make_house(int(rng.integers(1 << 31)))
    side_mm = side_px / text_px * house.text_mm
    canvas, paper = Canvas(), (0.0, 0.0, side_mm, side_mm)
    for _ in range(int(rng.integers(2, 12))):
        clutter = pick(rng, CLUTTER)
        clutter(canvas, _anywhere(paper, rng), house, rng)
    names = tuple(EXAMPLES)
    weights = [COMMON.get(name, 1.0) for name in names]
    room = side_mm / house.text_mm / 24
    for _ in range(max(2, round(SYMBOLS * room * room))):
        _put(canvas, pick(rng, names, weights), paper, house, rng)
    scale = side_px / side_mm
    pixels = page_pixels(Page((side_mm, side_mm), tuple(canvas.items)), side_px)
    symbols = [_scaled(one, scale) for one in canvas.symbols]
    return Practice(pixels, symbols)


def _put(canvas: Canvas, name: str, paper: BoxMm, house: House, rng: np.random.Generator) -> None:
    """One example where nothing else is, most often upright, sometimes at the end of a leader."""
    for _ in range(TRIES):
        trial = Canvas()
        angle = pick(
            rng, (0.0, math.pi / 2, -math.pi / 2, float(rng.uniform(-math.pi, math.pi))), (0.63, 0.1, 0.05, 0.22)
        )
        pen = Pen(house.pens.dimension.width_mm * float(rng.uniform(0.8, 2.0)), house.pens.dimension.color)
        at = _anywhere(paper, rng)
        size = house.text_mm * float(rng.uniform(0.85, 1.6))
        ink = SymbolInk(trial, at, size, pen, house.font, angle)
        EXAMPLES[name](ink, rng)
        box = inflated(ink.box_mm, 0.4 * house.text_mm)
        if not (inside(box, paper) and canvas.free(box)):
            continue
        if chance(rng, 0.4):
            pointer(trial, _anywhere(paper, rng), at, house)
        canvas.accept(trial, box)
        return


def _anywhere(paper: BoxMm, rng: np.random.Generator) -> Point:
    return (float(rng.uniform(paper[0], paper[2])), float(rng.uniform(paper[1], paper[3])))


def _scaled(symbol: DrawnSymbol, scale: float) -> DrawnSymbol:
    (x0, y0, x1, y1), (x, y) = symbol.box_mm, symbol.anchor_mm
    box = (x0 * scale, y0 * scale, x1 * scale, y1 * scale)
    return DrawnSymbol(symbol.name, box, (x * scale, y * scale), symbol.ink_mm * scale)


def slanted(sheet: Practice, rng: np.random.Generator) -> Practice:
    """As on a face of an isometric view, where the notes of 3D models lie: letters upright at 30 degrees, or lying."""
    cos, sin = math.cos(math.radians(30)), math.sin(math.radians(30))
    across, down = pick(rng, (((cos, -sin), (0, 1)), ((cos, sin), (0, 1)), ((cos, -sin), (cos, sin))), (0.4, 0.4, 0.2))
    height, width = sheet.pixels.shape
    turn = np.array([[across[0], down[0]], [across[1], down[1]]])
    middle = np.array([width / 2, height / 2])
    shift = middle - turn @ middle
    of_middles = np.column_stack([turn, shift + (turn - np.eye(2)) @ (0.5, 0.5)])  # OpenCV counts from pixels' middles
    pixels = cv2.warpAffine(sheet.pixels, of_middles, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
    symbols = [_turned(one, turn, shift) for one in sheet.symbols]
    return Practice(np.asarray(pixels, np.uint8), symbols)


def _turned(symbol: DrawnSymbol, turn: NDArray[np.float64], shift: NDArray[np.float64]) -> DrawnSymbol:
    """A box round the ink itself: one round the turned box would be half as large again."""
    spare = symbol.ink_mm.min(axis=0) - np.array(symbol.box_mm[:2])
    ink = symbol.ink_mm @ turn.T + shift
    (x0, y0), (x1, y1) = (ink.min(axis=0) - spare).tolist(), (ink.max(axis=0) + spare).tolist()
    x, y = (turn @ symbol.anchor_mm + shift).tolist()
    return DrawnSymbol(symbol.name, (x0, y0, x1, y1), (x, y), ink)
