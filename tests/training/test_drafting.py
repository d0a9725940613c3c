"""What a drafter knows: where views and cutting lines stand, how holes, threads and limits are written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.bank import Part, View, load_bank
from training.sheets.arrangement import _NEIGHBOURS, _oriented, arrange
from training.sheets.canvas import Canvas
from training.sheets.drafting import draft, place
from training.sheets.house import make_house
from training.sheets.marks import draw_cutting_line
from training.sheets.primitives import Stroke
from training.sheets.values import hole_label, length_label

BANK = load_bank(split="train")


@pytest.mark.parametrize("seed", range(4))
def test_the_right_view_stands_right_in_third_angle_and_left_in_first(seed: int) -> None:
    """ISO 5456-2."""
    part = next(part for part in BANK if {"front", "right", "top"} <= set(part.views))
    for first_angle in (True, False):
        house = replace(make_house(seed, languages=("en",)), first_angle=first_angle)
        spots = {"front": (0, 0, 0), **_NEIGHBOURS["front"]}
        right, above = _oriented(spots["right"], 0, first_angle), _oriented(spots["top"], 0, first_angle)
        assert right[:2] == ((-1, 0) if first_angle else (1, 0))
        assert above[:2] == ((0, -1) if first_angle else (0, 1))
        for trial in range(60):
            slots = arrange(part, house, np.random.default_rng([seed, trial]), 1, mirror=False).slots
            at = {slot.drafted.name: slot for slot in slots}
            if {"front", "right"} <= set(at) and at["front"].drafted.quarters == 0 and "section" not in at:
                assert (at["right"].column > at["front"].column) != first_angle
                break
        else:
            pytest.fail("no arrangement with a front and a right view")


def test_the_cutting_line_is_where_the_part_was_cut() -> None:
    """The plate reaches from y = 0 to 60: its axis is not inside, so the section goes through the middle."""
    outline = np.array([(0, 0), (400, 0), (400, 60), (0, 60), (0, 0)], np.float32)
    view = View((outline,), np.zeros(1, np.uint8), np.zeros((0, 5), np.float32), np.zeros(0, np.uint8))
    plate = Part("plate-0", "plate", "train", "Plate", "板", {}, (), {"top": view})
    house = make_house(3, languages=("en",))
    for quarters in range(4):
        canvas, placed = Canvas(), place(draft(plate, "top", quarters=quarters), 1.0, (100.0, 100.0))
        draw_cutting_line(canvas, placed, "A", house)
        ends = next(item for item in canvas.items if isinstance(item, Stroke)).points
        across = int(np.ptp(ends[:, 0]) > np.ptp(ends[:, 1]))
        box = placed.box_mm
        assert ends[:, across] == pytest.approx([(box[across] + box[across + 2]) / 2] * 2, abs=1e-6)


@pytest.mark.parametrize("style", ["{n}×Ø{d}", "{n}-Ø{d}", "Ø{d} ({n}x)"])
def test_equal_holes_and_threads_are_counted_in_the_style_of_the_house(style: str) -> None:
    house = replace(make_house(3, languages=("en",)), hole_style=style, inch=False, comma=False)
    mains = {hole_label(6.8, 4, house, np.random.default_rng(seed)).main.split(" -")[0] for seed in range(40)}
    assert style.format(n=4, d="x").replace("Øx", "M8") in mains
    fits = [hole_label(12.0, 4, house, np.random.default_rng(seed)).main for seed in range(200)]
    assert any("Ø12H7" in main or "Ø12.0H7" in main for main in fits)


@pytest.mark.parametrize("inch", [True, False])
def test_limits_are_never_nothing(inch: bool) -> None:
    house = replace(make_house(3, languages=("en",)), inch=inch, comma=False)
    for seed in range(400):
        label = length_label(20.0, house, np.random.default_rng(seed))
        assert not label.main.endswith(("±0", "±.0")) and label.upper not in ("+", "+0")
        assert label.upper != label.lower or not label.upper
        if inch and label.upper not in ("", "0"):
            assert float(label.upper) < 0.01, "0.2 mm are 0.0079 inches"
