from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import synthetic
from benchmarks.corpus import open_corpus
from benchmarks.pages import Pages
from benchmarks.queries import Bench, make_queries
from search.errors import UsageError
from training.bank import Bank, load_bank


@pytest.fixture
def three_parts(monkeypatch: pytest.MonkeyPatch) -> Bank:
    """Test parts, but only three of them, so that five sheets draw two of them again."""

    class Few(Bank):
        def __len__(self) -> int:
            return 3

    bank = load_bank(split="test")
    bank.__class__ = Few
    monkeypatch.setattr(synthetic, "_bank", lambda: bank)
    monkeypatch.setattr(synthetic, "load_bank", lambda split: bank)
    return bank


def test_parts_drawn_again_are_grouped_as_the_same_part(three_parts: Bank, tmp_path: Path) -> None:
    corpus = open_corpus("synthetic:5", None, tmp_path, seed=3)
    assert len(corpus.sheets) == 5
    first, second, third, fourth, fifth = corpus.sheets
    assert corpus.groups.mates(first, "part") == {fourth}
    assert corpus.groups.mates(second, "part") == {fifth}
    assert corpus.groups.mates(third, "part") == frozenset()


def test_a_complete_folder_is_used_again_and_an_unfinished_one_is_not(three_parts: Bank, tmp_path: Path) -> None:
    folder = synthetic.make_folder(2, tmp_path, seed=3)
    (folder / "D000001.pdf").write_bytes(b"mark")
    assert synthetic.make_folder(2, tmp_path, seed=3) == folder
    assert (folder / "D000001.pdf").read_bytes() == b"mark"
    folder.rename(folder.with_suffix(".1.tmp"))
    again = synthetic.make_folder(2, tmp_path, seed=3)
    assert (again / "D000001.pdf").read_bytes() != b"mark"


def test_houses_are_few_and_of_templates_that_training_never_draws() -> None:
    houses = {synthetic._house(1, number, 1000) for number in range(400)}
    assert len(houses) == synthetic.HOUSES
    assert all(template.startswith("test") for template, _ in houses)


def test_a_part_drawn_again_comes_from_another_house() -> None:
    assert synthetic._house(1, 5, parts=10) != synthetic._house(1, 15, parts=10)


@pytest.mark.parametrize("spec", ["synthetic:", "synthetic:0", "synthetic:many", "synthetic:-3"])
def test_a_wrong_count_is_refused(spec: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="N is a number from 1"):
        open_corpus(spec, None, tmp_path, seed=1)


def test_a_part_is_drawn_once_more_by_another_office_outside_of_the_corpus(three_parts: Bank, tmp_path: Path) -> None:
    corpus = open_corpus("synthetic:2", None, tmp_path, seed=3)
    assert corpus.another is not None
    first = corpus.sheets[0]
    another = corpus.another(first)
    assert another.read_bytes() != corpus.path(first).read_bytes()
    assert corpus.another(first).stat().st_mtime_ns == another.stat().st_mtime_ns, "made once"
    assert len(open_corpus("synthetic:2", None, tmp_path, seed=3).sheets) == 2


def test_layout_asks_for_the_part_and_needs_a_made_corpus(three_parts: Bank, bench: Bench, tmp_path: Path) -> None:
    made = open_corpus("synthetic:2", None, tmp_path, seed=3)
    queries = list(make_queries(Bench(made, Pages(tmp_path / "pages"), tmp_path, 3), ["layout"], 2))
    assert {query.sheet for query in queries} == set(made.sheets)
    for query in queries:
        assert query.truth.right == {query.sheet}
        assert query.png.is_file()
    with pytest.raises(UsageError, match="made corpus"):
        list(make_queries(bench, ["layout"], 1))
