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
from search.symbols.surroundings import SECTION_ARROW, TWIN, of_the_template, with_letters
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
    assert scores == pytest.approx([0.32]), "a letter is what every section arrow has"
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
    given = np.full(len(boxes), SECTION_ARROW), np.linspace(0.1, 0.9, len(boxes), dtype=np.float32), boxes
    _, scores, grown = with_letters(given, pixels)
    held = (grown[:, None, :2] <= boxes[:, :2]).all(axis=2) & (grown[:, None, 2:] >= boxes[:, 2:]).all(axis=2)
    assert held.any(axis=1).all()
    assert ((scores >= np.float32(0.1)) & (scores <= 1)).all()


def two_arrows(letters: str = "BB", *, apart: tuple[int, int] = (240, 0), long: float = 1.0) -> tuple[Found, Pixels]:
    """Two ends of a cutting plane with what the network says of them; `long` times as long is the second's box."""
    pixels = np.full((600, 600), 255, np.uint8)
    for letter, (x, y) in zip(letters, ((0, 0), apart), strict=True):
        pixels[y : y + 200, x : x + 240] &= sheet_with_an_arrow(letter, (82, 107))
    x0, y0, x1, y1 = ARROW
    second = (x0 + apart[0], y0 + apart[1], x0 + long * (x1 - x0) + apart[0], y1 + apart[1])
    boxes = np.array([ARROW, second], np.float32)
    return (np.full(2, SECTION_ARROW), np.array([0.3, 0.4], np.float32), boxes), pixels


@pytest.mark.parametrize("apart", [(240, 0), (0, 200), (300, 10)], ids=["on a level", "in a column", "nearly"])
def test_a_section_arrow_with_a_twin_is_surer(apart: tuple[int, int]) -> None:
    _, scores, _ = with_letters(*two_arrows(apart=apart))
    assert scores == pytest.approx([1 - 0.7 * (1 - TWIN * 0.4), 1 - 0.6 * (1 - TWIN * 0.3)])


@pytest.mark.parametrize(
    "arrows",
    [
        pytest.param(two_arrows("BC"), id="another letter"),
        pytest.param(two_arrows(apart=(250, 200)), id="neither on a level nor in a column"),
        pytest.param(two_arrows(long=1.5), id="another length"),
        pytest.param(two_arrows(apart=(0, 0)), id="itself"),
    ],
)
def test_no_twin_is_what_differs(arrows: tuple[Found, Pixels]) -> None:
    assert with_letters(*arrows)[1] == pytest.approx([0.3, 0.4])


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
