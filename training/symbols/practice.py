"""Practice sheets: every symbol class, the common ones oftener, anywhere, at any angle, amid what is no symbol."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from search.types import Pixels
from training.sheets.canvas import DIAMETER_SIGN, Canvas, width_mm
from training.sheets.house import House, chance, make_house, pick
from training.sheets.label_ink import arrowhead, draw_label, pointer
from training.sheets.pdf import Page, page_pixels
from training.sheets.primitives import BoxMm, DrawnSymbol, Pen, Point, inflated, inside
from training.sheets.symbols.catalogue import EXAMPLES
from training.sheets.symbols.ink import SymbolInk
from training.sheets.values import Label

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
TRIANGLE = ((-0.6, 0.0), (0.6, 0.0), (0.0, -1.0))
Clutter = Callable[[Canvas, Point, House, np.random.Generator], None]


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


def _words(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    if chance(rng, 0.08):
        _watermark(canvas, at, house, rng)
        return
    text, font = _text(rng), pick(rng, (house.font, house.title_font))
    angle = pick(rng, (0.0, 90.0, float(rng.uniform(-90.0, 90.0))), (0.7, 0.15, 0.15))
    size = float(rng.uniform(0.6, 1.5) if chance(rng, 0.75) else rng.uniform(1.5, 5.0))  # a title's letters are large
    high = house.text_mm * size
    canvas.text(text, at, high, font, angle_deg=angle)
    if angle == 0.0 and chance(rng, 0.15):  # between lines, as notes on leaders are: no tolerance frame
        reach = width_mm(text, font, high)
        for y in (at[1] - 1.3 * high, at[1] + 0.3 * high):
            canvas.line((at[0], y), (at[0] + reach, y), house.pens.dimension)


def _text(rng: np.random.Generator) -> str:
    """Capitals and signs, small letters, a radius, or a part number."""
    if chance(rng, 0.15):
        return f"R{rng.uniform(0.2, 100):.{rng.integers(0, 3)}f}"
    letters = pick(
        rng, ("ABCDEFGHIJKLMNOPRSTUVWXYZ0123456789.-/()=+±VVKXO", "abcdefghijklmnopqrstuvwxyz -_,."), (0.6, 0.4)
    )
    text = "".join(pick(rng, letters) for _ in range(int(rng.integers(1, 12))))
    return f"{text}-{int(rng.integers(1, 9999)):04d}" if chance(rng, 0.2) else text


def _watermark(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """Pale words across a sheet."""
    text, grey = (
        pick(rng, ("COPY", "DRAFT", "SAMPLE", "ACADEMIC", "CONTROLLED")),
        float(rng.uniform(0.7, 0.92)),
    )
    size, angle = house.text_mm * float(rng.uniform(4.0, 14.0)), pick(rng, (0.0, float(rng.uniform(-60, 60))))
    canvas.text(text, at, size, house.title_font, color=(grey, grey, grey), angle_deg=angle, anchor="centre")


def _table(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """Rows of a parts list or cells of a title block: text between lines, as in a tolerance frame."""
    high = house.text_mm * float(rng.uniform(1.5, 3.5))
    widths = house.text_mm * rng.uniform(3.0, 16.0, int(rng.integers(1, 5)))
    rows, pen = int(rng.integers(2, 8)), pick(rng, (house.pens.visible, house.pens.dimension))
    edges = at[0] + np.concatenate([[0.0], np.cumsum(widths)])
    for row in range(rows + 1):
        y = at[1] + row * high
        canvas.line((at[0], y), (float(edges[-1]), y), pen)
    for x in edges.tolist():
        canvas.line((x, at[1]), (x, at[1] + rows * high), pen)
    canvas.take((at[0], at[1], float(edges[-1]), at[1] + rows * high))
    size = float(rng.uniform(0.5, 0.7)) * min(high, 1.8 * house.text_mm)
    for row in range(rows):
        for x in edges[:-1].tolist():
            if chance(rng, 0.7):
                canvas.text(_text(rng), (x + 0.3 * house.text_mm, at[1] + (row + 0.75) * high), size, house.font)


def _centring(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """The arrow of a sheet's edge that marks its middle, most often on the line of the frame."""
    size, turn = house.text_mm * float(rng.uniform(0.7, 2.5)), int(rng.integers(4)) * math.pi / 2
    cos, sin = math.cos(turn), math.sin(turn)

    def placed(x: float, y: float) -> Point:
        return (at[0] + size * (x * cos - y * sin), at[1] + size * (x * sin + y * cos))

    pen = pick(rng, (house.pens.visible, house.pens.frame, house.pens.dimension))
    fill = pen.color if chance(rng, 0.2) else None
    canvas.polyline([placed(x, y) for x, y in TRIANGLE], pen, closed=True, fill=fill)
    canvas.line(placed(0.0, -float(rng.uniform(0.0, 1.6))), placed(0.0, float(rng.uniform(0.3, 2.5))), pen)
    if chance(rng, 0.7):
        edge, long = pick(rng, (0.0, -1.0)), float(rng.uniform(3.0, 20.0))
        canvas.line(placed(-long, edge), placed(long, edge), pen)


def _dimension(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """A line with arrows at both ends, as dimensions have, with a value, now and then boxed."""
    long = house.text_mm * float(rng.uniform(4, 20))
    end = (at[0] + long, at[1]) if chance(rng, 0.5) else (at[0], at[1] + long)
    canvas.line(at, end, house.pens.dimension)
    arrowhead(canvas, at, end, house)
    arrowhead(canvas, end, at, house)
    middle = ((at[0] + end[0]) / 2, (at[1] + end[1]) / 2)
    canvas.text(f"{rng.uniform(1, 300):.1f}", middle, house.text_mm, house.font, anchor="centre")
    if chance(rng, 0.2):
        half = 2.2 * house.text_mm
        box = (middle[0] - half, middle[1] - 1.3 * house.text_mm, middle[0] + half, middle[1] + 0.3 * house.text_mm)
        canvas.rectangle(box, house.pens.dimension)


def _exact(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """A theoretically exact value in its box, along a leader at any angle: no tolerance frame."""
    sign = pick(rng, ("", DIAMETER_SIGN, "R", "2X "), (0.5, 0.3, 0.1, 0.1))
    value = f"{rng.uniform(0.5, 200):.{rng.integers(0, 3)}f}"
    angle = pick(rng, (0.0, 90.0, float(rng.uniform(-89.0, 89.0))), (0.4, 0.2, 0.4))
    draw_label(canvas, Label(sign + value, boxed=True), at, angle, house)
    if chance(rng, 0.5):
        long, turn = house.text_mm * float(rng.uniform(-20, 20)), math.radians(angle)
        pointer(canvas, (at[0] + long * math.cos(turn), at[1] - long * math.sin(turn)), at, house)


def _lines(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    pen = pick(rng, (house.pens.visible, house.pens.hidden, house.pens.centre, house.pens.dimension))
    for _ in range(int(rng.integers(1, 5))):
        angle = pick(rng, (0.0, math.pi / 2, float(rng.uniform(0, math.pi))), (0.4, 0.4, 0.2))
        long = house.text_mm * float(rng.uniform(3, 40))
        end = (at[0] + long * math.cos(angle), at[1] - long * math.sin(angle))
        canvas.line(at, end, pen)
        at = end


def _holes(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """Circles with and without centre lines: holes, counterbores, bolt circles, details, threads, punch marks."""
    radius = house.text_mm * float(rng.uniform(0.3, 3) if chance(rng, 0.7) else rng.uniform(3, 5))
    canvas.circle(at, radius, house.pens.visible)
    if chance(rng, 0.6):
        reach = radius * float(pick(rng, (0.6, 1.0, 1.3)))
        for dx, dy in ((reach, 0.0), (0.0, reach)):
            canvas.line((at[0] - dx, at[1] - dy), (at[0] + dx, at[1] + dy), house.pens.centre)
    if chance(rng, 0.5):
        canvas.circle(at, radius * float(rng.uniform(0.3, 0.8)), pick(rng, (house.pens.visible, house.pens.hidden)))
    if chance(rng, 0.3):
        canvas.arc(at, 0.8 * radius, 0.3, 5.0, house.pens.dimension)
    if chance(rng, 0.15):  # a screw's socket
        turns = float(rng.uniform(0, 1)) + np.arange(6) * math.pi / 3
        hexagon = 0.6 * radius * np.stack([np.cos(turns), np.sin(turns)], axis=1) + at
        canvas.polyline(hexagon, house.pens.visible, closed=True)
    if chance(rng, 0.2):
        for turn in np.linspace(0, 2 * math.pi, int(rng.integers(3, 9)), endpoint=False).tolist():
            hole = (at[0] + 0.7 * radius * math.cos(turn), at[1] + 0.7 * radius * math.sin(turn))
            canvas.circle(hole, 0.12 * radius, house.pens.visible)
    if chance(rng, 0.3):
        turn, long = float(rng.uniform(0, 2 * math.pi)), radius + house.text_mm * float(rng.uniform(3, 10))
        tip, knee = (
            (at[0] + reach * math.cos(turn), at[1] + reach * math.sin(turn))
            for reach in (radius * float(rng.integers(2)), long)
        )
        pointer(canvas, tip, knee, house)


def _hatching(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    step, count, long = house.hatch_mm, int(rng.integers(4, 16)), house.text_mm * float(rng.uniform(2, 8))
    for number in range(count):
        x = at[0] + number * step
        canvas.line((x, at[1]), (x + long, at[1] - long), house.pens.hatch)


def _filled(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """A weld bead in a section, a centring mark, two strokes as of an equal sign."""
    size = house.text_mm * float(rng.uniform(0.4, 2.0))
    kind = int(rng.integers(3))
    if kind == 0:
        corner = [at, (at[0] + size, at[1]), (at[0], at[1] - size)]
        canvas.polyline(corner, None, closed=True, fill=house.pens.visible.color)
        canvas.line(at, (at[0] + 6 * size, at[1]), house.pens.visible)
        canvas.line(at, (at[0], at[1] - 6 * size), house.pens.visible)
    elif kind == 1:
        wide = 1.5 * size
        canvas.polyline([(at[0] - wide, at[1]), at, (at[0], at[1] - wide)], house.pens.visible, closed=True)
    else:
        for dy in (0.0, 0.5 * size):
            canvas.line((at[0], at[1] + dy), (at[0] + size, at[1] + dy), house.pens.dimension)


def _logo(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """Letters in a disc, a ring or a box, as firms and licences have; spokes of a wheel."""
    size = house.text_mm * float(rng.uniform(1.0, 4.0))
    pen, dark = house.pens.visible, chance(rng, 0.3)
    ring = Pen(pen.width_mm * float(rng.uniform(1.0, 4.0)), pen.color)
    kind = int(rng.integers(3))
    if kind == 0:
        canvas.circle(at, size, ring, fill=pen.color if dark else None)
    elif kind == 1:
        canvas.rectangle((at[0] - 1.4 * size, at[1] - size, at[0] + 1.4 * size, at[1] + size), ring)
    else:
        for turn in np.arange(int(rng.integers(2, 7))) * math.pi / int(rng.integers(2, 7)):
            dx, dy = size * math.cos(turn), size * math.sin(turn)
            canvas.line((at[0] - dx, at[1] - dy), (at[0] + dx, at[1] + dy), pick(rng, (pen, house.pens.centre)))
        return
    letters = "".join(pick(rng, "ABCDEGMNRSTWc") for _ in range(int(rng.integers(2, 4))))
    color = (1.0, 1.0, 1.0) if dark and kind == 0 else pen.color
    canvas.text(letters, (at[0], at[1] + 0.3 * size), 0.7 * size, house.title_font, anchor="centre", color=color)


def _flag(canvas: Canvas, at: Point, house: House, rng: np.random.Generator) -> None:
    """A number in a pennant, a pentagon, a hexagon or a box: a note that the sheet gives elsewhere."""
    corners, size = int(rng.integers(3, 7)), house.text_mm * float(rng.uniform(1.0, 1.8))
    turn = {3: pick(rng, (0.0, math.pi)), 4: math.pi / 4}.get(corners, math.pi / 2)  # a triangle on its side
    turns = turn + np.arange(corners) * 2 * math.pi / corners
    outline = size * np.stack([np.cos(turns), -np.sin(turns)], axis=1) + at
    canvas.polyline(outline, house.pens.dimension, closed=True)
    canvas.text(
        str(int(rng.integers(1, 30))),
        (at[0], at[1] + 0.35 * house.text_mm),
        0.7 * house.text_mm,
        house.font,
        anchor="centre",
    )


CLUTTER: tuple[Clutter, ...] = (
    *(_words, _words, _dimension, _dimension, _dimension, _exact, _lines, _lines),
    *(_holes, _holes, _hatching, _filled, _table, _table, _centring, _centring, _logo, _flag),
)


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
