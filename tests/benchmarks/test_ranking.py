"""Sheets that are alike but for their symbols."""

from __future__ import annotations

from benchmarks.ranking import ALIKE, made_alike
from training.sheets import plan


def test_alike_sheets_differ_in_nothing_but_their_symbols() -> None:
    alike = made_alike(3, "test", seed=1)
    assert [len(specs) for specs in alike] == [ALIKE] * 3
    planned = [plan(spec) for spec in alike[0]]
    first = planned[0]
    for other in planned[1:]:
        assert other.views == first.views and other.fields == first.fields and other.furniture == first.furniture
        assert other.symbols != first.symbols


def test_the_same_seed_gives_the_same_sheets() -> None:
    def chosen(seed: int) -> list[tuple[str, int, int | None]]:
        return [
            (one.parts[0].name, one.layout_seed, one.symbols_seed)
            for specs in made_alike(2, "train", seed)
            for one in specs
        ]

    assert chosen(5) == chosen(5) != chosen(6)
