"""What counts as found on labelled sheets."""

from __future__ import annotations

from benchmarks.labelled import _shares, matched
from search.symbols.coco import Labelled
from search.types import Symbol


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
