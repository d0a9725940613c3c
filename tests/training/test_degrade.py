"""Degradations: seeded, traceable, and the drawing survives them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.types import Pixels
from training.wear.degrade import RECIPES, degrade

WIDTH, HEIGHT = 900, 640


def sheet_with_a_mark(x: int = 300, y: int = 240) -> Pixels:
    """A white sheet with a black disc and a frame of thin lines."""
    sheet = np.full((HEIGHT, WIDTH), 255, np.uint8)
    cv2.rectangle(sheet, (40, 40), (WIDTH - 40, HEIGHT - 40), 0, 1)
    cv2.circle(sheet, (x, y), 22, 0, -1)
    return sheet


def disc_centre(pixels: Pixels) -> tuple[float, float]:
    """Middle of the largest round dark thing that does not touch the border."""
    dark = cv2.morphologyEx((pixels < 110).astype(np.uint8), cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    _, _, stats, centres = cv2.connectedComponentsWithStats(dark)
    height, width = pixels.shape
    best = max(
        (
            (stats[i, cv2.CC_STAT_AREA], tuple(centres[i]))
            for i in range(1, len(stats))
            if stats[i, 0] > 0
            and stats[i, 1] > 0
            and stats[i, 0] + stats[i, 2] < width
            and stats[i, 1] + stats[i, 3] < height
        ),
    )
    return float(best[1][0]) + 0.5, float(best[1][1]) + 0.5


@pytest.mark.parametrize("name", ["scan", "fax", "photo", "recopied", "screenshot", "damaged"])
@pytest.mark.parametrize("seed", range(4))
def test_the_homography_says_where_a_mark_went(name: str, seed: int) -> None:
    result, matrix = RECIPES[name][0](sheet_with_a_mark(), np.random.default_rng(seed), 1.0)
    expected = cv2.perspectiveTransform(np.array([[[300.5, 240.5]]]), matrix)[0, 0]
    assert disc_centre(result) == pytest.approx(tuple(expected), abs=2.0)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**31 - 1),
    height=st.integers(24, 300),
    width=st.integers(24, 300),
    strength=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
)
def test_any_size_gives_grey_pixels_the_same_each_time(seed: int, height: int, width: int, strength: float) -> None:
    source = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    before = source.copy()
    first = degrade(source, np.random.default_rng(seed), strength)
    assert first.dtype == np.uint8
    assert first.ndim == 2
    assert min(first.shape) >= 8
    np.testing.assert_array_equal(first, degrade(source, np.random.default_rng(seed), strength))
    np.testing.assert_array_equal(source, before)


@pytest.mark.parametrize("name", RECIPES)
def test_each_recipe_changes_the_sheet_and_keeps_its_lines(name: str) -> None:
    source = sheet_with_a_mark()
    for seed in range(6):
        result, _ = RECIPES[name][0](source, np.random.default_rng(seed), 1.0)
        assert result.shape != source.shape or (result != source).any()
        smooth = cv2.GaussianBlur(result.astype(np.float32), (0, 0), 1.0)
        assert smooth.max() - smooth.min() > 25


@pytest.mark.parametrize("name", ["fax", "recopied"])
@pytest.mark.parametrize("grey", [0, 120, 190])
def test_hardening_does_not_lose_faint_lines(name: str, grey: int) -> None:
    source = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for x in range(60, WIDTH, 60):
        cv2.line(source, (x, 20), (x, HEIGHT - 20), grey, 2)
    kept = []
    for seed in range(8):
        result, _ = RECIPES[name][0](source, np.random.default_rng(seed), 1.0)
        columns = (result[result.shape[0] // 4 : -result.shape[0] // 4] < 160).mean(axis=0)
        kept.append((columns > 0.05).sum() > 10)
    assert np.mean(kept) > 0.6


def test_more_strength_is_a_larger_change() -> None:
    source = sheet_with_a_mark()

    def change(strength: float) -> float:
        results = [RECIPES["faded"][0](source, np.random.default_rng(seed), strength)[0] for seed in range(12)]
        return float(np.mean([abs(cv2.resize(r, (WIDTH, HEIGHT)).astype(int) - source).mean() for r in results]))

    assert change(0.2) < change(1.0) < change(2.0)
