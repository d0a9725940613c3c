"""The benchmark of symbols: right boxes count, wrong forms and false boxes do not; boxes follow a scan."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.symbols import CONDITIONS, Marked, figures_of, made_sheets, marked
from search.types import Symbol

SIDE = 600


@pytest.fixture(scope="module")
def sheets() -> list[Marked]:
    return [marked(sheet) for sheet in made_sheets(4, 5)]


def oracle(sheet: Marked, names: dict[str, str] | None = None) -> tuple[Symbol, ...]:
    """Says what is there, or another name for it."""
    height, width = sheet.pixels.shape
    fractions = (sheet.boxes / (width, height, width, height)).tolist()
    return tuple(
        Symbol((names or {}).get(name, name), (x0, y0, x1, y1), 0.9)
        for name, (x0, y0, x1, y1) in zip(sheet.names, fractions, strict=True)
    )


def test_an_oracle_scores_one(sheets: list[Marked]) -> None:
    figures = figures_of("clean", [(sheet, oracle(sheet), 0.1) for sheet in sheets])
    assert figures["map50.clean"] == figures["map.clean"] == figures["recall_at_1_false.clean"] == pytest.approx(1.0)
    names = {name for sheet in sheets for name in sheet.names}
    assert {key.removeprefix("ap50.") for key in figures if key.startswith("ap50.")} == names


def test_nothing_found_scores_nothing(sheets: list[Marked]) -> None:
    figures = figures_of("clean", [(sheet, (), 0.1) for sheet in sheets])
    assert figures["map50.clean"] == figures["recall_at_1_false.clean"] == 0.0


def test_more_than_one_false_box_a_sheet_ends_the_recall(sheets: list[Marked]) -> None:
    false = tuple(Symbol("balloon", (0.4, 0.01 * n, 0.41, 0.01 * n + 0.008), 0.95) for n in range(8))
    figures = figures_of("clean", [(sheet, (*false, *oracle(sheet)), 0.1) for sheet in sheets])
    assert figures["recall_at_1_false.clean"] == 0.0


def test_an_old_form_taken_for_a_new_one_is_counted() -> None:
    boxes = np.array([[10, 10, 60, 60], [200, 200, 260, 260]], np.float64)
    sheet = Marked(np.full((SIDE, SIDE), 255, np.uint8), ("spot_weld", "spot_weld_old"), boxes)
    right = figures_of("clean", [(sheet, oracle(sheet), 0.1)])
    wrong = figures_of("clean", [(sheet, oracle(sheet, {"spot_weld_old": "spot_weld"}), 0.1)])
    assert (right["old_new.accuracy"], wrong["old_new.accuracy"]) == (1.0, 0.5)


@pytest.mark.parametrize("condition", ["scan", "fax"])
def test_boxes_go_where_the_ink_goes(condition: str) -> None:
    pixels = np.full((2000, 3000), 255, np.uint8)
    pixels[300:420, 2200:2380] = 0
    sheet = Marked(pixels, ("square",), np.array([[2200.0, 300.0, 2380.0, 420.0]]))
    worn = CONDITIONS[condition](sheet, 3)
    x0, y0, x1, y1 = worn.boxes[0]
    dark = worn.pixels < 110
    inner = dark[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1]
    share = (2380 - 2200) * (420 - 300) * (worn.pixels.shape[1] / 3000) ** 2
    assert inner.sum() > 0.8 * share
    assert inner.mean() > 0.6, "and the box is not much larger than the ink"
