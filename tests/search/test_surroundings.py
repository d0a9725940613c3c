"""Section arrows have letters, surface marks lie on the drawing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.regions import Layout
from search.symbols.classes import INDEX
from search.symbols.decoding import Found
from search.symbols.surroundings import EVIDENCE, SECTION_ARROW, of_the_template, with_letters
from search.types import Pixels, Symbol

ARROW = (100, 90, 140, 110)
DIAMETER = INDEX["diameter"]


def sheet_with_an_arrow(text: str = "", at: tuple[int, int] = (0, 0)) -> Pixels:
    """A filled head with a shaft, and capitals 14 px high whose lower left corner is `at`."""
    pixels = np.full((200, 240), 255, np.uint8)
    cv2.fillPoly(pixels, [np.array([(140, 100), (124, 95), (124, 105)])], 0)
    cv2.line(pixels, (100, 100), (124, 100), 0, 1)
    cv2.putText(pixels, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.65, 0, 2)
    return pixels


def found(kind: int = SECTION_ARROW, score: float = 0.32) -> Found:
    return np.array([kind]), np.array([score], np.float32), np.array([ARROW], np.float32)


@pytest.mark.parametrize("at", [(105, 86), (105, 128), (82, 107), (148, 107)], ids=["above", "below", "left", "right"])
def test_a_section_arrow_gets_the_letter_on_any_side_of_it(at: tuple[int, int]) -> None:
    pixels = sheet_with_an_arrow("B", at)
    given = found()
    _, scores, boxes = with_letters(given, pixels)
    (box,) = boxes.tolist()
    x, y = at[0] + 6, at[1] - 7
    assert box[0] <= x <= box[2] and box[1] <= y <= box[3], "the letter's middle"
    assert box[0] <= ARROW[0] and box[1] <= ARROW[1] and box[2] >= ARROW[2] and box[3] >= ARROW[3]
    assert box[2] - box[0] <= 65 and box[3] - box[1] <= 45, "no more than the letter was added"
    assert scores == pytest.approx([1 - (1 - 0.32) * (1 - EVIDENCE)])
    assert given[2].tolist() == [list(ARROW)], "what was given stays as it was"


@pytest.mark.parametrize(
    "pixels",
    [
        pytest.param(sheet_with_an_arrow(), id="its own head is no letter"),
        pytest.param(sheet_with_an_arrow("852", (100, 85)), id="digits of a dimension"),
        pytest.param(sheet_with_an_arrow("B", (185, 107)), id="too far away"),
    ],
)
def test_an_arrow_without_a_letter_is_a_dimensions(pixels: Pixels) -> None:
    assert not len(with_letters(found(), pixels)[0])


def test_other_symbols_need_no_letter() -> None:
    kinds, scores, boxes = with_letters(found(DIAMETER), sheet_with_an_arrow())
    assert (kinds.tolist(), boxes.tolist()) == ([DIAMETER], [list(ARROW)]) and scores == pytest.approx([0.32])


@given(
    corners=st.lists(st.tuples(st.floats(-30, 260), st.floats(-30, 220)), min_size=1, max_size=6),
    size=st.floats(1, 90),
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_boxes_of_arrows_only_grow_wherever_they_lie(
    corners: list[tuple[float, float]], size: float, seed: int
) -> None:
    pixels = np.where(np.random.default_rng(seed).random((200, 240)) < 0.03, 0, 255).astype(np.uint8)
    pixels = cv2.erode(pixels, np.ones((3, 3), np.uint8)).astype(np.uint8)
    boxes = np.array([(x, y, x + size, y + size) for x, y in corners], np.float32)
    # The score tells which box became which.
    given = np.full(len(boxes), SECTION_ARROW), np.linspace(0.1, 0.9, len(boxes), dtype=np.float32), boxes
    _, scores, grown = with_letters(given, pixels)
    before = boxes[[int(np.abs(given[1] - (1 - (1 - score) / (1 - EVIDENCE))).argmin()) for score in scores]]
    assert (grown[:, :2] <= before[:, :2]).all() and (grown[:, 2:] >= before[:, 2:]).all()


def test_a_surface_mark_on_the_frame_is_a_centring_arrow_and_a_projection_mark_there_is_none() -> None:
    page = np.full((300, 400), 255, np.uint8)
    page[10:20, 190:200] = 0
    page[150:160, 190:200] = 0
    drawing = page.copy()
    drawing[:40] = 255
    layout = Layout(page, drawing, ())
    on_frame, inside = (0.45, 0.02, 0.52, 0.08), (0.45, 0.48, 0.52, 0.56)
    assert of_the_template(Symbol("surface_triangle_1", on_frame, 0.9), layout)
    assert not of_the_template(Symbol("surface_triangle_1", inside, 0.9), layout)
    assert not of_the_template(Symbol("third_angle", on_frame, 0.9), layout)
    assert not of_the_template(Symbol("surface_triangle_1", (0.8, 0.8, 0.9, 0.9), 0.9), layout), "nothing there at all"
