from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import synthetic
from benchmarks.corpus import open_corpus
from benchmarks.groups import SheetRef
from benchmarks.pages import Pages
from benchmarks.queries import Bench, make_queries, truth_of
from benchmarks.synthetic import Made
from search.errors import UsageError
from training.bank import Bank, Part, load_bank


@pytest.fixture
def three_parts(monkeypatch: pytest.MonkeyPatch) -> Bank:
    """Test parts, but only three of them, so that five sheets draw two of them again."""

    class Few(Bank):
        def __len__(self) -> int:
            return 3

    bank = load_bank(split="test")
    bank.__class__ = Few
    monkeypatch.setattr(synthetic, "_bank", lambda: bank)
    synthetic._part_of.cache_clear()
    return bank


def test_parts_drawn_again_are_grouped_as_the_same_part(three_parts: Bank, tmp_path: Path) -> None:
    corpus = open_corpus("synthetic:5", None, tmp_path, seed=3)
    assert len(corpus.sheets) == 5
    first, second, third, fourth, fifth = corpus.sheets
    assert corpus.groups.mates(first, "part") == {fourth}
    assert corpus.groups.mates(second, "part") == {fifth}
    assert corpus.groups.mates(third, "part") == frozenset()


def test_a_complete_folder_is_used_again_and_an_unfinished_one_is_not(three_parts: Bank, tmp_path: Path) -> None:
    folder = synthetic.make_folder(2, 12, tmp_path, seed=3).folder
    (folder / "D000001.pdf").write_bytes(b"mark")
    assert synthetic.make_folder(2, 12, tmp_path, seed=3).folder == folder
    assert (folder / "D000001.pdf").read_bytes() == b"mark"
    folder.rename(folder.with_suffix(".1.tmp"))
    again = synthetic.make_folder(2, 12, tmp_path, seed=3).folder
    assert (again / "D000001.pdf").read_bytes() != b"mark"


def test_houses_are_few_and_of_templates_that_training_never_draws() -> None:
    made = Made(Path("corpus"), 400, synthetic.HOUSES, seed=1)
    houses = {made._house(number) for number in range(400)}
    assert len(houses) == synthetic.HOUSES
    assert all(template.startswith("test") for template, _ in houses)
    assert len({replace(made, houses=1)._house(number) for number in range(400)}) == 1


def test_a_part_drawn_again_comes_from_another_house(three_parts: Bank) -> None:
    made = Made(Path("corpus"), 10, synthetic.HOUSES, seed=1)
    assert made._house(2) != made._house(5)


@pytest.mark.parametrize("houses", [1, synthetic.HOUSES])
@pytest.mark.parametrize("sheets", [2000, 10_000])
def test_another_drawing_has_a_template_in_which_the_corpus_does_not_show_the_part(houses: int, sheets: int) -> None:
    made, parts = Made(Path("corpus"), sheets, houses, seed=1), len(synthetic._bank())
    for number in range(0, sheets, 7):
        known = {made._house(again)[0] for again in range(number % parts, sheets, parts)}
        assert made._another_house(number)[0] not in known


@pytest.mark.parametrize("count", [1, 20])
def test_sheets_that_are_alone_in_their_family_have_no_size_variants(count: int) -> None:
    made = Made(Path("corpus"), count, synthetic.HOUSES, seed=1)
    asked = set(made.with_size_variants())
    for number in range(count):
        sheet = SheetRef(synthetic._name(number), 1)
        assert bool(made.size_variants(sheet)) == (sheet in asked)


@pytest.mark.parametrize(
    "spec", ["synthetic:", "synthetic:0", "synthetic:many", "synthetic:-3", "synthetic:9/0", "synthetic:9/x"]
)
def test_a_wrong_count_is_refused(spec: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="numbers from 1"):
        open_corpus(spec, None, tmp_path, seed=1)


def test_a_part_is_drawn_once_more_by_another_office_outside_of_the_corpus(three_parts: Bank, tmp_path: Path) -> None:
    corpus = open_corpus("synthetic:2", None, tmp_path, seed=3)
    assert corpus.made is not None
    first = corpus.sheets[0]
    another = corpus.made.another_drawing(first)
    assert another.read_bytes() != corpus.path(first).read_bytes()
    assert corpus.made.another_drawing(first).stat().st_mtime_ns == another.stat().st_mtime_ns, "made once"
    assert len(open_corpus("synthetic:2", None, tmp_path, seed=3).sheets) == 2


@pytest.mark.parametrize("task", ["layout", "hand"])
def test_another_drawing_asks_for_the_part_and_needs_a_made_corpus(
    task: str, three_parts: Bank, bench: Bench, tmp_path: Path
) -> None:
    made = open_corpus("synthetic:2", None, tmp_path, seed=3)
    queries = list(make_queries(Bench(made, Pages(tmp_path / "pages"), tmp_path, 3), [task], 2))
    assert {query.sheet for query in queries} == set(made.sheets)
    for query in queries:
        assert query.truth.right == {query.sheet: 1.0}
        assert query.png.is_file()
    with pytest.raises(UsageError, match="made corpus"):
        list(make_queries(bench, [task], 1))


def part(name: str, features: tuple[str, ...] = ("hub",), **params: float) -> Part:
    return Part(name, "gear", "test", "Gear", "歯車", params, features, {})


@pytest.mark.parametrize(
    ("other", "grade"),
    [
        (part("a", teeth=20, bore=10), 2),
        (part("b", teeth=25, bore=14), 1),
        (part("c", teeth=40, bore=10), 0),  # twice the teeth
        (part("d", ("keyway",), teeth=20, bore=10), 0),
        (part("e", teeth=20), 0),
    ],
)
def test_likeness_is_of_features_and_measures(other: Part, grade: int) -> None:
    asked = part("a", teeth=20, bore=10)
    assert synthetic.likeness(asked, other) == synthetic.likeness(other, asked) == grade


def test_sizes_pay_for_the_whole_family_and_most_for_the_same_part(three_parts: Bank, tmp_path: Path) -> None:
    corpus = open_corpus("synthetic:5", None, tmp_path, seed=3)
    assert corpus.made is not None
    asked = corpus.sheets[0]
    truth = truth_of(corpus, "sizes", asked)
    assert truth.dropped == {asked} and asked not in truth.right
    assert truth.right[corpus.sheets[3]] == max(synthetic.GAINS), "the same part, drawn again"
    families = {sheet: corpus.made._part(synthetic._number(sheet.file)).family for sheet in corpus.sheets}
    assert set(truth.right) == {sheet for sheet in corpus.sheets[1:] if families[sheet] == families[asked]}
