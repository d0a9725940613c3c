"""The height of lettering is found at any scale, upright and turned, and not made up where there is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from search.symbols.text_height import text_height_px
from search.types import Pixels
from training.bank import load_bank
from training.sheets import draw, draw_spec, plan


def lettered(height_px: int, count: int = 12) -> Pixels:
    """Lines of text whose capitals are so high, and lines and circles that are none."""
    page = np.full((1400, 2000), 255, np.uint8)
    scale = cv2.getFontScaleFromHeight(cv2.FONT_HERSHEY_SIMPLEX, height_px, 1)
    for number in range(count):
        at = (60 + 620 * (number % 3), 150 + 260 * (number // 3))
        cv2.putText(page, "3X 25.40 H7", at, cv2.FONT_HERSHEY_SIMPLEX, scale, 0, max(1, height_px // 9), cv2.LINE_AA)
    cv2.rectangle(page, (20, 20), (1980, 1380), 0, 3)
    cv2.circle(page, (1000, 1200), 90, 0, 3)
    return page


@pytest.mark.parametrize("height_px", [10, 14, 22, 38])
@pytest.mark.parametrize("quarters", [0, 1])
def test_the_height_is_that_of_the_capitals(height_px: int, quarters: int) -> None:
    found = text_height_px(np.ascontiguousarray(np.rot90(lettered(height_px), quarters)))
    assert found == pytest.approx(height_px, rel=0.25)


def test_a_sheet_without_letters_has_no_text_height() -> None:
    assert text_height_px(np.full((900, 1200), 255, np.uint8)) is None
    assert text_height_px(lettered(20, 0)) is None


def test_on_made_sheets_the_estimate_is_mostly_right() -> None:
    bank, ratios = load_bank(split="test"), []
    for seed in range(24):
        rng = np.random.default_rng(seed)
        sheet = plan(draw_spec(bank[int(rng.integers(len(bank)))], rng, split="test"))
        found = text_height_px(draw(sheet, 2400))
        if found is not None:
            ratios.append(found / (sheet.text_mm * 2400 / max(sheet.size_mm)))
    right = np.mean([1 / 1.6 < ratio < 1.6 for ratio in ratios])
    assert len(ratios) >= 20 and right >= 0.8
