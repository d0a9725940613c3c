"""What the detector sees: tiles keep their boxes, however they are cut, worn and slanted, and hold symbols."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from search.symbols.classes import INDEX
from training.detector import Config
from training.sheets.canvas import Canvas
from training.sheets.pdf import Page, page_pixels
from training.sheets.primitives import DrawnSymbol, Font, Pen
from training.sheets.symbols.ink import SymbolInk
from training.sheets.symbols.notes import draw_section_arrow
from training.symbols.examples import SymbolTiles
from training.symbols.labelled import anchors_of
from training.symbols.marked import Marked, corner_about_a_symbol, middles, resized, tile, worn
from training.symbols.practice import Practice, slanted

SIDE = 160
TINY = replace(Config.read(Path("training/configs/detector.json")), tiles_per_step=2, side_px=SIDE, practice=1.0)


def square(side: int, at: int, size: int) -> Marked:
    pixels = np.full((side, side), 255, np.uint8)
    pixels[at : at + size, at : at + size] = 0
    box = np.array([[at, at, at + size, at + size]], np.float32)
    return Marked(pixels, np.array([0]), box, middles(box))


def dark_box(pixels: NDArray[np.uint8]) -> list[int]:
    rows, columns = np.flatnonzero((pixels < 100).any(axis=1)), np.flatnonzero((pixels < 100).any(axis=0))
    return [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]


@pytest.mark.parametrize("corner", [(100, 120), (-30, -10)])
def test_a_tile_moves_boxes_with_their_ink(corner: tuple[int, int]) -> None:
    cut = tile(square(400, 150, 60), corner, 256)
    assert dark_box(cut.pixels) == cut.boxes[0].astype(int).tolist()


@pytest.mark.parametrize("corner", [(190, 0), (-180, 0), (0, 200)])
def test_a_tile_leaves_out_symbols_whose_anchor_it_does_not_show(corner: tuple[int, int]) -> None:
    assert not len(tile(square(400, 150, 60), corner, 170).kinds)
    beyond = tile(square(200, 180, 60), (100, 100), 170)
    assert not len(beyond.kinds), "the anchor lies beyond the picture, on paper that the tile adds"


@pytest.mark.parametrize("seed", range(6))
def test_a_worn_sheet_has_its_boxes_where_the_ink_went(seed: int) -> None:
    before = square(700, 300, 90)
    after = worn(before, np.random.default_rng(seed))
    x0, y0, x1, y1 = after.boxes[0].round().astype(int)
    inside = np.median(after.pixels[y0 + 12 : y1 - 12, x0 + 12 : x1 - 12])
    around = np.median(np.concatenate([after.pixels[y0 - 20 : y0 - 8, x0:x1], after.pixels[y1 + 8 : y1 + 20, x0:x1]]))
    assert inside < around - 25
    assert abs((x1 - x0) - 90) < 14, "as large as it was"


@pytest.mark.parametrize("seed", range(6))
def test_a_slanted_sheet_has_its_boxes_where_the_ink_went(seed: int) -> None:
    pixels = np.full((900, 1100), 255, np.uint8)
    cv2.circle(pixels, (600, 400), 60, 0, -1)
    turns = np.linspace(0, 2 * np.pi, 90)
    rim = np.array([600.5, 400.5]) + 60.5 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    disc = DrawnSymbol("balloon", (539.5, 339.5, 661.5, 461.5), (600.5, 400.5), rim)
    after = slanted(Practice(pixels, [disc]), np.random.default_rng(seed))
    (symbol,) = after.symbols
    assert np.abs(np.array(dark_box(after.pixels)) - symbol.box_mm).max() < 3
    x, y = (int(value) for value in symbol.anchor_mm)
    assert (after.pixels[y - 20 : y + 20, x - 20 : x + 20] == 0).all()


def test_a_sheet_without_symbols_is_cut_where_its_ink_is() -> None:
    pixels = np.full((900, 900), 255, np.uint8)
    pixels[700:710, 50:60] = 0
    blank = Marked(pixels, np.zeros(0, np.int64), np.zeros((0, 4), np.float32), np.zeros((0, 2), np.float32))
    for seed in range(6):
        corner = corner_about_a_symbol(blank, 128, np.random.default_rng(seed))
        assert tile(blank, corner, 128).pixels.min() == 0


@pytest.mark.parametrize("seed", range(4))
def test_an_anchor_stays_on_its_ink(seed: int) -> None:
    pixels = np.full((600, 600), 255, np.uint8)
    pixels[380:420, 360:400] = 0
    box, anchor = np.array([[200, 250, 400, 420]], np.float32), np.array([[380, 400]], np.float32)
    whole = Marked(pixels, np.array([INDEX["section_arrow"]]), box, anchor)
    rng = np.random.default_rng(seed)
    for one in (worn(whole, rng), resized(whole, 0.6), tile(whole, (300, 310), 256)):
        x, y = one.anchors[0].round().astype(int)
        assert np.median(one.pixels[y - 4 : y + 5, x - 4 : x + 5]) < np.median(one.pixels) - 25


def test_a_section_arrow_is_seen_at_its_head_on_made_and_on_labelled_sheets() -> None:
    canvas = Canvas()
    ink = SymbolInk(canvas, (60.0, 60.0), 5.0, Pen(0.5), Font("helv"))
    draw_section_arrow(ink, "A", np.random.default_rng(7), 1.0)  # with a filled head
    (symbol,) = canvas.symbols
    pixels = page_pixels(Page((120.0, 120.0), tuple(canvas.items)), 360)
    x, y = (3 * value for value in symbol.anchor_mm)
    assert (pixels[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2] < 128).all()
    box = 3 * np.array([symbol.box_mm], np.float32)
    assert np.abs(middles(box)[0] - (x, y)).max() > 8
    (seen,) = anchors_of(pixels, np.array([INDEX["section_arrow"]]), box)
    assert np.abs(seen - (x, y)).max() < 9, "on the head"


def test_equal_steps_are_equal_and_hold_symbols() -> None:
    tiles = SymbolTiles(asdict(replace(TINY, practice=0.5, tiles_per_step=6)))
    one, two = tiles[4], tiles[4]
    assert all((a.pixels == b.pixels).all() and (a.boxes == b.boxes).all() for a, b in zip(one, two, strict=True))
    assert {one.pixels.shape for one in one} == {(SIDE, SIDE)}
    assert sum(len(tile.kinds) for step in (4, 5, 6) for tile in tiles[step]) > 12


@pytest.mark.parametrize("practice", [0.0, 1.0])
def test_every_symbol_of_a_tile_has_ink(practice: float) -> None:
    """Labels on blank paper once made up a third of the tiles, and the detector unsure of everything."""
    tiles = SymbolTiles(asdict(replace(TINY, practice=practice, worn=0.0, tiles_per_step=10)))
    darkest = [
        one.pixels[max(0, int(y0)) : int(y1) + 2, max(0, int(x0)) : int(x1) + 2].min(initial=255)
        for step in range(3)
        for one in tiles[step]
        for x0, y0, x1, y1 in one.boxes
    ]
    assert len(darkest) > 10
    assert np.mean(np.array(darkest) < 230) > 0.97
