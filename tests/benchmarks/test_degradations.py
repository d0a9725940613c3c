from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.degradations import DEGRADATIONS, _densest_window, crop, fax, mirror, scan
from benchmarks.pages import Pixels

SEEDS = st.integers(0, 2**32 - 1)
DOTS = ((150, 200), (550, 200))
SHAPE = (500, 700)


def page() -> Pixels:
    """A frame, and two heavy dots whose distance and direction are known."""
    pixels = np.full(SHAPE, 255, np.uint8)
    cv2.rectangle(pixels, (10, 10), (690, 490), 0, 2)
    for dot in DOTS:
        cv2.circle(pixels, dot, 18, 0, -1)
    return pixels


def dot_centres(pixels: Pixels) -> np.ndarray:
    """(2, 2) x, y of the dots, from left to right."""
    soft = cv2.GaussianBlur(pixels, (0, 0), 5)  # thin lines and specks fade, the dots stay
    _, _, stats, centres = cv2.connectedComponentsWithStats((soft < 110).astype(np.uint8))
    largest = 1 + np.argsort(-stats[1:, cv2.CC_STAT_AREA])[:2]
    return np.array(sorted(centres[largest].tolist()))


@pytest.mark.parametrize("task", DEGRADATIONS)
def test_the_same_seed_degrades_alike_and_another_one_does_not(task: str) -> None:
    first, again, other = (DEGRADATIONS[task](page(), np.random.default_rng(seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    if task != "mirror":
        assert first.shape != other.shape or (first != other).any()


@pytest.mark.parametrize("task", DEGRADATIONS)
def test_the_source_page_stays_as_it_was(task: str) -> None:
    source = page()
    result = DEGRADATIONS[task](source, np.random.default_rng(3))
    np.testing.assert_array_equal(source, page())
    assert result.dtype == np.uint8
    assert result.ndim == 2


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_a_scan_is_turned_by_3_degrees_and_shrunk_to_0_93_at_most(seed: int) -> None:
    left, right = dot_centres(scan(page(), np.random.default_rng(seed)))
    across, down = right - left
    assert abs(np.degrees(np.arctan2(down, across))) < 3.2
    assert 0.92 < np.hypot(across, down) / (DOTS[1][0] - DOTS[0][0]) < 1.01


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_a_fax_is_black_and_white_at_1100_px(seed: int) -> None:
    result = fax(page(), np.random.default_rng(seed))
    assert max(result.shape) == 1100
    assert set(np.unique(result)) == {0, 255}
    assert (result == 0).mean() < 0.2


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_a_crop_is_12_to_30_percent_of_the_inked_area_where_ink_is_densest(seed: int) -> None:
    pixels = page()
    pixels[300:400, 400:600] = 0
    x0, y0, x1, y1 = _densest_window(pixels, np.random.default_rng(seed))
    assert 0.11 < (x1 - x0) * (y1 - y0) / (681 * 481) < 0.31
    assert (pixels[y0:y1, x0:x1] == 0).sum() > 0.7 * 100 * 200


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_a_crop_is_500_to_1400_px_long(seed: int) -> None:
    assert 500 <= max(crop(page(), np.random.default_rng(seed)).shape) <= 1400


def test_a_crop_of_an_empty_page_is_empty() -> None:
    blank = np.full(SHAPE, 255, np.uint8)
    assert (crop(blank, np.random.default_rng(1)) == 255).all()


def test_mirrored_twice_is_the_page_itself() -> None:
    rng = np.random.default_rng(1)
    np.testing.assert_array_equal(mirror(mirror(page(), rng), rng), page())


def test_rotate90_gives_all_three_turns_and_never_none() -> None:
    left_dark = page()
    left_dark[50:450, 20:60] = 0
    sides = set()
    for seed in range(12):
        result = DEGRADATIONS["rotate90"](left_dark, np.random.default_rng(seed)).astype(float)
        edges = {"left": result[:, :60], "right": result[:, -60:], "top": result[:60], "bottom": result[-60:]}
        sides.add(min(edges, key=lambda side: edges[side].mean()))
    assert sides == {"right", "top", "bottom"}


def test_markup_adds_ink_that_a_scan_does_not() -> None:
    scanned, marked = (DEGRADATIONS[task](page(), np.random.default_rng(2)) for task in ("scan", "markup"))
    assert (marked < 100).sum() > (scanned < 100).sum() + 1000


def test_a_photo_has_a_dark_surround_and_the_sheet_in_its_middle() -> None:
    for seed in range(8):
        result = DEGRADATIONS["photo"](page(), np.random.default_rng(seed))
        border = np.concatenate([result[0], result[-1], result[:, 0], result[:, -1]])
        assert np.median(border) < 110
        assert np.median(result) > 150
