"""The height of lettering is found at any scale, upright and turned, among specks, and is a usual one without any."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from search.regions import layout_of
from search.symbols.text_height import ON_A_SHEET, text_height_px
from search.types import Pixels
from training.bank import load_bank
from training.sheets import draw, draw_spec, plan


def lettered(height_px: int, count: int = 12) -> Pixels:
    """Lines of text whose capitals are so high, and lines and circles that are none."""
    page = np.full((1400, 2000), 255, np.uint8)
    scale = 4 * height_px / _capital_px(4)
    for number in range(count):
        at = (60 + 620 * (number % 3), 150 + 260 * (number // 3))
        cv2.putText(page, "3X 25.40 H7", at, cv2.FONT_HERSHEY_SIMPLEX, scale, 0, max(1, height_px // 9), cv2.LINE_AA)
    cv2.rectangle(page, (20, 20), (1980, 1380), 0, 3)
    cv2.circle(page, (1000, 1200), 90, 0, 3)
    return page


def _capital_px(scale: float) -> int:
    page = np.full((300, 300), 255, np.uint8)
    cv2.putText(page, "H", (50, 250), cv2.FONT_HERSHEY_SIMPLEX, scale, 0, 2)
    return int((page < 128).any(axis=1).sum())


@pytest.mark.parametrize("height_px", [10, 14, 22, 38])
@pytest.mark.parametrize("quarters", [0, 1])
def test_the_height_is_that_of_the_capitals(height_px: int, quarters: int) -> None:
    page = np.ascontiguousarray(np.rot90(lettered(height_px), quarters))
    assert text_height_px(page, page) == pytest.approx(height_px, rel=0.15)


@pytest.mark.parametrize("page", [np.full((1400, 2000), 255, np.uint8), lettered(20, 0)], ids=["blank", "lines"])
def test_a_sheet_without_letters_is_taken_for_a_usual_one(page: Pixels) -> None:
    assert text_height_px(page, page) == pytest.approx(2000 / ON_A_SHEET, rel=0.1)


def test_letters_of_the_drawing_count_more_than_those_of_the_title_block() -> None:
    drawing, title_block = lettered(26, 6), lettered(13, 12)
    assert text_height_px(drawing, np.minimum(drawing, title_block)) == pytest.approx(26, rel=0.2)
    assert text_height_px(lettered(20, 0), title_block) == pytest.approx(13, rel=0.2), "they are better than nothing"


def test_specks_are_no_letters() -> None:
    page = lettered(24, 6)
    rng = np.random.default_rng(0)
    for x, y in rng.integers(0, (1990, 1390), (500, 2)):
        page[y : y + 6, x : x + 4] = 0
    assert text_height_px(page, page) == pytest.approx(24, rel=0.25)


def test_on_made_sheets_the_estimate_is_mostly_right() -> None:
    bank, ratios = load_bank(split="test"), []
    for seed in range(24):
        rng = np.random.default_rng(seed)
        sheet = plan(draw_spec(bank[int(rng.integers(len(bank)))], rng, split="test"))
        layout = layout_of(draw(sheet, 2400))
        found = text_height_px(layout.drawing, layout.page)
        ratios.append(found / (sheet.text_mm * 2400 / max(sheet.size_mm)))
    right = np.mean([1 / 1.6 < ratio < 1.6 for ratio in ratios])
    assert right >= 0.85, ratios
