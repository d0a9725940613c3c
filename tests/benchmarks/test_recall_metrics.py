from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.metrics import average_precision, first_right, ndcg_at, recall_at

sklearn_metrics = pytest.importorskip("sklearn.metrics")
RANKINGS = st.lists(st.booleans(), min_size=2, max_size=40)


def ranking(marks: str) -> np.ndarray:
    return np.array([mark == "x" for mark in marks], np.float64)


@pytest.mark.parametrize(
    ("marks", "k", "expected"), [("x..", 1, 1.0), (".x.", 1, 0.0), (".x.", 2, 1.0), ("...", 3, 0.0), ("", 5, 0.0)]
)
def test_recall_is_whether_a_right_answer_is_among_the_first_k(marks: str, k: int, expected: float) -> None:
    assert recall_at(ranking(marks), k) == expected


@pytest.mark.parametrize(
    ("marks", "total", "expected"),
    [
        ("x..", 1, 1.0),
        (".x.", 1, 1 / 2),
        ("x.x.", 2, (1 + 2 / 3) / 2),
        ("x.x.", 4, (1 + 2 / 3) / 4),  # two of four never came
        ("....", 2, 0.0),
    ],
)
def test_average_precision_equals_the_value_worked_by_hand(marks: str, total: int, expected: float) -> None:
    assert average_precision(ranking(marks), total) == pytest.approx(expected)


def test_ndcg_equals_the_value_worked_by_hand() -> None:
    gain = 1 / math.log2(3) + 1 / math.log2(5)
    ideal = 1 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg_at(ranking(".x.x."), np.ones(3), 10) == pytest.approx(gain / ideal)


def test_first_right_is_a_rank_from_one_or_nothing() -> None:
    assert first_right(ranking("..x")) == 3
    assert first_right(ranking("...")) is None


@given(RANKINGS.filter(any))
@settings(deadline=None)
def test_average_precision_agrees_with_scikit_learn(marks: list[bool]) -> None:
    scores = -np.arange(len(marks))
    expected = sklearn_metrics.average_precision_score(marks, scores)
    assert average_precision(np.array(marks, float), sum(marks)) == pytest.approx(expected)


@given(RANKINGS.filter(any), st.integers(1, 50))
@settings(deadline=None)
def test_ndcg_agrees_with_scikit_learn(marks: list[bool], k: int) -> None:
    scores = -np.arange(len(marks))
    expected = sklearn_metrics.ndcg_score([marks], [scores], k=k)
    assert ndcg_at(np.array(marks, float), np.ones(sum(marks)), k) == pytest.approx(expected)


@given(RANKINGS, st.integers(1, 40))
@settings(deadline=None)
def test_a_right_answer_moved_forward_never_lowers_a_figure(marks: list[bool], place: int) -> None:
    place = min(place, len(marks) - 1)
    better = [*marks[: place - 1], marks[place], marks[place - 1], *marks[place + 1 :]] if marks[place] else marks
    total = max(1, sum(marks))
    before, after = np.array(marks, float), np.array(better, float)
    assert average_precision(after, total) >= average_precision(before, total)
    assert ndcg_at(after, np.ones(total), 10) >= ndcg_at(before, np.ones(total), 10)
    assert all(recall_at(after, k) >= recall_at(before, k) for k in range(1, len(marks) + 1))


@given(RANKINGS)
@settings(deadline=None)
def test_recall_never_falls_with_k(marks: list[bool]) -> None:
    values = [recall_at(np.array(marks), k) for k in range(1, len(marks) + 1)]
    assert values == sorted(values)


@given(st.lists(st.sampled_from([0.0, 1.0, 3.0, 7.0]), min_size=2, max_size=30).filter(any), st.integers(1, 40))
@settings(deadline=None)
def test_ndcg_of_graded_gains_agrees_with_scikit_learn(gains: list[float], k: int) -> None:
    expected = sklearn_metrics.ndcg_score([gains], [-np.arange(len(gains))], k=k)
    assert ndcg_at(np.array(gains), np.array(gains), k) == pytest.approx(expected)
