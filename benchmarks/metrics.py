"""How good a ranking is. A ranking is (N,) float, the gain of each answer, best answer first, 0 where it is wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Gains = NDArray[np.float64]


def recall_at(gains: Gains, k: int) -> float:
    """1 where a right answer is among the first k, else 0; its mean over queries is recall@k."""
    return float(gains[:k].any())


def average_precision(gains: Gains, total: int) -> float:
    """Mean precision at the right answers, 0 for those never returned. total: how many right answers there are."""
    places = np.flatnonzero(gains) + 1
    return float((np.arange(1, len(places) + 1) / places).sum() / total)


def ndcg_at(gains: Gains, ideal: Gains, k: int) -> float:
    """Discounted gain of the first k answers over that of a perfect ranking. ideal: the gains of all right answers."""
    best = np.sort(ideal)[::-1]
    return _discounted(gains[:k]) / _discounted(best[:k])


def first_right(gains: Gains) -> int | None:
    """1-based rank of the first right answer, None where there is none."""
    places = np.flatnonzero(gains)
    return int(places[0]) + 1 if len(places) else None


def _discounted(gains: Gains) -> float:
    return float((gains / np.log2(np.arange(2, len(gains) + 2))).sum())
