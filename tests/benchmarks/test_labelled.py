"""What counts as found on labelled sheets."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.labelled import _shares, matched, measure_labelled
from search.generation import sha256_of
from search.regions import Layout
from search.symbols.coco import Labelled, LabelledSheet, write_coco
from search.types import Symbol
from tests.drawn import write_pdf
from training.symbols.labelled import Labels


def test_a_label_is_found_once_by_a_box_of_its_class_that_fits() -> None:
    labels = [Labelled("datum", (0.1, 0.1, 0.2, 0.2)), Labelled("datum", (0.5, 0.5, 0.6, 0.6))]
    symbols = [
        Symbol("datum", (0.1, 0.1, 0.2, 0.21), 0.9),
        Symbol("datum", (0.1, 0.1, 0.2, 0.19), 0.8),  # the same one again
        Symbol("balloon", (0.5, 0.5, 0.6, 0.6), 0.7),  # of another class
        Symbol("datum", (0.56, 0.56, 0.66, 0.66), 0.6),  # too far away
    ]
    assert list(matched(labels, symbols)) == ["datum"]
    assert list(matched(labels, [*symbols, Symbol("datum", (0.5, 0.5, 0.61, 0.6), 0.1)])) == ["datum", "datum"]


def test_a_share_of_nothing_is_not_told() -> None:
    assert _shares("real", found=1, asked=2, told=4) == {"real.recall": 0.5, "real.precision": 0.25}
    assert _shares("real.weld", found=0, asked=0, told=3) == {"real.weld.precision": 0.0}


class Stub:
    """Tells the same of every sheet."""

    told = (
        Symbol("datum", (0.1, 0.1, 0.2, 0.2), 0.9),
        Symbol("datum", (0.5, 0.5, 0.6, 0.6), 0.5),
        Symbol("balloon", (0.7, 0.7, 0.8, 0.8), 0.4),
    )

    def detect(self, _: Layout, at_least: float) -> tuple[Symbol, ...]:
        return tuple(one for one in self.told if one.score >= at_least)


def test_labelled_sheets_are_measured_at_the_score_of_search_and_at_others(tmp_path: Path) -> None:
    (tmp_path / "drawings").mkdir()
    datum, frame = Labelled("datum", (0.1, 0.1, 0.2, 0.2)), Labelled("tolerance_frame", (0.3, 0.3, 0.4, 0.4))
    sheets = []
    for number, symbols in enumerate([(datum, frame), ()]):
        path = tmp_path / "drawings" / f"{number}.pdf"
        write_pdf(path, [number + 1])
        sheets.append(LabelledSheet(sha256_of(path), 1, (3000, 2121), symbols, path.name))
    write_coco(tmp_path / "labels.json", sheets)
    figures = measure_labelled(Stub(), Labels(tmp_path / "labels.json", tmp_path / "drawings"))  # type: ignore[arg-type]
    assert figures["real.recall"] == pytest.approx(1 / 2)
    assert figures["real.precision"] == pytest.approx(1 / 4), "two on each sheet count from 0.45"
    assert figures["real.false_per_sheet"] == 2.0
    assert figures["real.f1_from_0.60"] == pytest.approx(2 * 1 / (2 + 2))
    assert figures["real.f1_from_0.30"] == pytest.approx(2 * 1 / (2 + 6))
