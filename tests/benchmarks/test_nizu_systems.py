"""nizu as the benchmarks measure it: the sheets it finds, and that symbols count as much as they are said to."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.corpus import Corpus
from benchmarks.groups import SheetRef
from benchmarks.queries import Bench
from benchmarks.systems import Setting, create_system, nizu, nizu_symbols
from search.engine import Engine, Query
from search.errors import UsageError
from search.types import Answer


def test_nizu_finds_the_pages_of_a_folder(corpus: Corpus, bench: Bench, tiny_weights: Path, tmp_path: Path) -> None:
    system = create_system(f"nizu:{tiny_weights}", Setting(bench.pages, tmp_path, seed=1))
    system.index(corpus.files, corpus.root)
    for sheet in (SheetRef("sub/b.pdf", 1), SheetRef("sub/b.pdf", 2), SheetRef("d.pdf", 1)):
        assert system.search(bench.pages.png(corpus.path(sheet), sheet.sheet), 3)[0] == sheet


@pytest.mark.parametrize("weight", [0.0, 0.1])
def test_symbols_count_as_much_as_is_said(
    corpus: Corpus,
    bench: Bench,
    tiny_weights: Path,
    untrained_detector: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    weight: float,
) -> None:
    """A weight that did not arrive would rank as `nizu` does."""
    asked: list[float] = []
    search = Engine.search

    def noted(engine: Engine, query: Query) -> Answer:
        asked.append(query.symbol_weight)
        answer = search(engine, query)
        assert all(("symbols" in hit.scores) == (weight > 0) for hit in answer.hits)
        return answer

    monkeypatch.setattr(Engine, "search", noted)
    monkeypatch.setattr(nizu_symbols, "DEFAULT_ENCODER", str(tiny_weights))
    monkeypatch.setattr(nizu_symbols, "PACKAGED", untrained_detector)
    system = create_system(f"nizu_symbols:{weight}", Setting(bench.pages, tmp_path, seed=1))
    assert isinstance(system, nizu.Nizu)
    system.index(corpus.files, corpus.root)
    sheet = SheetRef("d.pdf", 1)
    assert system.search(bench.pages.png(corpus.path(sheet), 1), 3)[0] == sheet
    assert asked == [weight]


@pytest.mark.parametrize("variant", ["", "much", "-0.1", "1.5", "nan"])
def test_a_weight_that_is_none_is_refused_before_anything_is_indexed(
    variant: str, bench: Bench, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no weight from 0 to 1"):
        create_system(f"nizu_symbols:{variant}", Setting(bench.pages, tmp_path, seed=1))
