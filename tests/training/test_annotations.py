"""Symbols on made sheets: each that a shop uses finds its place, and stands there as a drafter would put it."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.bank import Line, Part, View, load_bank
from training.sheets import plan
from training.sheets.annotations import Annotation
from training.sheets.canvas import Canvas, width_mm
from training.sheets.drafting import Placed, draft, place
from training.sheets.feet import TOUCH_MM, Hand, drawn_on, find_foot, free_beside
from training.sheets.house import make_house
from training.sheets.primitives import Font, Pen, Text
from training.sheets.standing import datum, surface_new, surface_old
from training.sheets.symbols.ink import SymbolInk
from training.symbols.examples import marked_spec

SEEDS = st.integers(0, 2**31 - 1)
BANK = load_bank()
WIDE, TALL = 60.0, 40.0


@pytest.fixture(scope="module")
def counts() -> Counter[str]:
    rng = np.random.default_rng(5)
    return Counter(one.name for _ in range(25) for one in plan(marked_spec(BANK, 20, rng)).symbols)


@pytest.mark.parametrize(
    "name",
    [
        *("surface_basic", "surface_removal", "surface_no_removal", "surface_wave", "datum", "tolerance_frame"),
        *("surface_triangle_1", "surface_triangle_2", "surface_triangle_3", "weld_annotation", "revision_triangle"),
        *("balloon", "diameter", "section_arrow"),
    ],
)
def test_what_shops_mark_is_on_made_sheets(counts: Counter[str], name: str) -> None:
    assert counts[name] >= 5, f"{counts[name]} on 25 sheets: it finds no room"


def square() -> Placed:
    """A view of one rectangle with a line across its middle, its corner at (20, 20) of the sheet."""
    edges = (
        (0, 0, WIDE, 0),
        (WIDE, 0, WIDE, TALL),
        (WIDE, TALL, 0, TALL),
        (0, TALL, 0, 0),
        (0, TALL / 2, WIDE, TALL / 2),
    )
    curves = tuple(np.array(edge, np.float32).reshape(2, 2) for edge in edges)
    view = View(curves, np.full(5, Line.VISIBLE), np.zeros((0, 5), np.float32), np.zeros(0, np.uint8))
    return place(draft(Part("p-0", "p", "train", "P", "板", {}, (), {"front": view}), "front"), 1.0, (20.0, 20.0))


@given(SEEDS, st.sampled_from([surface_new, surface_old, datum]))
def test_marks_stand_on_the_line_of_an_edge_and_reach_out_from_it(seed: int, draw: Annotation) -> None:
    rng, view, canvas = np.random.default_rng(seed), square(), Canvas()
    foot = find_foot(view, rng)
    assert foot is not None
    x0, y0, x1, y1 = draw(Hand(canvas, make_house(seed), rng), foot)
    left, high, right, low = view.box_mm
    nearest = {0: x0 - right, 1: high - y1, 2: left - x1, 3: y0 - low}[round(foot.outwards / (math.pi / 2))]
    assert nearest == pytest.approx(0.0, abs=0.01)
    assert free_beside(Canvas(taken=[view.room_mm]), view, (x0, y0, x1, y1))


def test_room_beside_a_view_ends_at_its_lines_and_at_what_is_there() -> None:
    view = square()
    free = Canvas(taken=[view.room_mm])
    on_top, across = (30.0, 15.0, 40.0, 20.0), (30.0, 18.0, 40.0, 22.0)
    between, over_the_middle = (30.0, 20.0, 40.0, 30.0), (30.0, 35.0, 40.0, 45.0)
    assert free_beside(free, view, on_top) and free_beside(free, view, between)
    assert not free_beside(free, view, across) and not free_beside(free, view, over_the_middle)
    assert not free_beside(Canvas(taken=[view.room_mm, (35.0, 10.0, 36.0, 16.0)]), view, on_top)
    assert not free.free(on_top), "what does not stand on the view keeps clear of it"


@given(SEEDS)
def test_a_line_that_goes_on_from_an_edge_carries_the_foot(seed: int) -> None:
    rng, view, canvas = np.random.default_rng(seed), square(), Canvas()
    foot = find_foot(view, rng)
    assert foot is not None
    beyond = drawn_on(Hand(canvas, make_house(seed), rng), foot)
    left, high, right, low = view.box_mm
    (stroke,) = canvas.items
    start, end = stroke.points  # type: ignore[union-attr]
    assert math.dist(start, beyond.at) + math.dist(beyond.at, end) == pytest.approx(math.dist(start, end))
    across = 0 if round(foot.outwards / (math.pi / 2)) % 2 == 0 else 1
    assert beyond.at[across] == pytest.approx(foot.at[across]), "on the edge's own line"
    inside = left - TOUCH_MM < beyond.at[0] < right + TOUCH_MM and high - TOUCH_MM < beyond.at[1] < low + TOUCH_MM
    assert not inside


@given(st.floats(-math.pi, math.pi))
def test_texts_of_turned_symbols_are_read_from_below_or_from_the_right(angle: float) -> None:
    ink = SymbolInk(Canvas(), (50.0, 50.0), 3.0, Pen(0.2), Font("helv"), angle)
    ink.text("3.2", (0.0, 1.0), 1.0)
    (text,) = ink.canvas.items
    assert isinstance(text, Text) and -90 < text.angle_deg <= 90 + 1e-3
    assert math.remainder(math.radians(text.angle_deg) - angle, math.pi) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("text", ["4×Ø6", "Ø10", "±Ø", "×××"])
def test_a_text_is_as_wide_as_its_letters(text: str) -> None:
    font = Font("tiro")
    assert width_mm(text, font, 3.0) == pytest.approx(sum(width_mm(letter, font, 3.0) for letter in text))
    assert all(width_mm(letter, font, 3.0) > 0.5 for letter in text)
