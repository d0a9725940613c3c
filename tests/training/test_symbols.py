"""Every class can be drawn, and its box is the box of its ink."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.boxes import iou
from search.symbols.classes import BY_NAME, CLASSES, SymbolGroup
from training.sheets.canvas import Canvas
from training.sheets.pdf import Page, page_pixels
from training.sheets.primitives import Font, Pen
from training.sheets.symbols.catalogue import EXAMPLES
from training.sheets.symbols.ink import SymbolInk
from training.sheets.symbols.notes import draw_section_arrow
from training.sheets.symbols.welds import SINGLE_GROOVES, WELDS

PAPER_MM, LONG_SIDE_PX = (120.0, 120.0), 1200
NAMES = [one.name for one in CLASSES]


ALONE = {**EXAMPLES, "section_arrow": lambda ink, rng: draw_section_arrow(ink, "A", rng, 1.0)}
"""As the catalogue draws them, but without the cutting plane that is no part of its arrow."""


def blank(angle: float = 0.0, *, mirrored: bool = False) -> SymbolInk:
    return SymbolInk(Canvas(), (60.0, 60.0), 3.0, Pen(0.2), Font("helv"), angle, mirrored)


def drawn(name: str, seed: int) -> SymbolInk:
    ink = blank()
    EXAMPLES[name](ink, np.random.default_rng(seed))
    return ink


def ink_box_mm(ink: SymbolInk) -> tuple[float, float, float, float]:
    pixels = page_pixels(Page(PAPER_MM, tuple(ink.canvas.items)), LONG_SIDE_PX)
    rows, columns = np.flatnonzero((pixels < 200).any(axis=1)), np.flatnonzero((pixels < 200).any(axis=0))
    scale = PAPER_MM[0] / LONG_SIDE_PX
    return columns[0] * scale, rows[0] * scale, (columns[-1] + 1) * scale, (rows[-1] + 1) * scale


def test_names_are_unique_and_every_old_form_has_a_successor_of_today() -> None:
    assert len(BY_NAME) == len(CLASSES)
    for one in CLASSES:
        if one.successor is not None:
            assert BY_NAME[one.successor].successor is None, one.name
            assert BY_NAME[one.successor].group is one.group
    assert {one.group for one in CLASSES} == set(SymbolGroup)


def test_there_is_an_example_of_every_class_and_of_no_other() -> None:
    assert set(EXAMPLES) == set(BY_NAME)


@pytest.mark.parametrize("name", NAMES)
def test_every_class_can_be_drawn_and_is_found_again(name: str) -> None:
    for seed in range(10):
        found = drawn(name, seed).canvas.symbols
        assert name in {symbol.name for symbol in found}
        assert {symbol.name for symbol in found} <= set(BY_NAME)


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(
        [name for name in NAMES if BY_NAME[name].group is SymbolGroup.SHEET] + ["datum", "tolerance_frame"]
    ),
    st.integers(0, 99),
    st.floats(-math.pi, math.pi),
    st.booleans(),
)
def test_the_box_is_that_of_the_ink_at_any_angle(name: str, seed: int, angle: float, mirrored: bool) -> None:
    ink = blank(angle, mirrored=mirrored)
    ALONE[name](ink, np.random.default_rng(seed))
    box = next(symbol.box_mm for symbol in ink.canvas.symbols if symbol.name == name)
    for told, seen, outwards in zip(box, ink_box_mm(ink), (-1, -1, 1, 1), strict=True):
        assert -0.35 < outwards * (told - seen) < 1.6, "no ink outside; letters' own boxes may stand off a little"


def test_equal_seeds_give_equal_symbols() -> None:
    assert drawn("fillet_weld", 5).canvas.symbols == drawn("fillet_weld", 5).canvas.symbols


@pytest.mark.parametrize("angle", [0.0, 90.0, 25.0])
@pytest.mark.parametrize("text", ["Ø12", "4×Ø12", "4-Ø12 キリ"])
@pytest.mark.parametrize(
    "font", [Font("cad"), Font("cad", 0.8, 0.25), Font("helv"), Font("heit", 0.9), Font("tiro"), Font("cour")]
)
def test_the_box_of_a_diameter_sign_in_a_text_is_that_of_its_ink(font: Font, text: str, angle: float) -> None:
    canvas = Canvas()
    canvas.text(text, (40.0, 40.0), 6.0, font, angle_deg=angle, anchor="centre")
    (symbol,) = canvas.symbols
    pixels = page_pixels(Page((80.0, 80.0), tuple(canvas.items)), 1600)
    told = np.array(symbol.box_mm) * 20
    x0, y0, x1, y1 = told.round().astype(int)
    _, labels = cv2.connectedComponents((pixels < 128).astype(np.uint8))
    sign = np.bincount(labels[y0:y1, x0:x1][labels[y0:y1, x0:x1] > 0]).argmax()
    rows, columns = np.nonzero(labels == sign)
    seen = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
    assert iou(told[None], seen[None])[0, 0] > (0.75 if angle == 25.0 else 0.95), "aslant a font's stroke is guessed"


@pytest.mark.parametrize("inwards", [1.0, -1.0])
def test_no_letter_of_a_section_arrow_stands_on_its_plane(inwards: float) -> None:
    for seed in range(200):
        ink = blank()
        draw_section_arrow(ink, "A", np.random.default_rng(seed), inwards)
        (symbol,) = ink.canvas.symbols
        letter = (symbol.ink_mm[-4:] - ink.origin_mm) * (1.0, -1.0)  # the corners of its box, up is positive
        on_line = letter[:, 0].min() < 0 < letter[:, 0].max()
        reaches = (inwards * letter[:, 1]).max() > 0.3 * ink.size_mm
        at_the_tail = abs(letter[:, 1].mean()) < 0.01
        assert not (on_line and reaches) or at_the_tail, f"seed {seed}"


def test_the_letter_of_a_section_arrow_on_a_bar_stands_before_or_behind_it() -> None:
    for seed in range(50):
        ink = blank()
        draw_section_arrow(ink, "A", np.random.default_rng(seed), 0.0)
        (symbol,) = ink.canvas.symbols
        letter = (symbol.ink_mm[-4:] - ink.origin_mm) / ink.size_mm
        assert abs(letter[:, 1].mean()) < 0.01, "on the arrow's line"
        assert letter[:, 0].min() > 0.2 or letter[:, 0].max() < -0.2, "not on the bar"


@pytest.mark.parametrize("name", WELDS)
def test_only_grooves_have_something_across_the_line(name: str) -> None:
    held = [{one.name for one in drawn(name, seed).canvas.symbols} for seed in range(60)]
    across = [names & {"backing", *WELDS} - {name} for names in held]
    assert any(across) == (name in SINGLE_GROOVES)
    assert all(len(one) <= 1 for one in across)


@pytest.mark.parametrize("name", ["convex_contour", "concave_contour", "blended_toes"])
def test_a_bent_contour_has_a_tight_box(name: str) -> None:
    for seed in range(20):
        symbol = next(one for one in drawn(name, seed).canvas.symbols if one.name == name)
        ink = np.concatenate([symbol.ink_mm.min(axis=0), symbol.ink_mm.max(axis=0)])
        assert np.abs(ink - symbol.box_mm).max() < 0.3
