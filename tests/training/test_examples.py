"""What a training step sees: where crops are cut, and which sheets are twins."""

import dataclasses
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from training.encoding.examples import Drawings, _cut, _densest_cut, held_out
from training.encoding.regions import SAME, UNSURE, Example
from training.sheets import SheetSpec, draw_spec


def page_with_a_dense_corner() -> np.ndarray:
    pixels = np.full((700, 1000), 255, np.uint8)
    pixels[60:400:40, 60:500] = 0
    pixels[560:690:4, 700:990] = 0
    return pixels


def test_dense_crops_lie_on_the_page_and_prefer_the_densest_place() -> None:
    pixels = page_with_a_dense_corner()
    held = []
    for seed in range(20):
        x0, y0, x1, y1 = _densest_cut(pixels, np.random.default_rng(seed))
        assert 0 <= x0 < x1 <= 1000
        assert 0 <= y0 < y1 <= 700
        assert 0.07 <= (x1 - x0) * (y1 - y0) / pixels.size <= 0.31
        held.append((pixels[y0:y1, x0:x1] == 0).sum() / (pixels[560:] == 0).sum())
    assert np.median(held) > 0.6


def test_plain_crops_lie_on_the_page() -> None:
    for seed in range(10):
        x0, y0, x1, y1 = _cut(page_with_a_dense_corner(), np.random.default_rng(seed))
        assert 0 <= x0 < x1 <= 1000
        assert 0 <= y0 < y1 <= 700


def specs_of_a_step(monkeypatch: pytest.MonkeyPatch, twins: float) -> list[SheetSpec]:
    specs: list[SheetSpec] = []
    drawn = Example(*(np.zeros((1, 1), np.uint8) for _ in dataclasses.fields(Example)))

    def noted(_: Drawings, spec: SheetSpec, *__: object) -> Example:
        specs.append(spec)
        return drawn

    monkeypatch.setattr(Drawings, "pair", noted)
    config = json.loads(Path("training/configs/encoder.json").read_text()) | {"twins": twins, "same_template": 0.0}
    Drawings(config, 224)[7]
    assert not any(held_out(part.name) for spec in specs for part in spec.parts), "these are for validation"
    return specs


def test_twins_are_family_mates_that_differ_in_the_part_and_the_title_only(monkeypatch: pytest.MonkeyPatch) -> None:
    specs = specs_of_a_step(monkeypatch, 1.0)
    mates = [(a, b) for a, b in pairwise(specs) if a.parts[0].family == b.parts[0].family]
    assert len(mates) >= len(specs) // 3
    for one, other in mates:
        assert one.parts[0].name != other.parts[0].name
        assert one.text_seed != other.text_seed
        assert replace(other, parts=one.parts, text_seed=one.text_seed) == one


def test_without_twins_every_sheet_has_a_layout_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    specs = specs_of_a_step(monkeypatch, 0.0)
    assert len({spec.layout_seed for spec in specs}) == len(specs)


def test_a_part_is_found_on_a_sheet_of_several() -> None:
    """The first part's views on the sheet of several are partners of its own drawing's; the others' are not."""
    config = json.loads(Path("training/configs/encoder.json").read_text()) | {
        "other_drawing": 1.0,
        "sketched": 0.0,
        "assembly": 1.0,
    }
    drawings = Drawings(config, 96)
    bank, rng = drawings.bank, np.random.default_rng(3)
    partners = 0
    for index in range(0, 60, 10):
        parts = drawings._assembled(bank[index], rng)
        assert len(parts) > 1 and all(one.family != parts[0].family for one in parts[1:])
        assert not any(held_out(one.name) for one in parts[1:]), "these are for validation"
        example = drawings.pair(draw_spec(parts, rng), rng, 96)
        if example is not None:
            assert example.relation[0, 0] == UNSURE
            partners += int((example.relation == SAME).any())
    assert partners >= 2
